"""Converts numbers in words to digits beside a kind of unit: "paragraph twenty-eight", "스물여덟 번째 문단",
"제십사조". Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.text.hangul import has_hangul
from kb.text.lazy_patterns import lazy
from kb.text.numerals import CARDINALS, ORDINALS

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENGLISH_KIND = (
    r"(?:paragraphs?|paras?\.?|articles?|art\.?|principles?|recitals?|recommendations?|requirements?|sections?|clauses?|chapters?"
    r"|values?|measures?|commitments?|actions?|annex(?:es)?|criteri(?:on|a)|questions?|points?|steps?)"
)


def _longest_first(words: Iterable[str]) -> str:
    """A regular expression that matches any of ``words``, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


_A_NUMBER_WORD = lazy(
    r"one|two|three|four|five|six|seven|eight|nine|ten|elev|twel|teen|twent|thirt|fort|fift|first|second|third|hundred",
    re.IGNORECASE,
)
"""A syllable or word that every number in words contains. It is tried first, because the expressions below are long and
most texts have no such number."""


@lru_cache(maxsize=1)
def _in_two_words() -> re.Pattern[str]:
    """The pattern of "twenty-" before "one" or "first"."""
    tens = [word for word, n in CARDINALS.items() if n >= 20 and n % 10 == 0]
    units = [word for words in (CARDINALS, ORDINALS) for word, n in words.items() if n < 10]
    return lazy(rf"\b({'|'.join(tens)})-(?=({'|'.join(units)})\b)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _in_english() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of a number in words after a kind of unit, before one, and after a number in digits."""
    cardinal = rf"(?:(?:one )?hundred(?: and)? )?(?:{_longest_first(CARDINALS)})|(?:one )?hundred"
    ordinal = rf"(?:(?:one )?hundred(?: and)? )?(?:{_longest_first(ORDINALS)})|(?:one )?hundredth"
    return (
        lazy(rf"\b({_ENGLISH_KIND})(?: number| no\.?)? ({cardinal})(?![a-z-])", re.IGNORECASE),
        lazy(rf"\b({ordinal}) ({_ENGLISH_KIND})(?![a-z])", re.IGNORECASE),
        lazy(rf"(?<=\d) (and|to|or|through) ({cardinal})(?![a-z-])", re.IGNORECASE),
    )


_NATIVE_TENS = {
    "열": 10,
    "스물": 20,
    "스무": 20,
    "서른": 30,
    "마흔": 40,
    "쉰": 50,
    "예순": 60,
    "일흔": 70,
    "여든": 80,
    "아흔": 90,
}
_NATIVE_UNITS = {
    "하나": 1, "한": 1, "첫": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9,
}  # fmt: skip
_SINO = {word: n for n, word in enumerate("일이삼사오육칠팔구", 1)}
_KOREAN_KIND = (
    r"(?:조항|조|항목|항|문단|단락|절|장|원칙|호|권고|요구\s?사항|요건|가치|조치|약속|기준|정책\s?영역|부속서|전문)"
)
_COUNTERS = frozenset("조항 조 항목 항 문단 단락 절 장 호".split())
_A_TEN, _A_UNIT = _longest_first(_NATIVE_TENS), _longest_first(_NATIVE_UNITS)
_A_NATIVE = rf"(?:(?:백\s?)?(?:{_A_TEN})?\s?(?:{_A_UNIT})|(?:{_A_TEN}))"
_NATIVE = lazy(rf"(?<![가-힣])({_A_NATIVE})\s?(번\s?째|째)\s?({_KOREAN_KIND})")
_NATIVE_KINDS = lazy(rf"(?<![가-힣])(원칙|권고|요구\s?사항|요건|가치|정책\s?영역|조치|약속)\s({_A_NATIVE})(?![가-힣])")
_A_SINO = r"[일이삼사오육칠팔구]?백?[일이삼사오육칠팔구]?십?[일이삼사오육칠팔구]?"
_SINO_NUMBER = lazy(
    rf"(?:(?:(?<![가-힣])|(?<=[조항호절장]))제\s?(?P<a>{_A_SINO})|(?<![가-힣])(?P<b>{_A_SINO}))\s?"
    r"(?P<kind>조(?!항)|항(?!목)|호|문단|단락|절|장)(?!(?!제)[가-힣]{2})"
)


def in_figures(text: str) -> str:
    """The text with numbers of units in digits instead of words; nothing else is changed."""
    out = text
    if _A_NUMBER_WORD.search(text):
        after_kind, before_kind, and_more = _in_english()
        plain = _in_two_words().sub(r"\1 ", text.replace("‐", "-"))
        out = after_kind.sub(lambda m: f"{m[1]} {_english_value(m[2])}", plain)
        out = before_kind.sub(lambda m: f"{m[2]} {_english_value(m[1])}", out)
        out = text if out == plain else and_more.sub(lambda m: f" {m[1]} {_english_value(m[2])}", out)
    if has_hangul(out):
        out = _NATIVE.sub(lambda m: _in_korean_order(_native(m[1]), m[3]), out)
        out = _NATIVE_KINDS.sub(lambda m: f"{m[1]} {_native(m[2])}", out)
        out = _SINO_NUMBER.sub(_sino_figures, out)
    return out


def _english_value(words: str) -> int:
    low = " ".join(words.lower().split())
    hundred, _, rest = low.rpartition("hundred")
    if "hundred" not in low:
        return CARDINALS.get(low) or ORDINALS[low]
    rest = rest.removeprefix("th").strip().removeprefix("and ").strip()
    del hundred
    return 100 + (CARDINALS.get(rest, 0) or ORDINALS.get(rest, 0))


def _native(words: str) -> int:
    words = re.sub(r"\s", "", words)
    total = 0
    if words.startswith("백"):
        total, words = 100, words[1:]
    for ten, value in _NATIVE_TENS.items():
        if words.startswith(ten):
            total, words = total + value, words.removeprefix(ten)
            break
    return total + _NATIVE_UNITS.get(words, 0)


def _in_korean_order(n: int, kind: str) -> str:
    """A number and its kind in the order in which Korean writes them."""
    return f"제{n}{kind}" if kind in _COUNTERS else f"{kind} {n}"


def _sino_figures(match: re.Match[str]) -> str:
    words = match["a"] or match["b"] or ""
    # a single syllable can also be another word ("이 조항", "사 호"), unless 제 precedes it ("제사조")
    if not words or (match["a"] is None and len(words) < 2):
        return match[0]
    total = digit = 0
    for letter in words:
        if letter in "십백":
            total += (digit or 1) * (10 if letter == "십" else 100)
            digit = 0
        else:
            digit = _SINO[letter]
    return f"제{total + digit}{match['kind']}"
