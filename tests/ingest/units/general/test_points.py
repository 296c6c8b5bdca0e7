"""Points in the units of any numbered document: behind a number, in Roman capitals, below large headings; and numbers
that go on over the parts of a document. Small layouts in our own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.parse import Task, parse_file
from kb.files import file_sha256
from tests.ingest.units.general.test_reader import TEXT, body, head, read, words_of

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_clause_behind_the_number_of_its_section_holds_its_own_points() -> None:
    """ "2.—(1) …" as acts of the Commonwealth print it: (a) below (1) is no (a) below (2)."""
    rows = [
        head("Part 1 Moorings"),
        body("1.—(1) No boat may moor at the outer quay unless"),
        body("(a) its keeper has asked for a place; and", 70),
        body("(b) the list has room for it.", 70),
        body("(2) The keeper of the quay may", 60),
        body("(a) close the list in winter; or", 70),
        body("(b) open it again in spring.", 70),
        body(f"2. {TEXT}"),
        body("3.—(1) (a) The list is kept in the house of the keeper."),
        body("(b) It may be read by anybody.", 70),
        body("(2) Nobody may write in it but the keeper.", 60),
    ]
    for n in range(4, 9):
        rows.append(body(f"{n}. {TEXT}"))
    layout, units, proof = read(rows)
    assert {"para:1.1", "para:1.1.a", "para:1.1.b", "para:1.2", "para:1.2.a", "para:1.2.b"} <= set(units)
    assert {"para:3.1", "para:3.1.a", "para:3.1.b", "para:3.2"} <= set(units)
    assert not any("list" in key for key in units)
    assert units["para:1.2.b"].path == "para. 1(2)(b)"
    assert words_of(layout, units["para:1.2.b"]) == "(b) open it again in spring."
    assert words_of(layout, units["para:1.1"]).startswith("(1) No boat may moor")
    assert not proof.unproven


def test_a_clause_that_was_inserted_later_is_no_part_of_the_one_before() -> None:
    rows = [
        body("1.—(1) No boat may moor at the outer quay in winter."),
        body("(2) The keeper may let in the boat of", 60),
        body("(a) the doctor; or", 70),
        body("(b) the post.", 70),
        body("(2A) He must write down", 60),
        body("(a) the day; and", 70),
        body("(b) the hour.", 70),
        body("(2B) The list is read in spring.", 60),
        body("(3) Nobody else may let in a boat.", 60),
        *(body(f"{n}. {TEXT}") for n in range(2, 8)),
    ]
    layout, units, proof = read(rows)
    assert words_of(layout, units["para:1.2a.b"]) == "(b) the hour."
    assert units["para:1.2a.b"].path == "para. 1(2A)(b)"
    assert words_of(layout, units["para:1.2"]).endswith("(b) the post.")
    assert {"para:1.2b", "para:1.3"} <= set(units)
    assert not proof.unproven


def test_a_reference_behind_a_number_opens_no_list() -> None:
    rows = [body(f"{n}. {TEXT}") for n in range(1, 6)]
    rows += [
        body("6. (1) and (3) of the rules of the quay stay as they were, and nothing is added."),
        body(f"7. {TEXT}"),
    ]
    _, units, _ = read(rows)
    assert not any(key.startswith("para:6.") for key in units)


def test_points_in_roman_capitals_hold_the_points_below_them() -> None:
    rows = [
        head("1. Records"),
        body("I. All books are entered in the register of the quay."),
        body("II. The keeper makes sure that"),
        body("(i) the books are dry; and", 70),
        body("(ii) the lamps are out.", 70),
        body("III. The register is read in spring."),
        head("2. Old records"),
        body("I. Old books are kept for ten years."),
        body("II. Their covers are mended."),
    ]
    _, units, _ = read(rows)
    assert {"section:1.i", "section:1.ii", "section:1.ii.i", "section:1.ii.ii", "section:1.iii"} <= set(units)
    assert {"section:2.i", "section:2.ii"} <= set(units)
    assert units["section:1.ii.i"].path == "section 1(II)(i)"
    assert units["section:1.iii"].path == "section 1(III)"


def test_a_capital_with_a_point_that_no_second_follows_opens_no_list() -> None:
    rows = [head("1. Keepers"), body("I. Marden wrote the first list of the quay."), head("2. Boats"), body(TEXT)]
    _, units, _ = read(rows)
    assert set(units) == {"section:1", "section:2"}


@pytest.mark.parametrize("size", [1.3, 2.2])
def test_clauses_that_begin_again_in_each_part_are_units_however_large_its_heading_is(size: float) -> None:
    rows = []
    for part, clauses in (("I Boats", 3), ("II Ropes", 2), ("III Lamps", 4)):
        rows.append(head(f"Part {part}", size))
        rows += [body(f"{n}. {TEXT}") for n in range(1, clauses + 1)]
    _, units, proof = read(rows)
    assert {"part:I.3", "part:II.2", "part:III.4"} <= set(units)
    assert "part:II.3" not in units
    assert units["part:III.4"].path == "Part III(4)"
    assert not proof.unproven


def test_recommendations_that_are_counted_over_several_sections_are_proven() -> None:
    rows = []
    for n, title in enumerate(("Boats", "Ropes", "Lamps"), 1):
        rows += [
            head(f"{n}. {title}"),
            body(TEXT),
            head(f"Recommendation {n}. Read the list of {title.lower()} again."),
        ]
    _, units, proof = read(rows)
    assert {"recommendation:1", "recommendation:2", "recommendation:3"} <= set(units)
    assert proof.holds and not proof.unproven


def test_a_recommendation_that_is_missing_between_two_sections_is_said() -> None:
    rows = []
    for n, number in enumerate((1, 3, 4), 1):
        rows += [head(f"{n}. Boats"), body(TEXT), head(f"Recommendation {number}. Read the list again in spring.")]
    _, units, proof = read(rows)
    assert not proof.holds
    assert units["recommendation:3"].unit_id in proof.unproven_ids
    assert units["recommendation:4"].unit_id not in proof.unproven_ids


@pytest.mark.parametrize("first", ["Article 1er – Objet", "Article premier – Objet", "Article 1 – Objet"])
def test_the_first_article_of_a_french_text(first: str) -> None:
    rows = [head("Titre Ier – Le quai"), head(first), body(TEXT), head("Article 2 – Le quai"), body(TEXT)]
    rows += [head("Titre II – Les lampes"), head("Article 3 – Les lampes"), body(TEXT)]
    _, units, proof = read(rows)
    assert set(units) == {"title:I", "title:II", "article:1", "article:2", "article:3"}
    assert units["article:1"].path == "Article 1" and units["article:1"].title == "Objet"
    assert proof.holds


def test_the_title_of_a_part_in_capitals_goes_on_and_that_of_a_schedule_stands_below() -> None:
    rows = [
        body("PART 1 "),
        body("THE KEEPER OF THE QUAY AND OF"),
        body("THE LAMPS"),
        *(body(f"{n}. {TEXT}") for n in range(1, 4)),
        body("PART 2 "),
        body("BOATS"),
        *(body(f"{n}. {TEXT}") for n in range(4, 8)),
        head("Schedule 1", 2.0),
        head("Boats that are always let in", 1.6),
        body("1. The boat of the doctor."),
        body("2. The boat of the post."),
    ]
    _, units, _ = read(rows)
    assert units["part:1"].title == "THE KEEPER OF THE QUAY AND OF THE LAMPS"
    assert units["part:2"].title == "BOATS"
    assert units["schedule:1"].title == "Boats that are always let in"


MARKDOWN = """# Rules of the quay

## 1. Boats

1.1 The keeper asks for:

(i) the name of the boat;
(ii) its length;
(iii) the name of its keeper.

1.2 No place is given where the boat

(a) is longer than the quay, and
(b) carries neither
    (i) a lamp, nor
    (ii) a bell.

## 2. Lamps

I. The lamps are lit at dusk.

II. They are put out at dawn.
"""


def test_points_of_a_markdown_file_keep_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "quay.md"
    path.write_text(MARKDOWN, "utf-8")
    parsed = parse_file(Task(path, file_sha256(path)))
    units = {u.unit_id.removeprefix(f"{parsed.edition.urn}:"): u for u in parsed.units}
    points = {
        "para:1.1.i": "(i) the name of the boat;",
        "para:1.1.ii": "(ii) its length;",
        "para:1.1.iii": "(iii) the name of its keeper.",
        "para:1.2.a": "(a) is longer than the quay, and",
        "para:1.2.b.i": "(i) a lamp, nor",
        "para:1.2.b.ii": "(ii) a bell.",
        "section:2.i": "I. The lamps are lit at dusk.",
    }
    assert {key: words_of(parsed.layout, units[key]) for key in points} == points
    assert all(units[key].proven for key in points)


def test_words_in_brackets_at_a_line_start_stay_in_their_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "quay.md"
    path.write_text("# Quay\n\nThe keeper writes down every boat, see\npoints (a) and\n(b) of the list.\n", "utf-8")
    parsed = parse_file(Task(path, file_sha256(path)))
    assert "see points (a) and (b) of the list." in " ".join(parsed.layout.text.split())


def test_rows_of_a_short_table_are_cited_by_their_identifiers(tmp_path: Path) -> None:
    path = tmp_path / "checks.html"
    rows = "".join(f"<tr><td>C-0{n}</td><td>Is lamp {n} lit?</td><td>yes / no</td></tr>" for n in (1, 2, 3))
    path.write_text(
        f"<h1>Checks of the quay</h1><table><tr><th>No.</th><th>Question</th><th>Answer</th></tr>{rows}</table>"
    )
    parsed = parse_file(Task(path, file_sha256(path)))
    assert [unit.path for unit in parsed.units] == ["C-01", "C-02", "C-03"]
