"""Makes source pages of paragraphs, notes and table rows, for formats that mark where these begin. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.layout.source_page import LineRole, SourceLine, SourcePage
from kb.types import CELL_END, PARAGRAPH_END, Notice, PageKind, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZES = (1.0, 2.0, 1.6, 1.3, 1.22)
"""The size of a heading by its depth, relative to running text (depth 0); deeper ones have the last size."""

MAX_CELL = 1_500
"""A table with a cell of more characters is only used to lay out the page."""

MAX_HEAD_CELL = 80
INDENT = 18.0
"""Indentation of each deeper level of a list, in points."""

_GAP = re.compile(r" {4,}")
_UNSEEN = {c: " " for c in range(32) if chr(c) not in "\n\t"} | {
    c: " " for c in (0x7F, *range(0x80, 0xA0), 0x2028, 0x2029)
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, list item, note or table row; line ends inside it are the author's own.

    ``depth`` is the level of a heading, from 1, and 0 for other text; ``size`` overrides the size that follows from it.
    ``indent`` is in points. ``goes_on`` says that its rest is the first paragraph of the next page.
    """

    text: str
    depth: int = 0
    role: LineRole = LineRole.TEXT
    indent: float = 0.0
    changed: bool = False
    size: float = 0.0
    goes_on: bool = False
    bold: bool = False


def flow_page(
    index: int, paragraphs: Sequence[Paragraph], kind: PageKind = PageKind.FLOW, label: str | None = None
) -> SourcePage:
    """A page of these paragraphs, each ended by :data:`kb.types.PARAGRAPH_END`; notes come last."""
    ordered = [p for p in paragraphs if p.role is not LineRole.NOTE] + [
        p for p in paragraphs if p.role is LineRole.NOTE
    ]
    parts: list[tuple[str, Paragraph]] = []
    for paragraph in ordered:
        kept = [line for raw in paragraph.text.split("\n") if (line := one_line(raw))]
        ending = "\n" if paragraph.goes_on else PARAGRAPH_END
        parts.extend((line + ("\n" if n + 1 < len(kept) else ending), paragraph) for n, line in enumerate(kept))
    lines: list[SourceLine] = []
    at = 0
    for n, (text, paragraph) in enumerate(parts):
        end = at + len(text) - 1
        # never in the bands of head or foot, because flowing text has no furniture
        top = 0.2 + 0.6 * n / len(parts)
        size = paragraph.size or _SIZES[min(paragraph.depth, len(_SIZES) - 1)]
        left = paragraph.indent
        lines.append(
            SourceLine(
                at, end, left, left + len(text), top, size, paragraph.depth > 0 or paragraph.bold,
                role=paragraph.role, changed=paragraph.changed,
            )
        )  # fmt: skip
        at += len(text)
    return SourcePage(index, "".join(text for text, _ in parts), tuple(lines), label, kind=kind)


def one_line(text: str) -> str:
    """The words on one line; wide gaps, which precede the page numbers of a contents list, keep four blanks."""
    return _GAP.sub("    ", text.translate(_UNSEEN).replace("\t", " ").strip())


def table_rows(rows: Sequence[Sequence[str]], marked_heads: int = 0, changed: Sequence[bool] = ()) -> list[Paragraph]:
    """A paragraph for each row of a table, its cells separated by " | "; the row of column heads is marked.

    A row without words gives an empty paragraph. A table of a single column or row is running text.

    :param marked_heads: number of rows that the file itself marks as heads; if 0, a first row of short names over rows
        of the same width counts as the head.
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if sum(any(row) for row in cells) == 1 and not marked_heads:  # it only sets words side by side
        texts = [" ".join(cell for cell in row if cell) for row in cells]
        return [Paragraph(text, changed=n < len(changed) and changed[n]) for n, text in enumerate(texts)]
    width = max((len(row) for row in cells), default=0)
    heads = marked_heads or int(_names_columns(cells))
    out: list[Paragraph] = []
    for n, row in enumerate(cells):
        while row and not row[-1]:
            row.pop()
        role = LineRole.TEXT if width < 2 else LineRole.HEADS if n < heads else LineRole.ROW
        out.append(Paragraph(CELL_END.join(row), role=role, changed=n < len(changed) and changed[n]))
    return out


def _names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row reads as names of columns: short, complete, all different, without digits."""
    if len(rows) < 2 or len(rows[0]) < 3 or len(rows[0]) < max(len(row) for row in rows):
        return False
    first = rows[0]
    named = all(cell and len(cell) <= MAX_HEAD_CELL and cell[-1] not in ".;,?!" for cell in first[1:])
    return named and len(set(first)) == len(first) and not any(cell[:1].isdigit() for cell in first)


def changes_note(n: int) -> list[Notice]:
    """A note for the report that a file has tracked changes in ``n`` paragraphs; an empty list for 0."""
    if not n:
        return []
    return [notice("note one change") if n == 1 else notice("note changes", n=n)]
