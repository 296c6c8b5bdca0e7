"""Writes the next index of a home folder: reuses documents of the last one, and embeds the new passages."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from ingest.embedding import entry_vectors
from ingest.versions import crosswalk_edges
from kb.index.layout import INDEX, IndexEntry
from kb.index.segment_writer import Batch
from kb.index.writer import Kept, parted, takeable, write_generation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from ingest.embedding import Tell
    from kb.index.layout import KeptDocument
    from kb.index.reader import Store
    from kb.protocols import Encoder
    from kb.types import Notice


@dataclass(slots=True)
class NextIndex:
    """The documents of the next index; documents kept from ``store``, the last index, are without their texts.

    ``damaged`` are files of the last index whose segments are written again. ``n_embedded`` and ``seconds_embedding``
    are counted while the index is written.
    """

    home: Path
    store: Store | None
    damaged: Collection[str]
    documents: Sequence[IndexEntry | KeptDocument]
    encoder: Encoder
    settings: Mapping[str, Any]
    notes: list[Notice]
    tell: Tell | None = None
    n_embedded: int = 0
    seconds_embedding: float = 0.0

    def write(self, version: str, today: str, *, compact: bool = False) -> str:
        """Writes the index and puts it in service; returns its id.

        :raises IndexFolderError: the folder cannot be written.
        :raises EncoderError: the encoder cannot be loaded.
        """
        store, info = self.store, self.encoder.info
        stay = takeable(store, info, self.settings, self.damaged) if store is not None else set()
        kept = [d for d in self.documents if not isinstance(d, IndexEntry) and d.stored.doc_id in stay]
        there = {d.stored.doc_id for d in kept}
        new = [d for d in self.documents if d.stored.doc_id not in there]
        batches = self._batches(new)
        first = next(batches, None)  # an encoder that cannot be loaded fails before anything is written
        return write_generation(
            self.home / INDEX,
            chain([] if first is None else [first], batches),
            Kept(store, kept, self.damaged) if store is not None else None,
            info,
            self.settings,
            version,
            today,
            crosswalk_edges(),
            compact=compact,
        )

    def _batches(self, new: Sequence[IndexEntry | KeptDocument]) -> Iterator[Batch]:
        """The new documents, embedded segment by segment."""
        for part in parted(new, lambda each: each.stored.n_passages):
            entries = [each if isinstance(each, IndexEntry) else self._loaded(each) for each in part]
            started = time.monotonic()
            vectors, sentences, n = entry_vectors(self.home, entries, self.encoder, self.notes, self.tell)
            self.seconds_embedding += time.monotonic() - started
            self.n_embedded += n
            yield Batch(entries, vectors, sentences)

    def _loaded(self, kept: KeptDocument) -> IndexEntry:
        assert self.store is not None  # it is where the document is kept
        entry = self.store.load(kept.stored.doc_id)
        return replace(entry, document=replace(entry.document, source=kept.stored.source))
