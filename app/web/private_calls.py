"""Lets only the page itself make its internal calls; programs use the named endpoints.

This is a layer in front of the page. The page sends a signed cookie that no script can read and that no other site
sends along; without it, a call of anything but a named endpoint is refused. Gradio's routes for calls without a queue
are closed.
"""

from __future__ import annotations

import json
import logging
import secrets
from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.web.sign_in import cookie_line, cookies_of
from kb.messages import message as message_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.web.request_guard import Application, Message, Receive, Scope, Send

_LOG_OF_CALLS = logging.getLogger(__name__)
PAGE_COOKIE = "kb-page"
PAGE_SECONDS = 7 * 24 * 3600
"""Seconds for which an open page may make calls; then it must be loaded again."""

_PREFIX = "/gradio_api"
_CALL = f"{_PREFIX}/call/"
_JOIN = f"{_PREFIX}/queue/join"
_CALLS = "/calls/"
_SHUT_DOORS = (f"{_PREFIX}/run/", f"{_PREFIX}/api/")
_OF_PROGRAMS = (f"{_PREFIX}/info", f"{_PREFIX}/openapi.json", _CALL)


class PrivateCalls:
    """An ASGI application in front of another: refuses calls of unnamed endpoints unless they come from the page."""

    def __init__(
        self, application: Application, endpoints: Callable[[], dict[int, str]], key: str, root: str = ""
    ) -> None:
        """:param endpoints: the named endpoints: the framework's number of each, and its name.
        :param root: the path that the app is served under, without a slash at its end."""
        self._application = application
        self._endpoints = endpoints
        self._pages = URLSafeTimedSerializer(key, salt="kb page")
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on, or replies with 403 or 404."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        path = str(scope["path"])
        if path == "/" and scope["method"] == "GET" and not self._is_page(scope):
            await self._application(scope, receive, self._with_cookie(scope, send))
            return
        if path.startswith(_SHUT_DOORS):
            await _refuse_call(send, 404, "there is no such page")
            return
        if path.startswith(_OF_PROGRAMS) and not self._endpoints():
            await _refuse_call(send, 404, "the endpoints for programs are switched off (--no-api)")
            return
        if path.startswith(_CALL):
            name = path.removeprefix(_CALL).removeprefix("v2/").partition("/")[0]
            if name not in self._endpoints().values():
                await _refuse_call(send, 404, f"the endpoints are: {', '.join(self._endpoints().values())}")
                return
            if scope["method"] == "POST":
                await self._begun(scope, receive, send)
                return
        if (path.rstrip("/") == _JOIN or path.startswith(_CALLS)) and not self._is_page(scope):
            body = _KeptBody(receive)
            if path.rstrip("/") != _JOIN or not await self._names_an_endpoint(body):
                await _refuse_call(send, 403, "only the page itself calls this; load it again")
                return
            receive = body.receive
        await self._application(scope, receive, send)

    async def _begun(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a program begin a call; the endpoint does its work later.

        The framework fails here with a ``TypeError`` if the arguments are not those of the endpoint. That is the
        program's fault and is reported to it; any other failure is ours.
        """
        failed, is_of_arguments = False, True

        async def sent(message: Message) -> None:
            nonlocal failed
            failed = failed or (message["type"] == "http.response.start" and message["status"] == 500)
            if not failed:
                await send(message)

        try:
            await self._application(scope, receive, sent)
        except Exception as error:
            if not failed:
                raise
            is_of_arguments = isinstance(error, (TypeError, ValueError))
            if not is_of_arguments:
                _LOG_OF_CALLS.exception("a call could not be begun")
        if failed and not is_of_arguments:
            await _refuse_call(send, 500, message_in_words("en", "general problem"))
        elif failed:
            await _refuse_call(send, 400, f"the arguments are not those of this endpoint; {_PREFIX}/info names them")

    def _is_page(self, scope: Scope) -> bool:
        token = cookies_of(scope).get(PAGE_COOKIE, "")
        try:
            self._pages.loads(token[:500], max_age=PAGE_SECONDS)
        except BadSignature:
            return False
        return True

    def _with_cookie(self, scope: Scope, send: Send) -> Send:
        token = str(self._pages.dumps(secrets.token_hex(8)))
        line = cookie_line(PAGE_COOKIE, token, PAGE_SECONDS, self._root, scope["scheme"] == "https", "Strict")

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message = {**message, "headers": [*message.get("headers", ()), (b"set-cookie", line.encode())]}
            await send(message)

        return sent

    async def _names_an_endpoint(self, body: _KeptBody) -> bool:
        """Whether a call that joins the queue is one of a named endpoint."""
        try:
            asked: Any = json.loads(await body.read())
        except (ValueError, RecursionError):
            return False
        number = asked.get("fn_index") if isinstance(asked, dict) else None
        return isinstance(number, int) and not isinstance(number, bool) and number in self._endpoints()


class _KeptBody:
    """A request body that was read here and is handed on; the guard before it has bounded its size."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._messages: list[Message] = []

    async def read(self) -> bytes:
        more = True
        while more:
            message = await self._receive()
            self._messages.append(message)
            more = message["type"] == "http.request" and bool(message.get("more_body"))
        return b"".join(message.get("body", b"") for message in self._messages)

    async def receive(self) -> Message:
        return self._messages.pop(0) if self._messages else await self._receive()


async def _refuse_call(send: Send, status: int, reason: str) -> None:
    body = json.dumps({"detail": reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
