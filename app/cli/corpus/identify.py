"""``kb corpus identify`` and ``kb corpus set``: what a person says of a file, kept in the home folder by its bytes."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.console import out, tell_person
from app.cli.corpus.known import catalog_of_home
from app.cli.opened import knowledge_base
from app.cli.settings import interface_of, settings_of
from app.cli.usage import WrongValue
from ingest.sources.find import fingerprint, shown_name
from kb.catalog.own_files import FACTS, OwnFile, read_own_files, write_own_files
from kb.errors import ConfigError, IndexFolderError
from kb.messages import message
from kb.release import today
from kb.types import notice


@click.command("identify")
@click.argument("file_or_doc")
@click.argument("edition")
@click.option("--not", "denied", is_flag=True, help="Say that it is not this edition.")
@click.pass_context
def corpus_identify(ctx: click.Context, file_or_doc: str, edition: str, denied: bool) -> None:
    """Record in this home which edition a file is, or that it is not one; the next `kb ingest` takes it up.

    FILE_OR_DOC is a file, or the id of a document in the index.

    \b
    Example:
        kb corpus identify ~/Downloads/report.pdf nist-ai-100-1-2023
        kb corpus identify file-report-1a2b3c4d nist-ai-100-1-2023 --not
    """
    catalog = catalog_of_home(ctx)
    wanted = catalog.get(edition)
    home = settings_of(ctx).home_path
    own = _own_file(ctx, file_or_doc)
    by_bytes = catalog.by_sha256(own.sha256)
    if not denied and by_bytes is not None and by_bytes.doc_id not in (edition, *own.denied):
        command = f"kb corpus identify {file_or_doc} {by_bytes.doc_id} --not"
        raise ConfigError(notice("bytes of another edition", file=own.name, ref=by_bytes.ref, command=command))
    record = own.denying(edition, today()) if denied else own.identified(edition, today())
    path = _write_said(home, record)
    lang, key = interface_of(ctx), "said file is not" if denied else "said file is"
    out(message(lang, key, file=own.name, ref=wanted.ref, day=today(), path=path))
    tell_person(message(lang, "take up next"))


@click.command("set")
@click.argument("file_or_doc")
@click.argument("facts", nargs=-1, required=True, metavar="FACT=VALUE...")
@click.pass_context
def corpus_set(ctx: click.Context, file_or_doc: str, facts: tuple[str, ...]) -> None:
    """Correct what is known of a person's own document: title, issuer, date, number, language, kind.

    FILE_OR_DOC is a file, or the id of a document in the index. An empty value takes back what was set. The next
    `kb ingest` takes it up; the document's id stays.

    \b
    Example:
        kb corpus set file-draft-1a2b3c4d "title=House rules for ladders" issuer="Orchard House" date=2026-05
    """
    stated: dict[str, str] = {}
    for text in facts:
        key, found, value = text.partition("=")
        if not found:
            raise WrongValue(notice("usage fact", text=text, facts=", ".join(FACTS)), param_hint="FACT")
        stated[key.strip()] = " ".join(value.split())
    home = settings_of(ctx).home_path
    own = _own_file(ctx, file_or_doc)
    in_catalog = own.edition or catalog_of_home(ctx).by_sha256(own.sha256)
    if in_catalog:
        raise ConfigError(notice("facts of the catalog", file=own.name))
    path = _write_said(home, own.stating(stated, today()))
    lang = interface_of(ctx)
    said = [
        message(lang, "said fact" if value else "said fact taken back", name=key, value=repr(value))
        for key, value in stated.items()
    ]
    out(message(lang, "said facts", file=own.name, facts=", ".join(said), day=today(), path=path))
    tell_person(message(lang, "take up next"))


def _own_file(ctx: click.Context, file_or_doc: str) -> OwnFile:
    """The record of what a person said about a file, or about the file that a document of the index was read from.

    :raises IndexFolderError: there is neither such a file nor such a document.
    """
    path = Path(file_or_doc).expanduser()
    if path.is_file():
        sha256, name = fingerprint(path), shown_name(path)
    else:
        document = knowledge_base(ctx).contents().document(file_or_doc)
        if document is None or document.edition.register_of:
            raise IndexFolderError(notice("neither file nor document", text=file_or_doc))
        sha256, name = document.sha256, shown_name(Path(document.source))
    return read_own_files(settings_of(ctx).home_path).get(sha256) or OwnFile(sha256, name)


def _write_said(home: Path, own: OwnFile) -> Path:
    records = read_own_files(home)
    records[own.sha256] = own
    kept = [each for each in records.values() if each.edition or each.denied or each.facts]
    return write_own_files(home, kept)
