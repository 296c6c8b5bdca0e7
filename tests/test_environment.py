"""The environment of the tests: no network, and only temporary home folders."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest
from pytest_socket import SocketConnectBlockedError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.filterwarnings("ignore:A test tried to use socket")  # the guard warns as well as raises
def test_the_network_is_closed() -> None:
    # 192.0.2.1 is reserved for documentation; nothing answers there even with the guard gone
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.settimeout(1)
        outside.connect(("192.0.2.1", 80))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass


def test_home_is_temporary(kb_home: Path, tmp_path: Path) -> None:
    assert kb_home.parent == tmp_path
    assert [name for name in os.environ if name.startswith("KB_") and name != "KB_LOG"] == ["KB_HOME"]
