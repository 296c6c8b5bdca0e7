"""Differences between documents are reported if two sentences are on the same matter, and only then."""

from __future__ import annotations

import pytest

from kb.answering.conflicts import Statement, amounts, conflicts


def both(a: str, b: str) -> tuple[Statement, Statement]:
    return Statement(a, "Orchard Code", "rule 4"), Statement(b, "Harbour Notes", "1.2")


@pytest.mark.parametrize(
    ("a", "b", "kind", "said"),
    [
        (
            "Operators shall document the training datasets of harvesting robots.",
            "Operators of harvesting robots should document their training datasets.",
            "force",
            ("shall", "should"),
        ),
        (
            "Providers shall not disclose the biometric templates of gardeners.",
            "Providers may disclose biometric templates of gardeners to a court.",
            "force",
            ("shall not", "may"),
        ),
        (
            "A serious incident with a harvesting robot is reported to the inspectorate within 72 hours.",
            "Serious incidents with harvesting robots are reported to the inspectorate within 15 days.",
            "amount",
            ("72 hours", "15 days"),
        ),
        (
            "Infringements by robot providers are subject to administrative fines of up to EUR 35 000 000.",
            "Administrative fines for infringements by robot providers may reach EUR 15 million.",
            "amount",
            ("EUR 35 000 000", "EUR 15 million"),
        ),
        (
            "The ledger obligations of orchard robots apply from 2 August 2026.",
            "Ledger obligations of orchard robots apply from 2 December 2027.",
            "date",
            ("2 August 2026", "2 December 2027"),
        ),
    ],
)
def test_what_differs_is_shown_as_it_stands(a: str, b: str, kind: str, said: tuple[str, str]) -> None:
    for left, right, words in ((a, b, said), (b, a, said[::-1])):
        (found,) = conflicts(both(left, right))
        assert (found.kind, found.said) == (kind, words)
        assert (found.first.document, found.second.document) == ("Orchard Code", "Harbour Notes")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        # other subjects
        ("Operators shall document the training datasets of robots.", "Keepers should mend a lamp before the tide."),
        ("Gardeners report within 72 hours.", "Ledgers of harbour lamps are kept for nine years."),
        # the same words of force, the same amounts
        (
            "Operators shall document the training datasets of harvesting robots.",
            "Operators must document training datasets of harvesting robots.",
        ),
        (
            "A serious incident with a robot is reported to the inspectorate within 48 hours.",
            "Serious incidents with a robot are reported to the inspectorate within two days.",
        ),
        # another force on another action of the same subject
        (
            "Operators shall document the training datasets of harvesting robots.",
            "Operators of harvesting robots should publish training datasets.",
        ),
        # other amounts of other things
        (
            "Harvesting robots are inspected every 6 months by the inspectorate of orchards.",
            "The orchard inspectorate fines owners of harvesting robots up to EUR 6 000.",
        ),
    ],
)
def test_no_false_alarm(a: str, b: str) -> None:
    assert conflicts(both(a, b)) == ()


def test_one_document_does_not_contradict_itself_here() -> None:
    a, b = both(
        "Operators shall document the training datasets of harvesting robots.",
        "Operators of harvesting robots should document their training datasets.",
    )
    assert conflicts((a, Statement(b.words, a.document))) == ()


@pytest.mark.parametrize("text", ["within twenty-four hours", "within twenty four hours", "within 24 hours"])
def test_an_amount_in_two_words_is_read_whole(text: str) -> None:
    assert [value for _, value, _, _ in amounts(text)] == [24.0]


def test_amounts_are_read_however_they_are_written() -> None:
    found = amounts("up to EUR 35 000 000 or 7 % within fifteen days, from 2026")
    assert [(kind, value) for kind, value, _, _ in found] == [("EUR", 35e6), ("share", 7.0), ("time", 360.0)]
    assert [value for _, value, _, _ in amounts("72시간 이내, 3개월, 2026년")] == [72.0, 3 * 730.0]


def test_a_date_that_names_a_text_is_no_date_of_the_matter() -> None:
    a, b = both(
        "Rules on the harvesting robots of orchards, Directive of the Council of Gardeners of 1 May 2000.",
        "Rules on the harvesting robots of orchards, Directive of the Council of Gardeners of 7 June 2011.",
    )
    assert conflicts((a, b)) == ()
