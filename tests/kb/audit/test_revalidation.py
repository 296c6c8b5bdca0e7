"""Old lists against an index in which documents were changed, replaced and removed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ingest.removal import remove_document
from kb.audit.listed_rows import listed_rows
from kb.audit.registered import (
    RegisteredList,
    append_registered,
    impact_of_editions,
    impact_of_index,
    registered_lists,
    registered_units,
)
from kb.audit.revalidation import RowState, revalidate
from kb.catalog.catalog import write_successions
from kb.catalog.editions import Succession
from kb.citation_list import citation_list
from kb.errors import ConfigError
from kb.library.library import Library
from kb.messages import words
from tests.builds import build, doc_id
from tests.fakes import WordEncoder
from tests.library import HARBOUR, ORCHARD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.audit.revalidation import RevalidatedRow
    from kb.citation_list import CitationList

CODE = "Code for Careful Orchards"
ASKED = [f"{CODE}, {n}" for n in (1, 2, 3, 5, 6, 7, 8)]


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "orchard.txt").write_text(ORCHARD, "utf-8")
    (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path, papers: Path) -> Path:
    home = tmp_path / "home"
    build(home, papers)
    return home


def listed(home: Path) -> CitationList:
    library = Library.open(home)
    made = citation_list(library, lambda: pytest.fail("no question is asked"), "\n".join(ASKED))
    assert len(made.citations) == len(ASKED)
    return made


def states(home: Path, made: CitationList) -> dict[str, RevalidatedRow]:
    library = Library.open(home)
    by_csv = revalidate(library, listed_rows("list.csv", made.to_csv().encode()))
    by_json = revalidate(library, listed_rows("list.json", made.to_json().encode()))
    assert [each.state for each in by_csv] == [each.state for each in by_json]
    return {each.row.path: each for each in by_csv}


def rewrite(papers: Path, home: Path, change: Callable[[str], str]) -> None:
    (papers / "orchard.txt").write_text(change(ORCHARD), "utf-8")
    remove_document(home, doc_id(home, CODE), WordEncoder(), "2026-01-02", "0")
    build(home, papers)


def test_nothing_changed(home: Path) -> None:
    assert {each.state for each in states(home, listed(home)).values()} == {RowState.UNCHANGED}


def test_every_change_is_found_and_no_other(home: Path, papers: Path) -> None:
    made = listed(home)

    def change(text: str) -> str:
        text = text.replace("nobody is obliged", "nobody is compelled")
        text = text.replace(
            "8. Ledgers are kept", "8. Ladders are counted every week in the shed.\n9. Ledgers are kept"
        )
        text = text.replace("9. This code replaces", "10. This code replaces")
        start, end = text.index("7. The guild"), text.index("8. Ladders")
        return text[:start] + "7. Nothing is shown on any day.\n" + text[end:]

    rewrite(papers, home, change)
    found = states(home, made)
    by_number = {path[-1]: each.state for path, each in found.items()}
    assert by_number["5"] is RowState.TEXT_CHANGED
    assert by_number["7"] is RowState.TEXT_CHANGED
    assert by_number["8"] is RowState.MOVED
    assert all(by_number[n] is RowState.MOVED for n in "1236"), "the file is another one, and their words stand in it"
    changed = next(each for path, each in found.items() if path.endswith("5"))
    assert "compelled" in words(changed.reason, "en")
    assert [(d.quoted, d.source) for d in changed.differences if not d.equal] == [("obliged", "compelled")]
    moved = next(each for path, each in found.items() if path.endswith("8"))
    assert moved.now is not None
    assert moved.now.path.endswith("9")


def test_a_document_that_was_removed(home: Path) -> None:
    made = listed(home)
    remove_document(home, doc_id(home, CODE), WordEncoder(), "2026-01-02", "0")
    assert {each.state for each in states(home, made).values()} == {RowState.DOCUMENT_GONE}


def test_an_edition_that_was_superseded_since(home: Path) -> None:
    made = listed(home)
    old, new = doc_id(home, CODE), doc_id(home, "Notes on Harbour Lamps")
    write_successions(home, [Succession(old, new, "2026-02-02", True)])
    found = states(home, made)
    assert {each.state for each in found.values()} == {RowState.SUPERSEDED}
    assert "Notes on Harbour Lamps" in words(next(iter(found.values())).reason, "ko")
    assert {each.state for each in states(home, listed(home)).values()} == {RowState.UNCHANGED}, "the list says so now"


def test_a_list_that_was_altered(home: Path) -> None:
    rows = listed_rows("list.csv", listed(home).to_csv().encode())
    altered = [replace(rows[0], quote=f"{rows[0].quote} indeed"), *rows[1:]]
    found = revalidate(Library.open(home), altered)
    assert [each.state for each in found][:2] == [RowState.ROW_ALTERED, RowState.UNCHANGED]


@pytest.mark.parametrize(
    ("name", "data"),
    [("list.doc", b"x"), ("list.json", b"{"), ("list.csv", b"a,b\n1,2\n"), ("list.json", b"[]"), ("list.csv", b"")],
)
def test_what_is_no_list(name: str, data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"list\."):
        listed_rows(name, data)


def test_a_formula_sign_and_json_lines_are_read_back(home: Path) -> None:
    citation = json.loads(listed(home).to_json())[0]
    row = {"unit_id": citation["unit_id"], "doc_id": citation["doc_id"], "quote": "=1+1"}
    table = "unit_id,doc_id,quote\r\n" + ",".join([row["unit_id"], row["doc_id"], "'=1+1"])
    assert listed_rows("list.csv", table.encode())[0].quote == "=1+1"
    lines = "\n".join(json.dumps(each) for each in (row, row))
    assert len(listed_rows("list.jsonl", lines.encode())) == 2


def test_impact_names_the_lists_that_rest_on_changed_units(home: Path, papers: Path) -> None:
    library, made = Library.open(home), listed(home)
    for name, kept in (("a.csv", made.citations[:2]), ("b.csv", made.citations[3:4])):
        units = registered_units(library, kept)
        append_registered(home, RegisteredList(name, "list", "2026-01-02", library.index_id, units))
    assert impact_of_index(library, registered_lists(home)) == ()
    (papers / "orchard-new.txt").write_text(ORCHARD.replace("nobody is obliged", "nobody is compelled"), "utf-8")
    build(home, papers)
    now = Library.open(home)
    old = library.editions.of_unit(made.citations[0].unit_id or "")[0]
    assert old is not None
    new = next(d.doc_id for d in now.store.documents if d.edition.title == CODE and d.doc_id != old.doc_id)
    found = impact_of_editions(now, registered_lists(home), old.doc_id, new)
    assert [each.list.path for each in found] == ["b.csv"]
    assert "compelled" in words(found[0].changes[0][1], "en")
    remove_document(home, old.doc_id, WordEncoder(), "2026-01-02", "0")
    gone = impact_of_index(Library.open(home), registered_lists(home))
    assert [each.list.path for each in gone] == ["a.csv", "b.csv"]


def test_a_list_made_again_counts_as_it_is_now(home: Path) -> None:
    for index in ("one", "two"):
        append_registered(home, RegisteredList("a.csv", "list", "2026-01-02", index, ()))
    assert [each.index_id for each in registered_lists(home)] == ["two"]
    with (home / "lists.jsonl").open("a") as file:
        file.write("no json\n")
    with pytest.raises(ConfigError, match="line 3"):
        registered_lists(home)
