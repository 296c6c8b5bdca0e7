"""What a ranking runs over: word statistics, vectors and facts of each row, in memory or from an index."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from kb.index.bm25 import BM25, Postings
from kb.records import dataclass
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.protocols import VectorIndex
    from kb.text.korean import Analyser
    from kb.types import Array


@dataclass(frozen=True, slots=True)
class Collection:
    """The entries that are ranked. Rows are entries in reading order, document by document.

    ``owner`` gives each piece's row, rising; where every entry is one piece, ``piece_words`` is ``words`` itself.
    ``document`` numbers each row's document, ``length`` counts its terms, ``figures`` is its share of digits,
    ``heading_weight`` the summed rarity of its heading's terms. ``texts`` gives the words of some rows.
    """

    words: BM25
    piece_words: BM25
    pairs: Postings
    headings: Postings
    vectors: VectorIndex
    owner: Array
    document: Array
    length: Array
    figures: Array
    heading_weight: Array
    texts: Callable[[Sequence[int]], Sequence[str]]

    @property
    def size(self) -> int:
        """Entries."""
        return len(self.document)

    @property
    def n_pieces(self) -> int:
        """Pieces of all entries."""
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
    piece_words = words if whole or pieces is None else BM25.of_terms([tokens(p, korean) for e in pieces for p in e])
    of_headings = [tokens(heading, korean) for heading in headings]
    numbers: dict[object, int] = {}
    return Collection(
        words,
        piece_words,
        Postings.build([pairs_of(terms) for terms in found]),
        Postings.build(of_headings),
        vectors,
        owner.astype(np.int64),
        np.array([numbers.setdefault(d, len(numbers)) for d in documents], dtype=np.int64),
        np.array([len(terms) for terms in found], dtype=np.float32),
        np.array([figures_of(text) for text in texts], dtype=np.float32),
        np.array([sum(words.rarity(t) for t in set(terms)) for terms in of_headings], dtype=np.float32),
        lambda rows: [texts[row] for row in rows],
    )


def pairs_of(terms: Sequence[str]) -> list[str]:
    """Neighbouring terms as one."""
    return [f"{a} {b}" for a, b in itertools.pairwise(terms)]


def figures_of(text: str) -> float:
    """The share of digits among a text's characters."""
    return sum(c.isdigit() for c in text) / max(len(text), 1)
