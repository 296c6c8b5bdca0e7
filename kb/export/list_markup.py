"""Writes a list of answers as Markdown, as an HTML page, and as plain text and HTML for the clipboard. Pure."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from kb.export.list_blocks import BlockOf, PageBlock
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

_MD_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&$])")
_MD_START = re.compile(r"^(\s*)(?:([-+=:])|(\d{1,9})([.)]))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Clipping:
    """The content of the clipboard: the same words as plain text and as HTML."""

    text: str
    html: str


def md_text(text: str) -> str:
    """A text escaped so that Markdown shows it unchanged."""
    safe = _MD_SIGNS.sub(r"\\\1", text)
    return _MD_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", safe)


def list_markdown(blocks: Sequence[PageBlock]) -> bytes:
    """The blocks as Markdown in UTF-8; line ends in quotes are kept."""
    out = []
    for block in blocks:
        words = md_text(block.whole)
        if block.kind is BlockOf.TITLE:
            out.append(f"# {words}")
        elif block.kind is BlockOf.SECTION:
            out.append(f"## {words}")
        elif block.kind is BlockOf.ENTRY:
            out.append(f"### {words}")
        elif block.kind is BlockOf.QUOTE:
            marks = "".join(f"\\[{n}\\]" for n in block.cites)
            quoted = "\\\n".join(words.split("\n"))
            out.append("\n".join(f"> {line}" for line in f"{quoted} {marks}".split("\n")))
        elif block.kind is BlockOf.REFERENCE:
            address = f" <{block.url}>" if _is_plain_url(block.url) else f" {md_text(block.url)}" if block.url else ""
            out.append(f"\\[{block.n}\\] {words}{address}")
        elif block.kind in {BlockOf.WORK, BlockOf.FACT}:
            out.append(f"- {words}")
        else:
            out.append(words)
    return ("\n\n".join(out) + "\n").encode("utf-8", "replace")


def _is_plain_url(url: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s<>\"'\\]+", url))


_STYLE = (
    "body{font-family:'Noto Sans KR','Malgun Gothic',sans-serif;max-width:48rem;margin:2rem auto;line-height:1.5}"
    "blockquote{margin:.5rem 0 .5rem 1rem;padding-left:.75rem;border-left:3px solid #888;white-space:pre-line}"
    ".note,.fact{color:#444;font-size:.9rem}"
)
_HTML_NAMES = {
    BlockOf.TITLE: "h1",
    BlockOf.SECTION: "h2",
    BlockOf.ENTRY: "h3",
    BlockOf.QUOTE: "blockquote",
}


def list_html(blocks: Sequence[PageBlock], lang: str) -> bytes:
    """The blocks as a complete HTML page in UTF-8, without scripts; opening it requests no address."""
    title = escape(blocks[0].text) if blocks else ""
    body = "\n".join(_element(block, linked=True) for block in blocks)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
    )
    return f'<!doctype html>\n<html lang="{lang}"><head>{head}</head><body>\n{body}\n</body></html>\n'.encode(
        "utf-8", "replace"
    )


def _element(block: PageBlock, linked: bool) -> str:
    name = _HTML_NAMES.get(block.kind, "p")
    words = escape(block.whole if linked else block.text)
    if block.cites:
        marks = ((f'<a href="#ref-{n}">[{n}]</a>' if linked else f"[{n}]") for n in block.cites)
        words += f" {''.join(marks)}"
    here = ""
    if block.kind is BlockOf.REFERENCE:
        here = f' id="ref-{block.n}"' if linked else ""
        words = f"[{block.n}] {words}"
    if block.url and _is_plain_url(block.url):
        words += f' <a href="{escape(block.url)}">{escape(block.url)}</a>'
    kind = f' class="{block.kind.value}"' if linked and name == "p" else ""
    return f'<{name}{here}{kind} dir="auto">{words}</{name}>'


def clipping(blocks: Sequence[PageBlock]) -> Clipping:
    """The blocks for the clipboard; numbers are part of the words, so that Word, Excel and plain editors keep them.

    The HTML has paragraphs without internal links, which Word would break, and without lists, whose numbers Excel
    loses. The plain text has each block on a line of its own.
    """
    lines = []
    for block in blocks:
        marks = "".join(f"[{n}]" for n in block.cites)
        address = f" {block.url}" if block.url else ""
        number = f"[{block.n}] " if block.kind is BlockOf.REFERENCE else ""
        lines.append(f"{number}{block.text}{' ' if marks else ''}{marks}{address}")
        if block.kind in {BlockOf.TITLE, BlockOf.SECTION}:
            lines.append("")
    html = "\n".join(_element(block, linked=False).replace("\n", "<br>") for block in blocks)
    return Clipping("\n".join(lines), f'<meta charset="utf-8">{html}')
