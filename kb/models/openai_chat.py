"""Edge: a language model behind any OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp and the like.

The only importer of ``openai``. Whatever goes wrong at the endpoint becomes a :class:`kb.errors.GeneratorError` of one
line, which carries neither the key nor words of the endpoint's own.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openai

from kb.errors import GeneratorError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PIECE = 20_000
"""Characters one event of a stream may carry."""


_HEADERS = frozenset("host accept accept-encoding authorization connection content-type content-length".split())
"""What is sent. The client library would add the machine's system and versions, and headers from ``OPENAI_*``."""


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
            raise GeneratorError("has no name: set KB_LLM_MODEL beside KB_LLM_BASE_URL")
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
                    raise GeneratorError(f"at {self.host} did not finish within {self._timeout:g} s") from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise GeneratorError(self._reason(piece)) from None
                if time.monotonic() > deadline:
                    raise GeneratorError(f"at {self.host} did not finish within {self._timeout:g} s")
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
            event_hooks={"request": [self._only_ours]},
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
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        else:
            request.headers.pop("Authorization", None)

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
        except Exception as error:  # anything at all: an endpoint may send what makes the library stumble
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
                raise _Unexpected(f"sent {_plain(kind) or 'something untyped'} instead of a stream")
            chunk: Any  # the library does not check what it reads against its types
            for chunk in stream:
                choices = chunk.choices
                if not choices:
                    continue
                text = choices[0].delta.content if choices[0].delta else None
                if text is not None and (not isinstance(text, str) or len(text) > MAX_PIECE):
                    raise _Unexpected("sent something that is no piece of text")
                if text:
                    yield text
                reason = choices[0].finish_reason
                if reason == "length":
                    raise _Unexpected(f"was cut off at {self._max_tokens} tokens (KB_LLM_MAX_TOKENS)")
                if reason == "content_filter":
                    raise _Unexpected("was stopped by its content filter")
                if reason:
                    finished = True
                    break
        if not finished:
            raise _Unexpected("broke off before the reply was complete")

    def _reason(self, error: Exception) -> str:
        """The cause of a failure in a few words, none of the endpoint's."""
        where = f"at {self.host}"
        if isinstance(error, _Unexpected):
            return f"{where} {error}"
        if isinstance(error, openai.APITimeoutError):
            return f"{where} did not finish within {self._timeout:g} s"
        if isinstance(error, openai.APIStatusError):
            status = error.status_code
            known = _STATUS.get(status, "")
            if 300 <= status < 400:
                known = "redirects elsewhere, which is not followed"
            return f"{where} answered HTTP {status}" + (f" ({known})" if known else "")
        if isinstance(error, openai.APIConnectionError):
            return f"{where} cannot be reached, or broke off"
        if isinstance(error, openai.APIError):
            return f"{where} reported an error"
        if isinstance(error, (ValueError, TypeError, AttributeError, LookupError)):
            return f"{where} sent something that is no stream of chat completions"
        return f"{where} broke off ({type(error).__name__})"


_STATUS = {
    400: "the request is not understood: is it the right kind of endpoint?",
    401: "the key is refused: see KB_LLM_API_KEY",
    403: "the key may not do this",
    404: "no such address or model: see KB_LLM_BASE_URL and KB_LLM_MODEL",
    413: "the request is too large",
    429: "too many requests, or no credit",
    500: "an error of the server",
    502: "an error of the server",
    503: "it is overloaded or starting",
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
    """The endpoint answered otherwise than asked; the text is the project's, not the endpoint's."""


def _plain(text: str) -> str:
    return "".join(c for c in text[:40] if c.isalnum() or c in "/-+.")
