"""Measures how an index grows: the cost of one more document, of a question and of a cold look-up at several sizes.

An index of N synthetic passages is made without an encoder: documents of 200 numbered paragraphs of invented words with
the frequencies of a language, and vectors drawn around centres. Then, each in a process of its own: a build adds one
document of 60 paragraphs (as ``kb ingest`` does it, with vectors of hashed words), replaces it by a longer one, and
removes it; questions are searched for, and the share of the nearest vectors that is found is measured; ``kb lookup`` is
run. Memory is the peak of the process and its workers. Questions and look-ups are measured in processor time, which
other load does not change. Ratios are to the first size.

``python -m benchmarks.measurements.growth [5000 100000 …] [--keep DIR]``
"""

from __future__ import annotations

import argparse
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
from benchmarks.measurements.made_corpus import OF_QUESTION, Maker, made_batches
from benchmarks.measurements.memory import watched
from benchmarks.measurements.word_vectors import WordVectors
from kb.index.generations import current_folder
from kb.retrieval.candidates import DEPTH_OF_LISTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.types import FloatArray

ADDED_PARAGRAPHS = 60
N_QUESTIONS, N_BEFORE, N_COLD = 60, 240, 9
"""Questions that are measured, other ones that are asked before them where a warm index is measured, and look-ups."""
ADDED, QUESTIONS = "one-more.txt", "questions.npz"


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


class QuestionVectors(WordVectors):
    """The encoder of the made index, which knows the vectors of some questions."""

    def __init__(self, known: dict[str, FloatArray]) -> None:
        self._known = known

    def encode_query(self, text: str) -> FloatArray:
        return self._known[text]


def questions(home: Path) -> dict[str, Any]:
    """Writes questions of ten words each, from paragraphs all over the index, with vectors near those of the
    paragraphs."""
    from kb.index.layout import INDEX
    from kb.index.reader import Store

    with Store.open(home / INDEX) as store:
        rows = np.linspace(0, store.n_passages - 1, N_QUESTIONS + N_BEFORE).astype(np.int64)
        rows = np.random.default_rng(11).permutation(rows)
        texts = [" ".join(text.split()[20:30]) + "?" for text in store.search_texts(rows.tolist())]
        vectors = Maker().near(store.vectors.vectors(rows), 7, OF_QUESTION)
    np.savez(home / QUESTIONS, texts=np.array(texts), vectors=vectors)
    return {}


def _written_questions(home: Path) -> dict[str, FloatArray]:
    with np.load(home / QUESTIONS) as found:
        return dict(zip(found["texts"].tolist(), found["vectors"], strict=True))


def asked(home: Path) -> dict[str, Any]:
    """Processor time of the first question, and the median of the others, with and without filters."""
    from kb.knowledge_base import KnowledgeBase
    from kb.models.models import Models
    from kb.types import SearchFilter

    known = _written_questions(home)
    started = time.process_time()
    base = KnowledgeBase.open(home, Models(QuestionVectors(known)))
    texts = list(known)
    base.search(texts[0])
    texts = texts[:N_QUESTIONS]
    first = time.process_time() - started
    documents = [d.doc_id for d in base.library().store.documents if d.doc_id.startswith("made-")]
    filters = {
        "plain": SearchFilter(),
        "filtered": SearchFilter(publishers=("Makers",)),
        "half": SearchFilter(doc_ids=tuple(documents[::2])),
    }
    times: dict[str, list[float]] = {name: [] for name in filters}
    for question in texts[1:]:
        for name, chosen in filters.items():
            started = time.process_time()
            base.search(question, filter=chosen)
            times[name].append(time.process_time() - started)
    return {"first": first} | {name: statistics.median(each) for name, each in times.items()}


def beside(home: Path, other: str) -> dict[str, Any]:
    """Median processor time of a question in two indexes, asked in turn by one process, so that other load slows both
    alike, and the ratio of the second to the first.

    The indexes are measured just after opening (``opened``), and with the same questions after each has answered other
    ones (``warm``).
    """
    from kb.knowledge_base import KnowledgeBase
    from kb.models.models import Models

    found: dict[str, dict[str, float]] = {}
    for state, before in (("opened", 0), ("warm", N_BEFORE)):
        opened = []
        for each in (home, Path(other)):
            known = _written_questions(each)
            opened.append((KnowledgeBase.open(each, Models(QuestionVectors(known))), list(known)))
            for text in (next(iter(known)), *list(known)[N_QUESTIONS : N_QUESTIONS + before]):
                opened[-1][0].search(text)
        times: list[list[float]] = [[], []]
        for n in range(1, N_QUESTIONS):
            for (base, texts), mine in zip(opened, times, strict=True):
                started = time.process_time()
                base.search(texts[n])
                mine.append(time.process_time() - started)
        first, second = map(statistics.median, times)
        found[state] = {"first": first, "second": second, "ratio": second / first}
    return found


def recall(home: Path) -> dict[str, Any]:
    """The share of the 50 nearest vectors that are found for the questions, of all rows and of half of the documents;
    and the processor time of the nearest 100, as they are searched for and exactly."""
    from kb.index.layout import INDEX
    from kb.index.reader import Store

    vectors = list(_written_questions(home).values())[:N_QUESTIONS]
    shares: dict[str, list[float]] = {"recall": [], "recall of half": []}
    times: dict[str, list[float]] = {"searched": [], "exactly": []}
    with Store.open(home / INDEX) as usual, Store.open(home / INDEX, exact_up_to=10**9) as exact:
        half = np.concatenate([list(usual.rows_of(d.doc_id)) for d in usual.documents[::2]])
        for vector in vectors:
            for name, rows in (("recall", None), ("recall of half", half)):
                best = {row for row, _ in exact.vectors.search(vector, 50, rows)}
                found = {row for row, _ in usual.vectors.search(vector, DEPTH_OF_LISTS, rows)[:50]}
                shares[name].append(len(best & found) / len(best))
            for name, store in (("searched", usual), ("exactly", exact)):
                started = time.process_time()
                store.vectors.search(vector, DEPTH_OF_LISTS)
                times[name].append(time.process_time() - started)
    return {name: statistics.mean(each) for name, each in shares.items()} | {
        name: statistics.median(each) for name, each in times.items()
    }


def cold(home: Path) -> float:
    """Median seconds of the processor that ``kb lookup`` takes as a process."""
    command = ("-c", f"from app.cli.main import main; main(['--home', {str(home)!r}, 'lookup', 'Made 3 para 7'])")
    process(*command)
    return statistics.median(process(*command)[0] for _ in range(N_COLD))


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "one_more": one_more,
    "without": without,
    "questions": questions,
    "asked": asked,
    "beside": beside,
    "recall": recall,
}


def step(home: Path, name: str, *arguments: object) -> dict[str, Any]:
    """Runs a step in a process of its own and returns its results, with ``megabytes``, the peak memory of it and its
    workers, and ``processor``, the seconds of processor time of all of them, their start included."""
    given = json.dumps([str(home), name, *arguments])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole, _, output = watched([sys.executable, "-m", "benchmarks.measurements.growth", "--step", given])
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return found | {"megabytes": whole / 1e6, "processor": used}


def measured(home: Path, n: int) -> dict[str, float]:
    """The figures of one size."""
    if not (home / "index").is_dir():
        built = step(home, "make", n)
        print(f"{n:,} passages made in {built['seconds']:.0f} s and {built['megabytes']:,.0f} MB", flush=True)
    size = sum(p.stat().st_size for p in current_folder(home / "index").rglob("*") if p.is_file())
    step(home, "questions")
    question, found = step(home, "asked"), step(home, "recall")
    add = step(home, "one_more", ADDED_PARAGRAPHS)
    again = step(home, "one_more", ADDED_PARAGRAPHS + 1)
    gone = step(home, "without", again["doc_id"])
    figures = {
        "bytes a passage": size / n,
        "add, s": add["seconds"],
        "add, s of processor": add["processor"],
        "add, MB": add["megabytes"],
        "replace, s": again["seconds"],
        "remove, s": gone["seconds"],
        "remove, MB": gone["megabytes"],
        "first question, s": question["first"],
        "warm question, ms": 1000 * question["plain"],
        "filtered question, ms": 1000 * question["filtered"],
        "half of documents, ms": 1000 * question["half"],
        "nearest vectors, ms": 1000 * found["searched"],
        "the same exactly, ms": 1000 * found["exactly"],
        "recall@50": found["recall"],
        "recall@50 of half": found["recall of half"],
        "memory of questions, MB": question["megabytes"],
        "cold look-up, s": cold(home),
    }
    assert (add["outcome"], again["outcome"]) == ("new", "changed"), (add, again)
    for name, value in figures.items():
        print(f"{name:>26}{value:>12,.2f}", flush=True)
    return figures


def main() -> int:
    """Prints a line for each figure, a column for each size, and ratios to the first size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[5_000, 100_000])
    parser.add_argument(
        "--keep", type=Path, help="a folder for the homes, which are kept; one that is there is taken as it is"
    )
    parser.add_argument("--step", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        home, name, *arguments = json.loads(given.step)
        print(json.dumps(STEPS[name](Path(home), *arguments)))
        return 0
    work = given.keep or Path(tempfile.mkdtemp(prefix="kb-growth-"))
    try:
        columns = [measured(work / f"home-{n}", n) for n in given.sizes]
        turns = [step(work / f"home-{given.sizes[0]}", "beside", str(work / f"home-{n}")) for n in given.sizes[1:]]
    finally:
        if not given.keep:
            shutil.rmtree(work, ignore_errors=True)
    print("".join(f"{'' if n is None else f'{n:,}':>26}" for n in (None, *given.sizes)))
    for name, base in columns[0].items():
        cells = "".join(f"{f'{c[name]:,.2f} ({c[name] / base:.2f})':>26}" for c in columns)
        print(f"{name:>26}{cells}")
    for n, turn in zip(given.sizes[1:], turns, strict=True):
        for state in ("opened", "warm"):
            each = turn[state]
            took = f"{1000 * each['first']:.1f} ms and {1000 * each['second']:.1f} ms ({each['ratio']:.2f})"
            print(f"questions of the first and of {n:,} passages in turn, {state}: {took}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
