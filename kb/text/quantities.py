"""Finds numbers, dates and quantities with units in a text, in digits and in words, English and Korean."""

from __future__ import annotations

import re

from kb.text.hangul import has_hangul
from kb.text.korean_units import korean_units

_UNIT_WORDS = {
    **dict.fromkeys("minute minutes minuto minutos 분".split(), "minute"),
    **dict.fromkeys("hour hours hora horas 시간".split(), "hour"),
    **dict.fromkeys("day days día días 일".split(), "day"),
    **dict.fromkeys("week weeks semana semanas 주".split(), "week"),
    **dict.fromkeys("month months mes meses 개월 달".split(), "month"),
    **dict.fromkeys("year years año años 년 해".split(), "year"),
    **dict.fromkeys(["%", "percent", "per cent", "por ciento", "퍼센트"], "percent"),
    **dict.fromkeys("eur euro euros € 유로".split(), "euro"),
    **dict.fromkeys("dollar dollars usd 달러".split(), "dollar"),
    **dict.fromkeys("million millions".split(), "million"),
    **dict.fromkeys("billion billions".split(), "billion"),
}


_LATIN_UNIT = "|".join(sorted((re.escape(unit) for unit in _UNIT_WORDS if not has_hangul(unit)), key=len, reverse=True))
_KOREAN_UNIT = korean_units(*filter(has_hangul, _UNIT_WORDS), of_time=True)
_QUANTITY = re.compile(
    rf"(?<![\w.])(\d+(?:\.\d+)?)[\s-]*({_KOREAN_UNIT}|(?:{_LATIN_UNIT})(?![a-z]))",
    re.IGNORECASE,
)


_NUMBER = re.compile(r"\d+(?:[./:-]\d+)*(?:\([a-z0-9]{1,4}\))*", re.IGNORECASE)


_MONTH_NUMBERS = {
    name: n
    for n, names in enumerate(
        (
            "january jan enero", "february feb febrero", "march mar marzo", "april apr abril", "may mayo",
            "june jun junio", "july jul julio", "august aug agosto", "september sept sep septiembre",
            "october oct octubre", "november nov noviembre", "december dec diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip


_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True)).replace("|may|", "|(?-i:May|MAY)|")
_IN_A_MONTH = "in of by since until from before after during this last next early mid late each every"

ENGLISH_MONTH = (
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
    rf"|\b(?-i:May)(?=,?\s\d)|(?:\d(?:st|nd|rd|th)?|\b(?:{_IN_A_MONTH.replace(' ', '|')}))[\s-](?-i:May)\b"
)
"""The source of a pattern of English names of months; "may" is one where it has a capital and stands by a number or
behind a word of time, since elsewhere it is the verb."""


_DATES = (
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of |de )?(?P<m>{_MONTH})\.?,?(?:\s+(?:de )?(?P<y>\d{{4}}))?\b", re.I
    ),
    re.compile(rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<y>\d{{4}}))?", re.I),
    re.compile(rf"\b(?P<m>{_MONTH})\.?,?\s+(?:de )?(?P<y>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
    re.compile(r"(?:(?P<y>\d{4})년\s?)?(?P<m>\d{1,2})월(?:\s?(?P<d>\d{1,2})일)?"),
)  # fmt: skip


def numbers_in(text: str) -> set[str]:
    """The numbers of normal text; "14(2)(a)" is also "14"."""
    found = {m.group().casefold() for m in _NUMBER.finditer(text)}
    return found | {n.split("(")[0] for n in found}


def dates_in(text: str) -> list[tuple[tuple[int, int, int], str]]:
    """Dates as (year, month, day), 0 for a part that is not given, with the words; a whole date is also its shorter
    forms."""
    out: list[tuple[tuple[int, int, int], str]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = parts["m"].casefold()
            m = int(month) if month.isdigit() else _MONTH_NUMBERS[month]
            y, d = int(parts["y"] or 0), int(parts.get("d") or 0)
            out.append(((y, m, d), match.group()))
            if y and d:
                out += [((y, m, 0), match.group()), ((0, m, d), match.group())]
    return out


def without_dates(text: str) -> str:
    """The text with a blank in the place of each date."""
    for pattern in _DATES:
        text = pattern.sub(" ", text)
    return text


def quantities_in(text: str) -> list[tuple[tuple[str, str], str]]:
    """Numbers with their units, each as ((number, unit), the words themselves)."""
    return [((m[1], _UNIT_WORDS[m[2].casefold()]), m[0]) for m in _QUANTITY.finditer(text) if len(m[1]) < 4]


def with_plain_dates(text: str) -> str:
    """The text with each date written as year-month-day, 0 for a part that is not given."""
    for pattern in _DATES:

        def plain(match: re.Match[str]) -> str:
            parts = match.groupdict()
            month = parts["m"].casefold()
            m = int(month) if month.isdigit() else _MONTH_NUMBERS[month]
            return f"{int(parts['y'] or 0):04}-{m:02}-{int(parts.get('d') or 0):02}"

        text = pattern.sub(plain, text)
    return text
