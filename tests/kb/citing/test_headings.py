"""A heading is no part of a quote, however it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citing.headings import names_of_unit, without_headings
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
