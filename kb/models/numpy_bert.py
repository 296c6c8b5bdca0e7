"""A BERT encoder's forward pass in numpy, for the few texts of a question. Only importer of ``threadpoolctl``.

Importing torch, transformers and sentence-transformers takes seconds and a question has one sentence, so the folder's
weights are mapped, not read, and multiplied here. Many texts at once are faster in sentence-transformers, which stays
the general loader: :func:`can_open` says which folders this module computes exactly (BERT, mean pooling, length 1).
"""

from __future__ import annotations

import itertools
import json
import mmap
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import ThreadpoolController

from kb.errors import EncoderError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kb.types import FloatArray, Tuning

MAX_HEAD = 1 << 24
BATCH_TOKENS = 1024
"""Tokens computed at once; more would leave the processor's caches."""


def can_open(folder: Path) -> bool:
    """Whether the folder's modules are exactly BERT, mean pooling and normalising, in float32."""
    modules = _json(folder / "modules.json")
    kinds = [str(m.get("type", "")).rpartition(".")[2] for m in modules if isinstance(m, dict)]
    if kinds != ["Transformer", "Pooling", "Normalize"] or modules[0].get("path"):
        return False
    pooling = _json(folder / str(modules[1].get("path")) / "config.json")
    modes = {k.removeprefix("pooling_mode_").removesuffix("_tokens") for k, on in pooling.items() if on is True}
    modes = (modes - {"include_prompt"}) | {pooling["pooling_mode"]} if "pooling_mode" in pooling else modes
    config = _json(folder / "config.json")
    wanted = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute", "is_decoder": False}
    return (
        modes - {"include_prompt"} == {"mean"}
        and pooling.get("include_prompt", True) is True
        and all(config.get(key, value) == value for key, value in wanted.items())
        and "model_type" in config
        and not _json(folder / "sentence_bert_config.json").get("do_lower_case")
        and (folder / "tokenizer.json").is_file()
        and (folder / "model.safetensors").is_file()
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _mapped_tensors(path: Path) -> dict[str, FloatArray]:
    """The tensors of a safetensors file, mapped: a page of it is read when a number on it is needed.

    :raises EncoderError: damaged, or not float32.
    """
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(mapped[:8], "little")
        head = json.loads(mapped[8 : 8 + min(length, MAX_HEAD)])
        out: dict[str, FloatArray] = {}
        for name, about in head.items():
            if name == "__metadata__" or about["dtype"] != "F32":
                continue  # e.g. the int64 position_ids of older files; a weight left out is missed below
            start, end = about["data_offsets"]
            values = np.frombuffer(mapped, "<f4", (end - start) // 4, 8 + length + start)
            out[name.removeprefix("bert.")] = values.reshape(about["shape"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(notice("weights unreadable", path=str(path), why=str(error))) from error
    return out


@lru_cache(maxsize=1)
def _pools() -> Any:
    return ThreadpoolController()  # finds the thread pool of numpy, which is loaded by now


_ERF = (0.0000430638, 0.0002765672, 0.0001520143, 0.0092705272, 0.0422820123, 0.0705230784)
"""Abramowitz and Stegun 7.1.28, highest power first: within 3e-7, and without a costly exponential."""


def _gelu(x: FloatArray) -> FloatArray:
    """``x`` times half of 1 + erf(x / √2), as BERT has it; numpy has no erf. As erf is odd, ``x`` erf(x / √2) is the
    product of the absolute values, and no sign has to be carried over."""
    size: FloatArray = np.abs(x)
    a: FloatArray = np.minimum(size * np.float32(0.5**0.5), 4)  # beyond, erf is 1 in float32; the power would overflow
    power: FloatArray = a * np.float32(_ERF[0])
    for factor in _ERF[1:]:
        power += np.float32(factor)
        power *= a
    power += 1
    for _ in range(4):
        power *= power
    np.divide(-1, power, out=power)
    power += 1
    power *= size
    power += x
    power *= np.float32(0.5)
    return power


def _batches_of_ids(ids: Iterable[Sequence[int]]) -> Iterator[list[Sequence[int]]]:
    batch: list[Sequence[int]] = []
    for row in ids:
        if batch and sum(map(len, batch)) + len(row) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


class Bert:
    """The forward pass of one folder that :func:`can_open` accepts. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Maps the weights.

        :raises EncoderError: the file is damaged or lacks a weight.
        """
        config = _json(folder / "config.json")
        self._weights = _mapped_tensors(folder / "model.safetensors")
        try:
            self._layers, self._heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
            self._eps = float(config.get("layer_norm_eps", 1e-12))
            self.states([[0]])
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise EncoderError(notice("weights do not fit", folder=str(folder), why=str(error))) from error

    def states(self, ids: Sequence[Sequence[int]]) -> list[FloatArray]:
        """For each text's token ids the last hidden states, ``(tokens, d)`` float32."""
        return self.hidden_states_tuned(ids, {})[0]

    def hidden_states_tuned(
        self, ids: Sequence[Sequence[int]], tuning: Tuning
    ) -> tuple[list[FloatArray], list[FloatArray]]:
        """:meth:`states`, and those through tuned layers; layers below the first tuned one are computed once for both.

        Without a tuning the second list is empty.
        """
        plain: list[FloatArray] = []
        tuned: list[FloatArray] = []
        # One BLAS thread: the matrices are small, and on a busy machine threads that wait for each other can take 100
        # times as long. Both encodings are computed in one product, because reading the weights takes most of the time.
        with _pools().limit(limits=1, user_api="blas"):
            for batch in _batches_of_ids(ids):
                found = self._forward(batch, tuning)
                plain += found[: len(batch)]
                tuned += found[len(batch) :]
        return plain, tuned

    def _forward(self, ids: Sequence[Sequence[int]], tuning: Tuning) -> list[FloatArray]:
        """The last hidden states. Texts are concatenated without padding, and each attends only to itself. From the
        first tuned layer on the batch contains them twice, and the second copy goes through the tuned layers.

        The states are computed as columns, ``(d, tokens)``: the product of a stored weight with few columns takes two
        thirds of the time of the product of few rows with its transpose."""
        w = self._weights
        ends = np.cumsum([0, *map(len, ids)]).tolist()
        parts = list(itertools.pairwise(ends))
        rows = w["embeddings.word_embeddings.weight"][np.concatenate([np.asarray(row, dtype=np.int64) for row in ids])]
        rows = rows + w["embeddings.position_embeddings.weight"][np.concatenate([np.arange(b - a) for a, b in parts])]
        x = self._norm(np.ascontiguousarray((rows + w["embeddings.token_type_embeddings.weight"][0]).T), "embeddings")
        n = x.shape[1]
        for i in range(self._layers):
            at = f"encoder.layer.{i}"
            if x.shape[1] == n and any(name.startswith(f"{at}.") for name in tuning):
                x = np.concatenate([x, x], axis=1)
                parts += [(n + a, n + b) for a, b in parts]
            q, k, v = (
                self._dense(x, f"{at}.attention.self.{part}", tuning, n).reshape(self._heads, -1, x.shape[1])
                for part in ("query", "key", "value")
            )
            q *= np.float32(q.shape[1] ** -0.5)
            mixed: FloatArray = np.empty_like(v)
            for a, b in parts:
                scores = q[:, :, a:b].swapaxes(1, 2) @ k[:, :, a:b]
                scores = np.exp(scores - scores.max(axis=2, keepdims=True))
                scores /= scores.sum(axis=2, keepdims=True)
                mixed[:, :, a:b] = v[:, :, a:b] @ scores.swapaxes(1, 2)
            mixed = mixed.reshape(x.shape)
            x = self._norm(x + self._dense(mixed, f"{at}.attention.output.dense", tuning, n), f"{at}.attention.output")
            inner = _gelu(self._dense(x, f"{at}.intermediate.dense", tuning, n))
            x = self._norm(x + self._dense(inner, f"{at}.output.dense", tuning, n), f"{at}.output")
        rows = np.ascontiguousarray(x.T)
        return [rows[a:b] for a, b in parts]

    def _dense(self, x: FloatArray, name: str, tuning: Tuning, n: int) -> FloatArray:
        """The layer's output, a column for each token; tuned from column ``n`` on."""
        product: FloatArray = self._weights[f"{name}.weight"] @ x
        if name in tuning:
            into, out = tuning[name]
            product[:, n:] += out.T @ (into.T @ x[:, n:])
        product += self._weights[f"{name}.bias"][:, None]
        return product

    def _norm(self, x: FloatArray, name: str) -> FloatArray:
        """Each column with mean 0 and variance 1, then scaled and shifted."""
        x = x - x.mean(axis=0)
        x /= np.sqrt(np.einsum("ij,ij->j", x, x) / x.shape[0] + np.float32(self._eps))
        x *= self._weights[f"{name}.LayerNorm.weight"][:, None]
        x += self._weights[f"{name}.LayerNorm.bias"][:, None]
        return x
