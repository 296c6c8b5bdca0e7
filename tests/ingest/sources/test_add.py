"""Files copied into the home folder: their names, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.sources.add import add_file
from kb.errors import DocumentError
from tests.builds import build
from tests.samples import CHAINS, write_pdf

if TYPE_CHECKING:
    pass


def test_added_files_of_one_name_stand_beside_each_other(kb_home: Path, files: Path, tmp_path: Path) -> None:
    other = write_pdf(tmp_path / "other" / "logs.pdf", CHAINS, "Another")
    places = [add_file(p, kb_home).path.name for p in (files / "logs.pdf", other, files / "logs.pdf")]
    assert places[0] == places[2] == "logs.pdf"
    assert places[1].startswith("logs-")
    assert build(kb_home).n_documents == 2


def test_an_odd_name_is_kept_without_its_oddness(kb_home: Path, files: Path) -> None:
    odd = files / "..\x1b[31m odd\nname;$(x) 한글.pdf"
    shutil.copy(files / "logs.pdf", odd)
    assert add_file(odd, kb_home).path == kb_home / "documents" / "31m-odd-name-x-한글.pdf"


def test_what_cannot_be_read_is_not_added(kb_home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"<html>")
    with pytest.raises(DocumentError, match="a web page saved under a PDF name"):
        add_file(tmp_path / "a.pdf", kb_home)
    assert not (kb_home / "documents").exists()
