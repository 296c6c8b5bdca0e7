"""The documents page and the about page."""

from __future__ import annotations

from dataclasses import replace

from app.web.html.documents import about_page, documents_page, no_index
from kb import ListedDocument
from kb.types import Status, notice
from tests.app.web.pages import (
    EDITION,
    check,
)


def test_documents_tell_loaded_from_described_from_addable() -> None:
    note = notice("note text", text="act.pdf: a note")
    loaded = ListedDocument(EDITION, "", 144, 1470, True, "act.pdf", (note,))
    unproven = ListedDocument(replace(EDITION, ref="Unproven", status=Status.SUPERSEDED), "Newer", 9, 4, False, "b.pdf")
    addable = ListedDocument(replace(EDITION, ref="By hand"))
    fetchable = ListedDocument(replace(EDITION, ref="Fetched", doc_id="fetch-me", file_url="https://example.org/x.pdf"))
    text = check(documents_page([loaded, unproven], [], [addable], [fetchable])).text
    for words in ("(2)", "144", "1,470", "proven", "not proven: heading and page are cited", "A note",
                  "successor: Newer", "kb corpus add FILE", "kb corpus fetch fetch-me", "superseded"):  # fmt: skip
        assert words in text
    assert "register alone" in check(documents_page([], [], [], [])).text


def test_free_texts_are_offered_with_licence_address_and_command() -> None:
    free = replace(EDITION, ref="Free act", doc_id="free-act", file_url="https://example.org/x.pdf", licence="open <b>")
    page = documents_page([], [], [], [], free=[free])
    text = check(page).text
    for words in ("downloaded freely (1)", "Free act", "open <b>", "kb corpus fetch free-act", "fetch --all-free"):
        assert words in text
    assert "내려받을 수 있는 공식 원문(1)" in check(documents_page([], [], [], [], "ko", [free])).text
    assert "downloaded freely" not in check(documents_page([], [], [], [])).text


def test_about_states_whose_words_the_register_is() -> None:
    text = check(about_page([("Index id", "abcd")])).text
    assert "The register is our own words" in text
    assert "never a quotation" in text
    assert "abcd" in text
    assert "kb ingest" in check(no_index()).text


def test_how_far_numbers_can_be_trusted_stands_below_a_document() -> None:
    graded = ListedDocument(
        EDITION, n_pages=9, n_units=4, proven=True, grade="fair", grade_reasons=(notice("check unwitnessed"),)
    )
    assert "Trust in its numbers: fair" in check(documents_page([graded], [], [], [])).text
    assert "번호의 신뢰도: 보통" in check(documents_page([graded], [], [], [], "ko")).text
    without = replace(graded, grade="", grade_reasons=())
    assert "Trust in" not in check(documents_page([without], [], [], [])).text
