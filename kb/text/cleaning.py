"""Converts raw document text into readable quotes, and into clean text with a map back to the raw characters. Pure.

*Readable* is what a person is shown as a quote: line ends and runs of blanks folded to one blank, words broken over a
page end closed, private-use bullets shown as "•", ligatures spelled out. Nothing else changes, so
``readable(text[a:b])`` proves a quote to be a slice.

*Clean* is the same with the place of each character, for texts that are embedded and searched.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from kb.types import DISCRETIONARY_HYPHEN, SOFT_HYPHEN

if TYPE_CHECKING:
    pass

_LIGATURES = {c: unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}
_CLOSED = re.compile(rf"[{SOFT_HYPHEN}{DISCRETIONARY_HYPHEN}]\s*(?!$)")
"""A line-end hyphen with the line or page end behind it."""
_OVERLEAF = re.compile(
    r"(?<=[^\W\d_]-)\s*\f\s*(?=[^\W\d_])(?!(?:and|or|to|und|oder|bis|y|o|et|ou|à)\b(?!-))", re.IGNORECASE
)
"""The page's end within a word that keeps its hyphen: "human-", "centred"; before "and" it is the end of a word,
unless that has a hyphen as well: "text-", "to-speech"."""
_INVISIBLE = frozenset({SOFT_HYPHEN, "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"})


def _readable_character(char: str) -> str:
    """The readable form of one raw character; blanks are folded by the caller."""
    code = ord(char)
    if code < 0x80:
        return " " if char in " \n\t\f\r\v" else "" if char == SOFT_HYPHEN else char
    if char in _INVISIBLE:
        return ""
    if char.isspace():
        return " "
    if 0xE000 <= code <= 0xF8FF:
        return "•"
    return _LIGATURES.get(code, char)


class _Table(dict[int, str]):
    """:func:`_readable_character` for ``str.translate``, which asks by code; worked out at a character's first turn."""

    MOST = 4_096

    def __missing__(self, code: int) -> str:
        shown = _readable_character(chr(code))
        if len(self) < self.MOST:
            self[code] = shown
        return shown


_SHOWN = _Table()


def readable(raw: str) -> str:
    """The raw text as a person reads it, trimmed."""
    if SOFT_HYPHEN in raw or DISCRETIONARY_HYPHEN in raw:
        raw = _CLOSED.sub("", raw)
    if "-" in raw and "\f" in raw:
        raw = _OVERLEAF.sub("", raw)
    return " ".join(raw.translate(_SHOWN).split())


def _without(pattern: re.Pattern[str], raw: str, offsets: list[int]) -> tuple[str, list[int]]:
    """The text and the offsets of its characters, both without what the pattern finds."""
    dropped = {n for match in pattern.finditer(raw) for n in range(*match.span())}
    if not dropped:
        return raw, offsets
    kept = [n for n in range(len(raw)) if n not in dropped]
    return "".join(raw[n] for n in kept), [offsets[n] for n in kept]


def clean(raw: str) -> tuple[str, list[int]]:
    """Clean text and, for each of its characters, the raw offset it came from."""
    out: list[str] = []
    at: list[int] = []
    shown_of, offsets = _without(_CLOSED, raw, list(range(len(raw))))
    if "\f" in shown_of:
        shown_of, offsets = _without(_OVERLEAF, shown_of, offsets)
    for offset, char in zip(offsets, shown_of, strict=True):
        for shown in _SHOWN[ord(char)]:
            if shown == " " and (not out or out[-1] == " "):
                continue
            out.append(shown)
            at.append(offset)
    while out and out[-1] == " ":
        out.pop()
        at.pop()
    return "".join(out), at


def fold(text: str) -> str:
    """A form in which two extractions of the same words agree: NFKC, no blanks, no hyphens, lower case; an exponent
    may be written raised or behind "^"."""
    plain = unicodedata.normalize("NFKC", readable(text)).casefold()
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Pd" and c not in "•·^")
