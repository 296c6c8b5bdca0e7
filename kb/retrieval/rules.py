"""Fixed rules that are applied after the trained ranker: each adds to the score of texts with a certain property."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from kb.query.question_kinds import QuestionKind, kind_of_question
from kb.text.hangul import has_hangul

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
WORDED = 0.2
"""The bonus of a Korean text that has a Korean question's words as no other text has them: training knew hardly any
Korean texts, and prefers English ones that are near."""
WHOLLY, MOSTLY, FAR_AHEAD, MORE_SHARE = 0.95, 0.5, 2.0, 0.15
"""Such a text has the greater share (by IDF) of the pairs of neighbouring words and as much of the words, or the
greatest BM25 score; or the lesser share of the words, and so many times the BM25 score of any text that is not
Korean. Where one has so much more of the share than any of those, all Korean texts with more of it gain, so that their
own order stays."""
MOSTLY_KOREAN = 0.5
"""The share of Hangul from which a text is a Korean one; entries of the register, in two languages, have less."""
AS_WRITTEN = 0.25
"""The bonus of a text that has all words that a Korean question writes in Latin letters: they are taken from the text
that is meant ("stable로 바꾸려면")."""
RECITAL = 0.1
"""The penalty of a recital: if an article says the same, the article is binding and the recital is not."""


def added_by_rules(question: str, found: CandidateFeatures, texts: Callable[[list[int]], Sequence[str]]) -> Array:
    """``(n,)``: the sum of the bonuses of each candidate. ``texts`` gives the texts of rows."""
    is_for_meaning = kind_of_question(question) is QuestionKind.DEFINITION  # "what are the duties of importers?" is not
    added: Array = np.where(is_for_meaning & (found.column("defined") > 0), DEFINED, 0.0)
    added = added + np.where(found.column("heading_recall") >= HEADING_SHARE, HEADED, 0.0)
    added = added + np.where(_worded(found), WORDED, 0.0)
    phrases = [" ".join(p.casefold().split()) for p in _PHRASE.findall(question)]
    if phrases:
        folded = [" ".join(text.casefold().split()) for text in texts(found.rows.tolist())]
        added = added + np.array([QUOTED * any(p in text for p in phrases) for text in folded])
    asked = question.rpartition("\n")[2]  # before it stand the English terms of a Korean question
    if has_hangul(asked) and (written := {word.casefold() for word in _LATIN_WORD.findall(asked)}):
        read = [set(re.findall(r"[a-z][a-z0-9-]+", text.casefold())) for text in texts(found.rows.tolist())]
        added = added + np.array([AS_WRITTEN * len(written & words) / len(written) for words in read])
    return added


_LATIN_WORD = re.compile(r"(?<![\w-])(?=\w*[a-z])[A-Za-z][A-Za-z-]{3,}(?![\w-]*[a-z])")
"""A word in Latin letters and no abbreviation; a particle may stand behind it."""


def _worded(found: CandidateFeatures) -> Array:
    """``(n,)`` bool: the Korean candidates that have the words of a Korean question as no other candidate has them."""
    covered, words = found.column("coverage"), found.column("words_raw")
    korean = found.column("korean_text") >= MOSTLY_KOREAN
    others = float(np.max(np.where(korean, 0.0, words), initial=0.0))
    elsewhere = float(np.max(np.where(korean, 0.0, covered), initial=0.0))
    in_order = (found.column("pairs") >= WHOLLY) & ((covered >= WHOLLY) | (words >= np.max(words, initial=0.0)))
    far_ahead = (others > 0) & (words >= FAR_AHEAD * others)
    has_more = bool(np.any(korean & (covered >= max(MOSTLY, elsewhere + MORE_SHARE))))
    out: Array = (korean & (covered >= MOSTLY) & (in_order | far_ahead)) | (korean & (covered > elsewhere) & has_more)
    return out
