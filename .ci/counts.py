"""Adds up the closing lines of several pytest runs, each kept in a file: `python .ci/counts.py LOG...`.

Prints one line in pytest's own form. Fails when a log has no closing line, for then that run did not come to its end.
What one run deselects another runs, so that count is left out.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

_CLOSING = re.compile(r"^=* ?((?:\d+ [a-z]+(?:, )?)+|no tests ran) in ([\d.]+)s(?: \([\d:]+\))? ?=*$")
_ORDER = ("failed", "passed", "skipped", "xfailed", "xpassed", "warning", "error")
_SINGULAR = {"warnings": "warning", "errors": "error"}


def closing(log: str) -> tuple[Counter[str], float] | None:
    """The counts and the seconds of the last line in pytest's closing form; ``None`` where there is none."""
    for line in reversed(log.splitlines()):
        if found := _CLOSING.match(re.sub(r"\x1b\[[\d;]*m", "", line).strip()):
            counts: Counter[str] = Counter()
            for number, word in re.findall(r"(\d+) ([a-z]+)", found[1]):
                counts[_SINGULAR.get(word, word)] += int(number)
            return counts, float(found[2])
    return None


def total(logs: list[str]) -> str:
    """One closing line for all the runs; raises ``ValueError`` naming the first log (from 1) that has none."""
    counts: Counter[str] = Counter()
    seconds = 0.0
    for place, log in enumerate(logs, 1):
        if (found := closing(log)) is None:
            raise ValueError(f"pytest run {place} did not come to its end")
        counts += found[0]
        seconds += found[1]
    named = {word: f"{word}s" if word in _SINGULAR.values() and counts[word] > 1 else word for word in _ORDER}
    said = ", ".join(f"{counts[word]} {named[word]}" for word in _ORDER if counts[word]) or "no tests ran"
    return f" {said} in {seconds:.2f}s ".center(80, "=")


if __name__ == "__main__":
    try:
        print(total([Path(name).read_text(encoding="utf-8", errors="replace") for name in sys.argv[1:]]))
    except ValueError as error:
        sys.exit(str(error))
