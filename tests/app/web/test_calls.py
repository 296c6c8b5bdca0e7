"""The replies to what the page's scripts call."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from app.web.calls import call_route

if TYPE_CHECKING:
    from collections.abc import Callable

HALF = "OECD 1.3 \ud800"


def called(function: Callable[..., Any], data: bytes) -> list[dict[str, Any]]:
    """The values that a call sends, one for each line."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": "POST", "path": "/calls/a/b",
        "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json")],
    }  # fmt: skip
    asyncio.run(call_route({"a/b": function}, lambda _: "en")(scope, receive, send))
    body = b"".join(each.get("body", b"") for each in sent)
    return [json.loads(line) for line in body.splitlines()]


@pytest.mark.parametrize("stream", [False, True])
def test_half_a_character_ends_no_reply(stream: bool) -> None:
    def one(data: dict[str, Any], _: str) -> str:
        assert data["text"] == HALF
        return f"said {data['text']}"

    def several(data: dict[str, Any], lang: str) -> Any:
        yield one(data, lang)
        yield "end"

    replies = called(several if stream else one, json.dumps({"text": HALF}).encode())
    assert replies[0] == {"value": "said OECD 1.3 ?"}
    assert replies[1:] == ([{"value": "end"}] if stream else [])


def test_a_body_nested_without_end_is_refused() -> None:
    (reply,) = called(lambda *_: "", b"[" * 200_000)
    assert reply == {"detail": "a call is a JSON object"}
