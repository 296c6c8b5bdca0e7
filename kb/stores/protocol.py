"""The protocol of a store on other machines: it keeps rows and proposes candidates, and decides nothing.

A *row* is one passage, and a *generation* is a whole index. The terms of a row, their weights and the frequencies over
all rows are computed here and not by the store. A search in a store gives the rows with the greatest dot products, and
the data that was kept with them; :mod:`kb.stores.deciding` scores these rows again and orders them. Therefore the
result depends neither on the store's rounding, nor on its order of ties, nor on how rows are divided among machines.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kb.types import Array, FloatArray


Proposals = list[tuple[int, float]]
"""Rows with the sums that the store computed, greatest first."""


_NAME_OF_A_BASE = re.compile("[a-z][a-z0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """The address of a store.

    ``kind`` is "qdrant" or "postgres". Several knowledge bases may share a store, each under a ``name`` of its own, of
    small letters and digits. Without ``url``, Qdrant keeps its files in ``folder``, for one process at a time. ``key``
    is the key or password; ``shards`` is the number of parts into which Qdrant divides a generation.
    """

    kind: str
    url: str = ""
    folder: Path | None = None
    name: str = "kb"
    shards: int = 1
    key: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """The place as it may be shown: it holds no key."""
        return self.url or str(self.folder or "")

    @staticmethod
    def is_name(name: str) -> bool:
        """Whether a knowledge base may have this name: it holds nothing that stands between a name and a generation, so
        that no name begins another's."""
        return _NAME_OF_A_BASE.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row on its way into a store.

    ``words`` are the keys of the row's terms, rising, and ``weights`` what each adds to the score of a question that
    asks for it, times the weight of the question's term. ``defining`` are the keys of pairs of terms that a question
    of meaning looks for. ``facts`` and ``sentences`` are kept as they are (:mod:`kb.stores.rows`). The text, the unit
    and the place in the document's text are for people who look into the store: a reader has them from its databases.
    """

    row: int
    doc_id: str
    unit_id: str | None
    start: int
    end: int
    text: str
    vector: FloatArray
    words: Array
    weights: FloatArray
    defining: tuple[int, ...]
    facts: bytes
    sentences: bytes


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as a store returns it: the same vector and facts that were stored."""

    row: int
    vector: FloatArray
    facts: bytes


class Generation(Protocol):
    """One generation in a store, which nothing changes any more.

    Every method raises :class:`kb.errors.StoreError` where the store does not answer, or not as it should.
    """

    @property
    def name(self) -> str: ...

    def nearest(self, vector: FloatArray, n: int, rows: Sequence[range] | None) -> Proposals:
        """The ``n`` rows of the greatest inner product with a vector, of all rows or of some; fewer only where there
        are no more."""
        ...

    def best_by_words(self, weights: Mapping[int, float], n: int, rows: Sequence[range] | None) -> Proposals:
        """The ``n`` rows of the greatest sum of products of weights, the question's by the keys of its terms; rows
        that hold none of the terms are left out."""
        ...

    def rows(self, wanted: Sequence[int]) -> list[KeptRow]:
        """Some rows, in any order; missing ones are left out."""
        ...

    def sentences(self, wanted: Sequence[int]) -> dict[int, bytes]:
        """The sentences' vectors of some rows."""
        ...

    def rows_of_defining(self, key: int) -> list[int]:
        """The rows that were given this key among their ``defining``."""
        ...

    def parts(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Parts by their names; missing ones are left out."""
        ...


class StoreServer(Protocol):
    """A store that was connected to. A generation is written beside the one in service, and then put in service in one
    step; a writer that is killed leaves the former one in service, and the next writer removes what is half written.

    Every method raises :class:`kb.errors.StoreError` where the store does not answer, or not as it should.
    """

    @property
    def one_process(self) -> bool:
        """Whether no other process can be connected at the same time."""
        ...

    def in_service(self) -> str:
        """The generation in service; empty where there is none."""
        ...

    def open(self, name: str) -> Generation:
        """A generation for reading."""
        ...

    def begin(self, name: str, width: int) -> None:
        """Makes room for a generation with vectors of a width; what a killed writer left of it is removed."""
        ...

    def put_rows(self, name: str, rows: Sequence[NewRow]) -> None:
        """Writes rows, all or none; a row that is there already is not doubled. Several writers may do so at once."""
        ...

    def put_parts(self, name: str, parts: Mapping[str, bytes]) -> None:
        """Writes bytes beside the rows, under names."""
        ...

    def put_in_service(self, name: str, n_rows: int) -> None:
        """Puts a generation in service in one step, once it is known to have all of its rows."""
        ...

    def sweep(self, keep: Sequence[str]) -> None:
        """Removes the generations of this knowledge base but some."""
        ...

    def close(self) -> None:
        """Ends the connection."""
        ...
