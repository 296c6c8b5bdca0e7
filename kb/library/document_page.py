"""Collects what a screen shows of a document: facts, editions of its work, remarks on its reading, its
outermost units."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.types import notice_from_json

if TYPE_CHECKING:
    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.types import Edition, Notice, Unit


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition in the chain of its work, and its availability: ``loaded``, ``register`` or ``absent``."""

    edition: Edition
    here: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document as a screen shows it.

    ``here`` is its availability (:func:`what_is_here`). ``stored`` is its record in the index, ``None`` if its file was
    not read; ``source`` is the name of that file. ``chain`` are the editions of the work, newest first. ``n_entries``
    counts the register's entries about it.
    """

    edition: Edition
    here: str
    stored: StoredDocument | None
    source: str
    grade: str
    grade_reasons: tuple[Notice, ...]
    reasons: tuple[Notice, ...]
    chain: tuple[EditionRow, ...]
    n_entries: int


def document_page(library: Library, doc_id: str) -> DocumentPage | None:
    """A document of the index or the catalog with everything that a screen shows of it; ``None`` if the id is
    unknown."""
    edition = library.editions.get(doc_id)
    if edition is None:
        return None
    stored = library.store.document(doc_id)
    report = stored.report if stored is not None else {}
    return DocumentPage(
        edition,
        what_is_here(library, edition),
        stored,
        Path(stored.source).name if stored is not None else "",
        str(report.get("grade") or ""),
        tuple(notice_from_json(each) for each in report.get("grade_reasons", ())),
        tuple(notice_from_json(each) for each in report.get("reasons", ())),
        tuple(EditionRow(each, what_is_here(library, each)) for each in library.editions.of_work(edition)),
        len(_register_units(library, doc_id)),
    )


def what_is_here(library: Library, edition: Edition) -> str:
    """The availability of an edition: its text, only a register that describes it, a register itself, or nothing."""
    if library.store.document(edition.doc_id) is not None:
        return "registers" if edition.register_of or edition.is_register else "loaded"
    return "register" if _register_units(library, edition.doc_id) else "absent"


def _register_units(library: Library, doc_id: str) -> list[Unit]:
    registers = [d for d in library.store.documents if doc_id in d.edition.register_of]
    return [u for d in registers for u in library.store.units(d.doc_id) if u.of_document == doc_id]
