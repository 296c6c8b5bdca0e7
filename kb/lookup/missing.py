"""Helps with a number that does not exist: the range of numbers that do, and the same number in other publications."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.index.layout import unit_key
from kb.references.parsing import read
from kb.types import Notice, notice

if TYPE_CHECKING:
    from kb.library.library import Library
    from kb.references.parsing import Reference
    from kb.types import Unit

MOST_ELSEWHERE = 8
"""Units of the same number that are offered."""
MOST_RANGES = 4
"""Number of editions whose existing numbers are listed."""
MAX_READ = 2_000
"""Characters of a reference that are read."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Help for numbers that were not found.

    ``ranges`` has a notice for each edition: the first and last number of the kind asked for. ``elsewhere`` are units
    of other publications with the same number or, if none has it, with the number it is a part of, as pairs of a unit
    id and the unit's name.
    """

    ranges: tuple[Notice, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


def missing(library: Library, text: str) -> Missing:
    """Help for the numbers in ``text`` that were not found; empty if the text has no number."""
    ranges: dict[Notice, None] = {}
    elsewhere: dict[str, None] = {}
    for reference in read(text[:MAX_READ].strip(), library.names, strict=True)[0]:
        keys = (*reference.keys, *reference.keys_otherwise)
        if any(key in {"whole", "name"} for key in keys):
            continue
        ranges.update(dict.fromkeys(_ranges_beside(library, reference)))
        numbers = {key.partition(":")[2].casefold() for key in keys} - {""}
        around = {number.rpartition(".")[0] for number in numbers} - {""}
        for wanted in (numbers,) if reference.doc_ids else (numbers, around):
            if not elsewhere:
                others = (u for u in library.units.names.units if u.of_document not in reference.doc_ids)
                elsewhere.update((u.unit_id, None) for u in others if u.key.partition(":")[2].casefold() in wanted)
    named = tuple((each, library.units.describe(each)) for each in tuple(elsewhere)[:MOST_ELSEWHERE])
    return Missing(tuple(ranges)[:MOST_RANGES], named)


def _ranges_beside(library: Library, reference: Reference) -> list[Notice]:
    """A notice for each named document with units of the number's kind: the first and the last of them."""
    out: list[Notice] = []
    for doc_id in reference.doc_ids[:MOST_RANGES]:
        edition = library.editions.get(doc_id)
        if edition is None:
            continue
        for key in reference.keys:
            around, row = _row_of(library, doc_id, edition.urn, key)
            if row:
                values = {"first": _as_place(row[0]), "last": _as_place(row[-1]), "n": len(row)}
                where = notice("place of edition", ref=edition.ref, place=around) if around else edition.ref
                described = row[0].doc_id != doc_id
                out.append(notice("numbers described" if described else "numbers there", where=where, **values))
                break
    return out


def _row_of(library: Library, doc_id: str, urn: str, key: str) -> tuple[Notice | None, list[Unit]]:
    """The units among which a key's number was expected: the parts of its parent, or all units of its kind."""
    kind, _, number = key.partition(":")
    parts = number.split(".")
    stem = ".".join(parts[:-1])
    for n in range(len(parts) - 1, 0, -1):
        above = library.store.unit(f"{urn}:{kind}:{'.'.join(parts[:n])}")
        if above:
            children = library.store.children(above[0].unit_id, above[0].doc_id)
            return _as_place(above[0]), [each for each in children if unit_key(each.unit_id).startswith(f"{kind}:")]
    stored = library.store.document(doc_id)
    registers = [d.doc_id for d in library.store.documents if doc_id in d.edition.register_of]
    for source in [doc_id] if stored is not None and stored.n_units else registers:
        units = [u for u in library.store.units(source) if u.of_document == doc_id]
        row = [u for u in units if unit_key(u.unit_id).startswith(f"{kind}:") and u.proven]
        beside = (
            [u for u in row if re.fullmatch(rf"{kind}:{re.escape(stem)}\.\w+", unit_key(u.unit_id))] if stem else []
        )
        if beside:
            return None, beside
        plain = [u for u in row if unit_key(u.unit_id).partition(":")[2].isdecimal()]
        if found := plain or [u for u in row if "." not in unit_key(u.unit_id)]:
            return None, sorted(found, key=_order_of_number)
    return None, []


def _order_of_number(unit: Unit) -> tuple[int, int]:
    number = unit_key(unit.unit_id).partition(":")[2]
    return (int(number) if number.isdecimal() else 0), unit.order


def _as_place(unit: Unit) -> Notice:
    return notice("place", locator=unit.path, kind=unit.kind)
