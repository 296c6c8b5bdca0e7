"""Stops the app without losing an answer: questions under way are answered, new ones are asked to come again later."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from kb.messages import message

if TYPE_CHECKING:
    from app.web.request_guard import Application, Receive, Scope, Send

SECONDS_TO_FINISH = 30.0
"""Seconds that answers under way are waited for."""

_QUESTIONS = ("/gradio_api/queue/join", "/gradio_api/call/", "/calls/", "/mcp")
_ANSWERS = ("/gradio_api/queue/data", *_QUESTIONS)


class Stopping:
    """An ASGI application in front of another: counts the answers under way, and refuses new questions at the end."""

    application: Application
    """The application behind this layer; set before the first request."""

    def __init__(self) -> None:
        self._idle = threading.Condition()
        self._under_way = 0
        self.ending = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on, or replies with 503."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not path.startswith(_ANSWERS):
            await self.application(scope, receive, send)
            return
        if self.ending and scope["method"] == "POST" and path.startswith(_QUESTIONS):
            body = json.dumps({"detail": message("en", "stopping")}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 503, "headers": [*headers, (b"retry-after", b"5")]})
            await send({"type": "http.response.body", "body": body})
            return
        self._count(1)
        try:
            await self.application(scope, receive, send)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._idle:
            self._under_way += change
            self._idle.notify_all()

    def finish(self, seconds: float = SECONDS_TO_FINISH) -> bool:
        """Refuses new questions and waits for the answers under way; returns whether all were given in time.

        It is called from another thread than the server's.
        """
        self.ending = True
        until = time.monotonic() + seconds
        with self._idle:
            while self._under_way and (left := until - time.monotonic()) > 0:
                self._idle.wait(left)
            return not self._under_way
