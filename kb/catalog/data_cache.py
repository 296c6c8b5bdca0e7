"""A cache of the project's parsed data files, as JSON in the home folder; reading it takes a tenth of the time.

The name of a cache file is a hash of the data files and of the code that reads them, so it is never stale. The file
begins with a hash of its content; a damaged one is silently made again. If the home folder cannot be written, the data
files are parsed each time.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

CODE = (*sorted(Path(__file__).parent.glob("*.py")), Path(__file__).parent.parent / "types.py")
"""The modules that read data files, and the one with the records that they fill."""


def kept_data(folder: Path, sources: Iterable[Path], make: Callable[[], Any]) -> Any:
    """The plain data that ``make`` returns for ``sources``, from the cache in ``folder`` if it was made before.

    :raises ConfigError: as ``make`` does.
    """
    path = folder / f"{_digest((*sources, *CODE))}.json"
    with suppress(OSError, ValueError):
        stored, _, content = path.read_bytes().partition(b"\n")
        if stored == _checksum(content):
            return json.loads(content)
    data = make()
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.json"):
            old.unlink(missing_ok=True)
        write_whole(path, _checksum(content) + b"\n" + content)
    return data


def _digest(sources: Iterable[Path]) -> str:
    """A hash of the names, sizes and bytes of files; an unreadable file counts as empty, and its reader reports it."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sources:
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=12).hexdigest().encode()
