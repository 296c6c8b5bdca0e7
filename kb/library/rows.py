"""Facts about the rows of an index (document, edition, unit), and the rows that a filter lets a search find.

A row is one passage. A row of a register is about the edition that its entry describes.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kb.library.row_sets import RowSet
from kb.messages import LANGUAGES
from kb.text.page_kinds import SET_BACK

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from kb.index.reader import Store
    from kb.library.editions import Editions
    from kb.text.page_kinds import Apparatus
    from kb.types import Citation, SearchFilter


class RowFacts:
    """The unit of each row, the edition that it is about, and whether it is in a register.

    A register's row is about the edition that its entry describes, any other row about its own document's edition. Only
    registers are read row by row; of other documents whole ranges are selected, and the unit of a row is looked up when
    it is needed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._documents: list[tuple[str, range]] = []
        self.entries: dict[int, tuple[str | None, str]] = {}
        for document in store.documents:
            rows = store.rows_of(document.doc_id)
            if not document.edition.register_of:
                self._documents.append((document.doc_id, rows))
                continue
            of = {u.unit_id: u.of_document for u in store.units(document.doc_id)}
            for row, unit_id in zip(rows, store.passage_units(document.doc_id), strict=True):
                self.entries[row] = (unit_id, of.get(unit_id or "", document.doc_id))
        self._starts = [rows.start for _, rows in self._documents]
        self.unit = lru_cache(maxsize=UNITS_KEPT)(self._unit)

    def _unit(self, row: int) -> str | None:
        """The id of the unit that a row belongs to, or ``None``."""
        return self.entries[row][0] if row in self.entries else self._store.unit_of_row(row)

    def edition(self, row: int) -> str:
        """The id of the edition that a row is about.

        :raises IndexError: there is no such row.
        """
        if row in self.entries:
            return self.entries[row][1]
        doc_id, rows = self._documents[bisect_right(self._starts, row) - 1]
        if row not in rows:
            raise IndexError(row)
        return doc_id

    @cached_property
    def editions(self) -> frozenset[str]:
        """The id of every edition that a row is about."""
        own = (doc_id for doc_id, rows in self._documents if rows)
        return frozenset((*own, *(edition for _, edition in self.entries.values())))

    def chosen(
        self,
        document: Callable[[str], bool],
        entry: Callable[[str | None, str], bool],
    ) -> RowSet:
        """The rows of documents selected by their ids, and of register entries selected by unit and edition."""
        whole = [rows for doc_id, rows in self._documents if document(doc_id)]
        single = [range(row, row + 1) for row, of in self.entries.items() if entry(*of)]
        return RowSet(sorted((*whole, *single), key=lambda rows: rows.start))

    def rows_of_editions(self, editions: Collection[str]) -> RowSet:
        """The rows that are about some editions."""
        return self.chosen(lambda doc_id: doc_id in editions, lambda _, edition: edition in editions)

    def rows_of_units(self, unit_ids: Collection[str]) -> set[int]:
        """The rows of some units."""
        mine = {row for row, (unit_id, _) in self.entries.items() if unit_id in unit_ids}
        return mine | {row for row in self._store.rows_of_units(unit_ids) if row not in self.entries}

    def in_language(self, nth: int) -> dict[int, int]:
        """For each register row the row of the same entry's gist in the ``nth`` of :data:`kb.messages.LANGUAGES`.

        The rows of an entry are its gists in the order of the languages; an entry with another number of rows is left
        out.
        """
        rows: dict[str, list[int]] = {}
        for row, (unit_id, _) in self.entries.items():
            if unit_id is not None:
                rows.setdefault(unit_id, []).append(row)
        return {row: mine[nth] for mine in rows.values() if len(mine) == len(LANGUAGES) for row in mine}


UNITS_KEPT = 4_000
"""Number of rows whose unit is remembered."""
FILTERS_KEPT = 20
"""Number of filters whose rows are remembered."""
OFFICIAL_ROWS = 2
"""Number of passages of an official unit to which its register entry leads."""


class Rows:
    """The rows of a library's index, and the rows that filters let a search find."""

    def __init__(self, store: Store, editions: Editions) -> None:
        self._store = store
        self._editions = editions
        self.allowed = lru_cache(maxsize=FILTERS_KEPT)(self._allowed)
        self.in_language = lru_cache(maxsize=len(LANGUAGES))(self._in_language)
        self.set_back = lru_cache(maxsize=FILTERS_KEPT)(self._set_back)

    @cached_property
    def facts(self) -> RowFacts:
        """The unit and the edition of each row."""
        return RowFacts(self._store)

    @cached_property
    def _loaded(self) -> frozenset[str]:
        return frozenset(d.doc_id for d in self._store.documents)

    def _allowed(self, chosen: SearchFilter) -> RowSet:
        """The rows that a filter allows, in ascending order.

        Unless the filter selects documents by id, two kinds are left out: editions whose successor is loaded, and
        register entries whose official unit is loaded.
        """
        documents = self._documents_of(chosen)
        registers = {row for doc_id in documents & self._registers for row in self._store.rows_of(doc_id)}
        entries = {row: of for row, of in self.facts.entries.items() if row in registers}
        if chosen.as_of:
            in_force = self._editions.in_force(chosen.as_of).doc_ids
            stays = (documents & in_force, in_force - self._loaded)
        elif chosen.doc_ids:
            stays = (documents, self.facts.editions)
        else:
            texts, described = self._superseded
            stays = (documents - texts, self.facts.editions - described)
        if chosen.publishers and not chosen.doc_ids and not chosen.as_of:
            editions = {e.doc_id for e in self._editions.all if e.publisher in chosen.publishers}
            entries = {row: (unit, of) for row, (unit, of) in entries.items() if unit is not None and of in editions}
        whole = self.facts.chosen(lambda doc_id: doc_id in stays[0], lambda *_: False)
        rows = whole | RowSet.of(row for row, (_, edition) in entries.items() if edition in stays[1])
        return rows & RowSet.of(self._store.rows_of_force(chosen.forces)) if chosen.forces else rows

    def of_documents(self, chosen: SearchFilter, editions: Collection[str]) -> RowSet:
        """The rows of the documents that a filter allows and that are about some editions, hidden rows included."""
        ranges = (self._store.rows_of(doc_id) for doc_id in self._documents_of(chosen))
        return RowSet(sorted(ranges, key=lambda rows: rows.start)) & self.facts.rows_of_editions(editions)

    def allows(self, chosen: SearchFilter, citation: Citation) -> bool:
        """Whether a filter allows a place that was not found by a search; hidden rows count, and ``limit`` is
        ignored."""
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
    def _registers(self) -> frozenset[str]:
        return frozenset(d.doc_id for d in self._store.documents if d.edition.register_of)

    @cached_property
    def _superseded(self) -> tuple[frozenset[str], frozenset[str]]:
        """The editions to hide because a loaded source supersedes them, for documents and for register entries.

        A document is hidden if its successor is loaded. A register entry is hidden if its edition is loaded in its
        official text, or has a successor that is loaded or described.
        """
        loaded = self._loaded - self._registers
        known = {*loaded, *self._store.described}
        later = self._editions.has_later
        texts = frozenset(d for d in self.facts.editions if later(d, loaded))
        entries = frozenset(d for d in self.facts.editions if d in loaded or later(d, known))
        return texts, entries

    def _in_language(self, lang: str) -> dict[int, int]:
        """For each register row the row of the same entry in a language of :data:`kb.messages.LANGUAGES`."""
        return self.facts.in_language(LANGUAGES.index(lang))

    @cached_property
    def official_rows_of_register(self) -> dict[int, tuple[int, ...]]:
        """For each row of a register entry whose official text is loaded, the first rows of that text."""
        texts: dict[str, list[int]] = {}
        urns = {":".join(unit_id.split(":")[:5]) for unit_id, _ in self.facts.entries.values() if unit_id is not None}
        described = [d for d in self._store.documents if d.edition.urn in urns and not d.edition.register_of]
        for document in described:
            mine = self._store.rows_of(document.doc_id)
            rows = zip(mine, self._store.passage_units(document.doc_id), strict=True)
            for row, unit_id in rows:
                if unit_id is None:
                    continue
                texts.setdefault(unit_id, []).append(row)
                parent = unit_id.rpartition(".")[0]
                if ":" in parent.removeprefix("urn:kb:") and parent.count(":") == unit_id.count(":"):
                    texts.setdefault(parent, []).append(row)
        entries = ((row, unit_id) for row, (unit_id, _) in self.facts.entries.items() if unit_id is not None)
        return {row: tuple(texts[unit_id][:OFFICIAL_ROWS]) for row, unit_id in entries if unit_id in texts}

    def _set_back(self, kinds: frozenset[Apparatus]) -> Mapping[int, float]:
        """The rows of pages without provisions that are of some kinds, with the penalty on their score."""
        by = {kind: SET_BACK[kind] for kind in kinds}
        return {row: by[kind] for row, kind in self.page_kinds.items() if kind in by}

    @cached_property
    def page_kinds(self) -> dict[int, Apparatus]:
        """The rows of pages without provisions, with the kind of such a page."""
        return self._store.rows_without_provision()

    def searched_documents(self, chosen: SearchFilter) -> tuple[str, ...]:
        """The references of the documents with a row that a filter allows, in the order of the index."""
        rows = self.allowed(chosen)
        return tuple(
            document.edition.ref
            for document in self._store.documents
            if rows & RowSet([self._store.rows_of(document.doc_id)])
        )
