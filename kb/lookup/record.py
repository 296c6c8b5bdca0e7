"""Makes the full record of a unit that is looked up: its text, neighbours, other editions, amendments, citation line.

The command line prints these records and the app shows them. Each function takes one library, so that a unit and its
neighbours come from the same index.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kb.catalog.editions import moved_keys
from kb.citing.cite import quoted_span
from kb.index.layout import unit_key
from kb.library.amendments import amendments_of_unit
from kb.library.counterparts import Counterpart, counterparts
from kb.lookup.lookup import LookUp, UnitView, look_up
from kb.messages import cite_as, words
from kb.records import dataclass
from kb.references.units import UnitName
from kb.references.writing import write
from kb.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.types import Citation, Edition, RegisterEntry, Unit


@dataclass(frozen=True, slots=True)
class RelatedUnit:
    """A neighbour, parent or part of a unit. ``text`` is empty unless context was asked for."""

    unit_id: str
    path: str
    title: str
    title_ko: str = ""
    text: str = ""
    text_ko: str = ""


@dataclass(frozen=True, slots=True)
class UnitInEdition:
    """The unit in another edition of its work that corresponds to a unit; the message ``relation …`` words
    ``relation``.
    """

    doc_id: str
    ref: str
    status: str
    issued: str
    relation: str
    unit_id: str
    path: str
    title: str
    title_ko: str
    text: str
    text_ko: str
    is_register: bool


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit with its place, its text, its neighbours, and its counterparts in other editions and publications.

    ``text`` is the official text if it is loaded, otherwise the register's summary; ``gist_en`` and ``gist_ko`` are the
    register's summaries in either case. ``cite_as`` is the citation in one line, ready to copy. ``other_editions`` are
    the ids of the work's other editions that have a unit of this number.
    """

    unit_id: str
    doc_id: str
    kind: str
    number: str
    path: str
    written: str
    title: str
    title_ko: str
    edition: str
    status: str
    issued: str
    is_register: bool
    verified: bool
    verified_against: str
    text: str
    gist_en: str
    gist_ko: str
    page_label: str | None
    page_index: int
    page_end: int
    url: str
    cite_as: str
    parents: tuple[RelatedUnit, ...]
    children: tuple[RelatedUnit, ...]
    before: RelatedUnit | None
    after: RelatedUnit | None
    editions: tuple[UnitInEdition, ...]
    amendments: tuple[str, ...]
    citation: Citation
    other_editions: tuple[str, ...]
    counterparts: tuple[Counterpart, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"counterparts": [each.as_dict() for each in self.counterparts]}


@dataclass(frozen=True, slots=True)
class LookUpRecords:
    """The result for one reference, with a record of each unit found."""

    found: LookUp
    records: tuple[UnitRecord, ...]


def look_up_records(
    library: Library,
    references: Sequence[str],
    day: str | None = None,
    edition: str | None = None,
    context: bool = False,
) -> tuple[tuple[LookUpRecords, ...], ...]:
    """For each string the results of its references, with records of the units (:func:`unit_record`).

    :raises ConfigError: ``day`` is not a date, or the user's own crosswalk file is invalid.
    """
    return tuple(
        tuple(
            LookUpRecords(found, tuple(unit_record(library, seen, context) for seen in found.units))
            for found in look_up(library, text, day, edition)
        )
        for text in references
    )


def unit_record(library: Library, seen: UnitView, context: bool = False) -> UnitRecord:
    """The record of a unit; with ``context`` it has the texts of the units before and after it as well.

    :raises ConfigError: the user's own crosswalk file is invalid.
    """
    unit, citation = seen.unit, seen.citation
    entry = library.register.get(unit.unit_id)
    before, after = neighbours(library, unit)
    return UnitRecord(
        unit_id=unit.unit_id,
        doc_id=unit.doc_id,
        kind=unit.kind,
        number=unit.number,
        path=unit.path,
        written=_written(unit, seen.edition),
        title=seen.title,
        title_ko=entry.title_ko if entry else "",
        edition=seen.edition.ref,
        status=seen.edition.status.value,
        issued=seen.edition.issued,
        is_register=seen.is_register,
        verified=citation.verified,
        verified_against=entry.verified_against if entry and seen.is_register else "",
        text=seen.text,
        gist_en=entry.gist_en if entry else "",
        gist_ko=entry.gist_ko if entry else "",
        page_label=citation.page_label,
        page_index=citation.page_index,
        page_end=citation.page_end,
        url=citation.url,
        cite_as=cite_as(citation),
        parents=tuple(_related_unit(library, each) for each in seen.parents),
        children=tuple(_related_unit(library, each) for each in seen.children),
        before=_related_unit(library, before, context) if before else None,
        after=_related_unit(library, after, context) if after else None,
        editions=side_by_side(library, seen),
        amendments=tuple(
            words(each, "en") for each in amendments_of_unit(library, seen.edition.doc_id, unit_key(unit.unit_id))
        ),
        citation=citation,
        other_editions=seen.other_editions,
        counterparts=counterparts(library, unit.unit_id),
    )


def neighbours(library: Library, unit: Unit) -> tuple[Unit | None, Unit | None]:
    """The previous and the next unit with the same parent and kind; ``None`` at either end."""
    store = library.store
    if unit.parent_id:
        row = store.children(unit.parent_id, unit.doc_id)
    else:
        row = tuple(u for u in store.units(unit.doc_id) if u.parent_id is None)
    same = [u for u in row if u.kind == unit.kind and u.of_document == unit.of_document]
    at = next((n for n, each in enumerate(same) if each.unit_id == unit.unit_id), None)
    if at is None:
        return None, None
    if unit.number.isdigit() and (at == 0 or at + 1 == len(same)):
        return _neighbours_by_number(
            library, unit, same[at - 1] if at else None, same[at + 1] if at + 1 < len(same) else None
        )
    return (same[at - 1] if at else None), (same[at + 1] if at + 1 < len(same) else None)


def _neighbours_by_number(
    library: Library, unit: Unit, before: Unit | None, after: Unit | None
) -> tuple[Unit | None, Unit | None]:
    """The neighbours of a unit whose numbering continues across headings, as paragraphs of a recommendation do."""
    stem, _, number = unit.unit_id.rpartition(":")
    if not number.isdigit():
        return before, after

    def numbered(n: int) -> Unit | None:
        found = library.store.unit(f"{stem}:{n}")
        return next((u for u in found if u.doc_id == unit.doc_id), None)

    return before or numbered(int(number) - 1), after or numbered(int(number) + 1)


def side_by_side(library: Library, seen: UnitView) -> tuple[UnitInEdition, ...]:
    """The corresponding units in other editions of the work, newest edition first.

    The register's table of moved provisions decides; where it has no row, the unit with the same number is taken.
    """
    key = unit_key(seen.unit.unit_id)
    chain = library.editions.of_work(seen.edition)
    order = [edition.doc_id for edition in chain]
    mine = order.index(seen.edition.doc_id) if seen.edition.doc_id in order else len(order)
    out: list[UnitInEdition] = []
    for at, other in enumerate(chain):
        if at == mine or other.rendition_of is not None:
            continue
        later = at < mine  # newest first
        moved = moved_keys(library.register.of_document(other.doc_id if later else seen.edition.doc_id))
        if later:
            gone = [now for now in moved.get(key, ()) if not now.startswith(f"{key}.")]
            taken = bool(gone)
        else:
            gone = [former for former, now in moved.items() if key in now]
            taken = any(not now.startswith(f"{key}.") for now in moved.get(key, ())) and key not in gone
        out += [_in_edition(library, other, each, "moved away" if later else "moved here") for each in gone]
        if key not in gone:
            out.append(_in_edition(library, other, key, "other content" if taken else "same number"))
    return tuple(row for row in out if row.unit_id)


def _in_edition(library: Library, edition: Edition, key: str, relation: str) -> UnitInEdition:
    unit_id = f"{edition.urn}:{key}"
    units = library.store.unit(unit_id)
    entry = library.register.get(unit_id)
    if not units:
        return UnitInEdition(edition.doc_id, edition.ref, "", "", relation, "", "", "", "", "", "", False)
    unit = units[0]
    register = unit.doc_id != unit.of_document
    return UnitInEdition(
        edition.doc_id,
        edition.ref,
        edition.status.value,
        edition.issued,
        relation,
        unit_id,
        unit.path,
        unit.title or (entry.title if entry else ""),
        entry.title_ko if entry else "",
        _unit_words(library, unit, entry),
        entry.gist_ko if entry else "",
        register,
    )


def _related_unit(library: Library, unit: Unit, words: bool = False) -> RelatedUnit:
    entry = library.register.get(unit.unit_id)
    title = unit.title or (entry.title if entry else "")
    text = _unit_words(library, unit, entry) if words else ""
    korean = entry.gist_ko if entry and words else ""
    return RelatedUnit(unit.unit_id, unit.path, title, entry.title_ko if entry else "", text, korean)


def _unit_words(library: Library, unit: Unit, entry: RegisterEntry | None) -> str:
    """A unit's official text, or the register's English summary if that text is not loaded."""
    if unit.doc_id != unit.of_document and entry is not None:
        return entry.gist_en
    span = quoted_span(library, unit)
    return clean(library.store.text(unit.doc_id)[span.start : span.end])[0]


def _written(unit: Unit, edition: Edition) -> str:
    name = UnitName(unit.unit_id, unit.doc_id, unit.of_document, unit_key(unit.unit_id), unit.path, unit.title)
    return write(name, edition)
