"""Fits and evaluates the small scorers: logistic regression, folds by group, nested thresholds, intervals. numpy only.

The training programs use it; it prints nothing. A group (a page, a document, a question in two languages) is never in
training and test at once. Thresholds are set on predictions for held-out folds of the training part, so that no test
row influences its own threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kb.models.logistic import Logistic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.bool_]
    Rule = Callable[[Floats, Labels], float]

STEPS = 50


def fit(
    rows: Sequence[Mapping[str, float]],
    labels: Labels,
    names: Sequence[str],
    strength: float,
    balanced: bool = False,
    threshold: float = 0.5,
) -> Logistic:
    """Logistic regression by Newton's method; ``strength`` is the weight of the data against the squared weights.

    :param balanced: both classes have the same total weight.
    """
    x = matrix(rows, names)
    means, scales = x.mean(axis=0), x.std(axis=0)
    scales = np.where(scales > 1e-9, scales, 1.0)
    z = np.hstack([(x - means) / scales, np.ones((len(x), 1))])
    y = labels.astype(float)
    share = y.mean()
    cost = np.where(labels, 0.5 / share, 0.5 / (1 - share)) if balanced else np.ones(len(y))
    ridge = np.append(np.full(len(names), 1 / strength), 0.0)
    beta = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        slope = z.T @ (cost * (y - p)) - ridge * beta
        curve = (z * (cost * p * (1 - p))[:, None]).T @ z + np.diag(ridge) + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(curve, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    centres, widths, weights = (tuple(map(float, v)) for v in (means, scales, beta[:-1]))
    return Logistic(tuple(names), centres, widths, weights, float(beta[-1]), threshold)


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """``(rows, names)``."""
    return np.array([[row[name] for name in names] for row in rows], dtype=np.float64)


def predicted(model: Logistic, rows: Sequence[Mapping[str, float]]) -> Floats:
    """The probability of each row."""
    return np.array([model.probability(row) for row in rows])


def folds(labels: Labels, groups: Sequence[str], k: int, seed: int) -> list[tuple[list[int], list[int]]]:
    """Training and test rows of ``k`` folds with about equal shares of positives; groups stay whole."""
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    members: dict[str, list[int]] = {name: [] for name in names}
    for n, group in enumerate(groups):
        members[group].append(n)
    filled = np.zeros((k, 2))
    tests: list[list[int]] = [[] for _ in range(k)]
    totals = np.array([max(1, int((~labels).sum())), max(1, int(labels.sum()))])
    for name in sorted(names, key=lambda g: -len(members[g])):
        counts = np.array([sum(not labels[n] for n in members[name]), sum(bool(labels[n]) for n in members[name])])
        loads = [
            float((((filled[f] + counts) / totals) ** 2).sum() - ((filled[f] / totals) ** 2).sum()) for f in range(k)
        ]
        best = int(np.argmin(loads))
        filled[best] += counts
        tests[best].extend(members[name])
    every = set(range(len(groups)))
    return [(sorted(every - set(test)), sorted(test)) for test in tests if test]


def held_out(
    rows: Sequence[Mapping[str, float]],
    labels: Labels,
    groups: Sequence[str],
    train: Callable[[Sequence[Mapping[str, float]], Labels], Logistic],
    k: int,
    seed: int,
) -> Floats:
    """The probability of each row by a model that did not see its group."""
    out = np.zeros(len(rows))
    for seen, unseen in folds(labels, groups, k, seed):
        model = train([rows[i] for i in seen], labels[seen])
        out[unseen] = predicted(model, [rows[i] for i in unseen])
    return out


def nested(
    rows: Sequence[Mapping[str, float]],
    labels: Labels,
    groups: Sequence[str],
    train: Callable[[Sequence[Mapping[str, float]], Labels], Logistic],
    rule: Rule,
    k: int = 10,
    seed: int = 0,
) -> tuple[Floats, Labels]:
    """Held-out probabilities, and decisions by a threshold set inside each training part."""
    scores, said = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for seen, unseen in folds(labels, groups, k, seed):
        inner_rows, inner_groups = [rows[i] for i in seen], [groups[i] for i in seen]
        inner = held_out(inner_rows, labels[seen], inner_groups, train, 5, seed + 1)
        threshold = rule(inner, labels[seen])
        model = train(inner_rows, labels[seen])
        scores[unseen] = predicted(model, [rows[i] for i in unseen])
        said[unseen] = scores[unseen] >= threshold
    return scores, said


# --- rules for a threshold


def most_balanced(scores: Floats, labels: Labels) -> float:
    """The middle of the thresholds whose balanced accuracy is within 0.01 of the best."""
    tried = np.unique(np.round(scores, 3))
    reached = np.array([balanced_accuracy(scores >= t, labels) for t in tried])
    return float(np.median(tried[reached >= reached.max() - 0.01]))


def refusing(share: float) -> Rule:
    """The lowest threshold that at least this share of the negatives is below."""

    def rule(scores: Floats, labels: Labels) -> float:
        return float(np.quantile(scores[~labels], share, method="higher")) + 1e-9

    return rule


def surest(scores: Floats, labels: Labels) -> float:
    """The threshold at which precision and recall of refusing are both as high as they can be."""
    tried = np.unique(scores)
    worst = np.array([min(precision_recall(scores < t, ~labels)) for t in tried])
    return float(np.median(tried[worst >= worst.max() - 0.005]))


# --- measures


def balanced_accuracy(said: Labels, labels: Labels) -> float:
    """The mean of the shares of positives and of negatives that are classified right."""
    return float((said[labels].mean() + (~said[~labels]).mean()) / 2)


def precision_recall(said: Labels, labels: Labels) -> tuple[float, float]:
    """Precision and recall: the share of the predicted that is true, and the share of the true that is predicted."""
    both = float((said & labels).sum())
    return both / max(1.0, float(said.sum())), both / max(1.0, float(labels.sum()))


def auroc(scores: Floats, labels: Labels) -> float:
    """The chance that a positive scores above a negative; a tie counts half."""
    high, low = scores[labels][:, None], scores[~labels][None, :]
    return float(((high > low).sum() + 0.5 * (high == low).sum()) / (high.size * low.size))


def brier(scores: Floats, labels: Labels) -> float:
    """The mean squared distance of probability and outcome; lower is better."""
    return float(((scores - labels) ** 2).mean())


def reliability(scores: Floats, labels: Labels, bins: int = 5) -> list[tuple[float, float, int]]:
    """(mean probability, share that was so, rows) of equal slices of 0 to 1; empty ones are left out."""
    at = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        (float(scores[at == b].mean()), float(labels[at == b].mean()), int((at == b).sum()))
        for b in range(bins)
        if (at == b).any()
    ]


def interval(
    measure: Callable[[NDArray[np.intp]], float], groups: Sequence[str], n: int = 1_000, seed: int = 0
) -> tuple[float, float]:
    """The middle 95 of 100 of a measure over groups drawn anew; ``measure`` takes row numbers."""
    rng = np.random.default_rng(seed)
    names = sorted(set(groups))
    of = {name: [i for i, g in enumerate(groups) if g == name] for name in names}
    drawn = []
    for _ in range(n):
        rows = np.array([i for j in rng.integers(len(names), size=len(names)) for i in of[names[j]]], dtype=np.intp)
        value = measure(rows)
        if np.isfinite(value):
            drawn.append(value)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
