"""Families of publications of which no real file is available: made PDFs of their form, read completely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pylopdf_fonts_ko
import pytest

from ingest.parse import catalog
from ingest.units import find_units
from ingest.units.detect import detect_scheme
from ingest.units.numbering_check import check_numbering
from tests.pdfs import Book, L, words

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.layout import Layout
    from kb.types import Edition, Unit


def edition(known: str, **changes: object) -> Edition:
    return replace(catalog().get(known), **changes)  # type: ignore[arg-type]


def keys(units: list[Unit], of: Edition) -> list[str]:
    return [u.unit_id.removeprefix(of.urn + ":") for u in units]


def text_of(layout: Layout, units: list[Unit], key: str) -> str:
    unit = next(u for u in units if u.unit_id.endswith(":" + key))
    return " ".join(layout.text[unit.span.start : unit.span.end].split())


# --- UNESCO: 141 paragraphs over roman front matter with gaps --------------------------------------------------------


@pytest.fixture(scope="module")
def recommendation(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    book = Book()
    book.add(L("Recommendation on Orchards", size=24, bold=True))
    contents: list[L | str] = [L("Contents", size=16, bold=True)]
    contents += [
        f"{name} ................................ {n}" for n, name in enumerate(("Scope", "Aims", "Values"), 1)
    ]
    book.add(*contents, L("1. Keepers ............ 12"))
    book.add()
    lines: list[L | str] = []
    for n in range(1, 142):
        if n % 20 == 1:
            lines.append(L(f"Part {n // 20 + 1} of the orchard", size=13, bold=True, gap=8))
        body = words(n)
        lines.append(L(f"{n}. {body[0]}", gap=6))
        lines += body[1:]
        if n == 8:
            lines += [
                L(f"({c}) the {what} is kept in good order by all;", x=18)
                for c, what in zip("abcde", ("gate", "shed", "net", "well", "path"), strict=True)
            ]
        if n == 30:
            lines += [
                "This is said with paragraph",
                "31. above all in mind, and with",
                "paragraphs 8 and",
                "(a) and (b) of it.",
            ]
        if n == 40:
            lines += ["The keeper sees to this:", L("(a) first of all", x=18), L("(i) the roots, which", x=36)]
            lines += [L("(ii) the bark; and", x=36), L("(b) then the leaves.", x=18)]
    book.flow(lines)
    book.paginate(["", "iii", "", *(str(n) for n in range(5, 60))])
    return book.layout(tmp_path_factory.mktemp("pdf") / "unesco.pdf")


def test_141_paragraphs_each_once_and_in_order(recommendation: Layout) -> None:
    of = edition("unesco-ai-ethics-2021")
    units, _ = find_units(recommendation, of)
    assert [u.number for u in units if u.kind == "para"] == [str(n) for n in range(1, 142)]
    assert [k for k in keys(units, of) if k.startswith("para:8.")] == [f"para:8.{c}" for c in "abcde"]
    assert [k for k in keys(units, of) if k.startswith("para:40.")] == [
        "para:40.a",
        "para:40.a.i",
        "para:40.a.ii",
        "para:40.b",
    ]
    assert not [k for k in keys(units, of) if k.startswith("para:30.")], "cross-references open no unit"
    proof = check_numbering(recommendation, units, of)
    assert proof.holds
    assert proof.expected == (("para", 141, 141),)
    assert not proof.unproven
    assert proof.n_refused >= 2
    assert any("31. above all" in line for line in proof.refused)


def test_paragraphs_end_before_the_next_heading(recommendation: Layout) -> None:
    units, _ = find_units(recommendation, edition("unesco-ai-ethics-2021"))
    assert units
    for unit in units:
        text = recommendation.text[unit.span.start : unit.span.end]
        assert "Part " not in text
        assert text.startswith(f"{unit.number}." if unit.kind == "para" else "(")
    assert "Part 2" not in text_of(recommendation, units, "para:20")


def test_printed_pages_come_from_the_page(recommendation: Layout) -> None:
    units, _ = find_units(recommendation, edition("unesco-ai-ethics-2021"))
    first = next(u for u in units if u.number == "1")
    assert first.page_start == 4
    assert recommendation.pages[3].label == "5"
    assert recommendation.pages[1].label in {"iii", None}, "one roman number alone is no series"


def test_a_missing_paragraph_leaves_the_document_unproven(tmp_path: Path) -> None:
    book = Book()
    book.flow(line for n in range(1, 12) if n != 6 for line in para(f"{n}.", n))
    layout = book.layout(tmp_path / "gap.pdf")
    of = edition("unesco-ai-ethics-2021", expected=())
    units, _ = find_units(layout, of)
    proof = check_numbering(layout, units, of)
    assert not proof.holds
    assert proof.gaps == ("6 before para. 7",)


def test_a_gap_inside_one_list_leaves_only_that_list_unproven(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = []
    for n in range(1, 10):
        lines += [L(f"{n}. {words(n)[0]}", gap=4), *words(n)[1:]]
        if n in {3, 5}:
            letters = "abcd" if n == 3 else "abde"
            lines += ["What is kept:", *(L(f"({c}) the {c} of it is kept;", x=20) for c in letters)]
    book.flow(lines)
    layout = book.layout(tmp_path / "list.pdf")
    of = edition("unesco-ai-ethics-2021", expected=(("para", 9),))
    units, _ = find_units(layout, of)
    proof = check_numbering(layout, units, of)
    assert proof.holds
    assert proof.unproven == ("para. 5(a)", "para. 5(b)", "para. 5(d)", "para. 5(e)")
    assert proof.gaps == ("3 before para. 5(d)",)


# --- IEEE: clauses, definitions, annexes, GET watermark --------------------------------------------------------------


def h1(text: str) -> L:
    return L(text, size=12, bold=True, gap=10)


def h2(text: str) -> L:
    return L(text, bold=True, gap=6)


def para(number: str, n: int, width: int = 88) -> list[L | str]:
    """A numbered paragraph."""
    first, *rest = words(n, width)
    return [L(f"{number} {first}", gap=6), *rest]


WATERMARK = (
    "Authorized licensed use limited to: Pat Reader. Downloaded on May 1,2024 from IEEE Xplore. Restrictions apply."
)


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    book = Book(mark=WATERMARK)
    head = "IEEE Std 7999-2030 IEEE Standard for Orchard Gates"
    book.add(L("IEEE Standard for Orchard Gates", size=22, bold=True))
    book.add(
        L("Contents", size=14, bold=True), "1. Overview .................. 9", "   1.1 Scope .................. 9",
        "2. Normative references ............ 10", "3. Definitions ............ 10",
        "Annex A (normative) Gauges ....... 14", head=head,
    )  # fmt: skip
    book.add(
        h1("1. Overview"), h2("1.1 Scope"), *words(1), h2("1.2 Purpose"), *words(2),
        h1("2. Normative references"), *words(3), h1("3. Definitions"), *words(4),
        L("3.1 gate: A door in a fence, through which a cart can pass.", gap=6),
        L("3.2 latch: What keeps a gate shut. See 5.1.2 for how it is tested, and", gap=6), "5.2 for how it is oiled.",
        h1("4. Concept of operations"), *words(5), head=head,
    )  # fmt: skip
    book.add(
        h1("5. Requirements for gates"), h2("5.1 Latches"), *words(6),
        h2("5.1.1 General"), *words(7), h2("5.1.2 Test of latches"), "The test has these steps:",
        L("a) Shut the gate.", x=20), L("b) Pull it once, hard.", x=20), L("c) Note whether it stays shut.", x=20),
        "As set out in clause", "4. the operator shall write the result down.",
        h2("5.2 Hinges"), *words(8), "The results of 5.1 and", "5.3 are kept together.",
        h2("5.3 Posts"), *words(9), head=head,
    )  # fmt: skip
    book.add(
        L("Annex A", size=14, bold=True), L("(normative)"), L("Gauges for posts", size=14, bold=True), *words(10),
        h2("A.1 Wooden gauges"), *words(11), h2("A.1.1 Oak"), *words(12),
        h2("A.2 Steel gauges"), *words(13), head=head,
    )  # fmt: skip
    book.add(
        L("Annex B", size=14, bold=True),
        L("(informative)"),
        L("Bibliography", size=14, bold=True),
        *words(14),
        head=head,
    )
    book.paginate(["", "7", *(str(n) for n in range(9, 20))])
    return book.layout(tmp_path_factory.mktemp("pdf") / "ieee.pdf")


def test_clauses_definitions_and_annexes(standard: Layout) -> None:
    of = edition("ieee-7000-2021")
    units, _ = find_units(standard, of)
    assert keys(units, of) == [
        "clause:1", "clause:1.1", "clause:1.2", "clause:2", "clause:3", "clause:3.1", "clause:3.2", "clause:4",
        "clause:5", "clause:5.1", "clause:5.1.1", "clause:5.1.2", "clause:5.1.2.a", "clause:5.1.2.b", "clause:5.1.2.c",
        "clause:5.2", "clause:5.3", "annex:A", "annex:A.1", "annex:A.1.1", "annex:A.2", "annex:B",
    ]  # fmt: skip
    by_key = dict(zip(keys(units, of), units, strict=True))
    assert (by_key["clause:3.1"].kind, by_key["clause:3.1"].title) == ("definition", "gate")
    assert by_key["clause:5.1.2"].title == "Test of latches"
    assert by_key["annex:A"].title == "Gauges for posts (normative)"
    assert by_key["annex:B"].title == "Bibliography (informative)"
    assert by_key["annex:A.1.1"].parent_id == by_key["annex:A.1"].unit_id
    assert by_key["clause:5.1.2"].page_start == 4
    assert check_numbering(standard, units, of).holds


def test_the_watermark_with_its_name_is_nowhere(standard: Layout) -> None:
    assert "Pat Reader" not in standard.text
    assert "Authorized licensed" not in standard.text
    assert sum(WATERMARK in line for _, line in standard.furniture) == 6


def test_an_annex_ends_before_the_next_and_a_clause_before_the_annexes(standard: Layout) -> None:
    units, _ = find_units(standard, edition("ieee-7000-2021"))
    assert "Annex" not in text_of(standard, units, "clause:5.3")
    assert "Bibliography" not in text_of(standard, units, "annex:A")


# --- NIST AI 600-1: action tables ------------------------------------------------------------------------------------


def test_action_tables(tmp_path: Path) -> None:
    book = Book()
    book.add(
        L("3. Suggested Actions", size=14, bold=True),
        "Actions such as GV-1.1-001 are set out below. In",
        "GV-1.1-001, for one, ladders are meant.",
    )
    table: list[L | str] = [L("GOVERN 1.1: Rules on ladders are known and kept.", bold=True, gap=8)]
    table += ["Action ID    Suggested Action    Risks"]
    for n in range(1, 4):
        table += [L(f"GV-1.1-00{n} {words(n, 60)[0]}", gap=4), *(L(x, x=60) for x in words(n, 60)[1:])]
    table += [L("AI Actor Tasks: Keeping of ladders", gap=6), L("MAP 2.3: Ladders are counted.", bold=True, gap=8)]
    table += ["Action ID    Suggested Action    Risks", L(f"MP-2.3-001 {words(5, 60)[0]}"), L(words(5, 60)[1], x=60)]
    book.flow(table)
    layout = book.layout(tmp_path / "actions.pdf")
    of = edition("nist-ai-600-1-2024")
    units, _ = find_units(layout, of)
    assert keys(units, of) == [
        "govern:1.1",
        "action:GV-1.1-001",
        "action:GV-1.1-002",
        "action:GV-1.1-003",
        "map:2.3",
        "action:MP-2.3-001",
    ]
    assert units[1].page_start == 2, "the first mention is no row"
    assert units[1].parent_id == units[0].unit_id
    assert "AI Actor Tasks" not in text_of(layout, units, "action:GV-1.1-003")
    assert check_numbering(layout, units, of).holds


# --- KISDI: Korean questions -----------------------------------------------------------------------------------------


def test_korean_questions(tmp_path: Path) -> None:
    book = Book(font=str(pylopdf_fonts_ko.sans_path()))
    lines: list[L | str] = [L("자율점검표", size=18), "문항 E01. 02와 E02. 01은 함께 본다."]
    for requirement in (1, 2, 3):
        lines.append(L(f"요건 {requirement}", size=14, gap=8))
        for n in range(1, 4):
            lines += [
                L(f"E0{requirement}. 0{n} 사다리를 매일 저녁 세어 보는가?", gap=4),
                "문이 닫히기 전에 사다리의 수를 적어 둔다.",
            ]
    lines.insert(9, "E01. 01과 E01. 02의 결과를 함께 적는다.")
    book.flow(lines)
    layout = book.layout(tmp_path / "kisdi.pdf")
    of = edition("kr-kisdi-checklist-2025", expected=())
    units, _ = find_units(layout, of)
    assert keys(units, of) == [f"question:E0{r}.0{n}" for r in (1, 2, 3) for n in (1, 2, 3)]
    assert "요건 2" not in text_of(layout, units, "question:E01.03")


# --- treaties and outlines -------------------------------------------------------------------------------------------


def test_a_treaty_has_articles_and_paragraphs(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = [L("Convention on Orchards", size=20, bold=True)]
    for n in range(1, 9):
        if n in {1, 5}:
            lines.append(
                L(f"Chapter {'I' if n == 1 else 'II'} - {'Gates' if n == 1 else 'Ladders'}", size=13, bold=True, gap=10)
            )
        lines += [L(f"Article {n} - On matter {n}", bold=True, gap=8), L(f"1. {words(n)[0]}"), *words(n)[1:]]
        lines += [L(f"2. {words(n + 1)[0]}"), "as is said in", f"Article {n + 1} and elsewhere."]
    book.flow(lines)
    layout = book.layout(tmp_path / "treaty.pdf")
    of = edition("coe-cets-225")
    units, _ = find_units(layout, of)
    assert [u.number for u in units if u.kind == "article"] == [str(n) for n in range(1, 9)]
    assert [u.number for u in units if u.kind == "chapter"] == ["I", "II"]
    assert {f"article:{n}.{p}" for n in range(1, 9) for p in (1, 2)} <= set(keys(units, of))
    assert next(u for u in units if u.number == "3").title == "On matter 3"
    assert check_numbering(layout, units, of).holds


def test_an_assessment_list_has_requirements(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = [L("Assessment list", size=20, bold=True)]
    for n, name in enumerate(("Gates", "Ladders", "Nets", "Wells"), 1):
        lines += [
            L(f"REQUIREMENT #{n} {name}", size=14, bold=True, gap=10),
            *words(n),
            L("Is the matter looked after?", x=20),
        ]
    book.flow(lines)
    layout = book.layout(tmp_path / "list.pdf")
    of = edition("eu-altai-2020")
    units, _ = find_units(layout, of)
    assert keys(units, of) == [f"requirement:{n}" for n in range(1, 5)]
    assert [u.title for u in units] == ["Gates", "Ladders", "Nets", "Wells"]


# --- files the catalog does not know ---------------------------------------------------------------------------------


def unknown() -> Edition:
    return edition(
        "coe-cets-225", doc_id="file-x", urn="urn:kb:file:x:1", scheme="outline", expected=(), in_catalog=False
    )


def test_detection_of_paragraphs_and_of_standards(recommendation: Layout, standard: Layout) -> None:
    assert detect_scheme(recommendation, unknown()) == "outline"
    units, _ = find_units(recommendation, unknown())
    paragraphs = [k for k in keys(units, unknown()) if k.startswith("para:") and "." not in k]
    assert paragraphs == [f"para:{n}" for n in range(1, 142)]
    assert detect_scheme(standard, unknown()) == "ieee"


def test_detection_of_guidelines(tmp_path: Path) -> None:
    book = Book()
    book.flow(line for s in (1, 2) for n in range(1, 6) for line in para(f"{s}.{n}.", n))
    layout = book.layout(tmp_path / "guide.pdf")
    assert detect_scheme(layout, unknown()) == "outline"
    units, _ = find_units(layout, unknown())
    assert [u.path for u in units] == [f"para. {s}.{n}" for s in (1, 2) for n in range(1, 6)], "no kind of its own"


def test_detection_of_an_outline(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = []
    for n in range(1, 5):
        lines += [L(f"{n}. Matter of {n}", size=14, bold=True, gap=10), *words(n), *words(n + 1), *words(n + 2)]
    book.flow(lines)
    assert detect_scheme(book.layout(tmp_path / "outline.pdf"), unknown()) == "outline"


@pytest.mark.parametrize("n_lists", [1, 2])
def test_an_article_with_enumerated_lists_has_no_units(tmp_path: Path, n_lists: int) -> None:
    book = Book()
    lines: list[L | str] = [L("On orchards", size=20, bold=True), *words(1), *words(2)]
    for k in range(n_lists):
        lines.append("Five things matter:")
        for n in range(1, 6):
            lines += [L(f"{n}. {words(n + k)[0]}", gap=4), *words(n + k)[1:]]
        lines += [L("More on this", size=13, bold=True, gap=8), *words(k), *words(k + 3), *words(k + 4)]
    book.flow(lines)
    assert detect_scheme(book.layout(tmp_path / "article.pdf"), unknown()) is None


def test_a_long_list_in_a_long_article_is_no_paragraphs(tmp_path: Path) -> None:
    book = Book()
    lines: list[L | str] = [L("On orchards", size=20, bold=True)]
    lines += [x for n in range(30) for x in words(n)]
    lines += ["Ten words to know:", *(f"{n}. Ladder number {n}" for n in range(1, 11))]
    lines += [x for n in range(30) for x in words(n + 2)]
    book.flow(lines)
    assert detect_scheme(book.layout(tmp_path / "article.pdf"), unknown()) is None


def test_two_columns_keep_their_paragraphs_apart(tmp_path: Path) -> None:
    book = Book()
    for page in range(2):
        at = page * 8
        left = [line for n in range(at + 1, at + 5) for line in para(f"{n}.", n, 40)]
        right = [line for n in range(at + 5, at + 9) for line in para(f"{n}.", n, 40)]
        book.add(*left, right=right)
    layout = book.layout(tmp_path / "columns.pdf")
    of = edition("unesco-ai-ethics-2021", expected=(("para", 16),))
    units, _ = find_units(layout, of)
    assert [u.number for u in units] == [str(n) for n in range(1, 17)]
    for unit in units:
        assert (
            text_of(layout, [unit], unit.unit_id.rsplit(":", 1)[-1])
            == f"{unit.number}. {' '.join(words(int(unit.number)))}"
        )
