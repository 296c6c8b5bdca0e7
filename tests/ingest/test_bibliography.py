"""Title, issuer, date, number, language and kind of files, each with its evidence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from ingest.bibliography.bodies import is_body
from ingest.bibliography.cover import is_spaced, joined_lines
from ingest.bibliography.days import (
    copyright_year,
    date_of_act,
    dates_of_issue,
    is_dated_line,
    number_in,
    printed_dates,
)
from ingest.bibliography.ids import readable_id
from ingest.bibliography.titles import recased, title_words
from ingest.layout.layout import lay_out
from ingest.parse import Task, file_facts
from ingest.readers.markup import read_html
from ingest.readers.pdf import read_pdf
from ingest.readers.plain import read_plain
from kb.catalog.kinds import publication_kind
from kb.text.languages import language_of_document
from kb.text.romanisation import romanised
from tests.paths import ROOT, shared_folder
from tests.pdfs import Book, L, words

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.bibliography.facts import Facts


def facts_of(path: Path) -> Facts:
    pages, outline, metadata, notes = read_pdf(path)
    return file_facts(Task(path, "0" * 64), "application/pdf", lay_out(pages, outline, notes), metadata)


def first_page(path: Path, *lines: L | str) -> Facts:
    book = Book()
    book.add(*lines, L(words(0)[0], gap=30), *words(0)[1:], *words(1), *words(2))
    return facts_of(book.write(path))


def page_facts(path: Path, head: str, *lines: str) -> Facts:
    """The facts of a page of HTML with these lines above a text."""
    text = " ".join(" ".join(words(n)) for n in range(3))
    body = "".join(f"<p>{line}</p>" for line in lines)
    path.write_text(f"<html><head>{head}</head><body>{body}<p>{text}</p></body></html>", "utf-8")
    content = read_html(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    return file_facts(Task(path, "0" * 64), "text/html", laid, content.metadata)


@pytest.mark.parametrize(
    ("head", "lines", "issuer"),
    [
        (
            '<meta name="dcterms.creator" content="Web Office"><meta name="author" content="Harbour Authority">',
            ("<h1>Guidelines on night lamps</h1>",),
            "Harbour Authority",
        ),
        (
            '<meta name="DC.creator" content="Web Office"><meta name="publisher" content="Harbour Authority">',
            ("<h1>Guidelines on night lamps</h1>",),
            "Harbour Authority",
        ),
        (
            '<meta name="dcterms.creator" content="Web Office">',
            ("Harbour Authority, Policy No. 3/2031", "<h1>Guidelines on night lamps</h1>"),
            "Harbour Authority",
        ),
        (
            '<meta name="dcterms.creator" content="Harbour Authority">',
            ("<h1>Guidelines on night lamps</h1>",),
            "Harbour Authority",
        ),
        (
            '<title>Guidelines on night lamps – City Library</title><meta name="author" content="Harbour Authority">',
            ("<h1>Guidelines on night lamps – City Library</h1>",),
            "Harbour Authority",
        ),
        (
            "<title>Guidelines on night lamps - Harbour Authority</title>",
            ("<h1>Guidelines on night lamps</h1>",),
            "Harbour Authority",
        ),
    ],
)
def test_who_made_a_page_or_stands_behind_a_dash_outranks_no_author(
    tmp_path: Path, head: str, lines: tuple[str, ...], issuer: str
) -> None:
    found = page_facts(tmp_path / "page.html", head, *lines).issuer
    assert found is not None and found.value == issuer


def test_what_stands_above_a_title_is_not_the_title(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("EN EN", size=24),
        L("ORCHARD", size=12, gap=8),
        "COUNCIL",
        L("Gate Town, 3.4.2031", x=300, gap=6),
        L("OC(2031) 77 final", x=300),
        L("COMMUNICATION FROM THE COUNCIL", size=14, gap=20),
        L("Guidelines on the mending of ladders", size=16, gap=14),
        L("and the drawing of nets", size=16),
    )
    assert (found.title.value, found.title.how) == (
        "Guidelines on the mending of ladders and the drawing of nets",
        "title page",
    )
    assert found.issuer is not None and found.issuer.value == "Orchard Council"
    assert found.date is not None and found.date.value == "2031-04-03"
    assert found.number is not None and found.number.value == "OC(2031) 77 final"
    assert found.kind is not None and found.kind.value == "guideline"


def test_contents_set_in_the_largest_type_are_not_the_title(tmp_path: Path) -> None:
    found = first_page(tmp_path / "a.pdf", L("CONTENTS", size=26), L("Report on small gates", size=15, gap=20))
    assert found.title.value == "Report on small gates"


def test_a_part_is_named_with_the_title_that_several_files_share(tmp_path: Path) -> None:
    book = Book()
    book.add(L("Code of practice for orchards", size=30), L("Ladders chapter", size=20, gap=30))
    book.flow([*words(0), *words(1), *words(2)])
    assert facts_of(book.write(tmp_path / "a.pdf")).title.value == "Code of practice for orchards: Ladders chapter"


def test_the_first_chapter_of_a_short_act_is_no_part_of_its_title(tmp_path: Path) -> None:
    articles = [f"Article {n} The keeper looks after ladder {n}." for n in range(1, 9)]
    found = first_page(
        tmp_path / "a.pdf", L("Act on ladders", size=20), L("Chapter 1 General", size=14, gap=8), *articles
    )
    assert found.title.value == "Act on ladders"


def test_a_number_of_a_series_is_named_with_the_title_below_it(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Guidance 04/2031", size=24),
        L("Care of nets", size=16, gap=8),
        "Orchard Agency, 3 May 2031",
    )
    assert found.title.value == "Guidance 04/2031: Care of nets"
    assert found.issuer is not None and found.issuer.value == "Orchard Agency"


def test_where_nothing_is_said_nothing_is_known(tmp_path: Path) -> None:
    found = first_page(tmp_path / "a.pdf", L("Ladders", size=20))
    assert (found.issuer, found.date, found.number, found.kind) == (None, None, None, None)


def test_a_person_is_no_issuer_and_a_body_in_the_text_neither(tmp_path: Path) -> None:
    found = first_page(tmp_path / "a.pdf", L("Ladders at home", size=20), L("Ada Keeper", gap=6))
    assert found.issuer is None
    book = Book()
    book.add(
        L("Ladders at home", size=20),
        "This paper was shown to the Orchard Council in May and to others later on.",
        *words(1),
    )
    assert facts_of(book.write(tmp_path / "b.pdf")).issuer is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("18 December 2024", "2024-12-18"),
        ("Vilnius, 5.IX.2024", "2024-09-05"),
        ("2020. 12. 23", "2020-12-23"),
        ("2026년 1월", "2026-01"),
        ("December 3, 2025", "2025-12-03"),
        ("3 de mayo de 2026", "2026-05-03"),
        ("12. März 2024", "2024-03-12"),
        ("Last update: 2 March 2020", "2020-03-02"),
        ("Version 3 · 2 May 2026", "2026-05-02"),
        ("September 2015", "2015-09"),
    ],
)
def test_dates_as_title_pages_print_them(text: str, iso: str) -> None:
    assert [day.iso for day in printed_dates(text)] == [iso]
    assert is_dated_line(text)


def test_no_date_is_made_of_what_is_none() -> None:
    assert printed_dates("31 February 2024, 2024/1689, 45.13.2024") == []
    assert not is_dated_line("The keeper came on 3 May 2031 and left")
    assert not is_dated_line("발행일" + " " * 50_000 + "2031")


def test_the_date_of_an_act_is_that_of_its_adoption() -> None:
    act = date_of_act("REGULATION (HC) 2031/12 OF THE COUNCIL of 13 June 2031 on ladders, amending one of 2 May 2020")
    assert act is not None and act.iso == "2031-06-13"
    korean = date_of_act("[시행 2025. 3. 1.] [법률 제99999호, 2024. 12. 1., 제정]")
    assert korean is not None and korean.iso == "2024-12-01"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("C(2031) 5052 final", "C(2031) 5052 final"),
        ("ISO/IEC 42001:2023", "ISO/IEC 42001:2023"),
        ("[법률 제99999호, 2024. 12. 1., 제정]", "법률 제99999호"),
        ("UFC 3-580-01", "UFC 3-580-01"),
        ("Opinion 7/2025 of the Council", "Opinion 7/2025"),
        ("Ladders and nets", ""),
    ],
)
def test_numbers_that_publications_go_by(text: str, number: str) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Orchard Act 2031", "law"),
        ("사과나무의 보호에 관한 법률", "law"),
        ("Draft guidance on ladders", "draft"),
        ("Policy on the use of ladders", "policy"),
        ("Guidelines on nets under Regulation (EU) 2031/1", "guideline"),
        ("Report on the Orchard Act", "report"),
        ("사다리 점검표", "questionnaire"),
        ("보도자료", "press release"),
        ("Standard for ladders", "standard"),
        ("What are ladders?", ""),
    ],
)
def test_kinds_by_the_word_of_the_title(text: str, kind: str) -> None:
    assert publication_kind(text, "") == kind


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Orchard Council", True),
        ("MINISTRY OF ORCHARDS AND NETS", True),
        ("과학기술정보통신부", True),
        ("관계부처 합동", True),
        ("Guidelines of the Orchard Council", False),
        ("Ada Keeper", False),
        ("The council meets when it rains", False),
    ],
)
def test_bodies_by_their_names(text: str, is_one: bool) -> None:
    assert is_body(text) is is_one


def test_titles_in_capitals_are_written_as_the_text_writes_them() -> None:
    body = "The AI of the orchard. Our Rules for the AI of ladders are short. AI helps."
    assert recased("RULES FOR THE AI OF LADDERS", body) == "Rules for the AI of ladders"
    assert recased("LADDERS AND NETS IN AI", body) == "Ladders and Nets in AI"
    assert recased("RED LAMP RULES", "RED LAMP RULES\nThe lamp is red.") == "Red Lamp Rules"


def test_letters_that_stand_apart() -> None:
    assert is_spaced("H A R B O U R L A M P")
    assert is_spaced("보 도 자 료")
    assert not is_spaced("A plan to go on")


def test_languages_that_are_not_known_are_other() -> None:
    polish = (
        "Sad i ogród, o którym mowa, jest otwarty w lecie i jesienią, a drabina stoi przy bramie i czeka na gości. "
        * 12
    )
    swedish = (
        "Trädgården är öppen på sommaren och stegen står vid grinden där gästerna kan låna den av vaktmästaren. " * 12
    )
    italian = (
        "Il giardino di cui si parla è aperto in estate e la scala sta vicino alla porta per gli ospiti della casa. "
        * 12
    )
    assert [language_of_document(text) for text in (polish, swedish, italian, "1 2 3")] == [
        "other",
        "other",
        "it",
        "other",
    ]
    assert language_of_document(" ".join(words(0)) * 9) == "en"


def test_ids_can_be_read() -> None:
    assert romanised("윤리기준") == "yunrigijun"
    assert (
        readable_id("사과나무의 안전한 사용에 관한 법률", "law")
        == "sagwanamuui-anjeonhan-sayonge-gwanhan-beopryul"[:44].rpartition("-")[0]
    )
    assert readable_id("Правила", "ladder-rules-ru") == "ladder-rules-ru"
    assert readable_id("规则", "规则") == "document"
    assert readable_id("Ladders: care & use", "x") == "ladders-care-use"


TABLE = ROOT / "tests" / "data" / "bibliography.tsv"


def fingerprint(words: list[str]) -> str:
    """Words as the table keeps them: how many, and the beginning of their SHA-256, so that no publication is copied."""
    return f"{len(words)}:{hashlib.sha256(' '.join(words).encode()).hexdigest()[:16]}"


def table() -> list[tuple[str, str, list[str], str, str, list[str]]]:
    """Our own reading of files below ../shared; an empty issuer, date or kind: the file does not say."""
    lines = TABLE.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(path, title, i.split("|"), date, language, k.split("|")) for path, title, i, date, language, k in rows]


@pytest.mark.documents
@pytest.mark.slow
def test_facts_of_forty_files_are_right_and_no_issuer_is_wrong() -> None:
    shared = shared_folder(".")
    if shared is None:
        pytest.skip("../shared is not at hand")
    rows = [row for row in table() if (shared / row[0]).is_file()]
    assert len(rows) >= 40
    right = dict.fromkeys(("title", "issuer", "date", "language", "kind"), 0)
    misses: list[str] = []
    wrong_issuers: list[str] = []
    for path, title, issuers, date, language, kinds in rows:
        found = facts_of(shared / path)
        issuer = found.issuer.value if found.issuer else ""
        checks = {
            "title": fingerprint(title_words(found.title.value)[: int(title.partition(":")[0])]) == title,
            "issuer": issuer in issuers or fingerprint(issuer.split()) in issuers,
            "date": (found.date.value if found.date else "") == date,
            "language": found.language.value == language,
            "kind": (found.kind.value if found.kind else "") in kinds,
        }
        for key, holds in checks.items():
            right[key] += holds
            misses += [] if holds else [f"{path}: {key}"]
        if issuer and not checks["issuer"]:
            wrong_issuers.append(f"{path}: {issuer}")
    rates = {key: n / len(rows) for key, n in right.items()}
    print({key: f"{rate:.3f}" for key, rate in rates.items()}, "of", len(rows), "files; not right:", misses)  # noqa: T201 (the rates)
    assert wrong_issuers == []
    assert min(rates.values()) >= 0.95, misses


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("부두법", "law"), ("한국등불언어법", "law"), ("등불 관리 방법", ""), ("등불 사용법", "guideline"),
        ("등대시 등불 기본조례", "law"), ("Lamp Input Method", ""), ("Input to the lamp review", "report"),
        ("Lampenhandbuch", "guideline"), ("Charter of the Quay", "policy"), ("Charter of Fundamental Rights", "law"),
        ("부두 헌장", "policy"), ("Lampen – Installationsanleitung", "guideline"),
        ("Gebruikershandleiding voor lampen", "guideline"), ("Resolução n.º 7, de 2 de maio de 2031", "law"),
        ("Advisory on lamps", "guideline"),
    ],
)  # fmt: skip
def test_kinds_by_words_that_are_part_of_others(title: str, kind: str) -> None:
    assert publication_kind(title, "") == kind


def test_the_name_of_a_file_below_the_title_is_no_part_of_it(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("A Quay Keeper's Input Method", size=19),
        L("quaylamp.sty", size=15, gap=4),
        L("2031/09/07 v0.5.2", size=15, gap=10),
    )
    assert found.title.value == "A Quay Keeper's Input Method"
    assert found.date is not None and found.date.value == "2031-09-07"


def test_a_point_c_of_a_list_is_no_copyright_line() -> None:
    text = "© 2021 Lamp Foundation. Members (c) reach a harbour without oil by 2024. Copyright 2099 by nobody yet."
    found = copyright_year(text)
    assert found is not None and found.iso == "2021"


def test_a_korean_office_is_known_by_its_head_its_acts_and_its_units(tmp_path: Path) -> None:
    by_unit = page_facts(
        tmp_path / "a.html", "", "물결등부", "<h1>부두 등불 안내서</h1>", "2031. 12.", "담당: 물결등부 등불안전과"
    )
    assert by_unit.issuer is not None and by_unit.issuer.value == "물결등부"
    assert by_unit.date is not None and by_unit.date.value == "2031-12"
    by_act = page_facts(
        tmp_path / "b.html",
        "",
        "물결등부고시 제2031-17호",
        "<h1>등불 밝기에 관한 기준</h1>",
        "2031년 6월 2일",
        "물결등부장관",
    )
    assert by_act.issuer is not None and by_act.issuer.value == "물결등부"
    assert by_act.date is not None and by_act.date.value == "2031-06-02"
    department = page_facts(tmp_path / "c.html", "", "물결등부", "<h1>부두 등불 안내서</h1>", "물결등부장 김지기")
    assert department.issuer is None


def test_the_head_of_a_news_release_is_a_table_whose_cells_are_read_one_by_one(tmp_path: Path) -> None:
    row = "<tr><td>{}</td><td>{}</td></tr>".format
    rows = row("보도자료", "물결등부") + row("보도시점", "2031. 8. 20.(수) 12:00 이후")
    found = page_facts(tmp_path / "a.html", "", f"<table>{rows}</table>", "<h1>물결등부, 등불의 점검 기준 마련</h1>")
    assert found.title.value == "물결등부, 등불의 점검 기준 마련"
    assert [f.value for f in (found.issuer, found.date, found.kind) if f] == ["물결등부", "2031-08-20", "press release"]


def test_the_house_whose_rule_it_is_and_the_day_of_its_last_change(tmp_path: Path) -> None:
    rows = "<table><tr><td>제정</td><td>2030. 3. 2.</td></tr><tr><td>개정</td><td>2031. 9. 1.</td></tr></table>"
    first = '제1조(목적) 이 규정은 ㈜물결등(이하 "회사"라 한다)의 등불 활용에 필요한 사항을 정한다.'
    found = page_facts(tmp_path / "a.html", "", "<h1>등불 활용 규정</h1>", rows, first)
    assert [f.value for f in (found.issuer, found.date, found.kind) if f] == ["㈜물결등", "2031-09-01", "policy"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2031. 12.", ["2031-12"]),
        ("Please answer by 30 June 2031", []),
        ("Voting begins on: 4 March 2031", []),
        ("Next review: May 2032", []),
        ("2031. 8. 20.까지 제출", []),
        ("Erlass: 7. Juli 2031 Inkraftsetzung: 1. Januar 2032", ["2031-07-07"]),
    ],
)
def test_deadlines_and_days_of_effect_are_no_dates_of_issue(text: str, iso: list[str]) -> None:
    assert [day.iso for day in dates_of_issue(text)] == iso


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Commission nationale des phares et des lampes", True),
        ("Autorité européenne des quais", True),
        ("Consejo general de faros", True),
        ("Lampenaufsicht LA", True),
        ("Conseil sur les lampes du quai", False),
        ("Consejo", False),
    ],
)
def test_bodies_with_small_letters_and_in_one_word(text: str, is_one: bool) -> None:
    assert is_body(text) is is_one


def test_a_french_act_stands_below_the_body_that_took_it(tmp_path: Path) -> None:
    found = page_facts(
        tmp_path / "a.html",
        "",
        "<b>Commission nationale des phares</b>",
        "Délibération n° 2031-088 du 5 juin 2031 portant adoption d'une recommandation relative aux lampes",
        "La Commission nationale des phares,",
    )
    assert found.title.value.startswith("Délibération n° 2031-088") and found.title.value.endswith("lampes")
    assert [f.value for f in (found.issuer, found.kind) if f] == ["Commission nationale des phares", "guideline"]


def test_the_draft_of_a_standard_is_called_by_its_subject(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("DRAFT INTERNATIONAL STANDARD", size=18),
        L("QSO/DIS 40117", size=18),
        L("Voting begins on: 2031-03-04", size=9, gap=6),
        L("Harbour lamps: Requirements for records", size=20, gap=40),
        L("© QSO 2021", size=9, gap=20),
    )
    assert found.title.value == "Harbour lamps: Requirements for records"
    assert found.issuer is not None and found.issuer.value == "QSO"
    assert found.kind is not None and found.kind.value == "draft"


def test_a_title_goes_on_below_a_gap_and_below_the_name_of_its_subject(tmp_path: Path) -> None:
    wide = first_page(
        tmp_path / "a.pdf", L("Keeper's manual for", size=18), L("Lamps, Nets and Ladders", size=18, gap=60)
    )
    assert wide.title.value == "Keeper's manual for Lamps, Nets and Ladders"
    named = first_page(tmp_path / "b.pdf", L("Lamp Layout Engine", size=26), L("LLE 4.3 User Manual", size=20, gap=14))
    assert named.title.value == "Lamp Layout Engine: LLE 4.3 User Manual"


def test_the_line_below_a_title_may_say_what_it_is(tmp_path: Path) -> None:
    found = page_facts(tmp_path / "a.html", "", "<h1>Lamps that learn</h1>", "Guidance for keepers of small quays")
    assert found.kind is not None and found.kind.value == "guideline"
    other = page_facts(tmp_path / "b.html", "", "<h1>Lamps that learn</h1>", "Policy people met at the quay")
    assert other.kind is None


def test_the_holder_of_a_copyright_of_many_years_and_a_body_with_its_address(tmp_path: Path) -> None:
    held = first_page(
        tmp_path / "a.pdf",
        L("Lamp Manual", size=20),
        L("Copyright (C) 2018, 2019, 2021 Lamp Foundation, Inc. <https://lamp.example>", gap=20),
    )
    assert held.issuer is not None and held.issuer.value == "Lamp Foundation"
    site = first_page(
        tmp_path / "b.pdf", L("Lamp Database", size=20), L("Quay Lamp Group (http://lamp.example)", gap=8)
    )
    assert site.issuer is not None and site.issuer.value == "Quay Lamp Group"


def test_a_beginning_of_names_does_not_settle_the_language(tmp_path: Path) -> None:
    names = "Zorv Qatlim Brexo Nudwik Pelgra Tovmi " * 700
    path = tmp_path / "a.html"
    path.write_text(f"<h1>Lamps</h1><p>{names}</p><p>{' '.join(words(0)) * 300}</p>", "utf-8")
    content = read_html(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    assert file_facts(Task(path, "0" * 64), "text/html", laid, content.metadata).language.value == "en"


def test_a_large_subtitle_and_the_series_of_a_report_belong_to_it(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Working Report 7/2031", size=12),
        L("LAMPS AND LABOUR", size=28, gap=60),
        L("HOW LIGHTS CHANGE THE WORK", size=17, gap=8),
        L("OF KEEPERS IN SMALL HARBOURS", size=17),
        L("Quay Institute | Yearly meeting", size=12, gap=60),
    )
    assert title_words(found.title.value) == title_words(
        "Working Report 7/2031: Lamps and labour: How lights change the work of keepers in small harbours"
    )
    assert [f.value for f in (found.issuer, found.kind) if f] == ["Quay Institute", "report"]
    persons = first_page(tmp_path / "b.pdf", L("Lamps", size=28), L("Ada Keeper and Ben Wick of Quay", size=17, gap=8))
    assert persons.title.value == "Lamps"


def test_a_date_on_a_line_of_its_own_ends_the_title_of_a_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    body = "\n\n".join(" ".join(words(n)) for n in range(4))
    path.write_text(f"          QUAY LAMP LICENCE\n       Version 3, 29 June 2021\n\n{body}\n", "utf-8")
    content = read_plain(path)
    laid = lay_out(content.pages, content.outline, content.notes)
    found = file_facts(Task(path, "0" * 64), "text/plain", laid, content.metadata)
    assert title_words(found.title.value) == ["quay", "lamp", "licence"]
    assert found.date is not None and found.date.value == "2021-06-29"


def test_the_banner_of_a_site_is_no_part_of_a_title_and_a_project_may_be_its_author(tmp_path: Path) -> None:
    head = '<meta name="author" content="The Quay Project. &lt;https://quay.example/&gt;">'
    found = page_facts(
        tmp_path / "a.html", head, "<h1>Quay Lamp Mailer</h1>", "<h2>Specification of the lamp mail</h2>"
    )
    assert "Mailer: Spec" not in found.title.value
    assert found.issuer is not None and found.issuer.value == "Quay Project"


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        (("2031년 1월 15일 제정",), "2031-01-15"),
        (("Édition 2021",), "2021"),
        (("Copyright 2004-21 Ada Keeper",), "2021"),
        (("QLS X 1234:2021",), "2021"),
    ],
)
def test_days_with_what_was_done_on_them_and_years_of_editions(
    tmp_path: Path, lines: tuple[str, ...], date: str
) -> None:
    found = page_facts(tmp_path / "a.html", "", "<h1>Lamps at the quay</h1>", *lines)
    assert found.date is not None and found.date.value == date


def test_the_site_of_a_product_or_of_a_licence_is_no_issuer(tmp_path: Path) -> None:
    said = ["Lampa reads the lamps.", *("Lampa and the LQU are here.",) * 6]
    product = first_page(tmp_path / "a.pdf", L("Lamp Reader", size=20), "See www.lampa.example", *said)
    assert product.issuer is None
    licence = first_page(tmp_path / "b.pdf", L("Lamp Reader", size=20), "The licence is at www.lqu.example", *said)
    assert licence.issuer is None
    own = first_page(tmp_path / "c.pdf", L("Lamp Reader", size=20), "Quay Street 7, www.lqu.example", *said)
    assert own.issuer is not None and own.issuer.value == "LQU"


def test_a_firm_of_two_names_and_a_head_with_its_address(tmp_path: Path) -> None:
    assert is_body("Wick & Sons Inc.")
    book = Book()
    for n in range(4):
        book.add(L("Lamp Colours", size=20), *words(n), head="Lamp Software Inc. www.lamp.example")
    found = facts_of(book.write(tmp_path / "a.pdf"))
    assert found.issuer is not None and found.issuer.value.startswith("Lamp Software")


def test_figures_that_a_pdf_sets_apart_are_closed_in_titles(tmp_path: Path) -> None:
    found = page_facts(tmp_path / "a.html", "", "<h1>제 3 차 부두 등불 계획</h1>")
    assert found.title.value == "제3차 부두 등불 계획"


def test_a_licence_that_names_its_publisher_names_no_issuer(tmp_path: Path) -> None:
    terms = "under the Lamp Documentation License, Version 1.1 or any later version published by the Lamp Foundation"
    assert first_page(tmp_path / "a.pdf", L("Quay Manual", size=20), terms).issuer is None
    assert not is_body("Network Lamp Tools User Manual")
    plain = "Lampenamt der Stadt"
    assert is_body(plain) and is_body("물결병원")


def test_a_word_that_breaks_before_its_last_syllable_is_whole() -> None:
    assert joined_lines(["부두 활용 결과보고", "서"]) == "부두 활용 결과보고서"
    assert publication_kind("부두 활용 결과보고서", "") == "report"


def test_the_name_of_the_authors_and_a_sentence_below_a_text_are_no_title(tmp_path: Path) -> None:
    found = first_page(tmp_path / "a.pdf", L("lampa FAQ", size=20), L("lampa Development Team", size=17, gap=8))
    assert found.title.value == "lampa FAQ"


def test_a_law_that_something_is_about_is_not_its_kind() -> None:
    assert publication_kind("Frequently asked questions about the Lamp Act", "") == ""
    assert publication_kind("The Lamp Act", "") == "law"


def test_a_position_on_rules_is_the_position_of_who_answers(tmp_path: Path) -> None:
    found = first_page(
        tmp_path / "a.pdf",
        L("Position Paper", size=12),
        L("Fair rules for lamps", size=24, gap=10),
        L("Response of the Quay Association to the consultation", size=14, gap=14),
    )
    assert [f.value for f in (found.issuer, found.kind) if f] == ["Quay Association", "report"]


def test_dates_and_places_of_acts(tmp_path: Path) -> None:
    act = date_of_act("Real Decreto 77/2031, de 2 de abril, por el que se regulan las lámparas")
    assert act is not None and act.iso == "2031-04-02"
    ordinance = page_facts(tmp_path / "a.html", "", "<h1>물결시 등불 기본조례</h1>", "(제정) 2031.05.20 조례 제412호")
    assert ordinance.issuer is not None and ordinance.issuer.value == "물결시"
    month = page_facts(tmp_path / "b.html", "", "<h1>Lamp Manual</h1>", "Lamp version 2.9", "2021-10")
    assert month.date is not None and month.date.value == "2021-10"


def test_the_number_and_the_kind_on_lines_of_their_own_are_no_title(tmp_path: Path) -> None:
    notice = page_facts(
        tmp_path / "a.html", "", "물결부 공고 제2031-203호", "<h1>등불 지원사업 공고</h1>", "2031년 2월 13일"
    )
    assert notice.title.value == "등불 지원사업 공고"
    assert notice.issuer is not None and notice.issuer.value == "물결부"
    form = page_facts(tmp_path / "b.html", "", "설문지", "<h1>등불지기 인식</h1>", "조사 기간: 2031. 6. 1. ~ 6. 14.")
    assert (form.title.value, form.kind.value if form.kind else "", form.date) == (
        "등불지기 인식",
        "questionnaire",
        None,
    )
    spec = first_page(
        tmp_path / "c.pdf",
        L("Technical Specification", size=14),
        L("QTS 204 117 V1.3.1 (2021-06)", size=14, gap=6),
        L("Lamp networks; Messages; Part 2: Faults", size=20, gap=20),
    )
    assert spec.title.value == "Lamp networks; Messages; Part 2: Faults"
    assert [f.value for f in (spec.date, spec.kind) if f] == ["2021-06", "standard"]


def test_the_year_at_the_end_of_a_title_belongs_to_it(tmp_path: Path) -> None:
    found = first_page(tmp_path / "a.pdf", L("Quay Report and Accounts", size=26), L("2030/31", size=26))
    assert found.title.value == "Quay Report and Accounts 2030/31"


def test_to_report_is_no_report() -> None:
    assert publication_kind("How to report a broken lamp", "") == ""
    assert publication_kind("Arrêté du 9 mai 2031 relatif aux lampes", "") == "law"
