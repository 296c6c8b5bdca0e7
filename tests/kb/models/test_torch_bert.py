"""What is wrong with the weights of a light encoder is said in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.errors import EncoderError
from kb.models.torch_bert import tensors_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, (4).to_bytes(8, "little") + b"[1] "])
def test_a_damaged_file_of_weights_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(EncoderError, match="cannot be read as safetensors"):
        list(tensors_of(path))
