"""Korean particles whose form depends on the word before them: 은 after a consonant, 는 after a vowel."""

from __future__ import annotations

import re

from kb.text.hangul import begins_with_hangul

_PARTICLES = (
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("으로", "로"),
)  # after a consonant, after a vowel
_SOUNDED = {**dict.fromkeys("lmnr1678 03", True), **dict.fromkeys("2459", False)}


def with_word_at(text: str, start: int, end: int, new: str) -> str:
    """``text`` with ``new`` at a place, and the Korean particle after it as the new word wants it."""
    after = text[end:]
    for closed, opened in _PARTICLES:
        for particle in (closed, opened):
            if new and re.match(rf"{particle}(?=[\s,?.!]|$)", after):
                wanted = closed if _ends_in_consonant(new, particle in {"으로", "로"}) else opened
                return f"{text[:start]}{new}{wanted}{after[len(particle) :]}"
    return f"{text[:start]}{new}{after}"


def _ends_in_consonant(word: str, before_ro: bool) -> bool:
    """Whether a word ends in a consonant as it is read in Korean; ㄹ counts as a vowel before "로"."""
    last = word.rstrip(")\"'’” ")[-1:]
    if begins_with_hangul(last):
        final = (ord(last) - 0xAC00) % 28
        return final != 0 and not (before_ro and final == 8)
    return _SOUNDED.get(last.lower(), False) and not (before_ro and last.lower() in "lr178")
