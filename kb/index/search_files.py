"""Edge: the files of an index that only a search reads: vectors, words, and the sentences' vectors.

:class:`kb.index.reader.Store` imports this module at the first search, for it brings numpy and FAISS.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.index.bm25 import BM25, Postings
from kb.index.collection import Collection
from kb.index.layout import (
    HEADINGS,
    PAIRS,
    ROW_ARRAYS,
    SENTENCE_STARTS,
    SENTENCES,
    VECTORS,
    WORDS,
    damaged,
)
from kb.index.vectors import FaissIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kb.types import FloatArray


class SearchFiles:
    """The search structures of one generation of an index; each file is opened at first use."""

    def __init__(
        self,
        folder: Path,
        n_passages: int,
        check_size: Callable[[str], None],
        texts: Callable[[Sequence[int]], Sequence[str]],
    ) -> None:
        """:param check_size: raises IndexFolderError where a file of the folder is not as long as it was written.
        :param texts: the words that some passages are found by.
        """
        self._folder = folder
        self._n_passages = n_passages
        self._check_size = check_size
        self._texts = texts

    @cached_property
    def vectors(self) -> FaissIndex:
        """The vector index, one row per passage.

        :raises IndexFolderError: missing or damaged.
        """
        self._check_size(VECTORS)
        return FaissIndex(self._folder / VECTORS)

    @cached_property
    def words(self) -> BM25:
        """The word index, one row per passage.

        :raises IndexFolderError: missing or damaged.
        """
        self._check_size(WORDS)
        try:
            return BM25.load(self._folder / WORDS)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise damaged(self._folder, f"its word index: {error}") from error

    @cached_property
    def collection(self) -> Collection:
        """What questions are ranked over: every passage, row for row.

        :raises IndexFolderError: a file is missing or damaged.
        """
        folder = self._folder / WORDS
        words = self.words
        try:
            pairs, headings = Postings.load(folder / PAIRS), Postings.load(folder / HEADINGS)
            document, length, figures, weight = (np.load(folder / f"{name}.npy") for name in ROW_ARRAYS)
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise damaged(self._folder, f"its word index: {error}") from error
        owner = np.arange(len(document))
        return Collection(
            words, words, pairs, headings, self.vectors, owner, document, length, figures, weight, self._texts
        )

    def sentence_vectors(self, row: int) -> FloatArray:
        """``(k, d)`` float32, rows of about length 1: the sentences of a passage.

        :raises IndexFolderError: their file is missing or damaged.
        """
        rows, starts = self._sentences
        found: FloatArray = rows[starts[row] : starts[row + 1]].astype("float32")
        return found

    @cached_property
    def _sentences(self) -> tuple[Any, Any]:
        try:
            for name in (SENTENCES, SENTENCE_STARTS):
                self._check_size(name)
            rows = np.load(self._folder / SENTENCES, mmap_mode="r", allow_pickle=False)
            starts = np.load(self._folder / SENTENCE_STARTS, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise damaged(self._folder, f"its sentences' vectors: {error}") from error
        if rows.ndim != 2 or len(starts) != self._n_passages + 1 or starts[-1] != len(rows):
            raise damaged(self._folder, "its sentences' vectors do not fit its passages")
        return rows, starts
