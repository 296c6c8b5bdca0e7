"""Compares how fast files are read with another checkout: pages per processor second, in one interleaved run.

Both checkouts read the same files, each in a process of its own, by turns. Processor time is compared, so that other
load counts for neither.

``git worktree add /tmp/other COMMIT``, then ``python -m benchmarks.measurements.reading --other /tmp/other [FILE ...]
[--runs N]``
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS_BESIDE = ROOT.parent / "shared" / "documents"
LEAST_RATIO = 0.8
"""Smallest accepted share of the other checkout's speed."""

_READ = """
import hashlib, json, pathlib, sys, time
from ingest import parse as reader
from ingest.parse import Task
parse_file = getattr(reader, "parse_file", None) or reader.parse  # what it was called before
paths = [pathlib.Path(p) for p in sys.argv[1:]]
tasks = [Task(p, hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths]
parse_file(tasks[0])  # what is loaded once
pages, seconds = 0, {}
for task in tasks:
    started = time.process_time()
    pages += len(parse_file(task).layout.pages)
    seconds[task.path.name] = time.process_time() - started
print(json.dumps([pages, seconds]))
"""


def speed(checkout: Path, files: Sequence[Path]) -> tuple[int, dict[str, float]]:
    """Pages read by a checkout, and the seconds of each file."""
    env = os.environ | {"PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _READ, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env, cwd=checkout)
    pages, seconds = json.loads(done.stdout.splitlines()[-1])
    return pages, seconds


def main() -> int:
    """Prints both speeds and their ratio; exit code 1 where it is below the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--other", type=Path, required=True, help="another checkout")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    files = [p.resolve() for p in given.files] or sorted(DOCUMENTS_BESIDE.rglob("*.pdf"))
    ratios: list[float] = []
    for _ in range(given.runs):
        rates: dict[str, float] = {}
        by_file: dict[str, dict[str, float]] = {}
        for name, checkout in (("other", given.other.resolve()), ("this", ROOT)):
            pages, by_file[name] = speed(checkout, files)
            rates[name] = pages / sum(by_file[name].values())
        ratios.append(rates["this"] / rates["other"])
        slow = min(by_file["this"], key=lambda f: by_file["other"][f] / by_file["this"][f])
        least = by_file["other"][slow] / by_file["this"][slow]
        print(f"other {rates['other']:.1f}, this {rates['this']:.1f} pages/s; ratio {ratios[-1]:.2f}; "
              f"least {least:.2f} ({slow})", flush=True)  # fmt: skip
    ratio = statistics.median(ratios)
    print(f"this / other = {ratio:.2f} (median of {len(ratios)})")
    return 0 if ratio >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
