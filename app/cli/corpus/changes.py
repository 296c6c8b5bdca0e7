"""``kb corpus supersede`` and ``kb corpus amend``: what a home records of editions, beside the project's catalog."""

from __future__ import annotations

import re

import click

from app.cli.console import out
from app.cli.corpus.known import catalog_of_home, editions_of, known_editions, loaded_documents
from app.cli.settings import interface_of, settings_of
from app.cli.usage import WrongValue
from kb.catalog.amendments import Amendment, Effect, UnitAmendment, amend, own_amendments, write_amendments
from kb.catalog.catalog import read_successions, write_successions
from kb.catalog.editions import Succession, check_date, supersede
from kb.messages import message
from kb.release import today
from kb.types import notice


@click.command("supersede")
@click.argument("old")
@click.argument("new")
@click.option("--force", is_flag=True, help="Record it although the two are not of one work, or a successor is known.")
@click.pass_context
def corpus_supersede(ctx: click.Context, old: str, new: str, force: bool) -> None:
    """Record in this home that NEW supersedes OLD; the project's own catalog is not touched.

    \b
    Example:
        kb corpus supersede unesco-ram-2023 unesco-ram-2-0
    """
    home = settings_of(ctx).home_path
    known = list(known_editions(ctx, catalog_of_home(ctx), editions_of(loaded_documents(ctx))).values())
    after = {e.doc_id: e for e in supersede(known, old, new, force=force)}
    recorded = [s for s in read_successions(home) if s.old != old]
    path = write_successions(home, (*recorded, Succession(old, new, today(), force)))
    refs = {"old": after[old].ref, "new": after[new].ref}
    out(message(interface_of(ctx), "said supersedes", **refs, day=today(), path=path))


@click.command("amend")
@click.argument("old")
@click.argument("new")
@click.option("--from", "day", required=True, metavar="DATE", help="From which day the amendment holds, YYYY-MM-DD.")
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="KEY=CHANGE[:KEY]",
    help="A unit of OLD, what became of it, and where its content is now, as in article:10.5=deleted:article:4a "
    "(repeatable).",
)
@click.option("--complete", is_flag=True, help="Every unit that was touched is told; all others are unchanged.")
@click.option("--source", default="", help="Where this is known from.")
@click.pass_context
def corpus_amend(
    ctx: click.Context, old: str, new: str, day: str, units: tuple[str, ...], complete: bool, source: str
) -> None:
    """Record in this home that NEW amended OLD, which stays in force; the project's own catalog is not touched.

    CHANGE is changed, replaced, moved, deleted, new or unchanged.

    \b
    Example:
        kb corpus amend house-rules-2024 house-rules-change-2025 --from 2025-07-01 --unit clause:4=deleted:clause:4a
    """
    home = settings_of(ctx).home_path
    editions = known_editions(ctx, catalog_of_home(ctx), editions_of(loaded_documents(ctx)))
    since = check_date(day)
    origin = source or f"recorded by hand on {today()}"
    rows: list[UnitAmendment] = []
    for text in units:
        rows.append(_unit_amendment(text, old, new, since, origin))
    own = amend(
        own_amendments(home), Amendment(old, new, since, complete, origin, False, tuple(rows)), editions.values()
    )
    path = write_amendments(home, own)
    refs = {"old": editions[old].ref, "new": editions[new].ref}
    out(message(interface_of(ctx), "said amends", **refs, day=since, path=path))


def _unit_amendment(text: str, old: str, new: str, day: str, source: str) -> UnitAmendment:
    """ "article:10.5=deleted:article:4a" as a record.

    :raises WrongValue: it is not so written.
    """
    key, found, rest = text.partition("=")
    change, _, now = rest.partition(":")
    form = re.compile(r"[a-z]+(?:-[a-z]+)*:[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
    if not found or change not in {each.value for each in Effect} or not form.fullmatch(key):
        allowed = ", ".join(each.value for each in Effect)
        raise WrongValue(notice("usage unit change", text=text, allowed=allowed), param_hint="--unit")
    if (now and not form.fullmatch(now)) or (change == Effect.MOVED.value and not now):
        raise WrongValue(notice("usage unit key", text=text), param_hint="--unit")
    if now and change in {Effect.NEW.value, Effect.UNCHANGED.value}:
        raise WrongValue(notice("usage unit nowhere", text=text, change=change), param_hint="--unit")
    return UnitAmendment(old, new, key, Effect(change), day, (now,) if now else (), source=source)
