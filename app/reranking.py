"""The reranker that the settings name: opened at the first question it is to read, left out where it cannot help.

What a question gets is :class:`Reading`; it holds the notice of why it was left out, where it was.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from kb.errors import EncoderError
from kb.messages import LANGUAGES, language_name, message
from kb.retrieval.reranking import DEPTH, blend, covers, first, languages
from kb.text.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.settings import Settings
    from kb.protocols import Reranker
    from kb.types import Array


class Reranking:
    """A reranker by name, with what is set of it. Safe to share between threads."""

    def __init__(self, name: str, spoken: str = "", depth: int = DEPTH, loaded: Reranker | None = None) -> None:
        """``spoken`` is the setting of languages; ``loaded`` is the reranker, where it is at hand already."""
        self.name = name
        self.depth = depth
        self._spoken = spoken
        self._lock = threading.Lock()
        self._reranker = loaded

    def reranker(self) -> Reranker:
        """The reranker; its weights are not read yet.

        :raises EncoderError: there is none of this name, or it is no cross-encoder.
        """
        with self._lock:
            if self._reranker is None:
                from kb.models.cross_encoder import CrossEncoder

                self._reranker = CrossEncoder(self.name)
            return self._reranker

    def languages(self) -> tuple[str, ...]:
        """The languages it is used for (:func:`kb.retrieval.reranking.languages`).

        :raises EncoderError: they are not set, and there is no model to tell them.
        """
        told = () if self._spoken.strip() else getattr(self.reranker(), "languages", ())
        return languages(self._spoken, told)

    def reading(self, question: str) -> Reading:
        """How a question is read: not at all where it is in a language that the reranker does not know."""
        code = language_of(question)
        lang = code if code in LANGUAGES else "en"
        try:
            if covers(self.languages(), question):
                return Reading(self, question, lang)
            notice = message(lang, "reranker not for", reranker=self.name, language=language_name(lang, code))
        except EncoderError as error:
            return Reading(None, question, lang, error)
        return Reading(None, question, lang, notice=notice)


class Reading:
    """One question and the reranker that reads for it until it fails; ``notice`` says why it is left out, or is ""."""

    def __init__(
        self,
        by: Reranking | None,
        question: str,
        lang: str = "en",
        problem: EncoderError | None = None,
        notice: str = "",
    ) -> None:
        self._by = by
        self._question = question
        self._lang = lang
        self.problem = problem
        self._notice = notice

    @property
    def notice(self) -> str:
        """Why the order is without it, in the question's language."""
        return message(self._lang, "reranker failed", why=self.problem) if self.problem else self._notice

    def over(
        self, level: Array, rows: Array, texts: Callable[[list[int]], Sequence[str]]
    ) -> tuple[Array, dict[int, float]]:
        """Levels (0…1) of candidates after reading the best of them, and the scores given, by place.

        ``texts`` gives the words of some rows. Where the reranker is left out or fails, the levels stay as they are.
        """
        if self._by is None or not len(rows):
            return level, {}
        read = first(level, rows, self._by.depth)
        try:
            scores = self._by.reranker().scores(self._question, texts([int(rows[i]) for i in read]))
        except EncoderError as error:
            self._by, self.problem = None, error
            return level, {}
        given = np.asarray(scores, dtype=np.float64)
        return blend(level, read, given), dict(zip(read.tolist(), given.tolist(), strict=True))


def reranking_of(settings: Settings) -> Reranking | None:
    """The reranker of the settings, ``None`` where none is set."""
    s = settings
    return Reranking(s.reranker, s.reranker_languages, s.reranker_depth) if s.reranker else None
