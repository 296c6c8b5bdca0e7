"""A compaction that is killed at any moment loses nothing; who reads meanwhile sees whole generations."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ingest.compaction import compact_index
from kb.index import writer
from kb.index.layout import BUILDING, INDEX
from kb.index.reader import Store
from kb.index.segment_writer import Batch
from kb.index.writer import Kept, write_generation
from tests.entries import ENCODER, entry, vectors_of

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS, ROUNDS = 6, 4
FILES_OF_A_GENERATION = 26
"""About as many files and folders as a compaction writes here."""


def made_home(home: Path) -> None:
    """An index of as many segments as documents."""
    root, kept = home / INDEX, None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "MERGED_AT_ONCE", 0)
        for n in range(DOCUMENTS):
            new = [entry(f"doc{n}", [f"Keep the log number {n} of every decision.", "Oil the chain."])]
            store = Store.open(root) if n else None
            if store is not None:
                kept = Kept(store, [store.kept(d.doc_id) for d in store.documents])
            batch = Batch(new, *vectors_of(*new))
            write_generation(root, [batch], kept, ENCODER.info, {"x": 1}, "0", "2026-01-02")
            if store is not None:
                store.close()


def contents(store: Store) -> object:
    """What people see of an index."""
    rows = range(store.n_passages)
    found = store.vectors.search(ENCODER.encode_query("the log of a decision"), 5)
    return store.index_id, [store.passage(row) for row in rows], found, sorted(store.words.best(["log"], 5).tolist())


def killed(home: Path, files: int) -> bool:
    """Starts a compaction and kills it once its generation has so many files; whether it was still at work."""
    command = "import sys, pathlib, ingest.compaction as c; c.compact_index(pathlib.Path(sys.argv[1]))"
    child = subprocess.Popen([sys.executable, "-c", command, str(home)])
    while child.poll() is None and sum(1 for _ in (home / INDEX).glob(f"{BUILDING}*/**/*")) < files:
        time.sleep(0.001)
    child.kill()
    return child.wait() != 0


def test_a_compaction_killed_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    made_home(tmp_path)
    draw = random.Random(19)
    with Store.open(tmp_path / INDEX) as before:
        whole = contents(before)
        assert len(before.segments) == DOCUMENTS
        died = [killed(tmp_path, draw.randrange(1, FILES_OF_A_GENERATION)) for _ in range(ROUNDS)]
        assert any(died)
        with Store.open(tmp_path / INDEX) as store:
            assert store.damaged_files() == ()
            assert contents(store) == whole
        done = compact_index(tmp_path)
        assert (done.index_id, done.after) == (before.index_id, 1)
        assert not list((tmp_path / INDEX).glob(f"{BUILDING}*"))
        assert contents(before) == whole, "a reader keeps the generation that it opened"
    with Store.open(tmp_path / INDEX) as after:
        assert after.damaged_files() == ()
        assert contents(after) == whole
