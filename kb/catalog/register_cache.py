"""Gives the installed register, from a cache in the home folder unless its data files have changed.

Reading the cache takes a tenth of the time of reading the data files, which a look-up in a new process would notice.
"""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any

from kb.catalog.catalog import corpus_dir
from kb.catalog.data_cache import kept_data
from kb.catalog.register import Register, Topic, load_corpus, register_files
from kb.types import RegisterEntry

if TYPE_CHECKING:
    from pathlib import Path

    from kb.catalog.catalog import Catalog

CACHE_FOLDER = "cache/register"
_LISTS = [n for n, field in enumerate(fields(RegisterEntry)) if field.default == ()]


def register(home: Path, catalog: Catalog) -> Register:
    """The installed register.

    :raises ConfigError: a data file is at fault; see :func:`kb.catalog.register.load_corpus`.
    """
    data = kept_data(home / CACHE_FOLDER, register_files(corpus_dir()), lambda: _plain_register(load_corpus(catalog)))
    entries: list[RegisterEntry] = []
    for row in data["entries"]:
        for n in _LISTS:
            row[n] = tuple(row[n])
        entries.append(RegisterEntry(*row))
    return Register(
        tuple(entries),
        tuple(Topic(*row) for row in data["topics"]),
        {edition.doc_id: edition.urn for edition in catalog.editions},
        {doc_id: edition.doc_id for edition in catalog.editions for doc_id in edition.register_of},
    )


def _plain_register(found: Register) -> dict[str, Any]:
    return {
        "entries": [list(astuple(entry)) for entry in found.entries],
        "topics": [list(astuple(topic)) for topic in found.topics],
    }
