"""Sets of rows as ranges. A filter selects whole documents, so that even a set of a million rows takes a few
numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from operator import index
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class RowSet(Sequence[int]):
    """A set of rows, in ascending order."""

    __slots__ = ("_before", "_starts", "ranges")

    def __init__(self, ranges: Iterable[range] = ()) -> None:
        """Takes ascending ranges that do not overlap; adjacent ones are merged."""
        joined: list[range] = []
        for each in ranges:
            if not len(each):
                continue
            if joined and joined[-1].stop == each.start:
                joined[-1] = range(joined[-1].start, each.stop)
            else:
                joined.append(range(each.start, each.stop))
        self.ranges = tuple(joined)
        self._starts = [each.start for each in joined]
        self._before = [0, *accumulate(map(len, joined))]

    @classmethod
    def of(cls, rows: Iterable[int]) -> RowSet:
        """The set of single rows in any order, or of a range."""
        if isinstance(rows, range) and rows.step == 1:
            return cls([rows])
        return cls(range(row, row + 1) for row in sorted(set(rows)))

    def __len__(self) -> int:
        return self._before[-1]

    def __contains__(self, row: object) -> bool:
        try:
            wanted = index(row)  # type: ignore[arg-type]
        except TypeError:  # a value that is not a number is not a row
            return False
        at = bisect_right(self._starts, wanted) - 1
        return at >= 0 and wanted < self.ranges[at].stop

    def __iter__(self) -> Iterator[int]:
        for each in self.ranges:
            yield from each

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        if isinstance(at, slice):
            return list(self)[at]
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        n = bisect_right(self._before, place) - 1
        return self.ranges[n][place - self._before[n]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSet) and self.ranges == other.ranges

    def __hash__(self) -> int:
        return hash(self.ranges)

    def __and__(self, other: RowSet) -> RowSet:
        """The rows that are in both sets."""
        out: list[range] = []
        a = b = 0
        while a < len(self.ranges) and b < len(other.ranges):
            mine, theirs = self.ranges[a], other.ranges[b]
            out.append(range(max(mine.start, theirs.start), min(mine.stop, theirs.stop)))
            if mine.stop <= theirs.stop:
                a += 1
            else:
                b += 1
        return RowSet(out)

    def __or__(self, other: RowSet) -> RowSet:
        """The rows that are in one of the sets."""
        out: list[range] = []
        for each in sorted((*self.ranges, *other.ranges), key=lambda r: r.start):
            if out and each.start <= out[-1].stop:
                out[-1] = range(out[-1].start, max(out[-1].stop, each.stop))
            else:
                out.append(each)
        return RowSet(out)
