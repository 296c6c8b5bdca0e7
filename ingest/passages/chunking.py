"""Cuts units and headings into passages that fit the encoder. The only importer of ``langchain_text_splitters``.

A unit that fits is one passage; small neighbours with the same parent share a passage; a long unit is cut at sentence
ends. Text outside units is collected under its heading. A footnote, and a cell of a table with column heads, is a
passage of its own. Tables of contents, lines such as "table continued", and headings that are in the heading path of
the text below them are not made into passages. A passage is one slice of the document text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from langchain_text_splitters import RecursiveCharacterTextSplitter

from ingest.layout.blocks import Heading, carries_a_table_over, find_blocks, headings
from ingest.layout.line_features import line_features
from ingest.layout.source_lists import lists_sources
from ingest.layout.source_page import LineRole
from ingest.layout.tables import Cell, find_cells
from ingest.passages.page_kinds import ranges_by_kind
from kb.text.cleaning import clean
from kb.text.page_kinds import Apparatus
from kb.types import PARAGRAPH_END, BlockKind, Edition, Passage, Span, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ingest.layout.layout import Layout
    from ingest.layout.line_features import LineFeatures

HEADING_TOKENS = 56
"""Tokens reserved for the document's name and the heading path in front of a passage."""

PIECE_CHARS = 260

REFERENCES_HEADING = Apparatus.REFERENCES.value
"""The heading that lists of sources, notes and members get, whatever the document calls them."""

FOOTNOTES_HEADING = "Footnotes"

_ALONE = frozenset({"subcategory", "action", "question", "term", "entry"})
"""Kinds of units, such as rows of control tables, that people ask for singly; they share no passage with neighbours."""

_HEADING_WORDS = 30
_PLACEHOLDER = re.compile(r"(?:no common definitions?\W*)?(?:we welcome recommendations\W*)?", re.IGNORECASE)

_SPLITTER = RecursiveCharacterTextSplitter(
    separators=["\n\n", PARAGRAPH_END, "\f", r"(?<=[.;?!])\s", "\n", " ", ""],
    is_separator_regex=True,
    chunk_size=PIECE_CHARS,
    chunk_overlap=0,
    keep_separator="end",
    strip_whitespace=False,
)


@dataclass(frozen=True, slots=True)
class _Atom:
    """A piece of text without a boundary inside it. Atoms of different lanes never share a passage."""

    start: int
    end: int
    unit: int | None
    path: tuple[str, ...]
    lane: str
    bare: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A passage whose heading path is not yet cut to size."""

    start: int
    end: int
    unit: int | None
    trail: tuple[str, ...]
    words: str


def make_passages(
    layout: Layout,
    units: Sequence[Unit],
    edition: Edition,
    count_tokens: Callable[[Sequence[str]], list[int]],
    budget: int,
) -> list[Passage]:
    """The document's passages in reading order; the search text of each has at most ``budget`` tokens.

    :raises ValueError: the budget leaves no room for text beside the heading path.
    """
    room = budget - HEADING_TOKENS
    if room < 32:
        raise ValueError(f"a budget of {budget} tokens leaves no room for text")
    tokens = _TokenCounter(layout, count_tokens)
    by_id = {unit.unit_id: n for n, unit in enumerate(units)}
    parents = [by_id.get(unit.parent_id) if unit.parent_id else None for unit in units]
    atoms = _atoms(layout, units, edition)
    told = [atom for atom in atoms if not atom.bare]
    if told:
        atoms = told
    holders = [_holder(atom.unit, units, parents, tokens, room) for atom in atoms]
    column_heads = _column_heads(layout)
    groups: list[list[int]] = []
    for n in range(len(atoms)):
        if groups and _joins(units, atoms, holders, parents, tokens, groups[-1], n, room):
            groups[-1].append(n)
        else:
            groups.append([n])
    rows: list[_Row] = []
    for group in groups:
        first = atoms[group[0]]
        unit = _common(group, atoms, holders, parents)
        trail = _trail(edition, units, parents, unit, first)
        for a, b in _pieces_of_text(layout.text, first.start, atoms[group[-1]].end, tokens, room, count_tokens):
            rows.append(_Row(a, b, unit, (*trail, *column_heads(a)), ""))
    return _passage_records(layout, units, edition, rows, count_tokens, budget)


class _TokenCounter:
    """Estimates the tokens of a piece of text from counts per line; part of a line counts by its share of letters."""

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


# --- atoms -----------------------------------------------------------------------------------------------------------


def _atoms(layout: Layout, units: Sequence[Unit], edition: Edition) -> list[_Atom]:
    """The pieces of text between boundaries, in reading order, without tables of contents and table furniture."""
    features = line_features(layout)
    blocks = find_blocks(layout)
    heads = headings(layout, blocks)
    cells = _cells(features, units, edition)
    skipped = [b.span for b in blocks if b.kind is BlockKind.CONTENTS or _table_furniture(features, b.span, b.kind)]
    notes = [b.span for b in blocks if b.kind is BlockKind.FURNITURE and b.span not in skipped]
    if cells and (table := _glossary_head(features)) is not None and features.starts[table] < cells[0].span.start:
        skipped.append(Span(features.starts[table], cells[0].span.start))
    references = _reference_ranges(layout)
    kinds = ranges_by_kind(layout, [h.span for h in heads])
    cuts = {0, len(layout.text)}
    for span in (
        *(u.span for u in units),
        *skipped,
        *notes,
        *(c.span for c in cells),
        *references,
        *(s for s, _ in kinds),
    ):
        cuts.update((span.start, span.end))
    inside = _innermost(units)
    for head in heads:
        holder = inside(head.span.start)
        if holder is None or not _is_title_of_unit(units[holder], head.text):
            cuts.add(head.span.start)
    ordered = sorted(cuts)
    skip, note, cell, refs = _Ranges(skipped), _Ranges(notes), _Ranges([c.span for c in cells]), _Ranges(references)
    kind = _Ranges([span for span, _ in kinds])
    head_spans = [h.span for h in heads]
    atoms: list[_Atom] = []
    open_units: list[int] = []
    stack: list[Heading] = []
    next_unit = next_head = 0
    for start, end in pairwise(ordered):
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
        text = layout.text[start:end]
        if skip.at(start) is not None or not any(c.isalnum() for c in text):
            continue
        unit = open_units[-1] if open_units else None
        path = tuple(h.text for h in stack[-3:])
        which = cell.at(start)
        lane, bare = "", False
        if note.at(start) is not None:
            lane = FOOTNOTES_HEADING
        elif refs.at(start) is not None or any(lists_sources(h.text) for h in stack):
            lane = REFERENCES_HEADING
        elif (of_kind := kind.at(start)) is not None:
            lane = kinds[of_kind][1].value
        elif which is not None:
            lane = f"cell {which}"
            path = (cells[which].column,)
            bare = bool(_PLACEHOLDER.fullmatch(" ".join(text.split())))
        if not bare and lane != FOOTNOTES_HEADING:
            bare = _only_heading(layout, start, end, head_spans) or (unit is not None and _only_name(units[unit], text))
        if unit is not None and which is None:
            begin = units[unit].span.start
            inner = [h for h in stack if h.span.start > begin and not _is_title_of_unit(units[unit], h.text)]
            path = tuple(h.text for h in inner[-1:])
        atoms.append(_Atom(start, end, unit, path, lane, bare))
    return atoms


class _Ranges:
    """Ranges that do not overlap, searched by offset."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._order = sorted(range(len(spans)), key=lambda n: spans[n])
        self._spans = [spans[n] for n in self._order]
        self._starts = [span.start for span in self._spans]

    def at(self, offset: int) -> int | None:
        """The number of the range that contains an offset, or ``None``."""
        k = bisect_right(self._starts, offset) - 1
        return self._order[k] if k >= 0 and self._spans[k].end > offset else None


def _cells(features: LineFeatures, units: Sequence[Unit], edition: Edition) -> list[Cell]:
    """The cells of a glossary's table, whose head is the line that begins with TERM."""
    if edition.scheme != "glossary" or not units:
        return []
    head = _glossary_head(features)
    return find_cells(features.layout, head, [u.span for u in units]) if head is not None else []


def _glossary_head(features: LineFeatures) -> int | None:
    return next((i for i, text in enumerate(features.texts) if re.match(r"TERM\b", text)), None)


def _column_heads(layout: Layout) -> Callable[[int], tuple[str, ...]]:
    """A function that gives the column heads above the table row at an offset; none at an offset outside such rows."""
    tables: list[tuple[int, int, str]] = []
    heads: list[str] = []
    for line in layout.lines:
        if line.role is LineRole.HEADS:
            before = tables[-1] if tables else None
            heads = heads if before is None or before[0] == before[1] else []
            heads.append(layout.line_text(line))
            tables.append((line.end, line.end, _shortened(" / ".join(heads))))
        elif line.role is LineRole.ROW and tables:
            tables[-1] = (tables[-1][0], line.end, tables[-1][2])
        elif tables and tables[-1][2]:
            tables.append((line.start, line.start, ""))
            heads = []
    starts = [start for start, _, _ in tables]

    def at(offset: int) -> tuple[str, ...]:
        k = bisect_right(starts, offset) - 1
        return (tables[k][2],) if k >= 0 and tables[k][2] and offset < tables[k][1] else ()

    return at


def _table_furniture(features: LineFeatures, span: Span, kind: BlockKind) -> bool:
    return kind is BlockKind.FURNITURE and carries_a_table_over(features.texts[features.at(span.start)])


def _reference_ranges(layout: Layout) -> list[Span]:
    """Parts that bookmarks call references, end notes or membership: from their page to the next bookmark's page."""
    first = {page.index: page.start for page in layout.pages}
    out: list[Span] = []
    for n, item in enumerate(layout.outline):
        if item.page not in first or not lists_sources(item.title):
            continue
        after = (x.page for x in layout.outline[n + 1 :] if x.depth <= item.depth and x.page > item.page)
        stop = first.get(next(after, -1), len(layout.text))
        if not out or first[item.page] >= out[-1].end:
            out.append(Span(first[item.page], stop))
    return out


def _only_heading(layout: Layout, start: int, end: int, heads: Sequence[Span]) -> bool:
    """Whether a piece of text is only a heading, which is in the heading path of the text below it."""
    k = bisect_left(heads, Span(start, start))
    if k >= len(heads) or heads[k].start != start or heads[k].end > end:
        return False
    rest = layout.text[heads[k].end : end]
    return not any(c.isalnum() for c in rest) and len(layout.text[start:end].split()) <= _HEADING_WORDS


def _only_name(unit: Unit, text: str) -> bool:
    """Whether a piece of a unit is only its number and title."""
    lines = [line for line in text.splitlines() if any(c.isalnum() for c in line)]
    return (
        unit.kind not in _ALONE
        and len(text.split()) <= _HEADING_WORDS
        and all(_is_title_of_unit(unit, line) for line in lines)
    )


def _innermost(units: Sequence[Unit]) -> Callable[[int], int | None]:
    """A function that gives the innermost unit around an offset."""
    edges = sorted({x for u in units for x in (u.span.start, u.span.end)})
    around: list[int | None] = []
    stack: list[int] = []
    n = 0
    for edge in edges:
        while stack and units[stack[-1]].span.end <= edge:
            stack.pop()
        while n < len(units) and units[n].span.start <= edge:
            if units[n].span.end > edge:
                stack.append(n)
            n += 1
        around.append(stack[-1] if stack else None)

    def at(offset: int) -> int | None:
        k = bisect_right(edges, offset) - 1
        return around[k] if k >= 0 else None

    return at


def _is_title_of_unit(unit: Unit, heading: str) -> bool:
    """Whether a heading is the title of the unit itself."""
    words = re.sub(r"\W+", "", heading).casefold()
    return bool(words) and words in re.sub(r"\W+", "", f"{unit.path} {unit.number} {unit.title}").casefold()


# --- groups ----------------------------------------------------------------------------------------------------------


def _holder(
    unit: int | None, units: Sequence[Unit], parents: Sequence[int | None], tokens: _TokenCounter, room: int
) -> int | None:
    """The outermost unit around an atom that fits whole, or the innermost one where none fits."""
    best = unit
    while unit is not None and tokens(units[unit].span.start, units[unit].span.end) <= room:
        best = unit
        if units[unit].kind in _ALONE:
            break
        above = parents[unit]
        if above is not None and any(units[k].kind in _ALONE for k in _children(units, parents, above)):
            break
        unit = above
    return best


def _children(units: Sequence[Unit], parents: Sequence[int | None], parent: int) -> Iterable[int]:
    """The first child of each unit; it represents its kind."""
    return (k for k in range(parent + 1, min(parent + 2, len(units))) if parents[k] == parent)


def _joins(
    units: Sequence[Unit],
    atoms: Sequence[_Atom],
    holders: Sequence[int | None],
    parents: Sequence[int | None],
    tokens: _TokenCounter,
    group: Sequence[int],
    n: int,
    room: int,
) -> bool:
    first, last = group[0], group[-1]
    if atoms[n].lane != atoms[last].lane or atoms[n].start - atoms[last].end > 3:
        return False
    if tokens(atoms[first].start, atoms[n].end) > room:
        return False
    a, b = holders[last], holders[n]
    if a is None and b is None:
        if atoms[last].path == atoms[n].path or atoms[n].lane:
            return True
        # a heading without text of its own goes with the text below it
        return tokens(atoms[first].start, atoms[last].end) < 24 and len(atoms[n].path) > len(atoms[last].path)
    if a is None or b is None:
        return False
    if a == b:
        return True
    if units[a].kind in _ALONE or units[b].kind in _ALONE:
        return False
    if parents[b] == a and tokens(atoms[first].start, atoms[last].end) < 30:
        return True  # a title goes with the first text below it
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

    # a single atom belongs to its own unit; several belong to the outermost unit that fits whole
    chains = [line(atoms[n].unit if len(group) == 1 else holders[n]) for n in group]
    common: int | None = None
    for level in zip(*chains, strict=False):
        if any(u != level[0] for u in level):
            break
        common = level[0]
    return common


def _pieces_of_text(
    text: str,
    start: int,
    end: int,
    tokens: _TokenCounter,
    room: int,
    count_tokens: Callable[[Sequence[str]], list[int]],
) -> list[tuple[int, int]]:
    """``[start, end)``, cut into pieces of about ``room`` tokens, at sentence ends where possible."""
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


# --- records ---------------------------------------------------------------------------------------------------------


def _passage_records(
    layout: Layout,
    units: Sequence[Unit],
    edition: Edition,
    rows: Sequence[_Row],
    count_tokens: Callable[[Sequence[str]], list[int]],
    budget: int,
) -> list[Passage]:
    ready = [row for row in (_trimmed(layout, row) for row in rows) if row is not None]
    prefixes = dict.fromkeys(" > ".join(row.trail) for row in ready)
    short = dict(zip(prefixes, _fitting(list(prefixes), count_tokens), strict=True))
    done: list[tuple[_Row, str]] = []
    while ready:  # a piece with too many tokens is halved until it fits
        texts = [f"{short[' > '.join(row.trail)]}\n{row.words}" for row in ready]
        halves: list[_Row] = []
        for row, text, count in zip(ready, texts, count_tokens(texts), strict=True):
            if count <= budget or row.end - row.start < 2:
                done.append((row, text))
            else:
                middle = _middle(layout.text, row.start, row.end)
                for a, b in ((row.start, middle), (middle, row.end)):
                    half = _trimmed(layout, _Row(a, b, row.unit, row.trail, ""))
                    if half is not None:
                        halves.append(half)
        ready = halves
    starts = [page.start for page in layout.pages]
    return [
        Passage(
            edition.doc_id,
            Span(row.start, row.end),
            layout.text[row.start : row.end],
            text,
            row.trail,
            units[row.unit].unit_id if row.unit is not None else None,
            max(1, bisect_right(starts, row.start)),
            max(1, bisect_right(starts, row.end - 1)),
        )
        for row, text in sorted(done, key=lambda item: item[0].start)
    ]


def _trimmed(layout: Layout, row: _Row) -> _Row | None:
    """The row without blanks at its ends and with its clean words, or ``None`` where almost nothing is left."""
    a, b = row.start, row.end
    while a < b and layout.text[a].isspace():
        a += 1
    while b > a and layout.text[b - 1].isspace():
        b -= 1
    raw = layout.text[a:b]
    if sum(c.isalnum() for c in raw) < 3:
        return None
    words, _ = clean(raw)
    return _Row(a, b, row.unit, row.trail, words)


def _middle(text: str, start: int, end: int) -> int:
    """The offset at which to halve a piece of text: the blank nearest its middle, or else the middle."""
    middle = (start + end) // 2
    for step in range((end - start) // 2 - 1):
        for at in (middle - step, middle + step):
            if start < at < end and text[at].isspace():
                return at
    return middle


def _trail(
    edition: Edition,
    units: Sequence[Unit],
    parents: Sequence[int | None],
    unit: int | None,
    atom: _Atom,
) -> tuple[str, ...]:
    """The heading path: the document's name, then the units around from the outside in, or else the headings."""
    names: list[str] = []
    at = unit
    while at is not None:
        u = units[at]
        names.append(_shortened(u.path if u.title in u.path else f"{u.path} {u.title}"))
        at = parents[at]
    inner = names[::-1][-3:]
    if unit is None or unit == atom.unit or atom.lane.startswith("cell"):
        inner += [_shortened(p) for p in atom.path]
    if atom.lane in {FOOTNOTES_HEADING, *(kind.value for kind in Apparatus)}:
        inner = [name for name in inner if not lists_sources(name)] + [atom.lane]
    return (edition.ref, *inner)


def _shortened(name: str) -> str:
    return re.sub(r"^(.{90}).+$", r"\1…", name)


def _fitting(prefixes: Sequence[str], count_tokens: Callable[[Sequence[str]], list[int]]) -> list[str]:
    """Heading paths of at most :data:`HEADING_TOKENS` tokens; parts after the document's name are dropped first."""
    out = list(prefixes)
    for _ in range(12):
        counts = count_tokens(out) if out else []
        long = [i for i, n in enumerate(counts) if n > HEADING_TOKENS]
        if not long:
            return out
        for i in long:
            parts = out[i].split(" > ")
            out[i] = " > ".join([parts[0], *parts[2:]]) if len(parts) > 2 else out[i][: max(20, len(out[i]) // 2)]
    return out
