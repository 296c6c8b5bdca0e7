"""Collects the evidence for and against the units that were read: the contents list, and numbered lines inside a unit.
Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingest.layout.line_features import line_features
from ingest.units.general.marks import number_forms, values_of
from ingest.units.general.sequences import letters_of
from ingest.units.general.series import Witness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout
    from kb.types import Unit

_LEAST_RUN = 4
"""This many lines that count up inside one unit are a numbering of their own that was not read."""

_MANY = 8
_HOLDS_MUCH = frozenset({"formula", "annex", "appendix", "part", "chapter", "entry", "schedule", "addenda"})
_COUNTED_FORMS = frozenset({"decimal", "dot", "paren", "close", "word"})


@dataclass(frozen=True, slots=True)
class ContentsWitness:
    """The evidence of the contents list. ``confirmed``: it has the headings that were found; ``missing`` are its
    headings that were not found, ``touched`` the units that may contain their words."""

    confirmed: bool = False
    missing: tuple[str, ...] = ()
    touched: tuple[Unit, ...] = field(default=())


def contents_list_says(layout: Layout, units: Sequence[Unit]) -> ContentsWitness:
    """The result of comparing the numbered lines of the contents list with the units."""
    features = line_features(layout)
    listed = {key: title for key, title in Witness(features).titles.items() if title}
    if len(listed) < 3 or not units:
        return ContentsWitness()
    found: dict[tuple[str, tuple[int, ...]], Unit] = {}
    for unit in units:
        word = "" if unit.kind in {"section", "para"} else unit.kind
        parts = values_of(unit.number) if unit.number else ()
        if parts:
            found.setdefault((word, parts), unit)
    there = {key for key in listed if (_word(key[0]), key[1]) in found}
    if len(there) < 0.5 * len(listed):
        return ContentsWitness()
    missing: list[str] = []
    touched: list[Unit] = []
    for word, parts in listed:
        if (word, parts) in there or word in {"roman", "letter"}:
            continue
        missing.append(f"{word} {'.'.join(map(str, parts))}".strip())
        siblings = [(word, (*parts[:-1], n)) for n in range(parts[-1] - 1, 0, -1)]
        before = next((found[_word(w), p] for w, p in siblings if (w, p) in there), None)
        if before is None and len(parts) > 1:
            before = found.get((_word(word), parts[:-1]))
        if before is not None:
            last = before.span.end
            touched += [u for u in units if before.span.start <= u.span.start < last and u.span.end >= last - 2]
    return ContentsWitness(len(there) >= max(3, 0.8 * len(listed)), tuple(missing), tuple(touched))


def _word(word: str) -> str:
    return "" if word in {"roman", "letter"} else word


def holding_runs(layout: Layout, units: Sequence[Unit], refused: Sequence[int]) -> list[Unit]:
    """The units whose own text holds a run of numbered lines that were not read."""
    if len(refused) < _LEAST_RUN:
        return []
    features = line_features(layout)
    starts = [u.span.start for u in units]
    inside: defaultdict[int, list[int]] = defaultdict(list)
    named = {(values_of(u.number), letters_of(u.title)) for u in units if u.title and u.number}
    for i in refused:
        if any((parts, letters_of(title)) in named for _, _, _, parts, _, _, title in number_forms(features.texts[i])):
            continue  # a list of contents at the beginning of a part
        k = bisect_right(starts, features.starts[i]) - 1
        while k >= 0 and units[k].span.end <= features.starts[i]:
            k -= 1
        if k >= 0 and units[k].kind not in _HOLDS_MUCH:
            inside[k].append(i)
    out: list[Unit] = []
    for k, lines in sorted(inside.items()):
        values: dict[str, list[int]] = defaultdict(list)
        for i in lines:
            for form, _, _, parts, _, _, _ in number_forms(features.texts[i]):
                if form in _COUNTED_FORMS:
                    values[form].append(parts[-1])
        longest = max((_longest(v) for v in values.values()), default=0)
        if longest >= _LEAST_RUN or (len(lines) >= _MANY and longest >= 2):
            out.append(units[k])
    return out


def _longest(values: Sequence[int]) -> int:
    """The length of the longest stretch that counts up by one."""
    steps = [b == a + 1 for a, b in pairwise(values)]
    return max((sum(1 for _ in run) + 1 for up, run in groupby(steps) if up), default=0)


def skipped_parts(units: Sequence[Unit]) -> list[tuple[Unit, str]]:
    """The units before a jump of the first number, as from 2.4 to 4.1, if nothing that was read has the number 3.

    Such a unit may hold the words of the missing part.
    """
    out: list[tuple[Unit, str]] = []
    before: Unit | None = None
    top = 0
    between: set[str] = set()
    for unit in units:
        number = re.fullmatch(r"(\d{1,3})[.-]\d[\d.]*", unit.number)
        if unit.kind not in {"section", "para"} or number is None:
            between.add(unit.number)
            continue
        value = int(number.group(1))
        missing = [n for n in range(top + 1, value) if str(n) not in between]
        if before is not None and value > top + 1 and missing:
            out.append((before, f"{missing[0]} before {unit.path}"))
        before, top = unit, value
        between = set()
    return out
