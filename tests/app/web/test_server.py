"""The address the app listens on."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from app.accounts import AccountRole, Accounts
from app.settings import Settings
from app.web.server import run_app
from ingest.drafts.reading import read_draft
from kb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port} on 127.0.0.1 is taken; .*--port") as caught:
            run_app(Settings(home=str(tmp_path), port=port), read_draft)
    assert "\n" not in str(caught.value)


def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    Accounts(tmp_path).add("warden", AccountRole.EDITOR, "the third rope of the quay")
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.1"):
        run_app(Settings(home=str(tmp_path), host="192.0.2.1", port=7860), read_draft)
