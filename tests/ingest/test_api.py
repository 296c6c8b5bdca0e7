"""The public names: an index built, added to and reduced from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ingest
from ingest import remove
from ingest.api import add, build
from kb.errors import UnreadableError
from kb.index.layout import INDEX
from kb.index.reader import Store
from tests.builds import NO_REGISTER
from tests.fakes import WordEncoder
from tests.samples import LOGS, write_text

if TYPE_CHECKING:
    from pathlib import Path


def titles(home: Path) -> dict[str, str]:
    with Store.open(home / INDEX) as store:
        return {document.edition.title: document.doc_id for document in store.documents}


def test_the_public_names() -> None:
    assert ingest.__all__ == ["add", "build", "remove"]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ingest.nothing


def test_a_home_is_built_added_to_and_reduced(tmp_path: Path, kb_home: Path) -> None:
    logs = write_text(tmp_path / "files" / "logs.txt", LOGS, "Keeping logs")
    chains = write_text(tmp_path / "chains.txt", ["A supplier shall name its own suppliers. " * 9], "Supply chains")
    summary = build(str(kb_home), [str(logs)], encoder=WordEncoder(), register=NO_REGISTER)
    assert (summary.n_documents, summary.failed) == (1, ())
    added = add(kb_home, chains)
    assert added.path == kb_home / "documents" / "chains.txt"
    assert "Supply chains" in added.what
    build(kb_home, encoder=WordEncoder(), register=NO_REGISTER)
    assert titles(kb_home).keys() == {"Keeping logs", "Supply chains"}
    remove(kb_home, titles(kb_home)["Keeping logs"], encoder=WordEncoder())
    assert titles(kb_home).keys() == {"Supply chains"}


def test_a_file_that_is_not_there_is_not_added(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"nowhere\.pdf"):
        add(tmp_path / "home", tmp_path / "nowhere.pdf")
