"""Fitting and judging of the small scorers, against another implementation and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.training.fitting import (
    auroc,
    balanced_accuracy,
    fit,
    folds,
    precision_recall,
    predicted,
    refusing,
    reliability,
)


def test_weights_agree_with_another_implementation() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(3)
    x = rng.normal(size=(80, 3))
    labels = x[:, 0] + 0.5 * rng.normal(size=80) > 0.3
    rows = [{"a": float(r[0]), "b": float(r[1]), "c": float(r[2])} for r in x]
    for balanced in (False, True):
        ours = fit(rows, labels, ["a", "b", "c"], 0.7, balanced)
        z = (x - x.mean(axis=0)) / x.std(axis=0)
        theirs = linear.LogisticRegression(C=0.7, tol=1e-10, class_weight="balanced" if balanced else None)
        theirs.fit(z, labels)
        assert np.allclose(ours.weights, theirs.coef_[0], atol=1e-4)
        assert np.allclose(predicted(ours, rows), theirs.predict_proba(z)[:, 1], atol=1e-4)


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.booleans()), min_size=20, max_size=40), st.integers(0, 5))
def test_folds_cover_every_row_once_and_keep_groups_whole(items: list[tuple[str, bool]], seed: int) -> None:
    groups, labels = [g for g, _ in items], np.array([y for _, y in items])
    made = folds(labels, groups, 4, seed)
    assert sorted(n for _, test in made for n in test) == list(range(len(items)))
    for seen, unseen in made:
        assert not {groups[n] for n in seen} & {groups[n] for n in unseen}


def test_measures_by_hand() -> None:
    labels = np.array([True, True, False, False])
    scores = np.array([0.9, 0.4, 0.4, 0.1])
    assert auroc(scores, labels) == pytest.approx(0.875)
    assert balanced_accuracy(scores >= 0.5, labels) == pytest.approx(0.75)
    assert np.allclose(precision_recall(scores < 0.5, ~labels), (2 / 3, 1.0))
    assert np.allclose(reliability(scores, labels, 2), [(0.3, 1 / 3, 3), (0.9, 1.0, 1)])


def test_the_threshold_refuses_the_share_asked_for() -> None:
    scores, labels = np.linspace(0, 1, 21), np.zeros(21, dtype=bool)
    threshold = refusing(0.9)(scores, labels)
    assert (scores < threshold).mean() >= 0.9
