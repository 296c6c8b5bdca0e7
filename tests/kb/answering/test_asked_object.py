"""The thing of which a question asks how long, how often or by when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.answering.asked_object import done_to_it, object_asked, of_itself, of_the_object, reach_stated
from kb.answering.sentence_selection import SentenceCandidate
from kb.types import Span


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How long must the lamp book be kept?", "the lamp book"),
        ("How long are lamp books stored?", "lamp books"),
        ("How often must keepers check the oil?", "the oil"),
        ("When must a broken lamp be reported?", "a broken lamp"),
        ("등불 장부는 얼마나 보관해야 하나요?", "등불 장부"),
        ("기름은 최소 몇 개월 보관하나요?", "기름"),
        ("등불 장부 보관 기간은 얼마나?", "등불 장부"),
        ("Who keeps the lamp book?", ""),
        ("Must the lamp book be kept?", ""),
    ],
)
def test_the_thing_is_what_the_question_asks_the_time_of(question: str, thing: str) -> None:
    assert object_asked(question) == thing


def sentence(passage: int, words: str, score: float) -> SentenceCandidate:
    return SentenceCandidate(passage, 0, "rules", Span(passage * 100, passage * 100 + 50), words, 0.0, 2 * score)


OILS = sentence(0, "Keepers shall keep oil for at least six months.", 0.9)
NO_TIME = sentence(1, "The lamp book lies on the table.", 0.88)
BESIDE = sentence(2, "Whoever trims a wick keeps the lamp book for nine years.", 0.86)
OWN = sentence(3, "The lamp book stays in the hall for ten years.", 0.8)
FAR = sentence(4, "The lamp book is shown to visitors for two hours.", 0.3)


@pytest.mark.parametrize(
    ("ranked", "first"),
    [
        ([OILS, NO_TIME, BESIDE, FAR], BESIDE),
        ([OILS, NO_TIME, BESIDE, OWN, FAR], OWN),
        ([OILS, NO_TIME, FAR], OILS),
        ([BESIDE, OWN, FAR], OWN),
        ([OWN, FAR], OWN),
    ],
)
def test_a_near_sentence_that_gives_the_time_of_the_thing_goes_first(
    ranked: list[SentenceCandidate], first: SentenceCandidate
) -> None:
    headings = ["oil", "tables", "wicks", "the lamp book", "visitors"]
    found = of_the_object(
        "How long must the lamp book be kept?", ranked, [{"lamp": 2.0, "book": 1.0}], str.split, headings
    )
    assert found[0].words == first.words
    assert found[0].score == max(c.score for c in found)
    assert len(found) == len(ranked)


@pytest.mark.parametrize(
    "words",
    [
        "보존기간은 3년으로 한다.",
        "장부를 6개월이상 둔다.",
        "5년 이상 둔다.",
        "기간은 3년이다.",
        "십 년 동안 둔다.",
        "이년간 둔다.",
    ],
)
def test_a_korean_length_of_time_is_seen_with_any_particle(words: str) -> None:
    best, own = sentence(0, "기름은 창고에 둔다.", 0.9), sentence(1, f"장부 {words}", 0.85)
    found = of_the_object("장부는 얼마나 보관하나요?", [best, own], [{"장부": 1.0}], str.split, ["", ""])
    assert found[0].words == own.words


@pytest.mark.parametrize(
    "words",
    ["3년도 장부이다.", "2019년에 썼다.", "3월 5일에 썼다.", "3월 15일 썼다.", "이 일은 끝났다.", "제3주제이다."],
)
def test_a_date_is_no_length_of_time(words: str) -> None:
    best, own = sentence(0, "기름은 창고에 둔다.", 0.9), sentence(1, f"장부 {words}", 0.85)
    found = of_the_object("장부는 얼마나 보관하나요?", [best, own], [{"장부": 1.0}], str.split, ["", ""])
    assert found[0].words == best.words


def test_every_thing_is_no_time_and_every_few_minutes_is_one() -> None:
    best = sentence(0, "oil runs low at times", 0.9)
    part, often = (
        sentence(1, "a wick is part of every lamp", 0.88),
        sentence(2, "a wick burns down every ten minutes", 0.88),
    )
    for ranked, first in (([best, part], best), ([best, part, often], often)):
        found = of_the_object("How often does a wick burn down?", ranked, [{"wick": 1.0}], str.split, ["", "", ""])
        assert found[0].words == first.words


def test_a_title_that_names_nothing_but_the_thing_counts_as_its_heading() -> None:
    other, own = (
        sentence(0, "A licence of the guild stands for nine months.", 0.9),
        sentence(1, "A licence of the guild stands for five years.", 0.85),
    )
    wanted = [{"licence": 2.0, "guild": 1.0}]
    titles = [frozenset({"licence", "withdrawn"}), frozenset({"licence"})]
    found = of_the_object(
        "How long is a licence of the guild valid?", [other, own], wanted, str.split, ["", ""], titles
    )
    assert found[0].words == own.words


def test_what_is_done_to_a_publication_is_what_it_says_of_itself() -> None:
    said = done_to_it("When must the guild evaluate the ")
    assert said is not None
    other, own = (
        sentence(0, "The guild shall evaluate its office.", 0.9),
        sentence(1, "The guild reports on the evaluation of this Regulation.", 0.75),
    )
    assert of_itself([other, own], said)[0].words == own.words
    assert of_itself([other], said) == [other]
    assert done_to_it("What must a keeper do under the ") is None


def test_what_a_publication_covers_is_what_it_says_of_its_reach() -> None:
    said = reach_stated("Are home-made lamps exempt from the ", "?")
    assert said is not None
    other, own, less = (
        sentence(0, "The duty of keepers shall not apply to home-made lamps.", 0.9),
        sentence(1, "This Regulation does not apply to home-made lamps.", 0.89),
        sentence(2, "This Regulation applies to keepers.", 0.895),
    )
    other, own, less = replace(other, coverage=0.6), replace(own, coverage=0.6), replace(less, coverage=0.1)
    assert of_itself([other, less, own], said, least_held=1.0)[0].words == own.words
    assert of_itself([other, less], said, least_held=1.0) == [other, less]
    assert reach_stated("Does the ", " apply to lamps?") is not None
    assert reach_stated("Does the ", " ask keepers to apply for leave?") is None
    assert reach_stated("Who is exempt from the ", "'s duty to register?") is None
