"""A Korean unit is a whole word with what it may carry, and never the beginning of a longer word."""

from __future__ import annotations

import re

import pytest

from kb.answering.asked_values import MONEY_GIVEN, gives_count, is_asked_and_not_given
from kb.answering.conflicts import amounts
from kb.answering.sentence_features import _OF_COUNT, _OF_TIME
from kb.text.korean_units import korean_units
from kb.text.numerals import with_figures
from kb.text.quantities import dates_in, quantities_in

OF_TIME = re.compile(rf"\d ?{korean_units('년', '월', '일', '주', '시간', '개월', '달', of_time=True)}")
OF_MONEY = re.compile(rf"\d ?{korean_units('원', '유로', '달러')}")


@pytest.mark.parametrize(
    "text",
    [
        "3달",
        "3달마다",
        "2주 이내",
        "2주의 기간",
        "2주간",
        "72시간 안에",
        "5년 동안",
        "6개월까지는",
        "30일부터",
        "3월에",
        "3일인 경우",
        "30일이면",
        "2주일 안에",
        "2024년말",
    ],
)
def test_a_length_of_time_is_one_with_what_it_carries(text: str) -> None:
    assert OF_TIME.search(text)
    assert _OF_TIME.search(text)


@pytest.mark.parametrize(
    "text", ["3 달러", "2 주체", "1 주민", "3 일반 규정", "2 일부", "2주주", "4 달성", "5 주요 내용"]
)
def test_a_word_that_begins_like_a_unit_of_time_is_none(text: str) -> None:
    assert not OF_TIME.search(text)
    assert not _OF_TIME.search(text)
    assert not [kind for kind, *_ in amounts(text) if kind == "time"]
    assert [unit for (_, unit), _ in quantities_in(text) if unit != "dollar"] == []


def test_money_is_no_principle() -> None:
    for text in ("5만 원을 낸다", "3000원이다", "100유로까지", "3 달러의 비용"):
        assert MONEY_GIVEN.search(text), text
        assert not is_asked_and_not_given("money", "벌금은 얼마인가요?", text), text
    for text in ("1 원칙", "제3 원안을 따른다", "2 원인", "자유로운 이동"):
        assert not OF_MONEY.search(text) and not MONEY_GIVEN.search(text), text
        assert is_asked_and_not_given("money", "벌금은 얼마인가요?", text), text


@pytest.mark.parametrize(
    ("question", "gives", "gives_not"),
    [
        ("보관 기간은 몇 달인가요?", "6달 동안 보관한다.", "비용은 6달러이다."),
        ("몇 주 안에 알려야 하나요?", "2주 이내에 알린다.", "2 주체가 알린다."),
        ("조사관은 몇 명인가요?", "조사관 3명을 둔다.", "표 3 명칭과 같다."),
        ("몇 번 점검하나요?", "2번 점검한다.", "2번호를 단다."),
        ("몇 회 열리나요?", "3회를 연다.", "3 회사가 연다."),
        ("조사관은 몇 명인가요?", "조사관은 12인이다.", "12 인공지능 원칙이다."),
    ],
)
def test_a_counter_is_no_beginning_of_a_word(question: str, gives: str, gives_not: str) -> None:
    assert gives_count(question, [gives])
    assert not gives_count(question, [gives_not])


def test_a_number_of_things_is_no_person_and_a_number_word_stays_before_a_longer_word() -> None:
    assert _OF_COUNT.search("3개를") and _OF_COUNT.search("두 가지로")
    assert not _OF_COUNT.search("두 개인") and not _OF_COUNT.search("세 명칭")
    assert with_figures("두 달 안에") == "2 달 안에"
    assert with_figures("두 해결책") == "두 해결책"


@pytest.mark.parametrize("text", ["The board may decide.", "Article 15 may apply.", "Member States may 2 times ask."])
def test_the_verb_may_is_no_month(text: str) -> None:
    assert is_asked_and_not_given("date", "When does it apply?", text)
    assert dates_in(text) == []


@pytest.mark.parametrize("text", ["from May 2027", "on 2 May", "by the end of May", "in May", "May 15"])
def test_the_month_of_may_is_one(text: str) -> None:
    assert not is_asked_and_not_given("date", "When does it apply?", text)
