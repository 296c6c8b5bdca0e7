"""Collected citations: made anew from their places, marked if they are out of date, exported."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.audit.collected import MAX_COLLECTED, collected_rows, kept_record
from kb.audit.revalidation import RowState
from kb.citing.citation import quote_hash
from kb.errors import KBError
from kb.export.citations import citation_dict
from kb.export.formats import LIST_FORMATS, list_bytes

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.library.library import Library
    from kb.types import Citation

REFERENCES = ("OECD 1.3", "UNESCO para 37", "EU AI Act Art. 14")


def cited(base: KnowledgeBase, *references: str) -> list[Citation]:
    return [base.look_up(each)[0].units[0].citation for each in references or REFERENCES]


def test_what_stands_is_made_anew_in_its_order(base: KnowledgeBase) -> None:
    citations = cited(base)
    items = json.loads(json.dumps([kept_record(c) | {"note": f"for {c.path}"} for c in citations]))
    rows, listed = base.collected(items)
    assert [row.state for row in rows] == [RowState.UNCHANGED] * 3
    assert [row.citation and row.citation.unit_id for row in rows] == [c.unit_id for c in citations]
    assert [row.citation and row.citation.quote for row in rows] == [c.quote for c in citations]
    assert [row.note for row in rows] == [f"for {c.path}" for c in citations]
    assert [place.n for place in listed.places] == [1, 2, 3]
    assert "for Principle 1.3" in listed.rows[0].notices[0]
    # the published form of a citation is taken up as well
    again, _ = base.collected([citation_dict(c) for c in citations])
    assert [row.citation for row in again] == [row.citation for row in rows]


def test_a_sentence_of_an_answer_is_collected_with_its_place(base: KnowledgeBase) -> None:
    (citation, *_) = base.ask("How long are ledgers kept after the robot has left the orchard?").citations
    (row,), _ = base.collected([kept_record(citation)])
    assert row.citation is not None
    assert (row.citation.quote, row.citation.char_start) == (citation.quote, citation.char_start)


def test_words_that_are_not_there_any_more_leave_no_quote(base: KnowledgeBase) -> None:
    (first, second, third) = (kept_record(c) for c in cited(base))
    changed = "Calls for secrecy about all systems."
    items = [
        first | {"quote": changed, "quote_sha256": quote_hash(changed), "index_id": "an older one"},
        second | {"quote_sha256": "0" * 64},
        third | {"doc_id": "gone", "unit_id": "urn:kb:gone:1"},
        {"unit_id": "urn:kb:nowhere"},
    ]
    rows, listed = base.collected(items, "ko")
    assert [row.state for row in rows] == [
        RowState.TEXT_CHANGED, RowState.ROW_ALTERED, RowState.DOCUMENT_GONE, RowState.UNIT_GONE,
    ]  # fmt: skip
    assert all(row.is_stale and row.citation is None for row in rows)
    assert listed.places == ()
    assert all(row.reason and not row.quotes for row in listed.rows)
    for form in LIST_FORMATS:
        if form == "oscal":  # holds nothing but what is cited
            with pytest.raises(KBError, match="the list cites nothing"):
                list_bytes(listed, form)
        else:
            assert changed.encode() not in list_bytes(listed, form)


def test_a_unit_is_collected_by_its_id_alone(base: KnowledgeBase) -> None:
    (citation,) = cited(base, "OECD 1.3")
    rows, _ = base.collected([{"unit_id": citation.unit_id, "note": "n"}])
    assert [row.citation and row.citation.quote for row in rows] == [citation.quote]
    assert rows[0].kept.doc_ref == citation.doc_ref


def test_an_older_index_is_no_fault_where_the_words_stand(base: KnowledgeBase) -> None:
    (citation,) = cited(base, "OECD 1.3")
    moved = kept_record(citation) | {"index_id": "older", "char_start": 0, "char_end": 5}
    ((row,), _) = base.collected([moved])
    assert row.state is RowState.UNCHANGED
    assert row.citation is not None and row.citation.quote == citation.quote


def test_a_limit_of_the_licence_cuts_the_quote_and_is_said(base: KnowledgeBase, library: Library) -> None:
    (citation, *_) = base.ask("How long are ledgers kept after the robot has left the orchard?").citations
    edition = library.editions.get(citation.doc_id)
    assert edition is not None
    library.__dict__["editions"] = _Limited(library.editions, replace(edition, quote_limit_words=4))
    (row,) = collected_rows(library, [kept_record(citation)])
    assert row.limit_words == 4
    assert row.citation is not None and len(row.citation.quote.split()) == 5


class _Limited:
    """The editions of a library with another limit for one of them."""

    def __init__(self, editions: Any, limited: Any) -> None:
        self._editions, self._limited = editions, limited

    def get(self, doc_id: str) -> Any:
        return self._limited if doc_id == self._limited.doc_id else self._editions.get(doc_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._editions, name)


def test_too_many_are_cut(base: KnowledgeBase) -> None:
    (citation,) = cited(base, "OECD 1.3")
    rows, _ = base.collected([{"unit_id": citation.unit_id}] * (MAX_COLLECTED + 5))
    assert len(rows) == MAX_COLLECTED


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.lists(st.integers(), max_size=2))
NAMES = st.sampled_from(["doc_id", "unit_id", "quote", "char_start", "char_end", "page_index", "match", "note", "x"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(st.dictionaries(NAMES, VALUES), max_size=4))
def test_whatever_a_browser_keeps_is_read_without_a_fault(library: Library, items: list[dict[str, Any]]) -> None:
    rows = collected_rows(library, items)
    assert all(row.citation is None for row in rows)
