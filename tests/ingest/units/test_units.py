"""Units of the publications themselves, and the rules that keep a look-alike from becoming one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measurements.units import EXACT, check, read_pages, read_register, wanted
from ingest.layout.line_features import contents_pages, line_features, refers
from ingest.parse import Parsed, Task, catalog, parse_file
from ingest.units import find_units, slug
from ingest.units.assembly import tidy
from ingest.units.lists import readings
from tests.paths import document
from tests.pdfs import Book, L, words

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.layout import Layout
    from kb.types import Unit

FILES = {
    "eu-ai-act-2024-1689": "eu/eu-ai-act-2024-1689-oj.pdf",
    "ep-p9-ta-2024-0138": "eu/ep-texts-adopted-p9-ta-2024-0138-ai-act.pdf",
    "eu-hleg-2019": "eu/hleg-ethics-guidelines-trustworthy-ai-2019.pdf",
    "ieee-ead-v1-2016": "ieee/ead-v1-2016.pdf",
    "ieee-ead-v2-glossary-2017": "ieee/ead-v2-glossary-2017.pdf",
    "nist-ai-100-1-2023": "nist/nist-ai-100-1-ai-rmf-1.0.pdf",
    "oecd-legal-0449-2019": "oecd/oecd-legal-0449-2019.txt",
    "oecd-legal-0449-2019-commonaccord": "oecd/oecd-legal-0449-2019-commonaccord.md",
    "oecd-ai-principles-flyer-2020": "oecd/what-are-the-oecd-principles-on-ai-2020.pdf",
    "unesco-courts-2026-es": "unesco/unesco-directrices-ia-cortes-tribunales-2026-es.pdf",
    "unesco-ohchr-input-2022": "unesco/unesco-input-ohchr-hrc47-23.pdf",
}


@cache
def read(path: Path) -> Parsed:
    return parse_file(Task(path, hashlib.sha256(path.read_bytes()).hexdigest()))


def units_of(doc_id: str) -> tuple[Layout, dict[str, Unit]]:
    parsed = read(document(FILES[doc_id]))
    return parsed.layout, {u.unit_id.removeprefix(parsed.edition.urn + ":"): u for u in parsed.units}


def flat(layout: Layout, unit: Unit) -> str:
    return " ".join(layout.text[unit.span.start : unit.span.end].replace("\x02", "").split())


# --- the publications ------------------------------------------------------------------------------------------------


@pytest.mark.documents
@pytest.mark.parametrize("doc_id", sorted(EXACT))
def test_every_listed_unit_once_on_its_page(doc_id: str) -> None:
    parsed = read(document(FILES[doc_id]))
    assert parsed.edition.doc_id == doc_id
    result = check(parsed, wanted()[doc_id], read_pages().get(doc_id, {}), read_register().get(doc_id, []))
    assert result.amiss == []


@pytest.mark.documents
@pytest.mark.parametrize("doc_id", sorted(FILES))
def test_spans_nest_and_begin_at_their_number(doc_id: str) -> None:
    layout, units = units_of(doc_id)
    by_id = {u.unit_id: u for u in units.values()}
    last = -1
    assert bool(units) == (doc_id != "oecd-ai-principles-flyer-2020"), "a flyer without numbers"
    for unit in units.values():
        assert unit.span.start >= last, "reading order"
        last = unit.span.start
        assert unit.own.start == unit.span.start <= unit.own.end <= unit.span.end
        assert unit.page_start <= unit.page_end
        assert layout.text[unit.span.start : unit.span.end] == layout.text[unit.span.start : unit.span.end].strip()
        if unit.parent_id:
            parent = by_id[unit.parent_id]
            assert parent.span.start <= unit.span.start
            assert parent.own.end <= unit.span.start
            by_columns = unit.kind == "subcategory" and unit.span.start >= parent.span.end
            assert by_columns or unit.span.end <= parent.span.end
        if unit.kind in {"paragraph", "point", "subpoint"} and "commonaccord" not in doc_id:
            number = unit.number.rstrip(")").split("(")[-1].split(".")[-1].split(" ")[-1]
            assert number in layout.text[unit.span.start : unit.span.start + 8]


@pytest.mark.documents
def test_a_list_ends_where_the_text_goes_back_to_the_paragraph() -> None:
    layout, units = units_of("eu-ai-act-2024-1689")
    assert flat(layout, units["article:6.3.d"]).endswith("listed in Annex III.")
    assert "Notwithstanding" in flat(layout, units["article:6.3"])
    assert [k for k in units if k.startswith("article:5.1.h.")] == [f"article:5.1.h.{r}" for r in ("i", "ii", "iii")]
    assert "article:5.1.i" not in units, "a roman (i) after (h) is no letter"
    assert [k for k in units if k.startswith("article:16.")][8] == "article:16.i"
    assert {f"article:43.1.list2.{c}" for c in "abcd"} <= set(units), "a second list in one paragraph is told apart"
    assert {f"article:43.1.{c}" for c in "ab"} <= set(units)
    assert "article:43.1.c" not in units


@pytest.mark.documents
def test_sections_and_decimals_of_annexes() -> None:
    layout, units = units_of("eu-ai-act-2024-1689")
    assert units["annex:I.B.13"].parent_id == units["annex:I.B"].unit_id
    assert units["annex:VIII.A.1"].path == "Annex VIII, Section A, point 1"
    assert units["annex:III.1.a"].path == "Annex III, point 1(a)"
    assert units["annex:VII.4.2.c"].path == "Annex VII, point 4.2(c)"
    assert units["annex:XI.section-2.3"].page_start == 142
    assert flat(layout, units["annex:VIII.A.13"]) == "13. A URL for additional information (optional)."
    assert units["article:14"].title == "Human oversight"
    assert units["article:1"].title == "Subject matter"


@pytest.mark.documents
def test_a_recital_has_no_footnote_at_its_end() -> None:
    layout, units = units_of("eu-ai-act-2024-1689")
    looks = line_features(layout)
    assert units and looks.notes
    for unit in units.values():
        assert looks.at(unit.span.end - 1) not in looks.notes


@pytest.mark.documents
def test_functions_and_categories_hold_their_rows() -> None:
    layout, units = units_of("nist-ai-100-1-2023")
    assert units["govern:4"].title.endswith("communicates AI risk"), "a cell that goes on over the page"
    assert flat(layout, units["govern:6.2"]).endswith("high-risk.")
    assert units["function:map"].page_start == 29
    rows = {key: unit for key, unit in units.items() if unit.kind == "subcategory"}
    assert len(rows) == 72
    for key, unit in rows.items():
        assert unit.parent_id == units[key.rpartition(".")[0]].unit_id, "also where the table is read by columns"
    assert flat(layout, units["govern:6"]).endswith("high-risk."), "prose after the table is no part of its last row"
    assert all("Continued on next page" not in flat(layout, unit) for unit in rows.values())


@pytest.mark.documents
def test_headings_of_what_follows_are_no_part_of_a_paragraph() -> None:
    layout, units = units_of("unesco-ohchr-input-2022")
    assert flat(layout, units["para:15"]).endswith("fundamental freedoms.")
    assert flat(layout, units["para:6"]).endswith("in the market.")
    assert flat(layout, units["para:26"]).endswith("AI ready.")


@pytest.mark.documents
def test_names_without_numbers_have_the_keys_of_the_register() -> None:
    _, hleg = units_of("eu-hleg-2019")
    assert hleg["requirement:1.3.data-quality"].title == "Quality and integrity of data"
    assert hleg["section:I.2.2"].title == "Ethical Principles in the Context of AI Systems"
    _, ead = units_of("ieee-ead-v1-2016")
    assert ead["section:3.1"].title == "Interdisciplinary Education and Research"
    assert ead["part:new-committees.mixed-reality"].parent_id == ead["part:new-committees"].unit_id
    _, glossary = units_of("ieee-ead-v2-glossary-2017")
    assert len(glossary) == 91
    assert glossary["term:digital-personal-assistant"].page_start == 24


# --- look-alikes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("as set out in Article", ""), ("in accordance with points", ""), ("the text", " and (b) of the list"),
        ("the text", ", with a number"), ("the text", " of this Regulation"), ("según el artículo", ""),
        ("nach", " thereof"), ("제", ""), ("", " 및 제3항"), ("under Section", ""), ("pursuant to", ""),
    ],
)  # fmt: skip
def test_cross_references(before: str, after: str) -> None:
    assert refers(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [("the following:", " to properly understand"), ("a gate; and", " of oak or ash"), ("It ends here.", " The next")],
)
def test_what_only_sounds_like_a_cross_reference(before: str, after: str) -> None:
    assert not refers(before, after)


@given(st.integers(1, 26), st.sampled_from(["({})", "{})"]))
def test_letters_are_read_as_letters(n: int, form: str) -> None:
    found = [r for r in readings(form.format(chr(96 + n)) + " words") if r.form == "alpha"]
    assert [(r.value, r.number) for r in found] == [(n, chr(96 + n))]


@given(st.text(max_size=40))
def test_any_line_can_be_read(text: str) -> None:
    for reading in readings(text):
        assert reading.value > 0
        assert text[: reading.end].strip().strip("▌* ").startswith(("(", reading.number[0]))


@given(st.text(max_size=80))
def test_slugs_are_short_and_plain(text: str) -> None:
    assert slug(text)
    assert len(slug(text)) <= 60
    assert slug(slug(text)) == slug(text)


def test_titles_are_one_line_and_whole_words() -> None:
    assert tidy("Subject\n matter`") == "Subject matter"
    assert tidy("orchard " * 60).endswith("orchard …")
    assert len(tidy("orchard " * 60)) <= 302


def test_a_contents_page_gives_no_units(tmp_path: Path) -> None:
    book = Book()
    book.add(L("Contents", size=16, bold=True), *(f"{n}. Matter {n} of the orchard {n + 3}" for n in range(1, 12)))
    lines: list[L | str] = []
    for n in range(1, 12):
        lines += [L(f"{n}. {words(n)[0]}", gap=6), *words(n)[1:]]
    book.flow(lines)
    layout = book.layout(tmp_path / "contents.pdf")
    assert contents_pages(layout, [layout.line_text(x).strip() for x in layout.lines]) == {1}
    of = replace(catalog().get("unesco-ai-ethics-2021"), expected=())
    units, _ = find_units(layout, of)
    assert [u.number for u in units] == [str(n) for n in range(1, 12)]
    assert units[0].page_start == 2


def act(tmp_path: Path) -> Layout:
    """A regulation in small, with what goes wrong in large ones."""
    book = Book()
    book.add(
        L("REGULATION ON ORCHARDS", size=14), "Whereas:",
        "(1) " + words(1)[0], *(L(x, x=26) for x in words(1)[1:]),
        "(2) As is said in paragraph", L("(1) and elsewhere, ladders matter.", x=26),
        "(3) " + words(3)[0], *(L(x, x=26) for x in words(3)[1:]),
        notes=["1 Rules on ladders of an older day.", "2 Rules on nets, second reading."],
    )  # fmt: skip
    things = ("gate", "shed", "net", "well", "path", "wall", "hive", "cart")
    letters = [f"({c}) the {thing} of the orchard;" for c, thing in zip("abcdefgh", things, strict=True)]
    romans = [
        x for n in ("i", "ii", "iii")
        for x in (L(f"({n}) the wheel of the cart is worn down by", x=14), L("rain or by frost.", x=28))
    ]  # fmt: skip
    book.add(
        "HAVE ADOPTED THIS REGULATION:", L("CHAPTER I", gap=8), L("GENERAL MATTERS", size=11.5),
        L("Article 1", gap=8), L("What is kept", size=11.5), "1. The following are kept:", *letters,
        L("where it is old, this being so where:", x=14), *romans, "What is kept is counted once a year.",
        "2. Nothing else is kept.", L("Article 2", gap=8), L("Who keeps it", size=11.5),
        "The keeper keeps it, as is said in", "Article 1 and nowhere else.",
        L("SECTION 1", gap=8), L("Counting", size=11.5), L("Article 3", gap=8),
        L("Count", size=11.5), "1. The count is made in June.", "2. It is written down.",
    )  # fmt: skip
    book.add(
        L("ANNEX I", gap=8), L("Ladders", size=11.5), "Section A - Short ladders", "1. Of oak;", "2. Of ash.",
        "Section B - Long ladders", "3. Of pine;", "4. Of steel.",
    )  # fmt: skip
    book.add(
        L("ANNEX II", gap=8),
        L("Nets", size=11.5),
        "Section A - Fine nets",
        "1. Of silk.",
        "2. Of hemp.",
        "Section B - Coarse nets",
        "1. Of wire.",
        "2. Of rope.",
    )
    return book.layout(tmp_path / "act.pdf")


def test_a_small_regulation(tmp_path: Path) -> None:
    layout = act(tmp_path)
    of = replace(catalog().get("eu-ai-act-2024-1689"), expected=(("recital", 3), ("article", 3), ("annex", 2)))
    units, _ = find_units(layout, of)
    keys = [u.unit_id.removeprefix(of.urn + ":") for u in units]
    assert keys == [
        "recital:1", "recital:2", "recital:3", "enacting-terms", "chapter:I", "article:1", "article:1.1",
        *(f"article:1.1.{c}" for c in "abcdefgh"), "article:1.1.h.i", "article:1.1.h.ii", "article:1.1.h.iii",
        "article:1.2", "article:2",
        "section:I.1", "article:3", "article:3.1", "article:3.2", "annex:I", "annex:I.A", "annex:I.A.1", "annex:I.A.2",
        "annex:I.B", "annex:I.B.3", "annex:I.B.4", "annex:II", "annex:II.A", "annex:II.A.1", "annex:II.A.2",
        "annex:II.B", "annex:II.B.1", "annex:II.B.2",
    ]  # fmt: skip
    by_key = dict(zip(keys, units, strict=True))
    assert flat(layout, by_key["article:1.1.h.iii"]).endswith("frost.")
    assert flat(layout, by_key["article:1.1"]).endswith("once a year.")
    assert flat(layout, by_key["recital:3"]).endswith(words(3)[-1]), "the page's footnotes are no part of it"
    assert by_key["article:3"].parent_id == by_key["section:I.1"].unit_id
    assert by_key["article:2"].title == "Who keeps it"
