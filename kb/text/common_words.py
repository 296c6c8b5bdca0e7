"""A list of common English words, to decide whether a sequence of letters is a word."""

from __future__ import annotations

from functools import lru_cache

from kb.data import table


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Some twenty thousand words of three letters or more, in small letters."""
    return frozenset(word for line in table("words") for word in line.split())
