from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.layout.hyphens import keeps_hyphen
from ingest.layout.layout import lay_out
from ingest.layout.source_page import SourceLine, SourcePage
from kb.text.cleaning import readable
from kb.text.locators import raw_ranges
from kb.types import SOFT_HYPHEN


def source(index: int, lines: list[tuple[str, float]], label: str | None = None) -> SourcePage:
    """A page whose lines are (text, top from 0 to 1), all of one size, at the left."""
    at = 0
    out: list[SourceLine] = []
    for text, top in lines:
        out.append(SourceLine(at, at + len(text), 50, 50 + 5 * len(text), top, 10, False, top + 0.012))
        at += len(text) + 1
    return SourcePage(index, "\n".join(text for text, _ in lines), tuple(out), label)


def test_empty_pages_and_no_pages() -> None:
    assert lay_out([]).text == ""
    layout = lay_out([source(1, []), source(2, [("words", 0.5)]), source(3, [])])
    assert layout.text == "\fwords\f"
    assert [(p.start, p.end) for p in layout.pages] == [(0, 0), (1, 6), (7, 7)]


def test_a_page_without_lines_keeps_its_text() -> None:
    layout = lay_out([SourcePage(1, "only text", ())])
    assert layout.text == "only text"
    assert layout.pages[0].segments == ((0, 0, 9),)


def test_furniture_is_listed_and_everything_else_is_there() -> None:
    pages = [
        source(n, [("Head of the work", 0.05), (f"Line {n} alone.", 0.5), (str(n + 10), 0.95)]) for n in range(1, 5)
    ]
    layout = lay_out(pages)
    assert readable(layout.text) == "Line 1 alone. Line 2 alone. Line 3 alone. Line 4 alone."
    assert (2, "Head of the work") in layout.furniture
    assert [(p.label, p.label_source) for p in layout.pages] == [(str(n + 10), "printed") for n in range(1, 5)]


def test_a_heading_that_looks_alike_far_away_is_no_running_head() -> None:
    pages = [source(n, [(f"Article {n * 7}" if n % 5 == 1 else "", 0.05), (f"Body {n}.", 0.5)]) for n in range(1, 22)]
    layout = lay_out(pages)
    assert layout.text.count("Article") == 5


def test_numbers_that_do_not_grow_with_the_page_are_no_labels() -> None:
    pages = [source(n, [(f"Body {n}.", 0.5), (str((n * 37) % 90 + 3), 0.95)]) for n in range(1, 6)]
    assert [p.label for p in lay_out(pages).pages] == [None] * 5


def test_continued_lines_go_wherever_a_table_breaks() -> None:
    pages = [source(1, [("Row one.", 0.4), ("Continued on next page", 0.7)]), source(2, [("Row two.", 0.1)])]
    assert readable(lay_out(pages).text) == "Row one. Row two."


WORDS = {
    "decisions": 3,
    "risk": 9,
    "based": 4,
    "well-being": 2,
    "wellbeing": 1,
    "maker": 4,
    "machine": 7,
    "speech": 3,
    "long": 2,
}


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        ("deci", "sions", False),
        ("risk", "based", True),
        ("well", "being", True),
        ("COVID", "19", True),
        ("Asia", "Pacific", True),
        ("GOV", "ERN", False),
        ("self", "taught", True),
        ("non", "binding", True),
        ("machine", "readable", True),
        ("machine", "ry", False),
        ("text-to", "speech", True),
        ("long", "and short-lived", True),
        ("cali", "bration", False),
        ("high", "lights", False),
    ],
)
def test_keeps_hyphen(left: str, right: str, kept: bool) -> None:
    assert keeps_hyphen(left, right.split()[0], WORDS) is kept


def test_spanish_breaks_words_everywhere() -> None:
    words = {"con": 30, "sistemas": 9, "sis": 1, "franco": 4, "alemana": 3}
    assert keeps_hyphen("con", "cibe", words, spanish=True) is False
    assert keeps_hyphen("sis", "temas", words, spanish=True) is False
    assert keeps_hyphen("franco", "alemana", words, spanish=True) is True


def test_an_address_keeps_its_hyphens_over_line_ends() -> None:
    text = f"See https://example.org/a-long-{SOFT_HYPHEN}path or take a shor{SOFT_HYPHEN}ter way."
    layout = lay_out([SourcePage(1, text.replace(f"-{SOFT_HYPHEN}", SOFT_HYPHEN), ())])
    assert "a-long-path" in readable(layout.text)
    assert "shorter way" in readable(layout.text)


_LINE = st.tuples(
    st.sampled_from(["", "words", "3", "a wo-", "Head", "끝말", f"bro{SOFT_HYPHEN}"]),
    st.sampled_from([0.02, 0.2, 0.5, 0.97]),
)


@given(st.lists(st.lists(_LINE, max_size=6), max_size=5))
def test_every_page_is_a_list_of_slices_of_its_raw_text(drawn: list[list[tuple[str, float]]]) -> None:
    pages = [source(n, lines) for n, lines in enumerate(drawn, 1)]
    layout = lay_out(pages)
    assert len(layout.pages) == len(pages)
    for page, raw in zip(layout.pages, pages, strict=True):
        mine = layout.text[page.start : page.end]
        there = "".join(raw.text[a:b] for a, b in raw_ranges(page, page.start, page.end))
        assert len(mine) == len(there)
        assert all(a == b or {a, b} <= {"-", SOFT_HYPHEN, "\n"} for a, b in zip(mine, there, strict=True))
    for line in layout.lines:
        assert 0 <= line.start < line.end <= len(layout.text)
        assert "\f" not in layout.text[line.start : line.end]
