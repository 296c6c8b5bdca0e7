"""Gives the ranking the same inputs from a store as from an index in files: words, vectors, and the columns of rows.

The arithmetic of :mod:`kb.index.bm25` and :mod:`kb.index.vectors` is applied to the rows that are fetched, so that the
scores are the same to the last bit.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from kb.errors import StoreError
from kb.index.bm25 import K1, B, idf
from kb.index.collection import Collection
from kb.index.postings import term_key
from kb.index.vectors import inner_products
from kb.records import dataclass
from kb.stores.deciding import decided_rows
from kb.stores.frequencies import COUNTED, HEADINGS, PAIRS, WORDS, Frequencies
from kb.stores.rows import ScoredBy, unpacked_sentences
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kb.protocols import PieceIndex
    from kb.stores.protocol import Generation, KeptRow
    from kb.types import Array, FloatArray

ROWS_KEPT = 4_000
"""Rows that are kept of those fetched lately."""
FETCHED_AT_ONCE = 500
DENSE_SLACK = 5e-5
"""How far two float32 inner products of vectors of length 1 may be apart, by the order in which they are summed."""
SPARSE_SLACK = 1e-5
"""The same for sums of weights, as a share of the sum."""


@dataclass(frozen=True, slots=True)
class FetchedRow:
    """A row as it was fetched, its facts unpacked."""

    vector: FloatArray
    facts: ScoredBy


class FetchedRows:
    """The rows of a generation; those fetched lately are kept. Safe to share between threads."""

    def __init__(self, generation: Generation, width: int) -> None:
        self._generation, self._width = generation, width
        self._kept: OrderedDict[int, FetchedRow] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, rows: Sequence[int] | Array) -> list[FetchedRow]:
        """Some rows in the order asked.

        :raises StoreError: one is not there, or is not as it was written.
        """
        wanted = [int(row) for row in rows]
        with self._lock:
            found = {row: self._kept[row] for row in wanted if row in self._kept}
            for row in found:
                self._kept.move_to_end(row)
        missing = [row for row in dict.fromkeys(wanted) if row not in found]
        for at in range(0, len(missing), FETCHED_AT_ONCE):
            for kept in self._generation.rows(missing[at : at + FETCHED_AT_ONCE]):
                found[kept.row] = self._unpacked(kept)
        if absent := [row for row in missing if row not in found]:
            raise StoreError(notice("store damaged", name=self._generation.name, what=str(absent[0])))
        with self._lock:
            self._kept |= {row: found[row] for row in missing}
            while len(self._kept) > ROWS_KEPT:
                self._kept.popitem(last=False)
        return [found[row] for row in wanted]

    def _unpacked(self, kept: KeptRow) -> FetchedRow:
        try:
            facts = ScoredBy.unpacked(kept.facts)
        except ValueError as error:
            raise StoreError(notice("store damaged", name=self._generation.name, what=str(kept.row))) from error
        if len(kept.vector) != self._width:
            widths = {"found": len(kept.vector), "wanted": self._width}
            raise StoreError(notice("store of other width", name=self._generation.name, **widths))
        return FetchedRow(kept.vector, facts)


class StoredTerms:
    """One kind of terms of a generation, as :class:`kb.index.bm25.TermIndex` has them."""

    def __init__(
        self, size: int, rows: FetchedRows, frequencies: Frequencies, held: Callable[[ScoredBy], Array]
    ) -> None:
        """:param held: the keys of this kind that a row holds, rising."""
        self._size, self._rows, self._frequencies, self._held = size, rows, frequencies, held

    @property
    def size(self) -> int:
        """Rows."""
        return self._size

    def knows(self, term: str) -> bool:
        """Whether a row holds the term."""
        return self.frequency(term) > 0

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        return self._frequencies.of([term_key(term)])[0]

    def rarity(self, term: str) -> float:
        """Inverse document frequency; the highest for a term that no row holds."""
        return idf(self.frequency(term), self._size)

    def present(self, terms: Sequence[str], rows: Any) -> Any:
        """``(len(terms), len(rows))`` bool: whether a row holds a term."""
        keys = np.array([term_key(term) for term in terms], np.uint64)
        self._frequencies.of(keys.tolist())  # fetched together, because the calls below ask for them one by one
        out = np.zeros((len(terms), len(rows)), dtype=bool)
        for n, row in enumerate(self._rows.get(rows)):
            out[:, n] = _places_among(self._held(row.facts), keys) >= 0
        return out


class StoredPairs(StoredTerms):
    """The pairs of terms of a generation, and the rows that have a pair by which definitions are found."""

    def __init__(self, generation: Generation, size: int, rows: FetchedRows, frequencies: Frequencies) -> None:
        super().__init__(size, rows, frequencies, lambda facts: facts.pairs)
        self._generation = generation

    def rows_of(self, term: str) -> Any:
        """The rows with a pair whose second term is :data:`kb.stores.rows.ASKED_FOR_MEANING`, in ascending order."""
        if not self.knows(term):
            return np.zeros(0, np.int64)
        return np.unique(np.array(self._generation.rows_of_defining(term_key(term)), np.int64))


class StoredWords(StoredTerms):
    """BM25 over a generation, as :class:`kb.index.bm25.BM25` has it."""

    def __init__(
        self, generation: Generation, size: int, mean_length: float, rows: FetchedRows, frequencies: Frequencies
    ) -> None:
        super().__init__(size, rows, frequencies, lambda facts: facts.words)
        self._generation, self._mean = generation, np.float64(mean_length)

    def _weights(self, terms: Sequence[str]) -> list[tuple[int, np.float32]]:
        """The key and the weight of each term that a row holds, in the order given."""
        keys = [term_key(term) for term in terms]
        found = self._frequencies.of(keys)
        return [(key, np.float32(idf(n, self._size))) for key, n in zip(keys, found, strict=True) if n]

    def scores_of(self, terms: Sequence[str], rows: Any) -> Any:
        """``(len(rows),)`` float32: the scores of some rows; a term given twice is added twice."""
        return self._scores(self._weights(terms), rows)

    def _scores(self, weights: Sequence[tuple[int, np.float32]], rows: Any) -> Any:
        out = np.zeros(len(rows), np.float32)
        keys = np.array([key for key, _ in weights], np.uint64)
        for n, row in enumerate(self._rows.get(rows) if weights else ()):
            places = _places_among(row.facts.words, keys)
            held = np.flatnonzero(places >= 0)
            often = row.facts.counts[places[held]].astype(np.float32)
            norm = K1 * ((1 - B) + B * np.float64(row.facts.length) / self._mean)
            total = np.float32(0)
            for k, count in zip(held, often, strict=True):  # in the order of the terms, each sum in single precision
                total += np.float32(weights[int(k)][1] * (count / (norm + count)))
            out[n] = total
        return out

    def best(self, terms: Sequence[str], k: int, allowed: Any | None = None) -> Any:
        """The rows of the ``k`` best scores above 0, ties by row; ``allowed`` has for each row whether it may be
        found."""
        weights = self._weights(terms)
        asked: dict[int, float] = {}
        for key, weight in weights:
            asked[key] = asked.get(key, 0.0) + float(weight)
        inside = None if allowed is None else row_ranges(np.flatnonzero(allowed))
        if not asked or (inside is not None and not inside):
            return np.zeros(0, np.int64)
        slack = SPARSE_SLACK * sum(asked.values())  # a row has at most the whole weight of each term
        found = decided_rows(
            k,
            lambda n: self._generation.best_by_words(asked, n, inside),
            lambda rows: self._scores(weights, rows),
            slack,
        )
        return np.sort(np.array([row for row, score in found if score > 0], np.int64))


class StoredVectors:
    """Exact nearest rows over a generation; see :class:`kb.protocols.VectorIndex`."""

    def __init__(self, generation: Generation, size: int, width: int, rows: FetchedRows) -> None:
        self._generation, self._size, self._width, self._rows = generation, size, width, rows

    @property
    def size(self) -> tuple[int, int]:
        """Rows and width."""
        return self._size, self._width

    def search(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row."""
        inside = None if rows is None else row_ranges(np.asarray(rows, np.int64))
        if not self._size or (inside is not None and not inside):
            return []
        slack = DENSE_SLACK * max(float(np.linalg.norm(query)), 1e-6)
        return decided_rows(
            k,
            lambda n: self._generation.nearest(query, n, inside),
            lambda found: inner_products(query, self.vectors(found)),
            slack,
        )

    def vectors(self, rows: Array | Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        found = self._rows.get(rows)
        return np.array([row.vector for row in found], np.float32).reshape(len(found), self._width)


class FetchedColumn:
    """A number of each row, fetched for the rows that are asked for."""

    def __init__(self, rows: FetchedRows, of: Callable[[ScoredBy], float]) -> None:
        self._rows, self._of = rows, of

    def __getitem__(self, rows: Array) -> Array:
        """``(len(rows),)`` float32."""
        return np.array([self._of(row.facts) for row in self._rows.get(rows)], np.float32)

    __call__ = __getitem__


class _ReadAhead(threading.local):
    """The sentences of the rows that a thread has read ahead: each thread makes one answer at a time."""

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {}


class StoredSearch:
    """The methods of a generation that a search uses."""

    def __init__(
        self,
        generation: Generation,
        rows_of_documents: Sequence[int],
        width: int,
        mean_length: float,
        n_parts: Mapping[str, int],
        texts: Callable[[Sequence[int]], Sequence[str]],
    ) -> None:
        """:param rows_of_documents: how many rows each document has, in the order of the index.
        :param n_parts: into how many parts the frequencies of each kind of terms are divided.
        :param texts: the words that some rows are found by."""
        self._generation, self._width, self._texts = generation, width, texts
        self._ahead = _ReadAhead()
        self._counts = np.array(rows_of_documents, np.int64)
        size = int(self._counts.sum())
        self._rows = FetchedRows(generation, width)
        counted = {kind: Frequencies(generation, kind, n_parts[kind]) for kind in COUNTED}
        self.words = StoredWords(generation, size, mean_length, self._rows, counted[WORDS])
        self._pairs = StoredPairs(generation, size, self._rows, counted[PAIRS])
        self._headings = StoredTerms(size, self._rows, counted[HEADINGS], lambda facts: facts.heading)
        self.vectors = StoredVectors(generation, size, width, self._rows)

    @cached_property
    def collection(self) -> Collection:
        """The collection that questions are ranked over."""
        size = self.words.size
        starts = np.cumsum(self._counts) - self._counts
        return Collection(
            self.words,
            cast("PieceIndex", self.words),  # every row is one piece
            self._pairs,
            self._headings,
            self.vectors,
            np.arange(size),
            np.repeat(np.arange(len(self._counts)), self._counts),
            starts[self._counts > 0],
            cast("Array", FetchedColumn(self._rows, lambda facts: facts.length)),
            cast("Array", FetchedColumn(self._rows, lambda facts: facts.figures)),
            FetchedColumn(self._rows, lambda facts: facts.heading_weight),
            self._texts,
        )

    def read_ahead(self, rows: Sequence[int]) -> None:
        """Fetches the sentences of some rows in one step; they are kept for this thread until it reads others ahead."""
        wanted = [int(row) for row in dict.fromkeys(rows)]
        self._ahead.rows = self._generation.sentences(wanted) if wanted else {}

    def sentence_vectors(self, row: int) -> FloatArray:
        """``(k, d)`` float32: the sentences of a row."""
        data = self._ahead.rows.get(row)
        if data is None:
            data = self._generation.sentences([row]).get(row)
        if data is None:
            raise StoreError(notice("store damaged", name=self._generation.name, what=str(row)))
        return unpacked_sentences(data, self._width)


def _places_among(held: Array, keys: Array) -> Array:
    """For each key its position in ``held``, which is in ascending order; -1 if it is missing."""
    if not len(held):
        return np.full(len(keys), -1)
    at = np.minimum(np.searchsorted(held, keys), len(held) - 1)
    return np.where(held[at] == keys, at, -1)


def row_ranges(rows: Array) -> tuple[range, ...]:
    """Some rows as ranges that rise and do not meet."""
    return tuple(_row_ranges(np.unique(rows)))


def _row_ranges(rising: Array) -> Iterator[range]:
    breaks = np.flatnonzero(np.diff(rising) > 1) + 1
    for part in np.split(rising, breaks):
        if len(part):
            yield range(int(part[0]), int(part[-1]) + 1)
