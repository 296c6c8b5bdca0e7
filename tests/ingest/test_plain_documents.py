"""Documents in plain text and HTML without type sizes: facts, lists of contents and numbering, in our own words."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ingest.parse import Parsed, Task, parse_file
from tests.office_files import paragraph, table, word_file

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "The keeper of the quay writes down who moored here and reads the list again in spring.\n"


def read(folder: Path, words: str, name: str = "a.txt") -> Parsed:
    path = folder / name
    path.write_text(words, "utf-8")
    return parse_file(Task(path, hashlib.sha256(path.read_bytes()).hexdigest()))


def paths(parsed: Parsed) -> list[tuple[str, str]]:
    return [(unit.path, unit.title) for unit in parsed.units]


def test_an_indented_title_stays_above_the_lines_below_it(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        "                  Rules of the Outer Quay (v1.9)\n\n   Version 1.9 ratified on March 2nd, 2031.\n\n"
        "   Supersedes Version 1.8 ratified on May 5th, 2029, Version 1.7\n   ratified on May 4th, 2027.\n\n"
        + "".join(f"{n}. Of lamp {n}\n\n   {TEXT}\n" for n in range(1, 5)),
    )
    assert parsed.edition.title == "Rules of the Outer Quay (v1.9)"
    assert parsed.edition.issued == "2031-03-02"


LICENCE = (
    "This manual is free; you may pass it on under the terms of the Open Pier Licence as published by the Lamp\n"
    "Foundation; either version 2 of the Licence, or any later version.\n\n"
)


def test_who_published_a_licence_did_not_issue_the_document(tmp_path: Path) -> None:
    text = f"Harbour Lamp Policy\n\nCopyright © 1999, 2001 Ann Keel\n\n{LICENCE}2031-12-17\n\n{TEXT * 4}"
    edition = read(tmp_path, text).edition
    assert edition.publisher == "unknown publisher"
    assert edition.issued == "2031-12-17"
    assert read(tmp_path, text.replace("2031-12-17\n\n", "")).edition.issued == "2001"
    own = "Harbour Lamp Policy\n\nPublished by the Lamp Foundation\n\n" + TEXT * 4
    assert read(tmp_path, own).edition.publisher == "Lamp Foundation"


def test_headings_that_are_underlined_are_headings_by_level(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        "Lamp Manual\n***********\n\n" + TEXT * 2
        + "\n1. About lamps\n**************\n\n1.1. Scope\n==========\n\n" + TEXT * 3
        + "\n1.2. Terms\n==========\n\n" + TEXT * 3 + "\n2. Ropes\n********\n\n" + TEXT * 3,
    )  # fmt: skip
    assert parsed.edition.title == "Lamp Manual"
    assert paths(parsed) == [
        ("section 1", "About lamps"),
        ("section 1.1", "Scope"),
        ("section 1.2", "Terms"),
        ("section 2", "Ropes"),
    ]
    assert "====" not in parsed.layout.text


def test_a_list_of_contents_without_pages_is_no_list_of_units(tmp_path: Path) -> None:
    listed = "1. Lamps\n\n2. Ropes\n\n        2.1. Knots\n\n        2.2. Ropes of the outer quay and what they\n"
    listed += "             carry\n\n3. Bells\n\n"
    chapters = f"Chapter 1. Lamps\n\n{TEXT}\nChapter 2. Ropes\n\n{TEXT}\n"
    chapters += "Table of Contents\n\n   2.1. Knots\n   2.2. Ropes of the outer quay\n\n"
    chapters += f"2.1. Knots\n\n{TEXT * 2}\n2.2. Ropes of the outer quay\n\n{TEXT * 2}\n"
    chapters += f"Chapter 3. Bells\n\n{TEXT * 3}"
    parsed = read(tmp_path, f"Harbour Policy\n\nTable of Contents\n\n{listed}{chapters}")
    assert [path for path, _ in paths(parsed)] == ["Chapter 1", "Chapter 2", "section 2.1", "section 2.2", "Chapter 3"]
    assert all(unit.proven for unit in parsed.units)


def test_lines_that_end_in_numbers_do_not_make_a_whole_text_a_list_of_contents(tmp_path: Path) -> None:
    rows = "".join(f"{n}. Lamp {n}\n\n   {TEXT * 2}   The lamp was lit on day {n}\n\n" for n in range(1, 6))
    parsed = read(tmp_path, f"Harbour Policy\n\nContents\n\n{rows}")
    assert [path for path, _ in paths(parsed)] == [f"section {n}" for n in range(1, 6)]


def test_letters_between_roman_headings_and_points(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        f"CHARTER OF THE QUAY\n\nI. Purpose\n\n{TEXT}\nII. Principles\n\n1. Light first. {TEXT}\n"
        f"2. Rope second. {TEXT}\n"
        f"III. Duties\n\nA. Duties of keepers\n\n1. {TEXT}\n2. {TEXT}\nB. Duties of guests\n\n1. {TEXT}\n2. {TEXT}\n"
        f"IV. Last provisions\n\n{TEXT}",
    )
    assert [path for path, _ in paths(parsed)] == [
        "section I", "section II", "section II(1)", "section II(2)", "section III", "section A", "section A(1)",
        "section A(2)", "section B", "section B(1)", "section B(2)", "section IV",
    ]  # fmt: skip
    assert parsed.edition.kind == "policy"


def test_the_outline_of_a_korean_guideline_keeps_every_level(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        "등대구 등불 관리 안내서\n\n2031년 3월\n\n등대구 항만안전과\n\nⅠ. 개요\n\n1. 배경\n"
        " 가. 등불이 늘어 기준이 필요하다.\n"
        " 나. 모든 부두에 적용한다.\n2. 용어\n 가. 등불: 밤에 켜는 불\n 나. 지기: 등불을 돌보는 사람\n\n"
        "Ⅱ. 기준\n\n1. 켜기 전\n"
        " 가. 기름\n  1) 기름을 잰다.\n  2) 다음의 경우에만 더 붓는다.\n   가) 지기가 허락한 경우\n"
        "   나) 바람이 센 경우\n"
        " 나. 심지\n  1) 심지를 자른다.\n  2) 심지를 편다.\n2. 끈 뒤\n 가. 덮개를 씌운다.\n 나. 장부에 적는다.\n",
    )
    assert [path for path, _ in paths(parsed)] == [
        "section I", "section I(1)", "section I(1)(가)", "section I(1)(나)", "section I(2)", "section I(2)(가)",
        "section I(2)(나)", "section II", "section II(1)", "section II(1)(가)", "section II(1)(가)(1)",
        "section II(1)(가)(2)", "section II(1)(가)(2)(가)", "section II(1)(가)(2)(나)", "section II(1)(나)",
        "section II(1)(나)(1)", "section II(1)(나)(2)", "section II(2)", "section II(2)(가)", "section II(2)(나)",
    ]  # fmt: skip
    assert all(unit.proven for unit in parsed.units)
    assert parsed.edition.publisher == "등대구 항만안전과"


def test_an_ordinance_of_a_korean_town(tmp_path: Path) -> None:
    edition = read(
        tmp_path,
        "달빛시 등불 기본조례\n\n[시행 2031. 7. 1.] [달빛시조례 제12호, 2031. 5. 20., 제정]\n\n"
        + "".join(
            f"제{n}조(등불) 등불은 밤마다 켜야 하며 그 기록은 두 해 동안 보관하여야 한다.\n" for n in range(1, 6)
        ),
    ).edition
    assert (edition.publisher, edition.number, edition.issued, edition.kind) == (
        "달빛시", "달빛시조례 제12호", "2031-05-20", "law",
    )  # fmt: skip


def test_numbered_sentences_and_terms_of_a_standard(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        "Pier Standards Institute\n\nPSI 92:2031\n\nSecond edition\n2031-06\n\nLamps that learn - Tests\n\n"
        f"1 Scope\n\n{TEXT}\n2 Normative references\n\nPSI 7, Ropes\n\n3 Terms and definitions\n\n3.1\nlamp\n"
        "device that gives light\n\n3.2\ndark spell\ntime in which no lamp burns\n\n4 Requirements\n\n4.1 General\n\n"
        f"4.1.1 The lamp shall burn all night and be seen from the outer pier.\n\n4.1.2 The lamp shall be cleaned.\n\n"
        f"4.2 Oil\n\n4.2.1 The oil shall be clear.\n\n4.2.2 The maker should name its origin.\n\n5 Tests\n\n{TEXT}\n"
        f"Annex A\n(normative)\nTest devices\n\nA.1 Meter\n\nA.1.1 The meter shall be exact.\n\n{TEXT}",
    )
    assert paths(parsed)[2:12] == [
        ("clause 3", "Terms and definitions"), ("clause 3.1", "lamp"), ("clause 3.2", "dark spell"),
        ("clause 4", "Requirements"), ("clause 4.1", "General"), ("clause 4.1.1", ""), ("clause 4.1.2", ""),
        ("clause 4.2", "Oil"), ("clause 4.2.1", ""), ("clause 4.2.2", ""),
    ]  # fmt: skip
    assert ("Annex A.1.1", "") in paths(parsed)
    edition = parsed.edition
    assert (edition.title, edition.publisher) == ("Lamps that learn - Tests", "Pier Standards Institute")
    assert (edition.number, edition.kind) == ("PSI 92:2031", "standard")


def test_a_law_in_html_with_raised_paragraph_numbers_and_lettered_terms(tmp_path: Path) -> None:
    article = "<h6>Art. {0} {1}</h6><p><sup>1</sup> Le gardien allume la lampe.</p><p><sup>2</sup> Il la nettoie.</p>"
    points = "<h6>Art. 3 Portée</h6><p>La loi vise:</p><dl><dt>a.</dt><dd>les quais;</dd>"
    points += "<dt>b.</dt><dd>les phares.</dd></dl>"
    parsed = read(
        tmp_path,
        f"<h1>Loi sur les lampes du port</h1>{article.format(1, 'But')}{article.format(2, 'Soin')}{points}"
        "<h6>Art. 3a Contrôle</h6><p>La commission contrôle les lampes.<sup>1</sup></p><p>Elle lit le registre.</p>",
        "a.html",
    )
    assert [path for path, _ in paths(parsed)] == [
        "Art. 1", "Art. 1(1)", "Art. 1(2)", "Art. 2", "Art. 2(1)", "Art. 2(2)", "Art. 3", "Art. 3(a)", "Art. 3(b)",
        "Art. 3a",
    ]  # fmt: skip
    assert "les lampes.\u2029" in parsed.layout.text


def test_a_table_after_the_last_point_is_no_part_of_the_point(tmp_path: Path) -> None:
    rows = table(("Lamp", "Oil"), ("Pier", "9 litres"), head=True)
    points = paragraph("(a) lamps of the pier;") + paragraph("(b) lamps of the gate.")
    body = paragraph("1. Lamps", style="Heading1") + paragraph("The keeper lights:") + points + rows
    body += paragraph("2. Ropes", style="Heading1") + paragraph("The keeper counts:") + points.replace("gate.", "gate:")
    body += rows + paragraph("3. Bells", style="Heading1") + paragraph("The keeper rings the bell twice each night.")
    path = word_file(tmp_path / "a.docx", body, styles=HEADING)
    parsed = parse_file(Task(path, "0" * 64))
    held = {unit.path: parsed.layout.text[unit.span.start : unit.span.end] for unit in parsed.units}
    assert "9 litres" not in held["section 1(b)"] and "9 litres" in held["section 1"]
    assert "9 litres" in held["section 2(b)"], "its words lead to the table"


HEADING = (
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
)


def test_the_issuer_of_a_page_behind_its_title_or_in_its_head(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{n}. {TEXT}</p>" for n in range(1, 4))
    titled = f"<title>Note on lamps | Lamp Ombudsman of Arden</title><h1>Note on lamps</h1>{paragraphs}"
    assert read(tmp_path, titled, "a.html").edition.publisher == "Lamp Ombudsman of Arden"
    head = f'<meta name="author" content="Pier Authority"><h1>Note on lamps</h1>{paragraphs}'
    assert read(tmp_path, head, "b.html").edition.publisher == "Pier Authority"
    person = f'<meta name="author" content="Ann Keel"><h1>Note on lamps</h1>{paragraphs}'
    assert read(tmp_path, person, "c.html").edition.publisher == "unknown publisher"
    firm = f"Policy on Lamps\n\nOstrava Lamp Group a.s.\n\n1 April 2031\n\n{TEXT * 4}"
    assert read(tmp_path, firm).edition.publisher == "Ostrava Lamp Group a.s."
    dashed = f"Lamp controls – Borealis Bank\n\n1 April 2031\n\n{TEXT * 4}"
    assert read(tmp_path, dashed).edition.publisher == "Borealis Bank"


def test_captions_are_no_units_and_the_address_beside_a_heading_is_no_word_of_it(tmp_path: Path) -> None:
    heads = "".join(
        f'<h2>{n}. Lamps {n}<a class="headerlink" href="#l{n}">¶</a></h2><p>{TEXT}</p><p><b>TABLE {n}.1</b></p>'
        f"<p>TABLE {n}.2 Oil of the lamps</p>"
        for n in range(1, 5)
    )
    parsed = read(tmp_path, f"<h1>Quay Manual</h1>{heads}", "a.html")
    assert paths(parsed) == [(f"section {n}", f"Lamps {n}") for n in range(1, 5)]
