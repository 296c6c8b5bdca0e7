from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.numerals import MOST_ROMAN, roman_value, to_roman, with_figures


@pytest.mark.parametrize(("text", "value"), [("i", 1), ("iv", 4), ("XIV", 14), ("xcix", 99), ("cccxc", 390)])
def test_romans(text: str, value: int) -> None:
    assert roman_value(text) == value


@pytest.mark.parametrize("text", ["", "iiii", "vx", "ic", "a", "m", "1", "i v", "ı", "İV"])
def test_not_romans(text: str) -> None:
    assert roman_value(text) is None


def test_every_roman_numeral_reads_back_in_both_cases() -> None:
    for n in range(1, MOST_ROMAN + 1):
        assert roman_value(to_roman(n)) == roman_value(to_roman(n).lower()) == n


@given(st.text("ivxlc", max_size=9))
def test_only_the_canonical_form_of_a_number_is_a_numeral(text: str) -> None:
    value = roman_value(text)
    assert value is None or to_roman(value).lower() == text


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("within Seventy days", "within 70 days"),
        ("10,000 people", "10000 people"),
        ("세 가지 원칙", "3 가지 원칙"),
        ("세계의 네 명", "세계의 4 명"),
        ("nineteen of one hundred", "19 of one 100"),
    ],
)
def test_number_words_become_figures(text: str, figures: str) -> None:
    assert with_figures(text) == figures
