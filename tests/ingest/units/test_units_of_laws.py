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


def test_a_sentence_behind_the_sign_of_a_provision_is_no_title(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = [L("Lamp Ordinance", size=16, bold=True)]
    for n in range(1, 9):
        lines += [L(f"§ {n} The keeper shall write down the state of every lamp and", gap=8), "report it at noon."]
    book.flow(lines)
    found = _numbers(book.write(tmp_path / "a.pdf"))
    assert found and not any(title for _, title in found)


def test_the_title_of_a_provision_may_stand_in_the_line_of_its_text(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = ["The Ministry hereby makes the following rules, namely:-"]
    said = "A keeper shall write down the state of every lamp in the book of the harbour before noon, and"
    for n, title in enumerate(("Short title", "Definitions", "Duties of keepers", "Records", "Grievances"), 1):
        lines += [L(f"{n}. {title}.-- {said}", gap=6), "shall show it to anybody who asks."]
    book.flow(lines)
    found = _numbers(book.write(tmp_path / "a.pdf"))
    assert found[:3] == [("1", "Short title"), ("2", "Definitions"), ("3", "Duties of keepers")]


def test_the_sections_of_a_bill_are_sections(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = []
    for n, title in enumerate(("SHORT TITLE", "DEFINITIONS", "NOTICE TO KEEPERS", "ENFORCEMENT"), 1):
        lines += [
            L(f"SEC. {n}. {title}.", bold=True, gap=10),
            "(a) A keeper shall light the lamp.",
            "(b) No other may.",
        ]
    book.flow(lines)
    found = _numbers(book.write(tmp_path / "a.pdf"))
    assert [each for each in found if each[1]][:2] == [("1", "SHORT TITLE"), ("2", "DEFINITIONS")]


def test_paragraphs_may_be_counted_by_bare_figures(tmp_path: Path) -> None:
    book = Book()
    said = ("The keeper of a lamp writes down its state every evening and", "shows the book to the harbour at noon.")
    lines: list[L | str] = [L("Circular on Lamps", size=14, bold=True)]
    for n in range(1, 10):
        lines += [L(f"{n}   {said[0]}", gap=8), said[1]]
    book.flow(lines)
    found = _numbers(book.write(tmp_path / "a.pdf"))
    assert [number for number, _ in found] == [str(n) for n in range(1, 10)]
