"""Plans a build: which files must be read, which documents the next index will contain, and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.home import ADDED, REGISTER
from ingest.parse import Task, catalog
from ingest.removal import removed_documents
from ingest.sources import find
from ingest.sources.find import shown, shown_name, shown_notice
from ingest.sources.register_files import compiled_registers
from ingest.versions import document_version
from kb.catalog.catalog import corpus_dir
from kb.catalog.own_files import read_own_files
from kb.errors import DocumentError, IndexFolderError, KBError, NoIndexError, UnreadableError
from kb.index.layout import (
    ADVISED,
    DATABASE,
    TEXTS,
    IndexEntry,
    KeptDocument,
    StoredDocument,
    edition_to_json,
)
from kb.index.reader import Store
from kb.index.writer import remembered_sources
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.catalog.register import Register
    from kb.protocols import Encoder


class FileOutcome(str, Enum):
    """The result of a build for one file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileReport:
    """A line of the summary: the file, the result for it, its edition, and notes for the person."""

    path: str
    outcome: FileOutcome
    doc_id: str = ""
    ref: str = ""
    message: Notice | None = None
    n_pages: int = 0
    n_units: int = 0
    n_passages: int = 0
    proven: bool | None = None
    notes: tuple[Notice, ...] = ()


@dataclass(slots=True)
class Plan:
    """The contents of the next index while they are collected, and the report on each file.

    ``texts`` gives the id of a document by the hash of its letters (:func:`kb.index.layout.letters_of_text`).
    ``proven`` has, for each edition, the file or document that is known to be it by its bytes or by a person's word.
    """

    entries: dict[str, IndexEntry | KeptDocument] = field(default_factory=dict)
    reports: list[FileReport] = field(default_factory=list)
    notes: list[Notice] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    taken_over: set[str] = field(default_factory=set)
    copies: list[tuple[Task, Task]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    proven: dict[str, StoredDocument | Task] = field(default_factory=dict)

    def fail(self, path: Path, real: Path, error: DocumentError) -> None:
        """Reports a file that cannot be read."""
        self.failed.add(str(real))
        self.reports.append(FileReport(shown(path), FileOutcome.FAILED, message=shown_notice(error.as_notice)))


@dataclass(frozen=True, slots=True)
class LastIndex:
    """The last index, and the files that it was read from.

    ``store`` is ``None`` if there is no index or it is damaged (``lost``). ``damaged`` are its damaged files.
    """

    store: Store | None
    sources: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    lost: bool = False

    @property
    def whole(self) -> bool:
        """Whether there is an index and none of its files is damaged."""
        return self.store is not None and not self.damaged

    @property
    def documents(self) -> tuple[StoredDocument, ...]:
        """The documents of the last index."""
        return self.store.documents if self.store else ()


def open_last_index(root: Path, plan: Plan) -> LastIndex:
    """The last index. If it is damaged, the plan gets a note, and the files that it was read from are read again.

    :raises IndexFolderError: the folder cannot be read.
    """
    store: Store | None = None
    try:
        store = Store.open(root)
        damaged = store.changed_files()
        for file in damaged:
            if file == DATABASE or file.endswith(f"/{TEXTS}"):
                raise IndexFolderError(notice("build database damaged", folder=str(store.folder), file=file))
        files = tuple(d.source for d in store.documents if not d.edition.register_of)
    except (IndexFolderError, ValueError, TypeError, KeyError) as error:  # a damaged row may hold anything
        if store is not None:
            store.close()
        compiled = str(root.parent / REGISTER)
        remembered = tuple(s for s in remembered_sources(root) if not s.startswith(compiled))
        if isinstance(error, NoIndexError) and not remembered:
            return LastIndex(None)
        plan.notes.append(notice("build index damaged", why=_without_advice(error)))
        return LastIndex(None, remembered, lost=True)
    if damaged:
        plan.notes.append(notice("build parts damaged", folder=str(store.folder), files=", ".join(damaged)))
    return LastIndex(store, files, damaged)


def _without_advice(error: Exception) -> Notice | str:
    """The message about a damaged index without the advice to build it anew, because this is being done."""
    found = error.notice if isinstance(error, KBError) else None
    if found is None:
        return str(error)
    return found.get("what") if found.kind == ADVISED else found


def files_to_read(
    home: Path,
    paths: Sequence[Path],
    folders: Sequence[Path],
    register: Register,
    former: LastIndex,
    plan: Plan,
    encoder: Encoder,
    force: bool,
    ocr: bool,
) -> list[Task]:
    """The files that must be read. All other files are recorded in ``plan`` as reused, as copies or as failed."""
    known = {d.sha256: d for d in former.documents}
    candidates = _gather(home, paths, folders, former, plan)
    now = {str(task.path): task.sha256 for task in candidates}
    standing = [d for d in former.documents if now.get(d.source, d.sha256) == d.sha256]
    plan.proven |= {d.doc_id: d for d in standing if d.report.get("how") in PROVEN}
    plan.proven |= {edition: task for task in candidates if (edition := _proven_edition(task))}
    # a file that was read before precedes its copies, so that the index keeps the same one
    candidates.sort(key=lambda task: task.sha256 not in known or known[task.sha256].source != str(task.path))
    tasks: list[Task] = []
    queued: dict[str, Task] = {}
    for task in (*compiled_registers(home, register), *candidates):
        if task.sha256 in queued:
            plan.copies.append((task, queued[task.sha256]))
            continue
        queued[task.sha256] = task
        stored = known.get(task.sha256)
        anew = force or (ocr and stored is not None and bool(stored.report.get("pages_without_text")))
        rival = stored is not None and stored.report.get("how") == "text" and stored.doc_id in plan.proven
        if stored is not None and former.store is not None and not (anew or rival) and _fresh(stored, task, encoder):
            kept = former.store.kept(stored.doc_id)
            take(plan, replace(kept, stored=replace(stored, source=str(task.path))), task, FileOutcome.UNCHANGED)
        else:
            tasks.append(task)
    return tasks


def _gather(home: Path, paths: Sequence[Path], folders: Sequence[Path], former: LastIndex, plan: Plan) -> list[Task]:
    """Every file that is named, in a standing folder, or read before, once each; errors are added to ``plan``."""
    named = find.find_files(paths)
    standing = find.find_files([f for f in (home / ADDED, *folders) if f.is_dir()])
    kinds = ", ".join(find.MEDIA_TYPES)
    plan.notes.extend((*named.notes, *standing.notes))
    plan.notes.extend(notice("build empty folder", folder=shown(f), kinds=kinds) for f in named.empty)
    plan.notes.extend(notice("build no folder", folder=shown(f)) for f in folders if _is_missing(f))
    if named.other:
        names = ", ".join(shown_name(p) for p in named.other[:5])
        more = notice("build more files", n=len(named.other) - 5) if len(named.other) > 5 else ""
        plan.notes.append(notice("build other kinds", names=names, more=more))
    before = [Path(source) for source in former.sources]
    files: dict[Path, tuple[find.SourceFile, bool]] = {}
    for found in named.files:
        files.setdefault(find.real_path(found.path) if found.error is None else found.path, (found, True))
    for found in (*standing.files, *(find.SourceFile(p) for p in before if find.is_there(p))):
        files.setdefault(find.real_path(found.path), (found, False))
    if former.lost:
        for path in before:
            if find.real_path(path) not in files:
                plan.fail(path, path, DocumentError(notice("file only in last index", file=shown_name(path))))
    removed = removed_documents(home)
    own = read_own_files(home)
    tasks: list[Task] = []
    for path, (found, asked_for) in files.items():
        if found.error is not None:
            plan.fail(found.path, find.real_path(found.path), found.error)
            continue
        try:
            sha256 = find.fingerprint(found.path)
            task = Task(path, sha256, own=own.get(sha256))
        except DocumentError as error:
            plan.fail(found.path, path, error)
            continue
        if task.sha256 in removed and not asked_for:
            plan.notes.append(notice("build removed", file=shown_name(path), id=removed[task.sha256]))
            continue
        tasks.append(task)
    return tasks


def _is_missing(folder: Path) -> bool:
    """Whether a folder from the settings does not exist; the project's own download folder need not exist."""
    return not folder.is_dir() and folder != corpus_dir() / ADDED


def _fresh(stored: StoredDocument, task: Task, encoder: Encoder) -> bool:
    """Whether a stored document would be read the same today: by the same code, token budget and catalog entry."""
    edition = stored.edition
    if stored.pipeline != document_version(encoder, task) or (task.register_id or "") != (
        edition.doc_id if edition.register_of else ""
    ):
        return False
    if not edition.in_catalog:
        return True
    try:
        return edition_to_json(catalog().get(edition.doc_id)) == edition_to_json(edition)
    except KBError:
        return False


PROVEN = frozenset({"hash", "person", "register"})
"""Ways of identifying a file that outrank its title page."""


def _proven_edition(task: Task) -> str:
    """The id of the edition that a file is by a person's word or by its bytes; empty if neither identifies it."""
    if task.own is not None and task.own.edition:
        return task.own.edition
    edition = catalog().by_sha256(task.sha256)
    return edition.doc_id if edition and not (task.own and edition.doc_id in task.own.denied) else ""


def take(
    plan: Plan, entry: IndexEntry | KeptDocument, task: Task, outcome: FileOutcome, previous: str = ""
) -> Task | None:
    """Adds a document to the plan, or reports why it is not added.

    A file with the same words as another is read once. If a title page names an edition that another file, with other
    words, is known to be on better grounds, the file must be read again as a document of its own; its task is then
    returned.
    """
    document = entry.stored
    edition = document.edition
    notes = document.notes
    other = plan.entries.get(edition.doc_id)
    words = entry.letters
    twin = plan.entries.get(plan.texts.get(words, ""))
    if twin is not None and twin.stored.sha256 != document.sha256 and not edition.register_of:
        plan.taken_over.add(str(task.path))
        message = notice("copy of words", file=shown_name(Path(twin.stored.source)))
        same = twin.stored.edition
        plan.reports.append(
            FileReport(shown(task.path), FileOutcome.DUPLICATE, same.doc_id, same.ref, message, notes=notes)
        )
        return None
    by_title_page = document.report.get("how") == "text"
    proven = plan.proven.get(edition.doc_id)
    if by_title_page and proven is not None and proven.sha256 != document.sha256 and not task.rival:
        source = proven.source if isinstance(proven, StoredDocument) else proven.path
        return replace(task, rival=edition.doc_id, rival_file=shown_name(Path(source)))
    if other is not None and other.stored.sha256 != document.sha256:
        source = shown_name(Path(other.stored.source))
        if by_title_page and not task.rival:
            return replace(task, rival=edition.doc_id, rival_file=source)
        plan.taken_over.add(str(task.path))
        message = notice("copy of edition", ref=edition.ref, file=source)
        plan.reports.append(
            FileReport(shown(task.path), FileOutcome.DUPLICATE, edition.doc_id, edition.ref, message, notes=notes)
        )
        return None
    replaces: Notice | None = None
    if outcome is FileOutcome.CHANGED and not edition.register_of:
        replaces = notice("file changed since", former=previous or notice("the former"))
    plan.taken_over.add(str(task.path))  # whatever it was before
    plan.entries[edition.doc_id] = entry
    plan.texts.setdefault(words, edition.doc_id)
    plan.reports.append(
        FileReport(
            shown(task.path),
            outcome,
            edition.doc_id,
            edition.ref,
            replaces,
            document.n_pages,
            document.n_units,
            document.n_passages,
            bool(document.report.get("holds")) if document.n_units else None,
            notes,
        )
    )
    return None


def settle_copies(plan: Plan) -> None:
    """Gives each duplicate the outcome of the file that it duplicates."""
    for copy, original in plan.copies:
        name = shown_name(original.path)
        if str(original.path) in plan.failed:
            error = UnreadableError(notice("file same as unreadable", file=shown_name(copy.path), other=name))
            plan.fail(copy.path, copy.path, error)
        else:
            plan.taken_over.add(str(copy.path))
            message = notice("copy of content", file=name)
            plan.reports.append(FileReport(shown(copy.path), FileOutcome.DUPLICATE, message=message))


def keep_missing(plan: Plan, former: LastIndex) -> None:
    """Keeps documents of the last index whose file is missing or could not be read this time."""
    if former.store is None:
        return
    for stored in former.documents:
        edition = stored.edition
        failed = stored.source in plan.failed
        if stored.doc_id in plan.entries or (edition.register_of and not failed):
            continue
        if stored.source in plan.taken_over:
            if not any(r.outcome is FileOutcome.CHANGED and r.path == shown(stored.source) for r in plan.reports):
                plan.notes.append(notice("build dropped", file=shown_name(Path(stored.source)), ref=edition.ref))
            continue
        plan.entries[stored.doc_id] = former.store.kept(stored.doc_id)
        message = notice("file kept failed" if failed else "file kept gone", id=stored.doc_id)
        plan.reports.append(
            FileReport(
                shown(stored.source),
                FileOutcome.KEPT,
                stored.doc_id,
                edition.ref,
                message,
                stored.n_pages,
                stored.n_units,
                stored.n_passages,
            )
        )
