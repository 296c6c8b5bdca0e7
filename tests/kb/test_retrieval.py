"""Fusion and search over what is handed in."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lexical import BM25
from kb.retrieval import fuse, search, stretch
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import FloatArray

TEXTS = (
    "The operator keeps a log of decisions.",
    "A chain is oiled each month.",
    "The log is destroyed after two years.",
    "결정은 모두 기록한다.",
    "The operator keeps a log of decisions.",
)

scores = st.floats(-5, 5, allow_nan=False, width=32)
ranked = st.dictionaries(st.integers(0, 30), scores, max_size=20).map(lambda d: list(d.items()))


class Exact:
    """A ``VectorIndex`` over a matrix, by numpy."""

    def __init__(self, vectors: FloatArray) -> None:
        self._vectors = vectors

    @property
    def size(self) -> tuple[int, int]:
        return int(self._vectors.shape[0]), int(self._vectors.shape[1])

    def search(self, query: FloatArray, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        values = self._vectors @ query
        chosen = range(len(values)) if rows is None else rows
        return [(i, float(values[i])) for i in sorted(chosen, key=lambda i: (-values[i], i))[:k]]


@pytest.fixture(scope="module")
def parts() -> tuple[WordEncoder, BM25, Exact]:
    encoder = WordEncoder()
    return encoder, BM25.build(TEXTS), Exact(encoder.encode_passages(TEXTS))


@given(ranked, ranked, st.floats(0, 1), st.randoms(use_true_random=False))
def test_fusion_does_not_depend_on_the_order_of_its_lists(
    words: list[tuple[int, float]], sense: list[tuple[int, float]], weight: float, chance: random.Random
) -> None:
    other_words, other_sense = list(words), list(sense)
    chance.shuffle(other_words)
    chance.shuffle(other_sense)
    assert fuse(words, sense, weight) == fuse(other_words, other_sense, weight)


@given(ranked, ranked, st.floats(0, 1))
def test_fusion_keeps_every_row_once_best_first_ties_by_row(
    words: list[tuple[int, float]], sense: list[tuple[int, float]], weight: float
) -> None:
    hits = fuse(words, sense, weight)
    assert sorted(h.row for h in hits) == sorted({r for r, _ in (*words, *sense)})
    assert [(-h.score, h.row) for h in hits] == sorted((-h.score, h.row) for h in hits)
    assert all(0 <= h.score <= 1 + 1e-9 for h in hits)
    for hit in hits:
        known = ("bm25" if hit.row in dict(words) else "") + ("dense" if hit.row in dict(sense) else "")
        assert hit.retriever == {"bm25dense": "hybrid"}.get(known, known)


@given(ranked)
def test_stretched_scores_keep_their_order(words: list[tuple[int, float]]) -> None:
    out = stretch(words)
    assert set(out) == {row for row, _ in words}
    assert all(0 <= value <= 1 for value in out.values())
    for row, score in words:
        for other, another in words:
            assert score <= another or out[row] >= out[other]


def test_stretching_by_hand() -> None:
    assert stretch([(1, 2.0), (2, 6.0), (3, 3.0)]) == {1: 0.0, 2: 1.0, 3: 0.25}
    assert stretch([(1, 7.0), (2, 7.0)]) == {1: 1.0, 2: 1.0}
    assert stretch([]) == {}


def test_a_weight_of_nothing_is_one_list_alone() -> None:
    words, sense = [(1, 3.0), (2, 1.0)], [(2, 0.9), (3, 0.1)]
    assert [h.row for h in fuse(words, sense, 0.0)] == [1, 2, 3]
    assert [h.row for h in fuse(words, sense, 1.0)] == [2, 1, 3]


@pytest.mark.parametrize(("query", "k"), [("", 5), ("  \n", 5), ("log", 0), ("log", -1)])
def test_nothing_asked_nothing_found(parts: tuple[WordEncoder, BM25, Exact], query: str, k: int) -> None:
    encoder, words, vectors = parts
    assert search(query, encoder.encode_query(query), words, vectors, k) == []


def test_more_than_there_is(parts: tuple[WordEncoder, BM25, Exact]) -> None:
    encoder, words, vectors = parts
    hits = search("log of decisions", encoder.encode_query("log of decisions"), words, vectors, 1000)
    assert len(hits) == len(TEXTS)
    assert [h.row for h in hits[:2]] == [0, 4]  # the same words at two places are two hits
    assert hits[0].score == hits[1].score
    assert {h.row for h in hits} == set(range(len(TEXTS)))


def test_only_allowed_rows(parts: tuple[WordEncoder, BM25, Exact]) -> None:
    encoder, words, vectors = parts
    hits = search("log", encoder.encode_query("log"), words, vectors, 10, rows=[1, 2])
    assert {h.row for h in hits} == {1, 2}
    assert search("log", encoder.encode_query("log"), words, vectors, 10, rows=[]) == []


def test_without_a_vector_the_search_says_that_it_is_by_words(parts: tuple[WordEncoder, BM25, Exact]) -> None:
    _, words, vectors = parts
    hits = search("기록", None, words, vectors, 10)
    assert [(h.row, h.retriever) for h in hits] == [(3, "bm25")]
    without_index = search("log", np.zeros(64, np.float32), words, None, 2)
    assert [h.row for h in without_index] == [0, 2]
    assert all(h.retriever == "bm25" for h in without_index)
