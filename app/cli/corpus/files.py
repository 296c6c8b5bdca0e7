"""``kb corpus add``, ``fetch`` and ``remove``: files into the home folder and out of the index."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.console import FAILED, SOME_FAILED, out, tell_person
from app.cli.corpus.known import catalog_of_home, loaded_documents
from app.cli.ingest import build_index, print_summary, publish_index
from app.cli.settings import error_in_words, interface_of, settings_of
from app.cli.usage import Misuse
from app.models import encoder_settings
from ingest.removal import remove_document
from ingest.sources.add import add_file
from ingest.sources.fetch import fetch
from kb.catalog.catalog import read_successions
from kb.catalog.free_texts import free_editions
from kb.errors import KBError
from kb.messages import message, words
from kb.release import package_version, today
from kb.types import Notice, notice


@click.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--no-ingest", is_flag=True, help="Only copy; do not build the index.")
@click.pass_context
def corpus_add(ctx: click.Context, files: tuple[Path, ...], no_ingest: bool) -> None:
    """Copy files into the home folder, say what each one is, and read them into the index.

    \b
    Example:
        kb corpus add ~/Downloads/7003-2024.pdf
    """
    home, lang = settings_of(ctx).home_path, interface_of(ctx)
    failed = 0
    for path in files:
        try:
            added = add_file(path, home)
        except KBError as error:
            tell_person(f"kb: {error_in_words(ctx, error)}")
            failed += 1
            continue
        out(message(lang, "added file", file=path.name, what=added.what))
        for note in (*added.notes, *_recorded(home, added.what)):
            out(f"      {message(lang, 'note', text=words(note, lang))}")
    if not no_ingest and failed < len(files):
        summary = build_index(settings_of(ctx), ())
        publish_index(settings_of(ctx), lang)
        print_summary(summary, False, lang)
        failed += len(summary.failed)
    if failed:
        ctx.exit(SOME_FAILED if failed < len(files) else FAILED)


def _recorded(home: Path, what: str) -> tuple[Notice, ...]:
    """The notices of what this home recorded about the edition of a file, if the catalog does not have it."""
    return tuple(
        notice("superseded as recorded", new=each.new, day=each.recorded)
        for each in read_successions(home)
        if what.partition(" [")[2].startswith(f"{each.old}]")
    )


@click.command("fetch")
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
    if bool(doc_ids) == all_free:
        raise Misuse("usage editions or all")
    catalog, lang = catalog_of_home(ctx), interface_of(ctx)
    if doc_ids:
        wanted = [catalog.get(doc_id) for doc_id in doc_ids]
    else:
        free = free_editions(catalog.editions)
        wanted = list(free_editions(free, loaded_documents(ctx)))
        if len(wanted) < len(free):
            tell_person(message(lang, "fetched already", n=len(free) - len(wanted), total=len(free)))
    if not wanted:
        return
    failed = 0
    for edition in wanted:
        try:
            added = fetch(edition, settings_of(ctx).home_path, today())
        except KBError as error:
            tell_person(f"kb: {error_in_words(ctx, error)}")
            failed += 1
            continue
        out(message(lang, "fetched edition", ref=edition.ref, what=added.what))
        for note in added.notes:
            out(f"      {message(lang, 'note', text=words(note, lang))}")
    if failed:
        ctx.exit(SOME_FAILED if failed < len(wanted) else FAILED)
    tell_person(message(lang, "fetched next"))


@click.command("remove")
@click.argument("doc_id")
@click.pass_context
def corpus_remove(ctx: click.Context, doc_id: str) -> None:
    """Drop one document from the index; it stays out until it is named or added again.

    \b
    Example:
        kb corpus remove file-draft-1a2b3c4d
    """
    s = settings_of(ctx)
    encoder = encoder_settings(s).load(tell_person)
    lang, now = interface_of(ctx), remove_document(s.home_path, doc_id, encoder, today(), package_version())
    tell_person(message(lang, "built index", id=now))
    publish_index(s, lang)
