"""The app served on loopback for a test, and requests to it over real connections."""

from __future__ import annotations

import asyncio
import http.client
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from app.machine import Actions
from app.settings import Settings
from app.web.framework_environment import framework_environment
from app.web.handlers import Handlers
from app.web.page import launch
from ingest.drafts.reading import read_draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.web.request_guard import Application
    from kb.knowledge_base import KnowledgeBase


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def actions_over(base: KnowledgeBase) -> Actions:
    """The actions for programs over a knowledge base."""
    return Actions(lambda: base, read_draft)


@contextmanager
def served(home: Path, base: KnowledgeBase | None = None, programs: bool = True, **given: Any) -> Iterator[int]:
    """The port of the app over a home; what is given are settings, and ``tools`` and ``stopping`` of the launch."""
    number = free_port()
    launched = {name: given.pop(name) for name in ("tools", "stopping") if name in given}
    settings = Settings(home=str(home), port=number, **given)
    with framework_environment(home):
        desk = Handlers(settings, base)
        actions = Actions(desk.base, read_draft) if programs else None
        blocks = launch(desk, actions, **launched)
        try:
            yield number
        finally:
            blocks.close(verbose=False)


def fetched(
    port: int, path: str, method: str = "GET", body: bytes | Iterator[bytes] | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of a reply; a header's name is given with underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    sent = {"Host": f"127.0.0.1:{port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {k: v for k, v in sent.items() if v}, encode_chunked=False)
        reply = connection.getresponse()
        return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read().decode()
    finally:
        connection.close()


def replied(
    application: Application, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], str]:
    """As :func:`fetched`, of an application in this process: without a server, and so at once."""
    sent = {"Host": "127.0.0.1"} | {name.replace("_", "-"): value for name, value in headers.items()}
    path, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http", "method": method, "path": unquote(path), "raw_path": path.encode(), "scheme": "http",
        "query_string": query.encode(), "client": ("127.0.0.1", 50000),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items() if value],
    }  # fmt: skip
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(application(scope, receive, send))
    start = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
    return messages[0]["status"], start, b"".join(each.get("body", b"") for each in messages[1:]).decode()
