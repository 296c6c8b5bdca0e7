"""Inverse document frequency of words in general English, scaled to 0 (most common) … 1 (never seen).

The table counts word stems on about two thousand pages of the development sets (``benchmarks/training/support.py``
makes it). It is used where there is no index to count in, such as for one claim and one page; a search uses the counts
of its own index.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kb.data import table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

STEP = 0.05


@lru_cache(maxsize=1)
def _levels() -> dict[str, float]:
    return {stem: round(n * STEP, 4) for n, stems in enumerate(table("rarity")) for stem in stems.split()}


def background_idf(term: str) -> float:
    """The rarity of an index term (:func:`kb.text.tokens.tokens`): 0 to 1."""
    return _levels().get(term, 1.0)


def weight(terms: Iterable[str]) -> float:
    """The summed rarity of terms."""
    return sum(background_idf(term) for term in terms)


def covered(terms: Collection[str], found: Collection[str]) -> float:
    """The share of terms, weighted by rarity, that are among those found; 0 where there are none."""
    total = weight(terms)
    return weight(t for t in terms if t in found) / total if total else 0.0
