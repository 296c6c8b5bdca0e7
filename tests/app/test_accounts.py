"""Accounts: a file that holds no password, and what it refuses."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from app.accounts import ACCOUNTS_FILE, MIN_PASSWORD, AccountRole, Accounts
from kb.errors import ConfigError
from tests.library import command

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct horse battery"


def test_the_file_holds_no_password_and_is_its_owners_alone(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("mina", AccountRole.EDITOR, PASSWORD)
    path = tmp_path / ACCOUNTS_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    assert PASSWORD not in text
    assert json.loads(text)["accounts"][0]["password"].startswith("$argon2id$")


def test_a_password_is_only_its_own_accounts(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("mina", AccountRole.EDITOR, PASSWORD)
    accounts.add("민아", AccountRole.READER, PASSWORD + "!")
    found = accounts.verified("Mina", PASSWORD)
    assert found is not None and found.name == "mina" and found.role is AccountRole.EDITOR
    assert accounts.verified("민아", PASSWORD + "!") is not None
    for name, password in (("mina", PASSWORD + "!"), ("mina", ""), ("nobody", PASSWORD), ("mina" * 40, PASSWORD),
                           ("mina", PASSWORD + "\ud800"), ("mina", "x" * 10_000)):  # fmt: skip
        assert accounts.verified(name, password) is None


def test_each_password_has_a_salt_of_its_own(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    one, other = accounts.add("one", AccountRole.READER, PASSWORD), accounts.add("other", AccountRole.READER, PASSWORD)
    assert one.password != other.password


@pytest.mark.parametrize(
    "name", ["", "   ", "a" * 65, "a\nb", "<script>", "a:b", "a,b", 'a"b', "\u202ea", "MINA", "ｍｉｎａ"]
)
def test_names_that_are_none_or_are_taken_are_refused(tmp_path: Path, name: str) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("mina", AccountRole.READER, PASSWORD)
    with pytest.raises(ConfigError):
        accounts.add(name, AccountRole.READER, PASSWORD)
    assert [each.name for each in accounts.all()] == ["mina"]


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=str(MIN_PASSWORD)):
        Accounts(tmp_path).add("mina", AccountRole.READER, "x" * (MIN_PASSWORD - 1))
    assert not (tmp_path / ACCOUNTS_FILE).exists()


def test_what_another_process_changed_is_seen(tmp_path: Path) -> None:
    running, command_line = Accounts(tmp_path), Accounts(tmp_path)
    command_line.add("mina", AccountRole.READER, PASSWORD)
    assert running.verified("mina", PASSWORD) is not None
    command_line.set_password("mina", PASSWORD + "2")
    assert running.verified("mina", PASSWORD) is None
    assert running.verified("mina", PASSWORD + "2") is not None
    command_line.remove("mina")
    assert running.all() == ()
    assert running.verified("mina", PASSWORD + "2") is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "[" * 100_000, '{"accounts": [{}]}',
     '{"accounts": [{"name": "a", "role": "king", "password": "x"}]}',
     '{"accounts": [{"name": "<b>", "role": "reader", "password": "x"}]}', "x" * 3_000_000],
)  # fmt: skip
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / ACCOUNTS_FILE).write_text(text)
    with pytest.raises(ConfigError, match=ACCOUNTS_FILE):
        Accounts(tmp_path).verified("a", "x")


def test_the_command_adds_lists_and_removes(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    added = command("--home", home, "accounts", "add", "mina", "--role", "editor", input=f"{PASSWORD}\n")
    assert (added.exit_code, added.stdout) == (0, "")
    assert PASSWORD not in added.output
    assert command("--home", home, "accounts", "add", "mina", input=f"{PASSWORD}\n").exit_code == 2
    assert command("--home", home, "accounts", "list").stdout == "editor   mina\n"
    assert command("--home", home, "accounts", "password", "mina", input="short\n").exit_code == 2
    assert command("--home", home, "accounts", "password", "mina", input=f"{PASSWORD}2\n").exit_code == 0
    assert Accounts(tmp_path / "home").verified("mina", PASSWORD + "2") is not None
    assert command("--home", home, "accounts", "remove", "mina").exit_code == 0
    assert command("--home", home, "accounts", "list").stdout == ""
    assert command("--home", home, "accounts", "remove", "mina").exit_code == 2
