"""Trains and judges ``kb.evaluation.readers.support``: does a cited page support a claim in full?

It writes ``kb/data/support.json``.

Run it as ``python -m benchmarks.training.support --bench FOLDER``. It reads WiCE (349 claims with the page each
cites) and prints, for each variant (no encoder, either, both), balanced accuracy and AUROC under nested
cross-validation by page, for both ways to make two classes of three labels. ``--rows FILE`` keeps the measures,
which take minutes to compute."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.training.background_idf import lines
from benchmarks.training.fitting import auroc, balanced_accuracy, fit, held_out, interval, most_balanced, nested
from kb.evaluation.readers.support import ENCODERS, support_features
from kb.models.encoder import SentenceEncoder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.training.fitting import Labels
    from kb.models.logistic import Logistic

OUT = Path(__file__).parent.parent.parent / "kb" / "data"
BY_WORDS = (
    "covered_by_three",
    "covered_by_window",
    "missing",
    "missing_names",
    "missing_number",
    "length",
    "weight",
)
BY_SENSE = ("words", "spread")
STRENGTH = 0.1
"""Chosen once for all variants; 0.03 to 0.3 differ by less than the interval."""
SEEDS = (0, 1, 2)


def variants() -> dict[str, tuple[str, ...]]:
    """The measures of each variant, by its name."""
    out = {"words": BY_WORDS}
    for names in ((ENCODERS[0],), (ENCODERS[1],), ENCODERS):
        out["+".join(names)] = (*BY_WORDS, *(f"{name}_{measure}" for name in names for measure in BY_SENSE))
    return out


def encoders(cache: Path) -> dict[str, SentenceEncoder]:
    """Both encoders, by short name."""
    return {name: SentenceEncoder(name, cache=cache) for name in ENCODERS}


def kept_rows(path: Path | None, key: str, make: Any) -> list[dict[str, float]]:
    """Measures from the file if it has them, else made and added to it."""
    known = json.loads(path.read_text("utf-8")) if path is not None and path.is_file() else {}
    if key not in known:
        known[key] = make()
        if path is not None:
            path.write_text(json.dumps(known), encoding="utf-8")
    rows: list[dict[str, float]] = known[key]
    return rows


def report(name: str, rows: Sequence[Mapping[str, float]], labels: Labels, groups: Sequence[str]) -> str:
    """A table line: means over the seeds, and the interval of the first."""
    chosen = variants()[name]

    def train(part: Sequence[Mapping[str, float]], yes: Labels) -> Logistic:
        return fit(part, yes, chosen, STRENGTH, balanced=True)

    runs = [nested(rows, labels, groups, train, most_balanced, 10, seed) for seed in SEEDS]
    said = runs[0][1]
    low, high = interval(lambda at: balanced_accuracy(said[at], labels[at]), groups)
    return (
        f"| {name} | {len(chosen)} | {np.mean([auroc(s, labels) for s, _ in runs]):.3f} "
        f"| {np.mean([balanced_accuracy(d, labels) for _, d in runs]):.3f} ({low:.3f} to {high:.3f}) "
        f"| {np.mean([d[labels].mean() for _, d in runs]):.3f} "
        f"| {np.mean([(~d[~labels]).mean() for _, d in runs]):.3f} |"
    )


def main() -> int:
    """Prints the tables and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the development sets")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for the converted encoder")
    parser.add_argument("--rows", type=Path, help="file that keeps the measures")
    given = parser.parse_args()
    claims = lines(given.bench / "wice" / "claims.jsonl.gz")
    groups = ["\n".join(claim["evidence"][1:]) for claim in claims]

    def make() -> list[dict[str, float]]:
        known = encoders(given.cache)
        return [support_features(claim["claim"], claim["evidence"], known) for claim in claims]

    rows = kept_rows(given.rows, "wice", make)
    written = {}
    for title, against in (
        ("supported against partially or not supported", ("partially_supported", "not_supported")),
        ("supported or partially supported against not supported", ("not_supported",)),
    ):
        labels = np.array([claim["label"] not in against for claim in claims])
        print(f"\nWiCE, {title}: {labels.sum()} of {len(labels)}, {len(set(groups))} pages\n")
        print("| variant | measures | AUROC | balanced accuracy (95 %) | of supported | of the others |")
        print("| --- | --: | --: | --- | --: | --: |")
        for name in variants():
            print(report(name, rows, labels, groups), flush=True)
    strict = np.array([claim["label"] == "supported" for claim in claims])
    for name, chosen in variants().items():

        def train(part: Sequence[Mapping[str, float]], yes: Labels, names: tuple[str, ...] = chosen) -> Logistic:
            return fit(part, yes, names, STRENGTH, balanced=True)

        threshold = most_balanced(held_out(rows, strict, groups, train, 10, 0), strict)
        written[name] = fit(rows, strict, chosen, STRENGTH, balanced=True, threshold=threshold).written()
    (OUT / "support.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    both = written["+".join(ENCODERS)]
    strongest = sorted(zip(both["names"], both["weights"], strict=True), key=lambda p: -abs(p[1]))
    print("\nweights of minilm+e5: " + ", ".join(f"{name} {value:+.2f}" for name, value in strongest))
    return 0


if __name__ == "__main__":
    sys.exit(main())
