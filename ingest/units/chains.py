"""Finds the numbered lines that count up through a document, and excludes lines that only look like them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.layout.line_features import refers
from ingest.units.assembly import UnitDraft
from ingest.units.lists import indent, readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ingest.layout.line_features import LineFeatures


_CLAUSE = re.compile(r"(?:[A-Z]\.)?\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]")
"""The start of a numbered heading: "4.1 General", "A.1 General"."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of numbered line.

    ``pattern`` matches at the line's start; its group ``n`` is the number, the optional group ``title`` the words after
    it. ``rank`` is the depth, outermost first. ``name`` makes key and path from the number, ``value`` its value.
    """

    kind: str
    pattern: re.Pattern[str]
    rank: int
    name: Callable[[str], tuple[str, str]]
    value: Callable[[str], int | None] = lambda s: int(s) if s.isdigit() else None
    lists: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that could begin a unit, and its likeness to one."""

    line: int
    value: int
    number: str
    title: str
    score: float
    end: int


def candidates(features: LineFeatures, rule: Rule, lines: Iterable[int]) -> list[Candidate]:
    """The lines that a rule matches."""
    out: list[Candidate] = []
    for i in lines:
        text = features.texts[i]
        match = rule.pattern.match(text)
        if not match:
            continue
        value = rule.value(match["n"])
        if value is None:
            continue
        title = (match.groupdict().get("title") or "").strip()
        out.append(Candidate(i, value, match["n"], title, likeness(features, i, match.end("n")), match.end("n")))
    return out


def likeness(features: LineFeatures, i: int, number_end: int = 0) -> float:
    """A weight for lines that may begin a unit: 1, more for space above, bold and size, less in small print."""
    line = features.layout.lines[i]
    before = features.layout.lines[i - 1] if i else None
    score = 1.0
    if i in features.notes:
        score -= 0.9
    elif line.size < 0.88:
        score -= 0.3
    if line.bold or line.size > 1.1:
        score += 0.3
    if before is None or before.page != line.page or line.top - before.top > 1.6 * 0.014 or line.top < before.top:
        score += 0.2
    if before is not None and before.page == line.page and refers(features.texts[i - 1], ""):
        score -= 0.6
    elif re.search(r"[.;:!?)\]”’\"»]\s*$", features.texts[i - 1]) if i else True:
        score += 0.15
    if number_end and refers(
        "", features.texts[i][number_end:].lstrip("). ") and features.texts[i][number_end:].lstrip(").")
    ):
        score -= 0.5
    return score


def chain(found: Sequence[Candidate], first: int = 1) -> list[Candidate]:
    """The best run of candidates that count ``first``, ``first`` + 1, … in reading order; a gap costs much."""
    best: list[tuple[float, int]] = []
    by_value: dict[int, list[int]] = {}
    for k, c in enumerate(found):
        options: list[tuple[float, int]] = []
        if c.value == first:
            options.append((0.0, -1))
        for step, cost in ((1, 0.0), (2, 1.5), (3, 3.0)):
            for j in by_value.get(c.value - step, ())[-40:]:
                options.append((best[j][0] - cost, j))
        if not options and c.value <= first + 2:
            options.append((-1.5 * (c.value - first), -1))
        score, link = max(options, default=(-1e9, -1))
        best.append((score + c.score, link))
        by_value.setdefault(c.value, []).append(k)
    if not best:
        return []
    k = max(range(len(best)), key=lambda i: (best[i][0], -i))
    out: list[Candidate] = []
    while k >= 0:
        if best[k][0] < -1e8:
            break
        out.append(found[k])
        k = best[k][1]
    return out[::-1]


def top(
    features: LineFeatures, c: Candidate, rule: Rule, title: str = "", title_lines: int = 0
) -> tuple[int, UnitDraft]:
    """A candidate as the draft of a unit; ``title_lines`` is the number of lines after its own that are its title."""
    key, path = rule.name(c.number)
    start = features.layout.lines[c.line].start + indent(features, c.line)
    head = features.layout.lines[min(c.line + title_lines, len(features.texts) - 1)].end if title_lines else start
    return c.line, UnitDraft(rule.kind, c.number, key, path, title or c.title, start, rule.rank, head, lists=rule.lists)


def merge(*groups: Sequence[tuple[int, UnitDraft]]) -> list[tuple[int, UnitDraft]]:
    """Units of several kinds in reading order, outer ones first."""
    return sorted((item for group in groups for item in group), key=lambda item: (item[1].start, item[1].rank))


def where(features: LineFeatures, pattern: str, after: int = 0) -> int | None:
    """The index of the first line from ``after`` on that matches, or ``None``."""
    rx = re.compile(pattern, re.IGNORECASE)
    return next((i for i in range(after, len(features.texts)) if rx.search(features.texts[i])), None)


def title_below(features: LineFeatures, i: int, most: int = 3) -> tuple[str, int]:
    """The heading lines below line ``i`` and their number: up to a numbered line, other print, or a full line."""
    lines = features.layout.lines
    words: list[str] = []
    first = lines[i + 1] if i + 1 < len(lines) else None
    if first is None:
        return "", 0
    measure = max(x.x1 - x.x0 for x in lines[max(0, i - 30) : i + 30])
    for j in range(i + 1, min(i + 1 + most, len(lines))):
        line = lines[j]
        if readings(features.texts[j]) or _CLAUSE.match(features.texts[j]) or line.page != first.page:
            break
        if (line.bold, round(line.size, 1)) != (first.bold, round(first.size, 1)):
            break
        if words and line.x0 < min(first.x0, lines[i].x0) - 20:
            break
        words.append(features.texts[j])
        if line.x1 - line.x0 < 0.6 * measure:
            following = lines[j + 1] if j + 1 < len(lines) else None
            if following is None or following.x0 < line.x0 - 5 or following.bold != line.bold:
                break
    title = " ".join(words)
    return (title, len(words)) if len(title) <= 300 else ("", 0)
