"""Opens the crosswalk of a home folder, and writes its edges as lines and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.cli.console import out
from app.cli.settings import settings_of
from kb import Crosswalks
from kb.catalog.edges import EDGE_COLUMNS, LABEL, Edge, Review
from kb.messages import message

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


def print_edge(walks: Crosswalks, edge: Edge, lang: str) -> None:
    """Prints an edge in a few lines."""
    reason = edge.rationale_ko if lang == "ko" else edge.rationale_en
    out(f"{edge.edge_id}  {walks.name(edge.source)}")
    out(f"  {message(lang, f'crosswalk {edge.relation.value}')}  {walks.name(edge.target)}")
    out(f"  {_status_words(edge, lang)}; {message(lang, 'crosswalk label')}")
    out(f"  {reason}")
    if edge.note and edge.note not in (edge.rationale_en, edge.rationale_ko):
        out(f"  {message(lang, 'crosswalk review note', text=edge.note)}")


def _status_words(edge: Edge, lang: str) -> str:
    status, against = message(lang, f"crosswalk {edge.status.value}"), edge.verified_against
    if edge.reviewer:
        judged = {"who": edge.reviewer, "day": edge.reviewed_on, "what": against}
        return message(lang, "crosswalk judged by reviewer", status=status, **judged)
    if edge.status is Review.REVIEWED:
        return message(lang, "crosswalk judged by author", who=edge.author, day=edge.date, what=against)
    return message(lang, "crosswalk judged by nobody", status=status, who=edge.author, day=edge.date)
