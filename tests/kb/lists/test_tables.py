"""Files of questions and references as people save them, read into rows with their lines."""

from __future__ import annotations

import io
import json
import unicodedata
from typing import TYPE_CHECKING

import openpyxl
import pytest

from ingest.readers.encodings import decode_bytes
from kb.errors import ConfigError, TooLargeError, UnreadableError
from kb.lists.tables import MAX_ASKED, InputFile, choose_columns, input_rows, read_input
from tests.paths import shared_folder

if TYPE_CHECKING:
    from collections.abc import Callable


def read(data: bytes, name: str) -> InputFile:
    return read_input(data, name, decode_bytes)


def asked(data: bytes, name: str, *columns: str, **options: object) -> list[tuple[str, int, str]]:
    file = read(data, name)
    rows = input_rows(file, choose_columns(file, columns, **options))  # type: ignore[arg-type]
    assert [row.place.number for row in rows] == list(range(1, len(rows) + 1))
    assert {row.place.file for row in rows} <= {name}
    return [(row.place.sheet, row.place.line, row.text) for row in rows]


def book(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    fill(made)
    made.save(out)
    return out.getvalue()


KOREAN = "번호,질문\r\n1,로봇을 누가 멈출 수 있나요?\r\n2,OECD 1.3\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949"])
def test_a_csv_is_read_in_every_encoding_with_its_lines(encoding: str) -> None:
    assert asked(KOREAN.encode(encoding), "list.csv") == [("", 2, "로봇을 누가 멈출 수 있나요?"), ("", 3, "OECD 1.3")]


def test_composed_and_decomposed_hangul_find_the_same_column() -> None:
    apart = unicodedata.normalize("NFD", KOREAN)
    assert [line for _, line, _ in asked(apart.encode(), "list.csv")] == [2, 3]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_told_by_the_columns(sign: str) -> None:
    text = f"no{sign}question\n1{sign}Who may stop the robot?\n2{sign}Where is the ledger?\n"
    assert [words for *_, words in asked(text.encode(), "a.csv")] == ["Who may stop the robot?", "Where is the ledger?"]


def test_a_csv_of_one_column_keeps_the_commas_of_its_sentences() -> None:
    text = (
        'question\nWhat, then, is a ledger?\nWho reads it?\n"Quoted, with a comma"\nAnd why, if at all, is it kept?\n'
    )
    words = [words for *_, words in asked(text.encode(), "a.csv")]
    assert words[0] == "What, then, is a ledger?"
    assert words[3] == "And why, if at all, is it kept?"


def test_a_head_below_a_title_is_found_and_lines_are_those_of_the_file() -> None:
    text = 'Annual review,,\n,,\nNo.,Question,Answer\n1,"One over\ntwo lines",\n2,,\n3,Last,\n'
    assert asked(text.encode(), "a.csv") == [("", 4, "One over\ntwo lines"), ("", 7, "Last")]


def test_rows_that_are_alike_stay_apart() -> None:
    assert asked(b"OECD 1.3\nOECD 1.3\n\n# a remark\nOECD 1.3\n", "a.txt") == [("", n, "OECD 1.3") for n in (1, 2, 5)]


def test_json_lines_keep_a_broken_line_with_its_reason() -> None:
    lines = [
        json.dumps({"id": 7, "query": "Who?"}),
        "{broken",
        json.dumps("a text alone"),
        json.dumps({"query": "Where?"}),
    ]
    file = read("\n".join(lines).encode(), "a.jsonl")
    rows = input_rows(file, choose_columns(file, ["query"]))
    assert [(row.place.line, row.text) for row in rows] == [(1, "Who?"), (2, ""), (4, "Where?")]
    assert rows[1].fault.startswith("not JSON")


def test_a_workbook_with_titles_merged_cells_numbers_and_hidden_sheets() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        one = made.active
        one.title = "Part A"
        one["A1"] = "A questionnaire about robots"
        one.merge_cells("A1:D1")
        for column, head in enumerate(["No.", "Question / 질문", "Answer", "Remarks"], 1):
            one.cell(3, column, head)
        one["B4"] = "General"
        one.merge_cells("A4:D4")
        one["A4"] = "General"
        one["B5"], one["B6"], one["B8"] = "Who may stop it?", 1.3, 37
        one["B9"] = True
        hidden = made.create_sheet("Lists")
        hidden.sheet_state = "hidden"
        hidden["A1"], hidden["A2"] = "Question", "Not to be asked"
        two = made.create_sheet("Part B")
        two["A1"], two["A2"] = "질문", "누가 멈추나요?"

    data = book(fill)
    visible = [("Part A", 5, "Who may stop it?"), ("Part A", 6, "1.3"), ("Part A", 8, "37"), ("Part A", 9, "TRUE")]
    assert asked(data, "b.xlsx") == [*visible, ("Part B", 2, "누가 멈추나요?")]
    assert ("Lists", 2, "Not to be asked") in asked(data, "b.xlsx", hidden=True)
    assert asked(data, "b.xlsx", sheets=["Lists"]) == [("Lists", 2, "Not to be asked")]
    assert asked(data, "b.xlsx", "B", sheets=["Part A"])[-1] == ("Part A", 9, "TRUE")
    with pytest.raises(ConfigError, match="no sheet “Part C”"):
        asked(data, "b.xlsx", sheets=["Part C"])
    with pytest.raises(ConfigError, match="no column “Frage”"):
        asked(data, "b.xlsx", "Frage")


def test_a_sheet_of_names_and_values_is_no_table_of_questions() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        one = made.active
        for row in (["type", "library"], ["version", "1"], ["name", "Robots"], ["description", "About robots"]):
            one.append(row)
        two = made.create_sheet("content")
        for row in (
            ["ref", "depth", "description"],
            ["R1", 1, "A robot can be stopped"],
            ["R2", 1, "A ledger is kept"],
        ):
            two.append(row)

    assert {sheet for sheet, *_ in asked(book(fill), "b.xlsx")} == {"content"}


def test_titles_between_questions_are_not_asked_but_short_questions_are() -> None:
    text = "no,question\n,Storage and care\n1,Who keeps it?\n2,Duties of keepers\n3,OECD 1.3\n,Why so?\n,OECD 1.4\n"
    text += "4,Where?\n5,When?\n6,How?\n"
    words = [words for *_, words in asked(text.encode(), "a.csv")]
    assert words == ["Who keeps it?", "Duties of keepers", "OECD 1.3", "Why so?", "OECD 1.4", "Where?", "When?", "How?"]
    alone = "question\nStorage and care\nWho keeps it?\nDuties of keepers\n"
    assert len(asked(alone.encode(), "a.csv")) == 3


def test_bounds_and_damage_are_said_in_words() -> None:
    with pytest.raises(TooLargeError, match="rows ask something"):
        asked(b"OECD 1.3\n" * (MAX_ASKED + 1), "a.txt")
    with pytest.raises(UnreadableError, match="damaged"):
        read(b"PK\x03\x04 and nothing more", "a.xlsx")
    with pytest.raises(UnreadableError, match="a PDF"):
        read(b"%PDF-1.7", "a.csv")


@pytest.mark.documents
def test_real_questionnaires_are_read_at_their_questions() -> None:
    folder = shared_folder("questionnaires")
    if folder is None:
        pytest.skip("no questionnaires at hand")
    found = {path.name: asked(path.read_bytes(), path.name) for path in sorted(folder.glob("*.xlsx"))}
    assert found["headers-and-blanks.xlsx"][0][1] == 7
    assert len(found["multi-sheet.xlsx"]) == 30
    assert {sheet for sheet, *_ in found["hidden-sheets.xlsx"]} == {"Visible Questions", "More Questions"}
    assert {sheet for sheet, *_ in found["nist-ai-rmf.xlsx"]} == {"core_content"}
    assert {sheet for sheet, *_ in found["vendor-due-diligence.xlsx"]} == {"objectives_content"}
    assert found["broken.xlsx"] == []
