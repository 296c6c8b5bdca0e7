"""Answers to a question what a publication as a whole is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.pipeline import ingest_paths
from kb.answering.overview import asks_overview, asks_scope, overview_citations
from kb.catalog.register import load_corpus
from kb.query.query import read_query
from tests.fakes import WordEncoder
from tests.library import opened

if TYPE_CHECKING:
    from pathlib import Path

    from kb.library.library import Library


@pytest.mark.parametrize(
    ("question", "is_overview"),
    [
        ("What does IEEE 7001 deal with?", True),
        ("Tell me about IEEE 7010", True),
        ("What is the UNESCO Recommendation about?", True),
        ("IEEE 7001은 무엇을 다루나요?", True),
        ("IEEE 7001은 무엇을 다루나?", True),
        ("IEEE 7001은 무슨 표준이에요?", True),
        ("IEEE 7001이 뭐야", True),
        ("유네스코 권고를 간단히 요약해 주세요", True),
        ("What does IEEE 7001 say about logging?", False),
        ("What does Article 5 of the AI Act deal with?", False),
        ("What is the purpose of a technical file?", False),
        ("IEEE 7001에서 로그는 무엇을 다루나요?", False),
        ("AI법에서 보고 내용은 무엇인가요?", False),
        ("AI법의 의무 내용은 무엇인가요?", False),
        ("AI법에 해고에 관한 내용이 있나요?", False),
        ("AI법의 평가는 어떤 기준인가요?", False),
        ("AI법의 내용은 무엇인가요?", True),
        ("유네스코 권고의 목적은 무엇인가요?", True),
        ("What does the report contain in the EU AI Act?", False),
        ("Which standards does the EU AI Act cover?", False),
        ("Does the EU AI Act cover the report?", False),
        ("What is the purpose of the EU AI Act?", True),
        ("Can you briefly summarise the UNESCO Recommendation?", True),
    ],
)
def test_a_question_for_the_whole_names_a_publication_and_nothing_beside(
    library: Library, question: str, is_overview: bool
) -> None:
    assert asks_overview(read_query(library, question)) is is_overview


@pytest.mark.parametrize(
    ("question", "is_of_scope"),
    [
        ("To whom does the UNESCO Recommendation apply?", True),
        ("Who is bound by the AI Act?", True),
        ("AI법의 적용 범위는 어떻게 되나요?", True),
        ("유네스코 권고는 누구를 대상으로 하나요?", True),
        ("To which systems does Article 50 of the AI Act apply?", False),
        ("When does the AI Act apply to providers?", False),
        ("Who must comply with the code in the EU AI Act?", False),
        ("AI법에서 보고 대상은 누구인가요?", False),
        ("AI법에서 평가 대상은 누구인가요?", False),
        ("What is the scope of the AI Act?", True),
        ("AI법은 누구에게 적용되나요?", True),
        ("G7 행동강령은 누구 대상인가요", True),
        ("Who keeps the logs under the AI Act?", False),
    ],
)
def test_a_question_for_the_scope_asks_whom_a_publication_applies_to(
    library: Library, question: str, is_of_scope: bool
) -> None:
    assert asks_scope(read_query(library, question)) is is_of_scope


@pytest.mark.parametrize("question", ["What does IEEE 7001 cover?", "What topics does IEEE 7001 address?"])
def test_a_publication_that_only_the_register_knows_is_described_by_its_entry(library: Library, question: str) -> None:
    quoted = overview_citations(library, read_query(library, question))
    assert [citation.unit_id for citation in quoted] == ["urn:kb:ieee:7001:2021:whole"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("OECD 권고는 구속력이 있나요?", "비구속적"),
        ("OECD 권고는 강제인가요", "비구속적"),
        ("OECD 권고는 꼭 지켜야 하는건가요? 법적 의무인지", "비구속적"),
        ("OECD 권고 안지키면 벌칙이 있나요 강제성 있는지", "비구속적"),
        ("OECD 권고 안지키면 벌칙이 있나요 기한은 언제인지", ""),
        ("OECD 권고는 꼭 지켜야 하나", "비구속적"),
        ("Is the OECD Recommendation binding?", "non-binding"),
        ("OECD 권고에서 구속력은 어떻게 다루나요?", ""),
    ],
)
def test_whether_a_publication_binds_is_told_by_its_entry(library: Library, question: str, said: str) -> None:
    found = overview_citations(library, read_query(library, question))
    assert bool(found) is bool(said)
    assert not found or said in found[0].quote


def test_a_publishers_name_alone_asks_for_no_one_publication(library: Library) -> None:
    assert overview_citations(library, read_query(library, "What does the IEEE deal with?")) == []


RULES = """# Rules of the Lamp Guild

## 1. Introduction

Lamps have burned on the pier for longer than anybody can remember. This handbook sets out who lights them and when.

## 2. Keepers

Every keeper lights the lamps of the outer pier before those of the inner pier, since ships look for them first.
"""
AIMED = RULES.replace("## 2. Keepers", "## 2. Purpose\n\nThe guild wants ships to come home.\n\n## 3. Keepers")
PLAIN = RULES.replace("This handbook sets out who", "Everybody knows who")

CREEP = RULES.replace("## 2. Keepers", "## 2. Purpose limitation\n\nOil is for lamps alone.\n\n## 3. Keepers")
SCOPED = RULES.replace(
    "## 2. Keepers",
    "## 2. Scope\n\nThe rules bind whoever steers a boat. They do not bind its guests.\n\n## 3. Keepers",
)


def test_a_text_is_quoted_where_it_states_its_subject(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "lamps.md").write_text(RULES, "utf-8")
    (papers / "oars.md").write_text(AIMED.replace("Lamp", "Oar"), "utf-8")
    (papers / "sails.md").write_text(PLAIN.replace("Lamp", "Sail"), "utf-8")
    (papers / "wicks.md").write_text(CREEP.replace("Lamp", "Wick"), "utf-8")
    (papers / "tillers.md").write_text(SCOPED.replace("Lamp", "Tiller"), "utf-8")
    done = ingest_paths(tmp_path / "home", [papers], WordEncoder(), load_corpus(), today="2026-01-02", version="test")
    assert not done.failed
    base = opened(tmp_path / "home")
    quotes = [
        base.ask(f"What are the Rules of the {of} Guild about?").citations[0].quote for of in ("Lamp", "Oar", "Sail")
    ]
    assert quotes[0] == "This handbook sets out who lights them and when."
    assert quotes[1].endswith("The guild wants ships to come home.")
    assert "burned on the pier for longer than anybody" in quotes[2]
    applies = base.ask("Who must follow the Rules of the Tiller Guild?").citations[0]
    assert applies.locator == "section 2"
    assert not base.ask("Who must follow the Rules of the Tiller Guild?").also_relevant
    assert applies.quote.endswith("whoever steers a boat. They do not bind its guests.")
    of_wicks = base.ask("What are the Rules of the Wick Guild about?").citations[0]
    assert of_wicks.quote == "This handbook sets out who lights them and when."
