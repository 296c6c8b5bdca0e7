"""Layouts made without a PDF, with the position of each line, for tests that need no reader; also random ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ingest.layout.layout import Layout, Line
from ingest.layout.source_page import SourceLine, SourcePage
from kb.types import PAGE_BREAK, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = tuple[str, float, float, bool]
"""Words, x from the left, size relative to the body, bold."""


def make_layout(pages: Sequence[Sequence[Row]]) -> Layout:
    """A layout of these lines, twenty to a page at even distance."""
    text: list[str] = []
    lines: list[Line] = []
    out: list[Page] = []
    at = 0
    for index, rows in enumerate(pages, 1):
        start = at
        for n, (words, x, size, bold) in enumerate(rows):
            top = 0.1 + 0.8 * n / max(40, len(rows))
            lines.append(Line(at, at + len(words), index, x, x + 5 * len(words), top, size, bold))
            text.append(words)
            at += len(words)
            if n + 1 < len(rows):
                text.append("\n")
                at += 1
        out.append(Page(index, start, at))
        if index < len(pages):
            text.append(PAGE_BREAK)
            at += 1
    return Layout("".join(text), tuple(out), tuple(lines), (), (), 0)


_WORDS = st.sampled_from(
    "orchard keeper ladder gate (a) (b) (i) 1. 2. 3.1 Article 2 Annex net, well; path: wall. and of 37 • ANNEX".split()
)
_LINE = st.lists(_WORDS, min_size=1, max_size=14).map(" ".join)
_ROW = st.tuples(
    st.one_of(
        _LINE,
        st.builds(lambda n, rest: f"{n}. {rest}", st.integers(1, 12), _LINE),
        st.builds(lambda c, rest: f"({c}) {rest}", st.sampled_from("abcdeiv"), _LINE),
        st.text("abc �é\x02.…\t", min_size=1, max_size=200).filter(lambda t: bool(t.strip())),
    ),
    st.sampled_from([50.0, 64.0, 78.0, 320.0]),
    st.sampled_from([0.5, 0.8, 1.0, 1.0, 1.0, 1.3, 2.2]),
    st.booleans(),
)
LAYOUTS = st.lists(st.lists(_ROW, max_size=14), min_size=1, max_size=4).map(make_layout)
"""Any lines in any order."""


def source_page(index: int, lines: list[tuple[str, float]], label: str | None = None) -> SourcePage:
    """A page whose lines are (text, top from 0 to 1), all of one size, at the left."""
    at = 0
    out: list[SourceLine] = []
    for text, top in lines:
        out.append(SourceLine(at, at + len(text), 50, 50 + 5 * len(text), top, 10, False, top + 0.012))
        at += len(text) + 1
    return SourcePage(index, "\n".join(text for text, _ in lines), tuple(out), label)
