"""A page for the viewer: shown where its licence allows, its words with their boxes, marked exactly or not at all."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kb import page_images as pageview
from kb.citing.citation import ELLIPSIS, quote_hash
from kb.citing.highlight import rects_ahead, with_rects
from kb.errors import ReferenceNotFound
from kb.library.library import Library
from kb.messages import message
from kb.page_images import PageSheet, QuotePlace, may_show_pages, page_image, page_sheet
from tests.other_library import otherwise

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.types import Citation


def cited(base: KnowledgeBase, question: str = "OECD 1.3") -> Citation:
    return base.ask(question).citations[0]


def sheet_of(library: Library, citation: Citation, page: int | None = None, lang: str = "en") -> PageSheet:
    place = QuotePlace(citation.char_start, citation.char_end, citation.quote_sha256, citation.match == "elided")
    return page_sheet(library, citation.doc_id, page, place, lang)


def test_the_page_is_marked_at_the_quote_and_nowhere_else(base: KnowledgeBase) -> None:
    citation = with_rects(base.library(), cited(base))
    assert citation.rects
    sheet = sheet_of(base.library(), citation)
    assert sheet.is_drawn and sheet.page == citation.page_index
    assert "our own words" in sheet.lines[0]
    assert message("en", "no highlight") not in sheet.lines
    assert [(sheet.page, *box) for box in sheet.marks] == [r for r in citation.rects if r[0] == sheet.page]
    words = " ".join(words for _, words in sheet.words)
    assert " ".join(citation.quote.split()[:3]) in words
    for (x0, y0, x1, y1), line in sheet.words:
        assert 0 <= x0 <= x1 <= 1 and 0 <= y0 <= y1 <= 1 and line.strip()


def test_boxes_that_were_begun_ahead_are_those_found_at_once(base: KnowledgeBase) -> None:
    library = base.library()
    first, second = (replace(cited(base, ref), rects=()) for ref in ("OECD 1.3", "OECD 1.4"))
    boxed = rects_ahead(library, [first])
    for citation in (first, second):  # the second was not begun
        assert boxed(citation).rects
        assert boxed(citation) == with_rects(library, citation)


def test_no_thread_is_left_that_a_forked_process_would_wait_for(base: KnowledgeBase) -> None:
    library = base.library()
    citation = replace(cited(base), rects=())
    assert rects_ahead(library, [citation])(citation).rects
    until = time.monotonic() + 5
    while any(thread.name.startswith("boxes") for thread in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(thread.name.startswith("boxes") for thread in threading.enumerate())


def test_the_image_of_a_quote_is_yellow_at_the_quote_and_nowhere_else(base: KnowledgeBase) -> None:
    citation = with_rects(base.library(), cited(base))
    rects = [r for r in citation.rects if r[0] == citation.page_index]
    image, marked = page_image(base.library(), citation.doc_id, citation.page_index, citation.quote)
    assert marked
    width, height = image.size
    yellow = {
        (x, y) for x in range(0, width, 3) for y in range(0, height, 3) if image.getpixel((x, y)) == pageview.YELLOW
    }
    assert yellow
    for x, y in yellow:
        assert any(
            r[1] * width - 2 <= x <= r[3] * width + 2 and r[2] * height - 2 <= y <= r[4] * height + 2 for r in rects
        )


def test_another_page_of_the_document_is_shown_without_the_quote_s_marks(base: KnowledgeBase) -> None:
    citation = with_rects(base.library(), cited(base))
    other = next(n for n in range(1, 9) if n not in {r[0] for r in citation.rects})
    sheet = sheet_of(base.library(), citation, other)
    assert sheet.page == other and sheet.is_drawn and sheet.marks == ()
    assert (sheet.first, sheet.last) == (citation.page_index, citation.page_end)
    for page in (0, sheet.n_pages + 1):
        with pytest.raises(ReferenceNotFound):
            sheet_of(base.library(), citation, page)


def test_without_an_exact_highlight_the_page_says_so(base: KnowledgeBase) -> None:
    whole = cited(base)
    quote = " ".join(whole.quote.split()[:5]) + ELLIPSIS
    cut = replace(whole, match="elided", quote=quote, quote_sha256=quote_hash(quote))
    view = sheet_of(base.library(), cut)
    assert view.is_drawn and view.marks == ()
    assert message("en", "no highlight") in view.lines


@pytest.mark.parametrize(
    ("redistribute", "allowed"),
    [("yes", True), ("unaltered", True), ("non-commercial", True), ("no", False), ("unknown", False), ("", False)],
)
def test_the_licence_decides(base: KnowledgeBase, redistribute: str, allowed: bool) -> None:
    citation = cited(base)
    stored = base.library().store.document(citation.doc_id)
    assert stored is not None
    edition = replace(stored.edition, redistribute=redistribute, is_register=False, register_of=())
    assert may_show_pages(edition) is allowed
    view = sheet_of(otherwise(base, edition=edition), citation)
    assert view.is_drawn is allowed
    assert allowed or any("does not allow page images" in line for line in view.lines)


def test_what_is_no_pdf_has_no_page(base: KnowledgeBase) -> None:
    citation = cited(base, "How long are ledgers kept after the robot has left the orchard?")
    stored = base.library().store.document(citation.doc_id)
    assert stored is not None
    edition = replace(stored.edition, redistribute="yes")
    view = sheet_of(otherwise(base, edition=edition), citation)
    assert not view.is_drawn
    assert "not read from a PDF" in " ".join(view.lines)


def test_a_file_that_moved_or_changed_is_not_shown(base: KnowledgeBase) -> None:
    citation = cited(base)
    gone = sheet_of(otherwise(base, source="nowhere.pdf"), citation)
    assert not gone.is_drawn and "no longer where it was read" in gone.lines[1]
    changed = sheet_of(otherwise(base, sha256="0" * 64), citation)
    assert not changed.is_drawn and "has changed since it was read" in changed.lines[1]


def test_a_quote_of_an_older_index_is_not_shown(base: KnowledgeBase) -> None:
    view = sheet_of(base.library(), replace(cited(base), quote_sha256=quote_hash("other words")))
    assert not view.is_drawn
    assert "Ask again" in view.lines[1]
