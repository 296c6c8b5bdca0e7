"""Forty questions of assessors, asked of the register alone; docs/assessor-questions.md tells how they were judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kb.catalog.register import load_corpus
from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from tests.library import said
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from kb.types import Citation

DATA = ROOT / "tests" / "data"
MARKS = ("register, not the official text", "자체 해설(등록부)이며 공식 원문이")
"""What an answer from the register says of itself, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what a right answer leads to; ``read``: it was read and found right."""

    id: str
    how: str
    text: str
    kind: str
    units: frozenset[str]
    read: bool


def rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


EXPECTED = {row[0]: row[1:] for row in rows("assessor-expected.tsv")}
QUESTIONS = [
    Asked(row[0], row[2], row[3], kind, frozenset(units.split()), read == "yes")
    for row in rows("assessor-questions.tsv")
    for kind, units, read in [EXPECTED[row[0]]]
]
LOOK_UPS = [asked for asked in QUESTIONS if asked.how == "lookup"]


def test_there_are_forty_and_each_unit_expected_is_of_the_register() -> None:
    assert len(QUESTIONS) == len(EXPECTED) == 40
    register = load_corpus()
    units = {unit for asked in QUESTIONS for unit in asked.units}
    assert [unit for unit in sorted(units) if register.get(unit) is None] == []
    page = (ROOT / "docs" / "assessor-questions.md").read_text("utf-8")
    assert f"**{sum(asked.read for asked in QUESTIONS)} of 40**" in page
    assert [asked.text for asked in QUESTIONS if f"| {asked.text} |" not in page] == []


def labelled(base: KnowledgeBase, citation: Citation) -> bool:
    """Whether a citation from the register says so, and says what was not checked."""
    entry = base.library().register.get(citation.unit_id or "")
    return citation.match == "register" and entry is not None and citation.verified == entry.verified


@pytest.mark.parametrize("asked", LOOK_UPS, ids=[asked.id for asked in LOOK_UPS])
def test_a_reference_leads_to_its_unit_alone(asked: Asked, base: KnowledgeBase) -> None:
    found = base.look_up(asked.text)
    views = [view for item in found for view in item.units]
    assert {view.unit.unit_id for view in views} == asked.units
    assert not any(item.choices for item in found)
    assert all(labelled(base, view.citation) for view in views)
    if asked.kind == "none":
        assert not any(item.near for item in found)


@pytest.fixture(scope="module")
def e5_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the encoder is kept once it is converted."""
    return tmp_path_factory.mktemp("encoders")


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_each_answer_read_as_right_still_cites_its_unit(tmp_path: Path, e5_cache: Path) -> None:
    from ingest.pipeline import ingest_paths
    from kb.models.encoder import SentenceEncoder

    encoder = SentenceEncoder("e5", cache=e5_cache)
    ingest_paths(tmp_path, [], encoder, load_corpus(), today="2026-01-02", version="test")
    base = KnowledgeBase.open(tmp_path, Models(encoder))
    wrong: list[str] = []
    assert QUESTIONS
    for asked in QUESTIONS:
        answer = base.ask(asked.text)
        cited = {citation.unit_id for citation in answer.citations}
        assert all(labelled(base, citation) for citation in answer.citations)
        if answer.citations:
            assert any(mark in " ".join(said(answer.notices)) for mark in MARKS), asked.id
        right = not cited if asked.kind == "none" else bool(cited & asked.units)
        wrong += [] if right or not asked.read else [asked.id]
    assert wrong == []
