"""Candidates of a question from words and vectors, and the order of them without a trained ranker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.library.row_sets import RowSet
from kb.models.ranker import FEATURES
from kb.records import dataclass
from kb.retrieval.features import ASKS_MEANING, best_of_pieces, candidate_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.index.collection import Collection
    from kb.models.ranker import Ranker
    from kb.protocols import RowScores
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Array

DEPTH_OF_LISTS = 100
"""Candidates taken from each list."""


@dataclass(frozen=True, slots=True)
class CandidateFeatures:
    """Candidates with their features: ``rows`` in no order, ``features`` ``(n, len(FEATURES))``."""

    rows: Array
    features: Array

    def column(self, name: str) -> Array:
        """One feature of every candidate."""
        out: Array = self.features[:, FEATURES.index(name)]
        return out


def best_scored(scores: Array | RowScores, allowed: Array | None, k: int) -> Array:
    """The rows of the ``k`` best scores above 0, among some."""
    if not isinstance(scores, np.ndarray):  # of a store, which gives the best without the others
        return scores.best(allowed, k)
    rows = np.arange(len(scores)) if allowed is None else allowed
    values = scores[rows]
    if len(rows) > k:
        edge = np.partition(values, len(values) - k)[len(values) - k]
        above = rows[values > edge]
        level = rows[values == edge][: k - len(above)]  # ties by row
        rows = np.concatenate([above, level])
    out: Array = rows[scores[rows] > 0]
    return out


def find_candidates(
    question: EncodedQuery, held: Collection, ranker: Ranker | None = None, rows: Sequence[int] | None = None
) -> CandidateFeatures:
    """Every candidate of a question with its features; ``rows`` restricts what may be found.

    Without a query vector all features of vectors are 0; without a ranker those of its adapted vectors are 0.
    """
    n = held.size
    allowed = None if rows is None else rows_array(rows)
    none = CandidateFeatures(np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.float32))
    if not n or (allowed is not None and not len(allowed)):
        return none
    if allowed is not None and len(allowed) == n:  # all rows are no filter
        allowed = None
    asked = (*question.terms, *question.translated)
    words = held.words.all_scores(asked)
    whole = held.n_pieces == n
    by_piece = words
    if not whole:
        of_pieces = held.piece_words.all_scores(asked)
        assert isinstance(of_pieces, np.ndarray), "pieces are of collections in memory"
        by_piece = best_of_pieces(of_pieces, held.owner, n)
    found = [best_scored(words, allowed, DEPTH_OF_LISTS)]
    if not whole:
        found.append(best_scored(by_piece, allowed, DEPTH_OF_LISTS))
    if question.vector is not None:
        inside = allowed if allowed is None or whole else np.flatnonzero(np.isin(held.owner, allowed))
        near = held.vectors.search(question.vector, DEPTH_OF_LISTS if whole else 2 * DEPTH_OF_LISTS, inside)
        found.append(np.unique(held.owner[[row for row, _ in near]]) if near else np.zeros(0, np.int64))
    if ASKS_MEANING.search(question.text):
        found += [_allowed_rows(held.pairs.rows_of(f"{term} mean"), allowed) for term in dict.fromkeys(asked)]
    c = np.unique(np.concatenate(found)).astype(np.int64)
    if not len(c):
        return none
    return CandidateFeatures(c, candidate_features(question, held, ranker, c, words, by_piece, rows is not None))


def _allowed_rows(rows: Array, allowed: Array | None) -> Array:
    return rows if allowed is None else rows[np.isin(rows, allowed)]


def rows_array(rows: Sequence[int]) -> Array:
    """Some rows as an array, rising, each once."""
    if isinstance(rows, RowSet):
        ranges = [np.arange(each.start, each.stop) for each in rows.ranges]
        return np.concatenate(ranges) if ranges else np.zeros(0, np.int64)
    return np.unique(np.asarray(rows, dtype=np.int64))


UNTRAINED_WEIGHTS = (("words", 0.3), ("piece_words", 0.15), ("sense", 0.55))


def untrained_scores(found: CandidateFeatures) -> Array:
    """``(n,)``: the untrained order, by words and sense summed over their stretched scores."""
    out: Array = sum((w * found.column(name) for name, w in UNTRAINED_WEIGHTS), np.zeros(len(found.rows), np.float32))
    return out


def best_first(scores: Array, rows: Array) -> Array:
    """Positions, best score first, ties by row."""
    out: Array = np.lexsort((rows, -scores))
    return out
