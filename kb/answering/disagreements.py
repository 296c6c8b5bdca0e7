"""Makes notices about differences between the documents that an answer cites. Differences are shown, never averaged."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from kb.answering.conflicts import Statement, conflicts
from kb.catalog.edges import Relation, Review
from kb.errors import ConfigError
from kb.library.counterparts import counterparts
from kb.text.sentences import sentences
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.types import Citation

MOST_DISAGREEMENTS = 3
"""The most differences that one answer mentions."""
_WIDER = {Relation.SUBSET: "asks less", Relation.SUPERSET: "asks more"}


def disagreement_notices(library: Library, citations: Sequence[Citation]) -> list[Notice]:
    """The differences between the sentences cited; only official texts are compared, as the register's words are the
    project's."""
    cited = [c for c in citations if c.match != "register"]
    statements = [
        Statement(c.quote[start:end], c.doc_ref, place(c), c.issued) for c in cited for start, end in sentences(c.quote)
    ]
    out: dict[Notice, None] = {}
    for found in conflicts(statements):
        a, b = found.first, found.second
        out[
            notice(
                "conflict",
                first=a.document,
                second=b.document,
                said=found.said[0],
                other=found.said[1],
                place=a.place,
                there=b.place,
            )
        ] = None
    return [*list(out)[:MOST_DISAGREEMENTS], *by_crosswalk(library, citations)[:MOST_DISAGREEMENTS]]


def place(citation: Citation) -> str:
    """Unit path without the document's name."""
    return citation.path.removeprefix(citation.doc_ref).lstrip(" ,") or citation.locator


def by_crosswalk(library: Library, citations: Sequence[Citation]) -> list[Notice]:
    """Notices of pairs of cited units of which one requires more than the other by a reviewed edge of the crosswalk; a
    notice instead if the user's own crosswalk file is invalid."""
    try:
        library.own_edges  # noqa: B018 - read here, where a fault becomes a notice
    except ConfigError as error:
        return [notice("crosswalk at fault", message=error.as_notice)]
    units = {c.unit_id: c for c in citations if c.unit_id}
    out: list[Notice] = []
    for (unit_id, a), (other_id, b) in combinations(units.items(), 2):
        if a.doc_ref == b.doc_ref:
            continue
        targets = set(_lineage(library, other_id))
        for mine in _lineage(library, unit_id):
            found = [each.edge for each in counterparts(library, mine) if each.edge.target in targets]
            told = next((e for e in found if e.relation in _WIDER and e.status is Review.REVIEWED), None)
            if told is not None:
                first, second = library.units.describe(mine), library.units.describe(told.target)
                out.append(notice(_WIDER[told.relation], first=first, second=second, label=notice("crosswalk label")))
                break
    return list(dict.fromkeys(out))


def _lineage(library: Library, unit_id: str) -> list[str]:
    """A unit and the units around it, nearest first."""
    out: list[str] = []
    at: str | None = unit_id
    while at is not None and at not in out:
        out.append(at)
        held = library.store.unit(at)
        at = held[0].parent_id if held else None
    return out
