"""The features of search results, and the probability that they contain an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answering.answerability import (
    FeatureSet,
    Find,
    answerability_features,
    answered_by_catalog,
    confidence,
    decision_weights,
    is_answerable,
)
from kb.text.tokens import tokens

FOUND = "Providers of such systems pay fines of up to 35 000 000 EUR, said the Harbour Board in 2024."


def seen(question: str, found: str = FOUND, cosine: float = 0.6) -> dict[str, float]:
    """The measures of one find for a question whose terms are all equally rare."""
    return answerability_features(
        question, [Find(found, cosine)], [Find(found, cosine)], dict.fromkeys(tokens(question), 2.0), tokens
    )


def test_shares_by_hand() -> None:
    measured = seen("providers pay taxes")
    assert measured["held"] == measured["held_passage"] == pytest.approx(2 / 3)
    assert measured["absent"] == pytest.approx(1 / 3)
    assert measured["rarest_absent"] == 1
    assert measured["near"] == measured["near_three"] == measured["near_passage"] == 0.6


def test_nothing_found_holds_nothing() -> None:
    measured = answerability_features("what must providers do", [], [], {"provid": 3.0}, tokens)
    assert measured["absent"] == 1
    assert measured["held"] == measured["near"] == measured["stands_out"] == 0
    assert not is_answerable(measured, FeatureSet.SENSE)
    assert not is_answerable(measured, FeatureSet.WORDS)


@pytest.mark.parametrize(
    ("question", "measure", "where_given", "where_not"),
    [
        ("How high are the fines?", "no_money", FOUND, "Providers pay fines."),
        ("How many systems are there?", "no_amount", "There are seven systems.", "There are systems."),
        ("When did the board say so?", "no_date", FOUND, "The board said so."),
        ("벌금은 얼마인가요?", "no_money", "벌금은 €500이다.", "벌금을 낸다."),
    ],
)
def test_a_value_asked_for_and_not_given(question: str, measure: str, where_given: str, where_not: str) -> None:
    assert seen(question, where_given)[measure] == 0
    assert seen(question, where_not)[measure] == 1
    assert seen("What is a provider?", where_not)[measure] == 0


def test_numbers_that_only_point_are_no_amount() -> None:
    assert seen("How many systems are there?", "(105) Systems as in Article 16 are listed.")["no_amount"] == 1


def test_names_and_numbers_of_the_question_that_are_nowhere() -> None:
    measured = seen("What does the Trondheim Board say of form 77?")
    assert measured["absent_names"] == 1
    assert measured["absent_numbers"] == 1
    assert seen("What does the Harbour Board say?")["absent_names"] == 0


def test_another_language_is_told() -> None:
    assert seen("공급자는 무엇을 해야 하나요?")["foreign"] == 1
    assert seen("What must the providers of a system do?")["foreign"] == 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_confidence_is_a_probability_and_grows_with_nearness(a: float, b: float) -> None:
    low, high = sorted((a, b))
    first, second = (confidence(seen("providers pay taxes", cosine=c), FeatureSet.SENSE) for c in (low, high))
    assert 0 <= first <= second <= 1


def test_a_threshold_is_a_probability() -> None:
    assert all(0 < decision_weights(basis).threshold < 1 for basis in FeatureSet)


def test_a_count_that_is_asked_for_and_not_given() -> None:
    for question in ("How many hours may a review take?", "검토에 몇 시간이 걸리나요?"):
        assert seen(question, "A review takes up to 12 hours.")["no_counted"] == 0
        assert seen(question, "A review of 12 systems takes 3 days.")["no_counted"] == 1
    assert seen("What share of women is needed?", "The share is 40 %.")["no_counted"] == 0
    assert seen("What must providers do?", "Providers pay.")["no_counted"] == 0


def test_what_the_catalog_answers_is_a_line_over_the_vector() -> None:
    zero = answered_by_catalog([0.0] * 384)
    up, down = ([0.0] * n + [d] + [0.0] * (383 - n) for n, d in ((7, 1.0), (7, -1.0)))
    assert answered_by_catalog(up) - zero == pytest.approx(zero - answered_by_catalog(down))
    assert answered_by_catalog(up) != zero
