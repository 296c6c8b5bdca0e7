"""Estimates the probability that one given passage answers a question, by a logistic model over features.

The product itself decides over the result of a whole search (:mod:`kb.answering.answerability`). The weights are
trained by ``python -m benchmarks.training.refusal``; figures are in ``benchmarks/results/refusal.md``. English only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kb.data import table
from kb.evaluation.readers.alignment import match
from kb.evaluation.readers.support import variant
from kb.models.logistic import Logistic
from kb.text.background_idf import covered, weight
from kb.text.sentences import sentences as cut
from kb.text.tokens import STOP_WORDS, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.evaluation.readers.alignment import TokenEncoder

MAX_SENTENCES_READ = 40


@lru_cache(maxsize=4)
def answerable_weights(name: str) -> Logistic:
    """The shipped weights of a variant (:func:`kb.evaluation.readers.support.variant`)."""
    return Logistic.read(table("answerable")[name])


def answerable(
    question: str,
    title: str,
    passage: str,
    encoders: Mapping[str, TokenEncoder] | None = None,
    sentences: Sequence[str] = (),
) -> float:
    """The probability that the passage answers the question: 0 to 1.

    :param title: what the passage is about, as its document says; "" where that is not known.
    :param sentences: the passage's sentences, where they are known already.
    """
    if not question.strip() or not passage.strip():
        return 0.0
    encoders = encoders or {}
    return answerable_weights(variant(encoders)).probability(
        answerable_features(question, title, passage, encoders, sentences)
    )


def answerable_features(
    question: str,
    title: str,
    passage: str,
    encoders: Mapping[str, TokenEncoder],
    sentences: Sequence[str] = (),
) -> dict[str, float]:
    """The measures, by name; those of an encoder start with its short name."""
    parts = list(sentences or (passage[a:b] for a, b in cut(passage)))[:MAX_SENTENCES_READ] or [passage]
    terms = list(dict.fromkeys(tokens(question)))
    held, named = set(tokens(passage)), set(tokens(title))
    words = passage.split()
    out = {
        "covered": covered(terms, held),
        "covered_by_one": max(covered(terms, set(tokens(p))) for p in parts),
        "missing": weight(t for t in terms if t not in held and t not in named),
        # tables and lists of names have few function words, and seldom answer
        "prose": sum(w.lower() in STOP_WORDS for w in words) / max(1, len(words)),
    }
    for name, encoder in encoders.items():
        asked = encoder.encode_queries([question])[0]
        sense = (
            encoder.encode_sentences([f"{title}. {passage}" if title else passage, title or passage, *parts]) @ asked
        )
        best = np.sort(sense[2:])[::-1]
        found = match(question, parts, encoder, query=True)
        out |= {
            f"{name}_passage": float(sense[0]),
            f"{name}_title": float(sense[1]),
            f"{name}_best_two": float(best[:2].mean()),
            f"{name}_mean": float(best.mean()),
            f"{name}_words": found.mean_of_best(),
            f"{name}_words_in_one": found.best_single_text(),
        }
    return out
