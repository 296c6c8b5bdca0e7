"""Describes the change of a unit between two editions of its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.catalog.editions import SuccessionBasis
    from kb.library.library import Library
    from kb.references.parsing import Reference
    from kb.types import Edition


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit of an older edition and the unit of a newer edition that replaced it, with the evidence."""

    old: Edition
    old_key: str
    new: Edition
    new_key: str
    how: SuccessionBasis


def changes_of(library: Library, doc_id: str, key: str) -> list[UnitChange]:
    """The unit that replaced a unit, and the units that it replaced in older editions known here; the newest first."""
    editions = library.editions
    edition = editions.get(doc_id)
    if edition is None:
        return []
    out: list[UnitChange] = []
    if not edition.rendition_of and (later := editions.followers(doc_id, key)) is not None:
        newer, keys, how = later
        out += [UnitChange(edition, key, newer, each, how) for each in keys]
    chain = [e for e in editions.of_work(edition) if e.publisher == edition.publisher or e.superseded_by == doc_id]
    entry = library.register.get(f"{edition.urn}:{key}")
    former = entry.moved_from if entry and entry.moved_from else key
    for older in chain[next((n for n, e in enumerate(chain) if e.doc_id == doc_id), len(chain)) + 1 :]:
        if older.rendition_of:
            continue
        found = editions.followers(older.doc_id, former) if _is_known(library, older, former) else None
        if found is not None and found[0].doc_id == doc_id and key in found[1]:
            out.append(UnitChange(older, former, edition, key, found[2]))
    return out


def _is_known(library: Library, edition: Edition, key: str) -> bool:
    unit_id = f"{edition.urn}:{key}"
    return bool(library.store.unit(unit_id)) or library.register.get(unit_id) is not None


def asked_units(library: Library, references: Iterable[Reference]) -> list[tuple[str, str]]:
    """The units that references name by number, in each edition, and the units that replaced them: pairs of document id
    and unit id, each once."""
    out: list[tuple[str, str]] = []
    for reference in references:
        for doc_id in reference.doc_ids if not reference.bare else ():
            edition = library.editions.get(doc_id)
            for key in reference.keys if edition is not None and reference.keys != ("whole",) else ():
                unit_id = f"{edition.urn}:{key}" if edition else ""
                if not library.store.unit(unit_id):
                    continue
                out.append((doc_id, unit_id))
                if (later := library.editions.followers(doc_id, key)) is not None:
                    out += [(later[0].doc_id, f"{later[0].urn}:{each}") for each in later[1]]
    return list(dict.fromkeys(out))
