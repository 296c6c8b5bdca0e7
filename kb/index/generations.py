"""Finds the generation of an index that is in service: the one that the pointer names, or the newest complete one.

The pointer is a file of a few bytes. If it is lost or damaged, the generations can still be complete; each has the
hashes of its files.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import weakref
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kb.errors import IndexFolderError, NoIndexError
from kb.files import file_sha256
from kb.index.layout import BUILDING, CURRENT, MANIFEST, advised, damaged, is_manifest_of, unreadable_place
from kb.types import notice

_LOCKS: Any = importlib.import_module("fcntl") if importlib.util.find_spec("fcntl") else None
"""The system's locks of files; where there are none, the system removes no file that is open."""

if TYPE_CHECKING:
    from collections.abc import Callable

Opened = TypeVar("Opened")


def current_folder(root: Path) -> Path:
    """The generation in service. If ``CURRENT`` is missing or names no complete generation, the newest complete one.

    :raises NoIndexError: there is none.
    :raises IndexFolderError: it cannot be read, or ``CURRENT`` names a missing one and none is complete.
    """
    try:
        return named_folder(root)
    except PermissionError as error:
        raise unreadable_place(Path(error.filename), error, "advice mend permissions") from error
    except IndexFolderError:
        whole = newest_whole(root)
        if whole is None:
            raise
        return whole


def named_folder(root: Path) -> Path:
    """The generation that ``CURRENT`` names.

    :raises NoIndexError: there is no ``CURRENT``.
    :raises IndexFolderError: it names no generation, or cannot be read.
    :raises PermissionError: this person may not read it.
    """
    pointer = root / CURRENT
    try:
        name = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        raise NoIndexError(advised(notice("no index", place=str(root)), notice("advice build"))) from None
    except NotADirectoryError:
        raise NoIndexError(advised(notice("no index in file", place=str(root)), notice("advice other home"))) from None
    except PermissionError:
        raise
    except UnicodeDecodeError as error:
        raise damaged(pointer, notice("index names nothing")) from error
    except OSError as error:
        raise unreadable_place(pointer, error, "advice force") from error
    folder = root / name
    try:
        known = bool(name) and Path(name).name == name and (folder / MANIFEST).is_file()
    except PermissionError:
        raise
    except (OSError, ValueError):  # a name no file can have
        known = False
    if not known:
        raise damaged(pointer, notice("index names no folder", name=name[:80]))
    return folder


def newest_whole(root: Path) -> Path | None:
    """The latest generation whose files are undamaged; ``None`` if there is none."""
    found: list[tuple[int, str, Path]] = []
    try:
        for folder in root.iterdir():
            manifest = folder / MANIFEST
            if not folder.name.startswith(BUILDING) and manifest.is_file():
                state = manifest.stat()
                found.append((state.st_mtime_ns, folder.name, folder))
    except OSError:
        return None
    return next(
        (folder for changed, _, folder in sorted(found, reverse=True) if _is_whole_generation(folder, changed)), None
    )


@lru_cache(maxsize=16)
def _is_whole_generation(folder: Path, _changed: int) -> bool:
    """Whether every file of a generation has the hash in its manifest; checked once for each manifest."""
    try:
        written = (folder / MANIFEST).read_bytes()
        files: Any = json.loads(written.decode("utf-8"))["files"]
        return (
            is_manifest_of(folder, written)
            and bool(files)
            and all(file_sha256(folder / name) == sha256 for name, (_, sha256) in files.items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def opened_in_service(root: Path, opened: Callable[[Path], Opened]) -> Opened:
    """The result of ``opened`` for the generation in service; if a build replaces it meanwhile, for the newer one.

    :raises IndexFolderError: as :func:`current_folder`, and what ``opened`` raises.
    """
    while True:
        folder = current_folder(root)
        try:
            return opened(folder)
        except IndexFolderError:
            if current_folder(root) == folder:
                raise


def hold(folder: Path, reader: object) -> Callable[[], object]:
    """Marks a generation as in use, for as long as ``reader`` exists or until the returned function is called.

    Files of a generation are opened when first needed, so a later build must not remove it while it is in use.

    :raises IndexFolderError: a build removed it just before.
    """
    if _LOCKS is None:
        return lambda: None
    try:
        held = os.open(folder / MANIFEST, os.O_RDONLY)
    except FileNotFoundError as error:
        raise damaged(folder, f"{MANIFEST}: {error.strerror}") from error
    except OSError:
        return lambda: None
    let_go = weakref.finalize(reader, os.close, held)
    with contextlib.suppress(OSError):  # a file system without locks: the former generation stays all the same
        _LOCKS.flock(held, _LOCKS.LOCK_SH)  # waits while a build checks (:func:`is_held`)
    if not os.fstat(held).st_nlink:
        let_go()
        raise damaged(folder, f"{MANIFEST} was removed")
    return let_go


def is_held(folder: Path) -> bool:
    """Whether a reader in this or another process uses a generation."""
    if _LOCKS is None:
        return False
    try:
        probe = os.open(folder / MANIFEST, os.O_RDONLY)
    except OSError:
        return False
    try:
        _LOCKS.flock(probe, _LOCKS.LOCK_EX | _LOCKS.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(probe)
    return False
