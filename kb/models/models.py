"""Holds the models that answer questions: encoder, ranker, reranker, language model. Each is loaded when first needed.

A test or a program can pass models of its own; those that it leaves out are loaded according to the settings. Of an
index only the description of the encoder that built it is known here.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from kb.errors import EncoderError
from kb.models.encoder import PACKAGED, SentenceEncoder
from kb.models.pair_reader import default_pair_reader
from kb.models.ranker import Ranker, default_ranker
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kb.models.pair_reader import PairReader
    from kb.models.reranker import LazyReranker
    from kb.protocols import Encoder, Generator
    from kb.types import Array, FloatArray

    QueryVectors = tuple[tuple[Array, ...], tuple[Array, ...]]
    """The vectors of a question's texts, and those through tuned layers where there are any."""

    Decision = Callable[[Mapping[str, float], Any], bool]
    """Decides whether features of the results show an answer; the second value is the set of features to use."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """The encoder to load: a short name or a folder, its precision, its prompts, its cache folder."""

    name: str = "e5"
    dtype: str = "auto"
    query_prompt: str | None = None
    passage_prompt: str | None = None
    cache: Path | None = None

    def load(self, tell: Callable[[str], None] | None = None) -> SentenceEncoder:
        """The encoder, its weights checked and not yet read. ``tell`` gets a line before work that takes seconds.

        :raises EncoderError: it is absent, incomplete, or its weights are not the named ones.
        """
        return SentenceEncoder(self.name, self.dtype, self.query_prompt, self.passage_prompt, self.cache, tell)


class Models:
    """The models that answer questions. Safe to share between threads."""

    def __init__(
        self,
        encoder: Encoder | None = None,
        *,
        settings: EncoderSettings | None = None,
        ranker: Ranker | str | None = "shipped",
        pair_reader: PairReader | str | None = "shipped",
        reranker: LazyReranker | None = None,
        generator: Generator | None = None,
        is_answerable: Decision | None = None,
    ) -> None:
        """:param encoder: the encoder that built the index; loaded by ``settings`` where it is left out.
        :param ranker: the trained order of passages; "shipped" for the package's own, ``None`` for none.
        :param pair_reader: reads a question with a sentence; "shipped" for the package's own, ``None`` for none.
        :param is_answerable: decides whether a question is answered, in place of the shipped weights.
        """
        self._encoder = encoder
        self._loaded: Encoder | None = None
        self.settings = settings or EncoderSettings()
        self._ranker = ranker
        self._pair_reader = pair_reader
        self.reranker = reranker
        self.generator = generator
        self.is_answerable = is_answerable
        self._lock = threading.Lock()
        self._kept: tuple[tuple[str, ...], str, Ranker | None, QueryVectors] | None = None

    def encoder(self, built_with: Mapping[str, str] | None = None) -> Encoder:
        """The encoder handed in, or else the one of the settings, loaded once; that one is checked at each call against
        the name and fingerprint of the encoder that built an index, where they are given.

        :raises EncoderError: it cannot be loaded, or another one is set than the index was built with.
        """
        with self._lock:
            if self._encoder is not None:
                return self._encoder
            if self._loaded is None:
                self._loaded = self.settings.load(_LOG.warning)
            loaded = self._loaded.info
            if built_with is not None and loaded.fingerprint != built_with["fingerprint"]:
                built, of_index = built_with["name"], built_with["fingerprint"]
                found = {"name": loaded.name, "fingerprint": loaded.fingerprint}
                raise EncoderError(notice("encoder not of index", built=built, of_index=of_index, **found))
            return self._loaded

    def encoder_languages(self, built_with: Mapping[str, str]) -> tuple[str, ...]:
        """The languages that the encoder knows, () where it does not say.

        :raises EncoderError: it cannot be loaded.
        """
        packaged = PACKAGED.get(self.settings.name)
        return packaged.languages if packaged else getattr(self.encoder(built_with), "languages", ())

    def ranker(self, built_with: Mapping[str, str]) -> Ranker | None:
        """The trained ranker, where the index was built with the encoder that it was trained with."""
        ranker = default_ranker() if isinstance(self._ranker, str) else self._ranker
        return ranker if ranker is not None and ranker.encoder == built_with["name"] else None

    def read_pairs(
        self, question: str, texts: Sequence[tuple[str, str]], built_with: Mapping[str, str]
    ) -> FloatArray | None:
        """``(n,)``: how well texts, each with its heading, answer a question by the reader of pairs; ``None`` where the
        index was built with another encoder than the reader's.

        :raises EncoderError: the encoder cannot be loaded.
        """
        reader = default_pair_reader() if isinstance(self._pair_reader, str) else self._pair_reader
        if reader is None or reader.encoder != built_with["name"]:
            return None
        encoder = self.encoder(built_with)
        if not isinstance(encoder, SentenceEncoder) or not encoder.is_light:
            return None
        return encoder.scores_of_pairs(reader, question, texts)

    def query_vectors(self, texts: tuple[str, ...], built_with: Mapping[str, str]) -> QueryVectors:
        """The vectors of a question's texts; those of the last question are kept.

        :raises EncoderError: the encoder cannot be loaded, or is not the one that the ranker's tuning is for.
        """
        ranker = self.ranker(built_with)
        with self._lock:
            kept = self._kept
        index = built_with["fingerprint"]
        if kept is not None and kept[:2] == (texts, index) and kept[2] is ranker:
            return kept[3]
        vectors = query_vectors(self.encoder(built_with), texts, ranker)
        with self._lock:
            self._kept = (texts, index, ranker, vectors)
        return vectors


def query_vectors(encoder: Encoder, texts: tuple[str, ...], ranker: Ranker | None) -> QueryVectors:
    """The vectors of a question, including those that the ranker needs.

    :raises EncoderError: the encoder cannot be loaded, or is not the one that the ranker's tuning is for.
    """
    if ranker is None or not ranker.tuning:
        return tuple(encoder.encode_query(text) for text in texts), ()
    plain, tuned = encoder.encode_tuned(texts, ranker.tuning)
    return tuple(plain), tuple(tuned)
