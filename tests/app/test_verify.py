"""No sentence leaves the service that does not stand in the index as it is cited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.service import Service
from app.verify import verify_answer
from kb.citing import quote_hash
from kb.gate import Verdict
from kb.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.types import Citation

QUESTION = "Who decides when a robot and a gardener disagree about the ripeness of a pear?"
REFERENCES = ["UNESCO para 37", "OECD 1.4(b) 2019", "OECD 1.1-1.5", "유네스코 제37항"]


@pytest.fixture(autouse=True)
def _answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a question is answered is not asked here: the stand-in encoder has no measures of sense."""
    monkeypatch.setattr("kb.refusal.is_carried", lambda *_: True)


def tampered(service: Service, monkeypatch: pytest.MonkeyPatch, change: Callable[[Citation], Citation]) -> None:
    """Lets the service make every citation as ``change`` has it, behind the check it makes of its own."""
    made = service.cite
    monkeypatch.setattr(service, "cite", lambda *args: change(made(*args)))
    monkeypatch.setattr(service, "check", lambda _: True)


@pytest.mark.parametrize("question", [QUESTION, *REFERENCES])
def test_what_stands_there_is_shown_as_it_is(service: Service, question: str) -> None:
    answer = service.ask(question)
    assert answer.sentences
    assert answer.withheld == ()
    assert all(f.passes for f in verify_answer(service, answer))


@pytest.mark.parametrize("question", [QUESTION, "UNESCO para 37"])
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda c: replace(c, page_index=c.page_index + 1, page_end=c.page_end + 1), Verdict.WRONG_PAGE),
        (lambda c: replace(c, page_label="xcix"), Verdict.WRONG_PAGE),
        (lambda c: replace(c, char_start=c.char_start + 1), Verdict.MOVED),
        (lambda c: replace(c, quote=f"{c.quote} Not."), Verdict.NOT_FOUND),
        (
            lambda c: replace(c, quote=c.quote.upper(), quote_sha256=quote_hash(c.quote.upper())),
            Verdict.NOT_FOUND,
        ),
    ],
)
def test_a_tampered_citation_is_withheld(
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
    change: Callable[[Citation], Citation],
    verdict: Verdict,
) -> None:
    tampered(service, monkeypatch, change)
    answer = service.ask(question)
    assert answer.refused
    assert answer.sentences == () == answer.citations
    assert answer.withheld[0].why.startswith(verdict.value)
    assert say("en", "does not stand", n=len(answer.withheld)) in answer.notices


def test_what_is_withheld_of_a_korean_question_is_said_in_korean(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    tampered(service, monkeypatch, lambda c: replace(c, char_start=c.char_start + 1))
    answer = service.ask("유네스코 제37항")
    assert answer.reason == say("ko", "none stands")
    assert answer.notices[-1] == say("ko", "does not stand", n=1)


def test_an_old_edition_that_is_shown_as_current_is_withheld(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    tampered(service, monkeypatch, lambda c: replace(c, status="current", superseded_by=()))
    answer = service.ask("OECD 1.4(b) 2019")
    assert answer.refused
    assert answer.withheld[0].why.startswith(Verdict.SUPERSEDED.value)
