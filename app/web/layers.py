"""The layers between the network and the page, in their order; each is an ASGI application in front of the next.

The first checks the headers of a request, the second identifies the person, the third refuses calls that only the page
may make, and the last counts requests under way, so that the app stops without losing an answer.
"""

from __future__ import annotations

import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from app.accounts import Accounts, account_key
from app.web.framework_environment import MAX_TEMPORARY, trim_folder
from app.web.private_calls import PrivateCalls
from app.web.request_guard import GuardRules, RequestGuard, is_loopback
from app.web.sign_in import SignIn, SingleSignOn, signing_key
from app.web.stopping import Stopping
from kb.errors import ConfigError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from app.settings import Settings
    from app.web.request_guard import Application, Receive, Scope, Send

MCP_PATH = "/mcp"
THREADS = 128
_SECONDS_BETWEEN_TRIMS = 60.0


def check_who_may_come(settings: Settings) -> None:
    """Checks that an address which other machines can reach is not open to everybody.

    :raises ConfigError: it would be open; the error says what to do.
    """
    if settings.sso_header and not settings.proxies:
        raise ConfigError(notice("sso without proxies"))
    if is_loopback(settings.host) or settings.sso_header or Accounts(settings.home_path).all():
        return
    raise ConfigError(notice("host without accounts", host=settings.host))


@dataclass(frozen=True, slots=True)
class Tools:
    """The application that answers under ``/mcp``, and the context that is entered while it serves."""

    application: Application
    running: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Layers:
    """The applications in front of the page; ``stopping`` ends it without losing an answer."""

    settings: Settings
    language: Callable[[Mapping[str, str]], str]
    endpoints: Callable[[], dict[int, str]]
    stopping: Stopping
    tools: Tools | None = None

    @asynccontextmanager
    async def around(self, page: Application) -> AsyncIterator[Application]:
        """The page with its layers in front, for as long as it is served."""
        # each waiting person holds a thread, and look-ups need some besides
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        self.stopping.application = _Trimmed(_WithTools(page, self.tools))
        if self.tools is None:
            yield self.guarded()
            return
        async with self.tools.running():
            yield self.guarded()

    def guarded(self) -> Application:
        """The layers down to ``stopping``, which is directly in front of the page."""
        settings = self.settings
        key, root = signing_key(settings.home_path), settings.root_path
        private = PrivateCalls(self.stopping, self.endpoints, key, root)
        editors = frozenset(map(account_key, settings.single_sign_on_editors))
        signed_in = SignIn(
            private,
            Accounts(settings.home_path),
            key,
            self.language,
            open_without=is_loopback(settings.host),
            sso=SingleSignOn(settings.sso_header, editors),
            root=root,
        )
        rules = GuardRules(settings.host, settings.served_names, settings.proxies, root, settings.sso_header)
        return RequestGuard(signed_in, rules, self.language)


class _WithTools:
    """Answers requests under ``/mcp`` with the tools, if there are any."""

    def __init__(self, page: Application, tools: Tools | None) -> None:
        self._page = page
        self._tools = tools

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._tools is not None and scope["type"] == "http" and str(scope["path"]).rstrip("/") == MCP_PATH:
            await self._tools.application({**scope, "path": MCP_PATH, "root_path": ""}, receive, send)
        else:
            await self._page(scope, receive, send)


class _Trimmed:
    """Keeps the temporary folder of the app within its bound, checked now and then at a request."""

    def __init__(self, page: Application) -> None:
        self._page = page
        self._looked = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._page(scope, receive, send)
        folder = os.environ.get("GRADIO_TEMP_DIR")
        if folder and scope["type"] == "http" and time.monotonic() - self._looked > _SECONDS_BETWEEN_TRIMS:
            self._looked = time.monotonic()
            await anyio.to_thread.run_sync(trim_folder, Path(folder), MAX_TEMPORARY)
