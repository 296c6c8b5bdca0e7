"""The limits set on Gradio's queue are the ones that the queue uses."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

from gradio.queueing import Queue
from uvicorn import Config

from app.web.framework_queue import SECONDS_AT_REST, SECONDS_AWAKE, RestingServer, noticing, set_to_rest
from tests.app.web.serving import free_port


def queue_of_framework() -> Any:
    blocks: Any = None
    return Queue(live_updates=True, concurrency_count=1, update_intervals=1.0, max_size=8, blocks=blocks)


def test_a_queue_without_questions_sleeps_and_one_with_questions_looks() -> None:
    queue = queue_of_framework()
    theirs = queue.sleep_when_free
    queue.active_jobs = [None, None]
    set_to_rest(queue)
    assert queue.sleep_when_free == SECONDS_AT_REST > 50 * theirs
    queue.active_jobs = [None, ["an answer under way"]]
    assert queue.sleep_when_free < SECONDS_AWAKE


def test_a_request_wakes_the_queue() -> None:
    queue = queue_of_framework()
    queue.active_jobs = [None]
    set_to_rest(queue)
    passed: list[str] = []

    async def application(scope: str, *_: Any) -> None:
        passed.append(scope)

    asyncio.run(noticing(queue, application)("a request", None, None))
    assert passed == ["a request"]
    assert queue.sleep_when_free == SECONDS_AWAKE < SECONDS_AT_REST


def test_a_server_at_rest_still_ends_when_it_is_told_to() -> None:
    server = RestingServer(Config(app=None))
    assert asyncio.run(server.on_tick(3)) is False
    assert any(name == b"date" for name, _ in server.server_state.default_headers)

    server.seconds_between_ticks = 3600.0  # only the wake ends this wait

    async def ended_meanwhile() -> bool:
        asyncio.get_running_loop().call_soon(setattr, server, "should_exit", True)
        return await server.on_tick(3)

    assert asyncio.run(ended_meanwhile()) is True
    assert asyncio.run(server.on_tick(3)) is True


def test_an_answer_costs_no_table_of_all_before_it() -> None:
    queue = queue_of_framework()
    known = set(vars(queue))
    set_to_rest(queue)
    assert set(vars(queue)) == known  # a name that the framework does not know would change nothing
    queue.events_recorded = 10**6
    record = {"function": "x", "status": "success", "process_time": 1.0}
    assert queue.compute_analytics_summary([record]) == {"functions": {}}


def test_a_stream_that_a_page_holds_open_does_not_keep_a_server() -> None:
    begun = threading.Event()

    async def without_end(_: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
        begun.set()
        while (await receive())["type"] != "http.disconnect":
            pass

    number = free_port()
    server = RestingServer(Config(without_end, port=number, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with socket.create_connection(("127.0.0.1", number)) as page:
        page.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert begun.wait(30)
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()
