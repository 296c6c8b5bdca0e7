"""Merges small segments of an index and drops the rows of removed documents; search results do not change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.home import build_lock
from kb.errors import IndexFolderError
from kb.index.layout import INDEX, advised
from kb.index.reader import Store
from kb.index.writer import Kept, sweep_leftovers, write_generation
from kb.types import EncoderInfo, notice

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Compacted:
    """The id of an index, which does not change, and the numbers of its segments before and after."""

    index_id: str
    before: int
    after: int


def compact_index(home: Path) -> Compacted:
    """Rewrites the index in service with as few segments as possible; no file is read and nothing is embedded.

    :raises IndexFolderError: there is no index, one of its files is damaged, or the folder cannot be written.
    """
    with build_lock(home):
        sweep_leftovers(home / INDEX)
        with Store.open(home / INDEX) as store:
            if faulty := store.damaged_files():
                what = notice("index damaged", place=str(store.folder), what=", ".join(faulty))
                raise IndexFolderError(advised(what, notice("advice build anew")))
            manifest = store.manifest
            write_generation(
                home / INDEX,
                [],
                Kept(store, [store.kept(d.doc_id) for d in store.documents], changed=()),
                EncoderInfo(**manifest["encoder"]),
                manifest["settings"],
                manifest["version"],
                manifest["created"],
                store.edges(),
                compact=True,
            )
            before = len(store.segments)
        with Store.open(home / INDEX) as store:
            return Compacted(store.index_id, before, len(store.segments))
