"""The contents of an index: lists, counts and choices, all of one index even if another one is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.editions import Change, compare_texts
from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from tests.builds import build
from tests.fakes import WordEncoder
from tests.library import ORCHARD

if TYPE_CHECKING:
    from pathlib import Path


def orchard(base: KnowledgeBase) -> str:
    (found,) = [d.doc_id for d in base.contents().documents if d.source.endswith("orchard.txt")]
    return found


def test_every_edition_is_listed_once_and_where_it_belongs(base: KnowledgeBase) -> None:
    found = base.contents().listing()
    groups = (found.loaded, found.registers, found.described, found.addable)
    ids = [each.edition.doc_id for group in groups for each in group]
    assert len(ids) == len(set(ids))
    assert {e.doc_id for e in base.library().catalog.editions if not e.register_of} <= set(ids)
    assert orchard(base) in {each.edition.doc_id for each in found.loaded}
    assert found.registers and all(each.edition.register_of for each in found.registers)
    described = {each.edition.doc_id: each for each in found.described}
    assert described["oecd-legal-0449-2024"].n_units > 5
    assert described["oecd-legal-0449-2019"].successor == described["oecd-legal-0449-2024"].edition.ref
    entries = sum(each.n_units for each in found.registers)
    assert sum(each.n_units for each in found.described) == entries
    free = {edition.doc_id for edition in found.free}
    assert free and free <= {each.edition.doc_id for each in (*found.described, *found.addable)}


def test_a_loaded_document_is_listed_with_its_file_and_its_numbering(base: KnowledgeBase) -> None:
    (found,) = [each for each in base.contents().listing().loaded if each.edition.doc_id == orchard(base)]
    assert (found.source, found.n_pages, found.proven) == ("orchard.txt", 1, True)
    assert found.n_units == len(base.contents().units(orchard(base))) > 9
    (harbour,) = [each for each in base.contents().listing().loaded if each.source == "harbour.txt"]
    assert (harbour.n_units, harbour.proven) == (0, None)


def test_the_facts_count_what_is_there(base: KnowledgeBase) -> None:
    contents = base.contents()
    found = contents.facts()
    assert found.index_id == contents.index_id == base.index_id == contents.manifest["index_id"]
    assert found.n_documents == 2
    assert found.n_documents + found.n_registers == len(contents.documents)
    assert found.n_units == sum(len(contents.units(d.doc_id)) for d in contents.documents)
    assert found.n_passages == contents.manifest["n_passages"] == contents.verify().n_passages
    assert (found.encoder["name"], found.version) == (WordEncoder().info.name, "test")


def test_the_choices_of_a_filter_find_something_each(base: KnowledgeBase) -> None:
    found = base.contents().filter_choices()
    assert {"OECD", "UNESCO"} <= set(found.publishers)
    assert [doc_id for _, doc_id in found.documents][:2] != []
    registers = [doc_id.startswith("register-") for _, doc_id in found.documents]
    assert registers == sorted(registers) and not registers[0] and registers[-1]


def test_an_id_that_is_not_here_is_told_with_what_is_like_it(base: KnowledgeBase) -> None:
    found = base.contents().unknown_documents([orchard(base), "register-oced", "x"])
    assert list(found) == ["register-oced", "x"]
    assert "register-oecd" in found["register-oced"]
    assert found["x"] == ()


def test_two_texts_are_compared_by_their_units(base: KnowledgeBase) -> None:
    contents = base.contents()
    units = contents.unit_texts(orchard(base))
    assert units[0].text in contents.text(orchard(base))
    assert {each.change for each in compare_texts(units, units)} == {Change.UNCHANGED}


def test_contents_keep_to_their_index_and_are_taken_anew(tmp_path: Path) -> None:
    paper = tmp_path / "orchard.txt"
    paper.write_text(ORCHARD, "utf-8")
    home = tmp_path / "home"
    build(home, paper)
    with KnowledgeBase.open(home, Models(WordEncoder())) as base:
        before = base.contents()
        (old,) = before.documents
        paper.write_text(ORCHARD.replace("nine years", "four weeks"), "utf-8")
        build(home, paper)
        assert "nine years" in before.text(old.doc_id)
        after = base.contents()
        assert after.index_id != before.index_id
        (new,) = after.documents
        assert "four weeks" in after.text(new.doc_id)
        assert before.facts().index_id == before.index_id
