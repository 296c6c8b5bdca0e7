"""Which rows a search may find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.types import SearchFilter

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase


def test_the_rows_of_a_filter_are_found_once(base: KnowledgeBase) -> None:
    everything = base.library().rows.allowed(SearchFilter())
    assert base.library().rows.allowed(SearchFilter()) is everything
    without = base.library().rows.allowed(SearchFilter(include_register=False))
    assert without
    assert set(without) < set(everything)
