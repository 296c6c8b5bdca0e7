"""Hangul in Latin letters, so that a Korean title gives an id that can be read and typed. Pure.

Syllable by syllable as in the Revised Romanization; sounds that change between syllables are left as they are written.
"""

from __future__ import annotations

_INITIAL = "g kk n d tt r m b pp s ss - j jj ch k t p h".split()
_MEDIAL = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINAL = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()
_FIRST, _LAST = 0xAC00, 0xD7A3


def romanised(text: str) -> str:
    """The text with its Hangul syllables in Latin letters, as they are written: "윤리기준" → "yunrigijun"."""
    return "".join(_syllable(ord(char)) if _FIRST <= ord(char) <= _LAST else char for char in text)


def _syllable(code: int) -> str:
    place = code - _FIRST
    parts = (_INITIAL[place // 588], _MEDIAL[place % 588 // 28], _FINAL[place % 28])
    return "".join(part for part in parts if part != "-")
