"""What is set on the framework's queue is what the queue goes by."""

from __future__ import annotations

from typing import Any

from gradio.queueing import Queue

from app.web.framework_queue import SECONDS_AT_REST, set_to_rest


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
    assert queue.sleep_when_free < SECONDS_AT_REST / 10


def test_an_answer_costs_no_table_of_all_before_it() -> None:
    queue = queue_of_framework()
    known = set(vars(queue))
    set_to_rest(queue)
    assert set(vars(queue)) == known  # a name that the framework does not know would change nothing
    queue.events_recorded = 10**6
    record = {"function": "x", "status": "success", "process_time": 1.0}
    assert queue.compute_analytics_summary([record]) == {"functions": {}}
