"""The paths of files that are not in the repository."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_SHARED = ROOT.parent / "shared" / "documents"

DOCUMENTS: Path | None = _SHARED if _SHARED.is_dir() else None
"""Official publications, beside the repository and never in it; ``None`` where they are not at hand."""


def shared_folder(name: str) -> Path | None:
    """A folder beside the official publications; ``None`` where it is not at hand."""
    folder = _SHARED.parent / name
    return folder if folder.is_dir() else None


def document(relative: str) -> Path:
    """The file ``DOCUMENTS / relative``; skips the test where the documents, or this one, are absent."""
    if DOCUMENTS is None:
        pytest.skip("official publications are not at hand (../shared/documents beside the repository)")
    path = DOCUMENTS / relative
    if not path.is_file():
        pytest.skip(f"../shared/documents/{relative} is not at hand")
    return path


@cache
def first_pages_text(path: Path) -> str:
    """The text that recognition is given: of a PDF the first five pages, of other files the first 8,000 characters."""
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")[:8000]
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    try:
        texts = []
        for index in range(min(5, len(pdf))):
            page = pdf[index]
            text_page = page.get_textpage()
            texts.append(text_page.get_text_range())
            text_page.close()
            page.close()
        return "\f".join(texts)
    finally:
        pdf.close()
