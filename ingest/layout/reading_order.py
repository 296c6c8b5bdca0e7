"""Puts the lines of a page into reading order: pdfium's order, or the order by position if pdfium's runs backwards.
Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.source_page import SourcePage

_FAR = 2.2
"""Lines further apart than this many line heights do not belong to one block."""


def reading_order(page: SourcePage, dropped: frozenset[int], notes: list[Notice]) -> list[int]:
    """The body lines' indices in reading order.

    pdfium's order is kept unless the text often runs backwards in it, that is from a line to one that is higher and not
    to the right. The order by position (columns first, then gaps between rows) is used instead if it runs backwards at
    most half as often.
    """
    kept = [i for i, line in enumerate(page.lines) if i not in dropped and line.start < line.end]
    if len(kept) < 3 or not all(page.lines[i].bottom for i in kept):
        return kept
    backwards = _backwards(page, kept)
    if not backwards:
        return kept
    blocks = _runs_of_lines(page, kept)
    placed = [i for block in _by_place(page, blocks) for i in block]
    still = _backwards(page, placed)
    if still * 2 > backwards or _tears(page, kept, placed):
        return kept
    notes.append(notice("note by place", page=page.index, n=backwards))
    return placed


def _backwards(page: SourcePage, order: Sequence[int]) -> int:
    """How often a line is followed by one that is higher and not to the right of it."""
    count = 0
    for i, j in pairwise(order):
        a, b = page.lines[i], page.lines[j]
        higher = b.bottom <= a.top + 0.002
        count += higher and b.x0 < max(a.x1, a.x0) - 3
    return count


def _runs_of_lines(page: SourcePage, order: Sequence[int]) -> list[list[int]]:
    """Runs of lines, in pdfium's order, that follow each other closely downwards or are at the same height."""
    out: list[list[int]] = []
    for j in order:
        b = page.lines[j]
        if out:
            a = page.lines[out[-1][-1]]
            height = max(a.bottom - a.top, b.bottom - b.top, 0.004)
            overlaps = a.x0 < b.x1 and b.x0 < a.x1
            below = b.top >= a.top - 0.3 * height and b.top - a.bottom < _FAR * height and overlaps
            beside = abs(b.top - a.top) < height and b.x0 >= a.x1 - 3 and b.x0 - a.x1 < 30
            if below or beside:
                out[-1].append(j)
                continue
        out.append([j])
    return out


def _by_place(page: SourcePage, blocks: list[list[int]]) -> list[list[int]]:
    """Blocks ordered by repeated cuts: at a gutter between columns, or else at the widest gap between rows."""
    out: list[list[int]] = []
    todo = [blocks]  # its own stack: a page may hold more blocks than calls may be nested
    while todo:
        part = todo.pop()
        halves = _cut_in_two(page, part)
        if halves is None:
            out += sorted(part, key=lambda b: (round(page.lines[b[0]].top, 2), page.lines[b[0]].x0))
        else:
            todo += reversed(halves)
    return out


def _cut_in_two(page: SourcePage, blocks: list[list[int]]) -> tuple[list[list[int]], list[list[int]]] | None:
    """The two parts of some blocks, the first to be read first; ``None`` where no gap runs through them."""
    if len(blocks) < 2:
        return None
    boxes = [
        (
            min(min(page.lines[i].x0, page.lines[i].x1) for i in block),  # turned lines may end left of their start
            min(min(page.lines[i].top, page.lines[i].bottom) for i in block),
            max(max(page.lines[i].x0, page.lines[i].x1) for i in block),
            max(max(page.lines[i].top, page.lines[i].bottom) for i in block),
        )
        for block in blocks
    ]
    for low, high, least in ((0, 2, 4.0), (1, 3, 0.0)):
        cut = _widest_gap([(box[low], box[high]) for box in boxes], least)
        if cut is not None:
            first = [b for b, box in zip(blocks, boxes, strict=True) if box[high] <= cut + 1e-6]
            second = [b for b, box in zip(blocks, boxes, strict=True) if box[high] > cut + 1e-6]
            if first and second:
                return first, second
    return None


def _widest_gap(intervals: Sequence[tuple[float, float]], least: float) -> float | None:
    """The beginning of the widest gap between the intervals; ``None`` where no gap is wider than ``least``."""
    ordered = sorted(intervals)
    reach = ordered[0][1]
    best: tuple[float, float] | None = None
    for low, high in ordered[1:]:
        if low - reach > least and (best is None or low - reach > best[0]):
            best = (low - reach, reach)
        reach = max(reach, high)
    return best[1] if best else None


def _tears(page: SourcePage, kept: Sequence[int], placed: Sequence[int]) -> bool:
    """Whether the new order separates the halves of a broken word."""
    after = dict(pairwise(placed))
    return any(page.lines[i].end == page.lines[j].start and after.get(i) != j for i, j in pairwise(kept))
