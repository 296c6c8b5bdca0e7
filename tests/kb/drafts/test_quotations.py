"""Words around quotations in drafts."""

from __future__ import annotations

import pytest

from kb.drafts.quotations import EXCEPTED


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
