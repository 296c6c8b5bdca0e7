"""Converts row numbers: the index numbers rows through all documents in the order of their ids, each segment its own
rows.

The documents of a segment are in the order of their ids as well, so two live rows of a segment have the same order in
the index. Rows of documents that the index no longer has are called dead.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


class Placement:
    """Converts between rows of an index and rows of its segments."""

    def __init__(self, segments: Sequence[int], firsts: Sequence[int], counts: Sequence[int], sizes: Sequence[int]):
        """For each document, in the order of the index, its segment, its first row there, and how many rows it has;
        and for each segment how many rows it has, dead ones too."""
        self._segments = np.asarray(segments, dtype=np.int64)
        self._firsts = np.asarray(firsts, dtype=np.int64)
        self._counts = np.asarray(counts, dtype=np.int64)
        self._ends = np.cumsum(self._counts)
        self._sizes = tuple(sizes)
        self._rows: dict[int, Any] = {}
        self._live: dict[int, Any] = {}
        self._offsets: dict[int, int | None] = {}

    @classmethod
    def whole(cls, n: int) -> Placement:
        """The placement for an index of one segment."""
        return cls([0], [0], [n], [n])

    def of_groups(self, groups: Sequence[tuple[int, Sequence[tuple[int, int]]]]) -> Placement:
        """The placement by groups of segments, which are numbered first, and the segments in none of them, in their
        order. A group is given as how many rows it has, and for each segment its number and its first row there."""
        parts, before = np.full(len(self._sizes), -1), np.zeros(len(self._sizes), np.int64)
        for number, (_, members) in enumerate(groups):
            for n, first in members:
                parts[n], before[n] = number, first
        single = self.outside(groups)
        parts[single] = len(groups) + np.arange(len(single))
        sizes = [size for size, _ in groups] + [self._sizes[n] for n in single]
        segments = self._segments
        firsts = self._firsts + before[segments]
        return Placement(parts[segments].tolist(), firsts.tolist(), self._counts.tolist(), sizes)

    def outside(self, groups: Sequence[tuple[int, Sequence[tuple[int, int]]]]) -> list[int]:
        """The segments that are in no group."""
        held = {n for _, members in groups for n, _ in members}
        return [n for n in range(len(self._sizes)) if n not in held]

    @property
    def size(self) -> int:
        """Rows of the index."""
        return int(self._ends[-1]) if len(self._ends) else 0

    @cached_property
    def document(self) -> Any:
        """For each row the number of its document."""
        return np.repeat(np.arange(len(self._counts)), self._counts)

    @property
    def begins(self) -> Any:
        """The first row of each document that has rows."""
        return (self._ends - self._counts)[self._counts > 0]

    @cached_property
    def _is_whole(self) -> bool:
        """Whether the rows of the one part are those of the index, in its order; a group may have another order."""
        in_order = (self._firsts == self._ends - self._counts) | (self._counts == 0)
        return self._sizes == (self.size,) and bool(in_order.all())

    def rows_of(self, segment: int) -> Any:
        """For each row of a segment its row in the index; -1 if it is dead."""
        if segment not in self._rows:
            out = np.full(self._sizes[segment], -1, dtype=np.int64)
            for n in np.flatnonzero(self._segments == segment):
                first, count, end = int(self._firsts[n]), int(self._counts[n]), int(self._ends[n])
                out[first : first + count] = np.arange(end - count, end)
            self._rows[segment] = out
        return self._rows[segment]

    def rows_at(self, segment: int, rows: Any) -> Any:
        """The rows of the index that some live rows of a segment are."""
        if self._is_whole:
            return rows
        offset = self._offset(segment)
        if offset == 0:
            return rows
        return self.rows_of(segment)[rows] if offset is None else rows + offset

    def _offset(self, segment: int) -> int | None:
        """The difference between rows of the index and rows of a segment whose rows are contiguous in the index;
        ``None`` for any other segment."""
        if segment not in self._offsets:
            found = self.rows_of(segment)
            together = len(found) > 0 and found[0] >= 0 and bool((np.diff(found) == 1).all())
            self._offsets[segment] = int(found[0]) if together else None
        return self._offsets[segment]

    @cached_property
    def in_order(self) -> list[int]:
        """The segments by their first live rows, so that rows mostly rise from one to the next."""
        firsts = self._ends - self._counts
        first = {n: self.size for n in range(len(self._sizes))}
        for segment, start in zip(self._segments.tolist(), firsts.tolist(), strict=True):
            first[segment] = min(first[segment], start)
        return sorted(first, key=lambda n: (first[n], n))

    def rows_in(self, segment: int) -> int:
        """How many rows a segment has, dead ones too."""
        return self._sizes[segment]

    def mask(self, segment: int, allowed: Any | None) -> Any | None:
        """For each row of a segment whether it is live and allowed; ``None`` where all are. ``allowed`` says it of each
        row of the index."""
        live = self.live(segment)
        if allowed is None:
            return live
        if self._is_whole:
            return allowed
        rows = self.rows_of(segment)
        inside = allowed[rows]
        return inside if live is None else inside & live

    def live(self, segment: int) -> Any | None:
        """For each row of a segment whether it is live; ``None`` where all are."""
        if segment not in self._live:
            alive = None if self._is_whole else self.rows_of(segment) >= 0
            self._live[segment] = None if alive is None or bool(alive.all()) else alive
        return self._live[segment]

    def locate(self, rows: Any) -> tuple[Any, Any]:
        """For some rows of the index their segments, and their rows there."""
        wanted = np.asarray(rows, dtype=np.int64)
        n = np.searchsorted(self._ends, wanted, side="right")
        return self._segments[n], self._firsts[n] + wanted - (self._ends[n] - self._counts[n])

    def gather(self, arrays: Sequence[Any]) -> Any:
        """The values of arrays of the segments, in the order of the index."""
        if self._is_whole:
            return arrays[0]
        out = np.zeros(self.size, dtype=arrays[0].dtype if arrays else np.float32)
        for n, values in enumerate(arrays):
            rows, live = self.rows_of(n), self.live(n)
            out[rows if live is None else rows[live]] = values if live is None else values[live]
        return out
