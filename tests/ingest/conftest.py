"""Documents that the tests of a build read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.pipeline import Summary
from tests.builds import build
from tests.samples import CHAINS, LOGS, write_pdf, write_text


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two documents in a folder."""
    write_pdf(tmp_path / "files" / "logs.pdf", LOGS, "Rules for logs")
    write_text(tmp_path / "files" / "chains.txt", CHAINS, "Care of chains")
    return tmp_path / "files"


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """A folder with a built home and its two documents, which nobody changes, and what the build said."""
    folder = tmp_path_factory.mktemp("made")
    write_text(folder / "files" / "logs.txt", LOGS, "Rules for logs")
    write_text(folder / "files" / "chains.txt", CHAINS, "Care of chains")
    return folder, build(folder / "home", folder / "files")


@pytest.fixture
def built(made_once: tuple[Path, Summary], kb_home: Path) -> Summary:
    """What built the index in ``kb_home``, of documents elsewhere."""
    folder, summary = made_once
    shutil.copytree(folder / "home", kb_home)
    return summary
