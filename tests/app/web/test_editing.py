"""Readers may read; only editors may change the installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from app.accounts import AccountRole, Accounts
from app.settings import Settings
from app.web.editing import CALLS_OF_EDITORS
from app.web.handlers import Handlers
from app.web.page import build_page
from tests.app.web.serving import fetched, served

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase

PASSWORD = "correct horse battery"
JSON = {"Content_Type": "application/json"}
CHANGING = ("add", "judge", "ingest", "get", "upload", "remove", "set", "record", "amend", "decide")


def test_each_call_of_editors_is_there_and_none_that_changes_is_open(tmp_path: Path) -> None:
    calls = build_page(Handlers(Settings(home=str(tmp_path))))[1]
    assert calls.keys() >= CALLS_OF_EDITORS
    assert [name for name in calls.keys() - CALLS_OF_EDITORS if name.partition("/")[2] in CHANGING] == []


@pytest.mark.parametrize("role", list(AccountRole))
def test_a_reader_is_told_and_nothing_is_done(tmp_path: Path, base: KnowledgeBase, role: AccountRole) -> None:
    Accounts(tmp_path).add("mina", role, PASSWORD)

    def cookies(port: int, session: str) -> str:
        return f"{session}; {fetched(port, '/', Cookie=session)[1]['set-cookie'].partition(';')[0]}"

    def called(port: int, name: str, cookie: str) -> Any:
        status, _, said = fetched(
            port, f"/calls/{name}", "POST", b'{"name": "a.pdf", "size": 9}', **JSON, Cookie=cookie
        )
        assert status == 200, said
        return json.loads(said)

    with served(tmp_path, base) as port:
        signed = fetched(port, "/login", "POST", f"username=mina&password={PASSWORD}".encode(),
                         Content_Type="application/x-www-form-urlencoded")  # fmt: skip
        cookie = cookies(port, signed[1]["set-cookie"].partition(";")[0])
        told = [called(port, name, cookie).get("problem") == "Only an editor may do this." for name in CALLS_OF_EDITORS]
        assert set(told) == {role is AccountRole.READER}
        assert "value" in called(port, "about/facts", cookie)
