from __future__ import annotations

from dataclasses import replace

import pytest

from kb.text.locators import gist_spans, locator_of, page_at, raw_ranges
from kb.types import Page, Span, Unit

PAGES = (
    Page(1, 0, 10, None, "none", segments=((0, 0, 10),)),
    Page(2, 11, 11, "i", "pdf"),
    Page(3, 12, 32, "1", "printed", segments=((0, 40, 8), (8, 10, 12))),
    Page(4, 33, 40, "2", "printed", segments=((0, 0, 7),)),
)
UNIT = Unit("urn:kb:x:doc:1:para:3", "doc", "doc", "para", "3", "Paragraph 3", "", Span(12, 40), Span(12, 40), 3, 4)


def test_page_at_every_place() -> None:
    assert [page_at(PAGES, at).index for at in (0, 9, 10, 11, 12, 31, 32, 33, 39, 1000)] == [
        1,
        1,
        1,
        2,
        3,
        3,
        3,
        4,
        4,
        4,
    ]
    with pytest.raises(IndexError):
        page_at((), 0)


def test_printed_page_and_pdf_page_are_two_fields() -> None:
    one = locator_of("doc", Span(13, 20), PAGES, UNIT)
    assert (one.page_index, one.page_end, one.page_label) == (3, 3, "1")
    over = locator_of("doc", Span(20, 36), PAGES, UNIT)
    assert (over.page_index, over.page_end, over.page_label) == (3, 4, "1–2")
    bare = locator_of("doc", Span(0, 5), PAGES, None)
    assert (bare.page_index, bare.page_label, bare.locator_type, bare.locator) == (1, None, "page", "")


def test_a_unit_is_named_only_where_its_numbering_is_proven() -> None:
    proven = locator_of("doc", Span(13, 20), PAGES, UNIT, ("Part", "Duties"))
    assert (proven.locator_type, proven.locator, proven.unit_id) == ("para", "Paragraph 3", UNIT.unit_id)
    doubtful = locator_of("doc", Span(13, 20), PAGES, replace(UNIT, proven=False), ("Part", "Duties"))
    assert (doubtful.locator_type, doubtful.locator, doubtful.path) == ("heading", "Duties", "Part > Duties")
    assert doubtful.unit_id is None


def test_raw_ranges_follow_the_segments_even_out_of_order() -> None:
    page = PAGES[2]
    assert raw_ranges(page, 12, 32) == [(40, 48), (10, 22)]
    assert raw_ranges(page, 18, 22) == [(46, 48), (10, 12)]
    assert raw_ranges(page, 0, 12) == []
    assert raw_ranges(page, 31, 40) == [(21, 22)]
    assert raw_ranges(PAGES[1], 0, 100) == []


def test_gists_of_a_register_entry() -> None:
    text = "Paragraph 3 [para:3]\nIt asks for a log.\n기록을 남기도록 한다.\nForce: shall\n"
    spans = gist_spans(text, Span(0, len(text)))
    assert [text[s.start : s.end] for s in spans] == ["It asks for a log.", "기록을 남기도록 한다."]
    assert gist_spans("no entry", Span(0, 8)) == ()
