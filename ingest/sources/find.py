"""Finds files to read, and determines their media types from their bytes; does not parse them."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.readers.encodings import looks_like_utf16
from kb.errors import DocumentError, EncryptedError, TooLargeError, UnreadableError
from kb.files import file_sha256
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_FILE_BYTES = 300_000_000
MAX_FILES = 10_000
MAX_NAME = 200
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".hwpx": "application/hwp+zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
ZIPPED = (".docx", ".hwpx", ".xlsx", ".pptx")
"""Endings of formats that are zip archives of XML."""

_TAIL_BYTES = 4096
"""The end mark of a PDF must be within this many bytes of its end; pdfium looks no further either."""

_OLE = b"\xd0\xcf\x11\xe0"
"""The first bytes of an old Word file, and of the envelope of an encrypted one."""

_OLD_PROGRAMS = {".docx": "Word", ".hwpx": "Hangul", ".xlsx": "Excel", ".pptx": "PowerPoint"}
_ADVICE = {
    errno.ENOENT: "advice spelling or link",
    errno.ENOTDIR: "advice spelling",
    errno.ENAMETOOLONG: "advice spelling",
    errno.ELOOP: "advice link loop",
    errno.EACCES: "advice permissions",
    errno.EPERM: "advice permissions",
    errno.EIO: "advice disk",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, or the error that prevents it. ``named`` says that the person gave this very path."""

    path: Path
    error: DocumentError | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The files under some paths: those to read in a fixed order, those of other kinds, notes, and empty folders."""

    files: tuple[SourceFile, ...]
    other: tuple[Path, ...]
    notes: tuple[Notice, ...]
    empty: tuple[Path, ...] = ()


def shown(text: object) -> str:
    r"""The text on one line and safe to print: control characters and invalid characters are written as ``\x1b``."""
    return "".join(_shown_char(c) for c in str(text))


def _shown_char(char: str) -> str:
    if char == " " or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8, as Python represents it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shown_name(path: Path) -> str:
    """The file's name for messages: on one line, and cut where it is very long."""
    name = shown(path.name or path)
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 40]}…{name[-39:]}"


def _shown_place(path: object) -> str:
    """A path for messages: on one line, and cut in the middle where it is very long."""
    place = shown(path)
    return place if len(place) <= 2 * MAX_NAME else f"{place[:MAX_NAME]}…{place[-MAX_NAME:]}"


def _is_link(path: Path) -> bool:
    """Whether a path is a link; a path that is too long for the system is not."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def _leads_out(link: Path, folder: Path) -> bool:
    """Whether a link in a folder leads to something that is there and not in the folder."""
    target = real_path(link)
    return target.exists() and not target.is_relative_to(real_path(folder))


def real_path(path: Path) -> Path:
    """The absolute path with links followed as far as possible; a link to itself is no error here."""
    return Path(os.path.realpath(path))


def shown_notice(found: Notice) -> Notice:
    """A notice whose values are safe to print, as :func:`shown` makes them."""
    return Notice(found.kind, tuple((name, _shown_value(value)) for name, value in found.values))


def _shown_value(value: Any) -> Any:
    if isinstance(value, Notice):
        return shown_notice(value)
    if isinstance(value, tuple):
        return tuple(map(_shown_value, value))
    return shown(value) if isinstance(value, str) else value


def why(failure: OSError) -> Notice:
    """The system's message, and what to do about it."""
    number = failure.errno or 0
    advice = notice(_ADVICE.get(number, "advice fresh copy"))
    return notice("system fault", said=system_message(failure), advice=advice)


def system_message(failure: OSError) -> Notice | str:
    """The system's description of one of its errors, in the reader's language if it is a usual one."""
    number = failure.errno or 0
    if number in _ADVICE:
        return notice(f"system {errno.errorcode[number]}")
    return failure.strerror or str(failure)


def find_files(paths: Iterable[Path]) -> Listing:
    """Every file to read under the paths, each once, in the order of their paths.

    A named file is read whatever its ending. In a folder only files with known endings are read, no hidden ones, and
    links to folders, or to files outside the folder, are not followed. A path that does not exist gives an error for
    itself and does not stop the others.
    """
    files: dict[Path, SourceFile] = {}
    other: list[Path] = []
    notes: list[Notice] = []
    empty: list[Path] = []
    for path in paths:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError) as failure:
            spelling = notice("system fault", said=str(failure), advice=notice("advice spelling"))
            reason = why(failure) if isinstance(failure, OSError) else spelling
            error = UnreadableError(notice("file fault", file=shown(path), why=reason))
            files[real_path(path) if "\0" not in str(path) else path] = SourceFile(path, error, named=True)
            continue
        if not is_folder:
            files[real_path(path)] = SourceFile(path, named=True)
            continue
        found = _walk(path, other, notes)
        if not found:
            empty.append(path)
        for item in found:
            files.setdefault(real_path(item), SourceFile(item))
    return Listing(tuple(files.values()), tuple(other), tuple(notes), tuple(empty))


def is_there(path: Path) -> bool:
    """Whether a file exists; a file without permission counts as existing, so that it is reported."""
    try:
        return path.is_file()
    except OSError:
        return True


def _walk(folder: Path, other: list[Path], notes: list[Notice]) -> list[Path]:
    """Files with known endings. Files with others are added to ``other``, reasons for leaving some out to ``notes``."""
    out: list[Path] = []

    def refused(failure: OSError) -> None:
        notes.append(notice("folder skipped", folder=_shown_place(failure.filename), why=why(failure)))

    n_seen = 0
    for root, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in folders:
            path = Path(root) / name
            if _is_link(path):
                notes.append(notice("folder is a link", folder=_shown_place(path)))
        for name in sorted(names):
            if name.startswith((".", "~$")):
                continue
            n_seen += 1
            path = Path(root) / name
            if _is_link(path) and path.suffix.lower() in MEDIA_TYPES and _leads_out(path, folder):
                notes.append(notice("file is a link", file=_shown_place(path)))
                continue
            (out if path.suffix.lower() in MEDIA_TYPES else other).append(path)
            if n_seen >= MAX_FILES:
                notes.append(notice("folder of too many files", folder=shown(folder), n=MAX_FILES))
                return out
    return out


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal.

    :raises UnreadableError: the file is missing, empty, not a regular file or not permitted, or its name is not valid
        UTF-8.
    :raises TooLargeError: the file is larger than :data:`MAX_FILE_BYTES`; this is checked before a byte is read.
    """
    name = shown_name(path)
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UnreadableError(notice("file name not UTF-8", file=name)) from None
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(notice("file not regular", file=name))
        if status.st_size == 0:
            raise UnreadableError(notice("file empty", file=name))
        if status.st_size > MAX_FILE_BYTES:
            raise TooLargeError(notice("file too large", file=name, size=status.st_size, bound=MAX_FILE_BYTES))
        return file_sha256(path)
    except OSError as failure:
        raise UnreadableError(notice("file fault", file=name, why=why(failure))) from failure


def media_type(path: Path) -> str:
    """The media type of the content, checked against the file's ending.

    :raises UnreadableError: the content does not match the ending, is of no known type, or is cut off.
    :raises EncryptedError: the file is a protected Word file.
    """
    name = shown_name(path)
    claimed = MEDIA_TYPES.get(path.suffix.lower())
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            file.seek(-min(2 * _TAIL_BYTES, path.stat().st_size), os.SEEK_END)
            tail = file.read()
    except OSError as failure:
        raise UnreadableError(notice("file fault", file=name, why=why(failure))) from failure
    ending = path.suffix.lower()
    if head.startswith(_OLE) and ending in ZIPPED:
        old = _OLD_PROGRAMS[ending]
        raise EncryptedError(notice("file protected or old", file=name, program=old, ending=ending))
    if head.startswith(_OLE):
        kinds = ", ".join(ZIPPED)
        raise UnreadableError(notice("file of old program", file=name, kinds=kinds))
    actual = _media_type(head, claimed)
    if claimed == MEDIA_TYPES[".pdf"] and actual == MEDIA_TYPES[".html"]:
        raise UnreadableError(notice("file is web page", file=name))
    if actual is None:
        kinds = ", ".join(MEDIA_TYPES)
        raise UnreadableError(notice("file of no known kind", file=name, kinds=kinds))
    if actual == MEDIA_TYPES[".pdf"]:
        end = tail.rstrip(b"\0 \t\r\n")[-_TAIL_BYTES:]
        if b"%%EOF" not in end and b"startxref" not in end:
            raise UnreadableError(notice("file breaks off", file=name))
    return actual


def _media_type(head: bytes, claimed: str | None) -> str | None:
    """The media type of content by its beginning and the type that its name claims; ``None`` where it is unknown."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if b"%PDF-" in head[:1024]:
        return MEDIA_TYPES[".pdf"]
    if head.startswith(b"PK\x03\x04") and claimed in {MEDIA_TYPES[ending] for ending in ZIPPED}:
        return claimed
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        start.startswith(b"<?xml") and b"<html" in head.lower()
    ):
        return MEDIA_TYPES[".html"]
    if claimed and claimed.startswith("text/") and (b"\0" not in head or looks_like_utf16(head)):
        return claimed
    return None
