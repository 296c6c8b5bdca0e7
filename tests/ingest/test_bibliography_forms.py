"""Facts of files in forms that publications have, in made-up words: how the lines of a title page belong together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ingest.bibliography.bodies import is_body
from ingest.bibliography.days import date_of_act, date_signed, dates_of_issue, printed_dates
from ingest.layout.layout import lay_out
from ingest.parse import Task, file_facts
from ingest.readers.markdown import read_markdown
from ingest.readers.plain import read_plain
from kb.catalog.kinds import kind_of_title, publication_kind
from tests.ingest.test_bibliography import facts_of, first_page
from tests.pdfs import Book, L, words

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.bibliography.facts import Facts


def text_facts(path: Path, *heads: str, end: str = "") -> Facts:
    """The facts of a text without print, with these paragraphs above its first one."""
    path.write_text("\n\n".join((*heads, " ".join(" ".join(words(n)) for n in range(3)), end)), "utf-8")
    content = read_plain(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    return file_facts(Task(path, "0" * 64), "text/plain", laid, content.metadata)


def test_lines_that_are_further_apart_than_those_of_a_paragraph_are_lines_of_their_own(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("CENTRAL BANK OF ORCHARDS", x=120, bold=True),
        L("Ladder Division", x=150, gap=12),
        L("Circular No. 7 of 2025", gap=12),
        L("3 May 2025", gap=12),
        L("To: all keepers of ladders", gap=12),
        L("RE: CARE OF LADDERS IN WET ORCHARDS", bold=True, gap=12),
    )
    assert found.issuer is not None and found.issuer.value.casefold() == "central bank of orchards"
    assert found.title.value == "Care of Ladders in Wet Orchards"
    assert found.date is not None and found.date.value == "2025-05-03"


def test_a_page_in_columns_is_read_column_by_column(tmp_path: Path) -> None:
    book = Book()
    left = [
        "Guarding of ladders in all",
        "harbours of the inner sea",
        "",
        *[" ".join(words(n)[0].split()[:7]) for n in range(12)],
    ]
    right = [" ".join(words(n)[1].split()[:7]) for n in range(14)]
    book.add(*(L(line, bold=True) for line in left[:2]), *left[2:], right=right)
    assert (
        facts_of(book.write(tmp_path / "a.pdf")).title.value == "Guarding of ladders in all harbours of the inner sea"
    )


def test_a_name_in_large_type_above_a_title_is_not_the_title(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Harriet Vane-Okafor", size=22),
        L("The keeper and the ladder: duties of care", size=20, bold=True, gap=16),
        L("Discussion paper for the Orchard Society", size=11, gap=16),
    )
    assert found.title.value == "The keeper and the ladder: duties of care"
    assert found.kind is not None and found.kind.value == "report"


def test_a_court_and_its_practice_direction(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("IN THE ORCHARD COURT OF ELSEY", bold=True),
        L("PRACTICE DIRECTION NO. 3 OF 2025", bold=True, gap=14),
        L("USE OF LADDERS IN PROCEEDINGS", size=14, bold=True, gap=16),
    )
    assert found.issuer is not None and found.issuer.value.casefold() == "orchard court of elsey"
    assert "ladders in proceedings" in found.title.value.casefold()
    assert "court" not in found.title.value.casefold()


def test_who_works_where_has_issued_nothing(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Ladders and Nets User's Guide", size=18),
        L("Ann B. Rowe", size=12, gap=10),
        L("School of Ladders", size=9, gap=8),
        L("National Orchard University", size=9),
        L("Gate Town, Orchardland", size=9),
        L("ann.rowe@orchard.example", size=9),
    )
    assert found.issuer is None


def test_a_body_of_two_lines_with_its_address_has_issued_the_text(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Guidance on night lamps", size=18),
        L("Ministry of Harbours", size=12, gap=10),
        L("and Waterways", size=12),
        L("press.office@harbours.example", size=9, gap=8),
    )
    assert found.issuer is not None and found.issuer.value == "Ministry of Harbours and Waterways"


def test_a_consolidated_text_has_the_title_of_its_act(tmp_path: Path) -> None:
    head = "►B REGULATION (EU) 2025/777 OF THE ORCHARD COUNCIL on ladders in inland orchards"
    assert text_facts(tmp_path / "a.txt", head, "of 3 May 2025").title.value == (
        "REGULATION (EU) 2025/777 OF THE ORCHARD COUNCIL on ladders in inland orchards"
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Dated this 11th day of August 2025", "2025-08-11"),
        ("Done at Gate Town, 3 May 2025", "2025-05-03"),
        ("some words\nDated: August 28, 2025.\n", "2025-08-28"),
        ("PASSED AND ADOPTED this 9th day of September, 2025.", "2025-09-09"),
    ],
)
def test_the_date_of_a_signature(text: str, day: str) -> None:
    found = date_signed(text)
    assert found is not None and found.iso == day


def test_the_day_of_printing_is_not_that_of_issue() -> None:
    assert [day.iso for day in dates_of_issue("인쇄 2025년 11월 25일 발행 2025년 11월 30일")] == ["2025-11-30"]
    assert [day.iso for day in printed_dates("9th day of September, 2025")] == ["2025-09-09"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("인공지능 기본법 시행 대응 방안", ""),
        ("인공지능 기본법 시행령", "law"),
        ("등대 진흥에 관한 기본법 일부개정법률안", "law"),
        ("개인정보 보호법 해설서", "guideline"),
        ("자동등불 운영지침", "guideline"),
        ("등대지기 행동강령", "guideline"),
        ("인공지능 윤리기준 자율점검표", "questionnaire"),
        ("등대 연구 데이터 관리 규정", "policy"),
        ("등대 보호법 시행령 [시행 2031. 9. 15.] [대통령령 제99890호, 2031. 9. 10., 일부개정]", "law"),
        ("등대 보호법 [시행 2031. 10. 2.]", "law"),
        ("등대기본법 전문(全文)", "law"),
        ("등대 보호법 시행규칙(해양수산부령)", "law"),
        ("등대 보호법(주요 내용 요약)", ""),
    ],
)
def test_the_head_of_a_korean_title_stands_at_its_end(title: str, kind: str) -> None:
    assert kind_of_title(title) == kind


def test_news_are_known_by_their_head_and_no_request_for_comments_by_its_number() -> None:
    assert publication_kind("Minister announces new rules for lamps", "Media release\n14 June 2025") == "press release"
    assert publication_kind("Lamp protocol", "Request for Comments: 19412") != "draft"
    assert publication_kind("Lamp protocol", "Request for comments") == "draft"


@pytest.mark.parametrize(
    "text",
    [
        "Issued by the Harbour Board of Sandport",
        "In the Harbour Court of Elsey",
        "Harbour Trust of Elsey",
        "Quayside Institute for Public Policy",
        "City of Brackwater",
        "Future of Life Institute",
        "Future of Privacy Forum",
        "History of Science Society",
        "Future of Work Institute",
    ],
)
def test_a_name_behind_its_preposition_is_a_body(text: str) -> None:
    assert is_body(text)


@pytest.mark.parametrize(
    "text",
    [
        "Minutes of the Harbour Oversight Board",
        "The Future of the Harbour Board",
        "Role of the Harbour Authority",
        "Terms of Reference of the Harbour Board",
        "Building Trust",
        "Harbour Consortium Standard",
        "A Resolution of the City Council Adopting a Policy",
    ],
)
def test_what_is_said_of_a_body_is_none(text: str) -> None:
    assert not is_body(text)


def test_front_matter_says_who_and_when(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    text = (
        "---\ntitle: Use of ladders\norganisation: Orchard Ladders Ltd\ndate: 2025-02-11\n---\n\n# Use of ladders\n\n"
    )
    path.write_text(text + " ".join(words(0)), "utf-8")
    content = read_markdown(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    found = file_facts(Task(path, "0" * 64), "text/markdown", laid, content.metadata)
    assert found.issuer is not None and found.issuer.value == "Orchard Ladders Ltd"
    assert found.date is not None and (found.date.value, found.date.how) == ("2025-02-11", "metadata")


@pytest.mark.parametrize(
    ("fields", "key", "value"),
    [
        ("publisher: King's Harbour Trust", "Publisher", "King's Harbour Trust"),
        ("publisher: 'King''s Harbour Trust'", "Publisher", "King's Harbour Trust"),
        ('issuer: "Harbour Trust"', "Publisher", "Harbour Trust"),
        ("author: Harbour Trust [Elsey] Ltd", "Author", "Harbour Trust [Elsey] Ltd"),
        ('author: [Harbour Trust, "Elsey Board"]', "Author", "Harbour Trust, Elsey Board"),
        ("date: 2025", "Date", "2025"),
    ],
)
def test_a_field_of_front_matter_keeps_its_words(tmp_path: Path, fields: str, key: str, value: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{fields}\n---\n\n# Use of ladders\n\n{' '.join(words(0))}", "utf-8")
    content = read_markdown(path)
    assert content.metadata[key] == value
    laid = lay_out(content.pages, content.outline, content.notes)
    found = file_facts(Task(path, "0" * 64), "text/markdown", laid, content.metadata)
    fact = found.date if key == "Date" else found.issuer
    assert "[" in value or (fact is not None and fact.value in value)


def test_a_row_of_two_halves_above_a_text_is_no_title(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    head = f"Ladder Care{' ' * 16}M. Stone\nThe Track{' ' * 18}J. Hartog"
    path.write_text(f"{head}\n\nLadder State Protocol\n\n   {' '.join(words(0))}\n", "utf-8")
    content = read_plain(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    assert file_facts(Task(path, "0" * 64), "text/plain", laid, content.metadata).title.value == "Ladder State Protocol"


def test_a_title_with_words_apart_is_a_title(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"LANTERN      CODE      OF      ELSEY\n\n   {' '.join(words(0))}\n", "utf-8")
    content = read_plain(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    title = file_facts(Task(path, "0" * 64), "text/plain", laid, content.metadata).title.value
    assert title.casefold() == "lantern code of elsey"


def test_a_list_of_english_headings_is_english(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    heads = (
        "Ladder Maintenance",
        "Winter Storage",
        "Harvest Planning",
        "Basket Weighing",
        "Visitor Rules",
        "Night Closing",
    )
    path.write_text(
        "Orchard Manual\n\n" + "\n".join(f"{n}. {head} Chapter" for n, head in enumerate(heads * 6, 1)), "utf-8"
    )
    content = read_plain(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    assert file_facts(Task(path, "0" * 64), "text/plain", laid, content.metadata).language.value == "en"


def test_to_whom_a_communication_goes_is_no_title(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("COMMUNICATION FROM THE COMMISSION TO THE", size=14, bold=True),
        L("EUROPEAN PARLIAMENT, THE COUNCIL AND THE", size=14, bold=True),
        L("COMMITTEE OF THE REGIONS", size=14, bold=True),
        L("Safe Orchards Action Plan", size=15, bold=True, gap=16),
    )
    assert found.title.value == "Safe Orchards Action Plan"


def test_authors_below_a_body_are_no_part_of_its_name(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Technical notes on ladders", size=18),
        L("National Ladder Society", size=12, gap=10),
        L("Michael Downes", size=12),
    )
    assert found.issuer is not None and found.issuer.value == "National Ladder Society"


def test_a_korean_sentence_above_a_title_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert kind_of_title("인공지능 사업자의 책무에 관한 고시") != "law"
    path.write_text(
        "「등대법」 제3조에 따라 기준을 다음과 같이 고시합니다.\n\n등대 책무에 관한 고시\n\n제1조(목적) 정한다.\n",
        "utf-8",
    )
    content = read_plain(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    title = file_facts(Task(path, "0" * 64), "text/plain", laid, content.metadata).title
    assert title.value == "등대 책무에 관한 고시"


def test_publishing_with_a_month_behind_the_name(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Adrift", size=30),
        L("Published by Coastal Rights Network, January 2025.", gap=30),
    )
    assert found.issuer is not None and found.issuer.value == "Coastal Rights Network"
    assert found.date is not None and found.date.value == "2025-01"


def test_the_day_of_an_act_stands_behind_its_number() -> None:
    found = date_of_act("Commission Delegated Regulation (EU) 2025/1204 of 3 March 2025 on ladders")
    assert found is not None and found.iso == "2025-03-03"


def test_a_review_that_is_done_is_no_report(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf", "Guideline G-12", L("Human review of ladders", size=20, bold=True, gap=10), "3 May 2025"
    )
    assert found.kind is not None and found.kind.value == "guideline"


@pytest.mark.parametrize("title", ["AI Act readiness tracker", "Lamp Act timeline"])
def test_what_is_done_about_an_act_is_no_act(title: str) -> None:
    assert kind_of_title(title) == ""
    assert kind_of_title("Lamp Safety Act 2025") == "law"


def test_what_an_opinion_is_about_has_not_issued_it(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Opinion 7/2025", size=18, bold=True),
        L("on the draft decision of the Harbour Authority regarding ladders", size=15, bold=True, gap=14),
        L("Adopted on 11 March 2025", gap=10),
    )
    assert found.issuer is None


def test_a_university_below_an_author_has_issued_nothing(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("The packages for ladders", size=18),
        L("Pieter van Oostrum", size=12, gap=10),
        L("Dept. of Ladder Science", size=12),
        L("National Orchard University", size=12),
    )
    assert found.issuer is None


def test_a_notice_with_letters_in_its_number(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Orchard Safety Agency", size=12, bold=True),
        L("SAFETY NOTICE SN-2025-19", size=13, bold=True, gap=12),
        L("Issue date: 4 August 2025", gap=8),
        L("Unreliable rungs in LX-4 ladders", size=17, bold=True, gap=14),
    )
    assert found.title.value.endswith("Unreliable rungs in LX-4 ladders")
    assert "Sn-" not in found.title.value
    assert found.date is not None and found.date.value == "2025-08-04"


def test_the_ends_of_a_period_are_no_dates_of_issue() -> None:
    assert dates_of_issue("all entries found between 1999/05/01 and 1999/06/05") == []


@pytest.mark.parametrize(
    "title", ["Healthcare: a guide to ladders", "Software: security of rungs", "The Future: What Comes Next"]
)
def test_a_word_that_ends_like_the_mark_of_a_subject_stays_whole(tmp_path: Path, title: str) -> None:
    assert first_page(tmp_path / "a.pdf", L(title, size=20, bold=True)).title.value == title


@pytest.mark.parametrize(
    "text", [f"Dated{' ' * 2_000}x", f"1{' ' * 2_000}", f"2025{' ' * 2_000}.", f"May{' ' * 2_000}x"]
)
def test_a_run_of_blanks_costs_no_time(text: str) -> None:
    start = time.process_time()
    assert date_signed(text) is None
    assert printed_dates(text) == []
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Letter of the Council to the keepers of all ports,\ndated 12 March 1998, on wicks",
        "It was adopted in the form\nDated 12 March 1998, and changed later.",
        "A text.\n\nReferences\n\nLetter of the Council.\nDated 12 March 1998.",
        "A text.\n\n7. Notes\n\nLetter of the Council.\nDated 12 March 1998.",
    ],
)
def test_the_date_of_another_letter_is_not_that_of_a_signature(text: str) -> None:
    assert date_signed(text) is None


@pytest.mark.parametrize(
    "numbers",
    ["Version 3, Sheet 1, Copy 12, Drawer 4, Shelf 2", "Sheet 1, Shelf 2, Version 3, Drawer 4, Copy 12"],
)
def test_a_page_of_a_title_in_large_type_is_no_contents_list(tmp_path: Path, numbers: str) -> None:
    book = Book()
    book.add(L("Guild of Lanterns", size=11, gap=200))
    lines = numbers.split(", ")
    book.add(L("Lantern Code 2025", size=24, bold=True, gap=60), *(L(line, gap=14) for line in lines))
    book.add(*words(0), *words(1))
    assert facts_of(book.write(tmp_path / "a.pdf")).title.value == "Lantern Code 2025"


def test_a_contents_list_without_a_heading_is_no_title(tmp_path: Path) -> None:
    book = Book()
    book.add(L("3 May 2025", size=10, gap=200))
    lines = (
        "Care of ladders in wet orchards 3",
        "Winter storage 7",
        "Nets and ropes 11",
        "Night work 15",
        "Baskets 20",
    )
    book.add(*(L(line, size=18, bold=True, gap=14) for line in lines))
    book.add(L("Use of ladders", size=14, bold=True), *words(0), *words(1))
    assert facts_of(book.write(tmp_path / "a.pdf")).title.value == "Use of ladders"


def test_a_body_with_the_code_of_its_document_is_no_title(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("General Assembly A/RES/85/123", size=14, bold=True),
        L("Safe ladders for all orchards", size=13, bold=True, gap=30),
    )
    assert found.title.value == "Safe ladders for all orchards"


def test_the_head_of_news_and_the_name_beside_it_are_two(tmp_path: Path) -> None:
    found = text_facts(tmp_path / "a.txt", "MEDIA RELEASE Harbour Authority", "New lamps for all quays")
    assert found.title.value == "New lamps for all quays"
    assert found.issuer is not None and found.issuer.value == "Harbour Authority"
    assert found.kind is not None and found.kind.value == "press release"


def test_a_label_begins_a_paragraph_of_its_own(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Safe ladders for all orchards", bold=True),
        L("AGENCY: Bureau of Orchards", bold=True),
    )
    assert found.title.value == "Safe ladders for all orchards"


def test_the_office_that_gave_a_notice_has_issued_it(tmp_path: Path) -> None:
    found = text_facts(tmp_path / "a.txt", "등불의 안전에 관한 기준", "달빛해양청고시 제2025-3호")
    assert found.issuer is not None and found.issuer.value == "달빛해양청"


def test_the_date_of_a_signature_is_that_of_a_text_without_another(tmp_path: Path) -> None:
    signed = "Dated this 11th day of August 2025"
    found = text_facts(tmp_path / "a.txt", "Rules for ladders", end=f"{signed}\n\nA. Rowe, keeper of ladders").date
    assert found is not None and (found.value, found.how) == ("2025-08-11", "text")
    assert text_facts(tmp_path / "b.txt", "Rules for ladders", end=f"References\n\n{signed}").date is None
