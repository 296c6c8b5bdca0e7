"""People who ask at the same time all get their quotes, even if the language model of one of them is slow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from app.web.asking import Asking
from app.web.handlers import Handlers
from app.web.waiting_line import answers_at_once
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "How long are ledgers kept after the robot has left the orchard?"


class SilentModel:
    """A language model that says nothing until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = threading.Semaphore(0)

    def generate(self, instructions: str, request: str) -> Iterator[str]:
        self.asked.release()
        assert instructions and request
        assert self.go.wait(60)
        yield "Nothing."


def test_nobody_waits_for_the_language_model_of_another(home: Path, tmp_path: Path) -> None:
    model, people = SilentModel(), answers_at_once() + 3
    settings = Settings(home=str(tmp_path), llm_base_url="http://127.0.0.1:1/v1", llm_model="m")
    asking = Asking(Handlers(settings, answering(home, generator=model)))
    quotes = threading.Semaphore(0)

    def ask(_: int) -> list[dict[str, Any]]:
        seen = []
        for each in asking.answer({"question": QUESTION}, "en"):
            seen.append(each)
            if len([one for one in seen if "html" in one]) == 1 and "html" in each:
                quotes.release()
        return seen

    with ThreadPoolExecutor(people) as pool:
        found = pool.map(ask, range(people))
        assert all(quotes.acquire(timeout=60) for _ in range(people))  # the quotes are there for all
        assert all(model.asked.acquire(timeout=60) for _ in range(people))
        model.go.set()
        ended = list(found)
    assert all(each[-1]["cited"] >= 1 for each in ended)
    told = [one["status"] for each in ended for one in each if "status" in one]
    assert len(told) >= people
