"""Compares a batch with single questions: rows a second, memory, resuming after kills, identical bytes.

``python -m benchmarks.measurements.batch HOME [--rows 1000] [--single 20] [--kills 10] [--seed 16]`` makes a table of
questions and references of its own, and prints

- rows a second of one `kb batch`, beside that many separate calls of `kb ask` as ``--single`` says;
- the memory of the batch at a tenth of the rows and at its end;
- for each of the kills, at a moment drawn from the time that the batch takes, whether the run that was resumed after it
  wrote the same bytes as the one that was not killed;
- for each format whether a copy of the home gives the same bytes.

The home is only read: the log is turned off, and lists are not registered.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from kb.export.formats import LIST_FORMATS

TOPICS = (
    "transparency accountability oversight risk privacy fairness explainability robustness security monitoring "
    "documentation testing governance bias incidents redress inclusion environment children education"
).split()
FORMS = (
    "What does {doc} say about {a} and {b}?", "Who is responsible for {a}?", "How should {a} be documented?",
    "OECD 1.{n}", "UNESCO para {p}", "{a}에 대해 무엇을 요구하나요?",
)  # fmt: skip
ENDINGS = {"csl-json": "csl.json", "bibtex": "bib", "oscal": "oscal.json"}
MADE_BY = [sys.executable, "-m", "app.cli.main"]


def table(rows: int, chance: random.Random) -> str:
    """A table of questions and references, some of them twice."""
    lines = ["question"]
    for _ in range(rows):
        values = {"doc": chance.choice(["OECD", "UNESCO", "NIST"]), "a": chance.choice(TOPICS)}
        more = {"b": chance.choice(TOPICS), "n": chance.randint(1, 6), "p": chance.randint(1, 60)}
        lines.append(chance.choice(FORMS).format(**values, **more))
    return "\n".join(lines) + "\n"


def environment() -> dict[str, str]:
    """The environment without a person's settings, and without a log."""
    return {k: v for k, v in os.environ.items() if not k.startswith("KB_")} | {"KB_LOG": "off"}


def kb(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A command that runs."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*MADE_BY, "--home", str(home), *arguments], env=environment(), stdout=quiet, stderr=quiet,
                            start_new_session=True)  # fmt: skip


def watched(process: subprocess.Popen[bytes], seen: list[tuple[float, float]]) -> None:
    """Notes the memory of a process, twice a second, in MB."""
    began = time.monotonic()
    while process.poll() is None:
        try:
            seen.append((time.monotonic() - began, psutil.Process(process.pid).memory_info().rss / 1e6))
        except psutil.Error:
            return
        time.sleep(0.5)


def main() -> int:
    """Prints every measure; exit code 1 where bytes differ."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    options.add_argument("--rows", type=int, default=1_000)
    options.add_argument("--single", type=int, default=20)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=16)
    given = options.parse_args()
    chance = random.Random(given.seed)
    folder = Path(tempfile.mkdtemp(prefix="kb-batch-"))
    try:
        return measured(given, chance, folder)
    finally:
        shutil.rmtree(folder)


def measured(given: argparse.Namespace, chance: random.Random, folder: Path) -> int:
    """The measures, with all files in one folder."""
    source, whole = folder / "list.csv", folder / "whole.jsonl"
    source.write_text(table(given.rows, chance), "utf-8")
    seen: list[tuple[float, float]] = []
    began = time.monotonic()
    process = kb(given.home, "batch", str(source), "-o", str(whole))
    watcher = threading.Thread(target=watched, args=(process, seen))
    watcher.start()
    process.wait()
    watcher.join()
    took = time.monotonic() - began
    print(f"batch: {given.rows:,} rows in {took:.1f} s, {given.rows / took:.2f} rows a second", flush=True)
    early = max((mb for at, mb in seen if at <= took / 10), default=0.0)
    print(f"memory: {early:.0f} MB after a tenth of the time, {max(mb for _, mb in seen):.0f} MB at most", flush=True)
    if given.single:
        asked = source.read_text("utf-8").splitlines()[1 : given.single + 1]
        began = time.monotonic()
        for question in asked:
            kb(given.home, "ask", question).wait()
        alone = time.monotonic() - began
        times = given.rows / took * alone / len(asked)
        print(f"single calls: {len(asked) / alone:.2f} a second; the batch is {times:.1f} times as fast", flush=True)
    wrong = killed(given, chance, folder, source, whole, took)
    return 1 if wrong + other_bytes(given, folder, source) else 0


def killed(
    given: argparse.Namespace, chance: random.Random, folder: Path, source: Path, whole: Path, took: float
) -> int:
    """How many resumed runs wrote other bytes."""
    wrong = 0
    for n in range(given.kills):
        out = folder / f"killed-{n}.jsonl"
        moment = chance.uniform(0.05, 0.95) * took
        process = kb(given.home, "batch", str(source), "-o", str(out))
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        journal = out.with_name(f"{out.name}.journal")
        done = max(0, len(journal.read_bytes().splitlines()) - 1) if journal.exists() else 0
        kb(given.home, "batch", str(source), "-o", str(out), "--resume").wait()
        same = out.exists() and out.read_bytes() == whole.read_bytes()
        wrong += not same
        what = "the same" if same else "OTHER"
        print(f"killed after {moment:.1f} s with {done:,} rows done: resumed to {what} bytes", flush=True)
    return wrong


def other_bytes(given: argparse.Namespace, folder: Path, source: Path) -> int:
    """How many formats a copy of the home, and a copy of the input's first rows, gives in other bytes."""
    copy = folder / "home"
    shutil.copytree(given.home, copy, ignore=shutil.ignore_patterns("cache", "log", "log-head"))
    if (given.home / "cache" / "encoders").exists():
        (copy / "cache").mkdir()
        (copy / "cache" / "encoders").symlink_to((given.home / "cache" / "encoders").resolve())
    short = folder / "short.csv"
    short.write_text("\n".join(source.read_text("utf-8").splitlines()[:21]) + "\n", "utf-8")
    wrong = 0
    for form in LIST_FORMATS:
        made = []
        for k, home in enumerate((given.home, copy)):
            out = folder / f"short-{k}.{ENDINGS.get(form, form)}"
            kb(home, "batch", str(short), "-o", str(out)).wait()
            made.append(out.read_bytes() if out.exists() else b"")
        same = bool(made[0]) and made[0] == made[1]
        wrong += not same
        print(f"{form}: {'the same' if same else 'OTHER'} bytes from two homes", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
