"""Files from outside, read in a process of their own: their content, or one line with the reason why not."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from ingest.uploads import commented_upload, draft_of_upload, table_of_upload
from kb.errors import DocumentError
from tests.office_files import paragraph, run, word_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_table_a_draft_and_a_commented_copy(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("Question\nOECD 1.3\n질문입니까?\n", "utf-8")
    read = table_of_upload(table)
    assert [line.cells for line in read.tables[0].lines] == [("Question",), ("OECD 1.3",), ("질문입니까?",)]
    draft = tmp_path / "draft.md"
    draft.write_text("See OECD 1.3.\n", "utf-8")
    assert draft_of_upload(draft).parts[0].text == "See OECD 1.3."
    word = word_file(tmp_path / "draft.docx", paragraph(run("See OECD 1.3.")))
    assert draft_of_upload(word).parts[0].text == "See OECD 1.3."
    copy = zipfile.ZipFile(io.BytesIO(commented_upload(word, [(0, 4, 12, "It exists.")])))
    assert b"It exists." in copy.read("word/comments.xml")


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_bad_table_costs_one_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 but no package")
    with pytest.raises(DocumentError) as caught:
        table_of_upload(path)
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_a_bomb_and_a_wrong_kind_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<x>" + b" " * 300_000_000)
    for read in (draft_of_upload, lambda p: commented_upload(p, ())):
        with pytest.raises(DocumentError):
            read(path)
    other = tmp_path / "draft.exe"
    other.write_bytes(b"MZ")
    with pytest.raises(DocumentError):
        draft_of_upload(other)
