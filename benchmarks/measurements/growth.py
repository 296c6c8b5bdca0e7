"""How an index grows: the cost of one more document, of a question and of a cold look-up at several sizes.

An index of N synthetic passages is made without an encoder: documents of 200 numbered paragraphs of invented words
with frequencies as in a language, their files on the disk, their vectors drawn around centres. Then, each in a process
of its own: one document of 60 paragraphs is added by a build (as ``kb ingest`` does it, with vectors of hashed words),
replaced by a longer one, and removed; questions are searched for; ``kb lookup`` is run. Memory is what the system
counts of the process and its workers at the height. Ratios are to the first size.

``python -m benchmarks.measurements.growth [5000 100000 …] [--keep DIR]``
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measurements.lookup import process
from benchmarks.measurements.memory import watched
from benchmarks.measurements.word_vectors import DIMENSION, WordVectors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.index.layout import IndexEntry
    from kb.index.segment_writer import Batch
    from kb.types import FloatArray

PARAGRAPHS = 200
"""Paragraphs of a synthetic document."""
ADDED_PARAGRAPHS = 60
VOCABULARY = 50_000
WORDS_OF_PARAGRAPH = 60
CENTRES = 500
N_QUESTIONS, N_COLD = 60, 9
ADDED = "one-more.txt"


class Maker:
    """Invented paragraphs and their vectors; the same for the same number."""

    def __init__(self) -> None:
        letters = np.random.default_rng(1)
        self._words = np.array(["".join(letters.choice(list("aeioulnrstmkpd"), 7)) for _ in range(VOCABULARY)])
        weights = 1 / np.arange(3, VOCABULARY + 3)
        self._bounds = np.cumsum(weights / weights.sum())
        self._centres = letters.standard_normal((CENTRES, DIMENSION), dtype=np.float32)

    def paragraphs(self, seed: int, n: int) -> list[str]:
        """Paragraphs of two sentences."""
        draw = np.random.default_rng(seed)
        rows = np.searchsorted(self._bounds, draw.random((n, WORDS_OF_PARAGRAPH)))
        half = WORDS_OF_PARAGRAPH // 2
        return [
            f"{' '.join(words[:half]).capitalize()}. {' '.join(words[half:]).capitalize()}."
            for words in self._words[np.minimum(rows, VOCABULARY - 1)]
        ]

    def vectors(self, seed: int, n: int) -> FloatArray:
        """Vectors of length 1 around the centres."""
        draw = np.random.default_rng(seed)
        rows: FloatArray = self._centres[draw.integers(0, CENTRES, n)] + draw.standard_normal(
            (n, DIMENSION), dtype=np.float32
        )
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


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
        halves = np.repeat(vectors.astype(np.float16), 2, axis=0)
        yield Batch(entries, vectors, [halves[2 * row : 2 * row + 2] for row in range(size)])


def make(home: Path, n: int) -> dict[str, Any]:
    """Writes an index of ``n`` passages."""
    from ingest.versions import crosswalk_edges, index_settings
    from kb.index.layout import INDEX
    from kb.index.writer import write_generation
    from kb.text.korean import by_setting

    folder = home / "papers"
    folder.mkdir(parents=True)
    encoder = WordVectors()
    settings = index_settings(encoder, by_setting("stems").name)
    started = time.perf_counter()
    write_generation(
        home / INDEX,
        made_batches(n, folder),
        None,
        encoder.info,
        settings,
        "0",
        "2026-01-01",
        crosswalk_edges(),
    )
    size = sum(p.stat().st_size for p in (home / INDEX).rglob("*") if p.is_file())
    return {"seconds": time.perf_counter() - started, "bytes_per_passage": size / n}


def one_more(home: Path, paragraphs: int) -> dict[str, Any]:
    """Builds with one document of so many paragraphs, new or in place of its former text."""
    from ingest.pipeline import ingest_paths
    from kb.catalog.register import Register

    lines = Maker().paragraphs(10**6 + paragraphs, paragraphs)
    text = "Rules for One More\n\n" + "\n\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))
    path = home / ADDED
    path.write_text(text, "utf-8")
    started = time.perf_counter()
    summary = ingest_paths(home, [path], WordVectors(), Register((), (), {}, {}), today="2026-01-02", version="0")
    (report,) = [r for r in summary.files if r.path.endswith(ADDED)]
    return {
        "seconds": time.perf_counter() - started,
        "passages": report.n_passages,
        "outcome": report.outcome.value,
        "doc_id": report.doc_id,
    }


def without(home: Path, doc_id: str) -> dict[str, Any]:
    """Removes a document."""
    from ingest.removal import remove_document

    started = time.perf_counter()
    remove_document(home, doc_id, WordVectors(), "2026-01-02", "0")
    return {"seconds": time.perf_counter() - started}


def asked(home: Path) -> dict[str, Any]:
    """The first question's time, and the median of the others, with and without a filter."""
    from kb.knowledge_base import KnowledgeBase
    from kb.models.models import Models
    from kb.types import SearchFilter

    maker = Maker()
    questions = [" ".join(p.split()[20:30]) + "?" for p in maker.paragraphs(7, N_QUESTIONS)]
    started = time.perf_counter()
    base = KnowledgeBase.open(home, Models(WordVectors()))
    base.search(questions[0])
    first = time.perf_counter() - started
    times: dict[str, list[float]] = {"plain": [], "filtered": []}
    for question in questions[1:]:
        for name, chosen in (("plain", SearchFilter()), ("filtered", SearchFilter(publishers=("Makers",)))):
            started = time.perf_counter()
            base.search(question, filter=chosen)
            times[name].append(time.perf_counter() - started)
    return {"first": first} | {name: statistics.median(each) for name, each in times.items()}


def cold(home: Path) -> float:
    """Median seconds of the processor that ``kb lookup`` takes as a process."""
    command = ("-c", f"from app.cli.main import main; main(['--home', {str(home)!r}, 'lookup', 'Made 3 para 7'])")
    process(*command)
    return statistics.median(process(*command)[0] for _ in range(N_COLD))


STEPS = {"make": make, "one_more": one_more, "without": without, "asked": asked}


def step(home: Path, name: str, *arguments: object) -> dict[str, Any]:
    """A step in a process of its own: what it found, ``megabytes``, the most memory it held with its workers, and
    ``processor``, the seconds of processor time that they took together, their start included."""
    given = json.dumps([str(home), name, *arguments])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole, _, said = watched([sys.executable, "-m", "benchmarks.measurements.growth", "--step", given])
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return found | {"megabytes": whole / 1e6, "processor": used}


def measured(home: Path, n: int) -> dict[str, float]:
    """The figures of one size."""
    built = step(home, "make", n)
    print(f"{n:,} passages made in {built['seconds']:.0f} s and {built['megabytes']:,.0f} MB", flush=True)
    add = step(home, "one_more", ADDED_PARAGRAPHS)
    again = step(home, "one_more", ADDED_PARAGRAPHS + 1)
    gone = step(home, "without", again["doc_id"])
    question = step(home, "asked")
    figures = {
        "bytes a passage": built["bytes_per_passage"],
        "add, s": add["seconds"],
        "add, s of processor": add["processor"],
        "add, MB": add["megabytes"],
        "replace, s": again["seconds"],
        "remove, s": gone["seconds"],
        "remove, MB": gone["megabytes"],
        "first question, s": question["first"],
        "warm question, ms": 1000 * question["plain"],
        "filtered question, ms": 1000 * question["filtered"],
        "memory of questions, MB": question["megabytes"],
        "cold look-up, s": cold(home),
    }
    assert (add["outcome"], again["outcome"]) == ("new", "changed"), (add, again)
    return figures


def main() -> int:
    """Prints a line for each figure, a column for each size, and ratios to the first size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[5_000, 100_000])
    parser.add_argument("--keep", type=Path, help="a new folder for the homes, which are kept")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        home, name, *arguments = json.loads(given.step)
        print(json.dumps(STEPS[name](Path(home), *arguments)))
        return 0
    work = given.keep or Path(tempfile.mkdtemp(prefix="kb-growth-"))
    try:
        columns = [measured(work / f"home-{n}", n) for n in given.sizes]
    finally:
        if not given.keep:
            shutil.rmtree(work, ignore_errors=True)
    print("".join(f"{'' if n is None else f'{n:,}':>26}" for n in (None, *given.sizes)))
    for name, base in columns[0].items():
        cells = "".join(f"{f'{c[name]:,.2f} ({c[name] / base:.2f})':>26}" for c in columns)
        print(f"{name:>26}{cells}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
