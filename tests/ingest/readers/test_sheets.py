"""Workbooks: a row is cited by its sheet and number, with the heads of its columns; hidden sheets are reported."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from ingest.layout.layout import lay_out
from ingest.layout.source_page import LineRole
from ingest.parse import catalog
from ingest.passages.chunking import make_passages
from ingest.readers.sheets import read_xlsx, shown_value
from kb.errors import UnreadableError
from kb.text.locators import locator_of
from kb.types import PageKind, Span
from tests.fakes import WordEncoder
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook


def register() -> Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Risks"
    sheet["A1"] = "Register of lamp risks"
    for column, head in enumerate(("No", "Risk", "Share", "Due"), 1):
        sheet.cell(3, column, head)
    for n in range(4, 8):
        sheet.cell(n, 1, f"R-{n}")
        sheet.cell(n, 2, f"The lamp of tower {n} goes out in a storm.")
        sheet.cell(n, 3, 0.25).number_format = "0%"
        sheet.cell(n, 4, datetime(2026, 3, n)).number_format = "yyyy-mm-dd"
    sheet.merge_cells("A6:A7")
    plan = book.create_sheet("계획")
    plan.append(["할 일", "맡은 이"])
    plan.append(["등불 점검", "등대지기"])
    secret = book.create_sheet("Lists")
    secret.append(["never", "shown"])
    secret.sheet_state = "hidden"
    return book


def test_rows_are_pages_with_sheet_and_number(tmp_path: Path) -> None:
    register().save(tmp_path / "a.xlsx")
    content = read_xlsx(tmp_path / "a.xlsx")
    rows = [(page.label, page.text.strip(), page.lines[0].role) for page in content.pages]
    assert rows == [
        ("Risks!1", "Register of lamp risks", LineRole.TEXT),
        ("Risks!3", "No | Risk | Share | Due", LineRole.HEADS),
        ("Risks!4", "R-4 | The lamp of tower 4 goes out in a storm. | 25% | 2026-03-04", LineRole.ROW),
        ("Risks!5", "R-5 | The lamp of tower 5 goes out in a storm. | 25% | 2026-03-05", LineRole.ROW),
        ("Risks!6", "R-6 | The lamp of tower 6 goes out in a storm. | 25% | 2026-03-06", LineRole.ROW),
        ("Risks!7", "R-6 | The lamp of tower 7 goes out in a storm. | 25% | 2026-03-07", LineRole.ROW),
        ("계획!1", "할 일 | 맡은 이", LineRole.HEADS),
        ("계획!2", "등불 점검 | 등대지기", LineRole.ROW),
    ]
    assert {page.kind for page in content.pages} == {PageKind.ROW}
    assert english(content.notes) == ("hidden sheet left out: 'Lists'; show what is to be read",)


def test_a_passage_of_rows_carries_the_heads_and_a_place_names_its_rows(tmp_path: Path) -> None:
    register().save(tmp_path / "a.xlsx")
    layout = lay_out(read_xlsx(tmp_path / "a.xlsx").pages)
    edition = catalog().get("unesco-ai-ethics-2021")
    passages = make_passages(layout, [], edition, WordEncoder().count_tokens, 100)
    of_rows = [p for p in passages if "R-5" in p.text]
    assert of_rows
    assert all("No | Risk | Share | Due" in p.search_text for p in of_rows)
    first, last = layout.text.index("R-4"), layout.text.index("2026-03-06")
    assert locator_of("d", Span(first, first + 3), layout.pages, None).page_label == "Risks!4"
    assert locator_of("d", Span(first, last), layout.pages, None).page_label == "Risks!4–6"
    across = locator_of("d", Span(first, layout.text.index("등불")), layout.pages, None)
    assert across.page_label == "Risks!4–계획!1"
    assert across.page_kind is PageKind.ROW


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.125, "0.0%", "12.5%"),
        (7, "0000", "0007"),
        (1200, '#,##0"원"', "1,200"),
        (True, "General", "TRUE"),
        (date(2026, 1, 2), "yyyy", "2026-01-02"),
        (datetime(2026, 1, 2, 9, 30), "General", "2026-01-02 09:30"),
        ("two\nlines", "General", "two lines"),
        (None, "General", ""),
    ],
)
def test_values_are_read_about_as_they_are_shown(value: object, form: str, shown: str) -> None:
    assert shown_value(value, form) == shown


def test_formulas_without_a_stored_value_are_said(tmp_path: Path) -> None:
    book = register()
    book["Risks"]["E4"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    assert english(read_xlsx(tmp_path / "a.xlsx").notes)[0] == (
        "1 cell has a formula without a stored value and is read as empty; save it anew"
    )


def test_a_workbook_without_words_and_one_that_is_none(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableError, match=r"^a\.xlsx: no visible sheet of the workbook has words"):
        read_xlsx(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    with pytest.raises(UnreadableError, match="document type declaration"):
        read_xlsx(tmp_path / "b.xlsx")
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04 and nothing")
    with pytest.raises(UnreadableError, match=r"^c\.xlsx: not a readable workbook \("):
        read_xlsx(tmp_path / "c.xlsx")
