"""What the catalog tells of the editions that a question names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.answering.facts import asked_kinds, counted_units, named_editions
from kb.query.query import read_query

if TYPE_CHECKING:
    from kb.library.library import Library


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("EAD v1 has how many general principles?", ["ieee-ead-v1-2016"]),
        ("How many principles does EAD1e have?", ["ieee-ead-1e-2019"]),
        ("How many principles has the OECD AI Recommendation of 2019?", ["oecd-legal-0449-2019"]),
    ],
)
def test_words_that_name_one_edition_name_no_newer_one(library: Library, question: str, named: list[str]) -> None:
    assert [edition.doc_id for edition in named_editions(library, read_query(library, question))] == named


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How many values and principles does the UNESCO Recommendation have?", (("value", 0), ("principle", 0))),
        ("What are the 3 principles and the ten requirements?", (("principle", 3), ("requirement", 10))),
        ("유네스코 권고의 가치와 원칙은 각각 몇 개인가요?", (("value", 0), ("principle", 0))),
        ("How many principles are there?", (("principle", 0),)),
        ("Which principles and which lamps shine?", ()),
    ],
)
def test_a_question_may_count_units_of_two_kinds(
    library: Library, question: str, kinds: tuple[tuple[str, int], ...]
) -> None:
    query = read_query(library, question)
    assert asked_kinds(query.text, query.scopes) == kinds


def test_each_kind_that_is_counted_gets_its_number(library: Library) -> None:
    query = read_query(library, "How many values and principles does the UNESCO Recommendation have?")
    assert [(each.kind, each.total) for each in counted_units(library, query)] == [("value", 4), ("principle", 10)]
