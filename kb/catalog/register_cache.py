"""The installed register as JSON in the home's cache: a cold look-up reads it in a tenth of the time TOML takes.

The file's name is a hash of the data files, so that it is never stale; it is written beside and renamed, and a home
that cannot be written to is no fault: then the data files are read.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any

from kb.catalog.catalog import corpus_dir
from kb.catalog.register import Register, Topic, load_corpus, register_files
from kb.files import write_whole
from kb.types import RegisterEntry

if TYPE_CHECKING:
    from pathlib import Path

    from kb.catalog.catalog import Catalog

CACHE_FOLDER = "cache/register"
_FIELDS = [field.name for field in fields(RegisterEntry)]
_LISTS = [n for n, field in enumerate(fields(RegisterEntry)) if field.default == ()]


def register(home: Path, catalog: Catalog) -> Register:
    """The installed register, from the home's cache where its data files have not changed since.

    :raises ConfigError: a data file is at fault; see :func:`kb.catalog.register.load_corpus`.
    """
    path = home / CACHE_FOLDER / f"{_digest()}.json"
    try:
        data = json.loads(path.read_bytes())
        if data["fields"] == _FIELDS:
            return _register(data, catalog)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    found = load_corpus(catalog)
    _keep(path, found)
    return found


def _digest() -> str:
    """A hash of the data files' names, sizes and bytes."""
    digest = hashlib.blake2b(digest_size=12)
    for path in register_files(corpus_dir()):
        try:
            data = path.read_bytes()
        except OSError:  # load_corpus says what is wrong
            data = b""
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _register(data: dict[str, Any], catalog: Catalog) -> Register:
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


def _keep(path: Path, found: Register) -> None:
    data = {
        "fields": _FIELDS,
        "entries": [astuple(entry) for entry in found.entries],
        "topics": [astuple(topic) for topic in found.topics],
    }
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("*.json"):
            old.unlink(missing_ok=True)
        write_whole(path, json.dumps(data, ensure_ascii=False))
