"""Shortens quotes to the number of words that a document's licence allows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citing.citation import ELLIPSIS, quote_hash
from kb.types import Match

if TYPE_CHECKING:
    from kb.types import Citation


def within_limit(citation: Citation, limit_words: int | None) -> Citation:
    """The citation with its quote cut to ``limit_words`` words and an ellipsis; unchanged if the limit is ``None``."""
    words = citation.quote.split()
    if not limit_words or len(words) <= limit_words or citation.match == Match.REGISTER.value:
        return citation
    quote = " ".join(words[:limit_words]) + ELLIPSIS
    return replace(
        citation, quote=quote, quote_sha256=quote_hash(quote), match=Match.ELIDED.value, rects=(), sentence=""
    )
