"""Measures quotes that contain note marks: found with the marks and without, and highlighted exactly.

Run it as ``python -m benchmarks.measurements.note_marks``. Sentences in which a mark was cut are drawn from the
publications below ``../shared/documents`` when it runs, the same number from each as far as there are enough. A
sentence is right if it is found on its page as printed (with its marks) and as shown (without), at one and the same
place, and if pdftotext reads exactly its words inside the boxes of its highlight.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from benchmarks.measurements.extraction import Read, reads_back
from ingest.parse import Task, parse_file
from kb.files import file_sha256
from kb.text.cleaning import clean
from kb.text.locators import page_at
from kb.text.note_marks import find_unmarked, mark_places

DOCUMENTS = Path(__file__).parent.parent.parent.parent / "shared" / "documents"
Marked = tuple[int, int, str]
"""Range of a sentence in a document's text, and its words as printed."""


def marked_sentences(read: Read) -> list[Marked]:
    """The sentences of one page in which marks were cut, each with its marks put back."""
    marks = read.parsed.layout.marks
    out: list[Marked] = []
    for start, end in read.quotes():
        inside = [(at, mark) for at, mark in marks if start < at <= end]
        if not inside or page_at(read.pages, start).index != page_at(read.pages, end - 1).index:
            continue
        printed, done = "", start
        for at, mark in inside:
            printed += read.text[done:at] + mark
            done = at
        out.append((start, end, clean(printed + read.text[done:end])[0]))
    return out


def is_found(read: Read, sentence: Marked) -> bool:
    """Whether the sentence is found with its marks and without them at its own place."""
    start, end, printed = sentence
    page = page_at(read.pages, start)
    words, origin = clean(read.text[page.start : page.end])
    places = {n for n, at in enumerate(origin) if at in mark_places(page)} | {len(words)}
    shown = clean(read.text[start:end])[0]
    found = [find_unmarked(words, each, places) for each in (shown, printed)]
    return found[0] is not None and found[0] == found[1]


def main() -> None:
    """Prints, by file and in all, how many sentences are found and marked exactly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("-n", type=int, default=200, help="sentences in all")
    given = parser.parse_args()
    paths = sorted(given.documents.glob("*/*.pdf"))
    reads = [Read(p, p.stem[:40], parse_file(Task(p, file_sha256(p)))) for p in paths]
    pools = {read.name: marked_sentences(read) for read in reads}
    pools = {name: pool for name, pool in pools.items() if pool}
    rng = random.Random(14)
    drawn: dict[str, list[Marked]] = {name: [] for name in pools}
    for pool in pools.values():
        rng.shuffle(pool)
    while sum(map(len, drawn.values())) < given.n and any(pools.values()):
        for name, pool in pools.items():
            if pool and sum(map(len, drawn.values())) < given.n:
                drawn[name].append(pool.pop())
    total: Counter[str] = Counter()
    for read in reads:
        if read.name not in drawn:
            continue
        counts: Counter[str] = Counter()
        for sentence in drawn[read.name]:
            counts["sentences"] += 1
            counts["found"] += is_found(read, sentence)
            outcome = reads_back(read, sentence[0], sentence[1])
            counts[outcome] += 1
            if outcome != "exact":
                print(f"    {read.name} {sentence[0]}: {outcome}: {sentence[2][:110]}")
        total += counts
        print(f"{read.name}: {dict(counts)}")
    print(f"in all, of {len(drawn)} publications: {dict(total)}")


if __name__ == "__main__":
    main()
