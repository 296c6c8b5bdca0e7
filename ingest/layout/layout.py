"""Raw pages → the document text and its lines. Pure.

The steps are modules of this folder: furniture is cut, printed labels are read, lines are put into reading order, and
line-end hyphens are decided. Every character that is left stays traceable: a page's body is a list of slices of its
raw text (:attr:`kb.types.Page.segments`) in reading order, and a decision about a hyphen or a break inside a Korean
word replaces one character by one character.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.layout.furniture import furniture_lines, recurring_lines
from ingest.layout.hyphens import decide_hangul_breaks, decide_hyphens
from ingest.layout.labels import page_labels
from ingest.layout.reading_order import reading_order
from kb.types import PAGE_BREAK, SOFT_HYPHEN, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.layout.source_page import OutlineItem, SourcePage


@dataclass(frozen=True, slots=True)
class Line:
    """A body line: its place ``[start, end)`` in the document text, its page, and its print relative to the body."""

    start: int
    end: int
    page: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The document text with its pages and lines, and the furniture that was cut."""

    text: str
    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    marks: tuple[tuple[int, int], ...]
    furniture: tuple[tuple[int, str], ...]
    n_soft_hyphens: int
    outline: tuple[OutlineItem, ...] = ()
    notes: tuple[str, ...] = ()

    def line_text(self, line: Line) -> str:
        """The characters of a line without soft hyphens."""
        return self.text[line.start : line.end].replace(SOFT_HYPHEN, "")


def lay_out(pages: Sequence[SourcePage], outline: Iterable[OutlineItem] = (), notes: Iterable[str] = ()) -> Layout:
    """All steps: furniture is cut; labels, reading order, hyphens and breaks in Korean words are decided."""
    notes = list(notes)
    furniture = [furniture_lines(page, repeated) for page, repeated in zip(pages, recurring_lines(pages), strict=True)]
    labels = page_labels(pages, furniture, notes)
    orders = [reading_order(page, dropped, notes) for page, dropped in zip(pages, furniture, strict=True)]
    pages = decide_hangul_breaks(decide_hyphens(pages, orders), orders)
    parts: list[str] = []
    out_pages: list[Page] = []
    out_lines: list[Line] = []
    marks: list[tuple[int, int]] = []
    cut: list[tuple[int, str]] = []
    at = 0
    body_size = _body_size(pages)
    for page, dropped, order, (label, source) in zip(pages, furniture, orders, labels, strict=True):
        segments = _segments(page, dropped, order)
        body = "".join(page.text[raw : raw + length] for _, raw, length in segments)
        cut.extend((page.index, page.text[page.lines[i].start : page.lines[i].end].strip()) for i in sorted(dropped))
        for group in _joined(page, order):
            line, last = page.lines[group[0]], page.lines[group[-1]]
            offset = at + _to_body(segments, line.start)
            out_lines.append(
                Line(
                    offset,
                    offset + last.end - line.start,
                    page.index,
                    line.x0,
                    last.x1,
                    line.top,
                    line.size / body_size,
                    line.bold,
                )
            )
        for start, end in page.marks:
            if any(raw <= start and end <= raw + length for _, raw, length in segments):
                offset = _to_body(segments, start)
                marks.append((at + offset, at + offset + end - start))
        out_pages.append(Page(page.index, at, at + len(body), label, source, page.ocr, segments))
        parts.append(body)
        at += len(body) + 1
    text = PAGE_BREAK.join(parts)
    return Layout(
        text,
        tuple(out_pages),
        tuple(out_lines),
        tuple(marks),
        tuple(cut),
        text.count(SOFT_HYPHEN),
        tuple(outline),
        tuple(notes),
    )


def _joined(page: SourcePage, order: Sequence[int]) -> list[list[int]]:
    """Lines in reading order, grouped: lines that share a broken word are one group."""
    groups: list[list[int]] = []
    for i in order:
        before = groups[-1][-1] if groups else None
        if before is not None and page.lines[before].end == page.lines[i].start:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _to_body(segments: Sequence[tuple[int, int, int]], raw_offset: int) -> int:
    for offset, raw, length in segments:
        if raw <= raw_offset < raw + length:
            return offset + raw_offset - raw
    raise AssertionError("a body line lies outside every segment")


def _segments(page: SourcePage, dropped: frozenset[int], order: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
    """The page text in reading order without the dropped lines, as slices (body offset, raw offset, length).

    Blanks and line ends between two lines belong to the line before them.
    """
    if not page.lines:
        return ((0, 0, len(page.text)),) if page.text else ()
    starts = sorted(line.start for line in page.lines)
    following = dict(pairwise([*starts, len(page.text)]))
    pieces = [(page.lines[i].start, following[page.lines[i].start]) for i in order]
    if starts[0] and not dropped and list(order) == sorted(order):
        pieces.insert(0, (0, starts[0]))
    kept: list[tuple[int, int, int]] = []
    offset = 0
    for start, end in _with_line_end(page.text, pieces):
        if kept and kept[-1][1] + kept[-1][2] == start:
            kept[-1] = (kept[-1][0], kept[-1][1], kept[-1][2] + end - start)
        else:
            kept.append((offset, start, end - start))
        offset += end - start
    return tuple(kept)


def _with_line_end(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pieces, each with a line end: a last line that was moved forward takes that of the new last line."""
    moved = next((n for n, (_, end) in enumerate(pieces[:-1]) if end == len(text) and text[end - 1] != "\n"), None)
    if moved is None:
        return pieces
    start, end = pieces[-1]
    if text[end - 1] != "\n":
        return pieces
    return [*pieces[: moved + 1], (end - 1, end), *pieces[moved + 1 : -1], (start, end - 1)]


def _body_size(pages: Sequence[SourcePage]) -> float:
    """The line height in which most of the text is set."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weights[round(line.size, 1)] += line.end - line.start
    return max(weights.most_common(1)[0][0], 0.1) if weights else 1.0
