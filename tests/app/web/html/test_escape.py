"""Escaping: it loses nothing and leaves nothing to interpret, on any screen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.web.html.about import about_page
from app.web.html.ask import ask_page
from app.web.html.chat import Turn, answer_html, turn_html, welcome
from app.web.html.documents import documents_list, no_index
from app.web.html.escape import escape, link, safe_url, worded
from app.web.html.evidence import evidence_card, evidence_cards
from app.web.html.filters import Choices
from app.web.html.pieces import problem_box
from app.web.html.unit_page import look_up_shell, looked_up_html, suggestion_options, unit_page_html
from kb import DocumentList, ListedDocument, LookedUp, LookUp, SuggestedUnit
from kb.lookup.missing import Missing
from kb.lookup.suggested import SuggestionGroup
from kb.types import Sentence, notice
from tests.app.web.pages import (
    ANSWER,
    CITATION,
    HOSTILE,
    Page,
    check,
    hostile_citation,
    hostile_edition,
    hostile_name,
    hostile_unit_page,
    hostile_view,
    shown,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_text(text: str) -> None:
    citation = hostile_citation(text)
    answer = replace(
        ANSWER,
        question=text,
        sentences=(Sentence(text, (1,)),),
        citations=(citation,),
        notices=(notice("superseded", ref=text),),
        searched=(text,),
    )
    refusal = replace(
        answer,
        refused=True,
        sentences=(),
        citations=(),
        nearest=(citation,),
        reason=(notice("no reference", text=text),),
    )
    turns = [Turn(1, text, answer), Turn(2, text, refusal), Turn(3, text, None, text)]
    row = ListedDocument(hostile_edition(text), text, 1, 1, True, text, (notice("note text", text=text),))
    said = notice("no reference", text=text)
    missing = Missing((notice("numbers there", where=text, first=text, last=text, n=1),), ((text, text),))
    looked_up = LookUp(text, (hostile_view(text),), ((text, text),), ((text, text),), said)
    pages = [
        *(turn_html(turn, "en", text) for turn in turns),
        welcome([text]),
        ask_page(Choices((text,), ((text, text),), ()), "en"),
        evidence_cards(answer, 1),
        evidence_cards(refusal, 2),
        looked_up_html(LookedUp((looked_up,), None, missing, {text: hostile_name(text)}, {text: text}), "en"),
        unit_page_html(hostile_unit_page(text), "en", said),
        suggestion_options([SuggestedUnit(hostile_name(text), SuggestionGroup.LIKE)], "en"),
        documents_list(DocumentList((row,), (row,), (row,), (row,), (row.edition,)), "en"),
        about_page([(text, text)], None),
        problem_box(text),
        look_up_shell("en", [text]),
    ]
    for html in pages:
        page = check(html)
        flat = " ".join(page.text.split())
        assert " ".join(shown(text).split()) in flat or "\n" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_finds_nothing_to_do(text: str) -> None:
    html = turn_html(Turn(1, text, replace(ANSWER, sentences=(Sentence(text, (1,)),))))
    assert MarkdownIt("commonmark", {"html": True}).render(html).strip() == html
    assert MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(escape(f"a {text}")).count("<") == 2


@given(st.text(max_size=200))
def test_escaping_loses_nothing_and_leaves_nothing(text: str) -> None:
    escaped = escape(text)
    page = Page(f"<div>{escaped}</div>")
    assert page.text == shown(text).replace("\r", " ")
    assert len(page.tags) == 1
    assert not re.search(r"[<>\"'`$\\{}\[\]*_|~#!()\n\r]", re.sub(r"&#\d+;", "", escaped))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_command_in_a_message_is_code_without_backticks(lang: str) -> None:
    page = check(no_index(lang))
    assert "code" in [tag for tag, _ in page.tags]
    assert "kb ingest FOLDER" in page.text and "`" not in page.text
    assert Page(worded("`<b>` and `kb x <b>`")).text == "`<b>` and kb x <b>"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "//evil.example", "/relative", "", "http://", "https://user:pw@evil.example/",
        "http://a b", "https://good.example\\@evil.example", "http://[::1", "mailto:a@b.c", "https://x.example/\x00",
    ],
)  # fmt: skip
def test_no_link_to_what_a_browser_must_not_follow(url: str) -> None:
    assert safe_url(url) == ""
    assert link(url, "words") == ""
    assert "href" not in evidence_card(replace(CITATION, url=url), 1)


def test_a_link_hands_nothing_over() -> None:
    page = check(link("https://example.org/a?b=1&c=<x>", "there"))
    tag, attributes = page.tags[0]
    assert tag == "a"
    assert attributes == {
        "href": "https://example.org/a?b=1&c=<x>", "target": "_blank", "rel": "noopener noreferrer",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_texts_in_every_language(text: str, lang: str) -> None:
    answer = replace(
        ANSWER, question=text, citations=(hostile_citation(text),), notices=(notice("superseded", ref=text),)
    )
    for html in (
        evidence_card(hostile_citation(text), 1, lang=lang),
        answer_html(answer, 1, lang),
        evidence_cards(answer, 1, 1, lang),
        welcome([text], lang),
        ask_page(Choices((text,), ((text, text),), ()), lang),
        unit_page_html(hostile_unit_page(text), lang),
    ):
        check(html)
