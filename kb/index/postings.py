"""The inverted index of a segment as files: for each term's hash, the rows that contain it and the counts."""

from __future__ import annotations

import hashlib
import itertools
from array import array
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kb.types import Array


@lru_cache(maxsize=1 << 16)
def term_key(term: str) -> int:
    """The hash of a term, under which its postings are stored."""
    return term_key_once(term)


def term_key_once(term: str) -> int:
    """:func:`term_key` of a term that is not kept in memory."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


POSTINGS = ("hashes", "ends", "rows", "counts")
"""The files of postings: the sorted hashes of all terms; the end of each term's rows; the rows; the counts."""


class Postings:
    """The postings of a segment: rows and counts by the hash of a term. The files are mapped into memory, so only the
    postings of a question's terms are read."""

    def __init__(self, hashes: Any, ends: Any, rows: Any, counts: Any) -> None:
        self._hashes, self._ends, self._rows, self._counts = hashes, ends, rows, counts

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """The postings saved in a folder, mapped into memory."""
        hashes, ends, rows, counts = (mapped(folder / f"{name}.npy") for name in POSTINGS)
        return cls(hashes, ends, rows, counts)

    def save(self, folder: Path) -> None:
        """Writes them into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, values in zip(POSTINGS, (self._hashes, self._ends, self._rows, self._counts), strict=True):
            np.save(folder / f"{name}.npy", np.asarray(values))

    @property
    def hashes(self) -> Any:
        """The hashes of all terms, rising."""
        return self._hashes

    @property
    def sizes(self) -> Any:
        """How many rows hold each term, in the order of :attr:`hashes`."""
        return np.diff(self._ends, prepend=0)

    def find(self, key: int) -> tuple[Any, Any]:
        """The rows that hold a term, by its hash, rising; and how often each holds it."""
        (start,), (end,) = self.bounds(np.array([key], np.uint64))
        return self.slice(int(start), int(end))

    def slice(self, start: int, end: int) -> tuple[Any, Any]:
        """The rows from one place to another, and their counts; see :meth:`bounds`."""
        return self._rows[start:end], self._counts[start:end]

    def bounds(self, keys: Any) -> tuple[Any, Any]:
        """For some terms, by their hashes, where the rows of each begin and end; the same where no row holds one."""
        if not len(self._hashes):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
        at = np.minimum(np.searchsorted(self._hashes, keys), len(self._hashes) - 1)
        ends = self._ends[at]
        starts = np.where(at > 0, self._ends[at - 1], 0)
        return starts, np.where(self._hashes[at] == keys, ends, starts)


class PostingsMaker:
    """Postings of rows that are given one by one."""

    def __init__(self, key: Callable[[str], int] = term_key) -> None:
        """:param key: :func:`term_key`, or for terms that seldom come again :func:`term_key_once`."""
        self._key = key
        self._keys, self._counts, self._sizes = array("Q"), array("H"), array("I")

    def add(self, terms: Iterable[str]) -> None:
        """The terms of the next row."""
        found = Counter(terms)
        self._keys.extend(map(self._key, found))
        counts = found.values()
        if counts and max(counts) > MOST_COUNTED:
            self._counts.extend(min(n, MOST_COUNTED) for n in counts)
        else:
            self._counts.extend(counts)
        self._sizes.append(len(found))

    def postings(self) -> Postings:
        """The postings of all rows that were given."""
        keys = np.frombuffer(self._keys, np.uint64) if self._keys else np.zeros(0, np.uint64)
        counts = np.frombuffer(self._counts, np.uint16) if self._counts else np.zeros(0, np.uint16)
        sizes = np.frombuffer(self._sizes, np.uint32) if self._sizes else np.zeros(0, np.uint32)
        rows = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        order = np.argsort(keys, kind="stable")  # the rows are in ascending order already
        hashes, of_each = np.unique(keys, return_counts=True)
        return Postings(hashes, np.cumsum(of_each, dtype=np.int64), rows[order], counts[order])


def mapped(path: Path) -> Any:
    """An array in a file, mapped into memory.

    :raises OSError: the file cannot be read; ValueError where it holds no array.
    """
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


MOST_COUNTED = 65_535
"""How often a row is counted to hold a term, at the most."""


class HeadingTermsMaker:
    """The distinct terms of each row's heading, by their hashes, of rows that are given one by one."""

    def __init__(self) -> None:
        self._keys, self._starts = array("Q"), array("Q", [0])

    def add(self, terms: Sequence[str]) -> None:
        """The terms of the next row's heading."""
        self._keys.extend(sorted(map(term_key, set(terms))))
        self._starts.append(len(self._keys))

    def arrays(self) -> tuple[Array, Array]:
        """The hashes of all rows, and where those of each row begin, with the end of the last."""
        return np.array(self._keys, dtype=np.uint64), np.array(self._starts, dtype=np.int64)


def pairs_of(terms: Sequence[str]) -> list[str]:
    """Each pair of adjacent terms as one term."""
    return [f"{a} {b}" for a, b in itertools.pairwise(terms)]


def figures_of(text: str) -> float:
    """The share of digits among a text's characters."""
    return sum(map(str.isdigit, text)) / max(len(text), 1)
