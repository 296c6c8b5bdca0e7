"""Scans: pages without text are read from a copy with a text layer, and marked; a scan that cannot be read is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.plan import FileOutcome
from kb.errors import UnreadableError
from kb.index.reader import Store
from tests.builds import build, outcomes, report_of
from tests.samples import LOGS, write_pdf

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_pages_without_text_are_read_with_ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = write_pdf(tmp_path / "files" / "half.pdf", [LOGS[0], ""])
    whole = write_pdf(tmp_path / "files" / "whole.pdf", [""])
    copies = {
        half: write_pdf(tmp_path / "copies" / "half.pdf", [LOGS[0], LOGS[1]]),
        whole: write_pdf(tmp_path / "copies" / "whole.pdf", [LOGS[2]]),
    }
    asked: list[Path] = []

    def copy_of(path: Path, sha256: str, folder: Path) -> Path:
        assert len(sha256) == 64
        assert folder == tmp_path / "home" / "ocr"
        asked.append(path)
        return copies[path]

    monkeypatch.setattr("ingest.pipeline.with_text_layer", copy_of)
    without = build(tmp_path / "home", tmp_path / "files")
    assert outcomes(without) == {"half.pdf": FileOutcome.NEW, "whole.pdf": FileOutcome.FAILED}
    assert not asked

    found = build(tmp_path / "home", tmp_path / "files", ocr=True)
    assert sorted(asked) == [half, whole]
    assert not found.failed
    assert any("1 pages read by OCR" in note for note in report_of(found, "half.pdf").notes)
    with Store.open(tmp_path / "home" / "index") as store:
        by_file = {document.source: document.doc_id for document in store.documents}
        assert [page.ocr for page in store.pages(by_file[str(half)])] == [False, True]
        assert [page.ocr for page in store.pages(by_file[str(whole)])] == [True]
        assert "within ten days" in " ".join(store.text(by_file[str(half)]).split())
        assert "older than two years" in " ".join(store.text(by_file[str(whole)]).split())


def test_a_scan_that_ocr_cannot_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pdf(tmp_path / "files" / "half.pdf", [LOGS[0], ""])

    def refuse(path: Path, *_: object) -> Path:
        raise UnreadableError(f"{path.name}: reading scans needs ocrmypdf; install it")

    monkeypatch.setattr("ingest.pipeline.with_text_layer", refuse)
    found = build(tmp_path / "home", tmp_path / "files", ocr=True)
    assert outcomes(found) == {"half.pdf": FileOutcome.NEW}
    assert any("needs ocrmypdf" in note for note in found.notes)
