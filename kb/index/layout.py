"""The format of the index folder: file names, database schema, the stored record of a document, the index id."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kb.errors import IndexFolderError
from kb.records import dataclass
from kb.text import korean
from kb.types import (
    Document,
    Edition,
    EncoderInfo,
    KnownFile,
    Notice,
    SearchFilter,
    Span,
    Status,
    Unit,
    notice,
    notice_from_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kb.text.korean import Analyser

INDEX = "index"
"""The folder of the index in the home folder: a generation in service, the former one, and which is which."""

INDEX_FORMAT = 8


PAIRS, HEADINGS = "pairs", "headings"


LENGTHS, FIGURES = "length.npy", "figures.npy"
"""Two columns of a segment besides its words: the number of terms of each row, and the share of digits in its
characters."""


HEADING_TERMS, HEADING_STARTS = "heading_terms.npy", "heading_starts.npy"
"""The hashed terms of all headings, and where each row's begin."""


SEGMENT_PASSAGES = 25_000
"""Passages up to which documents are written into one segment; one document is never divided."""


EXACT_UP_TO = 100_000
"""Passages up to which the nearest vectors are those of an exact search, unless a setting says another number."""


JOINT = "joint-"
"""How the name of a folder begins that holds the joint files of some segments."""
EIGHT_BITS, FOUR_BITS, MIDDLE = "eight-bits.faiss", "four-bits.faiss", "middle.npy"
"""Joint files: the vectors in eight and in four bits a number, and the mean of all."""


SEGMENT = "segment-"
"""How the name of a segment's folder begins."""


CURRENT = "CURRENT"
"""The file that names the generation in service."""


MANIFEST = "manifest.json"
MANIFEST_DIGITS = 16
"""Number of digits of the manifest's hash at the end of a generation's name. The manifest has the hashes of all other
files, so that the name covers everything."""


KOREAN = "korean"
"""The key of the settings under which an index names its analyser (:mod:`kb.text.korean`)."""


CHANGED = "changed"
"""The key of a document's report for the places that are read with the file's tracked changes accepted: a list of
``[start, end]`` in the document text; absent where the file has none."""


DATABASE = "kb.sqlite"
"""The database of a generation: its documents, each with its place in a segment, and the crosswalk."""


TEXTS = "texts.sqlite"
"""The database of a segment: the texts of its documents, their pages, units and passages."""


VECTORS = "vectors.faiss"


SENTENCES = "sentences.npy"


SENTENCE_STARTS = "sentence_starts.npy"


WORDS = "bm25"


BUILDING = "building-"
"""How the name of a generation begins while it is written."""


SCHEMA = """
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, edition TEXT NOT NULL, sha256 TEXT NOT NULL, source TEXT NOT NULL,
    media_type TEXT NOT NULL, retrieved TEXT NOT NULL, pipeline TEXT NOT NULL, n_pages INTEGER NOT NULL,
    n_units INTEGER NOT NULL, n_passages INTEGER NOT NULL, notes TEXT NOT NULL, report TEXT NOT NULL,
    letters TEXT NOT NULL, segment TEXT NOT NULL, first INTEGER NOT NULL);
CREATE TABLE crosswalk (
    n INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL, relation TEXT NOT NULL, status TEXT NOT NULL,
    author TEXT NOT NULL, date TEXT NOT NULL, verified_against TEXT NOT NULL, rationale_en TEXT NOT NULL,
    rationale_ko TEXT NOT NULL, reviewer TEXT NOT NULL, reviewed_on TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX crosswalk_by_source ON crosswalk (source);
CREATE INDEX crosswalk_by_target ON crosswalk (target);
"""


TEXTS_SCHEMA = """
CREATE TABLE texts (doc_id TEXT PRIMARY KEY, text TEXT NOT NULL, sha256 TEXT NOT NULL);
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
CREATE TABLE described (doc_id TEXT NOT NULL, of_document TEXT NOT NULL, PRIMARY KEY (doc_id, of_document));
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, doc_id TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, unit_id TEXT,
    headings TEXT NOT NULL, search_text TEXT NOT NULL, page_start INTEGER NOT NULL, page_end INTEGER NOT NULL,
    forces TEXT NOT NULL, holds TEXT);
CREATE INDEX passages_by_document ON passages (doc_id, start);
CREATE INDEX passages_by_unit ON passages (unit_id);
CREATE INDEX passages_without_provision ON passages (doc_id, row, holds) WHERE holds IS NOT NULL;
"""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The record of a document in the index, without its text."""

    edition: Edition
    sha256: str
    source: str
    media_type: str
    retrieved: str
    pipeline: str
    n_pages: int
    n_units: int
    n_passages: int
    notes: tuple[Notice, ...]
    report: Mapping[str, Any]

    @property
    def doc_id(self) -> str:
        """The edition's id."""
        return self.edition.doc_id


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment in the manifest: the version of everything it was made with, and its number of rows, dead ones too."""

    made: str
    rows: int


@dataclass(frozen=True, slots=True)
class JointFiles:
    """The record of joint files in the manifest.

    ``segments`` gives for each segment its first row in the joint files; ``rows`` is the number of all rows.
    ``compared`` is the number of candidates that the four-bit vectors give for a question, 0 if even many find too few
    of the nearest; ``recall`` is the share of the nearest vectors among them, measured with ``questions`` queries. For
    the eight-bit vectors, ``steps`` is the number of steps per unit, ``error`` the greatest distance of a vector from
    its code, and ``length`` the greatest length of a vector.
    """

    segments: Mapping[str, int]
    rows: int
    compared: int
    recall: float
    questions: int
    steps: float
    error: float
    length: float


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """The place of a document's passages: their segment, the first row in it, and the first row in the index
    (``start``)."""

    segment: str
    first: int
    start: int
    n: int


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A document on its way into the index, with what the index keeps about how it was read."""

    document: Document
    retrieved: str
    pipeline: str
    report: Mapping[str, Any]

    @property
    def stored(self) -> StoredDocument:
        """The record that the index will have of it."""
        made = self.document
        return StoredDocument(
            made.edition,
            made.sha256,
            made.source,
            made.media_type,
            self.retrieved,
            self.pipeline,
            len(made.pages),
            len(made.units),
            len(made.passages),
            made.notes,
            self.report,
        )

    @property
    def letters(self) -> str:
        """:func:`letters_of_text` of its text."""
        return letters_of_text(self.document.text)


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document of the index in service that the next one takes over: its record, and the hash of its letters."""

    stored: StoredDocument
    letters: str


def letters_of_text(text: str) -> str:
    """A hash of a text's letters and digits, which is equal for two prints of the same words."""
    return hashlib.sha256(re.sub(r"[\W_]+", "", text.casefold()).encode("utf-8", "replace")).hexdigest()


def edition_to_json(edition: Edition) -> str:
    """The edition as JSON with sorted keys."""
    return json.dumps(dataclasses.asdict(edition), ensure_ascii=False, sort_keys=True)


def edition_of_data(data: dict[str, Any]) -> Edition:
    """The edition that :func:`edition_to_json` wrote, from its JSON as plain data, which is changed."""
    for name in [name for name, value in data.items() if type(value) is list and name != "files"]:
        data[name] = tuple(tuple(v) if type(v) is list else v for v in data[name])
    data["status"] = Status(data["status"])
    data["files"] = tuple(KnownFile(**f) for f in data["files"])
    return Edition(**data)


class StoredReport(Mapping[str, Any]):
    """The report of a document, parsed when something of it is needed: a look-up opens thousands of documents and needs
    the report of one."""

    __slots__ = ("_text", "_values")

    def __init__(self, text: str) -> None:
        self._text = text
        self._values: dict[str, Any] | None = None

    @property
    def _read(self) -> dict[str, Any]:
        if self._values is None:
            self._values = dict(json.loads(self._text))
        return self._values

    def __getitem__(self, name: str) -> Any:
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def documents_from_rows(rows: Sequence[tuple[Any, ...]]) -> tuple[StoredDocument, ...]:
    """The documents of a database of an index; all editions are read at once, which takes half the time."""
    editions = json.loads(f"[{','.join(r[1] for r in rows)}]")
    return tuple(
        StoredDocument(
            edition_of_data(edition),
            r[2],
            r[3],
            r[4],
            r[5],
            r[6],
            r[7],
            r[8],
            r[9],
            tuple(map(notice_from_json, json.loads(r[10]))) if r[10] != "[]" else (),
            StoredReport(r[11]),
        )
        for edition, r in zip(editions, rows, strict=True)
    )


def index_id(documents: Iterable[IndexEntry | KeptDocument], encoder: EncoderInfo, settings: Mapping[str, Any]) -> str:
    """Sixteen hex digits of a hash of all that determines the index: documents, their editions, encoder, settings,
    code. The division into segments is left out, because it changes no result."""
    digest = hashlib.sha256()
    for stored in sorted((each.stored for each in documents), key=lambda each: each.doc_id):
        digest.update(f"{stored.sha256}|{stored.pipeline}|{edition_to_json(stored.edition)}\n".encode())
    digest.update(encoder.fingerprint.encode())
    digest.update(json.dumps(settings, sort_keys=True).encode())
    return digest.hexdigest()[:16]


def edition_urn(unit_id: str) -> str:
    """The URN of the edition of a unit, which is the part of the unit id before its key (:func:`unit_key`)."""
    return ":".join(unit_id.split(":")[:5])


def unit_key(unit_id: str) -> str:
    """The part of a unit id after its edition: ``urn:kb:unesco:ai-ethics:2021:para:37`` → ``para:37``."""
    return ":".join(unit_id.split(":")[5:])


def analyser_of(settings: Mapping[str, Any]) -> Analyser:
    """The analyser of Korean of an index with these settings; an index that names none was built with stems."""
    return korean.by_name(str(settings.get(KOREAN, korean.Stems.name)))


UNIT_COLUMNS = (
    "doc_id, unit_id, of_document, kind, number, path, title, start, stop, own_start, own_stop, page_start,"
    " page_end, parent_id, ord, verified, proven"
)
"""The columns that :func:`unit_from_row` reads."""


def unit_from_row(r: tuple[Any, ...]) -> Unit:
    """The unit whose :data:`UNIT_COLUMNS` these are."""
    return Unit(
        r[1],
        r[0],
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


ADVISED = "index fault"
"""The kind of notice that is a fault of an index with advice."""


def damaged(place: Path, what: Notice | str) -> IndexFolderError:
    """The error for a damaged part of an index; it says what to run."""
    return IndexFolderError(advised(notice("index damaged", place=str(place), what=what), notice("advice build anew")))


def advised(what: Notice, advice: Notice) -> Notice:
    """A fault of an index with advice. A command that is building the index anew shows only the fault."""
    return notice(ADVISED, what=what, advice=advice)


def unreadable_place(place: Path, error: OSError, advice: str) -> IndexFolderError:
    """The error for a part of an index that the system does not let be read."""
    what = notice("index unreadable", place=str(place), why=error.strerror or str(error))
    return IndexFolderError(advised(what, notice(advice)))


def generation_name(index_id: str, token: str, manifest: bytes) -> str:
    """The name of a generation's folder: the id of the index, a token of its own, and the hash of its manifest."""
    return f"{index_id}-{token}-{hashlib.sha256(manifest).hexdigest()[:MANIFEST_DIGITS]}"


def is_manifest_of(folder: Path, manifest: bytes) -> bool:
    """Whether a manifest is the one that a generation was named for; a folder of another name tells nothing."""
    parts = folder.name.split("-")
    named = len(parts) == len(("id", "token", "hash")) and len(parts[-1]) == MANIFEST_DIGITS
    return not named or parts[-1] == hashlib.sha256(manifest).hexdigest()[:MANIFEST_DIGITS]


def is_allowed(edition: Edition, chosen: SearchFilter, loaded: frozenset[str]) -> bool:
    """Whether a filter allows a document; ``loaded`` are the ids of all documents of the index."""
    if chosen.doc_ids:
        return edition.doc_id in chosen.doc_ids
    if edition.register_of and not chosen.include_register:
        return False
    if edition.rendition_of in loaded:
        return False
    if chosen.languages and edition.language not in chosen.languages:
        return False
    return not chosen.publishers or bool(edition.register_of) or edition.publisher in chosen.publishers
