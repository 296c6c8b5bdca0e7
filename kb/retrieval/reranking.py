"""Applies a reranker (cross-encoder) to the best candidates and blends its scores with those of the first ranking.
Pure.

A reranker reads question and text together, which is expensive, so it reads only the best few candidates. Its scores
have a scale of their own: both its scores and the first scores are scaled to 0…1 over the candidates that it read, and
the mean of the two counts. A question in a language that the reranker does not know is not reranked.
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
    """Whether a reranker that knows the languages ``known`` can read a question: it must know every language in it.

    A question of undetermined language ("accountability") counts as English if it is in Latin letters, else as unknown.
    """
    found = detect(question)
    code = "en" if found.code == UNKNOWN and question.isascii() else found.code
    return {code, *found.others} <= set(known)


def first(level: Array, rows: Array, depth: int) -> Array:
    """The positions of the ``depth`` best candidates, best first; ties are ordered by row."""
    best: Array = best_first(level, rows)[:depth]
    return best


def blend(level: Array, read: Array, scores: Array) -> Array:
    """The candidates' levels (scores in 0…1) after the reranker gave those at the positions ``read`` its ``scores``.

    Old levels and new scores are each scaled to 0…1 over the candidates that were read, and averaged. The mean is then
    scaled to lie between the best level that was not read and 1, so every candidate that was read stays above all that
    were not.
    """
    rest = np.delete(level, read)
    floor = float(rest.max()) if len(rest) else 0.0
    out = level.astype(np.float64)
    out[read] = floor + (1 - floor) * (min_max(level[read]) + min_max(np.asarray(scores, dtype=np.float64))) / 2
    return out


class Reading:
    """The reranking of one question. After the first error the reranker is not called again; :attr:`notice` says
    why."""

    def __init__(self, reranker: LazyReranker | None, question: str) -> None:
        """Prepares the reranking; nothing is reranked if there is no reranker or it does not know the language."""
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
        """Why the reranker was not used, or ``None`` if it was used or none is configured."""
        return notice("reranker failed", why=self.problem.as_notice) if self.problem else self._notice

    def over(
        self, level: Array, rows: Array, texts: Callable[[list[int]], Sequence[str]]
    ) -> tuple[Array, dict[int, float]]:
        """The levels (0…1) after reranking, and the reranker's scores by position.

        ``texts`` gives the texts of rows. The levels are unchanged if the reranker is not used or fails.
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
