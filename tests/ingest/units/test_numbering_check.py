"""The check of numbering: the evidence for and against it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from ingest.parse import catalog
from ingest.units import SCHEMES, find_units
from ingest.units.numbering_check import OVERLONG_CHARS, check_numbering
from kb.types import Span, Unit
from tests.ingest.layouts import LAYOUTS, make_layout
from tests.wording import english

if TYPE_CHECKING:
    from kb.types import Edition


def edition(scheme: str = "eu-act", **expected: int) -> Edition:
    return replace(catalog().get("eu-ai-act-2024-1689"), scheme=scheme, expected=tuple(expected.items()))


def unit(n: int, kind: str, number: str, parent: str | None = None, key: str = "") -> Unit:
    """Unit ``n`` of ten characters, at ten times ``n``."""
    span = Span(10 * n, 10 * n + 9)
    name = key or f"{kind}:{number}"
    return Unit(
        f"urn:{name}", "d", "d", kind, number, f"{kind} {number}", "", span, span, 1, 1, parent and f"urn:{parent}", n
    )


LAYOUT = make_layout([[(f"word {n:04}", 50, 1.0, False) for n in range(60)]])


def test_what_holds() -> None:
    units = [unit(n, "article", str(n + 1)) for n in range(5)]
    proof = check_numbering(LAYOUT, units, edition(article=5))
    assert proof.holds
    assert proof.counts == (("article", 5),)
    assert proof.expected == (("article", 5, 5),)
    assert proof.n_uncovered == len(LAYOUT.text) - 45
    assert proof.as_dict()["holds"] is True
    assert "unproven_ids" not in proof.as_dict()


@pytest.mark.parametrize("numbers", [("2", "3"), ("1", "3"), ("1", "2", "5")])
def test_a_gap_in_what_counts_through_the_document(numbers: tuple[str, ...]) -> None:
    proof = check_numbering(LAYOUT, [unit(n, "article", number) for n, number in enumerate(numbers)], edition())
    assert not proof.holds
    assert len(proof.gaps) == 1


def test_another_count_than_expected() -> None:
    proof = check_numbering(LAYOUT, [unit(0, "article", "1")], edition(article=2, annex=1))
    assert english(proof.reasons) == ("article: expected 2, found 1", "annex: expected 1, found 0")


def test_a_number_that_occurs_twice() -> None:
    units = [unit(0, "article", "1"), unit(1, "article", "1", key="article:1~2"), unit(2, "article", "2")]
    proof = check_numbering(LAYOUT, units, edition())
    assert not proof.holds
    assert proof.duplicates == ("article 1",)


def test_units_out_of_order() -> None:
    units = [unit(3, "article", "1"), unit(1, "article", "2")]
    assert check_numbering(LAYOUT, units, edition()).order_breaks == ("article 2",)


def test_a_gap_in_one_list_is_that_lists_own() -> None:
    units = [
        unit(0, "article", "1"), unit(1, "paragraph", "1(1)", "article:1"),
        unit(2, "point", "1(1)(a)", "paragraph:1(1)"),
        unit(3, "point", "1(1)(c)", "paragraph:1(1)"), unit(4, "subpoint", "1(1)(c)(i)", "point:1(1)(c)"),
        unit(5, "paragraph", "1(2)", "article:1"), unit(6, "article", "2"),
    ]  # fmt: skip
    proof = check_numbering(LAYOUT, units, edition(article=2))
    assert proof.holds
    assert proof.gaps == ("2 before point 1(1)(c)",)
    assert proof.unproven == ("point 1(1)(a)", "point 1(1)(c)", "subpoint 1(1)(c)(i)")


def test_romans_are_told_from_letters_by_the_first() -> None:
    romans = [unit(n, "subpoint", f"1(a)({r})", "point:1(a)") for n, r in enumerate(("i", "ii", "iii", "iv", "v"))]
    letters = [unit(n + 5, "point", f"1({c})", "article:1") for n, c in enumerate("abcdefghijk")]
    assert check_numbering(LAYOUT, [*romans, *letters], edition()).gaps == ()


def test_a_section_may_carry_on_the_count() -> None:
    units = [
        unit(0, "annex", "I"), unit(1, "section", "A", "annex:I"), unit(2, "paragraph", "I(A), point 1", "section:A"),
        unit(3, "paragraph", "I(A), point 2", "section:A", key="p:2"), unit(4, "section", "B", "annex:I"),
        unit(5, "paragraph", "I(B), point 3", "section:B"),
    ]  # fmt: skip
    assert check_numbering(LAYOUT, units, edition()).gaps == ()


def test_empty_and_overlong_units() -> None:
    layout = make_layout([[("...", 50, 1.0, False), ("x" * (OVERLONG_CHARS + 5), 50, 1.0, False)]])
    dots, long = Span(0, 3), Span(4, 4 + OVERLONG_CHARS + 5)
    units = [
        replace(unit(0, "article", "1"), span=dots, own=dots),
        replace(unit(1, "article", "2"), span=long, own=long),
    ]
    proof = check_numbering(layout, units, edition())
    assert (proof.empty, proof.overlong) == (("article 1",), ("article 2",))
    assert not proof.holds


def test_lines_that_were_refused_are_told() -> None:
    layout = make_layout(
        [[("Article 1", 50, 1.0, False), ("(b) of it and", 50, 1.0, False), ("7. as well", 50, 1.0, False)]]
    )
    one = replace(unit(0, "article", "1"), span=Span(0, len(layout.text)), own=Span(0, len(layout.text)))
    proof = check_numbering(layout, [one], edition())
    assert proof.n_refused == 2
    assert proof.refused == ("page 1: (b) of it and", "page 1: 7. as well")


def test_no_units_prove_nothing_wrong() -> None:
    proof = check_numbering(make_layout([[]]), [], edition("outline"))
    assert proof.holds
    assert proof.pages_without_text == (1,)


@settings(max_examples=150)
@given(LAYOUTS)
def test_no_scheme_stumbles_over_any_lines(layout: object) -> None:
    for scheme in SCHEMES:
        of = edition(scheme)
        units, _ = find_units(layout, of)  # type: ignore[arg-type]
        text = layout.text  # type: ignore[attr-defined]
        proof = check_numbering(layout, units, of)  # type: ignore[arg-type]
        ids = {u.unit_id for u in units}
        assert len(ids) == len(units)
        assert proof.unproven_ids <= ids
        assert 0 <= proof.n_uncovered <= len(text)
        by_id = {u.unit_id: u for u in units}
        for u in units:
            assert 0 <= u.span.start <= u.own.end <= u.span.end <= len(text)
            assert u.own.start == u.span.start
            if u.parent_id:
                parent = by_id[u.parent_id].span
                assert parent.start <= u.span.start
                assert u.span.end <= parent.end or scheme == "nist-rmf"
