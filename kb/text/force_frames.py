"""Determines the force of a stretch of a document, from its own words or from the words that introduce its list. Pure.

"Providers shall: (a) keep a list" is binding by its introducing words, and so is each point: a point takes the force of
the words before the colon, through all levels of nested lists. A point that is a sentence with its own modal verb has
its own force. Recitals and entries of definitions are informative.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.text.cleaning import clean, readable
from kb.text.force import force_of, strongest
from kb.text.lazy_patterns import lazy
from kb.text.sentences import sentences
from kb.types import Force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Unit

INFORMATIVE_KINDS = frozenset({"recital", "definition", "term", "preamble", "formula"})
"""Kinds of units whose words bind nobody."""

_POINT_LABEL = (
    r"(?:[•▪◦·\uf000-\uf0ff–—-]|\(?(?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5})[).]|\(?[가-하][).]|[①-⑳]|\d{1,3}\.|o(?=\s))"
)
_LIST_ITEM = lazy(rf"\s*{_POINT_LABEL}\s+", re.IGNORECASE)
_OPENS = lazy(
    r"[:：]\W*$|[—–]\s*$|\b(?:the )?following\W*$|siguientes?\W*$|suivante?s?\W*$"
    r"|다음 (?:각 ?[호목]|사항|내용|조치|업무)[^.]{0,160}[.:]?\s*$"
    r"|다음과 같[^.]{0,60}[.:]?\s*$|다음의[^.]{0,160}[.:]?\s*$"
)
"""How words end that open a list."""

_LIST_BEGINS = lazy(
    rf"[:：—–]\s*(?=(?P<label>{_POINT_LABEL})\s)|(?<=다\.)\s+(?=(?P<ko>{_POINT_LABEL})\s)", re.IGNORECASE
)
_BACK = 6000
"""Characters before a point in which its opening words are looked for."""


def force_under(words: str, openings: Sequence[str]) -> Force:
    """The strongest force of some sentences, the first of them a point under ``openings``, the nearest first."""
    parts = [words[a:b] for a, b in sentences(words)]
    if not parts:
        return Force.INFORMATIVE
    return strongest([_of_point(parts[0], openings), *(force_of(part) for part in parts[1:])])


def _of_point(point: str, openings: Sequence[str]) -> Force:
    own = force_of(point)
    if not openings:
        return own
    frame = _of_point(_last_sentence(openings[0]), openings[1:])
    bare = _LIST_ITEM.sub("", point, count=1).lstrip()
    goes_on = bare[:1].islower() or own is Force.INFORMATIVE
    return frame if goes_on and frame is not Force.INFORMATIVE else own


def _last_sentence(opening: str) -> str:
    """The sentence of the opening words that ends in the colon."""
    found = sentences(opening)
    return opening[slice(*found[-1])] if found else opening


def statement_force(text: str, start: int, end: int, chain: Sequence[Unit] = ()) -> Force:
    """The force of document text ``[start, end)``; ``chain`` is the unit it is in, then that one's parent, and on.

    The opening words are read from the unit and those around it; without units, from the text before.
    """
    if any(unit.kind in INFORMATIVE_KINDS for unit in chain):
        return Force.INFORMATIVE
    return force_under(readable(text[start:end]), openings_of(text, start, chain))


def openings_of(text: str, start: int, chain: Sequence[Unit] = ()) -> list[str]:
    """The words that introduce the lists of which the place is a point, the nearest first; none if it is not a
    point."""
    out: list[str] = []
    if chain and not re.search(r"[^\W\d_]{3}", text[chain[0].own.start : start]):
        for _, parent in pairwise(chain):
            opening = readable(text[parent.own.start : parent.own.end])
            if not _OPENS.search(opening):
                break
            out.append(opening)
    return out or _openings_before(text, start)


def _openings_before(text: str, start: int) -> list[str]:
    """The opening words of a list without numbered units: a colon, then points with labels of one sort."""
    item = lazy(_POINT_LABEL, re.IGNORECASE).match(text, start)
    if item is None:
        return []
    sort = _sort(item.group())
    begin = max(0, start - _BACK)
    before = text[begin:start]
    if item.start() == start and not re.search(r"[:：;.,—–]\W*$|다\s*$|(?:and|or|y|o|et|ou)\s*$|\n\s*$", before):
        return []
    for match in reversed(list(_LIST_BEGINS.finditer(text, begin, start + len(item.group()) + 1))):
        label = match["label"] or match["ko"]
        if _sort(label) != sort:
            continue
        words = clean(text[begin : match.start() + 1])[0]
        found = sentences(words)
        opening = words[slice(*found[-1])] if found else ""
        return [opening] if _OPENS.search(opening) else []
    return []


def _sort(label: str) -> str:
    """The sort of a label: a figure, a letter, a Korean letter, or the bullet itself."""
    bare = label.strip("(). ")
    return "1" if bare.isdigit() else "가" if "가" <= bare[:1] <= "하" else "a" if bare.isalpha() else label
