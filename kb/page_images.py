"""The page a citation is on, as an image with the quote marked, where the document's licence allows page images.

Pages are drawn in processes with bounds (:mod:`kb.page_workers`), so that a hostile file costs no more than its image.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from kb import pdf
from kb.citing.cite import cite, find_quote, is_at_its_place
from kb.citing.highlight import with_rects
from kb.citing.source_file import SourceState, is_our_own, source_state
from kb.errors import KBError, ReferenceNotFound, UnreadableError
from kb.messages import error_words, message, page_words
from kb.page_workers import PAGE_WORKERS
from kb.records import dataclass
from kb.types import Span, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.types import Citation, Edition

PAGES_MAY_BE_SHOWN = frozenset({"yes", "unaltered", "non-commercial"})
"""Values of an edition's ``redistribute`` under which a page may be shown as an image."""

MAX_PAGES_SHOWN = 3
SCALE = 2.0
YELLOW = (255, 233, 90)


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as it is shown: lines of text, the first of which names the place, and the image if there may be one."""

    lines: tuple[str, ...]
    image: Image.Image | None = None


def may_show_pages(edition: Edition) -> bool:
    """Whether the document's licence allows images of its pages; the register is our own."""
    return bool(edition.is_register or edition.register_of) or edition.redistribute in PAGES_MAY_BE_SHOWN


def page_view(library: Library, citation: Citation, lang: str = "en", cropped: bool = False) -> PageView:
    """The pages a citation touches, one below the other, its quote marked exactly or not at all.

    ``cropped`` leaves of each page the strip around the marks, where there are marks.
    """
    name = f"{citation.doc_ref}, {page_words(lang, citation)}"
    stored = library.store.document(citation.doc_id)
    if stored is None or not is_at_its_place(library, citation):
        return PageView((name, message(lang, "quote gone")))
    source = stored.edition
    if source.is_register or source.register_of:
        name = message(lang, "page of register", name=f"{source.ref}, {page_words(lang, citation)}")
    if not may_show_pages(source):
        return PageView((name, message(lang, "no page images"), message(lang, "licence", text=source.licence)))
    if stored.media_type != "application/pdf":
        return PageView((name, message(lang, "not from pdf")))
    path = Path(stored.source)
    state = source_state(stored)
    if state is not SourceState.SAME:
        return PageView((name, message(lang, state.value, file=path.name)))
    exact = replace(citation, rects=()) if citation.match == "elided" else with_rects(library, citation)
    last = min(citation.page_end, citation.page_index + MAX_PAGES_SHOWN - 1)
    try:
        pages = []
        for n in range(citation.page_index, last + 1):
            marks = [r[1:] for r in exact.rects if r[0] == n]
            page = highlighted(_drawn(library, stored, n), marks)
            pages.append(_strip(page, marks) if cropped and marks else page)
    except KBError as error:
        return PageView((name, error_words(error, lang)))
    except RuntimeError as error:  # what pdfium raises for a page that it cannot load
        return PageView((name, message(lang, "page unreadable", file=path.name, why=str(error)[:120])))
    lines = [name]
    if last < citation.page_end:
        lines.append(message(lang, "first pages", n=MAX_PAGES_SHOWN))
    if not exact.rects:
        lines.append(message(lang, "no highlight"))
    return PageView(tuple(lines), _stacked(pages))


@dataclass(frozen=True, slots=True)
class QuotePlace:
    """A stretch of a document's text for which a page is shown: its span, and the hash of the quote that was there.

    ``is_elided``: the quote leaves words of the stretch out, so that nothing is marked.
    """

    start: int
    end: int
    quote_sha256: str = ""
    is_elided: bool = False


@dataclass(frozen=True, slots=True)
class PageSheet:
    """One page as a viewer shows it. Boxes are parts of the page, origin at the top left.

    ``name`` names the document and the page; ``lines`` say what is not shown, and why. Where ``is_drawn`` there is an
    image (:func:`page_image`), ``words`` are the page's lines with their boxes, and ``marks`` the boxes of the quote.
    ``first`` and ``last`` are the pages that the quote is on, both this page where there is none.
    """

    name: str
    page: int
    n_pages: int
    label: str | None
    lines: tuple[str, ...] = ()
    is_drawn: bool = False
    marks: tuple[pdf.Rect, ...] = ()
    words: tuple[tuple[pdf.Rect, str], ...] = ()
    first: int = 0
    last: int = 0


def page_sheet(
    library: Library, doc_id: str, page: int | None, place: QuotePlace | None = None, lang: str = "en"
) -> PageSheet:
    """PDF page ``page`` (from 1) of a document for a viewer, or the first page of ``place``.

    :raises ReferenceNotFound: no such document or page.
    """
    stored = library.store.document(doc_id)
    pages = library.store.pages(doc_id) if stored is not None else ()
    citation = _citation_at(library, doc_id, place) if place is not None and stored is not None else None
    shown = page if page is not None else citation.page_index if citation is not None else 1
    if stored is None or not 1 <= shown <= len(pages):
        raise ReferenceNotFound(notice("no such page", document=doc_id[:200], page=shown))
    source, path = stored.edition, Path(stored.source)
    label = pages[shown - 1].label
    lines = [message(lang, "page of register", name=source.ref)] if source.is_register or source.register_of else []
    first, last = (citation.page_index, citation.page_end) if citation is not None else (shown, shown)
    sheet = PageSheet(source.ref, shown, len(pages), label, tuple(lines), first=first, last=last)
    if place is not None and citation is None:
        lines.append(message(lang, "quote gone"))
        if page is None:
            return replace(sheet, lines=tuple(lines))
    state = source_state(stored) if stored.media_type == "application/pdf" else SourceState.SAME
    if not may_show_pages(source):
        lines += [message(lang, "no page images"), message(lang, "licence", text=source.licence)]
    elif stored.media_type != "application/pdf":
        lines.append(message(lang, "not from pdf"))
    elif state is not SourceState.SAME:
        lines.append(message(lang, state.value, file=path.name))
    else:
        marks = with_rects(library, citation).rects if citation is not None and place and not place.is_elided else ()
        if citation is not None and not marks:
            lines.append(message(lang, "no highlight"))
        try:
            words = _lines_of_page(library, stored, shown)
        except (KBError, RuntimeError) as error:  # RuntimeError is what pdfium raises for a page that it cannot load
            lines.append(message(lang, "page unreadable", file=path.name, why=str(error)[:120]))
            return replace(sheet, lines=tuple(lines))
        on_page = tuple((x0, y0, x1, y1) for n, x0, y0, x1, y1 in marks if n == shown)
        return replace(sheet, lines=tuple(lines), is_drawn=True, words=words, marks=on_page)
    return replace(sheet, lines=tuple(lines))


def _citation_at(library: Library, doc_id: str, place: QuotePlace) -> Citation | None:
    """The citation of a place in the index of today; ``None`` if its words have changed."""
    if not 0 <= place.start < place.end <= len(library.store.text(doc_id)):
        return None
    citation = cite(library, 1, doc_id, Span(place.start, place.end))
    same = place.is_elided or not place.quote_sha256 or citation.quote_sha256 == place.quote_sha256
    return citation if same else None


def _drawn(library: Library, stored: StoredDocument, page: int) -> Image.Image:
    """A page without marks, drawn in a process with bounds unless it is of the register that was compiled here.

    :raises UnreadableError: it cannot be drawn, or not within the bounds.
    """
    path = Path(stored.source)
    if is_our_own(library, stored):
        with pdf.open_pdf(path) as document:
            return pdf.render(document, page, SCALE)
    return Image.frombytes("RGB", *PAGE_WORKERS.image(path, stored.sha256, page, SCALE))


def _lines_of_page(library: Library, stored: StoredDocument, page: int) -> tuple[tuple[pdf.Rect, str], ...]:
    """The lines of a page with their boxes, read as :func:`_drawn` draws it."""
    path = Path(stored.source)
    if is_our_own(library, stored):
        with pdf.open_pdf(path) as document:
            return tuple(pdf.page_lines(document, page))
    return PAGE_WORKERS.lines(path, stored.sha256, page)


STRIP_MARGIN = 0.04
"""How much of a page's height stays above and below the marks of a strip."""


def _strip(page: Image.Image, rects: Sequence[tuple[float, ...]]) -> Image.Image:
    """The page from a little above the first mark to a little below the last."""
    top = max(0.0, min(r[1] for r in rects) - STRIP_MARGIN)
    bottom = min(1.0, max(r[3] for r in rects) + STRIP_MARGIN)
    return page.crop((0, round(top * page.height), page.width, round(bottom * page.height)))


def highlighted(page: Image.Image, rects: Sequence[tuple[float, ...]]) -> Image.Image:
    """The page with rectangles (fractions of the page, origin top left) marked as a yellow pen would: ink stays ink."""
    if not rects:
        return page
    marks = Image.new("RGB", page.size, "white")
    draw = ImageDraw.Draw(marks)
    width, height = page.size
    for x0, y0, x1, y1 in rects:
        draw.rectangle((round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)), fill=YELLOW)
    return ImageChops.multiply(page.convert("RGB"), marks)


def _stacked(pages: Sequence[Image.Image]) -> Image.Image:
    """Pages one below the other, a grey line between them."""
    if len(pages) == 1:
        return pages[0]
    gap = 8
    whole = Image.new(
        "RGB", (max(p.width for p in pages), sum(p.height for p in pages) + gap * (len(pages) - 1)), "#999999"
    )
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height + gap
    return whole


def page_image(library: Library, doc_id: str, index: int, quote: str | None = None) -> tuple[Image.Image, bool]:
    """PDF page ``index`` (from 1) of a document, and whether ``quote`` is marked on it.

    :raises ReferenceNotFound: no such document or page, or the words are not on it.
    :raises UnreadableError: not a PDF, changed since it was read, or its licence allows no page images.
    """
    stored = library.store.document(doc_id)
    citation = with_rects(library, find_quote(library, doc_id, index, quote)) if quote else None
    if stored is None or not 1 <= index <= stored.n_pages:
        raise ReferenceNotFound(notice("page not in index", document=doc_id, page=index))
    if not may_show_pages(stored.edition):
        raise UnreadableError(notice("page not allowed", document=doc_id, licence=stored.edition.licence))
    path = Path(stored.source)
    if stored.media_type != "application/pdf":
        raise UnreadableError(notice("page of no pdf", document=doc_id, file=path.name))
    state = source_state(stored)
    if state is not SourceState.SAME:
        raise UnreadableError(notice("page of file", document=doc_id, what=notice(state.value, file=path.name)))
    rects = [r[1:] for r in citation.rects if r[0] == index] if citation else []
    try:
        return highlighted(_drawn(library, stored, index), rects), bool(rects)
    except RuntimeError as error:
        raise UnreadableError(notice("page not drawn", document=doc_id, page=index, why=str(error)[:120])) from error
