"""BM25 over the segments of an index. The only importer of ``bm25s``, whose scores are reproduced to the last bit.

Identifiers are kept whole ("1.3(iv)", "gv-1.5-001", "7001-2021"), English words are stemmed (Snowball), and Korean
words are tokenised by an analyser of :mod:`kb.text.korean`; their terms come after the others.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np

from kb.index.placement import Placement
from kb.index.postings import Postings, PostingsMaker, term_key
from kb.text.tokens import stemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


K1, B = 1.5, 0.75


def idf(df: int, n: int) -> float:
    """The inverse document frequency of a term in ``df`` of ``n`` rows, by Lucene's formula for BM25."""
    return math.log(1 + (n - df + 0.5) / (df + 0.5))


class TermIndex:
    """The terms of all rows, from the postings of the segments. Frequencies are counted over all live rows, so they do
    not depend on how the rows are divided into segments."""

    def __init__(self, parts: Sequence[Postings], placement: Placement) -> None:
        self._parts = parts
        self._placement = placement
        self._found = lru_cache(maxsize=512)(self._find)

    @property
    def size(self) -> int:
        """The number of rows."""
        return self._placement.size

    def _find(self, key: int) -> tuple[tuple[tuple[int, Any, Any], ...], int]:
        """For each segment with the term: its rows and their term counts; and the number of live rows with the term."""
        out: list[tuple[int, Any, Any]] = []
        for n, part in enumerate(self._parts):
            rows, counts = part.find(key)
            live = self._placement.live(n) if len(rows) else None
            if live is not None:
                kept = live[rows]
                rows, counts = rows[kept], counts[kept]
            if len(rows):
                out.append((n, rows, counts))
        return tuple(out), sum(len(rows) for _, rows, _ in out)

    def knows(self, term: str) -> bool:
        """Whether a row holds the term."""
        return self.frequency(term) > 0

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        return self._found(term_key(term))[1]

    def frequencies(self, keys: Any) -> Any:
        """How many rows hold each of some terms, which are given by their hashes."""
        out = np.zeros(len(keys), np.int64)
        for n, part in enumerate(self._parts):
            starts, ends = part.bounds(keys)
            live = self._placement.live(n)
            if live is None:
                out += ends - starts
            else:
                for k in np.flatnonzero(ends > starts):
                    out[k] += np.count_nonzero(live[part.rows(int(starts[k]), int(ends[k]))])
        return out

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term; the highest value for a term that is in no row."""
        return idf(self.frequency(term), self.size)

    def rows_of(self, term: str) -> Any:
        """The rows that hold a term, rising."""
        found = [self._placement.rows_at(n, rows) for n, rows, _ in self._found(term_key(term))[0]]
        if not found:
            return np.zeros(0, np.int64)
        return np.sort(np.concatenate(found), kind="stable") if len(found) > 1 else found[0]

    def present(self, terms: Sequence[str], rows: Any) -> Any:
        """``(len(terms), len(rows))`` bool: whether a row holds a term."""
        out = np.zeros((len(terms), len(rows)), dtype=bool)
        segments, places = self._placement.locate(rows)
        inside = {int(n): np.flatnonzero(segments == n) for n in np.unique(segments)}
        for k, term in enumerate(terms):
            for n, held, _ in self._found(term_key(term))[0]:
                if n in inside:
                    wanted = places[inside[n]]
                    at = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
                    out[k, inside[n]] = held[at] == wanted
        return out


class BM25(TermIndex):
    """BM25 scores over rows."""

    def __init__(self, parts: Sequence[Postings], lengths: Sequence[Any], placement: Placement) -> None:
        """:param lengths: of each segment how many terms each of its rows has."""
        super().__init__(parts, placement)
        self._lengths = lengths

    @classmethod
    def of_terms(cls, corpus: Iterable[Sequence[str]]) -> BM25:
        """An index whose row *i* holds the *i*-th terms."""
        maker, lengths = PostingsMaker(), array("I")
        for terms in corpus:
            maker.add(terms)
            lengths.append(len(terms))
        found = np.array(lengths, dtype=np.float32)
        return cls([maker.postings()], [found], Placement.whole(len(found)))

    @cached_property
    def _norms(self) -> tuple[Any, ...]:
        """For each segment the length normalisation of its rows, which BM25 adds to a term's count."""
        total = n = 0
        for k, lengths in enumerate(self._lengths):
            live = self._placement.live(k)
            mine = lengths if live is None else lengths[live]
            total, n = total + int(mine.sum(dtype=np.float64)), n + len(mine)
        mean = np.float64(total) / n if total else np.float64(1)
        return tuple(K1 * ((1 - B) + B * lengths.astype(np.float64) / mean) for lengths in self._lengths)

    def all_scores(self, terms: Sequence[str]) -> Any:
        """``(n,)`` float32: the score of every row for some terms; a term given twice counts twice."""
        out = np.zeros(self.size, dtype=np.float32)
        for term in terms:
            weight = np.float32(self.rarity(term))
            for n, rows, counts in self._found(term_key(term))[0]:
                out[self._placement.rows_at(n, rows)] += self._parts_of_scores(weight, n, rows, counts)
        return out

    def _parts_of_scores(self, weight: Any, segment: int, rows: Any, counts: Any) -> Any:
        """What a term adds to the scores of some rows of a segment."""
        often = counts.astype(np.float32)
        return (weight * (often / (self._norms[segment][rows] + often))).astype(np.float32)

    def scores_of(self, terms: Sequence[str], rows: Any) -> Any:
        """``(len(rows),)`` float32: :meth:`all_scores` of these rows; the others are not read."""
        out = np.zeros(len(rows), dtype=np.float32)
        segments, places = self._placement.locate(rows)
        inside = [(int(n), np.flatnonzero(segments == n)) for n in np.unique(segments)]
        for term in terms:
            weight = np.float32(self.rarity(term))
            found = {n: (held, counts) for n, held, counts in self._found(term_key(term))[0]}
            for n, mine in inside:
                if n in found:
                    held, counts = found[n]
                    wanted = places[mine]
                    at = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
                    hit = held[at] == wanted
                    out[mine[hit]] += self._parts_of_scores(weight, n, wanted[hit], counts[at[hit]])
        return out

    def best(self, terms: Sequence[str], k: int, allowed: Any | None = None) -> Any:
        """The rows of the ``k`` best scores above 0, ties by row, in no order; ``allowed`` has for each row whether it
        may be found.

        The result is the same as from all scores. It is found as in MaxScore: once the remaining, more frequent terms
        together can add less than the k-th best score, rows that have only these terms are skipped.
        """
        asked = sorted(Counter(terms).items(), key=lambda pair: (self.frequency(pair[0]), pair[0]))
        asked = [(term, times) for term, times in asked if self.frequency(term)]
        if not asked or k <= 0:
            return np.zeros(0, np.int64)
        most = np.array([times * self.rarity(term) * self._largest_part(term) for term, times in asked])
        left = np.append(np.cumsum(most[::-1])[::-1], 0.0)  # the most that the terms from each one on can add
        opened, least = 0, 0.0
        rows, sums = np.zeros(0, np.int64), np.zeros(0, np.float64)
        while opened < len(asked) and left[opened] >= least:
            stop, size = opened, 0
            while stop < len(asked) and left[stop] >= least and (stop == opened or size < ROWS_AT_ONCE):
                size += self.frequency(asked[stop][0])
                stop += 1
            rows, sums = self._summed(asked[opened:stop], allowed, rows, sums)
            opened = stop
            if len(rows) >= k:
                first = rows[np.argpartition(-sums, k - 1)[:k]]
                least = float(self.scores_of(terms, first).min()) * (1 - ROUNDING)
        kept = rows[sums * (1 + ROUNDING) + left[opened] >= least]
        scores = self.scores_of(terms, np.sort(kept))
        return best_rows(scores, np.sort(kept), k)

    def _summed(self, asked: Sequence[tuple[str, int]], allowed: Any | None, rows: Any, sums: Any) -> tuple[Any, Any]:
        """The rows in ``rows`` or with one of the terms, with their ``sums`` plus the scores of the terms."""
        at, values = [rows], [sums]
        for term, times in asked:
            weight = times * self.rarity(term)
            for n, held, counts in self._found(term_key(term))[0]:
                places = self._placement.rows_at(n, held)
                inside = slice(None) if allowed is None else allowed[places]
                at.append(places[inside])
                values.append(self._parts_of_scores(weight, n, held[inside], counts[inside]).astype(np.float64))
        found, added = np.concatenate(at), np.concatenate(values)
        if DENSE * len(found) > self.size:
            out = np.bincount(found, added, self.size)
            held_by = np.flatnonzero(out)
            return held_by, out[held_by]
        held_by, where = np.unique(found, return_inverse=True)
        return held_by, np.bincount(where, added, len(held_by))

    def _largest_part(self, term: str) -> float:
        """The greatest score that a term adds to any row, divided by its IDF."""
        most = max(int(counts.max()) for _, _, counts in self._found(term_key(term))[0])
        return most / (self._least_norm + most)

    @cached_property
    def _least_norm(self) -> float:
        return min((float(norms.min()) for norms in self._norms if len(norms)), default=0.0)


ROWS_AT_ONCE = 2_000
"""Rows of the rarest terms that are gone through before it is asked whether the others can matter."""
ROUNDING = 1e-5
"""The share of a score by which a sum may differ from it, as its terms are added in another order."""
DENSE = 16
"""Where one row of so many holds a term, sums are kept for all rows, and not for those rows alone."""


def best_rows(scores: Any, rows: Any, k: int) -> Any:
    """Those of ``rows`` (ascending) with the ``k`` best ``scores`` above 0; ties are decided by row."""
    if len(rows) > k:
        edge = np.partition(scores, len(scores) - k)[len(scores) - k]
        above = scores > edge
        level = np.flatnonzero(scores == edge)[: k - int(above.sum())]
        kept = np.sort(np.concatenate([np.flatnonzero(above), level]))
        scores, rows = scores[kept], rows[kept]
    return rows[scores > 0]


def _indexed(corpus: list[list[str]], k1: float, b: float) -> Any:
    if not any(corpus):  # the library cannot index an empty corpus
        corpus = [*corpus[:-1], ["\0"]]
    model = bm25s.BM25(k1=k1, b=b)
    model.index(corpus, show_progress=False)
    return model


_HANGUL = re.compile("[가-힣]{2,}")


class PlainBM25:
    """BM25 with the tokens of ``bm25s`` itself (its English stop words, Snowball stems; Korean words as character
    bigrams). It is the fixed baseline of ``kb eval``, so it must not change when :func:`kb.text.tokens.tokens` does."""

    def __init__(self, texts: Sequence[str]) -> None:
        """An index whose row *i* is the *i*-th text."""
        self._model = _indexed(self.tokens(texts) if texts else [], 1.5, 0.75)  # fixed k1 and b, whatever BM25 uses

    @staticmethod
    def tokens(texts: Sequence[str]) -> list[list[str]]:
        """The terms of each text."""

        def bigrams(match: re.Match[str]) -> str:
            word = match.group()
            return " " + " ".join(word[i : i + 2] for i in range(len(word) - 1)) + " "

        plain = [_HANGUL.sub(bigrams, text) for text in texts]
        found: list[list[str]] = bm25s.tokenize(
            plain, stopwords="en", stemmer=stemmer(), return_ids=False, show_progress=False
        )
        return found

    def scores(self, query: str) -> Any:
        """The score of every row."""
        known = [t for t in self.tokens([query])[0] if t in self._model.vocab_dict]
        size = int(self._model.scores["num_docs"])
        return np.asarray(self._model.get_scores(known), dtype=np.float64) if known else np.zeros(size)
