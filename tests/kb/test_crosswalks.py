"""The crosswalk of a home: a reference names one unit of the register, or says what else there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.crosswalks import Crosswalks
from kb.errors import AmbiguousReference, ReferenceNotFound

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def crosswalks(tmp_path: Path) -> Crosswalks:
    return Crosswalks(tmp_path)


def test_a_reference_names_one_unit(crosswalks: Crosswalks) -> None:
    unit_id = "urn:kb:oecd:legal-0449:2024:principle:1.3"
    assert crosswalks.unit("OECD 1.3") == unit_id == crosswalks.unit(unit_id)


def test_what_leaves_a_choice_carries_the_choices(crosswalks: Crosswalks) -> None:
    with pytest.raises(AmbiguousReference) as caught:
        crosswalks.unit("principle 1")
    every = {unit.unit_id for unit in crosswalks.directory.units_by_key("principle:1")}
    assert {"urn:kb:eu:hleg:2019:principle:1", "urn:kb:unesco:ai-ethics:2021:principle:1"} < every
    assert sorted(caught.value.choices) == sorted(every)


def test_what_is_not_found_carries_its_near_misses(crosswalks: Crosswalks) -> None:
    with pytest.raises(ReferenceNotFound) as caught:
        crosswalks.unit("UNESCO para 142")
    assert caught.value.near[0] == "urn:kb:unesco:ai-ethics:2021:para:141"
    assert "Near misses" in str(caught.value)
