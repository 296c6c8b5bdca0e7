"""Classifies how each body line is printed: contents, heading, footnote, cross-reference, indentation. Pure.

Units, blocks and the check of numbering all use these features.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.source_page import LineRole
from kb.types import PageKind

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from ingest.layout.layout import Layout, Line

CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d+\s*$|\s{3,}\d{1,3}\s*$|…\s*\d+\s*$|_{4,}\s*\d+\s*$|(?:\s\.){3,}\s*\d*\s*$")
"""The end of a line of a table of contents."""

CONTENTS_HEAD = re.compile(
    r"(?:table of )?contents(?: page)?|índice(?: general| de contenidos?)?|tabla de contenidos?|contenidos?|목\s*차"
    r"|차\s*례|sommaire|table des matières|inhalt(?:sverzeichnis)?|indice(?: generale)?|sumário",
    re.IGNORECASE,
)
_ENDS_IN_PAGE = re.compile(r"[^\W\d]\W+\d{1,3}(?:[-–]\d{1,3})?$")
SENTENCE_END = re.compile(r"[.;:?!。][\"'”’»)\]]*\d{0,3}$")
_MAX_HEADING = 160
_SMALL_TYPE = 0.92
_MARK = re.compile(r"\(?[\d*†‡]{1,4}\)?(?=\s|[^\W\d_]|\)|$)")
_RUN_IN = re.compile(r"\w{2}[.:]\s+\w")
_BEFORE_A_REFERENCE = re.compile(
    r"\b(?:articles?|annex(?:es)?|sections?|chapters?|paragraphs?|points?|recitals?|clauses?|principles?|titles?|parts?|items?|"
    r"numbers?|nos?\.|figures?|tables?|pages?|and|or|to|of|in|the|see|under|with|from|by|both|than|least|about|artículos?|apartados?|"
    r"secci[oó]n|y|o|de|del|en|la|el|제)\s*[(“]?$",
    re.IGNORECASE,
)
_AFTER_A_REFERENCE = re.compile(
    r"\s*(?:[,;)\]]|\.(?:\s|$)|(?:and|or|to|y|o|a)\s+(?:\(|\d|points?\b|paragraphs?\b|articles?\b|sections?\b|annex)"
    r"|(?:thereof|hereof)\b|of\s+(?:this|that|the|those|article|annex|section|chapter|paragraph|point|regulation|directive|decision)\b"
    r"|del?\s+(?:artículo|presente|apartado|anexo)|(?:및|또는|내지)\s|[와과]\s)",
    re.IGNORECASE,
)


def contents_pages(layout: Layout, texts: Sequence[str]) -> frozenset[int]:
    """Pages of a table of contents: under its heading, or after such a page with lines that mostly end in numbers.

    A text without pages is one page, and none of contents.
    """
    heads: set[int] = set()
    ends: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for line, text in zip(layout.lines, texts, strict=True):
        total[line.page] += 1
        if CONTENTS.search(text) or _ENDS_IN_PAGE.search(text):
            ends[line.page] += 1
        if CONTENTS_HEAD.fullmatch(text):
            heads.add(line.page)
    out: set[int] = set()
    for page in sorted(total):
        if layout.pages[page - 1].kind is PageKind.FLOW:
            continue
        if ends[page] >= 3 and (page in heads or (page - 1 in out and ends[page] >= 0.4 * total[page])):
            out.add(page)
    return frozenset(out)


def refers(before: str, number_end: str) -> bool:
    """Whether a number at the start of a line belongs to a cross-reference that begins on the line before.

    ``before`` is the line before; ``number_end`` is the text after the number on its line.
    """
    if _BEFORE_A_REFERENCE.search(before.rstrip()) and not re.search(r"[;,:.]\s*(?:and|or|y|o)$", before.rstrip()):
        return True
    return bool(_AFTER_A_REFERENCE.match(number_end))


def footnotes(layout: Layout) -> frozenset[int]:
    """Lines of footnotes: runs in small print at the foot of a page that begin with the mark of a note.

    A run without a mark counts where it continues a note of the page before. One that begins with a mark that the page
    has in its text counts wherever it stands: the last page of a chapter may be short.
    """
    by_page: defaultdict[int, list[int]] = defaultdict(list)
    for i, line in enumerate(layout.lines):
        if line.role is not LineRole.NOTE:
            by_page[line.page].append(i)
    marks: defaultdict[int, set[str]] = defaultdict(set)
    starts = [page.start for page in layout.pages]
    for at, name in layout.marks:
        marks[bisect_right(starts, at)].add(name)
    out: set[int] = set()
    for page, lines in by_page.items():
        run = _small_run(layout, lines, marks[page]) or _tight_run(layout, lines)
        out.update(run)
    return frozenset(out)


def _small_run(layout: Layout, lines: Sequence[int], marks: Set[str]) -> Sequence[int]:
    """The lines in small print at the end of a page, where one of them begins with the mark of a note.

    ``marks`` are those in the text of the page.
    """
    n = len(lines)
    while n and layout.lines[lines[n - 1]].size < _SMALL_TYPE:
        n -= 1
    run = lines[n:]
    left = min((layout.lines[i].x0 for i in run), default=0.0)
    while run and layout.lines[run[0]].x0 > left + 40:
        run = run[1:]  # the end of a body line whose first character is a raised mark
    texts = [layout.line_text(layout.lines[i]).strip() for i in run]
    if run and _goes_on_counting(layout, lines[: len(lines) - len(run)], run[0], texts[0]):
        return ()
    begins = re.match(r"\(?([\d*†‡]{1,3})", texts[0]) if run else None
    if begins is not None and begins.group(1) in marks and len(lines) > len(run):
        return run
    if not run or len(lines) - len(run) < 3 or layout.lines[run[0]].top < 0.35:
        return ()
    raised = any(layout.lines[i].size < 0.78 and _MARK.match(t) for i, t in zip(run, texts, strict=True))
    printed = layout.lines[run[0]].size < 0.88 and _MARK.match(texts[0])
    return run if raised or printed else ()


def _goes_on_counting(layout: Layout, above: Sequence[int], first: int, text: str) -> bool:
    """Whether a line in small print is the next numbered paragraph of the text above: "4 The …" after "3 The …".

    In some prints the number of a paragraph is small, and its first line is measured by it.
    """
    number = re.match(r"(\d{1,2})\s+[^\W\d_a-z]", text)
    if number is None or number[1] == "1":
        return False
    before = re.compile(rf"{int(number[1]) - 1}\s+[^\W\d_a-z]")
    line = layout.lines[first]
    return any(
        abs(layout.lines[i].x0 - line.x0) < 3
        and abs(layout.lines[i].size - line.size) < 0.03
        and before.match(layout.line_text(layout.lines[i]).strip())
        for i in above
    )


def _tight_run(layout: Layout, lines: Sequence[int]) -> Sequence[int]:
    """The lines from the first raised mark at the left edge on, where they are set closer than the text above."""
    left = min(layout.lines[i].x0 for i in lines)
    for k in range(1, len(lines)):
        line, before = layout.lines[lines[k]], layout.lines[lines[k - 1]]
        text = layout.line_text(line).strip()
        if line.size >= 0.78 or line.top < 0.35 or line.x0 > left + 8 or line.top - before.top < 0.012:
            continue
        if not re.match(r"[\d*]{1,3}\s+\S", text):
            continue
        below, above = _leading(layout, lines[k:]), _leading(layout, lines[:k])
        if below and above and below < 0.8 * above:
            return lines[k:]
    return ()


def _leading(layout: Layout, lines: Sequence[int]) -> float:
    """The usual distance between lines, as a share of the page height; 0 where there are too few."""
    steps = [layout.lines[b].top - layout.lines[a].top for a, b in pairwise(lines)]
    steps = [step for step in steps if step > 0.004]
    return median(steps) if len(steps) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class LineFeatures:
    """How the lines of one document are printed; ``texts`` are their words, empty for lines of contents."""

    layout: Layout
    texts: tuple[str, ...]
    contents: frozenset[int]
    notes: frozenset[int]
    heads: frozenset[int]
    indents: tuple[float, ...]
    starts: tuple[int, ...]

    def at(self, offset: int) -> int:
        """The index of the line that contains a character, or of the one before it."""
        return max(0, bisect_right(self.starts, offset) - 1)


def line_features(layout: Layout) -> LineFeatures:
    """The features of a document's lines."""
    if (known := _LATEST.get(id(layout))) is not None and known.layout is layout:
        return known
    raw = _plain_texts(layout)
    pages = contents_pages(layout, raw)
    contents = frozenset(
        i
        for i, (line, text) in enumerate(zip(layout.lines, raw, strict=True))
        if line.page in pages or CONTENTS.search(text)
    )
    notes = footnotes(layout) | {i for i, line in enumerate(layout.lines) if line.role is LineRole.NOTE}
    in_tables = {i for i, line in enumerate(layout.lines) if line.role in {LineRole.HEADS, LineRole.ROW}}
    titles = {(_norm(item.title), item.page) for item in layout.outline}
    heads = _headings(layout, raw, titles, contents | notes | in_tables)
    texts = tuple("" if i in contents else text for i, text in enumerate(raw))
    features = LineFeatures(
        layout, texts, contents, notes, heads, _indents(layout), tuple(line.start for line in layout.lines)
    )
    _LATEST.clear()
    _LATEST[id(layout)] = features
    return features


def _plain_texts(layout: Layout) -> list[str]:
    """The words of the lines without soft hyphens and surrounding blanks."""
    return [layout.line_text(line).strip() for line in layout.lines]


_LATEST: dict[int, LineFeatures] = {}
"""Line features of the last document; three stages need the same ones."""


def _norm(text: str) -> str:
    return re.sub(r"[^\w]+", "", re.sub(r"^[\d.]+\s*", "", text)).casefold()


def _headings(
    layout: Layout, texts: Sequence[str], titles: set[tuple[str, int]], never: frozenset[int]
) -> frozenset[int]:
    """Lines printed as headings: named by a bookmark, large, or bold and alone; no bold beginnings of paragraphs."""
    out: set[int] = set()
    lines = layout.lines
    for i in range(len(lines) - 1, -1, -1):
        line, text = lines[i], texts[i]
        if i in never or not text or len(text) > _MAX_HEADING or not any(c.isalpha() for c in text):
            continue
        if (_norm(text), line.page) in titles or line.size > 1.18:
            out.add(i)
            continue
        if not line.bold or line.size < 0.95 or text[-1] in ".;,?!" or (line.size < 1.05 and _RUN_IN.search(text)):
            continue
        if text.endswith(":") and len(text) > 60:
            continue
        # a full line continues in the next, which must then be a heading as well
        after = lines[i + 1] if i + 1 < len(lines) and lines[i + 1].page == line.page else None
        runs_on = after is not None and 0 < after.top - line.top < 0.045 and line.x1 > 0.93 * _right(layout, i)
        if runs_on and i + 1 not in out:
            continue
        before = texts[i - 1] if i and lines[i - 1].page == line.page and lines[i - 1].top < line.top else ""
        if before and not SENTENCE_END.search(before) and not lines[i - 1].bold and len(before) >= 60:
            continue
        out.add(i)
    # a line that begins with a small letter is a heading only below another
    return frozenset(i for i in out if not texts[i][:1].islower() or i - 1 in out or lines[i].size > 1.18)


def _right(layout: Layout, i: int) -> float:
    """The right edge of the column of a line, from the lines around it."""
    line = layout.lines[i]
    near = layout.lines[max(0, i - 6) : i + 7]
    return max((x.x1 for x in near if x.page == line.page and abs(x.x0 - line.x0) < 60), default=line.x1)


def _indents(layout: Layout) -> tuple[float, ...]:
    """The distance of each line from the left edge of its column; a page has two columns where half of its lines do."""
    by_page: defaultdict[int, list[Line]] = defaultdict(list)
    for line in layout.lines:
        by_page[line.page].append(line)
    width = max((line.x1 for line in layout.lines), default=1.0)
    edges: dict[int, tuple[float, float, float]] = {}
    for page, lines in by_page.items():
        left = min(line.x0 for line in lines)
        middle = (left + width) / 2
        right_side = [line.x0 for line in lines if line.x0 > middle - 12]
        left_side = [line for line in lines if line.x1 < middle + 12]
        two = len(right_side) >= 0.3 * len(lines) and len(left_side) >= 0.3 * len(lines)
        edges[page] = (left, middle - 12, min(right_side)) if two else (left, float("inf"), left)
    return tuple(
        line.x0 - (edges[line.page][2] if line.x0 > edges[line.page][1] else edges[line.page][0])
        for line in layout.lines
    )
