"""Makes the document text and its lines from the raw pages of a reader. Pure.

The steps are modules of this folder: furniture is cut, printed labels are read, lines are put into reading order, note
marks are cut, and line-end hyphens are decided. Every remaining character is traceable: the body of a page is a list of
slices of its raw text (:attr:`kb.types.Page.segments`) in reading order. Hyphens and line ends inside a divided word
are cut too; a word that continues over a page end keeps a soft hyphen (U+00AD) there.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.layout.furniture import furniture_lines, recurring_lines
from ingest.layout.hyphens import close_spaced_words, decide_hangul_breaks, decide_hyphens, join_torn_lines
from ingest.layout.labels import page_labels
from ingest.layout.laid_out import Layout, Line
from ingest.layout.note_marks import note_marks, with_exponents, without_marks
from ingest.layout.reading_order import reading_order
from ingest.layout.running_on import lines_with_notes_before
from ingest.layout.source_page import LineRole
from kb.types import DISCRETIONARY_HYPHEN, PAGE_BREAK, SOFT_HYPHEN, Notice, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.layout.note_marks import NoteMark
    from ingest.layout.source_page import OutlineItem, SourcePage


__all__ = ["Layout", "Line", "lay_out"]


def lay_out(pages: Sequence[SourcePage], outline: Iterable[OutlineItem] = (), notes: Iterable[Notice] = ()) -> Layout:
    """The layout of raw pages after all steps: furniture, labels, reading order, note marks, hyphens, breaks in Korean
    words."""
    notes = list(notes)
    pages = join_torn_lines(pages)
    body_size = _body_size(pages)
    furniture = [furniture_lines(page, repeated) for page, repeated in zip(pages, recurring_lines(pages), strict=True)]
    labels = page_labels(pages, furniture, notes)
    found = note_marks(pages, furniture, body_size)
    pages, furniture = _without_marks(pages, furniture, found)
    orders = [reading_order(page, dropped, notes) for page, dropped in zip(pages, furniture, strict=True)]
    read = _Read(body_size, furniture, labels, found, tuple(outline), tuple(notes))
    layout, groups = _composed(pages, orders, read)
    torn = {
        n: part
        for n, line in enumerate(layout.lines)
        if len(groups[n]) > 1 and (part := _small_behind(pages[line.page - 1], groups[n]))
    }
    moved = lines_with_notes_before(layout, frozenset(torn))
    if not moved:
        return layout
    for page, (lines, below) in moved.items():
        kept, first = pages[page - 1], min(below, default=len(lines))
        behind = [i for n in lines if n in torn for i in torn[n]]
        marked = {i for n in below for i in groups[n]} | set(behind)
        order: list[int] = []
        for n in lines:
            order += [*(behind if n == first else ()), *(i for i in groups[n] if i not in behind)]
        orders[page - 1] = order
        told = (replace(x, role=LineRole.NOTE) if i in marked else x for i, x in enumerate(kept.lines))
        pages[page - 1] = replace(kept, lines=tuple(told))
    return _composed(pages, orders, read)[0]


def _small_behind(page: SourcePage, group: Sequence[int]) -> list[int]:
    """The lines of a note that a hyphen at the end of the text above it seems to join with a word."""
    size = page.lines[group[0]].size
    at = next((k for k, i in enumerate(group) if page.lines[i].size < 0.9 * size), len(group))
    return list(group[at:]) if at and re.match(r"\W{0,2}\d{1,3}\W{0,2}\s", _line_words(page, group[at:])) else []


def _line_words(page: SourcePage, lines: Sequence[int]) -> str:
    return page.text[page.lines[lines[0]].start : page.lines[lines[-1]].end] if lines else ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of raw pages before their lines are put together."""

    body_size: float
    furniture: Sequence[frozenset[int]]
    labels: Sequence[tuple[str | None, str]]
    marks: Sequence[Sequence[NoteMark]]
    outline: tuple[OutlineItem, ...]
    notes: tuple[Notice, ...]


def _composed(
    pages: Sequence[SourcePage], orders: Sequence[Sequence[int]], read: _Read
) -> tuple[Layout, list[list[int]]]:
    """The layout of pages with their lines in an order, and for each of its lines those of the raw page."""
    pages = close_spaced_words(decide_hangul_breaks(decide_hyphens(pages, orders), orders))
    parts: list[str] = []
    raw_lines: list[list[int]] = []
    out_pages: list[Page] = []
    out_lines: list[Line] = []
    marks: list[tuple[int, str]] = []
    cut: list[tuple[int, str]] = []
    at = 0
    n_joined = 0
    each = zip(pages, read.furniture, orders, read.labels, read.marks, strict=True)
    for page, dropped, order, (label, source), page_marks in each:
        pieces = _pieces(page, dropped, order)
        breaks = _breaks(page.text, pieces)
        n_joined += len(breaks)
        segments = _segments(pieces, sorted([*(mark.cut for mark in page_marks), *breaks]))
        body = "".join(page.text[raw : raw + length] for _, raw, length in segments)
        if body.rstrip().endswith(SOFT_HYPHEN):
            n_joined += 1
        body = body.replace(SOFT_HYPHEN, DISCRETIONARY_HYPHEN)
        cut.extend((page.index, page.text[page.lines[i].start : page.lines[i].end].strip()) for i in sorted(dropped))
        for group in _groups_of_lines(page, order):
            line, last = page.lines[group[0]], page.lines[group[-1]]
            place = _in_body(segments, line.start, last.end)
            if place is not None:
                start, end = at + place[0], at + place[1]
                size = line.size / read.body_size
                raw_lines.append(group)
                out_lines.append(
                    Line(start, end, page.index, line.x0, last.x1, line.top, size, line.bold, line.role, line.changed)
                )
        for mark in page_marks:
            place = _in_body(segments, max(0, mark.cut[0] - 1), mark.cut[0])
            if place is not None:
                marks.append((at + place[1], mark.name))
        out_pages.append(Page(page.index, at, at + len(body), label, source, page.ocr, segments))
        parts.append(body)
        at += len(body) + 1
    laid = Layout(
        PAGE_BREAK.join(parts),
        tuple(out_pages),
        tuple(out_lines),
        tuple(marks),
        tuple(cut),
        n_joined,
        read.outline,
        read.notes,
    )
    return laid, raw_lines


def _without_marks(
    pages: Sequence[SourcePage], furniture: Sequence[frozenset[int]], found: Sequence[Sequence[NoteMark]]
) -> tuple[list[SourcePage], list[frozenset[int]]]:
    """The pages with lines that no mark tears, and the furniture among their new lines."""
    out: list[SourcePage] = []
    dropped: list[frozenset[int]] = []
    for page, old, marks in zip(pages, furniture, found, strict=True):
        starts = {page.lines[i].start for i in old}
        out.append(without_marks(with_exponents(page, marks), marks))
        dropped.append(frozenset(i for i, line in enumerate(out[-1].lines) if line.start in starts))
    return out, dropped


def _groups_of_lines(page: SourcePage, order: Sequence[int]) -> list[list[int]]:
    """Lines in reading order, grouped: lines that share a broken word are one group."""
    groups: list[list[int]] = []
    for i in order:
        before = groups[-1][-1] if groups else None
        if before is not None and page.lines[before].end == page.lines[i].start:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _in_body(segments: Sequence[tuple[int, int, int]], start: int, end: int) -> tuple[int, int] | None:
    """The place in the body of raw characters ``[start, end)``, from the first that is left to the last."""
    found = [
        (offset + max(start, raw) - raw, offset + min(end, raw + length) - raw)
        for offset, raw, length in segments
        if raw < end and start < raw + length
    ]
    return (found[0][0], found[-1][1]) if found else None


def _pieces(page: SourcePage, dropped: frozenset[int], order: Sequence[int]) -> list[tuple[int, int]]:
    """The ranges of the raw text that make the body, in reading order: the page without the dropped lines.

    Blanks and line ends between two lines belong to the line before them.
    """
    if not page.lines:
        return [(0, len(page.text))] if page.text else []
    starts = sorted(line.start for line in page.lines)
    following = dict(pairwise([*starts, len(page.text)]))
    pieces = [(page.lines[i].start, following[page.lines[i].start]) for i in order]
    if starts[0] and not dropped and list(order) == sorted(order):
        pieces.insert(0, (0, starts[0]))
    return _with_line_end(page.text, pieces)


def _breaks(text: str, pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The raw ranges that divide a word: the mark of the break with the line end behind it, but for the page's end."""
    last = max((end for _, end in pieces[-1:]), default=0)
    out: list[tuple[int, int]] = []
    for match in _BREAK.finditer(text):
        start, end = match.span()
        inside = next((piece for piece in pieces if piece[0] <= start < piece[1]), None)
        if inside is None or (inside[1] == last and not text[start:last].strip(SOFT_HYPHEN).strip()):
            continue
        out.append((start, min(end, inside[1])))
    return out


_BREAK = re.compile(rf"{SOFT_HYPHEN}\s*")


def _segments(pieces: Sequence[tuple[int, int]], cuts: Sequence[tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
    """The pieces without the cuts, as slices (body offset, raw offset, length)."""
    kept: list[tuple[int, int, int]] = []
    offset = 0
    for piece in pieces:
        for start, end in _pieces_between(piece, cuts):
            if kept and kept[-1][1] + kept[-1][2] == start:
                kept[-1] = (kept[-1][0], kept[-1][1], kept[-1][2] + end - start)
            else:
                kept.append((offset, start, end - start))
            offset += end - start
    return tuple(kept)


def _pieces_between(piece: tuple[int, int], cuts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of a piece between the cuts, which are in order."""
    at, end = piece
    for a, b in cuts:
        if a >= end:
            break
        if a > at:
            yield at, a
        at = max(at, b)
    if at < end:
        yield at, end


def _with_line_end(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pieces, each with a line end: a last line that was moved forward takes that of the new last line or, where
    that ends in a broken word, that of a line that is not read."""
    moved = next((n for n, (_, end) in enumerate(pieces[:-1]) if end == len(text) and text[end - 1] != "\n"), None)
    if moved is None:
        return pieces
    start, end = pieces[-1]
    if text[end - 1] != "\n":
        ends = (m.start() for m in re.finditer("\n", text))
        free = next((at for at in ends if not any(a <= at < b for a, b in pieces)), None)
        return pieces if free is None else [*pieces[: moved + 1], (free, free + 1), *pieces[moved + 1 :]]
    return [*pieces[: moved + 1], (end - 1, end), *pieces[moved + 1 : -1], (start, end - 1)]


def _body_size(pages: Sequence[SourcePage]) -> float:
    """The line height in which most of the text is set."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weights[round(line.size, 1)] += line.end - line.start
    return max(weights.most_common(1)[0][0], 0.1) if weights else 1.0
