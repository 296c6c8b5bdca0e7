"""Functions that the page's scripts call: ``kb.call("screen/name", data)`` of ``scripts/frame.js``.

A call is a POST of a JSON object to ``calls/SCREEN/NAME``, behind the request guard like everything else. Its reply is
``{"value": …}``, or ``{"problem": …}`` with one line in the person's language. The reply of a generator has such a line
for each value. An exception becomes a problem line as well, and its traceback is never sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from kb.errors import KBError
from kb.messages import LANGUAGES, error_words, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    Call = Callable[[Mapping[str, Any], str], Any]
else:
    Call = object  # the framework of the page reads annotations

LANGUAGE_COOKIE = "kb-language"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Download:
    """A file as the value of a call: the browser saves it under ``name``."""

    name: str
    data: bytes
    media_type: str


def file_route(path: str, found: Callable[[str], bytes | None], media_type: str, kept: str) -> Route:
    """The route of files by ``{name}`` in ``path``: ``found`` gives the bytes of a file, ``kept`` is the
    ``cache-control`` header."""

    async def reply(request: Request) -> Response:
        data = found(request.path_params["name"])
        if data is None:
            return JSONResponse({"detail": "there is no such file"}, 404)
        return Response(data, media_type=media_type, headers={"cache-control": kept})

    return Route(path, reply, methods=["GET"])


def chosen_language(cookies: str) -> str:
    """The language that a person chose in this browser; empty if none was chosen."""
    try:
        found = SimpleCookie(cookies[:4000]).get(LANGUAGE_COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None and found.value in LANGUAGES else ""


def call_route(functions: Mapping[str, Call], language: Callable[[Mapping[str, str]], str]) -> Route:
    """The route of all calls; ``functions`` by ``screen/name``, ``language`` from the headers of a request."""

    async def reply(request: Request) -> Response:
        function = functions.get(f"{request.path_params['screen']}/{request.path_params['name']}")
        if function is None:
            return JSONResponse({"detail": "there is no such page"}, 404)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return JSONResponse({"detail": "a call is JSON"}, 415)
        lang = language(request.headers)
        try:
            data = json.loads(await request.body())
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return JSONResponse({"detail": "a call is a JSON object"}, 400)
        found = await run_in_threadpool(_outcome, lambda: function(data, lang), lang)
        if isinstance(found, Iterator):
            return StreamingResponse(_sent_lines(found, lang), media_type="application/x-ndjson", headers=_NOT_KEPT)
        if isinstance(found, Download):
            named = {"content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
            return Response(found.data, media_type=found.media_type, headers={**_NOT_KEPT, **named})
        return Response(_json_reply(found), media_type="application/json", headers=_NOT_KEPT)

    return Route("/calls/{screen}/{name}", reply, methods=["POST"])


def image_route(image: Callable[[str, int], bytes | None]) -> Route:
    """The route of page images: ``pages/DOCUMENT/PAGE.png``."""

    async def reply(request: Request) -> Response:
        data = await run_in_threadpool(image, request.path_params["doc_id"], request.path_params["page"])
        if data is None:
            return JSONResponse({"detail": "there is no such page"}, 404)
        return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=86400"})

    return Route("/pages/{doc_id}/{page:int}.png", reply, methods=["GET"])


_NOT_KEPT = {"cache-control": "no-store"}


def _json_reply(found: Mapping[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")


def _outcome(work: Callable[[], Any], lang: str) -> Any:
    """The result of a function, ready to be sent; for an error the line about it."""
    try:
        value = work()
    except KBError as error:
        return {"problem": error_words(error, lang)}
    except Exception:
        _LOG.exception("a call failed")
        return {"problem": message(lang, "general problem")}
    return value if isinstance(value, (Iterator, Download)) else {"value": value}


_NO_MORE = object()


def _sent_lines(values: Iterator[Any], lang: str) -> Iterator[bytes]:
    while True:
        found = _outcome(lambda: next(values, _NO_MORE), lang)
        if found.get("value") is _NO_MORE:
            return
        yield _json_reply(found) + b"\n"
        if "problem" in found:
            return
