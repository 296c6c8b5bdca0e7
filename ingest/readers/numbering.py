"""Computes automatic list numbers as they are shown: counters of several levels, numerals of office formats. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.text.numerals import to_roman

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYLLABLES = "가나다라마바사아자차카타파하"
_JAMO = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_KOREAN_DIGITS = "영일이삼사오육칠팔구"
_HAN = "〇一二三四五六七八九"
_POWERS_OF_TEN = (("십", "十"), ("백", "百"), ("천", "千"))


def letters(n: int) -> str:
    """a = 1 … z = 26, aa = 27, bb = 28, as Word and HTML lists count."""
    return chr(97 + (n - 1) % 26) * ((n - 1) // 26 + 1) if n > 0 else str(n)


def _from(row: str, n: int) -> str:
    return row[(n - 1) % len(row)] * ((n - 1) // len(row) + 1) if n > 0 else str(n)


def _number_words(n: int, digits: str, script: int) -> str:
    """A number below 10,000 in Korean or Chinese words: 21 → "이십일"."""
    if not 0 < n < 10_000:
        return str(n)
    out = ""
    for place, figure in enumerate(reversed(str(n))):
        if figure != "0":
            unit = _POWERS_OF_TEN[place - 1][script] if place else ""
            out = (digits[int(figure)] if figure != "1" or not place else "") + unit + out
    return out


def _circled(n: int) -> str:
    if 1 <= n <= 20:
        return chr(0x2460 + n - 1)
    return chr(0x3251 + n - 21) if 21 <= n <= 35 else chr(0x32B1 + n - 36) if 36 <= n <= 50 else f"({n})"


def _ordinal(n: int) -> str:
    end = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{end}"


def numeral(form: str, n: int) -> str:
    """A number in a numeral form given by Word's name; decimal digits if the form is unknown."""
    match form:
        case "lowerLetter":
            return letters(n)
        case "upperLetter":
            return letters(n).upper()
        case "lowerRoman":
            return to_roman(n).lower()
        case "upperRoman":
            return to_roman(n)
        case "decimalZero":
            return f"{n:02}"
        case "ordinal":
            return _ordinal(n)
        case "ganada":
            return _from(_SYLLABLES, n)
        case "chosung":
            return _from(_JAMO, n)
        case "koreanDigital":
            return "".join(_KOREAN_DIGITS[int(c)] for c in str(n))
        case "koreanCounting" | "koreanDigital2" | "koreanLegal":
            return _number_words(n, _KOREAN_DIGITS, 0)
        case "chineseCounting" | "ideographTraditional" | "japaneseCounting" | "taiwaneseCounting":
            return _number_words(n, _HAN, 1)
        case "ideographDigital":
            return "".join(_HAN[int(c)] for c in str(n))
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return _circled(n)
        case "decimalEnclosedParen":
            return f"({n})"
        case "decimalEnclosedFullstop":
            return f"{n}."
        case "decimalFullWidth":
            return str(n).translate({48 + k: 0xFF10 + k for k in range(10)})
        case "none":
            return ""
        case _:
            return str(n)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: the form and the text of its number ("%1.%2"), its first number, and what restarts it.

    ``restart`` is the level, from 1, after which it starts again: ``None`` for any higher level, 0 for never.
    """

    form: str = "decimal"
    text: str = "%1."
    start: int = 1
    restart: int | None = None
    legal: bool = False
    gap: str = " "

    @property
    def counts(self) -> bool:
        """Whether the level has numbers, not bullets or nothing."""
        return self.form not in {"bullet", "none"}


BULLET = "•"


@dataclass(slots=True)
class Counter:
    """The running numbers of one list."""

    values: dict[int, int] = field(default_factory=dict)

    def advance(self, levels: Mapping[int, Level], at: int, start: int | None = None) -> str:
        """The number of the next item on level ``at`` (from 0), as it is shown; ``start`` sets the counter anew."""
        level = levels.get(at, Level())
        first = level.start if start is None else start
        self.values[at] = first if start is not None or at not in self.values else self.values[at] + 1
        for deeper in [k for k in self.values if k > at]:
            restart = levels.get(deeper, Level()).restart
            if restart is None or (restart and at < restart):
                del self.values[deeper]
        return self.shown(levels, at)

    def shown(self, levels: Mapping[int, Level], at: int) -> str:
        """The current number of a level; the bullet for a level of bullets."""
        level = levels.get(at, Level())
        if level.form == "bullet":
            return BULLET + " "
        if not level.text:
            return ""

        def value(match: re.Match[str]) -> str:
            k = int(match.group(1)) - 1
            other = levels.get(k, Level())
            n = self.values.setdefault(k, other.start)
            decimal = level.legal and other.form not in {"none", "bullet"}
            return numeral("decimal" if decimal else other.form, n)

        return re.sub(r"%([1-9])", value, level.text) + level.gap
