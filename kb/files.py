"""Writes files atomically (beside their place, then renamed), and hashes files.

A reader never sees half a file: it finds the former content or the new one, also after a kill or on a full disk.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BESIDE = ".new"
"""The ending of a file that is being written; no reader of documents or settings takes such a file."""


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hex.

    :raises OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: str | bytes, *, flush: bool = False) -> None:
    """Writes a file (text as UTF-8) in the place of the former one; ``flush`` as for :func:`written_beside`.

    :raises OSError: the file cannot be written; the former one is as it was.
    """
    with written_beside(path, flush=flush) as beside:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def written_beside(path: Path, ending: str = BESIDE, *, flush: bool = False) -> Iterator[Path]:
    """A new path in the same folder for the caller to write; at the end it is renamed to ``path``.

    It is removed where the caller fails. With ``flush`` the content is on the disk before the
    rename, and the rename before this returns, so that the file also survives a loss of power.

    :raises OSError: the file cannot be written; the former one is as it was.
    """
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}{ending}")
    try:
        yield beside
        if flush:
            flush_to_disk(beside)
        beside.replace(path)
        if flush:
            flush_to_disk(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def flush_to_disk(path: Path) -> None:
    """Has the system write a file or a folder to its disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
