"""Edge: writes and opens an index folder. The only importer of ``faiss``; it decides nothing about ranking.

On disk, under the index root::

    CURRENT                  the name of the generation in service, replaced in one step
    <generation>/            written beside, then named in CURRENT; never changed afterwards
        manifest.json        index id, encoder, settings, versions; hash and counts of documents, size and hash of files
        kb.sqlite            documents, texts, pages, units, passages, the crosswalk as installed
        vectors.faiss        one row per passage
        sentences.npy        one row per sentence, in half precision; sentence_starts.npy: the first of each passage
        bm25/                the word index, one row per passage

Opening reads ``CURRENT`` and SQLite only; vectors and words are opened at the first search. Readers keep the
generation they opened; :meth:`Store.is_current` tells when a newer one is in service.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kb.edges import COLUMNS, edge_from_row
from kb.errors import IndexError_, NoIndexError
from kb.types import (
    Document,
    Edition,
    EncoderInfo,
    KnownFile,
    Page,
    Passage,
    SearchFilter,
    Span,
    Status,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kb.edges import Edge
    from kb.korean import Analyser
    from kb.lexical import BM25
    from kb.ranking import Collection
    from kb.types import FloatArray

FORMAT = 6
PAIRS, HEADINGS = "pairs", "headings"
_ROW_ARRAYS = ("document", "length", "figures", "heading_weight")
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
KOREAN = "korean"
"""The key of the settings under which an index names its analyser (:mod:`kb.korean`)."""
DATABASE = "kb.sqlite"
VECTORS = "vectors.faiss"
SENTENCES = "sentences.npy"
SENTENCE_STARTS = "sentence_starts.npy"
WORDS = "bm25"
BUILDING = "building-"

_SCHEMA = """
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, edition TEXT NOT NULL, sha256 TEXT NOT NULL, source TEXT NOT NULL,
    media_type TEXT NOT NULL, retrieved TEXT NOT NULL, pipeline TEXT NOT NULL, n_pages INTEGER NOT NULL,
    n_units INTEGER NOT NULL, n_passages INTEGER NOT NULL, notes TEXT NOT NULL, report TEXT NOT NULL);
CREATE TABLE texts (doc_id TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE pages (
    doc_id TEXT NOT NULL, page INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, label TEXT,
    label_source TEXT NOT NULL, ocr INTEGER NOT NULL, segments TEXT NOT NULL, PRIMARY KEY (doc_id, page));
CREATE TABLE units (
    doc_id TEXT NOT NULL, ord INTEGER NOT NULL, unit_id TEXT NOT NULL, of_document TEXT NOT NULL, key TEXT NOT NULL,
    kind TEXT NOT NULL, number TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL, start INTEGER NOT NULL,
    stop INTEGER NOT NULL, own_start INTEGER NOT NULL, own_stop INTEGER NOT NULL, page_start INTEGER NOT NULL,
    page_end INTEGER NOT NULL, parent_id TEXT, verified INTEGER NOT NULL, proven INTEGER NOT NULL,
    PRIMARY KEY (doc_id, ord));
CREATE INDEX units_by_id ON units (unit_id);
CREATE INDEX units_by_key ON units (key COLLATE NOCASE);
CREATE INDEX units_by_parent ON units (parent_id);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, doc_id TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, unit_id TEXT,
    headings TEXT NOT NULL, search_text TEXT NOT NULL, page_start INTEGER NOT NULL, page_end INTEGER NOT NULL,
    forces TEXT NOT NULL);
CREATE INDEX passages_by_document ON passages (doc_id, start);
CREATE TABLE crosswalk (
    n INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL, relation TEXT NOT NULL, status TEXT NOT NULL,
    author TEXT NOT NULL, date TEXT NOT NULL, verified_against TEXT NOT NULL, rationale_en TEXT NOT NULL,
    rationale_ko TEXT NOT NULL, reviewer TEXT NOT NULL, reviewed_on TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX crosswalk_by_source ON crosswalk (source);
CREATE INDEX crosswalk_by_target ON crosswalk (target);
"""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What the index says of one document, its text left out."""

    edition: Edition
    sha256: str
    source: str
    media_type: str
    retrieved: str
    pipeline: str
    n_pages: int
    n_units: int
    n_passages: int
    notes: tuple[str, ...]
    report: Mapping[str, Any]

    @property
    def doc_id(self) -> str:
        """The edition's id."""
        return self.edition.doc_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A document on its way into the index, with what the index keeps about how it was read."""

    document: Document
    retrieved: str
    pipeline: str
    report: Mapping[str, Any]


def edition_to_json(edition: Edition) -> str:
    """The edition as JSON with sorted keys."""
    return json.dumps(dataclasses.asdict(edition), ensure_ascii=False, sort_keys=True)


def edition_from_json(text: str) -> Edition:
    """The edition :func:`edition_to_json` wrote."""
    data = json.loads(text)
    data["status"] = Status(data["status"])
    data["files"] = tuple(KnownFile(**f) for f in data["files"])
    for field in dataclasses.fields(Edition):
        value = data.get(field.name)
        if isinstance(value, list):
            data[field.name] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
    return Edition(**data)


def index_id(entries: Sequence[Entry], encoder: EncoderInfo, settings: Mapping[str, Any]) -> str:
    """Sixteen hex digits from what determines the index: documents, their editions, encoder, settings, code."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=lambda e: e.document.edition.doc_id):
        digest.update(f"{entry.document.sha256}|{entry.pipeline}|{edition_to_json(entry.document.edition)}\n".encode())
    digest.update(encoder.fingerprint.encode())
    digest.update(json.dumps(settings, sort_keys=True).encode())
    return digest.hexdigest()[:16]


# --- writing ---------------------------------------------------------------------------------------------------------


def write_index(
    root: Path,
    entries: Sequence[Entry],
    vectors: FloatArray,
    sentences: Sequence[FloatArray],
    encoder: EncoderInfo,
    settings: Mapping[str, Any],
    version: str,
    created: str,
    edges: Sequence[Edge] = (),
) -> str:
    """Writes a generation beside the one in service, then puts it in service; returns the index id.

    A failure or a kill at any moment leaves the last good generation in service; what is left over is removed by the
    next build. Rows follow the documents in id order and their passages in reading order, and so must ``vectors`` and
    ``sentences``, which has for each passage ``(k, d)``: its sentences as :func:`kb.answering.passage_sentences`.

    :raises IndexError_: the folder cannot be written.
    """
    ident = index_id(entries, encoder, settings)
    building: Path | None = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        building = root / f"{BUILDING}{secrets.token_hex(4)}"
        building.mkdir()
        _write_database(building / DATABASE, entries, edges)
        _write_vectors(building / VECTORS, vectors)
        _write_sentences(building, sentences, encoder.dimension)
        _write_words(building / WORDS, entries, _analyser(settings))
        manifest = {
            "format": FORMAT,
            "index_id": ident,
            "created": created,
            "version": version,
            "encoder": dataclasses.asdict(encoder),
            "settings": dict(settings),
            "n_passages": len(vectors),
            "documents": [
                {
                    "doc_id": e.document.edition.doc_id,
                    "sha256": e.document.sha256,
                    "source": e.document.source,
                    "pages": len(e.document.pages),
                    "units": len(e.document.units),
                    "passages": len(e.document.passages),
                }
                for e in entries
            ],
            "files": {
                path.relative_to(building).as_posix(): [path.stat().st_size, _hash(path)] for path in _files(building)
            },
        }
        (building / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
        for path in (*_files(building), building / WORDS, building):
            _flush(path)
        former = _named(root)
        name = f"{ident}-{building.name.removeprefix(BUILDING)}"
        building.rename(root / name)
        building = root / name
        _put_in_service(root, name)
    except (OSError, sqlite3.Error, RuntimeError) as error:  # RuntimeError is what FAISS raises on a full disk
        _discard(root, building)
        raise IndexError_(
            f"{root}: cannot be written ({_reason(error)}); the last good index stays. "
            "Free space or choose another --home"
        ) from error
    except BaseException:
        _discard(root, building)
        raise
    _sweep(root, (name, former))
    return ident


def _discard(root: Path, building: Path | None) -> None:
    if building is not None and _named(root) != building.name:
        shutil.rmtree(building, ignore_errors=True)


def _reason(error: Exception) -> str:
    """What the system said, in a few words; FAISS gives it at the end of a line about its own code."""
    said = str(getattr(error, "strerror", None) or error)
    inner = re.search(r"\(([^()]+)\)\)?\s*$", said)
    return inner.group(1) if isinstance(error, RuntimeError) and inner else said[:200]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_in_service(root: Path, name: str) -> None:
    temporary = root / f"{CURRENT}.new"
    temporary.write_text(name + "\n", "utf-8")
    _flush(temporary)
    temporary.replace(root / CURRENT)
    _flush(root)


def _named(root: Path) -> str | None:
    """The generation in service, or ``None``."""
    try:
        return current_folder(root).name
    except IndexError_:
        return None


def sweep_leftovers(root: Path) -> None:
    """Removes what killed builds left half written. Only who holds the build lock may call this."""
    for path in root.glob(f"{BUILDING}*"):
        shutil.rmtree(path, ignore_errors=True)


def _sweep(root: Path, keep: Iterable[str | None]) -> None:
    """Removes every generation but those to keep: the one in service, and the former, which readers may hold."""
    kept = set(keep)
    for path in root.iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def remembered_sources(root: Path) -> tuple[str, ...]:
    """The files that the generations under ``root`` were read from, as far as manifests or databases still tell.

    For a build that finds the index damaged: what a person once named is looked for again.
    """
    found: dict[str, None] = {}
    for folder in sorted(root.glob("*/")):
        for read in (_sources_in_manifest, _sources_in_database):
            try:
                found.update(dict.fromkeys(read(folder)))
                break
            except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
                continue
    return tuple(found)


def _sources_in_manifest(folder: Path) -> list[str]:
    documents = json.loads((folder / MANIFEST).read_text("utf-8"))["documents"]
    return [str(document["source"]) for document in documents]


def _sources_in_database(folder: Path) -> list[str]:
    connection = sqlite3.connect(f"{(folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return [str(row[0]) for row in connection.execute("SELECT source FROM documents ORDER BY doc_id")]
    finally:
        connection.close()


def _write_database(path: Path, entries: Sequence[Entry], edges: Sequence[Edge]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        row = 0
        for entry in entries:
            document = entry.document
            doc_id = document.edition.doc_id
            connection.execute(
                "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    doc_id,
                    edition_to_json(document.edition),
                    document.sha256,
                    document.source,
                    document.media_type,
                    entry.retrieved,
                    entry.pipeline,
                    len(document.pages),
                    len(document.units),
                    len(document.passages),
                    json.dumps(document.notes, ensure_ascii=False),
                    json.dumps(entry.report, ensure_ascii=False),
                ),
            )
            connection.execute("INSERT INTO texts VALUES (?,?)", (doc_id, document.text))
            connection.executemany(
                "INSERT INTO pages VALUES (?,?,?,?,?,?,?,?)", (_page_row(doc_id, p) for p in document.pages)
            )
            connection.executemany(
                "INSERT INTO units VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (_unit_row(n, u) for n, u in enumerate(document.units)),
            )
            for passage in document.passages:
                connection.execute(
                    "INSERT INTO passages VALUES (?,?,?,?,?,?,?,?,?,?)",
                    (
                        row,
                        doc_id,
                        passage.span.start,
                        passage.span.end,
                        passage.unit_id,
                        json.dumps(passage.headings, ensure_ascii=False),
                        passage.search_text,
                        passage.page_start,
                        passage.page_end,
                        json.dumps(passage.forces),
                    ),
                )
                row += 1
        connection.executemany(
            "INSERT INTO crosswalk VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            ((n, *edge.row()) for n, edge in enumerate(edges)),
        )
        connection.commit()
    finally:
        connection.close()


def _page_row(doc_id: str, page: Page) -> tuple[object, ...]:
    return (
        doc_id,
        page.index,
        page.start,
        page.end,
        page.label,
        page.label_source,
        int(page.ocr),
        json.dumps(page.segments, separators=(",", ":")),
    )


def _unit_row(order: int, unit: Unit) -> tuple[object, ...]:
    return (
        unit.doc_id,
        order,
        unit.unit_id,
        unit.of_document,
        unit_key(unit.unit_id),
        unit.kind,
        unit.number,
        unit.path,
        unit.title,
        unit.span.start,
        unit.span.end,
        unit.own.start,
        unit.own.end,
        unit.page_start,
        unit.page_end,
        unit.parent_id,
        int(unit.verified),
        int(unit.proven),
    )


def unit_key(unit_id: str) -> str:
    """The part of a unit id after its edition: ``urn:kb:unesco:ai-ethics:2021:para:37`` → ``para:37``."""
    return ":".join(unit_id.split(":")[5:])


def _write_vectors(path: Path, vectors: FloatArray) -> None:
    import faiss
    import numpy as np

    index = faiss.IndexFlatIP(int(vectors.shape[1]))
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    faiss.write_index(index, str(path))


def _write_sentences(folder: Path, sentences: Sequence[FloatArray], width: int) -> None:
    import numpy as np

    rows = np.concatenate([np.zeros((0, width), np.float16), *(np.asarray(s, np.float16) for s in sentences)])
    np.save(folder / SENTENCES, rows)
    np.save(folder / SENTENCE_STARTS, np.cumsum([0, *map(len, sentences)], dtype=np.int64))


def _analyser(settings: Mapping[str, Any]) -> Analyser:
    """What takes Korean apart in an index of these settings; an index that names none is of before there were two."""
    from kb.korean import Stems, by_name

    return by_name(str(settings.get(KOREAN, Stems.name)))


def _write_words(folder: Path, entries: Sequence[Entry], korean: Analyser) -> None:
    import numpy as np

    from kb.ranking import collect

    passages = [p for e in entries for p in e.document.passages]
    held = collect(
        [p.search_text for p in passages],
        [" ".join(p.headings[1:]) for p in passages],
        [p.doc_id for p in passages],
        NoVectors(),
        korean=korean,
    )
    folder.mkdir()
    held.words.save(folder)
    held.pairs.save(folder / PAIRS)
    held.headings.save(folder / HEADINGS)
    for name in _ROW_ARRAYS:
        np.save(folder / f"{name}.npy", getattr(held, name))


# --- reading ---------------------------------------------------------------------------------------------------------


class NoVectors:
    """Of a collection while it is written: the vectors are in their own file."""

    def search(self, query: FloatArray, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """None."""
        return []

    def vectors(self, rows: Sequence[int]) -> FloatArray:
        """None."""
        raise NotImplementedError


class FaissIndex:
    """Exact nearest rows by inner product; see :class:`kb.types.VectorIndex`."""

    def __init__(self, path: Path) -> None:
        """Reads the file.

        :raises IndexError_: missing or damaged.
        """
        import faiss

        try:
            self._index = faiss.read_index(str(path))
        except (RuntimeError, MemoryError) as error:
            raise _damaged(path, "its vectors cannot be read") from error

    @property
    def size(self) -> tuple[int, int]:
        """Rows and width."""
        return int(self._index.ntotal), int(self._index.d)

    def search(self, query: FloatArray, k: int, rows: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row; FAISS's filler row -1 never comes back."""
        import faiss
        import numpy as np

        total = int(self._index.ntotal)
        if total <= 0 or k <= 0 or (rows is not None and not len(rows)):
            return []
        parameters = None
        if rows is not None:
            chosen = np.asarray(rows, dtype=np.int64)
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(chosen))  # type: ignore[call-arg]
        vector = np.ascontiguousarray(query.reshape(1, -1), dtype=np.float32)
        n = min(k + 32, total)
        while True:  # a tie at the cut is broken by row, not by FAISS: fetch until the last row is no part of it
            scores, found = self._index.search(vector, n, params=parameters)
            pairs = [(int(i), float(s)) for i, s in zip(found[0], scores[0], strict=True) if i >= 0]
            if n == total or len(pairs) < n or pairs[k - 1][1] > pairs[-1][1]:
                return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
            n = min(4 * n, total)

    def vectors(self, rows: Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        import numpy as np

        out: FloatArray = (
            np.stack([self._index.reconstruct(int(r)) for r in rows])
            if len(rows)
            else np.zeros((0, self._index.d), np.float32)
        )
        return out

    def all_vectors(self) -> FloatArray:
        """``(n, d)`` float32: every row."""
        result: FloatArray = self._index.reconstruct_n(0, self._index.ntotal)
        return result


def _damaged(place: Path, what: str) -> IndexError_:
    return IndexError_(f"{place}: damaged ({what}); run `kb ingest --force` to build the index anew")


def current_folder(root: Path) -> Path:
    """The generation in service.

    :raises IndexError_: there is none, or ``CURRENT`` names one that is not there.
    """
    pointer = root / CURRENT
    try:
        name = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        raise NoIndexError(f"no index at {root}; run `kb ingest` to build one") from None
    except NotADirectoryError:
        raise NoIndexError(f"no index at {root}, which is no folder; choose another --home") from None
    except PermissionError as error:
        raise IndexError_(f"{pointer}: cannot be read ({error.strerror}); mend its permissions") from error
    except UnicodeDecodeError as error:
        raise _damaged(pointer, "it names no index folder") from error
    except OSError as error:
        raise IndexError_(f"{pointer}: cannot be read ({error.strerror}); run `kb ingest --force`") from error
    folder = root / name
    try:
        known = bool(name) and Path(name).name == name and (folder / MANIFEST).is_file()
    except PermissionError as error:
        raise IndexError_(f"{folder}: cannot be read ({error.strerror}); mend its permissions") from error
    except (OSError, ValueError):  # a name no file can have
        known = False
    if not known:
        raise _damaged(pointer, f"{name[:80]!r} is no index folder")
    return folder


class Store:
    """An opened index. Safe to share between threads."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Opens manifest and database.

        :raises IndexError_: damaged, or of another format.
        """
        self.root = root
        self.folder = folder
        self._lock = threading.RLock()
        self._texts: dict[str, str] = {}
        self._pages: dict[str, tuple[Page, ...]] = {}
        try:
            self.manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
            if self.manifest["format"] != FORMAT:
                raise IndexError_(
                    f"{folder}: index format {self.manifest['format']}; this version reads {FORMAT}. "
                    "Run `kb ingest --force`"
                )
            self.index_id: str = self.manifest["index_id"]
            self.n_passages = int(self.manifest["n_passages"])
            self._recorded: dict[str, tuple[int, str]] = {
                str(name): (int(size), str(sha256)) for name, (size, sha256) in self.manifest["files"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(folder, f"{MANIFEST}: {error}") from error
        self._check_size(DATABASE)
        address = f"{(folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise _damaged(folder, f"{DATABASE}: {error}") from error
        try:
            self._all("SELECT count(*) FROM documents")
        except IndexError_:
            self._connection.close()
            raise

    def _check_size(self, name: str) -> None:
        """A part that was cut is told when it is opened, whatever its reader would make of it.

        :raises IndexError_: a file is missing or of another length than it was written with.
        """
        for file, (size, _) in self._recorded.items():
            if file == name or file.startswith(f"{name}/"):
                try:
                    found = (self.folder / file).stat().st_size
                except OSError as error:
                    raise _damaged(self.folder, f"{file}: {error.strerror}") from error
                if found != size:
                    raise _damaged(self.folder, f"{file} has {found:,} bytes of {size:,}")

    def damaged_files(self) -> tuple[str, ...]:
        """Files that are missing or not as they were written, by their hashes."""
        out: list[str] = []
        for file, (_, sha256) in self._recorded.items():
            try:
                if _hash(self.folder / file) != sha256:
                    out.append(file)
            except OSError:
                out.append(file)
        return tuple(out)

    @classmethod
    def open(cls, root: Path) -> Store:
        """The generation in service under ``root``.

        :raises IndexError_: none there, or damaged; says what to run.
        """
        return cls(root, current_folder(root))

    def close(self) -> None:
        """Closes the database."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_current(self) -> bool:
        """Whether this is still the generation in service."""
        try:
            return current_folder(self.root) == self.folder
        except IndexError_:
            return True

    def _all(self, sql: str, args: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(sql, tuple(args)).fetchall()
            except sqlite3.DatabaseError as error:
                raise _damaged(self.folder, f"{DATABASE}: {error}") from error

    # documents

    @cached_property
    def documents(self) -> tuple[StoredDocument, ...]:
        """Every document, in id order."""
        return tuple(
            StoredDocument(
                edition_from_json(r[1]),
                r[2],
                r[3],
                r[4],
                r[5],
                r[6],
                r[7],
                r[8],
                r[9],
                tuple(json.loads(r[10])),
                json.loads(r[11]),
            )
            for r in self._all("SELECT * FROM documents ORDER BY doc_id")
        )

    @cached_property
    def _by_id(self) -> dict[str, StoredDocument]:
        return {d.doc_id: d for d in self.documents}

    def document(self, doc_id: str) -> StoredDocument | None:
        """One document, or ``None``."""
        return self._by_id.get(doc_id)

    def text(self, doc_id: str) -> str:
        """The document text.

        :raises IndexError_: no such document.
        """
        if doc_id not in self._texts:
            rows = self._all("SELECT text FROM texts WHERE doc_id = ?", (doc_id,))
            if not rows:
                raise IndexError_(f"document {doc_id!r} is not in the index; `kb corpus list` shows what is")
            self._texts[doc_id] = str(rows[0][0])
        return self._texts[doc_id]

    def pages(self, doc_id: str) -> tuple[Page, ...]:
        """The document's pages in order."""
        if doc_id not in self._pages:
            self._pages[doc_id] = tuple(
                Page(r[0], r[1], r[2], r[3], r[4], bool(r[5]), tuple(tuple(s) for s in json.loads(r[6])))
                for r in self._all(
                    "SELECT page, start, stop, label, label_source, ocr, segments FROM pages WHERE doc_id = ?"
                    " ORDER BY page",
                    (doc_id,),
                )
            )
        return self._pages[doc_id]

    # units

    _UNIT = (
        "unit_id, doc_id, of_document, kind, number, path, title, start, stop, own_start, own_stop, page_start,"
        " page_end, parent_id, ord, verified, proven"
    )

    def _units(self, where: str, args: Iterable[object]) -> tuple[Unit, ...]:
        return tuple(
            Unit(
                r[0],
                r[1],
                r[2],
                r[3],
                r[4],
                r[5],
                r[6],
                Span(r[7], r[8]),
                Span(r[9], r[10]),
                r[11],
                r[12],
                r[13],
                r[14],
                bool(r[15]),
                bool(r[16]),
            )
            for r in self._all(f"SELECT {self._UNIT} FROM units WHERE {where} ORDER BY doc_id, ord", args)  # noqa: S608
        )

    def units(self, doc_id: str) -> tuple[Unit, ...]:
        """The units of one document in reading order."""
        return self._units("doc_id = ?", (doc_id,))

    def unit(self, unit_id: str) -> tuple[Unit, ...]:
        """Every source of a unit: the official text first, then the register."""
        found = self._units("unit_id = ?", (unit_id,))
        return tuple(sorted(found, key=lambda u: u.doc_id != u.of_document))

    def units_by_key(self, key: str) -> tuple[Unit, ...]:
        """Units of every document with this key, letter case aside."""
        return self._units("key = ? COLLATE NOCASE", (key,))

    @cached_property
    def described(self) -> frozenset[str]:
        """Editions with numbered units here, from their own text or the register's; an entry for the whole is none."""
        return frozenset(
            r[0] for r in self._all("SELECT DISTINCT of_document FROM units WHERE proven AND key <> 'whole'")
        )

    def children(self, unit_id: str, doc_id: str) -> tuple[Unit, ...]:
        """The unit's direct parts in one document."""
        return self._units("parent_id = ? AND doc_id = ?", (unit_id, doc_id))

    def unit_at(self, doc_id: str, offset: int) -> Unit | None:
        """The innermost unit whose text holds this character, or ``None``."""
        found = self._units("doc_id = ? AND start <= ? AND stop > ?", (doc_id, offset, offset))
        return max(found, key=lambda u: (u.span.start, -u.span.end, u.order), default=None)

    def edges_of(self, unit_id: str) -> tuple[Edge, ...]:
        """The crosswalk's edges of a unit, as written, in the order of their file."""
        rows = self._all(
            f"SELECT {', '.join(COLUMNS)} FROM crosswalk WHERE source = ? OR target = ? ORDER BY n",  # noqa: S608
            (unit_id, unit_id),
        )
        return tuple(edge_from_row(row) for row in rows)

    # passages

    _PASSAGE = "doc_id, start, stop, search_text, headings, unit_id, page_start, page_end, forces"

    def _passage(self, r: tuple[Any, ...]) -> Passage:
        return Passage(
            r[0],
            Span(r[1], r[2]),
            self.text(r[0])[r[1] : r[2]],
            r[3],
            tuple(json.loads(r[4])),
            r[5],
            r[6],
            r[7],
            tuple(json.loads(r[8])),
        )

    def passage(self, row: int) -> Passage:
        """The passage in a row.

        :raises IndexError_: no such row.
        """
        rows = self._all(f"SELECT {self._PASSAGE} FROM passages WHERE row = ?", (row,))  # noqa: S608
        if not rows:
            raise IndexError_(f"passage {row} is not in the index; run `kb index verify`")
        return self._passage(rows[0])

    def passages(self, doc_id: str) -> tuple[Passage, ...]:
        """The passages of one document in reading order."""
        return tuple(
            self._passage(r)
            for r in self._all(f"SELECT {self._PASSAGE} FROM passages WHERE doc_id = ? ORDER BY row", (doc_id,))  # noqa: S608
        )

    def passage_units(self, doc_id: str) -> tuple[str | None, ...]:
        """For each passage of a document in row order, the unit it belongs to."""
        return tuple(r[0] for r in self._all("SELECT unit_id FROM passages WHERE doc_id = ? ORDER BY row", (doc_id,)))

    def rows_of_force(self, forces: Sequence[str]) -> frozenset[int]:
        """Rows of passages with a sentence of one of these forces."""
        wanted = set(forces)
        return frozenset(r[0] for r in self._all("SELECT row, forces FROM passages") if wanted & set(json.loads(r[1])))

    def rows(self, choose: Callable[[Edition], bool]) -> list[int]:
        """Rows of every document whose edition is chosen."""
        wanted = [d.doc_id for d in self.documents if choose(d.edition)]
        out: list[int] = []
        for doc_id in wanted:
            out.extend(r[0] for r in self._all("SELECT row FROM passages WHERE doc_id = ? ORDER BY row", (doc_id,)))
        return out

    def filtered_rows(self, chosen: SearchFilter) -> list[int]:
        """Rows a filter allows.

        Without a choice of documents, another rendition of an edition that is loaded is left out: it says the same.
        A choice of publishers leaves registers in: which publisher an entry speaks for is its unit's, not the file's.
        """
        loaded = {d.doc_id for d in self.documents}

        def choose(edition: Edition) -> bool:
            if chosen.doc_ids:
                return edition.doc_id in chosen.doc_ids
            if edition.register_of and not chosen.include_register:
                return False
            if edition.rendition_of in loaded:
                return False
            if chosen.languages and edition.language not in chosen.languages:
                return False
            return not chosen.publishers or bool(edition.register_of) or edition.publisher in chosen.publishers

        return self.rows(choose)

    # search structures

    @cached_property
    def vectors(self) -> FaissIndex:
        """The vector index, opened at first use."""
        self._check_size(VECTORS)
        return FaissIndex(self.folder / VECTORS)

    def sentence_vectors(self, row: int) -> FloatArray:
        """``(k, d)`` float32, rows of about length 1: the sentences of a passage, as
        :func:`kb.answering.passage_sentences` has them."""
        rows, starts = self._sentences
        found: FloatArray = rows[starts[row] : starts[row + 1]].astype("float32")
        return found

    @cached_property
    def _sentences(self) -> tuple[Any, Any]:
        import numpy as np

        try:
            for name in (SENTENCES, SENTENCE_STARTS):
                self._check_size(name)
            rows = np.load(self.folder / SENTENCES, mmap_mode="r", allow_pickle=False)
            starts = np.load(self.folder / SENTENCE_STARTS, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise _damaged(self.folder, f"its sentences' vectors: {error}") from error
        if rows.ndim != 2 or len(starts) != self.manifest["n_passages"] + 1 or starts[-1] != len(rows):
            raise _damaged(self.folder, "its sentences' vectors do not fit its passages")
        return rows, starts

    @cached_property
    def words(self) -> BM25:
        """The word index, opened at first use."""
        from kb.lexical import BM25

        self._check_size(WORDS)
        try:
            return BM25.load(self.folder / WORDS)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise _damaged(self.folder, f"its word index: {error}") from error

    @cached_property
    def korean(self) -> Analyser:
        """What takes Korean apart here, in texts and questions alike.

        :raises IndexError_: it is not installed.
        """
        return _analyser(self.manifest["settings"])

    def terms(self, text: str) -> list[str]:
        """The index terms of a text or question, as this index has them."""
        from kb.lexical import tokens

        return tokens(text, self.korean)

    @cached_property
    def collection(self) -> Collection:
        """What questions are ranked over: every passage, row for row."""
        import numpy as np

        from kb.lexical import Postings
        from kb.ranking import Collection

        folder = self.folder / WORDS
        words = self.words
        try:
            pairs, headings = Postings.load(folder / PAIRS), Postings.load(folder / HEADINGS)
            document, length, figures, weight = (np.load(folder / f"{name}.npy") for name in _ROW_ARRAYS)
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise _damaged(self.folder, f"its word index: {error}") from error
        owner = np.arange(len(document))
        return Collection(
            words, words, pairs, headings, self.vectors, owner, document, length, figures, weight, self.search_texts
        )

    def search_texts(self, rows: Sequence[int]) -> list[str]:
        """The words that some passages are found by, in the order asked."""
        found: dict[int, str] = {}
        for at in range(0, len(rows), 500):
            part = [int(r) for r in rows[at : at + 500]]
            marks = ",".join("?" * len(part))
            found |= dict(self._all(f"SELECT row, search_text FROM passages WHERE row IN ({marks})", part))  # noqa: S608
        return [found[int(r)] for r in rows]

    def load(self, doc_id: str) -> Entry:
        """A document whole, for the next build to reuse."""
        stored = self._by_id[doc_id]
        return Entry(
            Document(
                stored.edition,
                stored.sha256,
                stored.source,
                stored.media_type,
                self.text(doc_id),
                self.pages(doc_id),
                self.units(doc_id),
                self.passages(doc_id),
                stored.notes,
            ),
            stored.retrieved,
            stored.pipeline,
            stored.report,
        )
