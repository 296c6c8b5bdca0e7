"""The models of questions are made once, and the vector of the last question is kept."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from kb.errors import EncoderError
from kb.models.models import EncoderSettings, Models
from tests.fakes import WordEncoder
from tests.kb.answering.test_evidence import own_ranker

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.protocols import Encoder
    from kb.types import FloatArray

QUESTION = "How long are ledgers kept after a robot has left the orchard?"
BUILT_WITH = {"name": "words-64", "fingerprint": "0" * 64}


class Listening(WordEncoder):
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_query(self, text: str) -> FloatArray:
        self.asked.append(text)
        return super().encode_query(text)


def test_a_question_is_encoded_anew_for_another_ranker() -> None:
    encoder = Listening()
    models = Models(encoder, ranker=own_ranker())
    models.query_vectors((QUESTION,), {**BUILT_WITH, "name": "another"})  # the ranker is not for that one
    models.query_vectors((QUESTION,), {**BUILT_WITH, "name": "another"})
    assert encoder.asked == [QUESTION]
    models.query_vectors((QUESTION,), BUILT_WITH)
    assert encoder.asked == [QUESTION, QUESTION]


class OneEncoder(EncoderSettings):
    """Settings that stand for an encoder which is there."""

    def load(self, tell: Callable[[str], object] | None = None) -> Encoder:
        return WordEncoder()


def test_the_encoder_is_checked_against_each_index() -> None:
    models = Models(settings=OneEncoder(), ranker=None)
    fingerprint = WordEncoder().info.fingerprint
    models.query_vectors((QUESTION,), {**BUILT_WITH, "fingerprint": fingerprint})
    newer = {"name": "another", "fingerprint": "1" * 64}
    with pytest.raises(EncoderError, match="the index was built with encoder 'another'"):
        models.query_vectors((QUESTION,), newer)
    assert models.encoder().info.fingerprint == fingerprint
    with pytest.raises(EncoderError, match="run `kb ingest`"):
        models.encoder(newer)


def test_threads_that_ask_at_once_load_the_encoder_once() -> None:
    loads: list[int] = []

    class Slow(EncoderSettings):
        def load(self, tell: Callable[[str], object] | None = None) -> Encoder:
            loads.append(1)
            time.sleep(0.05)
            return WordEncoder()

    models = Models(settings=Slow())
    gate = threading.Barrier(8)

    def ask() -> Encoder:
        gate.wait(10)
        return models.encoder()

    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert loads == [1]
    assert len({id(each) for each in found}) == 1


def test_pairs_are_read_only_with_the_encoder_of_the_reader() -> None:
    assert Models(WordEncoder()).read_pairs(QUESTION, [("", "Ledgers are kept.")], BUILT_WITH) is None
    no_reader = Models(WordEncoder(), pair_reader=None)
    assert no_reader.read_pairs(QUESTION, [("", "Ledgers are kept.")], {**BUILT_WITH, "name": "e5"}) is None
    assert Models(WordEncoder()).read_pairs(QUESTION, [("", "It.")], {**BUILT_WITH, "name": "e5"}) is None
