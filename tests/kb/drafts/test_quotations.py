"""Words around quotations in drafts."""

from __future__ import annotations

import pytest

from kb.drafts.quotations import EXCEPTED, without_note_marks


@pytest.mark.parametrize(
    ("rest", "takes_out"),
    [
        (", except where the lamp is put out for safety", True),
        (" unless the keeper agrees", True),
        (", 다만 안개가 낀 날은 제외한다", True),
        (" and whoever tends them by night", False),
        (" where the lamp stands", False),
    ],
)
def test_words_directly_behind_a_quotation_that_take_something_out_of_it(rest: str, takes_out: bool) -> None:
    assert (EXCEPTED.match(rest) is not None) is takes_out


@pytest.mark.parametrize(
    ("quote", "read"),
    [
        ("up to 7.5 % of the turnover", "up to 7.5 % of the turnover"),
        ("72,500 hours", "72,500 hours"),
        ("less CO2 in the air", "less CO2 in the air"),
        ("policies.68 They", "policies. They"),
        ("of the Council61 and", "of the Council and"),
    ],
)
def test_figures_of_the_text_are_no_marks_of_notes(quote: str, read: str) -> None:
    assert without_note_marks(quote) == read
