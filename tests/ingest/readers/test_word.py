"""Word files: changes accepted, numbers written out, notes separate, pages by the breaks in the file."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from ingest.layout.source_page import LineRole
from ingest.readers.word import read_docx
from kb.errors import UnreadableError
from kb.types import PARAGRAPH_END, PageKind
from tests.office_files import W, levels, packed, paragraph, relations, run, table, texts, word_file
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

PAGE = '<w:r><w:br w:type="page"/></w:r>'
RENDERED = "<w:r><w:lastRenderedPageBreak/></w:r>"


def ins(*runs: str) -> str:
    return f'<w:ins w:id="1" w:author="a">{"".join(runs)}</w:ins>'


def deleted(words: str) -> str:
    return f'<w:del w:id="2" w:author="a"><w:r><w:delText>{words}</w:delText></w:r></w:del>'


# --- tracked changes


def test_changes_are_accepted_and_said(tmp_path: Path) -> None:
    body = (
        paragraph("The keeper may", ins(run(" not")), run(" sell the lamp."))
        + paragraph("Oil is kept for ", deleted("two"), ins(run("nine")), run(" weeks."))
        + paragraph("Nobody changed this.")
        + paragraph(f'<w:moveFrom w:id="3">{run("Moved away.")}</w:moveFrom>')
        + paragraph(f'<w:moveTo w:id="4">{run("Moved here.")}</w:moveTo>')
    )
    content = read_docx(word_file(tmp_path / "a.docx", body))
    (page,) = content.pages
    assert texts(content) == [
        ["The keeper may not sell the lamp.", "Oil is kept for nine weeks.", "Nobody changed this.", "Moved here."]
    ]  # fmt: skip
    assert [line.changed for line in page.lines] == [True, True, False, True]
    assert english(content.notes)[0].startswith(
        "3 paragraphs have tracked changes; the text is read as it stands with all of"
    )


def test_a_deleted_paragraph_end_joins_two_paragraphs_and_a_deleted_row_is_gone(tmp_path: Path) -> None:
    mark = "<w:rPr><w:del w:id='5'/></w:rPr>"
    rows = table(("Lamp", "Colour", "Hour"), ("one", "red", "6"), ("two", "green", "7"))
    rows = rows.replace("<w:tr><w:tc><w:p><w:pPr></w:pPr><w:r><w:t xml:space=\"preserve\">one", "<w:tr><w:trPr><w:del w:id='6'/></w:trPr><w:tc><w:p><w:pPr></w:pPr><w:r><w:t xml:space=\"preserve\">one")  # fmt: skip  # noqa: E501
    body = (
        paragraph("The lamp is lit ", more=mark) + paragraph("at dusk.") + paragraph(deleted("Gone."), more=mark) + rows
    )
    content = read_docx(word_file(tmp_path / "a.docx", body))
    assert texts(content) == [["The lamp is lit at dusk.", "Lamp | Colour | Hour", "two | green | 7"]]
    assert content.pages[0].lines[0].changed


def test_content_controls_fields_and_hidden_text(tmp_path: Path) -> None:
    control = f"<w:sdt><w:sdtContent>{paragraph('The owner signs.')}</w:sdtContent></w:sdt>"
    inline = f"<w:sdt><w:sdtContent>{run('each spring')}</w:sdtContent></w:sdt>"
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("rule 4")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = (
        control
        + paragraph("It is read ", inline, run(", see "), field, run("."))
        + paragraph("Seen.", run(" Never seen.", "<w:vanish/>"))
        + paragraph(f'<w:hyperlink w:anchor="x">{run("A link")}</w:hyperlink>', run(" stays."))
    )
    content = read_docx(word_file(tmp_path / "a.docx", body))
    assert texts(content) == [["The owner signs.", "It is read each spring, see rule 4.", "Seen.", "A link stays."]]
    assert any("hidden text in 1 place" in note for note in english(content.notes))


def test_backslashes_tabs_and_line_ends_stay_what_they_are(tmp_path: Path) -> None:
    body = paragraph(r"No CR (\r), no LF (\n).") + paragraph("<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>")  # fmt: skip  # noqa: E501
    content = read_docx(word_file(tmp_path / "a.docx", body))
    assert texts(content) == [[r"No CR (\r), no LF (\n).", "one two", "three"]]
    assert content.pages[0].text.count(PARAGRAPH_END) == 2


# --- automatic numbers


def numbered(tmp_path: Path, body: str, numbering: str, styles: str = "") -> list[str]:
    (lines,) = texts(read_docx(word_file(tmp_path / "n.docx", body, numbering=numbering, styles=styles)))
    return lines


def abstract(inside: str, n: int = 0) -> str:
    return f'<w:abstractNum w:abstractNumId="{n}">{inside}</w:abstractNum>'


def listed(n: int, of: int = 0, overrides: str = "") -> str:
    return f'<w:num w:numId="{n}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def test_levels_count_under_each_other_and_start_again(tmp_path: Path) -> None:
    lists = abstract(levels(("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"))) + listed(1)
    places = [0, 1, 1, 2, 2, 0, 1, 2]
    body = "".join(paragraph(f"word {n}", number=(1, level)) for n, level in enumerate(places))
    assert [line.split(" word")[0] for line in numbered(tmp_path, body, lists)] == [
        "1.", "1.1", "1.2", "(a)", "(b)", "2.", "2.1", "(a)",
    ]  # fmt: skip


def test_lists_of_one_kind_count_on_and_an_override_starts_anew(tmp_path: Path) -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    lists = abstract(levels(("decimal", "%1)"))) + listed(1) + listed(2) + listed(3, overrides=anew)
    body = "".join(paragraph("x.", number=(n, 0)) for n in (1, 1, 2, 3, 3)) + paragraph("y.", number=(0, 0))
    assert numbered(tmp_path, body, lists) == ["1) x.", "2) x.", "3) x.", "5) x.", "6) x.", "y."]


def test_numbers_come_from_styles_and_their_parents(tmp_path: Path) -> None:
    lists = abstract(
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="H1"/>'
        '<w:lvlText w:val="%1"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:pStyle w:val="H2"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    ) + listed(7)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{sid}"><w:name w:val="{name}"/>{base}<w:pPr>{pr}</w:pPr></w:style>'
        for sid, name, base, pr in (
            ("H1", "heading 1", "", '<w:numPr><w:numId w:val="7"/></w:numPr>'),
            ("H2", "heading 2", "", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr>'),
            ("Own", "House heading", '<w:basedOn w:val="H2"/>', ""),
        )
    )
    body = "".join(paragraph(words, style=s) for words, s in (("Aim", "H1"), ("Scope", "H2"), ("Words", "Own"), ("Duties", "H1")))  # fmt: skip  # noqa: E501
    path = word_file(tmp_path / "n.docx", body, numbering=lists, styles=styles)
    content = read_docx(path)
    assert texts(content) == [["1 Aim", "1.1 Scope", "1.2 Words", "2 Duties"]]
    sizes = [line.size for line in content.pages[0].lines]
    assert sizes[0] == sizes[3] > sizes[1] == sizes[2] > 1.2


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("ganada", "%1.", ["가.", "나."]),
        ("decimalEnclosedCircle", "%1", ["①", "②"]),
        ("upperRoman", "%1.", ["I.", "II."]),
        ("decimalZero", "E%1", ["E01", "E02"]),
        ("decimal", "제%1조", ["제1조", "제2조"]),
        ("bullet", "", ["•", "•"]),
        ("koreanCounting", "%1,", ["일,", "이,"]),
    ],
)
def test_forms_of_numbers(tmp_path: Path, form: str, text: str, expected: list[str]) -> None:
    lists = abstract(levels((form, text))) + listed(1)
    body = paragraph("x.", number=(1, 0)) + paragraph("x.", number=(1, 0))
    assert numbered(tmp_path, body, lists) == [f"{n} x." for n in expected]


def test_short_numbered_lines_over_text_are_headings_and_list_items_are_not(tmp_path: Path) -> None:
    lists = abstract(levels(("decimal", "%1."), ("decimal", "%1.%2"))) + listed(1) + abstract(levels(("decimal", "%1.")), 1) + listed(2, 1)  # fmt: skip  # noqa: E501
    body = "".join(
        [
            paragraph("Duties", number=(1, 0)),
            paragraph("Log of the lamp", number=(1, 1)),
            paragraph("The keeper writes the log."),
            paragraph("Stop of the lamp", number=(1, 1)),
            paragraph("The keeper stops it with:"),
            *(paragraph(words, number=(2, 0)) for words in ("rope", "sand", "water")),
            paragraph("Then all is dark."),
        ]
    )
    content = read_docx(word_file(tmp_path / "n.docx", body, numbering=lists))
    heads = [page.text[line.start : line.end] for page in content.pages for line in page.lines if line.size > 1.2]
    assert heads == ["1. Duties", "1.1 Log of the lamp", "1.2 Stop of the lamp"]


# --- notes, headers, boxes


def test_notes_stand_apart_from_the_sentence_and_headers_are_left_out(tmp_path: Path) -> None:
    reference = '<w:r><w:footnoteReference w:id="4"/></w:r>'
    last = '<w:r><w:endnoteReference w:id="2"/></w:r>'
    notes = (
        '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="4">{paragraph("<w:r><w:footnoteRef/></w:r>", run(" By the harbour clock."))}</w:footnote>'
    )
    body = (
        paragraph("The lamp is lit at six", reference, run(" each evening."))
        + paragraph(PAGE, run("Oil is bought in spring."), last)
    )  # fmt: skip
    path = word_file(
        tmp_path / "a.docx", body, footnotes=notes, header1=paragraph("CONFIDENTIAL"),
        endnotes=f'<w:endnote w:id="2">{paragraph("From the guild.")}</w:endnote>',
    )  # fmt: skip
    content = read_docx(path)
    assert texts(content) == [
        ["The lamp is lit at six each evening.", "1 By the harbour clock."],
        ["Oil is bought in spring.", "i From the guild."],
    ]
    assert [line.role for page in content.pages for line in page.lines] == [LineRole.TEXT, LineRole.NOTE] * 2


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    both = f"<w:r><mc:AlternateContent {mc}><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"  # noqa: E501
    assert texts(read_docx(word_file(tmp_path / "a.docx", paragraph("Before.", both)))) == [["Before.", "In the box."]]


# --- tables


def test_rows_have_their_heads_and_a_merged_cell_is_in_each_row(tmp_path: Path) -> None:
    down = "<w:tcPr><w:vMerge{}/></w:tcPr>"
    rows = table(("종류", "수수료", "기간"), ("등불", "500원", "하루"), ("", "900원", "이틀"))
    rows = rows.replace("<w:tc><w:p><w:pPr></w:pPr><w:r><w:t xml:space=\"preserve\">등불", "<w:tc>" + down.format(' w:val="restart"') + "<w:p><w:pPr></w:pPr><w:r><w:t xml:space=\"preserve\">등불")  # fmt: skip  # noqa: E501
    rows = rows.replace("<w:tc><w:p><w:pPr></w:pPr><w:r><w:t xml:space=\"preserve\"></w:t>", "<w:tc>" + down.format("") + "<w:p><w:pPr></w:pPr><w:r><w:t xml:space=\"preserve\"></w:t>")  # fmt: skip  # noqa: E501
    content = read_docx(word_file(tmp_path / "a.docx", rows))
    assert texts(content) == [["종류 | 수수료 | 기간", "등불 | 500원 | 하루", "등불 | 900원 | 이틀"]]
    assert [line.role for line in content.pages[0].lines] == [LineRole.HEADS, LineRole.ROW, LineRole.ROW]


def test_a_first_row_that_goes_on_a_merged_cell_is_read(tmp_path: Path) -> None:
    going_on = '<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p><w:pPr></w:pPr><w:r><w:t xml:space="preserve"></w:t>'
    rows = table(("", "수수료"), ("등불", "500원"))
    rows = rows.replace('<w:tc><w:p><w:pPr></w:pPr><w:r><w:t xml:space="preserve"></w:t>', going_on, 1)
    assert "vMerge" in rows
    content = read_docx(word_file(tmp_path / "a.docx", rows))
    assert " ".join(" ".join(page) for page in texts(content)).count("500원") == 1


def test_a_table_of_one_column_is_running_text(tmp_path: Path) -> None:
    content = read_docx(word_file(tmp_path / "a.docx", table((paragraph("One.") + paragraph("Two."),))))
    assert texts(content) == [["One.", "Two."]]
    assert {line.role for line in content.pages[0].lines} == {LineRole.TEXT}


# --- pages


def kinds(path: Path) -> list[PageKind]:
    return [page.kind for page in read_docx(path).pages]


def test_pages_are_those_of_the_breaks_in_the_file(tmp_path: Path) -> None:
    section = "<w:sectPr/>"
    body = (
        paragraph("One.") + paragraph(PAGE) + paragraph(PAGE) + paragraph("Three.")
        + paragraph("Three ends.", more=section)
        + paragraph("Four.") + paragraph("Five.", more="<w:pageBreakBefore/>") + section
    )  # fmt: skip
    content = read_docx(word_file(tmp_path / "a.docx", body))
    assert texts(content) == [["One."], [], ["Three.", "Three ends."], ["Four."], ["Five."]]
    assert {page.kind for page in content.pages} == {PageKind.BREAKS}


def test_a_page_that_word_notes_after_a_break_is_the_same_page(tmp_path: Path) -> None:
    body = (
        paragraph("One.", PAGE) + paragraph(RENDERED, run("Two begins")) + paragraph("and", RENDERED, run("three"))
        + paragraph("Three.", more='<w:sectPr><w:type w:val="nextPage"/></w:sectPr>') + paragraph("Three goes on.")
        + '<w:sectPr><w:type w:val="continuous"/></w:sectPr>'
    )  # fmt: skip
    content = read_docx(word_file(tmp_path / "a.docx", body))
    assert texts(content) == [["One."], ["Two begins", "and"], ["three", "Three.", "Three goes on."]]
    assert not content.pages[1].text.endswith(PARAGRAPH_END)  # the paragraph goes on


def test_a_file_without_breaks_is_said_to_have_no_pages(tmp_path: Path) -> None:
    content = read_docx(word_file(tmp_path / "a.docx", paragraph("One.")))
    assert [page.kind for page in content.pages] == [PageKind.FLOW]
    assert english(content.notes) == ("no page breaks are written in the file: its places have no page numbers",)


def test_a_row_that_goes_over_a_page_end_stands_on_the_page_where_it_begins(tmp_path: Path) -> None:
    rows = table(
        ("a", "b", "c"), ("d", "e", paragraph("f", RENDERED, run("g"))), (paragraph(RENDERED, run("h")), "i", "j")
    )
    assert texts(read_docx(word_file(tmp_path / "a.docx", rows))) == [["a | b | c", "d | e | f g"], [], ["h | i | j"]]


# --- untrusted files


def test_entities_are_refused_unexpanded(tmp_path: Path) -> None:
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document {W}><w:body>{paragraph("&a;")}</w:body></w:document>'
    for part in (bomb, bomb.encode("utf-16")):
        path = packed(
            tmp_path / "a.docx",
            {"_rels/.rels": relations({"r": ("officeDocument", "word/document.xml")}), "word/document.xml": part},
        )
        with pytest.raises(UnreadableError, match="document type declaration"):
            read_docx(path)


def test_a_damaged_part_is_one_line(tmp_path: Path) -> None:
    path = word_file(tmp_path / "a.docx", paragraph("One. " * 2000))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("word/document.xml").header_offset
    data[at + 60 : at + 90] = bytes(30)
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableError, match=r"^a\.docx: not a readable Word document \("):
        read_docx(path)
