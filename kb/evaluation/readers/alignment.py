"""Late interaction: scores how well each word of a text is matched in other texts, by an encoder's token vectors. Pure.

The score of a word in a text is the mean, over the word's tokens, of the highest cosine to any token of the text. The
words of a claim with the lowest scores are those that the source most probably does not mention.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kb.records import dataclass
from kb.text.background_idf import weight
from kb.text.tokens import STOP_WORDS, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import FloatArray

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
LEAST_WEIGHT = 0.2


class TokenEncoder(Protocol):
    """The methods that the scorers need of an encoder; :class:`kb.models.encoder.SentenceEncoder` has them."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """``(n, d)``, rows of length 1."""
        ...

    def encode_sentences(self, texts: Sequence[str]) -> FloatArray:
        """``(n, d)``, rows of length 1."""
        ...

    def token_vectors(self, texts: Sequence[str], *, query: bool = False) -> list[FloatArray]:
        """For each text ``(tokens, d)``, rows of length 1."""
        ...

    def token_spans(self, texts: Sequence[str], *, query: bool = False) -> list[list[tuple[int, int]]]:
        """The characters of each text that the rows of ``token_vectors`` stand for."""
        ...


@dataclass(frozen=True, slots=True)
class Matched:
    """The content words of a text, the weight of each, and how well each is matched in each other text."""

    words: tuple[str, ...]
    weights: FloatArray
    cosines: FloatArray
    """``(texts, words)``."""

    def mean_of_best(self) -> float:
        """The weighted mean over words, each matched where it is matched best: up to 1."""
        return self._mean(self.cosines.max(axis=0)) if self.cosines.size else 0.0

    def best_single_text(self) -> float:
        """The same for the one text that matches best."""
        return max((self._mean(row) for row in self.cosines), default=0.0) if self.cosines.size else 0.0

    def weakest(self, n: int = 3) -> list[tuple[str, float]]:
        """The words matched worst, worst first."""
        best = self.cosines.max(axis=0) if self.cosines.size else np.zeros(len(self.words))
        order = np.argsort(best, kind="stable")[:n]
        return [(self.words[i], float(best[i])) for i in order]

    def _mean(self, row: FloatArray) -> float:
        total = float(self.weights.sum())
        return float((row * self.weights).sum()) / total if total else 0.0


def content_words(text: str) -> list[tuple[int, int]]:
    """The places of a text's words that are not function words; of all its words where there are no others."""
    every = [m.span() for m in WORD.finditer(text)]
    return [(a, b) for a, b in every if text[a:b].lower() not in STOP_WORDS] or every


def match(text: str, others: Sequence[str], encoder: TokenEncoder, *, query: bool = False) -> Matched:
    """The words of a text against other texts.

    :param query: the text is a question and the others are passages; else all are of one kind, which encoders with
        prompts were trained to take as queries.
    """
    vectors = encoder.token_vectors([text], query=True)[0]
    spans = encoder.token_spans([text], query=True)[0]
    words, rows = [], []
    for start, end in content_words(text):
        held = [n for n, (a, b) in enumerate(spans) if a < end and b > start and text[a:b].strip()]
        if held:
            words.append(text[start:end])
            rows.append(held)
    out = np.zeros((len(others), len(words)), dtype=np.float32)
    for n, other in enumerate(encoder.token_vectors(others, query=not query)):
        if len(other) and words:
            best = (vectors @ other.T).max(axis=1)
            out[n] = [best[held].mean() for held in rows]
    weights = np.array([max(LEAST_WEIGHT, weight(tokens(w)[:1])) for w in words], dtype=np.float32)
    return Matched(tuple(words), weights, out)
