"""Computes the vectors of passages. Each text is encoded only once: a cache stores vectors by (encoder, text).

The cache is written after each batch, so that a killed build loses at most one batch.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ingest.home import CACHE
from kb.errors import EncoderError, IndexFolderError
from kb.index.passage_sentences import searched_sentences
from kb.process_bounds import give_memory_back
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kb.index.layout import IndexEntry
    from kb.protocols import Encoder
    from kb.types import Array, EncoderInfo, FloatArray

STORED_AT_ONCE = 64
ASKED_AT_ONCE = 500
"""Number of texts whose vectors are looked for at a time."""
Key = TypeVar("Key")


class VectorCache:
    """Vectors on disk, by (encoder fingerprint, text). A damaged file is renamed and reported in ``notes``, and a new
    one is begun."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the cache.

        :raises IndexFolderError: the folder cannot be written.
        """
        self._path = path
        self.notes: list[Notice] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        with self._writing():
            self._connection = self._open()

    def _unwritable(self, error: Exception) -> IndexFolderError:
        said = getattr(error, "strerror", None) or error
        return IndexFolderError(notice("index not written", place=str(self._path), why=str(said)))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            raise self._unwritable(error) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
            )
            connection.execute(
                "CREATE TABLE IF NOT EXISTS parts (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
            )
            connection.execute("SELECT key, value FROM vectors LIMIT 1").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            raise
        except sqlite3.DatabaseError:
            connection.close()
            self._set_aside()
            return self._open()
        return connection

    def _set_aside(self) -> None:
        aside = self._path.with_suffix(".damaged")
        self._path.replace(aside)
        self.notes.append(notice("cache damaged", file=str(self._path), aside=aside.name))
        for ending in ("-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def _start_anew(self) -> None:
        self._connection.close()
        self._set_aside()
        self._connection = self._open()

    @staticmethod
    def key(info: EncoderInfo, text: str) -> bytes:
        """The key under which the vector of a text is kept."""
        return hashlib.sha256(f"{info.fingerprint}\0{text}".encode()).digest()

    def get(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, FloatArray]:
        """The vectors that the cache has for some keys; rows of another width, or whose length is not 1, count as
        missing."""
        found = {k: np.frombuffer(v, "<f4") for k, v in self._read("vectors", keys) if len(v) == 4 * dimension}
        return {key: row for key, row in found.items() if _is_unit(row)}

    def get_parts(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, FloatArray]:
        """The vectors of the parts of each text, ``(k, d)`` in half precision; rows of another width, or with NaN,
        count as missing."""
        found = self._read("parts", keys)
        rows = {
            key: np.frombuffer(value, "<f2").reshape(-1, dimension)
            for key, value in found
            if len(value) % (2 * dimension) == 0
        }
        return {key: row for key, row in rows.items() if np.isfinite(row).all()}

    def _read(self, table: str, keys: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
        out: list[tuple[bytes, bytes]] = []
        with self._writing():
            try:
                for at in range(0, len(keys), ASKED_AT_ONCE):
                    part = list(dict.fromkeys(keys[at : at + ASKED_AT_ONCE]))
                    marks = ",".join("?" * len(part))
                    out += self._connection.execute(f"SELECT key, value FROM {table} WHERE key IN ({marks})", part)  # noqa: S608
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damage is found only when the damaged page is read
                self._start_anew()
        return out

    def put(self, rows: Sequence[tuple[bytes, FloatArray]]) -> None:
        """Writes vectors to the disk at once.

        :raises IndexFolderError: the disk is full or cannot be written.
        """
        self._keep("vectors", [(key, np.asarray(row, dtype="<f4").tobytes()) for key, row in rows])

    def put_parts(self, rows: Sequence[tuple[bytes, FloatArray]]) -> None:
        """Writes the vectors of the parts of texts to the disk at once, in half precision.

        :raises IndexFolderError: the disk is full or cannot be written.
        """
        self._keep("parts", [(key, np.asarray(row, dtype="<f2").tobytes()) for key, row in rows])

    def _keep(self, table: str, values: Sequence[tuple[bytes, bytes]]) -> None:
        with self._writing():
            try:
                self._insert(table, values)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._start_anew()
                self._insert(table, values)

    def _insert(self, table: str, values: Sequence[tuple[bytes, bytes]]) -> None:
        with self._connection:
            self._connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?,?)", values)  # noqa: S608

    def close(self) -> None:
        """Closes the file."""
        with contextlib.suppress(sqlite3.Error):  # a full disk was reported when it was met
            self._connection.close()


def _is_unit(row: FloatArray) -> bool:
    return bool(abs(float(np.dot(row, row)) - 1.0) < 0.01)  # false for NaN as well


Progress = Callable[[int, int], None]
Tell = Callable[[str, int, int], None]
"""Called with the name of a stage, the number of finished items, and the number of all items."""

Parts = tuple[tuple[int, int], ...]


def embed(
    texts: Sequence[str], encoder: Encoder, cache: VectorCache, progress: Progress | None = None
) -> tuple[FloatArray, int]:
    """The vectors of texts, ``(n, d)`` float32 with rows of length 1, and the number of texts that had to be encoded.

    :raises EncoderError: the encoder cannot be loaded, or returns vectors whose length is not 1.
    :raises IndexFolderError: the cache cannot be written.
    """
    keys = [cache.key(encoder.info, text) for text in texts]
    known = cache.get(keys, encoder.info.dimension)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    for part in _batches_of_keys(missing, progress):
        rows = encoder.encode_passages([missing[key] for key in part])
        _check(rows, len(part), encoder)
        fresh = list(zip(part, rows, strict=True))
        cache.put(fresh)
        known.update(fresh)
    return _matrix(keys, known, encoder), len(missing)


def embed_parts(
    texts: Sequence[str],
    parts: Sequence[Parts],
    encoder: Encoder,
    cache: VectorCache,
    progress: Progress | None = None,
) -> tuple[FloatArray, list[FloatArray], int]:
    """The vectors of texts as :func:`embed` gives them, the vectors of the parts of each text ``(k, d)``, and the
    number of encoded texts.

    Parts are described at :class:`kb.protocols.Encoder`.

    :raises EncoderError: the encoder cannot be loaded, or returns vectors whose length is not 1.
    :raises IndexFolderError: the cache cannot be written.
    """
    keys = [cache.key(encoder.info, text) for text in texts]
    divided = [cache.key(encoder.info, f"{text}\0{tuple(at)}") for text, at in zip(texts, parts, strict=True)]
    out = _TextVectors.of(list(zip(keys, divided, strict=True)), list(map(len, parts)), encoder.info.dimension)
    missing = out.take_kept(cache)
    for batch in _batches_of_keys({both: texts[n] for both, n in missing.items()}, progress):
        at = [missing[both] for both in batch]
        rows, found = encoder.encode_parts([texts[n] for n in at], [parts[n] for n in at])
        _check(rows, len(batch), encoder)
        for both, row, mine in zip(batch, rows, found, strict=True):
            out.fill(both, row, mine)
        cache.put([(both[0], out.rows[n]) for both, n in zip(batch, at, strict=True)])
        cache.put_parts([(both[1], out.of_text(n)) for both, n in zip(batch, at, strict=True)])
    return out.rows, [out.of_text(n) for n in range(len(texts))], len(missing)


Both = tuple[bytes, bytes]
"""The key of a text, and that of the text in its parts."""


@dataclass(frozen=True, slots=True)
class _TextVectors:
    """The vectors of texts ``(n, d)`` and of their parts, filled one after another.

    They are in two arrays from the beginning: thousands of small ones, kept among what a batch needs for a moment,
    would leave so many gaps that nothing of it could be given back.
    """

    rows: FloatArray
    parts: Array
    starts: Sequence[int]
    first: dict[Both, int]
    others: dict[Both, list[int]]

    @classmethod
    def of(cls, keys: Sequence[Both], counts: Sequence[int], width: int) -> _TextVectors:
        """Empty vectors of texts with these keys and numbers of parts."""
        starts = [0, *accumulate(counts)]
        first: dict[Both, int] = {}
        others: dict[Both, list[int]] = {}
        for n, both in enumerate(keys):
            if first.setdefault(both, n) != n:
                others.setdefault(both, []).append(n)
        empty = np.zeros((starts[-1], width), np.float16)
        return cls(np.zeros((len(keys), width), np.float32), empty, starts, first, others)

    def of_text(self, n: int) -> FloatArray:
        """The vectors of the parts of a text."""
        return self.parts[self.starts[n] : self.starts[n + 1]]

    def fill(self, both: Both, row: FloatArray, parts: FloatArray) -> None:
        """Takes the vectors of a text, at each of its places."""
        for n in (self.first[both], *self.others.get(both, ())):
            self.rows[n] = row
            self.of_text(n)[:] = parts

    def take_kept(self, cache: VectorCache) -> dict[Both, int]:
        """Takes the vectors that a cache has; returns the keys of the other texts with their first places."""
        missing: dict[Both, int] = {}
        wanted, width = list(self.first), self.rows.shape[1]
        for at in range(0, len(wanted), ASKED_AT_ONCE):
            some = wanted[at : at + ASKED_AT_ONCE]
            rows, kept = cache.get([key for key, _ in some], width), cache.get_parts([of for _, of in some], width)
            for both in some:
                n, parts = self.first[both], kept.get(both[1])
                if both[0] in rows and parts is not None and len(parts) == self.starts[n + 1] - self.starts[n]:
                    self.fill(both, rows[both[0]], parts)
                else:
                    missing[both] = n
        return missing


def _batches_of_keys(missing: Mapping[Key, str], progress: Progress | None) -> Iterator[list[Key]]:
    """The keys in batches, those of short texts first."""
    order = sorted(missing, key=lambda key: len(missing[key]))
    if order and progress:
        progress(0, len(order))
    for at in range(0, len(order), STORED_AT_ONCE):
        yield order[at : at + STORED_AT_ONCE]
        give_memory_back()
        if progress:
            progress(min(at + STORED_AT_ONCE, len(order)), len(order))


def _check(rows: FloatArray, n: int, encoder: Encoder) -> None:
    if rows.shape != (n, encoder.info.dimension) or not all(_is_unit(row) for row in rows):
        raise EncoderError(notice("encoder wrong vectors", name=encoder.info.name, n=encoder.info.dimension))


def _matrix(keys: Sequence[bytes], known: Mapping[bytes, FloatArray], encoder: Encoder) -> FloatArray:
    matrix = np.zeros((len(keys), encoder.info.dimension), dtype=np.float32)
    for i, key in enumerate(keys):
        matrix[i] = known[key]
    return matrix


def entry_vectors(
    home: Path, entries: Sequence[IndexEntry], encoder: Encoder, notes: list[Notice], tell: Tell | None = None
) -> tuple[FloatArray, list[FloatArray], int]:
    """The result of :func:`embed_parts` for all passages, with the cache of the home folder; its notes are added to
    ``notes``."""
    passages = [p for e in entries for p in e.document.passages]
    vectors = VectorCache(home / CACHE / "vectors.sqlite")
    give_memory_back()  # what reading needed
    try:
        return embed_parts(
            [p.search_text for p in passages],
            [searched_sentences(p) for p in passages],
            encoder,
            vectors,
            (lambda done, total: tell("embedding", done, total)) if tell else None,
        )
    finally:
        notes.extend(vectors.notes)
        vectors.close()
