"""Typed edges between provisions of different publications, read from ``corpus/crosswalk.toml``.

**Ours, not official.** No issuer has published or endorsed any of them. The form of the file, how an edge is judged and
how to correct one are in ``docs/crosswalk.md``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import field
from typing import TYPE_CHECKING, cast

from kb.catalog.catalog import Catalog, corpus_dir, installed_publications, text_of_corpus
from kb.catalog.edges import (
    EDGE_COLUMNS,
    LABEL,
    NOTICE,
    OPTIONAL,
    REQUIRED,
    Edge,
    Path,
    Relation,
    Review,
    strongest_first,
)
from kb.catalog.faults import at_line, at_place, faults_error, nearest
from kb.catalog.toml_tables import Shape, TomlTables, is_day
from kb.errors import ConfigError
from kb.records import dataclass
from kb.text.lazy_patterns import lazy
from kb.text.safe_cells import guarded_cell, unguarded_cell
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kb.catalog.register import Register

__all__ = ["EDGE_COLUMNS", "LABEL", "NOTICE", "Edge", "Path", "Relation", "Review"]

_EDGE_DEFAULTS = Shape({}, dict.fromkeys(("author", "date", "verified_against"), str))
"""The keys above the first edge of a file, which all its edges share."""
_EDGE = Shape(dict.fromkeys(REQUIRED, str), dict.fromkeys(OPTIONAL, str))
_CONTROL = lazy(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def family_of(unit_id: str) -> str:
    """The name of the family of publications that a unit belongs to, or its publisher's part of the id."""
    return installed_publications().family_of(unit_id)


def family_names() -> tuple[str, ...]:
    """The families that reports count counterparts in, in their order."""
    return tuple(family.name for family in installed_publications().families)


@dataclass(frozen=True, slots=True)
class UnitCoverage:
    """How many counterparts one unit has in each family of publications; families without any are left out.

    ``own`` counts edges of the unit itself, ``within`` those of its parts.
    """

    unit_id: str
    own: Mapping[str, int]
    within: Mapping[str, int]

    @property
    def is_gap(self) -> bool:
        """Whether neither the unit nor a part of it has a counterpart anywhere."""
        return not self.own and not self.within


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """One group of the report, its units in the register's order."""

    name: str
    units: tuple[UnitCoverage, ...]


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """All edges in the order of the file, over the units of a register."""

    edges: tuple[Edge, ...]
    _register: Register = field(repr=False, compare=False)
    _from: Mapping[str, tuple[Edge, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        outgoing: dict[str, list[Edge]] = {}
        for edge in self.edges:
            if edge.status is Review.REJECTED:
                continue
            outgoing.setdefault(edge.source, []).append(edge)
            outgoing.setdefault(edge.target, []).append(edge.inverted())
        object.__setattr__(
            self, "_from", {unit_id: tuple(sorted(found, key=strongest_first)) for unit_id, found in outgoing.items()}
        )

    def counterparts(self, unit_id: str) -> tuple[Edge, ...]:
        """Every edge of this unit but the rejected, turned so that the unit is its source; empty if there is none.

        Strongest relation first, then reviewed before proposed, then by target.
        """
        return self._from.get(unit_id, ())

    def find(self, edge_id: str) -> Edge | None:
        """The edge with this id, as written, or ``None``."""
        return next((edge for edge in self.edges if edge.edge_id == edge_id), None)

    def derived(self, unit_id: str, most_links: int = 2) -> tuple[Path, ...]:
        """The best chain of two to ``most_links`` edges to each unit of another publication without an edge of its own.

        The strongest chain comes first, then the shortest, then by unit ids. None of them is reviewed.
        """
        found: dict[str, Path] = {}
        direct = {edge.target for edge in self.counterparts(unit_id)}
        here = family_of(unit_id)

        def walk(chain: tuple[Edge, ...], seen: frozenset[str], at: str) -> None:
            for edge in self.counterparts(at):
                if edge.target in seen:
                    continue
                longer = Path((*chain, edge))
                if longer.derived and edge.target not in direct and family_of(edge.target) != here:
                    best = found.get(edge.target)
                    if best is None or _of_path(longer) < _of_path(best):
                        found[edge.target] = longer
                if len(longer.edges) < most_links:
                    walk(longer.edges, seen | {edge.target}, edge.target)

        walk((), frozenset({unit_id}), unit_id)
        return tuple(sorted(found.values(), key=_of_path))

    def merged(self, own: Iterable[Edge]) -> Crosswalk:
        """These edges and ``own``, which take the place of edges of the same pair; new ones come last."""
        mine = {edge.pair: edge for edge in own}
        kept = tuple(mine.pop(edge.pair, edge) for edge in self.edges)
        return Crosswalk((*kept, *mine.values()), self._register)

    def report(self) -> tuple[GroupCoverage, ...]:
        """For every unit of the report's groups in the register: where it has counterparts, and where none."""
        out: list[GroupCoverage] = []
        for group in installed_publications().groups:
            units: list[UnitCoverage] = []
            for entry in (each for doc_id in group.editions for each in self._register.of_document(doc_id)):
                if entry.kind in group.kinds:
                    unit_id = self._register.unit_id(entry)
                    own = self._count([unit_id], family_of(unit_id))
                    parts = () if entry.kind == "whole" else self._parts(unit_id)
                    units.append(UnitCoverage(unit_id, own, self._count(parts, family_of(unit_id))))
            out.append(GroupCoverage(group.name, tuple(units)))
        return tuple(out)

    def _parts(self, unit_id: str) -> tuple[str, ...]:
        """Unit ids of everything beneath a unit."""
        below = [self._register.unit_id(entry) for entry in self._register.children(unit_id)]
        return tuple(each for child in below for each in (child, *self._parts(child)))

    def _count(self, unit_ids: Iterable[str], but: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for unit_id in unit_ids:
            for edge in self.counterparts(unit_id):
                there = family_of(edge.target)
                if there != but:
                    counts[there] = counts.get(there, 0) + 1
        return counts

    def to_csv(self) -> str:
        """CSV (RFC 4180, CRLF) with a header; :func:`from_csv` reads it back, and writing that gives the same bytes.

        A cell that a spreadsheet would take for a formula, or that begins with an apostrophe, gets an apostrophe in
        front, which spreadsheets hide and :func:`from_csv` takes away.
        """
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(EDGE_COLUMNS)
        for edge in self.edges:
            writer.writerow([guarded_cell(value) for value in edge.row()])
        return out.getvalue()


def to_toml(edge: Edge) -> str:
    """The ``[[edge]]`` table of an edge, complete in itself; :func:`load_edges` reads it back."""
    pairs = zip(EDGE_COLUMNS, edge.row(), strict=True)
    # JSON's escapes are a part of TOML's; control characters, where they differ, are in no edge
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in pairs if value or key in REQUIRED]
    return "\n".join(["[[edge]]", *lines]) + "\n"


def put(text: str, edge: Edge, name: str) -> str:
    """A crosswalk file with one edge put in: in the place of its pair's, else at the end. The rest stays as it is.

    :raises ConfigError: the file is no crosswalk; see :func:`load_edges`.
    """
    source = TomlTables(text, name, "edge")
    data = source.parse()
    tables = source.tables(data) if "edge" in data else []
    lines = text.splitlines(keepends=True)
    for n, table in enumerate(tables):
        if {table.get("source"), table.get("target")} == edge.pair:
            start = source.line(n) - 1
            stop = source.line(n + 1) - 1 if n + 1 < len(tables) else len(lines)
            while stop > start and not re.match(r"\s*[\w\"']+\s*=", lines[stop - 1]):
                stop -= 1  # comments and blank lines before the next edge are the next edge's
            return "".join([*lines[:start], to_toml(edge), *lines[stop:]])
    before = text if not text or text.endswith("\n") else f"{text}\n"
    return f"{before}{'' if not before else chr(10)}{to_toml(edge)}"


def load_crosswalk(text: str, register: Register, catalog: Catalog, name: str = "corpus/crosswalk.toml") -> Crosswalk:
    """The crosswalk that ``text`` (TOML) describes.

    :raises ConfigError: not TOML; an unknown, missing, empty or ill-typed key; a value outside its closed set; a unit
        the register does not have; an edge to itself or within one publication; a pair judged twice; ``reviewed``
        where a side has no gist and no reviewer is named. Each line of the message is one fault with its file and
        line, the first twenty.
    """
    return Crosswalk(load_edges(text, register, catalog, name), register)


def load_edges(text: str, register: Register | None, catalog: Catalog | None, name: str) -> tuple[Edge, ...]:
    """The edges that ``text`` (TOML) describes; without a register and catalog their units are taken on trust.

    :raises ConfigError: see :func:`load_crosswalk`.
    """
    source = TomlTables(text, name, "edge")
    data = source.parse()
    tables = source.tables(data)
    defaults = {key: value for key, value in data.items() if key != "edge"}
    if faults := [at_place(source.place(-1, key), what) for key, what in _EDGE_DEFAULTS.faults(defaults)]:
        raise faults_error(faults)

    def at(n: int) -> Callable[[str], Notice]:
        return lambda key: source.place(-1 if key in defaults and key not in tables[n] else n, key)

    rows = [({**defaults, **table}, at(n)) for n, table in enumerate(tables)]
    return _edges(rows, register, catalog, [])


def from_csv(text: str, register: Register, catalog: Catalog, name: str = "crosswalk.csv") -> Crosswalk:
    """The crosswalk that :meth:`Crosswalk.to_csv` wrote.

    :raises ConfigError: not CSV, other columns than :data:`EDGE_COLUMNS`, or what :func:`load_crosswalk` refuses.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[tuple[Mapping[str, object], Callable[[str], Notice]]] = []
    faults: list[Notice] = []
    try:
        header = next(reader, [])
        if tuple(header) != EDGE_COLUMNS:
            what = notice("data other columns", columns=", ".join(EDGE_COLUMNS), found=", ".join(header))
            raise ConfigError(at_line(name, 1, what))
        for cells in reader:
            if len(cells) == len(EDGE_COLUMNS):
                values: dict[str, object] = dict(zip(EDGE_COLUMNS, map(unguarded_cell, cells), strict=True))
                values = {key: value for key, value in values.items() if value or key not in OPTIONAL}
                rows.append((values, _place_of_row(name, reader.line_num)))
            else:
                what = notice("data cells", n_cells=len(cells), wanted=len(EDGE_COLUMNS))
                faults.append(at_line(name, reader.line_num, what))
    except csv.Error as error:
        what = notice("data not csv", why=str(error))
        raise ConfigError(at_line(name, reader.line_num, what)) from error
    return Crosswalk(_edges(rows, register, catalog, faults), register)


def installed_crosswalk(register: Register, catalog: Catalog) -> Crosswalk:
    """The crosswalk as installed, from :func:`kb.catalog.catalog.corpus_dir`.

    :raises ConfigError: see :func:`load_crosswalk`; or the file cannot be read.
    """
    return load_crosswalk(text_of_corpus(corpus_dir() / "crosswalk.toml"), register, catalog)


def _of_path(path: Path) -> tuple[int, bool, int, list[str]]:
    """Sorting key: the strongest, then reviewed, then the shortest, then by unit ids."""
    reviewed = path.status is Review.REVIEWED
    return -path.relation.strength, not reviewed, len(path.edges), [edge.target for edge in path.edges]


def _place_of_row(name: str, line: int) -> Callable[[str], Notice]:
    """The function that gives the place of any key of a CSV row."""
    return lambda _key: notice("file line", file=name, line=line)


def _edges(
    rows: Sequence[tuple[Mapping[str, object], Callable[[str], Notice]]],
    register: Register | None,
    catalog: Catalog | None,
    faults: list[Notice],
) -> tuple[Edge, ...]:
    """Edges of the rows, each with a function that says where a key of it is; ``faults`` are those found before."""
    known = catalog.editions if catalog is not None else ()
    works = {each.doc_id: frozenset(e.doc_id for e in catalog.chain(each)) for each in known if catalog is not None}
    editions = {edition.urn: edition.doc_id for edition in known}
    edges: list[Edge] = []
    first: dict[frozenset[str], tuple[Edge, Notice]] = {}
    for table, at in rows:
        found = list(_of_edge(table, at, register, works, editions))
        faults.extend(found)
        if found:
            continue
        values = cast("dict[str, str]", dict(table))
        edge = Edge(
            **{**values, "relation": Relation(values["relation"]), "status": Review(values["status"])}  # type: ignore[arg-type]
        )
        pair = frozenset((edge.source, edge.target))
        if pair in first:
            other, where = first[pair]
            same = edge.relation is (other if other.source == edge.source else other.inverted()).relation
            what = notice("edge twice", source=edge.source, target=edge.target, where=where)
            if not same:
                relation = other.relation.value
                ends = {"source": edge.source, "target": edge.target}
                what = notice("edge contradicts", **ends, relation=relation, where=where)
            faults.append(at_place(at("source"), what))
        else:
            first[pair] = edge, at("source")
            edges.append(edge)
    if faults:
        raise faults_error(faults)
    return tuple(edges)


def _of_edge(
    table: Mapping[str, object],
    at: Callable[[str], Notice],
    register: Register | None,
    works: Mapping[str, frozenset[str]],
    editions: Mapping[str, str],
) -> Iterator[Notice]:
    """Faults of one edge that need no other edge to be seen."""
    found = list(_EDGE.faults(table))
    faulty = {key for key, _ in found}
    for key, what in found:
        yield at_place(at(key), what)
    for key, value in table.items():
        if key not in faulty and isinstance(value, str) and (value != value.strip() or _CONTROL.search(value)):
            faulty.add(key)
            yield at_place(at(key), notice("data control characters", field=key))
    if faulty:
        return
    values = cast("Mapping[str, str]", table)
    for key, allowed in (("relation", Relation), ("status", Review)):
        names = [each.value for each in allowed]
        if values[key] not in names:
            hint, listed = nearest(values[key], names), ", ".join(names)
            yield at_place(at(key), notice("data none of", field=key, value=values[key], allowed=listed, hint=hint))
    for key in ("date", "reviewed_on"):
        if key in values and not is_day(values[key]):
            what = notice("data no day such as", field=key, value=values[key], example="2026-11-23")
            yield at_place(at(key), what)
    signed = "reviewer" in values
    if signed != ("reviewed_on" in values):
        yield at_place(at("reviewer"), notice("edge reviewer and day"))
    if signed and values["status"] == Review.PROPOSED.value:
        yield at_place(at("status"), notice("edge reviewer proposed"))
    if not signed and values["status"] == Review.REJECTED.value:
        yield at_place(at("status"), notice("edge rejected by nobody"))
    if values["source"] == values["target"]:
        yield at_place(at("target"), notice("edge to itself", source=values["source"]))
    if register is None:
        return
    ends = {key: register.get(values[key]) for key in ("source", "target")}
    for key, entry in ends.items():
        if entry is None:
            why = _absence(values[key], register, editions)
            yield at_place(at(key), notice("edge end absent", field=key, unit=values[key], why=why))
    source, target = ends["source"], ends["target"]
    if source is None or target is None:
        return
    if source is not target and target.of_document in works.get(source.of_document, frozenset({source.of_document})):
        what = notice("edge within publication", source=source.of_document, target=target.of_document)
        yield at_place(at("target"), what)
    if values["status"] == Review.REVIEWED.value and not signed:
        for key, entry in (("source", source), ("target", target)):
            if not (entry.gist_en and entry.gist_ko):
                yield at_place(at("status"), notice("edge reviewed without gist", field=key, unit=values[key]))


def _absence(unit_id: str, register: Register, editions: Mapping[str, str]) -> Notice:
    """Why a unit id is not in the register: its edition is unknown, or has no such unit."""
    doc_id = next((doc_id for urn, doc_id in editions.items() if unit_id.startswith(f"{urn}:")), None)
    if doc_id is None:
        return notice("edge end unknown edition")
    known = [register.unit_id(entry) for entry in register.of_document(doc_id)]
    return notice("edge end not in register", doc_id=doc_id, hint=nearest(unit_id, known))
