"""The document frequencies of terms: counted over all rows of a generation, and kept in the store as small parts.

The part that holds a term follows from the term's key, so that a question reads only the parts of its own terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.stores.files import whole_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.stores.protocol import Generation
    from kb.types import Array

WORDS, PAIRS, HEADINGS = COUNTED = ("words", "pairs", "headings")
"""The kinds of terms that are counted."""
KEYS_IN_PART = 512
KEPT_KEYS = 200_000
"""Terms whose frequencies a reader keeps."""


class FrequencyCount:
    """Counts rows by their terms; rows are given in any order."""

    def __init__(self) -> None:
        self._held: list[Array] = []
        self._n = 0
        self._keys, self._counts = np.zeros(0, np.uint64), np.zeros(0, np.int64)

    def add(self, keys: Array) -> None:
        """The keys of a row, each once."""
        self._held.append(keys)
        self._n += len(keys)
        if self._n > MOST_HELD:
            self._fold()

    def _fold(self) -> None:
        keys, counts = np.unique(np.concatenate([np.zeros(0, np.uint64), *self._held]), return_counts=True)
        both = np.concatenate([self._keys, keys])
        self._keys, at = np.unique(both, return_inverse=True)
        sums = np.zeros(len(self._keys), np.int64)
        np.add.at(sums, at, np.concatenate([self._counts, counts]))
        self._counts = sums
        self._held, self._n = [], 0

    def parts(self, kind: str) -> tuple[int, Iterator[tuple[str, bytes]]]:
        """How many parts there are, and each with its name."""
        self._fold()
        n_parts = max(1, len(self._keys) // KEYS_IN_PART)
        return n_parts, self._packed(kind, n_parts)

    def _packed(self, kind: str, n_parts: int) -> Iterator[tuple[str, bytes]]:
        part = self._keys % np.uint64(n_parts)
        order = np.argsort(part, kind="stable")
        ends = np.searchsorted(part[order], np.arange(n_parts, dtype=np.uint64), side="right")
        start = 0
        for n, end in enumerate(ends):
            mine = order[start:end]
            yield (
                part_name(kind, n),
                self._keys[mine].astype("<u8").tobytes() + self._counts[mine].astype("<u4").tobytes(),
            )
            start = int(end)


MOST_HELD = 4_000_000
"""Keys that are held before they are counted."""


def part_name(kind: str, n: int) -> str:
    """The name of a part of the frequencies of some kind of terms."""
    return f"{kind}/{n}"


class Frequencies:
    """The frequencies of one kind of terms in a generation, read when they are asked for."""

    def __init__(self, generation: Generation, kind: str, n_parts: int) -> None:
        self._generation, self._kind, self._n_parts = generation, kind, n_parts
        self._known: dict[int, int] = {}

    def of(self, keys: Sequence[int]) -> list[int]:
        """How many rows hold each of some terms."""
        if len(self._known) > KEPT_KEYS:
            self._known = {}
        known = self._known
        if missing := {key: part_name(self._kind, key % self._n_parts) for key in keys if key not in known}:
            found = whole_parts(self._generation, list(dict.fromkeys(missing.values())))
            known = known | {key: _frequency_in(found[name], key) for key, name in missing.items()}
            self._known = known
        return [known[key] for key in keys]


def _frequency_in(data: bytes, key: int) -> int:
    n = len(data) // 12
    keys = np.frombuffer(data, "<u8", n)
    at = int(np.searchsorted(keys, np.uint64(key)))
    return int(np.frombuffer(data, "<u4", n, 8 * n)[at]) if at < n and int(keys[at]) == key else 0
