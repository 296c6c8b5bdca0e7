"""Errors in data files as notices: what is wrong, in which file, on which line. Pure.

The words are in the message tables, so that an error in a user's own file is shown in the language of the interface.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from kb.errors import ConfigError
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kb.types import RegisterEntry

MOST_FAULTS = 20


def at_line(file: str | Path, line: int, what: Notice) -> Notice:
    """The fault ``what`` on a line (from 1) of a file."""
    return notice("fault at line", file=str(file), line=line, what=what)


def in_file(file: str | Path, what: Notice) -> Notice:
    """The fault ``what`` of a whole file or folder."""
    return notice("file fault", file=str(file), why=what)


def at_place(where: Notice | str, what: Notice) -> Notice:
    """The fault ``what`` at a place in words, for instance of :meth:`kb.catalog.toml_tables.TomlTables.place`."""
    return notice("file fault", file=where, why=what)


def faults_error(faults: Sequence[Notice]) -> ConfigError:
    """The error that lists faults, one on each line: the first :data:`MOST_FAULTS`, then how many more there are."""
    more = len(faults) - MOST_FAULTS
    rest = (notice("fault more", more=more),) if more > 0 else ()
    return ConfigError(notice("lines", items=(*faults[:MOST_FAULTS], *rest)))


def nearest(word: str, words: Iterable[str]) -> Notice:
    """A hint at the most similar of some words, with a blank in front; without words if none is similar."""
    found = difflib.get_close_matches(word, list(words), n=1)
    return notice("fault near", word=found[0]) if found else notice("joined", items=())


def place_of_field(entry: RegisterEntry, field: str) -> Notice:
    """The place of a field of a register entry: file, line and key of the entry, name of the field."""
    return notice(
        "fault at line", file=entry.file, line=entry.line, what=notice("fault of entry", field=entry.key, what=field)
    )


def no_edition(doc_id: str, known: Iterable[str]) -> Notice:
    """The fault that an id is none of the ``known`` ids of editions, with a hint at the most similar one."""
    return notice("corpus no edition", doc_id=doc_id, hint=nearest(doc_id, known))
