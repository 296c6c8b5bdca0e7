"""A person's workbook filled in: compared part by part, opened by another reader, and filled a second time."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from ingest.readers.encodings import decode_bytes
from kb.export.answer_lists import AnswerRow, RowReading
from kb.lists.batch import run_batch
from kb.lists.inputs import BatchInput
from kb.lists.tables import choose_columns, input_rows, read_input
from kb.lists.workbook_fill import FillColumns, filled_workbook, justified_choice
from tests.library import answering
from tests.paths import shared_folder

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase

X14 = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="list" '
    'allowBlank="1"><x14:formula1><xm:f>Lists!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>C4:C9</xm:sqref>'
    "</x14:dataValidation></x14:dataValidations></ext></extLst>"
)


@pytest.fixture
def keen(home: Path) -> KnowledgeBase:
    return answering(home)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def opened_book(data: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drop-downs that openpyxl does not know
        return openpyxl.load_workbook(io.BytesIO(data))


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, old in parts(data).items():
            archive.writestr(each, content if each == name else old)
    return out.getvalue()


def assessment() -> bytes:
    """A workbook with all that an assessor's may have."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Assessment"
    sheet["A1"] = "Robots: an assessment"
    sheet.merge_cells("A1:D1")
    for column, head in enumerate(("No.", "Question", "Document", "Response", "Score"), 1):
        sheet.cell(3, column, head).font = Font(bold=True, color="FFFFFF")
        sheet.cell(3, column).fill = PatternFill("solid", fgColor="334455")
    questions = ("OECD 1.3", "유네스코 권고 제37항", "1.3", "OECD 1.3", "OECD 1.2", "How long are ledgers kept?")
    for row, words in enumerate(questions, 4):
        sheet.cell(row, 1, row - 3)
        sheet.cell(row, 2, words)
        sheet.cell(row, 5, f"=LEN(D{row})")
    sheet["D8"] = "what a person wrote"
    sheet["E10"] = "=SUM(E4:E9)"
    sheet["G11"] = "=1+1"
    yes = DataValidation(type="list", formula1='"Yes,No"', allow_blank=True)
    sheet.add_data_validation(yes)
    yes.add("F4:F9")
    sheet.protection.sheet = True
    sheet.conditional_formatting.add(
        "E4:E9", openpyxl.formatting.rule.CellIsRule(operator="greaterThan", formula=["1"], font=Font(bold=True))
    )
    lists = made.create_sheet("Lists")
    lists.sheet_state = "veryHidden"
    for row, words in enumerate(("OECD/LEGAL/0449 (2024)", "UNESCO", "none of these"), 1):
        lists.cell(row, 1, words)
    out = io.BytesIO()
    made.save(out)
    name = "xl/worksheets/sheet1.xml"
    content = parts(out.getvalue())[name].replace(b"</worksheet>", X14.encode() + b"</worksheet>")
    data, main = with_part(out.getvalue(), name, content), "xl/workbook.xml"
    return with_part(data, main, parts(data)[main].replace(b' fullCalcOnLoad="1"', b""))


def filled(base: KnowledgeBase, data: bytes, **into: str) -> tuple[bytes, tuple[str, ...]]:
    file = read_input(data, "own.xlsx", decode_bytes)
    read = choose_columns(file)
    what = BatchInput(input_rows(file, read), "own.xlsx", "")
    assert file.workbook is not None
    return filled_workbook(file.workbook, read, run_batch(base.library(), base.models, what), "en", FillColumns(**into))


def table(data: bytes, head_row: int = 3) -> list[dict[str, str]]:
    sheet = opened_book(data)["Assessment"]
    heads = [str(cell.value or "") for cell in sheet[head_row]]
    rows = sheet.iter_rows(min_row=head_row + 1, max_row=9, values_only=True)
    return [dict(zip(heads, (str(v or "") for v in row), strict=True)) for row in rows]


def test_all_but_the_cells_that_are_written_stays_as_it_was(keen: KnowledgeBase) -> None:
    data = assessment()
    made, _ = filled(keen, data)
    old, new = parts(data), parts(made)
    assert list(new) == list(old)
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"}
    assert new["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"") == old["xl/workbook.xml"]
    before, after = old["xl/worksheets/sheet1.xml"].decode(), new["xl/worksheets/sheet1.xml"].decode()
    for kept in (X14, "<sheetProtection", "<mergeCell ", "<conditionalFormatting", "LEN(D4)", "SUM(E4:E9)", '"Yes,No"'):
        assert after.count(kept) == before.count(kept) > 0
    for cell in re.findall(r'<c r="[A-G]\d+"[^>]*?(?:/>|>.*?</c>)', before):
        assert cell in after
    book = opened_book(made)
    assert book["Lists"].sheet_state == "veryHidden"
    assert book["Assessment"].protection.sheet


def test_answers_stand_in_columns_beside_and_the_same_bytes_come_twice(keen: KnowledgeBase) -> None:
    data = assessment()
    made, notes = filled(keen, data)
    assert notes == ()
    rows = table(made)
    assert [bool(row["kb: Answer"]) for row in rows] == [True, True, False, True, True, True]
    assert rows[0]["kb: Answer"] == rows[3]["kb: Answer"]
    assert rows[0]["kb: References"].startswith("[1] OECD/LEGAL/0449 (2024), Principle 1.3")
    assert rows[2]["kb: Read as"] == "choice needed"
    assert "Say which" in rows[2]["kb: Reason"]
    assert all(row["kb: Index id"] == keen.library().index_id for row in rows)
    assert rows[0]["Score"] == "=LEN(D4)"
    assert filled(keen, data)[0] == made
    book = opened_book(made)["Assessment"]
    approval = [cell.value for cell in book[3]].index("kb: Approval") + 1
    assert not book.cell(4, approval).protection.locked
    assert book.cell(4, 2).protection.locked


def test_chosen_columns_are_filled_and_what_a_person_wrote_stays(keen: KnowledgeBase) -> None:
    made, notes = filled(keen, assessment(), answer="Response")
    rows = table(made)
    assert rows[0]["Response"].endswith("[1]")
    assert rows[4]["Response"] == "what a person wrote"
    assert "kb: Answer" not in rows[0]
    assert any(note.startswith("Assessment!D8: ") for note in notes)
    assert {f"Assessment!E{n}" for n in range(4, 10)} == {
        note.partition(":")[0] for note in filled(keen, assessment(), answer="Score")[1]
    }


def test_a_drop_down_is_answered_only_where_the_citations_decide_it(keen: KnowledgeBase) -> None:
    rows = table(filled(keen, assessment(), answer="Document")[0])
    oecd = "OECD/LEGAL/0449 (2024)"
    assert [row["Document"] for row in rows] == [oecd, "UNESCO", "", oecd, oecd, ""]
    assert "no quote decides it" in rows[5]["kb: Reason"]
    (row,) = run_batch(keen.library(), keen.models, BatchInput(_rows("OECD 1.3"), "", "")).rows
    assert justified_choice(("Yes", "No"), row) == ""
    assert justified_choice(("oecd", "UNESCO"), row) == "oecd"
    assert justified_choice(("OECD", "OECD/LEGAL/0449 (2024)"), row) == ""
    assert justified_choice(("OECD",), AnswerRow(row.place, "x", RowReading.QUESTION)) == ""


def _rows(text: str) -> tuple:  # type: ignore[type-arg]
    file = read_input(text.encode(), "a.txt", decode_bytes)
    return input_rows(file, choose_columns(file))


def judged(data: bytes, **cells: str) -> bytes:
    """The workbook as a person saves it after writing into the approval columns of rows."""
    book = opened_book(data)
    sheet = book["Assessment"]
    heads = {str(cell.value): cell.column for cell in sheet[3]}
    for name, value in cells.items():
        head, row = name.rsplit("_", 1)
        sheet.cell(int(row), heads[head.replace("_", " ").replace("kb ", "kb: ")]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_second_run_respects_what_was_accepted_and_rejected(keen: KnowledgeBase) -> None:
    first, _ = filled(keen, assessment())
    data = judged(
        first, kb_Approval_4="accepted", kb_Answer_4="my own wording", kb_Approval_5="rejected", kb_Approved_by_5="Kim",
        kb_Approved_on_5="2026-11-30", kb_Answer_7="edited, not judged",
    )  # fmt: skip
    made, notes = filled(keen, data)
    rows = table(made)
    assert rows[0]["kb: Answer"] == "my own wording"
    assert rows[1]["kb: Answer"] == ""
    assert rows[1]["kb: Reason"] == "rejected by Kim on 2026-11-30; the same answer is found again"
    assert rows[1]["kb: Approval"] == "rejected"
    assert rows[3]["kb: Answer"] == "edited, not judged"
    assert any("holds words" in note for note in notes)
    assert rows[4]["kb: Answer"] == table(first)[4]["kb: Answer"]
    assert list(rows[0]) == list(table(first)[0])
    stale = judged(data, **{"kb_Quote_hashes_5": "another hash"})
    again = table(filled(keen, stale)[0])
    assert again[1]["kb: Answer"]
    assert again[1]["kb: Approval"] == ""


@pytest.mark.documents
def test_real_workbooks_keep_every_part_but_their_sheets_of_questions(keen: KnowledgeBase) -> None:
    folder = shared_folder("questionnaires")
    if folder is None:
        pytest.skip("no questionnaires at hand")
    for path in sorted(folder.glob("*.xlsx")):
        data = path.read_bytes()
        if path.name == "broken.xlsx":
            continue
        made, _ = filled(keen, data)
        old, new = parts(data), parts(made)
        assert list(new) == list(old)
        sheets = {c.table.sheet for c in choose_columns(read_input(data, path.name, decode_bytes))}
        changed = {name for name in old if old[name] != new[name]} - {"xl/workbook.xml"}
        assert len(changed) == len(sheets)
        assert all(name.startswith("xl/worksheets/") for name in changed)
        assert opened_book(made).sheetnames == opened_book(data).sheetnames


def headless(*lines: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled_once(keen: KnowledgeBase, data: bytes) -> bytes:
    file = read_input(data, "own.xlsx", decode_bytes)
    chosen = choose_columns(file)
    found = run_batch(keen.library(), keen.models, BatchInput(input_rows(file, chosen), "own.xlsx", "0"))
    assert file.workbook is not None
    return filled_workbook(file.workbook, chosen, found)[0]


def test_a_sheet_without_heads_is_filled_again_in_the_same_columns(keen: KnowledgeBase) -> None:
    data = headless([1, "OECD 1.3"], [2, "유네스코 권고 제37항"], [3, "1.3"], [4, "OECD 1.4"])
    once = filled_once(keen, data)
    assert filled_once(keen, once) == once
    book = opened_book(once)
    cells = {cell.column: cell.value for cell in book.active[1] if cell.value}
    assert cells[2] == "OECD 1.3"
    book.active.cell(4, 2).value = "OECD 1.2"
    approval = next(c.column for c in book.active[1] if str(c.value).startswith("kb-columns=")) + 1
    book.active.cell(2, approval).value = "accepted"
    book.active.cell(2, 3).value = "as a person has it"
    out = io.BytesIO()
    book.save(out)
    again = opened_book(filled_once(keen, out.getvalue())).active
    assert again.max_column == book.active.max_column
    assert again.cell(2, 3).value == "as a person has it"
    assert again.cell(4, 3).value != book.active.cell(4, 3).value and again.cell(4, 2).value == "OECD 1.2"
    assert again.cell(1, 3).value == book.active.cell(1, 3).value
