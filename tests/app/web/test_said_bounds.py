"""The page shows the bounds of a conversation, and never the home folder of the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.settings import Settings
from app.web.handlers import Handlers
from kb.errors import ConfigError
from kb.messages import LANGUAGES, message
from kb.types import notice
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = ROOT / "app" / "web" / "scripts" / "ask"


def test_what_a_conversation_keeps_is_told_where_it_ends_and_in_the_documentation() -> None:
    most = re.search(r"MAX_TURNS = (\d+)", (SCRIPTS / "talks.js").read_text("utf-8"))
    assert most is not None
    assert "say('talk full')" in (SCRIPTS / "screen.js").read_text("utf-8")
    assert f"keeps its last {most[1]} questions" in (ROOT / "docs" / "screens.md").read_text("utf-8")
    assert all("{n}" in message(code, "talk full") for code in LANGUAGES)


def test_an_error_names_the_home_of_the_server_without_its_path(tmp_path: Path) -> None:
    desk = Handlers(Settings(home=str(tmp_path)))

    def fails() -> None:
        raise ConfigError(notice("index of another format", place=str(tmp_path / "index"), format=1, known=7))

    _, said = desk.attempt(fails)
    assert str(tmp_path) not in said and "KB_HOME/index" in said
