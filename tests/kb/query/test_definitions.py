"""Which term a question asks the meaning of, and what defines it."""

from __future__ import annotations

import pytest

from kb.query.definitions import asked_terms, defines, is_definition


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What is emotion recognition?", ("emotion recognition",)),
        ("What does “deployer” mean?", ("deployer",)),
        ("What does the code mean by a deployer?", ("deployer",)),
        ("배포자란 무엇인가요?", ("배포자", "deployer")),
        ("AI법에서 배포자란 무엇인가요?", ("배포자", "deployer")),
        ("배포자 정의", ("배포자", "deployer")),
        ("Who lights the lamps?", ()),
    ],
)
def test_the_term_asked_for_in_either_language(question: str, terms: tuple[str, ...]) -> None:
    assert asked_terms(question) == terms


def test_a_term_is_defined_with_the_noun_behind_it() -> None:
    assert defines("(39) ‘lamp recognition system’ means a system for lamps;", "lamp recognition")
    assert not defines("Lamp recognition is hard.", "lamp recognition")
    assert defines("An AI system shall be considered to be dangerous where it lights lamps.", "dangerous AI system")
    assert not defines("It shall not be considered to be dangerous where it lights lamps.", "dangerous AI system")


def test_a_strict_reading_leaves_out_what_is_only_said_of_a_term() -> None:
    assert defines("A lamp is an old friend.", "lamp")
    assert not defines("A lamp is an old friend.", "lamp", strict=True)


def test_a_passage_under_the_term_as_its_heading_defines_it() -> None:
    assert is_definition("Facts about a person.", ("Glossary", "Definition of “Personal data”"), ("personal data",))
    assert is_definition("How far it acts alone.", ("Clause I, definition of AI system",), ("AI system",))
    assert is_definition("Those who light it.", ("Clause I, definition of AI actors",), ("AI actor",))
    assert not is_definition("Facts about a person.", ("Glossary",), ("personal data",))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("제31조 배포자는 이를 알려야 한다. 제32조 “심의회”란 다음 기구를 말한다.", "배포자"),
        ("고위험은 낮춰야 한다. 점검은 다음과 같은 원칙이다.", "위험"),
    ],
)
def test_a_later_sentence_or_half_a_word_defines_no_korean_term(text: str, term: str) -> None:
    assert not defines(text, term, strict=True)


def test_terms_are_taken_whole() -> None:
    assert asked_terms("이상 거래란 무엇인가요?")[0] == "이상 거래"
    assert asked_terms("알고리즘 논란의 의미는 무엇인가요?")[0] == "알고리즘 논란"
    assert defines("‘deployer’ means a person who lights lamps;", "deployers")


@pytest.mark.parametrize(
    ("words", "term", "is_told"),
    [
        ("(4) The notion of ’quay’ should be interpreted broadly.", "quay", True),
        ("The reference to lamp rooms in the code must be understood to include sheds.", "lamp room", True),
        ("Leftover oil – defined as oil that remains after the night – is sold.", "leftover oil", True),
        ("Lamps are a type of light that burns oil.", "lamp", True),
        ("The keeper has a notion of time. Lamps are lit at dusk.", "lamp", False),
        ("Lamps are a danger to moths.", "lamp", False),
    ],
)
def test_guidance_defines_by_how_a_word_is_understood(words: str, term: str, is_told: bool) -> None:
    assert defines(words, term, strict=True) is is_told
