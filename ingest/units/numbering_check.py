"""Checks the numbering of a document that was read: counts, gaps, duplicates and order. Pure.

Numbers that count through a document (articles, paragraphs, clauses, principles) are checked as a whole: where one is
missing or occurs twice, or their count is not the expected one, the document is cited without numbers. A list inside
one unit is checked by itself: where its numbers have a gap, only its units, and the units in them, are not proven.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ingest.layout.line_features import line_features
from kb.text.numerals import roman_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.layout.layout import Layout
    from kb.types import Edition, Unit

OVERLONG_CHARS = 60_000
MAX_EXAMPLES = 12

_NESTED = frozenset({"paragraph", "point", "subpoint", "element", "annex clause"})
"""Kinds of units in lists inside a unit; all others count through the document or through a whole part of it."""

_LARGE = frozenset({"chapter", "part", "section", "formula", "annex", "appendix", "entry", "function"})
_NUMBERED = re.compile(
    r"[\s▌]*(?:\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})\)\s|\d{1,3}\.(?:\s|$)|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s|(?:Article|Annex|Section|Clause|Principle)"
    r"\s+(?:\d{1,3}|[IVXL]{1,5}|[A-Z])\b)"
)


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of the check. ``holds``: the document may be cited by number.

    ``unproven`` are the paths of single units that may not, although the document may. ``refused`` are examples of
    lines that begin like a numbered unit and were not read as one; ``n_refused`` is their number.
    """

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
    unproven: tuple[str, ...] = ()
    n_refused: int = 0
    refused: tuple[str, ...] = ()
    unproven_ids: frozenset[str] = frozenset()

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data."""
        found = asdict(self)
        del found["unproven_ids"]
        return found


def check_numbering(layout: Layout, units: Sequence[Unit], edition: Edition) -> Proof:
    """Checks the units of one document: counts, gaps, duplicates, order and coverage."""
    counts = Counter(u.kind for u in units)
    expected = tuple((kind, want, counts.get(kind, 0)) for kind, want in edition.expected)
    outer = frozenset(kind for kind, _ in edition.expected) | (frozenset(counts) - _NESTED)
    doubtful: set[str] = set()
    gaps: list[str] = []
    serious: list[str] = []
    for text, members, kind in _gaps(units):
        gaps.append(text)
        if kind in outer:
            serious.append(text)
        else:
            doubtful.update(u.unit_id for u in members)
    twice = [u for u in units if re.search(r"~\d+$", u.unit_id)]
    first = {u.unit_id: u for u in units}
    for u in twice:
        original = first.get(re.sub(r"~\d+$", "", u.unit_id))
        if u.kind not in outer:
            doubtful.update(x.unit_id for x in (u, original) if x is not None)
    breaks = tuple(b.path for a, b in pairwise(units) if b.span.start < a.span.start)
    empty = [u for u in units if not any(c.isalnum() for c in layout.text[u.span.start : u.span.end])]
    overlong = [u for u in units if u.own.end - u.own.start > OVERLONG_CHARS and u.kind not in _LARGE]
    doubtful.update(u.unit_id for u in (*empty, *overlong) if u.kind not in outer)
    bare = tuple(p.index for p in layout.pages if not layout.text[p.start : p.end].strip())
    reasons: list[str] = [f"{kind}: expected {want}, found {got}" for kind, want, got in expected if want != got]
    outer_twice = [u.path for u in twice if u.kind in outer]
    for what, found in (
        ("gaps in the numbering", serious),
        ("numbers occur twice", outer_twice),
        ("units out of order", list(breaks)),
        ("empty units", [u.path for u in empty if u.kind in outer]),
        ("overlong units", [u.path for u in overlong if u.kind in outer]),
    ):
        if found:
            reasons.append(f"{len(found)} {what}, the first at {found[0]}")
    doubtful = _with_descendants(units, doubtful)
    n_refused, refused = _refused(layout, units)
    return Proof(
        tuple(sorted(counts.items())),
        expected,
        tuple(gaps),
        tuple(u.path for u in twice),
        breaks,
        tuple(u.path for u in empty),
        tuple(u.path for u in overlong),
        bare,
        len(layout.text),
        len(layout.text) - _covered(units),
        len(layout.furniture),
        not reasons,
        tuple(reasons),
        tuple(u.path for u in units if u.unit_id in doubtful),
        n_refused,
        refused,
        frozenset(doubtful),
    )


def _covered(units: Iterable[Unit]) -> int:
    covered = reach = 0
    for unit in sorted(units, key=lambda u: u.span):
        covered += max(0, unit.span.end - max(reach, unit.span.start))
        reach = max(reach, unit.span.end)
    return covered


def _with_descendants(units: Sequence[Unit], ids: set[str]) -> set[str]:
    out = set(ids)
    for unit in units:
        if unit.parent_id in out:
            out.add(unit.unit_id)
    return out


def _refused(layout: Layout, units: Sequence[Unit]) -> tuple[int, tuple[str, ...]]:
    """The number of lines outside contents and footnotes that look numbered and begin no unit, and examples."""
    if not units:
        return 0, ()
    features = line_features(layout)
    taken = {features.at(u.span.start) for u in units}
    examples: list[str] = []
    n = 0
    for i, text in enumerate(features.texts):
        if i in taken or i in features.notes or not _NUMBERED.match(text):
            continue
        n += 1
        examples.append(f"page {layout.lines[i].page}: {text[:48]}")
    step = max(1, len(examples) // MAX_EXAMPLES)
    return n, tuple(examples[::step][:MAX_EXAMPLES])


def _gaps(units: Sequence[Unit]) -> list[tuple[str, list[Unit], str]]:
    """The numbers missing between siblings: a description, the siblings, and their kind.

    A sibling's number must follow its predecessor's, and the first must be 1; a list in a later section may continue
    the count of the section before.
    """
    families: defaultdict[tuple[str | None, str, str], list[tuple[int, Unit]]] = defaultdict(list)
    partial = {"subcategory"} if any(u.kind == "action" for u in units) else set()
    for unit in units:
        token = _token(unit) if unit.kind not in partial else None  # a profile contains only some of them
        if token is not None:
            prefix = unit.number[: len(unit.number) - len(token[0])]
            place = None if unit.kind in _GLOBAL else unit.parent_id
            families[(place, unit.kind, _plain(prefix))].append((token[1], unit))
    out: list[tuple[str, list[Unit], str]] = []
    last_of: dict[str | None, int] = {}
    before = _previous_siblings(units)
    for (place, kind, _), members in families.items():
        values = _as_one_family(members)
        start = last_of.get(before.get(place or ""), 0) + 1 if place else 1
        due = start if values and values[0] == start else 1
        for value, (_, unit) in zip(values, members, strict=True):
            if value > due:
                missing = str(due) if value == due + 1 else f"{due}–{value - 1}"
                out.append((f"{missing} before {unit.path}", [u for _, u in members], kind))
            due = max(due, value + 1)
        last_of[place] = max(values, default=0)
    return out


def _previous_siblings(units: Sequence[Unit]) -> dict[str, str]:
    """The id of each unit → that of the unit before it with the same kind and parent."""
    last: dict[tuple[str | None, str], str] = {}
    out: dict[str, str] = {}
    for unit in units:
        family = (unit.parent_id, unit.kind)
        if family in last:
            out[unit.unit_id] = last[family]
        last[family] = unit.unit_id
    return out


def _plain(prefix: str) -> str:
    return prefix.rstrip("( ")


def _token(unit: Unit) -> tuple[str, int] | None:
    """The last element of a unit's number, with its brackets, and its value; "i" is taken as a letter for now."""
    match = re.search(r"([^().\s-]+)\)?$", unit.number)
    if match is None:
        return None
    last = match.group(1)
    value: int | None = None
    if last.isdigit():
        value = int(last)
    elif last.isupper() and unit.kind in {"chapter", "annex", "clause", "appendix"}:
        in_letters = unit.kind == "appendix" or "(" in unit.title  # "Annex C (informative)" follows B
        value = ord(last) - 64 if in_letters and len(last) == 1 else roman_value(last)
        if value is None and len(last) == 1:
            value = ord(last) - 64
    elif len(last) == 1 and last.isalpha():
        value = ord(last.lower()) - 96
    elif len(last) == 2 and last[0] == last[1] and roman_value(last) is None:
        value = 26 + ord(last[0]) - 96
    else:
        value = roman_value(last)
    return (unit.number[match.start(1) :], value) if value else None


def _as_one_family(members: Sequence[tuple[int, Unit]]) -> list[int]:
    """The values of the members, as letters or as roman numerals: if the first is "i", all are roman."""
    tokens = [re.search(r"([^().\s]+)\)?$", u.number) for _, u in members]
    words = [m.group(1).lower() if m else "" for m in tokens]
    if words and words[0] == "i":
        return [roman_value(w) or value for w, (value, _) in zip(words, members, strict=True)]
    return [value for value, _ in members]


_GLOBAL = frozenset({"recital", "article", "annex", "chapter", "para", "clause", "principle", "appendix"})
