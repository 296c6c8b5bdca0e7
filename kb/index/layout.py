"""The index folder: names of its files, the schema of its database, the record it has of a document, its id."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any

from kb.errors import IndexFolderError
from kb.records import dataclass
from kb.text import korean
from kb.types import Document, Edition, EncoderInfo, KnownFile, Notice, Status, notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kb.text.korean import Analyser

INDEX = "index"
"""The folder of the index in the home folder: a generation in service, the former one, and which is which."""

INDEX_FORMAT = 6


PAIRS, HEADINGS = "pairs", "headings"


ROW_ARRAYS = ("document", "length", "figures", "heading_weight")


CURRENT = "CURRENT"
"""The file that names the generation in service."""


MANIFEST = "manifest.json"


KOREAN = "korean"
"""The key of the settings under which an index names its analyser (:mod:`kb.text.korean`)."""


CHANGED = "changed"
"""The key of a document's report for the places that are read with the file's tracked changes accepted: a list of
``[start, end]`` in the document text; absent where the file has none."""


DATABASE = "kb.sqlite"


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
    """The record that the index has of a document, without its text."""

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
class IndexEntry:
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


def index_id(entries: Sequence[IndexEntry], encoder: EncoderInfo, settings: Mapping[str, Any]) -> str:
    """Sixteen hex digits from what determines the index: documents, their editions, encoder, settings, code."""
    digest = hashlib.sha256()
    for entry in sorted(entries, key=lambda e: e.document.edition.doc_id):
        digest.update(f"{entry.document.sha256}|{entry.pipeline}|{edition_to_json(entry.document.edition)}\n".encode())
    digest.update(encoder.fingerprint.encode())
    digest.update(json.dumps(settings, sort_keys=True).encode())
    return digest.hexdigest()[:16]


def unit_key(unit_id: str) -> str:
    """The part of a unit id after its edition: ``urn:kb:unesco:ai-ethics:2021:para:37`` → ``para:37``."""
    return ":".join(unit_id.split(":")[5:])


def analyser_of(settings: Mapping[str, Any]) -> Analyser:
    """The analyser of Korean of an index with these settings; an index that names none was built with stems."""
    return korean.by_name(str(settings.get(KOREAN, korean.Stems.name)))


ADVISED = "index fault"
"""The kind of notice that is a fault of an index with advice."""


def damaged(place: Path, what: Notice | str) -> IndexFolderError:
    """The error for a part of an index that is not as it was written; says what to run."""
    return IndexFolderError(advised(notice("index damaged", place=str(place), what=what), notice("advice build anew")))


def advised(what: Notice, advice: Notice) -> Notice:
    """A fault of an index with the advice that goes with it; what builds the index anew shows the fault alone."""
    return notice(ADVISED, what=what, advice=advice)


def unreadable_place(place: Path, error: OSError, advice: str) -> IndexFolderError:
    """The error for a part of an index that the system does not let be read."""
    what = notice("index unreadable", place=str(place), why=error.strerror or str(error))
    return IndexFolderError(advised(what, notice(advice)))
