"""Calls the stages in order, reuses what is unchanged, reports what it did to every file and why. No algorithm.

A build never harms the index in service: it writes beside it and puts the whole in service at the end
(:func:`kb.store.write_index`); vectors are kept as they are made (:mod:`ingest.embedding`).
"""

from __future__ import annotations

import hashlib
import time
from bisect import bisect_right
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
from ingest.chunking import make_passages
from ingest.embedding import VectorCache, embed
from ingest.parse import Parsed, Task, catalog, parse
from kb.catalog import corpus_dir
from kb.cleaning import clean
from kb.errors import DocumentError, IndexError_, KBError
from kb.locators import gist_spans
from kb.store import Entry, Store, edition_to_json, index_id, write_index
from kb.types import Document, Edition, Passage, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ingest.pages import Layout
    from kb.register import Register
    from kb.types import Encoder

    Tell = Callable[[str, int, int], None]

INDEX = "index"
CACHE = "cache"
ADDED = "documents"
REGISTER = "register"
MAX_NAMES = 60


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
    by_sha: dict[str, str] = field(default_factory=dict)


_NOT_READING = frozenset(
    {"add.py", "build.py", "compile_register.py", "embedding.py", "isolate.py", "sources.py", "witness.py"}
)
"""Modules of ``ingest`` that have no say in what a file is read as."""


@cache
def pipeline_version() -> str:
    """Twelve hex digits from the code that turns a file into passages: a change in it makes documents be read anew."""
    digest = hashlib.sha256()
    here, core = Path(ingest.__file__).parent, Path(kb.__file__).parent
    sheets = [p for p in sorted(here.rglob("*.py")) if p.relative_to(here).as_posix() not in _NOT_READING]
    for path in [*sheets, core / "cleaning.py", core / "pdfium.py", core / "recognition.py"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _settings(encoder: Encoder) -> dict[str, Any]:
    return {"pipeline": pipeline_version(), "max_tokens": encoder.info.max_tokens}


@contextmanager
def build_lock(home: Path) -> Iterator[None]:
    """Held by one build at a time.

    :raises IndexError_: another build holds it, or the folder cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(home / "ingest.lock", timeout=0)
        with lock:
            yield
    except filelock.Timeout:
        raise IndexError_(f"{home}: another ingest is running; wait for it to end") from None
    except PermissionError as error:
        raise IndexError_(f"{home}: cannot be written ({error.strerror}); choose another --home") from error


def ingest_paths(
    home: Path,
    paths: Sequence[Path],
    encoder: Encoder,
    register: Register,
    folders: Sequence[Path] = (),
    *,
    force: bool = False,
    dry_run: bool = False,
    today: str,
    version: str,
    tell: Tell | None = None,
) -> Summary:
    """Builds the index from the register, the standing folders, what the last index held, and ``paths``.

    ``folders`` are read if they exist. ``tell`` is called with a stage's name, how much is done and how much there is.

    :raises IndexError_: another build is running, or the index folder cannot be written.
    :raises EncoderError: the encoder cannot be loaded.
    """
    started = time.monotonic()
    with build_lock(home):
        old, notes = _open_old(home / INDEX)
        try:
            plan = _Plan(notes=notes)
            tasks = _tasks(home, paths, folders, register, old, plan, encoder, force)
            read_started = time.monotonic()
            n_pages = _read(tasks, plan, old, encoder, register, tell)
            seconds_reading = time.monotonic() - read_started
            _keep_missing(plan, old, tasks)
        finally:
            if old is not None:
                old.close()
        entries = [plan.entries[doc_id] for doc_id in sorted(plan.entries)]
        ident = index_id(entries, encoder.info, _settings(encoder))
        unchanged = old is not None and not force and old.index_id == ident and _complete(home / INDEX)
        embed_started = time.monotonic()
        n_embedded = 0
        if not dry_run and not unchanged:
            texts = [p.search_text for e in entries for p in e.document.passages]
            cache = VectorCache(home / CACHE / "vectors.sqlite")
            try:
                vectors, n_embedded = embed(
                    texts, encoder, cache, (lambda done, total: tell("embedding", done, total)) if tell else None
                )
            finally:
                cache.close()
            ident = write_index(home / INDEX, entries, vectors, encoder.info, _settings(encoder), version, today)
        return Summary(
            "" if dry_run else ident,
            tuple(plan.reports),
            tuple(plan.notes),
            len(entries),
            sum(len(e.document.passages) for e in entries),
            n_embedded,
            n_pages,
            seconds_reading,
            time.monotonic() - embed_started,
            time.monotonic() - started,
            not dry_run and not unchanged,
        )


def _open_old(root: Path) -> tuple[Store | None, list[str]]:
    try:
        return Store.open(root), []
    except IndexError_ as error:
        return None, [] if "no index at" in str(error) else [f"{error}; everything is read anew"]


def _complete(root: Path) -> bool:
    """Whether the index in service opens whole."""
    try:
        with Store.open(root) as store:
            return store.vectors.size[0] == store.n_passages and store.words is not None
    except KBError:
        return False


def compiled_registers(home: Path, register: Register) -> list[Task]:
    """One PDF per register edition in the home folder, written only where its bytes changed."""
    folder = home / REGISTER
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "made-from"
    wanted = _register_state()
    ids = register.register_ids()
    paths = [folder / f"{doc_id}.pdf" for doc_id in ids]
    if not (_text_of(stamp) == wanted and all(p.is_file() for p in paths)):
        from ingest.compile_register import compile_register

        for doc_id, path in zip(ids, paths, strict=True):
            temporary = path.with_suffix(".new")
            temporary.write_bytes(compile_register(register, catalog(), doc_id))
            temporary.replace(path)
        stamp.write_text(wanted, "utf-8")
    return [Task(path, sources.fingerprint(path), doc_id) for doc_id, path in zip(ids, paths, strict=True)]


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


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
    old: Store | None,
    plan: _Plan,
    encoder: Encoder,
    force: bool,
) -> list[Task]:
    """Files that must be read; everything else is settled in ``plan``."""
    named = sources.find(paths)
    standing = sources.find([f for f in (home / ADDED, *folders) if f.is_dir()])
    plan.notes.extend(named.notes)
    if named.other:
        names = ", ".join(p.name for p in named.other[:5])
        more = f" and {len(named.other) - 5} more" if len(named.other) > 5 else ""
        plan.notes.append(f"not read, of another kind: {names}{more}")
    remembered = [Path(d.source) for d in old.documents if not d.edition.is_register and not d.edition.register_of] if old else []
    files: dict[Path, sources.Found] = {}
    for found in (*named.files, *standing.files, *(sources.Found(p) for p in remembered if p.is_file())):
        files.setdefault(found.path.resolve(), found)
    candidates = compiled_registers(home, register)
    for path, found in files.items():
        if found.error is not None:
            plan.reports.append(FileReport(str(found.path), Outcome.FAILED, message=str(found.error)))
            continue
        try:
            candidates.append(Task(path, sources.fingerprint(path)))
        except DocumentError as error:
            plan.reports.append(FileReport(str(found.path), Outcome.FAILED, message=str(error)))
    known = {d.sha256: d for d in old.documents} if old else {}
    tasks: list[Task] = []
    queued: dict[str, Task] = {}
    for task in candidates:
        stored = known.get(task.sha256)
        if task.sha256 in queued:
            plan.reports.append(
                FileReport(str(task.path), Outcome.DUPLICATE, message=f"same content as {queued[task.sha256].name}; read once")
            )
            continue
        queued[task.sha256] = task
        if stored is not None and old is not None and not force and _fresh(stored.pipeline, stored.edition, encoder):
            entry = old.load(stored.doc_id)
            _take(plan, replace(entry, document=replace(entry.document, source=str(task.path))), task, Outcome.UNCHANGED)
        else:
            tasks.append(task)
    return tasks


def _fresh(pipeline: str, edition: Edition, encoder: Encoder) -> bool:
    """Whether a stored document would be read the same today: same code, same token budget, same catalog entry."""
    if pipeline != _pipeline_of(encoder):
        return False
    if not edition.in_catalog:
        return True
    try:
        return edition_to_json(catalog().get(edition.doc_id)) == edition_to_json(edition)
    except KBError:
        return False


def _pipeline_of(encoder: Encoder) -> str:
    return f"{pipeline_version()}/{encoder.info.name}/{encoder.info.max_tokens}"


def _read(
    tasks: Sequence[Task], plan: _Plan, old: Store | None, encoder: Encoder, register: Register, tell: Tell | None
) -> int:
    """Reads the files in worker processes; returns how many pages were read."""
    n_pages = 0
    done = 0
    parsed: dict[int, Parsed] = {}
    if tell and tasks:
        tell("reading", 0, len(tasks))
    for position, result in isolate.run(parse, tasks):
        done += 1
        if tell:
            tell("reading", done, len(tasks))
        if isinstance(result, Parsed):
            parsed[position] = result
            n_pages += len(result.layout.pages)
        else:
            plan.reports.append(FileReport(str(tasks[position].path), Outcome.FAILED, message=str(result)))
    before = {d.source: d for d in old.documents} if old else {}
    for position in sorted(parsed, key=lambda n: (not _known_file(parsed[n]), n)):
        result = parsed[position]
        entry = _entry(result, encoder, register)
        previous = before.get(str(result.path))
        outcome = Outcome.CHANGED if previous is not None and previous.sha256 != result.sha256 else Outcome.NEW
        _take(plan, entry, tasks[position], outcome, previous.doc_id if previous else "")
    return n_pages


def _known_file(parsed: Parsed) -> bool:
    """A file recognised by hash goes first where two files are the same edition."""
    return parsed.how in {"hash", "register"}


def _entry(parsed: Parsed, encoder: Encoder, register: Register) -> Entry:
    edition = parsed.edition
    units: Sequence[Unit] = parsed.units
    if edition.register_of:
        units, passages = _of_register(units, parsed.layout, edition, register)
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
        tuple(passages),
        parsed.notes,
    )
    report = parsed.proof.as_dict() | {"how": parsed.how, "n_soft_hyphens": parsed.layout.n_soft_hyphens}
    return Entry(document, time.strftime("%Y-%m-%d"), _pipeline_of(encoder), report)


def _of_register(
    units: Sequence[Unit], layout: Layout, edition: Edition, register: Register
) -> tuple[list[Unit], list[Passage]]:
    """Register units under the ids of the editions they describe; entries that say nothing are no passage."""
    ids: dict[str, str] = {}
    out: list[Unit] = []
    silent: set[str] = set()
    for unit in units:
        doc_id, key = unit.unit_id.split(":", 5)[5].split("|", 1)
        ids[unit.unit_id] = f"{catalog().get(doc_id).urn}:{key}"
        entry = register.get(ids[unit.unit_id])
        if entry is None or not entry.gist_en:
            silent.add(ids[unit.unit_id])
        out.append(
            replace(
                unit,
                unit_id=ids[unit.unit_id],
                of_document=doc_id,
                kind=entry.kind if entry else unit.kind,
                number=entry.number if entry else unit.number,
                verified=bool(entry and entry.verified),
                parent_id=f"{catalog().get(doc_id).urn}:{entry.parent}" if entry and entry.parent else None,
            )
        )
    texts = {u.unit_id: u for u in out}
    kept: list[Passage] = []
    for unit_id in dict.fromkeys(u.unit_id for u in out if u.unit_id not in silent):
        kept.extend(_register_passages(texts[unit_id], layout, edition))
    return out, kept


def _register_passages(unit: Unit, layout: Layout, edition: Edition) -> Iterator[Passage]:
    """The gist of a register entry, one passage a language; its heading and the line of facts below are no gist."""
    described = catalog().get(unit.of_document)
    starts = [page.start for page in layout.pages]
    trail = (edition.ref, described.ref, f"{unit.path} {unit.title}".strip())
    for span in gist_spans(layout.text, unit.span):
        words, _ = clean(layout.text[span.start : span.end])
        yield Passage(
            edition.doc_id,
            span,
            layout.text[span.start : span.end],
            f"{described.ref} > {trail[2]}\n{words}",
            trail,
            unit.unit_id,
            max(1, bisect_right(starts, span.start)),
            max(1, bisect_right(starts, span.end - 1)),
        )


def _take(plan: _Plan, entry: Entry, task: Task, outcome: Outcome, previous: str = "") -> None:
    """Puts a document into the plan, or says why not."""
    document = entry.document
    edition = document.edition
    other = plan.entries.get(edition.doc_id)
    notes = document.notes
    if other is not None and other.document.sha256 != document.sha256:
        plan.reports.append(
            FileReport(
                str(task.path),
                Outcome.DUPLICATE,
                edition.doc_id,
                edition.ref,
                f"another file of {edition.ref}, which is read from {Path(other.document.source).name}; not indexed twice",
                notes=notes,
            )
        )
        return
    message = ""
    if outcome is Outcome.CHANGED and not edition.register_of:
        message = f"its content changed; it replaces {previous or 'the former'}"
    plan.entries[edition.doc_id] = entry
    plan.reports.append(
        FileReport(
            str(task.path),
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


def _keep_missing(plan: _Plan, old: Store | None, tasks: Iterable[Task]) -> None:
    """Documents whose file is gone or could not be read this time stay as they were in the last index."""
    if old is None:
        return
    replaced = {r.path for r in plan.reports if r.outcome in {Outcome.CHANGED, Outcome.DUPLICATE}}
    failed = {r.path for r in plan.reports if r.outcome is Outcome.FAILED}
    for stored in old.documents:
        edition = stored.edition
        if stored.doc_id in plan.entries or edition.register_of or stored.source in replaced:
            continue
        plan.entries[stored.doc_id] = old.load(stored.doc_id)
        why = "could not be read this time" if stored.source in failed else "is no longer there"
        plan.reports.append(
            FileReport(
                stored.source,
                Outcome.KEPT,
                stored.doc_id,
                edition.ref,
                f"the file {why}; what the last index held is kept (`kb corpus remove {stored.doc_id}` drops it)",
                stored.n_pages,
                stored.n_units,
                stored.n_passages,
            )
        )


def remove(home: Path, doc_id: str, encoder: Encoder, today: str, version: str) -> str:
    """Builds the index without one document; returns the index id.

    :raises IndexError_: no index, or no such document in it.
    """
    with build_lock(home):
        with Store.open(home / INDEX) as old:
            if old.document(doc_id) is None:
                raise IndexError_(f"document {doc_id!r} is not in the index; `kb corpus list --loaded` shows what is")
            entries = [old.load(d.doc_id) for d in old.documents if d.doc_id != doc_id]
        cache = VectorCache(home / CACHE / "vectors.sqlite")
        try:
            vectors, _ = embed([p.search_text for e in entries for p in e.document.passages], encoder, cache)
        finally:
            cache.close()
        return write_index(home / INDEX, entries, vectors, encoder.info, _settings(encoder), version, today)
