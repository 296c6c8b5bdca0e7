"""Measures warm look-ups and suggestions per second compared with a bare SQLite select, and a cold ``kb lookup`` as a
process.

``python -m benchmarks.measurements.lookup --home DIR [--seconds 3]``; exit code 1 under 1,000 warm look-ups per second
or over 0.4 s for a cold one. *first* is each unit's first look-up, *warm* all later ones; the select reads the same
units by key from the file of the largest segment, in the same run. A cold process is the median of nine, with ``python
-c pass`` taken in turn. All figures are of processor time, which other load hardly changes; for the cold look-up the
wall clock is given too.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import load_settings
from kb.index.layout import TEXTS
from kb.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Callable

REFERENCES = (
    *(f"UNESCO para {n}" for n in range(1, 142)),
    *(f"OECD {chapter}.{n}" for chapter in (1, 2) for n in range(1, 6)),
    *(f"OECD 1.{n} (2019)" for n in range(1, 6)),
    *(f"HLEG 1.{n}" for n in range(1, 8)),
    *(f"GOVERN 1.{n}" for n in range(1, 8)),
    *(f"MEASURE 2.{n}" for n in range(1, 14)),
    *(f"제{n}항" for n in range(1, 42)),
    *(f"EAD1e principle {n}" for n in range(1, 9)),
    *("AI Act Art. 14(4)", "Annex III", "IEEE 7003", "recital 27", "IEEE 2857", "1.3", "UNESCO para 142"),
)
TYPED = (
    *("UNESCO para 37", "OECD 1.3(iv)", "transparency and explainability", "투명성과 설명가능성", "인간의 감독"),
    *("Human oversigth", "AI Act Article 14", "govern 1.1", "concern with liability", "fundamental rights impact"),
    *("프라이버시와 데이터 보호", "알고리즘 편향", "multi-stakeholder", "IEEE 7003 clause", "traceabilty"),
)
COLD = "OECD 1.3"
N_COLD = 9


def rate(once: Callable[[str], object], texts: tuple[str, ...], seconds: float) -> float:
    """Calls per second, over whole rounds of the texts, for about ``seconds``."""
    started, n = time.process_time(), 0
    while time.process_time() - started < seconds:
        for text in texts:
            once(text)
        n += len(texts)
    return n / (time.process_time() - started)


def process(*arguments: str) -> tuple[float, float]:
    """Seconds of a process from start to exit: of the processor, and on the wall."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.perf_counter() - started


def main() -> int:
    """Prints the figures with their ratios; exit code 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", help="home folder with an index")
    parser.add_argument("--seconds", type=float, default=3.0, help="time for each rate")
    options = parser.parse_args()
    home: Path = load_settings({"home": options.home} if options.home else {}).settings.home_path
    base = KnowledgeBase.open(home)

    started = time.process_time()
    keys = [view.unit.unit_id for text in REFERENCES for item in base.look_up(text) for view in item.units]
    first = len(REFERENCES) / (time.process_time() - started)
    warm = rate(base.look_up, REFERENCES, options.seconds)
    largest = max(base.library().store.folder.glob(f"*/{TEXTS}"), key=lambda path: path.stat().st_size)
    database = sqlite3.connect(f"{largest.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    select = rate(
        lambda unit_id: database.execute("SELECT * FROM units WHERE unit_id = ?", (unit_id,)).fetchall(),
        tuple(dict.fromkeys(keys)),
        options.seconds,
    )
    print(
        f"look-ups per second: first {first:,.0f}, warm {warm:,.0f}"
        f"; bare select {select:,.0f}: 1 to {select / warm:.1f}"
    )

    prefixes = tuple(text[:n] for text in TYPED for n in range(1, len(text) + 1))
    base.suggest("OECD")
    times: list[float] = []
    for prefix in prefixes:
        started = time.process_time()
        base.suggest(prefix)
        times.append(1000 * (time.process_time() - started))
    times.sort()
    at = f"median {times[len(times) // 2]:.2f} ms, 95 % {times[int(0.95 * len(times))]:.2f} ms, most {times[-1]:.2f} ms"
    print(f"suggestions for {len(prefixes)} beginnings over {len(base.library().units.names.units):,} units: {at}")

    command = ("-c", f"from app.cli.main import main; main(['--home', {str(home)!r}, 'lookup', {COLD!r}])")
    process(*command)
    pairs = [(process(*command), process("-c", "pass")) for _ in range(N_COLD)]
    cold, wall = (statistics.median(each) for each in zip(*(a for a, _ in pairs), strict=True))
    empty, wall_empty = (statistics.median(each) for each in zip(*(b for _, b in pairs), strict=True))
    print(
        f"kb lookup {COLD!r} as a process: median {cold:.2f} s (wall {wall:.2f} s); python -c pass {empty:.3f} s "
        f"(wall {wall_empty:.3f} s): {cold / empty:.0f} to 1"
    )
    return 0 if warm >= 1000 and cold <= 0.4 else 1


if __name__ == "__main__":
    sys.exit(main())
