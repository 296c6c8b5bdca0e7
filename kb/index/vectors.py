"""Edge: the vectors of an index. The only importer of ``faiss``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import faiss
import numpy as np

from kb.index.layout import damaged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.types import FloatArray


class NoVectors:
    """Of a collection while it is written: the vectors are in their own file."""

    def search(self, query: FloatArray, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """None."""
        return []

    def vectors(self, rows: Sequence[int]) -> FloatArray:
        """None."""
        raise NotImplementedError


class FaissIndex:
    """Exact nearest rows by inner product; see :class:`kb.protocols.VectorIndex`."""

    def __init__(self, path: Path) -> None:
        """Reads the file.

        :raises IndexFolderError: missing or damaged.
        """
        try:
            self._index = faiss.read_index(str(path))
        except (RuntimeError, MemoryError) as error:
            raise damaged(path, "its vectors cannot be read") from error

    @property
    def size(self) -> tuple[int, int]:
        """Rows and width."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, query: FloatArray, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row; FAISS's filler row -1 never comes back."""
        total = int(self._index.ntotal)
        if total <= 0 or k <= 0 or (rows is not None and not len(rows)):
            return []
        parameters = None
        if rows is not None:
            chosen = np.asarray(rows, dtype=np.int64)
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(chosen))  # type: ignore[call-arg]
        vector = np.ascontiguousarray(query.reshape(1, -1), dtype=np.float32)
        n = min(k + 32, total)
        while True:  # a tie at the cut is broken by row, not by FAISS: fetch until the last row is no part of it
            scores, found = self._index.search(vector, n, params=parameters)
            pairs = [(int(i), float(s)) for i, s in zip(found[0], scores[0], strict=True) if i >= 0]
            if n == total or len(pairs) < n or pairs[k - 1][1] > pairs[-1][1]:
                return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
            n = min(4 * n, total)

    def vectors(self, rows: Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        out: FloatArray = (
            np.stack([self._index.reconstruct(int(r)) for r in rows])
            if len(rows)
            else np.zeros((0, self._index.d), np.float32)
        )
        return out

    def all_vectors(self) -> FloatArray:
        """``(n, d)`` float32: every row."""
        result: FloatArray = self._index.reconstruct_n(0, self._index.ntotal)
        return result


def write_vectors(path: Path, vectors: FloatArray) -> None:
    """Writes the vectors, ``(n, d)`` float32, as an exact index."""
    index = faiss.IndexFlatIP(int(vectors.shape[1]))
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    faiss.write_index(index, str(path))
