"""The conversation: sentences with their markers, refusals, the language of the words around the quotes."""

from __future__ import annotations

from dataclasses import replace

from app.plain_text import answer_lines, citation_line
from app.web.html.chat import Turn, answer_html, refused_steps, turn_html, welcome
from app.web.html.evidence import evidence_cards
from kb.types import Answer, Sentence, notice
from tests.app.web.conversations import conversation
from tests.app.web.pages import (
    ANSWER,
    CITATION,
    check,
)


def test_every_marker_leads_to_its_card() -> None:
    two = replace(CITATION, n=2, doc_ref="Another", path="para. 7")
    answer = replace(ANSWER, sentences=(Sentence("One.", (1,)), Sentence("Two.", (2, 1))), citations=(CITATION, two))
    page = check(answer_html(answer, 5))
    marks = [a["href"] for t, a in page.tags if t == "a"]
    assert marks == ["#kb-5-1", "#kb-5-2", "#kb-5-1"]
    ids = [f"#{a['id']}" for t, a in check(evidence_cards(answer, 5, 2)).tags if t == "article"]
    assert set(marks) == set(ids)
    assert [a["class"] for t, a in check(evidence_cards(answer, 5, 2)).tags if t == "article"] == [
        "kb-card", "kb-card kb-selected",
    ]  # fmt: skip
    assert "Another" in page.text and "para. 7" in page.text


def test_a_sentence_without_its_citation_is_withheld_and_that_is_said() -> None:
    answer = replace(ANSWER, sentences=(*ANSWER.sentences, Sentence("Invented.", (9,)), Sentence("Bare.", ())))
    text = check(answer_html(answer, 1)).text
    assert "Invented" not in text and "Bare" not in text
    assert "2 sentence(s) withheld" in text
    assert "Invented" not in "".join(answer_lines(answer))


def test_a_refusal_names_what_was_searched_and_what_is_near() -> None:
    why, noted = (notice("not carried"),), (notice("register notice", ref="Three"),)
    refusal = Answer("q?", True, (), (), why, (CITATION,), ("One", "Two"), noted, "abcd")
    text = check(answer_html(refusal, 4)).text
    for words in ("Not answered", "No passage of the documents searched carries an answer to this question.",
                  "2 documents searched", "One", "Two", "Three: register, not the official text.",
                  "they do not answer it", "Article 14(2)"):  # fmt: skip
        assert words in text
    cards = check(evidence_cards(refusal, 4))
    assert "Nearest places to" in cards.text
    assert not [a for t, a in cards.tags if a.get("class") == "kb-n"]
    assert "Searched: One; Two." in answer_lines(refusal)
    assert "not answered" in check(evidence_cards(replace(refusal, nearest=()), 4)).text


def test_a_korean_question_gets_korean_words_around_the_same_quotes() -> None:
    asked = replace(ANSWER, question="인간의 감독은 무엇을 목표로 하나요?")
    text = check(answer_html(asked, 1)).text
    assert "Human oversight shall aim to prevent." in text
    assert "원문: 영어" in text and "60쪽(PDF 61쪽)" in text
    card = check(evidence_cards(asked, 1)).text
    for words in (
        "근거:",
        "원문 그대로",
        "구속 정도: shall",
        "대조함",
        "원문: 영어",
        "쪽 보기",
        "조회",
        "인용 복사",
        "이용허락:",
    ):
        assert words in card
    for words in ("Evidence", "Show page", "Licence", "Copy", "PDF page"):
        assert words not in card
    copied = citation_line(CITATION, "ko")
    assert "Regulation (EU) 2024/1689, Article 14(2), 60쪽(PDF 61쪽): “Human oversight shall aim to prevent.”" in copied
    assert "(원문: 영어)" in copied


def test_a_korean_refusal_is_korean() -> None:
    refusal = Answer("무엇인가요?", True, (), (), (notice("not carried"),), (CITATION,), ("One", "Two"), (), "abcd")
    text = check(answer_html(refusal, 4)).text
    for words in (
        "답하지 않음",
        "찾아본 문서의 어느 대목에도 이 질문에 대한 답이 없습니다.",
        "찾아본 문서 2건",
        "가장 가까운 곳",
        "제14조 제2항",
    ):
        assert words in text
    assert "찾아본 판: One; Two." in answer_lines(refusal, "ko")
    assert "가장 가까운 곳:" in check(evidence_cards(refusal, 4)).text


def test_turns_are_told_in_order() -> None:
    turns = [Turn(1, "first?", ANSWER), Turn(2, "second\nline", None, "no index")]
    page = check(conversation(turns))
    places = [page.text.index(w) for w in ("first?", "Human oversight", "second", "no index")]
    assert places == sorted(places)
    assert "example" in check(welcome(["example"])).text


def test_an_answer_says_what_it_was_limited_to_and_what_can_be_done_with_it() -> None:
    page = check(turn_html(Turn(3, "q?", ANSWER), "en", "Publishers: OECD"))
    assert "Searched only: Publishers: OECD" in page.text
    kinds = [a["data-kb"] for _, a in page.tags if a.get("data-turn") == "3" and "data-kb" in a]
    assert kinds == ["copy-answer", "collect-all", "retry", "edit", "good", "bad"]
    register = replace(CITATION, match="register")
    kinds = [a.get("data-kb") for _, a in check(turn_html(Turn(3, "q?", replace(ANSWER, citations=(register,))))).tags]
    assert "official" in kinds


def test_a_refusal_offers_the_next_step() -> None:
    refusal = Answer("q?", True, (), (), (notice("not carried"),), (CITATION,), ("One",), (), "abcd")
    assert refused_steps(ANSWER, True, True) == () == refused_steps(None, True, True)
    assert refused_steps(refusal, False, False) == ("look up",)
    steps = refused_steps(refusal, True, True)
    page = check(turn_html(Turn(1, "q?", refusal), "en", "", steps))
    for words in ("Ask without the filter", "Ask in all editions", "Look it up as a reference"):
        assert words in page.text
    kinds = [a.get("data-kb") for _, a in page.tags]
    assert {"next-no-filter", "next-all-editions", "next-look-up"} <= set(kinds) and "collect-all" not in kinds
