"""The reader of pairs: its score, its arrays, and the tokens it reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kb.models.pair_reader import (
    MOST_OF_HEADING,
    MOST_OF_TEXT,
    cut_tokens,
    default_pair_reader,
    heading_read,
    ids_of_text,
    pair_reader_of,
)


def stored(**others: Any) -> dict[str, Any]:
    """The arrays of a reader of two numbers a token, whose head says nothing."""
    none = {"hidden": np.zeros((6, 1)), "hidden_bias": np.zeros(1), "out": np.ones(1)}
    layers = {"output.dense.in": np.ones((1, 2, 1)), "output.dense.out": np.ones((1, 1, 2)), "first": np.array(3)}
    return {"encoder": "e5", "gates": np.zeros((1, 2)), "cosines": np.array([2.0, 1.0]), **none, **layers, **others}


def test_the_score_is_of_both_cosines_where_the_head_says_nothing() -> None:
    reader = pair_reader_of(stored())
    question, text = np.array([[3.0, 0.0], [0.0, 2.0]], np.float32), np.array([[5.0, 0.0]], np.float32)
    between = 3 / 13**0.5
    assert reader.score(question, text) == pytest.approx(2 * between + 0.5)
    assert reader.score(question, question) == pytest.approx(3.0)


def test_the_head_adds_to_the_score() -> None:
    reader = pair_reader_of(stored(hidden=np.zeros((6, 1)), hidden_bias=np.array([1.0]), out=np.array([0.5])))
    same = np.array([[1.0, 0.0]], np.float32)
    assert reader.score(same, same) == pytest.approx(3.0 + 0.5 * np.tanh(1.0))


def test_additions_are_those_of_the_named_layers() -> None:
    assert list(pair_reader_of(stored()).tuning) == ["encoder.layer.3.output.dense"]


def test_a_heading_stands_before_the_text_and_leaves_it_room() -> None:
    assert ids_of_text([0, 7, 8, 2], [0, 5, 6, 2]) == [0, 7, 8, 5, 6, 2]
    long = ids_of_text([0, *range(10, 60), 2], [0, *range(100, 200), 2])
    assert len(long) == MOST_OF_TEXT
    assert long[:2] == [0, 10]
    assert long[MOST_OF_HEADING - 1] == 100
    assert long[-1] == 2
    assert cut_tokens([0, 4, 5, 2], 3) == [0, 4, 2]
    assert heading_read(["Act", "Chapter II", "Article 5"]) == "Chapter II › Article 5"
    assert heading_read([]) == ""


def test_the_shipped_reader_is_small_and_of_the_packaged_encoder() -> None:
    reader = default_pair_reader()
    assert reader is not None
    assert reader.encoder == "e5"
    assert np.isfinite([reader.score(*np.eye(2, 384, dtype=np.float32)[:, None])]).all()
    numbers = sum(part.size for parts in reader.tuning.values() for part in parts) + reader.hidden.size
    assert 2 * numbers < 8_000_000
