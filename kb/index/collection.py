"""The data that a ranking needs for all rows: word statistics, vectors, document and heading of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.index.bm25 import BM25, TermIndex, idf
from kb.index.placement import Placement
from kb.index.postings import HeadingTermsMaker, PostingsMaker, figures_of, pairs_of
from kb.records import dataclass
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.protocols import PairSet, PieceIndex, TermSet, VectorIndex, WordIndex
    from kb.text.korean import Analyser
    from kb.types import Array


@dataclass(frozen=True, slots=True)
class Collection:
    """The entries that are ranked. Rows are entries in reading order, document by document.

    ``owner`` is the row of each piece, ascending; if every entry has one piece, ``piece_words`` is ``words``.
    ``document`` is the number of each row's document, ``begins`` the first row of each document, ``length`` the number
    of a row's terms, ``figures`` its share of digits. ``heading_weights`` gives the summed IDF of the terms of rows'
    headings, ``texts`` the texts of rows.
    """

    words: WordIndex
    piece_words: PieceIndex
    pairs: PairSet
    headings: TermSet
    vectors: VectorIndex
    owner: Array
    document: Array
    begins: Array
    length: Array
    figures: Array
    heading_weights: Callable[[Array], Array]
    texts: Callable[[Sequence[int]], Sequence[str]]

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.document)

    @property
    def n_pieces(self) -> int:
        """The number of pieces of all entries."""
        return len(self.owner)


def collect(
    texts: Sequence[str],
    headings: Sequence[str],
    documents: Sequence[object],
    vectors: VectorIndex,
    pieces: Sequence[Sequence[str]] | None = None,
    korean: Analyser | None = None,
) -> Collection:
    """A collection in memory. ``vectors`` has a row for each piece of each entry, in order; without ``pieces`` an entry
    is its own piece."""
    found = [tokens(text, korean) for text in texts]
    words = BM25.of_terms(found)
    whole = pieces is None or all(len(p) == 1 for p in pieces)
    owner = np.arange(len(texts)) if pieces is None else np.repeat(np.arange(len(texts)), [len(p) for p in pieces])
    piece_words = words if whole or pieces is None else BM25.of_terms(tokens(p, korean) for e in pieces for p in e)
    placement = Placement.whole(len(texts))
    pairs, in_headings, of_headings = PostingsMaker(), PostingsMaker(), HeadingTermsMaker()
    for terms, heading in zip(found, headings, strict=True):
        pairs.add(pairs_of(terms))
        in_heading = tokens(heading, korean)
        in_headings.add(in_heading)
        of_headings.add(in_heading)
    numbers: dict[object, int] = {}
    document = np.array([numbers.setdefault(d, len(numbers)) for d in documents], dtype=np.int64)
    return Collection(
        words,
        piece_words,
        TermIndex([pairs.postings()], placement),
        TermIndex([in_headings.postings()], placement),
        vectors,
        owner.astype(np.int64),
        document,
        np.flatnonzero(np.diff(document, prepend=-1)),
        np.array([len(terms) for terms in found], dtype=np.float32),
        np.array([figures_of(text) for text in texts], dtype=np.float32),
        HeadingWeights([of_headings.arrays()], placement, words),
        lambda rows: [texts[row] for row in rows],
    )


class HeadingWeights:
    """The summed IDF of the terms of headings, by the frequencies of the terms in all rows."""

    def __init__(self, parts: Sequence[tuple[Array, Array]], placement: Placement, words: TermIndex) -> None:
        self._parts, self._placement, self._words = parts, placement, words

    def __call__(self, rows: Array) -> Array:
        """``(len(rows),)`` float32."""
        segments, places = self._placement.locate(rows)
        mine = [self._keys(int(n), int(place)) for n, place in zip(segments, places, strict=True)]
        keys, at = np.unique(np.concatenate([np.zeros(0, np.uint64), *mine]), return_inverse=True)
        rarities = np.array([idf(int(n), self._words.size) for n in self._words.frequencies(keys)])
        out = np.zeros(len(mine), np.float64)
        np.add.at(out, np.repeat(np.arange(len(mine)), [len(k) for k in mine]), rarities[at] if len(at) else 0.0)
        return out.astype(np.float32)

    def _keys(self, segment: int, row: int) -> Array:
        keys, starts = self._parts[segment]
        out: Array = keys[int(starts[row]) : int(starts[row + 1])]
        return out
