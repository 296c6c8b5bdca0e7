"""Opens the crosswalk of a home folder, and writes its edges as lines and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.cli.console import out
from app.cli.settings import settings_of
from kb import Crosswalks
from kb.catalog.edges import EDGE_COLUMNS, LABEL, Edge, Review

if TYPE_CHECKING:
    import click


def open_crosswalk(ctx: click.Context) -> Crosswalks:
    """The crosswalk with the edges of the home that the settings name."""
    return Crosswalks(settings_of(ctx).home_path)


def edge_dict(walks: Crosswalks, edge: Edge) -> dict[str, Any]:
    """An edge with the names of its units, for JSON."""
    return {
        "edge_id": edge.edge_id,
        **dict(zip(EDGE_COLUMNS, edge.row(), strict=True)),
        "source_locator": walks.name(edge.source),
        "target_locator": walks.name(edge.target),
        "standing": LABEL,
    }


def print_edge(walks: Crosswalks, edge: Edge) -> None:
    """Prints an edge in a few lines."""
    out(f"{edge.edge_id}  {walks.name(edge.source)}")
    out(f"  {edge.relation.value}  {walks.name(edge.target)}")
    out(f"  {_status_words(edge)}; {LABEL}")
    out(f"  {edge.rationale_en}")
    if edge.note and edge.note != edge.rationale_en:
        out(f"  review: {edge.note}")


def _status_words(edge: Edge) -> str:
    if edge.reviewer:
        return f"{edge.status.value} by {edge.reviewer} on {edge.reviewed_on}, against {edge.verified_against}"
    if edge.status is Review.REVIEWED:
        return f"reviewed by its author {edge.author} on {edge.date}, against {edge.verified_against}"
    return f"{edge.status.value} by {edge.author} on {edge.date}"
