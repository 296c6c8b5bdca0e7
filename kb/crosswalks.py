"""The crosswalk of a home folder: the installed edges, and the user's own in ``crosswalk.toml``.

The installed edges are never changed. This module needs the register; look-up uses :mod:`kb.library.counterparts`,
which works without it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from kb.catalog.catalog import Catalog, load_home_catalog
from kb.catalog.crosswalk import (
    Crosswalk,
    UnitCoverage,
    family_of,
    from_csv,
    installed_crosswalk,
    put,
)
from kb.catalog.edges import MACHINE, Edge, Relation, Review
from kb.catalog.own_crosswalk import OWN, own_edges, own_text
from kb.catalog.register_cache import register
from kb.catalog.toml_tables import write_own
from kb.errors import AmbiguousReference, ConfigError, ReferenceNotFound
from kb.records import dataclass
from kb.references.parsing import parse
from kb.references.register_directory import RegisterDirectory
from kb.references.resolving import ResolutionOutcome, resolve
from kb.references.writing import write
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kb.catalog.register import Register
    from kb.types import Edition, RegisterEntry

HEADER = """# Your own crosswalk edges: proposed, reviewed or imported by you. They take the place of installed
# edges of the same pair. `kb crosswalk` reads and writes this file; you may edit it too: docs/crosswalk.md.
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many edges of a file were new, changed, or known already."""

    new: int
    changed: int
    same: int


class Crosswalks:
    """Installed and own edges of one home, with the names of their units."""

    def __init__(self, home: Path) -> None:
        self.home = home

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog, with what this home recorded of editions."""
        return load_home_catalog(self.home)

    @cached_property
    def register(self) -> Register:
        """The register as installed."""
        return register(self.home, self.catalog)

    @cached_property
    def directory(self) -> RegisterDirectory:
        """The directory against which references are resolved: the register alone, so that no index is needed."""
        return RegisterDirectory(self.register, self.catalog)

    @property
    def crosswalk(self) -> Crosswalk:
        """All edges: the installed ones, and the person's own in their place or behind them.

        :raises ConfigError: a file is at fault; names file and line.
        """
        return self._installed.merged(own_edges(self.home, self.register, self.catalog))

    @cached_property
    def _installed(self) -> Crosswalk:
        return installed_crosswalk(self.register, self.catalog)

    # --- names

    def edition_of(self, unit_id: str) -> Edition:
        """The edition of a unit of the register."""
        return self.catalog.get(self.entry(unit_id).of_document)

    def name(self, unit_id: str) -> str:
        """A unit's locator in words, as one writes it to look it up."""
        entry = self.entry(unit_id)
        edition = self.catalog.get(entry.of_document)
        return write(self.directory.unit_name(entry), edition)

    def entry(self, unit_id: str) -> RegisterEntry:
        """The register's entry of a unit.

        :raises ReferenceNotFound: it has none.
        """
        entry = self.register.get(unit_id)
        if entry is None:
            raise ReferenceNotFound(notice("not in register", unit=unit_id))
        return entry

    def unit(self, reference: str) -> str:
        """The one unit that a reference or unit id names.

        :raises ReferenceNotFound: it names none of the register, or several references.
        :raises AmbiguousReference: it leaves a choice.
        """
        if reference.startswith("urn:"):
            self.entry(reference)
            return reference
        parsed = parse(reference, self.catalog)
        if len(parsed) != 1:
            raise ReferenceNotFound(notice("not one reference", reference=reference))
        found = resolve(parsed[0], self.directory)
        if found.outcome is ResolutionOutcome.CHOICE:
            names = "; ".join(f"{self.name(unit.unit_id)} ({unit.unit_id})" for unit in found.choices)
            leaves = notice("reference leaves choice", reference=reference, names=names)
            raise AmbiguousReference(leaves, tuple(u.unit_id for u in found.choices))
        if not found.units:
            near = tuple(unit.unit_id for unit in found.near)
            raise ReferenceNotFound(notice("reference found nothing", reference=reference, why=found.notice), near)
        return found.units[0].unit_id

    def units(self, chosen: str) -> frozenset[str]:
        """The units that a publisher, publication, document id or reference means; a unit with all its parts.

        :raises ReferenceNotFound: it names nothing of the register.
        :raises AmbiguousReference: it leaves a choice.
        """
        word = chosen.strip().casefold()
        ids = [self.register.unit_id(entry) for entry in self.register.entries]
        known = {edition.doc_id: edition for edition in self.catalog.editions}
        found = {
            unit_id
            for unit_id, entry in zip(ids, self.register.entries, strict=True)
            if word in (entry.of_document, known[entry.of_document].publisher.casefold(), family_of(unit_id).casefold())
        }
        if found:
            return frozenset(found)
        unit_id = self.unit(chosen)
        if unit_id.endswith(":whole"):
            return frozenset(each for each in ids if each.startswith(unit_id.removesuffix("whole")))
        return frozenset(self._with_parts(unit_id))

    def _with_parts(self, unit_id: str) -> Iterable[str]:
        yield unit_id
        for entry in self.register.children(unit_id):
            yield from self._with_parts(self.register.unit_id(entry))

    # --- what a person does

    def record(self, edges: Sequence[Edge]) -> Path:
        """Writes edges into the person's own file, in the place of their pair's; returns the file.

        :raises ConfigError: the file would be at fault; it stays as it was.
        """
        path = self.home / OWN
        text = own_text(self.home) or HEADER
        for edge in edges:
            text = put(text, edge, str(path))
        own_edges(self.home, self.register, self.catalog, text)
        return write_own(path, text)

    def review(
        self, edge_id: str, relation: Relation | None, note: str, by: str, day: str, against: str = ""
    ) -> tuple[Edge, Path]:
        """Records a judgement on an edge, and returns it with the file; without a relation the pair is rejected.

        :raises ConfigError: no name or no note is given.
        :raises ReferenceNotFound: there is no such edge.
        """
        by, note = " ".join(by.split()), " ".join(note.split())
        if not by or by == MACHINE:
            raise ConfigError(notice("review unsigned"))
        if not note:
            raise ConfigError(notice("review without reason"))
        edge = self.crosswalk.find(edge_id)
        if edge is None:
            raise ReferenceNotFound(notice("no such edge", edge=edge_id))
        made = edge.author == MACHINE
        if made and relation is not None and not against.strip():
            raise ConfigError(notice("review nothing compared"))
        judged = replace(
            edge,
            relation=relation or Relation.RELATED,
            status=Review.REVIEWED if relation is not None else Review.REJECTED,
            reviewer=by,
            reviewed_on=day,
            note=note,
            verified_against=" ".join(against.split()) or edge.verified_against,
            # the note of a proposal is replaced by the reviewer's, which is in one language
            rationale_en=note if made else edge.rationale_en,
            rationale_ko=note if made else edge.rationale_ko,
        )
        return judged, self.record([judged])

    def take_in(self, text: str, name: str) -> tuple[Imported, Path]:
        """Takes in a CSV file: what differs from the edges known goes into the person's own file.

        :raises ConfigError: the file is at fault; names file and line, and nothing is taken in.
        """
        known = {edge.pair: edge for edge in self.crosswalk.edges}
        read = from_csv(text, self.register, self.catalog, name).edges
        unlike = [edge for edge in read if known.get(edge.pair) != edge]
        n_new = sum(edge.pair not in known for edge in unlike)
        path = self.record(unlike) if unlike else self.home / OWN
        return Imported(n_new, len(unlike) - n_new, len(read) - len(unlike)), path

    def gaps(self) -> tuple[str, ...]:
        """Units of the coverage report without any counterpart."""
        return tuple(unit.unit_id for group in self.crosswalk.report() for unit in group.units if unit.is_gap)


def counterpart_count(unit: UnitCoverage, family: str) -> str:
    """How many counterparts a unit has in a family, its own and "+n" of its parts; empty for none."""
    own, within = unit.own.get(family, 0), unit.within.get(family, 0)
    return " ".join(part for part in (str(own) if own else "", f"(+{within})" if within else "") if part)
