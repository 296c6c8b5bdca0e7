"""The command ``kb crosswalk suggest``: proposes pairs of units that retrieval finds near each other."""

from __future__ import annotations

import json

import click

from app.cli.console import FORMAT, NOT_FOUND, out, out_json, tell_person
from app.cli.crosswalk.shown import edge_dict, open_crosswalk
from app.cli.opened import knowledge_base
from app.cli.settings import interface_of
from kb.catalog.edges import NOTICE
from kb.messages import message, words
from kb.release import today


@click.command("suggest")
@click.argument("reference", nargs=-1)
@click.option("-k", default=3, show_default=True, type=click.IntRange(1, 20), help="How many a unit.")
@click.option("--save", is_flag=True, help="Keep them, as proposed, in crosswalk.toml of the home folder.")
@FORMAT
@click.pass_context
def propose(ctx: click.Context, reference: tuple[str, ...], k: int, save: bool, form: str) -> None:
    """Pairs that retrieval finds near each other: proposals to look at, never reviewed.

    Without a reference: for every unit that the coverage report has no counterpart for.

    \b
    Example:
        kb crosswalk suggest "UNESCO para 37" -k 5
    """
    base = knowledge_base(ctx)
    walks, lang = open_crosswalk(ctx), interface_of(ctx)
    units = [walks.unit(text) for text in reference] if reference else walks.gaps()
    found, notices = base.suggest_edges(walks, units, k, today())
    if form == "json":
        rows = [
            {**edge_dict(walks, item.edge), "score": item.score, "parts": dict(item.parts)}  # the edge says proposed
            for item in found
        ]
        out_json(json.dumps({"notice": NOTICE, "suggestions": rows}, ensure_ascii=False, indent=2))
    else:
        for item in found:
            parts = ", ".join(f"{name} {value:.3f}" for name, value in item.parts)
            out(f"{item.edge.edge_id}  {item.score:.3f} ({parts})")
            out(f"  {walks.name(item.edge.source)}")
            out(f"  {walks.name(item.edge.target)}")
    for notice in notices:
        tell_person(message(lang, "note", text=words(notice, lang)))
    if save and found:
        path = walks.record([item.edge for item in found])
        tell_person(message(lang, "edges saved", n=len(found), path=path))
    tell_person(f"{message(lang, 'edges proposed', n=len(found))} {message(lang, 'crosswalk notice')}")
    if not found:
        ctx.exit(NOT_FOUND)
