"""Times a question through each store beside the embedded index, and compares the hits.

The index of a home folder is written into Qdrant (in files of its own, as ``KB_STORE=qdrant`` without an address keeps
it, or on the server that ``--qdrant`` gives) and, where ``--postgres`` gives one, into a PostgreSQL with pgvector; a
key or password is in ``KB_STORE_KEY``. Our own development questions are asked in turn by one process: first of the
embedded index, so that the question is encoded, then of it again and of each store. Seconds are by the clock and of
this process; those of a server are in the former alone. Exit code 1 where a store gives another hit, order or score.

``python -m benchmarks.measurements.stores HOME [--postgres URL] [--qdrant URL] [--questions N]``
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from ingest.publishing import publish
from kb.knowledge_base import KnowledgeBase
from kb.models.models import EncoderSettings, Models
from kb.stores.connecting import POSTGRES, QDRANT
from kb.stores.protocol import StoreAddress

QUESTIONS_OF_US = Path(__file__).parent.parent.parent / "corpus" / "qrels" / "questions.jsonl"
LIMIT = 100
"""Hits that are compared."""
NAME_OF_TRIAL = "measured"
"""The name under which the index is written into a store."""
Found = tuple[tuple[int, float], ...]


def _hits(base: KnowledgeBase, question: str) -> Found:
    return tuple((found.hit.row, found.hit.score) for found in base.search(question, LIMIT).hits)


def _timed(base: KnowledgeBase, question: str) -> tuple[Found, float, float]:
    """The hits of a question, and what they took: seconds by the clock and of this process."""
    clock, mine = time.perf_counter(), time.process_time()
    found = _hits(base, question)
    return found, time.perf_counter() - clock, time.process_time() - mine


def main() -> int:
    """Prints for the embedded index and each store the median of its questions, and ratios to the embedded index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--qdrant", metavar="URL", default="")
    parser.add_argument("--questions", type=int, default=60)
    given = parser.parse_args()
    asked = [json.loads(line) for line in QUESTIONS_OF_US.read_text("utf-8").splitlines()]
    texts = [each["text"] for each in asked if each["split"] == "dev"][: given.questions]
    models = Models(settings=EncoderSettings(cache=given.home / "cache" / "encoders"))
    key = os.environ.get("KB_STORE_KEY", "")
    with tempfile.TemporaryDirectory(prefix="kb-stores-") as work:
        bases = {"embedded": KnowledgeBase.open(given.home, models)}
        addresses = {"Qdrant": StoreAddress(QDRANT, given.qdrant, Path(work) / "qdrant", NAME_OF_TRIAL, key=key)}
        if given.postgres:
            addresses["PostgreSQL"] = StoreAddress(POSTGRES, given.postgres, name=NAME_OF_TRIAL, key=key)
        for name, address in addresses.items():
            started = time.perf_counter()
            written = publish(given.home, address)
            print(f"{written.n_rows:,} passages into {name} in {time.perf_counter() - started:.0f} s", flush=True)
            bases[name] = KnowledgeBase.open(Path(work) / name, models, address)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in bases}
        other = dict.fromkeys(bases, 0)
        for n, text in enumerate(texts):
            wanted = _hits(bases["embedded"], text)
            for name, base in bases.items():
                found, clock, mine = _timed(base, text)
                other[name] += found != wanted
                if n:  # the first question opens what the others find open
                    times[name].append((clock, mine))
        for base in bases.values():
            base.close()
    medians = {name: [statistics.median(each) for each in zip(*taken, strict=True)] for name, taken in times.items()}
    for name, (clock, mine) in medians.items():
        ratio = clock / medians["embedded"][0]
        print(
            f"{name:>12}: {1000 * clock:8.1f} ms by the clock ({ratio:.1f} times the embedded index), "
            f"{1000 * mine:8.1f} ms of the process; other hits in {other[name]} of {len(texts)} questions"
        )
    return 1 if any(other.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
