"""The boxes of a quote on its pages: every word of it, or none at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb import pdf
from kb.citing.source_file import SourceState, is_our_own, source_state
from kb.errors import KBError
from kb.page_workers import PAGE_WORKERS
from kb.text.locators import raw_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.page_workers import Boxes
    from kb.types import Citation

    _Quoted = tuple[int, Sequence[tuple[int, int]], str]


def with_rects(library: Library, citation: Citation) -> Citation:
    """The citation with the boxes of its quote, as ``(page, x0, y0, x1, y1)`` in parts of the page, or without any.

    A quote that is not covered exactly gets no box; so does one whose document is no PDF, or whose file is gone or
    changed (:func:`kb.citing.source_file.source_state`), or cannot be read within bounds (:mod:`kb.page_workers`). The
    register as it was compiled here is opened without another process.
    """
    stored = library.store.document(citation.doc_id)
    if stored is None or stored.media_type != "application/pdf" or citation.rects:
        return citation
    if source_state(stored) is not SourceState.SAME:  # what stands there now was never read within bounds
        return citation
    text = library.store.text(citation.doc_id)
    pages = [
        (
            page.index,
            raw_ranges(page, citation.char_start, citation.char_end),
            text[max(page.start, citation.char_start) : min(page.end, citation.char_end)],
        )
        for page in library.store.pages(citation.doc_id)[citation.page_index - 1 : citation.page_end]
    ]
    try:
        found = _own_boxes(stored, pages) if is_our_own(library, stored) else _bounded_boxes(stored, pages)
    except (KBError, RuntimeError):  # RuntimeError is what pdfium raises for a page that it cannot load
        return citation
    if any(not boxes and expected.strip() for boxes, (_, _, expected) in zip(found, pages, strict=True)):
        return citation
    marked = zip(found, pages, strict=True)
    return replace(citation, rects=tuple((index, *box) for boxes, (index, _, _) in marked for box in boxes))


def _bounded_boxes(stored: StoredDocument, pages: Sequence[_Quoted]) -> tuple[Boxes, ...]:
    return PAGE_WORKERS.boxes(Path(stored.source), stored.sha256, pages)


def _own_boxes(stored: StoredDocument, pages: Sequence[_Quoted]) -> tuple[Boxes, ...]:
    with pdf.open_pdf(Path(stored.source)) as document:
        return tuple(pdf.quote_rects(document, *page) for page in pages)
