"""Finds word sequences that two texts share, to detect copied text. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

N_WORDS = 12
"""This many equal words in a row are a copy."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Words of ``text`` (its name) that are in ``source`` (its name) too."""

    text: str
    source: str
    words: str


def words_of(text: str) -> list[str]:
    """The words as they are compared, line-end hyphens closed, case folded."""
    return re.findall(r"\w+", re.sub("[\x02\ufffe\u00ad]\\s*", "", text).casefold())


def shared_word_runs(
    texts: Mapping[str, str], sources: Iterable[tuple[str, str]], n: int = N_WORDS
) -> tuple[Copied, ...]:
    """The first run of ``n`` words that each text shares with each source, in the order of the sources.

    ``texts`` are by name, ``sources`` pairs of name and text; a source is read once and may be long.
    """
    owners: dict[tuple[str, ...], list[str]] = {}
    for name, text in texts.items():
        words = words_of(text)
        for at in range(len(words) - n + 1):
            owners.setdefault(tuple(words[at : at + n]), []).append(name)
    found: list[Copied] = []
    for source, text in sources:
        words = words_of(text)
        seen: set[str] = set()
        for at in range(len(words) - n + 1):
            run = tuple(words[at : at + n])
            for name in owners.get(run, ()):
                if name not in seen:
                    seen.add(name)
                    found.append(Copied(name, source, " ".join(run)))
    return tuple(found)
