"""``kb crosswalk``: typed edges between provisions. Ours, not official."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import console
from app.cli.console import NOT_FOUND, USAGE, out, tell_person
from kb.catalog.edges import LABEL, NOTICE, Edge, Relation, Review
from kb.errors import AmbiguousReference, KBError, ReferenceNotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.catalog.crosswalk import GroupCoverage
    from kb.catalog.edges import Path as Chain
    from kb.crosswalks import Crosswalks

RELATIONS = [each.value for each in Relation]
NONE = "none"
"""The judgement that there is no relationship."""


class _Group(click.Group):
    """A reference that names nothing, or leaves a choice, ends a command with exit code 4."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ReferenceNotFound, AmbiguousReference) as error:
            tell_person(f"kb: {error}")
            ctx.exit(NOT_FOUND)


@click.group(cls=_Group)
def crosswalk() -> None:
    """Typed edges between provisions of different publications: our own reading, not an official mapping."""


def _open(ctx: click.Context) -> Crosswalks:
    from kb.crosswalks import Crosswalks

    return Crosswalks(console.settings(ctx).home_path)


def _edge_dict(walks: Crosswalks, edge: Edge) -> dict[str, Any]:
    from kb.catalog.edges import EDGE_COLUMNS

    return {
        "edge_id": edge.edge_id,
        **dict(zip(EDGE_COLUMNS, edge.row(), strict=True)),
        "source_locator": walks.name(edge.source),
        "target_locator": walks.name(edge.target),
        "standing": LABEL,
    }


def _print_edge(walks: Crosswalks, edge: Edge) -> None:
    out(f"{edge.edge_id}  {walks.name(edge.source)}")
    out(f"  {edge.relation.value}  {walks.name(edge.target)}")
    out(f"  {_status(edge)}; {LABEL}")
    out(f"  {edge.rationale_en}")
    if edge.note and edge.note != edge.rationale_en:
        out(f"  review: {edge.note}")


def _status(edge: Edge) -> str:
    if edge.reviewer:
        return f"{edge.status.value} by {edge.reviewer} on {edge.reviewed_on}, against {edge.verified_against}"
    if edge.status is Review.REVIEWED:
        return f"reviewed by its author {edge.author} on {edge.date}, against {edge.verified_against}"
    return f"{edge.status.value} by {edge.author} on {edge.date}"


@crosswalk.command("list")
@click.option("--from", "source", metavar="REF", help="Edges of this unit and its parts, or of this publication.")
@click.option("--to", "target", metavar="PUBLICATION", help="… whose other side is this publisher, document or unit.")
@click.option("--relation", multiple=True, type=click.Choice(RELATIONS), help="Only this relation (repeatable).")
@click.option("--status", multiple=True, type=click.Choice([s.value for s in Review]), help="Only this (repeatable).")
@click.option("--derived", is_flag=True, help="Also what follows from two edges in a row; nobody has reviewed that.")
@console.FORMAT
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
    walks = _open(ctx)
    known = walks.crosswalk
    here = walks.units(source) if source else None
    there = walks.units(target) if target else None
    if derived and here is None:
        raise click.UsageError("--derived needs --from: chains start at a unit")
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
        edges = [_edge_dict(walks, edge) for edge in shown]
        more = {"derived": [_chain_dict(walks, path) for path in chains]} if derived else {}
        out(json.dumps({"notice": NOTICE, "edges": edges, **more}, ensure_ascii=False, indent=2))
    else:
        for edge in shown:
            _print_edge(walks, edge)
        for path in chains:
            _print_chain(walks, path)
    tell_person(f"{len(shown)} of {len(known.edges)} edges{f', {len(chains)} derived' if derived else ''}. {NOTICE}")
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


def _print_chain(walks: Crosswalks, path: Chain) -> None:
    via = "; ".join(f"{edge.relation.value} {walks.name(edge.target)} ({edge.edge_id})" for edge in path.edges)
    out(f"derived  {walks.name(path.edges[0].source)}")
    out(f"  {path.relation.value}  {walks.name(path.edges[-1].target)}")
    out(f"  derived, not reviewed; {LABEL}; as weak as {path.weakest.edge_id}")
    out(f"  by way of: {via}")


@crosswalk.command()
@click.argument("reference", nargs=-1)
@click.option("-k", default=3, show_default=True, type=click.IntRange(1, 20), help="How many a unit.")
@click.option("--save", is_flag=True, help="Keep them, as proposed, in crosswalk.toml of the home folder.")
@console.FORMAT
@click.pass_context
def suggest(ctx: click.Context, reference: tuple[str, ...], k: int, save: bool, form: str) -> None:
    """Pairs that retrieval finds near each other: proposals to look at, never reviewed.

    Without a reference: for every unit that the coverage report has no counterpart for.

    \b
    Example:
        kb crosswalk suggest "UNESCO para 37" -k 5
    """
    base = console.knowledge_base(ctx)
    walks = _open(ctx)
    units = [walks.unit(text) for text in reference] if reference else walks.gaps()
    from kb.messages import words

    found, notices = walks.suggest(base.library(), base.models(), units, k, console.today())
    if form == "json":
        rows = [
            {**_edge_dict(walks, item.edge), "score": item.score, "parts": dict(item.parts)}  # the edge says proposed
            for item in found
        ]
        out(json.dumps({"notice": NOTICE, "suggestions": rows}, ensure_ascii=False, indent=2))
    else:
        for item in found:
            parts = ", ".join(f"{name} {value:.3f}" for name, value in item.parts)
            out(f"{item.edge.edge_id}  {item.score:.3f} ({parts})")
            out(f"  {walks.name(item.edge.source)}")
            out(f"  {walks.name(item.edge.target)}")
    for notice in notices:
        tell_person(f"note: {words(notice, 'en')}")
    if save and found:
        path = walks.record([item.edge for item in found])
        tell_person(f"{len(found)} proposed edges saved in {path}; judge each with `kb crosswalk review`")
    tell_person(f"{len(found)} pairs proposed by retrieval, none of them looked at. {NOTICE}")
    if not found:
        ctx.exit(NOT_FOUND)


@crosswalk.command()
@click.argument("edge_id", metavar="ID")
@click.option("--relation", required=True, type=click.Choice([*RELATIONS, NONE]), help="Source read against target.")
@click.option("--note", required=True, help="Why, in a sentence.")
@click.option("--by", required=True, metavar="NAME", help="Who judged.")
@click.option("--against", default="", help="What was compared, e.g. “official texts”; as before if not given.")
@console.FORMAT
@click.pass_context
def review(ctx: click.Context, edge_id: str, relation: str, note: str, by: str, against: str, form: str) -> None:
    """Records your judgement on an edge, with name and day, in crosswalk.toml of the home folder.

    “none” rejects the pair: it is shown nowhere and never proposed again.

    \b
    Example:
        kb crosswalk review cw-c6128baebd --relation intersects --note "Both ask for …" --by "Kim Minji"
    """
    walks = _open(ctx)
    chosen = None if relation == NONE else Relation(relation)
    edge, path = walks.review(edge_id, chosen, note, by, console.today(), against)
    if form == "json":
        out(json.dumps(_edge_dict(walks, edge), ensure_ascii=False, indent=2))
    else:
        _print_edge(walks, edge)
    tell_person(f"recorded in {path}")


def _oscal(walks: Crosswalks) -> bytes:
    from kb.export.oscal import to_oscal

    version = console.package_version()
    return to_oscal(walks.crosswalk.edges, walks.edition_of, walks.name, version).encode()


_EXPORTS: dict[str, Callable[[Crosswalks], bytes]] = {
    "csv": lambda walks: walks.crosswalk.to_csv().encode(),
    "xlsx": lambda walks: walks.sheets(console.package_version()),
    "oscal": _oscal,
}


@crosswalk.command()
@click.option("-f", "kind", required=True, type=click.Choice(["csv", "xlsx", "oscal"]), help="The form of the file.")
@click.option("-o", "target", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
@click.pass_context
def export(ctx: click.Context, kind: str, target: Path | None) -> None:
    """All edges as CSV (which `import` reads back), a workbook, or an OSCAL mapping collection.

    \b
    Example:
        kb crosswalk export -f oscal -o crosswalk.json
    """
    walks = _open(ctx)
    if kind == "xlsx" and target is None:
        raise click.UsageError("a workbook needs a file: give -o FILE")
    data = _EXPORTS[kind](walks)
    if kind == "oscal":
        from kb.export.oscal import validate

        try:
            tell_person(f"valid: {validate(data.decode())}")
        except KBError as error:
            if "not installed" not in str(error):
                raise
            tell_person(f"note: {error}")
    if target is None:
        click.echo(data, nl=False)
    else:
        try:
            target.write_bytes(data)
        except OSError as error:
            raise KBError(f"{target}: cannot be written ({error.strerror})") from error
        tell_person(f"{target}: {len(walks.crosswalk.edges)} edges")
    tell_person(NOTICE)


@crosswalk.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@console.FORMAT
@click.pass_context
def import_file(ctx: click.Context, file: Path, form: str) -> None:
    """Takes in a CSV file such as `export` writes: what differs goes into crosswalk.toml of the home folder.

    \b
    Example:
        kb crosswalk import crosswalk.csv
    """
    walks = _open(ctx)
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        tell_person(f"kb: {file}: not UTF-8; save it as “CSV UTF-8”")
        ctx.exit(USAGE)
    except OSError as error:
        raise KBError(f"{file}: cannot be read ({error.strerror})") from error
    done, path = walks.take_in(text, str(file))
    if form == "json":
        out(json.dumps({"new": done.new, "changed": done.changed, "same": done.same, "file": str(path)}))
    else:
        out(f"{done.new} new, {done.changed} changed, {done.same} as they were")
    if done.new or done.changed:
        tell_person(f"recorded in {path}")


@crosswalk.command()
@click.option("--gaps", is_flag=True, help="Only units without any counterpart.")
@console.FORMAT
@click.pass_context
def coverage(ctx: click.Context, gaps: bool, form: str) -> None:
    """Which principles, criteria sets, functions, articles and requirements have counterparts where, and which none.

    A gap is one of this crosswalk, not proof that the other publications are silent.

    \b
    Example:
        kb crosswalk coverage --gaps
    """
    from kb.catalog.crosswalk import family_names
    from kb.crosswalks import counted

    walks = _open(ctx)
    groups = walks.crosswalk.report()
    if form == "json":
        rows = [_group_dict(walks, group, gaps) for group in groups]
        out(json.dumps({"notice": NOTICE, "groups": rows}, ensure_ascii=False, indent=2))
    else:
        for group in groups:
            none = sum(unit.is_gap for unit in group.units)
            out(f"{group.name}: {len(group.units)}, with a counterpart {len(group.units) - none}, without {none}")
            for unit in group.units:
                if not gaps or unit.is_gap:
                    cells = "; ".join(f"{name} {counted(unit, name)}" for name in family_names() if counted(unit, name))
                    out(f"  {walks.name(unit.unit_id)}: {cells or 'none'}")
    tell_person(f"n: counterparts of the unit itself, (+n): of its parts. {NOTICE}")


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
