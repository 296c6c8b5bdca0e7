"""Tables and figures as units: the caption and its page; text that only mentions one is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.units.captioned import with_captions
from kb.types import Span, Unit
from tests.entries import edition
from tests.ingest.layouts import make_layout

if TYPE_CHECKING:
    from ingest.layout.layout import Layout

OF = edition("lamps")
PROSE = "The keeper of the harbour records each check of each lamp before the evening, as said in"


def section(layout: Layout) -> Unit:
    whole = Span(0, len(layout.text))
    return Unit(
        f"{OF.urn}:section:1", "lamps", "lamps", "section", "1", "section 1", "Lamps", whole, whole, 1, 2, None, 0
    )


def captions(*pages: list[str]) -> dict[str, tuple[str, int]]:
    layout = make_layout([[(words, 60.0, 1.0, False) for words in page] for page in pages])
    found = with_captions([section(layout)], layout, OF)
    assert [unit.order for unit in found] == list(range(len(found)))
    assert all(u.parent_id == f"{OF.urn}:section:1" for u in found if u.kind != "section")
    return {u.unit_id.removeprefix(f"{OF.urn}:"): (u.title, u.page_start) for u in found if u.kind != "section"}


@pytest.mark.parametrize(
    ("line", "key", "title"),
    [
        ("Table 1: Lamps by harbour", "table:1", "Lamps by harbour"),
        ("Figure 2.3. The life of a lamp", "figure:2.3", "The life of a lamp"),
        ("TABLE 4 Lamps by year", "table:4", "Lamps by year"),
        ("Fig. 7 – Fog at the quay", "figure:7", "Fog at the quay"),
        ("Tabla 3. Faros por puerto", "table:3", "Faros por puerto"),
        ("<표 2> 등대별 점검 주기", "table:2", "등대별 점검 주기"),
        ("[그림 3-1] 점검의 흐름", "figure:3.1", "점검의 흐름"),
        ("표 5. 점검 결과", "table:5", "점검 결과"),
    ],
)
def test_a_caption_is_a_unit_on_its_page(line: str, key: str, title: str) -> None:
    assert captions(["Lamps are lit."], [line, "It is dark."]) == {key: (title, 2)}


def test_a_number_alone_has_its_title_in_the_next_line() -> None:
    assert captions(["Table 1", "Lamps by harbour"]) == {"table:1": ("Lamps by harbour", 1)}


@pytest.mark.parametrize(
    "lines",
    [
        ["Table 4 shows the lamps of each harbour."],
        ["표 2는 점검 주기를 보여 준다."],
        [PROSE, "Table 4. The keeper signs it."],
        ["Tables 1 and 2 list the lamps."],
        ["별표 1 등대의 종류"],
    ],
)
def test_what_only_mentions_a_table_is_none(lines: list[str]) -> None:
    assert captions(lines) == {}


def test_a_number_with_two_captions_is_that_of_neither() -> None:
    assert captions(["Table 1: Lamps", "It is dark.", "Table 1: Quays"]) == {}
    for further in ("Table 1: Lamps (continued)", "Table 1 (continued)", "Table 1 – cont’d"):
        assert captions(["Table 1: Lamps"], [further]) == {"table:1": ("Lamps", 1)}


def test_a_document_without_units_stays_without() -> None:
    assert with_captions([], make_layout([[("Table 1: Lamps", 60.0, 1.0, False)]]), OF) == []


@given(st.lists(st.text("Table Figure표그림 <>[].:-1290ab가", max_size=30), min_size=1, max_size=8))
def test_the_units_that_were_there_stay(lines: list[str]) -> None:
    layout = make_layout([[(words, 60.0, 1.0, False) for words in lines]])
    found = with_captions([section(layout)], layout, OF)
    assert sum(unit.kind == "section" for unit in found) == 1
    assert all(layout.text[unit.span.start : unit.span.end].strip() for unit in found if unit.kind != "section")
