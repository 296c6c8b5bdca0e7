"""Fixed rules that are applied after the trained ranker: each adds to the score of texts with a certain property."""

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
"""The bonus of a text that contains a phrase which the question has in double quotation marks."""
HEADING_SHARE, HEADED = 0.7, 0.15
"""The least share (by IDF) of the question's terms in a text's heading, and the bonus of such a text."""
DEFINED = 1.0
"""The bonus of a text that defines the term whose meaning a question asks for."""
WHOLLY_WORDED, WORDED = 0.95, 0.15
"""The least share (by IDF) of a Korean question's words, and of its pairs of neighbouring ones, in a Korean text, and
the bonus of such a text: training knew hardly any Korean texts, and prefers English ones that are near."""
MOSTLY_KOREAN = 0.5
"""The share of Hangul from which a text is a Korean one; entries of the register, in two languages, have less."""
RECITAL = 0.1
"""The penalty of a recital: if an article says the same, the article is binding and the recital is not."""


def added_by_rules(question: str, found: CandidateFeatures, texts: Callable[[list[int]], Sequence[str]]) -> Array:
    """``(n,)``: the sum of the bonuses of each candidate. ``texts`` gives the texts of rows."""
    is_for_meaning = kind_of_question(question) is QuestionKind.DEFINITION  # "what are the duties of importers?" is not
    added: Array = np.where(is_for_meaning & (found.column("defined") > 0), DEFINED, 0.0)
    added = added + np.where(found.column("heading_recall") >= HEADING_SHARE, HEADED, 0.0)
    worded = np.minimum(found.column("coverage"), found.column("pairs")) >= WHOLLY_WORDED
    added = added + np.where(worded & (found.column("korean_text") >= MOSTLY_KOREAN), WORDED, 0.0)
    phrases = [" ".join(p.casefold().split()) for p in _PHRASE.findall(question)]
    if phrases:
        folded = [" ".join(text.casefold().split()) for text in texts(found.rows.tolist())]
        added = added + np.array([QUOTED * any(p in text for p in phrases) for text in folded])
    return added
