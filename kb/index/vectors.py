"""The vectors of an index. The only importer of ``faiss``."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from kb.index.layout import EIGHT_BITS, EXACT_UP_TO, FOUR_BITS, MIDDLE, JointFiles, damaged
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
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
            self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError) as error:
            raise damaged(path, "its vectors cannot be read") from error

    @property
    def size(self) -> tuple[int, int]:
        """Rows and width."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row; FAISS's filler row -1 never comes back."""
        found, scores = self.best(query, k, rows)
        return list(zip(found.tolist(), scores.tolist(), strict=True))

    def best(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> tuple[Array, Array]:
        """The rows and the scores of :meth:`search`."""
        total = int(self._index.ntotal)
        chosen = None if rows is None else np.unique(np.asarray(rows, dtype=np.int64))
        if total <= 0 or k <= 0 or (chosen is not None and not len(chosen)):
            return NONE_FOUND
        if chosen is not None and len(chosen) * FEW_VECTORS <= total:
            return self._best(_Gathered(self.vectors(chosen)), query, k, chosen)
        return self._best(_Masked(self._index, chosen), query, k, None)

    @classmethod
    def best_of(cls, vectors: FloatArray, query: FloatArray, k: int, rows: Array) -> tuple[Array, Array]:
        """The best of some vectors that were taken out, by the rows that they are of, which rise; and their scores."""
        return cls._best(_Gathered(vectors), query, k, rows) if len(rows) and k > 0 else NONE_FOUND

    @staticmethod
    def _best(searched: _Gathered | _Masked, query: FloatArray, k: int, rows: Array | None) -> tuple[Array, Array]:
        vector = np.ascontiguousarray(query.reshape(1, -1), dtype=np.float32)
        n = min(k + 32, searched.total)
        while True:  # a tie at the cut is broken by row, not by FAISS: fetch until the last row is no part of it
            of_all, found = searched.search(vector, n)
            inside = found[0] >= 0
            at, scores = found[0][inside], of_all[0][inside]
            if n == searched.total or len(at) < n or scores[k - 1] > scores[-1]:
                return _first_by_score(at if rows is None else rows[at], scores, k)
            n = min(4 * n, searched.total)

    def nearest(self, queries: FloatArray, k: int) -> tuple[Array, Array]:
        """The ``k`` best scores of each of some queries, and their rows; -1 where there are fewer."""
        found: tuple[Array, Array] = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return found

    def vectors(self, rows: Array | Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        out: FloatArray = self._rows[np.asarray(rows, dtype=np.int64)]
        return out

    @cached_property
    def _rows(self) -> FloatArray:
        """The vectors where they are mapped."""
        total, width = self.size
        if not total:
            return np.zeros((0, width), np.float32)
        mapped: FloatArray = faiss.rev_swig_ptr(self._index.get_xb(), total * width).reshape(total, width)
        return mapped

    def all_vectors(self) -> FloatArray:
        """``(n, d)`` float32: every row."""
        result: FloatArray = self._index.reconstruct_n(0, self._index.ntotal)
        return result


NONE_FOUND = np.zeros(0, np.int64), np.zeros(0, np.float32)


def _first_by_score(rows: Array, scores: Array, k: int) -> tuple[Array, Array]:
    """The ``k`` rows with the best scores, best first, ties by row, and their scores."""
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]


def _best_together(found: Sequence[tuple[Array, Array]], k: int) -> tuple[Array, Array]:
    """The ``k`` best of the rows found in several places."""
    rows, scores = (np.concatenate(each) for each in zip(NONE_FOUND, *found, strict=True))
    return _first_by_score(rows, scores, k)


FEW_VECTORS = 8
"""If a filter leaves one row in so many, the vectors of its rows are extracted and compared alone."""


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


class CodedVectors:
    """The vectors of some segments, quantised to eight and to four bits for each number. They choose the rows whose
    exact vectors are compared for a question. The eight-bit file is mapped into memory, the four-bit file is read into
    it."""

    def __init__(self, folder: Path, files: JointFiles) -> None:
        """The vectors in joint files; each file is opened at first use."""
        self._folder, self._files = folder, files
        self.rows = files.rows

    @cached_property
    def _eight(self) -> tuple[Any, FloatArray]:
        """The vectors in eight bits, and the mean of all."""
        try:
            middle: FloatArray = np.load(self._folder / MIDDLE, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise damaged(self._folder, f"{MIDDLE} cannot be read") from error
        return self._opened(EIGHT_BITS, len(middle)), middle

    @cached_property
    def _four(self) -> FourBits:
        return FourBits(self._opened(FOUR_BITS, 0))

    def _opened(self, name: str, width: int) -> Any:
        try:
            index: Any = faiss.read_index(str(self._folder / name), faiss.IO_FLAG_MMAP_IFC)
        except (RuntimeError, MemoryError) as error:
            raise damaged(self._folder, f"{name} cannot be read") from error
        if int(index.ntotal) != self.rows or (width and int(index.d) != width):
            raise damaged(self._folder, f"{name} does not fit the manifest")
        return index

    def nearest(self, query: FloatArray, n: int, inside: Array | None = None) -> tuple[Array, Array]:
        """The ``n`` rows nearest to the query by the eight-bit vectors, nearest first; for each, an upper bound of its
        exact score and of the scores of all rows after it. ``inside`` has for each row whether it may be found.

        The bound holds because an eight-bit distance differs from the exact one at most by the rounding of query and
        vector.
        """
        index, middle = self._eight
        files = self._files
        asked = np.asarray(query, dtype=np.float32) - middle
        codes = _eight_bits(asked, files.steps)
        parameters: Any = None
        if inside is not None:
            bits = np.packbits(inside, bitorder="little")  # FAISS reads them where they are
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[arg-type, call-arg]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        squares, rows = index.search(codes.reshape(1, -1), n, params=parameters)
        found = rows[0] >= 0
        rounded = float(np.linalg.norm((codes - ZERO) / np.float32(files.steps) - asked)) + files.error
        least = np.sqrt(squares[0][found].astype(np.float64)) / files.steps - rounded - SUM_ROUNDING
        most: Array = (float(np.dot(query, query)) + files.length**2 - np.maximum(least, 0.0) ** 2) / 2 + SUM_ROUNDING
        return rows[0][found], most

    def likely(self, query: FloatArray, n: int) -> Array:
        """The ``n`` rows with the best scores by four bits, best first; fewer where few lists are read."""
        return self._four.likely(query, n)


class FourBits:
    """The vectors quantised to four bits for each number. If there are many, they are divided into lists around
    centroids, and only the lists with the centroids nearest to a question are read."""

    def __init__(self, index: Any) -> None:
        self._index = index
        if self.lists:
            index.implem = BY_LIST

    @classmethod
    def trained(cls, width: int, n: int, sample: FloatArray) -> FourBits:
        """For ``n`` vectors that are like those of a sample."""
        if n < LISTS_FROM:
            index: Any = faiss.IndexPQFastScan(width, width, 4, faiss.METRIC_INNER_PRODUCT)
        else:
            middles = faiss.IndexFlatIP(width)
            index = faiss.IndexIVFPQFastScan(middles, width, n_lists(n), width, 4, faiss.METRIC_INNER_PRODUCT)
            index.by_residual = False
            index.cp.niter, index.cp.min_points_per_centroid = ROUNDS, 1
            index.cp.max_points_per_centroid = SAMPLE_OF_LIST
        index.pq.cp.min_points_per_centroid = 1
        least = max(len(sample), index.pq.ksub)
        index.train(np.resize(sample, (least, width)).astype(np.float32))
        return cls(index)

    @property
    def lists(self) -> int:
        """How many lists there are; 0 where the vectors are in none."""
        return int(getattr(self._index, "nlist", 0))

    def read_lists(self, n: int) -> None:
        """Sets how many lists are read for a question; the file keeps it."""
        self._index.nprobe = n

    def add(self, vectors: FloatArray) -> None:
        """Adds the next vectors."""
        self._index.add(vectors)

    def likely(self, query: FloatArray, n: int) -> Array:
        """The ``n`` rows with the best approximate scores in the lists that are read, best first."""
        vector = np.ascontiguousarray(query.reshape(1, -1), dtype=np.float32)
        _, rows = self._index.search(vector, min(n, int(self._index.ntotal)))
        found: Array = rows[0][rows[0] >= 0]
        return found

    def save(self, folder: Path) -> None:
        """Writes them into the folder of joint files."""
        faiss.write_index(self._index, str(folder / FOUR_BITS))


BY_LIST = 11
"""FAISS's number for the way of reading lists that is the quickest for one question."""
LISTS_FROM = 100_000
"""Vectors from which on those in four bits are in lists."""
ROUNDS, SAMPLE_OF_LIST = 6, 40
"""Iterations of the clustering of lists, and the number of training vectors for each list."""


def n_lists(n: int) -> int:
    """How many lists there are for so many vectors: reading the middles of all then costs about what reading one list
    in eight does."""
    return 2 * math.isqrt(n)


ZERO = 128
"""The eight-bit code of 0."""


def _eight_bits(vectors: FloatArray, steps: float) -> FloatArray:
    """Vectors, without their mean, as numbers from 0 to 255."""
    out: FloatArray = np.clip(np.rint(vectors * np.float32(steps)) + ZERO, 0, 255).astype(np.float32)
    return out


def write_coded(
    folder: Path, segments: Mapping[str, int], n: int, width: int, parts: Callable[[], Iterable[FloatArray]]
) -> tuple[JointFiles, FourBits]:
    """Writes ``n`` vectors with eight bits for each number, and makes the four-bit ones, which the caller writes.
    ``parts`` gives the vectors in parts and is called several times.

    In the record that is returned, the recall of the four-bit vectors is not measured yet.
    """
    total = sum((part.sum(axis=0, dtype=np.float64) for part in parts()), np.zeros(width))
    middle = (total / max(n, 1)).astype(np.float32)
    farthest, longest = 0.0, 0.0
    for part in parts():
        farthest = max(farthest, float(np.abs(part - middle).max(initial=0.0)))
        longest = max(longest, float(np.linalg.norm(part, axis=1).max(initial=0.0)))
    steps = (ZERO - 1) / max(farthest, 1e-6)
    eight = faiss.IndexScalarQuantizer(width, faiss.ScalarQuantizer.QT_8bit_direct, faiss.METRIC_L2)
    step = max(1, n // (SAMPLE if n < LISTS_FROM else SAMPLE_OF_LIST * n_lists(n)))
    four = FourBits.trained(
        width, n, np.concatenate([np.zeros((0, width), np.float32), *(part[::step] for part in parts())])
    )
    error = 0.0
    for part in parts():
        given = np.ascontiguousarray(part, dtype=np.float32)
        codes = _eight_bits(given - middle, steps)
        kept = (codes - ZERO) / np.float32(steps)
        error = max(error, float(np.linalg.norm(kept - (given - middle), axis=1).max(initial=0.0)))
        eight.add(codes)
        four.add(given)
    faiss.write_index(eight, str(folder / EIGHT_BITS))
    np.save(folder / MIDDLE, middle)
    return JointFiles(dict(segments), n, 0, 0.0, 0, steps, error, longest), four


SAMPLE = 20_000
"""Number of vectors on which the four-bit quantiser is trained."""


@dataclass(frozen=True, slots=True)
class VectorGroup:
    """The coded vectors of some segments: for each its number and the row where it begins; and how many rows of the
    four bits are compared, 0 where the eight bits are read instead."""

    coded: CodedVectors
    members: tuple[tuple[int, int], ...]
    compared: int


class SegmentVectors:
    """Searches nearest rows over the segments of an index; see :class:`kb.protocols.VectorIndex`.

    In segments without joint files every vector is compared. In the others, joint files choose the vectors to compare:
    in an index of up to ``exact_up_to`` rows, all that can be among the best, so that the result is exact; in a larger
    index, the best candidates by the four-bit vectors. Scores are always exact.
    """

    def __init__(
        self,
        parts: Sequence[FaissIndex],
        placement: Placement,
        width: int,
        groups: Sequence[VectorGroup] = (),
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
        found = [self._of_segment(n, query, k, allowed) for n in self._single]
        found += [self._of_group(group, query, k, allowed) for group in self._groups]
        best, scores = _best_together(found, k)
        return list(zip(best.tolist(), scores.tolist(), strict=True))

    def _of_segment(self, n: int, query: FloatArray, k: int, allowed: Array | None) -> tuple[Array, Array]:
        """The best rows of one segment, all of whose vectors are compared."""
        inside = self._placement.mask(n, allowed)
        at, scores = self._parts[n].best(query, k, None if inside is None else np.flatnonzero(inside))
        return self._placement.rows_at(n, at), scores

    def _of_group(self, group: VectorGroup, query: FloatArray, k: int, allowed: Array | None) -> tuple[Array, Array]:
        """The best rows of the segments of joint files."""
        total = group.coded.rows
        masks = [self._placement.mask(n, allowed) for n, _ in group.members]
        inside: Array | None = None
        n_inside = total
        if any(mask is not None for mask in masks) or sum(self._placement.rows_in(n) for n, _ in group.members) < total:
            inside = np.zeros(total, dtype=bool)
            for (n, first), mask in zip(group.members, masks, strict=True):
                inside[first : first + self._placement.rows_in(n)] = True if mask is None else mask
            n_inside = int(np.count_nonzero(inside))
        if n_inside * FEW_VECTORS <= total:
            return _best_together([self._of_segment(n, query, k, allowed) for n, _ in group.members], k)
        wanted = max(group.compared, 2 * k)
        n = wanted if inside is None else math.ceil(SPARE * wanted * total / n_inside)
        while not self._is_exact and group.compared and n <= total // FEW_VECTORS:
            likely = group.coded.likely(query, n)
            mine = likely if inside is None else likely[inside[likely]]
            if len(mine) >= wanted or inside is None:
                return self._compared(group, query, k, mine)
            n *= 4  # the filter excludes near rows; if it excludes nearly all of them, the eight-bit vectors are read
        n = min(4 * k + BEYOND, n_inside)
        while True:
            found, most = group.coded.nearest(query, n, inside)
            best, scores = NONE_FOUND
            compared, needed = 0, k + k // 2
            while compared < needed:
                more = self._compared(group, query, k, found[compared:needed])
                best, scores = _best_together([(best, scores), more], k)
                compared, needed = needed, len(found)
                if len(best) == k:
                    needed = int(np.count_nonzero(most >= scores[-1]))
            if needed < len(found) or len(found) >= n_inside:
                return best, scores
            n = min(4 * n, n_inside)

    def _compared(self, group: VectorGroup, query: FloatArray, k: int, found: Array) -> tuple[Array, Array]:
        """The best of some rows of joint files by their own vectors."""
        members = sorted(group.members, key=lambda member: member[1])
        found = np.sort(found)
        cuts = np.searchsorted(found, [first for _, first in members])
        rows, vectors = np.zeros(len(found), np.int64), np.zeros((len(found), self._width), np.float32)
        for (n, first), start, stop in zip(members, cuts, [*cuts[1:], len(found)], strict=True):
            if start < stop:
                places = found[start:stop] - first
                rows[start:stop] = self._placement.rows_at(n, places)
                vectors[start:stop] = self._parts[n].vectors(places)
        if (rows[1:] < rows[:-1]).any():
            by_row = np.argsort(rows)
            rows, vectors = rows[by_row], vectors[by_row]
        return FaissIndex.best_of(vectors, query, k, rows)

    def vectors(self, rows: Array | Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        segments, places = self._placement.locate(rows)
        order = np.argsort(segments, kind="stable")
        return self._taken(segments[order], places[order], order)

    def _taken(self, segments: Array, places: Array, into: Array) -> FloatArray:
        """The vectors at some places of segments, which rise; ``into`` says where each goes."""
        taken = np.empty((len(into), self._width), np.float32)
        cuts = (np.flatnonzero(np.diff(segments)) + 1).tolist()
        for start, stop in zip([0, *cuts], [*cuts, len(into)], strict=True):
            if start < stop:
                taken[start:stop] = self._parts[int(segments[start])].vectors(places[start:stop])
        out = np.empty_like(taken)
        out[into] = taken
        return out

    def all_vectors(self) -> FloatArray:
        """``(n, d)`` float32: every row."""
        return self.vectors(np.arange(self._placement.size))


SPARE = 1.25
"""With a filter, this many times as many rows are requested as would suffice if the filter kept near rows like all
others."""
BEYOND = 112
"""Number of rows, besides four times the wanted number, that the eight-bit vectors give at first, because their scores
are approximate."""
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
