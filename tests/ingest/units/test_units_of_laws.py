"""Units of laws as German and Swiss publishers print them; the words are made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF

from ingest.parse import Task, parse_file
from ingest.sources import find
from tests.pdfs import Book, L

if TYPE_CHECKING:
    from pathlib import Path

TITLES = ("Gegenstand", "Begriffe", "Aufsicht", "Meldung", "Strafen")


def _numbers(path: Path) -> list[tuple[str, str]]:
    parsed = parse_file(Task(path, find.fingerprint(path)))
    return [(unit.number, unit.title) for unit in parsed.units]


def test_the_sign_of_a_paragraph_with_a_title_is_that_of_a_provision(tmp_path: Path) -> None:
    book = Book()
    said = "Der Betreiber meldet jede Störung der Lampe unverzüglich der Stelle, die sie bewilligt hat."
    lines: list[L | str] = [L("Verordnung über die Lampen", size=16, bold=True)]
    for n, title in enumerate(TITLES, 1):
        name = "3a" if n == 4 else str(n - (n > 4))
        lines += [L(f"§ {name} {title}", bold=True, gap=10), f"(1) {said}", f"(2) {said}"]
    book.flow(lines)
    found = _numbers(book.write(tmp_path / "a.pdf"))
    assert [number for number, title in found if title] == ["1", "2", "3", "3a", "4"]
    assert ("2(1)", "") in found


@pytest.mark.parametrize("size", [9.0, 6.5])
def test_raised_numbers_are_those_of_paragraphs(tmp_path: Path, size: float) -> None:
    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.set_auto_page_break(False)
    pdf.add_page()
    y = 80.0
    said = "Der Betreiber meldet jede Störung der Lampe unverzüglich der zuständigen Stelle des Hafens."
    for n, title in enumerate(TITLES, 1):
        pdf.set_font("Helvetica", "B", 11)
        pdf.text(60, y, f"Art. {n} {title}")
        for number in "12":
            y += 22
            pdf.set_font("Helvetica", size=size)
            pdf.text(60, y - 4, number)
            pdf.set_font("Helvetica", size=11)
            pdf.text(68, y, said)
        y += 30
    pdf.output(str(tmp_path / "a.pdf"))
    found = _numbers(tmp_path / "a.pdf")
    assert [number for number, title in found if title] == ["1", "2", "3", "4", "5"]
    assert [number for number, title in found if not title][:4] == ["1(1)", "1(2)", "2(1)", "2(2)"]
