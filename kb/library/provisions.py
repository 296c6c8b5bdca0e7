"""Finds references in a passage to provisions of other publications: "Article 5(1)(f) AI Act" in guidelines on it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.references.parsing import read
from kb.references.resolving import ResolutionOutcome, resolve
from kb.text.lazy_patterns import lazy

if TYPE_CHECKING:
    from kb.catalog.catalog import Catalog
    from kb.references.units import UnitDirectory, UnitName
    from kb.types import Passage

_PROVISION = lazy(r"\b(?:Article|Annex|Recital|Clause)\s+[\dIVX]+[a-z]?(?:\s?\(\w{1,5}\))*", re.IGNORECASE)
_WINDOW = 40
"""Characters after a provision's number in which its publication may be named."""
REFERENCES_KEPT = 8192
"""Number of references whose unit is remembered."""


class Provisions:
    """Finds provisions that passages name, by the names of a library's publications and its units."""

    def __init__(self, names: Catalog, units: UnitDirectory) -> None:
        self._names = names
        self._units = units
        self._unit_named = lru_cache(maxsize=REFERENCES_KEPT)(self._read)

    def named_in(self, passage: Passage) -> tuple[str, ...]:
        """The ids of the units of other publications that a passage or its headings name by number, in order."""
        text = " ".join((*passage.headings[1:], passage.text))
        windows = (text[m.start() : m.end() + _WINDOW] for m in _PROVISION.finditer(text))
        found = (self._unit_named(window) for window in dict.fromkeys(" ".join(w.split()) for w in windows))
        return tuple(dict.fromkeys(u.unit_id for u in found if u is not None and u.doc_id != passage.doc_id))

    def _read(self, window: str) -> UnitName | None:
        """The official unit of the reference at the beginning of a window, if the reference names its publication; else
        ``None``."""
        first = next((r for r in read(window, self._names)[0] if r.span[0] == 0 and r.doc_ids), None)
        if first is None or not first.keys:
            return None
        found = resolve(first, self._units)
        official = [u for u in found.units if not u.is_register]
        return official[0] if found.outcome is ResolutionOutcome.FOUND and official else None
