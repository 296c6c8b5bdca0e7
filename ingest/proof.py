"""Proof of a document's numbering: what a complete reading must show, and what this one shows. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kb.locators import number_parts
from kb.types import Edition, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pages import Layout

OVERLONG_CHARS = 60_000


@dataclass(frozen=True, slots=True)
class Proof:
    """The findings. ``holds`` is true when nothing speaks against citing by number."""

    counts: tuple[tuple[str, int], ...]
    expected: tuple[tuple[str, int, int], ...]
    gaps: tuple[str, ...]
    duplicates: tuple[str, ...]
    order_breaks: tuple[str, ...]
    empty: tuple[str, ...]
    overlong: tuple[str, ...]
    pages_without_text: tuple[int, ...]
    n_chars: int
    n_uncovered: int
    n_furniture: int
    holds: bool
    reasons: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The findings as plain data."""
        return asdict(self)


def prove(layout: Layout, units: Sequence[Unit], edition: Edition) -> Proof:
    """What the units of one document show: counts, gaps, duplicates, order, coverage."""
    counts = Counter(u.kind for u in units)
    expected = tuple((kind, want, counts.get(kind, 0)) for kind, want in edition.expected)
    duplicates = tuple(u.path for u in units if re.search(r"~\d+$", u.unit_id))
    gaps = tuple(_gaps(units))
    breaks = tuple(b.path for a, b in zip(units, units[1:], strict=False) if b.span.start < a.span.start)
    empty = tuple(u.path for u in units if not any(c.isalnum() for c in layout.text[u.span.start : u.span.end]))
    overlong = tuple(
        u.path for u in units if u.own.end - u.own.start > OVERLONG_CHARS and u.kind not in {"chapter", "formula"}
    )
    covered = 0
    reach = 0
    for unit in sorted(units, key=lambda u: u.span):
        covered += max(0, unit.span.end - max(reach, unit.span.start))
        reach = max(reach, unit.span.end)
    bare = tuple(p.index for p in layout.pages if not layout.text[p.start : p.end].strip())
    reasons: list[str] = []
    reasons += [f"{kind}: expected {want}, found {got}" for kind, want, got in expected if want != got]
    if gaps:
        reasons.append(f"{len(gaps)} gaps in the numbering, the first at {gaps[0]}")
    if duplicates:
        reasons.append(f"{len(duplicates)} numbers occur twice, the first {duplicates[0]}")
    if breaks:
        reasons.append(f"{len(breaks)} units out of order, the first {breaks[0]}")
    if empty:
        reasons.append(f"{len(empty)} empty units, the first {empty[0]}")
    if overlong:
        reasons.append(f"{len(overlong)} overlong units, the first {overlong[0]}")
    return Proof(
        tuple(sorted(counts.items())),
        expected,
        gaps,
        duplicates,
        breaks,
        empty,
        overlong,
        bare,
        len(layout.text),
        len(layout.text) - covered,
        len(layout.furniture),
        not reasons,
        tuple(reasons),
    )


def _gaps(units: Sequence[Unit]) -> list[str]:
    """Numbers missing between siblings: each sibling's last number must be its predecessor's successor, the first 1."""
    families: defaultdict[tuple[str | None, str, str], list[tuple[int, str]]] = defaultdict(list)
    for unit in units:
        parts = number_parts(unit)
        if parts is not None:
            family, value = parts
            prefix = re.sub(r"(?:\(\w+\)|[^.()\s]+)$", "", unit.number)
            place = prefix or (None if unit.kind in _GLOBAL else unit.parent_id)
            families[(place, unit.kind, family)].append((value, unit.path))
    out: list[str] = []
    for members in families.values():
        due = 1
        for value, path in members:
            if value > due:
                missing = str(due) if value == due + 1 else f"{due}–{value - 1}"
                out.append(f"{missing} before {path}")
            due = max(due, value + 1)
    return out


_GLOBAL = frozenset({"recital", "article", "annex", "chapter", "para", "clause", "principle"})
