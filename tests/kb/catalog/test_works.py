from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from kb.catalog.catalog import Catalog, load_catalog
from kb.catalog.works import EditionChains, later_than, successors
from tests.catalogs import entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Edition

ANY = load_catalog(entry()).editions[0]


@st.composite
def editions(draw: st.DrawFn, dates_in_order: bool = False) -> list[Edition]:
    """Up to seven editions, each joined to earlier or later ones by any of the three records, in any order."""
    n = draw(st.integers(1, 7))
    out: list[Edition] = []
    for i in range(n):
        old = draw(st.none() | st.integers(0, i - 1)) if i else None
        new = draw(st.none() | st.integers(i + 1, n - 1)) if i + 1 < n else None
        other = draw(st.none() | st.integers(0, n - 1)) if not dates_in_order else None
        given_ = {
            "supersedes": old,
            "superseded_by": new,
            "rendition_of": other if other not in {i, old, new} else None,
        }
        year = 2000 + (i if dates_in_order else draw(st.integers(0, 3)))
        names = {key: None if value is None else f"d{value}" for key, value in given_.items()}
        out.append(replace(ANY, doc_id=f"d{i}", urn=f"urn:kb:x:y:{i}", issued=str(year), **names))
    return draw(st.permutations(out))


def component(of: str, among: Sequence[Edition]) -> set[str]:
    """The editions joined to one, found by widening until nothing changes."""
    found = {of}
    while True:
        joined = {
            doc
            for e in among
            for pair in ((e.doc_id, e.supersedes), (e.doc_id, e.superseded_by), (e.doc_id, e.rendition_of))
            if pair[1] is not None and found & {*pair}
            for doc in pair
            if doc is not None
        }
        if joined <= found:
            return found
        found |= joined


@given(editions())
def test_a_chain_holds_every_edition_joined_to_one_and_is_the_same_from_each(some: list[Edition]) -> None:
    chains = EditionChains(some)
    for each in some:
        chain = chains.chain(each.doc_id)
        assert len(chain) == len(set(chain))
        assert set(chain) == component(each.doc_id, some)
        assert all(chains.chain(other) == chain for other in chain)


@given(editions())
def test_no_edition_stands_before_one_that_supersedes_it(some: list[Edition]) -> None:
    chains = EditionChains(some)
    for each in some:
        chain = chains.chain(each.doc_id)
        for later in later_than(some, each.doc_id):
            assert chain.index(later) < chain.index(each.doc_id)


@given(editions(dates_in_order=True))
def test_where_dates_and_successions_agree_the_order_is_that_of_the_dates(some: list[Edition]) -> None:
    catalog = Catalog(tuple(some))
    for each in some:
        chain = catalog.chain(each)
        assert list(chain) == sorted(chain, key=lambda edition: edition.issued)
        assert {e.doc_id for e in chain} == component(each.doc_id, some)
        assert catalog.works.newer(each.doc_id) == tuple(reversed(chain[chain.index(each) + 1 :]))


@given(editions())
def test_renditions_are_left_out_unless_asked_about(some: list[Edition]) -> None:
    chains = EditionChains(some)
    for each in some:
        own = chains.editions_of(each.doc_id)
        assert each in own
        assert all(edition.rendition_of is None or edition is each for edition in own)


def test_either_side_may_record_a_succession_and_what_is_not_there_joins_nothing() -> None:
    old = replace(ANY, doc_id="old", superseded_by="new")
    new = replace(ANY, doc_id="new", supersedes="lost")
    assert successors([old, new]) == {"old": {"new"}, "lost": {"new"}}
    assert EditionChains([old, new]).chain("old") == ("new", "old")
    assert EditionChains([old]).chain("elsewhere") == ("elsewhere",)
    assert EditionChains([old]).ref("elsewhere") == "elsewhere"
