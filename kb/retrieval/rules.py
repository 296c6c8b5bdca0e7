"""Fixed rules after the trained order: what a text must have that it leads whatever its score."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kb.query.question_kinds import QuestionKind, kind_of_question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.retrieval.candidates import CandidateFeatures
    from kb.types import Array

_PHRASE = re.compile(r"[\"“”]([^\"“”]{3,80})[\"“”]")
QUOTED = 1.0
"""Added where a text holds a phrase that the question puts in double quotation marks."""
HEADING_SHARE, HEADED = 0.7, 0.15
"""The share of a question's rare words that a heading must hold to be what the question names, and what that adds."""
DEFINED = 1.0
"""Added to the score of a text that defines the very term whose meaning a question asks for."""
RECITAL = 0.1
"""Taken from a recital's score: where an article says the same, the article is what binds."""


def added_by_rules(question: str, found: CandidateFeatures, texts: Callable[[list[int]], Sequence[str]]) -> Array:
    """``(n,)``: what the rules add to each candidate's score of 0 to 1. ``texts`` gives the words of some rows."""
    is_for_meaning = kind_of_question(question) is QuestionKind.DEFINITION  # "what are the duties of importers?" is not
    added: Array = np.where(is_for_meaning & (found.column("defined") > 0), DEFINED, 0.0)
    added = added + np.where(found.column("heading_recall") >= HEADING_SHARE, HEADED, 0.0)
    phrases = [" ".join(p.casefold().split()) for p in _PHRASE.findall(question)]
    if phrases:
        folded = [" ".join(text.casefold().split()) for text in texts(found.rows.tolist())]
        added = added + np.array([QUOTED * any(p in text for p in phrases) for text in folded])
    return added
