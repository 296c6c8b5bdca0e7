"""Finds files to read and says what they are by their bytes; does not parse."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import DocumentError, TooLargeError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 300_000_000
MAX_FILES = 10_000
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, or the error that stands in its way."""

    path: Path
    error: DocumentError | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a set of paths holds: files to read in a fixed order, files of other kinds, and notes."""

    files: tuple[Found, ...]
    other: tuple[Path, ...]
    notes: tuple[str, ...]


def find(paths: Iterable[Path]) -> Listing:
    """Every readable file under the paths, each once, in path order.

    A named file is tried whatever its ending; in a folder only known endings are. A path that is not there is an
    error of its own, not of the batch.
    """
    files: dict[Path, Found] = {}
    other: list[Path] = []
    notes: list[str] = []
    for path in paths:
        try:
            if path.is_dir():
                before = len(files)
                for found in _walk(path, other, notes):
                    files.setdefault(found.path.resolve(), found)
                if len(files) == before:
                    notes.append(f"{path}: no documents in this folder (looked for {', '.join(MEDIA_TYPES)})")
            elif path.exists():
                files.setdefault(path.resolve(), Found(path))
            else:
                error = UnreadableError(f"{path}: there is no such file or folder; check the spelling")
                files.setdefault(path, Found(path, error))
        except OSError as failure:
            error = UnreadableError(f"{path}: {failure.strerror or failure}; check its permissions")
            files.setdefault(path, Found(path, error))
    return Listing(tuple(files.values()), tuple(other), tuple(notes))


def _walk(folder: Path, other: list[Path], notes: list[str]) -> list[Found]:
    out: list[Found] = []

    def refused(failure: OSError) -> None:
        notes.append(f"{failure.filename}: {failure.strerror}; the folder is skipped")

    for root, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(root) / name
            if name.startswith((".", "~$")):
                continue
            if path.suffix.lower() in MEDIA_TYPES:
                out.append(Found(path))
            else:
                other.append(path)
            if len(out) >= MAX_FILES:
                notes.append(f"{folder}: more than {MAX_FILES:,} files; the rest is left out")
                return out
    return out


def fingerprint(path: Path) -> str:
    """The file's SHA-256 in hex.

    :raises UnreadableError: missing, empty, no regular file, or not permitted.
    :raises TooLargeError: beyond :data:`MAX_BYTES`; told before a byte is read.
    """
    try:
        status = path.stat()
        if not path.is_file():
            raise UnreadableError(f"{path.name}: not a regular file")
        if status.st_size == 0:
            raise UnreadableError(f"{path.name}: the file is empty; get a fresh copy from the publisher")
        if status.st_size > MAX_BYTES:
            raise TooLargeError(
                f"{path.name}: {status.st_size:,} bytes; the bound is {MAX_BYTES:,}. Split the file and add the parts"
            )
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as failure:
        raise UnreadableError(f"{path.name}: {failure.strerror or failure}; check its permissions") from failure


def media_type(path: Path) -> str:
    """What the bytes are, told against what the ending says.

    :raises UnreadableError: the content is not what the ending says, or of no known kind.
    """
    claimed = MEDIA_TYPES.get(path.suffix.lower())
    with path.open("rb") as file:
        head = file.read(4096)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    is_html = start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        start.startswith(b"<?xml") and b"<html" in head.lower()
    )
    if b"%PDF-" in head[:1024]:
        actual: str | None = MEDIA_TYPES[".pdf"]
    elif head.startswith(b"PK\x03\x04") and claimed == MEDIA_TYPES[".docx"]:
        actual = claimed
    elif is_html:
        actual = MEDIA_TYPES[".html"]
    elif b"\x00" not in head and claimed and claimed.startswith("text/"):
        actual = claimed
    elif head[:2] in (b"\xff\xfe", b"\xfe\xff") and claimed and claimed.startswith("text/"):
        actual = claimed
    else:
        actual = None
    if claimed == MEDIA_TYPES[".pdf"] and actual == MEDIA_TYPES[".html"]:
        raise UnreadableError(
            f"{path.name}: a web page saved under a PDF name (often a download site's interstitial); "
            "open the publisher's page in a browser and save the PDF itself"
        )
    if actual is None:
        kinds = ", ".join(MEDIA_TYPES)
        raise UnreadableError(f"{path.name}: its content is none of {kinds}; damaged, or saved under another file's name")
    return actual
