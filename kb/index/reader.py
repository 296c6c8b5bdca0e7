"""Opens an index folder and reads documents, units and passages. Ranking is not decided here.

On disk, under the index root::

    CURRENT                  the name of the generation in service, replaced in one step
    <generation>/            written beside, then named in CURRENT; never changed afterwards
        manifest.json        index id, encoder, settings, versions; hash and counts of documents; segments; size,
                             hash and time of files
        kb.sqlite            documents, each with its place in a segment; the crosswalk as installed
        segment-<…>/         some documents whole; the same files may be a segment of the next generation too
            texts.sqlite     texts, pages, units, passages
            vectors.faiss    one row per passage
            sentences.npy    one row per sentence, in half precision; sentence_starts.npy: the first of each passage
            bm25/            the words, one row per passage
        joint-<…>/           of some large segments together: the vectors in few bits, and the words

Opening reads ``CURRENT``, the manifest and SQLite only; vectors and words are opened at the first search, by
:mod:`kb.index.search_files`. Readers keep the generation they opened; :meth:`Store.is_current` tells when a newer one
is in service. Rows count through all documents in the order of their ids, whatever segments they are in.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from kb.catalog.edges import EDGE_COLUMNS, edge_from_row
from kb.errors import IndexFolderError
from kb.index.generations import current_folder, hold, named_folder, opened_in_service
from kb.index.layout import (
    DATABASE,
    EXACT_UP_TO,
    INDEX_FORMAT,
    MANIFEST,
    TEXTS,
    UNIT_COLUMNS,
    DocumentPlace,
    IndexEntry,
    JointFiles,
    KeptDocument,
    Segment,
    StoredDocument,
    advised,
    analyser_of,
    damaged,
    documents_from_rows,
    edition_urn,
    is_allowed,
    is_manifest_of,
    unit_from_row,
)
from kb.index.recent import RecentValues
from kb.index.recorded_files import RecordedFiles
from kb.index.stored_documents import DOCUMENT_COLUMNS, documents_from_columns
from kb.text.page_kinds import Apparatus
from kb.text.tokens import tokens
from kb.types import Document, Edition, Page, Passage, SearchFilter, Span, notice

if TYPE_CHECKING:
    import collections.abc
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from kb.catalog.edges import Edge
    from kb.index.bm25 import BM25
    from kb.index.collection import Collection
    from kb.index.search_files import SearchFiles
    from kb.index.vectors import SegmentVectors
    from kb.text.korean import Analyser
    from kb.types import FloatArray, Unit


CHARACTERS_KEPT = 16_000_000
"""Characters of documents' texts that are kept in memory, of those read lately."""
SEGMENTS_KEPT = 200_000
"""Pages, and pieces that lead from them to the text of their files, that are kept likewise."""
UNITS_READ_KEPT = 10_000
"""Units by id, and by a place in a text, that are kept likewise."""
UNITS_OF_ROWS_KEPT = 20_000
"""Rows whose units are kept at the most, of those whose search texts were read."""


def _n_segments(pages: tuple[Page, ...]) -> int:
    return sum(1 + len(page.segments) for page in pages)


class Store(RecordedFiles):
    """An opened index. Safe to share between threads."""

    def __init__(self, root: Path, folder: Path, exact_up_to: int = EXACT_UP_TO) -> None:
        """Opens manifest and database; see :class:`kb.index.vectors.SegmentVectors` for ``exact_up_to``.

        :raises IndexFolderError: damaged, or of another format.
        """
        self.root = root
        self.folder = folder
        self._exact_up_to = exact_up_to
        self._lock = threading.RLock()
        self._texts: RecentValues[str] = RecentValues(CHARACTERS_KEPT, len)
        self._pages: RecentValues[tuple[Page, ...]] = RecentValues(SEGMENTS_KEPT, _n_segments)
        self._sources: RecentValues[tuple[Unit, ...]] = RecentValues(UNITS_READ_KEPT, lambda found: 1 + len(found))
        self._innermost: RecentValues[Unit | None] = RecentValues(UNITS_READ_KEPT, lambda _: 1)
        self._units_of_rows: dict[int, str | None] = {}
        try:
            written = (folder / MANIFEST).read_bytes()
            self.manifest: dict[str, Any] = json.loads(written.decode("utf-8"))
            if self.manifest["format"] != INDEX_FORMAT:
                values = {"format": self.manifest["format"], "known": INDEX_FORMAT}
                what = notice("index of another format", place=str(folder), **values)
                raise IndexFolderError(advised(what, notice("advice force")))
            self.index_id: str = self.manifest["index_id"]
            self.n_passages = int(self.manifest["n_passages"])
            self._recorded: dict[str, tuple[int, str]] = {
                str(name): (int(size), str(sha256)) for name, (size, sha256) in self.manifest["files"].items()
            }
            self._written: dict[str, int] = {str(k): int(v) for k, v in self.manifest["written"].items()}
            self.segments = {
                str(name): Segment(str(each["made"]), int(each["rows"]))
                for name, each in self.manifest["segments"].items()
            }
            self.joint = {str(name): JointFiles(**each) for name, each in self.manifest.get("joint", {}).items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise damaged(folder, f"{MANIFEST}: {error}") from error
        if not is_manifest_of(folder, written):
            raise damaged(folder, f"{MANIFEST} is not as it was written")
        databases = (DATABASE, *(f"{name}/{TEXTS}" for name in self.segments))
        for name in databases:
            self._check_size(name)
        self._connections: dict[str, sqlite3.Connection] = {}
        self._let_go = hold(folder, self)
        try:
            self._all("SELECT count(*) FROM documents")
        except IndexFolderError:
            self.close()
            raise

    @classmethod
    def open(cls, root: Path, exact_up_to: int = EXACT_UP_TO) -> Store:
        """The generation in service under ``root``.

        :raises IndexFolderError: none there, or damaged; says what to run.
        """
        return opened_in_service(root, lambda folder: cls(root, folder, exact_up_to))

    def close(self) -> None:
        """Closes the databases, and lets later builds remove the generation."""
        with self._lock:
            for connection in self._connections.values():
                connection.close()
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_current(self) -> bool:
        """Whether this is still the generation in service."""
        try:
            return current_folder(self.root) == self.folder
        except IndexFolderError:
            return True

    def is_named(self) -> bool:
        """Whether ``CURRENT`` names this generation or another; where it is lost, the newest whole one was taken."""
        try:
            return bool(named_folder(self.root))
        except (IndexFolderError, OSError):
            return False

    def _all(self, sql: str, args: Iterable[object] = (), segment: str = "") -> list[tuple[Any, ...]]:
        """The result of a query to the database of the generation, or of a segment."""
        name = f"{segment}/{TEXTS}" if segment else DATABASE
        with self._lock:
            try:
                if name not in self._connections:
                    address = f"{(self.folder / name).resolve().as_uri()}?mode=ro&immutable=1"
                    self._connections[name] = sqlite3.connect(address, uri=True, check_same_thread=False)
                return self._connections[name].execute(sql, tuple(args)).fetchall()
            except sqlite3.DatabaseError as error:
                raise damaged(self.folder, f"{name}: {error}") from error

    def _of_document(self, doc_id: str, sql: str, args: Iterable[object] | None = None) -> list[tuple[Any, ...]]:
        """The result of a query to the database of a document's segment; its argument is the document's id by
        default."""
        place = self.places.get(doc_id)
        return self._all(sql, (doc_id,) if args is None else args, place.segment) if place else []

    def _everywhere(
        self, sql: str, args: Sequence[object] = (), segments: Iterable[str] | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of a query to some segments or all, for documents of this index; the first column is the document's
        id."""
        for segment in self.segments if segments is None else segments:
            for row in self._all(sql, args, segment):
                place = self.places.get(row[0])
                if place is not None and place.segment == segment:
                    yield row

    # documents

    @cached_property
    def documents(self) -> tuple[StoredDocument, ...]:
        """Every document, in id order."""
        if self._all("SELECT name FROM sqlite_master WHERE name = ?", (DOCUMENT_COLUMNS,)):
            ((written,),) = self._all(f"SELECT written FROM {DOCUMENT_COLUMNS}")  # noqa: S608
            if (found := documents_from_columns(str(written))) is not None:
                return found
        return documents_from_rows(self._all("SELECT * FROM documents ORDER BY doc_id"))

    @cached_property
    def places(self) -> dict[str, DocumentPlace]:
        """The place of the passages of each document, in the order of the ids."""
        out: dict[str, DocumentPlace] = {}
        start = 0
        for doc_id, segment, first, n in self._all(
            "SELECT doc_id, segment, first, n_passages FROM documents ORDER BY doc_id"
        ):
            if segment not in self.segments:
                raise damaged(self.folder, f"{DATABASE}: {doc_id} is in no segment")
            out[doc_id] = DocumentPlace(segment, first, start, n)
            start += n
        return out

    @cached_property
    def _starts(self) -> tuple[list[int], list[str]]:
        """The first row of each document that has rows, and the documents."""
        held = {doc_id: place for doc_id, place in self.places.items() if place.n}
        return [place.start for place in held.values()], list(held)

    def rows_of(self, doc_id: str) -> range:
        """The rows of a document."""
        place = self.places[doc_id]
        return range(place.start, place.start + place.n)

    def _row(self, doc_id: str, row: int) -> int:
        """The row of the index that a row of a document's segment is."""
        place = self.places[doc_id]
        return int(row) - place.first + place.start

    def _by_document(self, rows: Iterable[int]) -> dict[str, list[int]]:
        """Rows grouped by document; numbers that are not rows are left out."""
        starts, doc_ids = self._starts
        out: dict[str, list[int]] = {}
        for row in map(int, rows):
            if 0 <= row < self.n_passages:
                out.setdefault(doc_ids[bisect_right(starts, row) - 1], []).append(row)
        return out

    def kept(self, doc_id: str) -> KeptDocument:
        """A document as the next index may take it over."""
        ((letters,),) = self._all("SELECT letters FROM documents WHERE doc_id = ?", (doc_id,))
        return KeptDocument(self._by_id[doc_id], str(letters))

    @cached_property
    def _by_id(self) -> dict[str, StoredDocument]:
        return {d.doc_id: d for d in self.documents}

    def document(self, doc_id: str) -> StoredDocument | None:
        """One document, or ``None``."""
        return self._by_id.get(doc_id)

    def text(self, doc_id: str) -> str:
        """The document text.

        :raises IndexFolderError: no such document.
        """
        return self._texts.get(doc_id, lambda: self._read_text(doc_id))

    def _read_text(self, doc_id: str) -> str:
        rows = self._of_document(doc_id, "SELECT text, sha256 FROM texts WHERE doc_id = ?")
        if not rows:
            raise IndexFolderError(notice("document not in index", id=doc_id))
        text, sha256 = str(rows[0][0]), rows[0][1]
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != sha256:
            raise damaged(self.folder, f"the text of {doc_id} is not as it was written")
        return text

    def opening(self, doc_id: str, n_chars: int) -> str:
        """The first characters of a document's text, without the rest of it; empty where there is no such document."""
        rows = self._of_document(doc_id, "SELECT substr(text, 1, ?) FROM texts WHERE doc_id = ?", (n_chars, doc_id))
        return str(rows[0][0]) if rows else ""

    def pages(self, doc_id: str) -> tuple[Page, ...]:
        """The document's pages in order."""
        return self._pages.get(doc_id, lambda: self._read_pages(doc_id))

    def _read_pages(self, doc_id: str) -> tuple[Page, ...]:
        return tuple(
            Page(r[0], r[1], r[2], r[3], r[4], bool(r[5]), tuple(tuple(s) for s in json.loads(r[6])))
            for r in self._of_document(
                doc_id,
                "SELECT page, start, stop, label, label_source, ocr, segments FROM pages WHERE doc_id = ?"
                " ORDER BY page",
            )
        )

    # units

    def _units(
        self, where: str, args: Sequence[object], doc_id: str = "", segments: Sequence[str] | None = None
    ) -> tuple[Unit, ...]:
        """The units that fulfil an SQL condition, of one document, of some segments or of all, in the order of
        documents and reading."""
        sql = f"SELECT {UNIT_COLUMNS} FROM units WHERE {where} ORDER BY doc_id, ord"  # noqa: S608
        rows = self._of_document(doc_id, sql, args) if doc_id else list(self._everywhere(sql, args, segments))
        if not doc_id and len(self.segments) > 1:
            rows.sort(key=lambda r: (r[0], r[14]))
        return tuple(map(unit_from_row, rows))

    def units(self, doc_id: str) -> tuple[Unit, ...]:
        """The units of one document in reading order."""
        return self._units("doc_id = ?", (doc_id,), doc_id)

    def unit(self, unit_id: str) -> tuple[Unit, ...]:
        """Every source of a unit: the official text first, then the register."""
        return self._sources.get(unit_id, lambda: self._read_unit(unit_id))

    def _read_unit(self, unit_id: str) -> tuple[Unit, ...]:
        found = self._units("unit_id = ?", (unit_id,), segments=self._segments_of_units((unit_id,)))
        return tuple(sorted(found, key=lambda u: u.doc_id != u.of_document))

    def units_by_key(self, key: str, of: collections.abc.Collection[str] = ()) -> tuple[Unit, ...]:
        """Units with this key, letter case aside: of these editions, in their own text and in registers, or of all
        where none are given."""
        if not of:
            return self._units("key = ? COLLATE NOCASE", (key,))
        marks = ",".join("?" * len(of))
        where = f"key = ? COLLATE NOCASE AND of_document IN ({marks})"
        return self._units(where, (key, *sorted(of)), segments=self._segments_about(of))

    def _segments_about(self, editions: collections.abc.Collection[str]) -> tuple[str, ...]:
        """The segments with texts of some editions or with a register, in their order."""
        held = {self.places[d].segment for d in (*editions, *self._registers) if d in self.places}
        return tuple(segment for segment in self.segments if segment in held)

    def _segments_of_units(self, unit_ids: Iterable[str]) -> tuple[str, ...]:
        """The segments that may hold some units: their ids begin with the URN of an edition."""
        urns = {edition_urn(unit_id) for unit_id in unit_ids}
        return self._segments_about([doc_id for urn in urns for doc_id in self._by_urn.get(urn, ())])

    @cached_property
    def _by_urn(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for document in self.documents:
            out.setdefault(document.edition.urn, []).append(document.doc_id)
        return out

    @cached_property
    def _registers(self) -> tuple[str, ...]:
        return tuple(d.doc_id for d in self.documents if d.edition.register_of)

    def units_by_number(self, doc_id: str, kind: str, number: str) -> tuple[Unit, ...]:
        """Units of a document of one kind with one number, in reading order."""
        return self._units("doc_id = ? AND kind = ? AND number = ? COLLATE NOCASE", (doc_id, kind, number), doc_id)

    def units_by_path(self, of_document: str, path: str) -> tuple[Unit, ...]:
        """The units of an edition that are called by this path, letter case aside; of the register too."""
        where = "of_document = ? AND path = ? COLLATE NOCASE"
        return self._units(where, (of_document, path), segments=self._segments_about((of_document,)))

    @cached_property
    def described(self) -> frozenset[str]:
        """The ids of editions with numbered units, in their own text or the register; units for the whole do not
        count."""
        return frozenset(r[1] for r in self._everywhere("SELECT doc_id, of_document FROM described"))

    def children(self, unit_id: str, doc_id: str) -> tuple[Unit, ...]:
        """The unit's direct parts in one document."""
        return self._units("parent_id = ? AND doc_id = ?", (unit_id, doc_id), doc_id)

    def unit_at(self, doc_id: str, offset: int) -> Unit | None:
        """The innermost unit whose text holds this character, or ``None``."""
        return self._innermost.get(f"{doc_id}@{offset}", lambda: self._read_unit_at(doc_id, offset))

    def _read_unit_at(self, doc_id: str, offset: int) -> Unit | None:
        found = self._units("doc_id = ? AND start <= ? AND stop > ?", (doc_id, offset, offset), doc_id)
        return max(found, key=lambda u: (u.span.start, -u.span.end, u.order), default=None)

    def edges_of(self, unit_id: str) -> tuple[Edge, ...]:
        """The crosswalk's edges of a unit, as written, in the order of their file."""
        rows = self._all(
            f"SELECT {', '.join(EDGE_COLUMNS)} FROM crosswalk WHERE source = ? OR target = ? ORDER BY n",  # noqa: S608
            (unit_id, unit_id),
        )
        return tuple(edge_from_row(row) for row in rows)

    def edges(self) -> tuple[Edge, ...]:
        """All edges of the crosswalk, in the order of their file."""
        sql = f"SELECT {', '.join(EDGE_COLUMNS)} FROM crosswalk ORDER BY n"  # noqa: S608
        return tuple(edge_from_row(row) for row in self._all(sql))

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

        :raises IndexFolderError: no such row.
        """
        for doc_id in self._by_document((row,)):
            place = self.places[doc_id]
            sql = f"SELECT {self._PASSAGE} FROM passages WHERE row = ?"  # noqa: S608
            for found in self._all(sql, (int(row) - place.start + place.first,), place.segment):
                return self._passage(found)
        raise IndexFolderError(notice("passage not in index", row=row))

    def passages(self, doc_id: str) -> tuple[Passage, ...]:
        """The passages of one document in reading order."""
        sql = f"SELECT {self._PASSAGE} FROM passages WHERE doc_id = ? ORDER BY row"  # noqa: S608
        return tuple(self._passage(r) for r in self._of_document(doc_id, sql))

    def passages_within(self, doc_id: str, start: int, end: int) -> tuple[tuple[int, Passage], ...]:
        """The rows and passages of a document that have a character of ``[start, end)``, in reading order."""
        where = f"SELECT row, {self._PASSAGE} FROM passages WHERE doc_id = ? AND stop > ? AND start < ? ORDER BY row"  # noqa: S608
        found = self._of_document(doc_id, where, (doc_id, start, end))
        return tuple((self._row(doc_id, r[0]), self._passage(r[1:])) for r in found)

    def passage_units(self, doc_id: str) -> tuple[str | None, ...]:
        """For each passage of a document in row order, the unit it belongs to."""
        sql = "SELECT unit_id FROM passages WHERE doc_id = ? ORDER BY row"
        return tuple(r[0] for r in self._of_document(doc_id, sql))

    def unit_of_row(self, row: int) -> str | None:
        """The unit that a row's passage belongs to; a row whose search text was read lately needs no query."""
        lately = self._units_of_rows
        if row in lately:
            return lately[row]
        for doc_id in self._by_document((row,)):
            place = self.places[doc_id]
            at = int(row) - place.start + place.first
            return next(
                (r[0] for r in self._all("SELECT unit_id FROM passages WHERE row = ?", (at,), place.segment)), None
            )
        raise IndexFolderError(notice("passage not in index", row=row))

    def rows_of_units(self, unit_ids: Iterable[str]) -> set[int]:
        """The rows of the passages of some units."""
        sql = "SELECT doc_id, row FROM passages WHERE unit_id = ?"
        return {
            self._row(doc_id, row)
            for each in unit_ids
            for doc_id, row in self._everywhere(sql, (each,), self._segments_of_units((each,)))
        }

    def rows_without_provision(self) -> dict[int, Apparatus]:
        """The rows of pages without provisions, and the kind of each such page."""
        sql = "SELECT doc_id, row, holds FROM passages WHERE holds IS NOT NULL"
        return {self._row(doc_id, row): Apparatus[kind] for doc_id, row, kind in self._everywhere(sql)}

    def rows_of_force(self, forces: Sequence[str]) -> frozenset[int]:
        """Rows of passages with a sentence of one of these forces."""
        if not forces:
            return frozenset()
        any_of = " OR ".join("instr(forces, ?)" for _ in forces)
        found = self._everywhere(
            f"SELECT doc_id, row FROM passages WHERE {any_of}",  # noqa: S608
            [json.dumps(force) for force in forces],
        )
        return frozenset(self._row(doc_id, row) for doc_id, row in found)

    def rows(self, choose: Callable[[Edition], bool]) -> list[int]:
        """Rows of every document whose edition is chosen."""
        return [row for d in self.documents if choose(d.edition) for row in self.rows_of(d.doc_id)]

    def filtered_editions(self, chosen: SearchFilter) -> list[Edition]:
        """The documents that a filter allows, by their ids, publishers and languages.

        Unless documents are chosen, a second rendition of a loaded edition is left out, because it has the same words.
        A choice of publishers does not exclude registers: the publisher of an entry is that of the described unit, not
        of the file.
        """
        if chosen.doc_ids:
            return [self._by_id[doc_id].edition for doc_id in sorted(self._by_id.keys() & set(chosen.doc_ids))]
        loaded = frozenset(self._by_id)
        return [d.edition for d in self.documents if is_allowed(d.edition, chosen, loaded)]

    # texts and vectors that are searched

    @cached_property
    def _search_files(self) -> SearchFiles:
        from kb.index.search_files import SearchFiles  # numpy and FAISS, which a look-up does without

        return SearchFiles(
            self.folder,
            {name: segment.rows for name, segment in self.segments.items()},
            tuple(self.places.values()),
            int(self.manifest["encoder"]["dimension"]),
            (self.joint, self._exact_up_to),
            self._check_size,
            self.search_texts,
        )

    @property
    def vectors(self) -> SegmentVectors:
        """The vector index, opened at first use."""
        return self._search_files.vectors

    @property
    def words(self) -> BM25:
        """The word index, opened at first use."""
        return self._search_files.words

    @property
    def collection(self) -> Collection:
        """The collection of all passages that questions are ranked over, row for row."""
        return self._search_files.collection

    def read_ahead(self, rows: Sequence[int]) -> None:
        """Passages whose sentences will be asked for: nothing to do where they are in files."""

    def sentence_vectors(self, row: int) -> FloatArray:
        """``(k, d)`` float32, rows of about length 1: the sentences of a passage, as
        :func:`kb.index.passage_sentences.passage_sentences` has them."""
        return self._search_files.sentence_vectors(row)

    @cached_property
    def korean(self) -> Analyser:
        """The analyser of Korean, which is the same for texts and questions.

        :raises IndexFolderError: it is not installed.
        """
        return analyser_of(self.manifest["settings"])

    def terms(self, text: str) -> list[str]:
        """The index terms of a text or question, as this index has them."""
        return tokens(text, self.korean)

    def search_texts(self, rows: Sequence[int]) -> list[str]:
        """The search texts of passages, in the given order."""
        found: dict[int, str] = {}
        units: dict[int, str | None] = {}
        by_segment: dict[str, dict[int, int]] = {}
        starts, doc_ids = self._starts
        for row in map(int, rows):
            place = self.places[doc_ids[bisect_right(starts, row) - 1]]
            by_segment.setdefault(place.segment, {})[row - place.start + place.first] = row
        for segment, there in by_segment.items():
            wanted = list(there)
            for at in range(0, len(wanted), 500):
                part = wanted[at : at + 500]
                n = 1 << (len(part) - 1).bit_length()  # few different queries, which SQLite need not prepare again
                sql = f"SELECT row, search_text, unit_id FROM passages WHERE row IN ({','.join('?' * n)})"  # noqa: S608
                for row, text, unit_id in self._all(sql, [*part, *part[:1] * (n - len(part))], segment):
                    found[there[row]] = text
                    units[there[row]] = unit_id
        if len(self._units_of_rows) > UNITS_OF_ROWS_KEPT:
            self._units_of_rows = {}
        self._units_of_rows.update(units)
        return [found[int(r)] for r in rows]

    def load(self, doc_id: str) -> IndexEntry:
        """A document whole, for the next build to reuse; its text is not kept in memory."""
        stored = self._by_id[doc_id]
        entry = IndexEntry(
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
        self._texts.drop(doc_id)
        self._pages.drop(doc_id)
        return entry
