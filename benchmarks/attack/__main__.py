"""The standing attack: hostile and broken input is generated from a seed and given to the product, for some minutes.

    python -m benchmarks.attack                          # every part, three minutes
    python -m benchmarks.attack --minutes 60 --seed 7 --public ~/pdf.js/test ~/veraPDF-corpus
    python -m benchmarks.attack --bar swaps --count 1000 # one of the bars at its full count, with its figures
    python -m benchmarks.attack --bar all --scale 0.1    # every bar at a tenth of its count

The parts take turns until the time is over; each turn is one attack, made by the seed and its number alone, so that a
fault is found again with ``--only PART --first NUMBER``. A breach is one line and exit code 1. Nothing of the parts is
timed: a slow machine attacks less often. The bars (:mod:`benchmarks.attack.bars`) do a number of attacks, whatever
time they take.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.attack.bars import BARS, PARTS
from benchmarks.attack.ground import Breach, Ground

if TYPE_CHECKING:
    from collections.abc import Sequence


def attack(seed: int, minutes: float, only: Sequence[str], first: int, public: Sequence[Path], turns: int = 0) -> int:
    """Attacks until the time is over, or each part had its ``turns``; returns how many promises were broken."""
    until = time.monotonic() + 60 * minutes
    done = dict.fromkeys(only, 0)
    breaches = 0
    found = sorted(p for folder in public for p in folder.rglob("*") if p.is_file())
    with tempfile.TemporaryDirectory(prefix="kb-attack-") as folder:
        ground = Ground(Path(folder), found)
        number = first
        while (time.monotonic() < until) if not turns else (number < first + turns):
            for name in only:
                secret = hashlib.sha256(f"{seed} {name} {number}".encode()).digest()
                try:
                    PARTS[name](ground, random.Random(secret))
                except Breach as breach:
                    breaches += 1
                    print(f"BREACH {name} {number}: {breach}", flush=True)
                except Exception as error:  # a crash is the worst breach
                    breaches += 1
                    print(f"CRASH {name} {number}: {type(error).__name__}: {error}", flush=True)
                done[name] += 1
            number += 1
    counts = ", ".join(f"{name} {n}" for name, n in done.items())
    print(f"seed {seed}: {counts}; {breaches} broken")
    return breaches


def measure(names: Sequence[str], seed: int, count: int, scale: float, public: Sequence[Path]) -> int:
    """Runs bars one after another and prints the figures of each; returns how many were not reached."""
    found = sorted(p for folder in public for p in folder.rglob("*") if p.is_file())
    missed = 0
    for name in names:
        run, full = BARS[name]
        with tempfile.TemporaryDirectory(prefix="kb-bar-") as folder:
            began = time.monotonic()
            faults, figures = run(
                Ground(Path(folder), found), random.Random(seed), count or max(1, round(full * scale))
            )
            print(f"{name}: {figures}; {len(faults)} faults, {time.monotonic() - began:.0f} s", flush=True)
            for fault in faults[:20]:
                print(f"  {fault}", flush=True)
            missed += bool(faults)
    return missed


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--only", action="append", choices=sorted(PARTS))
    parser.add_argument("--first", type=int, default=0, help="the number of the first turn")
    parser.add_argument("--turns", type=int, default=0, help="so many turns of each part, whatever time they take")
    parser.add_argument("--public", type=Path, nargs="*", default=(), help="folders of public files to damage")
    parser.add_argument("--bar", choices=(*BARS, "all"), help="a bar at its full count instead of the parts")
    parser.add_argument("--count", type=int, default=0, help="so many attacks of the bar")
    parser.add_argument("--scale", type=float, default=1.0, help="this share of each bar's full count")
    given = parser.parse_args()
    if given.bar:
        names = list(BARS) if given.bar == "all" else [given.bar]
        return 1 if measure(names, given.seed, given.count, given.scale, given.public) else 0
    return (
        1 if attack(given.seed, given.minutes, given.only or list(PARTS), given.first, given.public, given.turns) else 0
    )


if __name__ == "__main__":
    raise SystemExit(main())
