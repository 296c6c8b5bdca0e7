"""A workbook holds what was put in, as text, and is the same file every time."""

from __future__ import annotations

import io

import openpyxl

from kb.export.workbook import Sheet, workbook
from kb.text.safe_cells import guarded_cell

NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1", "http://x.example", "1234", "", "말뭉치"]


def test_what_is_put_in_is_read_back_as_text() -> None:
    rows = [[guarded_cell(value), "beside"] for value in NASTY]
    book = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("One", ["a", "b"], rows)], "T", "c")))
    page = book["One"]
    assert [each.value for each in page[1]] == ["a", "b"]
    for value, (found, beside) in zip(NASTY, page.iter_rows(min_row=2), strict=True):
        assert found.data_type in ("s", "n" if not value else "s")
        assert (found.value or "") == guarded_cell(value)
        assert not str(found.value or "").startswith(("=", "+", "-", "@"))
        assert found.hyperlink is None
        assert beside.value == "beside"


def test_the_same_tables_are_the_same_bytes() -> None:
    sheets = [Sheet("One", ["a"], [["x"]]), Sheet("Two", ["b"], [], [40])]
    assert workbook(sheets, "T") == workbook(sheets, "T")
    assert workbook(sheets, "T") != workbook(sheets, "U")
