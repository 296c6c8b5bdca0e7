"""The contents of one index, for listing, choosing, checking and comparing its documents.

:class:`Contents` uses one library, so all its results are from one index, even if another one is built meanwhile.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.catalog.editions import UnitText
from kb.catalog.free_texts import free_editions
from kb.index.layout import unit_key
from kb.index.verification import Verified, verify_index
from kb.library.filter_values import near_values
from kb.records import dataclass
from kb.types import Notice, notice_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.types import Edition, Unit


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """An edition in a list of documents.

    ``successor`` is the reference of the edition that superseded it, ``source`` the name of the file that was read.
    ``n_units`` counts the numbered units; for an edition that only the register describes, the register's entries.
    ``proven`` says whether the numbering was proven, ``None`` if there are no numbered units. ``grade`` says how far
    the numbers can be trusted (high, good, fair, poor, low; empty if it was not graded), ``grade_reasons`` why.
    """

    edition: Edition
    successor: str = ""
    n_pages: int = 0
    n_units: int = 0
    proven: bool | None = None
    source: str = ""
    notes: tuple[Notice, ...] = ()
    grade: str = ""
    grade_reasons: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentList:
    """Documents by availability: official text loaded, compiled registers, described by the register only, not loaded.

    ``free`` are editions of the catalog that are not loaded and that anybody may download.
    """

    loaded: tuple[ListedDocument, ...]
    registers: tuple[ListedDocument, ...]
    described: tuple[ListedDocument, ...]
    addable: tuple[ListedDocument, ...]
    free: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """The id of an index, when and with what it was built, and how much it holds.

    ``n_documents`` counts official documents, ``n_registers`` the compiled registers; pages and units are of both.
    """

    index_id: str
    created: str
    version: str
    encoder: Mapping[str, Any]
    n_documents: int
    n_registers: int
    n_pages: int
    n_units: int
    n_passages: int


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """The choices for limiting a search: publishers, and documents as pairs of name and id, registers last."""

    publishers: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]


class Contents:
    """The documents of one index. Safe to share between threads, as long as the knowledge base is open."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._store = library.store

    @property
    def index_id(self) -> str:
        """The id of the index."""
        return self._store.index_id

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the index: encoder, settings, documents with their counts and hashes, version."""
        return self._store.manifest

    @property
    def documents(self) -> tuple[StoredDocument, ...]:
        """The record of every document, registers included, in the order of their ids."""
        return self._store.documents

    def document(self, doc_id: str) -> StoredDocument | None:
        """The record of a document, or ``None``."""
        return self._store.document(doc_id)

    def units(self, doc_id: str) -> tuple[Unit, ...]:
        """The numbered units of a document in reading order; for a register its entries."""
        return self._store.units(doc_id)

    def text(self, doc_id: str) -> str:
        """The text of a document as it was read."""
        return self._store.text(doc_id)

    def unit_texts(self, doc_id: str) -> tuple[UnitText, ...]:
        """The units of a document with their own words, as :func:`kb.catalog.editions.compare_texts` takes them."""
        text = self.text(doc_id)
        return tuple(
            UnitText(unit_key(u.unit_id), u.path, u.title, text[u.own.start : u.own.end]) for u in self.units(doc_id)
        )

    def listing(self) -> DocumentList:
        """The documents of the index and of the catalog, by availability."""
        return document_list(self._library)

    def facts(self) -> IndexFacts:
        """How the index was built, and the numbers of its documents, pages, units and passages."""
        return index_facts(self._library)

    def filter_choices(self) -> FilterChoices:
        """The choices for limiting a search."""
        return filter_choices(self._library)

    def unknown_documents(self, doc_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The ids that no document has, each with the ids of documents that are written similarly."""
        here = {document.doc_id for document in self.documents}
        return {doc_id: near_values(doc_id, here) for doc_id in doc_ids if doc_id not in here}

    def verify(self) -> Verified:
        """The result of checking the index: passages against the texts of documents, rows against vectors and words."""
        return verify_index(self._store)


def document_list(library: Library) -> DocumentList:
    """The documents of a library's index and catalog, by availability."""
    store, editions = library.store, library.catalog.editions

    def listed(edition: Edition, **more: Any) -> ListedDocument:
        successor = library.editions.get(edition.superseded_by or "")
        return ListedDocument(edition, successor.ref if successor else "", **more)

    stored = [
        listed(
            d.edition,
            n_pages=d.n_pages,
            n_units=d.n_units,
            proven=bool(d.report.get("holds")) if d.n_units else None,
            source=Path(d.source).name,
            notes=d.notes,
            grade=str(d.report.get("grade") or ""),
            grade_reasons=tuple(notice_from_json(each) for each in d.report.get("grade_reasons", ())),
        )
        for d in store.documents
    ]
    registers = tuple(each for each in stored if each.edition.register_of)
    entries = Counter(u.of_document for each in registers for u in store.units(each.edition.doc_id))
    here = {each.edition.doc_id for each in stored}
    absent = [e for e in editions if e.doc_id not in here and not e.register_of]
    return DocumentList(
        loaded=tuple(each for each in stored if not each.edition.register_of),
        registers=registers,
        described=tuple(listed(e, n_units=entries[e.doc_id]) for e in absent if entries[e.doc_id]),
        addable=tuple(listed(e) for e in absent if not entries[e.doc_id]),
        free=free_editions(editions, here),
    )


def index_facts(library: Library) -> IndexFacts:
    """How a library's index was built, and the numbers of its documents, pages, units and passages."""
    manifest, documents = library.store.manifest, library.store.documents
    n_registers = sum(bool(d.edition.register_of) for d in documents)
    return IndexFacts(
        index_id=library.index_id,
        created=manifest.get("created", ""),
        version=manifest.get("version", ""),
        encoder=manifest["encoder"],
        n_documents=len(documents) - n_registers,
        n_registers=n_registers,
        n_pages=sum(d.n_pages for d in documents),
        n_units=sum(d.n_units for d in documents),
        n_passages=library.store.n_passages,
    )


def filter_choices(library: Library) -> FilterChoices:
    """The publishers and documents that a search of a library can be limited to, publishers of editions described by a
    register included."""
    documents = library.store.documents
    described = [e for d in documents for i in d.edition.register_of if (e := library.editions.get(i)) is not None]
    own = [d.edition for d in documents if not d.edition.register_of]
    listed = sorted(documents, key=lambda d: (bool(d.edition.register_of), d.edition.ref))
    return FilterChoices(
        tuple(sorted({e.publisher for e in (*own, *described)})), tuple((d.edition.ref, d.doc_id) for d in listed)
    )
