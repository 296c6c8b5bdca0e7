"""What kind of thing a question asks for, and whether a text gives one."""

from __future__ import annotations

import pytest

from kb.answering.asked_values import (
    asks_for,
    asks_yes_or_no,
    gives_count,
    is_asked_and_not_given,
    values_not_given,
)


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("money", "What fee does the harbour take?"),
        ("money", "부두는 얼마의 비용을 받나요?"),
        ("name", "누구인가요?"),
        ("product", "Which brand of lamp does the board name?"),
        ("product", "이사회가 지목한 상표는 무엇인가요?"),
        ("person", "Which judge heard the case?"),
        ("person", "심사한 판사는 누구인가요?"),
        ("place", "In which town does the board meet?"),
        ("place", "이사회는 어느 도시에서 열리나요?"),
    ],
)
def test_a_kind_is_asked_for(kind: str, question: str) -> None:
    assert asks_for(kind, question)
    assert is_asked_and_not_given(kind, question, "the board meets every year.")


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("money", "Why does fine-tuning need so much?"),
        ("money", "자유로운 이동은 무엇인가요?"),
        ("money", "고용주가 무엇을 재나요?"),
        ("money", "당사국은 비용을 내나요?"),
        ("money", "Do states bear the cost?"),
        ("name", "이 기준은 누구에게 적용되나요?"),
        ("name", "제품을 내놓을 때 무엇을 알려야 하나요?"),
        ("product", "Which three companies lead?"),
        ("date", "When should a keeper stop lighting a lamp?"),
    ],
)
def test_a_word_inside_another_and_a_question_for_yes_or_no_ask_for_none(kind: str, question: str) -> None:
    assert not asks_for(kind, question)
    assert not is_asked_and_not_given(kind, question, "nothing of the kind")


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("Do states pay?", True),
        ("Must a model, which we bought, be named?", True),
        ("Which states pay?", False),
        ("국가도 비용을 내나요?", True),
        ("누가 비용을 내나요?", False),
        ("과징금 상한은?", False),
        ("신고 기한을 알려 주세요", False),
        ("Can you tell me how many days the keeper has?", False),
    ],
)
def test_yes_or_no(question: str, says: bool) -> None:
    assert asks_yes_or_no(question) is says


def test_a_name_that_the_question_has_itself_is_none_given() -> None:
    question = "Which software does the Harbour Board recommend?"
    assert is_asked_and_not_given("product", question, "The tools of the Harbour Board are listed.")
    assert not is_asked_and_not_given("product", question, "The board works with Anchorpoint since 2020.")


@pytest.mark.parametrize(
    ("question", "gives", "gives_not"),
    [
        ("How many signatures are needed?", "after five signatories have agreed", "after some have signed in 3 places"),
        ("조사관은 몇 명인가요?", "The board has 12 members.", "The board has 12 rules."),
        ("몇 나라가 동의해야 하나요?", "when five states agree", "when 5 rules agree"),
        ("기업은 몇 곳인가요?", "기업 12곳이 참여하였다.", "12일이 걸린다."),
        ("1년에 몇 번 점검하나요?", "It is checked twice a year.", "It is checked."),
        ("보관 기간은 몇 년인가요?", "10년 동안 보관한다.", "10일 동안 보관한다."),
        ("몇 년까지 이루나요?", "by 2025", "by the end"),
    ],
)
def test_a_count_stands_beside_what_is_counted(question: str, gives: str, gives_not: str) -> None:
    assert gives_count(question, [gives])
    assert not gives_count(question, [gives_not])


def test_a_period_is_no_day_of_something_past() -> None:
    day, period = "The rules of the Harbour were adopted in May 2019.", "The board reports within five years."
    for asked in ("When did the board adopt the rules?", "In which year was it built?", "규칙은 언제 채택됐나요?"):
        assert values_not_given(asked, day) == frozenset()
        assert values_not_given(asked, period) == {"date"}
    assert values_not_given("When must the board report?", period) == frozenset()
    assert values_not_given("How many lamps are lit?", "Lamps are lit.") == {"amount"}
    assert values_not_given("What does the board report?", "Lamps are lit.") == frozenset()
