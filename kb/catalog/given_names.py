"""Names that the user gave to documents ("our supplier code", "블루 지침"), kept in a file of the home folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from kb.catalog.toml_tables import Shape, TomlTables, read_if_there, write_own
from kb.errors import ConfigError
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

GIVEN_NAMES = "names.toml"
"""The name of the file."""
MOST_LETTERS = 200
"""Letters that a name may have."""
_NAME_SHAPE = Shape({"document": str, "name": str}, {"recorded": str}, may_be_empty=frozenset({"recorded"}))


@dataclass(frozen=True, slots=True)
class GivenName:
    """A name of a document, and the day on which it was recorded."""

    document: str
    name: str
    recorded: str = ""


def load_given_names(text: str, name: str = GIVEN_NAMES) -> tuple[GivenName, ...]:
    """The names that ``text`` (TOML, ``[[name]]`` tables) records.

    :raises ConfigError: not TOML, or a table with another key, a missing or an ill-typed one; names file and line.
    """
    source = TomlTables(text, name, "name")
    data = source.parse()
    for key in data.keys() - {"name"}:
        raise source.error(-1, key, notice("data only names", field=key))
    out = []
    for n, table in enumerate(source.tables(data, at_least=0)):
        _NAME_SHAPE.check(table, source, n)
        out.append(GivenName(**cast("dict[str, Any]", table)))
    return tuple(out)


def read_given_names(home: Path) -> tuple[GivenName, ...]:
    """The names recorded in a home folder; none where nothing was recorded.

    :raises ConfigError: the file cannot be read, or is at fault.
    """
    path = home / GIVEN_NAMES
    text = read_if_there(path, str(path))
    return () if text is None else load_given_names(text, str(path))


def write_given_names(home: Path, names: Sequence[GivenName]) -> Path:
    """Writes the names of a home folder whole; returns the file.

    :raises ConfigError: the folder cannot be written.
    """
    lines = ["# Names of documents, recorded with `kb corpus name`."]
    for each in names:
        lines += ["", "[[name]]", f"document = {_quoted(each.document)}", f"name = {_quoted(each.name)}"]
        lines += [f"recorded = {_quoted(each.recorded)}"] if each.recorded else []
    return write_own(home / GIVEN_NAMES, "\n".join(lines) + "\n")


def _quoted(text: str) -> str:
    """A text as a basic string of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def checked_name(text: str) -> str:
    """A name in the form in which it is stored: white space collapsed, without control characters.

    :raises ConfigError: nothing is left of it, it is too long, or it is a number alone, which would hide the numbers of
        all documents.
    """
    name = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not any(c.isalpha() for c in name):
        raise ConfigError(notice("name without letter", value=text))
    if len(name) > MOST_LETTERS:
        raise ConfigError(notice("name too long", n_letters=len(name), most=MOST_LETTERS))
    return name


def names_by_document(names: Sequence[GivenName]) -> Mapping[str, tuple[str, ...]]:
    """The names of each document, in the order recorded."""
    out: dict[str, tuple[str, ...]] = {}
    for each in names:
        out[each.document] = (*out.get(each.document, ()), each.name)
    return out


def without_names_of(names: Sequence[GivenName], document: str, taken: Sequence[str]) -> tuple[GivenName, ...]:
    """The names without some of a document's, letter case aside; without all of its names where none is given."""
    gone = {name.casefold() for name in taken}
    return tuple(e for e in names if e.document != document or (gone and e.name.casefold() not in gone))
