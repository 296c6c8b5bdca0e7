"""The command ``kb ingest``: reads documents into the index, with progress and a summary."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from app.cli.console import FORMAT, SOME_FAILED, out, out_json, tell_person
from app.cli.settings import interface_of, settings_of
from app.models import encoder_settings
from ingest.pipeline import ingest_paths
from ingest.publishing import publish
from kb import KnowledgeBase
from kb.catalog.catalog import corpus_dir, load_home_catalog
from kb.catalog.free_texts import free_editions
from kb.catalog.register import load_corpus
from kb.errors import KBError
from kb.messages import message, words
from kb.release import package_version, today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.settings import Settings
    from ingest.pipeline import Summary
    from ingest.plan import FileReport


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False))
@click.option("--force", is_flag=True, help="Read every document anew.")
@click.option("--ocr", is_flag=True, help="Read pages without text by OCR (needs ocrmypdf).")
@click.option("--dry-run", is_flag=True, help="Read and report, but leave the index as it is.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bars, and no list of what could be fetched.")
@FORMAT
@click.pass_context
def ingest(
    ctx: click.Context, paths: tuple[Path, ...], force: bool, ocr: bool, dry_run: bool, quiet: bool, form: str
) -> None:
    """Read documents into the index: PATHS, the standing folders, and the register.

    Files of PATHS are remembered and read again when they change. Exit code 3: some files could not be read.

    \b
    Example:
        kb ingest ~/standards/ead1e.pdf ~/standards/unesco
    """
    lang = interface_of(ctx)
    settings, silent = settings_of(ctx), quiet or form == "json"
    summary = build_index(settings, paths, force=force, ocr=ocr, dry_run=dry_run, quiet=silent)
    if not dry_run:
        publish_index(settings, lang, quiet=silent)
    if form == "json":
        out_json(json.dumps(_summary_dict(summary, lang), ensure_ascii=False, indent=2))
    else:
        if not quiet:
            tell_of_free_texts(settings_of(ctx), lang)
        print_summary(summary, dry_run, lang)  # whose last line says what came of it
    if summary.failed:
        ctx.exit(SOME_FAILED)


def drop_folder() -> Path:
    """The folder of the checkout for files that a person was allowed to download; it need not exist."""
    return corpus_dir() / "documents"


def build_index(
    settings: Settings,
    paths: Sequence[Path],
    *,
    force: bool = False,
    ocr: bool = False,
    dry_run: bool = False,
    quiet: bool = False,
) -> Summary:
    """The summary of a build with the given settings; progress is shown on a terminal."""
    encoder = encoder_settings(settings).load(tell_person)
    with _ProgressBars(quiet or not sys.stderr.isatty()) as progress:
        return ingest_paths(
            settings.home_path,
            paths,
            encoder,
            load_corpus(),
            (drop_folder(), *settings.document_folders),
            force=force,
            ocr=ocr,
            dry_run=dry_run,
            today=today(),
            version=package_version(),
            tell=progress,
            korean=settings.korean,
        )


def publish_index(settings: Settings, lang: str, *, quiet: bool = False) -> None:
    """Writes the index into the store that the settings name, if they name one, and says so."""
    address = settings.store_address
    if address is None:
        return
    with _ProgressBars(quiet or not sys.stderr.isatty()) as progress:
        made = publish(settings.home_path, address, settings.store_workers, progress)
    key = "store written" if made.written else "store as it was"
    tell_person(message(lang, key, n=made.n_rows, name=made.generation, place=address.place))


def _summary_dict(summary: Summary, lang: str) -> dict[str, Any]:
    """The summary for JSON, its notices in words."""
    data = asdict(summary)
    data["notes"] = [words(note, lang) for note in summary.notes]
    for row, report in zip(data["files"], summary.files, strict=True):
        row["message"] = words(report.message, lang) if report.message else ""
        row["notes"] = [words(note, lang) for note in report.notes]
    return data


def tell_of_free_texts(settings: Settings, lang: str) -> None:
    """Says which official texts could be downloaded, and how; nothing if all of them are loaded."""
    try:
        with KnowledgeBase.open(settings.home_path) as base:
            free = base.contents().listing().free
    except KBError:
        free = free_editions(load_home_catalog(settings.home_path).editions)
    if free:
        tell_person(message(lang, "free texts", n=len(free)))
        for edition in free:
            tell_person(f"  {edition.ref}: `kb corpus fetch {edition.doc_id}`")


class _ProgressBars:
    """Shows a progress bar for each stage on stderr."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> _ProgressBars:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Shows the progress of a stage."""
        if self._quiet:
            return
        if stage != self._stage:
            if self._bar is not None:
                self._bar.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, unit="file" if stage == "reading" else "passage")
        self._bar.update(done - self._bar.n)


def print_summary(summary: Summary, dry_run: bool, lang: str) -> None:
    """Prints what was read, reused and refused, a line for each, and the index that resulted."""
    for report in summary.files:
        name = Path(report.path).name
        outcome = f"{message(lang, f'outcome {report.outcome.value}'):<9}"
        reason = words(report.message, lang) if report.message else ""
        if report.outcome.value in {"new", "changed", "unchanged", "kept"}:
            out(f"{outcome} {name} → {report.ref} [{report.doc_id}]: {_size(report, lang)}")
        else:
            out(f"{outcome} {reason if report.outcome.value == 'failed' else f'{name}: {reason}'}")
        if reason and report.outcome.value in {"changed", "kept"}:
            out(f"          {reason}")
        for note in report.notes:
            out(f"          {message(lang, 'note', text=words(note, lang))}")
    for note in summary.notes:
        tell_person(message(lang, "note", text=words(note, lang)))
    rate = summary.n_pages_read / summary.seconds_reading if summary.n_pages_read else 0
    reading = message(lang, "pages a second", n=rate) if rate else message(lang, "nothing to read")
    rate = summary.n_embedded / summary.seconds_embedding if summary.n_embedded else 0
    embedding = message(lang, "passages a second", n=rate) if rate else message(lang, "nothing to embed")
    if dry_run:
        state = message(lang, "built nothing")
    else:
        state = message(lang, "built index" if summary.written else "built index already", id=summary.index_id)
    tell_person(
        message(
            lang,
            "built",
            documents=summary.n_documents,
            passages=summary.n_passages,
            pages=summary.n_pages_read,
            reading=reading,
            embedded=summary.n_embedded,
            embedding=embedding,
            seconds=summary.seconds,
            state=state,
        )
    )


def _size(report: FileReport, lang: str) -> str:
    """The size of a document in words: "12 pages, 40 units, 80 passages, numbering proven"."""
    pages = {".xlsx": "n rows", ".pptx": "n slides"}.get(Path(report.path).suffix.lower(), "n pages")
    parts = [
        message(lang, pages, n=report.n_pages),
        message(lang, "n units", n=report.n_units),
        message(lang, "n passages", n=report.n_passages),
    ]
    if report.proven is not None:
        parts.append(message(lang, "built proven" if report.proven else "built unproven"))
    return ", ".join(parts)
