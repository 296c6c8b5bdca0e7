"""Makes synthetic documents for measurements: paragraphs of invented words, with vectors distributed as real ones.

Words are as frequent as words of a language. A vector is the sum of a common part and of parts of a subject, a
document, a section and a paragraph. The parts are chosen so that the statistics are those of real documents: of 7,292
passages the median cosine to the nearest other one is 0.95 (made: 0.95), to the 50th 0.90 (0.90), to the 500th 0.86
(0.86), to half of all 0.83 (0.83); the spread has 74 effective axes (76).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measurements.word_vectors import DIMENSION, WordVectors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.index.layout import IndexEntry
    from kb.index.segment_writer import Batch
    from kb.types import FloatArray

PARAGRAPHS = 200
"""Paragraphs of a synthetic document."""
VOCABULARY = 50_000
WORDS_OF_PARAGRAPH = 60
SHARED, SPREAD, DECAY = 0.909, 0.173, 0.7
"""The length of the mean of all vectors, the squared length of the rest, and how fast that decreases over its axes;
measured on 7,292 passages of real documents (multilingual E5, 384 numbers)."""
OF_SUBJECT, OF_DOCUMENT, OF_SECTION, OF_PARAGRAPH = 0.18, 0.17, 0.28, 0.37
"""The shares of that which are specific to a subject, a document, a section and a paragraph."""
OF_QUESTION = 0.74
"""The share that is specific to a question: its cosine to the paragraph from which it is made is 0.94."""
SUBJECTS, SECTION = 400, 12
"""How many subjects there are, and how many paragraphs a section has."""


class Maker:
    """Invented paragraphs and their vectors; the same for the same number."""

    def __init__(self) -> None:
        letters = np.random.default_rng(1)
        self._words = np.array(["".join(letters.choice(list("aeioulnrstmkpd"), 7)) for _ in range(VOCABULARY)])
        weights = 1 / np.arange(3, VOCABULARY + 3)
        self._bounds = np.cumsum(weights / weights.sum())
        middle = letters.standard_normal(DIMENSION, dtype=np.float32)
        self._middle: FloatArray = middle / np.linalg.norm(middle)
        self._axes: FloatArray = np.linalg.qr(letters.standard_normal((DIMENSION, DIMENSION)))[0].astype(np.float32)
        self._subjects = _drawn(letters, SUBJECTS, OF_SUBJECT)

    def paragraphs(self, seed: int, n: int) -> list[str]:
        """Paragraphs of two sentences."""
        draw = np.random.default_rng(seed)
        rows = np.searchsorted(self._bounds, draw.random((n, WORDS_OF_PARAGRAPH)))
        half = WORDS_OF_PARAGRAPH // 2
        return [
            f"{' '.join(words[:half]).capitalize()}. {' '.join(words[half:]).capitalize()}."
            for words in self._words[np.minimum(rows, VOCABULARY - 1)]
        ]

    def vectors(self, first: int, n: int) -> FloatArray:
        """Vectors of length 1 of the paragraphs from one on; ``first`` begins a document."""
        draw = np.random.default_rng((2, first))
        rows = np.arange(n)
        documents, sections = rows // PARAGRAPHS, rows // SECTION
        subjects = draw.integers(0, SUBJECTS, documents[-1] + 1)
        out = self._subjects[subjects][documents]
        out += _drawn(draw, documents[-1] + 1, OF_DOCUMENT)[documents]
        out += _drawn(draw, sections[-1] + 1, OF_SECTION)[sections]
        return self._turned(out + _drawn(draw, n, OF_PARAGRAPH))

    def near(self, vectors: FloatArray, seed: int, share: float) -> FloatArray:
        """Vectors near given ones, for sentences and questions. ``share`` is the part of the spread that is specific to
        each."""
        drawn = _drawn(np.random.default_rng((3, seed)), len(vectors), share)
        return _to_length_1(vectors + drawn @ self._axes)

    def _turned(self, spread: FloatArray) -> FloatArray:
        return _to_length_1(spread @ self._axes + np.float32(SHARED) * self._middle)


def _drawn(draw: np.random.Generator, n: int, share: float) -> FloatArray:
    """Vectors whose squared length is on average a share of :data:`SPREAD`, the less the later a number stands."""
    weights = np.arange(1, DIMENSION + 1, dtype=np.float64) ** -DECAY
    widths = np.sqrt(share * SPREAD * weights / weights.sum()).astype(np.float32)
    out: FloatArray = draw.standard_normal((n, DIMENSION), dtype=np.float32) * widths
    return out


def _to_length_1(vectors: FloatArray) -> FloatArray:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def made_entry(number: int, paragraphs: list[str], folder: Path) -> IndexEntry:
    """A document of numbered paragraphs, with its file written into a folder, as a build would have read it."""
    from ingest.parse import Task
    from ingest.versions import document_version
    from kb.index.layout import IndexEntry
    from kb.types import Document, Edition, Page, Passage, Span, Status, Unit

    doc_id = f"made-{number:05d}"
    urn = f"urn:kb:made:{doc_id}:2020"
    text = "\n".join(paragraphs)
    path = folder / f"{doc_id}.txt"
    path.write_text(text, "utf-8")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    edition = Edition(
        doc_id, urn, f"Made {number}", f"Made document {number}", "Makers", "1st", "2020-01-01", Status.CURRENT, "en",
        "none", None, "unknown", "https://example.org", "paragraphs", False, in_catalog=False,
    )  # fmt: skip
    spans: list[Span] = []
    at = 0
    for paragraph in paragraphs:
        spans.append(Span(at, at + len(paragraph)))
        at += len(paragraph) + 1
    units = [
        Unit(f"{urn}:para:{n}", doc_id, doc_id, "para", str(n), f"para. {n}", "", span, span, 1, 1, None, n - 1)
        for n, span in enumerate(spans, 1)
    ]
    passages = [
        Passage(doc_id, unit.span, words, f"Made document {number}\n{words}", (doc_id, unit.path), unit.unit_id, 1, 1)
        for unit, words in zip(units, paragraphs, strict=True)
    ]
    pages = (Page(1, 0, len(text), "1", "none", False, ((0, 0, len(text)),)),)
    document = Document(edition, sha256, str(path), "text/plain", text, pages, tuple(units), tuple(passages))
    version = document_version(WordVectors(), Task(path, sha256))
    return IndexEntry(document, "2026-01-01", version, {"how": "text", "holds": True, "counts": [], "doubts": []})


def made_batches(n: int, folder: Path) -> Iterator[Batch]:
    """Entries with the vectors of their passages and sentences, a segment at a time."""
    from kb.index.layout import SEGMENT_PASSAGES
    from kb.index.segment_writer import Batch

    maker = Maker()
    for first in range(0, n, SEGMENT_PASSAGES):
        size = min(SEGMENT_PASSAGES, n - first)
        numbers = range(first // PARAGRAPHS, (first + size) // PARAGRAPHS)
        entries = [made_entry(each, maker.paragraphs(each, PARAGRAPHS), folder) for each in numbers]
        vectors = maker.vectors(first, size)
        halves: Any = maker.near(np.repeat(vectors, 2, axis=0), first, OF_PARAGRAPH).astype(np.float16)
        yield Batch(entries, vectors, [halves[2 * row : 2 * row + 2] for row in range(size)])
