"""Narrows a quote that spans several points of a unit to the one point that the question asks for.

Points that end with a semicolon are read as one sentence. For a question about one of the terms in "(39) … means …;
(40) … means …" only its own point should be quoted, with the locator "Article 3(39)" rather than "Article 3".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.quoting import with_points
from kb.answering.sentence_selection import coverage
from kb.query.definitions import defines
from kb.text.cleaning import readable
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from kb.answering.quoting import Quote
    from kb.library.library import Library
    from kb.types import Unit

MOST_UNITS = 40
"""Units that a quote is looked through for."""
POINT_AHEAD = 0.15
"""How much more of the question's words a point must have than the text around it, to be quoted alone."""


def narrowed_to_unit(library: Library, quote: Quote, terms: Mapping[str, float], defined: Sequence[str] = ()) -> Quote:
    """The point of a quote that defines one of the terms asked for, or that has clearly more of the question's terms
    than the other points; the quote unchanged if it lies in one unit, or if no point stands out.

    :param terms: the question's index terms with their rarity; ``defined``: the terms whose meaning it asks for.
    """
    units = [] if quote.points else _units_within(library, quote)
    if len(units) < 2:
        return quote
    text = library.store.text(quote.doc_id)
    words = [readable(text[unit.own.start : unit.own.end]) for unit in units]
    defining = [n for n, each in enumerate(words) if any(defines(each, term) for term in defined)]
    held = [coverage(terms, set(library.store.terms(each))) for each in words]
    best = max(range(len(units)), key=lambda n: held[n])
    others = max(share for n, share in enumerate(held) if n != best)
    if defining:
        best = defining[0]
    elif held[best] - others < POINT_AHEAD:
        return quote
    own = units[best].span if defining else units[best].own
    stripped = len(text[own.start : own.end].rstrip())
    return with_points(library, replace(quote, span=Span(own.start, own.start + stripped)))


_NAME_OF_POINT = re.compile(r"(?:\(?(?:\w|[ivx]{1,5})[.)]|[\d.()①-⑳]{1,8})?\s*(?P<name>[^\W\d_][^:：.;]{3,60})[:：]\s")


def is_asked_by_name(point: str, asked: Collection[str], tokenise: Callable[[str], Sequence[str]]) -> bool:
    """Whether a question asks for a point of a list by the name that stands before its text, as "oil safety" does for
    "1.5. Oil safety: Keepers fill …"; ``asked`` are the question's index terms."""
    found = _NAME_OF_POINT.match(point)
    named = set(tokenise(found["name"])) if found is not None else set()
    return bool(named) and named <= set(asked)


def _units_within(library: Library, quote: Quote) -> list[Unit]:
    """The innermost units that begin in a quote or at it, in order, where they are parts of one unit; else none."""
    text = library.store.text(quote.doc_id)
    out: list[Unit] = []
    at = quote.span.start
    while at < quote.span.end and len(out) < MOST_UNITS:
        unit = library.store.unit_at(quote.doc_id, at)
        if unit is None or unit.own.end <= at:
            return []
        if not out or not unit.unit_id.startswith(f"{out[-1].unit_id}."):  # a part of the last one comes with it
            out.append(unit)
        at = unit.own.end
        while at < quote.span.end and text[at].isspace():
            at += 1
    return out if len({unit.parent_id for unit in out}) == 1 and out[0].parent_id else []
