"""Trains and judges when to refuse: ``kb.answerable`` (one passage) and ``kb.refusal`` (a whole search).

Run it as ``python -m benchmarks.train_refusal --bench FOLDER --home DIR``, the home holding an index of the documents
that the own questions are about. ClapNQ trains ``kb/data/answerable.json``; the own development questions train
``kb/data/refusal.json``; MMLongBench-Doc, whose licence is non-commercial, is only measured on, with weights of its own
folds that are not kept. ``--rows FILE`` keeps the measures, which take minutes to compute.

Operating points, by rule: ClapNQ, the lowest threshold that refuses nine of ten unanswerable ones; own questions, where
the lower of precision and recall of refusing is highest. Both are set on predictions for held-out folds.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.fitting import (
    auroc,
    brier,
    fit,
    held_out,
    interval,
    nested,
    precision_recall,
    predicted,
    refusing,
    reliability,
    surest,
)
from benchmarks.rarity import lines
from benchmarks.train_support import SEEDS, encoders, kept_rows
from kb import answerable
from kb.lexical import tokens
from kb.ownset import FOLDER, QUESTIONS
from kb.ranking import cut
from kb.refusal import Find, observe
from kb.support import ENCODERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.fitting import Floats, Labels
    from kb.scoring import Logistic

ROOT = Path(__file__).parent.parent
OUT = ROOT / "kb" / "data"
REFUSED = 0.9

PASSAGE_WORDS = ("covered", "missing", "prose")
PASSAGE_SENSE = ("passage", "title", "best_two", "words", "mean")
PASSAGE_STRENGTH = 1.0

SEARCH_WORDS = ("held_passage", "held_weight", "absent_names", "no_money", "no_name", "asks_value")
SEARCH_SENSE = (
    *("near", "near_three", "near_passage", "stands_out", "held", "held_weight", "rarest_absent", "absent_names"),
    *("absent_numbers", "no_amount", "no_money", "no_date", "no_name", "asks_value", "asks_sight", "foreign"),
)
"""All but those that the ranker's weights, trained on the same questions, would flatter."""
SEARCH_STRENGTH = 0.1
FULL = (
    *("near", "near_passage", "stands_out", "held_passage", "held_weight", "absent", "rarest_absent", "absent_names"),
    *("absent_numbers", "no_amount", "no_money", "no_date", "no_name", "asks_value", "asks_sight", "asks_several"),
)
"""All measures but the redundant ones: for a set large enough to weigh them, and to tell what the choice costs."""
FULL_STRENGTH = 0.1
READ = 20


def trainer(names: Sequence[str], strength: float, balanced: bool = False) -> Callable[..., Logistic]:
    """A function that fits rows and labels."""

    def train(part: Sequence[Mapping[str, float]], yes: Labels) -> Logistic:
        return fit(part, yes, names, strength, balanced)

    return train


def passage_variants() -> dict[str, tuple[str, ...]]:
    """The measures of each variant of :mod:`kb.answerable`."""
    out = {"words": (*PASSAGE_WORDS, "covered_by_one")}
    for names in ((ENCODERS[0],), (ENCODERS[1],), ENCODERS):
        out["+".join(names)] = (*PASSAGE_WORDS, *(f"{name}_{measure}" for name in names for measure in PASSAGE_SENSE))
    return out


def clapnq(bench: Path, cache: Path, kept: Path | None) -> dict[str, Any]:
    """Prints the figures of ClapNQ; the weights of each variant, trained on all of it."""
    items = lines(bench / "clapnq" / "reader.jsonl.gz")
    labels = np.array([bool(item["answerable"]) for item in items])
    groups = [item["title"] for item in items]

    def make() -> list[dict[str, float]]:
        known = encoders(cache)
        return [
            answerable.features(item["question"], item["title"], item["passage"], known, item["sentences"])
            for item in items
        ]

    rows = kept_rows(kept, "clapnq", make)
    print(f"\nClapNQ: {labels.sum()} answerable, {(~labels).sum()} not; nested, 10 folds by title, seeds {SEEDS}\n")
    print("| variant | measures | AUROC | unanswerable refused (95 %) | accuracy (95 %) | Brier |")
    print("| --- | --: | --: | --- | --- | --: |")
    written = {}
    for name, chosen in passage_variants().items():
        train = trainer(chosen, PASSAGE_STRENGTH)
        runs = [nested(rows, labels, groups, train, refusing(REFUSED), 10, seed) for seed in SEEDS]
        said = runs[0][1]
        refused = interval(lambda at, d=said: float((~d[at])[~labels[at]].mean()), groups)  # type: ignore[misc]
        right = interval(lambda at, d=said: float((d[at] == labels[at]).mean()), groups)  # type: ignore[misc]
        print(
            f"| {name} | {len(chosen)} | {np.mean([auroc(s, labels) for s, _ in runs]):.3f} "
            f"| {np.mean([(~d[~labels]).mean() for _, d in runs]):.3f} ({refused[0]:.3f} to {refused[1]:.3f}) "
            f"| {np.mean([(d == labels).mean() for _, d in runs]):.3f} ({right[0]:.3f} to {right[1]:.3f}) "
            f"| {np.mean([brier(s, labels) for s, _ in runs]):.3f} |",
            flush=True,
        )
        threshold = refusing(REFUSED)(held_out(rows, labels, groups, train, 10, 0), labels)
        written[name] = fit(rows, labels, chosen, PASSAGE_STRENGTH, threshold=threshold).written()
        if name == "+".join(ENCODERS):
            bins(runs[0][0], labels)
    return written


def bins(scores: Floats, labels: Labels) -> None:
    """Prints how well held-out probabilities are kept."""
    shown = "; ".join(f"said {p:.2f}, was {s:.2f} ({n})" for p, s, n in reliability(scores, labels))
    print(f"\nreliability, held out: {shown}; Brier {brier(scores, labels):.3f}\n", flush=True)


def mmlongbench(bench: Path, cache: Path, kept: Path | None) -> None:
    """Prints the figures of MMLongBench-Doc: questions on one known document, a third of them unanswerable."""
    questions = lines(bench / "mmlongbench-pages" / "queries.jsonl.gz")
    labels = np.array([bool(q["metadata"]["answerable"]) for q in questions])
    groups = [q["metadata"]["doc"] for q in questions]

    def make() -> list[dict[str, float]]:
        encoder = encoders(cache)["minilm"]
        held: dict[str, list[str]] = {}
        for page in lines(bench / "mmlongbench-pages" / "corpus.jsonl.gz"):
            held.setdefault(page["metadata"]["doc"], []).extend(cut(page["text"]))
        counts: Counter[str] = Counter()
        for texts in held.values():
            for text in texts:
                counts.update(set(tokens(text)))
        n = sum(map(len, held.values()))
        vectors = {doc: encoder.encode_passages(texts) for doc, texts in held.items() if doc in groups}
        out = []
        for q, doc in zip(questions, groups, strict=True):
            distinct = dict.fromkeys(tokens(q["text"]))
            terms = {t: math.log(1 + (n - counts[t] + 0.5) / (counts[t] + 0.5)) for t in distinct}
            total = sum(terms.values()) or 1.0
            cosines = vectors[doc] @ encoder.encode_query(q["text"])
            cover = np.array([sum(w for t, w in terms.items() if t in set(tokens(p))) for p in held[doc]]) / total
            best = np.argsort(-(cosines + cover), kind="stable")[:READ]
            finds = [Find(held[doc][i], float(cosines[i])) for i in best]
            out.append(observe(q["text"], finds, finds[:5], terms, tokens))
        return out

    rows = kept_rows(kept, "mmlongbench", make)
    print(f"\nMMLongBench-Doc: {labels.sum()} answerable, {(~labels).sum()} not; 10 folds by document\n")
    print("| measures | AUROC (95 %) | where a document has both kinds |")
    print("| --- | --- | --: |")
    both = {d for d in groups if len({bool(y) for y, g in zip(labels, groups, strict=True) if g == d}) == 2}
    mixed = np.array([g in both for g in groups])
    kinds = ("no_amount", "no_money", "no_date", "no_name", "asks_value", "asks_sight", "asks_several")
    for title, names in (
        ("all", FULL),
        ("without the question's kind", tuple(n for n in FULL if n not in kinds)),
        ("the question's kind alone", kinds),
        ("cosine of the best piece alone", ("near",)),
    ):
        train = trainer(names, FULL_STRENGTH)
        runs = [held_out(rows, labels, groups, train, 10, seed) for seed in SEEDS]
        low, high = interval(lambda at, s=runs[0]: auroc(s[at], labels[at]), groups)  # type: ignore[misc]
        inside = np.mean([auroc(s[mixed], labels[mixed]) for s in runs])
        print(
            f"| {title} | {np.mean([auroc(s, labels) for s in runs]):.3f} ({low:.3f} to {high:.3f}) | {inside:.3f} |",
            flush=True,
        )


def own(home: Path | None, kept: Path | None) -> dict[str, Any]:
    """Prints the figures of the own development questions; the weights of both variants, trained on all of them."""
    every = [json.loads(line) for line in (ROOT / "corpus" / FOLDER / QUESTIONS).read_text("utf-8").splitlines()]
    asked = {q["id"]: q for q in every if q["split"] == "dev" and q["kind"] != "reference"}

    def make() -> list[dict[str, Any]]:
        if home is None:
            raise SystemExit("the own questions need --home, or measures kept in --rows")
        return list(search_all(home, list(asked.values())))

    found = [row for row in kept_rows(kept, "own", make) if row["id"] in asked]  # type: ignore[comparison-overlap]
    written: dict[str, Any] = {}
    for name, names in (("sense", SEARCH_SENSE), ("words", SEARCH_WORDS), ("sense, all measures", FULL)):
        chosen: list[Any] = [row for row in found if row["dense"] or name == "words"]
        rows = [row["measures"] for row in chosen]
        labels = np.array([bool(asked[row["id"]]["answerable"]) for row in chosen])
        groups = [asked[row["id"]]["pair"] for row in chosen]
        strength = FULL_STRENGTH if names is FULL else SEARCH_STRENGTH
        train = trainer(names, strength)
        runs = [nested(rows, labels, groups, train, surest, 8, seed) for seed in SEEDS]
        said = runs[0][1]
        pairs = [precision_recall(~d, ~labels) for _, d in runs]
        wide = [
            interval(lambda at, n=n, d=said, y=labels: precision_recall(~d[at], ~y[at])[n], groups)  # type: ignore[misc]
            for n in (0, 1)
        ]
        print(
            f"\nown development questions, {name} ({len(names)} measures): {labels.sum()} answerable, "
            f"{(~labels).sum()} not; nested, 8 folds by pair\n"
            f"AUROC {np.mean([auroc(s, labels) for s, _ in runs]):.3f}; refusal precision "
            f"{np.mean([p for p, _ in pairs]):.3f} ({wide[0][0]:.2f} to {wide[0][1]:.2f}), recall "
            f"{np.mean([r for _, r in pairs]):.3f} ({wide[1][0]:.2f} to {wide[1][1]:.2f})"
        )
        bins(runs[0][0], labels)
        if names is FULL:
            continue
        threshold = surest(held_out(rows, labels, groups, train, 8, 0), labels)
        model = fit(rows, labels, names, strength, threshold=threshold)
        written[name] = model.written()
        for row, score, yes in zip(chosen, predicted(model, rows), labels, strict=True):
            if (score >= threshold) != yes and name == "sense":
                print(f"  {'refused' if yes else 'answered'} at {score:.2f}: {row['id']}")
    return written


def search_all(home: Path, questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The measures of what the index finds for each question that is not a bare reference."""
    from app.evidence import gather
    from app.service import Service
    from kb.references import is_reference
    from kb.types import SearchFilter

    service = Service(home)
    out = []
    for q in questions:
        text = q.get("resolved") or q["text"]
        if is_reference(text, service.catalog):
            continue
        held = gather(service, text, SearchFilter())
        out.append({"id": q["id"], "dense": held.dense, "measures": held.measures})
    return out


def main() -> int:
    """Prints all figures and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the development sets")
    parser.add_argument("--home", type=Path, help="home folder with the index")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for the converted encoder")
    parser.add_argument("--rows", type=Path, help="file that keeps the measures")
    parser.add_argument("--own-only", action="store_true", help="only the own questions, which train refusal.json")
    given = parser.parse_args()
    if not given.own_only:
        written = clapnq(given.bench, given.cache, given.rows)
        (OUT / "answerable.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        mmlongbench(given.bench, given.cache, given.rows)
    (OUT / "refusal.json").write_text(json.dumps(own(given.home, given.rows), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
