"""Makes notices about changes of a cited unit between two editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.dates import applications_of
from kb.catalog.edition_diff import differing
from kb.catalog.editions import SuccessionBasis
from kb.index.layout import unit_key
from kb.library.dates import applies_from
from kb.library.unit_changes import UnitChange, asked_units, changes_of
from kb.messages import LANGUAGES, day_words
from kb.text.cleaning import readable
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.library.library import Library
    from kb.query.query import Query
    from kb.types import Citation, Edition

MOST_CHANGES = 3
"""The most changes that one answer mentions."""
MOST_WORDS_COMPARED = 400
"""Words up to which two units are compared word by word."""


def edition_notices(library: Library, query: Query, citations: Iterable[Citation]) -> list[Notice]:
    """Notices of changes between editions for the reader of an answer.

    For a question about editions they cover every unit that is cited or asked for; otherwise only cited units that had
    another number before, and dates in quotes that an act has moved since.
    """
    citations = tuple(citations)
    units = [c.unit_id for c in citations if c.unit_id]
    if query.about_editions:
        units = [*(unit for _, unit in asked_units(library, query.references)), *units]
    found: dict[tuple[str, str], UnitChange] = {}
    for unit_id in dict.fromkeys(units):
        held = library.store.unit(unit_id)
        if held and any(c.isdigit() for c in unit_key(unit_id)):  # a point without a number cannot have moved
            for change in changes_of(library, held[0].of_document, unit_key(unit_id)):
                pair = f"{change.old.urn}:{change.old_key}", f"{change.new.urn}:{change.new_key}"
                moved_here = change.how is SuccessionBasis.MOVED and change.new.doc_id == held[0].of_document
                if query.about_editions or moved_here:
                    found.setdefault(pair, change)
    changes = [notice_of_change(library, change) for change in list(found.values())[:MOST_CHANGES]]
    return [*changes, *_moved_days(library, citations)]


def _moved_days(library: Library, citations: Sequence[Citation]) -> tuple[Notice, ...]:
    """Notices of the day from which the cited units apply, if a quote still has the day that an act has moved since."""
    rows = {
        row.entry: row
        for cited in citations
        if cited.unit_id
        for row in applications_of(library.dates, cited.doc_id, unit_key(cited.unit_id))
        if row.before and any(day_words(lang, row.before) in cited.quote for lang in LANGUAGES)
    }
    return tuple(applies_from(library, row) for row in rows.values())


def notice_of_change(library: Library, change: UnitChange) -> Notice:
    """The notice of a change: both units, whether the number changed, and what differs in title or text."""
    parts = [notice("unit moved" if change.how is SuccessionBasis.MOVED else "unit same number")]
    titles = _title(library, change.old, change.old_key), _title(library, change.new, change.new_key)
    texts = _text(library, change.old, change.old_key), _text(library, change.new, change.new_key)
    if all(titles) and titles[0].casefold() != titles[1].casefold():
        parts.append(notice("title changed", old=titles[0], new=titles[1]))
    if all(texts):
        parts.append(_difference(*texts))
    elif len(parts) == 1:
        parts.append(notice("words not compared", ref=change.new.ref if not texts[1] else change.old.ref))
    old = library.editions.reference_for(change.old, change.old_key)
    new = library.editions.reference_for(change.new, change.new_key)
    return notice("unit changed", old=old, new=new, what=notice("semicolons", items=tuple(parts)))


def _difference(old: str, new: str) -> Notice:
    if max(len(old.split()), len(new.split())) > MOST_WORDS_COMPARED:
        return notice("words same" if old == new else "words differ")
    places = differing(old, new)
    if not places.pairs:
        return notice("words same")
    pairs = tuple(
        f"“{a}” → “{b}”" if a and b else notice("words added" if b else "words gone", words=a or b)
        for a, b in places.pairs
    )
    changed = notice("words changed", pairs=notice("commas", items=pairs))
    return notice("joined", items=(changed, notice("words more", n=places.more))) if places.more else changed


def _title(library: Library, edition: Edition, key: str) -> str:
    unit_id = f"{edition.urn}:{key}"
    entry = library.register.get(unit_id)
    titles: Sequence[str] = [u.title for u in library.store.unit(unit_id) if u.title and u.doc_id == edition.doc_id]
    return readable(titles[0]) if titles else entry.title if entry else ""


def _text(library: Library, edition: Edition, key: str) -> str:
    """A unit's own words where its official text is here; "" where it is not."""
    for unit in library.store.unit(f"{edition.urn}:{key}"):
        if unit.doc_id == edition.doc_id:
            return readable(library.store.text(unit.doc_id)[unit.span.start : unit.span.end])
    return ""
