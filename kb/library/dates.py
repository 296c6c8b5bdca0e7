"""From which day units of a library apply, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.dates import applications_of
from kb.messages import day_words, message

if TYPE_CHECKING:
    from kb.catalog.dates import Application
    from kb.library.library import Library


def applies_in_words(library: Library, row: Application, lang: str) -> str:
    """A row of the table: what applies, from which day, the day of the earlier text, and the act that moved it."""
    act = library.editions.get(row.by) if row.by else library.editions.get(row.edition)
    what, name = row.ko if lang == "ko" else row.en, act.ref if act else row.by or row.edition
    unverified = "" if row.verified else message(lang, "applies unverified")
    day = day_words(lang, row.day)
    first = what[:1].upper() + what[1:]
    if row.before:
        before = day_words(lang, row.before)
        return message(lang, "applies from, moved", what=first, day=day, before=before, act=name, unverified=unverified)
    return message(lang, "applies from", what=first, day=day, act=name, unverified=unverified)


def moved_dates(library: Library, doc_id: str, key: str, lang: str) -> tuple[str, ...]:
    """From when a unit applies, where an act moved the day: a sentence for each group that it belongs to."""
    rows = applications_of(library.dates, doc_id, key) if key and key != "whole" else ()
    return tuple(applies_in_words(library, row, lang) for row in rows if row.before)


def applied_on(library: Library, doc_id: str, key: str, unit: str, day: str, lang: str) -> tuple[str, ...]:
    """Whether a unit, written ``unit``, applied on a day: a sentence for each group that it belongs to."""
    rows = applications_of(library.dates, doc_id, key) if key and key != "whole" else ()
    out = []
    for row in rows:
        what = f"{unit} ({row.ko if lang == 'ko' else row.en})" if len(rows) > 1 else unit
        said = "applied on" if row.day <= day else "applied not yet"
        out.append(message(lang, said, unit=what, day=day_words(lang, day), since=day_words(lang, row.day)))
    return tuple(out)
