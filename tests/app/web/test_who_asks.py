"""The log names who asked, also where the work is done later or by the framework's queue."""

from __future__ import annotations

import base64
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.accounts import AccountRole, Accounts, Person
from app.machine import Actions
from app.settings import Settings
from app.web.framework_environment import framework_environment
from app.web.handlers import Handlers
from app.web.jobs import Job, Jobs
from app.web.page import launch
from app.web.sign_in import asking_as, who_asks
from tests.app.web.serving import fetched, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb import KnowledgeBase, Recorder

MINA = Person("mina", AccountRole.READER)


def test_work_in_the_background_is_that_of_whoever_asked_for_it() -> None:
    jobs, seen, done = Jobs[Job](), [], threading.Event()

    def work() -> None:
        seen.append(who_asks().name)
        done.set()

    with asking_as(MINA):
        job = Job()
        jobs.add(job)
        jobs.start(job, work)
    assert done.wait(20)
    assert seen == ["mina"]
    assert who_asks().name == ""


def test_an_endpoint_knows_who_calls_it(base: KnowledgeBase, tmp_path: Path) -> None:
    Accounts(tmp_path).add("mina", AccountRole.READER, "correct horse battery")
    seen: list[str] = []

    def log(_: Callable[[Recorder], int]) -> None:
        seen.append(who_asks().name)

    def no_draft(_: Path) -> None:
        pytest.fail("nothing is checked here")

    number = free_port()
    basic = {"Authorization": "Basic " + base64.b64encode(b"mina:correct horse battery").decode()}
    with framework_environment(tmp_path):
        desk = Handlers(Settings(home=str(tmp_path), port=number), base)
        blocks = launch(desk, Actions(lambda: base, no_draft, log=log))
        try:
            path, sent = "/gradio_api/call/v2/ask", b'{"question": "OECD 1.3"}'
            status, _, body = fetched(number, path, "POST", sent, Content_Type="application/json", **basic)
            assert status == 200
            assert "complete" in fetched(number, f"{path}/{json.loads(body)['event_id']}", **basic)[2]
        finally:
            blocks.close(verbose=False)
    assert seen == ["mina"]
