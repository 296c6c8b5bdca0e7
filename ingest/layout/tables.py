"""Assigns the words of table rows to the column heads that they are below. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import line_features
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout, Line


@dataclass(frozen=True, slots=True)
class Cell:
    """The text in one column of one row on one page, and the column's head."""

    span: Span
    column: str


def find_cells(layout: Layout, head: int, rows: Sequence[Span]) -> list[Cell]:
    """The cells of a table whose head begins on line ``head``, row by row; a cell is a run of lines in one column of
    one page.

    A column begins where lines of the head begin. A line that pdfium joined from several cells is divided by their
    widths.
    """
    if not rows:
        return []
    features = line_features(layout)
    first, last = features.at(rows[0].start), features.at(max(rows[0].start, rows[-1].end - 1))
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
        for i in range(features.at(row.start), len(layout.lines)):
            line = layout.lines[i]
            if line.start >= row.end:
                break
            for column, start, end in _parts(layout, line, lefts, letter):
                # the row's own name belongs to its first cell
                place = (max(column, 1), line.page)
                if place == open_at:
                    cells[-1] = Cell(Span(cells[-1].span.start, end), cells[-1].column)
                else:
                    cells.append(Cell(Span(start, end), names[place[0]]))
                    open_at = place
    return cells


def _columns(head: Sequence[Line]) -> list[float]:
    """The left edges of the columns: where the lines of the table's head begin."""
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
    """A line as (column, start, end) for each cell that it crosses; the words of a part are found by its width."""
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
    """The index from which the last words fill a width best; a capital or a quotation mark there is preferred."""

    def miss(k: int) -> float:
        begin = words[k][0]
        opening = 2 * letter if text[begin].isupper() or text[begin] in '“‘"(' else 0.0
        return abs((words[-1][1] - begin) * letter - width) - opening

    return min(range(1, len(words)), key=miss)
