"""The rows of an index: what each row is of, and which rows a search may find.

A row is one passage. A row of a register speaks of the edition that its entry describes.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kb.messages import LANGUAGES
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from kb.index.reader import Store
    from kb.library.editions import Editions
    from kb.text.page_kinds import Apparatus
    from kb.types import Citation, SearchFilter


@dataclass(frozen=True, slots=True)
class RowFacts:
    """For each row the unit it belongs to, the edition it speaks of, and whether it is in a register.

    A register's row speaks of the edition that its entry describes, any other of its own document's.
    """

    units: tuple[str | None, ...]
    editions: tuple[str, ...]
    registered: tuple[bool, ...]

    @classmethod
    def read(cls, store: Store) -> RowFacts:
        """Of an index, document by document."""
        units: list[str | None] = []
        editions: list[str] = []
        registered: list[bool] = []
        for document in store.documents:
            mine = store.passage_units(document.doc_id)
            in_register = bool(document.edition.register_of)
            of = {u.unit_id: u.of_document for u in store.units(document.doc_id)} if in_register else {}
            units += mine
            editions += [of.get(unit_id or "", document.doc_id) for unit_id in mine]
            registered += [in_register] * len(mine)
        return cls(tuple(units), tuple(editions), tuple(registered))

    def in_force(self, editions: Collection[str], loaded: Collection[str]) -> frozenset[int]:
        """The rows that speak of editions in force; a register's row only where that edition's text is not loaded."""
        of = enumerate(zip(self.editions, self.registered, strict=True))
        return frozenset(n for n, (doc_id, entry) in of if doc_id in editions and not (entry and doc_id in loaded))

    def register_rows_not_of(self, editions: Collection[str]) -> frozenset[int]:
        """The registers' rows that speak of none of some editions."""
        of = enumerate(zip(self.units, self.editions, self.registered, strict=True))
        return frozenset(n for n, (unit, doc_id, entry) in of if entry and (unit is None or doc_id not in editions))

    def superseded_rows(
        self, loaded: Collection[str], described: Collection[str], has_later: Callable[[str, Collection[str]], bool]
    ) -> frozenset[int]:
        """Rows to hide because a loaded source supersedes them: rows of an edition whose successor is loaded, and
        register entries whose edition is loaded in its official text or has a successor that is loaded or described.

        ``loaded`` are the documents but for registers; ``has_later`` says whether a successor is among some.
        """
        known = {*loaded, *described}
        texts = {d for d in set(self.editions) if has_later(d, loaded)}
        entries = {d for d in set(self.editions) if d in loaded or has_later(d, known)}
        of = enumerate(zip(self.editions, self.registered, strict=True))
        return frozenset(n for n, (doc_id, entry) in of if doc_id in (entries if entry else texts))

    def in_language(self, nth: int) -> dict[int, int]:
        """For each register row the row of the same entry's gist in the ``nth`` of :data:`kb.messages.LANGUAGES`.

        An entry's rows are its gists in that order; an entry of another shape is left out.
        """
        rows: dict[str, list[int]] = {}
        for row, (unit_id, registered) in enumerate(zip(self.units, self.registered, strict=True)):
            if unit_id is not None and registered:
                rows.setdefault(unit_id, []).append(row)
        return {row: mine[nth] for mine in rows.values() if len(mine) == len(LANGUAGES) for row in mine}


FILTERS_KEPT = 20
"""Filters whose rows are kept."""
OFFICIAL_ROWS = 2
"""Passages of an official unit that its register entry leads to."""


class Rows:
    """The rows of a library's index."""

    def __init__(self, store: Store, editions: Editions) -> None:
        self._store = store
        self._editions = editions
        self.allowed = lru_cache(maxsize=FILTERS_KEPT)(self._allowed)
        self.in_language = lru_cache(maxsize=len(LANGUAGES))(self._in_language)

    @cached_property
    def facts(self) -> RowFacts:
        """What each row is of."""
        return RowFacts.read(self._store)

    @cached_property
    def _loaded(self) -> frozenset[str]:
        return frozenset(d.doc_id for d in self._store.documents)

    def _allowed(self, chosen: SearchFilter) -> tuple[int, ...]:
        """The rows that a filter allows, rising.

        Unless documents are chosen by id, these are left out: editions whose successor is loaded, and register entries
        whose official unit is loaded.
        """
        rows = self._store.filtered_rows(chosen)
        if chosen.forces:
            allowed = self._store.rows_of_force(chosen.forces)
            rows = [r for r in rows if r in allowed]
        if chosen.as_of:
            in_force = self.facts.in_force(self._editions.in_force(chosen.as_of).doc_ids, self._loaded)
            return tuple(r for r in rows if r in in_force)
        if chosen.doc_ids:
            return tuple(rows)
        hidden = self._superseded
        if chosen.publishers:
            editions = {e.doc_id for e in self._editions.all if e.publisher in chosen.publishers}
            hidden |= self.facts.register_rows_not_of(editions)
        return tuple(r for r in rows if r not in hidden)

    def allows(self, chosen: SearchFilter, citation: Citation) -> bool:
        """Whether a filter allows a place that was not searched for, hidden rows or not; ``limit`` aside."""
        edition, _ = self._editions.of_unit(citation.unit_id or "")
        edition = edition or self._editions.get(citation.doc_id)
        in_force = self._editions.in_force(chosen.as_of).doc_ids if chosen.as_of else None
        return (
            citation.doc_id in self._documents_of(chosen)
            and (not chosen.publishers or citation.publisher in chosen.publishers)
            and (not chosen.forces or citation.force in chosen.forces)
            and (in_force is None or (edition is not None and edition.doc_id in in_force))
        )

    def _documents_of(self, chosen: SearchFilter) -> frozenset[str]:
        return frozenset(edition.doc_id for edition in self._store.filtered_editions(chosen))

    @cached_property
    def _superseded(self) -> frozenset[int]:
        loaded = {d.doc_id for d in self._store.documents if not d.edition.register_of}
        return self.facts.superseded_rows(loaded, self._store.described, self._editions.has_later)

    def _in_language(self, lang: str) -> dict[int, int]:
        """For each register row the row of the same entry in a language of :data:`kb.messages.LANGUAGES`."""
        return self.facts.in_language(LANGUAGES.index(lang))

    @cached_property
    def official_rows_of_register(self) -> dict[int, tuple[int, ...]]:
        """For each row of a register entry whose official text is here, the first rows of that text."""
        entries: list[tuple[int, str]] = []
        texts: dict[str, list[int]] = {}
        for row, (unit_id, registered) in enumerate(zip(self.facts.units, self.facts.registered, strict=True)):
            if unit_id is not None and registered:
                entries.append((row, unit_id))
            elif unit_id is not None:
                texts.setdefault(unit_id, []).append(row)
                parent = unit_id.rpartition(".")[0]
                if ":" in parent.removeprefix("urn:kb:") and parent.count(":") == unit_id.count(":"):
                    texts.setdefault(parent, []).append(row)
        return {row: tuple(texts[unit_id][:OFFICIAL_ROWS]) for row, unit_id in entries if unit_id in texts}

    @cached_property
    def page_kinds(self) -> dict[int, Apparatus]:
        """The rows of pages that hold no provision, and what they hold instead."""
        return self._store.rows_without_provision()

    def searched_documents(self, chosen: SearchFilter) -> tuple[str, ...]:
        """The documents that have a row which a filter allows, as one cites them, in the order of the index."""
        rows = set(self.allowed(chosen))
        at = 0
        out: list[str] = []
        for document in self._store.documents:
            if any(r in rows for r in range(at, at + document.n_passages)):
                out.append(document.edition.ref)
            at += document.n_passages
        return tuple(out)
