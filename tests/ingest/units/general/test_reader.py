"""Any numbered document: small layouts of each kind of numbering, in our own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.layout.layout import Layout
from ingest.layout.line_features import line_features
from ingest.parse import catalog
from ingest.units import find_units
from ingest.units.general.marks import marks_of
from ingest.units.numbering_check import Proof, check_numbering
from kb.types import Edition, Unit
from tests.ingest.layouts import Row, make_layout
from tests.wording import english

UNKNOWN: Edition = replace(
    catalog().get("coe-cets-225"),
    doc_id="file-x",
    urn="urn:kb:file:x:1",
    scheme="outline",
    expected=(),
    in_catalog=False,
)
TEXT = "The keeper of the quay writes down who moored here and reads the list again in spring."


def body(words: str, x: float = 50) -> Row:
    return (words, x, 1.0, False)


def head(words: str, size: float = 1.2, x: float = 50) -> Row:
    return (words, x, size, False)


def read(*pages: list[Row]) -> tuple[Layout, dict[str, Unit], Proof]:
    layout = make_layout(pages)
    units, _ = find_units(layout, UNKNOWN)
    proof = check_numbering(layout, units, UNKNOWN)
    return layout, {u.unit_id.removeprefix(f"{UNKNOWN.urn}:"): u for u in units}, proof


def words_of(layout: Layout, unit: Unit) -> str:
    return " ".join(layout.text[unit.span.start : unit.span.end].split())


def test_a_short_run_that_begins_again_like_the_others_is_one_of_them() -> None:
    rows = []
    for section, last in (("Section 1 Lamps", 3), ("Section 2 Ropes", 3), ("Section 3 Bells", 2)):
        rows.append(head(section))
        rows += [body(f"1.{n} {TEXT}") for n in range(1, last + 1)]
    _, units, _ = read(rows)
    assert "section:3-1.2" in units and units["section:3-1.2"].path == "Section 3, 1.2"
    assert "section:1-1.3" in units


# --- headings and paragraphs side by side ----------------------------------------------------------------------------


def guideline() -> list[list[Row]]:
    contents = [
        head("Contents", 1.4),
        body("1. Moorings .... 2"),
        body("2. Ropes .... 2"),
        body("2.1. Knots .... 2"),
        body("2.2. Ropes of the outer quay and what they carry when the tide is out .... 3"),
        body("3. Lamps .... 3"),
    ]
    first: list[Row] = [head("1. Moorings")]
    first += [body(f"({n}) {TEXT}") for n in range(1, 4)]
    first += [head("2. Ropes"), head("2.1. Knots", 1.1)]
    first += [body(f"({n}) {TEXT}") for n in range(4, 7)]
    second: list[Row] = [
        head("2.2. Ropes of the outer quay and what they", 1.1),
        head("carry when the tide is out", 1.1),
    ]
    second += [body(f"({n}) {TEXT}") for n in range(7, 10)]
    second += [head("3. Lamps"), *(body(f"({n}) {TEXT}") for n in range(10, 14))]
    return [contents, first, second]


def test_headings_of_two_lines_and_paragraphs_that_run_on_through_chapters() -> None:
    _, units, proof = read(*guideline())
    assert [k for k in units if k.startswith("section")] == [f"section:{n}" for n in ("1", "2", "2.1", "2.2", "3")]
    assert [k for k in units if k.startswith("para")] == [f"para:{n}" for n in range(1, 14)]
    assert units["section:2.2"].title == "Ropes of the outer quay and what they carry when the tide is out"
    assert units["para:7"].parent_id == f"{UNKNOWN.urn}:section:2.2"
    assert proof.holds
    assert proof.grade == "high", "the contents list names the same headings"


def test_a_heading_of_the_contents_list_that_is_not_there_spoils_what_may_hold_it() -> None:
    contents, first, second = guideline()
    second = [row for row in second if not row[0].startswith(("2.2.", "carry"))]
    _, _, proof = read(contents, first, second)
    assert not proof.holds
    assert "2.2" in english(proof.reasons)[0]
    assert "section 2.1" in proof.unproven
    assert "section 3" not in proof.unproven
    assert proof.grade == "poor"


def test_a_missing_paragraph_spoils_its_neighbours_alone() -> None:
    pages = guideline()
    pages[1] = [row for row in pages[1] if not row[0].startswith("(5)")]
    _, _, proof = read(*pages)
    assert set(proof.unproven) == {"para. 4", "para. 6"}


def test_plain_decimals_are_paragraphs_and_have_no_kind_of_their_own() -> None:
    lines = [head("3 Care of the quay")] + [body(f"3.{n} {TEXT}") for n in range(1, 14)]
    lines += [head("4 Care of the boats")] + [body(f"4.{n} {TEXT}") for n in range(1, 6)]
    _, units, proof = read(lines)
    assert units["para:3.12"].path == "para. 3.12"
    assert {u.kind for u in units.values()} == {"section", "para"}
    assert len(units) == 20
    assert proof.holds, "an excerpt may begin in the middle"
    assert proof.grade == "good"


def test_a_chapter_may_hold_most_of_the_text() -> None:
    lines = [head("1 What this is"), body(TEXT), head("2 Who reads it"), body(TEXT), head("3 The gates")]
    for n in range(1, 10):
        lines += [head(f"3.{n} Gate number {n}", 1.1), *(body(TEXT) for _ in range(4))]
    lines += [head("4 What comes next"), body(TEXT)]
    _, units, proof = read(lines)
    assert list(units) == [f"section:{n}" for n in ("1", "2", "3", *(f"3.{k}" for k in range(1, 10)), "4")]
    assert not proof.unproven


def test_a_reference_at_the_start_of_a_line_opens_no_unit() -> None:
    lines = [
        head("1 General"),
        body(TEXT),
        head("2 Tests"),
        head("2.1 Rule", 1.1),
        body("The cover is tried first."),
        body("2.2 applies to covers of the second kind only."),
        body("2.3 applies after the test of the lamp."),
        body(TEXT),
        head("2.2 Bending", 1.1),
        body(TEXT),
        head("2.3 Burning", 1.1),
        body(TEXT),
    ]
    layout, units, _ = read(lines)
    assert [u.title for u in units.values()] == ["General", "Tests", "Rule", "Bending", "Burning"]
    assert "2.3 applies after" in words_of(layout, units["section:2.1"])


def test_headings_counted_inside_a_chapter_are_no_chapters() -> None:
    lines = [head("1 Quays", 1.3)] + [body(f"1.{n} {TEXT}") for n in range(1, 6)]
    lines += [head(f"{n}. At the level of the {what}", 1.1) for n, what in ((1, "person"), (2, "ward"), (3, "house"))]
    lines += [body(f"2.{n} {TEXT}") for n in range(1, 6)]
    _, units, _ = read(lines)
    assert "section:2" not in units
    assert {"para:1.5", "para:2.1", "para:2.5"} <= set(units)


def test_a_list_of_sources_is_no_numbered_paragraphs() -> None:
    lines = [head("1 Quays"), body(TEXT), head("2 Boats"), body(TEXT), head("References", 1.2)]
    lines += [
        body(f"{n}. Mariner P. On the mooring of boats number {n} and their ropes, Harbour Press.")
        for n in range(1, 40)
    ]
    _, units, _ = read(lines)
    assert list(units) == ["section:1", "section:2"]


def test_a_number_behind_the_label_of_its_row_is_found() -> None:
    lines: list[Row] = [head("1 Quays")]
    for n in range(1, 8):
        lines.append(body(f"Care of ropes 1.{n} {TEXT}" if n == 4 else f"1.{n} {TEXT}"))
    layout, units, proof = read(lines)
    assert [u.number for u in units.values() if u.kind == "para"] == [f"1.{n}" for n in range(1, 8)]
    assert words_of(layout, units["para:1.4"]).startswith("1.4 The keeper")
    assert not proof.unproven


def test_a_chapter_that_was_not_found_spoils_the_unit_before_it() -> None:
    lines = [
        head("1 Quays"),
        head("1.1 Ropes", 1.1),
        body(TEXT),
        head("1.2 Lamps", 1.1),
        body(TEXT),
        head("2 Boats"),
        head("2.1 Oars", 1.1),
        body(TEXT),
        head("2.2 Sails", 1.1),
        body(TEXT),
        head("4.1 Bells", 1.1),
        body(TEXT),
        head("4.2 Horns", 1.1),
        body(TEXT),
    ]
    _, units, proof = read(lines)
    assert "section:4.1" in units
    assert "section 2.2" in proof.unproven
    assert "section 1.1" not in proof.unproven


def test_numbered_lines_that_were_not_read_spoil_the_unit_that_holds_them() -> None:
    lines = [head("1 Quays"), body(TEXT), head("2 Boats")]
    lines += [body(f"{n}) {TEXT}", 90) for n in (3, 4, 5, 6, 7)]
    lines += [head("3 Lamps"), body(TEXT)]
    _, _, proof = read(lines)
    assert proof.unproven == ("section 2",)
    assert not proof.holds


# --- named series ----------------------------------------------------------------------------------------------------


def test_commitments_and_measures_carry_their_own_word() -> None:
    lines = [
        head("Commitment 1 Tides"),
        head("Measure 1.1 Write a tide plan", 1.1),
        body(TEXT),
        head("Measure 1.2 Show the plan", 1.1),
        body(TEXT),
        head("Commitment 2 Bells"),
        head("Measure 2.1 Ring at noon", 1.1),
        body(TEXT),
    ]
    _, units, proof = read(lines)
    assert list(units) == ["commitment:1", "measure:1.1", "measure:1.2", "commitment:2", "measure:2.1"]
    assert units["measure:1.2"].path == "Measure 1.2"
    assert units["measure:1.2"].title == "Show the plan"
    assert units["measure:2.1"].parent_id == f"{UNKNOWN.urn}:commitment:2"
    assert proof.holds


def test_articles_of_another_language_with_their_titles_below() -> None:
    lines: list[Row] = []
    for n, what in enumerate(("Objeto", "Faros", "Deberes", "Registro"), 1):
        lines += [
            body(f"Artículo {n}", 200),
            body(what, 205),
            *(body("El guarda anota cada barco que entra en el puerto."),) * 3,
        ]
    _, units, proof = read(lines)
    assert [u.path for u in units.values()] == [f"Artículo {n}" for n in range(1, 5)]
    assert units["article:3"].title == "Deberes"
    assert proof.holds


def test_paragraphs_of_articles_may_have_only_a_figure() -> None:
    lines: list[Row] = []
    for n in range(1, 4):
        lines += [body(f"Article {n}", 200), body(f"1 {TEXT}"), body(f"2 {TEXT}"), body(f"3 {TEXT}")]
    _, units, _ = read(lines)
    assert [k for k in units if k.startswith("article:2")] == ["article:2", *(f"article:2.{k}" for k in (1, 2, 3))]


def test_a_number_inserted_later_is_a_unit_of_its_own() -> None:
    lines = [body(f"{n}. {TEXT}") for n in range(1, 8)]
    lines.insert(5, body(f"5A. {TEXT}"))
    lines.insert(6, body(f"5B. {TEXT}"))
    layout, units, proof = read(lines)
    assert list(units) == [f"para:{n}" for n in ("1", "2", "3", "4", "5", "5a", "5b", "6", "7")]
    assert words_of(layout, units["para:5"]) == f"5. {TEXT}"
    assert proof.holds


def test_numbers_that_begin_again_in_an_annex_carry_the_annex() -> None:
    lines = [head("1 Quays"), head("1.1 Ropes", 1.1), body(TEXT), head("1.2 Lamps", 1.1), body(TEXT)]
    for letter in "AB":
        lines += [
            head(f"Annex {letter} Forms", 1.4),
            head("1 Fields", 1.2),
            head("1.1 Name", 1.1),
            body(TEXT),
            head("1.2 Day", 1.1),
            body(TEXT),
        ]
    _, units, proof = read(lines)
    assert "section:1.1" in units
    assert units["annex:B.1.1"].path == "Annex B, 1.1"
    assert not [k for k in units if "~" in k]
    assert proof.holds


def test_numbers_that_begin_again_under_identifiers_carry_them() -> None:
    lines: list[Row] = []
    for metric in ("QA-1a.1", "QA-2a.1"):
        lines.append(head(f"{metric}. Number of calls"))
        for n in (1, 2):
            lines += [body(f"{n} {TEXT}"), body(f"{n}.1 {TEXT}", 80), body(f"{n}.2 {TEXT}", 80)]
    _, units, proof = read(lines)
    assert units["id:qa-1a.1-2.1"].path == "QA-1a.1, 2.1"
    assert "para:2.1" not in units, "without its metric the number is no place"
    assert units["id:qa-2a.1-2.1"].span.start > units["id:qa-1a.1-2.2"].span.start
    assert not proof.unproven


# --- identifiers -----------------------------------------------------------------------------------------------------


def profile(second: str = "QV-2.1-002") -> list[Row]:
    lines: list[Row] = []
    for part in ("1.4", "2.1"):
        for n in range(1, 5):
            name = second if (part, n) == ("2.1", 2) else f"QV-{part}-{n:03}"
            lines.append(body(f"{name} Name the keeper of rope {n} of part {part} and read the list again."))
    return lines


def test_identifiers_that_begin_like_a_caption_are_identifiers() -> None:
    rows = [body(f"MAP-{n:02} Name the keeper of rope {n} and read the list again.") for n in range(1, 7)]
    units, _ = find_units(make_layout([rows]), UNKNOWN)
    assert len(units) == 6


@pytest.mark.parametrize("slip", ["QV2.1--002", "QV-2.1.002", "QV-2.1-022"])
def test_a_misprinted_identifier_is_read_as_what_it_must_be_and_says_so(slip: str) -> None:
    layout = make_layout([profile(slip)])
    units, notes = find_units(layout, UNKNOWN)
    assert [u.number for u in units] == [f"QV-{p}-{n:03}" for p in ("1.4", "2.1") for n in range(1, 5)]
    mended = next(u for u in units if u.number == "QV-2.1-002")
    assert mended.path == f"QV-2.1-002 [printed: {slip}]"
    assert any(slip in note for note in english(notes))
    assert not check_numbering(layout, units, UNKNOWN).unproven


def test_a_slip_that_may_be_two_things_is_not_mended() -> None:
    lines = profile("QV-1.4-003")
    units, _ = find_units(make_layout([lines]), UNKNOWN)
    assert "QV-2.1-002" not in [u.number for u in units]
    proof = check_numbering(make_layout([lines]), units, UNKNOWN)
    assert "QV-2.1-001" in proof.unproven
    assert "QV-1.4-001" not in proof.unproven


def test_identifiers_with_letters_and_the_line_that_names_their_family() -> None:
    lines: list[Row] = []
    for family in ("QV.RR", "QV.PO"):
        lines.append(body(f"• Category ({family}): what the quay keeps in order"))
        lines += [body(f"o {family}-{n:02}: {TEXT}", 80) for n in range(1, 5)]
    layout, units, proof = read(lines)
    assert units["id:qv.rr-04"].path == "QV.RR-04"
    assert words_of(layout, units["id:qv.rr-04"]).endswith("in spring."), "the next category is not its text"
    assert "id:qv.po" in units
    assert proof.holds


# --- Korean ----------------------------------------------------------------------------------------------------------


def test_circled_numbers_are_named_by_their_heading() -> None:
    lines = [
        head("1. 기본원칙"),
        body("① 사람 먼저"),
        body("부두는 사람의 안전을 먼저 살핀다."),
        body("② 모두의 바다"),
        body("부두는 여러 사람이 함께 쓴다."),
        head("2. 핵심요건"),
        body("① 기록"),
        body("배가 들어온 때를 적는다."),
        body("② 점검"),
        body("밧줄을 날마다 살핀다."),
        body("③ 알림"),
        body("멈춘 등을 바로 알린다."),
    ]
    _, units, proof = read(lines)
    circled = [u.path for u in units.values() if u.kind != "section"]
    assert circled == ["기본원칙 ①", "기본원칙 ②", "핵심요건 ①", "핵심요건 ②", "핵심요건 ③"]
    assert units["principle:2"].title == "모두의 바다"
    assert units["requirement:3"].title == "알림"
    assert proof.holds


def law(*more: str) -> list[Row]:
    lines = [
        "제1장 총칙",
        "제1조(목적) 이 법은 부두의 안전을 지키는 것을 목적으로 한다.",
        "제2조(점검) ① 부두지기는 다음 각 호의 사항을 점검하여야 한다.",
        "1. 밧줄의 굵기",
        "2. 등의 밝기",
        "가. 바깥 등",
        "나. 안쪽 등",
        "② 점검한 결과는 열흘 안에 알려야 한다.",
        "제3조(보고) 부두지기는 제2조에 따라 점검한 때에는",
        "제2조제2항의 결과를 보고하여야 한다.",
        *more,
    ]
    return [head(line) if line.startswith(("제1장", "부칙")) else body(line) for line in lines]


def test_items_of_a_korean_law_are_not_its_paragraphs() -> None:
    layout, units, proof = read(law())
    assert words_of(layout, units["article:2.2"]).startswith("② 점검한")
    assert units["article:2.1.2"].path == "제2조제1항제2호"
    assert units["article:2.1.2.b"].path == "제2조제1항제2호나목"
    assert words_of(layout, units["article:3"]).endswith("보고하여야 한다."), "a reference opens no article"
    assert proof.holds
    assert not proof.unproven, "short articles are articles"


def test_an_article_inserted_later_is_not_part_of_the_one_before() -> None:
    layout, units, proof = read(
        law("제3조의2(이의) 누구든지 이의를 낼 수 있다.", "제4조(기록) 기록은 세 해 동안 둔다.")
    )
    assert units["article:3-2"].path == "제3조의2"
    assert "이의" not in words_of(layout, units["article:3"])
    assert proof.holds


def test_a_repealed_article_leaves_the_others_proven() -> None:
    _, units, proof = read(law("제4조 삭제 <2023. 5. 1.>", "제5조(기록) 기록은 세 해 동안 둔다."))
    assert units["article:4"].title == "삭제"
    assert units["article:5"].title == "기록"
    assert not proof.unproven


def test_the_addenda_count_their_own_articles() -> None:
    layout, units, proof = read(
        law(
            "부칙 <제12345호, 2024. 1. 2.>",
            "제1조(시행일) 이 법은 석 달 뒤에 시행한다.",
            "제2조(경과조치) 전에 세운 부두는 이 법에 따른 것으로 본다.",
        )
    )
    assert units["addenda:1"].path == "부칙 제1조"
    assert "시행" in words_of(layout, units["addenda:1"])
    assert "목적" in words_of(layout, units["article:1"])
    assert "시행" not in words_of(layout, units["article:3"])
    assert proof.holds


# --- nothing numbered ------------------------------------------------------------------------------------------------


def test_a_document_without_numbers_has_no_grade() -> None:
    _, units, proof = read([head("On ropes", 1.6), *(body(TEXT) for _ in range(20))])
    assert not units
    assert proof.grade == "none"


def test_names_with_a_figure_are_no_identifiers() -> None:
    lines = [head("1 Boats"), *(body(f"XBT-{n} {TEXT}") for n in (3, 4, 3, 4, 5)), head("2 Oars"), body(TEXT)]
    _, units, _ = read(lines)
    assert list(units) == ["section:1", "section:2"]


# --- boxes and definitions -------------------------------------------------------------------------------------------


def test_boxes_are_units_that_end_with_their_page_or_at_a_heading() -> None:
    first = [head("1 Lamps"), body(TEXT), head("Box 1.1: How a lamp is lit", 1.1), body(TEXT), body(TEXT)]
    second = [head("2 Ropes"), body("Box 2.1 shows which ropes the keepers used in the winter."), body(TEXT)]
    third = [head("3 Bells"), body(TEXT), head("Box 3.1", 1.1), body(TEXT), head("4 Review"), body(TEXT)]
    layout, units, proof = read(first, second, third)
    assert {key for key in units if key.startswith("box:")} == {"box:1.1", "box:3.1"}
    assert units["box:1.1"].path == "Box 1.1" and units["box:1.1"].title == "How a lamp is lit"
    assert "Ropes" not in words_of(layout, units["box:1.1"])
    assert "Review" not in words_of(layout, units["box:3.1"])
    assert not {"box:1.1", "box:3.1"} & proof.unproven_ids
    assert {"section:1", "section:2", "section:3", "section:4"} <= set(units)


def test_a_list_of_definitions_has_a_unit_for_each_term() -> None:
    rows = [head("1 Words"), body(TEXT)]
    rows += [body("‘lamp’ means a light on a post that is seen from the sea:"), body("(a) at night; and"),
             body("(b) in fog.")]  # fmt: skip
    rows += [body("‘night book’ means the book of the keeper."), body("‘keeper’ means who looks after a lamp.")]
    rows += [body("Nothing here is meant for ferries."), head("2 Duties"), body(TEXT)]
    layout, units, _ = read(rows)
    assert {"definition:lamp", "definition:night-book", "definition:keeper"} <= set(units)
    assert words_of(layout, units["definition:lamp"]).endswith("in fog.")
    assert words_of(layout, units["definition:keeper"]) == "‘keeper’ means who looks after a lamp."


def test_two_words_in_quotation_marks_are_no_list_of_definitions() -> None:
    _, units, _ = read([head("1 Words"), body("‘lamp’ means a light."), body("‘rope’ means a rope."), head("2 Duties"),
                        body(TEXT)])  # fmt: skip
    assert not any(key.startswith("definition:") for key in units)


# --- a document whose only numbers are those of one list -------------------------------------------------------------


def test_the_points_of_the_only_list_are_units_with_the_numbers_they_bear() -> None:
    layout, units, proof = read(
        [
            head("Recommendation on quiet harbours", 1.4),
            body("28. Harbours keep their bells in order."),
            body("29. Masters publish what they hear."),
            body("31. Wardens look at both."),
            body(TEXT),
        ]
    )
    assert list(units) == ["item:28", "item:29", "item:31"]
    assert words_of(layout, units["item:31"]) == "31. Wardens look at both."
    assert units["item:29"].path == "item 29"
    assert not proof.unproven  # "30" is left out by the list itself: no line between 29 and 31 could hold it


@pytest.mark.parametrize(
    "numbers",
    [(1, 2, 1, 2), (2, 1), (1,)],
    ids=["the numbers begin again", "the numbers run backwards", "a single number"],
)
def test_other_short_lists_are_no_units(numbers: tuple[int, ...]) -> None:
    _, units, _ = read([head("Notice", 1.4), *(body(f"{n}. Masters publish what they hear.") for n in numbers)])
    assert not units


def test_a_short_list_in_a_long_text_is_no_numbering_of_the_document() -> None:
    rows = [body(TEXT) for _ in range(20)]
    _, units, _ = read([head("Notice", 1.4), *rows, body("1. Bells ring."), body("2. Lamps burn.")])
    assert not units


# --- chapters ---------------------------------------------------------------------------------------------------------


def test_chapters_whose_number_is_spelled_out_below_the_word() -> None:
    def chapter(number: str, title: str, n: int) -> list[Row]:
        return [
            head("CHAPTER"), head(number, 1.4), head(title, 1.4), body(TEXT),
            head(f"{n}.1 Of lamps", 1.3), body(TEXT), head(f"{n}.2 Of ropes", 1.3), body(TEXT), body(TEXT),
        ]  # fmt: skip

    _, units, _ = read(chapter("ONE", "ABOUT THE QUAY", 1), chapter("TWO", "THE BOATS", 2), chapter("THREE", "ENDS", 3))
    assert [(key, unit.title) for key, unit in units.items() if unit.kind == "chapter"] == [
        ("chapter:1", "ABOUT THE QUAY"), ("chapter:2", "THE BOATS"), ("chapter:3", "ENDS"),
    ]  # fmt: skip
    assert units["section:2.1"].parent_id == units["chapter:2"].unit_id


def test_chapters_with_spelled_and_korean_numbers_on_their_line() -> None:
    _, units, _ = read(
        [head("Part One: Lamps"), body(TEXT), head("Part Two: Ropes"), body(TEXT), body(TEXT)],
    )
    assert [(unit.path, unit.title) for unit in units.values()] == [("Part 1", "Lamps"), ("Part 2", "Ropes")]
    korean = "부두를 지키는 사람은 배가 닿을 때마다 이름을 적고 봄에 다시 읽는다."
    _, units, _ = read(
        [head("제1장 등불"), head("1.1 켜기", 1.2), body(korean), head("1.2 끄기", 1.2), body(korean)],
        [head("제2장 밧줄"), head("2.1 매기", 1.2), body(korean), head("2.2 풀기", 1.2), body(korean)],
    )
    assert [(u.path, u.title) for u in units.values() if u.kind == "chapter"] == [("제1장", "등불"), ("제2장", "밧줄")]


def test_a_number_in_words_at_the_start_of_a_sentence_is_no_candidate_unless_it_is_a_heading() -> None:
    prose = "Part {} of this notice was written by the keepers who lit the lamps of the quay in the night, and"
    lines = [row for n in ("one", "Two", "twenty-one") for row in (body(prose.format(n)), body(TEXT))]
    rows = [*lines, body("which is told in"), body("Part four."), head("Part Five"), body(TEXT)]
    rows += [
        body("Rule Six. Keepers shall write down who moored at the quay in the night, and shall read it"),
        body(TEXT),
    ]
    marks = marks_of(line_features(make_layout([rows])))
    assert [(mark.word, mark.parts, mark.head) for mark in marks] == [("part", (5,), True), ("rule", (6,), False)]


def test_the_next_paragraph_at_the_foot_of_a_page_is_no_note() -> None:
    def small(n: int) -> Row:
        return (f"{n} Each keeper shall write down who moored at the quay in the night.", 50.0, 0.81, False)

    rows: list[Row] = [head("Article 3 – Scope")]
    for n in (1, 2, 3):
        rows += [small(n), *([body(TEXT)] * 5)]
    _, units, _ = read(
        [*rows, small(4)],
        [head("Article 4 – Lamps"), small(1), body(TEXT), small(2), body(TEXT), head("Article 5 – End"), body(TEXT)],
    )
    assert "article:3.4" in units


def test_a_title_does_not_go_on_with_a_point() -> None:
    korean = "부두를 지키는 사람은 배가 닿을 때마다 이름을 적고 봄에 다시 읽는다."
    rows = [head("1. 부두의 세 원칙"), head("o ‘빛’을 위한 원칙을 따른다"), body(korean)]
    rows += [head("2. 부두의 두 요건"), head("- 요건을 지킨다"), body(korean), head("3. 끝"), body(korean)]
    _, units, _ = read(rows)
    assert [unit.title for unit in units.values()] == ["부두의 세 원칙", "부두의 두 요건", "끝"]
