"""Answers questions about the day from which something applies, from the table of dates; register entries are cited."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kb.catalog.dates import EVERYTHING
from kb.citing.cite import cite_unit
from kb.citing.highlight import with_rects
from kb.index.layout import unit_key
from kb.library.amendments import entries_now
from kb.library.dates import applies_from, group_of
from kb.library.dates import day as day_value
from kb.query.date_questions import asks_for_the_day, asks_from_when, asks_of_text_as_published, asks_of_today
from kb.types import Answer, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.catalog.dates import Application
    from kb.library.library import Library
    from kb.query.query import Query
    from kb.types import Citation, Notice, Passage


def answer_on_dates(library: Library, query: Query, blank: Answer) -> Answer | None:
    """The answer to a question from which day something applies; ``None`` for any other question, and if the table has
    no row for it.

    For a question about a text as it was first published, that text itself is quoted, and the table only adds the days
    that were moved since (:func:`days_moved_since`).
    """
    today = asks_of_today(query.worded)
    if not (today or asks_from_when(query.worded)) or asks_of_text_as_published(query.worded):
        return None
    if today and any(entries_now(library, unit.unit_id) for found in query.numbered for unit in found.units):
        return None  # for a unit that was deleted, its status is given with what replaced it
    rows = _rows(library, query, today)
    citations: list[Citation] = []
    for entry in dict.fromkeys(row.entry for row in rows):
        for unit in library.store.unit(entry)[:1]:
            cited = cite_unit(library, len(citations) + 1, unit, query.lang)
            if library.rows.allows(query.filter, cited):
                citations.append(with_rects(library, cited))
    if not citations:
        return None
    day = query.filter.as_of or date.today().isoformat()
    notices = _on_the_day(rows, day) if today else []
    notices += [applies_from(library, row) for row in rows if row.before or not today]
    return blank.citing(citations, notices)


def dates_of_quoted(library: Library, query: Query, quoted: Sequence[Citation | Passage]) -> list[Notice]:
    """The days from which the provisions that an answer quotes first apply, for a question that asks this besides
    something else: "Must we mark such content, and from when?"."""
    if not asks_for_the_day(query.worded):
        return []
    units = [unit for c in quoted[:QUOTES_DATED] if c.unit_id for unit in library.store.unit(c.unit_id)[:1]]
    out: dict[Application, None] = {}
    for unit in units:
        mine = [row for row in library.dates if row.edition == unit.of_document]
        covering = [row for row in mine if row.covers(unit_key(unit.unit_id))]
        out |= dict.fromkeys(covering or [row for row in mine if EVERYTHING in row.units])
    return [applies_from(library, row) for row in out]


QUOTES_DATED = 2
"""The number of quotes, from the first, whose day of application is given."""


def days_moved_since(library: Library, query: Query) -> list[Notice]:
    """The days that were moved since, for a question from which day something applies by a text as first published."""
    if not (asks_from_when(query.worded) and asks_of_text_as_published(query.worded)):
        return []
    return [applies_from(library, row) for row in _rows(library, query, today=False) if row.before]


def _rows(library: Library, query: Query, today: bool) -> list[Application]:
    """The rows that a question asks for, by day: those of the units it numbers, else those that its words fit, else all
    rows of the publications it names. None for a question about an edition without rows, such as a draft: its own text
    says from which day it applies."""
    named = {doc_id for scope in query.scopes for doc_id in scope.doc_ids}
    dates = library.dates
    if any(
        scope.edition_given and not any(_family(library, r) & scope.doc_ids for r in dates) for scope in query.scopes
    ):
        return []
    if named:
        of = [row for row in dates if _family(library, row) & named]
    elif query.foreign or query.laws or query.unknown_publications:
        return []
    else:
        of = [row for row in dates if row.alone]
    keys = {
        (unit.of_document, unit.unit_id)
        for found in query.numbered
        for unit in (*found.units, *found.choices)
        if any(row.edition == unit.of_document for row in of)
    }
    numbered = [row for row in of for doc, unit_id in keys if row.edition == doc and row.covers(unit_key(unit_id))]
    asked = [row for row in of if row.is_asked_for(query.worded)]
    found = [row for row in of if row in numbered or row in asked]
    if keys and not numbered:
        general = {doc for doc, _ in keys}
        found = [row for row in of if row in asked or (EVERYTHING in row.units and row.edition in general)]
    return found or (of if named else [])


def _family(library: Library, row: Application) -> set[str]:
    """The ids under which the row's edition is asked for: itself, what amended it or is amended by it, and its
    consolidated texts."""
    own = {row.edition, row.by} if row.by else {row.edition}
    own |= {each.by for each in library.amendments.of_edition(row.edition)}
    own |= {each.edition for each in library.amendments.all if each.by == row.edition}
    return own | {e.doc_id for e in library.editions.all if e.consolidation_of == row.edition}


def _on_the_day(rows: Sequence[Application], day: str) -> list[Notice]:
    """The provisions that apply on the day of the question or of its filter, and those that do not yet."""
    out = []
    for key, members in (
        ("applies already", [row for row in rows if row.day <= day]),
        ("applies later", [row for row in rows if row.day > day]),
    ):
        if members:
            items = tuple(notice("group with day", group=group_of(row), day=day_value(row.day)) for row in members)
            out.append(notice(key, day=day_value(day), listed=notice("semicolons", items=items)))
    return out
