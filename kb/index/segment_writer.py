"""Writes one segment of an index: complete documents with their search data. A segment is never changed later."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
import sqlite3
from array import array
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.code_version import bare_code, code_sha256
from kb.index.layout import (
    FIGURES,
    HEADING_STARTS,
    HEADING_TERMS,
    HEADINGS,
    LENGTHS,
    PAIRS,
    SENTENCE_STARTS,
    SENTENCES,
    TEXTS,
    TEXTS_SCHEMA,
    VECTORS,
    WORDS,
    IndexEntry,
    unit_key,
)
from kb.index.postings import HeadingTermsMaker, PostingsMaker, figures_of, pairs_of, term_key_once
from kb.index.vectors import write_vectors
from kb.records import dataclass
from kb.text import page_kinds
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.text.korean import Analyser
    from kb.types import EncoderInfo, FloatArray, Page, Unit

SEGMENT_CODE = (
    "index/layout.py",
    "index/postings.py",
    "index/segment_writer.py",
    "text/hangul.py",
    "text/korean.py",
    "text/page_kinds.py",
    "text/tokens.py",
)
"""The modules that decide what a segment's files hold, beside the reading of documents and :func:`write_vectors`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents in the order of their ids, with vectors: of ``vectors`` a row, of ``sentences`` ``(k, d)`` a passage
    (:func:`kb.index.passage_sentences.passage_sentences`), both in reading order."""

    entries: Sequence[IndexEntry]
    vectors: FloatArray
    sentences: Sequence[FloatArray]


def segment_version(encoder: EncoderInfo, korean: Analyser) -> str:
    """Twelve hex digits of a hash of everything that a segment depends on besides its documents; segments of another
    version are written again."""
    made_with = json.dumps([dataclasses.asdict(encoder), korean.name, _code_version()])
    return hashlib.sha256(made_with.encode()).hexdigest()[:12]


@cache
def _code_version() -> str:
    modules = code_sha256(Path(__file__).parent.parent / name for name in SEGMENT_CODE)
    return modules + bare_code(inspect.getsource(write_vectors))  # the rest of its module searches


def write_segment(folder: Path, batch: Batch, width: int, korean: Analyser) -> None:
    """Writes the folder of a segment.

    :raises OSError: it cannot be written; sqlite3.Error, or RuntimeError from FAISS, likewise.
    """
    folder.mkdir()
    _write_texts(folder / TEXTS, batch.entries)
    write_vectors(folder / VECTORS, batch.vectors)
    _write_sentences(folder, batch.sentences, width)
    _write_words(folder / WORDS, batch.entries, korean)


def _write_texts(path: Path, entries: Sequence[IndexEntry]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA synchronous=OFF")  # the whole file is put on the disk before it is used
        connection.execute("PRAGMA journal_mode=OFF")
        connection.executescript(TEXTS_SCHEMA)
        row = 0
        for entry in entries:
            document = entry.document
            doc_id = document.edition.doc_id
            hashed = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
            connection.execute("INSERT INTO texts VALUES (?,?,?)", (doc_id, document.text, hashed))
            connection.executemany(
                "INSERT INTO pages VALUES (?,?,?,?,?,?,?,?)", (_page_row(doc_id, p) for p in document.pages)
            )
            connection.executemany(
                "INSERT INTO units VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (_unit_row(n, u) for n, u in enumerate(document.units)),
            )
            described = {u.of_document for u in document.units if u.proven and unit_key(u.unit_id) != "whole"}
            connection.executemany("INSERT INTO described VALUES (?,?)", ((doc_id, of) for of in sorted(described)))
            for passage in document.passages:
                kind = page_kinds.kind_of_path(passage.headings)
                connection.execute(
                    "INSERT INTO passages VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                    (
                        row,
                        doc_id,
                        passage.span.start,
                        passage.span.end,
                        passage.unit_id,
                        json.dumps(passage.headings, ensure_ascii=False),
                        passage.search_text,
                        passage.page_start,
                        passage.page_end,
                        json.dumps(passage.forces),
                        kind.name if kind is not None else None,
                    ),
                )
                row += 1
        connection.commit()
    finally:
        connection.close()


def _page_row(doc_id: str, page: Page) -> tuple[object, ...]:
    return (
        doc_id,
        page.index,
        page.start,
        page.end,
        page.label,
        page.label_source,
        int(page.ocr),
        json.dumps(page.segments, separators=(",", ":")),
    )


def _unit_row(order: int, unit: Unit) -> tuple[object, ...]:
    return (
        unit.doc_id,
        order,
        unit.unit_id,
        unit.of_document,
        unit_key(unit.unit_id),
        unit.kind,
        unit.number,
        unit.path,
        unit.title,
        unit.span.start,
        unit.span.end,
        unit.own.start,
        unit.own.end,
        unit.page_start,
        unit.page_end,
        unit.parent_id,
        int(unit.verified),
        int(unit.proven),
    )


def _write_sentences(folder: Path, sentences: Sequence[FloatArray], width: int) -> None:
    starts = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
    if starts[-1]:  # written in place: a second copy of all sentences would be the most that a build holds
        rows = np.lib.format.open_memmap(folder / SENTENCES, "w+", np.float16, (int(starts[-1]), width))
        for start, part in zip(starts, sentences, strict=False):
            rows[start : start + len(part)] = part
        rows.flush()
        del rows
    else:
        np.save(folder / SENTENCES, np.zeros((0, width), np.float16))
    np.save(folder / SENTENCE_STARTS, starts)


def _write_words(folder: Path, entries: Sequence[IndexEntry], korean: Analyser) -> None:
    words, pairs = PostingsMaker(), PostingsMaker(term_key_once)
    in_headings, headings = PostingsMaker(), HeadingTermsMaker()
    lengths, figures = array("f"), array("f")
    for entry in entries:
        for passage in entry.document.passages:
            found = tokens(passage.search_text, korean)
            in_heading = tokens(" ".join(passage.headings[1:]), korean)
            words.add(found)
            pairs.add(pairs_of(found))
            in_headings.add(in_heading)
            headings.add(in_heading)
            lengths.append(len(found))
            figures.append(figures_of(passage.search_text))
    words.postings().save(folder)
    pairs.postings().save(folder / PAIRS)
    in_headings.postings().save(folder / HEADINGS)
    terms, starts = headings.arrays()
    np.save(folder / HEADING_TERMS, terms)
    np.save(folder / HEADING_STARTS, starts)
    np.save(folder / LENGTHS, np.array(lengths, dtype=np.float32))
    np.save(folder / FIGURES, np.array(figures, dtype=np.float32))
