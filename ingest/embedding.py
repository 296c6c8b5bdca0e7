"""Passages → matrix, through an encoder, each text once ever: vectors are kept by (encoder, text).

The cache is written batch by batch, so a killed build loses at most one batch.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from typing import TYPE_CHECKING

import numpy as np

from kb.errors import EncoderError, IndexError_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kb.types import Encoder, EncoderInfo, FloatArray

BATCH = 64


class VectorCache:
    """Vectors on disk by (encoder fingerprint, text). A damaged file is set aside, told in ``notes``, started anew."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the cache.

        :raises IndexError_: the folder cannot be written.
        """
        self._path = path
        self.notes: list[str] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        with self._writing():
            self._connection = self._open()

    def _unwritable(self, error: Exception) -> IndexError_:
        said = getattr(error, "strerror", None) or error
        return IndexError_(
            f"{self._path}: cannot be written ({said}); the last good index stays. Free space or choose another --home"
        )

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
        self.notes.append(f"{self._path}: damaged, kept as {aside.name}; vectors are computed anew")
        for ending in ("-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def _start_anew(self) -> None:
        self._connection.close()
        self._set_aside()
        self._connection = self._open()

    @staticmethod
    def key(info: EncoderInfo, text: str) -> bytes:
        """What a vector is kept by."""
        return hashlib.sha256(f"{info.fingerprint}\0{text}".encode()).digest()

    def get(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, FloatArray]:
        """The vectors that are known; a row of another width, or of no length 1, counts as unknown."""
        out: dict[bytes, FloatArray] = {}
        with self._writing():
            try:
                for at in range(0, len(keys), 500):
                    part = list(dict.fromkeys(keys[at : at + 500]))
                    marks = ",".join("?" * len(part))
                    rows = self._connection.execute(f"SELECT key, value FROM vectors WHERE key IN ({marks})", part)  # noqa: S608
                    for key, value in rows:
                        if len(value) == 4 * dimension:
                            out[key] = np.frombuffer(value, dtype="<f4")
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damage shows where it is read
                self._start_anew()
        return {key: row for key, row in out.items() if _is_unit(row)}

    def put(self, rows: Sequence[tuple[bytes, FloatArray]]) -> None:
        """Keeps vectors, at once.

        :raises IndexError_: the disk is full or cannot be written.
        """
        values = [(key, np.asarray(row, dtype="<f4").tobytes()) for key, row in rows]
        with self._writing():
            try:
                self._insert(values)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._start_anew()
                self._insert(values)

    def _insert(self, values: Sequence[tuple[bytes, bytes]]) -> None:
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?)", values)

    def close(self) -> None:
        """Closes the file."""
        with contextlib.suppress(sqlite3.Error):  # a full disk has been told where it was met
            self._connection.close()


def _is_unit(row: FloatArray) -> bool:
    return bool(abs(float(np.dot(row, row)) - 1.0) < 0.01)  # false for NaN as well


def embed(
    texts: Sequence[str], encoder: Encoder, cache: VectorCache, progress: Callable[[int, int], None] | None = None
) -> tuple[FloatArray, int]:
    """``(n, d)`` float32, rows of length 1, row *i* for text *i*; and how many texts had to be encoded.

    :raises EncoderError: the encoder cannot be loaded, or gives what is no vector of length 1.
    :raises IndexError_: the cache cannot be written.
    """
    info = encoder.info
    keys = [cache.key(info, text) for text in texts]
    known = cache.get(keys, info.dimension)
    missing = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known]
    missing.sort(key=lambda pair: len(pair[1]))
    if missing and progress:
        progress(0, len(missing))
    for at in range(0, len(missing), BATCH):
        part = missing[at : at + BATCH]
        rows = encoder.encode_passages([text for _, text in part])
        if rows.shape != (len(part), info.dimension) or not all(_is_unit(row) for row in rows):
            raise EncoderError(
                f"encoder {info.name!r}: gave no vectors of {info.dimension} numbers and length 1; "
                "check its folder, or set another encoder"
            )
        fresh = [(key, rows[i]) for i, (key, _) in enumerate(part)]
        cache.put(fresh)
        known.update(fresh)
        if progress:
            progress(min(at + BATCH, len(missing)), len(missing))
    matrix = np.zeros((len(texts), info.dimension), dtype=np.float32)
    for i, key in enumerate(keys):
        matrix[i] = known[key]
    return matrix, len(missing)
