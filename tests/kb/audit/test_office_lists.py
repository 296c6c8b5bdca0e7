"""Lists exported as a workbook or a Word file, read back: the same rows as those of the CSV, and the same states."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from app.cli.console import SOME_FAILED, USAGE
from kb.audit.listed_rows import listed_rows
from kb.audit.revalidation import RowState, revalidate
from kb.errors import ConfigError
from kb.export.formats import ListOptions, list_bytes
from tests.library import command

if TYPE_CHECKING:
    from pathlib import Path

    from kb.audit.listed_rows import ListedRow
    from kb.export.answer_lists import AnswerList
    from kb.knowledge_base import KnowledgeBase

ASKED = (
    "OECD 1.3\n유네스코 권고 제37항\nCode for Careful Orchards, 2\nCode for Careful Orchards, 4\nOECD 99.9\nOECD 1.3\n"
)


@pytest.fixture
def found(base: KnowledgeBase) -> AnswerList:
    return base.lists().cited(ASKED, "list.txt")[1]


def facts(rows: tuple[ListedRow, ...]) -> list[tuple[str, str, str, str]]:
    return sorted({(row.doc_id, row.unit_id, row.quote, row.quote_sha256) for row in rows})


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(("name", "footnotes"), [("list.xlsx", False), ("list.docx", False), ("list.docx", True)])
def test_office_files_give_the_rows_of_the_csv(
    base: KnowledgeBase, found: AnswerList, name: str, footnotes: bool, lang: str
) -> None:
    made = list_bytes(found, name.rpartition(".")[2], ListOptions(lang, footnotes=footnotes))
    rows = listed_rows(name, made)
    plain = listed_rows("list.csv", list_bytes(found, "csv"))
    assert len(rows) == 4
    assert facts(rows) == facts(plain)
    assert {row.page_index for row in rows} >= {row.page_index for row in plain if row.page_index > 1}
    assert {each.state for each in revalidate(base.library(), rows)} == {RowState.UNCHANGED}


def test_a_word_list_grouped_by_documents_is_read_too(base: KnowledgeBase, found: AnswerList) -> None:
    from kb.export.answer_lists import RowsBy

    made = list_bytes(found, "docx", ListOptions("en", RowsBy.DOCUMENT, style="ieee"))
    assert facts(listed_rows("a.docx", made)) == facts(listed_rows("list.csv", list_bytes(found, "csv")))


def test_what_was_altered_in_an_office_file_is_found(base: KnowledgeBase, found: AnswerList) -> None:
    book = openpyxl.load_workbook(io.BytesIO(list_bytes(found, "xlsx")))
    sheet = book["Citations"]
    heads = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, heads.index("Quote") + 1)
    cell.value = f"{cell.value} And more."
    out = io.BytesIO()
    book.save(out)
    states = [each.state for each in revalidate(base.library(), listed_rows("a.xlsx", out.getvalue()))]
    assert states.count(RowState.ROW_ALTERED) == 1 and states[0] is RowState.ROW_ALTERED

    file = docx.Document(io.BytesIO(list_bytes(found, "docx")))
    for paragraph in file.paragraphs:
        if "bruised fruit twice" in paragraph.text:
            paragraph.runs[0].text = paragraph.runs[0].text.replace("twice", "thrice")
    out = io.BytesIO()
    file.save(out)
    rows = listed_rows("a.docx", out.getvalue())
    changed = [each for each in revalidate(base.library(), rows) if each.is_changed]
    assert [each.state for each in changed] == [RowState.ROW_ALTERED]
    assert "thrice" in changed[0].row.quote


def test_an_overlong_quote_is_joined_again(base: KnowledgeBase, found: AnswerList) -> None:
    from dataclasses import replace

    from kb.citing.citation import quote_hash

    long = "word " * 10_000 + "= end"
    row = found.rows[0]
    cited = replace(row.citations[0], quote=long, quote_sha256=quote_hash(long))
    other = replace(found, rows=(replace(row, citations=(cited,), quotes=((long, (1,)),)),))
    for form in ("xlsx", "docx"):
        assert listed_rows(f"a.{form}", list_bytes(other, form))[0].quote == long


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx"])
def test_files_that_are_none_cost_one_clear_line(found: AnswerList, name: str) -> None:
    good = list_bytes(found, name.rpartition(".")[2])
    foreign = {"a.xlsx": openpyxl.Workbook(), "a.docx": docx.Document()}[name]
    out = io.BytesIO()
    foreign.save(out)
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(broken, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            new.writestr(each, data[: len(data) // 2])
    for data in (b"", b"no zip", good[:200], broken.getvalue(), out.getvalue(), b"PK\x03\x04" + bytes(90)):
        with pytest.raises(ConfigError) as error:
            listed_rows(name, data)
        assert name in str(error.value) and "\n" not in str(error.value)


def test_a_filled_workbook_of_ones_own_is_revalidated(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["No", "Question"], [1, "OECD 1.3"], [2, "1.3"], [3, "Code for Careful Orchards, 2"]):
        book.active.append(line)
    book.save(tmp_path / "own.xlsx")
    filled = tmp_path / "filled.xlsx"
    command("--home", str(home), "batch", str(tmp_path / "own.xlsx"), "-o", str(filled))
    done = command("--home", str(home), "audit", "revalidate", str(filled), "--format", "json", "--all")
    rows = json.loads(done.stdout)["rows"]
    assert [(row["state"], bool(row["quote"])) for row in rows] == [("unchanged", True)] * 2
    shown = openpyxl.load_workbook(filled)
    for row in shown.active.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("urn:kb:oecd"):
                cell.value = cell.value.replace("1.3", "7.9")
    shown.save(filled)
    done = command("--home", str(home), "audit", "revalidate", str(filled))
    assert done.exit_code == SOME_FAILED and "gone: urn:kb:oecd:legal-0449:2024:principle:7.9" in done.stdout


def test_the_formats_that_are_read_are_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "list.odt").write_bytes(b"x")
    done = command("--home", str(home), "audit", "revalidate", str(tmp_path / "list.odt"))
    assert done.exit_code == USAGE and ".xlsx, .docx" in done.stderr
