"""Reads Markdown as source pages, without its markup, as it looks when it is rendered. The only importer of
``markdown_it``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from ingest.layout.source_page import FileContent
from ingest.readers.encodings import decode, encoding_note
from ingest.readers.markup import html_content
from kb.errors import UnreadableError
from kb.types import notice

if TYPE_CHECKING:
    from pathlib import Path

_FRONT = re.compile(r"\A---[ \t]*\n(?P<fields>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*[\"']?(?P<title>.+?)[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_FIELDS = tuple(
    (key, re.compile(rf"^(?:{names}):[ \t]*(?P<value>\S[^\n]*)$", re.MULTILINE | re.IGNORECASE))
    for key, names in (("Author", "author"), ("Publisher", "publisher|organi[sz]ation|issuer"), ("Date", "date|issued"))
)
"""The fields of the front matter that say who made the file and when."""
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_NOTE = re.compile(r" {0,3}\[\^(?P<name>[^\]\s]+)\]:[ \t]*(?P<words>.*)")
_NOTE_REFERENCE = re.compile(r"(?<!\\)\[\^[^\]\s]+\]")
_POINT = re.compile(
    r"[ \t]*(?:\((?:\d{1,3}|[a-z]{1,2}|[ivxl]{1,6}|[IVXL]{1,5})\)\s|(?:[a-z]|[ivxl]{1,6}|[IVXL]{1,5})[.)]\s|[가-하]\.\s"
    r"|\d{1,3}(?:\.\d{1,3})*[.)]\s|\d{1,3}(?:\.\d{1,3})+\s|[①-⑳]|제\s?\d{1,3}\s?[조항])\s*(?!(?:of|and|or|to)\b)[^\s,;.)]"
)
"""The start of a line that opens a numbered point; Markdown itself joins all but "1." to the line before."""
_ATTRIBUTES = re.compile(
    r"[ \t]*(?<!\\)\{:?[ \t]*(?:[#.][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[\w-]+))(?:[ \t]+[^{}\n]*)?\}[ \t]*$"
)


def read_markdown(path: Path) -> FileContent:
    """The words of a Markdown file with its list numbers, table rows and notes, without markup.

    :raises UnreadableError: the file is empty, binary, or in an unknown encoding.
    :raises TooLargeError: the file exceeds the bound of text files.
    """
    text, encoding = decode(path)
    html, title = rendered(text)
    front = _FRONT.match(text.replace("\r\n", "\n").lstrip("\ufeff"))
    content = html_content(html)
    if not any(page.text.strip() for page in content.pages):
        raise UnreadableError(notice("text without words", file=path.name))
    metadata = {"Title": title} if title else {}
    for key, pattern in _FIELDS if front else ():
        if front and (named := pattern.search(front["fields"])):
            metadata[key] = _value(named["value"])
    return FileContent(content.pages, [], metadata, [*encoding_note(encoding), *content.notes])


def _value(written: str) -> str:
    """The words of a field of front matter without the marks around them; several values have commas between them."""
    written = written.strip()
    if written[:1] == "[" and written[-1:] == "]":
        return ", ".join(_value(part) for part in written[1:-1].split(",") if part.strip())
    quote = written[:1]
    if quote in {'"', "'"} and len(written) > 1 and written.endswith(quote):
        return written[1:-1].replace(quote * 2, quote)
    return written


def rendered(text: str) -> tuple[str, str]:
    """Markdown as HTML with its notes at the end, and the title in its front matter (empty if there is none)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").lstrip("\ufeff")
    front = _FRONT.match(text)
    named = _TITLE.search(front["fields"]) if front else None
    body, notes = _without_notes(text[front.end() :] if front else text)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    html = parser.render(body)
    listed = "".join(
        f'<p class="footnote">{name} {parser.renderInline(words)}</p>' for name, words in notes if words.strip()
    )
    return html + listed, named["title"] if named else ""


def _without_notes(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without footnotes, their marks, and attributes at line ends; and the footnotes as (name, words)."""
    kept: list[str] = []
    notes: list[tuple[str, str]] = []
    fence = ""
    in_note = False
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            kept.append(line)
            if mark and mark["fence"].startswith(fence) and not line.strip(" `~"):
                fence = ""
            continue
        if mark:
            fence = mark["fence"]
            kept.append(line)
            in_note = False
            continue
        if note := _NOTE.match(line):
            notes.append((note["name"], note["words"]))
            in_note = True
        elif in_note and line.strip() and re.match(r" {2,}|\t", line):
            notes[-1] = (notes[-1][0], f"{notes[-1][1]} {line.strip()}")
        else:
            in_note = in_note and not line.strip()
            if kept and kept[-1].strip() and _POINT.match(line):
                kept[-1] = kept[-1].rstrip() + "  "  # the author's line end stays one
            kept.append(_ATTRIBUTES.sub("", _NOTE_REFERENCE.sub("", line)))
    return "\n".join(kept), notes
