"""Running lines, page numbers and watermarks are cut, and nothing else."""

from __future__ import annotations

from ingest.layout.furniture import recurring_lines
from ingest.layout.layout import lay_out
from kb.text.cleaning import readable
from tests.ingest.layouts import source_page


def test_furniture_is_listed_and_everything_else_is_there() -> None:
    pages = [
        source_page(n, [("Head of the work", 0.05), (f"Line {n} alone.", 0.5), (str(n + 10), 0.95)])
        for n in range(1, 5)
    ]
    layout = lay_out(pages)
    assert readable(layout.text) == "Line 1 alone. Line 2 alone. Line 3 alone. Line 4 alone."
    assert (2, "Head of the work") in layout.furniture
    assert [(p.label, p.label_source) for p in layout.pages] == [(str(n + 10), "printed") for n in range(1, 5)]


def test_a_heading_that_looks_alike_far_away_is_no_running_head() -> None:
    pages = [
        source_page(n, [(f"Article {n * 7}" if n % 5 == 1 else "", 0.05), (f"Body {n}.", 0.5)]) for n in range(1, 22)
    ]
    layout = lay_out(pages)
    assert layout.text.count("Article") == 5


def test_continued_lines_go_wherever_a_table_breaks() -> None:
    pages = [source_page(1, [("Row one.", 0.4), ("Continued on next page", 0.7)]), source_page(2, [("Row two.", 0.1)])]
    assert readable(lay_out(pages).text) == "Row one. Row two."


def test_a_page_number_below_a_wide_foot_is_no_text() -> None:
    pages = [
        source_page(n, [(f"Rules of{' the' * n}", 0.2), ("The keeper goes", 0.5), (f"-{n + 6}-", 0.81)]) for n in (1, 2)
    ]
    assert recurring_lines(pages) == [frozenset({2}), frozenset({2})]


def test_a_line_that_counts_the_pages_in_brackets_is_no_text() -> None:
    pages = [
        source_page(n, [(f"Rules of{' the' * n}", 0.2), ("Words", 0.5), (f"Quay Informational [Page {n}]", 0.8)])
        for n in (1, 2, 3)
    ]
    assert recurring_lines(pages) == [frozenset({2})] * 3


def test_last_lines_that_do_not_count_pages_stay() -> None:
    rows = [("Rules", 0.2), ("The lamp stands in tower", 0.5)]
    for last in ("See rule {}", "{}", "-{}-"):
        pages = [source_page(n, [*rows, (last.format(5 * n), 0.6)]) for n in (1, 2, 3)]
        assert recurring_lines(pages) == [frozenset()] * 3
    pages = [source_page(n, [*rows, (f"{n}. Ring", 0.3 + 0.15 * n)]) for n in (1, 2, 3)]
    assert recurring_lines(pages) == [frozenset()] * 3


def test_a_running_foot_with_the_title_of_the_section_at_hand_is_no_heading() -> None:
    feet = ["2.1. Of lamps 7", "2.2. Of ropes 8", "2.4. Of bells 9", "3.1. Of boats 10"]
    pages = [
        source_page(n, [(f"Words{' more' * n}", 0.2), ("The keeper goes", 0.5), (foot, 0.94)])
        for n, foot in enumerate(feet, 1)
    ]
    assert recurring_lines(pages) == [frozenset({2})] * 4


def test_headings_whose_numbers_are_those_of_their_pages_stay() -> None:
    heads = ["1 Human oversight", "2 Safety of lamps", "3 Ropes and their knots", "4 Bells", "5 Boats on the quay"]
    pages = [source_page(n, [(head, 0.05), (f"Body {n}.", 0.5)]) for n, head in enumerate(heads, 1)]
    assert recurring_lines(pages) == [frozenset()] * 5


def test_last_lines_that_only_end_in_a_figure_stay() -> None:
    feet = ["The lamp burns until 7", "The lamp burns until 2", "The ropes are 9", "Boats moor at 31"]
    pages = [source_page(n, [("The keeper goes", 0.5), (foot, 0.94)]) for n, foot in enumerate(feet, 1)]
    assert recurring_lines(pages) == [frozenset()] * 4
