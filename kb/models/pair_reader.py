"""The trained reader of pairs: reads a question together with a sentence and says how well the one answers the other.

It is the packaged encoder with low-rank additions to its last layers. Below them question and sentence are computed
apart, as the encoder does; in them the tokens of both attend to each other, as far as trained gates let them. With
closed gates its score is made of the cosine of both means and of the best cosines of the question's tokens, so that
training begins with what the encoder knows. ``python -m benchmarks.training.pairs`` trains it; its weights are
``kb/data/pairs.npz``. Edge: reads them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.data.arrays import arrays
from kb.models.ranker import tuning_of
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.types import Array, FloatArray, Tuning

MOST_OF_QUESTION, MOST_OF_TEXT = 28, 56
"""Tokens of each that are read, special ones included."""
MOST_OF_HEADING = 18
"""Tokens of the heading before a text, of those of the text."""
WEIGHTS_OF_READER = "pairs"
"""The shipped weights, arrays of :mod:`kb.data`."""
HEAD_SCALES = (20.0, 5.0, 5.0)
"""What the parts of a head's input are multiplied by, so that they are of about the same size."""


@dataclass(frozen=True, slots=True)
class PairReader:
    """What was trained: the additions to the layers, the gates ``(layers, heads)``, and the head.

    ``encoder`` identifies the encoder that the additions are for. The score is the sum of the cosine of both means and
    of the mean of the best cosines of tokens, weighted by ``cosines``, and of a hidden layer's output.
    """

    encoder: str
    tuning: Tuning
    gates: FloatArray
    cosines: Array
    hidden: Array
    hidden_bias: Array
    out: Array

    def score(self, question: FloatArray, text: FloatArray) -> float:
        """The score of a pair by the last states of the question's tokens and of the text's, ``(tokens, d)`` each;
        higher where the text answers the question better."""
        q, t = _scaled_to_one(question.mean(axis=0)), _scaled_to_one(text.mean(axis=0))
        nearest = (_scaled_to_one(question) @ _scaled_to_one(text).T).max(axis=1).mean()
        a, b, c = HEAD_SCALES
        inner = np.tanh(np.concatenate([a * q * t, b * np.abs(q - t), c * q]) @ self.hidden + self.hidden_bias)
        return float(self.cosines[0] * (q @ t) + self.cosines[1] * nearest + inner @ self.out)


def _scaled_to_one(rows: FloatArray) -> FloatArray:
    out: FloatArray = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
    return out


@lru_cache(maxsize=1)
def default_pair_reader() -> PairReader | None:
    """The reader that the package carries; ``None`` where it was left out."""
    if not resources.files("kb.data").joinpath(f"{WEIGHTS_OF_READER}.npz").is_file():
        return None
    return pair_reader_of(arrays(WEIGHTS_OF_READER))


def pair_reader_of(stored: Mapping[str, Any]) -> PairReader:
    """The reader that some arrays describe: those of a tuning (:func:`kb.models.ranker.tuning_of`) and its own."""
    own = ("encoder", "gates", "cosines", "hidden", "hidden_bias", "out")
    f = {name: np.asarray(stored[name], dtype=np.float32) for name in own[1:]}
    layers = {name: np.asarray(array, dtype=np.float32) for name, array in stored.items() if name not in own}
    return PairReader(str(stored["encoder"]), tuning_of(layers), *(f[name] for name in own[1:]))


def heading_read(headings: Sequence[str]) -> str:
    """What is read before a text that stands under some headings: the last two."""
    return " › ".join(headings[-2:])


def cut_tokens(ids: Sequence[int], most: int) -> list[int]:
    """Token ids of which the first ones and the closing special one stay, at most so many."""
    return list(ids) if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def ids_of_text(heading: Sequence[int], text: Sequence[int]) -> list[int]:
    """The token ids of a text after its heading, from those of each by itself, special ones included."""
    return cut_tokens([*cut_tokens(heading, MOST_OF_HEADING)[:-1], *text[1:]], MOST_OF_TEXT)
