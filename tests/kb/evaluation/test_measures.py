"""The measures, against figures worked out by hand, against ranx, and by what must hold for any input."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.evaluation import measures

if TYPE_CHECKING:
    from collections.abc import Callable

rankings = st.lists(st.tuples(st.sampled_from("abcdefghijklmno"), st.integers(0, 4).map(float)), max_size=20)
judgements = st.dictionaries(st.sampled_from("abcdefghijklmnopq"), st.integers(0, 3), min_size=1).filter(
    lambda j: any(g > 0 for g in j.values())
)


def test_measures_by_hand() -> None:
    judged = {"a": 1, "b": 2, "c": 1, "z": 0}
    found = measures.ranking_measures(judged, [("x", 9.0), ("b", 8.0), ("z", 7.0), ("a", 6.0)])
    best = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == {
        "recall@1": 0.0,
        "recall@5": pytest.approx(2 / 3),
        "recall@10": pytest.approx(2 / 3),
        "success@1": 0.0,
        "success@5": 1.0,
        "map@10": pytest.approx((1 / 2 + 2 / 4) / 3),
        "ndcg@10": pytest.approx((2 / math.log2(3) + 1 / math.log2(5)) / best),
        "mrr@10": 0.5,
    }


def test_ties_fall_as_in_trec_eval() -> None:
    assert measures.ordered([("a", 1.0), ("c", 1.0), ("b", 2.0), ("c", 0.5)]) == [("b", 2.0), ("c", 1.0), ("a", 1.0)]
    # two doubles that are one number in single precision are a tie
    assert [n for n, _ in measures.ordered([("a", 0.1 + 1e-12), ("b", 0.1)])] == ["b", "a"]


def test_the_eleventh_place_does_not_count() -> None:
    ranking = [(f"x{n:02}", 20.0 - n) for n in range(10)] + [("a", 1.0)]
    assert set(measures.ranking_measures({"a": 1}, ranking).values()) == {0.0}


def test_a_question_without_result_counts_zero_and_one_without_judgement_is_left_out() -> None:
    values = measures.evaluate_run(
        {"1": {"a": 1}, "2": {"a": 1}, "3": {"a": 0}}, {"1": [("a", 1.0)], "3": [("a", 1.0)]}
    )
    assert values["recall@1"] == [1.0, 0.0]


def test_refuses_what_is_no_score() -> None:
    with pytest.raises(ValueError, match="nan"):
        measures.ordered([("a", math.nan)])
    with pytest.raises(ValueError, match="relevant"):
        measures.ranking_measures({"a": 0}, [])


@pytest.mark.filterwarnings("ignore:unsafe cast from uint64")  # within ranx, compiled by numba
@pytest.mark.slow  # numba compiles ranx's measures first
@pytest.mark.timeout(600)
def test_agrees_with_ranx() -> None:
    """An independent implementation on random runs with graded judgements and many ties."""
    pytest.importorskip("numba", reason="ranx (extra 'bench') is not installed")
    ranx = pytest.importorskip("ranx", reason="ranx (extra 'bench') is not installed")
    rng = random.Random(5)
    names = [f"d{n}" for n in range(40)]
    qrels = {f"q{n}": {d: rng.randint(1, 3) for d in rng.sample(names, rng.randint(1, 14))} for n in range(60)}
    run = {q: [(d, float(rng.randint(0, 6))) for d in rng.sample(names, rng.randint(1, 30))] for q in qrels}
    ours = measures.evaluate_run(qrels, run)
    # ranx has a tie rule of its own: it is given our order as falling scores, so that the measures are compared
    falling = {
        q: {d: 100.0 - rank for rank, (d, _) in enumerate(measures.ordered(ranking))} for q, ranking in run.items()
    }
    theirs = {
        "recall@1": "recall@1",
        "recall@5": "recall@5",
        "recall@10": "recall@10",
        "success@1": "hit_rate@1",
        "success@5": "hit_rate@5",
        "map@10": "map@10",
        "ndcg@10": "ndcg@10",
        "mrr@10": "mrr@10",
    }
    scores = ranx.evaluate(ranx.Qrels(qrels), ranx.Run(falling), list(theirs.values()), return_mean=False)
    order = sorted(qrels)  # ranx sorts questions by id
    assert set(measures.RANKING) == set(theirs)
    for name in measures.RANKING:
        by_question = dict(zip(qrels, ours[name], strict=True))
        assert [by_question[q] for q in order] == pytest.approx(list(scores[theirs[name]])), name


@given(judgements, rankings)
def test_every_measure_is_between_0_and_1(judged: dict[str, int], ranking: list[tuple[str, float]]) -> None:
    found = measures.ranking_measures(judged, ranking)
    assert all(0.0 <= v <= 1.0 + 1e-12 for v in found.values())
    assert found["recall@1"] <= found["recall@5"] <= found["recall@10"]
    assert found["map@10"] <= found["recall@10"] + 1e-12
    assert found["success@1"] <= found["mrr@10"]


@given(judgements, rankings, st.randoms())
def test_the_order_of_the_input_does_not_matter(
    judged: dict[str, int], ranking: list[tuple[str, float]], shuffle: random.Random
) -> None:
    mixed = ranking.copy()
    shuffle.shuffle(mixed)
    assert measures.ranking_measures(judged, mixed) == measures.ranking_measures(judged, ranking)


@given(judgements)
def test_the_ideal_ranking_is_perfect(judged: dict[str, int]) -> None:
    found = measures.ranking_measures(judged, [(d, float(g)) for d, g in judged.items()])
    assert found["ndcg@10"] == pytest.approx(1.0)
    assert found["mrr@10"] == 1.0
    assert found["map@10"] == pytest.approx(min(1.0, 10 / sum(g > 0 for g in judged.values())))


@given(st.dictionaries(st.from_regex(r"[a-z0-9:]{1,6}", fullmatch=True), rankings, max_size=4))
def test_a_written_run_reads_back_in_the_same_order(run: dict[str, list[tuple[str, float]]]) -> None:
    read: dict[str, list[tuple[str, float]]] = {}
    for line in measures.trec_run(run, "kb").splitlines():
        question, q0, name, rank, score, tag = line.split(" ")
        assert (q0, tag) == ("Q0", "kb")
        read.setdefault(question, []).append((name, float(score)))
        assert int(rank) == len(read[question])
    assert read == {q: measures.ordered(r) for q, r in run.items() if r}
    assert all(measures.ordered(r) == r for r in read.values())


def test_a_run_with_blanks_in_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="blanks"):
        measures.trec_run({"1": [("a b", 1.0)]}, "kb")


def test_auroc_by_hand() -> None:
    assert measures.auroc([True, False, True, False], [4.0, 1.0, 3.0, 2.0]) == 1.0
    assert measures.auroc([True, False], [1.0, 1.0]) == 0.5
    assert measures.auroc([True, True, False, False], [3.0, 1.0, 2.0, 1.0]) == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    with pytest.raises(ValueError, match="both"):
        measures.auroc([True], [1.0])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2).filter(lambda c: len({t for t, _ in c}) == 2))
def test_auroc_is_the_share_of_pairs_in_order(cases: list[tuple[bool, int]]) -> None:
    pairs = [(a, b) for t, a in cases if t for f, b in cases if not f]
    expected = sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)
    assert measures.auroc([t for t, _ in cases], [s for _, s in cases]) == pytest.approx(expected)


def test_decisions_by_hand() -> None:
    truth = [True, True, True, False]
    said = [True, False, False, False]
    assert measures.balanced_accuracy(truth, said) == pytest.approx((1 / 3 + 1) / 2)
    assert measures.precision(truth, said) == 1.0
    assert measures.sensitivity(truth, said) == pytest.approx(1 / 3)
    assert measures.precision(truth, [False] * 4) == 0.0
    assert measures.balanced_accuracy([True, True], [True, False]) == 0.5


def test_the_threshold_that_separates_is_found() -> None:
    truth, scores = [False, False, True, True], [0.1, 0.3, 0.5, 0.9]
    assert measures.best_threshold(truth, scores) == pytest.approx(0.4)
    assert measures.best_threshold([True, True], [0.2, 0.4]) == 0.2  # nothing to refuse


def test_a_threshold_is_never_set_on_the_case_it_judges() -> None:
    """With labels that have nothing to do with the scores, a threshold set on all cases looks better than chance."""
    rng = random.Random(3)
    gains = []
    for seed in range(30):
        truth = [rng.random() < 0.5 for _ in range(40)]
        scores = [rng.random() for _ in truth]
        fitted = [s >= measures.best_threshold(truth, scores) for s in scores]
        held = measures.cross_validated(truth, scores, seed=seed)
        gains.append((measures.balanced_accuracy(truth, fitted), measures.balanced_accuracy(truth, held)))
    assert sum(f for f, _ in gains) / len(gains) > 0.57
    assert abs(sum(h for _, h in gains) / len(gains) - 0.5) < 0.06


def test_answers_are_compared_as_squad_does() -> None:
    assert measures.squad_tokens("The cat's, an  Old-hat.") == ["cats", "oldhat"]
    assert measures.token_f1("the red cat", "A red dog") == pytest.approx(0.5)
    assert measures.token_f1("", "the") == 1.0
    assert measures.token_f1("cat", "the") == 0.0
    assert measures.token_f1("cat cat", "cat") == pytest.approx(2 / 3)
    assert measures.best_token_f1("dog", ["cat", "dog"]) == 1.0
    assert measures.exact_match("The dog!", ["dog"]) == 1.0
    assert measures.set_f1([1, 2], [frozenset({2, 3}), frozenset({9})]) == 0.5
    assert measures.set_f1([], [frozenset()]) == 1.0


@given(st.text(max_size=40), st.text(max_size=40))
def test_token_f1_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert measures.token_f1(one, other) == pytest.approx(measures.token_f1(other, one))
    assert 0.0 <= measures.token_f1(one, other) <= 1.0
    assert measures.token_f1(one, one) == 1.0


def test_required_strings() -> None:
    assert measures.holds_all("The Clerk’s\nlog is kept", ["clerk's log", "KEPT"], 120)
    assert not measures.holds_all("one two three", ["three"], 2)


def test_intervals_are_repeatable_and_hold_the_mean() -> None:
    values = [0.0, 1.0] * 20
    first = measures.mean_figure(values)
    assert first == measures.mean_figure(values)
    uneven = [n / 7 for n in range(40)]
    assert measures.mean_figure(uneven) != measures.mean_figure(uneven, seed=8)
    assert first.low < first.value == 0.5 < first.high
    assert first.n == 40
    assert abs((first.high - first.low) - 2 * 1.96 * 0.5 / math.sqrt(40)) < 0.05  # the normal approximation
    assert measures.mean_figure([1.0] * 5) == measures.Figure(1.0, 1.0, 1.0, 5)
    with pytest.raises(ValueError, match="no questions"):
        measures.mean_figure([])


@pytest.mark.parametrize("measure", [measures.balanced_accuracy, measures.precision, measures.sensitivity])
def test_decision_intervals(measure: Callable[[list[bool], list[bool]], float]) -> None:
    truth = [True] * 6 + [False] * 6
    said = [True] * 5 + [False] * 5 + [True] * 2
    found = measures.decision_figure(measure, truth, said)
    assert found.value == measure(truth, said)
    assert found.low <= found.value <= found.high


def test_resamples_without_both_classes_are_left_out() -> None:
    found = measures.auroc_figure([True, False, False], [3.0, 2.0, 1.0])
    assert found == measures.Figure(1.0, 1.0, 1.0, 3)
