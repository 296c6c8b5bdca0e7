"""References to documents outside the catalog, each read from its file: found where the table says, never elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.index.layout import unit_key
from kb.knowledge_base import KnowledgeBase
from kb.lookup.lookup import look_up
from tests.builds import build
from tests.paths import DOCUMENTS, ROOT, shared_folder

if TYPE_CHECKING:
    from pathlib import Path

    from kb.library.library import Library

pytestmark = [pytest.mark.documents, pytest.mark.slow, pytest.mark.timeout(600)]

TABLE = [
    tuple(line.split("\t"))
    for line in (ROOT / "tests" / "data" / "read-references.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
BESIDE = ("Cyber_Security_Policy", "blue-policy")
"""Documents that references name without a number that they have."""


def _named_files() -> list[Path]:
    """The files of the table, from the folders beside the official publications."""
    if DOCUMENTS is None:
        pytest.skip("../shared/documents is not at hand")
    stems = {place.partition("|")[0] for _, expected in TABLE for place in expected.removeprefix("choice ").split(", ")}
    folders = [DOCUMENTS, *(folder for name in ("bench", "cases") if (folder := shared_folder(name)))]
    found = {
        p.stem: p for folder in folders for p in sorted(folder.rglob("*.*")) if p.suffix in {".pdf", ".docx", ".md"}
    }
    return [found[stem] for stem in sorted({*stems, *BESIDE} - {"none", "file"}) if stem in found]


@pytest.fixture(scope="module")
def read_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The files of the table in one index, without the register."""
    home = tmp_path_factory.mktemp("read")
    build(home, *_named_files())
    return KnowledgeBase.open(home, lambda: None).library()  # type: ignore[arg-type, return-value]


def found_places(library: Library, text: str) -> str:
    """What a reference leads to, by the name of the file: "file|key", "choice …" or "none"."""
    stems = {d.doc_id: d.source.rpartition("/")[2].rpartition(".")[0] for d in library.store.documents}

    def place(unit_id: str) -> str:
        of = next((unit.of_document for unit in library.store.unit(unit_id)), "")
        return f"{stems.get(of, of)}|{unit_key(unit_id)}"

    out = []
    for item in look_up(library, text, None, None):
        if item.units:
            out.append(place(item.units[0].unit.unit_id))
        elif item.choices:
            out.append("choice " + ", ".join(sorted(place(unit_id) for unit_id, _ in item.choices)))
        else:
            out.append("none")
    return " + ".join(out)


def test_references_to_read_documents_are_found_and_never_elsewhere(read_library: Library) -> None:
    held = {d.source.rpartition("/")[2].rpartition(".")[0] for d in read_library.store.documents}
    rows = [(text, want) for text, want in TABLE if want == "none" or want.partition("|")[0] in held]
    named = [(text, want) for text, want in rows if want != "none"]
    assert len(named) >= 80 and len({want.partition("|")[0] for _, want in named}) >= 20
    got = {text: found_places(read_library, text) for text, _ in rows}
    missed = [(text, got[text]) for text, want in named if got[text] != want]
    wrong = [
        (text, got[text])
        for text, want in rows
        if "|" in got[text] and not got[text].startswith("choice ") and got[text] != want
    ]
    assert wrong == []
    assert len(missed) <= 0.05 * len(named), missed
