"""The force that a point takes from the opening words of its list."""

from __future__ import annotations

import pytest

from benchmarks.measurements.force import READ, measure, table
from kb.text.force_frames import force_under, openings_of, statement_force
from kb.types import Force, Span, Unit
from tests.paths import DOCUMENTS, document


@pytest.mark.parametrize(
    ("opening", "point", "force"),
    [
        ("Keepers of lamps shall:", "(a) light them at dusk;", Force.SHALL),
        ("Keepers should:", "• Keep a list of lamps.", Force.SHOULD),
        ("The office may:", "(b) ask keepers who must report for the list;", Force.MAY),
        ("The list shall hold at least the following:", "(c) the name of the keeper, which may be short;", Force.SHALL),
        ("The rules lay down:", "(a) the names of lamps;", Force.INFORMATIVE),
        ("The following holds for lamps:", "(a) A keeper must light them.", Force.SHALL),
        ("등대지기는 다음 각 호의 사항을 이행하여야 한다.", "1. 등의 점검", Force.SHALL),
        ("위원회는 다음 각 호의 업무를 할 수 있다.", "2. 목록의 공개", Force.MAY),
        ("Los guardas deberán:", "a) encender las lámparas;", Force.SHALL),
        ("Les gardiens devraient :", "a) allumer les lampes ;", Force.SHOULD),
    ],
)
def test_a_point_has_the_force_of_its_opening_words(opening: str, point: str, force: Force) -> None:
    assert force_under(point, [opening]) is force


def test_a_later_sentence_of_a_point_has_its_own_force() -> None:
    opening = ["The office may:"]
    assert force_under("(a) ask for the list. The keeper shall hand it over within a week.", opening) is Force.SHALL


def test_a_point_below_a_point_takes_the_force_over_both() -> None:
    openings = ["(b) keep a list of:", "Keepers shall:"]
    assert force_under("(i) lamps;", openings) is Force.SHALL


LIST = """Keepers must do three things every evening:
• light the lamp before dusk,
• note the hour in the book,
• look at the wind.
The book is kept in the hall."""


def test_bullets_without_numbers_take_the_force_of_the_words_before_the_colon() -> None:
    start = LIST.index("• note")
    assert openings_of(LIST, start) == ["Keepers must do three things every evening:"]
    assert statement_force(LIST, start, LIST.index("• look") - 1) is Force.SHALL
    end = LIST.index("The book")
    assert statement_force(LIST, end, len(LIST)) is Force.INFORMATIVE


def unit(kind: str, path: str, start: int, end: int, parent: str | None = None) -> Unit:
    span = Span(start, end)
    return Unit(path, "d", "d", kind, path, path, "", span, span, 1, 1, parent)


def test_units_lead_from_a_point_to_its_opening_words() -> None:
    text = "1. Keepers shall:\n(a) light the lamp;\n(b) ring the bell."
    at = text.index("(b)")
    chain = [unit("point", "1(b)", at, len(text), "1"), unit("paragraph", "1", 0, text.index("(a)"))]
    assert openings_of(text, at, chain) == ["1. Keepers shall:"]
    assert statement_force(text, at, len(text), chain) is Force.SHALL


@pytest.mark.parametrize("kind", ["recital", "definition"])
def test_recitals_and_definitions_bind_nobody(kind: str) -> None:
    text = "(4) Keepers must light their lamps."
    assert statement_force(text, 0, len(text), [unit(kind, "4", 0, len(text))]) is Force.INFORMATIVE


@pytest.mark.documents
@pytest.mark.skipif(DOCUMENTS is None or not READ.is_file(), reason="official publications are not at hand")
@pytest.mark.parametrize("name", sorted(table()))
def test_the_force_of_sentences_that_were_read(name: str) -> None:
    path = document(name)
    counts, wrong = measure(name, table()[name], path.parents[1])
    known = counts["right"] + counts["wrong"]
    assert known >= 0.9 * sum(counts.values())
    assert counts["right"] >= 0.97 * known - 1, wrong
