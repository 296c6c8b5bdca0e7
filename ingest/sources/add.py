"""Files into the home folder: copied under a name of their own, or downloaded where the publisher allows it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import worker_pool
from ingest.build import ADDED, restore
from ingest.parse import Parsed, Task, parse
from ingest.sources import find
from kb.errors import DocumentError, IndexFolderError, UnreadableError

if TYPE_CHECKING:
    from kb.types import Edition

TIMEOUT = 60
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Added:
    """What a file turned out to be, where it is kept, and what the person should know."""

    path: Path
    what: str
    notes: tuple[str, ...]


def add_file(path: Path, home: Path, name: str | None = None) -> Added:
    """Copies a file into the home folder after reading it.

    :raises DocumentError: it cannot be read; nothing is copied.
    :raises IndexFolderError: the home folder cannot be written.
    """
    task = Task(find.real_path(path), find.fingerprint(path))
    result = _read(task)
    folder = home / ADDED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _place(folder, _safe(name or path.name), task.sha256)
        temporary = target.with_name(f"{target.name}.{os.getpid()}.new")
        try:
            shutil.copyfile(path, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise IndexFolderError(
            f"{find.shown(folder)}: cannot be written ({error.strerror}); free space or choose another --home"
        ) from error
    restore(home, task.sha256)
    known = "" if result.edition.in_catalog else " (not in the catalog)"
    notes = tuple(find.shown(note) for note in result.notes)
    return Added(target, find.shown(f"{result.edition.ref} [{result.edition.doc_id}]{known}"), notes)


def _read(task: Task) -> Parsed:
    result = next(worker_pool.run(parse, [task], workers=1))[1]
    if isinstance(result, DocumentError):
        raise result
    assert isinstance(result, Parsed)
    return result


def _place(folder: Path, name: str, sha256: str) -> Path:
    """Where a file of this name goes: its own place, or, where that holds other content, one beside it."""
    target = folder / name
    try:
        taken = find.is_there(target) and find.fingerprint(target) != sha256
    except DocumentError:  # what lies there cannot be read, so nothing is lost
        taken = False
    return target.with_stem(f"{target.stem}-{sha256[:8]}") if taken else target


def _safe(name: str) -> str:
    """A file name without path parts or odd characters, its ending kept."""
    return re.sub(r"[^\w.+-]+", "-", Path(name).name).lstrip(".-")[-120:] or "document"


def fetch(edition: Edition, home: Path) -> Added:
    """Downloads an edition whose publisher allows it, checks that it is that edition, and adds it.

    :raises UnreadableError: not allowed, not reachable, or something else came; says how to add it by hand.
    """
    by_hand = f"download it in a browser from {edition.landing_url or 'its publisher'} and run `kb corpus add FILE`"
    if not edition.file_url:
        raise UnreadableError(f"{edition.ref}: not for automatic download; {by_hand}")
    if not edition.file_url.startswith("https://"):
        raise UnreadableError(f"{edition.ref}: its address is not https; {by_hand}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{edition.doc_id}.pdf"
        try:
            _download(edition.file_url, path)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise UnreadableError(f"{edition.ref}: cannot be downloaded ({error}); {by_hand}") from error
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        try:
            result = _read(Task(path, digest))
        except DocumentError as error:
            raise UnreadableError(f"{edition.ref}: what came is unreadable ({error}); {by_hand}") from error
        if result.edition.doc_id != edition.doc_id:
            raise UnreadableError(f"{edition.ref}: what came is {result.edition.ref}, so it was not kept; {by_hand}")
        return add_file(path, home)


def _download(url: str, path: Path) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "standards-kb"})  # noqa: S310 - https only, checked above
    size = 0
    with urllib.request.urlopen(request, timeout=TIMEOUT) as reply, path.open("wb") as file:  # noqa: S310
        while block := reply.read(CHUNK):
            size += len(block)
            if size > find.MAX_BYTES:
                raise ValueError(f"more than {find.MAX_BYTES:,} bytes")
            file.write(block)
