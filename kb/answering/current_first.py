"""What stands today leads: what took a deleted unit's place, and a newer edition's unit before the older one."""

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
    from kb.types import Citation


def led_by_what_stands(library: Library, query: Query, citations: Sequence[Citation]) -> list[Citation]:
    """The citations, numbered anew, with what stands today before what it took the place of.

    Where only the register has the newer edition's unit, its entry leads. The order is left alone for a question about
    editions, or one that names an edition as such.
    """
    cited = {c.unit_id for c in citations}
    wanted = dict.fromkeys(entry for c in citations if c.unit_id for entry in entries_now(library, c.unit_id))
    rest = list(citations)
    if not query.about_editions and not any(scope.edition_given for scope in query.scopes):
        later = {unit_id: None for c in citations for unit_id in _successors(library, c)}
        wanted |= later
        rest = sorted(rest, key=lambda c: c.status == Status.SUPERSEDED.value and bool(later))
    units = [unit for entry in wanted if entry not in cited for unit in library.store.unit(entry)[:1]]
    quotes = [cite_unit(library, 0, unit, query.lang) for unit in units]
    leading = [with_rects(library, each) for each in quotes if library.rows.allows(query.filter, each)]
    return [replace(c, n=n) for n, c in enumerate((*leading, *rest), 1)]


def _successors(library: Library, citation: Citation) -> list[str]:
    """The ids of the units here that took the place of a superseded edition's unit."""
    if citation.status != Status.SUPERSEDED.value or not citation.unit_id:
        return []
    edition, key = library.editions.of_unit(citation.unit_id)
    later = library.editions.followers(edition.doc_id, key) if edition is not None and key else None
    if later is None:
        return []
    newer, keys, _ = later
    return [unit_id for each in keys if library.store.unit(unit_id := f"{newer.urn}:{each}")]
