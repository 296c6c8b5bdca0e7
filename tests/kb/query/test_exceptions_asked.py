"""How a question asks for an exception, and how a sentence states it."""

from __future__ import annotations

import pytest

from kb.query.exceptions_asked import FORBIDDING, PROHIBITION_STATED, asks_for_exception, denied_in
from kb.query.query import _is_circumstance


@pytest.mark.parametrize(
    "question",
    [
        "When is a lamp on the list not considered dangerous?",
        "Which lamps are not treated as dangerous?",
        "목록에 있어도 위험 등불이 아닌 경우는 언제인가요?",
        "목록에 있어도 위험 등불 아닌 경우는?",
        "When do keepers not need a licence?",
    ],
)
def test_what_is_not_so_is_asked_for_as_an_exception(question: str) -> None:
    assert asks_for_exception(question)


@pytest.mark.parametrize(
    ("sentence", "is_denied"),
    [
        ("A lamp of the list shall not be considered to be dangerous where it burns no oil.", True),
        ("Notwithstanding the first rule, a lamp of glass is always considered to be dangerous.", False),
    ],
)
def test_a_sentence_denies_what_the_question_denies(sentence: str, is_denied: bool) -> None:
    denied = denied_in("When is a lamp on the list not considered dangerous?")
    assert denied is not None
    assert (denied.search(sentence) is not None) is is_denied


def test_a_question_that_denies_nothing_has_no_denied_word() -> None:
    assert denied_in("Which lamps are exempt?") is None
    assert denied_in("Which lamps are dangerous?") is None


@pytest.mark.parametrize(
    ("sentence", "forbids"),
    [
        ("The following lamps shall be prohibited:", True),
        ("A keeper shall not leave the lamp.", True),
        ("The code prohibits lamps of glass.", True),
        ("Lamps that watch for prohibited behaviour of guests are dangerous.", False),
        ("This code shall not apply to boats.", False),
        ("This shall not preclude the use of lamps.", False),
        ("Los fareros no deben dejar la lámpara.", True),
        ("등불을 두고 가는 것은 금지된다.", True),
    ],
)
def test_a_sentence_that_forbids_is_told_from_one_that_speaks_of_what_is_forbidden(
    sentence: str, forbids: bool
) -> None:
    assert (FORBIDDING.search(sentence) is not None) is forbids


def test_prohibited_things_are_no_prohibition() -> None:
    assert PROHIBITION_STATED.search("Lamps that watch for prohibited behaviour are dangerous.") is None
    assert PROHIBITION_STATED.search("Such lamps are prohibited.") is not None


@pytest.mark.parametrize(
    ("question", "name", "is_circumstance"),
    [
        ("부속서 III에 있어도 고위험 아닌 경우는?", "부속서 III", True),
        ("Which of those listed in Annex III are not considered high-risk?", "Annex III", True),
        ("부속서 III에는 무엇이 있나요?", "부속서 III", False),
        ("Which exceptions does Annex III make?", "Annex III", False),
        ("When is a system in Annex III not high-risk?", "Annex III", True),
        ("Who may use the exceptions of Annex III?", "Annex III", False),
    ],
)
def test_a_unit_in_which_something_is_listed_is_not_the_one_asked_for(
    question: str, name: str, is_circumstance: bool
) -> None:
    start = question.index(name)
    assert _is_circumstance(question, (start, start + len(name))) is is_circumstance
