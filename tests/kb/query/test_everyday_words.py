"""Expansion of everyday words into the terms of the texts."""

from __future__ import annotations

import pytest

from kb.errors import ConfigError
from kb.query.everyday_words import expand_everyday_words, load_everyday, parse_everyday, with_plain_verb

HEADER = "said\tmeans\n"


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("Can we show a chatbot?", "interact directly with natural persons", "chatbot"),
        ("Which DEEPFAKES must be labelled?", "deep fake", "DEEPFAKES"),
        ("What is the gross profit margin?", "cost of sales", "gross profit margin?"),
        ("Which accredited assessors are there?", "authorized", "accredited assessors"),
        ("When does a keeper have to stop the lamp?", "cease", "stop the"),
        ("What must be published about oil?", "publicly available", "must be published?"),
        ("What if a lamp does not comply?", "not in conformity", "does not comply"),
        ("Which rules govern sandboxes?", "controlled environment", "sandboxes?"),
        ("Who fixes a kill switch, if at all?", "stop button", "kill switch"),
    ],
)
def test_everyday_words_are_replaced_and_the_rest_stays(question: str, holds: str, lacks: str) -> None:
    other = expand_everyday_words(question)
    assert holds in other
    assert lacks not in other
    assert other.split()[0] == question.split()[0]


def test_the_longest_words_win() -> None:
    terms = parse_everyday(HEADER + "margin\tedge\nprofit margin;net profit margin\tnet income\n", "x")
    assert terms[("net", "profit", "margin")] == "net income"
    assert expand_everyday_words("the operating cash flow ratio").startswith(
        "the net cash provided by operating activities; total"
    )


def test_what_has_to_be_in_something_asks_for_what_it_contains() -> None:
    assert with_plain_verb("What has to be in the book?") == "What information shall be contained in the book?"
    assert with_plain_verb("What must be in place?") == "What must be in place?"
    assert with_plain_verb("What goes into force in May?") == "What goes into force in May?"


def test_a_question_without_everyday_words_is_not_restated() -> None:
    assert expand_everyday_words("What does Article 9 require of transparency obligations?") == ""
    assert expand_everyday_words("") == ""
    assert expand_everyday_words("고위험 인공지능 시스템의 의무는?") == ""


def test_a_long_question_is_bounded() -> None:
    assert len(expand_everyday_words("chatbot " * 5_000)) < 100_000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\tb\n", r"x, line 1: the columns must be said, means"),
        (HEADER + "fine\t\n", r"x, line 2: needs what is said and what it means"),
        (HEADER + "fine penalty\n", r"x, line 2: needs what is said"),
        (HEADER + "fine\tpenalty\nfines;cost\tpenalty\n", r"x, line 3: 'fine' is on another line already"),
    ],
)
def test_a_wrong_line_is_named(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse_everyday(text, "x")


def test_the_list_is_whole() -> None:
    terms = load_everyday()
    assert len(terms) >= 250
    assert all(means and "\t" not in means for means in terms.values())


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("What must the lamp book cover?", "What must the lamp book include?"),
        (
            "What does the lamp book have to cover, and who keeps it?",
            "What does the lamp book have to include, and who keeps it?",
        ),
        ("What does the convention cover?", "What does the convention cover?"),
        ("Must the book cover boats?", "Must the book cover boats?"),
    ],
)
def test_a_verb_that_asks_what_a_thing_contains_is_no_word_of_the_text(question: str, plain: str) -> None:
    assert with_plain_verb(question) == plain
