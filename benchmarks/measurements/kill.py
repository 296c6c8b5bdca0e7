"""Kills twenty ingests at random moments, and checks that `kb ask` answers from the last good index every time.

Each round starts from a home with a good index of a few documents, adds others, and kills the whole process group
(SIGKILL) at a moment drawn from the time that ingest takes. A third of the rounds start with an empty vector cache, so
that moments fall in reading and embedding; a third with a full one and ``--force``; in a third the moment is drawn from
the time after the new generation's folder appears, so that they fall in writing. After every kill ``kb ask`` must
answer from a good index and ``kb lookup`` must find its unit; then the next ingest must complete, on the cache the
killed one left (filled up, to save time, in all but the last of the first third).

``python -m benchmarks.measurements.kill [--documents DIR] [--rounds 20] [--seed 20260101]``
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import filelock

BASE = ("oecd/oecd-legal-0449-2019.txt", "unesco/unesco-input-ohchr-hrc47-23.pdf")
ADDED = ("nist/nist-ai-100-1-ai-rmf-1.0.pdf", "eu/hleg-ethics-guidelines-trustworthy-ai-2019.pdf")
QUESTION = "What does UNESCO say about the right to privacy and data protection?"
REFERENCE = "OECD 1.3"
WRITING = 0.8
"""Seconds in which the new generation is written, flushed and put in service."""


@dataclass(frozen=True)
class Round:
    """One kill and its consequences."""

    kind: str
    seconds: float
    phase: str
    index_id: str
    kept: bool
    asked: bool
    looked_up: bool
    next_ingest: str


def kb(home: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end."""
    command = [sys.executable, "-m", "app.cli.main", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=quiet())


def quiet() -> dict[str, str]:
    """The environment without the person's settings."""
    return {k: v for k, v in os.environ.items() if not k.startswith("KB_")}


def current(home: Path) -> str:
    """The generation in service."""
    return (home / "index" / "CURRENT").read_text("utf-8")


def phase_of(home: Path, n_before: int) -> str:
    """The phase in which an ingest was killed, by the files that it left."""
    if list((home / "index").glob("building-*")):
        return "writing"
    return "embedding" if n_vectors(home) > n_before else "reading"


def n_vectors(home: Path) -> int:
    """Vectors in the cache."""
    path = home / "cache" / "vectors.sqlite"
    if not path.exists():
        return 0
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def timed_ingest(home: Path, paths: list[str], *flags: str) -> float:
    """Seconds of an ingest that is left alone."""
    started = time.monotonic()
    done = kb(home, "ingest", "-q", *flags, *paths)
    if done.returncode:
        sys.exit(f"the ingest that is left alone failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - started


def killed(home: Path, paths: list[str], kind: str, after: float) -> bool:
    """Kills an ingest's whole process group, and returns whether it still ran. ``after`` counts seconds from the start,
    or from the beginning of writing."""
    flags = [] if kind == "cold" else ["--force"]
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "--home", str(home), "ingest", "-q", *flags, *paths],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=quiet(),
    )
    while kind == "writing" and process.poll() is None and not list((home / "index").glob("building-*")):
        time.sleep(0.002)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def one_round(
    pristine: Path, home: Path, kind: str, paths: list[str], after: float, good: dict[str, str], fill: bool
) -> Round:
    """Kills one ingest and checks the index that is left."""
    running = False
    while not running:  # an ingest that was done before its moment came is no kill: sooner
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(pristine, home)
        if kind == "cold":
            shutil.rmtree(home / "cache")
        n_before = n_vectors(home)
        running = killed(home, paths, kind, after)
        phase = "swapped" if current(home) != current(pristine) else phase_of(home, n_before)
        after *= 1.0 if running else 0.6
    asked = kb(home, "ask", QUESTION, "--format", "json")
    index_id = json.loads(asked.stdout)["index_id"] if asked.stdout else ""
    looked = kb(home, "lookup", REFERENCE)
    with filelock.FileLock(home / "ingest.lock", timeout=0):
        pass
    if fill:
        fill_cache(home / "cache" / "vectors.sqlite", pristine / "cache" / "vectors.sqlite")
    return Round(
        kind,
        after,
        phase,
        index_id,
        index_id in good,
        asked.returncode == 0 and not asked.stderr.startswith("Traceback"),
        looked.returncode == 0,
        next_ingest(home, paths),
    )


def fill_cache(cache: Path, full: Path) -> None:
    """Adds the vectors a killed ingest did not come to, to the cache it left."""
    if n_vectors(cache.parent.parent) == 0:
        return
    connection = sqlite3.connect(cache)
    with connection:
        connection.execute("ATTACH ? AS full", (str(full),))
        connection.execute("INSERT OR IGNORE INTO vectors SELECT * FROM full.vectors")
    connection.close()


def next_ingest(home: Path, paths: list[str]) -> str:
    """The result of the ingest after a kill: "ok", or the fault."""
    done = kb(home, "ingest", "-q", *paths)
    verified = kb(home, "index", "verify")
    left = [p.name for p in (home / "index").iterdir() if p.name.startswith("building-")]
    if done.returncode or verified.returncode or left:
        return f"ingest {done.returncode}, verify {verified.returncode}, left {left}: {done.stderr[-200:]}"
    return "ok"


def main() -> int:
    """Prints a table of the rounds; exit code 1 if one of them went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, default=Path("../shared/documents"))
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20260101)
    arguments = parser.parse_args()
    base = [str((arguments.documents / name).resolve()) for name in BASE]
    added = [str((arguments.documents / name).resolve()) for name in ADDED]
    draw = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        pristine, home = Path(folder) / "pristine", Path(folder) / "home"
        timed_ingest(pristine, base)
        good = {kb(pristine, "index", "info", "--format", "json").stdout: "base"}
        good = {json.loads(text)["index_id"]: name for text, name in good.items()}
        shutil.copytree(pristine, home)
        shutil.rmtree(home / "cache")
        cold = timed_ingest(home, added)
        good[json.loads(kb(home, "index", "info", "--format", "json").stdout)["index_id"]] = "new"
        shutil.copy(home / "cache" / "vectors.sqlite", pristine / "cache" / "vectors.sqlite")
        warm = timed_ingest(home, added, "--force")
        print(f"an ingest left alone: {cold:.1f} s with an empty vector cache, {warm:.1f} s with a full one")
        print(" n kind     killed at  in         answers from  ask  lookup  next ingest")
        wrong = 0
        for n in range(1, arguments.rounds + 1):
            kind, whole = (("cold", cold), ("warm", warm), ("writing", WRITING))[n % 3]
            fill = n + 3 <= arguments.rounds
            made = one_round(pristine, home, kind, added, draw.uniform(0.0, whole), good, fill)
            fine = made.kept and made.asked and made.looked_up and made.next_ingest == "ok"
            wrong += not fine
            print(
                f"{n:>2} {made.kind:<8} {made.seconds:>7.2f} s  {made.phase:<10} "
                f"{good.get(made.index_id, made.index_id or 'nothing'):<13} {'ok' if made.asked else 'NO':<4} "
                f"{'ok' if made.looked_up else 'NO':<7} {made.next_ingest}",
                flush=True,
            )
        print(f"{arguments.rounds - wrong} of {arguments.rounds} rounds as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
