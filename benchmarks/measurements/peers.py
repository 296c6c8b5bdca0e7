"""Compares this project with other libraries on the same files, questions and encoder: one table.

Each system ingests the files in a new process with empty caches. Then a fresh process opens the result and answers one
question (*cold*), and another asks all questions (*warm*: the median of all but the first). The questions are our own
development questions in English (``corpus/qrels``) whose judged place is in one of the files; tune nothing on the
others. A system finds *pages*: its first ten different pages count, and Recall@10 is the share of a question's
best-graded places whose page is among them. Seconds are wall-clock seconds, and processor seconds of all processes;
memory is the sum over all of them. A library that is not installed is named and left out. The libraries may be in
another environment than this one (``--python``).

``python -m benchmarks.measurements.peers --documents DIR_OR_FILE … [--python PATH] [--encoder minilm] [--write FILE]``
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measurements.ingest import files_below
from benchmarks.measurements.memory import watched
from benchmarks.peers.systems import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.peers.systems import Page, System

OWN = Path(__file__).parent.parent.parent / "corpus" / "qrels"
ASKED = ("factual", "which-clause", "comparison", "edition-sensitive")
PAGES_COUNTED = 10
Asked = dict[str, tuple[str, dict[int, set["Page"]]]]
"""By the id of a question: its words, and the pages of each of its groups of places."""
HEAD = ("system", "ingest", "cold question", "warm question", "most memory", "Recall@10")


def questions_about(files: Sequence[Path]) -> Asked:
    """By its id, each question with the pages of each of its best-graded groups of places, as far as in the files."""
    names = {hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in files}
    asked = [json.loads(line) for line in (OWN / "questions.jsonl").read_text("utf-8").splitlines()]
    texts = {q["id"]: q["text"] for q in asked if (q["split"], q["lang"]) == ("dev", "en") and q["kind"] in ASKED}
    out: dict[str, tuple[str, dict[int, set[Page]]]] = {}
    with (OWN / "qrels.tsv").open(encoding="utf-8", newline="") as judged:
        for row in csv.DictReader(judged, delimiter="\t"):
            name, question = names.get(row["text_sha256"]), row["query_id"]
            if name and row["char_start"] and row["grade"] == "2" and question in texts:
                groups = out.setdefault(question, (texts[question], {}))[1]
                groups.setdefault(int(row["group"]), set()).add((name, int(row["page_index"])))
    return out


def recall(found: Sequence[Page], groups: Mapping[int, set[Page]]) -> float:
    """The share of the groups of which a page is among the first different pages."""
    first = set(list(dict.fromkeys(found))[:PAGES_COUNTED])
    return sum(bool(pages & first) for pages in groups.values()) / len(groups)


def _step(system: System, do: str, given: Mapping[str, Any]) -> None:
    """One step in this process; prints its results, with processor seconds, as the last line."""
    files, out = [Path(file) for file in given["files"]], Path(given["out"])
    figures: dict[str, Any] = {}
    if do == "ingest":
        out.mkdir(parents=True)
        system.ingest(files, out, given["encoder"])
        figures["versions"] = system.versions()
    else:
        search = system.opened(out, given["encoder"])
        chosen = given["questions"][:1] if do == "cold" else given["questions"]
        figures["found"], figures["seconds"] = [], []
        for question in chosen:
            started = time.perf_counter()
            figures["found"].append(search(question))
            figures["seconds"].append(time.perf_counter() - started)
    times = os.times()
    figures["processor"] = times.user + times.system + times.children_user + times.children_system
    print("\n" + json.dumps(figures), flush=True)


class StepFailed(Exception):
    """A step of a system ended without its figures."""


def _measured(python: str, system: System, do: str, given: Mapping[str, Any], work: Path) -> dict[str, Any]:
    """Runs the same in a process of its own, and measures it."""
    result_file = work / f"{do}.json"
    result_file.write_text(json.dumps(given), "utf-8")
    command = [python, "-m", "benchmarks.measurements.peers", "--step", system.name, do, str(result_file)]
    started = time.perf_counter()
    whole, _, output = watched(command, 0.5)
    seconds = time.perf_counter() - started
    try:
        figures: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise StepFailed(do) from None
    return {**figures, "clock": seconds, "bytes": whole}


def compared(python: str, system: System, files: Sequence[Path], encoder: str, asked: Asked) -> dict[str, Any]:
    """The figures of one system.

    :raises StepFailed: a step of it failed; its own words are on stderr.
    """
    work = Path(tempfile.mkdtemp(prefix="kb-peers-"))
    given = {
        "files": list(map(str, files)),
        "out": str(work / "index"),
        "encoder": encoder,
        "questions": [text for text, _ in asked.values()],
    }
    try:
        steps = {do: _measured(python, system, do, given, work) for do in ("ingest", "cold", "warm")}
    finally:
        shutil.rmtree(work, ignore_errors=True)
    found = [[(str(name), int(n)) for name, n in each] for each in steps["warm"]["found"]]
    shares = [recall(pages, groups) for pages, (_, groups) in zip(found, asked.values(), strict=True)]
    return {
        "versions": steps["ingest"]["versions"],
        "ingest": (steps["ingest"]["clock"], steps["ingest"]["processor"], steps["ingest"]["bytes"]),
        "cold": (steps["cold"]["clock"], steps["cold"]["processor"], steps["cold"]["bytes"]),
        "warm": statistics.median(steps["warm"]["seconds"][1:]),
        "recall": statistics.fmean(shares),
        "questions": len(shares),
    }


def _row(name: str, figures: Mapping[str, Any]) -> str:
    ingest, cold = figures["ingest"], figures["cold"]
    cells = (
        name,
        f"{ingest[0]:.0f} s, {ingest[1]:.0f} s of the processor",
        f"{cold[0]:.1f} s, {cold[1]:.1f} s of the processor",
        f"{1000 * figures['warm']:.0f} ms",
        f"{ingest[2] / 1e6:,.0f} MB to ingest, {cold[2] / 1e6:,.0f} MB to ask",
        f"{figures['recall']:.3f}",
    )
    return f"| {' | '.join(cells)} |"


def told_of(python: str, system: System, files: Sequence[Path], encoder: str, asked: Asked) -> tuple[str, str]:
    """A system's row of the table, and its versions; an empty row and the reason where it cannot be measured."""
    if missing := _absent(python, system):
        return "", f"{system.name} is left out: {missing} is not installed."
    try:
        figures = compared(python, system, files, encoder, asked)
    except StepFailed as failed:
        return "", f"{system.name} is left out: it failed at the step “{failed}”."
    return _row(system.name, figures), f"{system.name}: {figures['versions']}."


def main() -> int:
    """Prints the table row by row, and writes it to the file that was named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, nargs="+", default=[Path("../shared/documents")])
    parser.add_argument("--encoder", default="minilm", help="minilm, or a folder in the sentence-transformers form")
    parser.add_argument("--python", default=sys.executable, help="of the environment that has the libraries")
    parser.add_argument("--only", nargs="*", choices=[system.name for system in SYSTEMS], help="these systems alone")
    parser.add_argument("--write", type=Path, help="a file for the table")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        name, do, told = args.step
        _step(next(s for s in SYSTEMS if s.name == name), do, json.loads(Path(told).read_text("utf-8")))
        return 0
    files = files_below(args.documents)
    asked = questions_about(files)
    if len(asked) < 2:
        print(f"{args.documents[0]}: no documents that our questions are about; name some", file=sys.stderr)
        return 2
    lines = [
        f"{len(files)} files ({', '.join(file.name for file in files)}), {len(asked)} questions, encoder "
        f"{args.encoder}; {os.cpu_count()} processors, {environment(args.python)}.",
        "",
        f"| {' | '.join(HEAD)} |",
        f"|{' --- |' * len(HEAD)}",
    ]
    print("\n".join(lines), flush=True)
    said: list[str] = []
    for system in SYSTEMS:
        if not args.only or system.name in args.only:
            row, told = told_of(args.python, system, files, args.encoder, asked)
            said.append(told)
            if row:
                lines.append(row)
                print(row, flush=True)
    lines += ["", *said]
    print("\n".join(["", *said]))
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


def environment(python: str) -> str:
    """Python, torch and sentence-transformers of the environment in which the systems run, with their versions."""
    program = (
        "import platform; from importlib.metadata import PackageNotFoundError, version\n"
        "said = [f'Python {platform.python_version()}']\n"
        "for name in ('torch', 'sentence-transformers'):\n"
        "    try:\n        said.append(f'{name} {version(name)}')\n"
        "    except PackageNotFoundError:\n        said.append(f'no {name}')\n"
        "print(', '.join(said))"
    )
    return subprocess.run([python, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def _absent(python: str, system: System) -> str:
    """The first package of a system that its environment lacks."""
    program = (
        "import sys; from benchmarks.peers.systems import SYSTEMS\n"
        "print(next(s for s in SYSTEMS if s.name == sys.argv[1]).absent())"
    )
    done = subprocess.run([python, "-c", program, system.name], capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
