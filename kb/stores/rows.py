"""Encodes as bytes what a store keeps for scoring a row: its terms with their counts, pairs, the heading's terms."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from kb.index.postings import MOST_COUNTED, figures_of, pairs_of, term_key
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Array, FloatArray

_COUNTS_AND_NUMBERS = struct.Struct("<4I3f")
ASKED_FOR_MEANING = "mean"
"""The second term of a pair that a question of meaning looks for ("log mean")."""


@dataclass(frozen=True, slots=True)
class ScoredBy:
    """The numbers by which a row is scored.

    Keys are in ascending order, each once. ``counts`` are the counts of the row's ``words``, ``length`` is its number
    of terms, ``figures`` the share of digits, ``heading_weight`` the summed IDF of its heading's terms.
    """

    words: Array
    counts: Array
    pairs: Array
    heading: Array
    length: float
    figures: float
    heading_weight: float

    def packed(self) -> bytes:
        """The record as bytes."""
        head = _COUNTS_AND_NUMBERS.pack(
            len(self.words), len(self.counts), len(self.pairs), len(self.heading),
            self.length, self.figures, self.heading_weight,
        )  # fmt: skip
        arrays = ((self.words, "<u8"), (self.counts, "<u2"), (self.pairs, "<u8"), (self.heading, "<u8"))
        return head + b"".join(np.asarray(values).astype(kind).tobytes() for values, kind in arrays)

    @classmethod
    def unpacked(cls, data: bytes) -> ScoredBy:
        """The record from the bytes of :meth:`packed`.

        :raises ValueError: the bytes are not such a record.
        """
        try:
            *sizes, length, figures, heading_weight = _COUNTS_AND_NUMBERS.unpack_from(data)
        except struct.error as error:
            raise ValueError(str(error)) from error
        arrays: list[Array] = []
        at = _COUNTS_AND_NUMBERS.size
        for n, kind in zip(sizes, ("<u8", "<u2", "<u8", "<u8"), strict=True):
            arrays.append(np.frombuffer(data, kind, n, at))
            at += arrays[-1].nbytes
        if at != len(data):
            raise ValueError(f"{len(data)} bytes of {at}")
        words, counts, pairs, heading = arrays
        return cls(words, counts, pairs, heading, length, figures, heading_weight)


def facts_of(text: str, terms: Sequence[str], heading: Sequence[str], heading_weight: float) -> ScoredBy:
    """The facts of a row from its text and terms, and from the terms of its heading."""
    keys = np.array([term_key(term) for term in terms], np.uint64)
    words, counts = np.unique(keys, return_counts=True)
    return ScoredBy(
        words,
        np.minimum(counts, MOST_COUNTED).astype(np.uint16),
        np.unique(np.array([term_key(pair) for pair in pairs_of(terms)], np.uint64)),
        np.unique(np.array([term_key(term) for term in heading], np.uint64)),
        float(len(terms)),
        float(np.float32(figures_of(text))),
        float(np.float32(heading_weight)),
    )


def defining_keys(terms: Sequence[str]) -> tuple[int, ...]:
    """The keys of the row's pairs whose second term is :data:`ASKED_FOR_MEANING`, each once."""
    return tuple(dict.fromkeys(term_key(pair) for pair in pairs_of(terms) if pair.endswith(f" {ASKED_FOR_MEANING}")))


def packed_sentences(vectors: FloatArray) -> bytes:
    """The vectors of a row's sentences as bytes, in half precision, as an index keeps them."""
    return vectors.astype("<f2").tobytes()


def unpacked_sentences(data: bytes, width: int) -> FloatArray:
    """``(k, width)`` float32 from the bytes of :func:`packed_sentences`."""
    found: FloatArray = np.frombuffer(data, "<f2").reshape(-1, width).astype(np.float32)
    return found
