"""The configured reranker (a cross-encoder), which is loaded for the first question that needs it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kb.models.cross_encoder import CrossEncoder

if TYPE_CHECKING:
    from kb.protocols import Reranker

RERANKER_DEPTH = 20
"""Candidates of each ranked list that the reranker reads."""
DEFAULT_LANGUAGES = ("en",)
"""The languages of a reranker whose card names none. Almost all published ones learned from English alone, and one that
cannot read a language still gives scores, which would pass for an order."""


def languages(setting: str, on_card: tuple[str, ...]) -> tuple[str, ...]:
    """The two-letter codes a reranker is used for: those set ("en,ko"), else those on its card, else English."""
    codes = dict.fromkeys(code.strip() for code in setting.split(",") if code.strip())
    return tuple(codes) or on_card or DEFAULT_LANGUAGES


class LazyReranker:
    """A reranker by name, with its settings. Safe to share between threads."""

    def __init__(
        self, name: str, spoken: str = "", depth: int = RERANKER_DEPTH, loaded: Reranker | None = None
    ) -> None:
        """``spoken`` is the setting of languages; ``loaded`` is the reranker, if it is loaded already."""
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
                self._reranker = CrossEncoder(self.name)
            return self._reranker

    def languages(self) -> tuple[str, ...]:
        """The languages it is used for (:func:`languages`).

        :raises EncoderError: they are not set, and there is no model whose card could name them.
        """
        on_card = () if self._spoken.strip() else getattr(self.reranker(), "languages", ())
        return languages(self._spoken, on_card)
