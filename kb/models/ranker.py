"""The trained ranker: a small neural network that turns the features of a candidate passage into a score. Pure.

An *entry* is what is ranked: a passage of the index, or a whole page or article of a question set. Long entries are
searched by their *pieces*, each with a vector. The candidates are the best entries by BM25 over entries, by BM25 over
pieces, and by nearest vectors (:mod:`kb.retrieval.candidates`). Their :data:`FEATURES` are computed from the index and
the question, never from the name of a set; a network with one hidden layer turns them into a score. One feature is a
cosine in an adapted space: the encoder's vectors plus a low-rank term trained on questions and their answers
(:class:`LowRankAdapter`). Both parts are trained on the development sets by ``python -m benchmarks.training.ranker``
with cross-validation; the weights are ``kb/data/ranker.npz``.

Without a ranker or without vectors :func:`kb.retrieval.candidates.untrained_scores` gives the order.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from kb.records import dataclass

if TYPE_CHECKING:
    from kb.types import Array, Tuning


@dataclass(frozen=True, slots=True)
class LowRankAdapter:
    """Two low-rank adapters of an encoder's vectors, ``(d, r)`` and ``(r, d)`` each: for questions and for passages."""

    question: tuple[Array, Array]
    passage: tuple[Array, Array]

    def of_question(self, vector: Array) -> Array:
        """``(d,)`` of length 1."""
        return _adapted(vector, self.question)

    def of_passages(self, vectors: Array) -> Array:
        """``(n, d)``, rows of length 1."""
        return _adapted(vectors, self.passage)


def _adapted(rows: Array, parts: tuple[Array, Array]) -> Array:
    moved = rows + (rows @ parts[0]) @ parts[1]
    out: Array = moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-12)
    return out


@dataclass(frozen=True, slots=True)
class Ranker:
    """The trained network: features are standardised, then the outputs of a linear layer and a hidden layer are summed.

    ``encoder`` identifies the encoder whose vectors ``adapter`` changes; with another encoder the untrained order is
    used. If ``tuning`` is not empty, questions are also encoded through the tuned layers, and ``tuned_adapter`` changes
    these vectors.
    """

    encoder: str
    adapter: LowRankAdapter
    mean: Array
    scale: Array
    linear: Array
    hidden: Array
    hidden_bias: Array
    out: Array
    tuning: Tuning
    tuned_adapter: LowRankAdapter

    def scores(self, features: Array) -> Array:
        """``(n,)``: one score a row of ``(n, len(FEATURES))`` features; higher is better."""
        x = np.clip((features - self.mean) / self.scale, -8, 8)
        h = x @ self.hidden + self.hidden_bias
        h = 0.5 * h * (1 + np.tanh(0.7978845608 * (h + 0.044715 * h * h * h)))  # GELU by its usual tanh form
        scores: Array = x @ self.linear + h @ self.out
        return scores


@lru_cache(maxsize=1)
def default_ranker() -> Ranker | None:
    """The ranker that the package carries; ``None`` where it was left out."""
    place = resources.files("kb") / "data" / "ranker.npz"
    if not place.is_file():
        return None
    with place.open("rb") as file:
        ranker = read_ranker(file)
    return ranker if len(ranker.mean) == len(FEATURES) else None  # weights of another version of the features


def read_ranker(file: IO[bytes]) -> Ranker:
    """The ranker that an ``.npz`` file holds."""
    with np.load(file, allow_pickle=False) as held:
        return ranker_of({name: held[name] for name in held.files})


def ranker_of(arrays: dict[str, Any]) -> Ranker:
    """The ranker that some arrays describe."""
    f = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items() if name != "encoder"}
    tuned = {name.removeprefix(LAYERS): f[name] for name in f if name.startswith(LAYERS)}
    adapter, tuned_adapter = (
        LowRankAdapter((f[f"{of}question_in"], f[f"{of}question_out"]), (f[f"{of}passage_in"], f[f"{of}passage_out"]))
        for of in ("", TUNED)
    )
    return Ranker(
        str(arrays["encoder"]),
        adapter,
        f["mean"],
        f["scale"],
        f["linear"],
        f["hidden"],
        f["hidden_bias"],
        f["out"],
        tuning_of(tuned),
        tuned_adapter,
    )


TUNED, LAYERS = "tuned_", "layer."
"""Prefixes of the names of the arrays of a tuning's adapter, and of its layers, in a ranker's file."""


def tuning_of(arrays: dict[str, Any]) -> Tuning:
    """A tuning from its arrays: by the kind of layer, stacked over the layers, ``KIND.in`` and ``KIND.out``; the layers
    from number ``first`` on."""
    first = int(arrays.get("first", 0))
    kinds = sorted({name.rpartition(".")[0] for name in arrays if name != "first"})
    return {
        f"encoder.layer.{n}.{kind}": (into, out)
        for kind in kinds
        for n, (into, out) in enumerate(zip(arrays[f"{kind}.in"], arrays[f"{kind}.out"], strict=True), first)
    }


FEATURES = (
    "words", "piece_words", "sense", "adapted", "coverage", "piece_coverage", "pairs", "words_rank", "sense_rank",
    "adapted_rank", "length", "previous", "next", "beside", "place", "figures", "short",
    "words_raw", "sense_raw", "adapted_raw", "rarest", "second_piece", "heading_recall", "heading_precision", "window",
    "named", "defined", "korean", "korean_text", "question_length", "one_document", "tuned", "tuned_rank", "tuned_raw",
)  # fmt: skip
"""The features in the order of the ranker's input."""
