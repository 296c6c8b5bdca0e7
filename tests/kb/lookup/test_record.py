"""Units as records: the same units as a look-up finds, from one library."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from kb.errors import ConfigError
from kb.knowledge_base import KnowledgeBase
from kb.library.counterparts import counterparts
from kb.lookup.record import look_up_records, unit_record

if TYPE_CHECKING:
    from pathlib import Path

REFERENCES = ("OECD 1.3", "UNESCO para 37 and para 38", "OECD 99", "pears")


def test_records_are_those_of_the_units_that_are_looked_up(base: KnowledgeBase) -> None:
    library = base.library()
    found = look_up_records(library, REFERENCES, context=True)
    assert [[item.found for item in items] for items in found] == [list(base.look_up(each)) for each in REFERENCES]
    records = [told for items in found for item in items for told in item.records]
    views = [seen for items in found for item in items for seen in item.found.units]
    assert [told.unit_id for told in records] == [seen.unit.unit_id for seen in views]
    assert len(records) == 3
    for told, seen in zip(records, views, strict=True):
        assert told == unit_record(library, seen, context=True)
        assert told.counterparts == counterparts(library, told.unit_id)
        assert told.other_editions == seen.other_editions
    assert base.look_up_records(REFERENCES, context=True) == found


def test_a_record_as_json_says_of_each_counterpart_whose_reading_it_is(base: KnowledgeBase) -> None:
    ((item,),) = base.look_up_records(["OECD 1.3"])
    (told,) = item.records
    assert told.counterparts
    written = json.loads(json.dumps(told.as_dict()))
    assert written["counterparts"] == [each.as_dict() for each in told.counterparts]
    assert all(each["status"] and each["standing"] for each in written["counterparts"])


def test_records_are_of_the_day_and_edition_asked_for(base: KnowledgeBase) -> None:
    for given in ({"as_of": "2020-06-30"}, {"edition": "2019"}):
        ((item,),) = base.look_up_records(["OECD 1.3"], **given)
        assert [told.edition for told in item.records] == ["OECD/LEGAL/0449 (2019)"]
    with pytest.raises(ConfigError):
        base.look_up_records(["OECD 1.3"], as_of="yesterday")


def test_what_is_suggested_is_named_as_a_look_up_names_it(base: KnowledgeBase) -> None:
    found = base.suggest("OECD 1.")
    assert found
    assert [each.name for each in found] == [base.library().units.describe(each.unit.unit_id) for each in found]
    assert all("OECD/LEGAL/0449" in each.name for each in found)


def test_a_fault_in_ones_own_crosswalk_is_told_by_both(home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(home, tmp_path / "home")
    (home / "crosswalk.toml").write_text("[[edge]]\nx = 1\n", "utf-8")
    with KnowledgeBase.open(home) as base:
        for ask in (lambda: base.look_up_records(["OECD 1.3"]), lambda: base.look_up_page("OECD 1.3")):
            with pytest.raises(ConfigError, match=r"crosswalk\.toml, line"):
                ask()
