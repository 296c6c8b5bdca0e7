"""Finds the candidate passages of a question by BM25 and by vectors, and orders them if there is no trained ranker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.index.bm25 import best_rows
from kb.library.row_sets import RowSet
from kb.models.ranker import FEATURES
from kb.records import dataclass
from kb.retrieval.features import ASKS_MEANING, best_of_pieces, candidate_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.index.collection import Collection
    from kb.models.ranker import Ranker
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Array

DEPTH_OF_LISTS = 100
"""Candidates taken from each list."""


@dataclass(frozen=True, slots=True)
class CandidateFeatures:
    """Candidates with their features: ``rows`` is ``(n,)``, unordered; ``features`` is ``(n, len(FEATURES))``."""

    rows: Array
    features: Array

    def column(self, name: str) -> Array:
        """One feature of every candidate."""
        out: Array = self.features[:, FEATURES.index(name)]
        return out


def find_candidates(
    question: EncodedQuery, held: Collection, ranker: Ranker | None = None, rows: Sequence[int] | None = None
) -> CandidateFeatures:
    """The candidates of a question with their features; only rows in ``rows`` can be found if it is given.

    Without a query vector all vector features are 0; without a ranker the features of its adapted vectors are 0.
    """
    n = held.size
    allowed = None if rows is None or len(rows) == n else rows_mask(rows, n)  # a filter that allows all rows is none
    none = CandidateFeatures(np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.float32))
    if not n or (rows is not None and not len(rows)):
        return none
    asked = (*question.terms, *question.translated)
    whole = held.n_pieces == n
    found = [held.words.best(asked, DEPTH_OF_LISTS, allowed)]
    by_piece: Array | None = None
    if not whole:
        by_piece = best_of_pieces(held.piece_words.all_scores(asked), held.owner, n)
        rated = np.arange(n) if allowed is None else np.flatnonzero(allowed)
        found.append(best_rows(by_piece[rated], rated, DEPTH_OF_LISTS))
    if question.vector is not None:
        inside = None if allowed is None else np.flatnonzero(allowed if whole else allowed[held.owner])
        near = held.vectors.search(question.vector, DEPTH_OF_LISTS if whole else 2 * DEPTH_OF_LISTS, inside)
        found.append(np.unique(held.owner[[row for row, _ in near]]) if near else np.zeros(0, np.int64))
    if ASKS_MEANING.search(question.text):
        found += [_allowed_rows(held.pairs.rows_of(f"{term} mean"), allowed) for term in dict.fromkeys(asked)]
    c = np.unique(np.concatenate(found)).astype(np.int64)
    if not len(c):
        return none
    return CandidateFeatures(c, candidate_features(question, held, ranker, c, by_piece, rows is not None))


def _allowed_rows(rows: Array, allowed: Array | None) -> Array:
    return rows if allowed is None else rows[allowed[rows]]


def rows_mask(rows: Sequence[int], n: int) -> Array:
    """For each of ``n`` rows whether it is one of some rows."""
    out = np.zeros(n, dtype=bool)
    if isinstance(rows, RowSet):
        for each in rows.ranges:
            out[each.start : each.stop] = True
    else:
        out[np.asarray(rows, dtype=np.int64)] = True
    return out


UNTRAINED_WEIGHTS = (("words", 0.3), ("piece_words", 0.15), ("sense", 0.55))


def untrained_scores(found: CandidateFeatures) -> Array:
    """``(n,)``: the score without a trained ranker, the sum of the BM25 and cosine scores, each scaled to 0…1."""
    out: Array = sum((w * found.column(name) for name, w in UNTRAINED_WEIGHTS), np.zeros(len(found.rows), np.float32))
    return out


def best_first(scores: Array, rows: Array) -> Array:
    """Positions in ``scores``, best score first; ties are ordered by row."""
    out: Array = np.lexsort((rows, -scores))
    return out
