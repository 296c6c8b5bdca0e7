"""Writes files that join several segments of an index, so that a search reads one file instead of many.

The vectors are joined with a few bits for each number, and the word postings in one file. A vector in four bits is not
exact: when such a file is written, it is measured which share of an exact search it finds, with queries that are not
among its vectors.
"""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.index.joined_postings import write_joined
from kb.index.layout import HEADINGS, SENTENCES, VECTORS, WORDS, JointFiles
from kb.index.postings import Postings, mapped
from kb.index.vectors import FaissIndex, FourBits, write_coded
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kb.types import Array, FloatArray

FIRST = 50
"""The nearest vectors that are asked for when it is measured how many of them are found."""
N_QUESTIONS, MOVED = 200, 0.25


@dataclass(frozen=True, slots=True)
class JointRules:
    """When joint files are written, and how many vectors are compared for a question.

    Joint files are written once ``passages`` passages have none. A segment of fewer than ``in_segment`` passages is
    left out, because it will soon be merged. A build joins up to ``together`` passages; a compaction joins all.
    ``compared`` are the numbers of candidate rows that are tried until the share ``recall`` of the nearest vectors is
    among them. If none suffices, or the number is more than the share ``of_rows`` of all rows, the search stays exact.
    If the vectors are in lists, ``lists`` are the shares of lists that are tried.
    """

    passages: int = 20_000
    in_segment: int = 2_000
    together: int = 200_000
    recall: float = 0.99
    compared: tuple[int, ...] = (256, 512, 1_024, 2_048, 4_096, 8_192)
    of_rows: float = 0.05
    lists: tuple[float, ...] = (0.0625, 0.125, 0.1875, 0.25, 0.3125, 0.375, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class JointPlan:
    """Joint files that stay, and those to write, each with its segments."""

    kept: Mapping[str, JointFiles]
    new: Sequence[Sequence[str]]


def plan_joint(
    segments: Mapping[str, int],
    former: Mapping[str, JointFiles],
    rules: JointRules = JointRules(),  # noqa: B008
    *,
    compact: bool = False,
) -> JointPlan:
    """Plans the joint files. ``segments`` are the numbers of rows by segment; ``former`` are the joint files of the
    last index.

    Joint files are kept while half of their rows are of segments that still exist. If the segments without joint files
    have enough rows together, they get some, and joint files with no more rows than these are merged with them. With
    ``compact`` one file joins all.
    """
    kept = {
        name: files
        for name, files in former.items()
        if 2 * sum(segments.get(segment, 0) for segment in files.segments) > files.rows
    }
    held = {segment for files in kept.values() for segment in files.segments}
    large = [name for name, rows in segments.items() if rows >= rules.in_segment]
    loose = [name for name in large if name not in held]
    size = sum(segments[name] for name in loose)
    if compact:
        is_one = len(kept) == 1 and size < rules.passages and held <= segments.keys()
        whole = sum(segments[name] for name in large) >= rules.passages
        return JointPlan(kept, ()) if is_one or not whole else JointPlan({}, (sorted(large),))
    if size < rules.passages:
        return JointPlan(kept, ())
    absorbed = list(loose)
    for name, files in sorted(kept.items(), key=lambda pair: (pair[1].rows, pair[0])):
        if files.rows <= size and size + files.rows <= rules.together:
            absorbed += [segment for segment in files.segments if segment in segments]
            size += files.rows
            del kept[name]
    return JointPlan(kept, (sorted(absorbed),))


def write_joint(folder: Path, segments: Sequence[Path], width: int, rules: JointRules) -> JointFiles:
    """Writes the joint files of some segments into a folder.

    :raises OSError: they cannot be written; RuntimeError from FAISS likewise.
    """
    parts = [FaissIndex(segment / VECTORS) for segment in segments]
    firsts = np.cumsum([0, *(part.size[0] for part in parts)])

    def vectors() -> Iterator[FloatArray]:
        return (part.all_vectors() for part in parts)

    folder.mkdir()
    numbered = {segment.name: int(first) for segment, first in zip(segments, firsts, strict=False)}
    files, four = write_coded(folder, numbered, int(firsts[-1]), width, vectors)
    for name in (WORDS, f"{WORDS}/{HEADINGS}"):
        write_joined([Postings.load(segment / name) for segment in segments], firsts, folder / name)
    questions = _questions(segments)
    if len(questions):
        nearest = _nearest(parts, firsts, questions)
        compared, recall = _compared_and_recall(four, files.rows, questions, nearest, rules)
        files = replace(files, compared=compared, recall=recall, questions=len(questions))
    four.save(folder)
    return files


def _questions(segments: Sequence[Path]) -> FloatArray:
    """Queries for measuring recall: vectors of sentences, spread evenly over all, each moved a little towards the
    vector of another place, because a question is farther from the texts than their own sentences are."""
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


def _compared_and_recall(
    four: FourBits, n: int, questions: FloatArray, nearest: Sequence[set[int]], rules: JointRules
) -> tuple[int, float]:
    """How many rows are compared, and the share of the nearest rows that are among them; 0 where that is too little.

    Of vectors in lists as few lists are read as find enough among the fewest rows compared, else all."""
    if not four.lists:
        return _enough(four, n, questions, nearest, rules)
    recall = 0.0
    for share in rules.lists:
        four.read_lists(math.ceil(share * four.lists))
        first = rules.compared[:1] if share < 1 else rules.compared
        compared, recall = _enough(four, n, questions, nearest, replace(rules, compared=first))
        if compared:
            return compared, recall
    return 0, recall


def _enough(
    four: FourBits, n: int, questions: FloatArray, nearest: Sequence[set[int]], rules: JointRules
) -> tuple[int, float]:
    """How many of the rows that are likely are compared until enough are found, and the share that is; 0 where they
    are not."""
    likely = [four.likely(question, max(rules.compared)).tolist() for question in questions]
    recall = 0.0
    for compared in rules.compared:
        if compared > rules.of_rows * n:
            break
        shares = [len(mine & set(rows[:compared])) / len(mine) for mine, rows in zip(nearest, likely, strict=True)]
        recall = float(np.mean(shares))
        if recall >= rules.recall:
            return compared, round(recall, 4)
    return 0, round(recall, 4)


def joint_to_json(files: Mapping[str, JointFiles]) -> dict[str, Any]:
    """Joint files as the manifest has them."""
    return {name: asdict(each) for name, each in sorted(files.items())}
