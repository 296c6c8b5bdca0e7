"""The register of lists and drafts that were made or checked in a home folder, with the units that each one cites.

With it ``kb audit impact`` finds the lists that a new edition or a new index concerns. The file has a line of JSON for
each time that a list was made; lines are only ever added.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from kb.catalog.edition_diff import differing
from kb.catalog.editions import Change, UnitText, compare_entries, compare_texts
from kb.catalog.faults import at_line
from kb.errors import ConfigError
from kb.index.layout import unit_key
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kb.catalog.editions import Difference
    from kb.library.library import Library
    from kb.types import Citation, Notice

REGISTERED = "lists.jsonl"
"""Name of the file in the home folder."""


@dataclass(frozen=True, slots=True)
class RegisteredUnit:
    """A unit that a list cites, and the hash of the unit's words when the list was made."""

    unit_id: str
    doc_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RegisteredList:
    """A list or a draft: path of its file, kind (``list`` or ``draft``), day, id of the index, cited units."""

    path: str
    kind: str
    day: str
    index_id: str
    units: tuple[RegisteredUnit, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """A registered list, and those of its units that changed: pairs of unit id and a notice of the change."""

    list: RegisteredList
    changes: tuple[tuple[str, Notice], ...]


def registered_units(library: Library, citations: Iterable[Citation | None]) -> tuple[RegisteredUnit, ...]:
    """The units that some citations cite, each once, with the hash of their words in this index."""
    found: dict[tuple[str, str], RegisteredUnit] = {}
    for citation in citations:
        if citation is None or not citation.unit_id:
            continue
        pair = citation.unit_id, citation.doc_id
        if pair not in found:
            found[pair] = RegisteredUnit(*pair, unit_hash(library, *pair))
    return tuple(found.values())


def unit_hash(library: Library, unit_id: str, doc_id: str) -> str:
    """SHA-256 of a unit's readable words, in hexadecimal; empty if the document has no such unit."""
    unit = next((u for u in library.store.unit(unit_id) if u.doc_id == doc_id), None)
    if unit is None:
        return ""
    text = library.store.text(doc_id)[unit.span.start : unit.span.end]
    return hashlib.sha256(readable(text).encode()).hexdigest()


def append_registered(home: Path, made: RegisteredList) -> None:
    """Adds a list to the file of the home folder.

    :raises OSError: the file cannot be written.
    """
    units = [[u.unit_id, u.doc_id, u.sha256] for u in made.units]
    entry = {"path": made.path, "kind": made.kind, "day": made.day, "index_id": made.index_id, "units": units}
    with (home / REGISTERED).open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def registered_lists(home: Path) -> tuple[RegisteredList, ...]:
    """The lists of a home folder, each as it was made last, the most recent at the end; none without the file.

    :raises ConfigError: a line is malformed; the error names its number.
    """
    path = home / REGISTERED
    if not path.exists():
        return ()
    latest: dict[str, RegisteredList] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                units = tuple(RegisteredUnit(*map(str, each)) for each in data["units"])
                made = RegisteredList(
                    str(data["path"]), str(data["kind"]), str(data["day"]), str(data["index_id"]), units
                )
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                what = notice("registered line", why=str(error))
                raise ConfigError(at_line(path, number, what)) from error
            latest.pop(made.path, None)
            latest[made.path] = made
    return tuple(latest.values())


def impact_of_index(library: Library, lists: Sequence[RegisteredList]) -> tuple[Impact, ...]:
    """The lists with a cited unit whose words are gone, or differ in this index from those when the list was made."""
    out: list[Impact] = []
    for each in lists:
        changes: list[tuple[str, Notice]] = []
        for unit in each.units:
            now = unit_hash(library, unit.unit_id, unit.doc_id)
            if now != unit.sha256:
                kind = "audit unit text changed" if now else "audit unit not here"
                changes.append((unit.unit_id, notice(kind, unit=library.units.describe(unit.unit_id))))
        if changes:
            out.append(Impact(each, tuple(changes)))
    return tuple(out)


def impact_of_editions(library: Library, lists: Sequence[RegisteredList], old: str, new: str) -> tuple[Impact, ...]:
    """The lists that cite units of the edition ``old`` which are changed, moved or missing in the edition ``new``. The
    texts are compared if both are loaded, else the entries of the register.

    :raises ConfigError: an edition is unknown, or neither text nor register has its units.
    """
    differences = {d.old.key: d for d in compare_editions(library, old, new) if d.old is not None}
    edition = library.editions.get(old)
    assert edition is not None
    out: list[Impact] = []
    for each in lists:
        changes: list[tuple[str, Notice]] = []
        for unit in each.units:
            owner, key = library.editions.of_unit(unit.unit_id)
            if owner is None or owner.doc_id != old:
                continue
            inside = [d for k, d in differences.items() if k == key or k.startswith(f"{key}.")]
            changed = [d for d in inside if d.change is not Change.UNCHANGED]
            if changed:
                changes.append((unit.unit_id, _change_words(library, changed[0], unit.unit_id)))
        if changes:
            out.append(Impact(each, tuple(changes)))
    return tuple(out)


def _change_words(library: Library, found: Difference, unit_id: str) -> Notice:
    unit = library.units.describe(unit_id)
    if found.change is Change.GONE or found.new is None:
        return notice("audit unit dropped", unit=unit)
    if found.change is Change.MOVED:
        return notice("audit unit moved to", unit=unit, now=found.new.path)
    if found.old is None or not found.old.text:
        return notice("audit unit text changed", unit=unit)
    places = differing(readable(found.old.text), readable(found.new.text))
    pairs = "; ".join(f"“{a}” → “{b}”" for a, b in places.pairs)
    return notice("audit unit words changed", unit=unit, pairs=pairs)


def compare_editions(library: Library, old: str, new: str) -> tuple[Difference, ...]:
    """The difference of each unit between two editions: in the order of ``new``, then the units that are gone.

    The texts are compared if both are loaded, else the entries of the register.

    :raises ConfigError: an edition is unknown, or neither text nor register has its units.
    """
    for doc_id in (old, new):
        if library.editions.get(doc_id) is None:
            raise ConfigError(notice("edition not known", doc_id=doc_id))
    if all(library.store.document(doc_id) is not None for doc_id in (old, new)):
        return compare_texts(_unit_texts_of(library, old), _unit_texts_of(library, new))
    entries = [library.register.of_document(doc_id) for doc_id in (old, new)]
    if not all(entries):
        missing = ", ".join(doc_id for doc_id, found in zip((old, new), entries, strict=True) if not found)
        raise ConfigError(notice("edition without units", doc_ids=missing))
    return compare_entries(*entries)


def _unit_texts_of(library: Library, doc_id: str) -> list[UnitText]:
    text = library.store.text(doc_id)
    return [
        UnitText(unit_key(u.unit_id), u.path, u.title, text[u.own.start : u.own.end])
        for u in library.store.units(doc_id)
    ]
