"""Finds filter values that match nothing in the library, with the known values that were probably meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from kb.types import Force, Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.library.library import Library
    from kb.types import SearchFilter

NEAR_VALUES = 3


def unknown_values(library: Library, chosen: SearchFilter) -> tuple[Notice, ...]:
    """A notice for each value that no document here has: an id, a publisher, a language, or a force."""
    if not (chosen.doc_ids or chosen.publishers or chosen.languages or chosen.forces):
        return ()
    documents = [document.edition for document in library.store.documents]
    described = {edition.doc_id for edition in documents} | {doc_id for e in documents for doc_id in e.register_of}
    publishers = {each.publisher for doc_id in described if (each := library.editions.get(doc_id)) is not None}
    known = {
        "document": (chosen.doc_ids, {edition.doc_id for edition in documents}),
        "publisher": (chosen.publishers, publishers | {edition.publisher for edition in documents}),
        "language": (chosen.languages, {edition.language for edition in documents}),
        "force": (chosen.forces, {force.value for force in Force}),
    }
    return tuple(found for field, (values, names) in known.items() for found in _unknown_of_field(field, values, names))


def _unknown_of_field(field: str, values: Iterable[str], known: set[str]) -> Iterator[Notice]:
    for value in values:
        if value not in known:
            near = near_values(value, known)
            hint = {"near": near} if near else {}
            yield notice(f"no {field} {'near' if near else 'called'}", value=value, **hint)


def near_values(value: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most :data:`NEAR_VALUES` known values that are similar to this one: equal but for letter case, containing it,
    or spelled similarly."""
    plain = value.strip().casefold()
    by_plain = {each.casefold(): each for each in sorted(known, reverse=True)}
    whole = [by_plain[plain]] if plain in by_plain else []
    holding = sorted(each for key, each in by_plain.items() if len(plain) > 1 and plain in key)
    similar = [by_plain[key] for key in difflib.get_close_matches(plain, by_plain, n=NEAR_VALUES)]
    return tuple(dict.fromkeys([*whole, *similar, *holding]))[:NEAR_VALUES]
