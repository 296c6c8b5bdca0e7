"""BERT with mean pooling in torch, for the passages of a build: the same rows as by sentence-transformers, in less
memory.

That library holds a tokenizer with a tree of the whole vocabulary, and the weights twice while it loads them. Here the
tokens come from outside, and the weights are read piece by piece into the precision that they are used in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import EncoderError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kb.types import FloatArray

BYTES_AT_ONCE = 1 << 24
"""Of the weights' file, as it is read."""
_HEAD_BYTES = 1 << 24


class TorchBert:
    """One folder that :func:`kb.models.numpy_bert.can_open` accepts."""

    def __init__(self, torch: Any, transformers: Any, folder: Path, dtype: str) -> None:
        """Reads the weights.

        :raises EncoderError: a weight is missing or of another shape.
        """
        self._torch = torch
        config = transformers.BertConfig.from_pretrained(str(folder))
        self._pad = int(config.pad_token_id or 0)
        model = transformers.AutoModel.from_config(config, dtype=getattr(torch, dtype)).eval()
        wanted = {name: weight for name, weight in model.named_parameters() if not name.startswith("pooler.")}
        read: dict[str, int] = {}
        with torch.no_grad():
            for name, start, values in tensors_of(folder / "model.safetensors"):
                if name not in wanted:
                    continue
                flat = wanted[name].view(-1)
                if start + len(values) > len(flat):
                    raise EncoderError(notice("weights other shape", folder=str(folder), name=name))
                flat[start : start + len(values)] = torch.from_numpy(values)
                read[name] = read.get(name, 0) + len(values)
        missing = sorted(name for name, weight in wanted.items() if read.get(name) != weight.numel())
        if missing:
            raise EncoderError(notice("weights missing", folder=str(folder), names=", ".join(missing[:3])))
        self._model = model

    def states(self, ids: Sequence[Sequence[int]]) -> tuple[FloatArray, list[FloatArray]]:
        """Of a few texts: their rows of about length 1, and the last hidden states of their tokens; float32."""
        torch = self._torch
        longest = max(map(len, ids))
        padded = torch.tensor([[*row, *[self._pad] * (longest - len(row))] for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
        with torch.inference_mode():
            found = self._model(input_ids=padded, attention_mask=mask).last_hidden_state
            marked = mask.unsqueeze(-1).to(torch.float32)  # sums of half precision are made in full precision
            pooled = (found * marked).sum(dim=1) / torch.clamp(marked.sum(dim=1), min=1e-9)
            pooled = torch.nn.functional.normalize(pooled.to(found.dtype), p=2, dim=-1)
        states = [rows[: len(row)].float().numpy() for rows, row in zip(found, ids, strict=True)]
        return pooled.float().numpy(), states


def tensors_of(path: Path) -> Iterator[tuple[str, int, FloatArray]]:
    """The numbers of a safetensors file in pieces: the tensor's name, the place of the first in it, the numbers."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            head = json.loads(file.read(min(length, _HEAD_BYTES)))
            for name, about in head.items():
                if name == "__metadata__" or about["dtype"] != "F32":
                    continue
                start, end = about["data_offsets"]
                file.seek(8 + length + start)
                for at in range(0, end - start, BYTES_AT_ONCE):
                    data = file.read(min(BYTES_AT_ONCE, end - start - at))
                    yield name.removeprefix("bert."), at // 4, np.frombuffer(bytearray(data), "<f4")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(notice("weights unreadable", path=str(path), why=str(error))) from error
