"""BM25 over clean text. The only importer of ``bm25s``.

Tokens keep identifiers whole ("1.3(iv)", "gv-1.5-001", "7001-2021"), English words are stemmed (Snowball), Korean
words are taken apart by an analyser of :mod:`kb.text.korean` and follow the other terms.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np

from kb.text.tokens import stemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


K1, B = 1.5, 0.75


def idf(df: int, n: int) -> float:
    """Inverse document frequency of a term that ``df`` of ``n`` rows hold, as BM25 of Lucene has it."""
    return math.log(1 + (n - df + 0.5) / (df + 0.5))


class Postings:
    """Which rows hold which terms, found by the terms' hashes, so that nothing is read but what a question asks for."""

    def __init__(self, hashes: Any, ends: Any, rows: Any, n: int) -> None:
        self._hashes, self._ends, self._rows, self._n = hashes, ends, rows, n

    @classmethod
    def build(cls, terms: Sequence[Iterable[str]]) -> Postings:
        """Of each row's terms."""
        keys, rows = [], []
        for row, found in enumerate(terms):
            for term in set(found):
                keys.append(_hashed(term))
                rows.append(row)
        key, row_of = np.array(keys, dtype=np.uint64), np.array(rows, dtype=np.int32)
        order = np.lexsort((row_of, key))
        hashes, counts = np.unique(key, return_counts=True)
        return cls(hashes, np.cumsum(counts, dtype=np.int64), row_of[order], len(terms))

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Those saved in a folder, mapped into memory."""
        hashes, ends, rows, n = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("hashes", "ends", "rows", "n")
        )
        return cls(hashes, ends, rows, int(n[0]))

    def save(self, folder: Path) -> None:
        """Writes them into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in (("hashes", self._hashes), ("ends", self._ends), ("rows", self._rows), ("n", [self._n])):
            np.save(folder / f"{name}.npy", np.asarray(array))

    def rows_of(self, term: str) -> Any:
        """The rows that hold a term, rising."""
        key = np.uint64(_hashed(term))
        at = int(np.searchsorted(self._hashes, key))
        if at >= len(self._hashes) or self._hashes[at] != key:
            return self._rows[:0]
        return self._rows[int(self._ends[at - 1]) if at else 0 : int(self._ends[at])]

    def rarity(self, df: int) -> float:
        """Inverse document frequency."""
        return idf(df, self._n)


def _hashed(term: str) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


class BM25:
    """BM25 scores over rows."""

    def __init__(self, model: Any, n: int) -> None:
        self._model = model
        self._n = n

    @classmethod
    def of_terms(cls, corpus: list[list[str]]) -> BM25:
        """An index whose row *i* holds the *i*-th terms."""
        model = _indexed(corpus, K1, B)
        return cls(model, int(model.scores["num_docs"]))

    @classmethod
    def load(cls, folder: Path) -> BM25:
        """The index saved in a folder."""
        model = bm25s.BM25.load(str(folder))
        return cls(model, int(model.scores["num_docs"]))

    def save(self, folder: Path) -> None:
        """Writes the index into a folder, as arrays and JSON."""
        self._model.save(str(folder))

    @property
    def size(self) -> int:
        """Rows."""
        return self._n

    def all_scores(self, terms: Sequence[str]) -> Any:
        """``(n,)`` float32: the score of every row for some terms; a term given twice counts twice."""
        known = [t for t in terms if t in self._model.vocab_dict]
        if not known:
            return np.zeros(self._n, dtype=np.float32)
        return np.asarray(self._model.get_scores(known), dtype=np.float32)

    def knows(self, term: str) -> bool:
        """Whether a row holds the term."""
        return term in self._model.vocab_dict

    def rows_of(self, term: str) -> Any:
        """The rows that hold a term."""
        number = self._model.vocab_dict.get(term)
        if number is None:
            return np.zeros(0, dtype=np.int64)
        indptr = self._model.scores["indptr"]
        return self._model.scores["indices"][int(indptr[number]) : int(indptr[number + 1])]

    def rarity(self, term: str) -> float:
        """Inverse document frequency; the highest for a term that no row holds."""
        return idf(len(self.rows_of(term)), self._n)


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
