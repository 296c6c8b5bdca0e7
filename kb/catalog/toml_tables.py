"""Data files in TOML that can say on which line each of their tables and keys stands, for faults that name it."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, cast

from kb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LINE_IN_TOML_ERROR = re.compile(r"\s*\(at line (\d+), column \d+\)")


class TomlTables:
    """A TOML file of ``[[kind]]`` tables that knows on which line each table and each of its keys stands."""

    _header = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?$")
    _assigned = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")

    def __init__(self, text: str, name: str, kind: str) -> None:
        self.text, self.name, self.kind = text, name, kind
        self._at: dict[tuple[int, str], int] = {}
        table, fence = -1, ""
        for number, line in enumerate(text.split("\n"), start=1):
            if fence:
                fence = "" if fence in line else fence
                continue
            if header := self._header.match(line):
                table += header[1] == kind
                self._at.setdefault((table, "" if header[1] == kind else header[1]), number)
            elif assigned := self._assigned.match(line):
                self._at.setdefault((table, assigned[1]), number)
            fence = next((quotes for quotes in ('"""', "'''") if line.count(quotes) % 2), "")

    def line(self, table: int, key: str = "") -> int:
        """From 1; a key that is absent stands where its table begins. Table -1 is the head of the file."""
        return self._at.get((table, key)) or self._at.get((table, "")) or 1

    def at(self, table: int, key: str = "") -> str:
        """The same place in words, with the file's name."""
        return f"{self.name}, line {self.line(table, key)}"

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
            raise ConfigError(f"{self.name}, line {line}: not valid TOML: {what}.") from error

    def tables(self, data: Mapping[str, object]) -> list[dict[str, object]]:
        """The tables of this kind.

        :raises ConfigError: there is none.
        """
        tables = data.get(self.kind, [])
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            raise ConfigError(f"{self.name}, line 1: no [[{self.kind}]] table.")
        return cast("list[dict[str, object]]", tables)


def near(word: str, words: Iterable[str]) -> str:
    """A hint at the most similar of some words, with a blank in front; empty if none is similar."""
    found = difflib.get_close_matches(word, list(words), n=1)
    return f" Did you mean {found[0]!r}?" if found else ""
