"""Which language a text is in, of the few this corpus has: "en", "es", "ko", or "und". Pure; counts, no model."""

from __future__ import annotations

import re

_WORDS = {
    "en": frozenset("the of and to in that is for with on as by are be this or which from an shall should not".split()),
    "es": frozenset("de la el los las que en y del se para por con una su al como es un más sobre no lo".split()),
}


def language_of(text: str) -> str:
    """The language code; a tenth of Hangul letters makes a text Korean."""
    letters = sum(c.isalpha() for c in text)
    if not letters:
        return "und"
    if sum("가" <= c <= "힣" for c in text) >= 0.1 * letters:
        return "ko"
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if not words:
        return "und"
    shares = {code: sum(w in known for w in words) / len(words) for code, known in _WORDS.items()}
    best = max(shares, key=lambda code: shares[code])
    if shares[best] >= 0.12:
        return best
    return "en" if text.isascii() else "und"
