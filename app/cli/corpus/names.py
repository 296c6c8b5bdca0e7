"""``kb corpus name``: names that a person gives to documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from app.cli.console import FORMAT, NOT_FOUND, out, out_json, tell_person
from app.cli.corpus.known import catalog_of_home, editions_of, known_editions, loaded_documents
from app.cli.settings import interface_of, settings_of
from kb.catalog.given_names import (
    GivenName,
    checked_name,
    names_by_document,
    read_given_names,
    without_names_of,
    write_given_names,
)
from kb.messages import message
from kb.references.parsing import named_by
from kb.release import today

if TYPE_CHECKING:
    from collections.abc import Iterable


@click.command("name")
@click.argument("doc_id", required=False, metavar="[DOC]")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--remove", is_flag=True, help="Take these names away; without names, all of the document.")
@FORMAT
@click.pass_context
def corpus_name(ctx: click.Context, doc_id: str | None, names: tuple[str, ...], remove: bool, form: str) -> None:
    """Give a document names by which references and questions may call it, or list those given so far.

    \b
    Example:
        kb corpus name file-supplier-code-1a2b3c4d "supplier code" "공급사 지침"
        kb lookup "supplier code 4.2"
    """
    home, lang = settings_of(ctx).home_path, interface_of(ctx)
    given = read_given_names(home)
    if doc_id is None:
        _print_names(given, form)
        return
    catalog = catalog_of_home(ctx)
    editions = known_editions(ctx, catalog, editions_of(loaded_documents(ctx)))
    if doc_id not in editions:
        tell_person(f"kb: {message(lang, 'no document of that id', id=doc_id)}")
        ctx.exit(NOT_FOUND)
    wanted = [checked_name(name) for name in names]
    if remove:
        kept = without_names_of(given, doc_id, wanted)
        if len(kept) == len(given):
            tell_person(f"kb: {message(lang, 'no such given name', id=doc_id)}")
            ctx.exit(NOT_FOUND)
        write_given_names(home, kept)
    elif wanted:
        known = {name.casefold() for name in names_by_document(given).get(doc_id, ())}
        new = tuple(GivenName(doc_id, name, today()) for name in wanted if name.casefold() not in known)
        for each in new:
            others = [editions[doc].ref for doc in named_by(each.name, tuple(editions.values())) if doc != doc_id]
            if others:
                named = ", ".join(others[:4])
                tell_person(message(lang, "given name leaves choice", name=each.name, others=named))
        write_given_names(home, (*given, *new))
    _print_names([each for each in read_given_names(home) if each.document == doc_id], form)


def _print_names(given: Iterable[GivenName], form: str) -> None:
    if form == "json":
        rows = [{"document": each.document, "name": each.name, "recorded": each.recorded} for each in given]
        out_json(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each in given:
        out(f"{each.document}: {each.name}")
