"""``kb register``: our own descriptions of provisions; whether they hold, and what is in them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import console
from app.cli.console import NOT_FOUND, SOME_FAILED, out, tell_person
from kb.index.layout import INDEX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.catalog.catalog import Catalog
    from kb.catalog.register import Register
    from kb.references.units import UnitName
    from kb.types import Edition, RegisterEntry

NOT_VERIFIED = "NOT VERIFIED"
"""The mark of an entry that was not checked against the publication."""

REGISTER_COLUMNS = (
    *("unit_id", "verified", "of_document", "ref", "edition_status", "kind", "number", "path", "title", "title_ko"),
    *("gist_en", "gist_ko", "force", "addressee", "topics", "parent", "related", "moved_from", "aliases"),
    *("url", "verified_against"),
)


@click.group()
def register() -> None:
    """The register: what each provision asks, in our own words, and whether that was verified."""


def _load(folder: Path | None = None) -> tuple[Register, Catalog]:
    from kb.catalog.catalog import corpus_dir, load_folder
    from kb.catalog.register import load_corpus

    where = folder or corpus_dir()
    catalog = load_folder(where)
    return load_corpus(catalog, where), catalog


@register.command("check")
@click.option(
    "--documents",
    "folders",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, path_type=Path),
    help="Compare with the documents here too (repeatable).",
)
@click.option(
    "--corpus",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Check the data in this folder instead of the installed one.",
)
@console.FORMAT
@click.pass_context
def register_check(ctx: click.Context, folders: tuple[Path, ...], corpus: Path | None, form: str) -> None:
    """Check the register: a line for each fault, with file and line, and exit code 3.

    Ids, parents, languages, closed sets, counts, verified flags, the tables of amendments and of dates, the
    Korean words of the glossary, and that no twelve words in a row stand in a document of the index or of DIR.

    \b
    Example:
        kb register check --documents ~/standards
    """
    from kb.catalog.corpus_check import check_tables
    from kb.catalog.register import check_register
    from kb.errors import ConfigError

    compared: list[str] = []
    entries: tuple[RegisterEntry, ...] = ()
    try:
        data, catalog = _load(corpus)
        entries = data.entries
        faults = check_register(data, catalog)
        faults += check_tables(data, catalog, corpus)
        faults += _copied(entries, _sources(console.settings(ctx).home_path, folders, compared))
    except ConfigError as error:
        faults = str(error).split("\n")
    n_verified = sum(entry.verified for entry in entries)
    found = {
        "entries": len(entries),
        "editions": len({entry.of_document for entry in entries}),
        "verified": n_verified,
        "not_verified": len(entries) - n_verified,
        "place_only": sum(not entry.gist_en for entry in entries),
        "compared_with": compared,
        "faults": faults,
    }
    if form == "json":
        out(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            out(fault)
        tell_person(
            f"{found['entries']} entries of {found['editions']} editions; {n_verified} verified, "
            f"{found['not_verified']} not, {found['place_only']} of them a place only; "
            f"compared with {len(compared)} documents; {len(faults)} faults"
        )
    if faults:
        ctx.exit(SOME_FAILED)


def _sources(home: Path, folders: Sequence[Path], compared: list[str]) -> Iterator[tuple[str, str]]:
    """Name and text of every official document of the index and of the folders; names are added to ``compared``."""
    from kb.errors import IndexFolderError, NoIndexError
    from kb.index.reader import Store

    try:
        with Store.open(home / INDEX) as store:
            for document in store.documents:
                if not document.edition.register_of:
                    compared.append(document.doc_id)
                    yield document.doc_id, store.text(document.doc_id)
    except NoIndexError:
        pass
    except IndexFolderError as error:
        tell_person(f"kb: {error}")
    for folder in folders:
        for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
            text = _text_of(path)
            if text is not None:
                compared.append(str(path))
                yield path.name, text


def _text_of(path: Path) -> str | None:
    """The text of a PDF or text file; ``None`` for what is neither, told where it cannot be read."""
    from kb import pdf
    from kb.errors import KBError

    try:
        if path.suffix.lower() == ".pdf":
            with pdf.open_pdf(path) as document:
                return "\f".join(pdf.read_page(document, n).text for n in range(1, len(document) + 1))
        if path.suffix.lower() in {".txt", ".md", ".html", ".htm"}:
            return path.read_text("utf-8", errors="replace")
    except (KBError, OSError) as error:
        tell_person(f"kb: {path.name}: not compared ({error})")
    return None


def _copied(entries: Sequence[RegisterEntry], sources: Iterator[tuple[str, str]]) -> list[str]:
    from kb.text.overlap import N_WORDS, shared_word_runs

    texts = {
        f"{entry.file}, line {entry.line}: entry {entry.key!r}: {name}": getattr(entry, name)
        for entry in entries
        for name in ("gist_en", "gist_ko")
    }
    return [
        f"{found.text} repeats {N_WORDS} words of {found.source}: “{found.words}”."
        for found in shared_word_runs(texts, sources)
    ]


@dataclass(frozen=True, slots=True)
class _Entries:
    """The register alone as a directory that references are resolved against."""

    register: Register
    catalog: Catalog

    def names(self) -> list[UnitName]:
        from kb.references.units import UnitName

        return [
            UnitName(self.register.unit_id(e), e.register, e.of_document, e.key, e.path, e.title, e.aliases)
            for e in self.register.entries
        ]

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        return [name for name in self.names() if name.key.casefold() == key.casefold()]

    def documents(self) -> Sequence[Edition]:
        return self.catalog.editions

    def holds(self, doc_id: str) -> bool:
        return any(entry.key != "whole" for entry in self.register.of_document(doc_id))


@register.command("show")
@click.argument("reference")
@console.FORMAT
@click.pass_context
def register_show(ctx: click.Context, reference: str, form: str) -> None:
    """One entry, by unit id or by reference (exit code 4: none, or several).

    \b
    Example:
        kb register show "UNESCO para 37"
    """
    from kb.messages import language, words
    from kb.references.parsing import parse
    from kb.references.resolving import resolve
    from kb.references.suggestions import similar_names

    data, catalog = _load()
    directory = _Entries(data, catalog)
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
    row = _row(entry, data, catalog)
    if form == "json":
        out(json.dumps(row, ensure_ascii=False, indent=2))
        return
    out(f"{row['ref']}, {row['path']} — {row['title']}{_mark(entry)}")
    for name, value in row.items():
        if value not in ("", [], None) and name not in {"ref", "path", "title"}:
            shown = ", ".join(value) if isinstance(value, list) else value
            out(f"  {name + ':':<18}{'yes' if shown is True else 'NO' if shown is False else shown}")
    out("  register, not the official text")


@register.command("list")
@click.option(
    "--work", metavar="W", help="Only of this edition, register, publisher or work (unesco, oecd-legal-0449)."
)
@click.option("--unverified", is_flag=True, help="Only entries that are not verified.")
@console.FORMAT
@click.pass_context
def register_list(ctx: click.Context, work: str | None, unverified: bool, form: str) -> None:
    """Entries, a line each; what is not verified is marked so (exit code 4 when there are none).

    \b
    Example:
        kb register list --work unesco --unverified
    """
    data, catalog = _load()
    entries = [e for e in _of_work(data, catalog, work) if not (unverified and e.verified)]
    if form == "json":
        out(json.dumps([_row(e, data, catalog) for e in entries], ensure_ascii=False, indent=2))
    else:
        for entry in entries:
            out(f"{data.unit_id(entry):<58} {entry.path} — {entry.title}{_mark(entry)}")
    n_verified = sum(e.verified for e in entries)
    tell_person(f"{len(entries)} entries, {n_verified} verified, {len(entries) - n_verified} not")
    if not entries:
        ctx.exit(NOT_FOUND)


@register.command("export")
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
    data, catalog = _load()
    rows = [_row(entry, data, catalog) for entry in _of_work(data, catalog, work)]
    text = _csv(rows) if form == "csv" else json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8", newline="")
        tell_person(f"{len(rows)} entries, {sum(not row['verified'] for row in rows)} of them not verified: {output}")
    if not rows:
        ctx.exit(NOT_FOUND)


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REGISTER_COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in REGISTER_COLUMNS])
    return text.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else NOT_VERIFIED
    return "; ".join(value) if isinstance(value, list) else str(value)


def _mark(entry: RegisterEntry) -> str:
    return "" if entry.verified else f"  [{NOT_VERIFIED}]"


def _of_work(register: Register, catalog: Catalog, work: str | None) -> list[RegisterEntry]:
    """The entries of an edition, a register, a publisher, or of every edition whose id or URN begins so."""
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


def _row(entry: RegisterEntry, register: Register, catalog: Catalog) -> dict[str, Any]:
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
