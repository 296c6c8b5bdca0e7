"""Opens the files of an index that only a search reads: vectors, words, and the sentences' vectors, of every segment.

:class:`kb.index.reader.Store` imports this module at the first search, because it imports numpy and FAISS. Arrays are
mapped into memory, so that a question reads only the parts that it needs.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import IndexFolderError
from kb.index.bm25 import BM25, TermIndex
from kb.index.collection import Collection, HeadingWeights
from kb.index.layout import (
    FIGURES,
    HEADING_STARTS,
    HEADING_TERMS,
    HEADINGS,
    LENGTHS,
    PAIRS,
    SENTENCE_STARTS,
    SENTENCES,
    VECTORS,
    WORDS,
    DocumentPlace,
    JointFiles,
    damaged,
)
from kb.index.placement import Placement
from kb.index.postings import Postings, mapped
from kb.index.vectors import CodedVectors, FaissIndex, SegmentVectors, VectorGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kb.types import FloatArray


class SearchFiles:
    """The search structures of one generation of an index; each file is opened at first use."""

    def __init__(
        self,
        folder: Path,
        segments: Mapping[str, int],
        places: Sequence[DocumentPlace],
        width: int,
        joint: tuple[Mapping[str, JointFiles], int],
        check_size: Callable[[str], None],
        texts: Callable[[Sequence[int]], Sequence[str]],
    ) -> None:
        """:param segments: how many rows each segment has.
        :param places: of the documents, in the order of the index.
        :param width: of the vectors.
        :param joint: the joint files of segments, and up to how many rows a search is exact all the same.
        :param check_size: raises IndexFolderError where a file of the folder is not as long as it was written.
        :param texts: the words that some passages are found by.
        """
        self._folder = folder
        self._folders = [folder / name for name in segments]
        self._sizes = list(segments.values())
        self._width = width
        self._joint, self._exact_up_to = joint
        self._check_size = check_size
        self._joint_checked = False
        self._texts = texts
        self._numbers = numbers = {name: n for n, name in enumerate(segments)}
        self._placement = Placement(
            [numbers[p.segment] for p in places], [p.first for p in places], [p.n for p in places], self._sizes
        )

    def _check_joint(self) -> None:
        """Checks the joint files, of vectors and of words, once."""
        if not self._joint_checked:
            for name in self._joint:
                self._check_size(name)
            self._joint_checked = True

    def _check_segments(self, name: str) -> None:
        for folder in self._folders:
            self._check_size(f"{folder.name}/{name}")

    @cached_property
    def vectors(self) -> SegmentVectors:
        """The vectors of all passages.

        :raises IndexFolderError: missing or damaged.
        """
        self._check_segments(VECTORS)
        parts = [FaissIndex(folder / VECTORS) for folder in self._folders]
        for folder, part, size in zip(self._folders, parts, self._sizes, strict=True):
            if part.size != (size, self._width):
                raise damaged(folder, "its vectors do not fit its passages")
        self._check_joint()
        groups = []
        for (name, files), (_, members) in zip(self._joint.items(), self._groups, strict=True):
            groups.append(VectorGroup(CodedVectors(self._folder / name, files), members, files.compared))
        return SegmentVectors(parts, self._placement, self._width, groups, self._exact_up_to)

    @cached_property
    def _groups(self) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
        """For each of the joint files how many rows they have, and for each of their segments that is still there its
        number and its first row in them."""
        return [
            (files.rows, tuple((self._numbers[n], first) for n, first in files.segments.items() if n in self._numbers))
            for files in self._joint.values()
        ]

    @cached_property
    def _by_groups(self) -> Placement:
        """Rows by joint files and by segments without."""
        return self._placement.of_groups(self._groups)

    @cached_property
    def _word_folders(self) -> list[Path]:
        """The folders with the words of joint files, and of segments without, in the order of their placement."""
        self._check_joint()
        single = self._placement.outside(self._groups)
        return [self._folder / name / WORDS for name in self._joint] + [self._folders[n] / WORDS for n in single]

    @cached_property
    def words(self) -> BM25:
        """The words of all passages.

        :raises IndexFolderError: missing or damaged.
        """
        self._check_segments(WORDS)
        parts, lengths = [], []
        for folder in self._word_folders:
            try:
                parts.append(Postings.load(folder))
            except Exception as error:  # numpy raises various errors for a damaged file
                raise damaged(folder, f"its words: {error}") from error
        for folder, size in zip(self._folders, self._sizes, strict=True):
            try:
                lengths.append(mapped(folder / WORDS / LENGTHS))
            except Exception as error:
                raise damaged(folder, f"its words: {error}") from error
            if len(lengths[-1]) != size:
                raise damaged(folder, "its words do not fit its passages")
        return BM25(parts, self._placement.gather(lengths), self._by_groups)

    @cached_property
    def collection(self) -> Collection:
        """The collection of all passages that questions are ranked over, row for row.

        :raises IndexFolderError: a file is missing or damaged.
        """
        words = self.words
        pairs, in_headings, headings, figures = [], [], [], []
        folder = self._folder
        try:
            for folder in (each / WORDS for each in self._folders):
                pairs.append(Postings.load(folder / PAIRS))
                headings.append((mapped(folder / HEADING_TERMS), mapped(folder / HEADING_STARTS)))
                figures.append(mapped(folder / FIGURES))
            for folder in self._word_folders:
                in_headings.append(Postings.load(folder / HEADINGS))
        except Exception as error:  # numpy raises various errors for a damaged file
            raise damaged(folder, f"its words: {error}") from error
        placement = self._placement
        return Collection(
            words,
            words,
            TermIndex(pairs, placement),
            TermIndex(in_headings, self._by_groups),
            self.vectors,
            np.arange(placement.size),
            placement.document,
            placement.begins,
            words.lengths,
            placement.gather(figures),
            HeadingWeights(headings, placement, words),
            self._texts,
        )

    def sentence_vectors(self, row: int) -> FloatArray:
        """``(k, d)`` float32, rows of about length 1: the sentences of a passage.

        :raises IndexFolderError: their file is missing or damaged.
        """
        (segment,), (place,) = self._placement.locate(np.array([row]))
        rows, starts = self._sentences[int(segment)]
        found: FloatArray = rows[starts[place] : starts[place + 1]].astype("float32")
        return found

    @cached_property
    def _sentences(self) -> list[tuple[Any, Any]]:
        return [self._sentences_in(folder, size) for folder, size in zip(self._folders, self._sizes, strict=True)]

    def _sentences_in(self, folder: Path, size: int) -> tuple[Any, Any]:
        try:
            for name in (SENTENCES, SENTENCE_STARTS):
                self._check_size(f"{folder.name}/{name}")
            rows, starts = mapped(folder / SENTENCES), mapped(folder / SENTENCE_STARTS)
        except IndexFolderError:
            raise
        except Exception as error:  # numpy evaluates the header as Python, which fails in various ways
            raise damaged(folder, f"its sentences' vectors: {error}") from error
        if rows.ndim != 2 or len(starts) != size + 1 or starts[-1] != len(rows):
            raise damaged(folder, "its sentences' vectors do not fit its passages")
        return rows, starts
