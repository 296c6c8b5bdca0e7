"""Units and headings → passages that fit the encoder. The only importer of ``langchain_text_splitters``.

A unit that fits is one passage; small neighbours under one parent share one; a long unit is cut into pieces at
sentence ends. Text outside units is gathered under its heading. Tables of contents are no passage. A passage is one
slice of the document text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from langchain_text_splitters import RecursiveCharacterTextSplitter

from ingest.blocks import Heading, find_blocks, headings
from kb.cleaning import clean
from kb.types import BlockKind, Edition, Passage, Span, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.pages import Layout

HEADING_TOKENS = 56
"""Room kept for the document's name and heading path in front of a passage."""

PIECE_CHARS = 260

_SPLITTER = RecursiveCharacterTextSplitter(
    separators=["\n\n", "\f", r"(?<=[.;?!])\s", "\n", " ", ""],
    is_separator_regex=True,
    chunk_size=PIECE_CHARS,
    chunk_overlap=0,
    keep_separator="end",
    strip_whitespace=False,
)


@dataclass(frozen=True, slots=True)
class _Atom:
    """A stretch of text that no unit or heading boundary cuts."""

    start: int
    end: int
    unit: int | None
    path: tuple[str, ...]
    contents: bool


def make_passages(
    layout: Layout,
    units: Sequence[Unit],
    edition: Edition,
    count_tokens: Callable[[Sequence[str]], list[int]],
    budget: int,
) -> list[Passage]:
    """The document's passages in reading order; each one's search text counts at most ``budget`` tokens."""
    room = budget - HEADING_TOKENS
    if room < 32:
        raise ValueError(f"a budget of {budget} tokens leaves no room for text")
    blocks = find_blocks(layout)
    heads = headings(layout, blocks)
    tokens = _TokenCounter(layout, count_tokens)
    by_id = {unit.unit_id: n for n, unit in enumerate(units)}
    parents = [by_id.get(unit.parent_id) if unit.parent_id else None for unit in units]
    contents = [(b.span.start, b.span.end) for b in blocks if b.kind is BlockKind.CONTENTS]
    atoms = _atoms(layout, units, heads, contents)
    holders = [_holder(atom.unit, units, parents, tokens, room) for atom in atoms]
    groups: list[list[int]] = []
    for n, atom in enumerate(atoms):
        if atom.contents:
            continue
        if groups and _joins(atoms, holders, parents, tokens, groups[-1], n, room):
            groups[-1].append(n)
        else:
            groups.append([n])
    spans: list[tuple[int, int, int | None, tuple[str, ...]]] = []
    for group in groups:
        start, end = atoms[group[0]].start, atoms[group[-1]].end
        unit = _common(group, atoms, holders, parents)
        for a, b in _pieces(layout.text, start, end, tokens, room, count_tokens):
            spans.append((a, b, unit, atoms[group[0]].path))
    return _records(layout, units, parents, edition, spans, count_tokens)


class _TokenCounter:
    """Tokens of any stretch of text, from counts per line; a part of a line counts by its share of characters."""

    def __init__(self, layout: Layout, count_tokens: Callable[[Sequence[str]], list[int]]) -> None:
        texts = [layout.line_text(line) for line in layout.lines]
        counts = [max(0, n - 2) for n in count_tokens(texts)] if texts else []
        self._starts = [line.start for line in layout.lines]
        self._ends = [line.end for line in layout.lines]
        self._counts = counts
        self._sums = [0, *accumulate(counts)]

    def __call__(self, start: int, end: int) -> int:
        """About how many tokens ``[start, end)`` has, special tokens not counted."""
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_right(self._starts, end - 1)
        total = self._sums[last] - self._sums[first] if last > first else 0
        if last > first:
            total -= self._share(first, self._starts[first], start)
            total -= self._share(last - 1, end, self._ends[last - 1])
        return max(0, total)

    def _share(self, line: int, start: int, end: int) -> int:
        length = self._ends[line] - self._starts[line]
        cut = min(max(0, end - start), length)
        return round(self._counts[line] * cut / length) if length else 0


def _atoms(
    layout: Layout, units: Sequence[Unit], heads: Sequence[Heading], contents: Sequence[tuple[int, int]]
) -> list[_Atom]:
    cuts = {0, len(layout.text)}
    for unit in units:
        cuts.update((unit.span.start, unit.span.end))
    for head in heads:
        cuts.add(head.span.start)
    for start, end in contents:
        cuts.update((start, end))
    ordered = sorted(cuts)
    atoms: list[_Atom] = []
    open_units: list[int] = []
    stack: list[Heading] = []
    next_unit = next_head = next_contents = 0
    for start, end in zip(ordered, ordered[1:], strict=False):
        while open_units and units[open_units[-1]].span.end <= start:
            open_units.pop()
        while next_unit < len(units) and units[next_unit].span.start <= start:
            if units[next_unit].span.end > start:
                open_units.append(next_unit)
            next_unit += 1
        while next_head < len(heads) and heads[next_head].span.start <= start:
            head = heads[next_head]
            while stack and stack[-1].level >= head.level:
                stack.pop()
            stack.append(head)
            next_head += 1
        while next_contents < len(contents) and contents[next_contents][1] <= start:
            next_contents += 1
        in_contents = next_contents < len(contents) and contents[next_contents][0] <= start
        if any(c.isalnum() for c in layout.text[start:end]):
            atoms.append(
                _Atom(start, end, open_units[-1] if open_units else None, tuple(h.text for h in stack[-3:]), in_contents)
            )
    return atoms


def _holder(
    unit: int | None, units: Sequence[Unit], parents: Sequence[int | None], tokens: _TokenCounter, room: int
) -> int | None:
    """The outermost unit around that still fits whole, or the innermost when none fits."""
    best = unit
    while unit is not None and tokens(units[unit].span.start, units[unit].span.end) <= room:
        best = unit
        unit = parents[unit]
    return best


def _joins(
    atoms: Sequence[_Atom],
    holders: Sequence[int | None],
    parents: Sequence[int | None],
    tokens: _TokenCounter,
    group: Sequence[int],
    n: int,
    room: int,
) -> bool:
    first, last = group[0], group[-1]
    if tokens(atoms[first].start, atoms[n].end) > room or atoms[n].start - atoms[last].end > 400:
        return False
    a, b = holders[last], holders[n]
    if a is None and b is None:
        if atoms[last].path == atoms[n].path:
            return True
        # a heading with nothing of its own goes with what it heads
        return tokens(atoms[first].start, atoms[last].end) < 24 and len(atoms[n].path) > len(atoms[last].path)
    if a is None or b is None:
        return False
    if a == b:
        return True
    if parents[b] == a and tokens(atoms[first].start, atoms[last].end) < 30:
        return True  # a title goes with the first thing it heads
    same_parent = parents[a] == parents[b] and parents[a] is not None
    introduces = parents[b] == a
    small = tokens(atoms[n].start, atoms[n].end) < room // 3
    return (same_parent or introduces) and small and tokens(atoms[first].start, atoms[n].end) <= 0.7 * room


def _common(
    group: Sequence[int], atoms: Sequence[_Atom], holders: Sequence[int | None], parents: Sequence[int | None]
) -> int | None:
    """The innermost unit that contains every atom of the group."""

    def line(unit: int | None) -> list[int]:
        out: list[int] = []
        while unit is not None:
            out.append(unit)
            unit = parents[unit]
        return out[::-1]

    chains = [line(holders[n]) for n in group]
    common: int | None = None
    for level in zip(*chains, strict=False):
        if any(u != level[0] for u in level):
            break
        common = level[0]
    return common


def _pieces(
    text: str,
    start: int,
    end: int,
    tokens: _TokenCounter,
    room: int,
    count_tokens: Callable[[Sequence[str]], list[int]],
) -> list[tuple[int, int]]:
    """``[start, end)`` cut into pieces of at most ``room`` tokens, at sentence ends where there are any."""
    if tokens(start, end) <= room:
        return [(start, end)]
    parts = [part for part in _SPLITTER.split_text(text[start:end]) if part]
    counts = [max(0, n - 2) for n in count_tokens(parts)]
    out: list[tuple[int, int]] = []
    at = begin = start
    used = 0
    for part, count in zip(parts, counts, strict=True):
        if used and used + count > room:
            out.append((begin, at))
            begin, used = at, 0
        at += len(part)
        used += count
    if at != end:
        raise AssertionError("the splitter lost characters")
    out.append((begin, at))
    if len(out) > 1 and tokens(*out[-1]) < 24 and tokens(out[-2][0], out[-1][1]) <= room:
        out[-2:] = [(out[-2][0], out[-1][1])]
    return out


def _records(
    layout: Layout,
    units: Sequence[Unit],
    parents: Sequence[int | None],
    edition: Edition,
    spans: Sequence[tuple[int, int, int | None, tuple[str, ...]]],
    count_tokens: Callable[[Sequence[str]], list[int]],
) -> list[Passage]:
    starts = [page.start for page in layout.pages]
    marked: set[int] = set()
    for a, b in layout.marks:
        marked.update(range(a, b))
    rows: list[tuple[int, int, int | None, tuple[str, ...], str, str]] = []
    for a, b, unit, path in spans:
        while a < b and layout.text[a].isspace():
            a += 1
        while b > a and layout.text[b - 1].isspace():
            b -= 1
        raw = layout.text[a:b]
        if sum(c.isalnum() for c in raw) < 3:
            continue
        skip = {m - a for m in range(a, b) if m in marked} if marked else ()
        words, _ = clean(raw, skip)
        trail = _trail(edition, units, parents, unit, path)
        rows.append((a, b, unit, trail, raw, words))
    prefixes = _fitting([" > ".join(row[3]) for row in rows], count_tokens)
    out: list[Passage] = []
    for (a, b, unit, trail, raw, words), prefix in zip(rows, prefixes, strict=True):
        out.append(
            Passage(
                edition.doc_id,
                Span(a, b),
                raw,
                f"{prefix}\n{words}" if prefix else words,
                trail,
                units[unit].unit_id if unit is not None else None,
                max(1, bisect_right(starts, a)),
                max(1, bisect_right(starts, b - 1)),
            )
        )
    return out


def _trail(
    edition: Edition,
    units: Sequence[Unit],
    parents: Sequence[int | None],
    unit: int | None,
    path: tuple[str, ...],
) -> tuple[str, ...]:
    """Document name, then the units around from the outside in, or the headings where there are no units."""
    names: list[str] = []
    at = unit
    while at is not None:
        u = units[at]
        name = f"{u.path} {u.title}".strip() if u.title and u.title != u.path else u.path
        names.append(re.sub(r"^(.{90}).+$", r"\1…", name))
        at = parents[at]
    inner = names[::-1][-3:] if names else [re.sub(r"^(.{90}).+$", r"\1…", p) for p in path]
    return (edition.ref, *inner)


def _fitting(prefixes: Sequence[str], count_tokens: Callable[[Sequence[str]], list[int]]) -> list[str]:
    """Prefixes of at most :data:`HEADING_TOKENS` tokens: parts are dropped from the left after the document's name."""
    out = list(prefixes)
    for _ in range(4):
        counts = count_tokens(out) if out else []
        long = [i for i, n in enumerate(counts) if n > HEADING_TOKENS]
        if not long:
            return out
        for i in long:
            parts = out[i].split(" > ")
            out[i] = " > ".join([parts[0], *parts[2:]]) if len(parts) > 2 else out[i][: max(20, len(out[i]) // 2)]
    return out
