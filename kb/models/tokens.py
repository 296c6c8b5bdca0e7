"""Tokenises texts for an encoder. The only importer of ``tokenizers``.

The vocabulary of a multilingual encoder has a quarter of a million pieces. The library builds a tree of all of them
when it opens the file, which takes a second and 270 MB, although a single question needs a few dozen. A Unigram
tokenizer chooses only among pieces that occur in the text. So the library is given just these pieces here, and splits
the text in the same way. Tokenizers of other kinds are opened as they are.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from tokenizers import Tokenizer

from kb.errors import EncoderError
from kb.files import written_beside
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

BETWEEN = "\n"
"""The separator between two pieces of a stored vocabulary."""
FORM = 1
"""The version of a stored vocabulary's format; a file of another version is made anew."""

LARGE = 50_000
"""Pieces of a vocabulary from which on the library is given a part of it."""

_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """A text as token ids, with the half-open characters of each, and a mark (1) at each special token."""

    ids: list[int]
    offsets: list[tuple[int, int]]
    special_tokens_mask: list[int]


class TextTokenizer(Protocol):
    """A tokenizer: it cuts texts into tokens, special ones included, without a limit."""

    def encode_batch(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Each text as tokens."""
        ...


def open_tokenizer(file: Path, kept: Path | None = None, large: int = LARGE) -> TextTokenizer:
    """The tokenizer of a ``tokenizer.json``; ``kept`` is where its vocabulary is kept in a form that opens fast,
    ``large`` how many pieces make a vocabulary that is opened in part.

    :raises EncoderError: the file cannot be read or describes no tokenizer.
    """
    if kept is not None and (vocabulary := _kept_vocabulary(kept)) is not None:
        return PartialTokenizer(vocabulary)
    try:
        vocabulary = _vocabulary_of(json.loads(file.read_bytes()), large)
        if vocabulary is None:
            return WholeTokenizer(_without_limits(Tokenizer.from_file(str(file))))
    except Exception as error:  # the library raises Exception itself
        raise EncoderError(notice("tokenizer none", file=str(file), why=str(error))) from error
    if kept is not None:
        _keep_vocabulary(kept, vocabulary)
    return PartialTokenizer(vocabulary)


def _encodable(text: str) -> str:
    """A text as the library takes it: halves of surrogate pairs, which a command line and JSON can hold, are U+FFFD."""
    return _HALVES.sub("\ufffd", text)


def _without_limits(tokenizer: Any) -> Any:
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class WholeTokenizer:
    """A tokenizer as the library opens it."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def encode_batch(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Each text as tokens."""
        found = self._tokenizer.encode_batch([_encodable(text) for text in texts])
        return [TokenizedText(e.ids, e.offsets, e.special_tokens_mask) for e in found]


@dataclass(frozen=True, slots=True)
class UnigramPieces:
    """The pieces of a Unigram tokenizer with their scores, by their ids.

    ``longest`` is the length of the longest piece, ``frame`` all else that the tokenizer's file says.
    """

    pieces: list[str]
    scores: NDArray[np.float64]
    longest: int
    frame: dict[str, Any]


class PartialTokenizer:
    """A Unigram tokenizer that is made for each call, of the pieces that occur in its texts: that takes less time than
    to make one anew with the pieces of all texts before. Safe to share between threads."""

    def __init__(self, vocabulary: UnigramPieces) -> None:
        self._vocabulary = vocabulary
        self._id_of = dict(zip(vocabulary.pieces, range(len(vocabulary.pieces)), strict=True))
        self._added = [str(each["content"]) for each in vocabulary.frame["added_tokens"]]
        # an unknown character has the lowest score of all
        always = [vocabulary.frame["model"]["unk_id"], int(np.argmin(vocabulary.scores))]
        always += [self._id_of[content] for content in self._added]
        self._always = frozenset(always)
        self._without_texts = self._made(sorted(self._always))

    def encode_batch(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Each text as tokens."""
        texts = [_encodable(text) for text in texts]
        ids = sorted(self.pieces_in(texts))
        found = self._made(ids).encode_batch(texts)
        return [TokenizedText([ids[i] for i in e.ids], e.offsets, e.special_tokens_mask) for e in found]

    def pieces_in(self, texts: Iterable[str]) -> frozenset[int]:
        """The ids of the pieces that occur in the words of texts, as the tokenizer normalises these words, and of those
        that every text may need."""
        normalised, cut = (
            self._without_texts.normalizer.normalize_str,
            self._without_texts.pre_tokenizer.pre_tokenize_str,
        )
        words = {word for text in texts for part in self._between_added(text) for word, _ in cut(normalised(part))}
        return self._always | {
            self._id_of[word[a:b]]
            for word in words
            for a in range(len(word))
            for b in range(a + 1, min(a + self._vocabulary.longest, len(word)) + 1)
            if word[a:b] in self._id_of
        }

    def _between_added(self, text: str) -> list[str]:
        """A text, and its parts between the special tokens that are written in it, which are cut each by itself."""
        parts = [text]
        for content in self._added:
            parts = [piece for part in parts for piece in part.split(content)]
        return parts if len(parts) == 1 else [text, *parts]

    def _made(self, ids: Sequence[int]) -> Any:
        """The tokenizer that knows only the pieces of some ids, which it numbers in their order."""
        place = {i: n for n, i in enumerate(ids)}
        known, frame = self._vocabulary, self._vocabulary.frame
        model = {**frame["model"], "unk_id": place[frame["model"]["unk_id"]]}
        model["vocab"] = [[known.pieces[i], float(known.scores[i])] for i in ids]
        added = [{**each, "id": place[self._id_of[each["content"]]]} for each in frame["added_tokens"]]
        return _without_limits(
            Tokenizer.from_str(json.dumps({**frame, "model": model, "added_tokens": added, **_template(frame, place)}))
        )


def _template(frame: dict[str, Any], place: dict[int, int]) -> dict[str, Any]:
    """The part of the file that puts special tokens around a text, with the places of these tokens."""
    template = frame["post_processor"]
    special = {
        name: {**token, "ids": [place[i] for i in token["ids"]]} for name, token in template["special_tokens"].items()
    }
    return {"post_processor": {**template, "special_tokens": special}}


def _vocabulary_of(data: dict[str, Any], large: int) -> UnigramPieces | None:
    """The vocabulary of a Unigram tokenizer of the kind that may be opened in part; ``None`` for any other."""
    model = data["model"]
    if model["type"] != "Unigram" or model.get("byte_fallback") or len(model["vocab"]) < large:
        return None
    if not data.get("normalizer") or (data.get("pre_tokenizer") or {}).get("type") != "Metaspace":
        return None
    if (data.get("post_processor") or {}).get("type") != "TemplateProcessing" or model.get("unk_id") is None:
        return None
    pieces = [piece for piece, _ in model["vocab"]]
    known = set(pieces)
    if len(known) < len(pieces) or any(BETWEEN in piece for piece in pieces):
        return None
    if any(each["content"] not in known for each in data["added_tokens"]):
        return None
    scores = np.array([score for _, score in model["vocab"]], dtype=np.float64)
    longest = max(map(len, pieces))
    return UnigramPieces(pieces, scores, longest, {**data, "model": {k: v for k, v in model.items() if k != "vocab"}})


def _keep_vocabulary(path: Path, vocabulary: UnigramPieces) -> None:
    """Writes a vocabulary; a folder that cannot be written costs only the time of reading the other file again."""
    frame = {"form": FORM, "longest": vocabulary.longest, "frame": vocabulary.frame}
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path) as beside, beside.open("wb") as file:
            np.savez(
                file,
                frame=np.frombuffer(json.dumps(frame).encode(), np.uint8),
                text=np.frombuffer(BETWEEN.join(vocabulary.pieces).encode(), np.uint8),
                scores=vocabulary.scores,
            )


def _kept_vocabulary(path: Path) -> UnigramPieces | None:
    """A vocabulary that was kept; ``None`` where there is none, or it is damaged or of another form."""
    try:
        with (
            path.open("rb") as file,
            np.load(file, allow_pickle=False) as kept,
        ):  # each array is checked against its sum when it is read
            said, scores = json.loads(kept["frame"].tobytes()), kept["scores"]
            pieces = kept["text"].tobytes().decode().split(BETWEEN)
        if said["form"] != FORM or len(pieces) != len(scores):
            return None
        return UnigramPieces(pieces, scores, said["longest"], said["frame"])
    except Exception:  # zipfile, numpy and json each have errors of their own for a damaged file
        return None
