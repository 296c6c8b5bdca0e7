"""The user's statements about files: which edition a file is or is not, and facts such as title, date and language.

They are stored in ``files.toml`` of the home folder, in a ``[[file]]`` table for each file, identified by its SHA-256.
The project's own catalog is never changed.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from kb.catalog.faults import at_line
from kb.catalog.toml_tables import Shape, TomlTables, read_if_there, write_own
from kb.errors import ConfigError
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

OWN_FILES = "files.toml"

FACTS = ("title", "issuer", "date", "number", "language", "kind")
"""The facts of a file that a person may correct."""

_FILE_SHAPE = Shape(
    {"sha256": str},
    {"name": str, "edition": str, "not": list, "recorded": str, **dict.fromkeys(FACTS, str)},
    may_be_empty=frozenset({"name", "recorded", *FACTS}),
)
_FILE_HASH = re.compile(r"[0-9a-f]{64}")
_FACT_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?|")
_LANGUAGE = re.compile(r"[a-z]{2}|other")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """The user's statements about one file: the edition that it is ("" if not stated), those it is not, its facts."""

    sha256: str
    name: str = ""
    edition: str = ""
    denied: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    recorded: str = ""

    def identified(self, edition: str, today: str) -> OwnFile:
        """The record of a file after a person said that it is an edition."""
        return replace(self, edition=edition, denied=tuple(d for d in self.denied if d != edition), recorded=today)

    def denying(self, edition: str, today: str) -> OwnFile:
        """The record of a file after a person said that it is not an edition."""
        kept = "" if self.edition == edition else self.edition
        return replace(self, edition=kept, denied=tuple(sorted({*self.denied, edition})), recorded=today)

    def stating(self, facts: Mapping[str, str], today: str) -> OwnFile:
        """The same file with some facts stated; an empty one takes back what was stated.

        :raises ConfigError: an unknown fact, or a value of another form.
        """
        for key, value in facts.items():
            check_fact(key, value)
        stated = {key: value for key, value in (dict(self.facts) | dict(facts)).items() if value}
        return replace(self, facts=tuple(sorted(stated.items())), recorded=today)


def check_fact(key: str, value: str) -> None:
    """Refuses a fact that is not known, or a date or language of another form.

    :raises ConfigError: says which facts there are, or how the value is written.
    """
    if key not in FACTS:
        raise ConfigError(notice("fact unknown", field=key, facts=", ".join(FACTS)))
    if key == "date" and not _FACT_DATE.fullmatch(value):
        raise ConfigError(notice("fact no date", value=value))
    if key == "language" and value and not _LANGUAGE.fullmatch(value):
        raise ConfigError(notice("fact no language", value=value))


def read_own_files(home: Path) -> dict[str, OwnFile]:
    """The records of a home folder by SHA-256; empty where a person has recorded nothing.

    :raises ConfigError: the file cannot be read, or is not as :func:`write_own_files` writes it.
    """
    path = home / OWN_FILES
    text = read_if_there(path, str(path))
    return {} if text is None else {each.sha256: each for each in load_own_files(text, str(path))}


def load_own_files(text: str, name: str = OWN_FILES) -> tuple[OwnFile, ...]:
    """The user's statements in ``text`` (TOML, ``[[file]]`` tables).

    :raises ConfigError: not TOML, or a table with another key, a missing or ill-typed one; names file and line.
    """
    source = TomlTables(text, name, "file")
    data = source.parse()
    if data.keys() - {"file"}:
        raise ConfigError(at_line(name, 1, notice("data only tables", kind="file")))
    out: list[OwnFile] = []
    for n, table in enumerate(source.tables(data, at_least=0)):
        _FILE_SHAPE.check(table, source, n)
        given = cast("dict[str, Any]", table)
        if not _FILE_HASH.fullmatch(given["sha256"]) or given["sha256"] in [each.sha256 for each in out]:
            raise source.error(n, "sha256", notice("data hash once"))
        facts = {key: given[key] for key in FACTS if given.get(key)}
        for key, value in facts.items():
            try:
                check_fact(key, value)
            except ConfigError as error:
                raise source.error(n, key, error.as_notice) from error
        out.append(
            OwnFile(
                given["sha256"],
                given.get("name", ""),
                given.get("edition", ""),
                tuple(given.get("not", [])),
                tuple(sorted(facts.items())),
                given.get("recorded", ""),
            )
        )
    return tuple(out)


def write_own_files(home: Path, files: Sequence[OwnFile]) -> Path:
    """Writes the records beside the old file and puts them in its place; returns the file.

    :raises ConfigError: the folder cannot be written.
    """
    lines = ["# What a person said of files, recorded with `kb corpus identify` and `kb corpus set`."]
    for each in files:
        values = {"name": each.name, "edition": each.edition, **dict(each.facts), "recorded": each.recorded}
        lines += ["", "[[file]]", f'sha256 = "{each.sha256}"']
        lines += [f"{key} = {_toml_text(value)}" for key, value in values.items() if value]
        if each.denied:
            lines.append(f"not = [{', '.join(map(_toml_text, each.denied))}]")
    return write_own(home / OWN_FILES, "\n".join(lines) + "\n")


def _toml_text(text: str) -> str:
    """A text as TOML writes it; the escapes of JSON are among those of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
