"""Whether a question asks for one point of a list."""

from __future__ import annotations

import pytest

from kb.answering.narrowing import is_asked_by_name


@pytest.mark.parametrize(
    ("point", "by_name"),
    [
        ("1.5. Oil safety: Keepers fill the lamps in daylight.", True),
        ("(b) Safety: Keepers fill the lamps in daylight.", True),
        ("(b) Thrift: the oil is kept in a place of safety.", False),
        ("(b) oil and safety", False),
        ("(iv) Oil safety: Keepers fill the lamps.", True),
        ("(b) ... - -: Keepers fill the lamps.", False),
        ("Keepers see to oil and safety at the following times: at dusk.", False),
    ],
)
def test_a_point_is_asked_for_by_the_name_before_its_text(point: str, by_name: bool) -> None:
    assert is_asked_by_name(point, {"rules", "oil", "safety"}, lambda text: text.casefold().split()) is by_name
