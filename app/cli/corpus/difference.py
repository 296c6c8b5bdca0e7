"""The command ``kb corpus diff``: compares the units of two editions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, NOT_FOUND, out, out_json, tell_person, write_result
from app.cli.corpus.known import catalog_of_home, documents_of, editions_of, known_editions, loaded_contents
from app.cli.settings import interface_of, settings_of
from app.cli.usage import Misuse
from kb.audit.edition_table import edition_table, table_html, table_word, table_workbook
from kb.catalog.editions import HELD, KEPT, SIMILAR, Change, compare_entries, compare_texts, counts
from kb.catalog.register_cache import register
from kb.errors import IndexFolderError
from kb.messages import LANGUAGES, message, words
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.audit.edition_table import EditionTable
    from kb.catalog.editions import Difference
    from kb.types import Edition

TABLES: dict[str, Callable[[EditionTable, str], bytes | str]] = {
    ".docx": table_word,
    ".xlsx": table_workbook,
    ".html": table_html,
}
"""The function that writes the table of two editions, by the ending of the file's name."""


@click.command("diff")
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
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="TABLE",
    help="Write a table with the units side by side, changed words marked: .docx, .xlsx or .html.",
)  # fmt: skip
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Headings of the table.")
@FORMAT
@click.pass_context
def corpus_diff(
    ctx: click.Context, old: str, new: str, basis: str, only: tuple[str, ...], output: Path | None, lang: str, form: str
) -> None:
    """Units unchanged, moved, changed, new and gone between two editions: from loaded texts, else from the register.

    \b
    Example:
        kb corpus diff oecd-legal-0449-2019 oecd-legal-0449-2024
        kb corpus diff ep-p9-ta-2024-0138 eu-ai-act-2024-1689 -o table.docx --lang ko
    """
    make = TABLES.get(output.suffix.lower()) if output is not None else None
    if output is not None and make is None:
        raise Misuse("usage table ending", file=output.name, endings=", ".join(TABLES))
    said = interface_of(ctx)
    before, after, basis, differences = _compared(ctx, old, new, basis)
    shown = [d for d in differences if d.change.value in (only or ("moved", "changed", "new", "gone"))]
    if output is not None and make is not None:
        remark = message(lang, "table by register") if basis == "register" else ""
        write_result(output, make(edition_table(before.ref, after.ref, shown, remark), lang))
        tell_person(message(said, "diff written", n=len(shown), file=output))
    elif form == "json":
        bounds = {"similar": SIMILAR, "kept": KEPT, "held": HELD} if basis == "texts" else None
        rows = [_difference_as_data(d, basis) for d in (differences if not only else shown)]
        found = {"old": old, "new": new, "from": basis, "bounds": bounds, "counts": counts(differences), "units": rows}
        out_json(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        out(f"{before.ref} → {after.ref}")
        out(message(said, "diff counts", **counts(differences)))
        for d in shown:
            out(_difference_in_words(d, said))
        if basis == "texts":
            tell_person(message(said, "diff from texts", similar=f"{SIMILAR:.0%}", kept=f"{KEPT:.0%}"))
        else:
            tell_person(message(said, "diff from register"))


def _compared(ctx: click.Context, old: str, new: str, basis: str) -> tuple[Edition, Edition, str, Sequence[Difference]]:
    """Both editions, what was compared ("texts" or "register"), and the differences; ends the command where the
    register does not have the units of one.

    :raises IndexFolderError: the texts were asked for, and the index does not have both.
    """
    catalog = catalog_of_home(ctx)
    contents = loaded_contents(ctx)
    loaded = editions_of(documents_of(contents))
    editions = known_editions(ctx, catalog, loaded)
    before, after = (editions.get(doc_id) or catalog.get(doc_id) for doc_id in (old, new))
    absent = [doc_id for doc_id in (old, new) if doc_id not in loaded]
    if basis == "texts" or (basis == "auto" and not absent):
        if absent or contents is None:
            raise IndexFolderError(notice("no text in index", ids=", ".join(absent)))
        return before, after, "texts", compare_texts(contents.unit_texts(old), contents.unit_texts(new))
    entries = register(settings_of(ctx).home_path, catalog)
    missing = [doc_id for doc_id in (old, new) if not entries.of_document(doc_id)]
    if missing:
        nothing = notice("edition without units", doc_ids=", ".join(missing))
        tell_person(f"kb: {words(nothing, interface_of(ctx))}")
        ctx.exit(NOT_FOUND)
    return before, after, "register", compare_entries(entries.of_document(old), entries.of_document(new))


def _difference_as_data(d: Difference, basis: str) -> dict[str, Any]:
    """A difference as plain data."""
    return {
        "change": d.change.value,
        "old": d.old.key if d.old else None,
        "new": d.new.key if d.new else None,
        "old_path": d.old.path if d.old else None,
        "new_path": d.new.path if d.new else None,
        "old_title": d.old.title if d.old else None,
        "new_title": d.new.title if d.new else None,
        "similarity": d.similarity,
        "verified": _is_verified(d) if basis == "register" else None,
    }


def _difference_in_words(d: Difference, lang: str) -> str:
    """A difference as a line for a person."""
    names = [f"{u.path}{f' — {u.title}' if u.title and u.title not in u.path else ''}" for u in (d.old, d.new) if u]
    same = d.old is not None and d.new is not None and d.old.path == d.new.path and d.old.title == d.new.title
    alike = d.similarity is None or d.similarity >= 1
    share = "" if alike else "  " + message(lang, "diff share", share=f"{d.similarity:.0%}")
    mark = "" if _is_verified(d) else f"  {message(lang, 'diff not verified')}"
    return f"{_kind_of_change(d.change, lang):<10} {names[-1] if same else ' → '.join(names)}{share}{mark}"


def _is_verified(d: Difference) -> bool:
    return all(u.verified for u in (d.old, d.new) if u is not None)


def _kind_of_change(change: Change, lang: str) -> str:
    return message(lang, "table new unit" if change is Change.NEW else f"table {change.value}")
