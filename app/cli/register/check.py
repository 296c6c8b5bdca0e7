"""The command ``kb register check``: checks the register's data, and that it repeats no words of the described
publications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.console import FORMAT, SOME_FAILED, out, out_json, tell_person
from app.cli.opened import knowledge_base
from app.cli.settings import interface_of
from ingest.cross_check import page_texts
from ingest.worker_pool import run
from kb.catalog.catalog import corpus_dir, load_folder
from kb.catalog.corpus_check import check_tables
from kb.catalog.faults import at_line
from kb.catalog.register import check_register, load_corpus
from kb.errors import ConfigError, DocumentError, IndexFolderError, KBError, NoIndexError
from kb.messages import error_words, message, words
from kb.text.overlap import N_WORDS, shared_word_runs
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.types import Notice, RegisterEntry


@click.command("check")
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
@FORMAT
@click.pass_context
def register_check(ctx: click.Context, folders: tuple[Path, ...], corpus: Path | None, form: str) -> None:
    """Check the register: a line for each fault, with file and line, and exit code 3.

    Ids, parents, languages, closed sets, counts, verified flags, the tables of amendments and of dates, the
    Korean words of the glossary, and that no twelve words in a row stand in a document of the index or of DIR.

    \b
    Example:
        kb register check --documents ~/standards
    """
    compared: list[str] = []
    entries: tuple[RegisterEntry, ...] = ()
    lang = interface_of(ctx)
    try:
        catalog = load_folder(corpus or corpus_dir())
        data = load_corpus(catalog, corpus or corpus_dir())
        entries = data.entries
        found = check_register(data, catalog) + check_tables(data, catalog, corpus)
        found += _faults_of_copying(entries, _official_texts(ctx, folders, compared))
        faults = [words(each, lang) for each in found]
    except ConfigError as error:
        faults = error_words(error, lang).split("\n")
    n_verified = sum(entry.verified for entry in entries)
    report = {
        "entries": len(entries),
        "editions": len({entry.of_document for entry in entries}),
        "verified": n_verified,
        "not_verified": len(entries) - n_verified,
        "place_only": sum(not entry.gist_en for entry in entries),
        "compared_with": compared,
        "faults": faults,
    }
    if form == "json":
        out_json(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            out(fault)
        counts = {name: value for name, value in report.items() if isinstance(value, int)}
        tell_person(message(lang, "register checked", **counts, n_compared=len(compared), n_faults=len(faults)))
    if faults:
        ctx.exit(SOME_FAILED)


def _official_texts(ctx: click.Context, folders: Sequence[Path], compared: list[str]) -> Iterator[tuple[str, str]]:
    """Name and text of every official document of the index and of the folders; names are added to ``compared``."""
    try:
        contents = knowledge_base(ctx).contents()
        for document in contents.documents:
            if not document.edition.register_of:
                compared.append(document.doc_id)
                yield document.doc_id, contents.text(document.doc_id)
    except NoIndexError:
        pass
    except IndexFolderError as error:
        tell_person(f"kb: {error_words(error, interface_of(ctx))}")
    for folder in folders:
        for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
            text = _text_of(path, interface_of(ctx))
            if text is not None:
                compared.append(str(path))
                yield path.name, text


def _text_of(path: Path, lang: str) -> str | None:
    """The text of a PDF or text file; ``None`` for any other file, and for one that cannot be read, with a message."""
    try:
        if path.suffix.lower() == ".pdf":
            ((_, pages),) = run(page_texts, [path], workers=1)
            if isinstance(pages, DocumentError):
                raise pages
            return "\f".join(page or "" for page in pages)
        if path.suffix.lower() in {".txt", ".md", ".html", ".htm"}:
            return path.read_text("utf-8", errors="replace")
    except (KBError, OSError) as error:
        why = error_words(error, lang) if isinstance(error, KBError) else str(error)
        tell_person(f"kb: {message(lang, 'register not compared', file=path.name, why=why)}")
    return None


def _faults_of_copying(entries: Sequence[RegisterEntry], sources: Iterator[tuple[str, str]]) -> list[Notice]:
    """A notice for each description of the register that shares :data:`N_WORDS` words in a row with a source."""
    fields = {
        f"{entry.file}:{entry.line}:{entry.key}:{name}": (entry, name)
        for entry in entries
        for name in ("gist_en", "gist_ko")
    }
    texts = {place: getattr(entry, name) for place, (entry, name) in fields.items()}
    faults = []
    for shared in shared_word_runs(texts, sources):
        entry, name = fields[shared.text]
        what = notice("corpus copied", field=name, n_words=N_WORDS, source=shared.source, quote=shared.words)
        faults.append(at_line(entry.file, entry.line, notice("fault of entry", field=entry.key, what=what)))
    return faults
