"""Measures how often the computed force of a sentence or point agrees with that of a human reader.

Run it as ``python -m benchmarks.measurements.force``. ``benchmarks/data/force.tsv`` lists sentences that were read by
eye: the file below ``../shared/documents``, the unit, a fingerprint of the sentence (its words are not copied here),
and its force.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parse import Parsed, Task, parse_file
from kb.files import file_sha256
from kb.text.cleaning import clean, fold
from kb.text.force_frames import statement_force
from kb.text.sentences import sentences
from kb.types import Force, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
READ = ROOT / "benchmarks" / "data" / "force.tsv"
DOCUMENTS = ROOT.parent / "shared" / "documents"


def fingerprint(sentence: str) -> str:
    """Twelve hex digits of a sentence's letters."""
    return hashlib.sha256(fold(sentence).encode()).hexdigest()[:12]


def forces(parsed: Parsed) -> Iterator[tuple[str, str, Force]]:
    """Unit, sentence and force of everything that a document's units hold themselves, then of its whole text."""
    text = parsed.layout.text
    by_id = {unit.unit_id: unit for unit in parsed.units}
    for unit in parsed.units:
        chain: list[Unit] = []
        at: Unit | None = unit
        while at is not None and at not in chain:
            chain.append(at)
            at = by_id.get(at.parent_id or "")
        yield from _in_range(text, unit.own.start, unit.own.end, chain, unit.path)
    yield from _in_range(text, 0, len(text), [], "")


def _in_range(text: str, start: int, end: int, chain: list[Unit], path: str) -> Iterator[tuple[str, str, Force]]:
    words, origin = clean(text[start:end])
    for a, b in sentences(words):
        yield path, words[a:b], statement_force(text, start + origin[a], start + origin[b - 1] + 1, chain)


def measure(name: str, wanted: list[tuple[str, str]], documents: Path) -> tuple[Counter[str], list[str]]:
    """Counts of right, wrong and missing sentences of one file, and the wrong ones; ``wanted`` are print and force."""
    path = documents / name
    parsed = parse_file(Task(path, file_sha256(path)))
    found: dict[str, tuple[str, str, Force]] = {}
    for unit, sentence, force in forces(parsed):
        found.setdefault(fingerprint(sentence), (unit, sentence, force))
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for print_, expected in wanted:
        if print_ not in found:
            counts["missing"] += 1
            continue
        unit, sentence, mine = found[print_]
        counts["right" if mine.value == expected else "wrong"] += 1
        if mine.value != expected:
            wrong.append(f"{name} {unit}: read {expected}, found {mine.value}: {sentence[:90]}")
    return counts, wrong


def table() -> dict[str, list[tuple[str, str]]]:
    """Per file, fingerprint and force of every sentence that was read."""
    out: dict[str, list[tuple[str, str]]] = {}
    with READ.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            out.setdefault(row["file"], []).append((row["fingerprint"], row["force"]))
    return out


def main() -> None:
    """Prints the share that is right, by file and in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--only", default="", help="only files whose name holds this word")
    given = parser.parse_args()
    total: Counter[str] = Counter()
    for name, wanted in table().items():
        if given.only in name and (given.documents / name).is_file():
            counts, wrong = measure(name, wanted, given.documents)
            total += counts
            print(f"{name}: {counts['right']} right, {counts['wrong']} wrong, {counts['missing']} not found")
            print("".join(f"    {line}\n" for line in wrong), end="")
    right, known = total["right"], total["right"] + total["wrong"]
    print(f"in all {right} of {known} right ({right / max(known, 1):.3f}), {total['missing']} not found")


if __name__ == "__main__":
    main()
