"""Scans: pages without text are read from a copy with a text layer, and marked; a scan that cannot be read is
reported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ingest.plan import FileOutcome
from kb.index.reader import Store
from tests.builds import build, outcomes, report_of
from tests.samples import LOGS, write_pdf
from tests.wording import english

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

PROGRAM = """#!{python}
import pathlib, shutil, sys
*_, given, made = sys.argv
with pathlib.Path({log!r}).open("a") as log:
    print(given, file=log)
shutil.copy({copies!r}[given], made)
"""


def ocr_program(folder: Path, copies: Mapping[Path, Path]) -> Path:
    """A program in the place of ``ocrmypdf`` that has each scan's copy ready; returns its list of given files."""
    log = folder / "asked.txt"
    log.write_text("")
    known = {str(scan): str(copy) for scan, copy in copies.items()}
    program = folder / "ocrmypdf"
    program.write_text(PROGRAM.format(python=sys.executable, log=str(log), copies=known))
    program.chmod(0o755)
    return log


def test_pages_without_text_are_read_with_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = write_pdf(tmp_path / "files" / "half.pdf", [LOGS[0], ""])
    whole = write_pdf(tmp_path / "files" / "whole.pdf", [""])
    copies = {
        half: write_pdf(tmp_path / "copies" / "half.pdf", [LOGS[0], LOGS[1]]),
        whole: write_pdf(tmp_path / "copies" / "whole.pdf", [LOGS[2]]),
    }
    asked = ocr_program(tmp_path, copies)
    monkeypatch.setenv("PATH", str(tmp_path))
    without = build(tmp_path / "home", tmp_path / "files")
    assert outcomes(without) == {"half.pdf": FileOutcome.NEW, "whole.pdf": FileOutcome.FAILED}
    assert not asked.read_text()

    found = build(tmp_path / "home", tmp_path / "files", ocr=True)
    assert sorted(asked.read_text().splitlines()) == [str(half), str(whole)]
    assert sorted(len(path.stem) for path in (tmp_path / "home" / "ocr").iterdir()) == [64, 64]
    assert not found.failed
    assert any("1 page read by OCR" in note for note in english(report_of(found, "half.pdf").notes))
    with Store.open(tmp_path / "home" / "index") as store:
        by_file = {document.source: document.doc_id for document in store.documents}
        assert [page.ocr for page in store.pages(by_file[str(half)])] == [False, True]
        assert [page.ocr for page in store.pages(by_file[str(whole)])] == [True]
        assert "within ten days" in " ".join(store.text(by_file[str(half)]).split())
        assert "older than two years" in " ".join(store.text(by_file[str(whole)]).split())


def test_a_scan_that_ocr_cannot_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pdf(tmp_path / "files" / "half.pdf", [LOGS[0], ""])
    monkeypatch.setenv("PATH", str(tmp_path))
    found = build(tmp_path / "home", tmp_path / "files", ocr=True)
    assert outcomes(found) == {"half.pdf": FileOutcome.NEW}
    assert any("needs ocrmypdf" in note for note in english(found.notes))

    ocr_program(tmp_path, {})  # fails for every file
    found = build(tmp_path / "home", tmp_path / "files", ocr=True, force=True)
    assert outcomes(found) == {"half.pdf": FileOutcome.NEW}
    assert any("OCR failed" in note and "KeyError" in note for note in english(found.notes))
