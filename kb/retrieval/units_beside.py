"""Tells a unit that a question is about from one that it names only to say which things it means: "When is a system of
Annex III not high-risk?" is answered by the article that speaks of such systems, and not by the annex."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.query.question_kinds import QuestionKind
from kb.query.unit_alone import asks_for_units_alone
from kb.references.resolving import ResolutionOutcome
from kb.retrieval.search import search

if TYPE_CHECKING:
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.query.query import Query
    from kb.types import Hit

CLEARLY_BEHIND = 0.85
"""The share of the best score under which the unit named counts as clearly behind a provision that refers to it."""
HITS_READ = 8
_KINDS_KEPT = frozenset({QuestionKind.WHICH_CLAUSE, QuestionKind.COMPARISON, QuestionKind.DEFINITION})


def without_unit_beside(library: Library, models: Models, query: Query) -> Query:
    """The query, without the one unit that it names by number where another provision of the same publication refers to
    that unit by its number and is clearly nearer to the question than anything in the unit."""
    named = [each for each in query.numbered if each.outcome is ResolutionOutcome.FOUND and each.units]
    is_other = query.compares or query.about_editions or query.kind in _KINDS_KEPT or len(query.numbered) != 1
    if is_other or not named or asks_for_units_alone(query) or _asks_what_stands_there(query):
        return query
    units = {unit.unit_id for unit in named[0].units}
    alone = replace(query, numbered=())
    hits = search(library, models, alone, HITS_READ).hits
    if not hits or _is_of(library, hits[0], units):
        return query
    nearest = max((hit.score for hit in hits if _is_of(library, hit, units)), default=0.0)
    lead = library.store.passage(hits[0].row)
    edition = library.rows.facts.edition(hits[0].row)
    is_of_same = any(unit.of_document == edition for u in units for unit in library.store.unit(u))
    refers = any(_as_referred_to(u).search(lead.text) for u in units)
    return alone if is_of_same and refers and nearest < CLEARLY_BEHIND * hits[0].score else query


def _asks_what_stands_there(query: Query) -> bool:
    """Whether a question asks what the unit says, or begins with it: "What does Article 6 say …?", "Under Article 73,
    …", "Which systems are listed in Annex III?"."""
    start, end = query.numbered[0].reference.span
    before, behind = query.text[:start], query.text[end:]
    return _SAYS.search(before) is not None or (_STANDS.search(before) is not None and not re.search(r"\w", behind))


_SAYS = re.compile(r"\b(?:does|do|did|can|could) (?:the )?$|^\W*(?:under|in|according to|by|for|of)? ?(?:the )?$", re.I)
_STANDS = re.compile(
    r"^\W*(?:what|which)\b(?:(?!\b(?:must|shall|may|can|has|have|need)\b).)*?"
    r"\b(?:is|are)\b(?: \w+)? (?:in|by|under) (?:the )?$",
    re.IGNORECASE,
)


def _is_of(library: Library, hit: Hit, units: set[str]) -> bool:
    """Whether a hit is in one of the units, or in one that has it as a part."""
    inside = library.store.passage(hit.row).unit_id or hit.unit_id or ""
    return any(inside == u or inside.startswith((f"{u}.", f"{u}:")) or u.startswith(f"{inside}.") for u in units)


def _as_referred_to(unit_id: str) -> re.Pattern[str]:
    """How a text refers to a unit, or to the whole that it is a part of, by its kind and number."""
    kind, number = [*unit_id.split(":")[-2:], ""][:2]
    whole = re.escape(re.split(r"[.(]", number)[0])
    return re.compile(rf"\b{re.escape(kind)}e?s? (?:[\w(),]+ (?:and|or|to) )?{whole}(?!\w|\.\w)", re.IGNORECASE)
