"""Whether a reranker may read a question, and how its scores move candidates that are in order already. Pure.

A reranker reads question and text together, which is dear, so it reads the best few alone. Its scores are on a scale of
its own: they are stretched to 0…1 over what it read, as the scores of the order before are, and both count half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.errors import EncoderError
from kb.retrieval.candidates import best_first
from kb.retrieval.features import min_max
from kb.text.languages import UNKNOWN, detect, language_of
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.models.reranker import LazyReranker
    from kb.types import Array


def covers(known: tuple[str, ...], question: str) -> bool:
    """Whether a reranker of some languages may read a question: it knows each language that has a part in it.

    A question that shows no language ("accountability") counts as English where its letters are; else as unknown.
    """
    found = detect(question)
    code = "en" if found.code == UNKNOWN and question.isascii() else found.code
    return {code, *found.others} <= set(known)


def first(level: Array, rows: Array, depth: int) -> Array:
    """The places of the ``depth`` best candidates, best first, ties by row."""
    best: Array = best_first(level, rows)[:depth]
    return best


def blend(level: Array, read: Array, scores: Array) -> Array:
    """Levels (0…1 over all candidates) after a reranker gave those at the places ``read`` their ``scores``.

    Its scores and their levels, each stretched over what was read, are summed half and half; the sum is laid between
    the best level that was not read and 1, so that no candidate passes another by not having been read.
    """
    rest = np.delete(level, read)
    floor = float(rest.max()) if len(rest) else 0.0
    out = level.astype(np.float64)
    out[read] = floor + (1 - floor) * (min_max(level[read]) + min_max(np.asarray(scores, dtype=np.float64))) / 2
    return out


class Reading:
    """One question and the reranker that reads for it until it fails; :attr:`notice` says why it is left out."""

    def __init__(self, reranker: LazyReranker | None, question: str) -> None:
        """How a question is read: not at all without a reranker, or in a language that the reranker does not know."""
        self._reranker: LazyReranker | None = None
        self._question = question
        self._notice: Notice | None = None
        self.problem: EncoderError | None = None
        if reranker is None:
            return
        try:
            if covers(reranker.languages(), question):
                self._reranker = reranker
            else:
                spoken = notice("language", code=language_of(question))
                self._notice = notice("reranker not for", reranker=reranker.name, language=spoken)
        except EncoderError as error:
            self.problem = error

    @property
    def notice(self) -> Notice | None:
        """Why the order is without the reranker; ``None`` where it is not, or none is set."""
        return notice("reranker failed", why=self.problem.as_notice) if self.problem else self._notice

    def over(
        self, level: Array, rows: Array, texts: Callable[[list[int]], Sequence[str]]
    ) -> tuple[Array, dict[int, float]]:
        """Levels (0…1) of candidates after reading the best of them, and the scores given, by place.

        ``texts`` gives the words of some rows. Where the reranker is left out or fails, the levels stay as they are.
        """
        if self._reranker is None or not len(rows):
            return level, {}
        read = first(level, rows, self._reranker.depth)
        try:
            scores = self._reranker.reranker().scores(self._question, texts([int(rows[i]) for i in read]))
        except EncoderError as error:
            self._reranker, self.problem = None, error
            return level, {}
        given = np.asarray(scores, dtype=np.float64)
        return blend(level, read, given), dict(zip(read.tolist(), given.tolist(), strict=True))
