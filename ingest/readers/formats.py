"""Names the reader of each type of file besides PDF and plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.readers.hangul import read_hwpx
from ingest.readers.markdown import read_markdown
from ingest.readers.markup import read_html
from ingest.readers.sheets import read_xlsx
from ingest.readers.slides import read_pptx
from ingest.readers.word import read_docx
from ingest.sources.find import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ingest.layout.source_page import FileContent

READERS: Mapping[str, Callable[[Path], FileContent]] = {
    MEDIA_TYPES[".md"]: read_markdown,
    MEDIA_TYPES[".html"]: read_html,
    MEDIA_TYPES[".docx"]: read_docx,
    MEDIA_TYPES[".hwpx"]: read_hwpx,
    MEDIA_TYPES[".xlsx"]: read_xlsx,
    MEDIA_TYPES[".pptx"]: read_pptx,
}
"""The function that reads a file, by its media type."""
