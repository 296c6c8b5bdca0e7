"""The learned choice of sentences: a linear model that orders the sentences of found passages. Pure.

It decides which sentence is quoted first, and never whether a question is answered. Its weights over the features of
:mod:`kb.answering.sentence_features` are trained by ``python -m benchmarks.training.sentences`` on sentences that
contain judged answers.

The weights for the form of sentence that a question asks for (:mod:`kb.answering.asked_forms`) are set by hand: only
one in thirty of the training questions asks for an exception, a prohibition or the persons whom a rule is for.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.answering.asked_forms import (
    form_asked,
    is_transitional,
    number_of_counted,
    only_announces,
    only_names,
    only_qualifies,
    permission_asked,
    way_asked,
)
from kb.answering.sentence_features import CHOSEN_BY, as_said, choice_features, money_asked
from kb.data import table
from kb.errors import ConfigError
from kb.types import notice

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence

    from kb.answering.sentence_selection import SentenceCandidate
    from kb.types import Array

AHEAD_OF_NEXT = 1.0001
"""The score of the chosen sentence is this many times the greatest weighted sum."""

HAS_FORM = 1.8
"""Added to the log odds of a sentence that has the form which the question asks for."""
PERMITS = 0.9
"""Added to the log odds of a sentence that says that something may be done or may not, where that is asked for: many
sentences do."""
TELLS_WAY = 0.7
"""Added to the log odds of a sentence that says how something is done, where that is asked for."""
ANNOUNCES = 1.0
"""Subtracted from the log odds of a sentence that only states the purpose of its document, or gives an example."""
BACKGROUND = 0.7
"""Subtracted from the log odds of a sentence of a preface, of background, of a title page or of a glossary."""
TRANSITIONAL = 1.5
"""Subtracted from the log odds of a sentence only for what was there before a rule came into force."""
QUALIFIES = 0.7
"""Subtracted from the log odds of a sentence that only says who may claim something."""
NAMES_ONLY = 1.5
"""Subtracted from the log odds of a point of a list that is a name alone."""
QUESTION_ITSELF = 2.0
"""Subtracted from the log odds of a sentence that asks something: its answer, the sentence behind it, gets them."""

MOST_READ, NEARLY_AS_GOOD = 4, 0.5
"""How many sentences are read with the question at most, and how far behind the best their log odds may be."""
WEIGHT_OF_READING = 0.5
"""The weight of a reader's score beside the log odds."""

WEIGHTS = "sentences"
"""The shipped weights, a table of :mod:`kb.data`."""


def read_weights(stored: Mapping[str, Any], file: str = f"{WEIGHTS}.json") -> Array:
    """``(len(CHOSEN_BY),)``: the weights of the JSON object of a file.

    :raises ConfigError: the object is of other features, or has no weight for each.
    """
    try:
        names: tuple[object, ...] = tuple(stored["names"])
        weights: Array = np.array(stored["weights"], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(notice("sentence weights unreadable", file=file, why=repr(error))) from error
    if names != CHOSEN_BY or weights.shape != (len(CHOSEN_BY),):
        raise ConfigError(notice("sentence weights others", file=file, features=", ".join(CHOSEN_BY)))
    return weights


@lru_cache(maxsize=1)
def sentence_weights() -> Array:
    """The shipped weights."""
    return read_weights(table(WEIGHTS))


def choose_sentences(
    question: str,
    candidates: Sequence[SentenceCandidate],
    terms: Mapping[str, float],
    weights: Array | None = None,
    form: re.Pattern[str] | None = None,
    bonus: Callable[[SentenceCandidate], float] = lambda _: 0.0,
    read: Callable[[Sequence[SentenceCandidate]], Array | None] = lambda _: None,
) -> list[SentenceCandidate]:
    """The sentences, one of which the model has chosen: its score is set above all others, which keep their weighted
    sums.

    On held-out questions the model finds the first sentence better than the weighted sum does, and further places no
    better. ``terms`` are the question's index terms with their rarity, ``weights`` the shipped ones unless given.
    ``form`` matches sentences that have what is asked for, and counts beside a form of
    :mod:`kb.answering.asked_forms`. ``bonus`` is added to a sentence's log odds; minus infinity excludes the sentence
    from the first place. ``read`` scores sentences nearly as good as the best by reading each with the question, or
    gives ``None``.
    """
    if not candidates:
        return []
    odds = choice_features(question, candidates, terms) @ (sentence_weights() if weights is None else weights)
    forms = [
        each
        for each in (form_asked(question), form, number_of_counted(question), money_asked(question))
        if each is not None
    ]
    permits, way = permission_asked(question), way_asked(question)
    for n, c in enumerate(candidates):
        odds[n] += PERMITS * (permits is not None and permits.search(c.words) is not None)
        odds[n] += TELLS_WAY * (way is not None and way.search(as_said(c.words)) is not None)
        odds[n] += HAS_FORM * sum(each.search(as_said(c.words)) is not None for each in forms)
        odds[n] -= ANNOUNCES * only_announces(question, c.words) + TRANSITIONAL * is_transitional(question, c.words)
        odds[n] -= QUALIFIES * only_qualifies(question, c.words) + NAMES_ONLY * only_names(c.words)
    odds = answers_rather_than_questions(odds, candidates)
    added = np.array([bonus(c) for c in candidates])
    odds = odds + np.where(np.isfinite(added).any(), added, 0.0)
    best = read_again(odds, lambda near: read([candidates[n] for n in near]))
    lead = AHEAD_OF_NEXT * max(c.weighted for c in candidates)
    return [replace(c, chosen=lead) if n == best else c for n, c in enumerate(candidates)]


def answers_rather_than_questions(odds: Array, candidates: Sequence[SentenceCandidate]) -> Array:
    """The log odds with those of each sentence that asks something handed on to the sentence behind it, as in a list of
    questions with their answers: the question has the words that are asked for, and says nothing."""
    at = {(c.passage, c.place): n for n, c in enumerate(candidates)}
    out = odds.copy()
    for n, c in enumerate(candidates):
        if not c.words.rstrip("\"”’') ").endswith("?"):
            continue
        out[n] -= QUESTION_ITSELF
        behind = at.get((c.passage, c.place + 1))
        if behind is not None and not candidates[behind].words.endswith("?"):
            out[behind] = max(out[behind], odds[n])
    return out


def read_again(odds: Array, read: Callable[[Sequence[int]], Array | None]) -> int:
    """The number of the best sentence by its log odds and, among those nearly as good as the best, by reading.

    ``read`` gives the scores of some sentences by their numbers, or ``None`` where it cannot read them.
    """
    first = np.argsort(-odds, kind="stable")[:MOST_READ]
    near = first[odds[first] >= odds[first[0]] - NEARLY_AS_GOOD]
    scores = read(near.tolist()) if len(near) > 1 else None
    return int(first[0] if scores is None else near[np.argmax(odds[near] + WEIGHT_OF_READING * scores)])
