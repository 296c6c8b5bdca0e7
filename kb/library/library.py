"""One generation of the index together with the catalog, the register and the files of its home folder.

A :class:`Library` is opened once and never changes: an answer that takes one library comes from one index, whatever is
built meanwhile. :class:`kb.knowledge_base.KnowledgeBase` opens the next one.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kb.catalog.amendments import Amendments, installed_amendments, own_amendments
from kb.catalog.catalog import load_home_catalog, read_successions
from kb.catalog.dates import Application, installed_dates
from kb.catalog.own_crosswalk import own_edges
from kb.catalog.register_cache import register
from kb.index.layout import INDEX
from kb.index.reader import Store
from kb.library.editions import Editions
from kb.library.rows import Rows
from kb.library.units import Units

if TYPE_CHECKING:
    from pathlib import Path

    from kb.catalog.catalog import Catalog
    from kb.catalog.edges import Edge
    from kb.catalog.editions import Succession
    from kb.catalog.register import Register


class Library:
    """An opened index with what a home folder adds to it. Safe to share between threads."""

    def __init__(self, home: Path, store: Store) -> None:
        """The library of an open index; catalog, register and row facts are read when they are first needed."""
        self.home = home
        self.store = store

    @classmethod
    def open(cls, home: Path) -> Library:
        """The library of the index in service under a home folder.

        :raises IndexFolderError: the index is damaged; :class:`kb.errors.NoIndexError` where there is none.
        """
        return cls(home, Store.open(home / INDEX))

    @property
    def index_id(self) -> str:
        """The id of the index."""
        return self.store.index_id

    @cached_property
    def catalog(self) -> Catalog:
        """The project's catalog, with the successions that this home recorded."""
        return load_home_catalog(self.home)

    @cached_property
    def successions(self) -> tuple[Succession, ...]:
        """The successions of editions that this home recorded."""
        return read_successions(self.home)

    @cached_property
    def amendments(self) -> Amendments:
        """What amended which unit: the project's table, then what this home recorded."""
        return Amendments((*installed_amendments().all, *self.own_amendments.all))

    @cached_property
    def dates(self) -> tuple[Application, ...]:
        """From which day what applies, by day."""
        return installed_dates()

    @cached_property
    def own_amendments(self) -> Amendments:
        """The amendments that this home recorded."""
        return own_amendments(self.home)

    @cached_property
    def own_edges(self) -> tuple[Edge, ...]:
        """The edges of the crosswalk that this home recorded.

        :raises ConfigError: their file cannot be read or is at fault; names file and line.
        """
        return own_edges(self.home)

    @cached_property
    def register(self) -> Register:
        """The project's register."""
        return register(self.home, self.catalog)

    @cached_property
    def editions(self) -> Editions:
        """The editions of the index and of the catalog, and what superseded what."""
        return Editions(self.store, self.catalog, self.register_of_home, self.successions, self.own_amendments)

    def register_of_home(self) -> Register:
        """The register; passed on as a function, because most look-ups do without it."""
        return self.register

    @cached_property
    def units(self) -> Units:
        """The numbered units of the index: the directory that references are resolved against."""
        return Units(self.store, self.editions, self.register_of_home)

    @cached_property
    def rows(self) -> Rows:
        """The rows of the index, and which of them a search may find."""
        return Rows(self.store, self.editions)
