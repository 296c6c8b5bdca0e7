"""Where the documents an answer cites differ, in words for its reader: shown, not averaged."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from app.counterparts import counterparts
from kb.answering.conflicts import Statement, conflicts
from kb.catalog.edges import Relation, Review
from kb.errors import KBError
from kb.messages import message
from kb.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.service import Service
    from kb.types import Citation

MOST = 3
"""Differences told of in one answer."""
_WIDER = {Relation.SUBSET: "asks less", Relation.SUPERSET: "asks more"}


def notices(service: Service, citations: Sequence[Citation], lang: str) -> list[str]:
    """What differs between the sentences cited: official words alone, since the register's are ours."""
    cited = [c for c in citations if c.match != "register"]
    statements = [
        Statement(c.quote[start:end], c.doc_ref, place(c), c.issued) for c in cited for start, end in sentences(c.quote)
    ]
    out: dict[str, None] = {}
    for found in conflicts(statements):
        a, b = found.first, found.second
        out[
            message(
                lang,
                "conflict",
                first=a.document,
                second=b.document,
                said=found.said[0],
                other=found.said[1],
                place=a.place,
                there=b.place,
            )
        ] = None
    return [*list(out)[:MOST], *by_crosswalk(service, citations, lang)[:MOST]]


def place(citation: Citation) -> str:
    """Unit path without the document's name."""
    return citation.path.removeprefix(citation.doc_ref).lstrip(" ,") or citation.locator


def by_crosswalk(service: Service, citations: Sequence[Citation], lang: str) -> list[str]:
    """The pairs of cited units of which a reviewed edge of the crosswalk says that one asks more than the other."""
    units = {c.unit_id: c for c in citations if c.unit_id}
    out: list[str] = []
    for (unit_id, a), (other_id, b) in combinations(units.items(), 2):
        if a.doc_ref == b.doc_ref:
            continue
        targets = set(_lineage(service, other_id))
        for mine in _lineage(service, unit_id):
            try:
                found = [each.edge for each in counterparts(service, mine) if each.edge.target in targets]
            except KBError:
                return []
            told = next((e for e in found if e.relation in _WIDER and e.status is Review.REVIEWED), None)
            if told is not None:
                first, second = service.describe(mine), service.describe(told.target)
                key = _WIDER[told.relation]
                out.append(message(lang, key, first=first, second=second, label=message(lang, "crosswalk label")))
                break
    return list(dict.fromkeys(out))


def _lineage(service: Service, unit_id: str) -> list[str]:
    """A unit and the units around it, nearest first."""
    out: list[str] = []
    at: str | None = unit_id
    while at is not None and at not in out:
        out.append(at)
        held = service.store.unit(at)
        at = held[0].parent_id if held else None
    return out
