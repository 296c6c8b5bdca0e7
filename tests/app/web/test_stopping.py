"""A question asked before the app stops is answered; one asked afterwards is told to come again."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.web.stopping import Stopping
from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from tests.app.web.serving import fetched, served
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from pathlib import Path

    from kb.types import FloatArray

QUESTION = "How long are ledgers kept after the robot has left the orchard?"
JSON = {"Content_Type": "application/json"}


@dataclass
class HeldEncoder(WordEncoder):
    """Encodes a question when it is let go."""

    asked: threading.Event
    go: threading.Event

    def encode_query(self, text: str) -> FloatArray:
        self.asked.set()
        assert self.go.wait(60)
        return super().encode_query(text)


def ask(port: int) -> tuple[int, str]:
    body = json.dumps({"question": QUESTION}).encode()
    status, _, said = fetched(port, "/gradio_api/call/v2/ask", "POST", body, **JSON)
    if status != 200:
        return status, said
    status, _, said = fetched(port, f"/gradio_api/call/v2/ask/{json.loads(said)['event_id']}")
    return status, said


def test_a_stop_waits_for_the_answer_under_way_and_lets_none_in(home: Path, tmp_path: Path) -> None:
    encoder = HeldEncoder(threading.Event(), threading.Event())
    stopping = Stopping()
    given: dict[str, Any] = {"stopping": stopping}
    with served(tmp_path, KnowledgeBase.open(home, Models(encoder)), **given) as port, ThreadPoolExecutor(2) as pool:
        under_way = pool.submit(ask, port)
        assert encoder.asked.wait(60)
        finished = pool.submit(stopping.finish, 60.0)
        while not stopping.ending:
            pass
        status, said = ask(port)
        assert status == 503 and "moment" in said
        assert not finished.done()
        encoder.go.set()
        status, said = under_way.result(60)
        assert status == 200 and "event: complete" in said and "nine years" in said
        assert finished.result(60) is True


def test_a_stop_does_not_wait_for_ever(home: Path, tmp_path: Path) -> None:
    encoder = HeldEncoder(threading.Event(), threading.Event())
    stopping = Stopping()
    base = KnowledgeBase.open(home, Models(encoder))
    with served(tmp_path, base, stopping=stopping) as port, ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(ask, port)
        assert encoder.asked.wait(60)
        assert stopping.finish(0.2) is False
        encoder.go.set()
        under_way.result(60)
