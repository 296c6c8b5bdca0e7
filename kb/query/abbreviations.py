"""Abbreviations that a question uses, and the words that texts use instead: ``corpus/abbreviations.tsv``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.catalog.catalog import corpus_dir
from kb.catalog.faults import at_line
from kb.errors import ConfigError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Mapping

ABBREVIATIONS_FILE = "abbreviations.tsv"


@lru_cache(maxsize=1)
def installed_abbreviations() -> dict[str, str]:
    """The installed list, read once: each short form and its long form."""
    return parse_abbreviations((corpus_dir() / ABBREVIATIONS_FILE).read_text("utf-8"), f"corpus/{ABBREVIATIONS_FILE}")


def parse_abbreviations(text: str, name: str) -> dict[str, str]:
    """The list in a file's text, without its comments (lines that begin with ``#``); ``name`` is for messages.

    :raises ConfigError: a line of another form, or a short form given twice; names file and line.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        short, _, long = (part.strip() for part in line.partition("\t"))
        if not short or not long or "\t" in long:
            raise ConfigError(at_line(name, number, notice("short form line")))
        if short in found:
            raise ConfigError(at_line(name, number, notice("on another line", word=short)))
        found[short] = long
    return found


def long_forms(question: str, abbreviations: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The long forms of a question's abbreviations, each once, in the order in which the question has them.

    ``abbreviations`` maps short forms to long forms; the installed list is used unless it is given.
    """
    known = installed_abbreviations() if abbreviations is None else abbreviations
    found = _any_of(tuple(known)).findall(question) if known else ()
    return tuple(dict.fromkeys(known[short] for short in found))


@lru_cache(maxsize=4)
def _any_of(short_forms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, short_forms), key=len, reverse=True)
    return re.compile(r"(?<![\w/])(" + "|".join(longest_first) + r")(?![A-Za-z0-9/])")
