"""What the core asks of encoders, rerankers, language models and vector indexes: only the methods that it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.types import Array, EncoderInfo, FloatArray, Tuning


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def info(self) -> EncoderInfo: ...

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """``(n, d)`` float32, rows of length 1."""
        ...

    def encode_query(self, text: str) -> FloatArray:
        """``(d,)`` float32 of length 1."""
        ...

    def encode_tuned(self, texts: Sequence[str], tuning: Tuning) -> tuple[FloatArray, FloatArray]:
        """``(n, d)`` for questions as :meth:`encode_query` has them, and ``(n, d)`` through tuned layers.

        :raises EncoderError: its layers cannot be tuned.
        """
        ...

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[FloatArray, list[FloatArray]]:
        """The texts as :meth:`encode_passages` has them, and for each of them ``(k, d)``, a row for each of its parts,
        which are half-open characters of it."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included."""
        ...


class Reranker(Protocol):
    """Reads a question and a text together."""

    def scores(self, question: str, texts: Sequence[str]) -> FloatArray:
        """``(n,)`` float32, one a text, higher where it answers the question better; on a scale of its own.

        :raises EncoderError: it cannot be loaded or run.
        """
        ...


class Generator(Protocol):
    """A language model that answers as it writes."""

    def generate(self, instructions: str, request: str) -> Iterator[str]:
        """Pieces of the reply in order; ends when the reply is complete.

        :raises GeneratorError: no reply, too slow or too long a one, or one cut off.
        """
        ...


class VectorIndex(Protocol):
    """Nearest rows by inner product."""

    def search(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs ``(row, score)``, best first, ties by row; never a row of -1. ``rows`` restricts."""
        ...

    def vectors(self, rows: Array | Sequence[int]) -> FloatArray:
        """``(n, d)`` float32: the vectors of some rows."""
        ...


class TermSet(Protocol):
    """The terms of some kind that rows hold."""

    @property
    def size(self) -> int:
        """Rows."""
        ...

    def knows(self, term: str) -> bool:
        """Whether a row holds the term."""
        ...

    def frequency(self, term: str) -> int:
        """How many rows hold the term."""
        ...

    def rarity(self, term: str) -> float:
        """Inverse document frequency; the highest for a term that no row holds."""
        ...

    def present(self, terms: Sequence[str], rows: Array) -> Array:
        """``(len(terms), len(rows))`` bool: whether a row holds a term."""
        ...


class PairSet(TermSet, Protocol):
    """Pairs of terms that follow each other."""

    def rows_of(self, term: str) -> Array:
        """The rows that hold a pair whose second term is "mean", rising."""
        ...


class WordIndex(TermSet, Protocol):
    """BM25 over the words of rows."""

    def scores_of(self, terms: Sequence[str], rows: Array) -> Array:
        """``(len(rows),)`` float32: the scores of some rows for some terms; a term given twice counts twice."""
        ...

    def best(self, terms: Sequence[str], k: int, allowed: Array | None = None) -> Array:
        """The rows of the ``k`` best scores above 0, ties by row, in no order; ``allowed`` has for each row whether it
        may be found."""
        ...


class PieceIndex(WordIndex, Protocol):
    """The same over pieces of rows, in memory."""

    def all_scores(self, terms: Sequence[str]) -> Array:
        """The score of every piece."""
        ...
