"""The cross-encoder that a setting names: what is refused before torch is loaded, and a real one, tiny and random."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kb.errors import EncoderError
from kb.models.cross_encoder import MAX_TOKENS, CrossEncoder

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] who keeps the ledger robot pear gardener ? .".split()


def write(folder: Path, labels: int = 1, positions: int = 64, head: bool = True) -> Path:
    """A BERT with random weights and fourteen words; without its head it is no cross-encoder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=positions,
        num_labels=labels,
        initializer_range=1.0,  # so that the scores differ by more than rounding
    )
    model = BertForSequenceClassification(config) if head else BertModel(config)
    model.save_pretrained(folder)
    BertTokenizerFast(vocab={word: n for n, word in enumerate(WORDS)}).save_pretrained(folder)
    return folder


def says(folder: Path, **config: object) -> Path:
    """A folder that only says what it is."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return folder


def test_what_is_no_cross_encoder_is_refused_without_loading_it(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no such folder; save a cross-encoder there, or clear"):
        CrossEncoder(str(tmp_path / "absent"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match=r"no config\.json in .*save_pretrained"):
        CrossEncoder(str(tmp_path / "empty"))
    with pytest.raises(EncoderError, match=r"is no cross-encoder \(BertModel\)"):
        CrossEncoder(str(says(tmp_path / "encoder", architectures=["BertModel"])))
    with pytest.raises(EncoderError, match="names no architecture"):
        CrossEncoder(str(says(tmp_path / "bare", hidden_size=3)))
    pickled = says(tmp_path / "pickled", architectures=["BertForSequenceClassification"])
    (pickled / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(EncoderError, match="pickled weights are not loaded"):
        CrossEncoder(str(pickled))


@pytest.mark.parametrize("setting", [None, "1"])
def test_nothing_is_fetched_from_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str | None) -> None:
    import huggingface_hub

    asked: list[bool] = []

    def download(*_: object, local_files_only: bool, **__: object) -> str:
        asked.append(local_files_only)
        raise FileNotFoundError("not in the cache")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    if setting is not None:
        monkeypatch.setenv("HF_HUB_OFFLINE", setting)
    with pytest.raises(EncoderError, match=r"HF_HUB_OFFLINE=0 kb doctor --reranker some/reranker"):
        CrossEncoder("some/reranker")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with pytest.raises(EncoderError, match=r"the hub did not give it \(not in the cache\)"):
        CrossEncoder("some/reranker")
    assert asked == [True, False]


def test_a_name_of_the_hub_is_read_from_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    folder = says(tmp_path / "snapshot", architectures=["BertForSequenceClassification"])
    (folder / "model.safetensors").write_bytes(b"damaged")
    (folder / "README.md").write_text("---\nlanguage:\n- en\n- ko\n---\n", "utf-8")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(folder))
    assert CrossEncoder("some/reranker").languages == ("en", "ko")


def test_importing_and_checking_loads_no_torch(tmp_path: Path) -> None:
    folder = says(tmp_path / "said", architectures=["XLMRobertaForSequenceClassification"])
    (folder / "model.safetensors").write_bytes(b"never read")
    code = (
        f"import sys; from kb.models.cross_encoder import CrossEncoder; CrossEncoder({str(folder)!r}); "
        "sys.exit(bool({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@pytest.mark.slow
def test_a_real_one_scores_as_its_model_does(tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = write(tmp_path / "tiny")
    reranker = CrossEncoder(str(folder))
    texts = ["the gardener keeps the ledger.", "robot pear", "", "the ledger " * 4_000]
    scores = reranker.scores("who keeps the ledger?", texts)
    assert (scores.shape, scores.dtype) == ((4,), np.float32)
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    for text, score in zip(texts, scores, strict=True):
        given = tokenizer(["who keeps the ledger?"], [text], truncation=True, max_length=64, return_tensors="pt")
        with torch.inference_mode():
            logit = model(**given).logits.item()
        assert abs(logit - score) < 1e-4  # no sigmoid, cut to what the model takes
    assert len(set(scores.tolist())) == 4
    assert np.allclose(reranker.scores("who keeps the ledger?", texts[:2]), scores[:2], atol=1e-4)
    assert reranker.scores("who?", []).shape == (0,)
    assert reranker.languages == ()


@pytest.mark.slow
def test_what_cannot_be_loaded_or_used_says_so_each_time(tmp_path: Path) -> None:
    classes = CrossEncoder(str(write(tmp_path / "classes", labels=3)))
    damaged = write(tmp_path / "damaged")
    (damaged / "model.safetensors").write_bytes(b"\0" * 64)
    broken = CrossEncoder(str(damaged))
    for _ in range(2):
        with pytest.raises(EncoderError, match="gives 3 scores a text"):
            classes.scores("who?", ["robot"])
        with pytest.raises(EncoderError, match="cannot be loaded"):
            broken.scores("who?", ["robot"])


@pytest.mark.slow
def test_the_length_is_bounded_and_an_encoder_is_not_taken_for_one(tmp_path: Path) -> None:
    wide = CrossEncoder(str(write(tmp_path / "wide", positions=2_048)))
    assert np.isfinite(wide.scores("who keeps the ledger?", ["robot " * 5_000])).all()
    assert wide._model.max_seq_length == MAX_TOKENS
    with pytest.raises(EncoderError, match=r"is no cross-encoder \(BertModel\)"):
        CrossEncoder(str(write(tmp_path / "encoder", head=False)))
