"""Builds the index: calls the stages in order, reuses unchanged documents, and reports on every file.

A build never damages the index in service: it writes a new one beside it and puts that in service at the end
(:mod:`ingest.next_index`). Vectors are kept as soon as they are computed (:mod:`ingest.embedding`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest import worker_pool
from ingest.home import OCR, build_lock
from ingest.next_index import NextIndex
from ingest.parse import Parsed, Task, parse_file
from ingest.plan import (
    PROVEN,
    FileOutcome,
    FileReport,
    LastIndex,
    Plan,
    files_to_read,
    keep_missing,
    open_last_index,
    settle_copies,
    take,
)
from ingest.removal import restore_all
from ingest.sources import find
from ingest.sources.find import shown_name, shown_notice
from ingest.sources.ocr import with_text_layer
from ingest.versions import document_version, index_settings
from kb.errors import DocumentError, KBError, NoTextError, TooLargeError, UnreadableError
from kb.index.layout import CHANGED, INDEX, IndexEntry, edition_to_json, index_id
from kb.index.writer import restore_pointer, sweep_leftovers
from kb.text.korean import by_setting
from kb.types import Notice, notice, notice_to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ingest.embedding import Tell
    from kb.catalog.register import Register
    from kb.index.layout import KeptDocument
    from kb.protocols import Encoder


MAX_CHARACTERS = 8_000_000
"""Largest number of characters of a document's text, some 3,000 full pages."""
MAX_PASSAGES = 10_000
"""Largest number of passages of a document; the longest publication known to us has a fifth of it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a build. ``index_id`` is empty for a dry run."""

    index_id: str
    files: tuple[FileReport, ...]
    notes: tuple[Notice, ...]
    n_documents: int
    n_passages: int
    n_embedded: int
    n_pages_read: int
    seconds_reading: float
    seconds_embedding: float
    seconds: float
    written: bool

    @property
    def failed(self) -> tuple[FileReport, ...]:
        """Files that could not be read."""
        return tuple(f for f in self.files if f.outcome is FileOutcome.FAILED)


def ingest_paths(
    home: Path,
    paths: Sequence[Path],
    encoder: Encoder,
    register: Register,
    folders: Sequence[Path] = (),
    *,
    force: bool = False,
    ocr: bool = False,
    dry_run: bool = False,
    today: str,
    version: str,
    tell: Tell | None = None,
    korean: str = "stems",
) -> Summary:
    """Builds the index from the register, the standing folders, the documents of the last index, and ``paths``.

    Standing folders are read by every build: the folder of added files, and those of ``folders`` that exist.

    :param ocr: read pages without text by OCR, if its program is installed.
    :param tell: called with the name of a stage, the number of finished items and the number of all.
    :param korean: name of the analyser of Korean words (:func:`kb.text.korean.by_setting`).
    :raises IndexFolderError: another build is running, or the index folder cannot be written.
    :raises EncoderError: the encoder cannot be loaded.
    :raises ConfigError: the analyser of Korean is not installed.
    """
    started = time.monotonic()
    settings = index_settings(encoder, by_setting(korean).name)
    with build_lock(home):
        sweep_leftovers(home / INDEX)
        plan = Plan()
        if not dry_run and (found := restore_pointer(home / INDEX)):
            plan.notes.append(notice("build pointer lost", folder=str(home / INDEX), found=found))
        former = open_last_index(home / INDEX, plan)
        try:
            tasks = files_to_read(home, paths, folders, register, former, plan, encoder, force, ocr)
            read_started = time.monotonic()
            n_pages = _read(tasks, plan, former, encoder, register, today, tell, home / OCR if ocr else None)
            seconds_reading = time.monotonic() - read_started
            settle_copies(plan)
            keep_missing(plan, former)
            entries = [plan.entries[doc_id] for doc_id in sorted(plan.entries)]
            ident = index_id(entries, encoder.info, settings)
            stays = former.whole and not force and _is_same_index(former, entries, ident)
            following = NextIndex(home, former.store, former.damaged, entries, encoder, settings, plan.notes, tell)
            if not dry_run and not stays:
                ident = following.write(version, today)
        finally:
            if former.store is not None:
                former.store.close()
        if not dry_run:
            restore_all(home, [e.stored.sha256 for e in entries])
        return Summary(
            "" if dry_run else ident,
            tuple(plan.reports),
            tuple(map(shown_notice, plan.notes)),
            len(entries),
            sum(e.stored.n_passages for e in entries),
            following.n_embedded,
            n_pages,
            seconds_reading,
            following.seconds_embedding,
            time.monotonic() - started,
            not dry_run and not stays,
        )


def _is_same_index(former: LastIndex, entries: Sequence[IndexEntry | KeptDocument], ident: str) -> bool:
    """Whether the index in service equals the one that this build would write, and was read from the same files."""
    store = former.store
    if store is None or store.index_id != ident:
        return False
    return {d.doc_id: d.source for d in store.documents} == {e.stored.doc_id: e.stored.source for e in entries}


def _read(
    tasks: Sequence[Task],
    plan: Plan,
    former: LastIndex,
    encoder: Encoder,
    register: Register,
    today: str,
    tell: Tell | None,
    ocr_folder: Path | None,
) -> int:
    """Reads the files in worker processes; returns the number of pages that were read."""
    n_pages = 0
    entries: dict[int, IndexEntry] = {}
    errors: dict[int, DocumentError] = {}
    if tell and tasks:
        tell("reading", 0, len(tasks))
    for position, result in worker_pool.run(parse_file, tasks):
        if isinstance(result, Parsed):  # passages are made here, while the workers go on reading
            made = _index_entry(result, tasks[position], encoder, register, today)
            if isinstance(made, DocumentError):
                errors[position] = made
            else:
                entries[position] = made
                n_pages += len(result.layout.pages)
        else:
            errors[position] = result
        if tell:
            tell("reading", len(entries) + len(errors), len(tasks))
    if ocr_folder is not None:
        for position, result in _read_scans(tasks, entries, errors, plan, ocr_folder):
            made = _index_entry(result, tasks[position], encoder, register, today)
            if isinstance(made, DocumentError):
                plan.notes.append(notice("ocr fault", file=tasks[position].name, why=made.as_notice))
                continue
            entries[position] = made
            errors.pop(position, None)
            n_pages += len(result.layout.pages)
    for position in sorted(errors):  # in the order of the files, not of the workers
        plan.fail(tasks[position].path, tasks[position].path, errors[position])
    before = {d.source: d for d in former.documents}
    again: list[tuple[Task, FileOutcome, str]] = []
    for position in sorted(entries, key=lambda n: (not _known_file(entries[n]), not entries[n].report["holds"], n)):
        entry, task = entries[position], tasks[position]
        if not entry.document.passages:
            plan.fail(task.path, task.path, NoTextError(notice("file furniture alone", file=shown_name(task.path))))
            continue
        previous = before.get(entry.document.source)
        outcome = FileOutcome.CHANGED if previous is not None and previous.sha256 != task.sha256 else FileOutcome.NEW
        as_itself = take(plan, entry, task, outcome, previous.doc_id if previous else "")
        if as_itself is not None:
            again.append((as_itself, outcome, previous.doc_id if previous else ""))
    for position, result in worker_pool.run(parse_file, [task for task, _, _ in again]):
        task, outcome, was = again[position]
        made = _index_entry(result, task, encoder, register, today) if isinstance(result, Parsed) else result
        if isinstance(made, DocumentError):
            plan.fail(task.path, task.path, made)
        else:
            take(plan, made, task, outcome, was)
    return n_pages


def _read_scans(
    tasks: Sequence[Task],
    entries: Mapping[int, IndexEntry],
    errors: Mapping[int, DocumentError],
    plan: Plan,
    folder: Path,
) -> Iterator[tuple[int, Parsed]]:
    """Reads files with pages without text again, from a copy with a text layer; yields indices into ``tasks``."""
    scans: list[Task] = []
    places: list[int] = []
    for position, task in enumerate(tasks):
        found = entries.get(position)
        is_pdf = found is not None and found.document.media_type == "application/pdf"
        without = tuple(found.report["pages_without_text"]) if found is not None and is_pdf else ()
        if not without and not isinstance(errors.get(position), NoTextError):
            continue
        try:
            copy = with_text_layer(task.path, task.sha256, folder)
        except DocumentError as error:
            plan.notes.append(error.as_notice)
            continue
        scans.append(replace(task, ocr=copy, ocr_pages=without))
        places.append(position)
    for n, result in worker_pool.run(parse_file, scans):
        if isinstance(result, Parsed):
            yield places[n], result
        else:
            plan.notes.append(notice("ocr fault", file=scans[n].name, why=result.as_notice))


def _known_file(entry: IndexEntry) -> bool:
    """Whether the edition of a file is known by its bytes or by a person's statement; of two files of one edition such
    a file is preferred."""
    return entry.report["how"] in PROVEN


def _index_entry(
    parsed: Parsed, task: Task, encoder: Encoder, register: Register, today: str
) -> IndexEntry | DocumentError:
    """The document of a file that was read, or the error why there is none; any error concerns this file alone."""
    try:
        return _made_entry(parsed, task, encoder, register, today)
    except DocumentError as error:
        return error
    except (KBError, OSError):  # of the encoder or of the home: not this file's fault
        raise
    except MemoryError:
        return TooLargeError(notice("text over memory", file=shown_name(task.path)))
    except UnicodeEncodeError:
        return UnreadableError(notice("text half characters", file=shown_name(task.path)))
    except Exception as error:  # any unexpected error becomes the error of this document
        what = find.shown(f"{type(error).__name__}: {str(error)[:120]}")
        return UnreadableError(notice("text not taken apart", file=shown_name(task.path), what=what))


def _made_entry(parsed: Parsed, task: Task, encoder: Encoder, register: Register, today: str) -> IndexEntry:
    from ingest.passages.document import make_document  # its text splitter takes a second to load

    n_characters = len(parsed.layout.text)
    if n_characters > MAX_CHARACTERS:
        raise TooLargeError(notice("text too long", file=shown_name(task.path), n=n_characters, bound=MAX_CHARACTERS))
    if find.fingerprint(task.path) != task.sha256:
        raise UnreadableError(notice("file changed meanwhile", file=shown_name(task.path)))
    parsed.layout.text.encode()  # before anything is made of it
    document = make_document(parsed, encoder, register)
    if len(document.passages) > MAX_PASSAGES:
        raise TooLargeError(
            notice("text too many passages", file=shown_name(task.path), n=len(document.passages), bound=MAX_PASSAGES)
        )
    for text in (edition_to_json(document.edition), *(unit.title for unit in document.units)):
        text.encode()
    for passage in document.passages:
        "\n".join((passage.search_text, *passage.headings)).encode()
    report = parsed.proof.as_dict() | {"how": parsed.how, "n_soft_hyphens": parsed.layout.n_soft_hyphens}
    if parsed.layout.changed:
        report[CHANGED] = [[span.start, span.end] for span in parsed.layout.changed]
    report["doubts"] = [[doc_id, *map(notice_to_json, reasons)] for doc_id, reasons in parsed.doubts]
    return IndexEntry(document, today, document_version(encoder, task), report)
