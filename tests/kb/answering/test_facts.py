"""What the catalog tells of the editions that a question names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.answering.facts import named_editions
from kb.query.query import read_query

if TYPE_CHECKING:
    from kb.library.library import Library


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("EAD v1 has how many general principles?", ["ieee-ead-v1-2016"]),
        ("How many principles does EAD1e have?", ["ieee-ead-1e-2019"]),
        ("How many principles has the OECD AI Recommendation of 2019?", ["oecd-legal-0449-2019"]),
    ],
)
def test_words_that_name_one_edition_name_no_newer_one(library: Library, question: str, named: list[str]) -> None:
    assert [edition.doc_id for edition in named_editions(library, read_query(library, question))] == named
