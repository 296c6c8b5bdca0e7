"""An encoder in torch alone computes what numpy does, and says in one line what is wrong with its weights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kb.errors import EncoderError
from kb.models import numpy_bert
from kb.models.torch_bert import TorchBert, stored_tensors

if TYPE_CHECKING:
    from pathlib import Path

torch = pytest.importorskip("torch")
WIDTH, INNER, WORDS, LONGEST = 8, 16, 40, 12
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "hidden_size": WIDTH,
    "intermediate_size": INNER,
    "pad_token_id": 1,
}


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, (4).to_bytes(8, "little") + b"[1] "])
def test_a_damaged_file_of_weights_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(EncoderError, match="cannot be read as safetensors"):
        stored_tensors(path)


def test_a_file_that_ends_before_its_last_tensor_is_said(tmp_path: Path) -> None:
    made_encoder(tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(EncoderError, match="cannot be read as safetensors"):
        TorchBert(torch, tmp_path, "float32")


def test_a_missing_weight_and_one_of_another_shape_are_named(tmp_path: Path) -> None:
    made_encoder(tmp_path, without="encoder.layer.1.output.dense.bias")
    with pytest.raises(EncoderError, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        TorchBert(torch, tmp_path, "float32")
    made_encoder(tmp_path, inner=INNER + 1)
    with pytest.raises(EncoderError, match=r"encoder\.layer\.0\.intermediate\.dense"):
        TorchBert(torch, tmp_path, "float32")


def test_texts_of_different_lengths_have_the_states_that_numpy_computes(tmp_path: Path) -> None:
    made_encoder(tmp_path)
    ids = [[0, 5, 7, 39, 2], [0, 2], [0, 9, 9, 9, 11, 30, 2]]
    rows, states = TorchBert(torch, tmp_path, "float32").states(ids)
    for row, found, wanted in zip(rows, states, numpy_bert.Bert(tmp_path).states(ids), strict=True):
        assert found.shape == wanted.shape
        assert np.allclose(found, wanted, atol=1e-4)
        mean = wanted.mean(axis=0)
        assert np.allclose(row, mean / np.linalg.norm(mean), atol=1e-4)


def test_texts_read_beside_a_question_with_closed_gates_have_the_states_they_have_alone(tmp_path: Path) -> None:
    made_encoder(tmp_path)
    bert = numpy_bert.Bert(tmp_path)
    question, texts = [0, 5, 7, 2], [[0, 39, 2], [0, 9, 9, 11, 2]]
    alone = bert.states([question, *texts])
    for pair, text in zip(bert.states_of_pairs(question, texts, {}, gates(-50.0)), alone[1:], strict=True):
        assert np.allclose(pair[0], alone[0], atol=1e-5)
        assert np.allclose(pair[1], text, atol=1e-5)


def test_open_gates_let_question_and_text_see_each_other_in_the_last_layers_alone(tmp_path: Path) -> None:
    made_encoder(tmp_path)
    bert = numpy_bert.Bert(tmp_path)
    (one, _), (other, _) = bert.states_of_pairs([0, 5, 7, 2], [[0, 39, 2], [0, 9, 11, 2]], {}, gates(0.0)[:1])
    assert not np.allclose(one, other, atol=1e-3)
    added = {"encoder.layer.0.output.dense": (np.ones((INNER, 1), np.float32), np.ones((1, WIDTH), np.float32))}
    (same, _), _ = bert.states_of_pairs([0, 5, 7, 2], [[0, 39, 2], [0, 9, 11, 2]], added, gates(0.0)[:1])
    assert np.allclose(one, same)


def gates(open_as: float) -> np.ndarray:
    """The same gate for every layer and head."""
    return np.full((CONFIG["num_hidden_layers"], CONFIG["num_attention_heads"]), open_as, np.float32)


def made_encoder(folder: Path, without: str = "", inner: int = INNER) -> None:
    """A small encoder of random weights, in the files that both programs read."""
    random = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (WORDS, WIDTH),
        "embeddings.position_embeddings.weight": (LONGEST, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for n in range(2):
        at = f"encoder.layer.{n}"
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
        sizes = {f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")}
        sizes |= {"attention.output.dense": (WIDTH, WIDTH), "intermediate.dense": (inner, WIDTH)}
        for name, size in (sizes | {"output.dense": (WIDTH, inner)}).items():
            shapes |= {f"{at}.{name}.weight": size, f"{at}.{name}.bias": size[:1]}
    for name in norms:
        shapes |= {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}
    head, data = {}, b""
    for name, shape in shapes.items():
        if name != without:
            values = random.normal(size=shape).astype("<f4").tobytes()
            head[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
            data += values
    written = json.dumps(head).encode()
    (folder / "model.safetensors").write_bytes(len(written).to_bytes(8, "little") + written + data)
    (folder / "config.json").write_text(json.dumps(CONFIG), "utf-8")
