"""What we write and read, against an office program that somebody else wrote: LibreOffice."""

from __future__ import annotations

import csv
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ingest.readers.word import read_docx
from kb.catalog.crosswalk import cell
from kb.export.workbook import Sheet, workbook

if TYPE_CHECKING:
    from pathlib import Path

SOFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-writer)"),
]


def converted(path: Path, to: str, folder: Path) -> Path:
    """The file as LibreOffice converts it, with a profile of its own."""
    assert SOFFICE is not None
    command = [
        SOFFICE, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to", to, "--outdir", str(folder), str(path),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    made = folder / f"{path.stem}.{to.split(':')[0]}"
    assert made.is_file(), done.stderr
    return made


def test_a_workbook_shows_the_words_put_in_and_computes_nothing(tmp_path: Path) -> None:
    values = ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.example", "0012", "두 줄\n안의 말", "a “quoted” word, and more"]
    head, rows = ["value", "place"], [[cell(value), f"row {n}"] for n, value in enumerate(values)]
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
