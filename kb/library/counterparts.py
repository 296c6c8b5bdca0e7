"""The counterparts of a unit in other publications, from the index and from the person's own edges. It imports no heavy
library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.edges import LABEL, Edge, Review, strongest_first
from kb.records import dataclass

if TYPE_CHECKING:
    from kb.library.library import Library


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A unit of another publication and the edge that leads to it from the unit that was looked up."""

    edge: Edge
    locator: str
    title: str

    def as_dict(self) -> dict[str, str]:
        """The counterpart as plain data for JSON, with the status of the edge and the name of its author."""
        edge = self.edge
        return {
            "edge_id": edge.edge_id,
            "relation": edge.relation.value,
            "unit_id": edge.target,
            "locator": self.locator,
            "title": self.title,
            "status": edge.status.value,
            "standing": LABEL,
            "rationale": edge.rationale_en,
            "rationale_ko": edge.rationale_ko,
            "verified_against": edge.verified_against,
            "author": edge.author,
            "date": edge.date,
            "reviewer": edge.reviewer,
            "reviewed_on": edge.reviewed_on,
            "note": edge.note,
        }


def counterparts(library: Library, unit_id: str) -> tuple[Counterpart, ...]:
    """The counterparts of a unit in other publications, the strongest relation first.

    :raises ConfigError: the file of the person's own edges is malformed; the error names file and line.
    """
    edges = {edge.pair: edge for edge in library.store.edges_of(unit_id)}
    edges |= {edge.pair: edge for edge in library.own_edges if unit_id in edge.pair}
    turned = [
        edge if edge.source == unit_id else edge.inverted()
        for edge in edges.values()
        if edge.status is not Review.REJECTED
    ]
    return tuple(_seen(library, edge) for edge in sorted(turned, key=strongest_first))


def _seen(library: Library, edge: Edge) -> Counterpart:
    units = library.store.unit(edge.target)
    if not units:  # the register describes it now, but did not when the index was built
        return Counterpart(edge, edge.target, "")
    edition = library.editions.get(units[0].of_document)
    ref = edition.ref if edition else units[0].of_document
    path = units[0].path
    return Counterpart(edge, path if path.startswith(ref) else f"{ref}, {path}", units[0].title)
