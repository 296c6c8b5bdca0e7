"""Serves the app on an address of this machine."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from app.machine import Actions
from app.recording import log_writer
from app.settings import Settings
from app.web.handlers import Handlers
from app.web.layers import Tools, check_who_may_come
from app.web.page import launch
from app.web.reading_jobs import READING_COMMAND
from app.web.sign_in import who_asks
from app.web.stopping import Stopping
from app.web.uploads import FileReaders
from kb.errors import ConfigError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.drafts.draft import Draft
    from kb.types import Notice


def run_app(
    settings: Settings,
    read_draft: Callable[[Path], Draft],
    *,
    readers: FileReaders | None = None,
    reading_command: Sequence[str] = READING_COMMAND,
    endpoints: bool = True,
    with_tools: bool = False,
) -> None:
    """Runs the app until it is interrupted or told to end, and prints its address. Questions asked before the end are
    answered.

    :param read_draft: reads the file of a draft.
    :param readers: read the files that people send to the page; without them no file is accepted.
    :param reading_command: the program that reads documents into the index.
    :param endpoints: whether programs may call the named endpoints.
    :param with_tools: whether these are also served as tools under ``/mcp``.
    :raises ConfigError: the address cannot be listened on, or would be open to other machines without accounts.
    """
    check_who_may_come(settings)
    _check_address(settings.host, settings.port)
    ended = threading.Event()
    for name in ("SIGTERM", "SIGHUP"):  # a requested end is a clean one
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: ended.set())
    desk = Handlers(settings, readers=readers, reading_command=reading_command)
    scratch = Path(os.environ.get("GRADIO_TEMP_DIR", settings.home_path))
    log = log_writer(settings, desk.base, "api", lambda: who_asks().name)
    actions = Actions(desk.base, read_draft, settings.interface, scratch, log)
    stopping = Stopping()
    try:
        blocks = launch(desk, actions if endpoints else None, _tools(actions) if with_tools else None, stopping)
    except OSError as error:
        raise ConfigError(_cannot_listen(settings.host, settings.port, error)) from error
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stdout.write(f"http://{host}:{settings.port}{settings.root_path}\n")
    sys.stdout.flush()
    threading.Thread(target=desk.warm, daemon=True, name="warm").start()
    try:
        ended.wait()
    except KeyboardInterrupt:
        pass
    finally:
        with contextlib.suppress(KeyboardInterrupt):  # a second one does not wait for the answers under way
            stopping.finish()
        blocks.close(verbose=False)


def _tools(actions: Actions) -> Tools:
    """The actions as tools.

    :raises ConfigError: the extra `mcp` is not installed.
    """
    from app.mcp_server import http_tools  # needs an extra that most installations do without

    return Tools(*http_tools(actions))


def _check_address(host: str, port: int) -> None:
    """Tries the address before anything slow is done.

    :raises ConfigError: it is in use, not allowed, or not an address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 7861
            raise ConfigError(notice("port taken", port=port, host=host, other=other)) from None
        raise ConfigError(_cannot_listen(host, port, error)) from error


def _cannot_listen(host: str, port: int, error: OSError) -> Notice:
    return notice("cannot listen", host=host, port=port, why=error.strerror or str(error))
