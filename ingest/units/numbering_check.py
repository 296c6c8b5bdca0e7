"""Checks the numbering of a document that was read: counts, gaps, duplicates and order. Pure.

A fault concerns the units that it touches, and not the whole document. If a number is missing, the units before and
after the gap are not proven: the first may hold the words of the missing one. If a number occurs twice, neither unit is
proven. If the numbers of a list inside a unit have a gap, the whole list is not proven. If a kind does not have the
expected number of units and no gap explains it, no unit of this kind is proven. Two further signs are the contents list
and numbered lines that were not read: a unit that holds a heading of the contents list, or a run of such lines, is not
proven.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ingest.layout.line_features import line_features
from ingest.units.witnesses import ContentsWitness, contents_list_says, holding_runs, skipped_parts
from kb.text.numerals import roman_value
from kb.types import Notice, notice, notice_to_json

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
    """The result of the check. ``holds`` says that nothing was found against the numbering as a whole.

    ``unproven`` are the paths of the units that may not be cited by number. ``refused`` are examples of lines that
    begin like a numbered unit and were not read as one; ``n_refused`` is their number. ``grade`` says how far the
    numbers can be trusted ("none" if there are no numbers), ``grade_reasons`` why.
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
    reasons: tuple[Notice, ...]
    unproven: tuple[str, ...] = ()
    n_refused: int = 0
    refused: tuple[str, ...] = ()
    unproven_ids: frozenset[str] = frozenset()
    grade: str = "none"
    grade_reasons: tuple[Notice, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data."""
        found = asdict(self)
        del found["unproven_ids"]
        for name in ("reasons", "grade_reasons"):
            found[name] = [notice_to_json(each) for each in getattr(self, name)]
        return found


def check_numbering(layout: Layout, units: Sequence[Unit], edition: Edition) -> Proof:
    """Checks the units of one document: counts, gaps, duplicates, order and coverage."""
    counts = Counter(u.kind for u in units)
    expected = tuple((kind, want, counts.get(kind, 0)) for kind, want in edition.expected)
    outer = frozenset(kind for kind, _ in edition.expected) | (frozenset(counts) - _NESTED)
    doubtful: set[str] = {u.unit_id for u in units if not u.proven}
    beside: set[str] = set()
    holding: set[str] = set()
    gaps: list[str] = []
    serious: list[str] = []
    missing: Counter[str] = Counter()
    for gap in _gaps(units):
        if gap.leading and edition.scheme == "outline" and gap.at.parent_id is None:
            continue  # an excerpt begins in the middle
        gaps.append(gap.text)
        if gap.at.path.startswith("item ") and gap.before is not None and _is_one_line(layout, gap.before):
            continue  # the list leaves the number out: the point before has no room for another
        if gap.kind in outer:
            serious.append(gap.text)
            missing[gap.kind] += gap.n_missing
            beside.update(u.unit_id for u in (gap.before, gap.at) if u is not None)
            holding.update([] if gap.before is None else [gap.before.unit_id])
        else:
            doubtful.update(u.unit_id for u in gap.members)
    if edition.scheme == "outline":
        for unit, jump in skipped_parts(units):
            gaps.append(jump)
            serious.append(jump)
            beside.add(unit.unit_id)
            holding.add(unit.unit_id)
    twice = [u for u in units if re.search(r"~\d+$", u.unit_id)]
    first = {u.unit_id: u for u in units}
    for u in twice:
        original = first.get(re.sub(r"~\d+$", "", u.unit_id))
        doubtful.update(x.unit_id for x in (u, original) if x is not None)
    breaks = tuple(b for a, b in pairwise(units) if b.span.start < a.span.start)
    empty = [u for u in units if not any(c.isalnum() for c in layout.text[u.span.start : u.span.end])]
    overlong = [u for u in units if u.own.end - u.own.start > OVERLONG_CHARS and u.kind not in _LARGE]
    doubtful.update(u.unit_id for u in (*empty, *overlong, *breaks))
    bare = tuple(p.index for p in layout.pages if not layout.text[p.start : p.end].strip())
    reasons = [notice("check count", kind=kind, want=want, got=got) for kind, want, got in expected if want != got]
    for kind, want, got in expected:
        if want != got and want - got != missing[kind]:
            doubtful.update(u.unit_id for u in units if u.kind == kind)
    outer_twice = [u.path for u in twice if u.kind in outer]
    for what, found in (
        ("check gaps", serious),
        ("check twice", outer_twice),
        ("check order", [u.path for u in breaks]),
        ("check empty", [u.path for u in empty if u.kind in outer]),
        ("check overlong", [u.path for u in overlong if u.kind in outer]),
    ):
        if found:
            reasons.append(notice(what, n=len(found), first=found[0]))
    refused_lines = _refused_lines(layout, units)
    general = edition.scheme == "outline"
    swallowed = holding_runs(layout, units, refused_lines) if general else []
    beside.update(u.unit_id for u in swallowed)
    holding.update(u.unit_id for u in swallowed)
    if swallowed:
        reasons.append(notice("check swallowed", n=len(swallowed), first=swallowed[0].path))
    said = contents_list_says(layout, units) if general else ContentsWitness()
    beside.update(u.unit_id for u in said.touched)
    if said.missing:
        reasons.append(notice("check contents", n=len(said.missing), first=said.missing[0]))
    doubtful = _with_descendants(units, doubtful) | beside | _points_below(units, holding)
    refused = tuple(
        f"page {layout.lines[i].page}: {layout.line_text(layout.lines[i]).strip()[:48]}" for i in refused_lines
    )
    step = max(1, len(refused) // MAX_EXAMPLES)
    grade, why = _grade(units, doubtful, said, bool(expected) and all(want == got for _, want, got in expected))
    return Proof(
        tuple(sorted(counts.items())),
        expected,
        tuple(gaps),
        tuple(u.path for u in twice),
        tuple(u.path for u in breaks),
        tuple(u.path for u in empty),
        tuple(u.path for u in overlong),
        bare,
        len(layout.text),
        len(layout.text) - _covered(units),
        len(layout.furniture),
        not reasons,
        tuple(reasons),
        tuple(u.path for u in units if u.unit_id in doubtful),
        len(refused),
        refused[::step][:MAX_EXAMPLES],
        frozenset(doubtful),
        grade,
        (*why, *reasons),
    )


def _grade(
    units: Sequence[Unit], doubtful: set[str], said: ContentsWitness, as_expected: bool
) -> tuple[str, tuple[Notice, ...]]:
    """How far the numbers may be trusted, and why."""
    if not units:
        return "none", (notice("check no units"),)
    share = 1 - len(doubtful) / len(units)
    proven = notice("check proven", n=len(units) - len(doubtful), total=len(units))
    witness = said.confirmed and not said.missing
    if share == 1 and (witness or as_expected):
        by = notice("check by contents" if witness else "check by number")
        return "high", (proven, by)
    if share == 1:
        return "good", (proven, notice("check unwitnessed"))
    return ("fair" if share >= 0.9 else "poor" if share >= 0.5 else "low"), (proven,)


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


def _points_below(units: Sequence[Unit], ids: set[str]) -> set[str]:
    """The points in units that may hold the words of a missing one: they may be its points."""
    held = set(ids)
    for unit in units:
        if unit.parent_id in held and unit.kind in _NESTED:
            held.add(unit.unit_id)
    return held - ids


def _refused_lines(layout: Layout, units: Sequence[Unit]) -> list[int]:
    """The lines outside contents and footnotes that look numbered and begin no unit."""
    if not units:
        return []
    features = line_features(layout)
    taken = {features.at(u.span.start) for u in units}
    return [
        i
        for i, text in enumerate(features.texts)
        if i not in taken and i not in features.notes and _NUMBERED.match(text)
    ]


@dataclass(frozen=True, slots=True)
class _Gap:
    """Numbers that are missing before the unit ``at``; ``leading``: before the first of its siblings."""

    text: str
    members: list[Unit]
    kind: str
    before: Unit | None
    at: Unit
    n_missing: int
    leading: bool


def _is_one_line(layout: Layout, unit: Unit) -> bool:
    return "\n" not in layout.text[unit.span.start : unit.span.end].strip()


def _gaps(units: Sequence[Unit]) -> list[_Gap]:
    """The numbers missing between siblings.

    A sibling's number must follow its predecessor's, and the first must be 1; a list in a later section may continue
    the count of the section before, and a series such as the recommendations of a report that of all before it. The
    first article that was inserted after another is its second.
    """
    families: defaultdict[tuple[str | None, str, str], list[tuple[int, Unit]]] = defaultdict(list)
    profile = any(u.kind == "action" for u in units)
    partial = {"subcategory", "govern", "map", "measure", "manage"} if profile else set()
    by_id = {u.unit_id: u for u in units}
    for unit in units:
        token = _token(unit) if unit.kind not in partial else None  # a profile contains only some of them
        if token is not None:
            prefix = unit.number[: len(unit.number) - len(token[0])]
            place = _scope(unit) if unit.kind in _GLOBAL else unit.parent_id
            families[(place, unit.kind, _plain(prefix))].append((token[1], unit))
    out: list[_Gap] = []
    last_of: dict[str | None, int] = {}
    last_of_kind: dict[tuple[str, str], int] = {}
    before = _previous_siblings(units)
    for (place, kind, prefix), members in families.items():
        values = _as_one_family(members)
        start = last_of.get(before.get(place or ""), 0) + 1 if place in by_id else 1
        onward = last_of_kind.get((kind, prefix), 0) + 1 if kind not in _NESTED else 1
        due = (
            values[0]
            if values and values[0] in {start, onward}
            else 2
            if kind == "article" and prefix[-1:] == "-"
            else 1
        )
        previous: Unit | None = None
        for value, (_, unit) in zip(values, members, strict=True):
            if value > due:
                missing = str(due) if value == due + 1 else f"{due}–{value - 1}"
                siblings = [u for _, u in members]
                prior = previous or by_id.get(unit.parent_id or "")
                out.append(
                    _Gap(f"{missing} before {unit.path}", siblings, kind, prior, unit, value - due, previous is None)
                )
            due = max(due, value + 1)
            previous = unit
        last_of[place] = last_of_kind[kind, prefix] = max(values, default=0)
    return out


def _scope(unit: Unit) -> str:
    """The unit's key without its number: "article:", or "annex:A." where numbers begin again in a part."""
    key = re.sub(r"~\d+$", "", unit.unit_id)
    return key.removesuffix(unit.number)


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
    if words and words[0] in {"a", "b"}:
        return [
            ord(w) - 96 if len(w) == 1 and w.isalpha() else value for w, (value, _) in zip(words, members, strict=True)
        ]
    return [value for value, _ in members]


_GLOBAL = frozenset({"recital", "article", "annex", "chapter", "para", "clause", "principle", "appendix"})
