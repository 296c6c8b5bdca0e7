"""Documents as organisations write them: units as a person reads them, and references that lead to them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.index.layout import unit_key
from kb.knowledge_base import KnowledgeBase
from tests.builds import build
from tests.made_documents import made_documents
from tests.paths import ROOT
from tests.scenarios.test_read_documents import found_places

if TYPE_CHECKING:
    from kb.library.library import Library

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _rows(name: str) -> list[list[str]]:
    lines = (ROOT / "tests" / "data" / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def made_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The made documents in one index, without the register."""
    home = tmp_path_factory.mktemp("made")
    build(home, *made_documents(tmp_path_factory.mktemp("documents")))
    return KnowledgeBase.open(home, lambda: None).library()  # type: ignore[arg-type, return-value]


def test_units_are_those_that_a_person_reads(made_library: Library) -> None:
    listed: dict[str, list[tuple[str, str, str]]] = {}
    for name, key, path, title in _rows("made-units.tsv"):
        listed.setdefault(name, []).append((key, path, title))
    for document in made_library.store.documents:
        name = document.source.rpartition("/")[2].partition(".")[0]
        units = made_library.store.units(document.doc_id)
        assert [(unit_key(u.unit_id), u.path, u.title) for u in units] == listed.pop(name)
        assert all(u.proven for u in units)
    assert not listed


def test_references_are_found_and_never_elsewhere(made_library: Library) -> None:
    rows = _rows("made-references.tsv")
    got = {text: found_places(made_library, text) for text, _ in rows}
    assert [(text, got[text]) for text, want in rows if "|" in got[text] and got[text] != want] == []
    missed = [(text, got[text]) for text, want in rows if got[text] != want]
    assert len(rows) >= 50 and len(missed) <= 0.05 * len(rows), missed


def test_what_each_says_of_itself(made_library: Library) -> None:
    """Title, issuer, date, number and language; the issuer is unknown where nothing says that a name is one."""
    want = {name: said for name, *said in _rows("made-facts.tsv")}
    got = {
        document.source.rpartition("/")[2].partition(".")[0]: [
            document.edition.title,
            document.edition.publisher,
            document.edition.issued,
            document.edition.number,
            document.edition.language,
        ]
        for document in made_library.store.documents
    }
    assert got == want
