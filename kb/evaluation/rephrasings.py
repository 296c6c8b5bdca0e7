"""Measures the check of a language model's sentences on a set of provisions with sentences judged by hand.

``corpus/rephrasings`` has provisions that we wrote, each with sentences that reverse its meaning and sentences that
keep it. The rules of the check were developed on one half of the provisions; the other half shows how well they
generalise.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.answering.claim_check import QuotedSource, check_claim
from kb.catalog.faults import at_line, in_file
from kb.errors import ConfigError
from kb.evaluation.measures import Figure, mean_figure
from kb.evaluation.runner import EvaluationResult, MeasureRow
from kb.text.tokens import tokens
from kb.types import notice

if TYPE_CHECKING:
    from pathlib import Path

REPHRASINGS_NAME = "rephrasings"
REPHRASINGS_FOLDER = "rephrasings"
PROVISION_COLUMNS = ("id", "language", "half", "text")
PAIR_COLUMNS = ("provision", "language", "judged", "kind", "sentence")
HALVES = ("rules", "check")
REVERSED, SOUND = "reversed", "sound"


@dataclass(frozen=True, slots=True)
class RephrasedPair:
    """A provision and a sentence about it; ``reversed_`` says that the sentence does not mean what the provision
    says."""

    provision: str
    text: str
    text_language: str
    half: str
    language: str
    reversed_: bool
    kind: str
    sentence: str

    @property
    def passes(self) -> bool:
        """Whether the check lets the sentence pass as a rephrasing of the provision."""
        return check_claim(self.sentence, (1,), {1: QuotedSource(1, self.text, self.text_language)}, tokens).passes


def load_rephrasings(folder: Path) -> tuple[RephrasedPair, ...]:
    """The pairs of a folder with ``provisions.tsv`` and ``pairs.tsv``.

    :raises ConfigError: a file is missing or wrong; names file and line.
    """
    provisions = {row[0]: row for _, row in _rows_of_pairs(folder / "provisions.tsv", PROVISION_COLUMNS)}
    out: list[RephrasedPair] = []
    for number, (provision, language, judged, kind, sentence) in _rows_of_pairs(folder / "pairs.tsv", PAIR_COLUMNS):
        if provision not in provisions or judged not in {REVERSED, SOUND}:
            what = notice("rephrasing line", file="provisions.tsv", reversed_=REVERSED, sound=SOUND)
            raise ConfigError(at_line(folder / "pairs.tsv", number, what))
        _, text_language, half, text = provisions[provision]
        if half not in HALVES:
            raise ConfigError(in_file(folder / "provisions.tsv", notice("rephrasing half", provision=provision)))
        out.append(RephrasedPair(provision, text, text_language, half, language, judged == REVERSED, kind, sentence))
    return tuple(out)


def _rows_of_pairs(path: Path, columns: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    """The rows of a table with their line numbers."""
    try:
        head, *lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ConfigError(in_file(path, notice("table unreadable because", why=str(error)))) from error
    if tuple(head.split("\t")) != columns:
        raise ConfigError(at_line(path, 1, notice("table columns by tabs", columns=", ".join(columns))))
    rows = [(n, tuple(line.split("\t"))) for n, line in enumerate(lines, 2) if line.strip()]
    for number, cells in rows:
        if len(cells) != len(columns) or not all(cells):
            raise ConfigError(at_line(path, number, notice("table cells", n_cells=len(columns))))
    return rows


def evaluate_rephrasings(pairs: tuple[RephrasedPair, ...]) -> EvaluationResult:
    """The measures of the set, over all pairs and for each half, language and kind.

    ``reversed_passed`` is the number of sentences with a reversed meaning that pass, which must be 0;
    ``sound_withheld`` is the share of correct sentences that are withheld.
    """
    passed: dict[str, int] = {}
    of: dict[str, int] = {}
    withheld: dict[str, list[float]] = {}
    notes: list[str] = []
    seconds: list[float] = []
    for pair in pairs:
        began = time.perf_counter()
        passes = pair.passes
        seconds.append(time.perf_counter() - began)
        languages = f"{pair.text_language}-{pair.language}" if pair.text_language != pair.language else pair.language
        for group in ("", f"{pair.half}.", f"{languages}.", f"{pair.kind}."):
            if pair.reversed_:
                of[group] = of.get(group, 0) + 1
                passed[group] = passed.get(group, 0) + passes
            else:
                withheld.setdefault(group, []).append(float(not passes))
        if pair.reversed_ and passes:
            notes.append(f"{pair.provision}, {pair.kind}: passes though reversed: {pair.sentence}")
    rows = [
        MeasureRow(REPHRASINGS_NAME, f"{g}reversed_passed", {"ours": Figure(float(n), float(n), float(n), of[g])})
        for g, n in sorted(passed.items())
    ]
    rows += [
        MeasureRow(REPHRASINGS_NAME, f"{g}sound_withheld", {"ours": mean_figure(values)})
        for g, values in sorted(withheld.items())
    ]
    rows.append(MeasureRow(REPHRASINGS_NAME, "seconds", {"ours": mean_figure(seconds)}))
    return EvaluationResult(REPHRASINGS_NAME, rows, tuple(notes))
