"""Looks up units by reference ("OECD 1.3") or by name. The result is exact: units, or a choice, or nothing.

Only the SQLite file of the index is read; no vectors and no model are loaded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citing.cite import cite_unit, register_gists
from kb.index.layout import unit_key
from kb.library.addresses import addresses
from kb.library.amendments import added_units, amendments_of_unit, with_added_units
from kb.library.dates import applied_on, moved_dates
from kb.messages import amended
from kb.records import dataclass
from kb.references.name_words import SMALL_WORDS, name_tokens
from kb.references.parsing import Reference, described_whole, read
from kb.references.resolving import Resolution, ResolutionOutcome, in_edition, not_understood, resolve
from kb.references.suggestions import NameSuggestion, SuggestionKind, complete, named
from kb.types import Notice, Status, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.catalog.editions import EditionsInForce
    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.references.units import UnitDirectory, UnitName
    from kb.types import Citation, Edition, Unit

MAX_REFERENCE = 2_000
"""Characters of a reference that are read."""
MAX_TYPED = 200
"""Characters of the typed text that suggestions are made from."""
MAX_PARENTS = 8
MAX_OUTER = 8
"""Units offered of a document that is named without a number."""
MAX_ADDRESSES = 4
"""Editions that a name may mean for their addresses to be given."""


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as a look-up shows it. ``text`` is the unit's own words from ``source``, official or register."""

    unit: Unit
    edition: Edition
    source: StoredDocument
    is_register: bool
    text: str
    citation: Citation
    parents: tuple[Unit, ...]
    children: tuple[Unit, ...]
    other_editions: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """The result for one reference: units, or choices if it is ambiguous, or near misses if nothing has its number.

    Choices and near misses are pairs of a unit id and the unit's name; neither is ever returned as a found unit.
    """

    written: str
    units: tuple[UnitView, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    notice: Notice | None = None


def look_up(library: Library, reference: str, day: str | None = None, edition: str | None = None) -> tuple[LookUp, ...]:
    """Resolves each reference of a string; one :class:`LookUp` a reference.

    A string without a reference is compared with the names of units: an equal name is found, a similar one is a near
    miss. ``day`` limits the look-up to editions in force on that day, ``edition`` (an id or a year) to one edition.

    :raises ConfigError: ``day`` is not a date.
    """
    text = reference[:MAX_REFERENCE].strip()
    in_force = library.editions.in_force(day) if day else None
    found, pure = _resolutions(library, text, edition, in_force)
    looked = tuple(_with_views(library, each, in_force) for each in found)
    if pure:
        return looked
    return tuple(
        replace(each, notice=notice("only this read", message=each.notice or "", text=each.written))
        if each.units or each.choices
        else each
        for each in looked
    )


def _resolutions(
    library: Library, text: str, edition: str | None, in_force: EditionsInForce | None
) -> tuple[list[_ResolvedOnDay], bool]:
    """The resolutions of the references in a text, and whether the references cover the whole text."""
    units = library.units
    parsed: tuple[Reference, ...]
    if written := units.by_written(text):
        docs, keys = (
            tuple(dict.fromkeys(each)) for each in zip(*((u.of_document, u.key) for u in written), strict=True)
        )
        parsed, pure = (Reference(docs, keys, text, (0, len(text)), edition_given=True, number=text),), True
    else:
        parsed, pure = read(text, library.names, strict=True)
    if not pure and all(each.keys == ("whole",) for each in parsed):
        by_name = named(text, units.names, units, library.names)
        if edition and by_name.outcome is not ResolutionOutcome.NOT_FOUND:
            asked = in_edition(by_name.reference, edition, units.documents())
            return [_on_day(library, lambda here: resolve(asked, here), in_force)], True
        if by_name.outcome is ResolutionOutcome.NOT_FOUND and (described := described_whole(text, library.names)):
            parsed, pure = (described,), True
        elif by_name.outcome is not ResolutionOutcome.NOT_FOUND or by_name.near or not parsed:
            return [_on_day(library, lambda here: named(text, units.names, here, library.names), in_force)], True
    led = with_added_units(library, parsed, text, lambda rest: read(rest, library.names, strict=True)[0])
    parsed, pure = led, pure or led != parsed
    asked_all = [in_edition(each, edition, units.documents()) for each in parsed] if edition else parsed
    return [_resolved(library, each, in_force) for each in asked_all], pure


def suggest(library: Library, text: str, limit: int = 8) -> tuple[NameSuggestion, ...]:
    """Completions for an input field that contains ``text``; a suggestion is never used as an answer.

    The units that a look-up of the text finds, or offers as choices, come first. Each has its ``name``.
    """
    text = text[:MAX_TYPED]
    first: list[UnitName] = []
    if text.strip():
        for each in _resolutions(library, text.strip(), None, None)[0]:
            first += [unit for unit in (*each.found.units[:1], *each.found.choices) if unit not in first]
    out = [NameSuggestion(unit, 1.0, True, SuggestionKind.REFERENCE) for unit in first]
    places = {(unit.of_document, unit.key) for unit in first}
    for suggestion in complete(text, library.units.names, library.names, limit):
        if (suggestion.unit.of_document, suggestion.unit.key) not in places:
            out.append(suggestion)
    return tuple(replace(each, name=library.units.describe(each.unit.unit_id)) for each in out[:limit])


@dataclass(frozen=True, slots=True)
class _ResolvedOnDay:
    """A resolution; ``not_on_day`` is set if only editions that were not in force on the given day have the unit."""

    found: Resolution
    not_on_day: bool = False


def _resolved(library: Library, reference: Reference, in_force: EditionsInForce | None) -> _ResolvedOnDay:
    return _on_day(library, lambda units: _checked(library, resolve(reference, units)), in_force)


def _checked(library: Library, found: Resolution) -> Resolution:
    """The resolution; nothing found if the reference has words beside its number that are not in the found headings."""
    beside = found.reference.beside
    if not beside or found.outcome is ResolutionOutcome.NOT_FOUND:
        return found
    fitting = [unit for unit in (*found.units, *found.choices) if _has_words(library, unit, beside)]
    if fitting and len(fitting) == len(found.units) + len(found.choices):
        return found
    if fitting and found.units:
        return found
    return not_understood(found, beside, library.units)


def _has_words(library: Library, unit: UnitName, words: str) -> bool:
    """Whether all of ``words`` occur in the titles (English or Korean) of a unit and of the units around it, or in the
    name of its edition.
    """
    edition = library.editions.get(unit.of_document)
    texts = [unit.title, unit.path, *unit.aliases]
    texts += [edition.title, edition.ref, edition.publisher, edition.edition, *edition.aliases] if edition else []
    unit_id: str | None = unit.unit_id
    for _ in range(MAX_PARENTS):
        sources = library.store.unit(unit_id) if unit_id else ()
        if not sources:
            break
        entry = library.register.get(sources[0].unit_id)
        texts += [sources[0].title, *((entry.title, entry.title_ko, *entry.aliases) if entry else ())]
        unit_id = sources[0].parent_id
    known = {t for text in texts for t in name_tokens(text or "")}
    return all(t in known or t in SMALL_WORDS for t in name_tokens(words))


def _on_day(
    library: Library, resolve_in: Callable[[UnitDirectory], Resolution], in_force: EditionsInForce | None
) -> _ResolvedOnDay:
    """The resolution limited to editions in force; if only other editions have the unit, ``not_on_day`` is set."""
    units = library.units
    found = resolve_in(units.as_of(in_force.doc_ids) if in_force else units)
    if in_force is not None and found.outcome is ResolutionOutcome.NOT_FOUND:
        now = resolve_in(units)
        if now.outcome is not ResolutionOutcome.NOT_FOUND:
            return _ResolvedOnDay(now, True)
    return _ResolvedOnDay(found)


def _with_views(library: Library, led: _ResolvedOnDay, in_force: EditionsInForce | None) -> LookUp:
    """The :class:`LookUp` of a resolution: its units as views, and the notices about them."""
    found, day = led.found, in_force.date if in_force else None
    written = found.reference.written
    if led.not_on_day:
        near = _unit_choices(library, found.units[:1] or found.choices)
        return LookUp(written, near=near, notice=notice("did not stand", date=day or "", message=found.notice))
    if found.outcome is ResolutionOutcome.CHOICE:
        return LookUp(written, choices=_unit_choices(library, found.choices), notice=found.notice)
    if found.outcome is ResolutionOutcome.NOT_FOUND:
        reference = found.reference

        added = [each for key in reference.keys for each in added_units(library, reference.doc_ids, key)]
        entries = _names_of_units(library, [entry for _, entry in added])
        notices = [notice("amended not here", told=how) for how, _ in added]
        bare = [
            d
            for doc in reference.doc_ids
            if (d := library.store.document(doc)) is not None and not library.units.holds(doc)
        ]
        notices += [notice("no units there", ref=d.edition.ref) for d in bare[:MAX_ADDRESSES]]
        if len(reference.doc_ids) <= MAX_ADDRESSES:
            notices += addresses(library, reference.doc_ids)
        return LookUp(
            written, near=(*entries, *_unit_choices(library, found.near)), notice=_all(found.notice, *notices)
        )
    seen = view(library, found.units[0].unit_id) if found.units else None
    if seen is None:
        asked = [found.edition.doc_id] if found.edition else []
        loaded = library.store.document(asked[0]) if asked else None
        if loaded is not None:
            return _document_alone(library, written, loaded, found)
        unknown = notice("unit not here", message=found.notice)
        return LookUp(written, notice=_all(unknown, *addresses(library, asked)))
    successor, how = library.editions.successor_of_unit(seen.unit.of_document, unit_key(seen.unit.unit_id))
    if how is not None:
        after: Notice | str = notice("place taken", successor=successor, how=notice(f"how {how.value}"))
    else:
        after = notice("place not known") if successor else ""
    key, doc_id, unit = unit_key(seen.unit.unit_id), seen.edition.doc_id, seen.unit
    place = notice("place", locator=unit.path, kind=unit.kind)
    dates = applied_on(library, doc_id, key, place, day) if day else moved_dates(library, doc_id, key)
    found_at = notice("joined", items=(found.notice, after))
    return LookUp(written, (seen,), notice=_all(found_at, *_amended(library, seen), *dates))


def _document_alone(library: Library, written: str, loaded: StoredDocument, found: Resolution) -> LookUp:
    """The result for a document named without a number: a notice that it is loaded, its first units as near misses."""
    outer = [u for u in library.store.units(loaded.doc_id) if u.parent_id is None and u.proven]
    near = tuple((u.unit_id, library.units.describe(u.unit_id)) for u in outer[:MAX_OUTER])
    kind = "document alone" if loaded.n_units else "document without units"
    return LookUp(written, near=near, notice=notice(kind, message=found.notice, n=loaded.n_units))


def _all(*notices: Notice) -> Notice:
    """One notice that joins several, each as a sentence."""
    return notices[0] if len(notices) == 1 else notice("sentences", items=notices)


def _amended(library: Library, seen: UnitView) -> tuple[Notice, ...]:
    """Notices of the amendments to a unit of an edition that is in force as amended."""
    if seen.edition.status is not Status.AMENDED:
        return ()
    return amendments_of_unit(library, seen.edition.doc_id, unit_key(seen.unit.unit_id)) or (amended(seen.edition),)


def _unit_choices(library: Library, units: Sequence[UnitName]) -> tuple[tuple[str, str], ...]:
    return tuple((u.unit_id, library.units.describe(u.unit_id)) for u in units)


def _names_of_units(library: Library, unit_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((each, library.units.describe(each)) for each in dict.fromkeys(unit_ids) if each)


def view(library: Library, unit_id: str) -> UnitView | None:
    """A unit as a look-up shows it: from the official text where it is loaded, else from the register."""
    store = library.store
    sources = store.unit(unit_id)
    if not sources:
        return None
    unit = sources[0]
    stored = store.document(unit.doc_id)
    edition = library.editions.get(unit.of_document)
    if stored is None or edition is None:
        return None
    gists = register_gists(library, unit)
    start, end = (gists[0].start, gists[-1].end) if gists else (unit.span.start, unit.span.end)
    same_work = library.editions.others_of_work(edition)
    others = sorted({u.of_document for u in store.units_by_key(unit_key(unit_id), same_work)} if same_work else ())
    entry = library.register.get(unit_id)
    return UnitView(
        unit,
        edition,
        stored,
        bool(stored.edition.register_of),
        store.text(unit.doc_id)[start:end],
        cite_unit(library, 1, unit),
        _parents(library, unit),
        store.children(unit_id, unit.doc_id),
        tuple(others),
        unit.title or (entry.title if entry else ""),
    )


def _parents(library: Library, unit: Unit) -> tuple[Unit, ...]:
    """The units around a unit in its document, the outermost first; at most :data:`MAX_PARENTS`."""
    out: list[Unit] = []
    parent_id = unit.parent_id
    while parent_id and len(out) < MAX_PARENTS:
        above = [u for u in library.store.unit(parent_id) if u.doc_id == unit.doc_id]
        if not above:
            break
        out.insert(0, above[0])
        parent_id = above[0].parent_id
    return tuple(out)
