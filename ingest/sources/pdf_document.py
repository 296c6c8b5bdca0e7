"""Begins a PDF with a font for English and Korean. The only importer of ``fpdf``.

The same content gives the same bytes: the date is given by the caller, and the file's id is a hash of its content.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pylopdf_fonts_ko
from fpdf import FPDF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fpdf.fonts import TTFFont

PdfWriter = FPDF
FONT = "register"
"""The name by which the font is set; it has one weight."""


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """The metadata of a PDF; ``day`` is ``YYYY-MM-DD`` or the beginning of one, empty for none."""

    title: str
    subject: str
    author: str
    language: str
    day: str = ""


@contextmanager
def pdf_document(facts: PdfFacts, size: tuple[float, float]) -> Iterator[PdfWriter]:
    """A document without pages, measured in points, with the font; a context manager."""
    pdf = PdfWriter(unit="pt", format=size)
    pdf.add_font(FONT, fname=pylopdf_fonts_ko.sans_path())
    font = cast("TTFFont", pdf.fonts[FONT]).ttfont
    source = font.reader  # output() replaces it by a smaller font, and nothing else closes the file
    year, month, day = ([int(part) for part in facts.day.split("-")] + [1, 1])[:3] if facts.day else (2000, 1, 1)
    pdf.set_creation_date(datetime(year, month, day, tzinfo=UTC))
    pdf.set_title(facts.title)
    pdf.set_subject(facts.subject)
    pdf.set_author(facts.author)
    pdf.set_lang(facts.language)
    try:
        yield pdf
    finally:
        source.close()
