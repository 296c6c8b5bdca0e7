"""Makes notices about amendments of a unit in a library."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from kb.catalog.amendments import Effect, upward
from kb.library.dates import day
from kb.messages import LANGUAGES, amended, notices_in_words, words
from kb.messages.places import place_of
from kb.references.schemes import in_words
from kb.types import Bilingual, Notice, Status, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kb.catalog.amendments import UnitAmendment
    from kb.library.library import Library
    from kb.references.parsing import Reference
    from kb.types import Citation

MOST_PARTS = 12
"""Changed parts of a unit that one sentence names."""


def amendments_of_unit(library: Library, doc_id: str, key: str) -> tuple[Notice, ...]:
    """Notices of the changes of a unit and of its parts by amendments; "unchanged" only if there are no others."""
    found = library.amendments.of_unit(doc_id, key)
    parts = library.amendments.parts_of(doc_id, key)
    notices = [amended_unit(library, each) for each in found if each.effect is not Effect.UNCHANGED]
    if parts:
        notices.append(_amended_parts(library, doc_id, key, parts))
    return tuple(notices or (amended_unit(library, each) for each in found))


def amended_unit(library: Library, change: UnitAmendment) -> Notice:
    """ "Regulation (EU) 2024/1689, Article 10(5): deleted from 27 July 2026 by …; see Article 4a." """
    edition = library.editions.get(change.edition)
    place = _unit_place(library, change.edition, change.key)
    what = _what_changed(library, change)
    return notice("amended unit", ref=edition.ref if edition else change.edition, place=place, what=what)


def _what_changed(library: Library, change: UnitAmendment) -> Notice:
    """The same without the unit's own place: "deleted from 27 July 2026 by …; see Article 4a"."""
    parts = [_effect(library, change.effect, change.day, change.by)]
    if change.now:
        parts.append(notice("amended see", now=_places(library, change.edition, change.now)))
    if change.before:
        parts.append(notice("amended before", before=_places(library, change.edition, change.before)))
    if change.en:
        parts.append(notice("amended what", what=Bilingual(change.en, change.ko or change.en)))
    if not change.verified:
        parts.append(notice("amended unverified"))
    return notice("joined", items=tuple(parts))


def _effect(library: Library, effect: Effect, date: str, by: str) -> Notice:
    act = library.editions.get(by)
    return notice(f"effect {effect.value}", day=day(date), by=act.ref if act else by)


def _amended_parts(library: Library, doc_id: str, key: str, parts: Iterable[UnitAmendment]) -> Notice:
    """The changed parts of a unit, those of one day, effect and act together."""
    edition = library.editions.get(doc_id)
    rows = sorted(parts, key=lambda each: (each.day, list(Effect).index(each.effect), each.by))
    groups: list[Notice] = []
    for (date, effect, by), members in groupby(rows, key=lambda each: (each.day, each.effect, each.by)):
        names = [_place_and_successors(library, each) for each in members]
        more = notice("amended more parts", n=len(names) - MOST_PARTS) if len(names) > MOST_PARTS else ""
        places = notice("commas", items=tuple(names[:MOST_PARTS]))
        groups.append(
            notice("amended group", what=_effect(library, effect, date, by), places=places, more=more),
        )
    what = notice("amended parts", parts=notice("semicolons", items=tuple(groups)))
    if not all(each.verified for each in rows):
        what = notice("joined", items=(what, notice("amended unverified")))
    place = _unit_place(library, doc_id, key)
    return notice("amended unit", ref=edition.ref if edition else doc_id, place=place, what=what)


def _place_and_successors(library: Library, change: UnitAmendment) -> Notice:
    """A changed unit's place, with the places of the units that replace it."""
    place = _unit_place(library, change.edition, change.key)
    if not change.now:
        return place
    return notice("amended part", place=place, now=_places(library, change.edition, change.now))


def _places(library: Library, doc_id: str, keys: Iterable[str]) -> tuple[Notice, ...]:
    return tuple(_unit_place(library, doc_id, key) for key in keys)


def _unit_place(library: Library, doc_id: str, key: str) -> Notice:
    """A unit's place; an added unit, such as "3.14a", has the kind of the unit that it was inserted after."""
    edition = library.editions.get(doc_id)
    place = (in_words(key, "", edition.scheme) if edition else "") or place_of(key)
    if edition is None:
        return notice("place", locator=place, kind="")
    before = key[:-1] if key[-2:-1].isdigit() else key
    units = library.store.unit(f"{edition.urn}:{key}") or library.store.unit(f"{edition.urn}:{before}")
    return notice("place", locator=place, kind=units[0].kind if units else "")


def citation_amendment(library: Library, doc_id: str, key: str) -> str:
    """The amendment field of a unit's citation: sentences in English, "" where the edition is not amended."""
    edition = library.editions.get(doc_id)
    if edition is None or edition.status is not Status.AMENDED:
        return ""
    return notices_in_words(amendments_of_unit(library, doc_id, key) or (amended(edition),), "en")


def amendment_notices(library: Library, citations: Iterable[Citation]) -> list[Notice]:
    """Notices for citations: once for each amended edition, then for each cited unit that an amendment changed."""
    editions: dict[Notice, None] = {}
    units: dict[Notice, None] = {}
    for citation in citations:
        if citation.status != Status.AMENDED.value or not citation.unit_id:
            continue
        edition, key = library.editions.of_unit(citation.unit_id)
        if edition is None:
            continue
        editions[amended(edition)] = None
        if _is_changed(library, edition.doc_id, key):
            units.update(dict.fromkeys(amendments_of_unit(library, edition.doc_id, key)))
    return [*editions, *units]


def _is_changed(library: Library, doc_id: str, key: str) -> bool:
    """Whether an amendment changed a unit or a part of it."""
    found = library.amendments.of_unit(doc_id, key)
    return any(each.effect is not Effect.UNCHANGED for each in found) or bool(library.amendments.parts_of(doc_id, key))


def changes_since(library: Library, citations: Iterable[Citation]) -> list[Notice]:
    """For a question about editions: where the cited units of superseded editions moved, by the table of amendments."""
    out: dict[Notice, None] = {}
    for citation in citations:
        edition, key = library.editions.of_unit(citation.unit_id or "")
        if edition is None or edition.status is not Status.SUPERSEDED:
            continue
        if _is_changed(library, edition.doc_id, key):
            out |= dict.fromkeys(amendments_of_unit(library, edition.doc_id, key))
    return list(out)


def entries_now(library: Library, unit_id: str) -> list[str]:
    """For a unit that an amendment deleted: the register's entries about the units that replaced it."""
    edition, key = library.editions.of_unit(unit_id)
    out: list[str] = []
    for change in library.amendments.of_unit(edition.doc_id, key) if edition else ():
        for now in change.now if change.effect is Effect.DELETED else ():
            out += [entry for _, entry in added_units(library, [change.edition], now) if entry]
    return list(dict.fromkeys(out))


def with_added_units(
    library: Library, references: Sequence[Reference], text: str, read: Callable[[str], Sequence[Reference]]
) -> tuple[Reference, ...]:
    """The references of a text, including those to units that an amendment added: "Article 5(1)(ba)", "제5조 제1a항".

    The parser reads only a part of such a number, and takes the rest for the beginning of the next reference. Therefore
    the text behind such a number is parsed again by ``read``, with the rest blanked out.
    """
    out: list[Reference] = []
    waiting = list(references)
    while waiting:
        each = waiting.pop(0)
        led = _with_added_unit(library, each, text)
        out.append(led)
        if led is not each:
            read_to, taken = each.span[1], led.span[1]
            text = text[:read_to] + " " * (taken - read_to) + text[taken:]
            waiting = [further for further in read(text) if further.span[0] >= taken]
    return tuple(out)


def _with_added_unit(library: Library, reference: Reference, text: str) -> Reference:
    start, stop = reference.span
    found = [
        (unit, match.end())
        for amendment in library.amendments.all
        if amendment.edition in reference.doc_ids
        for unit in amendment.units
        if unit.effect is Effect.NEW and unit.key not in reference.keys and {*upward(unit.key)} & _near(reference)
        for place in (_unit_place(library, unit.edition, unit.key),)
        for lang in LANGUAGES
        if (match := _as_written(words(place, lang)).search(text, start))
        if match.start() < stop
    ]
    if not found:
        return reference
    longest, end = max(found, key=lambda each: len(each[0].key))
    span = (start, end)
    return replace(
        reference,
        keys=(longest.key,),
        keys_otherwise=(),
        beside="",
        number=place_of(longest.key),
        written=text[start:end],
        span=span,
    )


def _near(reference: Reference) -> set[str]:
    return {each for key in reference.keys for each in upward(key)}


def _as_written(place: str) -> re.Pattern[str]:
    """A place as it may be written: letter case, blanks and commas aside, with or without the word "Article"."""
    signs = re.sub(r"^Article\b|[\s.,·]", "", place)
    spaced = r"[\s.,·]*".join(map(re.escape, signs))
    return re.compile(rf"(?i)(?<![\w(]){spaced}(?![a-z0-9])")


def added_units(library: Library, doc_ids: Iterable[str], key: str) -> list[tuple[Notice, str]]:
    """For a unit that no loaded text has: the notice that an amendment added it, and the register's entry about it (""
    if there is none)."""
    out: list[tuple[Notice, str]] = []
    for change in library.amendments.added(tuple(doc_ids), key):
        act = library.editions.get(change.by)
        entry = f"{act.urn}:{change.entry}" if act and change.entry else ""
        here = bool(entry and library.store.unit(entry))
        out.append((amended_unit(library, change), entry if here else ""))
    return out
