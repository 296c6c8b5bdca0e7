"""An answer is wholly of one index, whatever is built while it is made; the next question takes up the newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.citing.cite import is_at_its_place
from kb.citing.library_texts import verifier_of
from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from tests.builds import build
from tests.fakes import WordEncoder
from tests.library import HARBOUR, ORCHARD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.types import Answer, Citation, FloatArray

QUESTION = "How long are ledgers kept after the robot has left the orchard?"
LATER = ORCHARD.replace("nine years", "four weeks").replace("1. Every", "0. This code is new.\n1. Every")


class Interrupted(WordEncoder):
    """Does something else before it encodes the first question."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = [meanwhile]

    def encode_query(self, text: str) -> FloatArray:
        while self._meanwhile:
            self._meanwhile.pop()()
        return super().encode_query(text)


def papers(folder: Path, orchard: str, **others: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {"orchard": orchard, **others}.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


@pytest.fixture
def interrupted(tmp_path: Path) -> KnowledgeBase:
    """A knowledge base whose papers are others, and its index too, once its first question is being encoded."""
    home = tmp_path / "home"
    assert not build(home, papers(tmp_path / "papers", ORCHARD)).failed

    def rebuild() -> None:
        summary = build(home, papers(tmp_path / "papers", LATER, harbour=HARBOUR))
        assert summary.written
        assert not summary.failed

    return KnowledgeBase.open(home, Models(Interrupted(rebuild), is_answerable=lambda *_: True))


def quotes(answer: Answer) -> str:
    return " ".join(c.quote for c in answer.citations)


def test_an_answer_is_wholly_of_the_index_it_names(interrupted: KnowledgeBase) -> None:
    old = interrupted.library()
    answer = interrupted.ask(QUESTION)
    assert interrupted.library().index_id != old.index_id, "another index was built meanwhile"
    assert answer.index_id == old.index_id
    assert {c.index_id for c in answer.citations} == {old.index_id}
    assert "nine years" in quotes(answer)
    assert answer.searched == tuple(d.edition.ref for d in old.store.documents)
    assert all(is_at_its_place(old, c) for c in answer.citations)
    assert all(f.passes for f in verifier_of(old).answer(answer))
    assert not any(is_at_its_place(interrupted.library(), c) for c in answer.citations)


def test_the_next_question_is_asked_of_the_newer_index(interrupted: KnowledgeBase) -> None:
    before = interrupted.ask(QUESTION)
    new = interrupted.library()
    answer = interrupted.ask(QUESTION)
    assert answer.index_id == new.index_id != before.index_id
    assert {c.index_id for c in answer.citations} == {new.index_id}
    assert "four weeks" in quotes(answer)
    assert len(answer.searched) == 2
    assert all(is_at_its_place(new, c) for c in answer.citations)


def test_what_a_search_finds_is_of_one_index(interrupted: KnowledgeBase) -> None:
    old = interrupted.library()

    def cited() -> list[Citation]:
        return [hit.citation for hit in interrupted.search(QUESTION)]

    assert {c.index_id for c in cited()} == {old.index_id}
    assert {c.index_id for c in cited()} == {interrupted.library().index_id} != {old.index_id}
