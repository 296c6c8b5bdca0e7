"""The cards beside an answer: everything needed to check a citation."""

from __future__ import annotations

import re
from dataclasses import replace

from app.plain_text import citation_line
from app.web.html.chat import answer_html
from app.web.html.evidence import evidence_card, evidence_cards
from kb.messages import superseded
from kb.types import Sentence
from tests.app.web.pages import (
    ANSWER,
    CITATION,
    KOREAN,
    Page,
    check,
)


def test_a_card_says_everything_needed_to_check_it() -> None:
    text = check(evidence_card(CITATION, 3)).text
    for words in (
        "Regulation (EU) 2024/1689", "Artificial Intelligence Act", "OJ L", "2024-07-12", "Article 14(2)",
        "p. 60 (PDF page 61)", "Human oversight shall aim to prevent.", "verbatim", "force: shall", "checked",
        "English", "reuse allowed", "Official page", "Show page", "Look up", "Copy citation",
    ):  # fmt: skip
        assert words in text
    assert 'id="kb-3-1"' in evidence_card(CITATION, 3)


def test_printed_and_pdf_page_are_never_one_for_the_other() -> None:
    assert "no printed page number (PDF page 61)" in check(evidence_card(replace(CITATION, page_label=None), 1)).text


def test_a_superseded_edition_names_its_successor_everywhere() -> None:
    old = replace(CITATION, status="superseded", superseded_by=("The New One",))
    assert "Superseded; successor: The New One." in check(evidence_card(old, 1)).text
    assert "[superseded; successor: The New One]" in citation_line(old)
    assert "superseded" in check(answer_html(replace(ANSWER, citations=(old,)), 1)).text


def test_register_words_are_never_shown_as_a_quotation() -> None:
    ours = replace(CITATION, match="register", verified=False)
    line = citation_line(ours)
    assert "register, not the official text" in line
    assert "not checked" in line
    assert "“" not in line
    assert "register p. 60 (register PDF page 61)" in line
    for html in (evidence_card(ours, 1), answer_html(replace(ANSWER, citations=(ours,)), 1)):
        assert "register, not the official text" in check(html).text
    assert "verbatim" not in check(evidence_card(ours, 1)).text
    assert "not checked against the official text" in check(evidence_card(ours, 1)).text


def test_elided_quotes_say_so() -> None:
    assert "cut to the licence’s quote limit" in check(evidence_card(replace(CITATION, match="elided"), 1)).text


def test_copied_text_keeps_its_signs_and_no_control_characters() -> None:
    citation = replace(CITATION, quote="a <b> & “c”\x1b[31m\x00 d")
    html = evidence_card(citation, 1)
    copied = next(a["data-text"] for t, a in Page(html).tags if a.get("data-kb") == "copy")
    assert copied == citation_line(citation)
    assert "a <b> & “c” [31m  d" in copied


def test_a_long_quote_unfolds_and_loses_nothing() -> None:
    quote = " ".join(f"word{n}" for n in range(400))
    html = evidence_card(replace(CITATION, quote=quote), 1)
    page = check(html)
    assert "details" in [t for t, _ in page.tags]
    first, rest = re.split(r"the remaining [\d,]+ characters", page.text)
    assert quote in first[first.index("word0") :] + rest


def test_a_question_without_a_language_is_framed_in_the_interfaces() -> None:
    bare = replace(ANSWER, question="OECD 1.3")
    assert not KOREAN.search(check(evidence_cards(bare, 1)).text)
    assert "쪽 보기" in check(evidence_cards(bare, 1, 1, "ko")).text
    english = replace(ANSWER, question="What is the aim of human oversight?")
    assert not KOREAN.search(check(evidence_cards(english, 1, 1, "ko")).text)


def test_korean_framing_of_the_register_and_of_old_editions() -> None:
    ours = replace(CITATION, match="register", verified=False, status="superseded", superseded_by=("The New One",))
    asked = replace(ANSWER, question="무엇인가요?", citations=(ours,))
    text = check(evidence_card(ours, 1, lang="ko")).text
    for words in (
        "자체 해설(등록부), 공식 원문 아님",
        "공식 원문과 대조하지 않음",
        "대체됨; 후속: The New One.",
        "언어: 영어",
    ):
        assert words in text
    line = citation_line(ours, "ko")
    assert "“" not in line and "등록부 60쪽(등록부 PDF 61쪽)" in line and "대조하지 않음" in line
    assert "자체 해설(등록부)" in check(answer_html(asked, 1)).text


def test_the_status_of_an_edition_is_said_once_for_its_document() -> None:
    """Defect 16: a warning on every card and in a notice is worn out."""
    old = replace(CITATION, status="superseded", superseded_by=("The New One",))
    three = tuple(replace(old, n=n, path=f"Article {n}", locator=f"Article {n}") for n in (1, 2, 3))
    said = superseded(old.doc_ref, ("The New One",))
    answer = replace(
        ANSWER,
        sentences=tuple(Sentence(f"{n}.", (n,)) for n in (1, 2, 3)),
        citations=three,
        also_relevant=(replace(old, n=4),),
        notices=(said,),
    )
    chat, cards = Page(answer_html(answer, 1)), Page(evidence_cards(answer, 1))
    assert chat.text.count("uperseded") == 1 and "The New One" in chat.text
    assert len([a for _, a in chat.tags if a.get("class") == "kb-superseded"]) == 1
    assert len([a for _, a in cards.tags if "kb-card " in f"{a.get('class')} "]) == 4
    assert cards.text.count("Superseded; successor: The New One.") == 2, "once above the cards, once above those beside"
    # of two editions each says its own
    other = replace(CITATION, n=2, doc_ref="Another", doc_id="another", status="withdrawn")
    two = replace(answer, sentences=answer.sentences[:2], citations=(three[0], other), also_relevant=())
    text = Page(answer_html(two, 1)).text
    assert text.count("uperseded") == 1 and "Withdrawn." in text
