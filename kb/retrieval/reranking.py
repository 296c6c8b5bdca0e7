"""Whether a reranker may read a question, and how its scores move candidates that are in order already. Pure.

A reranker reads question and text together, which is dear, so it reads the best few alone. Its scores are on a scale of
its own: they are stretched to 0…1 over what it read, as the scores of the order before are, and both count half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.retrieval.candidates import best_first
from kb.text.languages import UNKNOWN, detect

if TYPE_CHECKING:
    from kb.types import Array

DEPTH = 20
"""Candidates read for each list that a question is asked of."""
UNTOLD = ("en",)
"""The languages of a reranker whose card names none: almost all that are published learned from English alone, and one
that cannot read a language still gives scores, which would pass for an order."""


def languages(setting: str, told: tuple[str, ...]) -> tuple[str, ...]:
    """The two-letter codes a reranker is used for: those set ("en,ko"), else those its card tells, else English."""
    return tuple(dict.fromkeys(code.strip() for code in setting.split(",") if code.strip())) or told or UNTOLD


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
    out[read] = floor + (1 - floor) * (stretched(level[read]) + stretched(scores)) / 2
    return out


def stretched(values: Array) -> Array:
    """0…1 over the values; all 1 where they are equal."""
    held = np.asarray(values, dtype=np.float64)
    low, high = held.min(), held.max()
    out: Array = (held - low) / (high - low) if high > low else np.ones_like(held)
    return out
