"""Text, Markdown, HTML and Word files: their words in order, and one clear line if there are none."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import package
from ingest.readers.encodings import decode
from ingest.readers.markdown import read_markdown
from ingest.readers.markup import read_html
from ingest.readers.plain import read_plain, source_pages
from ingest.readers.word import read_docx
from kb.errors import EncryptedError, TooLargeError, UnreadableError
from kb.types import PARAGRAPH_END

if TYPE_CHECKING:
    from ingest.layout.source_page import FileContent

KOREAN = "운영자는 모든 결정을 기록한다. 기록은 2년 동안 보관한다."
ENGLISH = "The maker’s “log” is kept – for two years."
SPANISH = "La bicicleta del año pasado está más allá del jardín; ¿cuándo volverá?"


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def lines(content: FileContent) -> list[tuple[str, bool]]:
    """Each line's words, and whether it is marked as a heading."""
    return [(page.text[line.start : line.end], line.bold) for page in content.pages for line in page.lines]


# --- plain text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("\n\f"), min_size=1))
def test_pages_joined_by_form_feeds_are_the_text(text: str) -> None:
    pages = source_pages(text)
    assert "\f".join(page.text for page in pages).replace(PARAGRAPH_END, "\n") == text
    assert [page.index for page in pages] == list(range(1, text.count("\f") + 2))
    for page in pages:
        for line in page.lines:
            assert page.text[line.start : line.end].strip()
            assert "\n" not in page.text[line.start : line.end]
            assert 0 <= line.top <= 1


def test_line_ends_and_controls_are_made_one(tmp_path: Path) -> None:
    (page,) = read_plain(written(tmp_path / "a.txt", b"one\r\ntwo\rthree\tfour")).pages
    assert page.text == f"one{PARAGRAPH_END}two{PARAGRAPH_END}three four"


def test_headings_of_markdown(tmp_path: Path) -> None:
    data = b"# Rules\n\nOf the log.\n\n## Keeping\n#hashtag\n"
    assert lines(read_markdown(written(tmp_path / "a.md", data))) == [
        ("Rules", True),
        ("Of the log.", False),
        ("Keeping", True),
        ("#hashtag", False),
    ]
    assert not any(bold for _, bold in lines(read_plain(written(tmp_path / "a.txt", data))))


@pytest.mark.parametrize("text", [KOREAN, ENGLISH, SPANISH, "plain ASCII"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark"])
def test_unicode_is_told_by_its_mark_or_itself(tmp_path: Path, text: str, encoding: str) -> None:
    data = b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-mark" else text.encode(encoding)
    assert decode(written(tmp_path / "a.txt", data))[0] == text


@pytest.mark.parametrize(
    ("text", "encoding"), [(KOREAN, "cp949"), (KOREAN, "euc-kr"), (ENGLISH, "cp1252"), (SPANISH, "cp1252")]
)
def test_older_encodings_are_told_apart(tmp_path: Path, text: str, encoding: str) -> None:
    """ "don’t" in Windows-1252 is also valid CP949, as a syllable nobody wrote."""
    assert decode(written(tmp_path / "a.txt", text.encode(encoding)))[0] == text


@pytest.mark.parametrize("data", [b" \n\t ", b"\xef\xbb\xbf \n", "\ufeff  ".encode("utf-16-le")])
def test_text_without_words(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^a\.txt: the file (is empty|holds no words); get a fresh copy"):
        read_plain(written(tmp_path / "a.txt", data))


@pytest.mark.parametrize(
    "data", [bytes(range(1, 256)) * 40, bytes(range(1, 128)) * 40, b"words\0" * 900], ids=["any", "controls", "nulls"]
)
def test_binary_content_under_a_text_name(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(
        UnreadableError, match=r"^a\.txt: (binary content under a text ending|its text encoding cannot)"
    ):
        read_plain(written(tmp_path / "a.txt", data))


# --- HTML


def test_visible_words_a_line_per_block(tmp_path: Path) -> None:
    page = (
        "<html><head><title>no</title></head><body><nav>no</nav><h1>Rules <em>of</em> use</h1><!-- no -->"
        "<p>The maker\n tests.<br>Then asks.</p><script>no()</script><ul><li>one<li>two</ul>"
        "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>tail</body></html>"
    )
    assert lines(read_html(written(tmp_path / "a.html", page.encode()))) == [
        ("Rules of use", True),
        ("The maker tests.", False),
        ("Then asks.", False),
        ("• one", False),
        ("• two", False),
        ("a | b", False),
        ("c | d", False),
        ("tail", False),
    ]


def test_a_paragraph_of_a_headings_words_is_no_heading(tmp_path: Path) -> None:
    path = written(tmp_path / "a.html", b"<h2>Log</h2><p>Log</p>")
    assert lines(read_html(path)) == [("Log", True), ("Log", False)]


def test_nesting_has_no_bound(tmp_path: Path) -> None:
    path = written(tmp_path / "a.html", b"<div>" * 3000 + b"deep" + b"</div>" * 3000 + b"<p>after")
    assert lines(read_html(path)) == [("deep", False), ("after", False)]


def test_the_encoding_a_page_names(tmp_path: Path) -> None:
    page = f'<meta charset="euc-kr"><p>{KOREAN}'.encode("euc-kr")
    assert lines(read_html(written(tmp_path / "a.html", page))) == [(KOREAN, False)]
    page = "<meta charset='no-such'><p>año".encode("cp1252")
    assert lines(read_html(written(tmp_path / "b.html", page))) == [("año", False)]


def test_a_page_without_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^a\.html: the page has no visible text; save it"):
        read_html(written(tmp_path / "a.html", b"<html><script>x</script><body> </body></html>"))


# --- Word


def test_paragraphs_headings_and_rows_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Log", 1)
    document.add_paragraph("Log")
    table = document.add_table(2, 3)
    for row in table.rows:
        for n, cell in enumerate(row.cells):
            cell.text = f"cell {n}"
    table.rows[1].cells[0].merge(table.rows[1].cells[1]).text = "wide"
    document.add_paragraph("after")
    document.save(str(tmp_path / "a.docx"))
    assert lines(read_docx(tmp_path / "a.docx")) == [
        ("Log", True),
        ("Log", False),
        ("cell 0 | cell 1 | cell 2", False),
        ("wide | cell 2", False),
        ("after", False),
    ]


def test_a_word_file_without_words(tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "a.docx"))
    with pytest.raises(UnreadableError, match=r"^a\.docx: the document has no text;"):
        read_docx(tmp_path / "a.docx")


@pytest.mark.parametrize("data", [b"PK\x03\x04 and then nothing", b""])
def test_a_damaged_word_file(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"^a\.docx: not a readable Word document \(BadZipFile\); save it again"):
        read_docx(written(tmp_path / "a.docx", data))


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(UnreadableError, match=r"^a\.docx: not a readable Word document \(it has no part"):
        read_docx(tmp_path / "a.docx")


@pytest.mark.parametrize(("member", "bound"), [("word/document.xml", "MAX_XML"), ("word/media/a.png", "MAX_UNPACKED")])
def test_a_zip_bomb_is_refused_unopened(tmp_path: Path, member: str, bound: str) -> None:
    size = getattr(package, bound) + 1
    with (
        zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(member, "w", force_zip64=True) as file,
    ):
        for at in range(0, size, 10_000_000):
            file.write(bytes(min(10_000_000, size - at)))
    packed = (tmp_path / "a.docx").stat().st_size
    with pytest.raises(TooLargeError) as caught:
        read_docx(tmp_path / "a.docx")
    assert str(caught.value) == (
        f"a.docx: {packed:,} bytes unpack to {size:,}; the bound is {size - 1:,}. Split the document"
    )


def test_an_encrypted_member(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", "x")
    data = bytearray((tmp_path / "a.docx").read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(EncryptedError, match=r"^a\.docx: protected by a password"):
        read_docx(written(tmp_path / "a.docx", bytes(data)))
