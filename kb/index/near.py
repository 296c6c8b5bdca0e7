"""Edge: inverted files of the vectors of some segments, and which segments have one. How much of an exact search such
a file finds is measured when it is written, by vectors that it does not hold: those between sentences."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.index.layout import NEAR_LISTS, SENTENCES, VECTORS, NearFile
from kb.index.postings import mapped
from kb.index.vectors import FaissIndex, NearLists, write_near_lists
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kb.types import Array, FloatArray

FIRST = 50
"""The nearest vectors that are asked for when it is measured how many of them are found."""
N_QUESTIONS, MOVED = 200, 0.25


@dataclass(frozen=True, slots=True)
class NearRules:
    """When inverted files are written, and how many of their lists are read.

    From ``passages`` passages outside every file on, one is written for them; fewer are compared one by one. A segment
    of fewer than ``in_segment`` passages is left out, because it will soon be written anew. A build writes files
    together up to ``together`` passages; a compaction writes one of everything. ``probes`` are the numbers of lists
    that are tried until the share ``recall`` of the nearest vectors is among the ``compared`` best rows of these
    lists. Where none suffices, or it takes more than the share ``of_lists`` of all lists, all are read.
    """

    passages: int = 20_000
    in_segment: int = 2_000
    together: int = 200_000
    compared: int = 256
    recall: float = 0.98
    probes: tuple[int, ...] = (4, 8, 16, 32, 64, 128, 256, 512)
    of_lists: float = 0.25


@dataclass(frozen=True, slots=True)
class NearPlan:
    """Inverted files that stay, and those to write, each with its segments."""

    kept: Mapping[str, NearFile]
    new: Sequence[Sequence[str]]


def plan_near(
    segments: Mapping[str, int],
    former: Mapping[str, NearFile],
    rules: NearRules = NearRules(),  # noqa: B008
    *,
    compact: bool = False,
) -> NearPlan:
    """Which inverted files there should be. ``segments`` have how many rows; ``former`` are files of the last index.

    A file stays while half of its rows are of segments that are still there. What no file holds gets one where it is
    much; files no larger than that are written together with it, as one counts up. With ``compact`` one file holds all.
    """
    kept = {
        name: file
        for name, file in former.items()
        if 2 * sum(segments.get(segment, 0) for segment in file.segments) > file.rows
    }
    held = {segment for file in kept.values() for segment in file.segments}
    large = [name for name, rows in segments.items() if rows >= rules.in_segment]
    loose = [name for name in large if name not in held]
    size = sum(segments[name] for name in loose)
    if compact:
        is_one = len(kept) == 1 and size < rules.passages and held <= segments.keys()
        whole = sum(segments[name] for name in large) >= rules.passages
        return NearPlan(kept, ()) if is_one or not whole else NearPlan({}, (sorted(large),))
    if size < rules.passages:
        return NearPlan(kept, ())
    absorbed = list(loose)
    for name, file in sorted(kept.items(), key=lambda pair: (pair[1].rows, pair[0])):
        if file.rows <= size and size + file.rows <= rules.together:
            absorbed += [segment for segment in file.segments if segment in segments]
            size += file.rows
            del kept[name]
    return NearPlan(kept, (sorted(absorbed),))


def write_near(folder: Path, segments: Sequence[Path], width: int, rules: NearRules) -> NearFile | None:
    """Writes the folder of an inverted file of some segments; ``None``, and nothing, where no sentence can ask it.

    :raises OSError: it cannot be written; RuntimeError from FAISS likewise.
    """
    parts = [FaissIndex(segment / VECTORS) for segment in segments]
    sizes = [part.size[0] for part in parts]
    questions = _questions(segments)
    if not len(questions):
        return None
    firsts = np.cumsum([0, *sizes])

    def vectors() -> Iterator[FloatArray]:
        return (part.all_vectors() for part in parts)

    folder.mkdir()
    error = write_near_lists(folder / NEAR_LISTS, int(firsts[-1]), width, vectors)
    lists = NearLists(folder / NEAR_LISTS)
    probes, recall = _probes_and_recall(lists, questions, _nearest(parts, firsts, questions), rules)
    numbered = {segment.name: int(first) for segment, first in zip(segments, firsts, strict=False)}
    return NearFile(numbered, int(firsts[-1]), probes, recall, len(questions), error)


def _questions(segments: Sequence[Path]) -> FloatArray:
    """Vectors of sentences that are moved a little towards one of another place, evenly of all: a question lies
    farther from the texts than a sentence of one of them does."""
    files = [mapped(segment / SENTENCES) for segment in segments]
    step = max(1, sum(map(len, files)) // N_QUESTIONS)
    taken = [np.asarray(rows[step // 2 :: step], dtype=np.float32) for rows in files if len(rows)]
    if not taken:
        return np.zeros((0, 0), np.float32)
    one = np.concatenate(taken)
    both = one + MOVED * np.roll(one, len(one) // 2, axis=0)
    out: FloatArray = both / np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
    return out


def _nearest(parts: Sequence[FaissIndex], firsts: Array, questions: FloatArray) -> list[set[int]]:
    """The nearest rows of each question, by exact search."""
    scores, rows = [], []
    for part, first in zip(parts, firsts, strict=False):
        found, at = part.nearest(questions, FIRST)
        scores.append(found)
        rows.append(np.where(at >= 0, at + first, -1))
    of_all, at = np.concatenate(scores, axis=1), np.concatenate(rows, axis=1)
    best = np.argsort(-of_all, axis=1, kind="stable")[:, :FIRST]
    return [set(row.tolist()) - {-1} for row in np.take_along_axis(at, best, axis=1)]


def _probes_and_recall(
    lists: NearLists, questions: FloatArray, nearest: Sequence[set[int]], rules: NearRules
) -> tuple[int, float]:
    """How many lists are read, and the share of the nearest rows that they find; 0 lists where that is too little."""
    recall = 0.0
    for probes in rules.probes:
        if probes > rules.of_lists * lists.n_lists:
            break
        found = [set(lists.search(question, rules.compared, probes)[0].tolist()) for question in questions]
        shares = [len(mine & theirs) / len(theirs) for mine, theirs in zip(found, nearest, strict=True)]
        recall = float(np.mean(shares))
        if recall >= rules.recall:
            return probes, round(recall, 4)
    return 0, round(recall, 4)


def near_to_json(files: Mapping[str, NearFile]) -> dict[str, Any]:
    """The inverted files as the manifest has them."""
    return {name: dataclasses.asdict(file) for name, file in sorted(files.items())}
