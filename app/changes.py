"""What became of a unit between two editions, in words for the reader of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.catalog.edition_diff import differing
from kb.catalog.editions import SuccessionBasis
from kb.index.layout import unit_key
from kb.messages import message
from kb.query.edition_questions import asks_of_editions
from kb.references.parsing import read
from kb.text.cleaning import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.service import Service
    from kb.types import Citation, Edition

MOST = 3
"""Changes told of in one answer."""
COMPARED = 400
"""Words up to which two units are compared word by word."""


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit of an older edition and the unit that took its place."""

    old: Edition
    old_key: str
    new: Edition
    new_key: str
    how: SuccessionBasis


def changes_of(service: Service, doc_id: str, key: str) -> list[UnitChange]:
    """What a unit was in the older editions known here, newest of them first, and what took its place."""
    edition = service.edition(doc_id)
    if edition is None:
        return []
    out: list[UnitChange] = []
    if not edition.rendition_of and (later := service.followers(doc_id, key)) is not None:
        newer, keys, how = later
        out += [UnitChange(edition, key, newer, each, how) for each in keys]
    chain = [e for e in service.editions_of(edition) if e.publisher == edition.publisher or e.superseded_by == doc_id]
    entry = service.register.get(f"{edition.urn}:{key}")
    former = entry.moved_from if entry and entry.moved_from else key
    for older in chain[next((n for n, e in enumerate(chain) if e.doc_id == doc_id), len(chain)) + 1 :]:
        if older.rendition_of:
            continue
        found = service.followers(older.doc_id, former) if _is_known(service, older, former) else None
        if found is not None and found[0].doc_id == doc_id and key in found[1]:
            out.append(UnitChange(older, former, edition, key, found[2]))
    return out


def _is_known(service: Service, edition: Edition, key: str) -> bool:
    unit_id = f"{edition.urn}:{key}"
    return bool(service.store.unit(unit_id)) or service.register.get(unit_id) is not None


def notices(service: Service, question: str, citations: Iterable[Citation], lang: str) -> list[str]:
    """What the reader of an answer is told of changes: of every unit cited or asked for where the question is about
    editions, else of what was cited under another number before."""
    asked = asks_of_editions(question)
    units = [c.unit_id for c in citations if c.unit_id]
    if asked:
        units = [*(unit for _, unit in asked_units(service, question)), *units]
    found: dict[tuple[str, str], UnitChange] = {}
    for unit_id in dict.fromkeys(units):
        held = service.store.unit(unit_id)
        if held and any(c.isdigit() for c in unit_key(unit_id)):  # what has no number of its own moves nowhere
            for change in changes_of(service, held[0].of_document, unit_key(unit_id)):
                pair = f"{change.old.urn}:{change.old_key}", f"{change.new.urn}:{change.new_key}"
                if asked or (change.how is SuccessionBasis.MOVED and change.new.doc_id == held[0].of_document):
                    found.setdefault(pair, change)
    return [told(service, change, lang) for change in list(found.values())[:MOST]]


def asked_units(service: Service, question: str) -> list[tuple[str, str]]:
    """Of the units that a question names by number: each edition's, and what took its place, with its edition."""
    out: list[tuple[str, str]] = []
    for reference in read(question, service.catalog)[0]:
        for doc_id in reference.doc_ids if not reference.bare else ():
            edition = service.edition(doc_id)
            for key in reference.keys if edition is not None and reference.keys != ("whole",) else ():
                unit_id = f"{edition.urn}:{key}" if edition else ""
                if not service.store.unit(unit_id):
                    continue
                out.append((doc_id, unit_id))
                if (later := service.followers(doc_id, key)) is not None:
                    out += [(later[0].doc_id, f"{later[0].urn}:{each}") for each in later[1]]
    return list(dict.fromkeys(out))


def told(service: Service, change: UnitChange, lang: str) -> str:
    """A change in words: both units, whether the number changed, and what differs in title or text."""
    parts = [message(lang, "unit moved" if change.how is SuccessionBasis.MOVED else "unit same number")]
    titles = _title(service, change.old, change.old_key), _title(service, change.new, change.new_key)
    texts = _text(service, change.old, change.old_key), _text(service, change.new, change.new_key)
    if all(titles) and titles[0].casefold() != titles[1].casefold():
        parts.append(message(lang, "title changed", old=titles[0], new=titles[1]))
    if all(texts):
        parts.append(_wording(*texts, lang))
    elif len(parts) == 1:
        ref = change.new.ref if not texts[1] else change.old.ref
        parts.append(message(lang, "words not compared", ref=ref))
    old, new = service.reference_for(change.old, change.old_key), service.reference_for(change.new, change.new_key)
    return message(lang, "unit changed", old=old, new=new, what="; ".join(parts))


def _wording(old: str, new: str, lang: str) -> str:
    if max(len(old.split()), len(new.split())) > COMPARED:
        return message(lang, "words same") if old == new else message(lang, "words differ")
    places = differing(old, new)
    if not places.pairs:
        return message(lang, "words same")
    shown = ", ".join(
        f"“{a}” → “{b}”" if a and b else message(lang, "words added" if b else "words gone", words=a or b)
        for a, b in places.pairs
    )
    return message(lang, "words changed", pairs=shown) + (
        message(lang, "words more", n=places.more) if places.more else ""
    )


def _title(service: Service, edition: Edition, key: str) -> str:
    unit_id = f"{edition.urn}:{key}"
    entry = service.register.get(unit_id)
    titles: Sequence[str] = [u.title for u in service.store.unit(unit_id) if u.title and u.doc_id == edition.doc_id]
    return readable(titles[0]) if titles else entry.title if entry else ""


def _text(service: Service, edition: Edition, key: str) -> str:
    """A unit's own words where its official text is here; "" where it is not."""
    for unit in service.store.unit(f"{edition.urn}:{key}"):
        if unit.doc_id == edition.doc_id:
            return readable(service.store.text(unit.doc_id)[unit.span.start : unit.span.end])
    return ""
