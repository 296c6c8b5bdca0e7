"""Finds sequences of lines whose numbers count up, confirmed by the table of contents. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.layout.line_features import CONTENTS_HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures
    from ingest.units.general.marks import Mark

RESTART = 2.4
"""The cost of a run that begins again at 1, so that a short list does not look like a new part of the document."""

_GAP = 1.2
_MIDDLE = 0.8
_NO_PARENT = 0.5
_LEAST_LIKELY = 0.35

NumberParts = tuple[int, ...]


@dataclass(slots=True)
class _Path:
    """The best run that ends in a mark: its score, and the mark before it (-1: none)."""

    score: float
    before: int
    restarts: bool


def runs_of(found: Sequence[Mark], bonus: Sequence[float], restart: float = RESTART) -> list[list[int]]:
    """The best runs of marks in reading order, as indices: each counts up, and a new one begins again at 1.

    A number may follow its sibling, the parts below its sibling, or its parent. A missing number has a high cost, a
    missing parent a low one: chapters are often not numbered in the same way.
    """
    paths: list[_Path] = []
    exact: dict[NumberParts, int] = {}
    prefix: dict[NumberParts, int] = {}
    top = -1
    for k, mark in enumerate(found):
        own = mark.score + bonus[k]
        best = _best_before(mark.parts, exact, prefix, paths, top, restart)
        paths.append(_Path(best[0] + own, best[1], best[2]))
        if own < _LEAST_LIKELY:
            paths[-1].score -= 50.0
            continue
        _keep_best(exact, mark.parts, k, paths)
        for depth in range(1, len(mark.parts) + 1):
            _keep_best(prefix, mark.parts[:depth], k, paths)
        if top < 0 or paths[k].score > paths[top].score:
            top = k
    runs: list[list[int]] = []
    if top < 0:
        return runs
    current: list[int] = []
    k = top
    while k >= 0:
        current.append(k)
        if paths[k].restarts or paths[k].before < 0:
            runs.append(current[::-1])
            current = []
        k = paths[k].before
    return runs[::-1]


def _keep_best(table: dict[NumberParts, int], key: NumberParts, k: int, paths: Sequence[_Path]) -> None:
    if key not in table or paths[k].score >= paths[table[key]].score:
        table[key] = k


def _best_before(
    parts: NumberParts,
    exact: dict[NumberParts, int],
    prefix: dict[NumberParts, int],
    paths: Sequence[_Path],
    top: int,
    restart: float,
) -> tuple[float, int, bool]:
    head, n = parts[:-1], parts[-1]
    options: list[tuple[float, int, bool]] = []
    first = all(p == 1 for p in parts)
    if first:
        options.append((-0.2 * len(head), -1, False))
    elif n == 1 or len(parts) == 1:
        options.append((-_MIDDLE - 0.2 * len(head), -1, False))
    else:
        options.append((-3.0 * _MIDDLE - 0.1 * n, -1, False))
    for gap in range(3):
        j = prefix.get((*head, n - 1 - gap))
        if j is not None and n - 1 - gap > 0:
            options.append((paths[j].score - _GAP * gap, j, False))
    if head:
        j = exact.get(head)
        if j is not None and n <= 2:
            options.append((paths[j].score - 1.25 * _GAP * (n - 1), j, False))
        if len(head) > 1 and n == 1 and head[-1] == 1 and (j := exact.get(head[:-1])) is not None:
            options.append((paths[j].score - _GAP, j, False))
        if n == 1 and head[-1] > 1 and (j := prefix.get((*head[:-1], head[-1] - 1))) is not None:
            options.append((paths[j].score - _NO_PARENT, j, False))
        if n == 1:  # a chapter without numbered parts lies between
            for gap in (2, 3):
                if head[-1] > gap and (j := prefix.get((*head[:-1], head[-1] - gap))) is not None:
                    options.append((paths[j].score - _NO_PARENT - _GAP * (gap - 1), j, False))
    if first and top >= 0:
        options.append((paths[top].score - restart - 0.2 * len(head), top, True))
    return max(options)


def contents_twins(features: LineFeatures, found: Sequence[Mark]) -> frozenset[int]:
    """The lines of a list of contents without page numbers.

    The same number and title occur again, and here the next line is numbered as well and is not below it. Where most
    lines of a page are such lines, the whole page is a list of contents.
    """
    places: defaultdict[tuple[NumberParts, str], set[int]] = defaultdict(set)
    lines: dict[int, Mark] = {}
    by_page: Counter[int] = Counter()
    twin_of_page: Counter[int] = Counter()
    layout = features.layout
    total = Counter(line.page for line in layout.lines)
    for mark in found:
        titled = mark.title and len(mark.title) < 100 and mark.title[-1] not in ".;" and not mark.branch
        if titled and mark.form in {"dot", "decimal", "bare", "word", "dash", "roman", "letter"}:
            places[mark.parts, letters_of(mark.title)].add(mark.line)
        lines.setdefault(mark.line, mark)
    twins = {line for members in places.values() if len(members) > 1 for line in members}
    for line in lines:
        by_page[layout.lines[line].page] += 1
        twin_of_page[layout.lines[line].page] += line in twins
    last = len(layout.pages)
    pages = {
        page
        for page, n in by_page.items()
        if n >= 0.7 * total[page] and n >= 8 and twin_of_page[page] >= 0.5 * n and page <= max(3, last // 8)
    }
    out = {i for i, line in enumerate(layout.lines) if line.page in pages and i not in features.heads}
    for line in twins:
        mark, follower = lines[line], lines.get(line + 1)
        page = layout.lines[line].page
        ends_page = line + 1 >= len(layout.lines) or layout.lines[line + 1].page != page
        run = lines.get(line - 1)
        listed = run is not None and run.line in twins and run.form == mark.form
        below = (
            follower is not None
            and follower.parts[: len(mark.parts)] == mark.parts
            and len(follower.parts) > len(mark.parts)
        )
        if below or not (listed or (follower is not None and follower.line in twins)):
            continue
        if (follower is not None and follower.form == mark.form) or (ends_page and listed):
            out.add(line)
    return frozenset(out)


def contents_under_heading(features: LineFeatures, found: Sequence[Mark]) -> frozenset[int]:
    """The lines below each heading "Table of contents" with numbers that occur again further down.

    The list goes on while its lines are numbered and no number occurs twice, or while they continue the title above
    them. Most of its numbers must occur again after it.
    """
    layout, texts = features.layout, features.texts
    by_line: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in found:
        if not mark.branch:
            by_line[mark.line].append(mark)
    out: set[int] = set()
    for begin, text in enumerate(texts):
        if begin in out or not CONTENTS_HEAD.fullmatch(text.strip(" .:*#=-")):
            continue
        listed: list[int] = []
        seen: set[object] = set()
        more = 0
        for i in range(begin + 1, len(texts)):
            here = {(mark.form == "word", mark.parts) for mark in by_line.get(i, ())}
            titled = {(letters_of(mark.title), mark.parts) for mark in by_line.get(i, ()) if mark.title}
            if here and not (here | titled) & seen and len(texts[i]) < _MOST_LISTED:
                seen |= here | titled
                listed.append(i)
                more = 0
                continue
            more += 1
            goes_on = bool(listed) and more < 2 and not here and len(texts[i]) < _MOST_LISTED / 2
            if not goes_on or layout.lines[i].x0 < layout.lines[listed[-1]].x0 or texts[i].endswith((".", ";", ":")):
                break
            listed.append(i)
        if not listed:
            continue
        later = {mark.parts for mark in found if mark.line > listed[-1]}
        numbered = [by_line[i] for i in listed if by_line.get(i)]
        again = sum(any(mark.parts in later for mark in marks) for marks in numbered)
        if len(numbered) > 1 and again >= 0.7 * len(numbered):
            out.update(listed)
    return frozenset(out)


_MOST_LISTED = 120
"""Letters of a line of a list of contents, at the most."""


def letters_of(title: str) -> str:
    """The letters of a title, for comparison."""
    return "".join(c for c in title.casefold() if c.isalnum())[:60]


def chain_runs(values: Sequence[int], scores: Sequence[float]) -> list[int]:
    """The best run that counts 1, 2, 3 … through the document, as indices; a gap costs much."""
    best: list[tuple[float, int]] = []
    by_value: dict[int, int] = {}
    for k, (value, score) in enumerate(zip(values, scores, strict=True)):
        options = [(0.0, -1)] if value == 1 else [(-_GAP * min(value - 1, 3), -1)] if value <= 3 else []
        for gap in range(3):
            j = by_value.get(value - 1 - gap)
            if j is not None:
                options.append((best[j][0] - 1.5 * gap, j))
        if not options:
            best.append((-1e9, -1))
            continue
        before = max(options)
        best.append((before[0] + score, before[1]))
        if value not in by_value or best[k][0] > best[by_value[value]][0]:
            by_value[value] = k
    if not best:
        return []
    k = max(range(len(best)), key=lambda i: (best[i][0], -i))
    out: list[int] = []
    while k >= 0 and best[k][0] > -1e8:
        out.append(k)
        k = best[k][1]
    return out[::-1]
