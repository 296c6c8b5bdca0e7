"""`kb batch`: files in, files out, what is said, exit codes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from app.cli.console import FAILED, NOT_FOUND, SOME_FAILED, USAGE
from tests.library import command

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "no,question\n1,OECD 1.3\n2,유네스코 권고 제37항\n3,1.3\n4,OECD 1.3\n"


def test_a_table_is_answered_in_order_and_what_failed_is_said(home: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "list.csv", tmp_path / "out.csv"
    source.write_text(TABLE, "utf-8")
    result = command("--home", str(home), "batch", str(source), "-o", str(out))
    assert result.exit_code == SOME_FAILED, result.stderr
    assert "column B (“question”), head in row 1" in result.stderr
    assert "3 of 4 rows have citations (3 reference, 0 question, 1 choice needed, 0 not understood)" in result.stderr
    assert "list.csv, line 4, “1.3”: choice needed" in result.stderr
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8").removeprefix("\ufeff"), newline="")))
    assert [(row["row"], row["line"], row["n"]) for row in rows] == [
        ("1", "2", "1"),
        ("2", "3", "2"),
        ("3", "4", ""),
        ("4", "5", "1"),
    ]
    assert not list(tmp_path.glob("*.journal"))
    again = tmp_path / "again.csv"
    command("--home", str(home), "batch", str(source), "-o", str(again), "--jobs", "2")
    assert again.read_bytes() == out.read_bytes()


def test_exit_codes(home: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "list.txt", tmp_path / "out.jsonl"
    for text, code in (("OECD 1.3\n", 0), ("1.3\n", NOT_FOUND), ("# nothing\n", NOT_FOUND)):
        source.write_text(text, "utf-8")
        assert command("--home", str(home), "batch", str(source), "-o", str(out)).exit_code == code
    assert command("--home", str(home), "batch", str(source), "-o", str(tmp_path / "out.doc")).exit_code == USAGE
    source.write_bytes(b"%PDF-1.7")
    assert command("--home", str(home), "batch", str(source), "-o", str(out)).exit_code == FAILED


def test_an_unfinished_run_is_not_lost_unasked(home: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "list.txt", tmp_path / "out.jsonl"
    source.write_text("OECD 1.3\nOECD 1.2\n", "utf-8")
    journal = tmp_path / "out.jsonl.journal"
    journal.write_text("{}\n", "utf-8")
    refused = command("--home", str(home), "batch", str(source), "-o", str(out))
    assert refused.exit_code == USAGE
    assert "--resume" in refused.stderr
    assert not out.exists()
    assert command("--home", str(home), "batch", str(source), "-o", str(out), "--resume").exit_code == 0
    assert [json.loads(line)["row"] for line in out.read_text("utf-8").splitlines()] == [1, 2]
    assert not journal.exists()


def test_a_workbook_is_filled_and_a_report_is_written_where_it_is_asked_for(home: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "own.xlsx", tmp_path / "filled.xlsx"
    made = openpyxl.Workbook()
    for row in (["Question", "Response"], ["OECD 1.3", None], ["1.3", None]):
        made.active.append(row)
    made.save(source)
    arguments = ("--home", str(home), "batch", str(source), "-o", str(out))
    assert command(*arguments, "--answer-column", "Response").exit_code == SOME_FAILED
    first, second = list(openpyxl.load_workbook(out).active.iter_rows(min_row=2, values_only=True))
    assert first[1].endswith("[1]")
    assert second[1] is None
    assert command(*arguments, "--report", "--words", "ko").exit_code == SOME_FAILED
    assert openpyxl.load_workbook(out).sheetnames == ["답변", "인용", "답 없음", "문서별", "정보"]


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "docx", "md", "html", "jsonl", "csl.json", "bib", "ris"])
def test_kb_cite_writes_every_format_the_same_twice(home: Path, tmp_path: Path, ending: str) -> None:
    source, out, again = tmp_path / "list.txt", tmp_path / f"a.{ending}", tmp_path / f"again.{ending}"
    source.write_text("OECD 1.3\n유네스코 권고 제37항\nOECD 1.3\n", "utf-8")
    for path in (out, again):
        result = command("--home", str(home), "cite", str(source), "-o", str(path), "--style", "ieee", "--footnotes")
        assert result.exit_code == 0, result.stderr
        assert "3 citations" in result.stderr
    assert out.read_bytes() == again.read_bytes()
    if ending == "docx":
        texts = [p.text for p in docx.Document(str(out)).paragraphs]
        assert [t for t in texts if t.startswith(("1. ", "2. ", "3. "))] == [
            "1. OECD 1.3",
            "2. 유네스코 권고 제37항",
            "3. OECD 1.3",
        ]
        assert "word/footnotes.xml" in zipfile.ZipFile(out).namelist()
