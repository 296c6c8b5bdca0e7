"""Reads a PDF as source pages. pdfium reads text, geometry and bookmarks; pypdf (only importer) labels and metadata.

Bounds on the file are :data:`MAX_PDF_BYTES`, :data:`MAX_PDF_PAGES` and :data:`MAX_PAGE_CHARS`. The worker process
bounds time and memory (:mod:`ingest.worker_pool`).
"""

from __future__ import annotations

import logging
from itertools import islice
from typing import TYPE_CHECKING, Any

import pypdf
import pypdf.errors

from ingest.layout.source_page import OutlineItem, SourceLine, SourcePage
from ingest.readers.font_names import weight_by_name
from kb import pdf
from kb.errors import KBError, NoTextError, TooLargeError, UnreadableError
from kb.types import Notice, notice

if TYPE_CHECKING:
    from pathlib import Path

MAX_PDF_BYTES = 300_000_000
MAX_PDF_PAGES = 5_000
MAX_PAGE_CHARS = 400_000
MAX_OUTLINE = 5_000
_DEEPEST_OUTLINE = 13


def read_pdf(path: Path) -> tuple[list[SourcePage], list[OutlineItem], dict[str, str], list[Notice]]:
    """Source pages, bookmarks, metadata, and notes for the report.

    :raises EncryptedError: a password is needed.
    :raises UnreadableError: the file is not a PDF, or is damaged beyond reading.
    :raises NoTextError: no page has a text layer.
    :raises TooLargeError: the file exceeds the bounds on size or pages.
    """
    size = path.stat().st_size
    if size > MAX_PDF_BYTES:
        raise TooLargeError(notice("file too large", file=path.name, size=size, bound=MAX_PDF_BYTES))
    notes: list[Notice] = []
    labels, metadata = _witness(path, notes)
    pages: list[SourcePage] = []
    with pdf.open_pdf(path) as document:
        n_pages = len(document)
        if n_pages == 0:
            raise UnreadableError(notice("pdf without pages", file=path.name))
        if n_pages > MAX_PDF_PAGES:
            raise TooLargeError(notice("pdf of too many pages", file=path.name, n=n_pages, bound=MAX_PDF_PAGES))
        outline = _bookmarks(document)
        for index in range(1, n_pages + 1):
            try:
                raw = pdf.read_page(document, index)
            except UnreadableError as error:
                notes.append(notice("note page empty", why=error.as_notice))
                pages.append(SourcePage(index, "", ()))
                continue
            if len(raw.text) > MAX_PAGE_CHARS:
                notes.append(notice("note page cut", page=index, n=len(raw.text), bound=MAX_PAGE_CHARS))
            label = labels[index - 1] if labels and index <= len(labels) else None
            pages.append(_source_page(raw, label))
    empty = [page.index for page in pages if not page.text.strip()]
    if len(empty) == n_pages:
        kind = "pdf of form fields" if _has_words_beside(path) else "pdf is a scan"
        raise NoTextError(notice(kind, file=path.name, n=n_pages))
    if empty:
        notes.append(notice("note no text", pages=_ranges(empty)))
    return pages, outline, metadata, notes


def _source_page(raw: pdf.RawPage, label: str | None) -> SourcePage:
    text = raw.text[:MAX_PAGE_CHARS]
    height = raw.height or 1.0
    lines = tuple(
        SourceLine(
            line.start,
            line.end,
            line.x0,
            line.x1,
            1 - line.y1 / height,
            line.size or line.y1 - line.y0,
            (weight_by_name(line.font) or line.weight) >= 600,
            1 - line.y0 / height,
            line.hidden,
        )
        for line in raw.lines
        if line.end <= len(text)
    )
    return SourcePage(raw.index, text, lines, label, raw.marks, spaced=tuple(at for at in raw.spaced if at < len(text)))


def _witness(path: Path, notes: list[Notice]) -> tuple[list[str] | None, dict[str, str]]:
    """Labels (only where the file declares them) and metadata. Errors of pypdf become notes."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    labels: list[str] | None = None
    metadata: dict[str, str] = {}
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            return None, {}
        metadata = {str(k).lstrip("/"): str(v)[:500] for k, v in (reader.metadata or {}).items()}
        if "/PageLabels" in reader.root_object and len(reader.pages) <= MAX_PDF_PAGES:
            labels = list(reader.page_labels)
    except KBError:
        raise
    except Exception as error:  # on damage pypdf raises many types; whether a file can be read is decided by pdfium
        notes.append(notice("note labels unread", file=path.name, why=type(error).__name__))
    return labels, metadata


def _has_words_beside(path: Path) -> bool:
    """Whether form fields or comments of a file's first pages hold words."""
    try:
        for page in pypdf.PdfReader(path).pages[:20]:
            for each in page.get("/Annots") or ():
                found = each.get_object()
                if any(str(found.get(key) or "").strip() for key in ("/V", "/Contents")):
                    return True
    except Exception:  # as above: pypdf raises many types
        return False
    return False


def words_apart(path: Path, index: int, spaced: str) -> str:
    """The words of a line of page ``index`` (from 0) whose letters are spaced, found by the widths of the gaps.

    ``spaced`` is the line as pdfium gives it, with a blank between all letters. If the line is not found or its gaps
    are even, all of its letters are one word.
    """
    with pdf.open_pdf(path) as document:
        gaps = pdf.letter_gaps(document, index, spaced)
    letters = "".join(spaced.split())
    if len(gaps) != len(letters) - 1:
        return letters
    usual = sorted(gaps)[len(gaps) // 2]
    return letters[0] + "".join(
        f" {letter}" if gap > max(1.8 * usual, usual + 1.0) else letter
        for gap, letter in zip(gaps, letters[1:], strict=True)
    )


def plain_texts(path: Path) -> list[str]:
    """The text of each page as pypdf extracts it, only for comparison; empty for a page that pypdf cannot read."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    out: list[str] = []
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            return []
        for page in reader.pages:
            try:
                out.append(page.extract_text())
            except Exception:  # pypdf may fail on one page and read the next
                out.append("")
    except Exception:
        return out
    return out


def _bookmarks(document: Any) -> list[OutlineItem]:
    """The bookmarks that lead to a page; pdfium reads them many times faster than pypdf does."""
    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)
    out: list[OutlineItem] = []
    for item in islice(document.get_toc(max_depth=_DEEPEST_OUTLINE), MAX_OUTLINE):
        try:
            destination = item.get_dest()
            page = destination.get_index() if destination is not None else None
            title = " ".join(item.get_title().split())
        except Exception:  # e.g. a title in an unknown encoding; the other bookmarks are kept
            page, title = None, ""
        if page is not None and page >= 0 and title:
            out.append(OutlineItem(item.level, title, page + 1))
    return out


def _ranges(numbers: list[int]) -> str:
    """ "pages 3–5, 9" for [3, 4, 5, 9]."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    words = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
    return f"page{'s' if len(numbers) > 1 else ''} {words}"
