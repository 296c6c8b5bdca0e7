"""Calls the stages in order, reuses what is unchanged, reports what it did to every file and why. No algorithm.

A build never harms the index in service: it writes beside it and puts the whole in service at the end
(:func:`kb.store.write_index`); vectors are kept as they are made (:mod:`ingest.embedding`).
"""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

import ingest
import kb
from ingest import isolate, sources
from ingest.embedding import VectorCache, embed_parts
from ingest.ocr import with_text_layer
from ingest.parse import Parsed, Task, catalog, parse
from ingest.sources import shown, shown_name
from kb.answering import passage_sentences, searched_sentences
from kb.catalog import corpus_dir
from kb.crosswalk import load_edges
from kb.errors import DocumentError, IndexError_, KBError, NoIndexError, NoTextError, UnreadableError
from kb.force import forces_of
from kb.korean import by_setting
from kb.store import (
    DATABASE,
    KOREAN,
    Entry,
    Store,
    StoredDocument,
    edition_to_json,
    index_id,
    remembered_sources,
    sweep_leftovers,
    write_index,
)
from kb.types import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kb.edges import Edge
    from kb.register import Register
    from kb.types import Encoder, FloatArray, Passage, Unit

    Tell = Callable[[str, int, int], None]

INDEX = "index"
CACHE = "cache"
ADDED = "documents"
OCR = "ocr"
REGISTER = "register"
REMOVED = "removed"
CROSSWALK = "crosswalk.toml"
"""Folders under the home folder, the file that says which documents a person removed, and one under ``corpus/``."""

NO_READERS = frozenset("add build compile_register embedding isolate ocr sources witness".split())
KB_READERS = frozenset("answering cleaning force language locators pdfium recognition sentences".split())
"""Modules of ``ingest`` that do not, and of ``kb`` that do, decide what a file is read as."""


class Outcome(str, Enum):
    """What became of a file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One line of the summary: the file, what became of it, what it is, and what the person should know."""

    path: str
    outcome: Outcome
    doc_id: str = ""
    ref: str = ""
    message: str = ""
    n_pages: int = 0
    n_units: int = 0
    n_passages: int = 0
    proven: bool | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did. ``index_id`` is empty where nothing was built."""

    index_id: str
    files: tuple[FileReport, ...]
    notes: tuple[str, ...]
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
        return tuple(f for f in self.files if f.outcome is Outcome.FAILED)


@dataclass(slots=True)
class _Plan:
    """What the next index will hold, while it is being gathered."""

    entries: dict[str, Entry] = field(default_factory=dict)
    reports: list[FileReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    taken_over: set[str] = field(default_factory=set)
    copies: list[tuple[Task, Task]] = field(default_factory=list)

    def fail(self, path: Path, real: Path, error: DocumentError) -> None:
        """A file that cannot be read."""
        self.failed.add(str(real))
        self.reports.append(FileReport(shown(path), Outcome.FAILED, message=shown(error)))


@dataclass(frozen=True, slots=True)
class _Former:
    """The last index: its store, unless it is damaged; the files it was read from; whether it may stay as it is."""

    store: Store | None
    sources: tuple[str, ...] = ()
    whole: bool = False
    lost: bool = False

    @property
    def documents(self) -> tuple[StoredDocument, ...]:
        return self.store.documents if self.store else ()


@cache
def pipeline_version() -> str:
    """Twelve hex digits from the code that turns a file into passages: a change in it makes documents be read anew."""
    digest = hashlib.sha256()
    for path in reader_files():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def reader_files() -> list[Path]:
    """The files of :func:`pipeline_version`."""
    here, core = Path(ingest.__file__).parent, Path(kb.__file__).parent
    mine = [p for p in here.rglob("*.py") if p.relative_to(here).parts[0].removesuffix(".py") not in NO_READERS]
    return [
        *sorted(mine),
        *sorted(p for p in core.rglob("*.py") if p.relative_to(core).parts[0].removesuffix(".py") in KB_READERS),
    ]


def _settings(encoder: Encoder, korean: str) -> dict[str, Any]:
    return {
        "pipeline": pipeline_version(),
        "max_tokens": encoder.info.max_tokens,
        "crosswalk": _crosswalk_version(),
        KOREAN: korean,
    }


@cache
def _crosswalk_version() -> str:
    """Twelve hex digits from the installed crosswalk, which the index holds a copy of."""
    return hashlib.sha256((corpus_dir() / CROSSWALK).read_bytes()).hexdigest()[:12]


@cache
def _edges() -> tuple[Edge, ...]:
    """The installed crosswalk. Its units are taken on trust: an index may be built from a part of the register."""
    return load_edges((corpus_dir() / CROSSWALK).read_text("utf-8"), None, None, f"corpus/{CROSSWALK}")


@contextmanager
def build_lock(home: Path) -> Iterator[None]:
    """Held by one build at a time; inside, what the system refuses in the home folder becomes one clear error.

    :raises IndexError_: another build holds it, or the folder cannot be written.
    """
    lock = filelock.FileLock(home / "ingest.lock", timeout=0)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise IndexError_(f"{shown(home)}: another ingest is running; wait for it to end") from None
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexError_(f"{shown(home)}: it, or a part of its path, is no folder; choose another --home") from error
    except OSError as error:
        raise IndexError_(f"{shown(home)}: cannot be written ({error.strerror}); choose another --home") from error
    try:
        yield
    except OSError as error:
        place = shown(error.filename or home)
        raise IndexError_(
            f"{place}: {error.strerror or error}; the last good index stays. Free space or choose another --home"
        ) from error
    finally:
        lock.release()


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
    """Builds the index from the register, the standing folders, what the last index held, and ``paths``.

    ``folders`` are read if they exist. With ``ocr`` pages without text are read by OCR, where its program is
    installed. ``tell`` is called with a stage's name, how much is done and how much there is. ``korean`` is what takes
    Korean words apart (:func:`kb.korean.by_setting`).

    :raises IndexError_: another build is running, or the index folder cannot be written.
    :raises EncoderError: the encoder cannot be loaded.
    :raises ConfigError: what is to take Korean apart is not installed.
    """
    started = time.monotonic()
    settings = _settings(encoder, by_setting(korean).name)
    with build_lock(home):
        sweep_leftovers(home / INDEX)
        plan = _Plan()
        former = _open_former(home / INDEX, plan)
        try:
            tasks = _tasks(home, paths, folders, register, former, plan, encoder, force, ocr)
            read_started = time.monotonic()
            n_pages = _read(tasks, plan, former, encoder, register, today, tell, home / OCR if ocr else None)
            seconds_reading = time.monotonic() - read_started
            _settle_copies(plan)
            _keep_missing(plan, former)
            entries = [plan.entries[doc_id] for doc_id in sorted(plan.entries)]
            ident = index_id(entries, encoder.info, settings)
            stays = former.whole and not force and _same(former, entries, ident)
        finally:
            if former.store is not None:
                former.store.close()
        embed_started = time.monotonic()
        n_embedded = 0
        seconds_embedding = 0.0
        if not dry_run and not stays:
            vectors, sentences, n_embedded = _vectors(home, entries, encoder, plan.notes, tell)
            seconds_embedding = time.monotonic() - embed_started
            ident = write_index(
                home / INDEX, entries, vectors, sentences, encoder.info, settings, version, today, _edges()
            )
        if not dry_run:
            _restore(home, [e.document.sha256 for e in entries])
        return Summary(
            "" if dry_run else ident,
            tuple(plan.reports),
            tuple(shown(note) for note in plan.notes),
            len(entries),
            sum(len(e.document.passages) for e in entries),
            n_embedded,
            n_pages,
            seconds_reading,
            seconds_embedding,
            time.monotonic() - started,
            not dry_run and not stays,
        )


def _vectors(
    home: Path, entries: Sequence[Entry], encoder: Encoder, notes: list[str], tell: Tell | None = None
) -> tuple[FloatArray, list[FloatArray], int]:
    passages = [p for e in entries for p in e.document.passages]
    vectors = VectorCache(home / CACHE / "vectors.sqlite")
    try:
        return embed_parts(
            [p.search_text for p in passages],
            [searched_sentences(p) for p in passages],
            encoder,
            vectors,
            (lambda done, total: tell("embedding", done, total)) if tell else None,
        )
    finally:
        notes.extend(vectors.notes)
        vectors.close()


def _same(former: _Former, entries: Sequence[Entry], ident: str) -> bool:
    """Whether the index in service is what this build would write, and remembers the same files."""
    store = former.store
    if store is None or store.index_id != ident:
        return False
    return {d.doc_id: d.source for d in store.documents} == {
        e.document.edition.doc_id: e.document.source for e in entries
    }


def _open_former(root: Path, plan: _Plan) -> _Former:
    """The last index. One that is damaged is told, and what it was read from is looked for again."""
    store: Store | None = None
    try:
        store = Store.open(root)
        damaged = store.damaged_files()
        if DATABASE in damaged:
            raise IndexError_(f"{store.folder}: damaged ({DATABASE} is not as it was written)")
        files = tuple(d.source for d in store.documents if not d.edition.register_of)
    except (IndexError_, ValueError, TypeError, KeyError) as error:  # a damaged row may hold anything
        if store is not None:
            store.close()
        compiled = str(root.parent / REGISTER)
        remembered = tuple(s for s in remembered_sources(root) if not s.startswith(compiled))
        if isinstance(error, NoIndexError) and not remembered:
            return _Former(None)
        plan.notes.append(f"{_without_advice(error)}; everything is read anew")
        return _Former(None, remembered, lost=True)
    if damaged:
        plan.notes.append(f"{store.folder}: damaged ({', '.join(damaged)}); built anew")
    return _Former(store, files, whole=not damaged)


def _without_advice(error: Exception) -> str:
    """An error's text up to its advice to build anew, which is being done."""
    return re.split(r"[.;] run `kb ingest", str(error), maxsplit=1, flags=re.IGNORECASE)[0]


def compiled_registers(home: Path, register: Register) -> list[Task]:
    """One PDF per register edition in the home folder, compiled where data or code changed or a file is not whole."""
    folder = home / REGISTER
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "made-from"
    ids = register.register_ids()
    paths = [folder / f"{doc_id}.pdf" for doc_id in ids]
    state = _register_state()
    if _text_of(stamp) != _stamp(state, paths):
        from ingest.compile_register import compile_register

        for doc_id, path in zip(ids, paths, strict=True):
            temporary = path.with_suffix(".new")
            temporary.write_bytes(compile_register(register, catalog(), doc_id))
            temporary.replace(path)
        stamp.write_text(_stamp(state, paths), "utf-8")
    return [Task(path, sources.fingerprint(path), doc_id) for doc_id, path in zip(ids, paths, strict=True)]


def _stamp(state: str, paths: Sequence[Path]) -> str:
    """What the compiled registers were made from, and what they are."""
    lines = [state]
    for path in paths:
        try:
            lines.append(f"{sources.fingerprint(path)} {path.name}")
        except DocumentError:
            lines.append(f"- {path.name}")
    return "\n".join(lines) + "\n"


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


@cache
def _register_state() -> str:
    """A hash of everything the compiled registers are made from: the data and the code that sets it."""
    digest = hashlib.sha256()
    data = corpus_dir()
    sheets = [Path(ingest.__file__).parent / "compile_register.py", data / "catalog.toml", data / "topics.toml"]
    for path in [*sheets, *sorted((data / "register").glob("*.toml"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _tasks(
    home: Path,
    paths: Sequence[Path],
    folders: Sequence[Path],
    register: Register,
    former: _Former,
    plan: _Plan,
    encoder: Encoder,
    force: bool,
    ocr: bool,
) -> list[Task]:
    """Files that must be read; everything else is settled in ``plan``."""
    known = {d.sha256: d for d in former.documents}
    candidates = _gather(home, paths, folders, former, plan)
    # a file that was read before comes before its copies, so that the same one stays
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
        if stored is not None and former.store is not None and not anew and _fresh(stored, task, encoder):
            entry = former.store.load(stored.doc_id)
            _take(
                plan, replace(entry, document=replace(entry.document, source=str(task.path))), task, Outcome.UNCHANGED
            )
        else:
            tasks.append(task)
    return tasks


def _gather(home: Path, paths: Sequence[Path], folders: Sequence[Path], former: _Former, plan: _Plan) -> list[Task]:
    """Every file named, in the standing folders, or read before, each once; what cannot be is settled in ``plan``."""
    named = sources.find(paths)
    standing = sources.find([f for f in (home / ADDED, *folders) if f.is_dir()])
    kinds = ", ".join(sources.MEDIA_TYPES)
    plan.notes.extend((*named.notes, *standing.notes))
    plan.notes.extend(
        f"{shown(f)}: no documents in this folder (looked for {kinds}); name another, or add files" for f in named.empty
    )
    plan.notes.extend(f"{shown(f)}: there is no such folder; check KB_DOCUMENTS" for f in folders if _is_missing(f))
    if named.other:
        names = ", ".join(shown_name(p) for p in named.other[:5])
        more = f" and {len(named.other) - 5} more" if len(named.other) > 5 else ""
        plan.notes.append(f"not read, of another kind: {names}{more}")
    before = [Path(source) for source in former.sources]
    files: dict[Path, tuple[sources.Found, bool]] = {}
    for found in named.files:
        files.setdefault(sources.real_path(found.path) if found.error is None else found.path, (found, True))
    for found in (*standing.files, *(sources.Found(p) for p in before if sources.is_there(p))):
        files.setdefault(sources.real_path(found.path), (found, False))
    if former.lost:
        for path in before:
            if sources.real_path(path) not in files:
                gone = f"{shown_name(path)}: only the last index held it, which cannot be read; add the file again"
                plan.fail(path, path, DocumentError(gone))
    removed = removed_documents(home)
    tasks: list[Task] = []
    for path, (found, asked_for) in files.items():
        if found.error is not None:
            plan.fail(found.path, sources.real_path(found.path), found.error)
            continue
        try:
            task = Task(path, sources.fingerprint(found.path))
        except DocumentError as error:
            plan.fail(found.path, path, error)
            continue
        if task.sha256 in removed and not asked_for:
            plan.notes.append(
                f"{shown_name(path)}: removed as {removed[task.sha256]}, not read; name it in `kb ingest` to read it"
            )
            continue
        tasks.append(task)
    return tasks


def _is_missing(folder: Path) -> bool:
    """Whether a folder that somebody set is not there; the project's own drop folder need not be."""
    return not folder.is_dir() and folder != corpus_dir() / ADDED


def _fresh(stored: StoredDocument, task: Task, encoder: Encoder) -> bool:
    """Whether a stored document would be read the same today: same code, same token budget, same catalog entry."""
    edition = stored.edition
    if stored.pipeline != _pipeline_of(encoder, task) or (task.register_id or "") != (
        edition.doc_id if edition.register_of else ""
    ):
        return False
    if not edition.in_catalog:
        return True
    try:
        return edition_to_json(catalog().get(edition.doc_id)) == edition_to_json(edition)
    except KBError:
        return False


def _pipeline_of(encoder: Encoder, task: Task) -> str:
    """What a document was read with; units of a register take facts from its data beside those in its PDF."""
    data = f"/{_register_state()[:12]}" if task.register_id else ""
    return f"{pipeline_version()}/{encoder.info.name}/{encoder.info.max_tokens}{data}"


def _read(
    tasks: Sequence[Task],
    plan: _Plan,
    former: _Former,
    encoder: Encoder,
    register: Register,
    today: str,
    tell: Tell | None,
    ocr_folder: Path | None,
) -> int:
    """Reads the files in worker processes; returns how many pages were read."""
    n_pages = 0
    entries: dict[int, Entry] = {}
    errors: dict[int, DocumentError] = {}
    if tell and tasks:
        tell("reading", 0, len(tasks))
    for position, result in isolate.run(parse, tasks):
        if isinstance(result, Parsed):  # made into passages here, while the workers read on
            entries[position] = _entry(result, tasks[position], encoder, register, today)
            n_pages += len(result.layout.pages)
        else:
            errors[position] = result
        if tell:
            tell("reading", len(entries) + len(errors), len(tasks))
    if ocr_folder is not None:
        for position, result in _read_scans(tasks, entries, errors, plan, ocr_folder):
            entries[position] = _entry(result, tasks[position], encoder, register, today)
            errors.pop(position, None)
            n_pages += len(result.layout.pages)
    for position in sorted(errors):  # in the order of the files, not of the workers
        plan.fail(tasks[position].path, tasks[position].path, errors[position])
    before = {d.source: d for d in former.documents}
    for position in sorted(entries, key=lambda n: (not _known_file(entries[n]), n)):
        entry, task = entries[position], tasks[position]
        if not entry.document.passages:
            reason = "no words are left when page numbers and lines that return on every page are cut; nothing to index"
            plan.fail(task.path, task.path, NoTextError(f"{shown_name(task.path)}: {reason}"))
            continue
        previous = before.get(entry.document.source)
        outcome = Outcome.CHANGED if previous is not None and previous.sha256 != task.sha256 else Outcome.NEW
        _take(plan, entry, task, outcome, previous.doc_id if previous else "")
    return n_pages


def _read_scans(
    tasks: Sequence[Task],
    entries: Mapping[int, Entry],
    errors: Mapping[int, DocumentError],
    plan: _Plan,
    folder: Path,
) -> Iterator[tuple[int, Parsed]]:
    """Files with pages without text, by their place among the tasks, read again from a copy that has a text layer."""
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
            plan.notes.append(str(error))
            continue
        scans.append(replace(task, ocr=copy, ocr_pages=without))
        places.append(position)
    for n, result in isolate.run(parse, scans):
        if isinstance(result, Parsed):
            yield places[n], result
        else:
            plan.notes.append(f"{scans[n].name}: with OCR: {result}")


def _known_file(entry: Entry) -> bool:
    """A file recognised by hash goes first where two files are the same edition."""
    return entry.report["how"] in {"hash", "register"}


def _entry(parsed: Parsed, task: Task, encoder: Encoder, register: Register, today: str) -> Entry:
    from ingest.chunking import make_passages
    from ingest.described import units_and_gists

    edition = parsed.edition
    units: Sequence[Unit] = parsed.units
    passages: Sequence[Passage]
    if edition.register_of:
        units, passages = units_and_gists(units, parsed.layout, edition, register, catalog())
    else:
        passages = make_passages(parsed.layout, units, edition, encoder.count_tokens, encoder.info.max_tokens)
    document = Document(
        edition,
        parsed.sha256,
        str(parsed.path),
        parsed.media_type,
        parsed.layout.text,
        parsed.layout.pages,
        tuple(units),
        tuple(replace(p, forces=forces_of(words for _, words in passage_sentences(p))) for p in passages),
        tuple(shown(note) for note in parsed.notes),
    )
    report = parsed.proof.as_dict() | {"how": parsed.how, "n_soft_hyphens": parsed.layout.n_soft_hyphens}
    return Entry(document, today, _pipeline_of(encoder, task), report)


def _take(plan: _Plan, entry: Entry, task: Task, outcome: Outcome, previous: str = "") -> None:
    """Puts a document into the plan, or says why not."""
    document = entry.document
    edition = document.edition
    notes = document.notes
    other = plan.entries.get(edition.doc_id)
    if outcome is Outcome.CHANGED:
        plan.taken_over.add(str(task.path))
    if other is not None and other.document.sha256 != document.sha256:
        plan.taken_over.add(str(task.path))
        from_file = shown_name(Path(other.document.source))
        message = f"another file of {edition.ref}, which is read from {from_file}; not indexed twice"
        plan.reports.append(
            FileReport(shown(task.path), Outcome.DUPLICATE, edition.doc_id, edition.ref, message, notes=notes)
        )
        return
    message = ""
    if outcome is Outcome.CHANGED and not edition.register_of:
        message = f"its content changed; it replaces {previous or 'the former'}"
    plan.entries[edition.doc_id] = entry
    plan.reports.append(
        FileReport(
            shown(task.path),
            outcome,
            edition.doc_id,
            edition.ref,
            message,
            len(document.pages),
            len(document.units),
            len(document.passages),
            bool(entry.report.get("holds")) if document.units else None,
            notes,
        )
    )


def _settle_copies(plan: _Plan) -> None:
    """A file of the same content as another shares its fate."""
    for copy, original in plan.copies:
        name = shown_name(original.path)
        if str(original.path) in plan.failed:
            error = UnreadableError(f"{shown_name(copy.path)}: same content as {name}, which cannot be read")
            plan.fail(copy.path, copy.path, error)
        else:
            plan.taken_over.add(str(copy.path))
            message = f"same content as {name}; read once"
            plan.reports.append(FileReport(shown(copy.path), Outcome.DUPLICATE, message=message))


def _keep_missing(plan: _Plan, former: _Former) -> None:
    """Documents whose file is gone or could not be read this time stay as they were in the last index."""
    if former.store is None:
        return
    for stored in former.documents:
        edition = stored.edition
        failed = stored.source in plan.failed
        if stored.doc_id in plan.entries or (edition.register_of and not failed):
            continue
        if stored.source in plan.taken_over:
            if not any(r.outcome is Outcome.CHANGED and r.path == shown(stored.source) for r in plan.reports):
                plan.notes.append(f"{shown_name(Path(stored.source))}: held {edition.ref} before, which is dropped")
            continue
        plan.entries[stored.doc_id] = former.store.load(stored.doc_id)
        why = "could not be read this time" if failed else "is no longer there"
        plan.reports.append(
            FileReport(
                shown(stored.source),
                Outcome.KEPT,
                stored.doc_id,
                edition.ref,
                f"the file {why}; what the last index held is kept (`kb corpus remove {stored.doc_id}` drops it)",
                stored.n_pages,
                stored.n_units,
                stored.n_passages,
            )
        )


# --- removing --------------------------------------------------------------------------------------------------------


def removed_documents(home: Path) -> dict[str, str]:
    """SHA-256 → document id of what a person removed; its file is not read again unless the person names it."""
    lines = (line.split() for line in _text_of(home / REMOVED).splitlines())
    return {words[0]: words[1] for words in lines if len(words) == 2}


def _remember_removed(home: Path, removed: dict[str, str]) -> None:
    temporary = home / f"{REMOVED}.new"
    temporary.write_text("".join(f"{sha256} {doc_id}\n" for sha256, doc_id in removed.items()), "utf-8")
    temporary.replace(home / REMOVED)


def restore(home: Path, sha256: str) -> None:
    """Takes a file off the list of what was removed: the person has added it again.

    :raises IndexError_: the list cannot be written.
    """
    try:
        _restore(home, [sha256])
    except OSError as error:
        raise IndexError_(f"{shown(home)}: cannot be written ({error.strerror}); choose another --home") from error


def _restore(home: Path, hashes: Iterable[str]) -> None:
    removed = removed_documents(home)
    gone = set(hashes)
    left = {sha256: doc_id for sha256, doc_id in removed.items() if sha256 not in gone}
    if left != removed:
        _remember_removed(home, left)


def remove(home: Path, doc_id: str, encoder: Encoder, today: str, version: str) -> str:
    """Builds the index without one document, and lets later builds pass its file by; returns the index id.

    :raises IndexError_: no index, no such document in it, or a register, which is part of the project.
    """
    with build_lock(home):
        sweep_leftovers(home / INDEX)
        with Store.open(home / INDEX) as old:
            stored = old.document(doc_id)
            if stored is None:
                raise IndexError_(f"document {doc_id!r} is not in the index; `kb corpus list --loaded` shows what is")
            if stored.edition.register_of:
                raise IndexError_(f"{doc_id}: a register is part of the project; filter it out with --no-register")
            entries = [old.load(d.doc_id) for d in old.documents if d.doc_id != doc_id]
            settings = _settings(encoder, old.korean.name)
        vectors, sentences, _ = _vectors(home, entries, encoder, [])
        ident = write_index(home / INDEX, entries, vectors, sentences, encoder.info, settings, version, today, _edges())
        _remember_removed(home, removed_documents(home) | {stored.sha256: doc_id})
        return ident
