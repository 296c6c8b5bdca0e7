"""Body lines → headings, paragraphs, list items, footnotes; cells of tables with column heads.

Pure; knows no token budget.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END, line_features
from kb.types import Block, BlockKind, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout, Line
    from ingest.layout.line_features import LineFeatures

_BULLET = re.compile(r"[•▪◦·\uf000-\uf0ff*–-]\s|\(?[a-z]{1,4}[).]\s|\(?\d{1,3}[).]\s", re.IGNORECASE)
_TABLE_FURNITURE = re.compile(
    r"Continued (?:on|from) (?:the )?(?:next|previous) page|Table \d+\b.{0,120}\(continued\)\.?"
    r"|Categories\s+Subcategories|Action ID\b.{0,60}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: where it stands, how deep (1 outermost), its words."""

    span: Span
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of one row on one page: its text, and the column's head."""

    span: Span
    column: str


def find_blocks(layout: Layout) -> list[Block]:
    """Headings, paragraphs, list items and tables of contents; every block's text is a slice of the document text.

    Footnotes, and lines that only carry a table over a page, are blocks of furniture: no part of the text around them.
    """
    looks = line_features(layout)
    kinds = [_kind(looks, i) for i in range(len(looks.texts))]
    right = max((line.x1 for line in layout.lines), default=1.0)
    blocks: list[Block] = []
    for i, line in enumerate(layout.lines):
        kind = kinds[i]
        level = _level(line.size) if kind is BlockKind.HEADING else 0
        previous = blocks[-1] if blocks else None
        if previous is not None and _continues(looks, i, kinds, previous, level, right):
            blocks[-1] = Block(previous.kind, Span(previous.span.start, line.end), previous.page, previous.level)
        else:
            blocks.append(Block(kind, Span(line.start, line.end), line.page, level))
    return blocks


def _kind(looks: LineFeatures, i: int) -> BlockKind:
    if i in looks.contents:
        return BlockKind.CONTENTS
    if i in looks.notes or _TABLE_FURNITURE.fullmatch(looks.texts[i]):
        return BlockKind.FURNITURE
    if i in looks.heads:
        return BlockKind.HEADING
    return BlockKind.LIST_ITEM if _BULLET.match(looks.texts[i]) else BlockKind.PARAGRAPH


def carries_a_table_over(text: str) -> bool:
    """Whether a line only says that a table goes on, or repeats its head."""
    return bool(_TABLE_FURNITURE.fullmatch(text))


def _level(size: float) -> int:
    return 1 if size > 1.9 else 2 if size > 1.45 else 3 if size > 1.18 else 4


def _continues(
    looks: LineFeatures, i: int, kinds: Sequence[BlockKind], previous: Block, level: int, right: float
) -> bool:
    line, before = looks.layout.lines[i], looks.layout.lines[i - 1]
    kind = kinds[i]
    if kind is BlockKind.LIST_ITEM or line.page != previous.page:
        return False
    alone = {BlockKind.HEADING, BlockKind.CONTENTS, BlockKind.FURNITURE}
    if kind in alone or previous.kind in alone:
        if kind is not previous.kind or kind is not BlockKind.HEADING:
            return kind is previous.kind
        close = 0 < line.top - before.top < 0.035 * max(1.0, line.size)
        return level == previous.level and abs(line.size - before.size) < 0.08 and close and not _starts_anew(looks, i)
    gap = line.top - before.top
    if gap > 0.032 or gap < -0.02 or abs(line.size - before.size) > 0.15:
        return False
    return not (SENTENCE_END.search(looks.texts[i - 1]) and before.x1 < before.x0 + 0.75 * (right - before.x0))


def _starts_anew(looks: LineFeatures, i: int) -> bool:
    """Whether a heading line begins with a number, and so is a heading of its own."""
    return bool(re.match(r"(?:\d+(?:\.\d+)*\.?|[A-Z]\.|(?:part|section|chapter|annex)\s+\w+)\s", looks.texts[i], re.I))


def headings(layout: Layout, blocks: Sequence[Block]) -> list[Heading]:
    """The headings in reading order, their words on one line."""
    return [
        Heading(b.span, b.level, " ".join(layout.text[b.span.start : b.span.end].replace("\x02", "").split()))
        for b in blocks
        if b.kind is BlockKind.HEADING
    ]


# --- tables with column heads ----------------------------------------------------------------------------------------


def find_cells(layout: Layout, head: int, rows: Sequence[Span]) -> list[Cell]:
    """The cells of a table whose head begins on line ``head``, row by row: runs of lines in one column of one page.

    Columns are where lines begin; a line that pdfium drew together from several cells is parted by their widths.
    """
    if not rows:
        return []
    looks = line_features(layout)
    first, last = looks.at(rows[0].start), looks.at(max(rows[0].start, rows[-1].end - 1))
    lefts = _columns(layout.lines[head:first])
    if len(lefts) < 2:
        return []
    letter = _letter(layout.lines[first : last + 1])
    names = [""] * len(lefts)
    for line in layout.lines[head:first]:
        for column, start, end in _parts(layout, line, lefts, letter):
            names[column] = f"{names[column]} {layout.text[start:end]}"
    names = [" ".join(name.replace("\x02", "").split()) for name in names]
    cells: list[Cell] = []
    for row in rows:
        open_at: tuple[int, int] | None = None
        for i in range(looks.at(row.start), len(layout.lines)):
            line = layout.lines[i]
            if line.start >= row.end:
                break
            for column, start, end in _parts(layout, line, lefts, letter):
                # the row's own name stands with its first cell
                place = (max(column, 1), line.page)
                if place == open_at:
                    cells[-1] = Cell(Span(cells[-1].span.start, end), cells[-1].column)
                else:
                    cells.append(Cell(Span(start, end), names[place[0]]))
                    open_at = place
    return cells


def _columns(head: Sequence[Line]) -> list[float]:
    """Where columns begin, from the left: where the lines of the table's head do."""
    lefts: list[float] = []
    for x in sorted(line.x0 for line in head):
        if not lefts or x - lefts[-1] > 24:
            lefts.append(x)
    return lefts


def _letter(lines: Sequence[Line]) -> float:
    """The usual width of a letter, from lines of some length."""
    widths = [(line.x1 - line.x0) / (line.end - line.start) for line in lines if line.end - line.start > 9]
    return median(widths) if widths else 5.0


def _parts(layout: Layout, line: Line, lefts: Sequence[float], letter: float) -> list[tuple[int, int, int]]:
    """A line as (column, start, end) for each cell it runs through; a part's width tells which words are its own."""
    column = max((c for c, left in enumerate(lefts) if line.x0 >= left - 10), default=0)
    last = max((c for c, left in enumerate(lefts) if line.x1 > left + 8), default=column)
    end = line.end
    out: list[tuple[int, int, int]] = []
    text = layout.text[line.start : line.end]
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    right = line.x1
    for c in range(last, column, -1):
        if len(words) < 2:
            break
        k = _words_of_width(text, words, right - lefts[c], letter)
        out.append((c, line.start + words[k][0], end))
        end = line.start + words[k][0]
        words = words[:k]
        right = lefts[c] - 12
    if words:
        out.append((column, line.start, end))
    return out[::-1]


def _words_of_width(text: str, words: Sequence[tuple[int, int]], width: float, letter: float) -> int:
    """The first of the last words that fill a width best; a capital or a quotation mark there speaks for it."""

    def miss(k: int) -> float:
        begin = words[k][0]
        opening = 2 * letter if text[begin].isupper() or text[begin] in '“‘"(' else 0.0
        return abs((words[-1][1] - begin) * letter - width) - opening

    return min(range(1, len(words)), key=miss)
