"""Headings, paragraphs, footnotes and table cells."""

from __future__ import annotations

from hypothesis import given, settings

from ingest.layout.blocks import carries_a_table_over, find_blocks, headings
from ingest.layout.layout import Layout
from ingest.layout.line_features import footnotes, line_features
from kb.types import BlockKind
from tests.ingest.layouts import LAYOUTS, Row, make_layout
from tests.pdfs import words

LONG = "the keeper of the orchard counts the ladders every evening before the gate is closed for the night"


def body(text: str, x: float = 50.0) -> Row:
    return text, x, 1.0, False


def test_a_heading_of_two_lines_and_its_paragraph() -> None:
    layout = make_layout([[("On ladders", 50, 1.6, True), ("and on nets", 50, 1.6, True), body(LONG), body(LONG)]])
    blocks = find_blocks(layout)
    assert [b.kind for b in blocks] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert [h.text for h in headings(layout, blocks)] == ["On ladders and on nets"]


def test_headings_of_their_own_numbers_stay_apart() -> None:
    layout = make_layout([[("Part 1 Ladders", 50, 1.5, True), ("2. Nets", 50, 1.5, True), body(LONG)]])
    assert [h.text for h in headings(layout, find_blocks(layout))] == ["Part 1 Ladders", "2. Nets"]


def test_a_bold_beginning_of_a_paragraph_is_no_heading() -> None:
    rows: list[Row] = [(f"Ladders. {LONG}", 50, 1.0, True), body(f"{LONG}."), ("Ladders", 50, 1.0, True), body(LONG)]
    layout = make_layout([rows])
    assert [h.text for h in headings(layout, find_blocks(layout))] == ["Ladders"]


def test_footnotes_are_told_by_print_and_mark() -> None:
    rows = [body(line) for n in range(8) for line in words(n)]
    notes: list[Row] = [("7 Rules on ladders.", 50, 0.6, False), ("Second line of it.", 58, 0.85, False)]
    layout = make_layout([rows + notes])
    assert footnotes(layout) == {len(rows), len(rows) + 1}
    assert [b.kind for b in find_blocks(layout)][-1] is BlockKind.FURNITURE
    small_without_mark = make_layout([[*rows, ("Second line of it.", 58, 0.85, False)]])
    assert footnotes(small_without_mark) == frozenset()
    all_small = make_layout([[(t, x, 0.6, b) for t, x, _, b in rows]])
    assert footnotes(all_small) == frozenset()


def test_lines_that_carry_a_table_over() -> None:
    assert carries_a_table_over("Continued on next page")
    assert carries_a_table_over("Table 2: Ladders and nets (Continued)")
    assert not carries_a_table_over("Table 2: Ladders and nets")


@settings(max_examples=150)
@given(LAYOUTS)
def test_blocks_are_slices_in_order_that_cover_every_line(layout: Layout) -> None:
    blocks = find_blocks(layout)
    covered: set[int] = set()
    last = -1
    for block in blocks:
        assert block.span.start > last
        last = block.span.end - 1
        page = layout.pages[block.page - 1]
        assert page.start <= block.span.start <= block.span.end <= page.end
        covered.update(i for i, line in enumerate(layout.lines) if block.span.start <= line.start < block.span.end)
    assert covered == set(range(len(layout.lines)))
    looks = line_features(layout)
    assert not looks.heads & looks.notes
    assert not looks.heads & looks.contents
