"""A language model behind any OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp and the like.

The only importer of ``openai``. Whatever goes wrong at the endpoint becomes a :class:`kb.errors.GeneratorError` of one
line, which carries neither the key nor words of the endpoint's own.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2
import openai

from kb.errors import GeneratorError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.types import Notice

MAX_PIECE = 20_000
"""Number of characters that one event of a stream may have."""
_MOST_BYTES, _MOST_BYTES_OF_TOKEN = 1_000_000, 2_000
"""Bytes of a reply: so many, and so many for each token that is asked for. An event is a few hundred bytes; a line that
does not end would else be gathered until the time is over."""


_HEADERS = frozenset("host accept accept-encoding authorization connection content-type content-length".split())
"""The headers that are sent. The client library would add the machine's system and versions, and headers from
``OPENAI_*``."""


_NO_KEY = "none"


class OpenAIGenerator:
    """A :class:`kb.protocols.Generator` over chat completions. Safe to share: every request has its own connection."""

    def __init__(
        self, base_url: str, model: str, api_key: str = "", timeout: float = 30.0, max_tokens: int = 400
    ) -> None:
        self._base_url = base_url
        self._model = model
        self._key = api_key
        self._timeout = timeout
        self._max_tokens = max_tokens
        self.host = urlsplit(base_url).hostname or ""

    def generate(self, instructions: str, request: str) -> Iterator[str]:
        """Pieces of the reply in order, within the time limit as a whole.

        :raises GeneratorError: the endpoint is absent, slow, refuses, redirects, breaks off, or sends something else.
        """
        if not self._model:
            raise GeneratorError(notice("model no name"))
        deadline = time.monotonic() + self._timeout
        pieces: queue.Queue[str | Exception | None] = queue.Queue(maxsize=64)
        stop = threading.Event()
        client = self._client()
        # in a thread of its own, because a server that sends a byte now and then never meets a read timeout
        reader = threading.Thread(
            target=self._read, args=(client, instructions, request, pieces, stop), daemon=True, name="llm"
        )
        reader.start()
        try:
            while True:
                try:
                    piece = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
                except queue.Empty:
                    raise GeneratorError(self._at(self._too_slow())) from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise GeneratorError(self._reason(piece)) from None
                if time.monotonic() > deadline:
                    raise GeneratorError(self._at(self._too_slow()))
                yield piece
        finally:
            stop.set()
            if reader.is_alive():
                client.close()  # wakes the reader at its next byte
            reader.join(0.2)

    def _client(self) -> openai.OpenAI:
        local = self.host in {"localhost", "127.0.0.1", "::1"}
        http = openai.DefaultHttpxClient(
            follow_redirects=False,  # the key goes to the host that was named, and the question too
            trust_env=not local,  # a proxy cannot reach this machine's own address
            timeout=self._timeout,
            event_hooks={"request": [self._only_ours], "response": [self._bounded]},
        )
        client = openai.OpenAI(
            base_url=self._base_url,
            api_key=self._key or _NO_KEY,
            http_client=http,
            timeout=self._timeout,
            max_retries=0,
        )
        return client

    def _only_ours(self, request: Any) -> None:
        for name in [n for n in request.headers if n.lower() not in _HEADERS]:
            del request.headers[name]
        request.headers["Accept-Encoding"] = "identity"
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        else:
            request.headers.pop("Authorization", None)

    def _bounded(self, response: httpx2.Response) -> None:
        """Limits the size of a reply, and reads it without unpacking: a compressed reply was not requested."""
        response.headers.pop("content-encoding", None)
        most = _MOST_BYTES + _MOST_BYTES_OF_TOKEN * self._max_tokens
        response.stream = _BoundedBytes(response.stream, most)

    def _read(
        self,
        client: openai.OpenAI,
        instructions: str,
        request: str,
        pieces: queue.Queue[str | Exception | None],
        stop: threading.Event,
    ) -> None:
        """Puts the pieces of a reply into the queue, then ``None``, or what went wrong."""
        end: Exception | None = None
        try:
            for piece in self._pieces(client, instructions, request):
                if not _put(pieces, piece, stop):
                    return
        except Exception as error:  # any exception: an endpoint may send data on which the library fails
            end = error
        finally:
            client.close()
        _put(pieces, end, stop)

    def _pieces(self, client: openai.OpenAI, instructions: str, request: str) -> Iterator[str]:
        finished = False
        with client.chat.completions.create(
            model=self._model,
            messages=[{"role": "system", "content": instructions}, {"role": "user", "content": request}],
            stream=True,
            temperature=0,
            max_tokens=self._max_tokens,
        ) as stream:
            kind = stream.response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "text/event-stream":
                sent = _plain(kind)
                raise _Unexpected(notice("model sent kind", kind=sent) if sent else notice("model sent untyped"))
            chunk: Any  # the library does not validate the reply against its types
            for chunk in stream:
                choices = chunk.choices
                if not choices:
                    continue
                text = choices[0].delta.content if choices[0].delta else None
                if text is not None and (not isinstance(text, str) or len(text) > MAX_PIECE):
                    raise _Unexpected(notice("model sent no text"))
                if text:
                    yield text
                reason = choices[0].finish_reason
                if reason == "length":
                    raise _Unexpected(notice("model cut off", n=self._max_tokens))
                if reason == "content_filter":
                    raise _Unexpected(notice("model filtered"))
                if reason:
                    finished = True
                    break
        if not finished:
            raise _Unexpected(notice("model incomplete"))

    def _reason(self, error: Exception) -> Notice:
        """The cause of a failure in a few words, none of the endpoint's."""
        return self._at(self._what_happened(error))

    def _at(self, what: Notice) -> Notice:
        return notice("model at", host=self.host, what=what)

    def _too_slow(self) -> Notice:
        return notice("model too slow", seconds=f"{self._timeout:g}")

    def _what_happened(self, error: Exception) -> Notice:
        if isinstance(error, _Unexpected):
            return error.what
        if isinstance(error, openai.APITimeoutError):
            return self._too_slow()
        if isinstance(error, openai.APIStatusError):
            status = error.status_code
            known = notice("model redirects") if 300 <= status < 400 else _STATUS.get(status)
            if known is None:
                return notice("model answered", status=status)
            return notice("model answered why", status=status, why=known)
        if isinstance(error, openai.APIConnectionError):
            return notice("model not reached")
        if isinstance(error, openai.APIError):
            return notice("model reported")
        if isinstance(error, (ValueError, TypeError, AttributeError, LookupError)):
            return notice("model no stream")
        return notice("model broke off", why=type(error).__name__)


_STATUS = {
    400: notice("model request unknown"),
    401: notice("model key refused"),
    403: notice("model key may not"),
    404: notice("model not there"),
    413: notice("model request large"),
    429: notice("model many requests"),
    500: notice("model server fault"),
    502: notice("model server fault"),
    503: notice("model overloaded"),
}


def _put(pieces: queue.Queue[str | Exception | None], piece: str | Exception | None, stop: threading.Event) -> bool:
    """Puts a piece into the queue as soon as there is room; false where the reader left before."""
    while not stop.is_set():
        try:
            pieces.put(piece, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False


class _Unexpected(Exception):
    """The endpoint answered otherwise than asked; the words are the project's, not the endpoint's."""

    def __init__(self, what: Notice) -> None:
        super().__init__(what)
        self.what = what


class _BoundedBytes(httpx2.SyncByteStream):
    """The bytes of a reply as they come, up to a bound."""

    def __init__(self, stream: Any, most: int) -> None:
        self._stream = stream
        self._most = most

    def __iter__(self) -> Iterator[bytes]:
        came = 0
        for piece in self._stream:
            came += len(piece)
            if came > self._most:
                raise _Unexpected(notice("model sent much"))
            yield piece

    def close(self) -> None:
        """Closes the connection."""
        self._stream.close()


def _plain(text: str) -> str:
    return "".join(c for c in text[:40] if c.isalnum() or c in "/-+.")
