"""The order in which the lines of a page are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.layout.reading_order import reading_order
from ingest.layout.source_page import SourceLine, SourcePage

if TYPE_CHECKING:
    from kb.types import Notice


def test_a_page_of_very_many_small_blocks_is_read_by_place() -> None:
    """Far more blocks than calls may be nested, from the foot of the page to its head."""
    n = 1_200
    lines = tuple(
        SourceLine(2 * i, 2 * i + 1, 50, 60, top := 0.03 * (n - i), 1.0, False, top + 0.005) for i in range(n)
    )
    notes: list[Notice] = []
    order = reading_order(SourcePage(1, "x " * n, lines), frozenset(), notes)
    assert sorted(order) == list(range(n))
    assert order == list(reversed(range(n)))
    assert [note.kind for note in notes] == ["note by place"]
