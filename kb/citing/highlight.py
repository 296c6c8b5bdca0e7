"""Finds the rectangles of a quote on the pages of its PDF, to highlight it: for all of its words or for none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb import pdf
from kb.citing.source_file import SourceState, is_our_own, source_state
from kb.errors import KBError
from kb.page_workers import PAGE_WORKERS
from kb.text.locators import raw_ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.page_workers import Boxes
    from kb.types import Citation

    _Quoted = tuple[int, Sequence[tuple[int, int]], str]


def with_rects(library: Library, citation: Citation) -> Citation:
    """The citation with the boxes of its quote: ``(page, x0, y0, x1, y1)``, in fractions of the page's size.

    There are no boxes if they would not cover the quote exactly, if the document is no PDF, if its file is gone or has
    changed (:func:`kb.citing.source_file.source_state`), or if it cannot be read within bounds
    (:mod:`kb.page_workers`). The register's own PDF was compiled by this program, so it is opened without a worker
    process.
    """
    stored = library.store.document(citation.doc_id)
    if stored is None or stored.media_type != "application/pdf" or citation.rects:
        return citation
    if source_state(stored) is not SourceState.SAME:  # a changed file was never read within the bounds of a build
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


def rects_ahead(library: Library, citations: Sequence[Citation]) -> Callable[[Citation], Citation]:
    """Begins to find the boxes of quotes in the background, one after the other.

    What comes back gives a citation its boxes as :func:`with_rects` does, and waits for those that were begun. The
    thread ends with the work: a process that is forked while an answer is made would wait for one that is kept.
    """
    thread = ThreadPoolExecutor(1, "boxes")
    begun = {_place(citation): thread.submit(with_rects, library, citation) for citation in citations}
    thread.shutdown(wait=False)

    def boxed(citation: Citation) -> Citation:
        found = begun.get(_place(citation))
        return with_rects(library, citation) if found is None else replace(citation, rects=found.result().rects)

    return boxed


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.doc_id, citation.char_start, citation.char_end


def _bounded_boxes(stored: StoredDocument, pages: Sequence[_Quoted]) -> tuple[Boxes, ...]:
    return PAGE_WORKERS.boxes(Path(stored.source), stored.sha256, pages)


def _own_boxes(stored: StoredDocument, pages: Sequence[_Quoted]) -> tuple[Boxes, ...]:
    with pdf.open_pdf(Path(stored.source)) as document:
        return tuple(pdf.quote_rects(document, *page) for page in pages)
