"""Compares cold ``kb lookup`` and ``kb ask`` of this tree with those of another one, such as an older commit.

``python -m benchmarks.measurements.cold_start WORKTREE --homes OURS THEIRS [--runs 15] [--path FOLDER]``; exit code 1
if a ratio is above 1. Each run is a process of its own, and the two trees take turns, so that other load affects both.
Modules are compiled before the first run that counts, as in an installed package. The figures are medians of processor
time (user and system) and of peak memory. ``THEIRS`` is a home that the other tree built; ``--path`` adds a folder with
libraries that only the other tree needs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

COMMANDS = {
    "lookup": ("lookup", "OECD 1.3"),
    "ask": ("ask", "Who is responsible for human oversight of high-risk AI systems?"),
}
PROGRAM = """
import sys
try:
    from app.cli.main import main
except ImportError:
    from app.cli import main
main(sys.argv[1:])
"""
"""Calls the command line of a tree; older trees have it at another place."""


class Cost(NamedTuple):
    """The cost of one process: processor seconds, and peak memory in bytes."""

    seconds: float
    memory: int


class Tree(NamedTuple):
    """A tree of the code with a home that it built, and folders of further libraries."""

    folder: Path
    home: Path
    libraries: tuple[Path, ...] = ()

    def cost(self, arguments: tuple[str, ...]) -> Cost:
        """The cost of one call of the command line in a fresh process."""
        command = [sys.executable, "-c", PROGRAM, "--home", str(self.home), *arguments]
        path = os.pathsep.join(map(str, (self.folder, *self.libraries)))
        left_out = ("KB_", "PYTHONDONTWRITEBYTECODE")
        env = {k: v for k, v in os.environ.items() if not k.startswith(left_out)} | {"PYTHONPATH": path}
        with subprocess.Popen(command, env=env, cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as p:
            output = p.stderr.read() if p.stderr else b""
            _, status, used = os.wait4(p.pid, 0)
            p.returncode = os.waitstatus_to_exitcode(status)
        if p.returncode:
            sys.exit(f"{self.folder}: exit code {p.returncode}\n{output.decode(errors='replace')}")
        return Cost(used.ru_utime + used.ru_stime, 1024 * used.ru_maxrss)


def medians(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(statistics.median(c.seconds for c in costs), int(statistics.median(c.memory for c in costs)))


def main() -> int:
    """Prints the figures of both trees and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worktree", type=Path)
    parser.add_argument("--homes", type=Path, nargs=2, required=True, metavar=("OURS", "THEIRS"))
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--path", type=Path, action="append", default=[], help="libraries of the other tree alone")
    parser.add_argument("--only", choices=list(COMMANDS))
    given = parser.parse_args()
    here = Path(__file__).resolve().parent.parent.parent
    ours = Tree(here, given.homes[0].resolve())
    theirs = Tree(given.worktree.resolve(), given.homes[1].resolve(), tuple(p.resolve() for p in given.path))
    worse = False
    for name, arguments in COMMANDS.items():
        if given.only not in (None, name):
            continue
        for tree in (ours, theirs):  # the first run compiles modules and fills caches
            tree.cost(arguments)
        pairs = [(ours.cost(arguments), theirs.cost(arguments)) for _ in range(given.runs)]
        us, them = medians([a for a, _ in pairs]), medians([b for _, b in pairs])
        time, memory = us.seconds / them.seconds, us.memory / them.memory
        worse = worse or time > 1 or memory > 1
        print(
            f"kb {name}: {us.seconds:.3f} s to {them.seconds:.3f} s of the processor, ratio {time:.2f}; "
            f"{us.memory / 2**20:.1f} MiB to {them.memory / 2**20:.1f} MiB, ratio {memory:.2f}"
        )
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
