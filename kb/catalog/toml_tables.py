"""Reads data files in TOML, checks the keys and types of their tables, and reports faults with their line numbers."""

from __future__ import annotations

import re
import tomllib
from dataclasses import field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, cast

from kb.catalog.faults import at_line, at_place, in_file, nearest
from kb.errors import ConfigError
from kb.files import write_whole
from kb.records import dataclass
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar as the data files write it, such as 2026-07-27."""
    if not _DAY.fullmatch(text):  # Python reads other forms of ISO 8601 as well
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_LINE_IN_TOML_ERROR = re.compile(r"\s*\(at line (\d+), column \d+\)")
_TYPE_NAMES = {
    str: notice("data type text"),
    bool: notice("data type truth"),
    int: notice("data type number"),
    list: notice("data type texts"),
    dict: notice("data type table"),
}
_LIST_OF_TABLES = notice("data type tables")


class TomlTables:
    """A TOML file of ``[[kind]]`` tables that can say on which line each table and each of its keys stands.

    The lines are counted when a place is first asked for; a file without faults is parsed only.
    """

    _header = re.compile(r"""\s*\[\[?\s*([\w."' -]+?)\s*\]\]?\s*(?:#.*)?$""")
    _assigned = re.compile(r"""\s*["']?([\w-]+)["']?\s*[=.]""")

    def __init__(self, text: str, name: str, kind: str) -> None:
        self.text, self.name, self.kind = text, name, kind

    @cached_property
    def _at(self) -> dict[tuple[int, str, int, str], int]:
        """Line by (table, inner table, its number, key); table -1 is the head and tables of other kinds."""
        found: dict[tuple[int, str, int, str], int] = {}
        counts: dict[tuple[int, str], int] = {}
        n_tables, place, fence = 0, (-1, "", -1), ""
        for number, line in enumerate(self.text.split("\n"), start=1):
            if fence:
                fence = "" if fence in line else fence
                continue
            if header := self._header.match(line):
                first, *rest = (part.strip(" \"'") for part in header[1].split("."))
                inner, table = ".".join(rest), n_tables - 1
                if first != self.kind:
                    place = (-1, first, -1)
                    found.setdefault((-1, "", -1, first), number)
                elif not rest:
                    place = (n_tables, "", -1)
                    n_tables += 1
                else:
                    counts[table, inner] = counts.get((table, inner), -1) + 1
                    place = (table, inner, counts[table, inner])
                found.setdefault((*place, ""), number)
            elif assigned := self._assigned.match(line):
                found.setdefault((*place, assigned[1]), number)
            fence = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), "")
        return found

    def line(self, table: int, key: str = "", inner: str = "", item: int = -1) -> int:
        """The number of the line, from 1. ``inner`` and ``item`` name a table inside a table (``[[kind.inner]]``,
        counted from 0). An absent key has the place of its table. Table -1 is the head of the file."""
        tries = ((table, inner, item, key), (table, inner, item, ""), (table, key, 0, ""), (table, "", -1, ""))
        return next((self._at[place] for place in tries if place in self._at), 1)

    def place(self, table: int, key: str = "", inner: str = "", item: int = -1) -> Notice:
        """The file's name and the line of :meth:`line`, as a notice."""
        return notice("file line", file=self.name, line=self.line(table, key, inner, item))

    def error(self, table: int, key: str, what: Notice) -> ConfigError:
        """The error that a table or one of its keys is wrong, for :meth:`place`."""
        return ConfigError(at_place(self.place(table, key), what))

    def parse(self) -> dict[str, object]:
        """The whole file.

        :raises ConfigError: it is not TOML; names file and line.
        """
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _LINE_IN_TOML_ERROR.search(str(error))
            line = int(found[1]) if found else self.text.count("\n") + 1
            what = _LINE_IN_TOML_ERROR.sub("", str(error))
            raise ConfigError(at_line(self.name, line, notice("data not toml", why=what))) from error

    def tables(self, data: Mapping[str, object], at_least: int = 1) -> list[dict[str, object]]:
        """The tables of this kind.

        :raises ConfigError: there are fewer than ``at_least``, or one is no table.
        """
        tables = data.get(self.kind, [])
        if not isinstance(tables, list) or len(tables) < at_least or not all(isinstance(t, dict) for t in tables):
            raise ConfigError(at_line(self.name, 1, notice("data no table", kind=self.kind)))
        return cast("list[dict[str, object]]", tables)


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of a table with their types; which must be there, and which may be an empty text or list.

    A list is one of texts; ``tables`` names the keys whose lists hold tables, which whoever reads them checks.
    """

    required: Mapping[str, type]
    optional: Mapping[str, type] = field(default_factory=dict)
    may_be_empty: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()

    def knows(self, key: str) -> bool:
        """Whether a table may have a key."""
        return key in self.required or key in self.optional

    def faults(self, table: Mapping[str, object]) -> Iterator[tuple[str, Notice]]:
        """The faults of the table as pairs of key and fault; the key is empty if keys are missing."""
        known = {**self.required, **self.optional}
        for key, value in table.items():
            if key not in known:
                yield key, notice("data key unknown", field=key, hint=nearest(key, known))
            # bool is an int to Python, not to a reader of the file
            elif not isinstance(value, known[key]) or (known[key] is int and isinstance(value, bool)):
                kind = _LIST_OF_TABLES if key in self.tables else _TYPE_NAMES[known[key]]
                yield key, notice("data key type", field=key, kind=kind)
            elif (value == [] or (isinstance(value, str) and not value.strip())) and key not in self.may_be_empty:
                yield key, notice("data key empty", field=key)
            elif isinstance(value, list) and known[key] is list:
                yield from ((key, what) for what in _list_faults(key, value, dict if key in self.tables else str))
        missing = [key for key in self.required if key not in table]
        if missing:
            yield "", notice("data keys missing", fields=", ".join(missing))

    def check(self, table: Mapping[str, object], lines: TomlTables, n: int) -> None:
        """Refuses table ``n`` of a file where it has not this shape.

        :raises ConfigError: names file and line of the first fault.
        """
        for key, what in self.faults(table):
            raise lines.error(n, key, what)


def _list_faults(key: str, value: list[object], of: type) -> Iterator[Notice]:
    if of is dict:
        if not all(isinstance(each, dict) for each in value):
            yield notice("data key type", field=key, kind=_LIST_OF_TABLES)
    elif not all(isinstance(each, str) and each.strip() for each in value):
        yield notice("data texts not empty", field=key)
    elif len(set(value)) != len(value):
        yield notice("data named twice", field=key)


def read_if_there(path: Path, name: str) -> str | None:
    """The text of a data file, which messages call ``name``; ``None`` where there is no such file.

    :raises ConfigError: it is there and cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(in_file(name, notice("data unreadable mend", why=str(error)))) from error


def write_own(path: Path, text: str) -> Path:
    """Writes a data file of a home folder whole, makes the folder where it is not there yet, and returns the file.

    :raises ConfigError: the folder cannot be written; the former file is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise ConfigError(in_file(path, notice("data not written", why=error.strerror))) from error
    return path
