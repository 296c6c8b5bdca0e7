"""The app's handlers over a small real index."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import gradio as gr
import pytest

from app.settings import Settings
from app.web.asking import Asking
from app.web.handlers import EXAMPLES, Handlers
from app.web.html.filters import Choices
from kb.knowledge_base import KnowledgeBase
from kb.messages import message
from kb.models.models import Models
from kb.types import MAX_QUESTION, SearchFilter
from tests.app.web.conversations import asked, conversation
from tests.app.web.pages import HOSTILE, check
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.types import FloatArray


QUESTION = "How long are ledgers kept after the robot has left the orchard?"


def test_an_answer_comes_with_its_evidence(desk: Handlers) -> None:
    turns, cards = asked(desk, QUESTION)
    assert [t.n for t in turns] == [1]
    answer = turns[0].answer
    assert answer is not None and not answer.refused
    assert "8. Ledgers are kept for nine years" in check(cards).text


def test_a_follow_up_is_read_against_the_turns_before(desk: Handlers) -> None:
    turns, _ = asked(desk, "OECD 1.3")
    turns, _ = asked(desk, "And 1.4?", turns)
    turns, evidence = asked(desk, "and 1.5?", turns)
    assert [t.question for t in turns] == ["OECD 1.3", "And 1.4?", "and 1.5?"]
    assert [t.answer.question for t in turns if t.answer] == ["OECD 1.3", "OECD 1.4", "OECD 1.5"]
    page = check(conversation(turns))
    assert "and 1.5?" in page.text and "Read as: OECD 1.5" in page.text
    assert "Principle 1.5" in check(evidence).text


class Waiting(WordEncoder):
    """A stand-in encoder that, for texts with one word, reports that it was called and waits for leave to go on."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.called, self.leave = threading.Event(), threading.Event()

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        if any(self.word in text for text in texts):
            self.called.set()
            assert self.leave.wait(30)
        return super().encode_passages(texts)


def test_a_slow_question_does_not_hold_up_another_one(home: Path) -> None:
    encoder = Waiting("ledgers")
    desk = Handlers(Settings(home=str(home)), KnowledgeBase.open(home, Models(encoder)))
    with ThreadPoolExecutor(2) as people:
        first = people.submit(asked, desk, QUESTION)
        try:
            assert encoder.called.wait(30)
            turns, _ = people.submit(asked, desk, "Who may stop harvesting robots at any time?").result(30)
            looked_up = people.submit(desk.base().look_up_page, "OECD 1.3").result(30)
            assert not first.done()
        finally:
            encoder.leave.set()
        slow, _ = first.result(30)
    for found in (turns[0], slow[0]):
        assert found.answer is not None and not found.answer.refused
        assert found.answer.question == found.question
    assert looked_up.page is not None


@pytest.mark.parametrize(
    ("setting", "accepted", "expected"),
    [
        ("auto", "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("auto", "fr-FR,en-GB;q=0.5,ko;q=0.1", "en"),
        ("auto", "fr", "en"),
        ("auto", "", "en"),
        ("auto", ",;=\x00" * 500, "en"),
        ("ko", "en-US", "ko"),
        ("en", "ko", "en"),
    ],
)
def test_the_interface_follows_the_setting_then_the_browser(
    desk: Handlers, setting: str, accepted: str, expected: str
) -> None:
    assert Handlers(replace(desk.settings, language=setting)).language(accepted) == expected


def test_a_refusal_shows_near_places_only_as_such(desk: Handlers) -> None:
    turns, evidence = asked(desk, "zyxq wvut srqp?")
    assert turns[0].answer is not None and turns[0].answer.refused
    assert "Evidence for" not in check(evidence).text


def test_a_question_beyond_the_limit_is_told_so(desk: Handlers) -> None:
    turns, _ = asked(desk, "x" * (MAX_QUESTION + 1))
    assert turns[0].answer is None
    assert "2,001 characters; the limit is 2,000" in turns[0].problem
    assert len(turns[0].question) < 300


@pytest.mark.parametrize("question", HOSTILE)
def test_hostile_questions_get_an_answer_or_a_refusal(desk: Handlers, question: str) -> None:
    turns, evidence = asked(desk, question)
    assert [t.problem for t in turns] == [""]
    check(conversation(turns))
    check(evidence)


def test_filters_reach_the_search(desk: Handlers) -> None:
    choices = Asking(desk).choices()
    assert "OECD" in choices.publishers and "UNESCO" in choices.publishers
    assert ("Register: OECD", "register-oecd") in choices.documents
    chosen = SearchFilter(doc_ids=("register-oecd",))
    turns, _ = asked(desk, "accountability of those who build and run systems", (), chosen)
    answer = turns[0].answer
    assert answer is not None
    assert answer.searched == ("Register: OECD",)
    assert {c.doc_id for c in (*answer.citations, *answer.nearest)} <= {"register-oecd"}


def test_every_example_that_is_a_reference_is_answered(desk: Handlers) -> None:
    for example in (e for e in EXAMPLES if any(c.isdigit() for c in e)):
        answer = asked(desk, example)[0][0].answer
        assert answer is not None and not answer.refused, example


def test_about_names_the_index(desk: Handlers) -> None:
    text = " ".join(value for _, value in desk.facts())
    assert desk.base().library().index_id in text
    assert "words-64" in text
    assert f"gradio {gr.__version__}" in text
    assert desk.base().library().index_id in check(desk.status()).text


def test_without_an_index_the_page_says_how_to_build_one(tmp_path: Path) -> None:
    desk = Handlers(Settings(home=str(tmp_path / "empty")))
    assert "kb ingest" in check(desk.status()).text
    assert "There is no index yet" in desk.status()
    turns, _ = asked(desk, "OECD 1.3")
    assert "kb ingest" in turns[0].problem
    assert "kb ingest" in desk.facts()[0][1]
    assert Asking(desk).choices() == Choices()
    desk.warm()


def test_an_index_that_appears_is_taken_up(home: Path, tmp_path: Path) -> None:
    late = tmp_path / "late"
    desk = Handlers(Settings(home=str(late), encoder="nowhere"))
    assert asked(desk, "OECD 1.3")[0][0].answer is None
    late.symlink_to(home)
    assert asked(desk, "OECD 1.3")[0][0].answer is not None
    assert "index" in check(desk.status()).text


def test_what_should_not_happen_is_logged_and_told_in_general(desk: Handlers, caplog: pytest.LogCaptureFixture) -> None:
    def broken_models() -> Models:
        raise RuntimeError("secret path")

    broken = Handlers(desk.settings, KnowledgeBase.open(desk.settings.home_path, broken_models))
    turns, _ = asked(broken, "anything at all?")
    assert turns[0].problem == message("en", "general problem")
    assert "secret path" not in check(conversation(turns)).text
    assert "secret path" in caplog.text
