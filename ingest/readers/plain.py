"""Reads plain text as source pages. The document text is the file's own.

A file without form feeds is one page, or as many pages as its page marks say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.layout.source_page import FileContent, SourceLine, SourcePage
from ingest.readers.encodings import decode, encoding_note
from ingest.readers.flow import Paragraph, one_line
from ingest.readers.page_marks import has_page_marks, marked_pages
from kb.text.hangul import count_hangul
from kb.types import PARAGRAPH_END, PageKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CONTROL = {c: " " for c in range(32) if chr(c) not in "\n\f\x02"} | {0x2028: " ", 0x2029: " "}
_STARTS = re.compile(
    r"(?:[-*•▪◦·–]|\(?(?:\d{1,3}|[a-z]{1,4}|[ivxl]{1,7})[.)]|[가-하][.)]|[①-⑳]|제\s?\d+\s?[조항절장])\s*\S",
    re.IGNORECASE,
)
_UNDERLINE = re.compile(r"([=*#~^+-])\1{2,}")
_HEADING_SIZES = (1.6, 1.45, 1.35, 1.28, 1.22)
"""Sizes of headings that are underlined, by the order in which the characters of their rules occur."""

_FULL = 0.7
"""A line of at least this share of the longest line's length continues in the next one."""


def read_plain(path: Path) -> FileContent:
    """The pages of a ``.txt`` file; a form feed begins a page.

    :raises UnreadableError: the file is empty, binary, or in an unknown encoding.
    :raises TooLargeError: the file is larger than :data:`ingest.readers.encodings.MAX_TEXT_BYTES`.
    """
    text, encoding = decode(path)
    notes = encoding_note(encoding)
    pages = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\f\n").split("\f")
    if len(pages) == 1:
        paragraphs = _paragraphs(pages[0].split("\n"))
        if has_page_marks(paragraphs):
            return FileContent(marked_pages(paragraphs), [], {}, notes)
    return FileContent(source_pages(text), [], {}, notes)


def _paragraphs(lines: Sequence[str]) -> list[Paragraph]:
    """The lines of a text as paragraphs, divided at blank lines and wherever a list item or a short line ends one."""
    out: list[Paragraph] = []
    ends = paragraph_ends(lines)
    open_lines: list[str] = []
    for line, ended in zip(lines, ends, strict=True):
        if words := one_line(line):
            open_lines.append(words)
        if ended and open_lines:
            out.append(Paragraph("\n".join(open_lines)))
            open_lines = []
    return out


def paragraph_ends(lines: Sequence[str]) -> list[bool]:
    """For each line of a text whether it ends a paragraph.

    A paragraph ends before a blank line, before the first line of a list item or article, after a line that is clearly
    shorter than the file's long lines, and after every line in a file whose lines are whole paragraphs.
    """
    lengths = sorted(_columns(line) for line in lines if line.strip())
    longest = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    wrapped = 40 <= longest <= 120
    out: list[bool] = []
    for n, line in enumerate(lines):
        after = lines[n + 1] if n + 1 < len(lines) else ""
        short = not wrapped or _columns(line) < _FULL * longest
        out.append(bool(line.strip()) and (not after.strip() or short or bool(_STARTS.match(after.lstrip()))))
    return out


def _columns(line: str) -> int:
    """The columns of a line whose letters are all of one width, a Hangul syllable of two."""
    words = line.rstrip()
    return len(words) + count_hangul(words)


def underlined_headings(lines: Sequence[str]) -> tuple[dict[int, float], frozenset[int]]:
    """The lines with a rule of one repeated character below them, with their sizes, and the lines that are rules.

    A heading stands below a blank line or a rule, its rule is about as long as it is, and a row of a table's column
    heads is none.
    """
    sizes: dict[int, float] = {}
    rules: set[int] = set()
    levels: dict[str, float] = {}
    stripped = [line.strip() for line in lines]
    for n in range(1, len(lines)):
        words, rule = stripped[n - 1], _UNDERLINE.fullmatch(stripped[n])
        if rule is None or not any(map(str.isalpha, words)) or "  " in words:
            continue
        above = stripped[n - 2] if n > 1 else ""
        over = _UNDERLINE.fullmatch(above) is not None
        if (above and not over) or not 0.7 * len(words) <= len(stripped[n]) <= max(1.3 * len(words), len(words) + 4):
            continue
        if rule[1] == "-" and n + 1 < len(lines) and stripped[n + 1]:
            continue
        name = rule[1] + ("+" if over else "")
        level = min(len(levels), len(_HEADING_SIZES) - 1)
        sizes[n - 1] = levels.setdefault(name, _HEADING_SIZES[level])
        rules.update((n, n - 2) if over else (n,))
    return sizes, frozenset(rules)


def source_pages(text: str) -> list[SourcePage]:
    """A text with form feeds between pages, as source pages; its characters are kept except for line ends.

    A line end that ends a paragraph becomes :data:`kb.types.PARAGRAPH_END`. In texts of three pages or more, lines keep
    their heights, so that running lines are found; shorter texts have no furniture.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    bodies = text.split("\f")
    kind = PageKind.BREAKS if len(bodies) > 1 else PageKind.FLOW
    low, high = (0.02, 0.96) if len(bodies) > 2 else (0.2, 0.6)
    pages: list[SourcePage] = []
    for index, body in enumerate(bodies, 1):
        raw_lines = body.split("\n")
        ends = paragraph_ends(raw_lines)
        lines: list[SourceLine] = []
        out: list[str] = []
        at = 0
        n_lines = max(1, len(raw_lines))
        headed, rules = underlined_headings(raw_lines)
        for n, line in enumerate(raw_lines):
            if line.strip():
                left = len(line) - len(line.lstrip())
                top = low + high * n / n_lines
                size = headed.get(n, 1.0)
                lines.append(SourceLine(at, at + len(line), left, len(line), top, size, n in headed, hidden=n in rules))
            if n + 1 < len(raw_lines):
                out.append(line + (PARAGRAPH_END if ends[n] or n in headed else "\n"))
            else:
                out.append(line)
            at += len(line) + 1
        pages.append(SourcePage(index, "".join(out), tuple(lines), kind=kind))
    return pages
