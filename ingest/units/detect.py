"""Chooses the numbering scheme of an unknown file: the one whose numbering is most complete, or none. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.units import find_units
from ingest.units.numbering_check import check_numbering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout
    from kb.types import Edition, Unit

TRIED = ("eu-act", "ieee")
"""The schemes that are tried; any other document is read by its numbered lines alone ("outline")."""

_LEAST = {"eu-act": 6, "ieee": 6}
_MAIN = {"eu-act": {"article", "recital", "annex"}, "ieee": {"clause", "definition", "annex"}}
_STATUS = re.compile(r"\((?:normative|informative)\)")


def detect_scheme(layout: Layout, edition: Edition) -> str | None:
    """The scheme that reads the file's numbers best, or ``None`` where the file has no numbered units.

    The form of a European act or an IEEE standard is accepted when it finds enough units, their numbering is complete
    and they cover most of the text. Any other numbered document is "outline".
    """
    best: tuple[float, str] | None = None
    for scheme in TRIED:
        found = replace(edition, scheme=scheme, expected=())
        units, _ = find_units(layout, found)
        score = _measure(layout, units, found)
        if score > 0 and (best is None or score > best[0] + 1e-9):
            best = (score, scheme)
    if best is not None:
        return best[1]
    units, _ = find_units(layout, replace(edition, scheme="outline", expected=()))
    return "outline" if units else None


def _measure(layout: Layout, units: Sequence[Unit], edition: Edition) -> float:
    """How well a scheme reads a file, 0 to about 2; 0 where it must not be used."""
    scheme = edition.scheme
    main = [u for u in units if u.kind in _MAIN[scheme]]
    if len(main) < _LEAST[scheme]:
        return 0.0
    proof = check_numbering(layout, units, edition)
    if not proof.holds:
        return 0.0
    n_chars = sum(1 for c in layout.text if not c.isspace()) or 1
    lengths = [sum(1 for c in layout.text[u.span.start : u.span.end] if not c.isspace()) for u in main]
    tops = [n for n, u in zip(lengths, main, strict=True) if not any(u.parent_id == x.unit_id for x in main)]
    coverage = sum(tops) / n_chars
    if coverage < (0.5 if scheme == "eu-act" else 0.3):
        return 0.0
    if scheme == "ieee" and not any(u.kind == "annex" and _STATUS.search(u.title) for u in units):
        return 0.0
    if scheme == "eu-act" and not any(u.kind == "recital" for u in units):
        return 0.0
    return coverage + min(1.0, len(main) / 40) + (0.5 if scheme == "ieee" else 0.0)
