"""What a person copies or reads in the terminal: complete, and marked as what it is."""

from __future__ import annotations

from dataclasses import replace

from app.plain_text import answer_lines, beginning, citation_line, note_lines, place_line
from kb.types import Answer, Sentence, notice
from tests.app.web.pages import (
    ANSWER,
    CITATION,
)


def test_a_citation_line_to_paste() -> None:
    assert (
        citation_line(CITATION)
        == "Regulation (EU) 2024/1689, Article 14(2), p. 60 (PDF page 61): “Human oversight shall aim to prevent.”"
    )
    heading = replace(CITATION, locator_type="heading", locator="3. Core", path="Framework > 3. Core", unit_id=None)
    assert citation_line(heading).startswith("Regulation (EU) 2024/1689, under “3. Core”, p. 60")
    whole = replace(CITATION, path="Regulation (EU) 2024/1689")
    assert citation_line(whole).startswith("Regulation (EU) 2024/1689, p. 60")


def test_the_terminal_shows_an_answer_with_its_places() -> None:
    line = (
        "[1] Regulation (EU) 2024/1689, Article 14(2), p. 60 (PDF page 61) — Artificial Intelligence Act, OJ L; "
        "original: English"
    )
    link = "    https://eur-lex.europa.eu/eli/reg/2024/1689"
    assert answer_lines(ANSWER) == ["Human oversight shall aim to prevent. [1]", "", line, link]
    assert note_lines(ANSWER) == ["note: The First Act is superseded."]
    assert note_lines(replace(ANSWER, question="OECD 1.3"), "ko") == ["참고: The First Act: 새 판으로 대체된 판입니다."]


def test_a_place_names_the_language_of_its_words() -> None:
    assert place_line(CITATION).endswith("; original: English")
    old = replace(CITATION, status="superseded", superseded_by=("The New One",), match="register", verified=False)
    line = place_line(old)
    assert "; superseded by The New One; register, not the official text; not verified; language: English" in line
    korean = place_line(old, "ko")
    assert korean.endswith("; 대체됨(후속: The New One); 자체 해설(등록부), 공식 원문 아님; 확인하지 않음; 언어: 영어")


def test_the_terminal_shows_a_draft_above_the_quotes() -> None:
    drafted = replace(ANSWER, draft=(Sentence("In other words.", (1,), "translated"),))
    assert answer_lines(drafted)[:4] == [
        "Rephrased by a language model, checked against the quotes:",
        "  In other words. [1] (translation, not verified verbatim)",
        "",
        "Verbatim:",
    ]


def test_the_terminal_shows_a_refusal_with_what_was_searched() -> None:
    refusal = Answer("q?", True, (), (), (notice("not carried"),), (CITATION,), ("One", "Two"), (), "abcd")
    head, searched, near, place = answer_lines(refusal)
    assert head == "Not answered: no passage of the documents searched carries an answer to this question."
    assert searched == "Searched: One; Two."
    assert near == "Nearest places (not support):" and place == f"  {place_line(CITATION)}"
    assert answer_lines(replace(refusal, searched=(), nearest=()))[1:] == ["Searched: nothing."]


def test_the_beginning_of_a_text_ends_with_a_whole_word() -> None:
    assert beginning("Robots may rest.", 16) == "Robots may rest."
    assert beginning("Robots may rest.", 12) == "Robots may …"
    assert beginning("Robots may rest.", 10) == "Robots may …"
    assert beginning("x" * 30 + " y", 10) == "x" * 10 + " …"
    assert beginning("가나다 라마바 사아자", 8) == "가나다 라마바 …"
