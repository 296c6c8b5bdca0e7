"""Edge: opens an index folder. It decides nothing about ranking.

On disk, under the index root::

    CURRENT                  the name of the generation in service, replaced in one step
    <generation>/            written beside, then named in CURRENT; never changed afterwards
        manifest.json        index id, encoder, settings, versions; hash and counts of documents, size and hash of files
        kb.sqlite            documents, texts, pages, units, passages, the crosswalk as installed
        vectors.faiss        one row per passage
        sentences.npy        one row per sentence, in half precision; sentence_starts.npy: the first of each passage
        bm25/                the word index, one row per passage

Opening reads ``CURRENT`` and SQLite only; vectors and words are opened at the first search, by
:mod:`kb.index.search_files`. Readers keep the
generation they opened; :meth:`Store.is_current` tells when a newer one is in service.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from kb.catalog.edges import EDGE_COLUMNS, edge_from_row
from kb.errors import IndexFolderError
from kb.files import file_sha256
from kb.index.generations import current_folder, named_folder
from kb.index.layout import (
    DATABASE,
    INDEX_FORMAT,
    MANIFEST,
    IndexEntry,
    StoredDocument,
    advised,
    analyser_of,
    damaged,
    edition_from_json,
)
from kb.text.tokens import tokens
from kb.types import (
    Document,
    Edition,
    Page,
    Passage,
    SearchFilter,
    Span,
    Unit,
    notice,
    notice_from_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from kb.catalog.edges import Edge
    from kb.index.bm25 import BM25
    from kb.index.collection import Collection
    from kb.index.search_files import SearchFiles
    from kb.index.vectors import FaissIndex
    from kb.text.korean import Analyser
    from kb.types import FloatArray


class Store:
    """An opened index. Safe to share between threads."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Opens manifest and database.

        :raises IndexFolderError: damaged, or of another format.
        """
        self.root = root
        self.folder = folder
        self._lock = threading.RLock()
        self._texts: dict[str, str] = {}
        self._pages: dict[str, tuple[Page, ...]] = {}
        try:
            self.manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
            if self.manifest["format"] != INDEX_FORMAT:
                values = {"format": self.manifest["format"], "known": INDEX_FORMAT}
                what = notice("index of another format", place=str(folder), **values)
                raise IndexFolderError(advised(what, notice("advice force")))
            self.index_id: str = self.manifest["index_id"]
            self.n_passages = int(self.manifest["n_passages"])
            self._recorded: dict[str, tuple[int, str]] = {
                str(name): (int(size), str(sha256)) for name, (size, sha256) in self.manifest["files"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise damaged(folder, f"{MANIFEST}: {error}") from error
        self._check_size(DATABASE)
        self._check_words()
        address = f"{(folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise damaged(folder, f"{DATABASE}: {error}") from error
        try:
            self._all("SELECT count(*) FROM documents")
        except IndexFolderError:
            self._connection.close()
            raise

    def _check_size(self, name: str) -> None:
        """The sizes of files are checked on opening, so that a truncated file is always reported.

        :raises IndexFolderError: a file is missing or of another length than it was written with.
        """
        for file, (size, _) in self._recorded.items():
            if file == name or file.startswith(f"{name}/"):
                try:
                    found = (self.folder / file).stat().st_size
                except OSError as error:
                    raise damaged(self.folder, f"{file}: {error.strerror}") from error
                if found != size:
                    raise damaged(self.folder, f"{file} has {found:,} bytes of {size:,}")

    def _check_words(self) -> None:
        """Every quote is taken from the database, so that it is known to be as it was written before any is.

        :raises IndexFolderError: it is not.
        """
        try:
            found = file_sha256(self.folder / DATABASE)
        except OSError as error:
            raise damaged(self.folder, f"{DATABASE}: {error.strerror}") from error
        if self._recorded.get(DATABASE, (0, found))[1] != found:
            raise damaged(self.folder, f"{DATABASE} is not as it was written")

    def damaged_files(self) -> tuple[str, ...]:
        """Files that are missing or not as they were written, by their hashes."""
        out: list[str] = []
        for file, (_, sha256) in self._recorded.items():
            try:
                if file_sha256(self.folder / file) != sha256:
                    out.append(file)
            except OSError:
                out.append(file)
        return tuple(out)

    @classmethod
    def open(cls, root: Path) -> Store:
        """The generation in service under ``root``.

        :raises IndexFolderError: none there, or damaged; says what to run.
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
        except IndexFolderError:
            return True

    def is_named(self) -> bool:
        """Whether ``CURRENT`` names this generation or another; where it is lost, the newest whole one was taken."""
        try:
            return bool(named_folder(self.root))
        except (IndexFolderError, OSError):
            return False

    def _all(self, sql: str, args: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(sql, tuple(args)).fetchall()
            except sqlite3.DatabaseError as error:
                raise damaged(self.folder, f"{DATABASE}: {error}") from error

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
                tuple(map(notice_from_json, json.loads(r[10]))),
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

        :raises IndexFolderError: no such document.
        """
        if doc_id not in self._texts:
            rows = self._all("SELECT text FROM texts WHERE doc_id = ?", (doc_id,))
            if not rows:
                raise IndexFolderError(notice("document not in index", id=doc_id))
            self._texts[doc_id] = str(rows[0][0])
        return self._texts[doc_id]

    def opening(self, doc_id: str, n_chars: int) -> str:
        """The first characters of a document's text, without the rest of it; empty where there is no such document."""
        rows = self._all("SELECT substr(text, 1, ?) FROM texts WHERE doc_id = ?", (n_chars, doc_id))
        return str(rows[0][0]) if rows else ""

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

    def units_by_number(self, doc_id: str, kind: str, number: str) -> tuple[Unit, ...]:
        """Units of a document of one kind with one number, in reading order."""
        return self._units("doc_id = ? AND kind = ? AND number = ? COLLATE NOCASE", (doc_id, kind, number))

    def units_by_path(self, of_document: str, path: str) -> tuple[Unit, ...]:
        """The units of an edition that are called by this path, letter case aside; of the register too."""
        return self._units("of_document = ? AND path = ? COLLATE NOCASE", (of_document, path))

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
            f"SELECT {', '.join(EDGE_COLUMNS)} FROM crosswalk WHERE source = ? OR target = ? ORDER BY n",  # noqa: S608
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

        :raises IndexFolderError: no such row.
        """
        rows = self._all(f"SELECT {self._PASSAGE} FROM passages WHERE row = ?", (row,))  # noqa: S608
        if not rows:
            raise IndexFolderError(notice("passage not in index", row=row))
        return self._passage(rows[0])

    def passages(self, doc_id: str) -> tuple[Passage, ...]:
        """The passages of one document in reading order."""
        return tuple(
            self._passage(r)
            for r in self._all(f"SELECT {self._PASSAGE} FROM passages WHERE doc_id = ? ORDER BY row", (doc_id,))  # noqa: S608
        )

    def passages_within(self, doc_id: str, start: int, end: int) -> tuple[tuple[int, Passage], ...]:
        """The rows and passages of a document that have a character of ``[start, end)``, in reading order."""
        where = f"SELECT row, {self._PASSAGE} FROM passages WHERE doc_id = ? AND stop > ? AND start < ? ORDER BY row"  # noqa: S608
        return tuple((r[0], self._passage(r[1:])) for r in self._all(where, (doc_id, start, end)))

    def passage_units(self, doc_id: str) -> tuple[str | None, ...]:
        """For each passage of a document in row order, the unit it belongs to."""
        return tuple(r[0] for r in self._all("SELECT unit_id FROM passages WHERE doc_id = ? ORDER BY row", (doc_id,)))

    def headings_of_rows(self) -> tuple[tuple[str, ...], ...]:
        """The heading path of each row."""
        rows = [r[0] for r in self._all("SELECT headings FROM passages ORDER BY row")]
        paths = {text: tuple(json.loads(text)) for text in set(rows)}
        return tuple(paths[text] for text in rows)

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
        """Rows of the documents that a filter allows (:meth:`filtered_editions`)."""
        allowed = {edition.doc_id for edition in self.filtered_editions(chosen)}
        return self.rows(lambda edition: edition.doc_id in allowed)

    def filtered_editions(self, chosen: SearchFilter) -> list[Edition]:
        """The documents that a filter allows, by their ids, publishers and languages.

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

        return [d.edition for d in self.documents if choose(d.edition)]

    # texts and vectors that are searched

    @cached_property
    def _search_files(self) -> SearchFiles:
        from kb.index.search_files import SearchFiles  # numpy and FAISS, which a look-up does without

        return SearchFiles(self.folder, self.n_passages, self._check_size, self.search_texts)

    @property
    def vectors(self) -> FaissIndex:
        """The vector index, opened at first use."""
        return self._search_files.vectors

    @property
    def words(self) -> BM25:
        """The word index, opened at first use."""
        return self._search_files.words

    @property
    def collection(self) -> Collection:
        """What questions are ranked over: every passage, row for row."""
        return self._search_files.collection

    def sentence_vectors(self, row: int) -> FloatArray:
        """``(k, d)`` float32, rows of about length 1: the sentences of a passage, as
        :func:`kb.index.passage_sentences.passage_sentences` has them."""
        return self._search_files.sentence_vectors(row)

    @cached_property
    def korean(self) -> Analyser:
        """What takes Korean apart here, in texts and questions alike.

        :raises IndexFolderError: it is not installed.
        """
        return analyser_of(self.manifest["settings"])

    def terms(self, text: str) -> list[str]:
        """The index terms of a text or question, as this index has them."""
        return tokens(text, self.korean)

    def search_texts(self, rows: Sequence[int]) -> list[str]:
        """The words that some passages are found by, in the order asked."""
        found: dict[int, str] = {}
        for at in range(0, len(rows), 500):
            part = [int(r) for r in rows[at : at + 500]]
            marks = ",".join("?" * len(part))
            found |= dict(self._all(f"SELECT row, search_text FROM passages WHERE row IN ({marks})", part))  # noqa: S608
        return [found[int(r)] for r in rows]

    def load(self, doc_id: str) -> IndexEntry:
        """A document whole, for the next build to reuse."""
        stored = self._by_id[doc_id]
        return IndexEntry(
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
