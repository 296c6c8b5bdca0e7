"""The boxes of a quote on its pages: every word of it, or none at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb import pdf
from kb.citing.source_file import SourceState, source_state
from kb.errors import KBError
from kb.text.locators import raw_ranges

if TYPE_CHECKING:
    from kb.library.library import Library
    from kb.types import Citation


def with_rects(library: Library, citation: Citation) -> Citation:
    """The citation with the boxes of its quote, as ``(page, x0, y0, x1, y1)`` in parts of the page, or without any.

    A quote that is not covered exactly gets no box; so does one whose document is no PDF, or whose file is gone or
    changed (:func:`kb.citing.source_file.source_state`).
    """
    stored = library.store.document(citation.doc_id)
    if stored is None or stored.media_type != "application/pdf" or citation.rects:
        return citation
    if source_state(stored) is not SourceState.SAME:  # what stands there now was never read within bounds
        return citation
    path = Path(stored.source)
    text = library.store.text(citation.doc_id)
    rects: list[tuple[int, float, float, float, float]] = []
    try:
        with pdf.open_pdf(path) as document:
            for page in library.store.pages(citation.doc_id)[citation.page_index - 1 : citation.page_end]:
                expected = text[max(page.start, citation.char_start) : min(page.end, citation.char_end)]
                ranges = raw_ranges(page, citation.char_start, citation.char_end)
                boxes = pdf.quote_rects(document, page.index, ranges, expected)
                if not boxes and expected.strip():
                    return citation
                rects.extend((page.index, *box) for box in boxes)
    except (KBError, RuntimeError):  # RuntimeError is what pdfium raises for a page that it cannot load
        return citation
    return replace(citation, rects=tuple(rects))
