"""Two editions side by side, in three formats, read by independent readers."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest

from kb.audit.edition_table import edition_table, marked_words, table_html, table_word, table_workbook
from kb.catalog.editions import UnitText, compare_texts

OLD = [
    UnitText("clause:1", "1", "", "1. Every lamp is lit by the keeper before the tide comes in at night."),
    UnitText("clause:2", "2", "", "2. =SUM(A1) & <b>bold</b> words stay in the lamp book for nine whole years."),
    UnitText("clause:3", "3", "", "3. Visitors may read the lamp book on Sundays, when the keeper is at home."),
]
NEW = [
    UnitText("clause:1", "1", "", "1. Every lamp is lit by two keepers before the tide comes in at night."),
    UnitText("clause:2", "2", "", "2. =SUM(A1) & <b>bold</b> words stay in the lamp book for nine whole years."),
    UnitText("clause:4", "4", "", "4. 등대지기는 매일 저녁 등불을 켠 시각을 장부에 적는다."),
]
TABLE = edition_table("Lamps (2019)", "Lamps (2024)", compare_texts(OLD, NEW))


def test_words_that_differ_are_marked_and_signs_are_not() -> None:
    old, new = marked_words("The keeper, and no one else, lights it.", "The keeper – and no one else – must light it")
    assert [words for words, marked in old if marked] == ["lights"]
    assert [words for words, marked in new if marked] == ["– must light"]
    assert " ".join(words for words, _ in old) == "The keeper, and no one else, lights it."
    assert marked_words("", "new words") == ((), (("new words", True),))


def test_html_escapes_and_marks() -> None:
    page = table_html(TABLE, "ko")
    assert "<del>the keeper</del>" in page
    assert "<ins>two keepers</ins>" in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "신구대조표" in page
    assert "신설" in page
    assert "삭제" in page


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_workbook_holds_all_words_and_no_formula(lang: str) -> None:
    data = table_workbook(TABLE, lang)
    assert data == table_workbook(TABLE, lang)
    sheet = openpyxl.load_workbook(io.BytesIO(data), rich_text=True).worksheets[0]
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0][1] == OLD[0].text
    assert rows[0][3] == NEW[0].text
    assert rows[1][1] == OLD[1].text
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "등대지기는 매일" in " ".join(rows[2])


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_word_file_holds_all_words_with_their_marks(lang: str) -> None:
    data = table_word(TABLE, lang)
    assert data == table_word(TABLE, lang)
    (table,) = docx.Document(io.BytesIO(data)).tables
    assert [" ".join(table.rows[1].cells[n].text.split()) for n in (0, 1)] == [
        f"1 {OLD[0].text}",
        f"1 {NEW[0].text}",
    ]
    runs = [run for paragraph in table.rows[1].cells[0].paragraphs for run in paragraph.runs if run.font.strike]
    assert [run.text.strip() for run in runs] == ["the keeper"]
    added = [run for paragraph in table.rows[1].cells[1].paragraphs for run in paragraph.runs if run.font.underline]
    assert [run.text.strip() for run in added] == ["two keepers"]
