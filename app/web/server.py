"""Serves the app on an address of this machine."""

from __future__ import annotations

import errno
import signal
import socket
import sys
import threading

from app.settings import Settings
from app.web.handlers import Handlers
from app.web.page import launch
from app.web.request_guard import is_loopback
from kb.errors import ConfigError


def run_app(settings: Settings) -> None:
    """Runs the app until it is interrupted or told to end; prints its address.

    :raises ConfigError: the address cannot be listened on.
    """
    _check_address(settings.host, settings.port)
    ended = threading.Event()
    for name in ("SIGTERM", "SIGHUP"):  # an end that is asked for is one that tidies up
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: ended.set())
    desk = Handlers(settings)
    try:
        blocks = launch(desk)
    except OSError as error:
        raise ConfigError(_cannot_listen(settings.host, settings.port, error)) from error
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stdout.write(f"http://{host}:{settings.port}\n")
    sys.stdout.flush()
    if not is_loopback(settings.host):
        sys.stderr.write("kb: other machines can reach this address, and there is no password\n")
    threading.Thread(target=desk.warm, daemon=True, name="warm").start()
    try:
        ended.wait()
    except KeyboardInterrupt:
        pass
    finally:
        blocks.close(verbose=False)


def _check_address(host: str, port: int) -> None:
    """Tries the address before anything slow is done.

    :raises ConfigError: it is taken, not allowed, or not this machine's.
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
            advice = f"choose another, e.g. `kb serve --port {other}`"
            raise ConfigError(f"port {port} on {host} is taken; {advice}") from None
        raise ConfigError(_cannot_listen(host, port, error)) from error


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    return f"cannot listen on {host}, port {port} ({error.strerror or error}); choose another with --host or --port"
