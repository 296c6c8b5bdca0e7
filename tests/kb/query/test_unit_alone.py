"""Tests of questions for nothing but what a numbered unit says."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from kb.query.scopes import Scope
from kb.query.unit_alone import asks_for_units_alone

if TYPE_CHECKING:
    from kb.query.query import Query


def question(text: str, name: str, language: str = "en") -> Query:
    start = text.index(name)
    span = (start, start + len(name))
    numbered = SimpleNamespace(reference=SimpleNamespace(span=span, written=name))
    made = SimpleNamespace(
        text=text, language=language, numbered=(numbered,), scopes=(Scope(name, frozenset({"doc"}), span=span),)
    )
    return cast("Query", made)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What does LAW 3 say?", "en"),
        ("Can you show me the text of LAW 3, please?", "en"),
        ("What does LAW 3 require?", "en"),
        ("LAW 3은 무슨 내용인가요?", "ko"),
        ("LAW 3의 내용을 알려 주세요", "ko"),
        ("¿Qué dice LAW 3?", "es"),
    ],
)
def test_a_question_of_a_unit_alone(text: str, language: str) -> None:
    assert asks_for_units_alone(question(text, "LAW 3", language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What does LAW 3 say about lamps?", "en"),
        ("Who must follow LAW 3?", "en"),
        ("LAW 3에서 등불은 어떻게 다루나요?", "ko"),
        ("¿Qué dice LAW 3 sobre las farolas?", "es"),
    ],
)
def test_a_question_of_something_in_a_unit(text: str, language: str) -> None:
    assert not asks_for_units_alone(question(text, "LAW 3", language))


def test_a_unit_that_does_not_exist_is_looked_up_all_the_same() -> None:
    assert asks_for_units_alone(question("What does LAW 3 say?", "LAW 3"))


def test_words_that_can_be_parted_in_many_ways_take_no_time() -> None:
    started = time.perf_counter()
    assert not asks_for_units_alone(question(f"LAW 3은 {'하고' * 400}x", "LAW 3", "ko"))
    assert time.perf_counter() - started < 2


def test_a_question_without_a_number_asks_for_no_unit() -> None:
    assert not asks_for_units_alone(cast("Query", SimpleNamespace(numbered=(), text="What?", scopes=(), language="en")))
