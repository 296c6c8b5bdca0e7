"""Vectors of texts and of their parts: each text is encoded only once, and the cache returns what was stored."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ingest.embedding import VectorCache, embed, embed_parts
from kb.errors import EncoderError
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.types import FloatArray

TEXTS = ["Keep a log. Oil the chain.", "Ride on.", "Keep a log. Oil the chain."]
PARTS = [((0, 11), (12, 26)), (), ((0, 11),)]


class Counting(WordEncoder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        self.asked += texts
        return super().encode_parts(texts, parts)


def test_parts_come_with_their_texts_and_are_kept(tmp_path: Path) -> None:
    encoder = Counting()
    cache = VectorCache(tmp_path / "vectors.sqlite")
    rows, parts, n = embed_parts(TEXTS, PARTS, encoder, cache)
    assert n == 3  # one text divided in two ways is two
    assert np.array_equal(rows, encoder.encode_passages(TEXTS))
    for text, at, found in zip(TEXTS, PARTS, parts, strict=True):
        assert found.shape == (len(at), 64)
        assert np.allclose(found, encoder.encode_passages([text[a:b] for a, b in at]), atol=1e-3)
    cache.close()
    again = VectorCache(tmp_path / "vectors.sqlite")
    rows2, parts2, n = embed_parts(TEXTS, PARTS, encoder, again)
    assert n == 0
    assert len(encoder.asked) == 3
    assert np.array_equal(rows, rows2)
    assert all(np.array_equal(a, b) for a, b in zip(parts, parts2, strict=True))
    assert embed(TEXTS, encoder, again)[1] == 0  # the texts themselves are known now


def test_texts_known_without_their_parts_are_encoded_again(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite")
    assert embed(TEXTS, WordEncoder(), cache)[1] == 2
    assert embed_parts(TEXTS[:2], PARTS[:2], WordEncoder(), cache)[2] == 2


def test_vectors_of_no_length_1_are_refused(tmp_path: Path) -> None:
    class Wrong(WordEncoder):
        def encode_passages(self, texts: Sequence[str]) -> FloatArray:
            return super().encode_passages(texts) * 2

    with pytest.raises(EncoderError, match="gave no vectors of 64 numbers and length 1"):
        embed_parts(TEXTS, PARTS, Wrong(), VectorCache(tmp_path / "vectors.sqlite"))


@pytest.mark.parametrize("wrong", [b"", b"\x00" * 64 * 2 * 7, b"\x00\x7e" * 64, b"\x00" * 63 * 2, b"x"])
def test_parts_that_are_damaged_in_the_cache_are_encoded_again(tmp_path: Path, wrong: bytes) -> None:
    path = tmp_path / "vectors.sqlite"
    cache = VectorCache(path)
    _, parts, _ = embed_parts(TEXTS, PARTS, WordEncoder(), cache)
    cache.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE parts SET value = ?", (wrong,))
    connection.close()
    again = VectorCache(path)
    _, found, n = embed_parts(TEXTS, PARTS, WordEncoder(), again)
    assert n == (3 if wrong else 2)  # of a text without parts nothing is damaged
    assert all(np.array_equal(a, b) for a, b in zip(parts, found, strict=True))
