"""Note marks: which figures are marks, and which stay in the text."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF

from ingest.layout.layout import Layout, lay_out
from ingest.layout.line_features import footnotes
from ingest.readers.pdf import read_pdf
from kb import pdf as pages_of
from kb.text.cleaning import readable
from kb.text.locators import raw_ranges
from tests.ingest.layouts import Row, make_layout

if TYPE_CHECKING:
    from pathlib import Path

Part = tuple[str, float, float]
"""Words, type size, height above the base line."""


def plain(words: str) -> Part:
    return (words, 11, 0)


def raised(words: str) -> Part:
    return (words, 6.5, 4)


def lowered(words: str) -> Part:
    return (words, 6.5, -2)


def write(path: Path, lines: list[list[Part]], notes: list[str] = (), note_size: float = 8) -> Path:  # type: ignore[assignment]
    """A page of lines, each set part by part, and notes in small print at the foot."""
    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.set_auto_page_break(False)
    pdf.add_page()
    for n, line in enumerate(lines):
        x = 60.0
        for words, size, lift in line:
            pdf.set_font("Helvetica", size=size)
            pdf.text(x, 100 + 16 * n - lift, words)
            x += pdf.get_string_width(words)
    pdf.set_font("Helvetica", size=note_size)
    for n, note in enumerate(notes):
        pdf.text(60, 700 + 12 * n, note)
    pdf.output(str(path))
    return path


def read(path: Path) -> Layout:
    pages, outline, _, _ = read_pdf(path)
    return lay_out(pages, outline)


def first_lines(layout: Layout, n: int) -> str:
    return readable("\n".join(layout.text.split("\n")[:n]))


def marks(layout: Layout) -> list[str]:
    return [mark for _, mark in layout.marks]


FILLER = [plain("The harbour keeps a list of its lamps and of the people who look after them.")]


def test_raised_figures_behind_words_and_stops_are_marks(tmp_path: Path) -> None:
    lines = [
        [plain("The keeper notes the hour"), raised("7"), plain(" and the wind.")],
        [plain("The list is public."), raised("8"), plain(" Nobody pays for it,"), raised("9, 10"), plain(" ever.")],
        [plain("It was begun in 2019"), raised("11"), plain(" by the pilots.")],
    ]
    layout = read(write(tmp_path / "a.pdf", [*lines, FILLER], ["7 The hour of the tide.", "11 See the first book."]))
    assert first_lines(layout, 3) == (
        "The keeper notes the hour and the wind. The list is public. Nobody pays for it, ever."
        " It was begun in 2019 by the pilots."
    )
    assert marks(layout) == ["7", "8", "9,10", "11"]


def test_exponents_formulas_units_and_ordinals_stay(tmp_path: Path) -> None:
    lines = [
        [plain("The yard has 40 m"), raised("2"), plain(" and takes 10"), raised("6"), plain(" litres of H")],
        [
            plain("The gas is CO"),
            lowered("2"),
            plain(" on the 1"),
            raised("st"),
            plain(" of May and costs 50 million."),
        ],
        [plain("Article 6a and COVID19 and MP3 stay as they are.")],
    ]
    layout = read(write(tmp_path / "a.pdf", [*lines, FILLER]))
    assert "40 m² and takes 10⁶ litres" in readable(layout.text)
    assert "CO2 on the 1st of May and costs 50 million." in readable(layout.text)
    assert "Article 6a and COVID19 and MP3" in readable(layout.text)
    assert marks(layout) == []


def test_figures_set_like_the_words_are_marks_where_a_note_at_the_foot_has_their_number(tmp_path: Path) -> None:
    lines = [
        [plain("Old lamps31 are sold at 20 million or less.32 Buyers33 are few, and CO2 is low.")],
        [plain("A lamp is named Beacon40 by its maker.")],
        FILLER,
        FILLER,
    ]
    notes = ["31 Lamps of the first kind.", "32 In the money of the land.", "33 See the list."]
    layout = read(write(tmp_path / "a.pdf", lines, notes))
    assert marks(layout) == ["31", "32", "33"]
    assert "Old lamps are sold at 20 million or less. Buyers are few, and CO2 is low." in readable(layout.text)
    assert "Beacon40" in layout.text


def test_a_word_that_ends_in_a_figure_twice_keeps_it_whatever_notes_there_are(tmp_path: Path) -> None:
    lines = [[plain("Model Lantern2 is sold; Lantern2 is cheap.")], FILLER, FILLER, FILLER]
    layout = read(write(tmp_path / "a.pdf", lines, ["1 First.", "2 Second."]))
    assert marks(layout) == []
    assert "Model Lantern2 is sold; Lantern2 is cheap." in readable(layout.text)


@pytest.mark.parametrize("mark", ["[12]", "(3)", "*", "iv"])
def test_marks_in_brackets_asterisks_and_romans(tmp_path: Path, mark: str) -> None:
    lines = [[plain("The bell is rung at dusk"), raised(mark), plain(" and at dawn.")], FILLER, FILLER]
    layout = read(write(tmp_path / "a.pdf", lines))
    assert marks(layout) == [mark]
    assert first_lines(layout, 1) == "The bell is rung at dusk and at dawn."


def test_references_in_brackets_on_the_line_are_words(tmp_path: Path) -> None:
    lines = [[plain("The bell is rung at dusk [12] and at dawn (3).")], FILLER]
    layout = read(write(tmp_path / "a.pdf", lines))
    assert first_lines(layout, 1) == "The bell is rung at dusk [12] and at dawn (3)."


def test_a_quote_around_marks_is_highlighted_without_them(tmp_path: Path) -> None:
    lines = [
        [plain("The keeper"), raised("4"), plain(" notes the hour"), raised("5"), plain(", the wind and the sea.")],
        FILLER,
    ]
    path = write(tmp_path / "a.pdf", lines)
    layout = read(path)
    quote = "The keeper notes the hour, the wind and the sea."
    start = layout.text.index("The keeper")
    end = layout.text.index("sea.") + 4
    assert readable(layout.text[start:end]) == quote
    with pages_of.open_pdf(path) as document:
        ranges = raw_ranges(layout.pages[0], start, end)
        boxes = pages_of.quote_rects(document, 1, ranges, layout.text[start:end])
    assert len(boxes) == 3
    assert all(a[2] <= b[0] for a, b in itertools.pairwise(boxes))


def test_a_quote_with_an_exponent_is_highlighted_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [[plain("The yard takes 10"), raised("25"), plain(" litres of oil.")], FILLER])
    layout = read(path)
    start, end = layout.text.index("The yard"), layout.text.index("oil.") + 4
    assert readable(layout.text[start:end]) == "The yard takes 10²⁵ litres of oil."
    with pages_of.open_pdf(path) as document:
        boxes = pages_of.quote_rects(document, 1, raw_ranges(layout.pages[0], start, end), layout.text[start:end])
    assert boxes


def test_lines_torn_by_marks_are_one_line(tmp_path: Path) -> None:
    lines = [
        [plain("The keeper"), raised("4"), plain(" notes the hour"), raised("5"), plain(", the wind and the sea.")],
        FILLER,
    ]
    layout = read(write(tmp_path / "a.pdf", lines))
    assert [layout.line_text(line).strip()[:10] for line in layout.lines] == ["The keeper", "The harbou"]


def test_a_mark_printed_like_the_words_is_known_where_the_marks_count_on(tmp_path: Path) -> None:
    lines = [
        [plain("Los faros se revisan cada noche"), raised("67"), plain(" por dos personas.")],
        [plain("Las tablas deben ser públicas.68 Cada puerto las publica.")],
        [plain("Nadie apaga una luz"), raised("69"), plain(" sin avisar a la torre.")],
        [plain("El plan B.68 y la sala C68 no son notas de nadie.")],
    ]
    layout = read(write(tmp_path / "a.pdf", lines))
    assert [mark for _, mark in layout.marks] == ["67", "68", "69"]
    assert "ser públicas. Cada puerto" in layout.text


def test_a_number_out_of_its_place_between_marks_is_no_mark(tmp_path: Path) -> None:
    lines = [
        [plain("The lamps are read each night"), raised("7"), plain(" by two people.")],
        [plain("Nobody puts out a lamp"), raised("9"), plain(" before the tower was told.")],
        [plain("The room behind the tower is called Harbour8 by everyone.")],
    ]
    layout = read(write(tmp_path / "a.pdf", lines))
    assert "Harbour8" in layout.text


def test_notes_in_the_print_of_the_text_behind_a_small_number_are_notes(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.add_page()
    for y, size, words in (
        (100, 11, "The list of lamps is that of the older order of the council61, which"),
        (116, 11, "has been read aloud in every tower since it was first written down."),
        (760, 7, "61"),
    ):
        pdf.set_font("Helvetica", size=size)
        pdf.text(60, y, words)
    pdf.set_font("Helvetica", size=11)
    pdf.text(70, 762, "Order on the lamps of the harbour, read in the towers on the first")
    pdf.text(60, 776, "day of each spring and kept in the loft.")
    pdf.output(str(path))
    layout = read(path)
    assert [mark for _, mark in layout.marks] == ["61"]
    assert "order of the council, which" in layout.text


def test_notes_high_on_a_short_page_are_notes_where_the_text_has_their_marks() -> None:
    rows: list[Row] = [
        ("The keeper reads the list of boats.", 50, 1.0, False),
        ("12 Of the year before.", 50, 0.7, False),
        ("13 See the list of lamps.", 50, 0.7, False),
    ]
    plain = make_layout([rows])
    assert not footnotes(plain)
    marked = replace(plain, marks=((35, "12"), (35, "13")))
    assert footnotes(marked) == {1, 2}
    assert not footnotes(replace(plain, marks=((35, "4"),)))
