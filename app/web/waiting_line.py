"""The waiting line of questions: a few are answered at a time, the others wait in order and see their place."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kb.errors import KBError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_WAITING = 64
"""Largest number of waiting questions; further ones are asked to come again in a moment."""


def answers_at_once() -> int:
    """Number of questions answered at a time: the number of processors, at least two and at most eight."""
    return min(max(os.cpu_count() or 2, 2), 8)


class WaitingLine:
    """First come, first served. Safe to share between threads; nobody who waits uses the processor."""

    def __init__(self, at_once: int = 0, longest: int = MOST_WAITING) -> None:
        """:param at_once: how many are served at a time; 0: as many as :func:`answers_at_once` says."""
        self._at_once = at_once or answers_at_once()
        self._longest = longest
        self._moved = threading.Condition()
        self._waiting: list[object] = []
        self._served = 0

    @contextmanager
    def place(self) -> Iterator[Iterator[int]]:
        """A place in the line, held until the end of the block.

        The iterator yields the number of questions before it, first at once and then at each change, and ends when it
        is served; it must be read to its end.

        :raises KBError: too many wait already.
        """
        ticket = object()
        with self._moved:
            if len(self._waiting) >= self._longest:
                raise KBError(notice("line too long"))
            self._waiting.append(ticket)
        try:
            yield self._until_served(ticket)
        finally:
            with self._moved:
                if ticket in self._waiting:  # it gave up, or failed, before it was served
                    self._waiting.remove(ticket)
                else:
                    self._served -= 1
                self._moved.notify_all()

    def _until_served(self, ticket: object) -> Iterator[int]:
        reported = -1
        while True:
            with self._moved:
                before = self._waiting.index(ticket)
                if before == 0 and self._served < self._at_once:
                    self._waiting.pop(0)
                    self._served += 1
                    self._moved.notify_all()
                    return
                if before == reported:
                    self._moved.wait()
                    continue
            reported = before
            yield before
