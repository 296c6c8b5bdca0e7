"""Facts of files where what is printed largest, or first, is neither the title nor who issued it; in made-up words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.bibliography.bodies import is_body
from ingest.bibliography.case_titles import title_of_case
from ingest.bibliography.cover import CoverLine, Role, blocks, role_of
from ingest.bibliography.days import is_dated_line, printed_dates, year_of_a_line
from ingest.bibliography.title_signs import FirstPages
from ingest.bibliography.titles import find_title
from ingest.layout.layout import lay_out
from ingest.parse import Task, file_facts
from ingest.readers.markup import read_html
from ingest.readers.word import read_docx
from kb.catalog.kinds import kind_of_title, publication_kind
from tests.ingest.test_bibliography import first_page
from tests.pdfs import L

if TYPE_CHECKING:
    from pathlib import Path


def test_for_whom_and_with_whose_money_a_text_was_made_has_not_issued_it(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Evaluation of the Lamp Pilot", size=24, bold=True),
        L("Final report to the Department of Quiet Harbours", size=14, gap=14),
        L("Department of Quiet Harbours", gap=14),
        L("3 May 2025", gap=14),
    )
    assert found.issuer is None


def test_who_approved_a_policy_is_a_part_of_the_house(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Policy on Lamps in Warehouses", size=20, bold=True),
        L("Approved by Group Risk Committee", gap=14),
        L("Approval date 3 May 2025", gap=14),
    )
    assert found.issuer is None


@pytest.mark.parametrize("name", ["Templates for Lantern University of Crafts", "Committee LH-044"])
def test_a_thing_for_a_body_is_none(name: str) -> None:
    assert not is_body(name)
    assert is_body("Centre for Harbour Services")


@pytest.mark.parametrize("name", ["Universiteit Lampendam", "Garante per i Lumi", "Ministério das Marés"])
def test_bodies_of_further_languages(name: str) -> None:
    assert is_body(name)


def test_the_bodies_of_a_row_are_looked_for_line_by_line(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("De lampen van de haven", size=22, bold=True),
        L("Onderzoek", gap=30),
        L("Universiteit Lampendam | Lamp Research Group | 2022"),
    )
    assert found.issuer is not None and found.issuer.value == "Universiteit Lampendam"
    assert found.date is not None and found.date.value == "2022"


def test_a_mark_of_letters_is_no_title(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("APDN", size=24, bold=True),
        L("GUIDE PRATIQUE", size=12, gap=40),
        L("Informer les équipages des lampes", size=25, bold=True, gap=14),
    )
    assert found.title.value == "Informer les équipages des lampes"
    assert found.kind is not None and found.kind.value == "guideline"


def test_an_author_in_capitals_above_a_title_is_no_title(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("MARINA PEISLKOV", size=14, bold=True),
        L("LAMP TEMPLATES FOR THE LIBRARY", size=30, bold=True, gap=20),
    )
    assert found.title.value.casefold() == "lamp templates for the library"


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Author’s Guide to Lamp Styles", Role.TEXT),
        ("Author: J. Doe", Role.NOISE),
        ("Politique de confidentialité", Role.TEXT),
        ("Strictly confidential", Role.NOISE),
        ("BOLETÍN OFICIAL DE LAS COSTAS", Role.GENRE),
        ("Austria, Chile and Kenya:* draft resolution", Role.GENRE),
        ("Draft for public comment – closes soon", Role.GENRE),
    ],
)
def test_roles_of_lines(line: str, role: Role) -> None:
    assert role_of(line) is role


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("30 de agosto del 2008", "2008-08-30"),
        ("11. 11. 2011", "2011-11-11"),
        ("24 de novembro de 2018, v-1.9.7", "2018-11-24"),
        ("Revised November 2010", "2010-11"),
    ],
)
def test_lines_that_are_dates(text: str, day: str) -> None:
    assert is_dated_line(text)
    assert [found.iso for found in printed_dates(text)] == [day]


@pytest.mark.parametrize(("text", "year"), [("1994-2022", "2022"), ("2018, v-1.9.7", "2018"), ("2018 lamps", "")])
def test_a_year_on_a_line_of_its_own(text: str, year: str) -> None:
    found = year_of_a_line(text)
    assert (found.iso if found else "") == year


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Código de conducta para las lámparas", "guideline"),
        ("Linee guida sulle lampade", "guideline"),
        ("Politique de confidentialité", "policy"),
        ("Lei nº 15, de 17 de setembro de 2025", "law"),
        ("2025년 등대 조사표", "questionnaire"),
    ],
)
def test_kinds_of_further_languages(title: str, kind: str) -> None:
    assert kind_of_title(title) == kind


def test_a_draft_resolution_is_a_draft_and_an_opinion_on_one_is_none() -> None:
    assert publication_kind("Lamps at sea", "Chile:* draft resolution") == "draft"
    assert publication_kind("Opinion 7/2025 on the draft decision of the keeper", "") == "guideline"


def test_the_cells_of_a_korean_head_are_read_in_pairs(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    table = document.add_table(3, 4)
    rows = [
        ("㈜한빛등대", "사내 규정", "문서번호", "HL-IT-017"),
        ("제목", "등대 보안 관리 지침", "제정일", "2024. 5. 2."),
        ("주관부서", "보호팀", "개정일", "2025. 10. 13."),
    ]
    for at, row in enumerate(rows):
        for n, text in enumerate(row):
            table.cell(at, n).text = text
    document.add_heading("1. 목적", 1)
    document.add_paragraph("등대지기는 매년 등불을 점검한다. " * 6)
    document.save(str(tmp_path / "a.docx"))
    content = read_docx(tmp_path / "a.docx")
    laid = lay_out(content.pages, content.outline, content.notes)
    found = file_facts(Task(tmp_path / "a.docx", "0" * 64), "", laid, content.metadata)
    assert found.title.value == "등대 보안 관리 지침"
    assert found.date is not None and found.date.value == "2025-10-13"


def test_the_heading_of_a_page_is_its_title_and_not_the_name_of_the_site(tmp_path: Path) -> None:
    body = "<p>Nous gardons les lampes du port avec soin et nous les gardons longtemps.</p>" * 5
    (tmp_path / "a.html").write_text(
        "<html><head><title>Politique de confidentialité | Marée Basse</title></head><body><span>Marée Basse</span>"
        f"<h1>Politique de confidentialité</h1>{body}</body></html>",
        "utf-8",
    )
    content = read_html(tmp_path / "a.html")
    laid = lay_out(content.pages, content.outline, content.notes)
    found = file_facts(Task(tmp_path / "a.html", "0" * 64), "text/html", laid, content.metadata)
    assert found.title.value == "Politique de confidentialité"


def test_a_motto_beside_what_heads_news_is_no_title(tmp_path: Path) -> None:
    made = blocks(
        [
            CoverLine("보도자료", 1, 60, 150, 0.1, 1.9, True, Role.GENRE),
            CoverLine("다시 빛나는 바다", 1, 180, 300, 0.1, 1.9, True, Role.TEXT),
            CoverLine("고위험 등대 사전점검, 작은 항구까지 넓힌다", 1, 60, 400, 0.2, 1.84, True, Role.TEXT),
        ]
    )
    found = find_title(FirstPages(tuple(made), "", "", lambda _: False, True))
    assert found is not None and found.text == "고위험 등대 사전점검, 작은 항구까지 넓힌다"


def _lines(*texts: str) -> list[CoverLine]:
    return [CoverLine(text, 1, 60, 300, 0.05 + 0.04 * n, 1.0, False, role_of(text)) for n, text in enumerate(texts)]


def test_a_decision_of_a_court_is_named_by_its_case_or_its_parties() -> None:
    korean = _lines(
        "바다지방법원", "판 결", "사 건 2024가합51234 손해배상(기)", "원 고 김파랑", "판결선고 2025. 7. 10."
    )
    assert title_of_case(blocks(korean)) == ("2024가합51234 손해배상(기)", 2)
    english = _lines(
        "IN THE HIGH COURT OF LANTERNS", "Between:", "KEEPERS UNION", "Claimant", "- and -", "LAMP OFFICE", "Defendant"
    )
    found = title_of_case(blocks(english))
    assert found is not None and found[0] == "KEEPERS UNION v LAMP OFFICE"
    assert title_of_case(blocks(_lines("Between the lamps", "Applicants", "Respondents"))) is None


def test_a_name_behind_another_label_has_not_issued_the_text(tmp_path: Path) -> None:
    def page(label: str) -> str | None:
        found = first_page(
            tmp_path / f"{len(label)}.pdf",
            L("Report on a Summer among Lamps", size=24, bold=True),
            L(label, gap=40),
            L("Quiet Harbour Media GmbH", gap=6, size=12),
        )
        return found.issuer.value if found.issuer else None

    assert page("Place of work:") is None
    assert page("Published by:") == "Quiet Harbour Media GmbH"


def test_a_decision_of_a_commission_is_named_by_its_matter() -> None:
    lines = _lines("등대보호위원회", "의 결", "안건명 등불의 자동화된 결정 시정조치에 관한 건", "피심인 주식회사 등불")
    assert title_of_case(blocks(lines)) == ("등불의 자동화된 결정 시정조치에 관한 건", 2)


def test_an_opinion_on_a_bill_is_neither_a_draft_nor_a_law() -> None:
    assert publication_kind("Avis n° 7 du 22 mai sur le projet de loi relatif aux lampes", "") == "guideline"
    assert publication_kind("Projet de règlement sur les lampes", "") == "draft"
    assert kind_of_title("Leitlinie zum Einsatz von Lampen") == "guideline"
    assert role_of("Journal of Lamps | proof pp. 1–9") is Role.NOISE
