"""Plain text and Markdown → source pages. The document text is the file's own text, character for character.

A file without form feeds is one page; it has no printed labels.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from ingest.layout.source_page import SourceLine, SourcePage
from kb.errors import TooLargeError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_TEXT_BYTES = 50_000_000
_HEADING = re.compile(r"#{1,6}\s+\S")
_CONTROL = {c: " " for c in range(32) if chr(c) not in "\n\f\x02"}
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_plain(path: Path) -> list[SourcePage]:
    """Pages of a ``.txt`` or ``.md`` file.

    :raises UnreadableError: empty, binary, or in an unknown encoding.
    :raises TooLargeError: beyond :data:`MAX_TEXT_BYTES`.
    """
    text = decode(path)
    heading = _HEADING if path.suffix.lower() in {".md", ".markdown"} else None
    return source_pages(text, lambda _, line: bool(heading and heading.match(line)))


def decode(path: Path, declared: Callable[[bytes], str | None] = lambda _: None) -> str:
    """The file's text, decoded by its byte order mark, as UTF-8, as its content declares, or as CP949 or Windows-1252.

    ``declared`` returns the encoding that the content itself names, or ``None``.

    :raises UnreadableError: empty or binary.
    :raises TooLargeError: beyond :data:`MAX_TEXT_BYTES`.
    """
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise TooLargeError(f"{path.name}: {size:,} bytes; the bound for text is {MAX_TEXT_BYTES:,}. Split the file")
    data = path.read_bytes()
    if not data.strip():
        raise UnreadableError(f"{path.name}: the file is empty; get a fresh copy from the publisher")
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    guess = "cp949" if _is_korean(data) else "cp1252"
    text = next(
        (t for e in (marked, "utf-8", declared(data), guess) if e and (t := _decoded(data, e)) is not None), None
    )
    if text is None:
        raise UnreadableError(f"{path.name}: its text encoding cannot be told; save it as UTF-8")
    if len(_NO_TEXT.findall(text[:100_000])) > 1 + 0.005 * len(text[:100_000]):
        raise UnreadableError(f"{path.name}: binary content under a text ending; give it its right ending")
    if not text.strip():
        raise UnreadableError(f"{path.name}: the file holds no words; get a fresh copy from the publisher")
    return text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_korean(data: bytes) -> bool:
    """Whether bytes beyond ASCII come in pairs: Hangul in CP949 does, accents and curly quotes do not."""
    beyond = len(re.findall(rb"[\x80-\xff]", data))
    pairs = len(re.findall(rb"[\xa1-\xfe][\xa1-\xfe]", data))
    return beyond > 0 and 2 * pairs > 0.9 * beyond


def source_pages(text: str, is_heading: Callable[[int, str], bool]) -> list[SourcePage]:
    """Text with form feeds between pages, as source pages; headings are marked as bold and large.

    ``is_heading`` is called with the number of a line in the text, from 0, and its words.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    pages: list[SourcePage] = []
    number = 0
    for index, page in enumerate(text.split("\f"), 1):
        lines: list[SourceLine] = []
        at = 0
        raw_lines = page.split("\n")
        for n, line in enumerate(raw_lines):
            if line.strip():
                heading = is_heading(number + n, line)
                left = len(line) - len(line.lstrip())
                top = 0.2 + 0.6 * n / max(
                    1, len(raw_lines)
                )  # never in the bands of head or foot, because plain text has no furniture
                size = 1.3 if heading else 1.0
                lines.append(SourceLine(at, at + len(line), left, len(line), top, size, heading))
            at += len(line) + 1
        number += len(raw_lines)
        pages.append(SourcePage(index, page, tuple(lines)))
    return pages
