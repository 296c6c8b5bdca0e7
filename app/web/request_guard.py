"""Checks every request before gradio sees it, as a layer between the network and the page.

A page of another site can make a browser send requests to this machine, and can let its own name resolve to this
address (DNS rebinding), so that the browser takes both for one site. The headers ``Host`` and ``Origin``, which a page
cannot set, reveal both. Headers of a reverse proxy count only in requests from a proxy that the settings name, because
anyone can write such headers.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from kb.messages import words
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from kb.types import Notice

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Scope, Receive, Send], Awaitable[None]]
    Headers = list[tuple[bytes, bytes]]

MAX_BODY = 2 * 1024**2
"""Largest size of a request's body in bytes; the longest question takes a few thousand."""
MAX_HEADERS = 64 * 1024
BODIES_OF_CALLS = {
    "/calls/batch/read": 28 * 1024**2,
    "/calls/check/read": 28 * 1024**2,
    "/calls/list/": 16 * 1024**2,
}
"""Bounds in bytes for calls that send a file in base64 or all collected citations, by the beginning of their path."""
BY_PROXY = "kb.by_proxy"
"""The key of a request's scope that says whether it comes from a proxy that the settings name."""

WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, not listened on

_CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # the framework makes its scripts in the page
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "media-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # "no-referrer" would take the origin from the form for signing in
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
"""Headers of every reply, refusals included."""

_UNUSED_PARTS = frozenset(
    "component_server deep_link monitoring process_recording profiling reload run-history runs stream token"
    " undo-vibe-edit upload upload_progress vibe-code vibe-edit vibe-starter-queries".split()
)
"""Parts of gradio's paths that this page does not use: they write files, or show what others do."""


def _is_said_by_proxy(name: bytes) -> bool:
    return name.startswith((b"x-forwarded", b"x-gradio", b"x-original", b"x-rewrite")) or name in {
        b"forwarded",
        b"x-real-ip",
        b"x-direct-url",
    }


@dataclass(frozen=True, slots=True)
class GuardRules:
    """The addresses of the page: the one it listens on, further host names, and its proxies.

    ``proxies`` are addresses or networks (``10.0.0.0/8``). ``root`` is the path under which a proxy serves the page; a
    proxy may remove it from requests or leave it. ``sso_header`` is a header that only a proxy may write.
    """

    host: str
    names: frozenset[str] = frozenset()
    proxies: tuple[str, ...] = ()
    root: str = ""
    sso_header: str = ""

    def is_served(self, authority: str) -> bool:
        """Whether a ``Host`` is one under which a browser may reach this page.

        A page that listens on every address accepts any IP address: a name can be made to lead here, an IP address
        cannot.
        """
        name = host_name(authority)
        if name is None:
            return False
        if name in self.names:
            return True
        if is_loopback(self.host) or self.host in WILDCARDS:
            if name == "localhost":
                return True
            address = _ip_address(name)
            return address is not None and (self.host in WILDCARDS or address.is_loopback)
        return name == self.host.lower().strip("[]")

    def is_proxy(self, client: str) -> bool:
        """Whether a request comes from a proxy that the settings name."""
        address = _ip_address(client)
        return address is not None and any(address in ipaddress.ip_network(p, strict=False) for p in self.proxies)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    address = _ip_address(host.strip("[]"))
    return host == "localhost" or (address is not None and address.is_loopback)


def _ip_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def host_name(authority: str) -> str | None:
    """The name or address in a ``Host``, in lower case, without its port; ``None`` if it is malformed."""
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port
        name = parts.hostname
    except ValueError:
        return None
    plain = not (parts.username or parts.password or parts.path or parts.query or parts.fragment)
    return name.removesuffix(".") if name and plain and "@" not in authority else None


class RequestGuard:
    """An ASGI application in front of another: refuses bad requests, and adds the security headers to replies."""

    def __init__(
        self, application: Application, rules: GuardRules, language: Callable[[Mapping[str, str]], str]
    ) -> None:
        """:param language: the language of a person, by the headers ``cookie`` and ``accept-language``."""
        self._application = application
        self._rules = rules
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Checks one request and hands it on, or replies with 400, 403, 404, 413, 421 or 431."""
        if scope["type"] == "websocket":  # the page opens none
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        client = scope.get("client") or ("", 0)
        trusted = self._rules.is_proxy(str(client[0]))
        given: Headers = list(scope["headers"])
        scope[BY_PROXY] = trusted
        if not trusted:
            sso = self._rules.sso_header.lower().encode()
            scope["headers"] = [
                (name, value) for name, value in given if not _is_said_by_proxy(name.lower()) and name.lower() != sso
            ]
        else:
            self._believe_proxy(scope, given)
        is_root = bool(self._rules.root) and scope["path"] == self._rules.root and scope["method"] in {"GET", "HEAD"}
        self._leave_out_root(scope)
        refusal = self._why_refused(scope, trusted)
        if refusal is not None:
            await _send_refusal(send, *refusal, self._language_of(given))
            return
        if is_root:
            await self._send_to_page(scope, send)
            return
        body = _BoundedBody(receive, _bound_of(scope))
        answer = _GuardedReply(send, body)
        try:
            await self._application(scope, body.receive, answer.send)
        except Exception:
            if not body.exceeded:
                raise
        if body.exceeded and not answer.started:
            await _send_refusal(send, *_too_large(_bound_of(scope)), self._language_of(given))

    def _language_of(self, headers: Headers) -> str:
        """The language of a refusal: the one that the person chose, or that the browser prefers."""
        told = {name: _values_of(headers, name.encode()) for name in ("cookie", "accept-language")}
        return self._language({name: values[0] for name, values in told.items() if values})

    def _believe_proxy(self, scope: Scope, given: Headers) -> None:
        """Takes from a proxy's headers how the person reached it, and from where: the last address that is not a
        proxy's."""
        schemes = _values_of(given, b"x-forwarded-proto")
        if schemes and schemes[0] in {"http", "https"}:
            scope["scheme"] = schemes[0]
        hops = [hop.strip() for line in _values_of(given, b"x-forwarded-for") for hop in line.split(",")]
        for hop in reversed(hops[-20:]):
            if _ip_address(hop) is None:
                break
            scope["client"] = (hop, 0)
            if not self._rules.is_proxy(hop):
                break

    def _leave_out_root(self, scope: Scope) -> None:
        """Removes the path under which the page is served from a request's path, if the proxy left it."""
        root = self._rules.root
        path = str(scope["path"])
        if root and (path == root or path.startswith(f"{root}/")):
            scope["path"] = path[len(root) :] or "/"
            raw = scope.get("raw_path")
            if raw and raw.startswith(root.encode()):
                scope["raw_path"] = raw[len(root) :] or b"/"

    async def _send_to_page(self, scope: Scope, send: Send) -> None:
        """Redirects a request without the slash behind the path prefix of the page: relative addresses in the page need
        it."""
        query = scope.get("query_string", b"")
        to = f"{self._rules.root}/".encode() + (b"?" + query if query else b"")
        headers = [(b"location", to), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 308, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _why_refused(self, scope: Scope, trusted: bool) -> tuple[int, Notice] | None:
        """The status and reason for which a request is refused by its head; ``None`` if it may pass."""
        headers: Headers = scope["headers"]
        if sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS:
            return 431, notice("refused headers")
        hosts = _values_of(headers, b"host")
        forwarded = _values_of(headers, b"x-forwarded-host") if trusted else []
        if len(hosts) != 1 or len(forwarded) > 1:
            return 400, notice("refused host")
        authority = forwarded[0].split(",")[0].strip() if forwarded else hosts[0]
        if not self._rules.is_served(authority):
            return 421, notice("refused name")
        origins = _values_of(headers, b"origin")
        if any(_authority_of(origin) != authority.lower() for origin in origins):
            return 403, notice("refused site")
        fetched, mode = _values_of(headers, b"sec-fetch-site"), _values_of(headers, b"sec-fetch-mode")
        if fetched and fetched[0] not in {"same-origin", "none"} and not (mode == ["navigate"] and _only_reads(scope)):
            return 403, notice("refused site")
        # a file's own folders are no pages, and our own calls have other names
        theirs = "" if str(scope["path"]).startswith("/calls/") else str(scope["path"]).partition("file=")[0]
        path = theirs.strip("/").split("/")
        named_link = any(name == "deep_link" for name, _ in parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        if named_link or any(part in _UNUSED_PARTS or part.startswith("proxy=") for part in path):
            return 404, notice("refused page")
        lengths = _values_of(headers, b"content-length")
        if any(not length.isascii() or not length.isdigit() for length in lengths) or len(set(lengths)) > 1:
            return 400, notice("refused length")
        if lengths and (len(lengths[0]) > 12 or int(lengths[0]) > _bound_of(scope)):
            return _too_large(_bound_of(scope))
        return None


def _bound_of(scope: Scope) -> int:
    """The largest size of the body of a request, in bytes."""
    path = str(scope["path"])
    return next((bound for start, bound in BODIES_OF_CALLS.items() if path.startswith(start)), MAX_BODY)


def _too_large(bound: int) -> tuple[int, Notice]:
    return 413, notice("refused body", bound=bound)


def _only_reads(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"}


def _values_of(headers: Headers, wanted: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for name, value in headers if name.lower() == wanted]


def _authority_of(origin: str) -> str:
    """Host and port of an ``Origin``; empty for ``null`` and for malformed ones."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


class _BodyTooLargeError(Exception):
    """The body exceeds its bound; ends the handler that reads it."""


class _BoundedBody:
    """Hands on a body up to its bound, whatever length its head gives."""

    def __init__(self, receive: Receive, bound: int) -> None:
        self._receive = receive
        self._bound = bound
        self._n_bytes = 0
        self.exceeded = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._n_bytes += len(message.get("body", b""))
            if self._n_bytes > self._bound:
                self.exceeded = True
                raise _BodyTooLargeError
        return message


class _GuardedReply:
    """Sends a reply with the security headers, and knows whether it has begun.

    The reply of an application to a body that was cut off at the bound is not sent.
    """

    def __init__(self, send: Send, body: _BoundedBody) -> None:
        self._send = send
        self._body = body
        self.started = False

    async def send(self, message: Message) -> None:
        if self._body.exceeded and not self.started:
            return
        if message["type"] == "http.response.start":
            self.started = True
            ours = {name for name, _ in SECURITY_HEADERS}
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
            message = {**message, "headers": [*kept, *SECURITY_HEADERS]}
        await self._send(message)


async def _send_refusal(send: Send, status: int, reason: Notice, lang: str) -> None:
    """A refusal, with its reason as JSON."""
    body = json.dumps({"detail": words(reason, lang)}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(b"connection", b"close"), *SECURITY_HEADERS]  # the rest of the body is not read
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
