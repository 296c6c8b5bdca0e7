"""Which sentences announce what follows them, so that it is quoted with them."""

from __future__ import annotations

import pytest

from kb.answering.quoting import _ANNOUNCES


@pytest.mark.parametrize(
    ("words", "announces"),
    [
        ("The following duties apply.", True),
        ("The following conditions must be met.", True),
        ("The group makes the following recommendations.", True),
        ("The keeper shall tell the guild within the following 30 days.", False),
        ("The list is printed in the following years.", False),
        ("This applies to the following business.", False),
    ],
)
def test_a_sentence_that_announces_is_told_from_one_that_speaks_of_time(words: str, announces: bool) -> None:
    assert (_ANNOUNCES.search(words) is not None) is announces
