"""Files that a browser sends in pieces, kept in a folder of the running app until they are added or dropped."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import shutil
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.web.uploads import safe_name

MAX_ADDED_FILE = 100_000_000
"""Largest size in bytes of a file that a browser may send in pieces."""
MAX_UPLOAD_PIECE = 1_500_000
"""Largest number of characters of one piece."""
MOST_UPLOADS, MOST_UPLOADS_OF_ALL = 4, 32
"""Files of one person, and of all together, that are kept at once; an older one is dropped for a newer one, of all
together one of those who have most."""


@dataclass
class Upload:
    """A file on its way: its name on the person's machine, its announced size, the bytes so far."""

    name: str
    size: int
    path: Path
    whose: str = ""
    came: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all announced bytes have arrived."""
        return self.came == self.size and self.size > 0


class Uploads:
    """The files that browsers sent to one app. Safe to share between threads."""

    def __init__(self, most: int = MAX_ADDED_FILE) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[str, Upload] = {}

    @property
    def most(self) -> int:
        """Bytes that a file may have."""
        return self._most

    def begin(self, name: str, size: int, whose: str = "") -> str:
        """A token for a person's file of this name and size; empty for a file that is empty or too large."""
        if not 0 < size <= self._most:
            return ""
        folder = Path(tempfile.mkdtemp(prefix="upload-", dir=os.environ.get("GRADIO_TEMP_DIR") or None))
        path = folder / safe_name(name)
        path.touch(mode=0o600)
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[token] = Upload(name[:200], size, path, whose)
            oldest = self._of(whose)[:-MOST_UPLOADS]
            if len(self._kept) - len(oldest) > MOST_UPLOADS_OF_ALL:
                counted = Counter(each.whose for each in self._kept.values())
                oldest.append(self._of(max(counted, key=lambda person: counted[person]))[0])
        for each in oldest:
            self.drop(each)
        return token

    def _of(self, whose: str) -> list[str]:
        """The tokens of a person's files, the oldest first."""
        return [token for token, each in self._kept.items() if each.whose == whose]

    def piece(self, token: str, at: int, data: str) -> bool:
        """Takes the next piece of a file, in base64; returns false if it is not the next one, or too much."""
        if len(data) > MAX_UPLOAD_PIECE:
            return False
        try:
            piece = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            return False
        with self._lock:
            upload = self._kept.get(token)
            if upload is None or at != upload.came or upload.came + len(piece) > upload.size:
                return False
            with upload.path.open("ab") as file:
                file.write(piece)
            upload.came += len(piece)
        return True

    def whole(self, token: str) -> Upload | None:
        """A file that has arrived completely, or ``None``."""
        with self._lock:
            upload = self._kept.get(token)
        return upload if upload is not None and upload.is_whole else None

    def drop(self, token: str) -> bool:
        """Removes a file; returns whether it existed."""
        with self._lock:
            upload = self._kept.pop(token, None)
        if upload is not None:
            shutil.rmtree(upload.path.parent, ignore_errors=True)
        return upload is not None
