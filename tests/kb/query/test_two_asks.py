"""A question that asks two things is parted into its two questions; any other question is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.query.query import read_query
from kb.query.question_kinds import QuestionKind
from kb.query.two_asks import asks_of, halves_of

if TYPE_CHECKING:
    from kb.library.library import Library


@pytest.mark.parametrize(
    ("question", "halves"),
    [
        (
            "Who appoints the keeper of a lamp, and what must the letter contain?",
            ("Who appoints the keeper of a lamp", "what must the letter contain"),
        ),
        (
            "What must a keeper write down and how long must it keep the book?",
            ("What must a keeper write down", "how long must it keep the book"),
        ),
        (
            "What does the lamp book cover, and may a small harbour do less?",
            ("What does the lamp book cover", "may a small harbour do less"),
        ),
        (
            "When must a failed lamp be reported, and to which office?",
            ("When must a failed lamp be reported", "to which office"),
        ),
        ("Who appoints the keeper, and for how long?", ("Who appoints the keeper", "for how long")),
        (
            "누가 등불지기를 지정하며, 위임장에는 무엇을 담아야 하나요?",
            ("누가 등불지기를 지정", "위임장에는 무엇을 담아야 하나요"),
        ),
    ],
)
def test_two_things_asked_are_two_questions(question: str, halves: tuple[str, str]) -> None:
    assert halves_of(question) == halves


@pytest.mark.parametrize(
    "question",
    [
        "Who lights the lamps, and when?",
        "What fines are there for keepers, and by whom?",
        "Who may light and put out a lamp?",
        "What is the difference between what keepers do and what pilots do?",
        "Lamps fail, and what they light goes dark.",
        "등불은 누가 켜고 끄나요?",
        "누가 사고 신고를 언제까지 해야 하나요?",
        "Who pays when a lamp breaks: what kind of fund did the guild propose?",
    ],
)
def test_one_thing_asked_stays_one(question: str) -> None:
    assert halves_of(question) is None


def test_each_half_is_of_its_own_kind_and_of_the_publication_named(library: Library) -> None:
    question = "Who must act on principle of accountability under the OECD Recommendation, and what does a risk mean?"
    asks = asks_of(read_query(library, question))
    assert asks is not None
    first, beside, alone = asks
    assert (first.kind, alone.kind) == (QuestionKind.WHO, QuestionKind.DEFINITION)
    assert all(each.scopes and "OECD" not in each.terms for each in asks)
    assert "accountability" in beside.terms and "accountability" not in alone.terms


def test_a_question_that_compares_is_not_parted(library: Library) -> None:
    assert asks_of(read_query(library, "How do the OECD and UNESCO differ on bias, and what must actors do?")) is None
