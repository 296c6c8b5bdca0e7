"""Notes at the foot of a page do not stand inside a sentence that goes on overleaf."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.layout.layout import _with_line_end
from ingest.layout.line_features import footnotes
from ingest.layout.source_page import LineRole
from kb.text.cleaning import readable
from kb.text.locators import raw_ranges
from tests.pdfs import Book, L, words

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.layout import Layout

NOTES = ("1 See the ladder book of the valley, second part.", "2 The nets are of hemp.")
OVER = (
    "A basket is weighed at the shed before noon by whoever filled it and then it is carried to the",
    "gate, where the keeper of the orchard writes down the name of the picker in the long book.",
)


def _book(tmp_path: Path, *last: L | str, following: str = OVER[1], notes: tuple[str, ...] = NOTES) -> Layout:
    book = Book()
    book.add(*words(1, 96), *words(1, 96), *last, notes=notes)
    book.add(following, "", *words(2, 96))
    return book.layout(tmp_path / "a.pdf")


def test_a_sentence_is_read_on_over_the_notes(tmp_path: Path) -> None:
    layout = _book(tmp_path, OVER[0])
    start = layout.text.index("A basket is weighed")
    end = layout.text.index("long book.") + len("long book.")
    assert readable(layout.text[start:end]) == " ".join(OVER)
    noted = {layout.line_text(layout.lines[i]).strip() for i in footnotes_and_moved(layout)}
    assert any("ladder book" in text for text in noted)
    assert any("hemp" in text for text in noted)
    page = layout.pages[0]
    raw = sum(b - a for a, b in raw_ranges(page, start, page.end))
    assert raw == len(layout.text[start : page.end])
    assert sorted(raw for _, raw, _ in page.segments) != [raw for _, raw, _ in page.segments]  # each is where it was


def footnotes_and_moved(layout: Layout) -> set[int]:

    return {*footnotes(layout), *(i for i, line in enumerate(layout.lines) if line.role is LineRole.NOTE)}


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("A basket is weighed at the shed before noon by whoever filled it and carried to the gate.", OVER[1]),
        (OVER[0], "1. The gate is closed for the night by the keeper of the orchard and of the shed."),
    ],
)
def test_notes_below_a_sentence_that_ends_stay(tmp_path: Path, last: str, following: str) -> None:
    layout = _book(tmp_path, last, following=following)
    page = layout.pages[0]
    assert layout.text[page.start : page.end].rstrip().endswith("of hemp.")


def test_notes_of_a_page_without_a_clear_place_stay(tmp_path: Path) -> None:
    book = Book()
    open_lines = [
        f"the keeper of the orchard and the {n} pickers of the valley and the weighers of the shed and" for n in "abc"
    ]
    book.add(*open_lines, notes=NOTES)
    book.add(OVER[1], "", *words(2, 96))
    layout = book.layout(tmp_path / "a.pdf")
    page = layout.pages[0]
    assert layout.text[page.start : page.end].rstrip().endswith("of hemp.")


def test_a_hyphen_above_a_note_does_not_join_it_with_the_word(tmp_path: Path) -> None:
    layout = _book(
        tmp_path,
        "A basket is weighed at the shed before noon by whoever filled it and then it is car-",
        following="ried to the gate, where the keeper of the orchard writes down the name in the long book.",
    )
    start = layout.text.index("A basket is weighed")
    end = layout.text.index("long book.") + len("long book.")
    assert "it is carried to the gate" in readable(layout.text[start:end])
    assert "ladder book" not in layout.text[start:end]


def test_moved_notes_end_their_line_where_a_broken_word_ends_the_page() -> None:
    text = "A page of the book\nThe shed is shut.\nIt has a wood\x02\n1 See the ladder book."
    pieces = [(19, 37), (52, len(text)), (37, 51)]
    ended = _with_line_end(text, pieces)
    assert "".join(text[a:b] for a, b in ended) == "The shed is shut.\n1 See the ladder book.\nIt has a wood\x02"
    assert len({n for a, b in ended for n in range(a, b)}) == sum(b - a for a, b in ended)


def test_notes_stand_before_the_paragraph_that_goes_on_and_not_within_it(tmp_path: Path) -> None:
    begins = (
        "(7) The ladders are counted every week by the keeper of the orchard and of the shed. They",
        "are mended.",
    )
    layout = _book(tmp_path, "", begins[0], f"{begins[1]} {OVER[0]}")
    start = layout.text.index("(7) The ladders")
    end = layout.text.index("long book.") + len("long book.")
    assert readable(layout.text[start:end]) == " ".join((*begins, *OVER))


def test_a_small_number_at_the_beginning_of_a_paragraph_parts_it_from_none_of_its_lines(tmp_path: Path) -> None:
    layout = _book(
        tmp_path, L("(7) The ladders are counted by the keeper of the orchard before anyone", size=8.5), OVER[0]
    )
    start = layout.text.index("(7) The ladders")
    end = layout.text.index("long book.") + len("long book.")
    assert "hemp" not in layout.text[start:end] and "ladder book" not in layout.text[start:end]
