"""Reads damaged copies of every PDF as a build reads them: no crash, no hang, bounded memory, every copy reported.

``python -m benchmarks.measurements.fuzz [--documents DIR] [--copies 500] [--seconds 20] [--seed 1]``

Half of the damage is done to bytes (flipped bits, a cut end, a hole), half to the file's structure (objects shuffled,
numbers in dictionaries changed). The same seed makes the same copies.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ingest.parse import Task, parse_file
from ingest.worker_pool import MEMORY_BYTES, run
from kb.errors import DocumentError

DOCUMENTS = Path(__file__).parent.parent.parent.parent / "shared" / "documents"
_OBJECT = re.compile(rb"\d+ \d+ obj\b.*?\bendobj\b", re.DOTALL)
_NUMBER = re.compile(rb"(?<=[ /\[(])\d{1,7}(?=[ /\]>\r\n])")


def flip(data: bytes, rng: random.Random) -> bytes:
    """One to two hundred bits turned, anywhere."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 5, 30, 200))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def truncate(data: bytes, rng: random.Random) -> bytes:
    """The end cut off, or the beginning."""
    at = rng.randrange(1, len(data))
    return data[:at] if rng.random() < 0.8 else data[at:]


def hole(data: bytes, rng: random.Random) -> bytes:
    """A stretch missing, doubled or set to zero."""
    a = rng.randrange(len(data))
    b = min(len(data), a + rng.choice((10, 500, 20_000)))
    return data[:a] + rng.choice((b"", data[a:b] * 2, b"\0" * (b - a))) + data[b:]


def shuffle(data: bytes, rng: random.Random) -> bytes:
    """Some objects' bodies exchanged among each other."""
    found = list(_OBJECT.finditer(data))
    if len(found) < 2:
        return hole(data, rng)
    chosen = sorted(rng.sample(range(len(found)), min(len(found), rng.choice((2, 8, 60)))))
    bodies = [found[i].group() for i in chosen]
    rng.shuffle(bodies)
    out: list[bytes] = []
    at = 0
    for i, body in zip(chosen, bodies, strict=True):
        out += [data[at : found[i].start()], body]
        at = found[i].end()
    return b"".join([*out, data[at:]])


def renumber(data: bytes, rng: random.Random) -> bytes:
    """Some numbers outside streams changed: references, lengths, counts, sizes."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return flip(data, rng)
    out = bytearray(data)
    for match in rng.sample(found, min(len(found), rng.choice((1, 10, 80)))):
        width = match.end() - match.start()
        out[match.start() : match.end()] = str(rng.randrange(10**width)).zfill(width).encode()
    return bytes(out)


DAMAGES = (flip, truncate, hole, shuffle, renumber)


def outcome(value: object) -> str:
    """The result for a copy in one word."""
    if isinstance(value, DocumentError):
        words = str(value)
        for sign in ("crashed", "took longer", "needs more than", "password"):
            if sign in words:
                return f"reported: {sign}"
        return f"reported: {type(value).__name__}"
    notes = getattr(value, "notes", ())
    return "read, damage noted" if any("left empty" in n or "could not read" in n for n in notes) else "read"


def main() -> int:
    """Prints a count per outcome; exit code 1 where a copy was not answered for or one took too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--copies", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    paths = sorted(args.documents.rglob("*.pdf"))
    if not paths:
        sys.exit(f"no PDF under {args.documents}")
    rng = random.Random(args.seed)
    began = time.monotonic()
    counts: Counter[tuple[str, str]] = Counter()
    slowest = 0.0
    silent: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kb-fuzz-") as folder:
        for first in range(0, args.copies, 50):  # fifty at a time, so that the disk holds few
            tasks: list[Task] = []
            kinds: list[str] = []
            for n in range(first, min(first + 50, args.copies)):
                path = paths[n % len(paths)]
                damage = DAMAGES[n // len(paths) % len(DAMAGES)]
                copy = Path(folder) / f"{n:04d}-{damage.__name__}-{path.stem[:20]}.pdf"
                copy.write_bytes(damage(path.read_bytes(), rng))
                tasks.append(Task(copy, f"{n:064d}"))
                kinds.append(damage.__name__)
            answered: set[int] = set()
            last = time.monotonic()
            for position, value in run(parse_file, tasks, seconds=args.seconds, workers=args.workers):
                now = time.monotonic()
                slowest, last = max(slowest, now - last), now
                answered.add(position)
                counts[(kinds[position], outcome(value))] += 1
                if isinstance(value, DocumentError) and not str(value).strip():
                    silent.append(tasks[position].name)
            silent += [t.name for i, t in enumerate(tasks) if i not in answered]
            for task in tasks:
                task.path.unlink()
    took = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{sum(counts.values())} damaged copies of {len(paths)} PDFs, seed {args.seed}, in {took:.0f} s; parent alive"
    )
    for kind in (d.__name__ for d in DAMAGES):
        row = {what: k for (d, what), k in sorted(counts.items()) if d == kind}
        print(f"  {kind:9s} " + ", ".join(f"{what} {k}" for what, k in row.items()))
    total = Counter[str]()
    for (_, what), k in counts.items():
        total[what] += k
    print("  all       " + ", ".join(f"{what} {k}" for what, k in total.most_common()))
    print(
        f"  largest worker {peak:.0f} MiB of {MEMORY_BYTES // 2**20} allowed; "
        f"longest wait for one answer {slowest:.1f} s of {args.seconds:.0f} s; not answered for: {len(silent)}"
    )
    return 1 if silent or slowest > args.seconds + 5 else 0


if __name__ == "__main__":
    sys.exit(main())
