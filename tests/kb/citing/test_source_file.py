"""A source file that changed since it was read is not opened: the answer stays, without marks, with a notice."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

from kb.citing.source_file import SourceState, source_state
from kb.knowledge_base import KnowledgeBase
from kb.messages import words
from kb.models.models import Models
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import CHAINS, LOGS, pdf_bytes, write_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from kb.types import Answer

QUESTION = "When are entries older than two years destroyed?"


def opened(home: Path) -> KnowledgeBase:
    return KnowledgeBase.open(home, Models(WordEncoder(), is_answerable=lambda *_: True))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The source of an index, which has three pages; the answer is on the last."""
    path = write_pdf(tmp_path / "papers" / "logs.pdf", LOGS, "Keeping logs")
    assert not build(tmp_path / "home", path.parent).failed
    return path


CHANGED = {
    "a shorter edition": pdf_bytes(CHAINS[:1]),
    "no PDF": b"not a PDF at all",
    "empty": b"",
    "cut": pdf_bytes(LOGS)[:400],
    "grown": pdf_bytes(LOGS) + b"\n% more" * 9,
}


def told(answer: Answer, lang: str = "en") -> str:
    return " ".join(words(each, lang) for each in answer.notices)


def without_marks(answer: Answer) -> Answer:
    """The answer but for where it is marked and what is said of that."""
    return replace(answer, citations=tuple(replace(c, rects=()) for c in answer.citations), notices=())


@pytest.mark.parametrize("how", [*CHANGED, "gone", "a folder"])
def test_the_answer_stays_unmarked_and_says_so(tmp_path: Path, source: Path, how: str) -> None:
    before = opened(tmp_path / "home").ask(QUESTION)
    assert before.citations[0].rects
    assert "without a mark" not in told(before)
    source.unlink()
    if how in CHANGED:
        source.write_bytes(CHANGED[how])
    elif how == "a folder":
        source.mkdir()
    base = opened(tmp_path / "home")
    after = base.ask(QUESTION)
    assert without_marks(after) == without_marks(before)
    assert [c.rects for c in after.citations] == [()] * len(after.citations)
    assert "logs.pdf" in told(after) and "without a mark on the page" in told(after)
    assert "logs.pdf" in told(after, "ko")
    sheet = base.page_sheet(after.citations[0].doc_id, 1)
    assert not sheet.is_drawn
    citations = base.cite(json.dumps({"question": QUESTION, "citations": [asdict(after.citations[0])]}))
    assert (len(citations.citations), citations.faults) == (1, ())


def test_a_file_that_was_touched_alone_is_the_same(tmp_path: Path, source: Path) -> None:
    os.utime(source, (1, 1))
    answer = opened(tmp_path / "home").ask(QUESTION)
    assert answer.citations[0].rects
    assert "without a mark" not in told(answer)


def test_a_file_that_came_back_is_marked_again(tmp_path: Path, source: Path) -> None:
    data = source.read_bytes()
    base = opened(tmp_path / "home")
    source.write_bytes(CHANGED["empty"])
    assert not base.ask(QUESTION).citations[0].rects
    source.write_bytes(data)
    assert base.ask(QUESTION).citations[0].rects


def test_a_name_that_no_file_can_have_is_gone(tmp_path: Path, source: Path) -> None:
    (stored,) = opened(tmp_path / "home").library().store.documents
    assert source_state(stored) is SourceState.SAME
    assert source_state(replace(stored, source="a\0b")) is SourceState.GONE
    assert source_state(replace(stored, source=str(source / "below"))) is SourceState.GONE
