"""The home folder: the names of the parts that a build writes, and the lock that lets one build run at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import filelock

from ingest.sources.find import shown
from kb.errors import IndexFolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CACHE = "cache"
"""The folder of vectors, kept by text, and of converted encoders."""

ADDED = "documents"
"""The folder of files that a person added; a build reads it without being told to."""

OCR = "ocr"
"""The folder of copies of scans that have a text layer."""

REGISTER = "register"
"""The folder of PDF files compiled from the register."""

REMOVED = "removed"
"""The file that lists which documents a person removed."""


@contextmanager
def build_lock(home: Path) -> Iterator[None]:
    """A lock that one build at a time can hold; inside it, an error of the file system becomes a clear message.

    :raises IndexFolderError: another build is running, or the folder cannot be written.
    """
    lock = filelock.FileLock(home / "ingest.lock", timeout=0)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise IndexFolderError(f"{shown(home)}: another ingest is running; wait for it to end") from None
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexFolderError(
            f"{shown(home)}: it, or a part of its path, is no folder; choose another --home"
        ) from error
    except OSError as error:
        raise IndexFolderError(f"{shown(home)}: cannot be written ({error.strerror}); choose another --home") from error
    try:
        yield
    except OSError as error:
        place = shown(error.filename or home)
        raise IndexFolderError(
            f"{place}: {error.strerror or error}; the last good index stays. Free space or choose another --home"
        ) from error
    finally:
        lock.release()


def text_of(path: Path) -> str:
    """The text of a file in the home folder; empty where the file is missing or damaged."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
