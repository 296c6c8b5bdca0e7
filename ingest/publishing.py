"""Writes an index that was built into a store on other machines, as a new generation that is put in service at the end.

The data that a search needs is computed here over the whole index: frequencies of terms, lengths, weights. Several
processes write rows at once; if one is killed, readers see nothing of its rows, and another process writes them.
"""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kb.errors import KBError, StoreError
from kb.index.bm25 import K1, B
from kb.index.layout import INDEX, MANIFEST
from kb.index.reader import Store
from kb.stores.connecting import connect
from kb.stores.files import MADE_OF, STORE_FORMAT, file_parts, kept_files
from kb.stores.frequencies import HEADINGS, PAIRS, WORDS, FrequencyCount
from kb.stores.protocol import NewRow
from kb.stores.rows import defining_keys, facts_of, packed_sentences
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ingest.embedding import Tell
    from kb.stores.protocol import StoreAddress, StoreServer
    from kb.stores.rows import ScoredBy

ROWS_PUT_AT_ONCE = 256
"""Number of rows that are written in one step."""
PARTS_AT_ONCE = 16
ATTEMPTS = 3
"""How often the rows of killed workers are given to new ones."""


@dataclass(frozen=True, slots=True)
class Published:
    """The result of publishing: the generation in service, its number of rows, and whether it was written or was there
    already."""

    generation: str
    n_rows: int
    written: bool


def publish(home: Path, address: StoreAddress, workers: int = 1, tell: Tell | None = None) -> Published:
    """Writes the index in service of a home folder into a store, and puts it in service there.

    :param workers: number of processes that write rows.
    :raises NoIndexError: there is no index.
    :raises IndexFolderError: the index is damaged.
    :raises StoreError: the store does not answer or refuses; the generation in service there stays.
    :raises ConfigError: the package of the store's client is not installed.
    """
    with Store.open(home / INDEX) as store:
        server = connect(address)
        try:
            several = _Workers(home, address, workers) if workers > 1 and not server.one_process else None
            return publish_to(server, store, several, tell)
        finally:
            server.close()


def publish_to(
    server: StoreServer, store: Store, workers: _Workers | None = None, tell: Tell | None = None
) -> Published:
    """Does the work of :func:`publish` with a connected store; rows are written by this process, or by ``workers``."""
    former = server.in_service()
    name, size = store.folder.name, store.n_passages
    if former == name:
        return Published(name, size, written=False)
    server.sweep([former])
    server.begin(name, int(store.manifest["encoder"]["dimension"]))
    n_parts, mean = _put_frequencies(server, store, name, tell)
    parts = list(_parted(range(size)))
    if workers is None:
        _put_rows(server, store, parts, mean, tell)
    else:
        workers.put_rows(name, parts, mean, tell)
    for file in (*kept_files(store.manifest), MANIFEST):
        _put_parts(server, name, file_parts(store.folder / file, file))
    facts = {
        "format": STORE_FORMAT,
        "n_rows": size,
        "mean_length": mean,
        "n_parts": n_parts,
        "manifest_bytes": (store.folder / MANIFEST).stat().st_size,
    }
    server.put_parts(name, {MADE_OF: json.dumps(facts).encode()})
    server.put_in_service(name, size)
    server.sweep([name, former])
    return Published(name, size, written=True)


def _put_frequencies(server: StoreServer, store: Store, name: str, tell: Tell | None) -> tuple[dict[str, int], float]:
    """Writes the number of rows of each term; returns the number of parts of each kind, and the mean length of
    a row."""
    counts = {kind: FrequencyCount() for kind in (WORDS, PAIRS, HEADINGS)}
    total = 0
    for row, facts, _ in _facts_of_rows(store, range(store.n_passages)):
        counts[WORDS].add(facts.words)
        counts[PAIRS].add(facts.pairs)
        counts[HEADINGS].add(facts.heading)
        total += int(facts.length)
        if tell and (row + 1) % ROWS_PUT_AT_ONCE == 0:
            tell("counting", row + 1, store.n_passages)
    n_parts: dict[str, int] = {}
    for kind, count in counts.items():
        n_parts[kind], parts = count.parts(kind)
        _put_parts(server, name, parts)
    return n_parts, float(np.float64(total) / store.n_passages) if total else 1.0


def _facts_of_rows(store: Store, rows: range) -> Iterator[tuple[int, ScoredBy, tuple[int, ...]]]:
    """Rows with the numbers by which they are scored and the keys of their pairs, in their order."""
    for part in _parted(rows):
        weights = store.collection.heading_weights(np.array(part))
        for n, (row, text) in enumerate(zip(part, store.search_texts(part), strict=True)):
            heading = store.terms(" ".join(store.passage(row).headings[1:]))
            terms = store.terms(text)
            yield row, facts_of(text, terms, heading, float(weights[n])), defining_keys(terms)


def _parted(rows: range) -> Iterator[range]:
    for start in range(rows.start, rows.stop, ROWS_PUT_AT_ONCE):
        yield range(start, min(start + ROWS_PUT_AT_ONCE, rows.stop))


def _put_rows(server: StoreServer, store: Store, parts: Sequence[range], mean: float, tell: Tell | None) -> None:
    for part in parts:
        server.put_rows(store.folder.name, list(_new_rows(store, part, mean)))
        if tell:
            tell("storing", part.stop, store.n_passages)


@dataclass(frozen=True, slots=True)
class _Workers:
    """Processes that write rows into one generation, each with its own connection."""

    home: Path
    address: StoreAddress
    n: int

    def put_rows(self, name: str, parts: Sequence[range], mean: float, tell: Tell | None) -> None:
        """Writes the rows of some parts.

        :raises StoreError: workers were killed again and again, or the store failed; what is not begun is given up.
        """
        left, size = list(parts), sum(map(len, parts))
        context = multiprocessing.get_context("spawn")
        for _ in range(ATTEMPTS):
            with ProcessPoolExecutor(self.n, context, _open_worker, (self.home, self.address, name, mean)) as pool:
                given = {pool.submit(_put_part, part): part for part in left}
                try:
                    for future in as_completed(given):
                        future.result()
                        left.remove(given[future])
                        if tell:
                            tell("storing", size - sum(map(len, left)), size)
                except BrokenProcessPool:
                    continue
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
            return
        raise StoreError(notice("store workers killed", n=ATTEMPTS))


_worker: list[tuple[Store, StoreServer, float] | KBError] = []
"""In a worker process: the index, the store, and the mean length of a row; or why they cannot be opened."""


def _open_worker(home: Path, address: StoreAddress, name: str, mean: float) -> None:
    try:
        _worker.append((Store(home / INDEX, home / INDEX / name), connect(address), mean))
    except KBError as error:  # raised here it would end the pool, which does not say why
        _worker.append(error)


def _put_part(part: range) -> None:
    opened = _worker[0]
    if isinstance(opened, KBError):
        raise opened
    store, server, mean = opened
    _put_rows(server, store, [part], mean, None)


def _new_rows(store: Store, rows: range, mean: float) -> Iterator[NewRow]:
    """Rows in the form in which a store receives them."""
    vectors = store.vectors.vectors(rows)
    for n, (row, facts, defining) in enumerate(_facts_of_rows(store, rows)):
        passage = store.passage(row)
        norm = K1 * ((1 - B) + B * np.float64(facts.length) / mean)
        often = facts.counts.astype(np.float64)
        yield NewRow(
            row,
            passage.doc_id,
            passage.unit_id,
            passage.span.start,
            passage.span.end,
            passage.search_text,
            vectors[n],
            facts.words,
            (often / (norm + often)).astype(np.float32),
            defining,
            facts.packed(),
            packed_sentences(store.sentence_vectors(row)),
        )


def _put_parts(server: StoreServer, name: str, parts: Iterable[tuple[str, bytes]]) -> None:
    held: dict[str, bytes] = {}
    for key, data in parts:
        held[key] = data
        if len(held) >= PARTS_AT_ONCE:
            server.put_parts(name, held)
            held = {}
    if held:
        server.put_parts(name, held)
