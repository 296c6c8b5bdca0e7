"""Puts the notes at the foot of a page before the sentence that goes on overleaf, so that it is read on. Pure.

The notes stay on their page; only the order of its lines changes. They are put above the first line of the last
paragraph, or, where the page has no beginning of one, below the last line that ends a sentence. On a page without
such a place they stay where they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END, footnotes
from kb.types import PageKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.laid_out import Layout, Line

_BEGINS_ANEW = re.compile(
    r"[•▪◦·\uf000-\uf0ff*–-]\s|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4}|[가-하])[).]\s|[①-⑳□○◦❍※]|제\s?\d+\s?(?:조|장|절)"
    r"|\d+(?:\.\d+)+\s"
)
"""What a line begins with that goes on with none before it."""
_OF_ONE_SIZE = 0.1
"""Difference of size, relative to the body text, up to which two lines are of one paragraph."""
_UP_TO_THE_MARGIN = 0.8
"""Share of the width from which a line that ends no sentence is broken at the margin."""


def lines_with_notes_before(
    layout: Layout, torn: frozenset[int] = frozenset()
) -> dict[int, tuple[list[int], frozenset[int]]]:
    """For each page (from 1) whose last sentence goes on behind notes: the indices of its lines in the new order, and
    those of the notes among them.

    :param torn: indices of lines that end in a hyphen and then in the first line of a note.
    """
    notes = footnotes(layout)
    if not notes and not torn:
        return {}
    pages: defaultdict[int, list[int]] = defaultdict(list)
    for i, line in enumerate(layout.lines):
        pages[line.page].append(i)
    out: dict[int, tuple[list[int], frozenset[int]]] = {}
    for page, here in pages.items():
        n = len(here)
        while n and here[n - 1] in notes:
            n -= 1
        body, below = here[:n], here[n:]
        following = [i for i in pages.get(page + 1, ()) if i not in notes]
        if (
            not below
            or len(body) < 2
            or torn & set(body[:-1])
            or not following
            or layout.pages[page - 1].kind is not PageKind.PDF
        ):
            continue
        if not _ends_open(layout, body, layout.lines[following[0]], body[-1] in torn):
            continue
        at = _last_clear_place(layout, body)
        if at:
            out[page] = [*body[:at], *below, *body[at:]], frozenset(below)
    return out


def _ends_open(layout: Layout, body: Sequence[int], first: Line, torn: bool) -> bool:
    """Whether the last line of a page ends no sentence, and the first one of the next page goes on with it."""
    last = layout.lines[body[-1]]
    text, after = layout.line_text(last).strip(), layout.line_text(first).strip()
    right = max(layout.lines[i].x1 for i in body)
    left = min(layout.lines[i].x0 for i in body)
    ends = SENTENCE_END.search(text) or last.x1 < left + _UP_TO_THE_MARGIN * (right - left)
    if _BEGINS_ANEW.match(after) or (ends and not torn):
        return False
    return abs(last.size - first.size) < _OF_ONE_SIZE and last.bold == first.bold and last.size > 1 - _OF_ONE_SIZE


def _last_clear_place(layout: Layout, body: Sequence[int]) -> int:
    """The place among the lines of a page before which the last paragraph is not begun, or else its last sentence; 0 if
    there is none."""
    lines = [layout.lines[i] for i in body]
    steps = [b.top - a.top for a, b in pairwise(lines) if b.top - a.top > 0.004]
    usual = median(steps) if steps else 0.0
    right, left = max(line.x1 for line in lines), min(line.x0 for line in lines)
    sentence = 0
    for at in range(len(body) - 1, 0, -1):
        above, line = lines[at - 1], lines[at]
        anew, marked = (_BEGINS_ANEW.match(layout.line_text(each).strip()) is not None for each in (line, above))
        apart = usual > 0 and line.top - above.top > 1.4 * usual
        otherwise = abs(line.size - above.size) > _OF_ONE_SIZE or line.bold != above.bold
        ends = SENTENCE_END.search(layout.line_text(above).strip()) is not None
        short = ends and above.x1 < left + _UP_TO_THE_MARGIN * (right - left)
        if anew or apart or short or (otherwise and not marked):
            return _above_the_heading(lines, at)
        sentence = sentence or (at if ends else 0)
    return sentence


def _above_the_heading(lines: Sequence[Line], at: int) -> int:
    """The place above the lines before ``at`` that are a heading of the text there: notes do not part the two."""
    body = lines[at]
    size = max(body.size, 1.0)  # a small number or bullet makes its line no smaller than the text
    while at and (lines[at - 1].size > size + _OF_ONE_SIZE or (lines[at - 1].bold and not body.bold)):
        at -= 1
    return at
