"""Parsing one file: its edition, text and units."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from ingest.parse import Task, catalog, parse_file
from kb.errors import DocumentError
from kb.types import Status
from tests.pdfs import Book, L, words
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.parse import Parsed


def read(path: Path) -> Parsed:
    return parse_file(Task(path, hashlib.sha256(path.read_bytes()).hexdigest()))


def paragraphs(path: Path, numbers: list[int], title: str = "On ladders and nets") -> Path:
    book = Book()
    lines: list[L | str] = [L(title, size=22, bold=True)]
    for n in numbers:
        lines += [L(f"{n}. {words(n)[0]}", gap=6), *words(n)[1:]]
    book.flow(lines)
    return book.write(path)


def test_an_unknown_file_is_titled_by_itself_and_says_what_is_not_known(tmp_path: Path) -> None:
    parsed = read(paragraphs(tmp_path / "anything.pdf", list(range(1, 13))))
    of = parsed.edition
    assert (of.title, of.status, of.verified, of.in_catalog) == ("On ladders and nets", Status.UNKNOWN, False, False)
    assert of.scheme == "outline"
    assert of.doc_id.startswith("file-on-ladders-and-nets-")
    assert [u.unit_id for u in parsed.units][:2] == [f"{of.urn}:para:1", f"{of.urn}:para:2"]
    assert all(u.proven and not u.verified for u in parsed.units)


def test_an_unknown_file_without_numbers_has_no_units(tmp_path: Path) -> None:
    book = Book()
    book.flow([L("On ladders", size=22), *(x for n in range(20) for x in words(n))])
    parsed = read(book.write(tmp_path / "prose.pdf"))
    assert parsed.units == ()
    assert parsed.proof.holds
    assert parsed.edition.scheme == "outline"


def test_a_gap_in_a_known_edition_leaves_its_neighbours_unproven_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gap.txt"
    lines = ["Recommendation on the Ethics of Artificial Intelligence", "SHS/BIO/PI/2021/1"]
    lines += [f"{n}. {' '.join(words(n))}" for n in range(1, 142) if n != 17]
    path.write_text("\n".join(lines), "utf-8")
    parsed = read(path)
    assert parsed.edition.doc_id == "unesco-ai-ethics-2021"
    assert not parsed.proof.holds
    assert [u.path for u in parsed.units if not u.proven] == ["para. 16", "para. 18"]
    assert len(parsed.units) == 140
    assert any("numbering not proven" in note and "heading and page" in note for note in english(parsed.notes))
    assert any("expected 141, found 140" in note and "at 17" in note for note in english(parsed.notes))


def test_only_the_units_of_a_doubtful_list_are_not_proven(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    lines = ["On ladders"]
    for n in range(1, 13):
        lines.append(f"{n}. {' '.join(words(n))}")
        if n == 4:
            lines += ["   The following are kept:", "   (a) the gate;", "   (b) the shed;", "   (d) the well."]
    path.write_text("\n".join(lines), "utf-8")
    parsed = read(path)
    assert parsed.proof.holds
    assert [u.path for u in parsed.units if not u.proven] == ["para. 4(a)", "para. 4(b)", "para. 4(d)"]
    assert any("not proven for 3 units" in note for note in english(parsed.notes))


def test_the_same_bytes_give_the_same_parse(tmp_path: Path) -> None:
    path = paragraphs(tmp_path / "twice.pdf", list(range(1, 13)))
    assert read(path) == read(path)


def test_a_file_that_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(DocumentError):
        read(path)


def test_the_catalog_is_read_once() -> None:
    assert catalog() is catalog()
