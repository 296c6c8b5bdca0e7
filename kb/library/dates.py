"""Makes notices about the day from which units of a library apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.dates import applications_of
from kb.types import Bilingual, Notice, notice

if TYPE_CHECKING:
    from kb.catalog.dates import Application
    from kb.library.library import Library


def day(date: str) -> Notice:
    """A date as the value of a notice, written as each language writes it."""
    return notice("day", day=date)


def group_of(row: Application) -> Bilingual:
    """The name, in both languages, of the units in a row of the table."""
    return Bilingual(row.en, row.ko)


def applies_from(library: Library, row: Application) -> Notice:
    """A row of the table as a notice: what applies from which day, the earlier day, and the act that moved it."""
    act = library.editions.get(row.by) if row.by else library.editions.get(row.edition)
    values = {
        "what": Bilingual(*(f"{name[:1].upper()}{name[1:]}" for name in (row.en, row.ko))),
        "day": day(row.day),
        "act": act.ref if act else row.by or row.edition,
        "unverified": "" if row.verified else notice("applies unverified"),
    }
    if row.before:
        return notice("applies from, moved", **values, before=day(row.before))
    return notice("applies from", **values)


def moved_dates(library: Library, doc_id: str, key: str) -> tuple[Notice, ...]:
    """Notices of the day from which a unit applies, if an act moved the day: one for each group that the unit belongs
    to."""
    rows = applications_of(library.dates, doc_id, key) if key and key != "whole" else ()
    return tuple(applies_from(library, row) for row in rows if row.before)


def applied_on(library: Library, doc_id: str, key: str, unit: Notice, date: str) -> tuple[Notice, ...]:
    """Notices whether a unit (``unit`` in words) applied on a date: one for each group that the unit belongs to."""
    rows = applications_of(library.dates, doc_id, key) if key and key != "whole" else ()
    return tuple(
        notice(
            "applied on" if row.day <= date else "applied not yet",
            unit=notice("unit of group", unit=unit, group=group_of(row)) if len(rows) > 1 else unit,
            day=day(date),
            since=day(row.day),
        )
        for row in rows
    )


def unit_dates(library: Library, doc_id: str, key: str) -> tuple[Notice, ...]:
    """Notices of the day from which a unit applies: one for each group with a day of its own that the unit
    belongs to."""
    rows = applications_of(library.dates, doc_id, key) if key and key != "whole" else ()
    return tuple(applies_from(library, row) for row in rows)
