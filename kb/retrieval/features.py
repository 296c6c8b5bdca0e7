"""Computes the features of candidate passages, which are the input of the trained ranker.

A candidate is a row of the collection; a long row has several *pieces* with a vector each. A feature is a number that
says how well the row fits the question in one respect: BM25, cosines, the share of the question's terms that it has,
the same for its neighbours, its length. The names and the order of features are those with which the ranker was
trained.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kb.index.postings import pairs_of
from kb.records import dataclass
from kb.text.hangul import count_hangul, has_hangul
from kb.text.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.index.collection import Collection
    from kb.models.ranker import Ranker
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Array


NAMED_WITHIN = 60
"""Characters at the start of a row in which a name such as "Article 5" is the row's own; further on, such a name refers
to another place."""


_NAMED = re.compile(
    r"\b(?:article|section|chapter|rule|clause|annex|part|page|table|figure|item|principle|recital|paragraph)"
    r"\s+\d+[a-z]?(?:\.\d+)*(?:\(\w+\))*"
)


_ASKS_NUMBER = re.compile(
    r"how (?:many|much)|percent|ratio|amount|total|number|%|average|\bFY ?\d|\b(?:19|20)\d\d\b|몇|얼마|비율",
    re.IGNORECASE,
)


_DEFINED_TERM = re.compile(r"[‘“\"']([^’”\"']{2,60})[’”\"'] (?:means|shall mean|refers to)")


def min_max(values: Array) -> Array:
    """The values scaled linearly to 0…1; all 1 if they are equal."""
    low, high = values.min(), values.max()
    out: Array = (values - low) / (high - low) if high > low else np.ones_like(values)
    return out


def reciprocal_ranks(values: Array) -> Array:
    """1 for the greatest value, ½ for the next, ⅓ …; of equal values the first in the array comes first."""
    order = np.argsort(-values, kind="stable")
    out = np.empty(len(values), dtype=np.float32)
    out[order] = 1 / (1 + np.arange(len(values), dtype=np.float32))
    return out


def best_of_pieces(values: Array, owner: Array, n: int) -> Array:
    """``(n,)`` float32: for each row the best value of its pieces, 0 where it has none."""
    out = np.full(n, -np.inf, dtype=np.float32)
    np.maximum.at(out, owner, values)
    return np.where(np.isfinite(out), out, 0).astype(np.float32)


class _Neighbours:
    """The rows before and after each candidate ``c`` in its document; -1 if there is none."""

    def __init__(self, c: Array, document: Array) -> None:
        n = len(document)
        before, after = c - 1, np.minimum(c + 1, n - 1)
        self.before = np.where((c > 0) & (document[before] == document[c]), before, -1)
        self.after = np.where((c + 1 < n) & (document[after] == document[c]), after, -1)

    @cached_property
    def all(self) -> Array:
        rows = np.concatenate([self.before, self.after])
        out: Array = np.unique(rows[rows >= 0])
        return out


def candidate_features(
    question: EncodedQuery,
    held: Collection,
    ranker: Ranker | None,
    c: Array,
    by_piece: Array | None,
    restricted: bool,
) -> Array:
    """``(len(c), len(FEATURES))`` float32: the features of the candidates in rows ``c``.

    ``by_piece`` has for each row its best piece's score by words; ``None`` where every row is one piece.
    """
    near = _Neighbours(c, held.document)
    wide = np.unique(np.concatenate([c, near.all])).astype(np.int64)
    at = np.searchsorted(wide, c)
    words_of_wide = held.words.scores_of((*question.terms, *question.translated), wide)
    words = words_of_wide[at]
    texts = held.texts([int(row) for row in c])
    cosines = _cosines_of_candidates(question, held, ranker, wide, at, texts)
    base = _scaled_as(words_of_wide, at)
    if cosines.of_wide is not None:
        base = 0.45 * base + 0.55 * _scaled_as(cosines.of_wide, at)
    before, after = (_at_neighbours(base, wide, rows) for rows in (near.before, near.after))
    covered = _TermCoverage(question, held, c, near)
    length = held.length[c]
    none = np.zeros(len(c))
    plain, adapted, tuned = (
        (none if each is None else each) for each in (cosines.plain, cosines.adapted, cosines.tuned)
    )
    out = np.stack(
        [
            min_max(words),
            min_max(words if by_piece is None else by_piece[c]),
            none if cosines.plain is None else min_max(cosines.plain),
            none if cosines.adapted is None else min_max(cosines.adapted),
            covered.whole,
            covered.piece,
            covered.pairs,
            reciprocal_ranks(words),
            reciprocal_ranks(plain),
            reciprocal_ranks(adapted),
            np.log1p(length) / 7,
            before,
            after,
            np.maximum(before, after),
            _place_in_document(held, c),
            held.figures[c] * (_ASKS_NUMBER.search(question.text) is not None),
            length < 6,
            words / 50,
            plain,
            adapted,
            covered.rarest,
            min_max(cosines.second),
            covered.heading_recall,
            covered.heading_precision,
            covered.window,
            *_by_text(question.text, texts),
            np.full(len(c), min(len(question.terms), 40) / 20),
            np.full(len(c), restricted and _is_one_document(held, c) and held.n_pieces == held.size),
            none if cosines.tuned is None else min_max(cosines.tuned),
            reciprocal_ranks(tuned),
            tuned,
        ],
        axis=1,
    )
    return out.astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Cosines:
    """The cosines of candidates to a question, of each its best piece's; ``None`` without such vectors or weights.

    ``plain``, ``adapted`` and ``tuned`` are of the plain vectors, those that the ranker adapts, and those of the
    fine-tuned layers; ``second`` is of the plain vector of the second-best piece. ``of_wide`` is the plain one of all
    rows, of candidates and their neighbours.
    """

    second: Array
    plain: Array | None = None
    adapted: Array | None = None
    tuned: Array | None = None
    of_wide: Array | None = None


def _cosines_of_candidates(
    question: EncodedQuery, held: Collection, ranker: Ranker | None, wide: Array, at: Array, texts: Sequence[str]
) -> _Cosines:
    """The cosines of the candidates, which are at the positions ``at`` of the rows ``wide``."""
    if question.vector is None:
        return _Cosines(np.zeros(len(at), np.float32))
    pieces = _Pieces(held, wide)
    plain = pieces.vectors @ question.vector
    values: list[Array | None] = [
        None if each is None else pieces.best(each)[at]
        for each in (plain, *_by_ranker(ranker, pieces.vectors, question.vector, question.tuned))
    ]
    if question.own is not None:
        is_own = np.array([is_in_language(text, question.language) for text in texts], bool)
        own = (pieces.vectors @ question.own, *_by_ranker(ranker, pieces.vectors, question.own, question.own_tuned))
        values = [
            value if value is None or each is None else _in_order_of(value, pieces.best(each)[at], is_own)
            for value, each in zip(values, own, strict=True)
        ]
    of_plain, of_adapted, of_tuned = values
    return _Cosines(pieces.second_best(plain)[at], of_plain, of_adapted, of_tuned, pieces.best(plain))


def _by_ranker(
    ranker: Ranker | None, vectors: Array, plain: Array, tuned: Array | None
) -> tuple[Array | None, Array | None]:
    """The cosines of pieces by both adapters of the ranker, to the plain and the fine-tuned vector of a question."""
    if ranker is None:
        return None, None
    adapted = ranker.adapter.of_passages(vectors) @ ranker.adapter.of_question(plain)
    if tuned is None:
        return adapted, None
    return adapted, ranker.tuned_adapter.of_passages(vectors) @ ranker.tuned_adapter.of_question(tuned)


class _Pieces:
    """The vectors ``(n, d)`` of all pieces of the given rows, and how values of pieces become values of rows."""

    def __init__(self, held: Collection, rows: Array) -> None:
        first = np.searchsorted(held.owner, rows, "left")
        self._counts = np.searchsorted(held.owner, rows, "right") - first
        self._starts = np.concatenate([[0], np.cumsum(self._counts)[:-1]]).astype(np.int64)
        pieces = np.concatenate([np.arange(a, a + n) for a, n in zip(first, self._counts, strict=True)])
        self.vectors: Array = held.vectors.vectors(pieces.astype(np.int64).tolist())

    def best(self, values: Array) -> Array:
        """For each row the greatest value of its pieces."""
        out: Array = np.maximum.reduceat(values, self._starts)
        return out

    def second_best(self, values: Array) -> Array:
        """For each row the value of its second-best piece; that of the only one where it has one."""
        out = self.best(values)
        for row in np.flatnonzero(self._counts > 1):
            start = self._starts[row]
            out[row] = np.sort(values[start : start + self._counts[row]])[-2]
        return out


def _scaled_as(values: Array, at: Array) -> Array:
    """Values of rows on the scale 0…1 of those at the positions ``at``."""
    low, high = values[at].min(), values[at].max()
    out: Array = np.clip((values - low) / max(float(high - low), 1e-6), 0, 1)
    return out


def _at_neighbours(values: Array, wide: Array, rows: Array) -> Array:
    """The values, which are of the rows ``wide``, of other rows; 0 for row -1."""
    out: Array = np.where(rows >= 0, values[np.minimum(np.searchsorted(wide, np.maximum(rows, 0)), len(wide) - 1)], 0)
    return out


def _place_in_document(held: Collection, c: Array) -> Array:
    """How far behind the start of its document each row is: 0 for its first, 1 for its last."""
    run = np.searchsorted(held.begins, c, "right")
    begin, end = held.begins[run - 1], np.append(held.begins, held.size)[run]
    out: Array = (c - begin) / np.maximum(end - begin - 1, 1)
    return out


def _is_one_document(held: Collection, c: Array) -> bool:
    return bool((held.document[c] == held.document[c[0]]).all())


def _by_text(question: str, texts: Sequence[str]) -> list[Array]:
    """Features from texts: whether each has a place's name that the question has, what it defines, and Hangul."""
    lower = question.casefold()
    named = set(_NAMED.findall(lower))
    is_named = [bool(named) and not named.isdisjoint(_NAMED.findall(t[:NAMED_WITHIN].casefold())) for t in texts]
    asks_meaning, is_korean = ASKS_MEANING.search(lower) is not None, has_hangul(question)
    return [
        np.array(is_named),
        np.array([_defines(t, lower) if asks_meaning else 0.0 for t in texts]),
        np.full(len(texts), is_korean),
        np.array([count_hangul(t) / max(len(t), 1) if is_korean else 0.0 for t in texts], np.float32),
    ]


KOREAN_SHARE = 0.3
"""The share of Hangul among its characters from which a text is Korean."""


def is_in_language(text: str, language: str) -> bool:
    """Whether a text is mostly in a language."""
    if language == "ko":
        return count_hangul(text) >= KOREAN_SHARE * max(len(text), 1)
    return language_of(text) == language


def _in_order_of(values: Array, own: Array, is_own: Array) -> Array:
    """The cosines of passages to a question with its English terms, those of passages in its own language in the order
    of their cosines to the question alone: English terms tell Korean passages apart badly."""
    if not is_own.any():
        return values
    out = values.copy()
    out[is_own] = spread_as(own[is_own], values[is_own])
    return out


def spread_as(own: Array, values: Array) -> Array:
    """``own`` with the mean and the standard deviation of ``values``, of the same shape ``(n,)`` or ``(n, k)`` (by
    column): what is decided by the values keeps its scale. The question alone is nearer to any Korean text than to its
    English answer, so that its own cosines have another one."""
    deviation = own.std(axis=0)
    factor = np.divide(values.std(axis=0), deviation, out=np.ones_like(deviation), where=deviation > 0)
    out: Array = (own - own.mean(axis=0)) * factor + values.mean(axis=0)
    return out


def _defines(text: str, question: str) -> float:
    """The length of the longest term that the text defines and the question names, divided by 60 characters; 0 if the
    text defines no term of the question."""
    return max((len(term) / 60 for term in _DEFINED_TERM.findall(text) if term.casefold() in question), default=0.0)


class _TermCoverage:
    """Recall of the question's terms in each candidate, weighted by inverse document frequency (IDF).

    It is computed for the whole row, for its best piece, for the row with its neighbours, for its heading, and for
    pairs of adjacent terms. If the question also has translated terms, the higher of the two values counts; a heading
    that holds them holds no more of the question than they stand for.
    """

    def __init__(self, question: EncodedQuery, held: Collection, c: Array, near: _Neighbours) -> None:
        self.whole = np.zeros(len(c), np.float32)
        self.piece, self.window = self.whole.copy(), self.whole.copy()
        self.rarest, self.heading_recall = self.whole.copy(), self.whole.copy()
        self.heading_precision, self.pairs = self.whole.copy(), self.whole.copy()
        for terms, stands_for in ((question.terms, 1.0), (question.translated, question.rendered)):
            if terms:
                self._add(tuple(dict.fromkeys(terms)), terms, held, c, near, stands_for)

    def _add(
        self,
        terms: tuple[str, ...],
        in_order: tuple[str, ...],
        held: Collection,
        c: Array,
        near: _Neighbours,
        stands_for: float,
    ) -> None:
        rarity = np.array([held.words.rarity(t) for t in terms], np.float32)
        total = max(float(rarity.sum()), 1e-6)
        known = [i for i, t in enumerate(terms) if held.words.knows(t)]
        if not known:
            return
        weight = rarity[known]
        asked = [terms[i] for i in known]
        wide = np.unique(np.concatenate([c, near.all])).astype(np.int64)
        present = held.words.present(asked, wide)
        mine = present[:, np.searchsorted(wide, c)]
        whole = weight @ mine / total
        self.whole = np.maximum(self.whole, whole)
        self.rarest = np.maximum(self.rarest, mine[int(np.argmax(weight))])
        around = mine.copy()
        for rows in (near.before, near.after):
            beside = np.minimum(np.searchsorted(wide, np.maximum(rows, 0)), len(wide) - 1)
            around |= np.where(rows >= 0, present[:, beside], False)
        self.window = np.maximum(self.window, weight @ around / total)
        if held.n_pieces == held.size:
            self.piece = self.whole
        else:
            first = np.searchsorted(held.owner, c, "left")
            last = np.searchsorted(held.owner, c, "right")
            pieces = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
            starts = np.concatenate([[0], np.cumsum(last - first)[:-1]]).astype(np.int64)
            met_by = weight @ held.piece_words.present(asked, pieces) / total
            self.piece = np.maximum(self.piece, np.maximum.reduceat(met_by, starts))
        met = weight @ held.headings.present(asked, c)
        self.heading_recall = np.maximum(self.heading_recall, stands_for * met / total)
        precision = met / np.maximum(held.heading_weights(c), 1e-6)
        self.heading_precision = np.maximum(self.heading_precision, np.minimum(precision, 1))
        pairs = list(dict.fromkeys(pairs_of(in_order)))
        held_by = held.pairs.present(pairs, c)  # computes all at once, so that the calls below find them in the cache
        known_pairs = [n for n, pair in enumerate(pairs) if held.pairs.knows(pair)]
        if known_pairs:
            weights = np.array([held.pairs.rarity(pairs[n]) for n in known_pairs], np.float32)
            self.pairs = np.maximum(self.pairs, weights @ held_by[known_pairs] / weights.sum())


ASKS_MEANING = re.compile(
    r"\bdefin|\bmeans?\b|meaning|\bcounts? as\b|considered|what is the term|constitutes|정의|의미|뜻|가리키|말하는"
    r"|what (?:is|are) (?:an? |the )?[\w‘’“”' -]{3,40}\?",
    re.IGNORECASE,
)
