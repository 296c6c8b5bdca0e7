"""Kinds of references that once led to a wrong place: a named edition or work is used, or nothing is found."""

from __future__ import annotations

import pytest

from kb.messages import words
from kb.references.parsing import read
from kb.references.resolving import ResolutionOutcome, resolve
from tests.kb.references.test_resolving import CATALOG, SHELF, shown
from tests.paths import ROOT

LINES = (ROOT / "tests" / "data" / "reference-kinds.tsv").read_text("utf-8").splitlines()
TABLE = [line.split("\t") for line in LINES if line and not line.startswith("#")]


def shown_strictly(text: str) -> str:
    """What a look-up of the text finds in the small world; words that no name explains find nothing."""
    found = [resolve(each, SHELF) for each in read(text, CATALOG, strict=True)[0]]
    return "; ".join("none" if each.reference.beside else shown(each) for each in found) or "none"


def test_the_table_of_kinds_is_long_enough() -> None:
    assert len(TABLE) >= 150
    assert len({text for text, _ in TABLE}) == len(TABLE)


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_a_reference_never_leads_elsewhere(text: str, expected: str) -> None:
    assert shown_strictly(text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("IEEE P7003/D3 clause 6.2", "its numbers are not those of the published IEEE Std 7003-2024"),
        ("ISO/IEC/IEEE 24748-7000:2022, 5.2", "ISO/IEC/IEEE 24748-7000:2022 is IEEE Std 7000-2021"),
        ("UNSECO para 37", "The name was read as “UNESCO”"),
        ("Blue Policy paragraph 12", "Blue Policy is not among the editions known here"),
        ("HLEG 2.1", "2.1 stands in several places"),
    ],
)
def test_what_a_reader_must_know_of_a_name_is_said(text: str, told: str) -> None:
    [reference] = read(text, CATALOG, strict=True)[0]
    assert told in words(resolve(reference, SHELF).notice, "en")


def test_a_draft_is_never_answered_by_the_published_standard() -> None:
    [reference] = read("IEEE P7003/D3 clause 4", CATALOG, strict=True)[0]
    found = resolve(reference, SHELF)
    assert found.outcome is ResolutionOutcome.NOT_FOUND
    assert [each.key for each in found.near] == ["clause:4"]
