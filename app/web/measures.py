"""The measures that ship with an installation: figures of ``kb eval``, with the day, the index and the version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

MEASURES_FILE = Path(__file__).with_name("measures.json")
"""Written by ``python -m benchmarks.measurements.shown_measures``."""
_WHOLE_NUMBERS = frozenset({"markers_without_citation", "quotes_not_found", "superseded_unnamed"})


@dataclass(frozen=True, slots=True)
class ShownMeasure:
    """A measure of a question set: its value and the number of questions."""

    question_set: str
    measure: str
    value: float
    n: int

    @property
    def shown(self) -> str:
        """The value as a person reads it: a share with three digits, a count as a whole number, a time in seconds."""
        if self.measure.rpartition(".")[2] == "seconds":
            return f"{self.value:.2f} s"
        return f"{self.value:.0f}" if self.measure in _WHOLE_NUMBERS else f"{self.value:.3f}"


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures of one run."""

    day: str
    index_id: str
    version: str
    rows: tuple[ShownMeasure, ...]


def shipped_measures(path: Path = MEASURES_FILE) -> Measures | None:
    """The measures of this installation; ``None`` if there are none, or they cannot be read."""
    try:
        data = json.loads(path.read_text("utf-8"))
        rows = tuple(
            ShownMeasure(str(r["set"]), str(r["measure"]), float(r["value"]), int(r["n"])) for r in data["rows"]
        )
        return Measures(str(data["day"]), str(data["index_id"]), str(data["version"]), rows)
    except (OSError, ValueError, KeyError, TypeError):
        return None
