"""The manifest of an index by the ways a person may name it: nothing, a home, a folder, a generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.errors import IndexFolderError, NoIndexError
from kb.index.generations import current_folder
from kb.index.layout import MANIFEST
from kb.index.manifests import index_manifest
from tests.builds import build
from tests.library import ORCHARD

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> Path:
    paper = tmp_path / "orchard.txt"
    home = tmp_path / "home"
    for words in ("nine years", "four weeks"):
        paper.write_text(ORCHARD.replace("nine years", words), "utf-8")
        build(home, paper)
    return home


def test_an_index_is_found_by_home_folder_and_generation(made: Path, tmp_path: Path) -> None:
    now = current_folder(made / "index")
    (before,) = [each for each in (made / "index").iterdir() if (each / MANIFEST).is_file() and each != now]
    in_service = index_manifest(made)
    assert in_service["index_id"] == now.name or in_service == index_manifest(made, now.name)
    for name in (now.name, str(now), str(made), str(made / "index")):
        assert index_manifest(made, name) == in_service, name
    older = index_manifest(made, before.name)
    assert older["index_id"] != in_service["index_id"]
    assert older == index_manifest(tmp_path / "elsewhere", str(before))


def test_one_that_is_not_there_or_damaged_is_told(made: Path, tmp_path: Path) -> None:
    with pytest.raises(NoIndexError):
        index_manifest(tmp_path / "nowhere")
    (current_folder(made / "index") / MANIFEST).write_text('{"index_id": "x"}', "utf-8")
    with pytest.raises(IndexFolderError, match=r"manifest\.json: damaged .*kb ingest --force"):
        index_manifest(made)
