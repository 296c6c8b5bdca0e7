"""Plain text and Markdown → source pages. The document text is the file's own text, character for character.

A file without form feeds is one page; it has no printed labels.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.pages import SourceLine, SourcePage
from kb.errors import TooLargeError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_BYTES = 50_000_000
_HEADING = re.compile(r"#{1,6}\s+\S")
_CONTROL = {c: " " for c in range(32) if chr(c) not in "\n\f\x02"}


def read_plain(path: Path) -> list[SourcePage]:
    """Pages of a ``.txt`` or ``.md`` file.

    :raises UnreadableError: empty, binary, or in no encoding that can be told.
    :raises TooLargeError: beyond :data:`MAX_BYTES`.
    """
    text = decode(path)
    heading = _HEADING if path.suffix.lower() in {".md", ".markdown"} else None
    return source_pages(text, lambda line: bool(heading and heading.match(line)))


def decode(path: Path) -> str:
    """The file's text: UTF-8 or UTF-16 by its mark, else UTF-8, else CP949 or Windows-1252 by which decodes.

    :raises UnreadableError: empty or binary.
    :raises TooLargeError: beyond :data:`MAX_BYTES`.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise TooLargeError(f"{path.name}: {size:,} bytes; the bound for text is {MAX_BYTES:,}. Split the file")
    data = path.read_bytes()
    if not data.strip():
        raise UnreadableError(f"{path.name}: the file is empty; get a fresh copy from the publisher")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:4096]:
        raise UnreadableError(f"{path.name}: binary content under a text ending; give it its right ending")
    for encoding in ("utf-8-sig", "cp949", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError(f"{path.name}: the text encoding cannot be told; save it as UTF-8")


def source_pages(text: str, is_heading: Callable[[str], bool]) -> list[SourcePage]:
    """Text with form feeds between pages, as source pages; headings are marked bold and large."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    pages: list[SourcePage] = []
    for index, page in enumerate(text.split("\f"), 1):
        lines: list[SourceLine] = []
        at = 0
        raw_lines = page.split("\n")
        for n, line in enumerate(raw_lines):
            if line.strip():
                heading = is_heading(line)
                top = 0.2 + 0.6 * n / max(1, len(raw_lines))  # never in the head or foot band: text has no furniture
                lines.append(
                    SourceLine(at, at + len(line), len(line) - len(line.lstrip()), len(line), top, 1.3 if heading else 1.0, heading)
                )
            at += len(line) + 1
        pages.append(SourcePage(index, page, tuple(lines)))
    return pages
