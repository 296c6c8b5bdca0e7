"""Orders citations so that units in force come first: a unit before the deleted one that it replaced, a newer edition
before an older one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citing.cite import cite_unit
from kb.citing.highlight import with_rects
from kb.library.amendments import entries_now
from kb.types import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.query.query import Query
    from kb.query.scopes import Scope
    from kb.types import Citation


def led_by_what_stands(library: Library, query: Query, citations: Sequence[Citation]) -> list[Citation]:
    """The citations, renumbered, with each unit in force before the unit that it replaced.

    If only the register has the newer unit, its entry is cited first. The order is unchanged for a question about
    editions, or one that names an edition.
    """
    is_open = not query.about_editions and not any(_names_old_text(library, scope) for scope in query.scopes)
    out: list[Citation] = []
    for citation in citations:
        wanted = list(entries_now(library, citation.unit_id)) if citation.unit_id else []
        if is_open:
            wanted += _successors(library, citation)
        for unit_id in dict.fromkeys(wanted):
            cited = [c for c in citations if c.unit_id and _is_or_in(unit_id, c.unit_id)]
            out += cited or _cited(library, query, unit_id)
        out.append(citation)
    shown = {(c.doc_id, c.char_start, c.char_end): c for c in reversed(out)}
    once = dict.fromkeys((c.doc_id, c.char_start, c.char_end) for c in out)
    return [replace(shown[place], n=n) for n, place in enumerate(once, 1)]


def _names_old_text(library: Library, scope: Scope) -> bool:
    """Whether a scope is a single named edition, or has superseded editions only: "Parliament's first-reading text"."""
    editions = [edition for doc_id in scope.doc_ids if (edition := library.editions.get(doc_id)) is not None]
    return scope.edition_given or (bool(editions) and all(e.status is Status.SUPERSEDED for e in editions))


def _is_or_in(unit_id: str, other: str) -> bool:
    return other == unit_id or other.startswith(f"{unit_id}.")


def _cited(library: Library, query: Query, unit_id: str) -> list[Citation]:
    """The citation of a unit, where the question's filter allows it."""
    cited = (cite_unit(library, 0, unit, query.lang) for unit in library.store.unit(unit_id)[:1])
    return [with_rects(library, each) for each in cited if library.rows.allows(query.filter, each)]


def _successors(library: Library, citation: Citation) -> list[str]:
    """The ids of the units in the library that replaced a superseded edition's unit."""
    if citation.status != Status.SUPERSEDED.value or not citation.unit_id:
        return []
    edition, key = library.editions.of_unit(citation.unit_id)
    later = library.editions.followers(edition.doc_id, key) if edition is not None and key else None
    if later is None:
        return []
    newer, keys, _ = later
    return [unit_id for each in keys if library.store.unit(unit_id := f"{newer.urn}:{each}")]
