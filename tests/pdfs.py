"""PDFs in the form of publications that are not at hand, in our own words: line by line, so that tests say where a line
breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fpdf import FPDF

from ingest.layout.layout import Layout, lay_out
from ingest.readers.pdf import read_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

WIDTH, HEIGHT = 595.0, 842.0
LEFT, TOP, FOOT = 72.0, 90.0, 800.0


@dataclass(frozen=True)
class L:
    """A line: its words, how far right of the margin, and how it is set; ``gap`` is blank space above in points."""

    text: str
    x: float = 0.0
    size: float = 10.0
    bold: bool = False
    gap: float = 0.0


@dataclass
class Sheet:
    """A page: body lines from the top, small lines at the foot, and what is printed as its running head and number."""

    body: Sequence[L | str] = ()
    notes: Sequence[str] = ()
    head: str = ""
    number: str = ""
    right: Sequence[L | str] = ()


@dataclass
class Book:
    """Pages of one PDF."""

    sheets: list[Sheet] = field(default_factory=list)
    mark: str = ""
    font: str = ""

    def add(self, *body: L | str, notes: Sequence[str] = (), head: str = "", right: Sequence[L | str] = ()) -> None:
        """One page; its number is set by :meth:`paginate`."""
        self.sheets.append(Sheet(list(body), notes, head, "", right))

    def flow(self, lines: Iterable[L | str], per_page: int = 44) -> None:
        """As many pages as the lines need."""
        rest = list(lines)
        while rest:
            self.add(*rest[:per_page])
            rest = rest[per_page:]

    def paginate(self, numbers: Iterable[str]) -> None:
        """What is printed at the foot of each page; "" for nothing."""
        for sheet, number in zip(self.sheets, numbers, strict=False):
            sheet.number = number

    def write(self, path: Path) -> Path:
        """The PDF as a file."""
        pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
        pdf.set_auto_page_break(False)
        if self.font:
            pdf.add_font("book", fname=self.font)
        for sheet in self.sheets:
            pdf.add_page()
            if sheet.head:
                self._line(pdf, L(sheet.head, size=8), LEFT, 40)
            self._column(pdf, sheet.body, LEFT)
            self._column(pdf, sheet.right, WIDTH / 2 + 10)
            y = FOOT - 40 - 10 * len(sheet.notes)
            for note in sheet.notes:
                mark, _, words = note.partition(" ")
                self._line(pdf, L(mark, size=5), LEFT, y - 2)
                self._line(pdf, L(words, size=8), LEFT + 8, y)
                y += 10
            if sheet.number:
                self._line(pdf, L(sheet.number, size=9), WIDTH / 2, FOOT)
            if self.mark:
                self._line(pdf, L(self.mark, size=6), LEFT, FOOT + 20)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(pdf.output()))
        return path

    def layout(self, path: Path) -> Layout:
        """The PDF written, read and laid out by the project's own way in."""
        pages, outline, _, notes = read_pdf(self.write(path))
        return lay_out(pages, outline, notes)

    def _column(self, pdf: FPDF, lines: Sequence[L | str], left: float) -> None:
        y = TOP
        for item in lines:
            line = item if isinstance(item, L) else L(item)
            y += line.gap
            if line.text:
                self._line(pdf, line, left + line.x, y)
            y += max(14.0, 1.3 * line.size)

    def _line(self, pdf: FPDF, line: L, x: float, y: float) -> None:
        if self.font:
            pdf.set_font("book", size=line.size)
        else:
            pdf.set_font("helvetica", "B" if line.bold else "", line.size)
        pdf.text(x, y, line.text)


SENTENCES = (
    "The keeper of the orchard counts the ladders every evening before the gate is closed for the night.",
    "A ladder that wobbles is set aside and mended before anybody climbs it again in the morning.",
    "Visitors may pick what has fallen, but they leave the branches alone and thank the keeper at the gate.",
    "Baskets are weighed at the shed, and the weight is written down beside the name of the picker.",
    "When rain is near, the nets are drawn over the young trees and tied down at all four corners.",
)


def words(n: int, width: int = 88) -> list[str]:
    """The lines of paragraph ``n``: two sentences, broken at ``width`` characters."""
    text = f"{SENTENCES[n % 5]} {SENTENCES[(3 * n + 1) % 5]}"
    out: list[str] = []
    line = ""
    for word in text.split():
        if len(line) + len(word) + 1 > width:
            out.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*out, line]
