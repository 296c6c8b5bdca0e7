"""A page is shown where its licence allows, and marked exactly or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kb import page_images as pageview
from kb.citing.citation import ELLIPSIS, quote_hash
from kb.citing.highlight import with_rects
from kb.messages import message
from kb.page_images import highlighted, may_show_pages, page_view
from tests.other_library import otherwise

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.types import Citation


def cited(base: KnowledgeBase, question: str = "OECD 1.3") -> Citation:
    return base.ask(question).citations[0]


def test_the_page_is_marked_at_the_quote_and_nowhere_else(base: KnowledgeBase) -> None:
    citation = with_rects(base.library(), cited(base))
    assert citation.rects
    view = page_view(base.library(), citation)
    assert view.image is not None
    assert "our own words" in view.lines[0]
    assert message("en", "no highlight") not in view.lines
    width, height = view.image.size
    yellow = {
        (x, y)
        for x in range(0, width, 3)
        for y in range(0, height, 3)
        if view.image.getpixel((x, y)) == pageview.YELLOW
    }
    assert yellow
    for x, y in yellow:
        assert any(
            r[1] * width - 2 <= x <= r[3] * width + 2 and r[2] * height - 2 <= y <= r[4] * height + 2
            for r in citation.rects
        )


def test_without_an_exact_highlight_the_page_says_so(base: KnowledgeBase) -> None:
    whole = cited(base)
    quote = " ".join(whole.quote.split()[:5]) + ELLIPSIS
    cut = replace(whole, match="elided", quote=quote, quote_sha256=quote_hash(quote))
    view = page_view(base.library(), cut)
    assert view.image is not None
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
    view = page_view(otherwise(base, edition=edition), citation)
    assert (view.image is not None) is allowed
    assert allowed or any("does not allow page images" in line for line in view.lines)


def test_the_register_may_be_shown(base: KnowledgeBase) -> None:
    stored = base.library().store.document("register-oecd")
    assert stored is not None
    assert may_show_pages(replace(stored.edition, redistribute="no"))


def test_what_is_no_pdf_has_no_page(base: KnowledgeBase) -> None:
    citation = cited(base, "How long are ledgers kept after the robot has left the orchard?")
    stored = base.library().store.document(citation.doc_id)
    assert stored is not None
    edition = replace(stored.edition, redistribute="yes")
    view = page_view(otherwise(base, edition=edition), citation)
    assert view.image is None
    assert "not read from a PDF" in " ".join(view.lines)


def test_a_file_that_moved_or_changed_is_not_shown(base: KnowledgeBase) -> None:
    citation = cited(base)
    gone = page_view(otherwise(base, source="nowhere.pdf"), citation)
    assert gone.image is None and "no longer where it was read" in gone.lines[1]
    changed = page_view(otherwise(base, sha256="0" * 64), citation)
    assert changed.image is None and "has changed since it was read" in changed.lines[1]


def test_a_quote_of_an_older_index_is_not_shown(base: KnowledgeBase) -> None:
    view = page_view(base.library(), replace(cited(base), quote="other words"))
    assert view.image is None
    assert "Ask again" in view.lines[1]


def test_ink_stays_ink_under_the_mark() -> None:
    page = Image.new("RGB", (100, 100), "white")
    page.putpixel((50, 50), (0, 0, 0))
    marked = highlighted(page, [(0.4, 0.4, 0.6, 0.6)])
    assert marked.getpixel((50, 50)) == (0, 0, 0)
    assert marked.getpixel((45, 45)) == pageview.YELLOW
    assert marked.getpixel((30, 30)) == (255, 255, 255)
    assert highlighted(page, []) is page
