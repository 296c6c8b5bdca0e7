"""Editions downloaded into the home folder, from publishers that allow it."""

from __future__ import annotations

import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parse import Task
from ingest.sources import find
from ingest.sources.add import Added, add_file, read_alone
from kb.errors import DocumentError, UnreadableError
from kb.files import file_sha256

if TYPE_CHECKING:
    from kb.types import Edition

TIMEOUT = 60
"""Seconds without a byte after which a download is given up."""

CHUNK = 1 << 16


def fetch(edition: Edition, home: Path) -> Added:
    """Downloads an edition whose publisher allows it, checks that it is that edition, and adds it.

    :raises UnreadableError: not allowed, not reachable, or not that edition; says how to add it by hand.
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
        digest = file_sha256(path)
        try:
            result = read_alone(Task(path, digest))
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
