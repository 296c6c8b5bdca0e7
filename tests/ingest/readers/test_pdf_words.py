"""The words of a PDF: spaced letters, words placed one by one, soft hyphens, labels in a nested tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pylopdf_fonts_ko
import pypdf
import pytest
from fpdf import FPDF
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from ingest.layout.layout import Layout, lay_out
from ingest.readers.pdf import read_pdf
from kb import pdf
from kb.text.cleaning import clean, readable
from kb.text.locators import raw_ranges
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

BODY = "The keeper of the lamp writes down the hour at which it was lit and by whom."


def laid_out(path: Path) -> Layout:
    content = read_pdf(path)
    return lay_out(*content[:2], content[3])


def sheet(path: Path, lines: list[tuple[str, float, float]]) -> Path:
    """A page of lines as (words, size, distance between letters), in a font with Hangul."""
    document = FPDF(unit="pt", format=(595, 842))
    document.add_font("ko", fname=pylopdf_fonts_ko.sans_path())
    document.add_page()
    for n, (words, size, apart) in enumerate(lines):
        document.set_font("ko", size=size)
        document.set_char_spacing(apart)
        document.text(60, 90 + 40 * n, words)
    document.output(str(path))
    return path


@pytest.mark.parametrize("title", ["Lamps of the Outer Quay", "THE LAMPS", "보도자료", "등대의 규정집"])
def test_letters_set_apart_are_words_and_are_highlighted(tmp_path: Path, title: str) -> None:
    path = sheet(tmp_path / "a.pdf", [(title, 20, 11), (BODY, 10, 0)])
    layout = laid_out(path)
    assert readable(layout.text) == f"{title} {BODY}"
    assert clean(layout.text)[0] == f"{title} {BODY}"
    page = layout.pages[0]
    with pdf.open_pdf(path) as document:
        end = layout.text.index("\n")
        rects = pdf.quote_rects(document, 1, raw_ranges(page, 0, end), layout.text[:end])
    assert len(rects) == 1


@pytest.mark.parametrize("words", ["가 나 다 라는 말은 한 번만 쓴다", "A B C are the classes of lamps", "I a m"])
def test_words_of_one_letter_stay_apart(tmp_path: Path, words: str) -> None:
    assert readable(laid_out(sheet(tmp_path / "a.pdf", [(words, 12, 0), (BODY, 10, 0)])).text) == f"{words} {BODY}"


def test_words_placed_one_by_one_have_blanks_between_them(tmp_path: Path) -> None:
    document = FPDF(unit="pt", format=(595, 842))
    document.add_page()
    document.set_font("Helvetica", size=11)
    x = 60.0
    for word in BODY.split():
        document.text(x, 90, word)
        x += document.get_string_width(word) + 3
    document.output(str(tmp_path / "a.pdf"))
    assert readable(laid_out(tmp_path / "a.pdf").text) == BODY


def test_soft_hyphens_inside_a_line_and_at_its_end_close_the_word(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.pdf",
        [("The navi\u00adga\u00adtion of the ferry is the respon\u00ad", 11, 0), ("sibility of the pilot.", 11, 0)],
    )
    words = readable(laid_out(path).text)
    assert words == "The navigation of the ferry is the responsibility of the pilot."


def test_declared_labels_in_a_nested_tree_are_read_and_said_not_to_be_printed(tmp_path: Path) -> None:
    plain = sheet(tmp_path / "plain.pdf", [(BODY, 11, 0)])
    writer = pypdf.PdfWriter()
    for _ in range(4):
        writer.append(str(plain))

    def numbers(*entries: tuple[int, dict[str, object]]) -> ArrayObject:
        out = ArrayObject()
        for at, style in entries:
            out.append(NumberObject(at))
            out.append(DictionaryObject({NameObject(k): v for k, v in style.items()}))  # type: ignore[misc]
        return out

    roman = DictionaryObject({NameObject("/Nums"): numbers((0, {"/S": NameObject("/r")}))})
    tail = {"/S": NameObject("/D"), "/P": TextStringObject("A-")}
    figures = DictionaryObject({NameObject("/Nums"): numbers((2, tail))})
    for leaf, limits in ((roman, (0, 1)), (figures, (2, 3))):
        leaf[NameObject("/Limits")] = ArrayObject([NumberObject(n) for n in limits])
    kids = ArrayObject([writer._add_object(leaf) for leaf in (roman, figures)])
    writer._root_object[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Kids"): kids})
    writer.write(str(tmp_path / "a.pdf"))
    pages, outline, _, notes = read_pdf(tmp_path / "a.pdf")
    assert [page.label for page in pages] == ["i", "ii", "A-1", "A-2"]
    layout = lay_out(pages, outline, notes)
    assert [page.label for page in layout.pages] == [None] * 4
    assert any("4 pages (the first PDF page 1) declared" in note for note in english(layout.notes))
