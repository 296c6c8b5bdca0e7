"""Files that a browser sends: bounded, under a harmless name, in a folder of their own that is removed again.

The composition root (``app/cli/serve.py``) hands in the readers, because the app knows no reader of documents; they
read in processes of their own, with bounds on time and memory.
"""

from __future__ import annotations

import base64
import binascii
import re
import shutil
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.plain_text import without_surrogates
from app.web.framework_environment import temporary_folder
from kb.errors import ConfigError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kb.drafts.draft import Draft
    from kb.lists.tables import InputFile

MOST_BYTES = 20_000_000
"""Largest size in bytes of a file that a browser may send."""
_MAX_NAME, _MAX_NAME_BYTES = 120, 200


@dataclass(frozen=True, slots=True)
class FileReaders:
    """The readers of files from outside: tables, drafts, and the copy of a Word draft with comments (part, start, end
    and words of each).

    Each raises a :class:`kb.errors.DocumentError` for a file that cannot be read within its bounds.
    """

    table: Callable[[Path], InputFile]
    draft: Callable[[Path], Draft]
    commented: Callable[[Path, Sequence[tuple[int, int, int, str]]], bytes]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a browser sent: its name without any folder, its ending in lower case, its bytes."""

    name: str
    ending: str
    data: bytes


def sent_file(data: Mapping[str, Any], endings: Sequence[str]) -> SentFile:
    """The file of a call: ``name``, and ``data`` in base64.

    :raises ConfigError: its ending is not in ``endings``, it is empty or too large, or the data are not base64.
    """
    name = data.get("name")
    name = safe_name(name if isinstance(name, str) else "")
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    kinds = ", ".join(each.removeprefix(".") for each in endings if each)
    if ending not in endings:
        raise ConfigError(notice("page file kind", file=name, kinds=kinds))
    coded = data.get("data")
    coded = coded if isinstance(coded, str) else ""
    if len(coded) > MOST_BYTES * 4 // 3 + 4:
        raise ConfigError(notice("page file large", file=name, most=f"{MOST_BYTES // 1_000_000}"))
    try:
        found = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not found:
        raise ConfigError(notice("page file empty", file=name))
    return SentFile(name, ending, found)


def safe_name(name: str) -> str:
    """The name of a file without folders, control characters and characters that systems forbid; "file" if nothing is
    left."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", without_surrogates(name)))[-1]
    kept = re.sub(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u202a-\u202e\u2066-\u2069]', "", last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        return _shortened(kept) or "file"
    return f"{_shortened(stem) or 'file'}.{ending[:10]}"


def _shortened(name: str) -> str:
    """A name that a file system accepts: bounded in characters and in bytes, because characters of other scripts have
    several bytes."""
    return name[:_MAX_NAME].encode()[:_MAX_NAME_BYTES].decode("utf-8", "ignore")


@contextmanager
def file_on_disk(sent: SentFile, home: Path) -> Iterator[Path]:
    """The file in a folder that only this person may enter; folder and file are removed at the end."""
    folder = temporary_folder(home)
    try:
        path = folder / (sent.name if len(sent.name.encode()) <= 240 else f"file{sent.ending}")
        path.write_bytes(sent.data)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
