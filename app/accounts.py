"""Who may use the app over a network: accounts in a file of the home folder, with hashed passwords.

The file holds no password, only Argon2id hashes, and is its owner's alone. It is read again when it has changed, so
that an account that is removed is removed for the running app too.
"""

from __future__ import annotations

import json
import os
import threading
import unicodedata
from dataclasses import asdict, dataclass, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kb.errors import ConfigError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ACCOUNTS_FILE = "accounts.json"
MAX_ACCOUNTS = 2_000
MAX_ACCOUNTS_BYTES = 2_000_000
MIN_PASSWORD, MAX_PASSWORD = 10, 256
"""Characters of a password."""
MAX_ACCOUNT_NAME = 64

_HASHER = PasswordHasher()
_SIGNS_OF_NAMES = frozenset("._@+- ")


class AccountRole(Enum):
    """The role of a person: to read and make lists, or also to change the installation."""

    READER = "reader"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Account:
    """A name, its role and the hash of its password."""

    name: str
    role: AccountRole
    password: str


@dataclass(frozen=True, slots=True)
class Person:
    """The caller: a name, "" if there are no accounts, and a role."""

    name: str
    role: AccountRole

    @property
    def may_edit(self) -> bool:
        """Whether this person may change what the installation holds."""
        return self.role is AccountRole.EDITOR


def account_key(name: str) -> str:
    """The form in which two names must differ: their letters, whatever their case and form."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def hashed(password: str) -> str:
    """The Argon2id hash of a new password.

    :raises ConfigError: it is too short or too long.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise ConfigError(notice("password length", low=MIN_PASSWORD, high=MAX_PASSWORD))
    return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


@cache
def _hash_of_nobody() -> str:
    """A hash that no password is known for; a name that is not there is checked against it, which takes as long."""
    return _HASHER.hash(os.urandom(32))


class Accounts:
    """The accounts of a home folder. Safe to share between threads."""

    def __init__(self, home: Path) -> None:
        self.path = home / ACCOUNTS_FILE
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._found: dict[str, Account] = {}

    def all(self) -> tuple[Account, ...]:
        """The accounts by name.

        :raises ConfigError: the file is damaged; nobody is let in by it.
        """
        return tuple(sorted(self._current().values(), key=lambda account: account_key(account.name)))

    def find(self, name: str) -> Account | None:
        """The account of a name."""
        return self._current().get(account_key(name))

    def verified(self, name: str, password: str) -> Account | None:
        """The account of this name if the password is its own; takes as long for a name that is not there."""
        account = self.find(name[:MAX_ACCOUNT_NAME]) if len(name) <= MAX_ACCOUNT_NAME else None
        given = password[: MAX_PASSWORD + 1].encode("utf-8", "surrogatepass")
        try:
            _HASHER.verify(account.password if account else _hash_of_nobody(), given)
        except (Argon2Error, InvalidHashError):
            return None
        return account if len(password) <= MAX_PASSWORD else None

    def add(self, name: str, role: AccountRole, password: str) -> Account:
        """A new account.

        :raises ConfigError: the name is taken or ill-formed, or the password too short.
        """
        name = unicodedata.normalize("NFC", name).strip()
        if not _is_account_name(name):
            raise ConfigError(notice("account name", limit=MAX_ACCOUNT_NAME))
        if self.find(name):
            raise ConfigError(notice("account there", name=name))
        account = Account(name, role, hashed(password))
        self._write([*self.all(), account])
        return account

    def set_password(self, name: str, password: str) -> None:
        """Gives an account another password, which ends its sessions.

        :raises ConfigError: there is no such account.
        """
        account = self._existing(name)
        self._write([*self._others(account), replace(account, password=hashed(password))])

    def remove(self, name: str) -> None:
        """Removes an account, which ends its sessions.

        :raises ConfigError: there is no such account.
        """
        self._write(self._others(self._existing(name)))

    def _existing(self, name: str) -> Account:
        account = self.find(name)
        if account is None:
            raise ConfigError(notice("account gone", name=name[:MAX_ACCOUNT_NAME]))
        return account

    def _others(self, account: Account) -> list[Account]:
        return [each for each in self.all() if each != account]

    def _current(self) -> dict[str, Account]:
        with self._lock:
            try:
                found = self.path.stat()
            except FileNotFoundError:
                self._stamp, self._found = None, {}
                return self._found
            except OSError as error:
                raise ConfigError(
                    notice("accounts unreadable", path=str(self.path), why=str(error.strerror))
                ) from error
            stamp = found.st_mtime_ns, found.st_ino, found.st_size
            if stamp != self._stamp:
                self._found = _accounts_in(self.path)
                self._stamp = stamp
            return self._found

    def _write(self, accounts: Iterable[Account]) -> None:
        rows = [asdict(each) | {"role": each.role.value} for each in accounts]
        if len(rows) > MAX_ACCOUNTS:
            raise ConfigError(notice("accounts many", limit=MAX_ACCOUNTS))
        text = json.dumps({"version": 1, "accounts": rows}, ensure_ascii=False, indent=2) + "\n"
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self.path, text.encode())
        except OSError as error:
            raise ConfigError(notice("result not written", path=str(self.path), why=str(error.strerror))) from error


def _is_account_name(name: str) -> bool:
    plain = all(sign.isalnum() or sign in _SIGNS_OF_NAMES for sign in name)
    return bool(account_key(name)) and len(name) <= MAX_ACCOUNT_NAME and plain


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read, beside its place first.

    :raises OSError: it cannot be written; the former one is as it was.
    """
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _accounts_in(path: Path) -> dict[str, Account]:
    """The accounts in a file by their keys.

    :raises ConfigError: it is not as :class:`Accounts` writes it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ACCOUNTS_BYTES + 1)
    except OSError as error:
        raise ConfigError(notice("accounts unreadable", path=str(path), why=str(error.strerror))) from error
    try:
        if len(data) > MAX_ACCOUNTS_BYTES:
            raise ValueError("too long")
        listed = [_account_of(row) for row in json.loads(data)["accounts"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(notice("accounts damaged", path=str(path))) from error
    return {account_key(each.name): each for each in listed[:MAX_ACCOUNTS]}


def _account_of(row: dict[str, Any]) -> Account:
    name, role, password = row["name"], AccountRole(row["role"]), row["password"]
    if not isinstance(name, str) or not _is_account_name(name) or not isinstance(password, str):
        raise ValueError("no account")
    return Account(name, role, password)
