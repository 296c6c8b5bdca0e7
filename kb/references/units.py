"""The record of a unit's name, and the protocol of a directory of units, against which references are resolved."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Protocol

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kb.types import Edition


def slug(text: str) -> str:
    """The slug in the key of a unit that has a name and no number, or "" if nothing is left of the text.

    The readers of ``ingest`` make slugs by the same rule.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit in a directory. ``doc_id`` is the document that contains its text, ``of_document`` the edition that it
    belongs to; they differ only for register entries. ``key`` is its place in the edition: "para:37".
    """

    unit_id: str
    doc_id: str
    of_document: str
    key: str
    path: str = ""
    title: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def is_register(self) -> bool:
        """Whether the text is the register's description and not the publication's own words."""
        return self.doc_id != self.of_document


class UnitDirectory(Protocol):
    """The units that references are resolved to, and the editions that have them."""

    def units_by_key(self, key: str, of: Collection[str] = ()) -> Sequence[UnitName]:
        """Every unit with exactly this key, of these editions or, where none are given, of all; entries of the register
        included."""
        ...

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        """The units of a document that have the kind and number of this key below units that count their own parts."""
        ...

    def documents(self) -> Sequence[Edition]:
        """Every edition of the catalog, loaded or not, and those added by hand."""
        ...

    def holds(self, doc_id: str) -> bool:
        """Whether the directory has numbered units of the edition; a unit for the whole edition does not count."""
        ...


def official_first(units: Iterable[UnitName]) -> list[UnitName]:
    """Official text first, then the register."""
    return sorted(units, key=lambda unit: (unit.is_register, unit.doc_id, unit.unit_id))


def one_for_each_place(units: Iterable[UnitName]) -> list[UnitName]:
    """One unit for each place, the official one if there is one."""
    best: dict[tuple[str, str], UnitName] = {}
    for unit in units:
        other = best.setdefault((unit.of_document, unit.key), unit)
        if other.is_register and not unit.is_register:
            best[unit.of_document, unit.key] = unit
    return list(best.values())
