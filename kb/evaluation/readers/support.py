"""Estimates the probability that sentences of a source support the whole of a claim, by a logistic model over features.

The features are what a reader would check: whether the claim's rare words are in the source, whether a few sentences
contain most of them, whether a name or a number is missing, how well each word is matched in meaning, and how long the
claim is. The weights are trained by ``python -m benchmarks.training.support``; figures are in
``benchmarks/results/support.md``. English only. A high value is no proof: a claim that reverses a statement with one
word is not detected.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kb.data import table
from kb.evaluation.readers.alignment import match
from kb.models.logistic import Logistic
from kb.text.background_idf import background_idf, weight
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kb.evaluation.readers.alignment import TokenEncoder

ENCODERS = ("minilm", "e5")
CLOSE_READ = 16
"""The number of sentences that are compared by cosine: those with most of the claim's rare words."""
LONGEST_SENTENCE = 1_200
"""Characters of a sentence that are read; tables and lists without full stops are longer."""

_CAPITALISED_NAME = re.compile(r"(?<![.!?]\s)(?<!^)(?<!\w)[A-Z][\w'’.-]*")
_CLAIM_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NUMBER_WORD_DIGITS = dict(
    zip("zero one two three four five six seven eight nine ten eleven twelve".split(), map(str, range(13)), strict=True)
) | dict(zip("first second third fourth fifth sixth seventh".split(), "1234567", strict=True))


def numbers(text: str, *, in_words: bool = False) -> set[str]:
    """The numbers of a text in one form ("1,200.0" and "1200" are one); with small ones written as words."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    found = {re.sub(r"\.0+$", "", n) for n in _CLAIM_NUMBER.findall(plain)}
    return (
        found | {_NUMBER_WORD_DIGITS[w] for w in re.findall(r"[a-z]+", plain) if w in _NUMBER_WORD_DIGITS}
        if in_words
        else found
    )


def variant(encoders: Collection[str]) -> str:
    """The name of the model for the encoders at hand: "words", "minilm", "e5" or "minilm+e5"."""
    return "+".join(name for name in ENCODERS if name in encoders) or "words"


@lru_cache(maxsize=4)
def support_weights(name: str) -> Logistic:
    """The shipped weights of a variant."""
    return Logistic.read(table("support")[name])


def support(claim: str, sentences: Sequence[str], encoders: Mapping[str, TokenEncoder] | None = None) -> float:
    """The probability that the sentences support the whole claim: 0 to 1.

    :param sentences: the evidence in its order: a page, or only what is cited.
    :param encoders: by short name ("minilm", "e5"); without any, words alone are compared.
    """
    if not claim.strip() or not any(s.strip() for s in sentences):
        return 0.0
    encoders = encoders or {}
    return support_weights(variant(encoders)).probability(support_features(claim, sentences, encoders))


def support_features(claim: str, sentences: Sequence[str], encoders: Mapping[str, TokenEncoder]) -> dict[str, float]:
    """The measures, by name; those of an encoder start with its short name."""
    terms = list(dict.fromkeys(tokens(claim)))
    held = [set(tokens(s)) for s in sentences]
    page = set().union(*held)
    total = weight(terms) or 1.0
    gains = np.array([weight(t for t in terms if t in s) for s in held])
    names = {t for m in _CAPITALISED_NAME.finditer(claim) for t in tokens(m.group())}
    stated = numbers("\n".join(sentences), in_words=True)
    near = set().union(*(held[i] for i in np.argsort(-gains, kind="stable")[:6]))
    common = [t for t in terms if t not in names and not t[0].isdigit()]
    out = {
        "covered": weight(t for t in terms if t in page) / total,
        "covered_by_one": float(gains.max()) / total,
        "covered_by_three": _greedy(terms, held, 3) / total,
        "covered_by_window": _window(terms, held, 5) / total,
        "missing": weight(t for t in terms if t not in page),
        "rarest_missing": max((background_idf(t) for t in terms if t not in page), default=0.0),
        "missing_names": float(sum(t not in page for t in names)),
        "missing_common_near": weight(t for t in common if t not in near) / (weight(common) or 1.0),
        "missing_number": float(bool(numbers(claim) - stated)),
        "length": math.log(1 + len(terms)),
        "weight": total,
    }
    read = [sentences[i][:LONGEST_SENTENCE] for i in np.argsort(-gains, kind="stable")[:CLOSE_READ]]
    for name, encoder in encoders.items():
        found = match(claim, read, encoder)
        together, in_one = found.mean_of_best(), found.best_single_text()
        out |= {
            f"{name}_words": together,
            f"{name}_spread": together - in_one,
            f"{name}_weakest": float(np.mean([c for _, c in found.weakest(4)] or [0.0])),
        }
    return out


def _greedy(terms: Sequence[str], held: Sequence[set[str]], n: int) -> float:
    """The weight of the terms that the ``n`` sentences hold that together hold most, chosen one after the other."""
    left, found = set(terms), 0.0
    for _ in range(n):
        gained = [weight(sorted(left & s)) for s in held]
        best = int(np.argmax(gained))
        found += gained[best]
        left -= held[best]
    return found


def _window(terms: Sequence[str], held: Sequence[set[str]], n: int) -> float:
    """The weight of the terms that the best ``n`` sentences in a row hold."""
    wanted = set(terms)
    return max(weight(sorted(wanted & set().union(*held[i : i + n]))) for i in range(max(1, len(held) - n + 1)))
