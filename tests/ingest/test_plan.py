"""The plan of a build for each file: copies, changed content, moved, missing and unreadable files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.plan import FileOutcome
from tests.builds import NoEncoder, build, doc_id, documents, outcomes, report_of
from tests.samples import write_text
from tests.wording import english, message_of

if TYPE_CHECKING:
    pass


def test_the_same_content_under_another_name_is_read_once(kb_home: Path, files: Path) -> None:
    shutil.copy(files / "logs.pdf", files / "a copy.pdf")
    first = build(kb_home, files)
    assert outcomes(first)["logs.pdf"] is FileOutcome.DUPLICATE
    assert message_of(report_of(first, "logs.pdf")) == "same content as a copy.pdf; read once"
    assert first.n_documents == 2
    assert build(kb_home, files / "logs.pdf", encoder=NoEncoder()).written is False


def test_changed_content_under_the_same_name_replaces_the_document(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    before = doc_id(kb_home, "Care of chains")
    write_text(files / "chains.txt", ["Chains are now left to the shop, which has the gauge."], "Care of chains")
    summary = build(kb_home, files)
    assert message_of(report_of(summary, "chains.txt")) == f"its content changed; it replaces {before}"
    assert summary.n_documents == 2
    assert "left to the shop" in documents(kb_home)["Care of chains"]
    assert "dry brush" not in documents(kb_home)["Care of chains"]
    assert doc_id(kb_home, "Care of chains") != before


def test_a_file_that_becomes_a_copy_of_another_drops_what_it_held(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    shutil.copy(files / "logs.pdf", files / "chains.txt")
    summary = build(kb_home, files)
    assert outcomes(summary) == {"logs.pdf": FileOutcome.UNCHANGED, "chains.txt": FileOutcome.DUPLICATE}
    assert list(documents(kb_home)) == ["Rules for logs"]
    assert english(summary.notes) == ("chains.txt: held Care of chains before, which is dropped",)


def test_a_moved_file_is_found_at_its_new_place_and_remembered_there(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    (files / "logs.pdf").rename(files / "moved.pdf")
    assert outcomes(build(kb_home, files, encoder=NoEncoder()))["moved.pdf"] is FileOutcome.UNCHANGED
    summary = build(kb_home, encoder=NoEncoder())
    assert outcomes(summary) == {"moved.pdf": FileOutcome.UNCHANGED, "chains.txt": FileOutcome.UNCHANGED}


def test_a_file_that_is_gone_leaves_its_document_with_a_word(kb_home: Path, files: Path) -> None:
    first = build(kb_home, files)
    (files / "logs.pdf").unlink()
    for _ in range(2):
        summary = build(kb_home, encoder=NoEncoder())
        report = report_of(summary, "logs.pdf")
        assert report.outcome is FileOutcome.KEPT
        assert message_of(report).startswith(
            "the file is no longer there; what the last index held is kept (`kb corpus"
        )
        assert (summary.index_id, summary.written) == (first.index_id, False)


def test_a_file_that_can_no_longer_be_read_leaves_its_document(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    (files / "logs.pdf").write_bytes(b"<html>Please log in")
    (files / "chains.txt").write_bytes(b"")
    summary = build(kb_home, files)
    assert sorted(f.outcome.value for f in summary.files) == ["failed", "failed", "kept", "kept"]
    assert all("could not be read this time" in message_of(f) for f in summary.files if f.outcome is FileOutcome.KEPT)
    assert len(documents(kb_home)) == 2
