"""The framework's queue at rest: it looks for questions seldom while there are none, and counts nothing that nobody
reads."""

from __future__ import annotations

import sys

from gradio.queueing import Queue

SECONDS_WHILE_WAITED_FOR = 0.005
SECONDS_AT_REST = 0.1
"""How long the queue sleeps between two looks, while questions wait or are answered, and while there are none; the
framework's own 0.001 keeps an idle server at work."""
SECONDS_BETWEEN_PROGRESS = 1.0
EVENTS_COUNTED = 100


class RestingQueue(Queue):
    """The framework's queue, which sleeps longer while nobody asks."""

    @property
    def sleep_when_free(self) -> float:
        """How long it sleeps now."""
        is_waited_for = len(self) > 0 or any(job is not None for job in self.active_jobs)
        return SECONDS_WHILE_WAITED_FOR if is_waited_for else SECONDS_AT_REST

    @sleep_when_free.setter
    def sleep_when_free(self, _: float) -> None:
        """What the framework sets is not gone by."""


def set_to_rest(queue: Queue) -> None:
    """Sets a queue so that an idle app sleeps, and so that an answered question costs no table of all before it."""
    queue.__class__ = RestingQueue  # the framework makes its queue itself
    queue.progress_update_sleep_when_free = SECONDS_BETWEEN_PROGRESS  # nothing here tells its progress that way
    queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # else a table of all past events is made after each one
    queue.ANALYTICS_MAX_EVENTS = EVENTS_COUNTED
