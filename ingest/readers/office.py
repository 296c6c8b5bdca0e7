"""Word documents → source pages. The only importer of ``docx``. Word stores no pages, so the document is one page."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from ingest.readers.plain import source_pages
from kb.errors import EncryptedError, TooLargeError, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.source_page import SourcePage

MAX_UNPACKED = 400_000_000
MAX_XML = 60_000_000
"""Bounds on the unpacked size of the archive, which may contain pictures, and of the part that becomes a tree."""


def read_docx(path: Path) -> list[SourcePage]:
    """One page with the paragraphs and table rows in order, one line each.

    :raises UnreadableError: not a Word document, or without text.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: unpacks beyond :data:`MAX_UNPACKED` bytes, or its XML beyond :data:`MAX_XML`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
        _check(path, members)
        document = docx.Document(str(path))
    except (TooLargeError, EncryptedError, MemoryError):
        raise
    except Exception as error:  # python-docx raises KeyError, ValueError, lxml and zip errors on damage
        raise UnreadableError(
            f"{path.name}: not a readable Word document ({type(error).__name__}); save it again as .docx"
        ) from error
    lines: list[tuple[str, bool]] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            text = " ".join(block.text.split())
            style = block.style.name if text and block.style is not None else None
            lines.append((text, (style or "").startswith(("Heading", "Title"))))
        elif isinstance(block, Table):
            for row in block.rows:
                cells = {id(cell._tc): cell for cell in row.cells}  # a merged cell is in the row once
                lines.append((" | ".join(" ".join(cell.text.split()) for cell in cells.values()), False))
    if not any(text for text, _ in lines):
        raise UnreadableError(
            f"{path.name}: the document has no text; if it holds pictures of pages, save it as PDF and run ocrmypdf"
        )
    return source_pages("\n".join(text for text, _ in lines), lambda n, _: lines[n][1])


def _check(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Checks the sizes that the archive states; ``zipfile`` reads no more than these."""
    if any(info.flag_bits & 1 for info in members):
        raise EncryptedError(f"{path.name}: protected by a password; save an unprotected copy and add that")
    unpacked = sum(info.file_size for info in members)
    xml = sum(info.file_size for info in members if info.filename.lower().endswith((".xml", ".rels")))
    packed = path.stat().st_size
    for size, bound in ((unpacked, MAX_UNPACKED), (xml, MAX_XML)):
        if size > bound:
            raise TooLargeError(
                f"{path.name}: {packed:,} bytes unpack to {size:,}; the bound is {bound:,}. Split the document"
            )
