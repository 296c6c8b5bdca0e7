"""BM25 over clean text, summed over segments. The only importer of ``bm25s``, whose scores these are to the last bit.

Tokens keep identifiers whole ("1.3(iv)", "gv-1.5-001", "7001-2021"), English words are stemmed (Snowball), Korean
words are taken apart by an analyser of :mod:`kb.text.korean` and follow the other terms.
"""

from __future__ import annotations

import math
import re
from array import array
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
    """Inverse document frequency of a term that ``df`` of ``n`` rows hold, as BM25 of Lucene has it."""
    return math.log(1 + (n - df + 0.5) / (df + 0.5))


class TermIndex:
    """The terms of all rows, from the postings of segments. Frequencies are of all live rows together, so that it
    changes nothing how rows are divided into segments."""

    def __init__(self, parts: Sequence[Postings], placement: Placement) -> None:
        self._parts = parts
        self._placement = placement
        self._found = lru_cache(maxsize=512)(self._find)

    @property
    def size(self) -> int:
        """Rows."""
        return self._placement.size

    def _find(self, key: int) -> tuple[tuple[tuple[int, Any, Any], ...], int]:
        """For each segment that holds a term its rows there and how often; and how many live rows hold it."""
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
        """Inverse document frequency; the highest for a term that no row holds."""
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
        """Of each segment what BM25 adds to the count of a term in a row, by the row's length."""
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
                often = counts.astype(np.float32)
                scores = weight * (often / (self._norms[n][rows] + often))
                out[self._placement.rows_at(n, rows)] += scores.astype(np.float32)
        return out


def _indexed(corpus: list[list[str]], k1: float, b: float) -> Any:
    if not any(corpus):  # the library cannot index nothing
        corpus = [*corpus[:-1], ["\0"]]
    model = bm25s.BM25(k1=k1, b=b)
    model.index(corpus, show_progress=False)
    return model


_HANGUL = re.compile("[가-힣]{2,}")


class PlainBM25:
    """BM25 as ``bm25s`` does it unaided (its tokens, its English stop words, Snowball stems; Korean words as character
    bigrams): the fixed floor of ``kb eval``, which must not move when :func:`tokens` does."""

    def __init__(self, texts: Sequence[str]) -> None:
        """An index whose row *i* is the *i*-th text."""
        self._model = _indexed(self.tokens(texts) if texts else [], 1.5, 0.75)  # its own: the floor does not move

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
