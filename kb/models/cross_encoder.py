"""Loads the cross-encoder that a setting names, in the format of sentence-transformers, at the first question.

The model is a local folder, or a name of the Hugging Face hub that is read from the hub's own cache on this machine.
Nothing is downloaded unless the person sets ``HF_HUB_OFFLINE=0``. The model's configuration is checked before torch is
loaded: a model of another kind would be loaded with random weights in its last layer, and its scores would look normal.
"""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import EncoderError
from kb.models.encoder import json_of, languages_told, libraries
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import FloatArray, Notice

MAX_TOKENS = 512
"""Longest question and text together, in tokens, whatever the model could take: time grows with it, and passages are
shorter."""
MAX_QUESTION, MAX_TEXT = 1_000, 4_000
"""Number of characters of each that are read, so that a long question leaves room for the text."""
PAIRS_AT_ONCE = 16

_ON_HUB = re.compile(r"[\w-][\w.-]*/[\w.-]+")
_WANTED = ["*.json", "*.txt", "*.model", "*.safetensors", "README.md"]
"""The files that are fetched from a repository of the hub: no pickles, no second copies of the weights in other
forms."""


class CrossEncoder:
    """See :class:`kb.protocols.Reranker`. Safe to share between threads."""

    def __init__(self, name: str) -> None:
        """Finds the folder and checks its configuration; loads no torch.

        :raises EncoderError: absent, or no cross-encoder; says what to do.
        """
        self.name = name
        self.folder = reranker_folder(name)
        self.languages = languages_told(self.folder)
        self._lock = threading.Lock()
        self._model: Any = None
        self._problem: Notice | None = None

    def scores(self, question: str, texts: Sequence[str]) -> FloatArray:
        """``(n,)`` float32, one a text, before any activation (a sigmoid presses the best ones together).

        :raises EncoderError: it cannot be loaded, or does not give one number a text.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        pairs = [(question[:MAX_QUESTION], text[:MAX_TEXT]) for text in texts]
        with self._lock:  # a tokenizer takes one caller at a time
            model, raw = self._loaded()
            try:
                given = model.predict(pairs, batch_size=PAIRS_AT_ONCE, show_progress_bar=False, activation_fn=raw)
            except Exception as error:  # the code of a model that we do not know
                raise EncoderError(notice("reranker not run", name=self.name, why=_one_line(error))) from error
        scores: FloatArray = np.asarray(given, dtype=np.float32)
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise EncoderError(notice("reranker not one number", name=self.name))
        return scores

    def _loaded(self) -> tuple[Any, Any]:
        """The model, and the activation that leaves its scores as they are; a failure is kept, for loading is slow."""
        if self._problem:
            raise EncoderError(self._problem)
        try:
            torch, sentence_transformers = libraries()
            if self._model is None:
                model = sentence_transformers.CrossEncoder(
                    str(self.folder),
                    device="cpu",
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True, "dtype": torch.float32},
                )
                if model.num_labels != 1:
                    self._problem = notice("reranker classes", name=self.name, n=model.num_labels)
                    raise EncoderError(self._problem)
                model.max_seq_length = min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
                self._model = model
            return self._model, torch.nn.Identity()
        except EncoderError:
            raise
        except Exception as error:
            self._problem = notice("reranker not loaded", name=self.name, why=_one_line(error))
            raise EncoderError(self._problem) from error


def reranker_folder(name: str) -> Path:
    """The folder of a cross-encoder: the one named, or that of the hub's cache.

    :raises EncoderError: neither is there, or what is there is no cross-encoder with safetensors weights.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        folder = _from_hub(name)
    config = json_of(folder / "config.json")
    if not config:
        raise EncoderError(notice("reranker no config", name=name, folder=str(folder)))
    said = json_of(folder / "config_sentence_transformers.json").get("model_type")
    built = [str(a) for a in config.get("architectures") or ()]
    if said != "CrossEncoder" and not any(a.endswith("ForSequenceClassification") for a in built):
        what = said or ", ".join(built) or notice("reranker no architecture")
        raise EncoderError(notice("reranker no cross-encoder", name=name, what=what))
    if not any((folder / f).is_file() for f in ("model.safetensors", "model.safetensors.index.json")):
        raise EncoderError(notice("reranker no weights", name=name, folder=str(folder)))
    return folder


def _from_hub(name: str) -> Path:
    """The folder of a name of the hub in its cache; fetched only where the person switched the hub on."""
    if not _ON_HUB.fullmatch(name):
        raise EncoderError(notice("reranker no folder", name=name))
    offline = os.environ.get("HF_HUB_OFFLINE", "1").lower() not in {"0", "false", "no", "off"}
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import huggingface_hub

        return Path(huggingface_hub.snapshot_download(name, allow_patterns=_WANTED, local_files_only=offline))
    except Exception as error:  # HTTP, file system, or the hub's own: the message is the same
        command = f"HF_HUB_OFFLINE=0 kb doctor --reranker {name}"
        raise EncoderError(
            notice("reranker not fetched", name=name, command=command)
            if offline
            else notice("reranker not given", name=name, why=_one_line(error))
        ) from error


def _one_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
