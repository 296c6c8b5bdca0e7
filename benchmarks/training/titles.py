"""Trains the choice of the title among the blocks of a file's first pages, ``kb/data/titles.json``.

Run it as ``python -m benchmarks.training.titles --labelled FOLDER``. Each folder in it is a set: files, and
``titles.json``, which gives for each file's name the list of its right titles. A softmax over the blocks of a file is
fitted so that those are likeliest that lead to a right title; the squared weights are penalised. It prints how many
titles are right for each set with weights learned from the other sets, and with the weights written.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from unittest.mock import patch

import numpy as np

from ingest.bibliography import facts
from ingest.bibliography.case_titles import title_of_case
from ingest.bibliography.title_signs import FirstPages, signs_of_titles, title_words
from ingest.bibliography.titles import title_at, without_contents
from ingest.parse import Task, parse_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OUT = Path(__file__).parent.parent.parent / "kb" / "data" / "titles.json"
STRENGTH = 0.3
"""Weight of the squared weights against one file; 0.1 and 0.3 give the same titles but for one."""
STEPS = 400
RATE = 0.05
LIKELY = 0.9
"""Likelihood with which a candidate's title is put together; only below half does the text's own name come first."""


@dataclass(frozen=True)
class Choice:
    """The blocks of a file that may be its title: their signs, one row each, and which of them lead to a right one."""

    group: str
    name: str
    signs: Floats
    right: NDArray[np.bool_]


def main(args: Sequence[str] | None = None) -> int:
    """Trains, writes the weights and prints how many titles are right; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.titles", description=__doc__)
    parser.add_argument("--labelled", type=Path, required=True, help="folder of sets, each with a titles.json")
    folder: Path = parser.parse_args(args).labelled
    names: list[str] = []
    choices, otherwise = [], 0
    for labels in sorted(folder.glob("*/titles.json")):
        for name, wanted in json.loads(labels.read_text("utf-8")).items():
            found = choice(labels.parent / name, wanted, names)
            choices += [found] if found else []
            otherwise += found is None
    print(f"{len(choices)} files with blocks to choose from, {otherwise} without")
    for group in sorted({each.group for each in choices}):
        tested = [each for each in choices if each.group == group]
        weights = learned([each for each in choices if each.group != group])
        wrong = [each.name for each in tested if not chosen(each, weights)]
        print(f"{group}: {len(tested) - len(wrong)} of {len(tested)} by weights of the other sets; wrong {wrong}")
    weights = learned(choices)
    print(f"all: {sum(chosen(each, weights) for each in choices)} of {len(choices)} by the weights written")
    rounded = {name: float(f"{weight:.4g}") for name, weight in zip(names, weights, strict=True)}
    OUT.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
    return 0


def choice(path: Path, wanted: Sequence[str], names: list[str]) -> Choice | None:
    """The candidates of a file, ``None`` if no block is one or its title is found otherwise; ``names`` is filled with
    the names of the signs."""
    pages = first_pages(path)
    if pages is None or (pages.printed and title_of_case(pages.blocks)):
        return None
    pages = without_contents(pages)
    signs = signs_of_titles(pages)
    if not signs:
        return None
    names[:] = list(next(iter(signs.values())))
    told = [title_words(title) for title in wanted]
    right = [title_words(title_at(pages, n, LIKELY).text) in told for n in signs]
    return Choice(path.parent.name, path.name, np.array([[*row.values()] for row in signs.values()]), np.array(right))


def first_pages(path: Path) -> FirstPages | None:
    """What the title of a file is sought in, as reading hands it over; ``None`` if the catalog knows the file."""
    seen: list[FirstPages] = []

    def noted(pages: FirstPages) -> None:
        seen.append(pages)

    with patch.object(facts, "find_title", noted):
        parse_file(Task(path, "0" * 64))
    return seen[0] if seen else None


def learned(choices: Sequence[Choice]) -> Floats:
    """The weights of the signs: those by which the right candidates are likeliest, by gradient steps (Adam)."""
    useful = [each for each in choices if each.right.any() and not each.right.all()]
    signs = np.vstack([each.signs for each in useful])
    right = np.concatenate([each.right for each in useful])
    sizes = [len(each.right) for each in useful]
    starts, owner = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(useful)), sizes)
    weights, mean, square = (np.zeros(signs.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        odds = signs @ weights
        likely = np.exp(odds - np.maximum.reduceat(odds, starts)[owner])
        share = likely / np.add.reduceat(likely, starts)[owner]
        hoped = likely * right
        slope = signs.T @ (share - hoped / np.add.reduceat(hoped, starts)[owner]) + STRENGTH * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        size = RATE * (1 - 0.9 * step / STEPS) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = weights - size * mean / (1 - 0.9**step)
    return cast("Floats", weights)


def chosen(each: Choice, weights: Floats) -> bool:
    """Whether the likeliest candidate leads to a right title."""
    return bool(each.right[int(np.argmax(each.signs @ weights))])


if __name__ == "__main__":
    sys.exit(main())
