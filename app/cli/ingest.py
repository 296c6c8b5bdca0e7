"""``kb ingest``: documents into the index, with progress and a summary."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from app.cli.console import FORMAT, SOME_FAILED, out, tell_person
from app.cli.settings import settings_of
from app.models import encoder_settings
from ingest.pipeline import ingest_paths
from kb import KnowledgeBase
from kb.catalog.catalog import corpus_dir, load_home_catalog
from kb.catalog.free_texts import free_editions
from kb.catalog.register import load_corpus
from kb.errors import KBError
from kb.release import package_version, today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.settings import Settings
    from ingest.pipeline import Summary


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
    summary = build_index(settings_of(ctx), paths, force=force, ocr=ocr, dry_run=dry_run, quiet=quiet or form == "json")
    if form == "json":
        out(json.dumps(asdict(summary), ensure_ascii=False, indent=2))
    else:
        if not quiet:
            tell_of_free_texts(settings_of(ctx))
        print_summary(summary, dry_run)  # whose last line says what came of it
    if summary.failed:
        ctx.exit(SOME_FAILED)


def drop_folder() -> Path:
    """The checkout's folder for files that a person was allowed to download; it need not exist."""
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
    """Runs the stages as the settings say, with progress on a terminal."""
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


def tell_of_free_texts(settings: Settings) -> None:
    """Which official texts could be fetched, and how; nothing where all of them are here."""
    try:
        with KnowledgeBase.open(settings.home_path) as base:
            free = base.contents().listing().free
    except KBError:
        free = free_editions(load_home_catalog(settings.home_path).editions)
    if free:
        tell_person(f"official texts that may be fetched (`kb corpus fetch --all-free`, then `kb ingest`): {len(free)}")
        for edition in free:
            tell_person(f"  {edition.ref}: `kb corpus fetch {edition.doc_id}`")


class _ProgressBars:
    """Progress bars on stderr, one a stage."""

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
        """Shows how far a stage is."""
        if self._quiet:
            return
        if stage != self._stage:
            if self._bar is not None:
                self._bar.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, unit="file" if stage == "reading" else "passage")
        self._bar.update(done - self._bar.n)


def print_summary(summary: Summary, dry_run: bool) -> None:
    """What was read, reused and refused, a line each, and the index they make."""
    for report in summary.files:
        name = Path(report.path).name
        if report.outcome.value in {"new", "changed", "unchanged", "kept"}:
            pages = {".xlsx": "rows", ".pptx": "slides"}.get(Path(report.path).suffix.lower(), "pages")
            size = f"{report.n_pages} {pages}, {report.n_units} units, {report.n_passages} passages"
            proven = {True: ", numbering proven", False: ", numbering NOT proven", None: ""}[report.proven]
            out(f"{report.outcome.value:<9} {name} → {report.ref} [{report.doc_id}]: {size}{proven}")
        elif report.outcome.value == "failed":
            out(f"failed    {report.message}")
        else:
            out(f"{report.outcome.value:<9} {name}: {report.message}")
        if report.message and report.outcome.value in {"changed", "kept"}:
            out(f"          {report.message}")
        for note in report.notes:
            out(f"          note: {note}")
    for note in summary.notes:
        tell_person(f"note: {note}")
    reading = (
        f"{summary.n_pages_read / summary.seconds_reading:,.0f} pages/s" if summary.n_pages_read else "nothing to read"
    )
    embedding = (
        f"{summary.n_embedded / summary.seconds_embedding:,.0f} passages/s"
        if summary.n_embedded
        else "nothing to embed"
    )
    state = (
        "dry run: the index is as it was"
        if dry_run
        else f"index {summary.index_id}" + ("" if summary.written else " (up to date)")
    )
    tell_person(
        f"{summary.n_documents} documents, {summary.n_passages} passages; read {summary.n_pages_read} pages "
        f"({reading}), embedded {summary.n_embedded} passages ({embedding}); {summary.seconds:.1f} s; {state}"
    )
