"""The comparison with other readers: a page that cannot be loaded gives one line, a damaged file gives no traceback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ingest.cross_check import Witnessed, read_and_compare, witnessed
from kb.errors import DocumentError
from kb.messages import words
from tests.pdfs import Book

if TYPE_CHECKING:
    from pathlib import Path


def with_a_lost_page(path: Path, instead: bytes) -> Path:
    """A PDF of three pages; in the place of the second one stands something that is no page."""
    book = Book()
    for n in range(3):
        book.add(f"The words of sheet {n} stay where they are.")
    data = book.write(path).read_bytes()
    kids = re.search(rb"/Kids \[([^\]]*)\]", data)
    assert kids is not None
    second = re.findall(rb"\d+ 0 R", kids[1])[1]
    path.write_bytes(data.replace(kids[1], kids[1].replace(second, instead)))
    return path


@pytest.mark.parametrize("instead", [b"99 0 R", b"null ", b"17   "])
def test_a_page_that_cannot_be_loaded_costs_one_line(tmp_path: Path, instead: bytes) -> None:
    found = read_and_compare(with_a_lost_page(tmp_path / "a.pdf", instead))
    assert [words(each, "en").partition(" (")[0] for each in found.unread] == ["page 2: pdfium cannot load it"]
    assert 2 not in {note.page for note in found.notes}


def test_the_witnesses_are_heard_in_a_worker(tmp_path: Path) -> None:
    assert isinstance(witnessed(with_a_lost_page(tmp_path / "a.pdf", b"99 0 R")), Witnessed)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nnothing")
    assert isinstance(witnessed(tmp_path / "b.pdf"), DocumentError)
