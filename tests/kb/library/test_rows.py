"""Which rows a search may find."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.library.row_sets import RowSet
from kb.text.page_kinds import SET_BACK, Apparatus
from kb.types import SearchFilter

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.library.library import Library


def test_the_rows_of_a_filter_are_found_once(base: KnowledgeBase) -> None:
    everything = base.library().rows.allowed(SearchFilter())
    assert base.library().rows.allowed(SearchFilter()) is everything
    without = base.library().rows.allowed(SearchFilter(include_register=False))
    assert without
    assert set(without) < set(everything)


def test_the_rows_that_questions_set_back_are_found_once(base: KnowledgeBase) -> None:
    """Gathered for each question anew, they would cost the more the larger an index is."""
    library = base.library()
    kinds = frozenset(Apparatus)
    assert library.rows.set_back(kinds) is library.rows.set_back(frozenset(Apparatus))
    assert library.rows.set_back(kinds) == {row: SET_BACK[kind] for row, kind in library.rows.page_kinds.items()}
    assert not library.rows.set_back(frozenset())


ROWS = st.sets(st.integers(0, 30))


@given(ROWS, ROWS)
def test_ranges_of_rows_are_sets_in_order(some: set[int], others: set[int]) -> None:
    mine, theirs = RowSet.of(some), RowSet.of(others)
    assert list(mine) == sorted(some)
    assert list(mine & theirs) == sorted(some & others)
    assert list(mine | theirs) == sorted(some | others)
    assert [row in mine for row in range(-1, 33)] == [row in some for row in range(-1, 33)]
    assert [mine[n] for n in range(-len(mine), len(mine))] == [*sorted(some), *sorted(some)]
    assert all(a.stop < b.start for a, b in itertools.pairwise(mine.ranges))
    assert bool(mine) is bool(some)


def by_walking(library: Library, chosen: SearchFilter) -> list[int]:
    """The rows that a filter allows, one by one."""
    store, editions = library.store, library.editions
    loaded = {d.doc_id for d in store.documents}
    official = {d.doc_id for d in store.documents if not d.edition.register_of}
    documents = {e.doc_id for e in store.filtered_editions(chosen)}
    in_force = editions.in_force(chosen.as_of).doc_ids if chosen.as_of else set()
    out: list[int] = []
    for row in range(store.n_passages):
        passage = store.passage(row)
        (unit,) = [u for u in store.units(passage.doc_id) if u.unit_id == passage.unit_id] or [None]
        entry = passage.doc_id not in official
        speaks_of = unit.of_document if entry and unit is not None else passage.doc_id
        edition = editions.get(speaks_of)
        if passage.doc_id not in documents or (chosen.forces and not set(chosen.forces) & set(passage.forces)):
            continue
        if chosen.as_of:
            if speaks_of in in_force and not (entry and speaks_of in loaded):
                out.append(row)
        elif chosen.doc_ids:
            out.append(row)
        elif entry:
            described = speaks_of in official or editions.has_later(speaks_of, {*official, *store.described})
            published = unit is not None and edition is not None and edition.publisher in chosen.publishers
            if not described and (published or not chosen.publishers):
                out.append(row)
        elif not editions.has_later(speaks_of, official):
            out.append(row)
    return out


@pytest.mark.parametrize(
    "chosen",
    [
        SearchFilter(),
        SearchFilter(include_register=False),
        SearchFilter(publishers=("OECD",)),
        SearchFilter(publishers=("OECD", "UNESCO"), forces=("should",)),
        SearchFilter(languages=("en",)),
        SearchFilter(as_of="2020-06-01"),
        SearchFilter(as_of="2020-06-01", publishers=("OECD",)),
        SearchFilter(doc_ids=("nothing",)),
        SearchFilter(forces=("shall", "may")),
    ],
    ids=repr,
)
def test_filters_allow_what_a_walk_through_all_rows_finds(base: KnowledgeBase, chosen: SearchFilter) -> None:
    library = base.library()
    assert list(library.rows.allowed(chosen)) == by_walking(library, chosen)


def test_the_unit_and_the_edition_of_a_row(base: KnowledgeBase) -> None:
    library = base.library()
    facts = library.rows.facts
    for row in range(0, library.store.n_passages, 7):
        passage = library.store.passage(row)
        assert facts.unit(row) == passage.unit_id
        assert passage.unit_id is None or row in facts.rows_of_units({passage.unit_id})
        assert row in facts.rows_of_editions({facts.edition(row)})
