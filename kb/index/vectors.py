"""Edge: the vectors of an index. The only importer of ``faiss``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from kb.index.layout import damaged

if TYPE_CHECKING:
    from collections.abc import Sequence
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


class SegmentVectors:
    """Exact nearest rows over the segments of an index; see :class:`kb.protocols.VectorIndex`."""

    def __init__(self, parts: Sequence[FaissIndex], placement: Placement, width: int) -> None:
        """:param width: of the vectors, where there is no segment."""
        self._parts, self._placement, self._width = parts, placement, width

    @property
    def size(self) -> tuple[int, int]:
        """Live rows and width."""
        return self._placement.size, self._width

    def search(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row; never a dead row."""
        chosen = None if rows is None else np.unique(np.asarray(rows, dtype=np.int64))
        segments, places = (None, None) if chosen is None else self._placement.locate(chosen)
        out: list[tuple[int, float]] = []
        for n, part in enumerate(self._parts):
            if segments is not None and places is not None:
                inside: Array | None = places[segments == n]
            else:
                live = self._placement.live(n)
                inside = None if live is None else np.flatnonzero(live)
            found = part.search(query, k, inside)
            at = self._placement.rows_at(n, np.array([row for row, _ in found], dtype=np.int64))
            out += [(int(row), score) for row, (_, score) in zip(at, found, strict=True)]
        return sorted(out, key=lambda pair: (-pair[1], pair[0]))[: max(k, 0)]

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
