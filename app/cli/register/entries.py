"""The commands ``kb register show``, ``list`` and ``export``: print entries of the register."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, NOT_FOUND, out, out_json, tell_person, write_result
from app.cli.settings import settings_of
from kb.catalog.catalog import corpus_dir, load_folder
from kb.catalog.register_cache import register
from kb.messages import language, words
from kb.references.parsing import parse
from kb.references.register_directory import RegisterDirectory
from kb.references.resolving import resolve
from kb.references.suggestions import similar_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.catalog.catalog import Catalog
    from kb.catalog.register import Register
    from kb.references.units import UnitName
    from kb.types import RegisterEntry

NOT_VERIFIED = "NOT VERIFIED"
"""The mark of an entry that was not checked against the publication."""

REGISTER_COLUMNS = (
    *("unit_id", "verified", "of_document", "ref", "edition_status", "kind", "number", "path", "title", "title_ko"),
    *("gist_en", "gist_ko", "force", "addressee", "topics", "parent", "related", "moved_from", "aliases"),
    *("url", "verified_against"),
)


def _installed_register(ctx: click.Context) -> tuple[Register, Catalog]:
    """The installed register, from the home's cache if it is there, and the installed catalog."""
    catalog = load_folder(corpus_dir())
    return register(settings_of(ctx).home_path, catalog), catalog


@click.command("show")
@click.argument("reference")
@FORMAT
@click.pass_context
def register_show(ctx: click.Context, reference: str, form: str) -> None:
    """One entry, by unit id or by reference (exit code 4: none, or several).

    \b
    Example:
        kb register show "UNESCO para 37"
    """
    data, catalog = _installed_register(ctx)
    directory = RegisterDirectory(data, catalog)
    entry = data.get(reference)
    message = ""
    offered: list[UnitName] = []
    if entry is None:
        parsed = parse(reference, catalog)
        if parsed:
            found = resolve(parsed[0], directory)
            message = words(found.notice, language(reference))
            offered = [*found.choices, *found.near]
            entry = data.get(found.units[0].unit_id) if found.units else None
        else:  # a name, then; a reference that leads nowhere has no neighbours to offer
            offered = [each.unit for each in similar_names(reference, directory.names(), 5)]
    if entry is None:
        tell_person(f"{reference}: no such entry in the register. {message}".rstrip())
        for unit in offered:
            tell_person(f"  near, but not it: {unit.path} — {unit.title}   {unit.unit_id}")
        ctx.exit(NOT_FOUND)
    row = _entry_row(entry, data, catalog)
    if form == "json":
        out_json(json.dumps(row, ensure_ascii=False, indent=2))
        return
    out(f"{row['ref']}, {row['path']} — {row['title']}{_verified_mark(entry)}")
    for name, value in row.items():
        if value not in ("", [], None) and name not in {"ref", "path", "title"}:
            shown = ", ".join(value) if isinstance(value, list) else value
            out(f"  {name + ':':<18}{'yes' if shown is True else 'NO' if shown is False else shown}")
    out("  register, not the official text")


@click.command("list")
@click.option(
    "--work", metavar="W", help="Only of this edition, register, publisher or work (unesco, oecd-legal-0449)."
)
@click.option("--unverified", is_flag=True, help="Only entries that are not verified.")
@FORMAT
@click.pass_context
def register_list(ctx: click.Context, work: str | None, unverified: bool, form: str) -> None:
    """Entries, a line each; what is not verified is marked so (exit code 4 when there are none).

    \b
    Example:
        kb register list --work unesco --unverified
    """
    data, catalog = _installed_register(ctx)
    entries = [e for e in _of_work(data, catalog, work) if not (unverified and e.verified)]
    if form == "json":
        out_json(json.dumps([_entry_row(e, data, catalog) for e in entries], ensure_ascii=False, indent=2))
    else:
        for entry in entries:
            out(f"{data.unit_id(entry):<58} {entry.path} — {entry.title}{_verified_mark(entry)}")
    n_verified = sum(e.verified for e in entries)
    tell_person(f"{len(entries)} entries, {n_verified} verified, {len(entries) - n_verified} not")
    if not entries:
        ctx.exit(NOT_FOUND)


@click.command("export")
@click.option("-f", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="Form.")
@click.option("--work", metavar="W", help="Only of this edition, register, publisher or work.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not to stdout.")
@click.pass_context
def register_export(ctx: click.Context, form: str, work: str | None, output: Path | None) -> None:
    """The register as a table; every row says whether it is verified.

    \b
    Example:
        kb register export -f csv -o register.csv
    """
    data, catalog = _installed_register(ctx)
    rows = [_entry_row(entry, data, catalog) for entry in _of_work(data, catalog, work)]
    text = _as_csv(rows) if form == "csv" else json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_result(output, text.encode())
        tell_person(f"{len(rows)} entries, {sum(not row['verified'] for row in rows)} of them not verified: {output}")
    if not rows:
        ctx.exit(NOT_FOUND)


def _as_csv(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REGISTER_COLUMNS)
    for row in rows:
        writer.writerow([_table_cell(row[name]) for name in REGISTER_COLUMNS])
    return text.getvalue()


def _table_cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else NOT_VERIFIED
    return "; ".join(value) if isinstance(value, list) else str(value)


def _verified_mark(entry: RegisterEntry) -> str:
    return "" if entry.verified else f"  [{NOT_VERIFIED}]"


def _of_work(register: Register, catalog: Catalog, work: str | None) -> list[RegisterEntry]:
    """The entries of an edition, of a register, of a publisher, or of every edition whose id or URN begins with
    ``work``."""
    if not work:
        return list(register.entries)
    wanted = work.casefold()
    found = []
    for entry in register.entries:
        edition = catalog.get(entry.of_document)
        names = (edition.doc_id, entry.register, edition.publisher.casefold(), edition.urn, edition.urn.split(":")[2])
        starts = (f"{edition.doc_id}-", f"{edition.urn}:", f"{edition.urn[7:]}:")
        if wanted in names or any(name.startswith(f"{wanted}{sign}") for name in starts for sign in "-:"):
            found.append(entry)
    return found


def _entry_row(entry: RegisterEntry, register: Register, catalog: Catalog) -> dict[str, Any]:
    edition = catalog.get(entry.of_document)
    parent = register.parent(entry)
    return {
        "unit_id": register.unit_id(entry),
        "verified": entry.verified,
        "of_document": entry.of_document,
        "ref": edition.ref,
        "edition_status": edition.status.value,
        "kind": entry.kind,
        "number": entry.number,
        "path": entry.path,
        "title": entry.title,
        "title_ko": entry.title_ko,
        "gist_en": entry.gist_en,
        "gist_ko": entry.gist_ko,
        "force": entry.force,
        "addressee": entry.addressee,
        "topics": list(entry.topics),
        "parent": register.unit_id(parent) if parent else "",
        "related": list(entry.related),
        "moved_from": entry.moved_from or "",
        "aliases": list(entry.aliases),
        "url": entry.url,
        "verified_against": entry.verified_against,
    }
