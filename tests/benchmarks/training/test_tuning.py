"""Tuning the question's side: the same vectors in training and in use, and that it learns what it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.training import tuning
from benchmarks.training.sets import Set
from kb.models import e5_conversion
from kb.models.encoder import SentenceEncoder
from kb.models.models import query_vectors
from kb.models.ranker import default_ranker, tuning_of
from kb.retrieval.query_vectors import make_query, with_vectors
from tests.kb.models.test_e5_conversion import write

if TYPE_CHECKING:
    from pathlib import Path

ASKED = [("ab",), ("a b a b",), ("한 é 1",), ("1",), ("ab ab 1",), ("é é b",), ("b",), ("한 한", "ab")]
TEXTS = [texts[0] for texts in ASKED]


@pytest.fixture(autouse=True)
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "FIRST", 1)  # the tiny encoder has two layers


@pytest.fixture
def encoder(tmp_path: Path) -> SentenceEncoder:
    return SentenceEncoder(str(e5_conversion.convert(write(tmp_path), tmp_path / "cache" / "tiny", sha256=None)))


def used(encoder: SentenceEncoder, arrays: dict[str, Any]) -> Any:
    """The questions' vectors as a search has them, through a tuning."""
    ranker = default_ranker()
    assert ranker is not None
    tuned = replace(ranker, tuning=tuning_of(arrays))
    found = [with_vectors(make_query("", None), texts, *query_vectors(encoder, texts, tuned)) for texts in ASKED]
    return np.stack([f.tuned if arrays else f.vector for f in found])


def test_what_is_trained_is_what_is_used(encoder: SentenceEncoder) -> None:
    tower = tuning.Tower(encoder)
    assert np.allclose(tower.encode_all(ASKED), used(encoder, {}), atol=0.02)  # half precision at most
    chance = np.random.default_rng(0)
    arrays = {
        name: a if name == "first" else chance.normal(size=a.shape, scale=0.3).astype(np.float32)
        for name, a in tower.arrays().items()
    }
    assert len(arrays) > 1
    tower.restart(arrays)
    assert all(np.array_equal(tower.arrays()[name], array) for name, array in arrays.items())
    assert np.allclose(tower.encode_all(ASKED), used(encoder, arrays), atol=0.05)
    assert not np.allclose(used(encoder, arrays), used(encoder, {}), atol=0.1)
    tower.restart()
    assert np.allclose(tower.encode_all(ASKED), used(encoder, {}), atol=0.02)


@pytest.mark.timeout(600)
def test_it_learns_which_passage_answers(encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    n, d = len(TEXTS), encoder.info.dimension
    passages = np.random.default_rng(1).normal(size=(n, d)).astype(np.float32)
    passages /= np.linalg.norm(passages, axis=1, keepdims=True)
    empty = np.zeros(0, np.float32)
    fold = np.zeros(n, np.int64)
    told = [[i] for i in range(n)]
    made = Set("made", passages, np.arange(n), ASKED, empty, told, told, None, fold, fold, empty, empty, empty)
    monkeypatch.setattr(tuning, "PASSES", 60)
    tower = tuning.Tower(encoder)

    def right(tuned: tuning.Tuned | None) -> int:
        if tuned is None:
            return int((np.argmax(encoder.encode_queries(TEXTS) @ passages.T, axis=1) == np.arange(n)).sum())
        scores = tuned.adapter.of_question(used(encoder, tuned.arrays)) @ tuned.adapter.of_passages(passages).T
        return int((np.argmax(scores, axis=1) == np.arange(n)).sum())

    assert right(None) < n - 2
    assert right(tuning.train(tower, [made], (0,))) >= n - 1
    made.fold[:] = 1  # a question of another fold teaches nothing
    with pytest.raises(ValueError, match="no questions"):
        tuning.train(tower, [made], (0,))
