"""``kb corpus``: what is here, in which edition, under which licence."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import console
from app.cli.console import FAILED, NOT_FOUND, SOME_FAILED, out, tell_person
from app.cli.ingest import build, print_summary
from kb.errors import IndexFolderError, KBError, NoIndexError
from kb.index.layout import INDEX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.catalog.amendments import UnitAmendment
    from kb.catalog.catalog import Catalog
    from kb.catalog.editions import UnitText
    from kb.types import Edition


@click.group()
def corpus() -> None:
    """The catalog: what is here, in which edition, under which licence."""


def _catalog(ctx: click.Context) -> Catalog:
    from kb.catalog.catalog import load_home_catalog

    return load_home_catalog(console.settings(ctx).home_path)


def _editions(ctx: click.Context, catalog: Catalog, loaded: dict[str, Edition]) -> dict[str, Edition]:
    """Every edition by id: as the index holds it, else as the catalog does, with what the home recorded of it."""
    from kb.catalog.amendments import own_amendments, with_amendments
    from kb.catalog.catalog import overlaid, read_successions

    home = console.settings(ctx).home_path
    known = [*loaded.values(), *(e for e in catalog.editions if e.doc_id not in loaded)]
    return {e.doc_id: e for e in overlaid(with_amendments(known, own_amendments(home)), read_successions(home))}


def _loaded_ids(ctx: click.Context) -> dict[str, Edition]:
    from kb.index.reader import Store

    try:
        with Store.open(console.settings(ctx).home_path / INDEX) as store:
            return {d.doc_id: d.edition for d in store.documents}
    except NoIndexError:
        return {}
    except IndexFolderError as error:
        tell_person(f"kb: {error}")
        return {}


@corpus.command("list")
@click.option("--loaded", "only_loaded", is_flag=True, help="Only what the index holds.")
@click.option(
    "--stale", metavar="DAYS", type=click.IntRange(0), help="Only editions whose facts were not checked for DAYS days."
)
@console.FORMAT
@click.pass_context
def corpus_list(ctx: click.Context, only_loaded: bool, stale: int | None, form: str) -> None:
    """Every edition of the catalog, its status and successor, and whether it is loaded, register only, or neither.

    \b
    Example:
        kb corpus list --loaded
    """
    loaded = _loaded_ids(ctx)
    from kb.catalog.editions import is_due
    from kb.catalog.register_cache import register

    catalog = _catalog(ctx)
    described = {doc_id for e in loaded.values() for doc_id in e.register_of}
    if described:
        described &= {entry.of_document for entry in register(console.settings(ctx).home_path, catalog).entries}
    editions = _editions(ctx, catalog, loaded)
    rows: list[dict[str, Any]] = []
    for doc_id, edition in sorted(editions.items()):
        state = "loaded" if doc_id in loaded else "register" if doc_id in described else "absent"
        if only_loaded and state != "loaded":
            continue
        if stale is not None and not is_due(edition, stale, console.today()):
            continue
        rows.append(
            {
                "doc_id": doc_id,
                "ref": edition.ref,
                "status": edition.status.value,
                "supersedes": edition.supersedes,
                "superseded_by": edition.superseded_by,
                "amended_by": edition.amended_by,
                "issued": edition.issued,
                "effective": edition.effective,
                "state": state,
                "verified": edition.verified,
                "checked": edition.checked,
                "look_at": edition.landing_url,
                "title": edition.title,
            }
        )
    if form == "json":
        out(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        mark = "" if row["verified"] else "  (facts not verified)"
        later = f"  → {row['superseded_by']}" if row["superseded_by"] else ""
        due = (
            f"  checked: {row['checked'] or 'never'}; look at {row['look_at'] or 'no address'}"
            if stale is not None
            else ""
        )
        out(f"{row['state']:<9} {row['status']:<11} {row['doc_id']:<42} {row['ref']}{later}{mark}{due}")
    tell_person(
        "loaded: official text in the index · register: our own description only · absent: add it with `kb corpus add`"
    )


@corpus.command("show")
@click.argument("doc_id")
@console.FORMAT
@click.pass_context
def corpus_show(ctx: click.Context, doc_id: str, form: str) -> None:
    """One edition: facts, licence, where it comes from, what the index holds of it.

    \b
    Example:
        kb corpus show oecd-legal-0449-2019
    """
    loaded = _loaded_ids(ctx)
    catalog = _catalog(ctx)
    edition = _editions(ctx, catalog, loaded).get(doc_id) or catalog.get(doc_id)
    data = asdict(edition) | {"loaded": doc_id in loaded}
    if form == "json":
        out(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for key, value in data.items():
        if value not in (None, "", (), []):
            out(f"{key + ':':<18} {getattr(value, 'value', value)}")
    if not edition.verified:
        out("                   these facts are not verified against a source")


@corpus.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--no-ingest", is_flag=True, help="Only copy; do not build the index.")
@click.pass_context
def corpus_add(ctx: click.Context, files: tuple[Path, ...], no_ingest: bool) -> None:
    """Copy files into the home folder, say what each one is, and read them into the index.

    \b
    Example:
        kb corpus add ~/Downloads/7003-2024.pdf
    """
    from ingest.sources.add import add_file

    home = console.settings(ctx).home_path
    failed = 0
    for path in files:
        try:
            added = add_file(path, home)
        except KBError as error:
            tell_person(f"kb: {error}")
            failed += 1
            continue
        out(f"added {path.name}: {added.what}")
        for note in (*added.notes, *_recorded(home, added.what)):
            out(f"      note: {note}")
    if not no_ingest and failed < len(files):
        summary = build(console.settings(ctx), ())
        print_summary(summary, dry_run=False)
        failed += len(summary.failed)
    if failed:
        ctx.exit(SOME_FAILED if failed < len(files) else FAILED)


def _recorded(home: Path, what: str) -> tuple[str, ...]:
    """What this home recorded of the edition that a file turned out to be, the catalog being silent about it."""
    from kb.catalog.catalog import read_successions

    return tuple(
        f"superseded by {each.new}, as recorded here on {each.recorded}"
        for each in read_successions(home)
        if what.partition(" [")[2].startswith(f"{each.old}]")
    )


@corpus.command("fetch")
@click.argument("doc_ids", nargs=-1)
@click.option("--all-free", is_flag=True, help="Every edition whose address is known and whose licence allows it.")
@click.pass_context
def corpus_fetch(ctx: click.Context, doc_ids: tuple[str, ...], all_free: bool) -> None:
    """Download editions whose publisher allows it; for others, say how to add the file by hand.

    What was fetched is recorded in the home folder: address, day, SHA-256.

    \b
    Example:
        kb corpus fetch oecd-legal-0449-2024
        kb corpus fetch --all-free
    """
    from ingest.sources.fetch import fetch, free_editions

    if bool(doc_ids) == all_free:
        raise click.UsageError("name editions, or give --all-free")
    catalog = _catalog(ctx)
    wanted = [catalog.get(d) for d in doc_ids] if doc_ids else list(free_editions(catalog.editions))
    failed = 0
    for edition in wanted:
        try:
            added = fetch(edition, console.settings(ctx).home_path, console.today())
        except KBError as error:
            tell_person(f"kb: {error}")
            failed += 1
            continue
        out(f"fetched {edition.ref}: {added.what}")
        for note in added.notes:
            out(f"      note: {note}")
    if failed:
        ctx.exit(SOME_FAILED if failed < len(wanted) else FAILED)
    tell_person("run `kb ingest` to read what was fetched")


@corpus.command("check")
@click.argument("doc_ids", nargs=-1)
@click.option("--units", "list_units", is_flag=True, help="List every unit with its pages.")
@click.option("--witness", is_flag=True, help="Compare each page's words with pypdf's and poppler's.")
@console.FORMAT
@click.pass_context
def corpus_check(ctx: click.Context, doc_ids: tuple[str, ...], list_units: bool, witness: bool, form: str) -> None:
    """The extraction report of loaded documents; exit code 3 when a numbering is not proven.

    \b
    Example:
        kb corpus check eu-ai-act-2024-1689
    """
    from kb.index.reader import Store

    failed = False
    reports: list[dict[str, Any]] = []
    with Store.open(console.settings(ctx).home_path / INDEX) as store:
        for doc_id in doc_ids or [d.doc_id for d in store.documents]:
            document = store.document(doc_id)
            if document is None:
                raise IndexFolderError(
                    f"document {doc_id!r} is not in the index; `kb corpus list --loaded` shows what is"
                )
            report = dict(document.report)
            failed = failed or not report.get("holds", True)
            if form == "json":
                reports.append({"doc_id": doc_id, "ref": document.edition.ref, "notes": document.notes} | report)
                continue
            _print_report(doc_id, document.edition.ref, report, document.notes)
            if list_units:
                for unit in store.units(doc_id):
                    pages = (
                        f"{unit.page_start}"
                        if unit.page_start == unit.page_end
                        else f"{unit.page_start}–{unit.page_end}"
                    )
                    out(f"    {unit.kind:<14} {unit.path:<28} PDF page {pages:<9} {unit.title[:80]}")
            if witness and document.media_type == "application/pdf":
                _print_witnesses(Path(document.source))
    if form == "json":
        out(json.dumps(reports, ensure_ascii=False, indent=2))
    if failed:
        ctx.exit(SOME_FAILED)


def _print_witnesses(path: Path) -> None:
    from ingest.cross_check import compare
    from kb import pdf

    if not path.is_file():
        out(f"    witnesses: {path.name} is no longer where it was read")
        return
    with pdf.open_pdf(path) as document:
        pages = [pdf.read_page(document, n).text for n in range(1, len(document) + 1)]
    notes = compare(path, pages)
    if not notes:
        out("    witnesses agree on every page")
    for note in notes:
        how = f"{note.share:.1%} of the words differ" if note.share else "same words in another order"
        out(f"    page {note.page}, {note.witness}: {how}; first “{note.ours[:40]}” against “{note.theirs[:40]}”")


def _print_report(doc_id: str, ref: str, report: dict[str, Any], notes: Sequence[str]) -> None:
    out(f"{ref} [{doc_id}]: {'numbering proven' if report.get('holds') else 'numbering NOT proven'}")
    for kind, count in report.get("counts", ()):
        out(f"    {kind:<14} {count}")
    for kind, want, got in report.get("expected", ()):
        out(f"    expected {want} × {kind}, found {got}{'' if want == got else '  ← differs'}")
    for name in ("gaps", "duplicates", "order_breaks", "empty", "overlong"):
        values = report.get(name) or ()
        if values:
            more = f" … and {len(values) - 8} more" if len(values) > 8 else ""
            out(f"    {name.replace('_', ' ')}: {', '.join(values[:8])}{more}")
    if report.get("unproven"):
        values = report["unproven"]
        out(f"    {len(values)} units cited by heading and page, their list being unproven, e.g. {values[0]}")
    if report.get("n_refused"):
        examples = "; ".join(report["refused"][:3])
        out(f"    {report['n_refused']} lines looked numbered and were refused, e.g. {examples}")
    if report.get("pages_without_text"):
        out(f"    pages without text: {', '.join(map(str, report['pages_without_text']))}")
    out(
        f"    {report.get('n_chars', 0):,} characters, {report.get('n_uncovered', 0):,} outside any unit; "
        f"{report.get('n_furniture', 0)} running lines cut"
    )
    for note in notes:
        out(f"    note: {note}")


@corpus.command("remove")
@click.argument("doc_id")
@click.pass_context
def corpus_remove(ctx: click.Context, doc_id: str) -> None:
    """Drop one document from the index; it stays out until it is named or added again.

    \b
    Example:
        kb corpus remove file-draft-1a2b3c4d
    """
    from ingest.removal import remove
    from kb.models.encoder import SentenceEncoder

    s = console.settings(ctx)
    encoder = SentenceEncoder(
        s.encoder,
        s.encoder_dtype,
        s.query_prompt or None,
        s.passage_prompt or None,
        s.encoder_cache,
        console.tell_person,
    )
    tell_person(f"index {remove(s.home_path, doc_id, encoder, console.today(), console.package_version())}")


@corpus.command("supersede")
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
    from kb.catalog.catalog import read_successions, write_successions
    from kb.catalog.editions import Succession, supersede

    home = console.settings(ctx).home_path
    known = list(_editions(ctx, _catalog(ctx), _loaded_ids(ctx)).values())
    after = {e.doc_id: e for e in supersede(known, old, new, force=force)}
    recorded = [s for s in read_successions(home) if s.old != old]
    path = write_successions(home, (*recorded, Succession(old, new, console.today(), force)))
    out(f"{after[old].ref} is superseded by {after[new].ref}, by your word of {console.today()} ({path})")


@corpus.command("amend")
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
    from kb.catalog.amendments import Amendment, amend, own_amendments, write_amendments
    from kb.catalog.editions import check_date

    home = console.settings(ctx).home_path
    editions = _editions(ctx, _catalog(ctx), _loaded_ids(ctx))
    since = check_date(day)
    told = source or f"recorded by hand on {console.today()}"
    rows: list[UnitAmendment] = []
    for text in units:
        rows.append(_unit_amendment(text, old, new, since, told))
    own = amend(own_amendments(home), Amendment(old, new, since, complete, told, False, tuple(rows)), editions.values())
    path = write_amendments(home, own)
    out(f"{editions[old].ref} is amended by {editions[new].ref} from {since}, by your word ({path})")


def _unit_amendment(text: str, old: str, new: str, day: str, source: str) -> UnitAmendment:
    """ "article:10.5=deleted:article:4a" as a record.

    :raises click.BadParameter: it is not so written.
    """
    from kb.catalog.amendments import Effect, UnitAmendment

    key, found, rest = text.partition("=")
    change, _, now = rest.partition(":")
    form = re.compile(r"[a-z]+(?:-[a-z]+)*:[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
    if not found or change not in {each.value for each in Effect} or not form.fullmatch(key):
        allowed = ", ".join(each.value for each in Effect)
        raise click.BadParameter(f"{text!r}: write a unit's key, =, and one of {allowed}", param_hint="--unit")
    if (now and not form.fullmatch(now)) or (change == Effect.MOVED.value and not now):
        raise click.BadParameter(f"{text!r}: after the colon goes the key of a unit", param_hint="--unit")
    if now and change in {Effect.NEW.value, Effect.UNCHANGED.value}:
        raise click.BadParameter(f"{text!r}: what is {change} is nowhere else", param_hint="--unit")
    return UnitAmendment(old, new, key, Effect(change), day, (now,) if now else (), source=source)


@corpus.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--from",
    "basis",
    type=click.Choice(["auto", "texts", "register"]),
    default="auto",
    show_default=True,
    help="What is compared.",
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(["unchanged", "moved", "changed", "new", "gone"]),
    help="Only these (repeatable); by default all but unchanged units are listed.",
)
@console.FORMAT
@click.pass_context
def corpus_diff(ctx: click.Context, old: str, new: str, basis: str, only: tuple[str, ...], form: str) -> None:
    """Units unchanged, moved, changed, new and gone between two editions: from loaded texts, else from the register.

    \b
    Example:
        kb corpus diff oecd-legal-0449-2019 oecd-legal-0449-2024
    """
    from kb.catalog.editions import HELD, KEPT, SIMILAR, compare_entries, compare_texts, counts
    from kb.catalog.register_cache import register

    catalog = _catalog(ctx)
    loaded = _loaded_ids(ctx)
    editions = _editions(ctx, catalog, loaded)
    before, after = (editions.get(doc_id) or catalog.get(doc_id) for doc_id in (old, new))
    if basis == "auto":
        basis = "texts" if old in loaded and new in loaded else "register"
    if basis == "texts":
        missing = [doc_id for doc_id in (old, new) if doc_id not in loaded]
        if missing:
            raise IndexFolderError(f"no text of {', '.join(missing)} in the index; add it with `kb corpus add`")
        differences = compare_texts(*(_unit_texts(ctx, doc_id) for doc_id in (old, new)))
    else:
        entries = register(console.settings(ctx).home_path, catalog)
        missing = [doc_id for doc_id in (old, new) if not entries.of_document(doc_id)]
        if missing:
            tell_person(f"kb: {', '.join(missing)}: neither its text is loaded nor has the register entries for it")
            ctx.exit(NOT_FOUND)
        differences = compare_entries(entries.of_document(old), entries.of_document(new))
    n = counts(differences)
    shown = [d for d in differences if d.change.value in (only or ("moved", "changed", "new", "gone"))]
    if form == "json":
        rows = [
            {
                "change": d.change.value,
                "old": d.old.key if d.old else None,
                "new": d.new.key if d.new else None,
                "old_path": d.old.path if d.old else None,
                "new_path": d.new.path if d.new else None,
                "old_title": d.old.title if d.old else None,
                "new_title": d.new.title if d.new else None,
                "similarity": d.similarity,
                "verified": all(u.verified for u in (d.old, d.new) if u is not None) if basis == "register" else None,
            }
            for d in (differences if not only else shown)
        ]
        bounds = {"similar": SIMILAR, "kept": KEPT, "held": HELD} if basis == "texts" else None
        found = {"old": old, "new": new, "from": basis, "bounds": bounds, "counts": n, "units": rows}
        out(json.dumps(found, ensure_ascii=False, indent=2))
        return
    out(f"{before.ref} → {after.ref}")
    out(", ".join(f"{count} {change}" for change, count in n.items()))
    for d in shown:
        names = [f"{u.path}{f' — {u.title}' if u.title and u.title not in u.path else ''}" for u in (d.old, d.new) if u]
        same = d.old is not None and d.new is not None and d.old.path == d.new.path and d.old.title == d.new.title
        share = f"  {d.similarity:.0%} of the words" if d.similarity is not None and d.similarity < 1 else ""
        mark = "" if all(u.verified for u in (d.old, d.new) if u is not None) else "  [NOT VERIFIED]"
        out(f"{d.change.value:<10} {names[-1] if same else ' → '.join(names)}{share}{mark}")
    if basis == "texts":
        tell_person(f"from the loaded texts; taken for one from {SIMILAR:.0%} equal words on (same number: {KEPT:.0%})")
    else:
        tell_person(
            "from the register: numbers, titles (where a publication has none, ours) and the table of what moved; the "
            "texts were not compared, and what is new or gone may be a gap in the register"
        )


def _unit_texts(ctx: click.Context, doc_id: str) -> list[UnitText]:
    from kb.catalog.editions import UnitText
    from kb.index.layout import unit_key
    from kb.index.reader import Store

    with Store.open(console.settings(ctx).home_path / INDEX) as store:
        text = store.text(doc_id)
        return [
            UnitText(unit_key(u.unit_id), u.path, u.title, text[u.own.start : u.own.end]) for u in store.units(doc_id)
        ]
