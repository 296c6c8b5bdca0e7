"""The lock of the home folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import pytest

from ingest.home import build_lock
from ingest.pipeline import Summary
from ingest.removal import remove_document
from kb.errors import IndexFolderError
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import LOGS, write_text

if TYPE_CHECKING:
    pass


def test_one_build_at_a_time(kb_home: Path, built: Summary) -> None:
    with filelock.FileLock(kb_home / "ingest.lock"):
        for act in (lambda: build(kb_home), lambda: remove_document(kb_home, "x", WordEncoder(), "2026-01-02", "0")):
            with pytest.raises(IndexFolderError) as caught:
                act()
            assert str(caught.value) == f"{kb_home}: another ingest is running; wait for it to end"
    assert build(kb_home).index_id


def test_the_lock_is_released_whatever_happens(kb_home: Path) -> None:
    words = r"^/x/y: No space left on device; the last good index stays\. Free space"
    with pytest.raises(IndexFolderError, match=words), build_lock(kb_home):
        raise OSError(28, "No space left on device", "/x/y")
    with build_lock(kb_home):
        pass


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_home_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    before = os.umask(0o022)
    os.umask(before)
    assert not build(home, write_text(tmp_path / "logs.txt", LOGS, "Keeping logs")).failed
    assert rights(home) == 0o700
    wide = [path for path in home.rglob("*") if rights(path) & 0o077]
    assert wide == []
    assert os.umask(before) == before


def test_a_home_that_a_person_opened_to_a_group_stays_open_to_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o750)
    build(home, write_text(tmp_path / "logs.txt", LOGS, "Keeping logs"))
    assert rights(home) == 0o750
    database = next(home.glob("index/*/kb.sqlite"))
    assert not rights(database) & 0o007
