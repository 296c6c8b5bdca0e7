from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import WordEncoder

ROOT = Path(__file__).resolve().parent.parent


def test_a_vector_worked_out_by_hand() -> None:
    # a+i = 97+105 = 202, slot 10, twice; d+o = 100+111 = 211, slot 19; length of (2, 1) is the root of 5
    vector = WordEncoder().encode_query("AI, do ai")
    assert {int(slot): float(vector[slot]) for slot in np.flatnonzero(vector)} == pytest.approx(
        {10: 2 / 5**0.5, 19: 1 / 5**0.5}
    )


def test_rows_have_length_one_and_follow_the_texts() -> None:
    encoder = WordEncoder()
    texts = ["", "인간의 존엄성", "human dignity and human rights"]
    vectors = encoder.encode_passages(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, encoder.info.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(encoder.encode_query(text), vector)
    assert encoder.count_tokens(texts) == [2, 4, 7]
    assert encoder.encode_passages([]).shape == (0, encoder.info.dimension)


def test_another_process_gives_the_same_vector() -> None:
    code = "from tests.fakes import WordEncoder; print(WordEncoder().encode_query('human oversight').tobytes().hex())"
    there = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == WordEncoder().encode_query("human oversight").tobytes().hex()
