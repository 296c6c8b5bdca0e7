"""Resolves parsed references to units: exactly one place, or a choice, or nothing with near misses. Nothing is scored.

:mod:`kb.references.parsing` parses the text, and :func:`resolve` asks a :class:`UnitDirectory` which units exist. The
reverse direction, unit → text, is :mod:`kb.references.writing`. Units that have names instead of numbers are found by
:mod:`kb.references.suggestions`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.catalog.works import EditionChains
from kb.records import dataclass
from kb.references.names import ByIdentity, years_of
from kb.references.phrases import CAPTIONED_KINDS
from kb.references.units import UnitDirectory, UnitName, official_first, one_for_each_place
from kb.references.writing import write
from kb.text.numerals import roman_value, to_roman
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kb.references.parsing import Reference
    from kb.types import Edition


MAX_NEAR_MISSES = 5
"""How many near misses are offered."""


class ResolutionOutcome(str, Enum):
    """The possible outcomes of resolving a reference."""

    FOUND = "found"
    CHOICE = "choice"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The result of resolving a reference.

    FOUND: ``units`` is one place, the official text first and then the register's entry; it is empty only for a whole
    document without an entry of its own, which ``edition`` identifies. CHOICE: ``choices`` are different places, the
    likeliest first, and none is selected. NOT_FOUND: ``near`` are near misses, never the answer. ``edition`` is that of
    the unit found; ``others`` are units with the same number in other editions of the work; ``newer`` are the editions
    that supersede ``edition``, loaded or not, newest first. ``notice`` says all this in a sentence.
    """

    reference: Reference
    outcome: ResolutionOutcome
    notice: Notice
    units: tuple[UnitName, ...] = ()
    edition: Edition | None = None
    others: tuple[UnitName, ...] = ()
    newer: tuple[Edition, ...] = ()
    choices: tuple[UnitName, ...] = ()
    near: tuple[UnitName, ...] = ()


def resolve(reference: Reference, directory: UnitDirectory) -> Resolution:
    """Resolves a reference to one place, to a choice, or to nothing with near misses.

    If the reference gives no edition, the current one is taken and the others are listed. If the newest loaded edition
    has no such number, older editions that have it are offered as a choice, and none is selected.
    """
    works = chains_of(ByIdentity(directory.documents()))
    if reference.unknown or reference.not_in_edition is not None:
        return _unknown(reference, directory, works)
    allowed = frozenset(reference.doc_ids)
    places = _places_of(reference.keys, allowed, directory)
    if not places and reference.keys_otherwise:
        places = _places_of(reference.keys_otherwise, allowed, directory)
    if not places and (inside := _numbers_inside(reference, directory)):
        return _choice_inside(reference, inside, works)
    if not places and reference.others and not any(map(directory.holds, reference.doc_ids)):
        # the work of this name is not in the index; other works that the words fit are offered as a choice
        every = (*reference.keys, *reference.keys_otherwise)
        places = _places_of(every, frozenset(reference.others), directory)
        reference = replace(reference, several=True) if places else reference
    for doc, key in list(places):
        # a second rendition of an edition that is loaded itself is not cited beside it
        edition = works.editions.get(doc)
        if edition is not None and edition.rendition_of is not None and (edition.rendition_of, key) in places:
            del places[doc, key]
    whole = reference.keys == ("whole",)
    if not places:
        if whole and (named := _edition_alone(reference, directory, works)):
            return named
        near = _near(reference, directory, works)
        return Resolution(reference, ResolutionOutcome.NOT_FOUND, _not_found(reference, near, works), near=near)
    first: list[list[UnitName]] = []
    older: list[list[UnitName]] = []
    lacking: list[str] = []
    for chain in dict.fromkeys(works.chain(doc) for doc, _ in places):
        held = [doc for doc in chain if any(place[0] == doc for place in places)]
        for place, units in places.items():
            if place[0] in held:
                (first if place[0] == held[0] else older).append(official_first(units))
        if not reference.edition_given and not whole:
            newest = next(d for d in chain if d == held[0] or (directory.holds(d) and (not allowed or d in allowed)))
            lacking += [newest] if newest != held[0] else []
    if len(first) == 1 and not lacking and not reference.several:
        return _found(reference, first[0], [units[0] for units in older], works)
    order = {doc: n for n, doc in enumerate(reference.doc_ids)}
    choices = [units[0] for group in (first, older) for units in group]
    choices.sort(key=lambda unit: order.get(unit.of_document, 0))
    shown = reference.number or reference.written
    several = listed(choices, works)
    if reference.several and len(choices) == 1:
        fitting = [works.ref(doc) for doc in (*reference.doc_ids, *reference.others)][:MAX_NEAR_MISSES]
        reason = notice("name of several", text=reference.written, refs=", ".join(fitting), listed=several)
    elif lacking:
        reason = notice("not of this edition", shown=shown, ref=works.ref(lacking[0]), listed=several)
    else:
        reason = notice("several places", shown=shown, listed=several)
    return Resolution(reference, ResolutionOutcome.CHOICE, reason, choices=tuple(choices))


def _places_of(
    keys: Sequence[str], allowed: frozenset[str], directory: UnitDirectory
) -> dict[tuple[str, str], list[UnitName]]:
    """The units with one of ``keys``, grouped by document and key; only those of ``docs`` if any are given."""
    places: dict[tuple[str, str], list[UnitName]] = {}
    for key in keys:
        for unit in directory.units_by_key(key, allowed):
            if not allowed or unit.of_document in allowed:
                here = places.setdefault((unit.of_document, unit.key), [])
                if unit not in here:  # a directory may ignore letter case and return a unit twice
                    here.append(unit)
    return places


def _of_editions(key: str, editions: Collection[str], directory: UnitDirectory) -> list[UnitName]:
    """The units of some editions with a key."""
    return [u for u in directory.units_by_key(key, editions) if u.of_document in editions] if editions else []


def _numbers_inside(reference: Reference, directory: UnitDirectory) -> list[UnitName]:
    """The units with a reference's number in documents whose parts have numberings of their own: "2.1" of each
    metric."""
    out: list[UnitName] = []
    if any("-" in key.partition(":")[2] for key in reference.keys):  # the part with this numbering is named
        return out
    for doc in reference.doc_ids:
        for key in (*reference.keys, *reference.keys_otherwise):
            out += [unit for unit in directory.units_inside(doc, key) if unit not in out]
    return out


def _choice_inside(reference: Reference, units: Sequence[UnitName], works: EditionChains) -> Resolution:
    """The choice for a number whose part is not named; it is a choice even if only one part has the number."""
    shown = reference.number or reference.written
    reason = notice("several places", shown=shown, listed=listed(units, works))
    return Resolution(reference, ResolutionOutcome.CHOICE, reason, choices=tuple(units))


def in_edition(reference: Reference, wanted: str, documents: Sequence[Edition]) -> Reference:
    """The reference limited to one edition, given by id or year; ``unknown`` is set if there is no such edition."""
    works = chains_of(ByIdentity(documents))
    kin = {doc for named in reference.doc_ids for doc in works.chain(named)}
    docs: tuple[str, ...]
    if wanted in works.editions:
        docs = (wanted,) if not kin or wanted in kin else ()
    else:
        every = [e for e in works.editions.values() if not e.is_register and (not kin or e.doc_id in kin)]
        docs = tuple(e.doc_id for e in every if wanted and wanted in years_of(e)[0] and e.rendition_of is None)
    if not docs:
        return replace(reference, not_in_edition=wanted)
    return replace(reference, doc_ids=docs, edition_given=True)


def _found(
    reference: Reference, units: Sequence[UnitName], others: Sequence[UnitName], works: EditionChains
) -> Resolution:
    edition = works.editions.get(units[0].of_document)
    newer = works.newer(units[0].of_document)
    found = notice(
        "found",
        unit=write(units[0], edition) if edition else units[0].unit_id,
        superseded=notice("found superseded", ref=newer[0].ref) if newer else "",
        also=notice("found also", listed=listed(others, works)) if others else "",
    )
    if edition is not None and (beside := _read_as(reference, edition)):
        found = notice("sentences", items=(found, *beside))
    return Resolution(reference, ResolutionOutcome.FOUND, found, tuple(units), edition, tuple(others), newer)


def _read_as(reference: Reference, edition: Edition) -> tuple[Notice, ...]:
    """Notices about a name that is not the edition's own: a corrected typo, or another body's number for it."""
    out = []
    if reference.read_as:
        out.append(notice("name read as", name=reference.read_as, ref=edition.ref))
    if reference.adopted:
        adopted = reference.adopted
        out.append(notice("adopted number", number=adopted.number, ref=edition.ref, by=adopted.adopted_by))
    return tuple(out)


def _edition_alone(reference: Reference, directory: UnitDirectory, works: EditionChains) -> Resolution | None:
    """The result for a named document without a unit for the whole: only its edition; ``None`` if it is not that."""
    docs = [doc for doc in reference.doc_ids if doc in works.editions]
    docs = [doc for doc in docs if directory.holds(doc)] or docs
    if len({works.chain(doc) for doc in docs}) != 1:
        return None
    doc = next(doc for doc in works.chain(docs[0]) if doc in docs)
    edition = works.editions[doc]
    found = notice("found", unit=edition.ref, superseded="", also="")
    if beside := _read_as(reference, edition):
        found = notice("sentences", items=(found, *beside))
    return Resolution(reference, ResolutionOutcome.FOUND, found, edition=edition, newer=works.newer(doc))


def not_understood(found: Resolution, words: str, directory: UnitDirectory) -> Resolution:
    """The result for a reference with unmatched words: not found; the units that it led to become near misses."""
    works = chains_of(ByIdentity(directory.documents()))
    near = one_for_each_place((*found.units, *found.choices))[:MAX_NEAR_MISSES]
    reason = _with_near(notice("not understood", text=words), near, works)
    return Resolution(replace(found.reference, unknown=words), ResolutionOutcome.NOT_FOUND, reason, near=tuple(near))


def _unknown(reference: Reference, directory: UnitDirectory, works: EditionChains) -> Resolution:
    """The result for a name or year that the catalog does not have: units with the same number are near misses."""
    chains = {doc for named in reference.doc_ids for doc in works.chain(named)}
    near = [unit for key in reference.keys for unit in _of_editions(key, chains, directory)]
    near = one_for_each_place(near)[:MAX_NEAR_MISSES]
    unknown: Notice | str = reference.unknown
    if reference.draft:
        refs = ", ".join(works.ref(doc) for doc in reference.doc_ids)
        reason = _with_near(notice("draft named", text=reference.unknown, refs=refs), near, works)
        return Resolution(reference, ResolutionOutcome.NOT_FOUND, reason, near=tuple(near))
    if not unknown:
        unknown = notice("in an edition", text=reference.written, edition=reference.not_in_edition)
    reason = _with_near(notice("unknown edition", text=unknown), near, works)
    return Resolution(reference, ResolutionOutcome.NOT_FOUND, reason, near=tuple(near))


# --- editions --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def chains_of(same: ByIdentity[Sequence[Edition]]) -> EditionChains:
    """The works of a list of editions, cached for as long as it is the same list."""
    return EditionChains(same.of)


def listed(units: Sequence[UnitName], works: EditionChains) -> Notice | str:
    """The names of at most eight units, and how many more there are."""
    editions = works.editions
    shown = [write(u, editions[u.of_document]) if u.of_document in editions else u.unit_id for u in units[:8]]
    units_shown = "; ".join(shown)
    return notice("more units", units=units_shown, n=len(units) - 8) if len(units) > 8 else units_shown


# --- near misses -----------------------------------------------------------------------------------------------------


def _near(reference: Reference, directory: UnitDirectory, works: EditionChains) -> tuple[UnitName, ...]:
    """At most :data:`MAX_NEAR_MISSES` units near a reference that was not found.

    They are: the same number in another edition of the work, then the units that would contain it, then its neighbours.
    Only the named documents count, or all of them if none is named.
    """
    allowed = frozenset(reference.doc_ids)
    kin = {doc for named in allowed for doc in works.chain(named)}
    found = [u for key in reference.keys for u in _of_editions(key, kin, directory)]
    for near in _near_keys(reference.keys):
        units = [u for u in directory.units_by_key(near, allowed) if not allowed or u.of_document in allowed]
        found += [unit for unit in units if unit not in found]
        if len(found) >= 4 * MAX_NEAR_MISSES:
            break
    return tuple(one_for_each_place(found)[:MAX_NEAR_MISSES])


def _near_keys(keys: Sequence[str]) -> list[str]:
    """Neighbouring keys, nearest first: the parents, then numbers before and after the last part."""
    out: list[str] = []
    for key in keys[:8]:
        kind, _, number = key.partition(":")
        parts = number.split(".")
        out += [f"{kind}:{'.'.join(parts[:n])}" for n in range(len(parts) - 1, 0, -1)]
    for step in (1, 2, 3):
        for key in keys[:8]:
            kind, _, number = key.partition(":")
            head, dot, last = number.rpartition(".")
            for sign in (-1, 1):
                out += [f"{kind}:{head}{dot}{n}" for n in _beside(last, sign * step)]
    for key in keys[:4]:
        kind, _, number = key.partition(":")
        if number.isdigit() and kind in {"principle", "requirement", "recommendation"}:
            out += [f"{kind}:{n}.{number}" for n in (1, 2)]
        if kind == "action" and (action := re.fullmatch(r"(..)-(\d+)\.(\d+)-(\d{3})", number)):
            out += [f"action:{action[1]}-{action[2]}.{action[3]}-{int(action[4]) + n:03}" for n in (-1, 1, -2, 2)]
        if kind == "question" and (question := re.fullmatch(r"E(\d\d)\.(\d\d)", number)):
            out += [f"question:E{question[1]}.{int(question[2]) + n:02}" for n in (-1, 1, -2, 2)]
    return [key for key in dict.fromkeys(out) if key not in keys]


def _beside(last: str, step: int) -> list[str]:
    if last.isdigit():
        return [str(int(last) + step)] if int(last) + step > 0 else []
    if re.fullmatch(r"\d+[a-z]", last):
        return [last[:-1]]
    out: list[str] = []
    if len(last) == 1 and last.isalpha() and last.isascii():
        out += [chr(ord(last) + step)] if chr(ord(last) + step).isalpha() else []
    if (value := roman_value(last)) and value < 40 and value + step > 0:
        beside = to_roman(value + step)
        out.append(beside if last.isupper() else beside.lower())
    return out


def _not_found(reference: Reference, near: Sequence[UnitName], works: EditionChains) -> Notice:
    docs = [works.ref(doc) for doc in reference.doc_ids]
    editions = ", ".join(docs[:4])
    shown = reference.number or reference.written
    where = notice("in these and others" if len(docs) > 4 else "in these", listed=editions) if docs else ""
    captions = all(key.partition(":")[0] in CAPTIONED_KINDS for key in reference.keys)
    reason = notice("no such caption" if captions else "no such number", shown=shown, where=where)
    reason = _with_near(reason, near, works)
    known = works.editions.get(reference.doc_ids[0]) if reference.doc_ids else None
    beside = _read_as(reference, known) if known is not None else ()
    return notice("sentences", items=(reason, *beside)) if beside else reason


def _with_near(reason: Notice, near: Sequence[UnitName], works: EditionChains) -> Notice:
    return notice("joined", items=(reason, notice("with near misses", listed=listed(near, works)))) if near else reason
