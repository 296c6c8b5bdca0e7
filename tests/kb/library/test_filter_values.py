"""Values of a filter that match nothing are named, with the known ones that they may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.library.filter_values import near_values, unknown_values
from kb.messages import words
from kb.types import SearchFilter, notice
from tests.library import command

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase


@pytest.mark.parametrize(
    ("value", "near"),
    [
        ("oecd", ("OECD",)),
        ("UNESCOO", ("UNESCO",)),
        ("european", ("European Union",)),
        ("Orchard Guild", ()),
        ("", ()),
    ],
)
def test_near_values_differ_by_case_by_a_slip_or_by_a_part(value: str, near: tuple[str, ...]) -> None:
    assert near_values(value, ["OECD", "UNESCO", "European Union", "IEEE"]) == near


def test_what_is_known_is_not_named(base: KnowledgeBase) -> None:
    edition = base.library().store.documents[0].edition
    chosen = SearchFilter((edition.doc_id,), (edition.publisher,), (edition.language,), ("shall",))
    assert unknown_values(base.library(), chosen) == ()
    assert unknown_values(base.library(), SearchFilter()) == ()


def test_each_unknown_value_is_named_beside_what_was_found(base: KnowledgeBase) -> None:
    chosen = SearchFilter(publishers=("OECD", "Unesco"), languages=("xx",), forces=("must",))
    assert [words(each, "en") for each in unknown_values(base.library(), chosen)] == [
        "no document here is of the publisher “Unesco”; near: UNESCO",
        "no document here is in the language “xx”",
        "no sentence has the force “must”",
    ]
    found = base.search("human oversight", 3, SearchFilter(publishers=("OECD", "Unesco")))
    assert found.hits
    assert found.notices[-1] == notice("no publisher near", value="Unesco", near=("UNESCO",))


def test_a_reference_that_the_filter_leaves_out_says_so_too(base: KnowledgeBase) -> None:
    refused = base.ask("OECD 1.3", SearchFilter(publishers=("Unesco",)))
    assert refused.refused
    assert notice("no publisher near", value="Unesco", near=("UNESCO",)) in refused.reason
    assert words(refused.reason[-1], "ko").endswith("“Unesco” (비슷한 값: UNESCO)")


def test_the_command_offers_ids_that_are_near(base: KnowledgeBase) -> None:
    doc_id = base.library().store.documents[0].doc_id
    told = command("--home", str(base.home), "search", "robots", "-d", doc_id[:-1])
    assert told.exit_code == 2
    assert f"did you mean {doc_id}" in " ".join(told.stderr.replace("\n", " ").split())
