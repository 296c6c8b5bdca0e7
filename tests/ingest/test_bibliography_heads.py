"""Facts of files whose first page has heads of gazettes, journals, parliaments or agencies; in made-up words."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.bibliography.affiliations import is_affiliation
from ingest.bibliography.bodies import FIRM_NAME, is_body
from ingest.bibliography.case_titles import title_of_case
from ingest.bibliography.cover import CoverLine, Role, blocks, role_of
from ingest.bibliography.days import (
    date_of_act,
    date_said,
    dates_of_issue,
    is_number_line,
    month_of_revision,
    number_in,
    year_of_a_line,
    year_of_a_title,
    year_of_volume,
)
from ingest.bibliography.title_signs import FirstPages
from ingest.bibliography.titles import find_title
from ingest.layout.layout import lay_out
from ingest.parse import Task, file_facts
from ingest.readers.plain import read_plain
from ingest.readers.word import read_docx
from kb.catalog.kinds import kind_of_title, publication_kind
from tests.ingest.test_bibliography import facts_of, first_page, page_facts
from tests.pdfs import Book, L, words

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.bibliography.facts import Facts


def file_facts_of_text(folder: Path, head: str) -> Facts:
    """The facts of a plain Korean text below these lines."""
    path = folder / "a.txt"
    path.write_text(f"{head}\n\n" + "등대지기는 해가 지기 전에 등불을 켜고 장부에 적는다. " * 9, "utf-8")
    content = read_plain(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    return file_facts(Task(path, "0" * 64), "text/plain", laid, content.metadata)


def test_the_name_of_a_journal_is_no_title_and_its_volume_gives_the_year(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Lamps and Harbours 137 (2015) 1-5", size=8),
        L("Lamps and Harbours", size=19, gap=20),
        L("journal homepage: www.lamps.example", size=9, gap=10),
        L("Durability of lanterns in heavy fog", size=18, gap=20),
        L("Received 12 December 2014", size=9, gap=20),
    )
    assert found.title.value == "Durability of lanterns in heavy fog"
    assert found.date is not None and found.date.value == "2015"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Lamps 12 (2022) 45–63", "2022"),
        ("2009; 39 (3): 361-365", "2009"),
        ("Lamps 41 (2022) 105567 https://doi.example/7", "2022"),
        ("Table 3 (2022)", ""),
        ("Table 3 (2019) 45 lamps", ""),
        ("Recalling its resolutions 1373 (2001), 1566 (2004)", ""),
    ],
)
def test_the_year_of_a_volume(text: str, year: str) -> None:
    found = year_of_volume(text)
    assert (found.iso if found else "") == year


def test_a_printed_date_and_a_citation_below_the_text_come_before_a_volume(tmp_path: Path) -> None:
    title, cited = (
        L("Lanterns of the Quay", size=24, bold=True),
        L("Lamps and Harbours 12 (2015) 34-50", size=8, gap=20),
    )
    dated = first_page(tmp_path / "a.pdf", title, L("24 March 2031", gap=20), cited)
    assert dated.date is not None and dated.date.value == "2031-03-24"
    book = Book()
    book.add(title, L(words(0)[0], gap=30), *words(0)[1:], *words(1), cited)
    assert facts_of(book.write(tmp_path / "b.pdf")).date is None


def test_a_law_that_a_gazette_does_not_print_as_a_title_is_called_as_it_says(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("The Gazette of Norland", size=28),
        L("EXTRAORDINARY", gap=10),
        L("PUBLISHED BY AUTHORITY", gap=10),
        L("No. 214] QUAYTOWN, TUESDAY, MAY 7, 2024", gap=10),
        L("MINISTRY OF LAMPS AND LANTERNS", bold=True, gap=10),
        L("NOTIFICATION", bold=True, gap=10),
        L("1. These rules may be called the Lamps (Automated Lighting) Rules, 2024.", gap=10),
    )
    assert found.title.value == "Lamps (Automated Lighting) Rules, 2024"
    assert found.issuer is not None and found.issuer.value == "Ministry of Lamps and Lanterns"


def test_a_bill_is_called_by_what_it_is_for(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("118TH CONGRESS"),
        L("2D SESSION"),
        L("H. R. 7781", size=30, bold=True, gap=10),
        L("IN THE HOUSE OF REPRESENTATIVES", size=14, gap=20),
        L("MARCH 21, 2024", gap=10),
        L("A BILL", size=22, gap=20),
        L("To require lamps in harbours, and for other purposes.", gap=10),
    )
    assert found.title.value == "To require lamps in harbours, and for other purposes"
    assert found.date is not None and found.date.value == "2024-03-21"


def test_the_number_of_a_circular_has_the_bold_line_further_below_as_its_subject(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Lamp Authority of Norland", size=13, bold=True),
        L("Circular No. LP 04/2024", gap=14),
        L("8 April 2024", gap=14),
        L("Dear Sir / Madam", gap=14),
        L("LAMPS FROM GENERATIVE TOOLS", bold=True, gap=14),
    )
    assert found.title.value == "Circular No. LP 04/2024: Lamps from Generative Tools"


def test_a_chapter_number_is_no_part_of_the_name_of_an_act(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Lamp Algorithms Act 2023", size=26),
        L("2023 CHAPTER 31", size=14, gap=14),
        L("[19th October 2023]", x=200, gap=30),
    )
    assert found.title.value == "Lamp Algorithms Act 2023"
    assert found.date is not None and found.date.value == "2023-10-19"
    assert is_number_line("ISO 24992:2023(E)") and is_number_line("2024 No. 1187")


def test_the_letters_of_a_house_above_a_smaller_title_are_none(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("LAO", size=30, bold=True),
        L("Lamp Accountability Office", gap=10),
        L("Report to Congressional Lamp Keepers", size=13, gap=10),
        L("LANTERN RECOGNITION AT BORDERS", size=25, bold=True, gap=60),
    )
    assert found.title.value.casefold() == "lantern recognition at borders"
    assert found.kind is not None and found.kind.value == "report"


def test_who_a_page_says_it_is_from_comes_before_the_government_in_its_head(tmp_path: Path) -> None:
    head = '<meta name="dcterms.issued" content="2023-04-25">'
    lines = ("Government of Norland", "Directive on Automated Lamps", "From: Lamp Board of Norland Secretariat")
    found = page_facts(tmp_path / "a.html", head, *lines)
    assert found.issuer is not None and found.issuer.value == "Lamp Board of Norland Secretariat"
    assert found.date is not None and found.date.value == "2023-04-25"


def test_authors_with_their_houses_and_addresses_have_not_issued_the_text(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Tracing Lanterns at Night", size=20, bold=True),
        L("Quay University", gap=20),
        L("{ada,bo}@quay.edu", gap=10),
        L("University of Lanterns, Norland", gap=10),
        L("{cy,di}@lanterns.edu", gap=10),
    )
    assert found.issuer is None


def test_a_line_of_many_addresses_is_read_at_once() -> None:
    lines = [
        CoverLine(text, 1, 60, 300, 0.1 * n, 1.0, False, Role.TEXT)
        for n, text in enumerate(("Quay University", "a@b," * 40 + " x", "{cy,di}@lanterns.edu, ed@quay.edu"))
    ]
    began = perf_counter()
    assert not is_affiliation(blocks(lines), 0)
    assert perf_counter() - began < 1.0


def test_words_before_a_name_make_it_no_body() -> None:
    assert not is_body("About the Lodestar Institute")
    assert not is_body("Extraordinary Published by Authority")
    assert is_body("Lodestar Institute")


@pytest.mark.parametrize(
    ("text", "year"), [("Room 12 | 1984", ""), ("Lamp Office | 2022", "2022"), ("Q3 2024", "2024")]
)
def test_a_year_behind_a_bar_is_that_of_issue_unless_a_number_stands_before_it(text: str, year: str) -> None:
    found = year_of_a_line(text)
    assert (found.iso if found else "") == year


def test_days_of_receipt_and_of_later_versions_are_none_of_issue() -> None:
    assert not dates_of_issue("Received 4 March 2021") and not dates_of_issue("of 1999/12/01 or later")
    day = date_of_act("742.1 Verordnung über Lampen (LampV) vom 7. Mai 2025 (Stand am 1. Januar 2026)")
    assert day is not None and day.iso == "2025-05-07"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It tells of the progress made in 2018.", ""),
        ("of laws enacted on 3 May 2018 elsewhere", ""),
        ("Made in 2018", ""),
        ("Made 3rd May 2031", "2031-05-03"),
        ("Lamp Act [enacted on 3 May 2031]", "2031-05-03"),
    ],
)
def test_what_is_made_or_enacted_says_a_day_at_the_beginning_of_a_sentence(text: str, day: str) -> None:
    found = date_said(text)
    assert (found.iso if found else "") == day


def test_the_day_of_a_revision_is_one_of_issue_and_that_of_a_manuscript_is_none(tmp_path: Path) -> None:
    title = L("Lanterns of the Quay", size=24, bold=True)
    found = first_page(tmp_path / "a.pdf", title, L("Adopted 1 May 2020, revised 3 May 2031", gap=20))
    assert found.date is not None and found.date.value == "2031-05-03"
    assert not dates_of_issue("Received in revised form 3 May 2031")


@pytest.mark.parametrize("head", ["등대위원회 보도자료", "보도자료 등대위원회"])
def test_news_has_the_name_of_its_house_before_or_behind_its_head(tmp_path: Path, head: str) -> None:
    found = file_facts_of_text(tmp_path, f"{head}\n\n항만 등불 안내")
    assert found.title.value == "항만 등불 안내"
    assert found.issuer is not None and found.issuer.value == "등대위원회"


def test_the_law_that_a_text_explains_is_part_of_its_title(tmp_path: Path) -> None:
    found = file_facts_of_text(tmp_path, "등대 기본법 시행령 설명자료")
    assert found.title.value == "등대 기본법 시행령 설명자료"


@pytest.mark.parametrize(("below", "is_title"), [("2019 Annual Lamp Report", True), ("1600 Quay Avenue", False)])
def test_a_year_below_a_body_is_no_number_of_a_house(below: str, is_title: bool) -> None:
    printed = (("Ministry of Lamps", 0.1), (below, 0.13), ("Ports of the Far North", 0.4))
    lines = [CoverLine(text, 1, 60, 300, top, 2.0, False, Role.TEXT) for text, top in printed]
    found = find_title(FirstPages(tuple(blocks(lines)), "", "", is_body, True))
    assert found is not None and (found.block == 0) is is_title


def test_a_title_in_capitals_with_a_colon_is_no_label_of_a_paragraph(tmp_path: Path) -> None:
    title = "LANTERN LEARNING: A national survey of quays"
    found = first_page(tmp_path / "a.pdf", L(title, size=18), L("Ports and harbours of the north", size=17, gap=80))
    assert found.title.value == title


@pytest.mark.parametrize("head", ["Décrets, arrêtés, circulaires", "LOIS", "Arrêtés et décisions", "Lois, ordonnances"])
def test_the_heading_of_a_part_of_a_gazette_names_kinds_of_acts(head: str) -> None:
    assert role_of(head) is Role.GENRE
    assert role_of("Décrets sur les lampes") is Role.TEXT


def test_kinds_of_directives_and_special_publications() -> None:
    assert kind_of_title("Directive on Automated Lamps") == "policy"
    assert kind_of_title("Directive (EU) 2031/7 on lamps") == "law"
    assert publication_kind("Directive on Lamps at Sea", "THE EUROPEAN PARLIAMENT AND THE COUNCIL") == "law"
    assert publication_kind("Directive on Lamps at Sea", "Lamp Board of Norland") == "policy"
    assert kind_of_title("Lamps (Automated Lighting) Rules, 2024") == "law"
    assert kind_of_title("Special Publication 800-7: Lamps") == "guideline"
    assert kind_of_title("생성형 AI 활용 가이드") == "guideline"


def test_a_company_is_known_by_its_trade_above_the_title(tmp_path: Path) -> None:
    title = L("Standard for Lamps in Warehouses", size=20, bold=True, gap=20)
    found = first_page(tmp_path / "a.pdf", L("Kestrel Mutual Insurance"), title)
    assert found.issuer is not None and found.issuer.value == "Kestrel Mutual Insurance"
    assert first_page(tmp_path / "b.pdf", L("Health Insurance"), title).issuer is None
    subject = first_page(tmp_path / "c.pdf", L("Fresnel Insurance"), title, L("What fresnel lamps cost.", gap=20))
    assert subject.issuer is None


def test_a_letterhead_with_an_address_is_no_title(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("EXECUTIVE HOUSE OF NORLAND"),
        L("OFFICE OF LAMPS AND LANTERNS"),
        L("QUAYTOWN, D.C. 20503"),
        L("September 24, 2024", gap=14),
        L("SUBJECT: Advancing the Careful Buying of Lamps", gap=14),
    )
    assert found.title.value == "Advancing the Careful Buying of Lamps"
    assert found.issuer is not None and found.issuer.value == "Office of Lamps and Lanterns"


def test_an_act_is_named_by_its_text_below_the_head_of_a_gazette(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("BOLETÍN OFICIAL DEL ESTADO", size=14),
        L("I. DISPOSICIONES GENERALES", gap=10),
        L("17702   Real Decreto 817/2024, de 3 de septiembre, por el que se establece un registro de", gap=10),
        L("lámparas de los puertos."),
    )
    assert found.title.value.startswith("Real Decreto 817/2024") and found.title.value.endswith(
        "lámparas de los puertos"
    )
    assert found.kind is not None and found.kind.value == "law"


def test_the_house_that_speaks_of_itself_has_issued_the_policy(tmp_path: Path) -> None:
    lines = (
        "Acceptable Use of Lamps",
        "Effective: March 3, 2025",
        "Tidewater Lamps, Inc. (\u201cTidewater\u201d, \u201cwe\u201d) asks for care.",
    )
    found = page_facts(tmp_path / "a.html", "", *lines)
    assert found.issuer is not None and found.issuer.value.startswith("Tidewater Lamps, Inc")
    assert FIRM_NAME.fullmatch("Orbital Software, Inc.") and not is_body("Trust Center")


def test_the_place_and_house_of_a_library_entry(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Guide on Lamps for Ports", size=24, bold=True),
        L("The Union was established on 8 August 1967.", gap=20),
        L("Quaytown: Lamp Secretariat, February 2024", gap=20),
    )
    assert found.issuer is not None and found.issuer.value == "Lamp Secretariat"
    assert found.date is not None and found.date.value == "2024-02"


def test_who_adopted_another_text_has_not_issued_the_one_that_speaks_of_it(tmp_path: Path) -> None:
    title = L("Guide on Lamps for Ports", size=24, bold=True)
    explained = L("This guide explains the charter adopted by the Council of Harbour Ministers in 2019.", gap=20)
    found = first_page(tmp_path / "a.pdf", title, explained, L("© Lamp Agency 2031", gap=20))
    assert found.issuer is not None and found.issuer.value == "Lamp Agency"
    own = first_page(tmp_path / "b.pdf", title, L("Adopted by the Council of Harbour Ministers in May", gap=20))
    assert own.issuer is not None and own.issuer.value == "Council of Harbour Ministers"


def test_a_month_behind_a_revision() -> None:
    day = month_of_revision("Form F-112 rev. C, 03/2024")
    assert day is not None and day.iso == "2024-03"
    assert month_of_revision("Guidelines 06/2024") is None
    of_issue = dates_of_issue("For the period 1 April 2023 to 31 March 2024")
    assert [day.iso for day in of_issue] == ["2024-03-31"]


def test_a_text_of_the_house_and_who_approved_it_have_not_issued_it(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Group Lamp Risk Policy", 0)
    table = document.add_table(2, 2)
    cells = (("Policy ID", "GP-17"), ("Approved by", "Board Risk Committee, 14 November 2024"))
    for at, row in enumerate(cells):
        for n, text in enumerate(row):
            table.cell(at, n).text = text
    document.add_paragraph("A keeper lights the lamp before dusk and writes it down in the book. " * 6)
    document.save(str(tmp_path / "a.docx"))
    content = read_docx(tmp_path / "a.docx")
    laid = lay_out(content.pages, content.outline, content.notes)
    found = file_facts(Task(tmp_path / "a.docx", "0" * 64), "", laid, content.metadata)
    assert found.issuer is None and not is_body("Group Lamp Risk Policy")


def test_how_a_document_is_handed_out_is_no_part_of_a_bodys_name(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("General Harbour Assembly   Distr.: General", size=18, bold=True),
        L("Safe Lamps for Small Harbours", size=13, bold=True, gap=20),
    )
    assert found.title.value == "Safe Lamps for Small Harbours"


def test_the_year_at_the_end_of_a_title_is_the_last_resort(tmp_path: Path) -> None:
    found = first_page(tmp_path / "a.pdf", L("The State of Lamps 2025", size=24, bold=True))
    assert found.date is not None and found.date.value == "2025"


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("The State of Lamps 2025", "2025"),
        ("Lamp Act 2098", "2098"),
        ("National Lamps for Everyone 2098", ""),
        ("Harbour Vision 2020", ""),
        ("National Strategy for Lamps 2025", ""),
    ],
)
def test_the_year_of_a_goal_is_none_of_issue(title: str, year: str) -> None:
    found = year_of_a_title(title)
    assert (found.iso if found else "") == year


def test_the_number_of_a_bill_fills_its_line() -> None:
    assert number_in("S. 2031") == "S. 2031" and is_number_line("S. 2031")
    assert not number_in("Lamps of the U.S. 2031") and not number_in("vgl. S. 45")


def test_the_subject_of_a_circular_and_of_a_korean_decision(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("CIRCULAR No. G-221-2024", size=14, bold=True),
        L("Ref.: Guidelines for lamps in small harbours", bold=True, gap=14),
    )
    assert found.title.value.endswith("Guidelines for lamps in small harbours") and "Ref" not in found.title.value
    lines = [
        CoverLine(t, 1, 60, 300, 0.1 * n, 1.0, False, Role.TEXT)
        for n, t in enumerate(("결 정", "제 목 등대 권고의 건"))
    ]
    case = title_of_case(blocks(lines))
    assert case is not None and case[0] == "등대 권고의 건"


@pytest.mark.parametrize("mark", ["∗", " ∗", "*", "†"])
def test_a_title_ends_at_the_mark_of_its_note(mark: str) -> None:
    printed = ((f"The Lantern Package{mark}", 0.1), ("Lucas Wartenberg, Bremen", 0.13))
    made = blocks([CoverLine(text, 1, 60, 300, top, 1.7, False, Role.TEXT) for text, top in printed])
    found = find_title(FirstPages(tuple(made), "", "", is_body, True))
    assert found is not None and found.text.rstrip(f" {mark}") == "The Lantern Package"


def test_a_group_that_writes_for_a_body_stands_for_it(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Requirements for Buoy Lamps", size=18, bold=True),
        L("Prepared by the Technical Committee of the National Mariners Association", gap=20),
    )
    assert found.issuer is not None and found.issuer.value == "National Mariners Association"


def test_where_an_author_works_above_a_bare_address_is_no_issuer(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Lantern Manual", size=24, bold=True),
        L("Orsolya Brandvold", size=18, gap=60),
        L("Graduate School of Lights and", size=14, gap=24),
        L("Shades", size=14),
        L("The University of Fogport", size=14),
        L("obv@l.fogport.ac.jp", size=12, gap=30),
    )
    assert found.issuer is None


@pytest.mark.parametrize(("line", "day"), [("Marzo del 2031", "2031-03"), ("2nd edition — 2031", "2031")])
def test_the_date_of_an_edition_and_a_spanish_month(tmp_path: Path, line: str, day: str) -> None:
    found = first_page(tmp_path / "a.pdf", L("Guide to Lamps", size=20, bold=True), L(line.replace("—", "-"), gap=20))
    assert found.date is not None and found.date.value == day


@given(
    st.lists(
        st.tuples(st.text("Lamp Rules등대.,:∗19", max_size=40), st.floats(0, 4), st.integers(1, 3), st.booleans()),
        max_size=8,
    ),
    st.booleans(),
)
def test_whatever_is_printed_has_a_title_or_none(rows: list[tuple[str, float, int, bool]], printed: bool) -> None:
    rows = sorted(rows, key=lambda row: row[2])
    lines = [CoverLine(text, page, 60, 300, 0.1, size, bold, role_of(text)) for text, size, page, bold in rows if text]
    found = find_title(FirstPages(tuple(blocks(lines)), "", "", is_body, printed))
    assert found is None or found.how in {"title page", "text"}
