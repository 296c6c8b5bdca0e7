"""Removed documents stay out of the index until a person names or adds their file again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.plan import FileOutcome
from ingest.removal import remove_document
from ingest.sources.add import add_file
from kb.errors import IndexFolderError
from tests.builds import NoEncoder, build, doc_id, documents, outcomes
from tests.fakes import WordEncoder
from tests.wording import english

if TYPE_CHECKING:
    pass


def test_a_removed_document_stays_away_until_its_file_is_named(kb_home: Path, files: Path) -> None:
    build(kb_home, files)
    gone = doc_id(kb_home, "Rules for logs")
    remove_document(kb_home, gone, NoEncoder(), "2026-01-02", "0")
    assert list(documents(kb_home)) == ["Care of chains"]
    assert outcomes(build(kb_home, encoder=NoEncoder())) == {"chains.txt": FileOutcome.UNCHANGED}
    standing = build(kb_home, folders=(files,), encoder=NoEncoder())
    assert english(standing.notes) == (f"logs.pdf: removed as {gone}, not read; name it in `kb ingest` to read it",)
    assert list(documents(kb_home)) == ["Care of chains"]
    assert build(kb_home, files / "logs.pdf", dry_run=True).n_documents == 2
    assert build(kb_home).n_documents == 1
    assert build(kb_home, files / "logs.pdf").n_documents == 2
    assert english(build(kb_home, folders=(files,)).notes) == ()


def test_a_removed_document_comes_back_when_it_is_added_again(kb_home: Path, files: Path) -> None:
    added = add_file(files / "logs.pdf", kb_home)
    assert added.what.startswith("Rules for logs [file-rules-for-logs-")
    assert added.what.endswith("] (not in the catalog)")
    build(kb_home)
    remove_document(kb_home, doc_id(kb_home, "Rules for logs"), NoEncoder(), "2026-01-02", "0")
    assert build(kb_home).n_documents == 0
    add_file(files / "logs.pdf", kb_home)
    assert build(kb_home).n_documents == 1
    assert [p.name for p in (kb_home / "documents").iterdir()] == ["logs.pdf"]


def test_removing_what_is_not_there(kb_home: Path, files: Path) -> None:
    with pytest.raises(IndexFolderError, match=r"no index at .*; run `kb ingest` to build one"):
        remove_document(kb_home, "x", WordEncoder(), "2026-01-02", "0")
    build(kb_home, files)
    with pytest.raises(
        IndexFolderError, match=r"document 'x' is not in the index; `kb corpus list --loaded` shows what is"
    ):
        remove_document(kb_home, "x", WordEncoder(), "2026-01-02", "0")
