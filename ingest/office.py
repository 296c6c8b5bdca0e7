"""Word documents → source pages. The only importer of ``docx``. Word stores no pages, so the document is one page."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from ingest.plain import source_pages
from kb.errors import TooLargeError, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.pages import SourcePage

MAX_UNPACKED = 400_000_000


def read_docx(path: Path) -> list[SourcePage]:
    """Paragraphs and table rows in their order, one line each.

    :raises UnreadableError: not a Word document, or without text.
    :raises TooLargeError: unpacks beyond :data:`MAX_UNPACKED` bytes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise TooLargeError(f"{path.name}: unpacks to {unpacked:,} bytes; the bound is {MAX_UNPACKED:,}")
        document = docx.Document(str(path))
    except TooLargeError:
        raise
    except Exception as error:  # python-docx raises KeyError, ValueError, lxml and zip errors on damage
        raise UnreadableError(
            f"{path.name}: not a readable Word document ({type(error).__name__}); save it again as .docx"
        ) from error
    lines: list[str] = []
    headings: set[str] = set()
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            text = " ".join(block.text.split())
            if text and block.style is not None and (block.style.name or "").startswith(("Heading", "Title")):
                headings.add(text)
            lines.append(text)
        elif isinstance(block, Table):
            lines.extend(" | ".join(" ".join(cell.text.split()) for cell in row.cells) for row in block.rows)
    if not any(lines):
        raise UnreadableError(f"{path.name}: the document has no text; if it holds pictures of pages, save it as PDF and run ocrmypdf")
    return source_pages("\n".join(lines), lambda line: line in headings)
