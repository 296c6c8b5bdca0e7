"""Runs systems on question sets (:mod:`kb.evaluation.questions_sets`) and computes the measures. Prints nothing."""

from __future__ import annotations

import statistics
import time
from dataclasses import field
from typing import TYPE_CHECKING, TypeVar

from kb.evaluation import measures
from kb.evaluation.systems import ANSWER_WORDS
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kb.evaluation.questions_sets import (
        BenchQuestion,
        BenchSet,
        ClaimCase,
        EntryRanker,
        RankingTask,
        Reader,
        RefusalCase,
        SpanCase,
        TokensTask,
    )
    from kb.evaluation.systems import System

    Values = list[float] | measures.Figure
    Measures = dict[str, Values]
    Progress = Callable[[str, int, int], None]

T = TypeVar("T")

DEPTH = 100
"""The entries that a ranker returns, and that a TREC run gets, for one question."""
SURE = 0.5
"""A probability from which a system says yes."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure of one set: each system's figure, and the paired difference of ours to the baseline."""

    set: str
    measure: str
    figures: dict[str, measures.Figure]
    difference: measures.Figure | None = None

    @property
    def key(self) -> str:
        """The name of the row in a file of required figures."""
        return f"{self.set}.{self.measure}"


@dataclass(slots=True)
class EvaluationResult:
    """The rows of a set, notes, and the rankings of our own system by mode."""

    name: str
    rows: list[MeasureRow] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    runs: dict[str, dict[str, list[tuple[str, float]]]] = field(default_factory=dict)


def quiet(label: str, done: int, total: int) -> None:
    """A progress function that does nothing."""


def evaluate(bench: BenchSet, systems: Sequence[System], tell: Progress = quiet) -> EvaluationResult:
    """Every task of a set, by every system."""
    outcome = EvaluationResult(bench.name, notes=bench.notes)
    measured: dict[str, Measures] = {}
    for system in systems:
        label = f"{bench.name}, {system.name}"
        into = measured.setdefault(system.name, {})
        if bench.ranking is not None:
            tell(f"{label}: building", 0, len(bench.ranking.entries))
            ranker = system.build(bench.ranking.entries)
            for mode in ("known", "all") if bench.ranking.known else ("",):
                found, run = _measure_ranking(bench.ranking, ranker, mode, label, tell)
                into.update({f"{mode}.{name}" if mode else name: values for name, values in found.items()})
                if system is systems[0]:
                    outcome.runs[mode] = run
            told_of: Callable[[], tuple[str, ...]] | None = getattr(ranker, "notes", None)
            outcome.notes += told_of() if told_of is not None else ()
        reader = system.reader
        if reader is None:
            continue
        if bench.tokens is not None:
            into.update(_tokens(bench.tokens, reader, label, tell))
        if bench.refusals:
            into.update(_refusals(bench.refusals, reader, label, tell))
        if bench.spans:
            into.update(_spans(bench.spans, reader, label, tell))
        if bench.claims:
            into.update(_claims(bench.claims, reader, label, tell))
    outcome.rows = rows_of(bench.name, measured)
    return outcome


def rows_of(name: str, measured: dict[str, Measures]) -> list[MeasureRow]:
    """One row a measure, in the order they were first met."""
    order = dict.fromkeys(measure for found in measured.values() for measure in found)
    rows = []
    for measure in order:
        values = {system: found[measure] for system, found in measured.items() if measure in found}
        figures = {
            system: v if isinstance(v, measures.Figure) else measures.mean_figure(v) for system, v in values.items()
        }
        rows.append(MeasureRow(name, measure, figures, _difference_of_figures(values)))
    return rows


def _difference_of_figures(values: dict[str, Values]) -> measures.Figure | None:
    first, second = values.get("ours"), values.get("baseline")
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return measures.mean_figure([a - b for a, b in zip(first, second, strict=True)])
    return None


def median_figure(seconds: Sequence[float]) -> measures.Figure:
    """The median with its interval."""
    return measures.figure(seconds, statistics.median)


def timed(
    cases: Sequence[T], work: Callable[[T], None], label: str, tell: Progress, warm: Callable[[T], object] | None = None
) -> measures.Figure:
    """Does the work case by case and returns the median time in seconds. ``warm`` runs once before and is not timed, so
    that models are loaded."""
    if warm is not None and cases:
        warm(cases[0])
    seconds = []
    for case in told(cases, label, tell):
        began = time.perf_counter()
        work(case)
        seconds.append(time.perf_counter() - began)
    return median_figure(seconds)


def told(cases: Sequence[T], label: str, tell: Progress) -> Iterator[T]:
    """Yields the cases and reports the progress."""
    for n, case in enumerate(cases):
        tell(label, n, len(cases))
        yield case
    tell(label, len(cases), len(cases))


# --- tasks


def _measure_ranking(
    task: RankingTask, ranker: EntryRanker, mode: str, label: str, tell: Progress
) -> tuple[Measures, dict[str, list[tuple[str, float]]]]:
    run: dict[str, list[tuple[str, float]]] = {}
    sure: dict[str, float] = {}
    confidence: Callable[[str, str | None], float] | None = getattr(ranker, "confidence", None)

    def within(question: BenchQuestion) -> str | None:
        return question.document if mode == "known" else None

    def work(question: BenchQuestion) -> None:
        run[question.id] = ranker.rank(question.text, DEPTH, within(question))

    seconds = timed(
        task.questions,
        work,
        f"{label}{f', {mode} documents' if mode == 'all' else f', {mode} document' if mode else ''}",
        tell,
        lambda q: ranker.rank(q.text, 1, within(q)),
    )
    found: Measures = {}
    if task.qrels:
        found.update(measures.evaluate_run(task.qrels, run))
    if any(not q.answerable for q in task.questions):
        for question in task.questions:
            ranked = run[question.id]
            sure[question.id] = (
                confidence(question.text, within(question))
                if confidence is not None
                else max((score for _, score in ranked), default=0.0)
            )
        truth = [q.answerable for q in task.questions]
        found.update(decisions("refusal", truth, [sure[q.id] for q in task.questions]))
    found["seconds"] = seconds
    return found, run


def decisions(kind: str, truth: Sequence[bool], sure: Sequence[float]) -> Measures:
    """Measures of a yes-or-no task.

    ``refusal``: precision and recall are of saying no. ``_cv``: the threshold was set on other folds of the set,
    instead of the system's own 0.5.
    """
    found: Measures = {}
    if len(set(truth)) == 2:
        found["auroc"] = measures.auroc_figure(truth, sure)
    for suffix, decided in (("", [s >= SURE for s in sure]), ("_cv", measures.cross_validated(truth, sure))):
        if kind == "refusal":
            no_truth, no_said = [not t for t in truth], [not s for s in decided]
            found[f"refusal_precision{suffix}"] = measures.decision_figure(measures.precision, no_truth, no_said)
            found[f"refusal_recall{suffix}"] = measures.decision_figure(measures.sensitivity, no_truth, no_said)
        found[f"accuracy{suffix}"] = [float(t == s) for t, s in zip(truth, decided, strict=True)]
        found[f"balanced_accuracy{suffix}"] = measures.decision_figure(measures.balanced_accuracy, truth, decided)
    return found


def _tokens(task: TokensTask, reader: Reader, label: str, tell: Progress) -> Measures:
    pages: dict[str | None, list[str]] = {}
    for entry in task.entries:
        pages.setdefault(entry.document, []).append(entry.text)
    held: list[float] = []

    def work(question: BenchQuestion) -> None:
        answer = reader.answer(question.text, pages[question.document])
        held.append(float(measures.holds_all(answer, question.tokens, ANSWER_WORDS)))

    seconds = timed(task.questions, work, f"{label}, answers", tell)
    return {"all_tokens": held, "seconds": seconds}


def _refusals(cases: Sequence[RefusalCase], reader: Reader, label: str, tell: Progress) -> Measures:
    sure: list[float] = []
    seconds = timed(
        cases,
        lambda c: sure.append(reader.answerable(c.question, c.title, c.passage)),
        f"{label}, refusals",
        tell,
        lambda c: reader.answerable(c.question, c.title, c.passage),
    )
    return {**decisions("refusal", [c.answerable for c in cases], sure), "seconds": seconds}


def _spans(cases: Sequence[SpanCase], reader: Reader, label: str, tell: Progress) -> Measures:
    f1: list[float] = []
    exact: list[float] = []

    def work(case: SpanCase) -> None:
        start, end = reader.span(case.question, case.paragraph)
        given = case.paragraph[start:end]
        f1.append(measures.best_token_f1(given, case.answers))
        exact.append(measures.exact_match(given, case.answers))

    seconds = timed(cases, work, f"{label}, spans", tell, lambda c: reader.span(c.question, c.paragraph))
    return {"span.f1": f1, "span.exact": exact, "span.seconds": seconds}


def _claims(cases: Sequence[ClaimCase], reader: Reader, label: str, tell: Progress) -> Measures:
    sure: list[float] = []
    seconds = timed(
        cases,
        lambda c: sure.append(reader.support(c.claim, c.sentences)),
        f"{label}, claims",
        tell,
        lambda c: reader.support(c.claim, c.sentences),
    )
    found = decisions("support", [c.label == "supported" for c in cases], sure)
    evidence: Callable[[str, Sequence[str]], Iterable[int]] | None = getattr(reader, "evidence", None)
    judged = [c for c in cases if c.label != "not_supported" and any(c.supporting)]
    if evidence is not None and judged:
        found["sentence_f1"] = [
            measures.set_f1(evidence(c.claim, c.sentences), c.supporting)
            for c in told(judged, f"{label}, evidence", tell)
        ]
    return {**found, "seconds": seconds}
