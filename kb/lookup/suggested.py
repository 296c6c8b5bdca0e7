"""Completions while a user types a reference, as rows for a screen. Only the SQLite file of the index is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from kb.lookup.lookup import suggest
from kb.lookup.unit_page import NamedUnit, unit_name_of
from kb.references.suggestions import SuggestionKind

if TYPE_CHECKING:
    from kb.library.library import Library
    from kb.references.suggestions import NameSuggestion

_TYPED_NUMBER = re.compile(r"\d+(?:\.\d+)*")


class SuggestionGroup(str, Enum):
    """The kinds of suggestions, in the order in which they are shown."""

    FOUND = "found"
    """The unit, or one of the choices, that a look-up of the text finds."""
    PART = "part"
    """A unit whose number begins as the one that was typed."""
    NAME = "name"
    """A unit whose name has all that was typed."""
    LIKE = "like"
    """A unit whose name is like what was typed: a guess."""


@dataclass(frozen=True, slots=True)
class SuggestedUnit:
    """A unit that the typed text may mean, with the kind of suggestion that it is."""

    named: NamedUnit
    group: SuggestionGroup


def suggested_units(library: Library, text: str, limit: int = 8) -> tuple[SuggestedUnit, ...]:
    """At most ``limit`` suggestions for the typed ``text``: units that a look-up finds come first, guesses last."""
    numbers = frozenset(_TYPED_NUMBER.findall(text))
    out: list[SuggestedUnit] = []
    for each in suggest(library, text, limit):
        named = unit_name_of(library, each.unit.unit_id)
        if named is not None:
            out.append(SuggestedUnit(named, _group_of(each, numbers)))
    return tuple(sorted(out, key=lambda row: list(SuggestionGroup).index(row.group)))


def _group_of(found: NameSuggestion, numbers: frozenset[str]) -> SuggestionGroup:
    """The group of a suggestion. A unit without the numbers that were typed is a guess: 4.1 for 1.4 is one."""
    if found.how is SuggestionKind.REFERENCE:
        return SuggestionGroup.FOUND if found.exact else SuggestionGroup.PART
    there = _TYPED_NUMBER.findall(" ".join((found.unit.path, found.unit.title, *found.unit.aliases)))
    if found.how is SuggestionKind.LIKE or not numbers.issubset(there):
        return SuggestionGroup.LIKE
    return SuggestionGroup.NAME
