"""Small files in our own words, made when a test needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpdf import FPDF

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LOGS = (
    "The operator keeps a log of every decision the machine takes. The log says who asked, what was answered and why.",
    "Whoever is touched by a decision may read its entry within ten days. A clerk explains the entry in plain words.",
    "Entries older than two years are destroyed, unless a dispute is open. A dispute stops the clock for all of them.",
)
CHAINS = (
    "A bicycle chain is cleaned with a dry brush before it is oiled. Too much oil gathers sand and wears the links.",
    "Riders measure a chain with a gauge each month. A stretched chain is replaced before it harms the sprockets.",
)


def pdf_bytes(pages: Sequence[str], title: str = "") -> bytes:
    """A PDF with one paragraph a page and, if given, a title in its metadata and above the first paragraph."""
    pdf = FPDF()
    pdf.set_title(title)
    for number, text in enumerate(pages):
        pdf.add_page()
        if title and not number:
            pdf.set_font("helvetica", "B", 18)
            pdf.multi_cell(0, 10, title, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("helvetica", size=11)
        pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def write_pdf(path: Path, pages: Sequence[str], title: str = "") -> Path:
    """:func:`pdf_bytes` in a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf_bytes(pages, title))
    return path


def write_text(path: Path, paragraphs: Sequence[str], title: str = "") -> Path:
    """A text file with a blank line between paragraphs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join([title, *paragraphs] if title else paragraphs) + "\n", "utf-8")
    return path
