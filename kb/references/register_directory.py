"""A directory of the units in the register, so that references can be resolved without an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.references.units import UnitName

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kb.catalog.catalog import Catalog
    from kb.catalog.register import Register
    from kb.types import Edition, RegisterEntry


@dataclass(frozen=True, slots=True)
class RegisterDirectory:
    """The units that the register describes; see :class:`kb.references.units.UnitDirectory`."""

    register: Register
    catalog: Catalog

    def unit_name(self, entry: RegisterEntry) -> UnitName:
        """The unit of an entry, as a directory lists it."""
        return UnitName(
            self.register.unit_id(entry),
            entry.register,
            entry.of_document,
            entry.key,
            entry.path,
            entry.title,
            entry.aliases,
        )

    def names(self) -> list[UnitName]:
        """Every unit of the register."""
        return [self.unit_name(entry) for entry in self.register.entries]

    def units_by_key(self, key: str, of: Collection[str] = ()) -> Sequence[UnitName]:
        """Units of the register with this key, letter case aside; of some editions, where any are given."""
        found = (self.unit_name(entry) for entry in self.register.entries if entry.key.casefold() == key.casefold())
        return [unit for unit in found if not of or unit.of_document in of]

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        """Always empty: no register entry has parts that are numbered separately."""
        return ()

    def documents(self) -> Sequence[Edition]:
        """Every edition of the catalog."""
        return self.catalog.editions

    def holds(self, doc_id: str) -> bool:
        """Whether the register has entries for units of this edition; an entry for the whole edition does not count."""
        return any(entry.key != "whole" for entry in self.register.of_document(doc_id))
