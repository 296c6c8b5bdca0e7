from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pypdf
import pytest
from fpdf import FPDF

from kb import pdf
from kb.boxes import Rect
from kb.errors import EncryptedError, UnreadableError
from kb.types import SOFT_HYPHEN

if TYPE_CHECKING:
    from pathlib import Path

LINES = [
    "A careful machine tells its maker what it",
    "has done, and the maker tells the peo-",
    "ple whom it has done it to.",
]


def write(path: Path, lines: list[tuple[float, float, str]], size: float = 11) -> Path:
    pdf = FPDF(unit="pt", format=(400, 300))
    pdf.set_font("Helvetica", size=size)
    pdf.add_page()
    for x, y, text in lines:
        pdf.text(x, y, text)
    pdf.output(str(path))
    return path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return write(tmp_path / "a.pdf", [(50, 60 + 16 * n, line) for n, line in enumerate(LINES)])


def rects(path: Path, quote: str) -> tuple[Rect, ...]:
    with pdf.open_pdf(path) as document:
        text = pdf.read_page(document, 1).text
        start = text.index(quote)
        return pdf.quote_rects(document, 1, [(start, start + len(quote))], quote)


def read_back(path: Path, boxes: tuple[Rect, ...]) -> str:
    """The words of page 1 whose middle pdftotext puts inside the boxes, box by box."""
    if not shutil.which("pdftotext"):
        pytest.skip("poppler-utils is not installed")
    command = ["pdftotext", "-bbox", "-cropbox", str(path), "-"]
    page = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    width, height = (float(v) for v in re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', page)[0])
    words = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page)
    found: list[str] = []
    for x0, y0, x1, y1 in boxes:
        for left, top, right, bottom, word in words:
            x, y = (float(left) + float(right)) / 2 / width, (float(top) + float(bottom)) / 2 / height
            if x0 <= x <= x1 and y0 <= y <= y1:
                found.append(word)
    return " ".join(found)


def test_raw_text_keeps_every_character_and_marks_the_hyphen(page: Path) -> None:
    with pdf.open_pdf(page) as document:
        read = pdf.read_page(document, 1)
    assert read.text == f"{LINES[0]}\n{LINES[1][:-1]}{SOFT_HYPHEN}{LINES[2]}"
    assert [read.text[line.start : line.end] for line in read.lines] == [
        LINES[0],
        LINES[1][:-1] + SOFT_HYPHEN,
        LINES[2],
    ]
    assert (read.width, read.height, read.label) == (400, 300, None)
    first, second, third = read.lines
    assert first.y0 > second.y1 > second.y0 > third.y1
    assert first.x0 == pytest.approx(50, abs=1)


def test_a_quote_over_lines_has_one_box_a_line_and_nothing_else_in_it(page: Path) -> None:
    quote = f"what it\nhas done, and the maker tells the peo{SOFT_HYPHEN}ple whom"
    boxes = rects(page, quote)
    assert len(boxes) == 3
    assert read_back(page, boxes).replace("- ", "") == "what it has done, and the maker tells the people whom"
    for x0, y0, x1, y1 in boxes:
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1


def test_part_of_a_line_is_marked_and_no_more(page: Path) -> None:
    assert read_back(page, rects(page, "careful machine")) == "careful machine"


def test_no_highlight_where_the_words_are_others(page: Path) -> None:
    with pdf.open_pdf(page) as document:
        assert pdf.quote_rects(document, 1, [(0, 9)], "A careful") != ()
        assert pdf.quote_rects(document, 1, [(0, 9)], "A careles") == ()
        assert pdf.quote_rects(document, 1, [(0, 9)], "A care") == ()
        assert pdf.quote_rects(document, 1, [(5000, 5009)], "A careful") == ()


def test_no_highlight_where_other_words_are_printed_over_the_quote(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [(50, 60, "a careful machine"), (50, 90, "and its maker"), (60, 62, "void")])
    assert rects(path, "and its maker") != ()
    assert rects(path, "a careful machine") == ()


def test_a_hyphen_decided_either_way_is_the_same_quote(page: Path) -> None:
    with pdf.open_pdf(page) as document:
        text = pdf.read_page(document, 1).text
        start = text.index("peo")
        for sign in (SOFT_HYPHEN, "-"):
            assert len(pdf.quote_rects(document, 1, [(start, start + 7)], f"peo{sign}ple")) == 2


def test_columns_side_by_side_are_marked_apart(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.pdf", [(40, 60, "left one"), (40, 76, "left two"), (240, 60, "right one"), (240, 76, "right two")]
    )
    boxes = rects(path, "left two\nright one")
    assert len(boxes) == 2
    assert boxes[0][2] < 0.5 < boxes[1][0]
    assert boxes[0][1] > boxes[1][1]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_are_of_the_page_as_shown_when_it_is_turned(page: Path, tmp_path: Path, turn: int) -> None:
    upright = rects(page, "careful machine")[0]
    writer = pypdf.PdfWriter(clone_from=page)
    writer.pages[0].rotate(turn)
    writer.write(tmp_path / "turned.pdf")
    writer.close()
    [box] = rects(tmp_path / "turned.pdf", "careful machine")
    x0, y0, x1, y1 = upright
    expected = {90: (1 - y1, x0, 1 - y0, x1), 180: (1 - x1, 1 - y1, 1 - x0, 1 - y0), 270: (y0, 1 - x1, y1, 1 - x0)}[
        turn
    ]
    assert box == pytest.approx(expected, abs=0.002)
    assert _dark_share(tmp_path / "turned.pdf", box) > 0.05


def test_boxes_are_of_the_page_as_shown_when_it_is_cropped(page: Path, tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=page)
    writer.pages[0].cropbox = pypdf.generic.RectangleObject((40, 100, 340, 280))
    writer.write(tmp_path / "cropped.pdf")
    writer.close()
    boxes = rects(tmp_path / "cropped.pdf", "careful machine")
    assert read_back(tmp_path / "cropped.pdf", boxes) == "careful machine"
    assert _dark_share(tmp_path / "cropped.pdf", boxes[0]) > 0.05


def _dark_share(path: Path, box: Rect) -> float:
    """The share of dark pixels inside a box of the drawn page."""
    with pdf.open_pdf(path) as document:
        image = pdf.render(document, 1, scale=3).convert("L")
    x0, y0, x1, y1 = box
    inside = image.crop((int(x0 * image.width), int(y0 * image.height), int(x1 * image.width), int(y1 * image.height)))
    return sum(inside.histogram()[:128]) / (inside.width * inside.height)


def test_render_is_bounded(page: Path) -> None:
    with pdf.open_pdf(page) as document:
        assert pdf.render(document, 1, scale=2).size == (800, 600)
        small = pdf.render(document, 1, scale=100, max_pixels=10_000)
    assert small.width * small.height <= 11_000


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError), pdf.open_pdf(tmp_path / "absent.pdf"):
        pass
    (tmp_path / "no.pdf").write_bytes(b"no")
    with pytest.raises(UnreadableError, match="not a readable PDF"), pdf.open_pdf(tmp_path / "no.pdf"):
        pass
    locked = FPDF()
    locked.set_encryption(owner_password="b", user_password="a")
    locked.add_page()
    locked.output(str(tmp_path / "locked.pdf"))
    with pytest.raises(EncryptedError), pdf.open_pdf(tmp_path / "locked.pdf"):
        pass
    with pdf.open_pdf(tmp_path / "locked.pdf", password="a") as document:
        assert len(document) == 1


def test_characters_beyond_the_first_plane_keep_their_places() -> None:
    text = "a\U0001d400b\r\nc"
    assert pdf.raw_text(text) == "a\U0001d400b\nc"
    assert pdf.raw_positions(text) == [0, 1, 3, 4, 6]


def test_a_font_name_over_the_bound_is_none_and_not_that_of_the_line_before(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    made = FPDF(unit="pt", format=(400, 300))
    made.add_page()
    for y, style in ((60, "B"), (90, "")):
        made.set_font("Helvetica", style=style, size=11)
        made.text(50, y, "A careful machine")
    made.output(str(path))
    data = re.sub(rb"/BaseFont /Helvetica(?![-\w])", b"/BaseFont /" + b"L" * pdf.MOST_FONT_NAME, path.read_bytes())
    path.write_bytes(data)
    with pdf.open_pdf(path) as document:
        assert [line.font for line in pdf.read_page(document, 1).lines] == ["Helvetica-Bold", ""]
