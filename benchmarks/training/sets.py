"""The record of a question set that the training programs of the ranker share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Set:
    """A set made ready: candidates and features of every question, one after the other from ``start``."""

    name: str
    vectors: Any
    owner: Any
    texts: list[tuple[str, ...]]
    questions: Any
    positives: list[list[int]]
    gains: list[list[int]]
    scope: list[Any] | None
    fold: Any
    start: Any
    rows: Any
    features: Any
    relevance: Any
