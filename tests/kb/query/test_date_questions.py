"""Which questions ask from which day something applies."""

from __future__ import annotations

import pytest

from kb.query.date_questions import asks_for_the_day, asks_from_when, asks_of_text_as_published, asks_of_today


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("When do the rules for lamps apply?", True),
        ("By when must we comply with Article 4?", True),
        ("From when does the duty to report accidents apply?", True),
        ("램프 규정은 언제부터 적용되나요?", True),
        ("사고를 보고할 의무는 언제부터 시행되나요?", True),
        ("What is the deadline for a keeper to report an accident?", False),
        ("Until when must the book be ready for the guild to see?", False),
        ("사고를 보고해야 하는 기한은 며칠인가요?", False),
        ("언제까지 길드에 통지해야 하나요?", False),
        ("When is a lamp prohibited?", False),
    ],
)
def test_the_time_limit_of_a_duty_is_no_day_of_application(question: str, asks: bool) -> None:
    assert asks_from_when(question) is asks


@pytest.mark.parametrize(
    "question",
    [
        "Tell me by when we must comply with the AI Act.",
        "By when must deployers comply? Please answer in Korean.",
        "AI법은 언제까지 준수해야 하나요? 답변해 주세요",
    ],
)
def test_courtesy_takes_no_day_of_application_away(question: str) -> None:
    assert asks_from_when(question)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Must lamps carry a mark, and from when?", True),
        ("램프 표시는 언제부터 해야 하나요?", True),
        ("When is a lamp marked?", False),
    ],
)
def test_a_question_may_ask_for_the_day_beside_another_thing(question: str, asks: bool) -> None:
    assert asks_for_the_day(question) is asks


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("From when did the original text of the lamp act apply?", True),
        ("When do the rules on the original source of lamp oil apply?", False),
        ("원문에서는 언제부터 적용되나요?", True),
        ("원문 표시 의무는 언제부터 적용되나요?", False),
    ],
)
def test_a_text_as_published_is_asked_for_in_these_words(question: str, asks: bool) -> None:
    assert asks_of_text_as_published(question) is asks


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Is Article 6 of the lamp act in force yet?", True),
        ("Does Article 6 of the lamp act apply today?", True),
        ("Is the lamp act already binding?", True),
        ("등불법 제6조는 지금 시행 중인가요?", True),
        ("등불법 제6조는 현재 적용되나요?", True),
        ("Does the lamp act apply to keepers abroad?", False),
        ("Does the lamp act now apply to keepers abroad?", False),
        ("Must keepers apply oil today?", False),
        ("등불법 제6조는 지금도 효력이 있나요?", False),
    ],
)
def test_whether_a_part_applies_today_is_asked_in_these_words(question: str, asks: bool) -> None:
    assert asks_of_today(question) is asks
