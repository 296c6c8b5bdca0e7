"""Makes an idle gradio server cheap: its queue and its server poll rarely while nobody asks, and compute no unused
statistics."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gradio.http_server import Server
from gradio.queueing import Queue

if TYPE_CHECKING:
    import socket

SECONDS_WHILE_WAITED_FOR = 0.005
SECONDS_AWAKE = 0.05
SECONDS_AT_REST = 0.5
"""Seconds between two polls of the queue: while questions wait or are answered, while somebody uses the app, and while
nobody does. Gradio's own 0.001 keeps an idle server busy."""
SECONDS_UNTIL_REST = 60.0
SECONDS_BETWEEN_TICKS = 1.0
"""Seconds that the server sleeps between two ticks; a tick renews the date in its replies."""
SECONDS_TO_CLOSE = 1.0
"""Seconds that the ending server waits for open connections; it has waited for answers under way before."""
SECONDS_BETWEEN_PROGRESS = 10.0
EVENTS_COUNTED = 100


class RestingQueue(Queue):
    """Gradio's queue with longer sleeps while nobody asks."""

    used = float("-inf")
    """When the app was last used, by the clock that never goes back."""

    @property
    def sleep_when_free(self) -> float:
        """How long it sleeps now."""
        if len(self) > 0 or any(job is not None for job in self.active_jobs):
            self.notice_use()
            return SECONDS_WHILE_WAITED_FOR
        return SECONDS_AWAKE if time.monotonic() - self.used < SECONDS_UNTIL_REST else SECONDS_AT_REST

    @sleep_when_free.setter
    def sleep_when_free(self, _: float) -> None:
        """The framework's own setting is not used."""

    def notice_use(self) -> None:
        """Notes that somebody uses the app, so that a question may follow."""
        self.used = time.monotonic()


class RestingServer(Server):
    """Gradio's server, woken when it must end instead of polling for it ten times a second."""

    seconds_between_ticks = SECONDS_BETWEEN_TICKS
    _awaited: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    @property
    def should_exit(self) -> bool:
        """Whether the server is to end."""
        return bool(self.__dict__.get("should_exit"))

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        self.__dict__["should_exit"] = value
        if value and self._awaited is not None:
            loop, ended = self._awaited
            with suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(ended.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the server; a stream that a page holds open is cut after a moment, or it would be waited for."""
        asyncio.get_running_loop().call_later(SECONDS_TO_CLOSE, self._cut_streams)
        await super().shutdown(sockets)

    def _cut_streams(self) -> None:
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()

    async def on_tick(self, counter: int) -> bool:
        """Sleeps until the server is to end, a second at most, then does what the server does once a second."""
        del counter
        _, ended = self._awaited = asyncio.get_running_loop(), asyncio.Event()
        if not self.should_exit:
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), self.seconds_between_ticks)
        return await super().on_tick(0)


def set_to_rest(queue: Queue) -> None:
    """Changes a queue so that an idle app sleeps, and so that an answered question does not list all earlier ones."""
    queue.__class__ = RestingQueue  # the framework makes its queue itself
    queue.progress_update_sleep_when_free = SECONDS_BETWEEN_PROGRESS  # nothing here reports its progress that way
    queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize  # otherwise all events are tabulated after each
    queue.ANALYTICS_MAX_EVENTS = EVENTS_COUNTED


def set_server_to_rest(server: Any) -> None:
    """Changes a running server so that it sleeps while nobody asks."""
    server.__class__ = RestingServer  # the framework makes its server itself


def noticing(queue: Queue, application: Any) -> Any:
    """An ASGI application in front of another that tells the queue of each request."""

    async def noticed(scope: Any, receive: Any, send: Any) -> None:
        if isinstance(queue, RestingQueue):
            queue.notice_use()
        await application(scope, receive, send)

    return noticed
