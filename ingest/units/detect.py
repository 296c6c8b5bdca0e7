"""The numbering scheme of an unknown file: the one whose numbering is most complete, or none. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import line_features
from ingest.units import find_units
from ingest.units.lists import readings
from ingest.units.numbering_check import check_numbering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout
    from kb.types import Edition, Unit

TRIED = ("eu-act", "ieee", "guidelines", "unesco-para", "outline")
"""The schemes that are tried; of equals the first wins."""

_LEAST = {"eu-act": 6, "ieee": 6, "guidelines": 4, "unesco-para": 8, "outline": 3}
_MAIN = {
    "eu-act": {"article", "recital", "annex"},
    "ieee": {"clause", "definition", "annex"},
    "guidelines": {"principle", "recommendation"},
    "unesco-para": {"para"},
    "outline": {"section", "article", "requirement"},
}
_STATUS = re.compile(r"\((?:normative|informative)\)")


def detect_scheme(layout: Layout, edition: Edition) -> str | None:
    """The scheme that reads the file's numbers best, or ``None`` where the file has no numbered units.

    A scheme is accepted when it finds enough units, their numbering is complete, they cover most of the text, no unit
    covers half of it, and few similar lines are left over: an article with an enumerated list has no paragraphs.
    """
    best: tuple[float, str] | None = None
    for scheme in TRIED:
        found = replace(edition, scheme=scheme, expected=())
        units, _ = find_units(layout, found)
        score = _measure(layout, units, found)
        if score > 0 and (best is None or score > best[0] + 1e-9):
            best = (score, scheme)
    return best[1] if best else None


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
    swallowed = max(tops) > max(0.5 * n_chars, 400) and len(tops) > 2
    if swallowed or coverage < (0.5 if scheme in {"unesco-para", "eu-act"} else 0.3):
        return 0.0
    if scheme == "unesco-para" and (median(lengths) < 60 or _purity(layout, units) < 0.7):
        return 0.0
    if scheme == "ieee" and not any(u.kind == "annex" and _STATUS.search(u.title) for u in units):
        return 0.0
    if scheme == "eu-act" and not any(u.kind == "recital" for u in units):
        return 0.0
    if scheme == "guidelines" and any(re.match(r"\d+\.?$", u.number) for u in main):
        return 0.0
    if scheme == "outline" and median(lengths) < 150:
        return 0.0
    return coverage + min(1.0, len(main) / 40) + (0.5 if scheme == "ieee" else 0.0)


def _purity(layout: Layout, units: Sequence[Unit]) -> float:
    """The share of the lines numbered "1." that became units."""
    features = line_features(layout)
    taken = {features.at(u.span.start) for u in units}
    alike = [
        i
        for i, text in enumerate(features.texts)
        if i not in features.notes and any(r.form == "dot" for r in readings(text)[:1])
    ]
    return len(taken.intersection(alike)) / len(alike) if alike else 0.0
