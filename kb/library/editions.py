"""The editions that a library knows, from its index and the catalog, with their successions."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.catalog.amendments import Amendments, with_amendments
from kb.catalog.catalog import Catalog, overlaid
from kb.catalog.editions import EditionsInForce, SuccessionBasis, UnitText, as_of, follower, follower_in_texts
from kb.catalog.works import reached, successors, work_of
from kb.index.layout import unit_key
from kb.references.units import UnitName
from kb.references.writing import write
from kb.types import Edition, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from kb.catalog.editions import Succession
    from kb.catalog.register import Register
    from kb.index.reader import Store
    from kb.types import Unit

FOLLOWERS_KEPT = 2_000
"""Number of units whose successors are remembered."""

Followers = tuple[Edition, tuple[str, ...], SuccessionBasis]
"""A newer edition, the keys there of the units that replaced a unit, and the evidence for it."""


class Editions:
    """The editions of the index and the catalog by id, with the successions that the home folder records."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        register: Callable[[], Register],
        successions: Sequence[Succession],
        amendments: Amendments = Amendments(),  # noqa: B008 - frozen
    ) -> None:
        loaded = {d.doc_id: d.edition for d in store.documents}
        known = [*loaded.values(), *(e for e in catalog.editions if e.doc_id not in loaded)]
        self._by_id = {e.doc_id: e for e in overlaid(with_amendments(known, amendments), successions)}
        self._by_urn = {e.urn: e for e in reversed(self._by_id.values())}
        self._later = successors(self._by_id.values())
        self._chains = Catalog(tuple(self._by_id.values()))
        self._store = store
        self._register = register
        self.followers = lru_cache(maxsize=FOLLOWERS_KEPT)(self._followers)
        self._families = lru_cache(maxsize=64)(self._read_families)

    @property
    def all(self) -> tuple[Edition, ...]:
        """Every edition of the catalog and of the index."""
        return self._chains.editions

    def get(self, doc_id: str) -> Edition | None:
        """An edition by id, or ``None``."""
        return self._by_id.get(doc_id)

    def of_unit(self, unit_id: str) -> tuple[Edition | None, str]:
        """The edition that a unit id begins with, or ``None``, and the unit's key there."""
        key = unit_key(unit_id)
        return self._by_urn.get(unit_id.removesuffix(f":{key}")), key

    def successor(self, edition: Edition) -> Edition | None:
        """The edition that superseded this one, or ``None``."""
        return self.get(edition.superseded_by) if edition.superseded_by else None

    def described_by(self, source: Edition, unit: Unit | None) -> Edition:
        """The edition that a unit is about: ``source`` itself, or the edition that a register's entry describes."""
        if source.register_of and unit is not None:
            return self.get(unit.of_document) or source
        return self.get(source.doc_id) or source

    def of_work(self, edition: Edition) -> tuple[Edition, ...]:
        """The editions of a work, newest first."""
        return tuple(reversed(self._chains.chain(edition)))

    def is_same_work(self, doc_id: str, edition: Edition) -> bool:
        """Whether a document is an edition of the same work."""
        other = self.get(doc_id)
        return other is not None and work_of(other) == work_of(edition)

    def has_later(self, doc_id: str, among: Collection[str]) -> bool:
        """Whether an edition that superseded this one, directly or through others, is among some."""
        return not reached(self._later, doc_id).isdisjoint(among)

    def in_force(self, day: str) -> EditionsInForce:
        """The editions in force on a day; its notices concern only editions that the index describes.

        :raises ConfigError: ``day`` is not a day.
        """
        found = as_of(self._by_id.values(), day)
        here = self._store.described | {d.doc_id for d in self._store.documents}
        undated = [e.ref for e in found.undated if e.doc_id in here]
        refs = {e.ref for e in found.editions if e.doc_id in here}
        notes = [n for n in found.notes if n.get("ref") in refs]
        if undated:
            notes.append(notice("no date", refs="; ".join(undated), date=found.date))
        return replace(found, notes=tuple(notes))

    # --- units across editions

    def successor_of_unit(self, doc_id: str, key: str) -> tuple[tuple[str, ...], SuccessionBasis | None]:
        """The units that replaced a unit of a superseded edition, as references that lead there, and the evidence for
        it.

        The units are of the newest edition that has them and whose units are known. If the units are not known, the
        result is the edition alone, with ``None``; if nothing superseded the edition, it has no reference.
        """
        edition = self.get(doc_id)
        if edition is None or not edition.superseded_by:
            return (), None
        if (found := self.followers(doc_id, key)) is not None:
            newer, keys, how = found
            return tuple(self.reference_for(newer, each) for each in keys), how
        successor = self.successor(edition)
        return (successor.ref if successor else edition.superseded_by,), None

    def _followers(self, doc_id: str, key: str) -> Followers | None:
        """The newest later edition that has the units which replaced a unit, their keys there, and the evidence;
        ``None`` if there is none."""
        edition = self.get(doc_id)
        later = reached(self._later, doc_id) if key else frozenset()
        if edition is None or not later:
            return None
        for newer in reversed([e for e in self._chains.chain(edition) if e.doc_id in later]):
            new = self._family(newer.doc_id, key)
            found = follower(key, self._register().of_document(newer.doc_id), [u.key for u in new])
            same = found is not None and found.how is SuccessionBasis.SAME_NUMBER
            if same and new and (old := self._family(doc_id, key)):
                found = follower_in_texts(key, old, new)
            if found is not None:
                return newer, found.keys if found.how is SuccessionBasis.MOVED else found.keys[:1], found.how
        return None

    def _family(self, doc_id: str, key: str) -> list[UnitText]:
        """The units of a loaded document with the same outermost number as a key, with their own words."""
        return self._families(doc_id).get(key.partition(".")[0], [])

    def _read_families(self, doc_id: str) -> dict[str, list[UnitText]]:
        """The units of a document by the outermost number of their key; empty if the document is not loaded."""
        families: dict[str, list[UnitText]] = {}
        text = self._store.text(doc_id) if self._store.document(doc_id) is not None else ""
        for u in self._store.units(doc_id) if text else ():
            key = unit_key(u.unit_id)
            unit = UnitText(key, u.path, u.title, text[u.own.start : u.own.end])
            families.setdefault(key.partition(".")[0], []).append(unit)
        return families

    def reference_for(self, edition: Edition, key: str) -> str:
        """A unit as a person writes it, with its edition first."""
        unit_id = f"{edition.urn}:{key}"
        units, entry = self._store.unit(unit_id), self._register().get(unit_id)
        path = units[0].path if units else entry.path if entry else ""
        return write(UnitName(unit_id, edition.doc_id, edition.doc_id, key, path), edition)
