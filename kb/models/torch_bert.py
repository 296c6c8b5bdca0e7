"""The forward pass of a BERT encoder in torch, for many texts at a time, in little memory.

In a multilingual encoder the table of word embeddings is most of the weights, and a text uses few of its rows, so rows
are read from the file when a text needs them. The other weights are held once, in the precision of the computation. No
library besides torch is loaded. The results are those of sentence-transformers for a BERT encoder with mean pooling and
vectors of length 1; :class:`kb.models.encoder.SentenceEncoder` decides which encoders are of this form.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import EncoderError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.types import FloatArray

BYTES_AT_ONCE = 1 << 24
"""Number of bytes of the weights' file that are read at a time."""
_HEAD_BYTES = 1 << 24
_WORDS = "embeddings.word_embeddings.weight"


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """The offset of a tensor's numbers in its file, and its shape."""

    start: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return int(np.prod(self.shape, dtype=np.int64))


def stored_tensors(path: Path) -> dict[str, StoredTensor]:
    """The float32 tensors of a safetensors file, by their BERT names.

    :raises EncoderError: the file is damaged.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            head = json.loads(file.read(min(length, _HEAD_BYTES)))
        end = path.stat().st_size
        out: dict[str, StoredTensor] = {}
        for name, about in head.items():
            if name == "__metadata__" or about["dtype"] != "F32":
                continue
            start, stop = about["data_offsets"]
            stored = StoredTensor(8 + length + start, tuple(map(int, about["shape"])))
            if stop - start != 4 * stored.size or not 8 + length <= stored.start <= 8 + length + stop <= end:
                raise ValueError(name)
            out[name.removeprefix("bert.")] = stored
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(notice("weights unreadable", path=str(path), why=str(error))) from error
    return out


class TorchBert:
    """One folder that :func:`kb.models.numpy_bert.can_open` accepts."""

    def __init__(self, torch: Any, folder: Path, dtype: str) -> None:
        """Reads the weights, but for the embedding of words.

        :raises EncoderError: a weight is missing or of another shape.
        """
        self._torch = torch
        self._dtype = getattr(torch, dtype)
        self._path = folder / "model.safetensors"
        stored = stored_tensors(self._path)
        try:
            config = json.loads((folder / "config.json").read_text("utf-8"))
            self._layers, self._heads = int(config["num_hidden_layers"]), int(config["num_attention_heads"])
            width, inner = int(config["hidden_size"]), int(config["intermediate_size"])
            self._eps = float(config.get("layer_norm_eps", 1e-12))
            self._pad = int(config.get("pad_token_id") or 0)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(notice("weights do not fit", folder=str(folder), why=str(error))) from error
        wanted = _shapes_of_head(self._layers, width, inner)
        missing = sorted(name for name in (_WORDS, *wanted) if name not in stored)
        if missing:
            raise EncoderError(notice("weights missing", folder=str(folder), names=", ".join(missing[:3])))
        for name, shape in (wanted | {_WORDS: (None, width)}).items():
            found = stored[name].shape
            if len(found) != len(shape) or any(n not in {None, m} for n, m in zip(shape, found, strict=True)):
                raise EncoderError(notice("weights other shape", folder=str(folder), name=name))
        self._words = stored[_WORDS]
        self._weights = {name: self._read(stored[name]) for name in wanted}

    def _read(self, stored: StoredTensor) -> Any:
        """A tensor in the precision of the model, read in pieces."""
        out = self._torch.empty(stored.size, dtype=self._dtype)
        with self._path.open("rb") as file:
            file.seek(stored.start)
            for at in range(0, stored.size, BYTES_AT_ONCE // 4):
                n = min(BYTES_AT_ONCE // 4, stored.size - at)
                out[at : at + n] = self._torch.from_numpy(np.frombuffer(bytearray(file.read(4 * n)), "<f4"))
        return out.view(stored.shape)

    def _rows_of_words(self, ids: Sequence[int]) -> Any:
        """The embeddings of some words."""
        n, width = self._words.shape
        read: list[bytes] = []
        with self._path.open("rb", buffering=0) as file:
            for word in ids:
                file.seek(self._words.start + 4 * width * min(max(word, 0), n - 1))
                read.append(file.read(4 * width))
        rows = np.frombuffer(bytearray(b"".join(read)), "<f4").reshape(len(ids), width)
        return self._torch.from_numpy(rows).to(self._dtype)

    def states(self, ids: Sequence[Sequence[int]]) -> tuple[FloatArray, list[FloatArray]]:
        """The vectors of a few texts, of about length 1, and the last hidden states of their tokens; float32."""
        torch = self._torch
        longest = max(map(len, ids))
        padded = np.array([[*row, *[self._pad] * (longest - len(row))] for row in ids])
        mask = torch.tensor([[True] * len(row) + [False] * (longest - len(row)) for row in ids])
        words, places = np.unique(padded, return_inverse=True)
        with torch.inference_mode():
            found = self._forward(
                self._rows_of_words(words.tolist())[torch.from_numpy(places.reshape(padded.shape))], mask
            )
            marked = mask.unsqueeze(-1).to(torch.float32)  # sums of half precision are made in full precision
            pooled = (found * marked).sum(dim=1) / torch.clamp(marked.sum(dim=1), min=1e-9)
            pooled = torch.nn.functional.normalize(pooled.to(found.dtype), p=2, dim=-1)
        states = [rows[: len(row)].float().numpy() for rows, row in zip(found, ids, strict=True)]
        return pooled.float().numpy(), states

    def _forward(self, words: Any, mask: Any) -> Any:
        """The last hidden states of padded texts."""
        functional, weights = self._torch.nn.functional, self._weights
        n, length, width = words.shape
        x = words + weights["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x + weights["embeddings.position_embeddings.weight"][:length], "embeddings.LayerNorm")
        seen = None if bool(mask.all()) else mask[:, None, None, :].expand(n, 1, length, length)
        for i in range(self._layers):
            at = f"encoder.layer.{i}"
            q, k, v = (
                self._dense(x, f"{at}.attention.self.{part}").view(n, length, self._heads, -1).transpose(1, 2)
                for part in ("query", "key", "value")
            )
            mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
            mixed = mixed.transpose(1, 2).reshape(n, length, width)
            x = self._norm(self._dense(mixed, f"{at}.attention.output.dense") + x, f"{at}.attention.output.LayerNorm")
            inner = functional.gelu(self._dense(x, f"{at}.intermediate.dense"))
            x = self._norm(self._dense(inner, f"{at}.output.dense") + x, f"{at}.output.LayerNorm")
        return x

    def _dense(self, x: Any, name: str) -> Any:
        return self._torch.nn.functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, x: Any, name: str) -> Any:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return self._torch.nn.functional.layer_norm(x, (x.shape[-1],), weight, bias, self._eps)


def _shapes_of_head(layers: int, width: int, inner: int) -> dict[str, tuple[int | None, ...]]:
    """The names of the weights that are kept in memory, with their shapes; ``None`` for a size that the file
    determines."""
    out: dict[str, tuple[int | None, ...]] = {
        "embeddings.position_embeddings.weight": (None, width),
        "embeddings.token_type_embeddings.weight": (None, width),
    }
    norms = ["embeddings.LayerNorm"]
    for i in range(layers):
        at = f"encoder.layer.{i}"
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
        sizes = {f"{at}.attention.self.{part}": (width, width) for part in ("query", "key", "value")}
        sizes |= {f"{at}.attention.output.dense": (width, width), f"{at}.intermediate.dense": (inner, width)}
        for name, (n_out, n_in) in (sizes | {f"{at}.output.dense": (width, inner)}).items():
            out |= {f"{name}.weight": (n_out, n_in), f"{name}.bias": (n_out,)}
    for name in norms:
        out |= {f"{name}.weight": (width,), f"{name}.bias": (width,)}
    return out
