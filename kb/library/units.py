"""The numbered units of a library: the directory that references are resolved against, and their names."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kb.index.layout import unit_key
from kb.records import dataclass
from kb.references.suggestions import Names
from kb.references.units import UnitName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.catalog.register import Register
    from kb.index.reader import Store
    from kb.library.editions import Editions
    from kb.types import Edition


class Units:
    """The units of every loaded document, official or register; it is a
    :class:`kb.references.resolving.UnitDirectory`.
    """

    def __init__(self, store: Store, editions: Editions, register: Callable[[], Register]) -> None:
        self._store = store
        self._editions = editions
        self._register = register

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        """The units with this key whose numbering is proven."""
        return [
            UnitName(u.unit_id, u.doc_id, u.of_document, unit_key(u.unit_id), u.path, u.title)
            for u in self._store.units_by_key(key)
            if u.proven
        ]

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        """The units of a document that have the kind and number of this key inside units that number their own
        parts."""
        kind, _, number = key.partition(":")
        return [
            UnitName(u.unit_id, u.doc_id, u.of_document, unit_key(u.unit_id), u.path, u.title)
            for u in self._store.units_by_number(doc_id, kind, number)
            if u.proven and unit_key(u.unit_id).endswith(f"-{number}")
        ]

    def documents(self) -> Sequence[Edition]:
        """Every edition of the catalog and of the index."""
        return self._editions.all

    def holds(self, doc_id: str) -> bool:
        """Whether the index has numbered units of the edition, from its own text or from the register."""
        return doc_id in self._store.described

    def describe(self, unit_id: str) -> str:
        """A unit in words: its edition and path."""
        units = self._store.unit(unit_id)
        if not units:
            return unit_id
        edition = self._editions.get(units[0].of_document)
        ref, path = edition.ref if edition else units[0].of_document, units[0].path
        return path if path.startswith(ref) else f"{ref}, {path}"

    def by_written(self, text: str) -> tuple[UnitName, ...]:
        """The units whose :meth:`describe` is this text: reference of the edition, a comma, path of the unit."""
        folded = text.casefold()
        whole = [e for e in self._editions.all if folded.startswith(e.ref.casefold()) and not e.is_register]
        out: list[UnitName] = []
        for edition in whole:
            rest = text[len(edition.ref) :].removeprefix(", ")
            for path in (rest, text) if rest and rest != text[len(edition.ref) :] else (text,):
                found = self._store.units_by_path(edition.doc_id, path)
                out += [
                    UnitName(u.unit_id, u.doc_id, u.of_document, unit_key(u.unit_id), u.path, u.title)
                    for u in found
                    if u.proven
                ]
        return tuple(out)

    def as_of(self, doc_ids: frozenset[str]) -> DirectoryAsOf:
        """The directory limited to the units of some editions; all editions are still known by name."""
        return DirectoryAsOf(self, doc_ids)

    @cached_property
    def names(self) -> Names:
        """The names of all units, with the register's Korean titles and other names."""
        out: list[UnitName] = []
        for document in self._store.documents:
            if document.edition.rendition_of:
                continue
            for u in self._store.units(document.doc_id):
                if u.proven:
                    entry = self._register().get(u.unit_id)
                    others = (entry.title, entry.title_ko, *entry.aliases) if entry else ()
                    key = unit_key(u.unit_id)
                    out.append(UnitName(u.unit_id, u.doc_id, u.of_document, key, u.path, u.title, others))
        hidden = frozenset(d.doc_id for d in self._store.documents if d.edition.mistaken_for)
        return Names(out, hidden)


@dataclass(frozen=True, slots=True)
class DirectoryAsOf:
    """The directory of a library on a given day: units of the editions in force then, and all editions by name."""

    units: Units
    doc_ids: frozenset[str]

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        """The units with this key of editions in force."""
        return [unit for unit in self.units.units_by_key(key) if unit.of_document in self.doc_ids]

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        """The units with this number inside units that number their own parts, in editions in force."""
        return self.units.units_inside(doc_id, key) if doc_id in self.doc_ids else ()

    def documents(self) -> Sequence[Edition]:
        """Every edition of the catalog and of the index."""
        return self.units.documents()

    def holds(self, doc_id: str) -> bool:
        """Whether the index has numbered units of the edition, and the edition is in force."""
        return doc_id in self.doc_ids and self.units.holds(doc_id)
