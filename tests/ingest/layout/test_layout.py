"""Pages become one text whose every character is traceable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.layout.layout import lay_out
from ingest.layout.source_page import SourcePage
from kb.text.locators import raw_ranges
from kb.types import DISCRETIONARY_HYPHEN, SOFT_HYPHEN
from tests.ingest.layouts import source_page


def test_empty_pages_and_no_pages() -> None:
    assert lay_out([]).text == ""
    layout = lay_out([source_page(1, []), source_page(2, [("words", 0.5)]), source_page(3, [])])
    assert layout.text == "\fwords\f"
    assert [(p.start, p.end) for p in layout.pages] == [(0, 0), (1, 6), (7, 7)]


def test_a_page_without_lines_keeps_its_text() -> None:
    layout = lay_out([SourcePage(1, "only text", ())])
    assert layout.text == "only text"
    assert layout.pages[0].segments == ((0, 0, 9),)


_LINE = st.tuples(
    st.sampled_from(["", "words", "3", "a wo-", "Head", "끝말", f"bro{SOFT_HYPHEN}"]),
    st.sampled_from([0.02, 0.2, 0.5, 0.97]),
)


@given(st.lists(st.lists(_LINE, max_size=6), max_size=5))
def test_every_page_is_a_list_of_slices_of_its_raw_text(drawn: list[list[tuple[str, float]]]) -> None:
    pages = [source_page(n, lines) for n, lines in enumerate(drawn, 1)]
    layout = lay_out(pages)
    assert len(layout.pages) == len(pages)
    for page, raw in zip(layout.pages, pages, strict=True):
        mine = layout.text[page.start : page.end]
        there = "".join(raw.text[a:b] for a, b in raw_ranges(page, page.start, page.end))
        assert len(mine) == len(there)
        signs = {"-", SOFT_HYPHEN, DISCRETIONARY_HYPHEN, "\n"}
        assert all(a == b or {a, b} <= signs for a, b in zip(mine, there, strict=True))
        assert SOFT_HYPHEN not in mine
    for line in layout.lines:
        assert 0 <= line.start < line.end <= len(layout.text)
        assert "\f" not in layout.text[line.start : line.end]
