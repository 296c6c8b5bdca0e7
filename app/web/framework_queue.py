"""The framework's queue at rest: it looks for questions less often, and counts nothing that nobody reads."""

from __future__ import annotations

import sys
from typing import Any

SECONDS_BETWEEN_LOOKS = 0.05
"""How long the queue sleeps between two looks for a question; its own 0.001 keeps an idle server at work."""
SECONDS_BETWEEN_PROGRESS = 1.0
EVENTS_COUNTED = 100


def set_to_rest(queue: Any) -> None:
    """Sets a queue so that an idle app sleeps, and so that an answered question costs no table of all before it."""
    queue.sleep_when_free = SECONDS_BETWEEN_LOOKS
    queue.progress_update_sleep_when_free = SECONDS_BETWEEN_PROGRESS  # nothing here tells its progress that way
    queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # else a table of all past events is made after each one
    queue.ANALYTICS_MAX_EVENTS = EVENTS_COUNTED
