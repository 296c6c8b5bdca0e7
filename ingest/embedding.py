"""Passages → matrix, through an encoder, each text once ever: vectors are kept by (encoder, text).

The cache is written batch by batch, so a killed build loses at most one batch.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kb.errors import IndexError_

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kb.types import Encoder, EncoderInfo, FloatArray

BATCH = 256


class VectorCache:
    """Vectors on disk by (encoder fingerprint, text). A damaged file is set aside and started anew."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the cache.

        :raises IndexError_: the folder cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open(path)
        except (OSError, sqlite3.OperationalError) as error:
            raise IndexError_(f"{path}: the vector cache cannot be written ({error}); check the folder's permissions") from error

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        except sqlite3.OperationalError:
            connection.close()
            raise
        except sqlite3.DatabaseError:
            connection.close()
            path.replace(path.with_suffix(".damaged"))
            return VectorCache._open(path)
        return connection

    @staticmethod
    def key(info: EncoderInfo, text: str) -> bytes:
        """What a vector is kept by."""
        return hashlib.sha256(f"{info.fingerprint}\0{text}".encode()).digest()

    def get(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, FloatArray]:
        """The vectors that are known; a row of another width counts as unknown."""
        out: dict[bytes, FloatArray] = {}
        for at in range(0, len(keys), 500):
            part = list(dict.fromkeys(keys[at : at + 500]))
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(f"SELECT key, value FROM vectors WHERE key IN ({marks})", part)  # noqa: S608
            for key, value in rows:
                if len(value) == 4 * dimension:
                    out[key] = np.frombuffer(value, dtype="<f4")
        return out

    def put(self, rows: Sequence[tuple[bytes, FloatArray]]) -> None:
        """Keeps vectors, at once and for good."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?,?)", [(k, np.asarray(v, dtype="<f4").tobytes()) for k, v in rows]
            )

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


class Progress(Protocol):
    """Told how far a stage is."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def embed(
    texts: Sequence[str], encoder: Encoder, cache: VectorCache, progress: Callable[[int, int], None] | None = None
) -> tuple[FloatArray, int]:
    """``(n, d)`` float32, rows of length 1, row *i* for text *i*; and how many texts had to be encoded."""
    info = encoder.info
    keys = [cache.key(info, text) for text in texts]
    known = cache.get(keys, info.dimension)
    missing = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known]
    missing.sort(key=lambda pair: len(pair[1]))
    for at in range(0, len(missing), BATCH):
        part = missing[at : at + BATCH]
        rows = encoder.encode_passages([text for _, text in part])
        fresh = [(key, rows[i]) for i, (key, _) in enumerate(part)]
        cache.put(fresh)
        known.update(fresh)
        if progress:
            progress(min(at + BATCH, len(missing)), len(missing))
    matrix = np.zeros((len(texts), info.dimension), dtype=np.float32)
    for i, key in enumerate(keys):
        matrix[i] = known[key]
    return matrix, len(missing)
