"""Files that a browser sends in pieces, kept in a folder of the running app until they are added or dropped."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from app.web.uploads import safe_name

MAX_ADDED_FILE = 100_000_000
"""Bytes of a file that a browser may send."""
MAX_UPLOAD_PIECE = 1_500_000
"""Characters of one piece."""
MOST_UPLOADS = 4
"""Files that are kept at once; an older one is dropped for a newer one."""


@dataclass
class Upload:
    """A file on its way: the name that the person's machine gives it, its announced size, what came so far."""

    name: str
    size: int
    path: Path
    came: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether all that was announced has come."""
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

    def begin(self, name: str, size: int) -> str:
        """A token for a file of this name and size; "" for one that is empty or too large."""
        if not 0 < size <= self._most:
            return ""
        folder = Path(tempfile.mkdtemp(prefix="upload-", dir=os.environ.get("GRADIO_TEMP_DIR") or None))
        path = folder / safe_name(name)
        path.touch(mode=0o600)
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[token] = Upload(name[:200], size, path)
            oldest = list(self._kept)[:-MOST_UPLOADS]
        for each in oldest:
            self.drop(each)
        return token

    def piece(self, token: str, at: int, data: str) -> bool:
        """Takes the next piece of a file, in base64; false where it is not the next one, or too much."""
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
        """A file that has come whole."""
        with self._lock:
            upload = self._kept.get(token)
        return upload if upload is not None and upload.is_whole else None

    def drop(self, token: str) -> None:
        """Removes a file."""
        with self._lock:
            upload = self._kept.pop(token, None)
        if upload is not None:
            shutil.rmtree(upload.path.parent, ignore_errors=True)
