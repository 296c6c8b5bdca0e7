"""One generation of the index together with the catalog, the register and the files of its home folder.

A :class:`Library` is opened once and never changes: an answer that takes one library comes from one index, whatever is
built meanwhile. :class:`kb.knowledge_base.KnowledgeBase` opens the next one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kb.catalog.amendments import Amendments, installed_amendments, own_amendments
from kb.catalog.catalog import read_successions, with_successions
from kb.catalog.catalog_cache import installed_catalog
from kb.catalog.dates import Application, installed_dates
from kb.catalog.given_names import names_by_document, read_given_names
from kb.catalog.own_crosswalk import own_edges
from kb.catalog.register_cache import register
from kb.index.layout import EXACT_UP_TO, INDEX
from kb.index.reader import Store
from kb.library.editions import Editions
from kb.library.provisions import Provisions
from kb.library.rows import Rows
from kb.library.units import Units
from kb.references.mentions import documents_named

if TYPE_CHECKING:
    from kb.catalog.catalog import Catalog
    from kb.catalog.edges import Edge
    from kb.catalog.editions import Succession
    from kb.catalog.register import Register
    from kb.references.mentions import NamedDocuments

OPENING = 12_000
"""Characters at the beginning of a text that are searched for short forms of its own name."""


class Library:
    """An opened index together with the data of its home folder. It is safe to share between threads."""

    def __init__(self, home: Path, store: Store) -> None:
        """The library of an open index; catalog, register and row facts are read when they are first needed."""
        self.home = home
        self.store = store

    @classmethod
    def open(cls, home: Path, exact_up_to: int = EXACT_UP_TO) -> Library:
        """The library of the index in service in a home folder.

        :raises NoIndexError: there is no index.
        :raises IndexFolderError: the index is damaged.
        """
        return cls(home, Store.open(home / INDEX, exact_up_to))

    @property
    def index_id(self) -> str:
        """The id of the index."""
        return self.store.index_id

    @cached_property
    def catalog(self) -> Catalog:
        """The project's catalog, with the successions that this home recorded."""
        return with_successions(installed_catalog(self.home), self.successions)

    @cached_property
    def names(self) -> Catalog:
        """The catalog against which references are read: its editions and the person's own documents, with the names
        that the person gave them."""
        known = {edition.doc_id for edition in self.catalog.editions}
        own = (d.edition for d in self.store.documents if d.doc_id not in known)
        given = names_by_document(read_given_names(self.home))
        editions = (*self.catalog.editions, *own)
        return replace(self.catalog, editions=editions, given_names=given, beside=self._beside)

    def _beside(self, doc_id: str) -> tuple[str, str]:
        """The file name of a document, and the beginning of its text, where short forms are explained."""
        stored = self.store.document(doc_id)
        return (Path(stored.source).stem, self.store.opening(doc_id, OPENING)) if stored is not None else ("", "")

    def documents_named(self, text: str) -> tuple[NamedDocuments, ...]:
        """The documents that a text names, by their own names, by names given to them or by descriptions; see
        :func:`kb.references.mentions.documents_named`."""
        return documents_named(text, self.names)

    @cached_property
    def successions(self) -> tuple[Succession, ...]:
        """The successions of editions that this home recorded."""
        return read_successions(self.home)

    @cached_property
    def amendments(self) -> Amendments:
        """The amendments of units: those of the project's table, then those that this home recorded."""
        return Amendments((*installed_amendments().all, *self.own_amendments.all))

    @cached_property
    def dates(self) -> tuple[Application, ...]:
        """The days from which units apply, in the order of the days."""
        return installed_dates()

    @cached_property
    def own_amendments(self) -> Amendments:
        """The amendments that this home recorded."""
        return own_amendments(self.home)

    @cached_property
    def own_edges(self) -> tuple[Edge, ...]:
        """The edges of the crosswalk that this home recorded.

        :raises ConfigError: their file cannot be read or is malformed; the error names file and line.
        """
        return own_edges(self.home)

    @cached_property
    def register(self) -> Register:
        """The project's register."""
        return register(self.home, self.catalog)

    @cached_property
    def editions(self) -> Editions:
        """The editions of the index and of the catalog, with their successions."""
        return Editions(self.store, self.catalog, self.register_of_home, self.successions, self.own_amendments)

    def register_of_home(self) -> Register:
        """The project's register. It is handed on as a function, because most look-ups do not need it."""
        return self.register

    @cached_property
    def units(self) -> Units:
        """The numbered units of the index: the directory that references are resolved against."""
        return Units(self.store, self.editions, self.register_of_home)

    @cached_property
    def provisions(self) -> Provisions:
        """Finds the provisions of other publications that a passage names."""
        return Provisions(self.names, self.units)

    @cached_property
    def rows(self) -> Rows:
        """The rows of the index, and the rows that a filter lets a search find."""
        return Rows(self.store, self.editions)
