"""The lock of the home folder."""

from __future__ import annotations

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
