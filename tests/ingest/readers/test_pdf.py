from __future__ import annotations

import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

import pylopdf_fonts_ko
import pypdf
import pytest
from fpdf import FPDF

from ingest.cross_check import compare
from ingest.layout.layout import Layout, lay_out
from ingest.parse import Task, parse_file
from ingest.readers.pdf import plain_texts, read_pdf
from kb import pdf
from kb.errors import EncryptedError, NoTextError, UnreadableError
from kb.text.cleaning import clean, fold, readable
from kb.text.locators import raw_ranges
from kb.types import DISCRETIONARY_HYPHEN, SOFT_HYPHEN
from tests.pdfs import Book, L
from tests.samples import LOGS, pdf_bytes
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

Word = tuple[float, float, str]
PITCH = 14.0


def write(path: Path, pages: list[list[Word]], size: float = 10, **labels: object) -> Path:
    """A PDF of A4 pages in points; every word list entry is (x, y from the top, text)."""
    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.set_font("Helvetica", size=size)
    for n, page in enumerate(pages):
        pdf.add_page()
        if n in labels.get("starts", {}):  # type: ignore[operator]
            style, start = labels["starts"][n]  # type: ignore[index]
            pdf.set_page_label(label_style=style, label_start=start)
        for x, y, text in page:
            pdf.text(x, y, text)
    pdf.output(str(path))
    return path


def column(x: float, y: float, lines: list[str]) -> list[Word]:
    return [(x, y + n * PITCH, line) for n, line in enumerate(lines)]


def layout_of(path: Path) -> Layout:
    pages, outline, _, notes = read_pdf(path)
    return lay_out(pages, outline, notes)


def body(layout: Layout) -> str:
    return readable(layout.text)


def assert_traceable(path: Path, layout: Layout) -> None:
    """Every page's part of the document text is its raw text at the segments, breaks decided either way."""
    with pdf.open_pdf(path) as document:
        for page in layout.pages:
            raw = pdf.read_page(document, page.index).text
            there = "".join(raw[a:b] for a, b in raw_ranges(page, page.start, page.end))
            mine = layout.text[page.start : page.end]
            assert len(there) == len(mine)
            for a, b in zip(there, mine, strict=True):
                assert a == b or (b in (DISCRETIONARY_HYPHEN, "-") and a in (SOFT_HYPHEN, "-", "\n")) or b == " "


LEFT = ["The left side speaks of owls first,", "then of the wood they live in,", "and ends with the moon."]
RIGHT = ["The right side speaks of foxes first,", "then of the field they cross,", "and ends with the sun."]


def test_columns_written_in_their_order_stay_as_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [column(60, 100, LEFT) + column(320, 100, RIGHT)])
    layout = layout_of(path)
    assert body(layout) == " ".join(LEFT + RIGHT)
    assert not [n for n in english(layout.notes) if "read by place" in n]


def test_columns_written_backwards_are_read_by_place(tmp_path: Path) -> None:
    words = column(320, 400, RIGHT) + column(320, 100, RIGHT) + column(60, 400, LEFT) + column(60, 100, LEFT)
    path = write(tmp_path / "a.pdf", [words])
    layout = layout_of(path)
    assert body(layout) == " ".join(LEFT + LEFT + RIGHT + RIGHT)
    assert any("read by place" in n for n in english(layout.notes))
    assert_traceable(path, layout)


def test_a_broken_word_is_never_parted_by_reordering(tmp_path: Path) -> None:
    words = [*column(60, 400, ["a lower line that breaks the won-", "derful word"]), *column(60, 100, LEFT)]
    path = write(tmp_path / "a.pdf", [words])
    layout = layout_of(path)
    assert "wonderful" in body(layout)
    assert_traceable(path, layout)


# --- labels


def numbered(foot: str, n: int) -> list[Word]:
    return [
        *column(60, 120, [f"Paragraph {n} of the body says something of its own.", "It goes on for a line."]),
        (290, 810, foot),
    ]


def test_the_printed_number_is_the_label_where_the_file_declares_none(tmp_path: Path) -> None:
    feet = ["", "", "1", "2", "", "4", "5"]
    path = write(tmp_path / "a.pdf", [numbered(foot, n) for n, foot in enumerate(feet)])
    pages = layout_of(path).pages
    assert [p.label for p in pages] == [None, None, "1", "2", None, "4", "5"]
    assert [p.label_source for p in pages][:3] == ["none", "none", "printed"]


def test_roman_front_matter_with_gaps_takes_the_declared_label_only_inside_its_run(tmp_path: Path) -> None:
    feet = ["", "", "ii", "", "iv", "1", "", "3", ""]
    starts = {0: ("D", 1), 1: ("r", 1), 5: ("D", 1)}
    path = write(tmp_path / "a.pdf", [numbered(foot, n) for n, foot in enumerate(feet)], starts=starts)
    pages = layout_of(path).pages
    # the cover is numbered apart and the back cover comes after all that is printed: neither has a label
    assert [p.label for p in pages] == [None, "i", "ii", "iii", "iv", "1", "2", "3", None]
    assert [p.label_source for p in pages] == [
        *("none", "pdf", "printed", "pdf", "printed", "printed", "pdf", "printed", "none")
    ]


def test_what_is_printed_wins_over_a_label_that_says_otherwise(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [numbered(f"Page {n + 5}", n) for n in range(4)], starts={0: ("D", 1)})
    layout = layout_of(path)
    assert [p.label for p in layout.pages] == ["5", "6", "7", "8"]
    assert any("the printed one is cited" in n for n in english(layout.notes))


def test_labels_that_nobody_prints_are_not_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [numbered("", n) for n in range(3)], starts={0: ("D", 1)})
    layout = layout_of(path)
    assert [p.label for p in layout.pages] == [None, None, None]
    assert any("cited by PDF page" in n for n in english(layout.notes))


# --- furniture

NAME = "ADA QUILLFEATHER"


@pytest.mark.parametrize("breaks", [(), (1,), (1, 2, 3)])
def test_the_licensee_is_never_in_the_text(tmp_path: Path, breaks: tuple[int, ...]) -> None:
    parts = [
        f"Authorized licensed use limited to: {NAME}.",
        "Downloaded on March 3,2026 at 10:11:12 UTC",
        "from IEEE Xplore.",
        "Restrictions apply.",
    ]
    lines: list[str] = []
    for n, part in enumerate(parts):
        if n and n not in breaks:
            lines[-1] += " " + part
        else:
            lines.append(part)
    # the name on a line of its own, too
    lines[0:1] = [lines[0].replace(f" {NAME}", ""), f"{NAME}."] if len(breaks) == 3 else [lines[0]]
    pages = [
        [*column(60, 120, [f"Body {n} stays."]), *[(60, 790 + 9 * i, line) for i, line in enumerate(lines)]]
        for n in range(2)
    ]
    path = write(tmp_path / "a.pdf", pages, size=8)
    layout = layout_of(path)
    assert body(layout) == "Body 0 stays. Body 1 stays."
    assert NAME not in layout.text
    assert not any(NAME in n for n in english(layout.notes))


def test_running_heads_and_feet_go_and_headings_stay(tmp_path: Path) -> None:
    pages = [
        [
            (60, 40, "A Guide to Careful Machines"),
            (40, 40, "2"),
            (60, 90, f"Article {n * 3 + 1}"),
            *column(60, 120, [f"Rule number {n} is kept in full."]),
            (60, 815, f"{n + 1} | O c t o b e r 2 0 2 5"),
        ]
        for n in range(5)
    ]
    layout = layout_of(write(tmp_path / "a.pdf", pages))
    assert body(layout) == " ".join(f"Article {n * 3 + 1} Rule number {n} is kept in full." for n in range(5))
    assert [p.label for p in layout.pages] == ["1", "2", "3", "4", "5"]


def test_a_leaflet_of_two_pages_has_running_lines(tmp_path: Path) -> None:
    pages = [
        [*column(60, 120, [f"Side {n} has words."]), (60, 815, f"{n + 1} www.example.org | Leaflet")] for n in range(2)
    ]
    layout = layout_of(write(tmp_path / "a.pdf", pages))
    assert body(layout) == "Side 0 has words. Side 1 has words."
    assert [p.label for p in layout.pages] == ["1", "2"]


def test_words_painted_over_on_a_cover_are_not_text(tmp_path: Path) -> None:
    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.set_font("Helvetica", size=10)
    pdf.add_page()
    pdf.text(60, 120, "Seen by everyone.")
    pdf.text(60, 700, "Hidden below the picture.")
    pdf.set_fill_color(10, 60, 120)
    pdf.rect(0, 650, 595, 192, style="F")
    pdf.set_text_color(255, 255, 255)
    pdf.text(60, 760, "Written on the picture.")
    pdf.output(str(tmp_path / "a.pdf"))
    assert body(layout_of(tmp_path / "a.pdf")) == "Seen by everyone. Written on the picture."


# --- hyphens, marks, Korean


def test_line_end_hyphens_close_or_stay_by_the_documents_own_words(tmp_path: Path) -> None:
    lines = [
        "Every system keeps a record of its deci-",
        "sions, and each decision has a risk-",
        "based reason; the risk of a self-",
        "made reason is based on nothing.",
        "Rule GOV-",
        "ERN 1.1 belongs to GOVERN as COVID-",
        "19 does not.",
    ]
    path = write(tmp_path / "a.pdf", [column(60, 120, lines)])
    layout = layout_of(path)
    text = body(layout)
    for word in ("decisions,", "risk-based", "self-made", "GOVERN 1.1", "COVID-19"):
        assert word in text
    assert_traceable(path, layout)


def test_a_word_broken_over_a_page_end_is_closed(tmp_path: Path) -> None:
    pages = [
        [(60, 700, "An assessor looks at many different exam-"), (280, 815, "Page 1")],
        [(60, 100, "ples before the examples are filed."), (280, 815, "Page 2")],
        [(60, 100, "A third page."), (280, 815, "Page 3")],
    ]
    path = write(tmp_path / "a.pdf", pages)
    layout = layout_of(path)
    assert "different examples before" in body(layout)
    assert "different examples before" in clean(layout.text)[0]
    assert_traceable(path, layout)


def test_raised_marks_are_known_and_left_out_of_clean_text(tmp_path: Path) -> None:
    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.add_page()
    at = 60.0
    for words, size, lift in (
        ("The duty is plain.", 11, 0),
        ("12", 6, 4),
        (" It binds 27 makers", 11, 0),
        ("iv", 6, 4),
        (" alike.", 11, 0),
    ):
        pdf.set_font("Helvetica", size=size)
        pdf.text(at, 120 - lift, words)
        at += pdf.get_string_width(words)
    pdf.output(str(tmp_path / "a.pdf"))
    layout = layout_of(tmp_path / "a.pdf")
    assert sorted(mark for _, mark in layout.marks) == ["12", "iv"]
    assert clean(layout.text)[0] == "The duty is plain. It binds 27 makers alike."


def korean(path: Path, lines: list[str]) -> Path:
    pdf = FPDF(unit="pt", format=(595, 842))
    pdf.add_font("korean", fname=pylopdf_fonts_ko.sans_path())
    pdf.set_font("korean", size=11)
    pdf.add_page()
    for n, line in enumerate(lines):
        pdf.text(60, 120 + 18 * n, line)
    pdf.output(str(path))
    return path


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_korean_words_broken_inside_are_joined_where_the_document_leaves_its_blanks(tmp_path: Path) -> None:
    path = korean(
        tmp_path / "a.pdf",
        ["기계는 사람의 판단을 ", "돕는 도구이며 책임은 언", "제나 사람에게 있다고 ", "우리는 말한다."],
    )
    layout = layout_of(path)
    assert body(layout) == "기계는 사람의 판단을 돕는 도구이며 책임은 언제나 사람에게 있다고 우리는 말한다."
    assert_traceable(path, layout)
    with pdf.open_pdf(path) as document:
        a = layout.text.index("책임은")
        b = layout.text.index("사람에게")
        ranges = raw_ranges(layout.pages[0], a, b)
        assert len(pdf.quote_rects(document, 1, ranges, layout.text[a:b])) == 2


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_korean_lines_without_any_blank_are_not_glued(tmp_path: Path) -> None:
    path = korean(tmp_path / "a.pdf", ["기계는 사람의 판단을", "돕는 도구이며 책임은", "사람에게 있다."])
    assert body(layout_of(path)) == "기계는 사람의 판단을 돕는 도구이며 책임은 사람에게 있다."


# --- reading at all


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(UnreadableError, match=r"no\.pdf"):
        read_pdf(tmp_path / "no.pdf")
    with pytest.raises(NoTextError, match="scan"):
        read_pdf(write(tmp_path / "empty.pdf", [[], []]))
    locked = FPDF()
    locked.set_encryption(owner_password="b", user_password="a")
    locked.add_page()
    locked.output(str(tmp_path / "locked.pdf"))
    with pytest.raises(EncryptedError):
        read_pdf(tmp_path / "locked.pdf")


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    *_, notes = read_pdf(write(tmp_path / "a.pdf", [column(60, 100, LEFT), [], []]))
    assert any("pages 2–3" in n for n in english(notes))


def test_outline_and_metadata_come_with_the_pages(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [column(60, 100, LEFT), column(60, 100, RIGHT)])
    writer = pypdf.PdfWriter(clone_from=path)
    writer.add_outline_item(title="Of foxes", page_number=1)
    writer.add_metadata({"/Title": "Owls and Foxes"})
    writer.write(path)
    writer.close()
    _, outline, metadata, _ = read_pdf(path)
    assert [(o.depth, o.title, o.page) for o in outline] == [(0, "Of foxes", 2)]
    assert metadata["Title"] == "Owls and Foxes"


# --- witnesses


def test_witnesses_that_agree_say_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [column(60, 100, LEFT), column(60, 100, RIGHT)])
    pages = plain_texts(path)
    assert [fold(p) for p in pages] == [fold(" ".join(LEFT)), fold(" ".join(RIGHT))]
    assert compare(path, pages) == ()


def test_witnesses_that_differ_name_page_share_and_place(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [column(60, 100, LEFT), column(60, 100, RIGHT)])
    altered = [" ".join(LEFT), " ".join(RIGHT).replace("foxes", "hares")]
    notes = compare(path, altered)
    assert {n.witness for n in notes} == {"pypdf"} | ({"pdftotext"} if shutil.which("pdftotext") else set())
    for note in notes:
        assert note.page == 2
        assert 0 < note.share < 0.2
        assert note.ours.startswith("hares")
        assert note.theirs.startswith("foxes")


def test_segments_follow_one_another(tmp_path: Path) -> None:
    words = column(60, 400, RIGHT) + column(60, 100, LEFT) + [(280, 815, "7")]
    pages = layout_of(write(tmp_path / "a.pdf", [words, words])).pages
    assert len(pages) == 2
    for page in pages:
        assert len(page.segments) > 1
        assert page.segments[0][0] == 0
        for (a, _, n), (b, _, _) in pairwise(page.segments):
            assert a + n == b
        assert page.segments[-1][0] + page.segments[-1][2] == page.end - page.start


def _page_of_objects(words: bytes, root: bytes = b"", page: bytes = b"", *more: bytes, info: bool = False) -> bytes:
    """A PDF of one page, written object by object; the objects given last have the numbers from 6."""
    body = b"BT /F1 12 Tf 72 700 Td (" + words + b") Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R" + root + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>"
        + page
        + b">>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(body), body),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    )
    out = bytearray(b"%PDF-1.7\n")
    places: list[int] = []
    for n, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (n, each)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"/Info 6 0 R" if info else b""
    return bytes(out) + b"trailer<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, head, at)


def test_half_a_character_in_a_page_label_costs_the_label_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(_page_of_objects(b"Lamps are lit.", b"/PageLabels<</Nums[0<</S/D/P<FEFFD800>>>]>>"))
    pages, _, _, _ = read_pdf(path)
    assert [page.text.strip() for page in pages] == ["Lamps are lit."]
    assert not pages[0].label or "\ud800" not in pages[0].label


@pytest.mark.parametrize("info", [b"<</Title 6 0 R>>", b"<</Title<FEFFD8000041>>>", b"<</Title[1 2]>>"])
def test_a_title_that_is_none_is_not_taken_and_two_readings_agree(tmp_path: Path, info: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(_page_of_objects(b"Lamps are lit.", b"", b"", info, info=True))
    first, second = (parse_file(Task(path, "0" * 64)) for _ in range(2))
    assert first.edition.title == second.edition.title == "Lamps are lit"
    assert first.edition.doc_id == second.edition.doc_id


@pytest.mark.parametrize("kind", [b"/Subtype/Widget/FT/Tx/T(name)/V", b"/Subtype/FreeText/Contents"])
def test_words_in_form_fields_and_comments_alone_are_no_scan(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "a.pdf"
    note = b"<</Type/Annot" + kind + b"(Lamps are lit.)/Rect[10 10 200 50]>>"
    path.write_bytes(_page_of_objects(b"", b"", b"/Annots[6 0 R]", note))
    with pytest.raises(NoTextError, match="its words stand in form fields or comments"):
        read_pdf(path)


def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    data = bytearray(pdf_bytes(LOGS))
    data[data.index(b"stream\n") + 7 + 8] ^= 0x10
    (tmp_path / "a.pdf").write_bytes(data)
    _, _, _, notes = read_pdf(tmp_path / "a.pdf")
    assert "page 1" in " ".join(english(notes))


def test_a_bold_font_is_known_by_its_name(tmp_path: Path) -> None:
    book = Book()
    book.add(L("LAMPS OF THE HARBOUR", bold=True), "Lamps are lit when the sun sets.")
    assert [line.bold for line in book.layout(tmp_path / "a.pdf").lines] == [True, False]
