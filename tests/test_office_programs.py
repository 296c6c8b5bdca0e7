"""What we write and read, against an office program that somebody else wrote: LibreOffice."""

from __future__ import annotations

import csv
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from ingest.readers.encodings import decode_bytes
from ingest.readers.word import read_docx
from kb.citing.citation import quote_hash
from kb.export.answer_lists import AnswerList, AnswerRow, ListSource, RowPlace, RowReading, answer_list
from kb.export.formats import ListOptions, list_bytes
from kb.export.workbook import Sheet, workbook
from kb.lists.tables import choose_columns, read_input
from kb.lists.workbook_fill import FillColumns, filled_workbook
from kb.text.safe_cells import guarded_cell, unguarded_cell
from kb.types import Citation

if TYPE_CHECKING:
    from pathlib import Path

SOFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-writer)"),
]


def converted(path: Path, to: str, folder: Path, read_as: str = "") -> Path:
    """The file as LibreOffice converts it, with a profile of its own; ``read_as`` is the filter that reads it."""
    assert SOFFICE is not None
    command = [
        SOFFICE, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *([f"--infilter={read_as}"] if read_as else []), "--convert-to", to, "--outdir", str(folder), str(path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    made = folder / f"{path.stem}.{to.split(':')[0]}"
    assert made.is_file(), done.stderr
    return made


def test_a_workbook_shows_the_words_put_in_and_computes_nothing(tmp_path: Path) -> None:
    values = ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.example", "0012", "두 줄\n안의 말", "a “quoted” word, and more"]
    head, rows = ["value", "place"], [[guarded_cell(value), f"row {n}"] for n, value in enumerate(values)]
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook([Sheet("One", head, rows)], "Title"))
    made = converted(book, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", tmp_path)
    with made.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [head, *rows]


def test_a_word_file_of_another_program_is_read_line_by_line(tmp_path: Path) -> None:
    page = tmp_path / "rules.html"
    page.write_text(
        "<html><head><meta charset='utf-8'></head><body><h1>Rules for lamps</h1><p>The keeper notes each failure.</p>"
        "<h2>기록</h2><p>운영자는 모든 결정을 기록한다.</p><ol><li>Lamps</li><li>Ladders</li></ol></body></html>",
        encoding="utf-8",
    )
    pages = read_docx(converted(page, "docx:MS Word 2007 XML", tmp_path)).pages
    lines = [(page.text[line.start : line.end], line.bold) for page in pages for line in page.lines]
    assert lines == [
        ("Rules for lamps", True), ("The keeper notes each failure.", False), ("기록", True),
        ("운영자는 모든 결정을 기록한다.", False), ("1. Lamps", False), ("2. Ladders", False),
    ]  # fmt: skip


def listed() -> AnswerList:
    """A list with Korean, a formula, control characters and a quote over two lines."""
    texts = ("모든 과수원은 대장을 둔다.", "-2 degrees; =SUM(A1:A9)", "first line\nsecond line", "tab\there & <b>")
    cited = [
        Citation(
            n, f"guild-2024:para:{n}", None, "guild-2024", "GUILD (2024)", "The 과수원 code", "The Guild", "1st",
            "2024-05-03", "current", (), "para", f"para. {n}", f"para. {n}", str(n), n, n, text, quote_hash(text), n,
            n + len(text), (), "shall", "verbatim", 1.0, "ko", "CC BY 4.0", "https://guild.example/", "2026-11-30",
            "index0",
        )
        for n, text in enumerate(texts, 1)
    ]  # fmt: skip
    rows = [
        AnswerRow(RowPlace(c.n, "list.csv", "", c.n), f"=1+{c.n}", RowReading.QUESTION, (c,), ((c.quote, (c.n,)),))
        for c in cited
    ]
    return answer_list(rows, ListSource("list.csv", "0" * 64, "index0", "0.1.0"), lambda _: None)


def test_a_list_is_whole_in_the_office_program_as_csv_workbook_and_word_file(tmp_path: Path) -> None:
    found = listed()
    for form in ("csv", "xlsx"):
        (tmp_path / f"list.{form}").write_bytes(list_bytes(found, form))
    sheet = openpyxl.load_workbook(converted(tmp_path / "list.csv", "xlsx", tmp_path / "read", "CSV:44,34,76")).active
    column = [cell.value for cell in sheet[1]].index("quote")
    quotes = [unguarded_cell(str(cells[column].value)) for cells in sheet.iter_rows(min_row=2)]
    assert quotes == [c.quote for c in found.places]
    assert all(cell.data_type != "f" for cells in sheet for cell in cells)
    second = openpyxl.load_workbook(converted(tmp_path / "list.xlsx", "xlsx", tmp_path / "read"))["Citations"]
    assert [unguarded_cell(str(cells[4].value)) for cells in second.iter_rows(min_row=2)] == quotes
    assert second.cell(2, 16).hyperlink.target == "https://guild.example/"
    for footnotes in (False, True):
        name = f"list-{footnotes}"
        (tmp_path / f"{name}.docx").write_bytes(
            list_bytes(found, "docx", ListOptions(style="apa", footnotes=footnotes))
        )
        text = converted(tmp_path / f"{name}.docx", "txt:Text (encoded):UTF8", tmp_path).read_text("utf-8-sig")
        for citation in found.places:
            assert " ".join(citation.quote.split()) in " ".join(text.split())
        assert "The 과수원 code" in text


def test_a_filled_workbook_opens_with_its_formulas_and_words(tmp_path: Path) -> None:
    own = openpyxl.Workbook()
    own.active.append(["Question", "Response"])
    own.active.append(["=1+1 is no formula", None])
    own.active["A2"].data_type = "s"
    own.active["C1"] = "=LEN(B2)"
    own.save(tmp_path / "own.xlsx")
    file = read_input((tmp_path / "own.xlsx").read_bytes(), "own.xlsx", decode_bytes)
    assert file.workbook is not None
    row = AnswerRow(
        RowPlace(1, "own.xlsx", "Sheet", 2), "x", RowReading.QUESTION, quotes=(("열두 글자의 답이다", (1,)),)
    )
    found = answer_list([replace(row, citations=(listed().places[0],))], ListSource("", "", "", ""), lambda _: None)
    into = FillColumns(answer="Response")
    made, notes = filled_workbook(file.workbook, choose_columns(file), found, "ko", into)
    assert notes == ()
    (tmp_path / "filled.xlsx").write_bytes(made)
    with converted(tmp_path / "filled.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76", tmp_path).open(
        encoding="utf-8", newline=""
    ) as opened:
        head, first, *_ = csv.reader(opened)
    assert first[1] == "열두 글자의 답이다 [1]"
    assert head[2] == str(len(first[1]))
