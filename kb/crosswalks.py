"""The crosswalk as a person has it: the installed edges and their own, in ``crosswalk.toml`` of the home folder.

What is installed is never changed here. Look-up asks :mod:`kb.library.counterparts` instead, which needs no register.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from kb.catalog.catalog import Catalog, load_home_catalog
from kb.catalog.crosswalk import (
    Crosswalk,
    UnitCoverage,
    cell,
    family_names,
    family_of,
    from_csv,
    load_corpus,
    put,
)
from kb.catalog.edges import EDGE_COLUMNS, LABEL, MACHINE, NOTICE, Edge, Relation, Review
from kb.catalog.own_crosswalk import OWN, own_edges, own_text
from kb.catalog.register import load_corpus as load_register
from kb.catalog.toml_tables import write_own
from kb.errors import AmbiguousReference, ConfigError, ReferenceNotFound
from kb.export.workbook import Sheet, workbook
from kb.messages import words
from kb.query.query import read_query
from kb.references.parsing import parse
from kb.references.resolving import ResolutionOutcome, resolve
from kb.references.units import UnitName
from kb.references.writing import write
from kb.retrieval.search import search, with_citation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kb.catalog.register import Register
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.types import Edition, Notice, RegisterEntry

HEADER = """# Your own crosswalk edges: proposed, reviewed or imported by you. They take the place of installed
# edges of the same pair. `kb crosswalk` reads and writes this file; you may edit it too: docs/crosswalk.md.
"""
MOST_SEARCHED = 60
"""Passages looked through for the proposals of one unit."""


@dataclass(frozen=True, slots=True)
class EdgeSuggestion:
    """A pair that retrieval finds near each other, and how near; nobody has looked at it."""

    edge: Edge
    score: float
    parts: tuple[tuple[str, float], ...]


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
        return load_register(self.catalog)

    @property
    def crosswalk(self) -> Crosswalk:
        """All edges: the installed ones, and the person's own in their place or behind them.

        :raises ConfigError: a file is at fault; names file and line.
        """
        return self._installed.merged(own_edges(self.home, self.register, self.catalog))

    @cached_property
    def _installed(self) -> Crosswalk:
        return load_corpus(self.register, self.catalog)

    # --- names

    def edition_of(self, unit_id: str) -> Edition:
        """The edition of a unit of the register."""
        return self.catalog.get(self._entry(unit_id).of_document)

    def name(self, unit_id: str) -> str:
        """A unit's locator in words, as one writes it to look it up."""
        entry = self._entry(unit_id)
        edition = self.catalog.get(entry.of_document)
        return write(self._unit_name(entry), edition)

    def _entry(self, unit_id: str) -> RegisterEntry:
        entry = self.register.get(unit_id)
        if entry is None:
            raise ReferenceNotFound(f"{unit_id!r} is not in the register; `kb lookup` takes references in words")
        return entry

    def _unit_name(self, entry: RegisterEntry) -> UnitName:
        doc_id = self.register.register_of(entry.of_document) or entry.of_document
        return UnitName(self.register.unit_id(entry), doc_id, entry.of_document, entry.key, entry.path, entry.title)

    # the directory that kb.references.resolving resolves against: the register alone, so that no index is needed

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        """Units of the register with this key, letter case aside."""
        return [self._unit_name(entry) for entry in self.register.entries if entry.key.casefold() == key.casefold()]

    def documents(self) -> Sequence[Edition]:
        """Every edition of the catalog."""
        return self.catalog.editions

    def holds(self, doc_id: str) -> bool:
        """Whether the register describes units of this edition."""
        return any(entry.key != "whole" for entry in self.register.of_document(doc_id))

    def unit(self, reference: str) -> str:
        """The one unit that a reference or unit id names.

        :raises ReferenceNotFound: it names none of the register, or several references.
        :raises AmbiguousReference: it leaves a choice.
        """
        if reference.startswith("urn:"):
            self._entry(reference)
            return reference
        parsed = parse(reference, self.catalog)
        if len(parsed) != 1:
            raise ReferenceNotFound(f"{reference!r} is not one reference; try e.g. “OECD 1.3” or “UNESCO para 37”")
        found = resolve(parsed[0], self)
        if found.outcome is ResolutionOutcome.CHOICE:
            names = "; ".join(f"{self.name(unit.unit_id)} ({unit.unit_id})" for unit in found.choices)
            raise AmbiguousReference(f"{reference!r}: which one? {names}", tuple(u.unit_id for u in found.choices))
        if not found.units:
            near = tuple(unit.unit_id for unit in found.near)
            raise ReferenceNotFound(f"{reference!r}: {words(found.notice, 'en')}", near)
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
            raise ConfigError("a review is signed: give the reviewer's name with --by")
        if not note:
            raise ConfigError("a review has a reason: give it with --note")
        edge = self.crosswalk.find(edge_id)
        if edge is None:
            raise ReferenceNotFound(f"{edge_id!r} is no edge of the crosswalk; `kb crosswalk list` shows their ids")
        made = edge.author == MACHINE
        if made and relation is not None and not against.strip():
            raise ConfigError("nothing was compared yet: say with --against what you compared, texts or gists")
        judged = replace(
            edge,
            relation=relation or Relation.RELATED,
            status=Review.REVIEWED if relation is not None else Review.REJECTED,
            reviewer=by,
            reviewed_on=day,
            note=note,
            verified_against=" ".join(against.split()) or edge.verified_against,
            # what retrieval gave as its reason says nothing of the pair; the reviewer's does, in one language
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

    def suggest(
        self, library: Library, models: Models, unit_ids: Sequence[str], k: int, day: str
    ) -> tuple[list[EdgeSuggestion], list[Notice]]:
        """For each unit the ``k`` nearest units of other publications without an edge to it, and notices.

        Always proposed and only ``related``: what retrieval finds is nearness of words and meaning, no relation.
        """
        judged = {edge.pair for edge in self.crosswalk.edges}
        out: list[EdgeSuggestion] = []
        told: dict[Notice, None] = {}
        for unit_id in unit_ids:
            entry = self._entry(unit_id)
            found = search(library, models, read_query(library, f"{entry.title}. {entry.gist_en}"), MOST_SEARCHED)
            told.update(dict.fromkeys(found.notices))
            seen = {unit_id}
            for hit in found.hits:
                cited = with_citation(library, 1, hit).citation
                other = self._described(library, cited.unit_id)
                if other is None or other in seen or frozenset((unit_id, other)) in judged:
                    continue
                if family_of(other) == family_of(unit_id):
                    continue
                seen.add(other)
                judged.add(frozenset((unit_id, other)))
                edge = _proposal(unit_id, other, hit.score, library.index_id, day)
                out.append(EdgeSuggestion(edge, hit.score, hit.parts))
                if len(seen) > k:
                    break
        return out, list(told)

    def _described(self, library: Library, unit_id: str | None) -> str | None:
        """The innermost unit around this one that the register has an entry for and no later edition superseded."""
        while unit_id:
            entry = self.register.get(unit_id)
            if entry is not None:
                return None if self.catalog.get(entry.of_document).superseded_by else unit_id
            units = library.store.unit(unit_id)
            unit_id = units[0].parent_id if units else None
        return None

    def sheets(self, version: str) -> bytes:
        """The workbook: what it is, all edges, coverage."""
        crosswalk = self.crosswalk
        head = ("edge", "from", "relation", "to", "status", "standing", *EDGE_COLUMNS[4:], "source", "target")
        rows = []
        for edge in crosswalk.edges:
            named = self.name(edge.source), edge.relation.value, self.name(edge.target)
            values = (edge.edge_id, *named, edge.status.value, LABEL, *edge.row()[4:], edge.source, edge.target)
            rows.append([cell(value) for value in values])
        names = list(family_names())
        covered = [
            [cell(value) for value in (group.name, self.name(unit.unit_id), *(counted(unit, name) for name in names))]
            for group in crosswalk.report()
            for unit in group.units
        ]
        reviewed = sum(edge.status is Review.REVIEWED for edge in crosswalk.edges)
        about = [
            ["Standing", NOTICE],
            ["Edges", f"{len(crosswalk.edges)}, of them reviewed: {reviewed}"],
            ["Relations", "read from left to right, as in NIST IR 8477; 'related' is ours and weaker than all of them"],
            ["Coverage", "a number counts counterparts of the unit itself, (+n) those of its parts; empty: none here"],
            ["Made by", f"standards-kb {version}"],
        ]
        return workbook(
            [
                Sheet("About", ("what", "words"), about, (14, 100)),
                Sheet("Crosswalk", head, rows, (15, 34, 12, 34, 11, 18, 16, 12, 30, 50, 50)),
                Sheet("Coverage", ("group", "unit", *names), covered, (32, 44, *(12 for _ in names))),
            ],
            "Crosswalk of AI ethics and governance provisions",
            NOTICE,
        )


def counted(unit: UnitCoverage, family: str) -> str:
    """How many counterparts a unit has in a family, its own and "+n" of its parts; empty for none."""
    own, within = unit.own.get(family, 0), unit.within.get(family, 0)
    return " ".join(part for part in (str(own) if own else "", f"(+{within})" if within else "") if part)


def _proposal(source: str, target: str, score: float, index_id: str, day: str) -> Edge:
    return Edge(
        source,
        Relation.RELATED,
        target,
        f"Found near each other by retrieval (score {score:.3f}).",
        f"검색에서 서로 가깝게 나타났습니다(점수 {score:.3f}).",
        Review.PROPOSED,
        MACHINE,
        day,
        f"nothing yet; index {index_id}",
    )
