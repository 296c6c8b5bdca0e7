"""The screens Documents and About as HTML."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

from app.web.html.about import about_page
from app.web.html.batch import place_card
from app.web.html.documents import (
    document_html,
    documents_list,
    licence_words,
    no_index,
    outcome_html,
    progress_html,
    recognised_html,
)
from app.web.html.evidence import evidence_card
from app.web.measures import Measures, ShownMeasure
from kb import DocumentList, DocumentPage, EditionRow, ListedDocument, Outline
from kb.types import Edition, Status, notice, notice_to_json
from tests.app.web.pages import CITATION, EDITION, STORED, check

HELD = replace(EDITION, ref="Held back", doc_id="held", redistribute="no", quote_limit_words=40, licence="all rights")


def listing(*loaded: ListedDocument, addable: tuple[ListedDocument, ...] = ()) -> DocumentList:
    free = tuple(each.edition for each in addable if each.edition.file_url)
    return DocumentList(loaded, (), (), addable, free)


def test_the_list_tells_what_is_here_and_how_far_it_is_trusted() -> None:
    graded = ListedDocument(EDITION, "", 144, 1470, True, "act.pdf", grade="fair")
    absent = ListedDocument(replace(EDITION, ref="Elsewhere", doc_id="far", file_url="https://example.org/x.pdf"))
    page = check(documents_list(listing(graded, addable=(absent,)), "en"))
    for words in ("text loaded", "not here", "1470 units", "Trust in its numbers: fair", "downloaded freely (1)"):
        assert words in page.text
    rows = [a for _, a in page.tags if a.get("class") == "kb-document-row"]
    assert [row["data-here"] for row in rows] == ["loaded", "absent"]
    assert "elsewhere" in rows[1]["data-words"]
    assert "번호의 신뢰도: 보통" in check(documents_list(listing(graded), "ko")).text


def document(edition: Edition = HELD, here: str = "loaded", report: dict[str, Any] | None = None) -> str:
    chain = (EditionRow(replace(EDITION, ref="Newer", doc_id="newer"), "absent"), EditionRow(edition, here))
    stored = replace(STORED, edition=edition, report=report or {}) if here == "loaded" else None
    reasons = (notice("check unwitnessed"),)
    page = DocumentPage(edition, here, stored, "act.pdf" if stored else "", "fair", reasons, (), chain, 3)
    return document_html(page, Outline(()), "en")


def test_a_document_says_in_words_what_its_licence_allows_and_why_its_numbers_are_trusted() -> None:
    text = check(document(report={"counts": [["article", 9]], "pages_without_text": list(range(1, 20))})).text
    for words in (
        "may not be shown as images", "cut to 40 words", "may not be passed on", "As written: all rights",
        "Trust in its numbers: fair", "no contents list confirms it", "article 9", "and 11 more", "Newer",
    ):  # fmt: skip
        assert words in text
    assert "data-pages" in document()
    assert "data-pages" not in document(here="register")


def test_a_text_that_is_not_here_has_a_way_to_it() -> None:
    free = replace(EDITION, doc_id="free", file_url="https://example.org/x.pdf")
    assert 'data-edition="free"' in document(free, "absent")
    by_hand = check(document(HELD, "register"))
    assert "Get the file yourself" in by_hand.text
    assert [a["href"] for _, a in by_hand.tags if "target" in a] == [HELD.landing_url]
    without = check(document(replace(HELD, landing_url=""), "register")).text
    assert "ask the publisher: EU" in without


def test_a_status_that_is_not_known_is_no_warning() -> None:
    assert "kb-superseded" not in document(replace(EDITION, status=Status.UNKNOWN))
    assert "kb-superseded" in document(replace(EDITION, status=Status.SUPERSEDED, superseded_by="newer"))


def test_each_licence_is_worded() -> None:
    said = {kind: licence_words(kind, 0, "en") for kind in ("yes", "unaltered", "non-commercial", "no", "unknown")}
    assert len({tuple(words) for words in said.values()}) == 5
    assert "not known" in licence_words("unknown", 0, "en", in_catalog=False)[0]


def test_a_file_that_is_not_what_its_name_says_is_told_before_it_is_added() -> None:
    other = notice("note of file", file="oecd.pdf", note=notice("recognised otherwise", claimed="OECD", ref="The Act"))
    told = {
        "ref": "The Act", "doc_id": "act", "known": True, "title": "An act", "status": "superseded", "licence": "free",
        "redistribute": "yes", "limit": 0, "pages": 12, "units": 7, "notes": [notice_to_json(other)],
    }  # fmt: skip
    text = check(recognised_html(told, "oecd.pdf", "en")).text
    for words in ("Recognised as The Act", "Not what its name says", "The name says OECD", "superseded", "Add it"):
        assert words in text
    plain = check(recognised_html({**told, "notes": [], "known": False}, "oecd.pdf", "en")).text
    assert "Not what its name says" not in plain and "Not in the catalog" in plain


def test_a_reading_tells_how_far_it_is_and_how_it_ended() -> None:
    page = check(progress_html({"stage": "embedding", "done": 3, "total": 9}, "x.pdf", "abcd", "en"))
    assert "3 of 9 passages" in page.text and "former index (abcd)" in page.text
    bar = next(a for tag, a in page.tags if tag == "progress")
    assert (bar["max"], bar["value"]) == ("9", "3")
    files = [{"name": "The Act", "outcome": "new", "message": None, "notes": []}]
    assert "In service as index wxyz" in check(outcome_html("done", files, None, "wxyz", True, "en")).text
    assert "Nothing changed" in check(outcome_html("done", [], None, "wxyz", False, "en")).text
    assert "no reference" in check(outcome_html("failed", [], notice("no reference", text="x"), "", False, "en")).text
    assert "former index stays" in check(outcome_html("stopped", [], None, "", False, "en")).text


def test_about_states_whose_words_the_register_is_and_when_it_was_measured() -> None:
    rows = (ShownMeasure("own", "recall@5", 0.91234, 400), ShownMeasure("own", "quotes_not_found", 0.0, 400))
    text = check(about_page([("Index id", "abcd")], Measures("2026-11-30", "wxyz", "0.1", rows))).text
    for words in (
        "The register is our own words",
        "never a quotation",
        "abcd",
        "2026-11-30",
        "wxyz",
        "0.912",
        "recall@5",
    ):
        assert words in text
    assert "No measures ship" in check(about_page([], None)).text
    assert "kb ingest" in check(no_index()).text


def test_a_name_that_is_the_title_is_said_once() -> None:
    named = replace(EDITION, ref="Blue Policy", title="Blue policy ")
    cited = replace(CITATION, doc_ref="Blue Policy", title="Blue policy")
    for html in (
        documents_list(listing(ListedDocument(named, "", 1, 1, True, "blue.docx")), "en"),
        document(named),
        evidence_card(cited, 1),
        place_card(cited, "en"),
    ):
        assert "Blue Policy" in check(html).text and "Blue policy" not in check(html).text
    assert "Artificial Intelligence Act" in check(document(EDITION)).text
    assert "1 page · 1 unit" in check(documents_list(listing(ListedDocument(named, "", 1, 1, True)), "en")).text


def test_a_title_is_found_however_its_letters_are_written() -> None:
    decomposed = unicodedata.normalize("NFD", "인공지능 기본법")
    page = check(documents_list(listing(ListedDocument(replace(EDITION, title=decomposed))), "ko"))
    [row] = [a for _, a in page.tags if a.get("class") == "kb-document-row"]
    assert "인공지능 기본법" in row["data-words"]


def test_a_reading_without_a_count_has_a_named_bar() -> None:
    for stage in ({}, {"stage": "reading", "done": 1, "total": 3}):
        bars = [a for t, a in check(progress_html(stage, "a.pdf", "", "en")).tags if t == "progress"]
        assert [bool(bar.get("aria-label")) for bar in bars] == [True]
