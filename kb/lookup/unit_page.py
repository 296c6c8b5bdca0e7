"""All that a screen shows of one unit: its place in the tree of its document, its neighbours, other editions,
amendments, counterparts. It reads SQLite alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.index.layout import unit_key
from kb.library.amendments import amendments_of_unit
from kb.library.counterparts import Counterpart, counterparts
from kb.library.dates import unit_dates
from kb.lookup.lookup import LookUp, UnitView, look_up, view
from kb.lookup.missing import Missing, missing
from kb.lookup.record import UnitInEdition, neighbours, side_by_side
from kb.references.units import UnitName
from kb.references.writing import write
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.library.library import Library
    from kb.types import Edition, Unit

MOST_TREE_ROWS = 400
"""Units of one parent that a tree shows; what is beyond is counted."""


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """A unit as a row names it: its place as a notice, its title in both languages ("" where it has none)."""

    unit_id: str
    place: Notice
    title: str
    title_ko: str


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit as it is named beside others: the name of its edition, and how a row of that edition names it."""

    unit_id: str
    ref: str
    label: UnitLabel


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A row of a document's tree. ``rows`` are the parts of an open one; ``has_parts`` is true of a closed one too."""

    label: UnitLabel
    has_parts: bool
    rows: tuple[OutlineRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The units of one parent in order, and how many more there are."""

    rows: tuple[OutlineRow, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit with all that stands around it; everything is of one index.

    ``written`` leads back to the unit when it is looked up. ``whole`` is the unit of the whole document, "" where there
    is none. ``counterparts`` are the unit's own or, where it has none, those of ``counterparts_of``, the nearest unit
    around it that has any. ``names`` has the units of other editions and publications by id, ``edition_refs`` the name
    of every known edition by its id. The gists are the register's, "" where it says nothing of the unit.
    """

    view: UnitView
    written: str
    label: UnitLabel
    parents: tuple[UnitLabel, ...]
    parts: tuple[UnitLabel, ...]
    before: UnitLabel | None
    after: UnitLabel | None
    whole: str
    outline: Outline
    editions: tuple[UnitInEdition, ...]
    amendments: tuple[Notice, ...]
    dates: tuple[Notice, ...]
    counterparts: tuple[Counterpart, ...]
    counterparts_of: UnitLabel | None
    names: Mapping[str, NamedUnit]
    edition_refs: Mapping[str, str]
    gist_en: str
    gist_ko: str


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What the references of a string lead to, as a screen shows it, all of one index.

    ``page`` is the unit where the string leads to one alone. ``missing`` tells what stands beside numbers that are not
    there. ``names`` has the units that are found, offered and near, by id; ``edition_refs`` as in :class:`UnitPage`.
    """

    found: tuple[LookUp, ...]
    page: UnitPage | None
    missing: Missing
    names: Mapping[str, NamedUnit]
    edition_refs: Mapping[str, str]


def look_up_page(library: Library, reference: str) -> LookedUp:
    """What the references of a string lead to, with all that a screen shows of it.

    :raises ConfigError: the person's own crosswalk file is at fault.
    """
    found = look_up(library, reference)
    alone = found[0].units[0] if len(found) == 1 and found[0].units else None
    absent = Missing() if found and all(each.units or each.choices for each in found) else missing(library, reference)
    ids = [seen.unit.unit_id for each in found for seen in each.units]
    ids += [unit_id for each in found for unit_id, _ in (*each.choices, *each.near)]
    return LookedUp(
        found,
        unit_page(library, alone.unit.unit_id) if alone else None,
        absent,
        named_units(library, [*ids, *(unit_id for unit_id, _ in absent.elsewhere)]),
        edition_refs(library),
    )


def edition_refs(library: Library) -> dict[str, str]:
    """The name of every known edition by its id."""
    return {each.doc_id: each.ref for each in library.editions.all}


def unit_page(library: Library, unit_id: str) -> UnitPage | None:
    """A unit with all that a screen shows of it, or ``None`` where there is no such unit.

    :raises ConfigError: the person's own crosswalk file is at fault.
    """
    seen = view(library, unit_id)
    if seen is None:
        return None
    unit, edition, key = seen.unit, seen.edition, unit_key(unit_id)
    entry = library.register.get(unit_id)
    before, after = neighbours(library, unit)
    whole = f"{edition.urn}:whole"
    name = UnitName(unit_id, unit.doc_id, unit.of_document, key, unit.path, unit.title)
    editions = side_by_side(library, seen)
    found, around = _nearest_counterparts(library, seen)
    return UnitPage(
        view=seen,
        written=write(name, edition),
        label=unit_label(library, unit),
        parents=tuple(unit_label(library, each) for each in seen.parents),
        parts=tuple(unit_label(library, each) for each in seen.children),
        before=unit_label(library, before) if before else None,
        after=unit_label(library, after) if after else None,
        whole=whole if key != "whole" and library.store.unit(whole) else "",
        outline=outline_to(library, unit, seen.parents),
        editions=editions,
        amendments=amendments_of_unit(library, edition.doc_id, key),
        dates=unit_dates(library, edition.doc_id, key),
        counterparts=found,
        counterparts_of=unit_label(library, around) if around else None,
        names=named_units(library, [*(each.edge.target for each in found), *(each.unit_id for each in editions)]),
        edition_refs=edition_refs(library),
        gist_en=entry.gist_en if entry else "",
        gist_ko=entry.gist_ko if entry else "",
    )


def _nearest_counterparts(library: Library, seen: UnitView) -> tuple[tuple[Counterpart, ...], Unit | None]:
    """A unit's own counterparts, else those of the nearest unit around it that has any, with that unit."""
    if own := counterparts(library, seen.unit.unit_id):
        return own, None
    for around in reversed(seen.parents):
        if found := counterparts(library, around.unit_id):
            return found, around
    return (), None


def unit_label(library: Library, unit: Unit) -> UnitLabel:
    """How a row names a unit."""
    entry = library.register.get(unit.unit_id)
    title = unit.title or (entry.title if entry else "")
    place = notice("place", locator=unit.path, kind=unit.kind)
    return UnitLabel(unit.unit_id, place, "" if title == unit.path else title, entry.title_ko if entry else "")


def unit_name_of(library: Library, unit_id: str) -> NamedUnit | None:
    """How a unit is named beside units of other editions, or ``None`` where there is no such unit."""
    units = library.store.unit(unit_id)
    if not units:
        return None
    edition = library.editions.get(units[0].of_document)
    return NamedUnit(unit_id, edition.ref if edition else units[0].of_document, unit_label(library, units[0]))


def named_units(library: Library, unit_ids: Iterable[str]) -> dict[str, NamedUnit]:
    """The names of those of some units that are here, by id."""
    return {each: named for each in dict.fromkeys(unit_ids) if (named := unit_name_of(library, each)) is not None}


@dataclass(frozen=True, slots=True)
class UnitWords:
    """A unit with its words, for a place beside other units. ``text`` is from the official text where ``is_register``
    is false, else the register's; the gists are the register's in either case."""

    named: NamedUnit
    text: str
    is_register: bool
    language: str
    gist_en: str
    gist_ko: str


def units_in_words(library: Library, unit_ids: Iterable[str]) -> dict[str, UnitWords]:
    """Those of some units that are here, by id, each with its words."""
    out: dict[str, UnitWords] = {}
    for unit_id, named in named_units(library, unit_ids).items():
        seen, entry = view(library, unit_id), library.register.get(unit_id)
        if seen is not None:
            gists = (entry.gist_en, entry.gist_ko) if entry else ("", "")
            out[unit_id] = UnitWords(named, seen.text, seen.is_register, seen.citation.language, *gists)
    return out


# --- the tree of a document


def outline_to(library: Library, unit: Unit, parents: Sequence[Unit]) -> Outline:
    """The tree of a unit's document, open on the way to the unit and at the unit itself."""
    open_ids = {each.unit_id for each in (*parents, unit)}
    return _tree_of(library, unit.doc_id, unit.of_document, None, open_ids)


def outline_below(library: Library, unit_id: str) -> Outline:
    """The parts of a unit as rows of a tree; of the outermost units of a document with its edition's ``…:whole``."""
    units = library.store.unit(unit_id)
    if not units:
        return Outline(())
    unit = units[0]
    return _tree_of(library, unit.doc_id, unit.of_document, unit_id, frozenset())


def outline_of(library: Library, edition: Edition) -> Outline:
    """The outermost units of an edition, of its own text or the register's."""
    doc_id = edition.doc_id
    if library.store.document(doc_id) is None:
        registers = [d.doc_id for d in library.store.documents if doc_id in d.edition.register_of]
        if not registers:
            return Outline(())
        return _tree_of(library, registers[0], doc_id, None, frozenset())
    return _tree_of(library, doc_id, doc_id, None, frozenset())


def _tree_of(
    library: Library, doc_id: str, of_document: str, parent: str | None, open_ids: frozenset[str] | set[str]
) -> Outline:
    rows: dict[str | None, list[Unit]] = {}
    for unit in library.store.units(doc_id):
        if unit.of_document == of_document:
            rows.setdefault(unit.parent_id, []).append(unit)
    known = {unit.unit_id for units in rows.values() for unit in units}
    for above in [each for each in rows if each is not None and each not in known]:
        rows.setdefault(None, []).extend(rows.pop(above))  # what its document says it is part of is not here

    def below(above: str | None) -> Outline:
        units = rows.get(above, [])
        shown = [
            OutlineRow(
                unit_label(library, unit),
                unit.unit_id in rows,
                below(unit.unit_id).rows if unit.unit_id in open_ids and unit.unit_id in rows else (),
            )
            for unit in _rows_around(units, open_ids)
        ]
        return Outline(tuple(shown), len(units) - len(shown))

    return below(parent)


def _rows_around(units: Sequence[Unit], open_ids: frozenset[str] | set[str]) -> Sequence[Unit]:
    """The units themselves or, of very many, those around an open one."""
    if len(units) <= MOST_TREE_ROWS:
        return units
    at = next((n for n, unit in enumerate(units) if unit.unit_id in open_ids), 0)
    first = max(0, min(at - MOST_TREE_ROWS // 2, len(units) - MOST_TREE_ROWS))
    return units[first : first + MOST_TREE_ROWS]
