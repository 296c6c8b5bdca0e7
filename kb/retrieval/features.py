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
from kb.text.hangul import count_hangul, has_hangul
from kb.text.languages import language_of

if TYPE_CHECKING:
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
    m = len(c)
    near = _Neighbours(c, held.document)
    wide = np.unique(np.concatenate([c, near.all])).astype(np.int64)
    at = np.searchsorted(wide, c)
    words_of_wide = held.words.scores_of((*question.terms, *question.translated), wide)
    words = words_of_wide[at]
    first = np.searchsorted(held.owner, wide, "left")
    last = np.searchsorted(held.owner, wide, "right")
    pieces = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)]).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(last - first)[:-1]]).astype(np.int64)
    sense = np.zeros(len(wide), np.float32)
    adapted, tuned = np.zeros(len(wide), np.float32), np.zeros(len(wide), np.float32)
    second = np.zeros(m, np.float32)
    if question.vector is not None:
        vectors = held.vectors.vectors(pieces.tolist())
        cosines = vectors @ question.vector
        sense = np.maximum.reduceat(cosines, starts)
        second = sense[at].copy()
        for i in np.flatnonzero((last - first)[at] > 1):
            a = starts[at[i]]
            second[i] = np.sort(cosines[a : a + last[at[i]] - first[at[i]]])[-2]
        if ranker is not None:
            mine = ranker.adapter.of_question(question.vector)
            adapted = np.maximum.reduceat(ranker.adapter.of_passages(vectors) @ mine, starts)
        if ranker is not None and question.tuned is not None:
            mine = ranker.tuned_adapter.of_question(question.tuned)
            tuned = np.maximum.reduceat(ranker.tuned_adapter.of_passages(vectors) @ mine, starts)

    texts = held.texts([int(row) for row in c])
    hangul = np.array([count_hangul(t) / max(len(t), 1) for t in texts], np.float32)
    sense_of, adapted_of, tuned_of = sense[at], adapted[at], tuned[at]
    if question.vector is not None and question.own is not None:
        own_rows = np.array([is_in_language(text, question.language) for text in texts], bool)

        def in_own_words(values: Array, by_piece: Array) -> Array:
            return _in_order_of(values, np.maximum.reduceat(by_piece, starts)[at], own_rows)

        sense_of = in_own_words(sense_of, vectors @ question.own)
        if ranker is not None:
            mine = ranker.adapter.of_question(question.own)
            adapted_of = in_own_words(adapted_of, ranker.adapter.of_passages(vectors) @ mine)
        if ranker is not None and question.own_tuned is not None:
            mine = ranker.tuned_adapter.of_question(question.own_tuned)
            tuned_of = in_own_words(tuned_of, ranker.tuned_adapter.of_passages(vectors) @ mine)

    def level(values: Array) -> Array:
        low, high = values[at].min(), values[at].max()
        out: Array = np.clip((values - low) / max(float(high - low), 1e-6), 0, 1)
        return out

    base = 0.45 * level(words_of_wide) + 0.55 * level(sense) if question.vector is not None else level(words_of_wide)
    beside = [
        np.where(rows >= 0, base[np.minimum(np.searchsorted(wide, np.maximum(rows, 0)), len(wide) - 1)], 0)
        for rows in (near.before, near.after)
    ]
    one = bool((held.document[c] == held.document[c[0]]).all())
    run = np.searchsorted(held.begins, c, "right")
    begin, end = held.begins[run - 1], np.append(held.begins, held.size)[run]

    covered = _TermCoverage(question, held, c, near)
    lower = question.text.casefold()
    named = set(_NAMED.findall(lower))
    meaning = ASKS_MEANING.search(lower) is not None
    korean = has_hangul(question.text)
    asks_number = _ASKS_NUMBER.search(question.text) is not None
    length = held.length[c]
    out = np.stack(
        [
            min_max(words),
            min_max(words if by_piece is None else by_piece[c]),
            min_max(sense_of) if question.vector is not None else np.zeros(m),
            min_max(adapted_of) if question.vector is not None and ranker is not None else np.zeros(m),
            covered.whole,
            covered.piece,
            covered.pairs,
            reciprocal_ranks(words),
            reciprocal_ranks(sense_of),
            reciprocal_ranks(adapted_of),
            np.log1p(length) / 7,
            beside[0],
            beside[1],
            np.maximum(*beside),
            (c - begin) / np.maximum(end - begin - 1, 1),
            held.figures[c] * asks_number,
            length < 6,
            words / 50,
            sense_of,
            adapted_of,
            covered.rarest,
            min_max(second),
            covered.heading_recall,
            covered.heading_precision,
            covered.window,
            [bool(named) and not named.isdisjoint(_NAMED.findall(t[:NAMED_WITHIN].casefold())) for t in texts],
            [_defines(t, lower) if meaning else 0.0 for t in texts],
            np.full(m, korean),
            hangul if korean else np.zeros(m),
            np.full(m, min(len(question.terms), 40) / 20),
            np.full(m, restricted and one and held.n_pieces == held.size),
            min_max(tuned_of) if question.tuned is not None and ranker is not None else np.zeros(m),
            reciprocal_ranks(tuned_of),
            tuned_of,
        ],
        axis=1,
    )
    return out.astype(np.float32)


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
