"""The home folder: the names of the parts that a build writes, and the lock that lets one build run at a time."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import filelock

from ingest.sources.find import shown, system_message
from kb.errors import IndexFolderError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CACHE = "cache"
"""The folder of vectors, kept by text, and of converted encoders."""

ADDED = "documents"
"""The folder of files that a person added; every build reads it."""

OCR = "ocr"
"""The folder of copies of scans that have a text layer."""

REGISTER = "register"
"""The folder of PDF files compiled from the register."""

REMOVED = "removed"
"""The file that lists which documents a person removed."""


@contextmanager
def build_lock(home: Path) -> Iterator[None]:
    """A lock that one build at a time can hold; inside it, an error of the file system becomes a clear message.

    A home folder that is made here may be entered by its owner alone, and files in it have no more rights than it has.

    :raises IndexFolderError: another build is running, or the folder cannot be written.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        rights = home.stat().st_mode
        lock = filelock.FileLock(home / "ingest.lock", timeout=0, mode=0o666 & rights)
        lock.acquire()
    except filelock.Timeout:
        raise IndexFolderError(notice("home in use", place=shown(home))) from None
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexFolderError(notice("home is no folder", place=shown(home))) from error
    except OSError as error:
        raise IndexFolderError(notice("home not writable", place=shown(home), why=system_message(error))) from error
    # the files are as private as the home folder, because they contain licensed texts
    former = os.umask(0o077)
    os.umask(former | (~rights & 0o077))
    try:
        yield
    except OSError as error:
        place = shown(error.filename or home)
        raise IndexFolderError(notice("build stopped", place=place, why=system_message(error))) from error
    finally:
        os.umask(former)
        lock.release()


def text_of(path: Path) -> str:
    """The text of a file in the home folder; empty where the file is missing or damaged."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
