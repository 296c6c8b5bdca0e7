"""What each row of an index is of, read once, and which rows a search may find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.messages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from kb.index.reader import Store


@dataclass(frozen=True, slots=True)
class RowFacts:
    """For each row the unit it belongs to, the edition it speaks of, and whether it stands in a register.

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

    def standing(self, stood: Collection[str], loaded: Collection[str]) -> frozenset[int]:
        """The rows that speak of an edition that stood; a register's where that edition's text is not loaded."""
        of = enumerate(zip(self.editions, self.registered, strict=True))
        return frozenset(n for n, (doc_id, entry) in of if doc_id in stood and not (entry and doc_id in loaded))

    def register_rows_not_of(self, editions: Collection[str]) -> frozenset[int]:
        """The registers' rows that speak of none of some editions."""
        of = enumerate(zip(self.units, self.editions, self.registered, strict=True))
        return frozenset(n for n, (unit, doc_id, entry) in of if entry and (unit is None or doc_id not in editions))

    def superseded_rows(
        self, loaded: Collection[str], described: Collection[str], has_later: Callable[[str, Collection[str]], bool]
    ) -> frozenset[int]:
        """The rows that say what a better source here says: of an edition whose successor is loaded, and register
        entries whose edition is loaded in its official text or has a successor that is loaded or described.

        ``loaded`` are the documents but for registers; ``has_later`` tells whether a successor is among some.
        """
        known = {*loaded, *described}
        texts = {d for d in set(self.editions) if has_later(d, loaded)}
        entries = {d for d in set(self.editions) if d in loaded or has_later(d, known)}
        of = enumerate(zip(self.editions, self.registered, strict=True))
        return frozenset(n for n, (doc_id, entry) in of if doc_id in (entries if entry else texts))

    def gists(self, nth: int) -> dict[int, int]:
        """For each register row the row of the same entry's gist in the ``nth`` of :data:`kb.messages.LANGUAGES`.

        An entry's rows are its gists in that order; an entry of another shape is left out.
        """
        rows: dict[str, list[int]] = {}
        for row, (unit_id, registered) in enumerate(zip(self.units, self.registered, strict=True)):
            if unit_id is not None and registered:
                rows.setdefault(unit_id, []).append(row)
        return {row: mine[nth] for mine in rows.values() if len(mine) == len(LANGUAGES) for row in mine}
