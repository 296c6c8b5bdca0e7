"""Computes the features from which the learned choice of sentences is made (:mod:`kb.answering.sentence_choice`). Pure.

Each feature measures how well a sentence fits the question in one respect: its cosines, the words that it shares with
the question, the score of its passage, whether it contains the number, sum or time that is asked for.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kb.answering.asked_values import MONEY_GIVEN, SUM_ASKED
from kb.query.exceptions_asked import asks_for_exception
from kb.text.korean_units import korean_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.answering.sentence_selection import SentenceCandidate
    from kb.types import Array

CHOSEN_BY = (
    "cosine",
    "held",
    "passage",
    "states_nothing",
    "tuned_behind",
    "holds_rarest",
    "has_value",
    "lacks_value",
)

_NUMBER = r"(?<![\w.(/-])\d+(?:[.,]\d+)*(?![\w)]|\.\d|\.\s)"
_NUMBER_WORD = r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|half|third)\b"
_PERIOD = r"(?:minutes?|hours?|days?|weeks?|months?|years?)"
_KOREAN_PERIOD = korean_units("년", "월", "일", "주", "시간", "분", "개월", "달", of_time=True)
_OF_TIME = re.compile(
    rf"(?:\d+|{_NUMBER_WORD}|\bcalendar|\bbusiness|\bworking)\)?[ -](?:\w+ )?{_PERIOD}\b"
    rf"|\b(?:annual|month|week|dai|quarter|year)ly\b|\b(?:every|each|per|once an?|twice an?) (?:\w+ )?{_PERIOD}\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
    r"|\b(?:1[89]|20)\d\d\b|\b(?:immediately|without (?:undue )?delay|promptly)\b"
    rf"|\d+ ?{_KOREAN_PERIOD}|매(?:년|월|주|일|분기)|(?:분기|반기|학기|해|달|주)마다|즉시|지체 없이",
    re.IGNORECASE,
)
POINT_IN_TIME = re.compile(
    rf"\b(?:within|after|before|in|every|each|than|until) (?:\w+ ){{0,3}}?"
    rf"(?:\d+|{_NUMBER_WORD})?\)? ?(?:\w+ )?{_PERIOD}\b|{_PERIOD} (?:after|before|following|from)\b"
    r"|\b(?:before|until|upon|by|from|on) the (?:day|date|start|end|beginning|first|last)\b|\bas soon as\b"
    r"|\b(?:no|not) later than\b|\bat the (?:end|beginning|start|time|latest)\b|\b(?:immediately|promptly|at once)\b"
    r"|\bwithout (?:undue )?delay\b|\b(?:annual|month|week|dai|quarter|year)ly\b|\b(?:1[89]|20)\d\d\b|\b(?:Mon|Tues"
    r"|Wednes|Thurs|Fri|Satur|Sun)days?\b|\b(?:January|February|March|April|June|July|August|September|October|November"
    r"|December)\b|\b(?:by|on|in|from) May\b"
    rf"|\d+ ?{_KOREAN_PERIOD} ?(?:안|이내|내|전|후|뒤|까지|부터|마다|째)"
    r"|\d+월|(?:19|20)\d\d ?년|까지|부터|즉시|지체 없이|매(?:년|월|주|일|분기)|마다",
    re.IGNORECASE,
)
"""A point in time, as "when" asks for: a term of six years is none."""
_KOREAN_COUNTER = korean_units("가지", "개", "명", "곳", "나라", "퍼센트")
_OF_COUNT = re.compile(
    rf"(?:{_NUMBER}|{_NUMBER_WORD})(?![ -](?:\w+ )?{_PERIOD}\b)|%|\bper ?cent\b"
    rf"|[한두세네] ?{_KOREAN_COUNTER}|\d+ ?(?:{_KOREAN_COUNTER}|메가|기가|MB|GB)",
    re.IGNORECASE,
)
_VALUES = (
    (
        re.compile(
            r"^when (?!(?:should|may|can|could)\b)|\b(?:until|since|by|from) when\b"
            r"|\b(?:until|since|by|from|on) (?:which|what) (?:\w+ )?(?:date|day|time|month|year|moment|point)\b"
            r"|(?<!경우는 )(?<!경우가 )(?<!때는 )(?<!때가 )언제",
            re.IGNORECASE,
        ),
        POINT_IN_TIME,
    ),
    (
        re.compile(
            r"\bhow (?:long|often|frequently|soon|quickly)\b"
            rf"|\bhow many (?:\w+ )?{_PERIOD}\b|\b(?:what|which) (?:date|day|year|month)\b|\bdeadlines?\b"
            r"|기한|며칠|날짜|몇 ?(?:년|월|일|주|시간|분(?:마다|이내| ?안|동안)|개월|달)"
            r"|얼마 ?동안|얼마나 (?:오래|자주)|(?:기간|임기)[은는이가]",
            re.IGNORECASE,
        ),
        _OF_TIME,
    ),
    (SUM_ASKED, MONEY_GIVEN),
    (
        re.compile(
            rf"\bhow many (?!(?:\w+ )?{_PERIOD}\b)|\bhow (?:old|large|big|high) (?:must|may|should|can|is|are)\b"
            r"|\bwhat (?:share|percentage|proportion|number|rate|majority)\b|\bper ?cent|\bby how much\b"
            r"|몇 ?(?:개(?!월)|명|나라|국|곳|가지|퍼센트|세|%)|몇 (?:표|석)|비율|(?:용량|메모리|크기)[^?]*얼마|얼마를",
            re.IGNORECASE,
        ),
        _OF_COUNT,
    ),
)
"""How a question asks for a time, a sum or a number, and how a sentence gives it."""


def money_asked(question: str) -> re.Pattern[str] | None:
    """How a sentence gives a sum of money, where a question asks for one; else ``None``. A sum is rarer than another
    number, and settles more."""
    return next((given for wanted, given in _VALUES if given is MONEY_GIVEN and wanted.search(question)), None)


_NUMBERED_BEFORE = re.compile(r"\s*(?:제\d+조(?:의\d+)?(?:\([^)]*\))?|\(?\d+(?:\.\d+)+[.)]?|\(?\d+[.)]|[①-⑳])\s")
"""The number of a paragraph before its words, which is no number that somebody asks for."""


def as_said(words: str) -> str:
    """The words of a sentence without the numbers of its article and paragraph before them."""
    while (mark := _NUMBERED_BEFORE.match(words)) is not None:
        words = words[mark.end() :]
    return words


_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|often)\b|^when (?:does|do|will|is|are) |몇|며칠|얼마|언제", re.IGNORECASE
)


def _values_asked(question: str) -> list[re.Pattern[str]]:
    """How sentences give the time, sum or number that a question asks for; empty where it asks for none."""
    if asks_for_exception(question) and not _ASKS_NUMBER.search(question):
        return []
    return [given for wanted, given in _VALUES if wanted.search(question)]


def _gives(values: Sequence[re.Pattern[str]], candidate: SentenceCandidate) -> bool:
    return any(given.search(as_said(candidate.words)) for given in values)


OF_TUNED, OF_VALUE, LACKS_VALUE = 0.15, 0.06, 0.03
"""What the cosine through the fine-tuned layers, behind the best one, counts for in publications of the catalog; and
what a sentence gains there that gives the time, sum or number asked for, and loses that gives none."""


def with_value_and_tuned(question: str, candidates: Sequence[SentenceCandidate]) -> list[SentenceCandidate]:
    """The sentences of the catalog's publications with what two features of the learned choice add to their sums."""
    nearest, asked = max((c.tuned for c in candidates), default=0.0), _values_asked(question)
    return [
        replace(
            c,
            fits=c.fits
            + OF_TUNED * (c.tuned - nearest)
            + bool(asked) * (OF_VALUE if _gives(asked, c) else -LACKS_VALUE),
        )
        for c in candidates
    ]


def choice_features(question: str, candidates: Sequence[SentenceCandidate], terms: Mapping[str, float]) -> Array:
    """``(len(candidates), len(CHOSEN_BY))`` float64; ``terms`` are the question's index terms with their rarity."""
    anywhere = frozenset().union(*(c.held for c in candidates))
    top = max((terms[t] for t in anywhere), default=0.0)
    rarest = frozenset(t for t in anywhere if terms[t] >= 0.999 * top)
    nearest = max((c.tuned for c in candidates), default=0.0)
    asked = _values_asked(question)
    rows = []
    for c in candidates:
        has_value = _gives(asked, c)
        rows.append(
            (
                c.cosine,
                c.coverage,
                c.passage_score,
                float(c.is_none),
                c.tuned - nearest,
                float(not rarest.isdisjoint(c.held)),
                float(has_value),
                float(bool(asked) and not has_value),
            )
        )
    out: Array = np.array(rows, dtype=np.float64).reshape(len(candidates), len(CHOSEN_BY))
    return out
