"""`kb cite`: what its input may be saved as, and what its rows say of the input."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from app.cli.console import FAILED, USAGE
from tests.library import command

if TYPE_CHECKING:
    from pathlib import Path

LINES = "# 우리 목록\n유네스코 권고 제37항\n\nOECD 1.3\n"


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_is_read_in_the_encodings_that_korean_programs_save(home: Path, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(LINES.replace("\n", "\r\n").encode(encoding))
    out = tmp_path / "out.csv"
    result = command("--home", str(home), "cite", str(path), "-o", str(out))
    assert result.exit_code == 0, result.stderr
    found = rows(out.read_text("utf-8"))
    assert [(row["input_line"], row["input"]) for row in found] == [("2", "유네스코 권고 제37항"), ("4", "OECD 1.3")]
    assert [row["cite_key"] for row in found] == [
        "unesco-ai-ethics-2021:para:37",
        "oecd-legal-0449-2024:principle:1.3",
    ]


def test_what_is_no_text_is_named_in_one_line(home: Path, tmp_path: Path) -> None:
    docx.Document().save(tmp_path / "list.docx")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "list.bin").write_bytes(bytes(range(1, 9)) * 90)
    (tmp_path / "empty.txt").write_bytes(b"\r\n")
    for name, words in (
        ("list.docx", "list.docx: a packed office file that is no workbook, not text; save it as CSV or plain text"),
        ("list.pdf", "list.pdf: a PDF, not text; save it"),
        ("list.bin", "list.bin: empty, or no text in UTF-8, UTF-16, CP949 or Windows-1252"),
        ("empty.txt", "empty.txt: empty, or no text in"),
    ):
        result = command("--home", str(home), "cite", str(tmp_path / name))
        assert result.exit_code == USAGE
        assert words in result.stderr
        assert "Traceback" not in result.output
    broken = command("--home", str(home), "cite", str(tmp_path / "broken.xlsx"))
    assert broken.exit_code == FAILED and "broken.xlsx" in broken.stderr and broken.stderr.count("\n") == 1


def test_a_workbook_is_cited_row_by_row(home: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["Our list", None], ["No", "Reference"], [1, "OECD 1.3"], [None, None], [2, "유네스코 권고 제37항"]):
        book.active.append(line)
    book.save(tmp_path / "list.xlsx")
    result = command("--home", str(home), "cite", str(tmp_path / "list.xlsx"), "-o", str(tmp_path / "out.csv"))
    assert result.exit_code == 0, result.stderr
    found = rows((tmp_path / "out.csv").read_text("utf-8"))
    assert [(row["input_line"], row["input"]) for row in found] == [("3", "OECD 1.3"), ("5", "유네스코 권고 제37항")]
    other = book.create_sheet("More")
    for line in (["No", "Reference"], [1, "OECD 1.4"]):
        other.append(line)
    book.save(tmp_path / "list.xlsx")
    result = command("--home", str(home), "cite", str(tmp_path / "list.xlsx"), "-o", str(tmp_path / "out.csv"))
    assert "several sheets ask" in result.stderr
    assert [row["input_line"] for row in rows((tmp_path / "out.csv").read_text("utf-8"))] == ["1", "2", "3"]
