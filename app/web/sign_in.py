"""Identifies who sends a request: by a session, a name and password, or a proxy that vouches; nobody else is let in.

This is a layer in front of the page. If the app listens on this machine only and has no accounts, everybody on the
machine is let in. Sessions are signed cookies that no script can read and no other site can send; they end when the
password changes or the account is removed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import logging
import os
import secrets
import time
from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import anyio
import anyio.to_thread
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts import MAX_ACCOUNT_NAME, MAX_PASSWORD, AccountRole, Accounts, Person, account_key, write_private
from app.web.html.login import sign_in_elsewhere_page, sign_in_page
from app.web.request_guard import BY_PROXY
from kb.errors import ConfigError, KBError
from kb.messages import message
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from app.accounts import Account
    from app.web.request_guard import Application, Headers, Message, Receive, Scope, Send

SESSION_COOKIE = "kb-session"
SESSION_SECONDS = 12 * 3600
SHELF_COOKIE = "kb-shelf"
"""Names the part of the browser's storage that belongs to the account; scripts read it, and it grants nothing."""
PERSON = "kb.person"
"""The key of a request's scope under which the page finds the person."""
KEY_FILE = "session.key"

MAX_FORM = 8 * 1024
ATTEMPTS_OF_ADDRESS, ATTEMPTS_OF_NAME = 10, 20
ATTEMPT_SECONDS = 15 * 60
"""Seconds within which failed attempts are counted; after too many, an address or a name has to wait."""
MAX_VERIFYING = 8
"""Largest number of passwords that are verified or wait for it; each takes 64 MiB while it is verified, two at
a time."""
_REMEMBERED_SECONDS = 300
_SHELF_SECONDS = 365 * 24 * 3600
_OPEN_TO_ALL = frozenset({"/gradio_api/startup-events", "/favicon.ico", "/robots.txt"})
"""Paths that show nothing of a person; gradio itself requests the first one when it begins to serve."""
_FONTS = "/fonts/"
"""The beginning of the paths of fonts, which the sign-in page uses."""

_SIGN_IN_LOG = logging.getLogger(__name__)


_NOBODY = Person("", AccountRole.READER)
_WHO_ASKS: ContextVar[Person] = ContextVar("asking")


def person_of(scope: Scope) -> Person:
    """The person of a request; a reader without a name if this layer was not passed."""
    found = scope.get(PERSON)
    return found if isinstance(found, Person) else _NOBODY


def who_asks() -> Person:
    """The person of the request that the present code serves.

    Events of gradio's queue have a request of their own (:func:`person_of`, and :func:`app.web.endpoints.known_caller`
    for endpoints).
    """
    return _WHO_ASKS.get(_NOBODY)


@contextmanager
def asking_as(person: Person) -> Iterator[None]:
    """Sets the person who asks for the code in the block."""
    token = _WHO_ASKS.set(person)
    try:
        yield
    finally:
        _WHO_ASKS.reset(token)


def has_session(scope: Scope) -> bool:
    """Whether a request has a session, which its person can end; a sign-in by a proxy ends there."""
    return bool(cookies_of(scope).get(SESSION_COOKIE))


def need_editor(person: Person) -> None:
    """Checks that a person is an editor.

    :raises KBError: the person is a reader.
    """
    if not person.may_edit:
        raise KBError(notice("readers only"))


def signing_key(home: Path) -> str:
    """The key for signing cookies, stored in the home folder so that a restart ends no session."""
    path = home / KEY_FILE
    try:
        kept = path.read_text("ascii").strip()
        if len(kept) >= 64:
            return kept
    except (OSError, ValueError):
        kept = ""
    made = secrets.token_hex(32)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, made.encode())
    except OSError:  # a home folder that can only be read: sessions end with this process
        _SIGN_IN_LOG.info("the key of sessions is not kept: %s cannot be written", path)
    return made


class Attempts:
    """Counts failed attempts by key, and says how long a key has to wait. Its memory is bounded."""

    def __init__(self, limits: dict[str, int], seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """:param limits: for each kind of key, its first part, how many attempts are free within ``seconds``."""
        self._limits = limits
        self._seconds = seconds
        self._clock = clock
        self._made: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def wait(self, *keys: tuple[str, str]) -> float:
        """Seconds until these keys may try again; 0 if they may try now."""
        now, longest = self._clock(), 0.0
        for key in keys:
            made = [at for at in self._made.get(key, ()) if now - at < self._seconds]
            if len(made) >= self._limits[key[0]]:
                longest = max(longest, made[-self._limits[key[0]]] + self._seconds - now)
        return longest

    def count(self, *keys: tuple[str, str]) -> None:
        """Counts an attempt before its outcome is known, so that many simultaneous attempts count as many."""
        for key in keys:
            self._made.setdefault(key, []).append(self._clock())
            del self._made[key][: -self._limits[key[0]]]
            self._made.move_to_end(key)
        while len(self._made) > 20_000:
            self._made.popitem(last=False)

    def forget(self, *keys: tuple[str, str]) -> None:
        """Resets the keys after a successful attempt."""
        for key in keys:
            self._made.pop(key, None)


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The rules for a proxy that identifies people: the header with the name, and which names are editors."""

    header: str = ""
    editors: frozenset[str] = frozenset()

    def person(self, scope: Scope) -> Person | None:
        """The person that the proxy names; ``None`` if the header is missing, malformed or repeated."""
        if not self.header or not scope.get(BY_PROXY):
            return None
        wanted = self.header.lower().encode("latin-1")
        names = [value for name, value in scope["headers"] if name.lower() == wanted]
        if len(names) != 1:
            return None
        name = names[0].decode("utf-8", "replace").strip()
        if not name or len(name) > MAX_ACCOUNT_NAME or not name.isprintable() or "," in name:
            return None
        return Person(name, AccountRole.EDITOR if account_key(name) in self.editors else AccountRole.READER)


class SignIn:
    """An ASGI application in front of another: identifies people, shows the sign-in page, refuses others."""

    def __init__(
        self,
        application: Application,
        accounts: Accounts,
        key: str,
        language: Callable[[Mapping[str, str]], str],
        *,
        open_without: bool,
        sso: SingleSignOn | None = None,
        root: str = "",
    ) -> None:
        """:param open_without: whether everybody is let in as long as there are no accounts.
        :param language: the interface's language by the headers of a request.
        :param root: the path that the app is served under, without a slash at its end."""
        self._application = application
        self._accounts = accounts
        self._sso = sso or SingleSignOn()
        self._open_without = open_without and not self._sso.header
        self._language = language
        self._root = root
        self._sessions = URLSafeTimedSerializer(key, salt="kb session")
        self._shelf_key = f"kb shelf {key}".encode()
        self._attempts = Attempts({"address": ATTEMPTS_OF_ADDRESS, "name": ATTEMPTS_OF_NAME}, ATTEMPT_SECONDS)
        self._remembered: OrderedDict[bytes, float] = OrderedDict()
        self._memory_key = os.urandom(32)
        self._verifying = 0
        self._limiter: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request on with its person, or replies with the page for signing in, 303, 401, 403, 429 or 503."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        try:
            path = str(scope["path"]).rstrip("/")
            if path == "/logout" and scope["method"] == "POST":
                gone = self._shelf_line(scope, ""), self._cookie_header(scope, "", 0)
                await _reply(send, 303, b"", *gone, ("location", f"{self._root}/login"))
            elif path in _OPEN_TO_ALL or path.startswith(_FONTS):
                await self._application(scope, receive, send)
            elif path == "/login":
                await self._login(scope, receive, send)
            else:
                scope[PERSON] = person = await self._person(scope)
                if person is None:
                    await self._refuse(scope, send)
                else:
                    if path == "" and person.name:
                        send = self._with_shelf(scope, send, person.name)
                    with asking_as(person):
                        await self._application(scope, receive, send)
        except _TooManyAttempts as error:
            await self._refuse_for_now(scope, send, error.seconds)
        except ConfigError as error:  # the file of accounts; nobody is let in by a damaged one
            _SIGN_IN_LOG.error("%s", error)
            await _reply(send, 503, b'{"detail": "the accounts cannot be read"}', _JSON)

    # --- who asks

    async def _person(self, scope: Scope) -> Person | None:
        if self._open_without and not self._accounts.all():
            return Person("", AccountRole.EDITOR)
        by_proxy = self._sso.person(scope)
        if by_proxy is not None:
            return by_proxy
        account = self._of_session(scope)
        if account is None:
            given = _basic(scope)
            account = await self._verified(scope, *given) if given else None
        return Person(account.name, account.role) if account else None

    def _of_session(self, scope: Scope) -> Account | None:
        token = cookies_of(scope).get(SESSION_COOKIE, "")
        if not token or len(token) > 1000:
            return None
        try:
            name, mark = self._sessions.loads(token, max_age=SESSION_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return None
        account = self._accounts.find(str(name))
        return account if account and hmac.compare_digest(_mark_of_account(account), str(mark)) else None

    async def _verified(self, scope: Scope, name: str, password: str) -> Account | None:
        """The account if the password is its own.

        :raises _TooManyAttempts: this address or this name has to wait.
        """
        account = self._accounts.find(name)
        digest = hmac.new(
            self._memory_key, f"{account}\0{password}".encode("utf-8", "surrogatepass"), "sha256"
        ).digest()
        if account and self._remembered.get(digest, 0.0) > time.monotonic():
            return account
        keys = ("address", _address_of(scope)), ("name", account_key(name[:MAX_ACCOUNT_NAME]))
        seconds = self._attempts.wait(*keys)
        if seconds or self._verifying >= MAX_VERIFYING:
            raise _TooManyAttempts(seconds or 5)
        self._attempts.count(*keys)
        self._limiter = self._limiter or anyio.CapacityLimiter(2)
        self._verifying += 1
        try:
            found = await anyio.to_thread.run_sync(self._accounts.verified, name, password, limiter=self._limiter)
        finally:
            self._verifying -= 1
        if found:
            self._attempts.forget(*keys)
            self._remembered[digest] = time.monotonic() + _REMEMBERED_SECONDS
            while len(self._remembered) > 500:
                self._remembered.popitem(last=False)
        return found

    # --- replies

    async def _login(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in {"GET", "HEAD"}:
            await self._show_page(scope, send, 200, "", _query_of(scope))
            return
        if scope["method"] != "POST":
            await _reply(send, 405, b'{"detail": "a name and a password are posted here"}', _JSON)
            return
        given = dict(_fields_of((await _sent_form(receive)).decode("utf-8", "replace")))
        name, password, after = (given.get(field, "") for field in ("username", "password", "next"))
        account = None
        if name and password and len(name) <= MAX_ACCOUNT_NAME and len(password) <= MAX_PASSWORD:
            account = await self._verified(scope, name, password)
        if account is None:
            if _wants_page(scope):
                await self._show_page(scope, send, 401, "sign in wrong", after)
            else:
                await _reply(send, 401, b'{"detail": "name and password do not belong together"}', _JSON)
            return
        token = self._sessions.dumps([account.name, _mark_of_account(account)])
        cookie = self._cookie_header(scope, str(token), SESSION_SECONDS)
        if _wants_page(scope):
            query = urlencode(_fields_of(after[1:])) if after.startswith("?") else ""
            await _reply(send, 303, b"", cookie, ("location", f"{self._root}/{f'?{query}' if query else ''}"))
        else:
            await _reply(send, 200, b'{"success": true}', _JSON, cookie)

    async def _show_page(
        self, scope: Scope, send: Send, status: int, problem: str, after: str, minutes: int = 0
    ) -> None:
        lang = self._words_in(scope)
        problem_words = (
            message(lang, problem, minutes=minutes) if minutes else message(lang, problem) if problem else ""
        )
        page = sign_in_page(lang, f"{self._root}/login", problem_words, after[:2000])
        wait = (("retry-after", str(minutes * 60)),) if minutes else ()
        await _reply(send, status, page.encode(), _HTML, *wait)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        if self._sso.header and not self._accounts.all():
            lang = self._words_in(scope)
            text = message(lang, "sign in elsewhere")
            if _wants_page(scope):
                await _reply(send, 401, sign_in_elsewhere_page(lang, text).encode(), _HTML)
                return
            await _reply(send, 401, json.dumps({"detail": text}).encode(), _JSON)
        elif _wants_page(scope) and scope["method"] == "GET":
            query = _query_of(scope)
            await _reply(send, 303, b"", ("location", f"{self._root}/login{query}"))
        else:
            text = message(self._words_in(scope), "sign in needed")
            await _reply(send, 401, json.dumps({"detail": text}).encode(), _JSON)

    async def _refuse_for_now(self, scope: Scope, send: Send, seconds: float) -> None:
        minutes = max(1, round(seconds / 60 + 0.49))
        if _wants_page(scope):
            await self._show_page(scope, send, 429, "sign in too often", "", minutes)
        else:
            text = message(self._words_in(scope), "sign in too often", minutes=minutes)
            await _reply(send, 429, json.dumps({"detail": text}).encode(), _JSON, ("retry-after", str(minutes * 60)))

    def _words_in(self, scope: Scope) -> str:
        return self._language({name: _header(scope, name.encode()) for name in ("cookie", "accept-language")})

    def _with_shelf(self, scope: Scope, send: Send, name: str) -> Send:
        """Sends the page with the cookie that tells its scripts which part of the storage to use."""
        mark = hmac.new(self._shelf_key, account_key(name).encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:16]
        line = tuple(part.encode("latin-1") for part in self._shelf_line(scope, mark))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [line, *message.get("headers", ())]}
            await send(message)

        return sent

    def _shelf_line(self, scope: Scope, mark: str) -> tuple[str, str]:
        seconds, secure = _SHELF_SECONDS if mark else 0, scope["scheme"] == "https"
        return "set-cookie", cookie_line(SHELF_COOKIE, mark, seconds, self._root, secure, "Strict", for_scripts=True)

    def _cookie_header(self, scope: Scope, value: str, seconds: int) -> tuple[str, str]:
        return "set-cookie", cookie_line(SESSION_COOKIE, value, seconds, self._root, scope["scheme"] == "https")


class _TooManyAttempts(Exception):  # ends the reading of one request
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


_HTML = ("content-type", "text/html; charset=utf-8")
_JSON = ("content-type", "application/json")


def cookie_line(
    name: str, value: str, seconds: int, root: str, secure: bool, same_site: str = "Lax", *, for_scripts: bool = False
) -> str:
    """The header value that sets a cookie for ``seconds``, 0 to remove it. Scripts can read it only with
    ``for_scripts``."""
    kept_from_scripts = "" if for_scripts else " HttpOnly;"
    line = f"{name}={value}; Path={root or '/'}; Max-Age={seconds};{kept_from_scripts} SameSite={same_site}"
    return f"{line}; Secure" if secure else line


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of a request by name; malformed ones are left out."""
    found: dict[str, str] = {}
    for part in _header(scope, b"cookie").split(";"):
        try:
            found |= {name: morsel.value for name, morsel in SimpleCookie(part.strip()).items()}
        except CookieError:
            continue
    return found


def _mark_of_account(account: Account) -> str:
    """A part of the password's hash for the session, so that the session ends when the password changes."""
    return hashlib.sha256(account.password.encode()).hexdigest()[:32]


def _header(scope: Scope, wanted: bytes) -> str:
    headers: Headers = scope["headers"]
    return next((value.decode("latin-1") for name, value in headers if name.lower() == wanted), "")


def _fields_of(text: str) -> list[tuple[str, str]]:
    """The fields of a form or a query; none if there are too many."""
    try:
        return parse_qsl(text, max_num_fields=20)
    except ValueError:
        return []


def _query_of(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    kept = urlencode(_fields_of(query)) if len(query) <= 2000 else ""
    return f"?{kept}" if kept else ""


def _wants_page(scope: Scope) -> bool:
    return "text/html" in _header(scope, b"accept")


def _address_of(scope: Scope) -> str:
    """The address for counting attempts; of IPv6 the network of one person."""
    host = str((scope.get("client") or ("", 0))[0])
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else host


def _basic(scope: Scope) -> tuple[str, str] | None:
    """Name and password of an ``Authorization`` header, for programs."""
    kind, _, value = _header(scope, b"authorization").partition(" ")
    if kind.lower() != "basic" or len(value) > 2000:
        return None
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon and name and password and len(name) <= MAX_ACCOUNT_NAME else None


async def _sent_form(receive: Receive) -> bytes:
    """The fields of a form; a body longer than :data:`MAX_FORM` is not a form of ours."""
    found, more = b"", True
    while more:
        event: Message = await receive()
        if event["type"] != "http.request":
            return b""
        found += event.get("body", b"")
        more = bool(event.get("more_body")) and len(found) <= MAX_FORM
    return found if len(found) <= MAX_FORM else b""


async def _reply(send: Send, status: int, body: bytes, *headers: tuple[str, str]) -> None:
    lines: list[tuple[bytes, bytes]] = [(n.encode("latin-1"), v.encode("latin-1", "replace")) for n, v in headers]
    lines += [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": lines}
    await send(start)
    await send({"type": "http.response.body", "body": body})
