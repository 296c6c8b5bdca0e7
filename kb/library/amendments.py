"""What an amendment means for a unit of a library, in words for the reader."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from kb.catalog.amendments import Effect, upward
from kb.messages import amended, day_words, list_in_words, message
from kb.messages.places import korean_place, place_of
from kb.references.schemes import in_words
from kb.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kb.catalog.amendments import UnitAmendment
    from kb.library.library import Library
    from kb.references.parsing import Reference
    from kb.types import Citation

MOST_PARTS = 12
"""Changed parts of a unit that one sentence names."""


def told_of_unit(library: Library, doc_id: str, key: str, lang: str = "en") -> tuple[str, ...]:
    """What amendments did to a unit and to its parts, a sentence each; "unchanged" only where nothing else is told."""
    found = library.amendments.of_unit(doc_id, key)
    parts = library.amendments.parts_of(doc_id, key)
    own = [each for each in found if each.effect is not Effect.UNCHANGED]
    told = [change_in_words(library, each, lang) for each in own]
    if parts:
        told.append(_parts_in_words(library, doc_id, key, parts, lang))
    return tuple(told or (change_in_words(library, each, lang) for each in found))


def change_in_words(library: Library, change: UnitAmendment, lang: str) -> str:
    """ "Regulation (EU) 2024/1689, Article 10(5): deleted from 27 July 2026 by …; see Article 4a." """
    edition = library.editions.get(change.edition)
    place = _unit_place(library, change.edition, change.key, lang)
    said = what_happened(library, change, lang)
    return message(lang, "amended unit", ref=edition.ref if edition else change.edition, place=place, what=said)


def what_happened(library: Library, change: UnitAmendment, lang: str) -> str:
    """The same without the unit's own place: "deleted from 27 July 2026 by …; see Article 4a"."""
    act = library.editions.get(change.by)
    said = message(
        lang, f"effect {change.effect.value}", day=day_words(lang, change.day), by=act.ref if act else change.by
    )
    if change.now:
        said += message(lang, "amended see", now=_places(library, change.edition, change.now, lang))
    if change.before:
        said += message(lang, "amended before", before=_places(library, change.edition, change.before, lang))
    if what := change.ko if lang == "ko" else change.en:
        said += message(lang, "amended what", what=what)
    return said if change.verified else said + message(lang, "amended unverified")


def _parts_in_words(library: Library, doc_id: str, key: str, parts: Iterable[UnitAmendment], lang: str) -> str:
    edition = library.editions.get(doc_id)
    rows = sorted(parts, key=lambda each: (each.day, list(Effect).index(each.effect), each.by))
    groups: list[str] = []
    for (day, effect, by), members in groupby(rows, key=lambda each: (each.day, each.effect, each.by)):
        act = library.editions.get(by)
        said = message(lang, f"effect {effect.value}", day=day_words(lang, day), by=act.ref if act else by)
        names = [_with_place(library, each, lang) for each in members]
        more = f" … (+{len(names) - MOST_PARTS})" if len(names) > MOST_PARTS else ""
        groups.append(f"{said}: {', '.join(names[:MOST_PARTS])}{more}")
    what = message(lang, "amended parts", parts="; ".join(groups))
    if not all(each.verified for each in rows):
        what += message(lang, "amended unverified")
    place = _unit_place(library, doc_id, key, lang)
    return message(lang, "amended unit", ref=edition.ref if edition else doc_id, place=place, what=what)


def _with_place(library: Library, change: UnitAmendment, lang: str) -> str:
    place = _unit_place(library, change.edition, change.key, lang)
    return f"{place} ({_places(library, change.edition, change.now, lang)})" if change.now else place


def _places(library: Library, doc_id: str, keys: Iterable[str], lang: str) -> str:
    return list_in_words(lang, [_unit_place(library, doc_id, key, lang) for key in keys])


def _unit_place(library: Library, doc_id: str, key: str, lang: str) -> str:
    """A unit's place in a language; what was added, such as "3.14a", is of the kind of what stands before it."""
    edition = library.editions.get(doc_id)
    place = (in_words(key, "", edition.scheme) if edition else "") or place_of(key)
    if lang != "ko" or edition is None:
        return place
    before = key[:-1] if key[-2:-1].isdigit() else key
    units = library.store.unit(f"{edition.urn}:{key}") or library.store.unit(f"{edition.urn}:{before}")
    return korean_place(place, units[0].kind if units else "")


def citation_amendment(library: Library, doc_id: str, key: str) -> str:
    """What a citation of a unit carries: the sentences of an amended edition's unit in English, or ""."""
    edition = library.editions.get(doc_id)
    if edition is None or edition.status is not Status.AMENDED:
        return ""
    return " ".join(told_of_unit(library, doc_id, key)) or amended("en", edition)


def amendment_notices(library: Library, citations: Iterable[Citation], lang: str) -> list[str]:
    """What the reader of citations must know: of each amended edition once that it is, then what happened to the very
    units, changed ones alone."""
    editions: dict[str, None] = {}
    units: dict[str, None] = {}
    for citation in citations:
        if citation.status != Status.AMENDED.value or not citation.unit_id:
            continue
        edition, key = library.editions.of_unit(citation.unit_id)
        if edition is None:
            continue
        editions[amended(lang, edition)] = None
        found = library.amendments.of_unit(edition.doc_id, key)
        if any(each.effect is not Effect.UNCHANGED for each in found) or library.amendments.parts_of(
            edition.doc_id, key
        ):
            units.update(dict.fromkeys(told_of_unit(library, edition.doc_id, key, lang)))
    return [*editions, *units]


def changes_told(library: Library, citations: Iterable[Citation], lang: str) -> list[str]:
    """What the table tells of cited units of superseded editions, for a question about editions: what moved where."""
    out: dict[str, None] = {}
    for citation in citations:
        edition, key = library.editions.of_unit(citation.unit_id or "")
        if edition is None or edition.status is not Status.SUPERSEDED:
            continue
        found = library.amendments.of_unit(edition.doc_id, key)
        told = any(each.effect is not Effect.UNCHANGED for each in found)
        if told or library.amendments.parts_of(edition.doc_id, key):
            out |= dict.fromkeys(told_of_unit(library, edition.doc_id, key, lang))
    return list(out)


def entries_now(library: Library, unit_id: str) -> list[str]:
    """Of a unit that an amendment deleted: the register's entries that tell of what stands in its place."""
    edition, key = library.editions.of_unit(unit_id)
    out: list[str] = []
    for change in library.amendments.of_unit(edition.doc_id, key) if edition else ():
        for now in change.now if change.effect is Effect.DELETED else ():
            out += [entry for _, entry in added_units(library, [change.edition], now, "en") if entry]
    return list(dict.fromkeys(out))


def with_added_units(
    library: Library, references: Sequence[Reference], text: str, read: Callable[[str], Sequence[Reference]]
) -> tuple[Reference, ...]:
    """The references of a text, each led to a unit that an amendment added where its words name one: "Article
    5(1)(ba)", "제5조 제1a항".

    The grammar of references reads such numbers only in part, and takes the rest for the beginning of the next
    reference. What follows such a number is therefore ``read`` again from a text in which the rest is blank.
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
        for lang in ("en", "ko")
        if (match := _as_written(_unit_place(library, unit.edition, unit.key, lang)).search(text, start))
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


def added_units(library: Library, doc_ids: Iterable[str], key: str, lang: str) -> list[tuple[str, str]]:
    """Of a unit that no text here has: what says that an amendment added it, and the entry that tells of it ("" if
    none does)."""
    out: list[tuple[str, str]] = []
    for change in library.amendments.added(tuple(doc_ids), key):
        act = library.editions.get(change.by)
        entry = f"{act.urn}:{change.entry}" if act and change.entry else ""
        here = bool(entry and library.store.unit(entry))
        out.append((change_in_words(library, change, lang), entry if here else ""))
    return out
