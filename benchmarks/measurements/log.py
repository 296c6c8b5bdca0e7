"""Measures the log of questions: how fast entries are added, read and verified, and how much memory that takes.

``python -m benchmarks.measurements.log [--entries N] [--folder DIR]`` writes a log of N entries (a million) into a new
folder, 1,000 at a time as a batch does, then some one by one as `kb ask` does; verifies it; proves entries of it;
erases values. It prints a line for each, with the highest memory of the process so far.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from kb.audit.evidence_pack import LoggedRows, proofs_of
from kb.audit.log_check import check_log
from kb.audit.log_entries import NewEntry
from kb.audit.question_log import log_of_home

GROUP = 1_000
ONE_BY_ONE = 200
PROVEN = 1_000


def entry(n: int) -> NewEntry:
    """An entry like that of a row with two citations."""
    cited = [
        {"unit": f"urn:kb:made:{n % 997}:para:{k}", "doc": f"made-{n % 97}", "from": n, "to": n + 200,
         "sha256": f"{n:064x}", "match": "verbatim"}
        for k in range(2)
    ]  # fmt: skip
    facts = {"via": "batch", "row": n, "read_as": "question", "cited": cited}
    return NewEntry("row", facts, {"question": f"What is asked of number {n}?", "user": "someone"}, "0123456789abcdef")


def told(what: str, n: int, began: float) -> None:
    """Prints a measure."""
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<34} {n:>9,}  {took:8.1f} s  {n / took:>9,.0f} a second  {peak:6.0f} MB at most", flush=True)


def main() -> int:
    """Writes, verifies, proves and erases."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path, help="where the log is made; a folder for temporary files by default")
    given = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kb-log-", dir=given.folder))
    try:
        log = log_of_home(folder)
        began = time.perf_counter()
        for start in range(0, given.entries, GROUP):
            log.append([entry(n) for n in range(start, min(start + GROUP, given.entries))])
        told(f"added, {GROUP:,} at a time", given.entries, began)
        began = time.perf_counter()
        for n in range(ONE_BY_ONE):
            log.append([entry(n)])
        told("added, one at a time", ONE_BY_ONE, began)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        print(f"{'on the disk':<34} {size / 1e6:>9,.0f} MB")
        began = time.perf_counter()
        report = check_log(log)
        told("verified", report.size, began)
        if not report.is_whole:
            print(report.faults)
            return 1
        began = time.perf_counter()
        step = max(1, given.entries // PROVEN)
        lines = {n: b"" for n in range(1, given.entries, step)}
        head = log.head()
        found = (line for number in range(1, head.file_number + 1) for line in log.lines(number, head))
        lines = {n: line for n, line in enumerate(found, 1) if n in lines}
        proofs_of(log, LoggedRows({}, lines), given.entries)
        told("read, and entries proven", len(lines), began)
        began = time.perf_counter()
        erased = log.erase(lambda each: each.n % 2 == 0, "a half")
        told("values erased", erased, began)
        if not check_log(log).is_whole:
            return 1
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
