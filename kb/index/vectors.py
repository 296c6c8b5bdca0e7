"""Edge: the vectors of an index. The only importer of ``faiss``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from kb.index.layout import EXACT_UP_TO, damaged
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kb.index.placement import Placement
    from kb.types import Array, FloatArray


class FaissIndex:
    """Exact nearest rows of a file by inner product. The file is mapped into memory."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        :raises IndexFolderError: missing or damaged.
        """
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError) as error:
            raise damaged(path, "its vectors cannot be read") from error

    @property
    def size(self) -> tuple[int, int]:
        """Rows and width."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row; FAISS's filler row -1 never comes back."""
        total = int(self._index.ntotal)
        chosen = None if rows is None else np.unique(np.asarray(rows, dtype=np.int64))
        if total <= 0 or k <= 0 or (chosen is not None and not len(chosen)):
            return []
        if chosen is not None and len(chosen) * FEW_VECTORS <= total:
            return self._best(_Gathered(self.vectors(chosen)), query, k, chosen)
        return self._best(_Masked(self._index, chosen), query, k, None)

    @classmethod
    def best_of(cls, vectors: FloatArray, query: FloatArray, k: int, rows: Array) -> list[tuple[int, float]]:
        """The best of some vectors that were taken out, by the rows that they are of, which rise."""
        return cls._best(_Gathered(vectors), query, k, rows) if len(rows) and k > 0 else []

    @staticmethod
    def _best(searched: _Gathered | _Masked, query: FloatArray, k: int, rows: Array | None) -> list[tuple[int, float]]:
        vector = np.ascontiguousarray(query.reshape(1, -1), dtype=np.float32)
        n = min(k + 32, searched.total)
        while True:  # a tie at the cut is broken by row, not by FAISS: fetch until the last row is no part of it
            scores, found = searched.search(vector, n)
            pairs = [(int(i), float(s)) for i, s in zip(found[0], scores[0], strict=True) if i >= 0]
            if n == searched.total or len(pairs) < n or pairs[k - 1][1] > pairs[-1][1]:
                best = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
                return best if rows is None else [(int(rows[i]), score) for i, score in best]
            n = min(4 * n, searched.total)

    def nearest(self, queries: FloatArray, k: int) -> tuple[Array, Array]:
        """The ``k`` best scores of each of some queries, and their rows; -1 where there are fewer."""
        found: tuple[Array, Array] = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return found

    def vectors(self, rows: Array | Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        out: FloatArray = (
            self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64))
            if len(rows)
            else np.zeros((0, self._index.d), np.float32)
        )
        return out

    def all_vectors(self) -> FloatArray:
        """``(n, d)`` float32: every row."""
        result: FloatArray = self._index.reconstruct_n(0, self._index.ntotal)
        return result


FEW_VECTORS = 8
"""Where a filter leaves one row of so many, the vectors of its rows are taken out and compared alone."""


class _Gathered:
    """Vectors that were taken out; their scores are those of the file."""

    def __init__(self, vectors: FloatArray) -> None:
        self._vectors, self.total = vectors, len(vectors)

    def search(self, vector: FloatArray, n: int) -> tuple[Array, Array]:
        scores, found = faiss.knn(vector, self._vectors, n, metric=faiss.METRIC_INNER_PRODUCT)
        return scores, found


class _Masked:
    """A file's vectors, all or those of some rows."""

    def __init__(self, index: Any, rows: Array | None) -> None:
        self._index, self.total = index, int(index.ntotal)
        self._parameters: Any = None
        if rows is not None:
            inside = np.zeros(self.total, dtype=bool)
            inside[rows] = True
            self._bits = np.packbits(inside, bitorder="little")  # FAISS reads them where they are
            selector = faiss.IDSelectorBitmap(self._bits)  # type: ignore[arg-type, call-arg]
            self._parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]

    def search(self, vector: FloatArray, n: int) -> tuple[Array, Array]:
        scores, found = self._index.search(vector, n, params=self._parameters)
        return scores, found


class NearLists:
    """An inverted file of vectors in eight bits a number: rows near each other stand in one list. It is mapped into
    memory; its rows are numbered as they were added, and its scores are approximate."""

    def __init__(self, path: Path) -> None:
        """Opens the file.

        :raises IndexFolderError: missing or damaged.
        """
        try:
            index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            self._index = index
            self.n_lists = int(index.nlist)
        except (RuntimeError, MemoryError, AttributeError) as error:
            raise damaged(path, "its lists of near vectors cannot be read") from error

    @property
    def size(self) -> tuple[int, int]:
        """Rows and width."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, query: FloatArray, n: int, probes: int, inside: Array | None = None) -> tuple[Array, Array]:
        """At most ``n`` rows of the lists nearest to the query, and their scores, best first; ``inside`` has for each
        row whether it may be found."""
        vector = np.ascontiguousarray(query.reshape(1, -1), dtype=np.float32)
        given: dict[str, Any] = {"nprobe": min(probes, self.n_lists)}
        if inside is not None:
            bits = np.packbits(inside, bitorder="little")  # FAISS reads them where they are
            given["sel"] = faiss.IDSelectorBitmap(bits)  # type: ignore[arg-type, call-arg]
        parameters = faiss.SearchParametersIVF(**given)
        scores, rows = self._index.search(vector, n, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


def write_near_lists(path: Path, n: int, width: int, parts: Callable[[], Iterable[FloatArray]]) -> float:
    """Writes an inverted file of ``n`` vectors, which are given in parts, as often as they are asked for.

    Returns the greatest distance of a vector from what the file keeps of it, by which no score differs more.
    """
    n_lists = min(1 << round(math.log2(2 * math.sqrt(n))), max(1, n // LEAST_OF_LIST))
    step = max(1, n // (n_lists * SAMPLES_OF_LIST))
    sample = np.ascontiguousarray(np.concatenate([part[::step] for part in parts()]), dtype=np.float32)
    middles = faiss.IndexFlatIP(width)
    index = faiss.IndexIVFScalarQuantizer(
        middles, width, n_lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
    )
    index.cp.niter, index.cp.seed, index.cp.spherical, index.cp.min_points_per_centroid = ROUNDS, 1, True, 1
    index.train(sample)
    del sample
    least, most = np.full(width, np.inf, np.float32), np.full(width, -np.inf, np.float32)
    for part in parts():
        least, most = np.minimum(least, part.min(axis=0)), np.maximum(most, part.max(axis=0))
    faiss.copy_array_to_vector(np.concatenate([least, most - least]), index.sq.trained)  # of all, not of the sample
    farthest = 0.0
    for part in parts():
        given = np.ascontiguousarray(part, dtype=np.float32)
        index.add(given)
        kept = index.sq.decode(index.sq.compute_codes(given))
        farthest = max(farthest, float(np.linalg.norm(kept - given, axis=1).max(initial=0.0)))
    faiss.write_index(index, str(path))
    return farthest


LEAST_OF_LIST = 8
"""Vectors for each list that there are at least."""
SAMPLES_OF_LIST = 32
"""Vectors for each list that the middles of the lists are sought among."""
ROUNDS = 8
"""How often the middles are moved."""


@dataclass(frozen=True, slots=True)
class NearGroup:
    """The inverted file of some segments, opened: for each its number and the file's row where it begins; how many
    lists are read for a question, 0 where all are; and by how much an approximate score differs at the most."""

    lists: NearLists
    members: tuple[tuple[int, int], ...]
    probes: int
    error: float


class SegmentVectors:
    """Nearest rows over the segments of an index; see :class:`kb.protocols.VectorIndex`.

    Segments without an inverted file are compared vector by vector. Of the others the file tells which vectors are
    compared: all that may be among the best while the index has up to ``exact_up_to`` rows, and so the result is exact;
    above, those of the lists nearest to the question. Scores are exact always.
    """

    def __init__(
        self,
        parts: Sequence[FaissIndex],
        placement: Placement,
        width: int,
        groups: Sequence[NearGroup] = (),
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        """:param width: of the vectors, where there is no segment."""
        self._parts, self._placement, self._width = parts, placement, width
        self._groups = groups
        self._is_exact = placement.size <= exact_up_to
        grouped = {n for group in groups for n, _ in group.members}
        self._single = [n for n in range(len(parts)) if n not in grouped]

    @property
    def size(self) -> tuple[int, int]:
        """Live rows and width."""
        return self._placement.size, self._width

    def search(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row; never a dead row."""
        if k <= 0:
            return []
        allowed: Array | None = None
        if rows is not None:
            allowed = np.zeros(self._placement.size, dtype=bool)
            allowed[np.asarray(rows, dtype=np.int64)] = True
        out = [pair for n in self._single for pair in self._of_segment(n, query, k, allowed)]
        for group in self._groups:
            out += self._of_group(group, query, k, allowed)
        return sorted(out, key=lambda pair: (-pair[1], pair[0]))[: max(k, 0)]

    def _of_segment(self, n: int, query: FloatArray, k: int, allowed: Array | None) -> list[tuple[int, float]]:
        """The best rows of one segment, all of whose vectors are compared."""
        inside = self._placement.mask(n, allowed)
        found = self._parts[n].search(query, k, None if inside is None else np.flatnonzero(inside))
        at = self._placement.rows_at(n, np.array([row for row, _ in found], dtype=np.int64))
        return [(int(row), score) for row, (_, score) in zip(at, found, strict=True)]

    def _of_group(self, group: NearGroup, query: FloatArray, k: int, allowed: Array | None) -> list[tuple[int, float]]:
        """The best rows of the segments of an inverted file."""
        total, _ = group.lists.size
        masks = [self._placement.mask(n, allowed) for n, _ in group.members]
        inside: Array | None = None
        n_inside = total
        if any(mask is not None for mask in masks) or sum(self._placement.rows_in(n) for n, _ in group.members) < total:
            inside = np.zeros(total, dtype=bool)
            for (n, first), mask in zip(group.members, masks, strict=True):
                inside[first : first + self._placement.rows_in(n)] = True if mask is None else mask
            n_inside = int(np.count_nonzero(inside))
        if n_inside * FEW_VECTORS <= total:
            return [pair for n, _ in group.members for pair in self._of_segment(n, query, k, allowed)]
        is_exact = self._is_exact or not group.probes
        probes = group.lists.n_lists if is_exact else math.ceil(group.probes * total / n_inside)
        n = min(2 * k + BEYOND, n_inside)
        while True:
            found, near = group.lists.search(query, n, probes, inside)
            best = self._compared(group, query, k, found)
            farther = float(near[-1]) + group.error * float(np.linalg.norm(query)) + SUM_ROUNDING if len(near) else 0.0
            if not is_exact or len(found) >= n_inside or (len(best) == k and farther < best[-1][1]):
                return best
            n = min(4 * n, n_inside)

    def _compared(self, group: NearGroup, query: FloatArray, k: int, found: Array) -> list[tuple[int, float]]:
        """The best of some rows of an inverted file by their own vectors."""
        firsts = np.array([first for _, first in group.members])
        numbers = np.array([n for n, _ in group.members])
        order = np.argsort(firsts)
        member = order[np.searchsorted(firsts[order], found, "right") - 1]
        rows, vectors = np.zeros(len(found), np.int64), np.zeros((len(found), self._width), np.float32)
        for m in np.unique(member):
            mine = member == m
            places = found[mine] - firsts[m]
            rows[mine] = self._placement.rows_at(int(numbers[m]), places)
            vectors[mine] = self._parts[int(numbers[m])].vectors(places)
        by_row = np.argsort(rows)
        return FaissIndex.best_of(vectors[by_row], query, k, rows[by_row])

    def vectors(self, rows: Array | Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        out = np.zeros((len(rows), self._width), np.float32)
        segments, places = self._placement.locate(rows)
        for n in np.unique(segments):
            out[segments == n] = self._parts[int(n)].vectors(places[segments == n])
        return out

    def all_vectors(self) -> FloatArray:
        """``(n, d)`` float32: every row."""
        return self.vectors(np.arange(self._placement.size))


BEYOND = 56
"""Rows beyond twice what is wanted that an inverted file gives, because its scores are approximate."""
SUM_ROUNDING = 1e-5
"""By how much scores of one vector differ that are summed in different orders, at the most."""


def inner_products(query: FloatArray, vectors: FloatArray) -> FloatArray:
    """``(n,)`` float32: the score of each vector as a search over a file gives it."""
    out = np.zeros(len(vectors), np.float32)
    if len(vectors):
        scores, found = _Gathered(vectors).search(
            np.ascontiguousarray(query.reshape(1, -1), dtype=np.float32), len(vectors)
        )
        out[found[0]] = scores[0]
    return out


def write_vectors(path: Path, vectors: FloatArray) -> None:
    """Writes the vectors, ``(n, d)`` float32, as an exact index."""
    index = faiss.IndexFlatIP(int(vectors.shape[1]))
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    faiss.write_index(index, str(path))
