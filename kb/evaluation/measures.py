"""Computes retrieval and decision measures with confidence intervals from judgements and results. Pure.

Ranking measures are those of trec_eval. A ranking is ordered by score in single precision, highest first, and equal
scores by id in *descending* string order. This is trec_eval's own rule, so a run written by :func:`trec_run` gives the
same figures there. A question without any result counts 0. Intervals are percentile bootstraps over questions.
"""

from __future__ import annotations

import math
import re
import string
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Qrels = Mapping[str, Mapping[str, int]]
    Run = Mapping[str, Sequence[tuple[str, float]]]

T = TypeVar("T")

RESAMPLES = 1_000
SEED = 7
LEVEL = 0.95
RANKING = ("recall@1", "recall@5", "recall@10", "success@1", "success@5", "map@10", "ndcg@10", "mrr@10")
"""The ranking measures, in the order of tables."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure: its value, the 95 % interval, and how many questions it is over."""

    value: float
    low: float
    high: float
    n: int


# --- rankings


def ordered(ranking: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """A ranking in trec_eval's order, each id once (its best score).

    :raises ValueError: a score is not a finite number.
    """
    best: dict[str, float] = {}
    for name, score in ranking:
        single = float(np.float32(score))
        if not math.isfinite(single):
            raise ValueError(f"score of {name!r} is {score}")
        best[name] = max(single, best.get(name, single))
    by_name = sorted(best.items(), key=lambda pair: pair[0], reverse=True)
    return sorted(by_name, key=lambda pair: -pair[1])


def ranking_measures(judged: Mapping[str, int], ranking: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Every measure of :data:`RANKING` for one question; grades of 1 and more are relevant.

    :raises ValueError: nothing is judged relevant.
    """
    relevant = {name: grade for name, grade in judged.items() if grade > 0}
    if not relevant:
        raise ValueError("no entry is judged relevant")
    grades = [relevant.get(name, 0) for name, _ in ordered(ranking)]
    return {
        "recall@1": recall(grades, len(relevant), 1),
        "recall@5": recall(grades, len(relevant), 5),
        "recall@10": recall(grades, len(relevant), 10),
        "success@1": success(grades, 1),
        "success@5": success(grades, 5),
        "map@10": average_precision(grades, len(relevant), 10),
        "ndcg@10": ndcg(grades, sorted(relevant.values(), reverse=True), 10),
        "mrr@10": reciprocal_rank(grades, 10),
    }


def recall(grades: Sequence[int], n_relevant: int, k: int) -> float:
    """Relevant entries among the first ``k``, over all relevant ones."""
    return sum(g > 0 for g in grades[:k]) / n_relevant


def success(grades: Sequence[int], k: int) -> float:
    """1 where any of the first ``k`` is relevant."""
    return float(any(g > 0 for g in grades[:k]))


def average_precision(grades: Sequence[int], n_relevant: int, k: int) -> float:
    """trec_eval's ``map_cut_k``: precision at each relevant rank up to ``k``, over all relevant entries."""
    found, total = 0, 0.0
    for rank, grade in enumerate(grades[:k], 1):
        if grade > 0:
            found += 1
            total += found / rank
    return total / n_relevant


def ndcg(grades: Sequence[int], ideal: Sequence[int], k: int) -> float:
    """trec_eval's ``ndcg_cut_k``: the gain is the grade itself, the discount log2(rank + 1)."""

    def gain(values: Sequence[int]) -> float:
        return sum(g / math.log2(rank + 1) for rank, g in enumerate(values[:k], 1))

    best = gain(ideal)
    return gain(grades) / best if best else 0.0


def reciprocal_rank(grades: Sequence[int], k: int) -> float:
    """1 over the rank of the first relevant entry among the first ``k``, else 0."""
    return next((1 / rank for rank, g in enumerate(grades[:k], 1) if g > 0), 0.0)


def evaluate_run(qrels: Qrels, run: Run) -> dict[str, list[float]]:
    """Each ranking measure question by question, in the order of the judgements.

    Questions without a relevant entry are left out; a question the run does not have counts 0.
    """
    rows = [
        ranking_measures(judged, run.get(question, ()))
        for question, judged in qrels.items()
        if any(g > 0 for g in judged.values())
    ]
    return {name: [row[name] for row in rows] for name in RANKING}


def trec_run(run: Run, tag: str) -> str:
    """A run in the six columns of TREC, questions in order of id, entries in the order they were measured in.

    :raises ValueError: an id or the tag holds a blank, which the form cannot carry.
    """
    lines = []
    for question in sorted(run):
        for rank, (name, score) in enumerate(ordered(run[question]), 1):
            fields = (question, "Q0", name, str(rank), str(np.float32(score)), tag)
            if any(not f or re.search(r"\s", f) for f in fields):
                raise ValueError(f"a TREC run holds no blanks in its fields: {fields}")
            lines.append(" ".join(fields) + "\n")
    return "".join(lines)


# --- decisions


def auroc(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """The chance that a true case scores above a false one, ties counted half.

    :raises ValueError: one of the two classes is empty.
    """
    labels, values = np.asarray(truth, dtype=bool), np.asarray(scores, dtype=np.float64)
    n_true = int(labels.sum())
    n_false = len(labels) - n_true
    if not n_true or not n_false:
        raise ValueError("AUROC needs cases of both classes")
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2  # the mean rank of each distinct score, from 1
    rank_sum = float(middle[inverse][labels].sum())
    return (rank_sum - n_true * (n_true + 1) / 2) / (n_true * n_false)


def balanced_accuracy(truth: Sequence[bool], decided: Sequence[bool]) -> float:
    """The mean, over the classes that occur, of the share of their cases with a correct prediction."""
    shares = []
    for kind in (True, False):
        own = [s for t, s in zip(truth, decided, strict=True) if t == kind]
        if own:
            shares.append(sum(s == kind for s in own) / len(own))
    return sum(shares) / len(shares)


def precision(truth: Sequence[bool], decided: Sequence[bool]) -> float:
    """Of the cases predicted true, the share that is true; 0 where none was predicted."""
    own = [t for t, s in zip(truth, decided, strict=True) if s]
    return sum(own) / len(own) if own else 0.0


def sensitivity(truth: Sequence[bool], decided: Sequence[bool]) -> float:
    """Of the true cases, the share that was predicted true; 0 where there is none."""
    own = [s for t, s in zip(truth, decided, strict=True) if t]
    return sum(own) / len(own) if own else 0.0


def best_threshold(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """The threshold on the score with the highest balanced accuracy; the lowest of several.

    It lies midway between two scores, so that scores of another set fall on either side of it.
    """
    order = np.unique(np.asarray(scores, dtype=np.float64))
    cuts: list[float] = [float(order[0]), *((order[:-1] + order[1:]) / 2).tolist()]
    labels, values = np.asarray(truth, dtype=bool), np.asarray(scores, dtype=np.float64)
    n_true, n_false = max(1, int(labels.sum())), max(1, int((~labels).sum()))

    def merit(cut: float) -> float:
        said = values >= cut
        return float((said & labels).sum() / n_true + (~said & ~labels).sum() / n_false)

    return max(cuts, key=merit)


def cross_validated(truth: Sequence[bool], scores: Sequence[float], folds: int = 5, seed: int = SEED) -> list[bool]:
    """The prediction for each case when its threshold was set (:func:`best_threshold`) on the other folds alone."""
    n = len(truth)
    order = np.random.default_rng(seed).permutation(n)
    decided = [False] * n
    for fold in range(folds):
        held = {int(i) for i in order[fold::folds]}
        rest = [i for i in range(n) if i not in held]
        if not rest:
            rest = list(range(n))
        cut = best_threshold([truth[i] for i in rest], [scores[i] for i in rest])
        for i in held:
            decided[i] = scores[i] >= cut
    return decided


# --- words


_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


def squad_tokens(text: str) -> list[str]:
    """The words of an answer as SQuAD compares them: lower case, no ASCII punctuation, no English articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_WITHOUT_PUNCTUATION)).split()


def token_f1(given: str, expected: str) -> float:
    """SQuAD's F1 of the words two answers share; two empty ones agree."""
    ours, theirs = squad_tokens(given), squad_tokens(expected)
    if not ours or not theirs:
        return float(ours == theirs)
    left: dict[str, int] = {}
    for word in theirs:
        left[word] = left.get(word, 0) + 1
    shared = 0
    for word in ours:
        if left.get(word, 0) > 0:
            left[word] -= 1
            shared += 1
    return 2 * shared / (len(ours) + len(theirs))


def best_token_f1(given: str, answers: Sequence[str]) -> float:
    """The highest :func:`token_f1` over the accepted answers."""
    return max(token_f1(given, answer) for answer in answers)


def exact_match(given: str, answers: Sequence[str]) -> float:
    """1 where the words are those of an accepted answer, as SQuAD compares them."""
    return float(any(squad_tokens(given) == squad_tokens(answer) for answer in answers))


def set_f1(given: Iterable[int], accepted: Sequence[frozenset[int]]) -> float:
    """The highest F1 of a chosen set against the accepted ones; two empty sets agree."""
    chosen = frozenset(given)

    def f1(expected: frozenset[int]) -> float:
        if not chosen and not expected:
            return 1.0
        return 2 * len(chosen & expected) / (len(chosen) + len(expected))

    return max((f1(expected) for expected in accepted), default=0.0)


def flat(text: str) -> str:
    """Lower case, blanks folded, typographic quotes made plain: how required strings are looked for."""
    plain = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(plain.lower().split())


def holds_all(answer: str, required: Sequence[str], most_words: int) -> bool:
    """Whether the answer's first ``most_words`` words hold every required string, in the form of :func:`flat`."""
    words = flat(" ".join(answer.split()[:most_words]))
    return all(flat(token) in words for token in required)


# --- intervals


def mean_figure(values: Sequence[float], seed: int = SEED, resamples: int = RESAMPLES) -> Figure:
    """The mean over questions with its bootstrap interval.

    :raises ValueError: there are no values.
    """
    if not values:
        raise ValueError("no questions to average over")
    numbers = np.asarray(values, dtype=np.float64)
    random = np.random.default_rng(seed)
    means = [float(numbers[random.integers(0, len(numbers), len(numbers))].mean()) for _ in range(resamples)]
    return _figure(float(numbers.mean()), means, len(numbers))


def figure(
    cases: Sequence[T],
    statistic: Callable[[Sequence[T]], float],
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> Figure:
    """Any statistic of the cases with its bootstrap interval; resamples it is not defined for are left out.

    :raises ValueError: it is not defined for the cases themselves.
    """
    value = statistic(cases)
    random = np.random.default_rng(seed)
    drawn: list[float] = []
    for _ in range(resamples):
        try:
            drawn.append(statistic([cases[i] for i in random.integers(0, len(cases), len(cases))]))
        except ValueError:
            continue
    return _figure(value, drawn, len(cases))


def decision_figure(
    measure: Callable[[Sequence[bool], Sequence[bool]], float], truth: Sequence[bool], decided: Sequence[bool]
) -> Figure:
    """A measure of decisions with its interval."""
    pairs = list(zip(truth, decided, strict=True))
    return figure(pairs, lambda some: measure([t for t, _ in some], [s for _, s in some]))


def auroc_figure(truth: Sequence[bool], scores: Sequence[float]) -> Figure:
    """:func:`auroc` with its interval."""
    pairs = list(zip(truth, scores, strict=True))
    return figure(pairs, lambda some: auroc([t for t, _ in some], [s for _, s in some]))


def _figure(value: float, drawn: Sequence[float], n: int) -> Figure:
    if not drawn:
        return Figure(value, value, value, n)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Figure(value, float(low), float(high), n)
