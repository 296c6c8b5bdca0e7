"""The commands ``kb crosswalk list``, ``review`` and ``coverage``: list the edges, judge one, count them by unit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, NOT_FOUND, out, out_json, tell_person
from app.cli.crosswalk.shown import edge_dict, open_crosswalk, print_edge
from app.cli.settings import interface_of
from app.cli.usage import Misuse
from kb.catalog.crosswalk import family_names
from kb.catalog.edges import LABEL, NOTICE, Edge, Relation, Review
from kb.crosswalks import counterpart_count
from kb.messages import message
from kb.release import today

if TYPE_CHECKING:
    from kb import Crosswalks
    from kb.catalog.crosswalk import GroupCoverage
    from kb.catalog.edges import Path as Chain

RELATIONS = [each.value for each in Relation]
NONE = "none"
"""The judgement that two units have no relation."""


@click.command("list")
@click.option("--from", "source", metavar="REF", help="Edges of this unit and its parts, or of this publication.")
@click.option("--to", "target", metavar="PUBLICATION", help="… whose other side is this publisher, document or unit.")
@click.option("--relation", multiple=True, type=click.Choice(RELATIONS), help="Only this relation (repeatable).")
@click.option("--status", multiple=True, type=click.Choice([s.value for s in Review]), help="Only this (repeatable).")
@click.option("--derived", is_flag=True, help="Also what follows from two edges in a row; nobody has reviewed that.")
@FORMAT
@click.pass_context
def list_edges(
    ctx: click.Context,
    source: str | None,
    target: str | None,
    relation: tuple[str, ...],
    status: tuple[str, ...],
    derived: bool,
    form: str,
) -> None:
    """Edges, each read from the side of --from (exit code 4 when there is none).

    \b
    Example:
        kb crosswalk list --from "OECD 1.3" --to UNESCO
    """
    walks, lang = open_crosswalk(ctx), interface_of(ctx)
    known = walks.crosswalk
    here = walks.units(source) if source else None
    there = walks.units(target) if target else None
    if derived and here is None:
        raise Misuse("usage derived")
    shown: list[Edge] = []
    for edge in known.edges:
        for turned in (edge, edge.inverted()):
            if (here is None or turned.source in here) and (there is None or turned.target in there):
                shown.append(turned)
                break
    chains = [
        path
        for unit_id in sorted(here or ())
        for path in (known.derived(unit_id) if derived else ())
        if there is None or path.edges[-1].target in there
    ]

    def wanted(item: Edge | Chain) -> bool:
        if not status and item.status is Review.REJECTED:
            return False
        return (not relation or item.relation.value in relation) and (not status or item.status.value in status)

    shown = [edge for edge in shown if wanted(edge)]
    chains = [path for path in chains if wanted(path)]
    if form == "json":
        edges = [edge_dict(walks, edge) for edge in shown]
        more = {"derived": [_chain_dict(walks, path) for path in chains]} if derived else {}
        out_json(json.dumps({"notice": NOTICE, "edges": edges, **more}, ensure_ascii=False, indent=2))
    else:
        for edge in shown:
            print_edge(walks, edge, lang)
        for path in chains:
            _print_chain(walks, path, lang)
    counts = {"n": len(shown), "total": len(known.edges), "derived": len(chains)}
    listed = message(lang, "crosswalk listed derived" if derived else "crosswalk listed", **counts)
    tell_person(f"{listed} {message(lang, 'crosswalk notice')}")
    if not shown and not chains:
        ctx.exit(NOT_FOUND)


def _chain_dict(walks: Crosswalks, path: Chain) -> dict[str, Any]:
    units = [path.edges[0].source, *(edge.target for edge in path.edges)]
    return {
        "status": "derived",
        "relation": path.relation.value,
        "units": units,
        "locators": [walks.name(unit_id) for unit_id in units],
        "edge_ids": [edge.edge_id for edge in path.edges],
        "weakest": path.weakest.edge_id,
        "standing": LABEL,
    }


def _print_chain(walks: Crosswalks, path: Chain, lang: str) -> None:
    relations = [message(lang, f"crosswalk {edge.relation.value}") for edge in path.edges]
    links = [
        f"{relation} {walks.name(edge.target)} ({edge.edge_id})"
        for relation, edge in zip(relations, path.edges, strict=True)
    ]
    label = message(lang, "crosswalk label")
    out(f"{message(lang, 'crosswalk derived')}  {walks.name(path.edges[0].source)}")
    out(f"  {message(lang, f'crosswalk {path.relation.value}')}  {walks.name(path.edges[-1].target)}")
    out(f"  {message(lang, 'crosswalk derived how', label=label, id=path.weakest.edge_id)}")
    out(f"  {message(lang, 'crosswalk derived by', via='; '.join(links))}")


@click.command()
@click.argument("edge_id", metavar="ID")
@click.option("--relation", required=True, type=click.Choice([*RELATIONS, NONE]), help="Source read against target.")
@click.option("--note", required=True, help="Why, in a sentence.")
@click.option("--by", required=True, metavar="NAME", help="Who judged.")
@click.option("--against", default="", help="What was compared, e.g. “official texts”; as before if not given.")
@FORMAT
@click.pass_context
def review(ctx: click.Context, edge_id: str, relation: str, note: str, by: str, against: str, form: str) -> None:
    """Records your judgement on an edge, with name and day, in crosswalk.toml of the home folder.

    “none” rejects the pair: it is shown nowhere and never proposed again.

    \b
    Example:
        kb crosswalk review cw-c6128baebd --relation intersects --note "Both ask for …" --by "Kim Minji"
    """
    walks, lang = open_crosswalk(ctx), interface_of(ctx)
    chosen = None if relation == NONE else Relation(relation)
    edge, path = walks.review(edge_id, chosen, note, by, today(), against)
    if form == "json":
        out_json(json.dumps(edge_dict(walks, edge), ensure_ascii=False, indent=2))
    else:
        print_edge(walks, edge, lang)
    tell_person(message(lang, "recorded in file", path=path))


@click.command("coverage")
@click.option("--gaps", is_flag=True, help="Only units without any counterpart.")
@FORMAT
@click.pass_context
def show_coverage(ctx: click.Context, gaps: bool, form: str) -> None:
    """Which principles, criteria sets, functions, articles and requirements have counterparts where, and which none.

    A gap is one of this crosswalk, not proof that the other publications are silent.

    \b
    Example:
        kb crosswalk coverage --gaps
    """
    walks, lang = open_crosswalk(ctx), interface_of(ctx)
    groups = walks.crosswalk.report()
    if form == "json":
        rows = [_group_dict(walks, group, gaps) for group in groups]
        out_json(json.dumps({"notice": NOTICE, "groups": rows}, ensure_ascii=False, indent=2))
    else:
        for group in groups:
            none = sum(unit.is_gap for unit in group.units)
            counts = {"n": len(group.units), "having": len(group.units) - none, "without": none}
            out(message(lang, "coverage line", name=group.name, **counts))
            for unit in group.units:
                if not gaps or unit.is_gap:
                    columns = ((name, counterpart_count(unit, name)) for name in family_names())
                    cells = "; ".join(f"{name} {count}" for name, count in columns if count)
                    out(f"  {walks.name(unit.unit_id)}: {cells or message(lang, 'coverage none')}")
    tell_person(f"{message(lang, 'coverage key')} {message(lang, 'crosswalk notice')}")


def _group_dict(walks: Crosswalks, group: GroupCoverage, gaps: bool) -> dict[str, Any]:
    return {
        "name": group.name,
        "units": len(group.units),
        "without": sum(unit.is_gap for unit in group.units),
        "rows": [
            {
                "unit_id": unit.unit_id,
                "locator": walks.name(unit.unit_id),
                "own": dict(unit.own),
                "within": dict(unit.within),
                "gap": unit.is_gap,
            }
            for unit in group.units
            if not gaps or unit.is_gap
        ],
    }
