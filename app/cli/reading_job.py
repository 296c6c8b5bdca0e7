"""Does one reading job for the app in a process of its own: recognises a file, or adds or fetches texts and builds the
index.

``python -m app.cli.reading_job`` reads one JSON object from standard input and writes events to standard output, each a
line of JSON. It ends when standard input is closed, so that it does not outlive the app that started it. The index in
service stays the same until the new one is complete.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.ingest import drop_folder
from app.models import encoder_settings
from app.settings import Settings
from ingest.parse import Task
from ingest.pipeline import ingest_paths
from ingest.publishing import publish
from ingest.removal import remove_document
from ingest.sources import find
from ingest.sources.add import add_file, read_alone
from ingest.sources.fetch import fetch
from kb.catalog.catalog import load_home_catalog
from kb.catalog.free_texts import free_editions
from kb.catalog.own_files import read_own_files
from kb.catalog.register import load_corpus
from kb.errors import KBError
from kb.release import package_version, today
from kb.types import notice_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Tell = Callable[..., None]

BETWEEN_EVENTS = 0.2
"""Seconds between two events of one stage."""


def run_job() -> None:
    """Does the job that the object on standard input describes."""
    given = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_app, daemon=True).start()
    with suppress(OSError, AttributeError):
        os.nice(5)
    out = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no event

    def tell(event: str, **values: Any) -> None:
        out.write(json.dumps({"event": event, **values}, ensure_ascii=True) + "\n")
        out.flush()

    try:
        WORK[given["do"]](Settings(**given["settings"]), given, tell)
    except KBError as error:
        tell("failed", why=notice_to_json(error.as_notice))


def _end_with_the_app() -> None:
    while sys.stdin.readline():
        pass
    os._exit(1)


def recognise(settings: Settings, given: Mapping[str, Any], tell: Tell) -> None:
    """Reads a file and reports its edition; nothing is kept."""
    path = Path(given["file"])
    sha256 = find.fingerprint(path)
    read = read_alone(Task(find.real_path(path), sha256, own=read_own_files(settings.home_path).get(sha256)))
    edition = read.edition
    tell(
        "recognised",
        ref=edition.ref,
        doc_id=edition.doc_id,
        known=edition.in_catalog,
        title=edition.title,
        publisher=edition.publisher,
        status=edition.status.value,
        licence=edition.licence,
        redistribute=edition.redistribute,
        limit=edition.quote_limit_words or 0,
        pages=len(read.layout.pages),
        units=len(read.units),
        notes=[notice_to_json(note) for note in (*read.notes, *(why for _, whys in read.doubts for why in whys))],
    )


def add_and_read(settings: Settings, given: Mapping[str, Any], tell: Tell) -> None:
    """Adds a file to the home folder and builds the index, as ``kb corpus add`` does."""
    add_file(Path(given["file"]), settings.home_path, given["name"])
    read_all(settings, given, tell)


def get(settings: Settings, given: Mapping[str, Any], tell: Tell) -> None:
    """Downloads the named editions, or all that may be downloaded freely, and builds the index."""
    catalog = load_home_catalog(settings.home_path)
    if given["editions"]:
        wanted = [catalog.get(doc_id) for doc_id in given["editions"]]
    else:
        wanted = list(free_editions(catalog.editions, frozenset(given["here"])))
    got = 0
    for n, edition in enumerate(wanted, 1):
        tell("stage", stage="fetching", done=n, total=len(wanted), ref=edition.ref)
        try:
            fetch(edition, settings.home_path, today())
            got += 1
        except KBError as error:
            tell("file", name=edition.ref, outcome="failed", message=notice_to_json(error.as_notice), notes=[])
    if got:
        read_all(settings, given, tell)
    else:
        tell("done", index="", written=False)


def read_all(settings: Settings, given: Mapping[str, Any], tell: Tell) -> None:
    """Builds the index from the home folder and all folders of the settings, as ``kb ingest`` does."""
    del given
    last: dict[str, float] = {}

    def staged(stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or now - last.get(stage, -BETWEEN_EVENTS) >= BETWEEN_EVENTS:
            last[stage] = now
            tell("stage", stage=stage, done=done, total=total, ref="")

    encoder = encoder_settings(settings).load(lambda _: None)
    folders = (drop_folder(), *settings.document_folders)
    summary = ingest_paths(
        settings.home_path, (), encoder, load_corpus(), folders,
        today=today(), version=package_version(), tell=staged, korean=settings.korean,
    )  # fmt: skip
    if settings.store_address is not None:
        publish(settings.home_path, settings.store_address, settings.store_workers)
    for report in summary.files:
        if report.outcome.value in {"new", "changed", "failed", "duplicate"}:
            tell(
                "file",
                name=report.ref or Path(report.path).name,
                outcome=report.outcome.value,
                message=notice_to_json(report.message) if report.message else None,
                notes=[notice_to_json(note) for note in report.notes],
            )
    for note in summary.notes:
        tell("note", note=notice_to_json(note))
    tell("done", index=summary.index_id, written=summary.written)


def leave_out(settings: Settings, given: Mapping[str, Any], tell: Tell) -> None:
    """Builds the index without one document, as ``kb corpus remove`` does."""
    encoder = encoder_settings(settings).load(lambda _: None)
    tell("stage", stage="removing", done=0, total=0, ref="")
    ident = remove_document(settings.home_path, given["document"], encoder, today(), package_version())
    if settings.store_address is not None:
        publish(settings.home_path, settings.store_address, settings.store_workers)
    tell("file", name=given["name"], outcome="removed", message=None, notes=[])
    tell("done", index=ident, written=True)


WORK = {"recognise": recognise, "add": add_and_read, "get": get, "ingest": read_all, "remove": leave_out}

if __name__ == "__main__":
    run_job()
