"""BM25 over the segments of an index. The only importer of ``bm25s``, whose scores are reproduced to the last bit.

Identifiers are kept whole ("1.3(iv)", "gv-1.5-001", "7001-2021"), English words are stemmed (Snowball), and Korean
words are tokenised by an analyser of :mod:`kb.text.korean`; their terms come after the others.
"""

from __future__ import annotations

import math
import re
import threading
from array import array
from collections import Counter, OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np

from kb.index.placement import Placement
from kb.index.postings import Postings, PostingsMaker, term_key
from kb.records import dataclass
from kb.text.tokens import stemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


K1, B = 1.5, 0.75


def idf(df: int, n: int) -> float:
    """The inverse document frequency of a term in ``df`` of ``n`` rows, by Lucene's formula for BM25."""
    return math.log(1 + (n - df + 0.5) / (df + 0.5))


@dataclass(frozen=True, slots=True)
class TermRows:
    """The rows of an index that contain a term, in ascending order, with the term's count in each.

    For a frequent term ``rows`` is ``None``, and ``counts`` has a count for every row of the index. ``n`` is the number
    of rows that contain the term, ``most`` the greatest count. ``often`` are the few rows, in ascending order, with a
    count above ``seldom``; it is empty if ``seldom`` equals ``most``.
    """

    n: int
    most: int
    rows: Any | None
    counts: Any
    seldom: int
    often: Any

    def counts_of(self, rows: Any) -> Any:
        """For each of some rows how often it holds the term."""
        if self.rows is None:
            return self.counts[rows]
        if not self.n:
            return np.zeros(len(rows), np.uint16)
        wanted = np.asarray(rows).astype(np.int32)
        at = np.minimum(np.searchsorted(self.rows, wanted), self.n - 1)
        return np.where(self.rows[at] == wanted, self.counts[at], 0)

    def all(self) -> tuple[Any, Any]:
        """The rows that contain the term, in ascending order, and their counts."""
        if self.rows is not None:
            return self.rows, self.counts
        rows = np.flatnonzero(self.counts)
        return rows, self.counts[rows]

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return sum(int(held.nbytes) for held in (self.counts, self.rows, self.often) if held is not None)

    def parts(self) -> list[TermPart]:
        """The rows in two parts: those with a high count, and the others."""
        if self.seldom == self.most:
            return [TermPart(self, self.n, self.most, None)]
        n = len(self.often)
        return [TermPart(self, n, self.most, self.often), TermPart(self, self.n - n, self.seldom, None)]


@dataclass(frozen=True, slots=True)
class TermPart:
    """Some of the rows of a term: ``n`` rows that hold it at most ``most`` times. They are ``rows``, or all but
    :attr:`TermRows.often`."""

    of_term: TermRows
    n: int
    most: int
    rows: Any | None

    def all(self) -> tuple[Any, Any]:
        """The rows, in ascending order, and their counts."""
        if self.rows is not None:
            return self.rows, self.of_term.counts_of(self.rows)
        rows, counts = self.of_term.all()
        if self.most == self.of_term.most:
            return rows, counts
        seldom = counts <= self.most
        return rows[seldom], counts[seldom]

    def counts_of(self, rows: Any) -> Any:
        """For each of some rows how often it holds the term; 0 where it is in the other part."""
        counts = self.of_term.counts_of(rows)
        if self.most == self.of_term.seldom:
            return np.where(counts <= self.most, counts, 0)
        return np.where(counts > self.of_term.seldom, counts, 0) if self.rows is not None else counts


class TermIndex:
    """The terms of all rows, from the postings of the segments. Frequencies are counted over all live rows, so they do
    not depend on how the rows are divided into segments. The postings of recent terms are cached."""

    def __init__(self, parts: Sequence[Postings], placement: Placement) -> None:
        self._parts = parts
        self._placement = placement
        self._kept: OrderedDict[int, TermRows] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """The number of rows."""
        return self._placement.size

    def _found(self, term: str) -> TermRows:
        """The rows of one term."""
        return self.found((term,))[0]

    def found(self, terms: Sequence[str]) -> list[TermRows]:
        """The rows of some terms; terms that are not in the cache are looked up together."""
        keys = [term_key(term) for term in terms]
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
            for key in known:
                self._kept.move_to_end(key)
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            read = self._read(missing)
            known |= read
            with self._lock:
                for key, of_term in read.items():
                    if key not in self._kept:
                        self._kept[key] = of_term
                        self._bytes += of_term.size
                while self._bytes > BYTES_KEPT and len(self._kept) > 1:
                    self._bytes -= self._kept.popitem(last=False)[1].size
        return [known[key] for key in keys]

    def _read(self, keys: Sequence[int]) -> dict[int, TermRows]:
        wanted = np.array(keys, np.uint64)
        rows: list[list[Any]] = [[] for _ in keys]
        counts: list[list[Any]] = [[] for _ in keys]
        for n in self._placement.in_order:
            part = self._parts[n]
            starts, ends = part.bounds(wanted)
            for k in np.flatnonzero(ends > starts).tolist():
                held, often = part.slice(int(starts[k]), int(ends[k]))
                live = self._placement.live(n)
                if live is not None:
                    held, often = held[live[held]], often[live[held]]
                rows[k].append(self._placement.rows_at(n, held))
                counts[k].append(often)
        return {
            key: self._of_term(_as_one_array(rows[k], np.int32), _as_one_array(counts[k], np.uint16))
            for k, key in enumerate(keys)
        }

    def _of_term(self, rows: Any, counts: Any) -> TermRows:
        n = len(rows)
        most = int(counts.max()) if n else 0
        if DENSE * n > self.size:
            of_all = np.zeros(self.size, np.uint8 if most <= MOST_OF_BYTE else np.uint16)
            of_all[rows] = counts
        elif n > 1 and (rows[1:] < rows[:-1]).any():
            order = np.argsort(rows, kind="stable")
            rows, counts = rows[order], counts[order]
        seldom, often = most, np.zeros(0, np.int32)
        if most > 1 and n >= TERMS_DIVIDED:
            seldom = 1
            while OFTEN * np.count_nonzero(counts > seldom) > n:
                seldom += 1
            often = np.sort(rows[counts > seldom])
        if DENSE * n > self.size:
            return TermRows(n, most, None, of_all, seldom, often)
        return TermRows(n, most, rows, counts, seldom, often)

    def knows(self, term: str) -> bool:
        """Whether a row holds the term."""
        return self.frequency(term) > 0

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        return self._found(term).n

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
                    out[k] += np.count_nonzero(live[part.slice(int(starts[k]), int(ends[k]))[0]])
        return out

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term; the highest value for a term that is in no row."""
        return idf(self.frequency(term), self.size)

    def rows_of(self, term: str) -> Any:
        """The rows that hold a term, rising."""
        return self._found(term).all()[0].astype(np.int64)

    def present(self, terms: Sequence[str], rows: Any) -> Any:
        """``(len(terms), len(rows))`` bool: whether a row holds a term."""
        out = np.zeros((len(terms), len(rows)), dtype=bool)
        for k, of_term in enumerate(self.found(terms)):
            out[k] = of_term.counts_of(rows) > 0
        return out


def _as_one_array(parts: Sequence[Any], kind: type) -> Any:
    """Some arrays as one."""
    one = np.concatenate(parts) if len(parts) > 1 else parts[0] if parts else np.zeros(0, kind)
    return one.astype(kind, copy=False)


BYTES_KEPT = 128 * 1024 * 1024
"""Bytes of terms that are kept in memory."""
MOST_OF_BYTE = 255
TERMS_DIVIDED, OFTEN = 2_000, 8
"""For a term in this many rows, the rows with a high count are kept separately; they are at most one row in so many."""
DENSE = 16
"""If one row of so many contains a term, counts and sums are kept for all rows instead of for those rows alone."""


class BM25(TermIndex):
    """BM25 scores over rows."""

    def __init__(self, parts: Sequence[Postings], lengths: Any, placement: Placement) -> None:
        """:param lengths: how many terms each row has."""
        super().__init__(parts, placement)
        self.lengths = lengths

    @classmethod
    def of_terms(cls, corpus: Iterable[Sequence[str]]) -> BM25:
        """An index whose row *i* holds the *i*-th terms."""
        maker, lengths = PostingsMaker(), array("I")
        for terms in corpus:
            maker.add(terms)
            lengths.append(len(terms))
        found = np.array(lengths, dtype=np.float32)
        return cls([maker.postings()], found, Placement.whole(len(found)))

    @cached_property
    def rough_norms(self) -> Any:
        """For each row the length normalisation that BM25 adds to a term's count, in float32."""
        return self._norms.astype(np.float32)

    @cached_property
    def _norms(self) -> Any:
        """For each row the length normalisation that BM25 adds to a term's count."""
        lengths = self.lengths
        total = int(lengths.sum(dtype=np.float64))
        mean = np.float64(total) / len(lengths) if total else np.float64(1)
        return K1 * ((1 - B) + B * lengths.astype(np.float64) / mean)

    def all_scores(self, terms: Sequence[str]) -> Any:
        """``(n,)`` float32: the BM25 score of every row for some terms; a term given twice is added twice."""
        out = np.zeros(self.size, dtype=np.float32)
        for of_term in self.found(terms):
            rows, counts = of_term.all()
            out[rows] += self.parts_of_scores(of_term, rows, counts)
        return out

    def parts_of_scores(self, of_term: TermRows, rows: Any, counts: Any) -> Any:
        """``(len(rows),)`` float32: the score that a term adds to some rows that contain it."""
        often = counts.astype(np.float32)
        weight = np.float32(idf(of_term.n, self.size))
        return (weight * (often / (self._norms[rows] + often))).astype(np.float32)

    def scores_of(self, terms: Sequence[str], rows: Any) -> Any:
        """``(len(rows),)`` float32: :meth:`all_scores` of these rows; the others are not read."""
        found = self.found(terms)
        out = np.zeros(len(rows), dtype=np.float32)
        if not len(rows) or not found:
            return out
        wanted = np.asarray(rows)
        norms = self._norms[wanted]
        for start in range(0, len(found), TERMS_AT_ONCE):
            part = found[start : start + TERMS_AT_ONCE]
            often = np.array([of_term.counts_of(wanted) for of_term in part], dtype=np.float32)
            weights = np.array([idf(of_term.n, self.size) for of_term in part], dtype=np.float32)
            for values in (weights[:, None] * (often / (norms + often))).astype(np.float32):
                out += values
        return out

    def best(self, terms: Sequence[str], k: int, allowed: Any | None = None) -> Any:
        """The rows of the ``k`` best scores above 0, ties by row, in no order; ``allowed`` has for each row whether it
        may be found.

        The result is the same as from all scores. It is computed like MaxScore: terms are processed from the rarest to
        the most frequent. Once the remaining terms together can add less than the k-th best score, rows that have only
        these terms are skipped. After each further term, a row is dropped if the terms that are left cannot raise it
        among the best.
        """
        times = Counter(terms)
        known = zip(times, self.found(tuple(times)), strict=True)
        asked = [(part, times[term]) for term, of_term in known if of_term.n for part in of_term.parts()]
        asked.sort(key=lambda pair: pair[0].n)
        if not asked or k <= 0:
            return np.zeros(0, np.int64)
        most = [n * idf(part.of_term.n, self.size) * part.most / (self._least_norm + part.most) for part, n in asked]
        left = np.append(np.cumsum(most[::-1])[::-1], 0.0)  # the most that the terms from each one on can add
        kept = self._kept_of(asked, terms, k, _Sums(self, allowed), left)
        return best_rows(self.scores_of(terms, kept), kept, k)

    def _kept_of(
        self, asked: Sequence[tuple[TermPart, int]], terms: Sequence[str], k: int, summed: _Sums, left: Any
    ) -> Any:
        """The rows, rising, that may be among the ``k`` best: ``asked`` are the parts of the terms with how often they
        are asked for, the rarest first, and ``left`` the most that the parts from each one on can add."""
        rounding = ROUNDING * (len(terms) + 1)
        at_once = max(ROWS_SCORED_AT_ONCE, self.size // SHARE_SCORED_AT_ONCE)
        opened, least = 0, 0.0
        while opened < len(asked) and left[opened] >= least:
            before = summed.n_added
            while opened < len(asked) and left[opened] >= least and summed.n_added - before < at_once:
                summed.add(*asked[opened])
                opened += 1
            if left[opened] >= least:
                first = summed.first(SCORED_FOR_BOUND * k)
                if len(first) >= k:
                    scores = self.scores_of(terms, first)
                    least = float(np.partition(scores, len(scores) - k)[len(scores) - k]) * (1 - rounding)
        summed.drop((least - left[opened]) / (1 + rounding))
        for n, (part, often) in enumerate(asked[opened:], opened + 1):
            if len(summed.rows) <= SCORED_FOR_BOUND * k:
                break
            summed.lift(part, often)
            summed.drop((least - left[n]) / (1 + rounding))
        return summed.rows

    @cached_property
    def _least_norm(self) -> float:
        return float(self._norms.min()) if self.size else 0.0


class _Sums:
    """The sums of the scores of some terms by row, for the rows that hold one of these terms and were not dropped; sums
    may differ from scores by :data:`ROUNDING`.

    Rows rise, and nothing here has a place for every row of the index: of a large one that would be read from all over
    the memory, which takes far longer than the sums do.
    """

    def __init__(self, words: BM25, allowed: Any | None) -> None:
        self._words, self._allowed = words, allowed
        self._rows, self._sums = np.zeros(0, np.int32), np.zeros(0, np.float32)
        self._norms: Any | None = None
        self._added: list[tuple[Any, Any]] = []
        self.n_added = 0

    @property
    def rows(self) -> Any:
        """The rows that were added and not dropped, rising."""
        self._sum_up()
        return self._rows

    def _sum_up(self) -> None:
        """Puts what was added together, row by row: a row and its score are sorted as one number."""
        if not self._added:
            return
        parts = [(self._rows, self._sums), *self._added]
        self._added.clear()
        both = np.empty((sum(len(rows) for rows, _ in parts), 2), "<i4")
        scores, at = both.view("<f4")[:, 0], 0
        for rows, of_part in parts:
            both[at : at + len(rows), 1], scores[at : at + len(rows)] = rows, of_part
            at += len(rows)
        both.view("<i8").reshape(-1).sort()
        rows = both[:, 1]
        starts = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]])[: len(rows)])
        self._rows, self._norms = rows[starts], None
        self._sums = np.add.reduceat(scores, starts) if len(starts) else self._sums

    def add(self, part: TermPart, times: int) -> None:
        """Adds the scores of rows of a term that a question has so many times."""
        rows, counts = part.all()
        if self._allowed is not None:
            inside = self._allowed[rows]
            rows, counts = rows[inside], counts[inside]
        self.n_added += part.n
        norms = self._words.rough_norms[rows]
        self._added.append((rows, self._scores(part, times, norms, counts)))

    def lift(self, part: TermPart, times: int) -> None:
        """As :meth:`add`, for the rows that are here alone."""
        rows = self.rows
        if self._norms is None:
            self._norms = self._words.rough_norms[rows]
        if part.of_term.rows is None or part.n > len(rows):
            self._sums += self._scores(part, times, self._norms, part.counts_of(rows))
            return
        held, counts = part.all()
        at = np.minimum(np.searchsorted(rows, held), len(rows) - 1)
        inside = np.flatnonzero(rows[at] == held)
        at = at[inside]
        self._sums[at] += self._scores(part, times, self._norms[at], counts[inside])

    def _scores(self, part: TermPart, times: int, norms: Any, counts: Any) -> Any:
        """What a term adds to the scores of rows of these norms, in float32 throughout, which differs from
        :meth:`BM25.parts_of_scores` by less than :data:`ROUNDING`."""
        often = counts.astype(np.float32)
        return np.float32(times * idf(part.of_term.n, self._words.size)) * (often / (norms + often))

    def drop(self, least: float) -> None:
        """Drops the rows whose sums are less than so much."""
        self._sum_up()
        kept = np.flatnonzero(self._sums >= least)
        if len(kept) < len(self._rows):
            self._rows, self._sums = self._rows[kept], self._sums[kept]
            self._norms = None if self._norms is None else self._norms[kept]

    def first(self, n: int) -> Any:
        """The ``n`` rows with the greatest sums, in no order."""
        rows = self.rows
        return rows[np.argpartition(self._sums, len(rows) - n)[-n:]] if len(rows) > n else rows


ROWS_SCORED_AT_ONCE, SHARE_SCORED_AT_ONCE = 2_000, 50
"""Rows of the rarest terms that are gone through before it is asked whether the others can matter: so many, and of a
large index one row of so many."""
SCORED_FOR_BOUND = 2
"""For each wanted row, this many rows are scored first, to learn a lower bound of the best scores."""
TERMS_AT_ONCE = 64
"""Terms whose scores are made together."""
ROUNDING = 5e-7
"""The share of a score by which a sum may differ from it for each term, as terms are added in another order."""


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
