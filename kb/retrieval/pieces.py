"""Splits texts without headings, as public question sets have them, into pieces, and takes a heading from each text."""

from __future__ import annotations

import re

PIECE = 800
"""Characters of a piece; an entry of up to a quarter more stays whole."""


_PIECE_BREAK = re.compile(r"(?<=[.;:!?])\s+|\n+")


_LEAD_OF_LIST = re.compile(r"^(.{3,120}?)\s+1\.\s")


def cut(text: str, size: int = PIECE) -> list[str]:
    """A text in pieces of at most ``size`` characters that end at ends of sentences or lines; one piece if it is short.

    White space is collapsed, so the pieces are for searching, not for quoting.
    """
    text = re.sub(r"[ \t\r]+", " ", text).strip()
    if len(text) <= size * 1.25:
        return [text]
    out: list[str] = []
    piece = ""
    for part in _PIECE_BREAK.split(text):
        rest = part
        while len(rest) > size:
            if piece:
                out.append(piece)
                piece = ""
            at = rest.rfind(" ", 0, size)
            at = at if at > size // 2 else size
            out.append(rest[:at])
            rest = rest[at:].strip()
        if piece and len(piece) + len(rest) + 1 > size:
            out.append(piece)
            piece = rest
        else:
            piece = f"{piece} {rest}".strip()
    if piece:
        out.append(piece)
    return out


def heading_of(text: str) -> str:
    """The heading of a plain text: the words before a first "1.", or a short first line, or else its beginning."""
    numbered = _LEAD_OF_LIST.match(text)
    if numbered:
        return numbered[1]
    line = text.lstrip().split("\n", 1)[0]
    return line if len(line) <= 100 else " ".join(line.split()[:12])
