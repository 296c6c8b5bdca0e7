"""Finds what a question asks for that no passage contains: a country, a product, a figure, a coming day. Such a
question is refused.

The trained decision (:mod:`kb.answering.answerability`) measures how similar the results are to the question. It cannot
know that similar sentences are no answer if the question wants a percentage and none of them has one, or asks what one
country requires and none of them names that country. These rules cover such cases. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.answering.asked_values import MONEY_GIVEN, asks_for_sum
from kb.answering.sentence_features import POINT_IN_TIME
from kb.catalog.catalog import corpus_dir
from kb.catalog.faults import at_line
from kb.errors import ConfigError
from kb.query.abbreviations import long_forms
from kb.text.korean_units import korean_units
from kb.text.quantities import ENGLISH_MONTH
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.query.query import Query

COUNTRIES_FILE = "countries.tsv"
COUNTRY_COLUMNS = ("english", "korean")
SENTENCES_READ = 3
"""Sentences, best first, in which a figure that is asked for must stand."""
LAST_DAY_IN = 6
"""Sentences, best first, in which a point in time must stand where a last day is asked for."""

_PERCENTAGE_ASKED = re.compile(
    r"\bper ?cent\b|\bpercentages?\b|\bwhat proportion\b"
    r"|퍼센트|몇 ?%|백분율|(?:비|점유|세)율(?:은|이|을|의)?(?: 상한은| 하한은)? ?(?:몇|얼마)",
    re.IGNORECASE,
)
_PERCENTAGE = re.compile(r"%|\bper ?cent\b|퍼센트|\bpor ciento\b|\b(?:half|third|quarter|majority)\b", re.IGNORECASE)
_FIGURE_ASKED = re.compile(
    r"\bnumeric(?:al)?\b|\bwhat (?:exact )?(?:number|figure|score|threshold) (?:of|does|must|is)\b|\bin figures\b"
    r"|수치(?:로|상)|몇 ?점|숫자로",
    re.IGNORECASE,
)
_ANY_FIGURE = re.compile(
    r"(?<![\w.(])\d+(?:[.,]\d+)*(?![\w)]|[.]\d)|\b(?:two|three|four|five|six|seven|eight|nine|ten|half)\b",
    re.IGNORECASE,
)
_PAST_DAY_ASKED = re.compile(
    r"^(?!.*\b(?:force|appl(?:y|ied|icable|ication))\b).*\bon (?:which|what) (?:\w+ )?(?:date|day) (?:did|was|were)\b"
    r"|^(?!.*(?:시행|발효|적용)).*(?:며칠|몇 ?일)(?:날)?에 (?:[가-힣]+ ){0,3}?"
    r"[가-힣]+(?<=[았었했됐렸졌쳤났갔왔냈])[나습는을던]",
    re.IGNORECASE,
)
"""On which day something was done; the day that a rule applies from is read from tables."""
_DAY = re.compile(
    rf"\d ?월 ?\d{{1,2}} ?일|\b\d{{4}} ?[-./] ?\d{{1,2}} ?[-./] ?\d{{1,2}}\b"
    rf"|\b(?:{ENGLISH_MONTH}) \d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{ENGLISH_MONTH})",
    re.IGNORECASE,
)
_SUM_OR_SHARE = re.compile(
    rf"{MONEY_GIVEN.pattern}|{_PERCENTAGE.pattern}|(?<![\d.,])\d{{1,3}}(?:[,'’ ]\d{{3}})+(?!\d)|[€£$¥₩]"
    r"|\b(?:RM|pounds sterling|pence|cents|baht|pesos?|rubles?|yuan|crowns?|kron(?:er|or|a))\b"
    r"|\bfree\b|\bno (?:cost|charge|fees?)\b|\bwithout charge\b|\bin full\b"
    r"|\b(?:double|twice|full|actual|reasonable) (?:\w+ )?(?:costs?|fees?|expenses?|amount|salary|pay|price)\b"
    r"|\b(?:months?|weeks?|days?|years?)['’]? (?:of )?(?:\w+ )?(?:salary|pay|wages?|rent)\b"
    r"|무료|무상|전액|실비|절반|[두세\d] ?배",
    re.IGNORECASE,
)
"""A sum of money, a share of one, or words that say how much without a number."""
_HOW_MUCH = re.compile(r"\bhow much\b|얼마", re.IGNORECASE)
_LAST_DAY_ASKED = re.compile(
    r"\b(?:by|before|until) (?:which|what) (?:\w+ )?(?:date|day|month|year)\b|(?:며칠|몇 ?[월년])까지", re.IGNORECASE
)
"""Asks for a day of the calendar; "by when" and "언제까지" may ask for what must come after."""
_COMING_DAY_ASKED = re.compile(
    r"^when will\b.*\b(?:next|revis|updat|publish|issu|releas|come out|replac|withdraw)"
    r"|\bwhen (?:is|are)\b.*\bnext\b.*\b(?:edition|version|revision|review|update)\b"
    r"|(?:다음|차기)[^?]*언제[^?]*(?:개정|발간|발표|공표|출간)|언제[^?]*(?:다시 ?개정|개정하|개정될|발간될|출간될)",
    re.IGNORECASE,
)
_COMING_DAY = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:every|each|within|than) \w+ (?:years?|months?|weeks?|days?)\b"
    rf"|\d+ ?{korean_units('년', '개월', '주', '일', of_time=True)}|매 ?\d",
    re.IGNORECASE,
)
_REVISES = re.compile(r"\b(?:next|revis|review|updat|amend|replac|edition)|개정|검토|재검토|갱신|다시", re.IGNORECASE)
"""What a sentence speaks of that gives a coming day, and not the day when a text was adopted."""
_FINE_ASKED = re.compile(
    r"\b(?:what|which|how (?:much|high|large)|maximum|highest)\b.*\b(?:fines?|penalt(?:y|ies))\b|과태료|과징금|벌금",
    re.I,
)
_SUM_OF_FINE_ASKED = re.compile(
    r"\b(?:what|which)(?: (?:is|are|would be|will be))?(?: (?:the|an?))?(?: [\w-]+){0,3}? (?:fines?|penalt(?:y|ies))\b"
    r"|\bhow (?:much|high|large|big)\b.*\b(?:fines?|penalt(?:y|ies))\b|\b(?:maximum|highest) (?:\w+ )?(?:fines?|penalt)"
    r"|과태료|과징금|벌금",
    re.I,
)
"""Asks for the fine itself, and not what else happens when one is set."""
_FINE_GIVEN = re.compile(
    r"\bfin(?:es?|ed)\b|\bpenalt(?:y|ies)\b|\bsanctions?\b|과태료|과징금|벌금|벌칙|제재|처벌", re.I
)
_ACRONYM_OR_BRAND = re.compile(r"(?<![\w-])(?:[A-Z]{3,6}|[A-Z][a-z]+[A-Z]\w+)(?![\w-])")
_LATIN_NAME = re.compile(r"(?<![A-Za-z-])[A-Z][A-Za-z]{2,}(?![A-Za-z])")
_EVERYDAY = frozenset(
    "CEO CTO CFO CIO CISO DPO LLM LLMS SME SMES PDF FAQ GPU API USA CCTV DNA KPI SLA RAG MSP SaaS AND NOT GenAI DevOps "
    "DevSecOps MLOps MoU MoUs".split()
)
"""Short forms that a question uses where texts say it in words."""
_KOREAN_LETTER = re.compile(r"[가-힣]")


def states_fine_asked(question: str, sentence: str) -> bool:
    """Whether a question asks for a fine, and a sentence speaks of fines and gives a sum."""
    asked = _SUM_OF_FINE_ASKED.search(question) is not None and _LESSENED.search(question) is None
    return asked and _FINE_GIVEN.search(sentence) is not None and _SUM.search(sentence) is not None


_LESSENED = re.compile(
    r"\b(?:reduc|lower|lenien|waive|exempt|mitigat)\w*|깎|감경|감면|경감|낮춰|면제|유예|봐주", re.IGNORECASE
)
"""Asks whether a fine is made less, which a sum does not answer."""
_SUM = re.compile(
    r"\d[\d.,]*\s?(?:%|per cent|million|billion|euros?|dollars?|won|francs?|EUR|USD|CHF|KRW|[천백십]?만 ?원|억 ?원|원)"
    r"|(?:EUR|USD|CHF|KRW|€|\$|£|₩)\s?\d",
    re.IGNORECASE,
)


def countries_named(text: str) -> list[tuple[str, ...]]:
    """The countries that a text names, each by all of its names, including those of its people and language."""
    return [names for names, pattern in _countries() if pattern.search(text)]


def names_country(text: str, names: Sequence[str]) -> bool:
    """Whether a text names a country by one of its names."""
    return _pattern(tuple(names)).search(text) is not None


def countries_asked(query: Query) -> list[tuple[str, ...]]:
    """The countries that a question asks about; none if it names a publication, because then it asks about that."""
    return [] if query.scopes or query.numbered else countries_named(query.text)


def is_lacking(
    query: Query, sentences: Sequence[str], passages: Sequence[str], knows: Callable[[str], bool] = lambda _: False
) -> bool:
    """Whether no result contains what the question asks for by kind or by name.

    ``sentences`` and ``passages`` are the texts of the results, best first, with headings. ``knows`` tells whether
    other texts of the library have a name; such a name does not count as lacking, because results may paraphrase it.
    """
    best = " ".join(sentences[:SENTENCES_READ])
    if _PERCENTAGE_ASKED.search(query.worded) and not _PERCENTAGE.search(best):
        return True
    if _FIGURE_ASKED.search(query.worded) and not _ANY_FIGURE.search(best):
        return True
    said = sentences[:SENTENCES_READ]
    asks_coming = not query.numbered and _COMING_DAY_ASKED.search(query.worded) is not None
    if asks_coming and not any(_COMING_DAY.search(each) and _REVISES.search(each) for each in said):
        return True
    fine_asked = _FINE_ASKED.search(query.worded) is not None
    how_much = asks_for_sum(query.worded) and _HOW_MUCH.search(query.worded) is not None and not fine_asked
    if how_much and not any(map(_SUM_OR_SHARE.search, passages)):
        return True
    if _LAST_DAY_ASKED.search(query.worded) and not any(map(POINT_IN_TIME.search, sentences[:LAST_DAY_IN])):
        return True
    if fine_asked and not any(map(_FINE_GIVEN.search, passages)):
        return True
    if _PAST_DAY_ASKED.search(query.worded) and not any(map(_DAY.search, passages)):
        return True
    if query.compares:  # a missing side of a comparison is reported, and the other side is answered
        return False
    whole = " ".join(passages).casefold()
    if any(not any(names_country(p, names) for p in passages) for names in countries_asked(query)):
        return True
    return any(name.casefold() not in whole and not knows(name.casefold()) for name in _own_names(query))


def _own_names(query: Query) -> list[str]:
    """The names in a question that are not names of its scopes: acronyms, names with a capital inside ("DeepSeek"), and
    any Latin name in a Korean question."""
    rest = query.text
    for start, end in sorted({s.span for s in query.scopes} | {r.span for r in query.references}, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    if rest.isupper() and not _KOREAN_LETTER.search(rest):
        return []
    pattern = _LATIN_NAME if _KOREAN_LETTER.search(rest) else _ACRONYM_OR_BRAND
    found = (name for name in pattern.findall(rest) if name not in _EVERYDAY and not long_forms(name))
    return list(dict.fromkeys(found))


def parse_countries(text: str, name: str) -> list[tuple[str, ...]]:
    """The names of countries in a file's text; ``name`` is for messages.

    :raises ConfigError: another header, or a line of another form.
    """
    lines = text.splitlines()
    if not lines or tuple(lines[0].split("\t")) != COUNTRY_COLUMNS:
        raise ConfigError(at_line(name, 1, notice("table columns", columns=", ".join(COUNTRY_COLUMNS))))
    out: list[tuple[str, ...]] = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        names = tuple(each.strip() for cell in cells for each in cell.split(";") if each.strip())
        if len(cells) != len(COUNTRY_COLUMNS) or len(names) < len(COUNTRY_COLUMNS):
            raise ConfigError(at_line(name, number, notice("countries line")))
        out.append(names)
    return out


@lru_cache(maxsize=1)
def _countries() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    found = parse_countries((corpus_dir() / COUNTRIES_FILE).read_text("utf-8"), f"corpus/{COUNTRIES_FILE}")
    return tuple((names, _pattern(names)) for names in found)


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    latin = "|".join(re.escape(n) for n in names if not _KOREAN_LETTER.search(n))
    korean = "|".join(re.escape(n) for n in names if _KOREAN_LETTER.search(n))
    return re.compile(rf"(?<![\w-])(?:{latin})(?![\w-])|(?<![가-힣])(?:{korean})")
