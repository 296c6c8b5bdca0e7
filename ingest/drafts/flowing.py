"""Reads Markdown, plain text and HTML into the parts of a draft, with block quotes and notes distinguished. Pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ingest.readers.plain import paragraph_ends
from kb.drafts.draft import DraftPart
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NOTE_LINE = re.compile(r" {0,3}\[\^(?P<name>[^\]\s]+)\]:[ \t]*(?P<words>.*)")
_LIST_LINE = re.compile(r"\s{0,12}(?:[-*+•]|\d{1,4}[.)])\s+(?P<words>.*)")
_RUNNING_HEAD = re.compile(r" {0,3}#{1,6}\s+(?P<words>.*?)\s*#*$")
_QUOTED_LINE = re.compile(r" {0,3}>[ \t]?(?P<words>.*)")
_RULED_LINE = re.compile(r"\s*(?:[-*_=]\s*){3,}$|\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*\|?\s*$")
_BEGIN, _END = "\ue000", "\ue001"
"""Signs around the name of a note where its mark stands, until its place is known."""
_SIGNED_MARK = re.compile(f"{_BEGIN}([^{_END}]*){_END}")


def markdown_parts(text: str) -> tuple[DraftPart, ...]:
    """The parts of a Markdown text without its markup; block quotes are quotations, fenced code is left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    skipped = text[: front.end()].count("\n") if front else 0
    lines = text[front.end() if front else 0 :].split("\n")
    groups: list[_Group] = []
    fence = ""
    open_group: _Group | None = None
    for number, line in enumerate(lines, skipped + 1):
        mark = _CODE_FENCE.match(line)
        if fence:
            if mark and mark["fence"].startswith(fence):
                fence = ""
            continue
        if mark:
            fence, open_group = mark["fence"], None
            continue
        if not line.strip() or _RULED_LINE.match(line):
            open_group = None
            continue
        kind, words = _line_kind(line)
        note = _NOTE_LINE.match(line)
        if note:
            open_group = _Group(number, "note", [note["words"]], note["name"])
            groups.append(open_group)
        elif (open_group is not None and kind == "quote" and open_group.kind == "quote") or (
            open_group is not None and kind == "text" and open_group.kind != "head"
        ):
            open_group.lines.append(words)
        else:
            open_group = _Group(number, kind, [words])
            groups.append(open_group)
    return _numbered_notes(_part_of_group(group) for group in groups)


@dataclass(slots=True)
class _Group:
    """Lines that form one paragraph: number of the first line, kind, words."""

    line: int
    kind: str
    lines: list[str]
    note: str = ""


def _line_kind(line: str) -> tuple[str, str]:
    if quoted := _QUOTED_LINE.match(line):
        return "quote", quoted["words"]
    if head := _RUNNING_HEAD.match(line):
        return "head", head["words"]
    if item := _LIST_LINE.match(line):
        return "item", item["words"]
    return ("row" if line.lstrip().startswith("|") else "text"), line.strip()


def _part_of_group(group: _Group) -> DraftPart:
    text, marks = _inline(" ".join(line.strip() for line in group.lines if line.strip()))
    quoted = ((0, len(text)),) if group.kind == "quote" and text else ()
    return DraftPart(text, notice("draft at line", n=group.line), quoted=quoted, marks=marks, note=group.note)


def _inline(text: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The words without Markdown syntax, and the offsets and names of the note marks among them."""
    text = re.sub(r"(?<!\\)\[\^([^\]\s]+)\]", rf"{_BEGIN}\1{_END}", text)
    text = re.sub(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\[\]]+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^<>]{0,200}>", "", text)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])",
                  lambda m: m[1] or m[2], text)  # fmt: skip
    text = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"\1", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!>|~-])", r"\1", text)
    return without_mark_signs(html.unescape(text))


def without_mark_signs(text: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The words without the signs around the names of notes, and the offsets and names of these marks."""
    marks: list[tuple[int, str]] = []
    out: list[str] = []
    at = size = 0
    for found in _SIGNED_MARK.finditer(text):
        out.append(text[at : found.start()])
        size += found.start() - at
        marks.append((size, found[1]))
        at = found.end()
    out.append(text[at:])
    return "".join(out), tuple(marks)


def text_parts(text: str) -> tuple[DraftPart, ...]:
    """The paragraphs of a plain text; lines that begin with ">" are quotations, indented ones may be."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").split("\n")
    ends = paragraph_ends(lines)
    out: list[DraftPart] = []
    gathered: list[tuple[int, str]] = []
    for number, (line, ended) in enumerate(zip(lines, ends, strict=True), 1):
        if line.strip():
            if gathered and _QUOTED_LINE.match(line) is not None and not _QUOTED_LINE.match(gathered[-1][1]):
                out.append(_plain_part(gathered))
                gathered = []
            gathered.append((number, line))
        if gathered and (ended or not line.strip()):
            goes_on = number < len(lines) and _QUOTED_LINE.match(line) and _QUOTED_LINE.match(lines[number])
            if not goes_on:
                out.append(_plain_part(gathered))
                gathered = []
    if gathered:
        out.append(_plain_part(gathered))
    return _numbered_notes(out)


def _plain_part(lines: list[tuple[int, str]]) -> DraftPart:
    quoted = all(_QUOTED_LINE.match(line) for _, line in lines)
    indented = all(re.match(r"\t| {4,}", line) for _, line in lines)
    words = [m["words"] if quoted and (m := _QUOTED_LINE.match(line)) else line for _, line in lines]
    text = " ".join(word.strip() for word in words if word.strip())
    whole = ((0, len(text)),)
    return DraftPart(
        text,
        notice("draft at line", n=lines[0][0]),
        quoted=whole if quoted else (),
        perhaps=whole if indented and not quoted and not _has_marks(text) else (),
    )


def _has_marks(text: str) -> bool:
    return bool(re.search(r"[“”„«「『\"]", text))


_BRACKET_NOTE = re.compile(r"\[(?P<name>\d{1,3})\][\s.:]*(?=\S)")


def _numbered_notes(parts: Iterable[DraftPart]) -> tuple[DraftPart, ...]:
    """The parts, with paragraphs that begin with "[3]" marked as the notes of the marks "[3]" in the others."""
    made = list(parts)
    names = {m["name"]: n for n, p in enumerate(made) if not p.note and (m := _BRACKET_NOTE.match(p.text))}
    out: list[DraftPart] = []
    for n, part in enumerate(made):
        own = next((name for name, at in names.items() if at == n), "")
        if own:
            out.append(replace(part, note=f"[{own}]"))
            continue
        marks = [(m.start(), f"[{m[1]}]") for m in re.finditer(r"\[(\d{1,3})\]", part.text) if m[1] in names]
        out.append(replace(part, marks=tuple(sorted((*part.marks, *marks)))) if marks else part)
    return tuple(out)


# --- HTML

_BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead title tr ul"
    .split()
)  # fmt: skip
_UNREAD = frozenset("script style template noscript svg math head textarea select button".split())
NOTE_LINK = "#note"
"""The entry for a link to a note in the stack of open tags; the link's own words are left out of the text."""
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class _Parts(HTMLParser):
    """Collects the blocks of words of an HTML file."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, bool, str, int]] = []
        self._stack: list[tuple[str, str]] = []
        self._compared_words: list[str] = []
        self._line = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        if tag in _BLOCK_TAGS:
            self.flush()
        if tag == "q":
            self._compared_words.append("“")
        elif tag == "br":
            self._compared_words.append(" ")
        elif tag == "a" and self._is_note_mark(named):
            self._compared_words.append(f"{_BEGIN}{named['href'][1:]}{_END}")
            self._stack.append((NOTE_LINK, ""))
            return
        if tag not in _VOID:
            self._stack.append((tag, named.get("id", "")))

    def _is_note_mark(self, named: dict[str, str]) -> bool:
        if not named.get("href", "").startswith("#") or len(named["href"]) < 2:
            return False
        about = f"{named.get('class', '')} {named.get('role', '')} {named.get('rel', '')} {named['href']}".lower()
        return any(tag == "sup" for tag, _ in self._stack) or "noteref" in about or "footnote-ref" in about

    def handle_endtag(self, tag: str) -> None:
        if tag == "q":
            self._compared_words.append("”")
        if tag in _BLOCK_TAGS:
            self.flush()
        for n in range(len(self._stack) - 1, -1, -1):
            if self._stack[n][0] == tag or (tag == "a" and self._stack[n][0] == NOTE_LINK):
                del self._stack[n:]
                break

    def handle_data(self, data: str) -> None:
        if any(tag in _UNREAD or tag == NOTE_LINK for tag, _ in self._stack):
            return
        if not self._compared_words:
            self._line = self.getpos()[0] + len(data[: len(data) - len(data.lstrip())].split("\n")) - 1
        self._compared_words.append(data)

    def flush(self) -> None:
        """Ends the open block."""
        text = " ".join("".join(self._compared_words).split())
        if text and not _SIGNED_MARK.fullmatch(text):
            quoted = any(tag == "blockquote" for tag, _ in self._stack)
            note = next((name for _, name in reversed(self._stack) if name), "")
            self.blocks.append((text, quoted, note, self._line))
        self._compared_words = []


def html_parts(text: str) -> tuple[DraftPart, ...]:
    """The blocks of an HTML file; block quotes are quotations, and notes are recognised by the links that lead
    to them."""
    parser = _Parts()
    parser.feed(text)
    parser.close()
    parser.flush()
    read = [(*without_mark_signs(words), quoted, note, line) for words, quoted, note, line in parser.blocks]
    linked = {name for _, marks, _, _, _ in read for _, name in marks}
    out: list[DraftPart] = []
    seen: set[str] = set()
    for words, marks, quoted, note, line in read:
        is_note = note in linked and note not in seen
        seen |= {note} if is_note else set()
        whole = ((0, len(words)),) if quoted else ()
        out.append(
            DraftPart(words, notice("draft at line", n=line), quoted=whole, marks=marks, note=note if is_note else "")
        )
    return _numbered_notes(out)
