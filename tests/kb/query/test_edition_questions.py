"""Questions about editions, and what differs between two texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.catalog.catalog import load_home_catalog
from kb.catalog.edition_diff import differing
from kb.query.edition_questions import asks_of_editions, with_editions, without_editions
from kb.query.scopes import scopes_of
from kb.references.parsing import read

if TYPE_CHECKING:
    from kb.catalog.catalog import Catalog


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load_home_catalog(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize(
    ("question", "old", "first"),
    [
        ("What is OECD 1.2 called today, and what was it called in 2019?", "oecd-legal-0449-2019", False),
        ("Which principle of EAD was about lamps in Version 1?", "ieee-ead-v1-2016", True),
        ("Was it lamps or oil in the version the Parliament adopted on 13 March 2024?", "ep-p9-ta-2024-0138", True),
        ("2019년판 OECD 원칙 1.2의 제목이 바뀌었나요?", "oecd-legal-0449-2019", True),
    ],
)
def test_an_older_edition_is_searched_beside_what_came_after_it(
    question: str, old: str, first: bool, catalog: Catalog
) -> None:
    scopes = scopes_of(question, read(question, catalog)[0], catalog.editions)
    found = with_editions(question, scopes, catalog.editions)
    assert len(found) == 2
    (place,) = [n for n, scope in enumerate(found) if old in scope.doc_ids]
    assert (place == 0) is first
    assert not found[0].doc_ids & found[1].doc_ids


@pytest.mark.parametrize("question", ["What does OECD 1.4 ask?", "Who lights the lamp in UNESCO's texts today?"])
def test_other_questions_keep_their_scopes(question: str, catalog: Catalog) -> None:
    scopes = scopes_of(question, read(question, catalog)[0], catalog.editions)
    assert with_editions(question, scopes, catalog.editions) == scopes


def test_clauses_that_only_name_editions_are_not_searched() -> None:
    assert without_editions("Which rule is about lamps, and which was it in Version 1?") == "Which rule is about lamps?"
    assert without_editions("Lamps today?") == "Lamps today?"
    assert asks_of_editions("Is that still the right letter?")
    assert not asks_of_editions("Who lights the lamp?")


def test_differing_places_stand_as_they_are() -> None:
    places = differing("The keeper lights one lamp, at dusk.", "The keeper lights two lamps at dusk and dawn.")
    assert places.pairs == (("one lamp", "two lamps"), ("", "and dawn"))
    assert differing("A lamp, lit.", "a lamp lit").pairs == ()


def test_no_more_than_a_few_places_are_shown() -> None:
    old, new = (" ".join(f"same {word}{n}" for n in range(6)) for word in ("x", "y"))
    places = differing(old, new)
    assert (len(places.pairs), places.more) == (3, 3)
