"""Keeps local copies of the databases of a generation in a store: documents, units, texts, and the manifest.

The store holds them as parts. Each is copied once, identified by its hash, into a folder of the reader's home; a file
that another generation already brought is not copied again. A look-up then reads only SQLite, as with a local index.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import zlib
from typing import TYPE_CHECKING, Any

from kb.errors import IndexFolderError, StoreError
from kb.files import file_sha256
from kb.index.generations import is_held
from kb.index.layout import BUILDING, DATABASE, MANIFEST, TEXTS, is_manifest_of
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kb.stores.protocol import Generation

PART = 1 << 20
"""Bytes of a file in one part, before they are compressed."""
MADE_OF = "facts"
"""The name of the part with the manifest of a generation."""
STORE_FORMAT = 1
MOST_FILE_PARTS = 100_000
"""Parts of one file: some 100 GB."""


def kept_files(manifest: Mapping[str, Any]) -> list[str]:
    """The files of a generation that its readers keep beside the manifest."""
    return [name for name in manifest["files"] if name == DATABASE or name.endswith(f"/{TEXTS}")]


def file_parts(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """A file as parts."""
    with path.open("rb") as file:
        n = 0
        while data := file.read(PART):
            yield f"{name}#{n}", zlib.compress(data, 1)
            n += 1


def n_parts_of(size: int) -> int:
    """How many parts a file of so many bytes has."""
    return -(-size // PART)


def facts_of_generation(generation: Generation) -> dict[str, Any]:
    """The manifest of a generation.

    :raises StoreError: it is of another format, or there is none.
    """
    try:
        facts: dict[str, Any] = json.loads(whole_parts(generation, [MADE_OF])[MADE_OF])
        found = facts["format"]
        if found == STORE_FORMAT:
            _ = float(facts["mean_length"]), dict(facts["n_parts"]), int(facts["manifest_bytes"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(notice("store damaged", name=generation.name, what=MADE_OF)) from error
    if found != STORE_FORMAT:
        raise StoreError(notice("store of another format", name=generation.name, format=str(found), known=STORE_FORMAT))
    return facts


def copy_files(generation: Generation, manifest_bytes: int, cache: Path, beside: Sequence[Path]) -> Path:
    """The folder of a generation's databases under ``cache``, copied where it is not there yet.

    :param beside: folders of further generations whose files may be the same.
    :raises StoreError: a file does not come as it was written.
    :raises IndexFolderError: the folder cannot be written.
    """
    folder = cache / generation.name
    if (folder / MANIFEST).is_file():
        return folder
    building = cache / f"{BUILDING}{secrets.token_hex(4)}"
    try:
        building.mkdir(mode=0o700, parents=True)
        _write_file(generation, MANIFEST, manifest_bytes, building / MANIFEST)
        written = (building / MANIFEST).read_bytes()
        if not is_manifest_of(folder, written):
            raise StoreError(notice("store damaged", name=generation.name, what=MANIFEST))
        manifest = json.loads(written)
        roots = [path for root in (cache, *beside) if root.is_dir() for path in root.iterdir() if path.is_dir()]
        for name in kept_files(manifest):
            size, sha256 = manifest["files"][name]
            target = building / name
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if not _linked(name, size, sha256, roots, target):
                _write_file(generation, name, size, target)
                if file_sha256(target) != sha256:
                    raise StoreError(notice("store damaged", name=generation.name, what=name))
            time = int(manifest["written"][name])
            if target.stat().st_mtime_ns != time:
                os.utime(target, ns=(time, time))
        try:
            building.rename(folder)
        except OSError:
            if not (folder / MANIFEST).is_file():  # else another process was faster
                raise
    except OSError as error:
        raise IndexFolderError(notice("index not written", place=str(cache), why=error.strerror or "")) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _write_file(generation: Generation, name: str, size: int, target: Path) -> None:
    with target.open("wb") as file:
        for n in range(min(n_parts_of(size), MOST_FILE_PARTS)):
            key = f"{name}#{n}"
            try:
                inflater = zlib.decompressobj()
                file.write(inflater.decompress(whole_parts(generation, [key])[key], PART))
            except zlib.error as error:
                raise StoreError(notice("store damaged", name=generation.name, what=name)) from error


def _linked(name: str, size: int, sha256: str, roots: Sequence[Path], target: Path) -> bool:
    """Whether the same file of another generation could be given a second name."""
    for root in roots:
        path = root / name
        try:
            if path.stat().st_size == size and file_sha256(path) == sha256:
                os.link(path, target)
                return True
        except OSError:
            continue
    return False


def remove_other_copies(cache: Path, keep: Sequence[str]) -> None:
    """Removes copies of generations, except the given ones and those that a reader has open, which may open files
    later."""
    if cache.is_dir():
        for path in cache.iterdir():
            if path.name not in keep and not path.name.startswith(BUILDING) and not is_held(path):
                shutil.rmtree(path, ignore_errors=True)


def whole_parts(generation: Generation, names: Sequence[str]) -> dict[str, bytes]:
    """Parts of a generation by their names.

    :raises StoreError: one is not there.
    """
    found = generation.parts(names)
    if absent := [name for name in names if name not in found]:
        raise StoreError(notice("store damaged", name=generation.name, what=absent[0]))
    return found
