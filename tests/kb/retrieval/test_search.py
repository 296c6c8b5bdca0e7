"""The effect of what a question names on the search: phrases, scopes, units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.answering.evidence import _prefer_articles, _sides_without_evidence
from kb.answering.found_passages import FoundPassage
from kb.messages import language, words
from kb.query.abbreviations import long_forms
from kb.query.query import read_query
from kb.query.scopes import Scope, without_scopes
from kb.types import Hit, Passage, SearchFilter, Span
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase


def test_a_quoted_phrase_leads_to_a_text_that_holds_it(base: KnowledgeBase) -> None:
    store = base.library().store
    rows = base.library().rows.allowed(SearchFilter())
    row = rows[len(rows) // 2]
    words = store.search_texts([row])[0].split("\n", 1)[-1].split()
    phrase = " ".join(words[2:7]).strip('"“”')
    found = base.search(f'where does it say "{phrase}"', 1)
    assert found
    assert " ".join(phrase.casefold().split()) in " ".join(found[0].passage.search_text.casefold().split())


@pytest.mark.parametrize(
    ("question", "name", "left"),
    [
        ("How is risk defined in the AI Act?", "AI Act", "How is risk defined ?"),
        ("What does the OECD say about accountability of actors?", "OECD",
         "What does the say about accountability of actors?"),
        ("What is UNESCO's view of oversight by people?", "UNESCO", "What is view of oversight by people?"),
        ("유네스코에서는 사람의 감독을 어떻게 정하나요?", "유네스코", "사람의 감독을 어떻게 정하나요?"),
        ("Risk in the AI Act?", "AI Act", "Risk in the AI Act?"),
        ("OECD?", "OECD", "OECD?"),
    ],
)  # fmt: skip
def test_the_name_of_whom_is_asked_is_left_out_where_enough_is_left(question: str, name: str, left: str) -> None:
    at = question.index(name)
    assert without_scopes(question, [Scope(name, frozenset({"x"}), span=(at, at + len(name)))]) == left


def test_long_forms_of_abbreviations() -> None:
    assert long_forms("A/IS under the RMF") == ("autonomous and intelligent systems", "risk management framework")
    assert long_forms("a GPAIX model") == ()


def test_an_abbreviation_in_a_publication_s_name_has_no_long_form_in_the_search(base: KnowledgeBase) -> None:
    library = base.library()
    assert read_query(library, "What do the HLEG guidelines say on human oversight?").long_forms == ()
    assert read_query(library, "What does the OECD say on GPAI lamps?").long_forms == ("general-purpose AI model",)


def test_every_side_of_a_comparison_is_quoted_in_the_order_named(base: KnowledgeBase) -> None:
    answer = base.ask("How do UNESCO and the OECD differ on human oversight?")
    assert not answer.refused
    publishers = list(dict.fromkeys(c.publisher for c in answer.citations))
    assert publishers == ["UNESCO", "OECD"]
    assert all(sum(c.publisher == p for c in answer.citations) <= 2 for p in publishers)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How do ISO/IEC 25059 and the OECD differ on accountability?", "ISO/IEC 25059: not among"),
        ("How do the GDPR and the OECD differ on accountability?", "GDPR: not among"),
        ("책임성에 대해 GDPR과 OECD는 어떻게 다른가요?", "GDPR: 찾아본 문서에 없습니다"),
    ],
)
def test_a_side_that_is_not_here_is_said_to_be_missing(home: Path, question: str, said: str) -> None:
    answer = answering(home).ask(question)
    assert not answer.refused
    assert any(words(notice, language(question)).startswith(said) for notice in answer.notices)


def test_no_side_is_missing_where_nothing_is_compared(base: KnowledgeBase) -> None:
    answer = base.ask("What does the OECD say about accountability?")
    assert not any("not among" in words(notice, "en") for notice in answer.notices)


def test_a_side_with_nothing_near_is_silent() -> None:
    far, near = {"near": 0.81, "near_passage": 0.8, "foreign": 0.0}, {"near": 0.9, "near_passage": 0.9, "foreign": 0.0}
    assert _sides_without_evidence([near, far], "en") == {1}
    assert _sides_without_evidence([far, far], "en") == set()
    assert _sides_without_evidence([near, far | {"foreign": 1.0}], "en") == set()
    assert _sides_without_evidence([near, far | {"foreign": 1.0}], "ko") == {1}


def test_a_unit_that_moved_is_answered_where_it_stands_today_and_the_move_is_named(base: KnowledgeBase) -> None:
    answer = base.ask("We cite OECD 1.4(b) for traceability. Is that still the right letter?")
    assert not answer.refused
    assert answer.citations[0].doc_ref == "OECD/LEGAL/0449 (2024)"
    assert any(
        "(2019), Principle 1.4(b) → OECD/LEGAL/0449 (2024), Principle 1.5(b): the number changed" in words(notice, "en")
        for notice in answer.notices
    )


def test_of_the_register_only_the_question_s_language_is_quoted(base: KnowledgeBase) -> None:
    for question, korean in (("What does OECD 1.4 say about safety?", False), ("OECD 1.4의 안전 요건은?", True)):
        answer = base.ask(question)
        assert not answer.refused
        own = [c for c in answer.citations if c.match == "register"]
        assert own
        assert all(any("가" <= ch <= "힣" for ch in c.quote) is korean for c in own)


def test_a_recital_gives_way_to_an_article_of_its_side_that_is_about_as_near() -> None:
    def read(unit: str, score: float) -> FoundPassage:
        return FoundPassage(Hit(0, score, "ranked"), Passage("d", Span(0, 1), "w", "w", (), f"urn:kb:x:{unit}", 1, 1))

    found = [read("recital:7", 1.0), read("article:3", 0.9), read("article:9", 0.2)]
    assert _prefer_articles((0, 1, 2), found) == (1, 2)
    assert _prefer_articles((0, 2), found) == (0, 2)
    assert _prefer_articles((0,), found) == (0,)
