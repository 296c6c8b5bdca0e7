"""Hangul in a text: whether it has any, and whether it begins with it. Pure."""

from __future__ import annotations

import re

_SYLLABLE = re.compile("[가-힣]")


def has_hangul(text: str) -> bool:
    """Whether a text has a Hangul syllable."""
    return _SYLLABLE.search(text) is not None


def begins_with_hangul(text: str) -> bool:
    """Whether the first character of a text is a Hangul syllable; not so of an empty text."""
    return "가" <= text[:1] <= "힣"


def count_hangul(text: str) -> int:
    """How many Hangul syllables a text has."""
    return len(_SYLLABLE.findall(text))
