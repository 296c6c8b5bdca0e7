"""Roman numerals and numbers in words: how they are written and what they are worth. Pure."""

from __future__ import annotations

import re
import unicodedata

from kb.text.korean_units import korean_units

# --- Roman numerals --------------------------------------------------------------------------------------------------

MOST_ROMAN = 399
"""The largest Roman numeral that is read: chapters, annexes and front matter end far below it."""

_ROMAN_LETTERS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ROMAN_SIGNS = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_WELL_FORMED = re.compile(r"(?=.)c{0,3}(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE | re.ASCII)


def roman_value(text: str) -> int | None:
    """1 to :data:`MOST_ROMAN` for a well-formed Roman numeral in either case, else ``None``."""
    if not _WELL_FORMED.fullmatch(text):
        return None
    values = [_ROMAN_LETTERS[c] for c in text.lower()]
    return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))


def to_roman(n: int) -> str:
    """``n`` as a Roman numeral in capitals, 4 → "IV"; the inverse of :func:`roman_value` up to :data:`MOST_ROMAN`."""
    out = ""
    for value, sign in _ROMAN_SIGNS:
        out += sign * (n // value)
        n %= value
    return out


# --- numbers in words ------------------------------------------------------------------------------------------------

_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def _below_a_hundred(units: str, teens: str, tens: str) -> dict[str, int]:
    """The words for 1 to 99 with their values; ``tens`` are the words for 20, 30 … 90."""
    out = {word: n for n, word in enumerate(units.split(), 1)} | {word: n for n, word in enumerate(teens.split(), 10)}
    for n, (word, alone) in enumerate(zip(_TENS, tens.split(), strict=True), 2):
        out[alone] = 10 * n
        out |= {f"{word} {unit}": 10 * n + k for k, unit in enumerate(units.split(), 1)}
    return out


CARDINALS = _below_a_hundred(
    "one two three four five six seven eight nine",
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    " ".join(_TENS),
)
"""English words for 1 to 99 with their values, "twenty one" in two words."""
ORDINALS = _below_a_hundred(
    "first second third fourth fifth sixth seventh eighth ninth",
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth",
)
"""The same for "first" to "ninety ninth"."""

NUMBER_WORDS = {word: str(n) for word, n in CARDINALS.items() if n > 1 and " " not in word} | {
    "hundred": "100",
    "thousand": "1000",
}
"""English number words and their figures. "One" is left out, because it is also a pronoun."""

_NUMBER_IN_WORDS = re.compile(rf"\b({'|'.join(NUMBER_WORDS)})\b", re.IGNORECASE)
_KOREAN_NUMBERS = {word: str(n) for n, word in enumerate("두 세 네 다섯 여섯 일곱 여덟 아홉 열".split(), 2)}
_COUNTED_IN_KOREAN = korean_units("가지", "개", "개월", "명", "번", "달", "해", "차례", of_time=True)
_KOREAN_NUMBER = re.compile(rf"({'|'.join(_KOREAN_NUMBERS)})(?=\s?{_COUNTED_IN_KOREAN})")


def with_figures(text: str) -> str:
    """The text with its number words replaced by figures and without thousands separators."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}\b)", "", plain)
    plain = _NUMBER_IN_WORDS.sub(lambda m: NUMBER_WORDS[m.group().casefold()], plain)
    return _KOREAN_NUMBER.sub(lambda m: _KOREAN_NUMBERS[m.group()], plain)
