"""A scripted endpoint for chat completions over real HTTP on 127.0.0.1, which can also misbehave as a test asks."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from kb.answering.drafting import draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.types import Answer


@dataclass
class Asked:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def request(self) -> str:
        return str(self.body["messages"][-1]["content"])


@dataclass
class Scripted:
    """The server's address and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


def event(text: str | None = None, reason: str | None = None) -> bytes:
    """One event of a stream."""
    delta = {} if text is None else {"content": text}
    chunk = {
        "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }  # fmt: skip
    return f"data: {json.dumps(chunk)}\n\n".encode()


class Reply:
    """What a script writes with."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self.handler = handler

    def head(self, status: int = 200, kind: str = "text/event-stream", **more: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        for name, value in more.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def say(self, text: str, piece: int = 7) -> None:
        """A whole reply as a well-behaved endpoint streams it."""
        self.head()
        for at in range(0, len(text), piece):
            self.write(event(text[at : at + piece]))
        self.write(event(None, "stop") + b"data: [DONE]\n\n")


@contextmanager
def scripted(script: Callable[[Reply, Asked], None]) -> Iterator[Scripted]:
    """A server that runs ``script`` for every request."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # the end of the connection ends a reply, as with the simplest servers

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            found.asked.append(asked)
            with suppress(OSError):  # the client has gone
                script(Reply(self), asked)

        def do_GET(self) -> None:
            found.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, {}))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    found = Scripted(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def forever(seconds: float = 20.0) -> Iterator[None]:
    """Turns of a loop that a failing test would leave after ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield


def rephrased(answer: Answer, *arguments: Any, **options: Any) -> Answer:
    """The answer with the whole draft of :func:`kb.answering.drafting.draft`."""
    *_, last = draft(answer, *arguments, **options)
    return last
