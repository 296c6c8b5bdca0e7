"""Working stand-ins for slow or large parts; they contain no logic under test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kb.errors import EncoderError
from kb.types import EncoderInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import FloatArray, Tuning

_WORD = re.compile(r"\w+")


class WordEncoder:
    """An ``Encoder`` whose vectors can be worked out by hand: a count of words in 64 slots, scaled to length 1.

    A word's slot is the sum of its lower-case letters' code points, modulo 64: "AI" is 97 + 105 = 202, slot 10. Words
    of the same letters share a slot. A text without words is 1 in slot 0. Tokens are words plus two.
    """

    info = EncoderInfo(name="words-64", fingerprint="0" * 64, dimension=64, max_tokens=128)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.info.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in _WORD.findall(text.lower()):
                vector[sum(map(ord, word)) % self.info.dimension] += 1
            if not vector.any():
                vector[0] = 1
            vector /= np.linalg.norm(vector)
        return vectors

    def encode_query(self, text: str) -> FloatArray:
        vector: FloatArray = self.encode_passages([text])[0]
        return vector

    def encode_tuned(self, texts: Sequence[str], tuning: Tuning) -> tuple[FloatArray, FloatArray]:
        raise EncoderError("words have no layers")

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        found = [self.encode_passages([text[a:b] for a, b in at]) for text, at in zip(texts, parts, strict=True)]
        return self.encode_passages(texts), found

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) + 2 for text in texts]


class WordReranker:
    """A ``Reranker`` that counts a word in each text; keeps what it was asked, and fails while ``problem`` is set."""

    def __init__(self, word: str, problem: str = "") -> None:
        self.word = word.lower()
        self.problem = problem
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> FloatArray:
        self.asked.append((question, tuple(texts)))
        if self.problem:
            raise EncoderError(self.problem)
        return np.array([_WORD.findall(text.lower()).count(self.word) for text in texts], dtype=np.float32)


if TYPE_CHECKING:
    from kb.protocols import Encoder, Reranker

    _: Encoder = WordEncoder()
    __: Reranker = WordReranker("robot")
