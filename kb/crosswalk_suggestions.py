"""Proposals for the crosswalk: pairs of units that retrieval finds near each other. Nobody has looked at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.crosswalk import family_of
from kb.catalog.edges import MACHINE, Edge, Relation, Review
from kb.query.query import read_query
from kb.records import dataclass
from kb.retrieval.search import search, with_citation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.crosswalks import Crosswalks
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.types import Notice

MOST_SEARCHED = 60
"""Passages looked through for the proposals of one unit."""


@dataclass(frozen=True, slots=True)
class EdgeSuggestion:
    """A pair that retrieval finds near each other, and how near; nobody has looked at it."""

    edge: Edge
    score: float
    parts: tuple[tuple[str, float], ...]


def suggest_edges(
    walks: Crosswalks, library: Library, models: Models, unit_ids: Sequence[str], k: int, day: str
) -> tuple[list[EdgeSuggestion], list[Notice]]:
    """For each unit the ``k`` nearest units of other publications without an edge to it, and notices.

    Always proposed and only ``related``: what retrieval finds is nearness of words and meaning, no relation.
    """
    judged = {edge.pair for edge in walks.crosswalk.edges}
    out: list[EdgeSuggestion] = []
    notices: dict[Notice, None] = {}
    for unit_id in unit_ids:
        entry = walks.entry(unit_id)
        found = search(library, models, read_query(library, f"{entry.title}. {entry.gist_en}"), MOST_SEARCHED)
        notices.update(dict.fromkeys(found.notices))
        seen = {unit_id}
        for hit in found.hits:
            cited = with_citation(library, 1, hit).citation
            other = _described_unit(walks, library, cited.unit_id)
            if other is None or other in seen or frozenset((unit_id, other)) in judged:
                continue
            if family_of(other) == family_of(unit_id):
                continue
            seen.add(other)
            judged.add(frozenset((unit_id, other)))
            edge = _proposed_edge(unit_id, other, hit.score, library.index_id, day)
            out.append(EdgeSuggestion(edge, hit.score, hit.parts))
            if len(seen) > k:
                break
    return out, list(notices)


def _described_unit(walks: Crosswalks, library: Library, unit_id: str | None) -> str | None:
    """The innermost unit around this one that the register has an entry for and no later edition superseded."""
    while unit_id:
        entry = walks.register.get(unit_id)
        if entry is not None:
            return None if walks.catalog.get(entry.of_document).superseded_by else unit_id
        units = library.store.unit(unit_id)
        unit_id = units[0].parent_id if units else None
    return None


def _proposed_edge(source: str, target: str, score: float, index_id: str, day: str) -> Edge:
    return Edge(
        source,
        Relation.RELATED,
        target,
        f"Found near each other by retrieval (score {score:.3f}).",
        f"검색에서 서로 가깝게 나타났습니다(점수 {score:.3f}).",
        Review.PROPOSED,
        MACHINE,
        day,
        f"nothing yet; index {index_id}",
    )
