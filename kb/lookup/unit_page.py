"""Gathers what a screen shows of a unit: the tree of its document, neighbours, other editions, amendments,
counterparts.

Only the SQLite file of the index is read.
"""

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
"""Number of units of one parent that a tree shows; the further ones are only counted."""


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """A unit's label in a row: its number as a notice, its title in both languages ("" if it has none)."""

    unit_id: str
    place: Notice
    title: str
    title_ko: str


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit's name among units of other editions: the name of its edition, and its label there."""

    unit_id: str
    ref: str
    label: UnitLabel


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A row of a document's tree. ``rows`` are the parts of an open row; ``has_parts`` says so for closed rows too."""

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
    """A unit with everything that its page shows; all of it comes from one index.

    ``written`` is a reference that resolves to the unit. ``whole`` is the id of the unit for the whole document, or "".
    ``counterparts`` are the unit's own or, if it has none, those of ``counterparts_of``, the nearest unit around it
    that has any. ``names`` has the units of other editions and publications by id, ``edition_refs`` the name of every
    known edition by its id. The gists are the register's summaries, "" if it has no entry for the unit.
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
    """The results for the references of a string, as a screen shows them; all of it comes from one index.

    ``page`` is set if exactly one unit was found. ``missing`` helps with numbers that do not exist. ``names`` has the
    units that were found, offered as choices, or near, by id; ``edition_refs`` as in :class:`UnitPage`.
    """

    found: tuple[LookUp, ...]
    page: UnitPage | None
    missing: Missing
    names: Mapping[str, NamedUnit]
    edition_refs: Mapping[str, str]


def look_up_page(library: Library, reference: str) -> LookedUp:
    """Looks up the references of a string, with everything that a screen shows of the result.

    :raises ConfigError: the user's own crosswalk file is invalid.
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
    """The page of a unit, or ``None`` if there is no such unit.

    :raises ConfigError: the user's own crosswalk file is invalid.
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
    """A unit's counterparts; if it has none, those of the nearest unit around it that has some, with that unit."""
    if own := counterparts(library, seen.unit.unit_id):
        return own, None
    for around in reversed(seen.parents):
        if found := counterparts(library, around.unit_id):
            return found, around
    return (), None


def unit_label(library: Library, unit: Unit) -> UnitLabel:
    """The label of a unit in a row."""
    entry = library.register.get(unit.unit_id)
    title = unit.title or (entry.title if entry else "")
    place = notice("place", locator=unit.path, kind=unit.kind)
    return UnitLabel(unit.unit_id, place, "" if title == unit.path else title, entry.title_ko if entry else "")


def unit_name_of(library: Library, unit_id: str) -> NamedUnit | None:
    """A unit's name among units of other editions, or ``None`` if there is no such unit."""
    units = library.store.unit(unit_id)
    if not units:
        return None
    edition = library.editions.get(units[0].of_document)
    return NamedUnit(unit_id, edition.ref if edition else units[0].of_document, unit_label(library, units[0]))


def named_units(library: Library, unit_ids: Iterable[str]) -> dict[str, NamedUnit]:
    """The names of units by id; ids that are not in the index are left out."""
    return {each: named for each in dict.fromkeys(unit_ids) if (named := unit_name_of(library, each)) is not None}


@dataclass(frozen=True, slots=True)
class UnitWords:
    """A unit with its text, to be shown beside other units.

    ``text`` is the register's summary if ``is_register``, else the official text; the gists are the register's.
    """

    named: NamedUnit
    text: str
    is_register: bool
    language: str
    gist_en: str
    gist_ko: str


def units_in_words(library: Library, unit_ids: Iterable[str]) -> dict[str, UnitWords]:
    """Units with their texts by id; ids that are not in the index are left out."""
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
    """The parts of a unit as rows of a tree; for an edition's ``…:whole`` unit these are its outermost units."""
    units = library.store.unit(unit_id)
    if not units:
        return Outline(())
    unit = units[0]
    return _tree_of(library, unit.doc_id, unit.of_document, unit_id, frozenset())


def outline_of(library: Library, edition: Edition) -> Outline:
    """The outermost units of an edition, from its official text if it is loaded, else from the register."""
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
        rows.setdefault(None, []).extend(rows.pop(above))  # their parent is not in the index

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
    """The units to show: all of them or, if there are very many, only those around an open one."""
    if len(units) <= MOST_TREE_ROWS:
        return units
    at = next((n for n, unit in enumerate(units) if unit.unit_id in open_ids), 0)
    first = max(0, min(at - MOST_TREE_ROWS // 2, len(units) - MOST_TREE_ROWS))
    return units[first : first + MOST_TREE_ROWS]
