"""Estimates the probability that the results of a search contain an answer, by a logistic model over features. Pure.

The features are what a reader would look at: the cosine of the best sentences to the question; the share of the
question's rare words in them and in their passages; whether a rare word, name or number of the question is in no
result; whether an amount, a sum of money or a date is asked for and none is in the best sentences; how far the best
result stands out. For publications of the catalog one more feature is computed from the question alone
(:func:`answered_by_catalog`). The weights are trained by ``python -m benchmarks.training.refusal`` on questions of our
own; figures are in ``benchmarks/results/refusal.md``.
"""

from __future__ import annotations

import math
import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.answering.asked_values import ASKED, asks_for, gives_count, is_asked_and_not_given
from kb.data import table
from kb.models.logistic import Logistic
from kb.records import dataclass
from kb.text.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

BEST = 5
"""Sentences looked at closely."""
VALUE_IN = 2
"""Sentences in which an amount, a sum or a date that is asked for must stand."""

READABLE_TERMS = 2
"""Translated terms from which their share in a text of the other language tells something."""
COUNTED_IN = 8
"""Passages in which a number that is asked for may stand."""

_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w-]*\w\b")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARK = re.compile(
    r"^\W*\w{1,3}[.)] |\[\d+\]|\((?:\d+|[a-z])\)|"
    r"\b(?:Articles?|Annex|paragraphs?|Section|Chapter|Principle|pp?\.) [\d.,()a-z]+"
)
"""Numbers that only count points or point elsewhere."""
_SIGHT = re.compile(
    r"\bcolou?rs?\b|\b(?:picture|photo|image|icon|logo|stamp|figure|chart|graph|diagram|map|slide)s?\b|\bwearing\b"
    r"|\bpage \d|색|그림|사진|도표|아이콘",
    re.I,
)
"""Questions about how a page looks; text rarely answers them."""
_DETAIL = re.compile(
    r"\b(?:exact(?:ly)?|precise(?:ly)?|specific|verbatim|template|vendors?|brands?|commercial|by name|algorithm|wording"
    r"|cheapest|telephone|phone|e-?mail|(?:the|which|what|mail|web|postal) address|website|url|link)\b"
    r"|정확(?:한|히)|구체적|어느 회사|어떤 (?:제품|도구|업체|알고리즘)|서식|양식|전화|이메일|주소|웹사이트",
    re.I,
)
"""Details that guidance seldom goes into."""
_SEVERAL = re.compile(
    r"\b(?:how many more|how much (?:more|greater|higher|lower)|difference|compared|(?:high|low)est)\b"
    r"|\b(?:more|higher) than\b"
    r"|비교|차이|가장 (?:높|낮|많|적)",
    re.I,
)
"""Phrases that ask for a result that must be worked out from several values."""


@dataclass(frozen=True, slots=True)
class Find:
    """A sentence or passage in the results: its text, and its cosine to the question (0 if none was computed)."""

    words: str
    cosine: float = 0.0


class FeatureSet(Enum):
    """The features that a decision uses.

    ``WORDS``: words alone. ``SENSE``: words and cosines, for texts without a catalog. ``CATALOG``: also features of the
    catalog's publications, which the training data knows: the subjects that they answer, and the scores that the
    trained ranker gives to passages with an answer. ``ADDED``, for any other document: the result of the ``CATALOG``
    decision, corrected by whether the document contains the question's words and the kind of value that is asked for.
    """

    WORDS = "words"
    SENSE = "sense"
    CATALOG = "catalog"
    ADDED = "added"


@lru_cache(maxsize=len(FeatureSet))
def decision_weights(basis: FeatureSet) -> Logistic:
    """The shipped weights."""
    return Logistic.read(table("refusal")[basis.value])


@lru_cache(maxsize=1)
def publications_learned() -> frozenset[str]:
    """The editions about which the training of :attr:`FeatureSet.CATALOG` had questions."""
    return frozenset(table("refusal")["learned"])


def odds_as_of_catalog(features: Mapping[str, float]) -> float:
    """The log odds of an answer by the weights for the catalog's publications, which hold for other documents with
    corrections (:attr:`FeatureSet.ADDED`)."""
    weights = decision_weights(FeatureSet.CATALOG)
    odds = weights.bias + sum(weights.parts(features).values())
    return max(-FARTHEST_ODDS, min(FARTHEST_ODDS, odds))


FARTHEST_ODDS = 9.0
"""Log odds beyond which no difference is made."""


def confidence(features: Mapping[str, float], basis: FeatureSet) -> float:
    """The probability that the results contain an answer: 0 to 1."""
    return decision_weights(basis).probability(features)


def threshold(basis: FeatureSet) -> float:
    """The probability from which a question is answered, set in training."""
    return decision_weights(basis).threshold


def is_answerable(features: Mapping[str, float], basis: FeatureSet) -> bool:
    """Whether :func:`confidence` reaches the operating point set in training."""
    return confidence(features, basis) >= threshold(basis)


def answered_by_catalog(vector: Sequence[float]) -> float:
    """The log odds that the publications of the catalog answer a question, from its vector by the packaged encoder.

    It is trained on questions that they answer and on others that they do not: about amounts, dates and vendors, laws
    of other countries, other subjects. It knows nothing about documents that a user adds.
    """
    weights = _asked()
    return weights[-1] + sum(w * float(x) for w, x in zip(weights, vector, strict=False))


@lru_cache(maxsize=1)
def _asked() -> tuple[float, ...]:
    return tuple(table("refusal")["asked"])


def answerability_features(
    question: str,
    passages: Sequence[Find],
    sentences: Sequence[Find],
    terms: Mapping[str, float],
    tokenise: Callable[[str], list[str]],
    translated: Collection[str] = (),
) -> dict[str, float]:
    """The features of the results of a search.

    :param passages: in the order of the search, best first; ``sentences``: the sentences of these passages, best first.
    :param terms: the question's index terms with their rarity in the index; ``translated`` are those of them that are
        in the other language.
    """
    total = sum(terms.values()) or 1.0
    top = max(terms.values(), default=1.0) or 1.0
    in_passages = [set(tokenise(p.words)) for p in passages]
    in_sentences = [set(tokenise(s.words)) for s in sentences[:BEST]]
    anywhere = set().union(*in_passages)
    absent = {t: w for t, w in terms.items() if t not in anywhere}
    cosines = sorted((s.cosine for s in sentences), reverse=True) or [0.0]
    near = sorted((p.cosine for p in passages), reverse=True) or [0.0]
    text = " ".join(p.words for p in passages)
    best = " ".join(_MARK.sub("", s.words) for s in sentences[:VALUE_IN])
    folded = text.casefold()
    foreign = bool(text) and language_of(question) != language_of(text)
    readable = {t: w for t, w in terms.items() if t in translated} if foreign else {}
    readable = readable if len(readable) >= READABLE_TERMS else {}
    names = [n for n in _NAME.findall(question) if len(n) > 1]
    out = {
        "near": cosines[0],
        "near_three": sum(cosines[:3]) / len(cosines[:3]),
        "near_passage": near[0],
        "stands_out": near[0] - near[-1],
        "held": max((_share(terms, s) for s in in_sentences), default=0.0),
        "held_passage": max((_share(terms, p) for p in in_passages), default=0.0),
        "held_readable": max((_share(readable or terms, s) for s in in_sentences), default=0.0),
        "held_together": _share(terms, set().union(*in_sentences)),
        "absent": sum(absent.values()) / total,
        "rarest_absent": max(absent.values(), default=0.0) / top,
        "absent_names": float(sum(n.casefold() not in folded for n in names)),
        "absent_numbers": float(sum(n not in text for n in _NUMBER.findall(question))),
        "foreign": float(foreign),
        # the number of rare words matched, not their share: no passage contains all words of a long question
        "held_weight": math.log1p(max((sum(w for t, w in terms.items() if t in p) for p in in_passages), default=0.0)),
        "asks_sight": float(bool(_SIGHT.search(question))),
        "asks_several": float(bool(_SEVERAL.search(question))),
        "asks_detail": float(bool(_DETAIL.search(question))),
        "no_counted": float(not gives_count(question, [_MARK.sub("", s.words) for s in sentences[:BEST]])),
    }
    for kind in ASKED:
        out[f"no_{kind}"] = float(is_asked_and_not_given(kind, question, best))
    out["asks_value"] = float(any(asks_for(k, question) for k in ("amount", "money", "date")))
    out["uncounted"] = float(not gives_count(question, [_MARK.sub("", p.words) for p in passages[:COUNTED_IN]]))
    out["asks_name"] = float(any(asks_for(k, question) for k in ("product", "person", "place")))
    missing = ("no_amount", "no_money", "no_date", "uncounted")
    out["value_missing"] = float(any(out[name] for name in missing))
    return out


def _share(terms: Mapping[str, float], found: set[str]) -> float:
    total = sum(terms.values())
    return sum(w for t, w in terms.items() if t in found) / total if total else 0.0
