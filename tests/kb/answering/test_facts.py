"""Answers from the catalog about the editions that a question names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.pipeline import ingest_paths
from kb.answering.facts import asked_kinds, counted_units, named_editions
from kb.catalog.register import load_corpus
from kb.query.query import read_query
from tests.fakes import WordEncoder
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

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
        ("Which four principles do the guidelines start from?", (("principle", 4),)),
        ("Which two principles is the code built on?", (("principle", 2),)),
        ("Which two principles must keepers start lamps by?", ()),
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


CODE = """# Guild Code for Harbour Lamps

The guild calls on all who keep lamps to follow these actions.

## 1 Light every lamp of the pier before the sun has gone down behind the hills.

Keepers light the lamps of the outer pier first, since ships look for them first.

## 2 Write into the book of the guild when each lamp was lit and by whom.

The book lies open on the table of the hall, and whoever comes in may read it.

## 3 Keep oil for nine nights in the house of the lamps at the end of the pier.

Oil is bought in the autumn, when the boats of the south bring it to the harbour.
"""


def test_a_stated_number_finds_the_units_that_a_text_calls_otherwise(tmp_path: Path) -> None:
    (tmp_path / "code.md").write_text(CODE, "utf-8")
    done = ingest_paths(
        tmp_path / "home", [tmp_path / "code.md"], WordEncoder(), load_corpus(), today="2026-01-02", version="test"
    )
    assert not done.failed
    base = answering(tmp_path / "home")
    answer = base.ask("What are the three measures of the Guild Code for Harbour Lamps?")
    assert [citation.locator for citation in answer.citations] == ["section 1", "section 2", "section 3"]
    assert answer.citations[1].quote.endswith("when each lamp was lit and by whom.")


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("What is measured in MEASURE 2.7?", "urn:kb:nist:ai-rmf:1.0:measure:2.7"),
        ("What is meant by 2.7?", ""),
        ("What does MEASURE 2.7 mean beside the GDPR?", ""),
    ],
)
def test_a_kind_and_number_that_only_one_publication_has_names_its_unit(
    library: Library, question: str, unit: str
) -> None:
    numbered = read_query(library, question).numbered
    assert {found.unit_id for each in numbered for found in each.units} == ({unit} if unit else set())
