"""Copies files into the home folder under unique names, after reading them."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from ingest import worker_pool
from ingest.home import ADDED
from ingest.parse import Parsed, Task, parse_file
from ingest.removal import restore
from ingest.sources import find
from kb.catalog.own_files import read_own_files
from kb.errors import DocumentError, IndexFolderError
from kb.files import written_beside
from kb.types import Notice, notice


@dataclass(frozen=True, slots=True)
class Added:
    """A file that was added: its new path, the edition that it is, and notes for the person."""

    path: Path
    what: str
    notes: tuple[Notice, ...]


def add_file(path: Path, home: Path, name: str | None = None) -> Added:
    """Copies a file into the home folder after reading it.

    :raises DocumentError: the file cannot be read; nothing is copied.
    :raises IndexFolderError: the home folder cannot be written.
    :raises ConfigError: the home folder's own records about files are damaged.
    """
    sha256 = find.fingerprint(path)
    task = Task(find.real_path(path), sha256, own=read_own_files(home).get(sha256))
    result = read_alone(task)
    folder = home / ADDED
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        target = _free_path(folder, _safe(name or path.name), task.sha256)
        with written_beside(target) as beside:
            shutil.copyfile(path, beside)
    except OSError as error:
        why = find.system_message(error)
        raise IndexFolderError(notice("home full", place=find.shown(folder), why=why)) from error
    restore(home, task.sha256)
    known = "" if result.edition.in_catalog else " (not in the catalog)"
    notes = tuple(map(find.shown_notice, result.notes))
    return Added(target, find.shown(f"{result.edition.ref} [{result.edition.doc_id}]{known}"), notes)


def read_alone(task: Task) -> Parsed:
    """One file, read in a worker process of its own.

    :raises DocumentError: the file cannot be read.
    """
    result = next(worker_pool.run(parse_file, [task], workers=1))[1]
    if isinstance(result, DocumentError):
        raise result
    assert isinstance(result, Parsed)
    return result


def _free_path(folder: Path, name: str, sha256: str) -> Path:
    """The path for a file of this name: the name itself, or with a hash added where another file has the name."""
    target = folder / name
    try:
        taken = find.is_there(target) and find.fingerprint(target) != sha256
    except DocumentError:  # the file there cannot be read, so nothing is lost
        taken = False
    return target.with_stem(f"{target.stem}-{sha256[:8]}") if taken else target


def _safe(name: str) -> str:
    """A file name without path parts or odd characters, its ending kept."""
    return re.sub(r"[^\w.+-]+", "-", Path(name).name).lstrip(".-")[-120:] or "document"
