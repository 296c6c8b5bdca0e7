"""Plain text files: the encoding is recognised and reported; paragraphs and pages are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.layout.layout import lay_out
from ingest.readers.plain import paragraph_ends, read_plain
from kb.types import PARAGRAPH_END, PageKind
from tests.office_files import texts
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

KOREAN = "등대지기는 매일 저녁 등을 켠다.\r\n기록은 두 해 동안 남긴다.\r\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("cp949", "CP949"), ("utf-8-sig", "")],
)
def test_the_encoding_is_told_and_said(tmp_path: Path, encoding: str, name: str) -> None:
    (tmp_path / "a.txt").write_bytes(KOREAN.encode(encoding))
    content = read_plain(tmp_path / "a.txt")
    assert texts(content) == [KOREAN.split("\r\n")[:2]]
    assert english(content.notes) == ((f"its text is in the encoding {name}, and was read as such",) if name else ())


def test_latin_1_is_told_and_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("El año pasado ¿qué?\x81".encode("latin-1"))
    assert english(read_plain(tmp_path / "a.txt").notes) == (
        "its text is in the encoding Latin-1, and was read as such",
    )


def test_paragraphs_end_where_a_reader_sees_them_end() -> None:
    wrapped = "The keeper of the lamp goes up the tower every evening at six and"
    lines = [wrapped, "rings.", "Rules", "1. " + wrapped, "   comes down.", "", wrapped]
    assert paragraph_ends(lines) == [False, True, True, False, True, False, True]


def test_korean_lines_among_english_ones_are_measured_by_their_columns() -> None:
    korean = "등불을 맡은 사람은 심지를 자른 시각과 기름을 부은 양을 등불의 장부"
    lines = [korean, "에 적어 둡니다.", "", "x" * 70, "x" * 70, "x" * 70, "x" * 70]
    assert paragraph_ends(lines)[:2] == [False, True]


def test_a_heading_is_not_part_of_the_sentence_below_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Of lamps\n\nThe keeper rings\nthe bell.\n", "utf-8")
    (page,) = read_plain(tmp_path / "a.txt").pages
    assert page.text.split(PARAGRAPH_END)[0] == "Of lamps"


def test_running_lines_of_a_text_with_form_feeds_are_cut_and_its_pages_are_numbered(tmp_path: Path) -> None:
    body = "\n".join(f"Line {n} of the sheet speaks of the lamp and of nothing else." for n in range(30))
    sheets = [f"{body}\n\n\nStern          Of Lamps          [Page {n}]" for n in range(4, 9)]
    (tmp_path / "a.txt").write_text("\f".join(sheets), "utf-8")
    layout = lay_out(read_plain(tmp_path / "a.txt").pages)
    assert [page.label for page in layout.pages] == ["4", "5", "6", "7", "8"]
    assert {page.kind for page in layout.pages} == {PageKind.BREAKS}
    assert "Stern" not in layout.text
