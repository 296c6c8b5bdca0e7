"""A person's own documents by name, from the file to the look-up, the citation list and the questions."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from kb.catalog.given_names import GivenName, checked_name, load_given_names, read_given_names, write_given_names
from kb.errors import ConfigError
from kb.messages import words
from kb.query.query import read_query
from tests.library import command, opened, said

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase


def own_id(base: KnowledgeBase, title: str) -> str:
    return next(d.doc_id for d in base.library().store.documents if d.edition.title == title)


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    """A copy of the small library's home, to be written to."""
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    return copy


@pytest.mark.parametrize(
    "text",
    ["Code for Careful Orchards paragraph 4", "Careful Orchards code para 4", "orchards code 4", "orchard.txt 4"],
)
def test_a_loaded_file_is_looked_up_by_its_title(base: KnowledgeBase, text: str) -> None:
    [found] = base.look_up(text)
    assert [view.unit.number for view in found.units] == ["4."] or [v.unit.number for v in found.units] == ["4"]
    assert found.units[0].edition.title == "Code for Careful Orchards"


def test_the_id_that_is_printed_is_a_name(base: KnowledgeBase) -> None:
    doc_id = own_id(base, "Code for Careful Orchards")
    [found] = base.look_up(f"{doc_id} para 2")
    assert found.units[0].unit.of_document == doc_id


def test_a_named_document_without_numbers_is_said_to_have_none(base: KnowledgeBase) -> None:
    [found] = base.look_up("Notes on Harbour Lamps paragraph 2")
    assert not found.units and not found.choices
    assert found.notice is not None
    assert "Notes on Harbour Lamps has no numbered units here" in said([found.notice])[0]


@pytest.mark.parametrize(
    "text", ["Code for Careless Meadows paragraph 4", "Blue Book para 4", "Article 5 of the Pear Treaty"]
)
def test_a_publication_that_is_not_known_is_not_answered_from_another(base: KnowledgeBase, text: str) -> None:
    [found] = base.look_up(text)
    assert not found.units and not found.choices
    assert base.cite(text).citations == ()


def test_a_citation_list_takes_a_reference_by_the_same_rules(base: KnowledgeBase) -> None:
    result = base.cite("Careful Orchards code para 4\nBlue Book para 4\n")
    assert [c.title for c in result.citations] == ["Code for Careful Orchards"]
    assert len(result.faults) == 1 and "Blue Book" in words(result.faults[0], "en")


def test_suggestions_begin_with_what_a_look_up_finds(base: KnowledgeBase) -> None:
    for text in ("Careful Orchards code para 4", "OECD 1.3", "UNESCO para 37"):
        [found] = base.look_up(text)
        assert base.suggest(text)[0].unit.unit_id == found.units[0].unit.unit_id


def test_words_beside_a_number_that_nothing_explains_are_said(base: KnowledgeBase) -> None:
    [found] = base.look_up("UNESCO unicorn para 37")
    assert not found.units
    assert found.notice is not None and "“unicorn” is no publication known here" in said([found.notice])[0]
    [found] = base.look_up("UNESCO transparency para 37")
    assert found.units[0].unit.unit_id == "urn:kb:unesco:ai-ethics:2021:para:37"


def test_a_person_names_a_document_and_calls_it_so(own_home: Path) -> None:
    base = opened(own_home)
    doc_id = own_id(base, "Code for Careful Orchards")
    done = command("--home", str(own_home), "corpus", "name", doc_id, "pear rules", "배나무 규칙")
    assert done.exit_code == 0 and f"{doc_id}: pear rules" in done.output
    for text in ("pear rules 4", "paragraph 4 of the pear rules", "배나무 규칙 4항"):
        [found] = base.look_up(text)
        assert found.units[0].unit.of_document == doc_id
    query = read_query(base.library(), "What do the pear rules say about ledgers?")
    assert [scope.doc_ids for scope in query.scopes] == [frozenset({doc_id})]
    gone = command("--home", str(own_home), "corpus", "name", "--remove", doc_id, "pear rules")
    assert gone.exit_code == 0 and "pear rules" not in gone.output
    assert not base.look_up("pear rules 4")[0].units


def test_a_given_name_that_a_publication_has_leaves_a_choice(own_home: Path) -> None:
    base = opened(own_home)
    doc_id = own_id(base, "Code for Careful Orchards")
    done = command("--home", str(own_home), "corpus", "name", doc_id, "UNESCO Recommendation")
    assert "UNESCO Recommendation on the Ethics of AI (2021)" in done.output
    [found] = base.look_up("UNESCO Recommendation para 4")
    assert not found.units
    assert {unit_id.split(":")[2] for unit_id, _ in found.choices} == {"unesco", "file"}


def test_an_unknown_document_gets_no_name(own_home: Path) -> None:
    assert command("--home", str(own_home), "corpus", "name", "nobody", "pear rules").exit_code == 4
    assert read_given_names(own_home) == ()


def test_names_are_kept_as_they_were_given(tmp_path: Path) -> None:
    names = (GivenName("a", 'with "quotes" and \\', "2026-01-02"), GivenName("b", "배나무 규칙"))
    write_given_names(tmp_path, names)
    assert read_given_names(tmp_path) == names
    with pytest.raises(ConfigError, match="line 2"):
        load_given_names('[[name]]\nnombre = "x"\n')
    with pytest.raises(ConfigError, match="must have a letter"):
        checked_name(" 12 ")
