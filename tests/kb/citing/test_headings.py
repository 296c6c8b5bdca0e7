"""A heading is no part of a quote, however it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citing.headings import names_of_unit, squeezed_words, without_headings
from kb.types import Span

if TYPE_CHECKING:
    from kb.library.library import Library

TEXT = """Article 18 – Rights of the keepers of small lamps
Each port shall take due account of the needs of keepers."""


def test_a_heading_with_number_and_title_on_one_line_is_left_out(library: Library) -> None:
    [document, *_] = library.store.documents
    [unit, *_] = library.store.units(document.doc_id)
    article = replace(
        unit, path="Article 18", number="18", title="Rights of the keepers of small lamps", parent_id=None
    )
    start = without_headings(TEXT, Span(0, len(TEXT)), names_of_unit(library, article))
    assert TEXT[start:] == "Each port shall take due account of the needs of keepers."


def test_a_line_whose_sentence_goes_on_below_it_is_no_heading() -> None:
    rule = "3 Keep all lamps of the harbour burning,\nto guide ships, thereby\nmaking the quay safe."
    title = squeezed_words("3 Keep all lamps of the harbour burning, to guide ships, thereby")
    assert without_headings(rule, Span(0, len(rule)), title) == 0
    over_two_lines = "3 Keep all lamps of the harbour burning,\nto guide ships\nThe keeper writes it down."
    assert over_two_lines[without_headings(over_two_lines, Span(0, len(over_two_lines)), title) :].startswith("The")
    points = "Lamps of the Harbour\na lamps are lit at dusk;"
    assert points[without_headings(points, Span(0, len(points)), squeezed_words("Lamps of the Harbour")) :][:1] == "a"
