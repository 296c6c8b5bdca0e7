"""What is set on the framework's queue is what the queue goes by."""

from __future__ import annotations

from gradio.queueing import Queue

from app.web.framework_queue import set_to_rest


def test_the_queue_has_what_is_set_and_makes_no_table() -> None:
    queue = Queue(live_updates=True, concurrency_count=1, update_intervals=1.0, max_size=8, blocks=None)  # type: ignore
    before = dict(vars(queue))
    set_to_rest(queue)
    changed = {name for name, value in vars(queue).items() if before.get(name) != value}
    assert changed <= before.keys()  # a name that the framework does not know would change nothing
    assert len(changed) == 4
    assert before["sleep_when_free"] < queue.sleep_when_free
    queue.events_recorded = 10**6
    assert queue.compute_analytics_summary([{"function": "x", "status": "success", "process_time": 1.0}]) == {
        "functions": {}
    }
