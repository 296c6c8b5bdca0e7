"""Finds the places where the words of two texts differ."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from kb.records import dataclass

MOST_PLACES, MOST_WORDS = 3, 8
"""Differing places that are shown of two texts, and the words of each."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places where two texts differ, as pairs of words, and the number of further places that are not listed."""

    pairs: tuple[tuple[str, str], ...]
    more: int


def differing(old: str, new: str) -> Places:
    """The places where the words of two texts differ, ignoring punctuation and case; no pairs if they are equal."""
    a, b = old.split(), new.split()
    x, y = ([re.sub(r"[^\w]", "", w).casefold() for w in words] for words in (a, b))
    found = [
        (" ".join(a[i:j]), " ".join(b[k:n]))
        for tag, i, j, k, n in SequenceMatcher(None, x, y, autojunk=False).get_opcodes()
        if tag != "equal" and "".join(x[i:j]) != "".join(y[k:n])
    ]
    shown = [(_shortened_difference(before), _shortened_difference(after)) for before, after in found[:MOST_PLACES]]
    return Places(tuple(shown), max(len(found) - MOST_PLACES, 0))


def _shortened_difference(words: str) -> str:
    parts = words.strip(" ,;.").split()
    return " ".join(parts[:MOST_WORDS]) + (" …" if len(parts) > MOST_WORDS else "")
