"""Opens an index whose rows are in a store, like one in files; :mod:`kb.stores.searching` searches it."""

from __future__ import annotations

import contextlib
import importlib
import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING, cast

from kb.errors import IndexFolderError, NoIndexError, StoreError
from kb.index.layout import DATABASE, INDEX, TEXTS, advised
from kb.index.reader import Store
from kb.stores.connecting import connect
from kb.stores.files import copy_files, facts_of_generation, remove_other_copies
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from kb.index.bm25 import BM25
    from kb.index.collection import Collection
    from kb.index.vectors import SegmentVectors
    from kb.stores.protocol import Generation, StoreAddress, StoreServer
    from kb.stores.searching import StoredSearch
    from kb.types import FloatArray

COPIES = "cache/stores"
"""The folder of the home that holds databases of generations in stores."""
SEARCHING = "kb.stores.searching"
"""The module that brings numpy and FAISS, which a look-up does without."""
SECONDS_BETWEEN_LOOKS = 5.0
"""For so long a reader takes the generation that it has for the one in service."""
SECONDS_FOR_LOOK = 1.0
"""Seconds that a caller waits for the store to name the generation in service; a later caller sees the reply."""


class StoredIndex(Store):
    """A generation in a store, with its databases in the home folder. Safe to share between threads."""

    def __init__(
        self, root: Path, folder: Path, server: StoreServer, generation: Generation, facts: Mapping[str, Any]
    ) -> None:
        """Opens the databases; the rows are asked for when they are needed.

        :raises IndexFolderError: a database is damaged, or of another format.
        """
        super().__init__(root, folder)
        self._server, self._generation, self._facts = server, generation, facts
        self._looked = time.monotonic()
        self._is_newest = True
        self._look: threading.Thread | None = None
        self._look_lock = threading.Lock()
        self._recorded = {name: how for name, how in self._recorded.items() if name.endswith((DATABASE, TEXTS))}

    @classmethod
    def open_at(cls, home: Path, address: StoreAddress) -> StoredIndex:
        """The generation in service at an address.

        :raises NoIndexError: there is none.
        :raises StoreError: the store is unreachable, refuses, is of another version, or is incomplete.
        :raises IndexFolderError: the home cannot be written, or the copied files are damaged.
        :raises ConfigError: the package of the store's client is not installed.
        """
        return cls.open_from(connect(address), home, address)

    @classmethod
    def open_from(cls, server: StoreServer, home: Path, address: StoreAddress) -> StoredIndex:
        """The same from a store that is connected to; it is closed with the index, or where none can be opened."""
        try:
            name = server.in_service()
            if not name:
                nothing = notice("no index in store", place=address.place, name=address.name)
                raise NoIndexError(advised(nothing, notice("advice build")))
            generation = server.open(name)
            facts = facts_of_generation(generation)
            cache = home / COPIES / address.kind
            folder = copy_files(generation, int(facts["manifest_bytes"]), cache, (home / INDEX,))
            opened = cls(cache, folder, server, generation, facts)
        except BaseException:
            server.close()
            raise
        remove_other_copies(cache, (name,))
        return opened

    def close(self) -> None:
        """Closes the databases and the connection."""
        super().close()
        self._server.close()

    def is_current(self) -> bool:
        """Whether this is still the generation in service, as far as the store has said. It is asked by a thread of its
        own, for which one caller waits a moment: a store that hangs holds up nobody else, and no look-up for long."""
        with self._look_lock:
            now = time.monotonic()
            under_way = self._look is not None and self._look.is_alive()
            due = self._is_newest and not under_way and now - self._looked > SECONDS_BETWEEN_LOOKS
            if due:
                self._looked = now
                self._look = threading.Thread(target=self._ask_for_newest, name="kb newest generation", daemon=True)
                self._look.start()
        if due and self._look is not None:
            self._look.join(SECONDS_FOR_LOOK)
        return self._is_newest

    def _ask_for_newest(self) -> None:
        with contextlib.suppress(StoreError):  # a store that does not answer is asked again later
            self._is_newest = self._server.in_service() in {"", self._generation.name}

    def is_named(self) -> bool:
        """The store names every generation that it has in service."""
        return True

    @cached_property
    def _stored(self) -> StoredSearch:
        width = int(self.manifest["encoder"]["dimension"])
        counts = [place.n for place in self.places.values()]
        if sum(counts) != int(self._facts["n_rows"]):
            raise IndexFolderError(notice("store damaged", name=self._generation.name, what=DATABASE))
        mean, n_parts = float(self._facts["mean_length"]), self._facts["n_parts"]
        found: StoredSearch = importlib.import_module(SEARCHING).StoredSearch(
            self._generation, counts, width, mean, n_parts, self.search_texts
        )
        return found

    @property
    def vectors(self) -> SegmentVectors:
        """The vectors, in the store."""
        return cast("SegmentVectors", self._stored.vectors)

    @property
    def words(self) -> BM25:
        """The words, in the store."""
        return cast("BM25", self._stored.words)

    @property
    def collection(self) -> Collection:
        """The collection of all passages that questions are ranked over, row for row."""
        return self._stored.collection

    def read_ahead(self, rows: Sequence[int]) -> None:
        """Fetches in one step what :meth:`sentence_vectors` gives of some passages."""
        self._stored.read_ahead(rows)

    def sentence_vectors(self, row: int) -> FloatArray:
        """``(k, d)`` float32: the sentences of a passage."""
        return self._stored.sentence_vectors(row)
