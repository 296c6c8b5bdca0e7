"""Trains and measures the decision to refuse, for one passage and for the result of a whole search.

The decisions are ``kb.evaluation.readers.answerable`` (one passage) and ``kb.answering.answerability`` (a search).

Run it as ``python -m benchmarks.training.refusal --bench FOLDER --home DIR --rankers DIR``, the home holding an index
of the documents that the own questions are about. ClapNQ trains ``kb/data/answerable.json``. Our own questions train
``kb/data/refusal.json``: the development half of ``corpus/qrels`` and those of ``benchmarks/questions``, each searched
with a ranker that did not learn from it (``train_ranker --folds DIR``). MMLongBench-Doc, whose licence is
non-commercial, is only measured on, with weights of its own folds that are not kept. ``--rows FILE`` keeps the
measures, which take minutes to compute.

Operating points, by rule: ClapNQ, the lowest threshold that refuses nine of ten unanswerable ones; own questions, where
the lower of precision and recall of refusing is highest over the judged ones. Both are set on predictions for held-out
folds.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.training.background_idf import lines
from benchmarks.training.fitting import (
    auroc,
    brier,
    fit,
    folds,
    held_out,
    interval,
    nested,
    precision_recall,
    predicted,
    refusing,
    reliability,
    surest,
)
from benchmarks.training.support import SEEDS, encoders, kept_rows
from kb.answering.answerability import FeatureSet, Find, answerability_features
from kb.evaluation.questions_own import FOLDER, QUESTIONS
from kb.evaluation.readers import answerable
from kb.evaluation.readers.support import ENCODERS
from kb.retrieval.pieces import cut
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.training.fitting import Floats, Labels
    from kb.models.logistic import Logistic

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "kb" / "data"
REFUSED = 0.9

PASSAGE_WORDS = ("covered", "missing", "prose")
PASSAGE_SENSE = ("passage", "title", "best_two", "words", "mean")
PASSAGE_STRENGTH = 1.0

SEARCH_WORDS = ("held_passage", "held_weight", "absent_names", "no_money", "no_name", "asks_value", "no_counted")
SEARCH_SENSE = (
    *("near", "near_three", "near_passage", "stands_out", "held", "held_weight", "rarest_absent", "absent_names"),
    *("absent_numbers", "no_amount", "no_money", "no_date", "no_name", "asks_value", "asks_sight", "asks_detail"),
    *("no_counted", "foreign"),
)
SEARCH_CATALOG = (
    *(*SEARCH_SENSE, "strange_names", "no_such_unit", "named", "asked"),
    *("adapted", "adapted_three", "tuned", "tuned_three", "share", "share_three"),
)
"""The features of ``SEARCH_SENSE`` and the ranker's scores of the results, from rankers that did not learn from the
question."""
SEARCH_ADDED = ("as_of_catalog", "held_readable", "value_missing", "asks_name", "tuned", "share", "foreign")
"""Corrections of the decision for the catalog's publications, few because the questions for them are few."""
ADDED_STRENGTH = 0.3
MOST_REFUSED = 0.04
"""The share of answerable questions about added documents that may be refused."""
SEARCH_STRENGTH = 0.1
PRIOR_STRENGTH = 0.01
NUMBERS = tuple(f"v{n}" for n in range(384))
"""Names of the numbers of a question's vector."""
WRITTEN = ROOT / "benchmarks" / "questions"
ADDED = (WRITTEN / "added", WRITTEN / "measured" / "other-documents.jsonl")
"""Questions about documents that the other weights never saw: a folder, and the set whose figures are by folds."""
HANDBOOKS = {
    "HR_Policy.pdf": "file-our-staff-handbook-3aab2428",
    "Telecom_Infrastructure_Planning.pdf": "file-telecommunications-interior-infrastructure-60709295",
}
"""Documents of a public set, which are of another kind than those of the catalog, by their ids in an index."""
HANDBOOK_READ = 50
FULL = (
    *("near", "near_passage", "stands_out", "held_passage", "held_weight", "absent", "rarest_absent", "absent_names"),
    *("absent_numbers", "no_amount", "no_money", "no_date", "no_name", "asks_value", "asks_sight", "asks_several"),
)
"""All features except redundant ones, for a set that is large enough to weight them and to show what the choice
costs."""
FULL_STRENGTH = 0.1
READ = 20


def trainer(names: Sequence[str], strength: float, balanced: bool = False) -> Callable[..., Logistic]:
    """A function that fits rows and labels."""

    def train(part: Sequence[Mapping[str, float]], yes: Labels) -> Logistic:
        return fit(part, yes, names, strength, balanced)

    return train


def passage_variants() -> dict[str, tuple[str, ...]]:
    """The measures of each variant of :mod:`kb.evaluation.readers.answerable`."""
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
            answerable.answerable_features(item["question"], item["title"], item["passage"], known, item["sentences"])
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
    """Prints how well the held-out probabilities are calibrated."""
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
            out.append(answerability_features(q["text"], finds, finds[:5], terms, tokens))
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Our questions with their search results: features, labels (answerable), pairs, vectors, and which are judged."""

    rows: list[dict[str, float]]
    labels: Labels
    pairs: list[str]
    vectors: Floats
    judged: Labels

    def some(self, at: Sequence[int]) -> Asked:
        """The rows at some positions."""
        rows, pairs = [self.rows[i] for i in at], [self.pairs[i] for i in at]
        return Asked(rows, self.labels[at], pairs, self.vectors[at], self.judged[at])


def prior(asked: Asked) -> Logistic:
    """A model of the questions that the publications answer, from the question's vector alone."""
    rows = [dict(zip(NUMBERS, map(float, v), strict=True)) for v in asked.vectors]
    return fit(rows, asked.labels, NUMBERS, PRIOR_STRENGTH)


def priors(model: Logistic, vectors: Floats) -> Floats:
    """The log odds that a prior gives."""
    x = (vectors - np.array(model.means)) / np.array(model.scales)
    return x @ np.array(model.weights) + model.bias


def with_priors(asked: Asked, values: Floats) -> list[dict[str, float]]:
    """The measures with those of a prior."""
    return [{**row, "asked": float(v)} for row, v in zip(asked.rows, values, strict=True)]


def learn(asked: Asked, names: Sequence[str], seed: int = 0) -> tuple[Logistic, Logistic | None]:
    """The decision over some questions, and the prior that it uses, if any.

    The decision is trained on priors that did not see the question. Its threshold maximises the lower of precision and
    recall of refusing over the judged questions, whose shares are those that are to be expected.
    """
    rows, last = asked.rows, None
    if "asked" in names:
        values = np.zeros(len(asked.labels))
        for seen, unseen in folds(asked.labels, asked.pairs, 5, seed + 1):
            values[unseen] = priors(prior(asked.some(seen)), asked.vectors[unseen])
        rows, last = with_priors(asked, values), prior(asked)
    train = trainer(names, SEARCH_STRENGTH)
    scores = held_out(rows, asked.labels, asked.pairs, train, 5, seed + 2)
    at = asked.judged if asked.judged.any() else np.ones(len(scores), dtype=bool)
    threshold = surest(scores[at], asked.labels[at])
    return fit(rows, asked.labels, names, SEARCH_STRENGTH, threshold=threshold), last


def decide(asked: Asked, model: Logistic, last: Logistic | None) -> Floats:
    """The probability of each question that its search results answer it."""
    return predicted(model, asked.rows if last is None else with_priors(asked, priors(last, asked.vectors)))


def own(home: Path | None, kept: Path | None, rankers: Path | None) -> dict[str, Any]:
    """Prints the figures of our own questions; the weights of each basis, trained on all of them."""
    every = our_questions()

    def make() -> list[dict[str, Any]]:
        if home is None:
            raise SystemExit("the own questions need --home, or measures kept in --rows")
        return list(search_all(home, every, rankers))

    found = {row["id"]: row for row in kept_rows(kept, "own", make)}  # type: ignore[index]
    written: dict[str, Any] = {}
    for basis, names in (
        (FeatureSet.WORDS, SEARCH_WORDS),
        (FeatureSet.SENSE, SEARCH_SENSE),
        (FeatureSet.CATALOG, SEARCH_CATALOG),
    ):
        chosen = [q for q in every if q["id"] in found and (found[q["id"]]["dense"] or basis is FeatureSet.WORDS)]
        asked = Asked(
            [found[q["id"]]["measures"] for q in chosen],
            np.array([q["answerable"] for q in chosen]),
            [q["pair"] for q in chosen],
            np.array([found[q["id"]]["vector"] or [0.0] * len(NUMBERS) for q in chosen]),
            np.array([q["judged"] for q in chosen]),
        )
        show(basis, asked, names)
        if basis is FeatureSet.CATALOG:
            unseen = asked.judged
            model, last = learn(asked.some(np.flatnonzero(~unseen)), names)
            part = asked.some(np.flatnonzero(unseen))
            scores = decide(part, model, last)
            print(f"the judged ones by weights of the written ones alone: AUROC {auroc(scores, part.labels):.3f}")
        model, last = learn(asked, names)
        written[basis.value] = model.written()
        if last is not None:
            weights = np.array(last.weights) / np.array(last.scales)
            constant = last.bias - float(weights @ np.array(last.means))
            written["asked"] = [float(f"{x:.5g}") for x in (*weights, constant)]
    return written


def added_questions(bench: Path) -> list[dict[str, Any]]:
    """The questions about documents that the weights for the catalog never saw: our own, and :data:`HANDBOOK_READ` of
    the public ones about two handbooks, all of which have an answer."""
    files = [*sorted(ADDED[0].glob("*.jsonl")), ADDED[1]]
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    out = [{**row, "id": f"{row['pair']}-{row['lang']}", "answerable": bool(row["units"])} for row in rows]
    public = sorted(lines(bench / "h2o-token-presence" / "queries.jsonl.gz"), key=lambda q: q["_id"])
    public = [q for q in public if q["metadata"]["doc"] in HANDBOOKS][:HANDBOOK_READ]
    return out + [
        {"id": f"h2o-{q['_id']}", "pair": f"h2o-{q['_id']}", "lang": "en", "text": q["text"], "answerable": True}
        | {"document": HANDBOOKS[q["metadata"]["doc"]]}
        for q in public
    ]


def refusing_few(scores: Floats, labels: Labels) -> float:
    """The highest threshold that at most the share :data:`MOST_REFUSED` of the positives is below."""
    positives = np.sort(scores[labels])
    allowed = int(MOST_REFUSED * len(positives))
    return float((positives[allowed] + positives[max(allowed - 1, 0)]) / 2)


def asked_of(home: Path, questions: Sequence[Mapping[str, Any]], is_first: bool) -> list[dict[str, Any]]:
    """The measures of the questions whose document a home has; of the first home also those that name none."""
    from kb.knowledge_base import KnowledgeBase

    here = {d.edition.doc_id for d in KnowledgeBase.open(home).library().store.documents}
    return search_all(
        home, [q for q in questions if q.get("document") in here or (is_first and "document" not in q)], None
    )


def added(bench: Path, homes: Sequence[Path], kept: Path | None) -> dict[str, Any]:
    """Prints the figures of the questions about added documents, each document held out in turn; the weights."""
    questions = added_questions(bench)
    found: dict[Any, Any] = {
        row["id"]: row
        for n, home in enumerate(homes)
        for row in kept_rows(kept, f"added {n}", lambda home=home, n=n: asked_of(home, questions, n == 0))
    }
    chosen = [q for q in questions if q["id"] in found]
    rows = [found[q["id"]]["measures"] for q in chosen]
    labels = np.array([q["answerable"] for q in chosen])
    documents = [q.get("document") or found[q["id"]]["first"] for q in chosen]
    train = trainer(SEARCH_ADDED, ADDED_STRENGTH)
    scores = np.zeros(len(rows))
    said = np.zeros(len(rows), dtype=bool)
    for document in sorted(set(documents)):
        seen = [n for n, d in enumerate(documents) if d != document]
        unseen = [n for n, d in enumerate(documents) if d == document]
        model = train([rows[n] for n in seen], labels[seen])
        scores[unseen] = predicted(model, [rows[n] for n in unseen])
        others = sorted({documents[n] for n in seen})
        inner = np.zeros(len(rows))
        for other in others:
            rest = [n for n in seen if documents[n] != other]
            part = [n for n in seen if documents[n] == other]
            inner[part] = predicted(train([rows[n] for n in rest], labels[rest]), [rows[n] for n in part])
        said[unseen] = scores[unseen] >= refusing_few(inner[seen], labels[seen])
    languages = np.array([q["lang"] for q in chosen])
    sources = np.array([q["pair"].split("-")[0] for q in chosen])
    print(
        f"\nadded: {len(rows)} questions, {(~labels).sum()} without an answer, {len(set(documents))} documents in turn"
    )
    print(f"AUROC {auroc(scores, labels):.3f}")
    for source in sorted(set(sources)):
        at = sources == source
        precision, recall = precision_recall(~said[at], ~labels[at])
        print(f"{source}: refusal precision {precision:.3f}, recall {recall:.3f} of {(at & ~labels).sum()}")
    for lang in ("en", "ko"):
        at = (languages == lang) & labels
        print(f"{lang}: answerable refused {(~said[at]).mean():.3f} of {at.sum()}")
    bins(scores, labels)
    threshold = refusing_few(scores, labels)
    return fit(rows, labels, SEARCH_ADDED, ADDED_STRENGTH, threshold=threshold).written()


def learned(home: Path) -> list[str]:
    """The editions that the own questions are about, with their successors, predecessors and renditions."""
    from kb.knowledge_base import KnowledgeBase

    library = KnowledgeBase.open(home).library()
    units = {unit for q in our_questions() for unit in q.get("units", ())}
    out = {e.doc_id for e in library.catalog.editions if any(u.startswith(f"{e.urn}:") for u in units)}
    while True:
        near = {
            e.doc_id
            for e in library.catalog.editions
            if {e.supersedes, e.superseded_by, e.rendition_of, e.consolidation_of} & out
        }
        if near <= out:
            return sorted(out)
        out |= near


def show(basis: FeatureSet, asked: Asked, names: Sequence[str]) -> None:
    """Prints the figures of a feature set on held-out questions, over all and over the judged ones."""
    figures = []
    first: tuple[Floats, Labels] | None = None
    for seed in SEEDS:
        scores, said = np.zeros(len(asked.labels)), np.zeros(len(asked.labels), dtype=bool)
        for seen, unseen in folds(asked.labels, asked.pairs, 8, seed):
            model, last = learn(asked.some(seen), names, seed)
            scores[unseen] = decide(asked.some(unseen), model, last)
            said[unseen] = scores[unseen] >= model.threshold
        first = first or (scores, said)
        for part in (asked.judged, np.ones(len(said), dtype=bool)):
            figures.append(
                (auroc(scores[part], asked.labels[part]), *precision_recall(~said[part], ~asked.labels[part]))
            )
    judged, everything = np.mean(figures[::2], axis=0), np.mean(figures[1::2], axis=0)
    assert first is not None
    scores, said = first
    at = np.flatnonzero(asked.judged)
    wide = [
        interval(
            lambda rows, n=n: precision_recall(~said[at[rows]], ~asked.labels[at[rows]])[n],  # type: ignore[misc]
            [asked.pairs[i] for i in at],
        )
        for n in (0, 1)
    ]
    print(
        f"\n{basis.value} ({len(names)} measures), {asked.judged.sum()} judged questions, "
        f"{(asked.judged & ~asked.labels).sum()} of them without an answer; nested, 8 folds by pair\n"
        f"AUROC {judged[0]:.3f}; refusal precision {judged[1]:.3f} ({wide[0][0]:.2f} to {wide[0][1]:.2f}), "
        f"recall {judged[2]:.3f} ({wide[1][0]:.2f} to {wide[1][1]:.2f})\n"
        f"all {len(asked.labels)}, {(~asked.labels).sum()} without an answer: AUROC {everything[0]:.3f}; "
        f"refusal precision {everything[1]:.3f}, recall {everything[2]:.3f}"
    )
    bins(scores[at], asked.labels[at])


def our_questions() -> list[dict[str, Any]]:
    """The development questions of ``corpus/qrels``, which are judged, and those of ``benchmarks/questions``."""
    every = [json.loads(line) for line in (ROOT / "corpus" / FOLDER / QUESTIONS).read_text("utf-8").splitlines()]
    out = [
        {**q, "text": q.get("resolved") or q["text"], "judged": True}
        for q in every
        if q["split"] == "dev" and q["kind"] != "reference"
    ]
    for file in sorted(WRITTEN.glob("*.jsonl")):
        for row in map(json.loads, file.read_text("utf-8").splitlines()):
            out.append({**row, "id": f"{row['pair']}-{row['lang']}", "answerable": bool(row["units"]), "judged": False})
    return out


def search_all(home: Path, questions: Sequence[Mapping[str, Any]], rankers: Path | None) -> list[dict[str, Any]]:
    """The features of the search results for each question that is not only a reference.

    With ``rankers``, a folder with the ranker of each fold, a question is searched with the one that did not learn from
    it.
    """
    from benchmarks.training.ranker import fold_of
    from kb.answering.evidence import collect_evidence
    from kb.knowledge_base import KnowledgeBase
    from kb.models.encoder import SentenceEncoder
    from kb.models.models import Models
    from kb.models.ranker import read_ranker
    from kb.query.query import read_query
    from kb.retrieval.search import encode

    library = KnowledgeBase.open(home).library()
    encoder = SentenceEncoder("e5", cache=home / "cache" / "encoders")
    plain = Models(encoder)
    of_fold = []
    for path in sorted(rankers.glob("ranker-*.npz")) if rankers else ():
        with path.open("rb") as file:
            of_fold.append(Models(encoder, ranker=read_ranker(file)))
    out = []
    for q in questions:
        query = read_query(library, q["text"])
        if query.is_reference:
            continue
        models = of_fold[fold_of(q["pair"])] if of_fold else plain
        evidence = collect_evidence(library, models, query)
        vector = encode(query, models, library.store.manifest["encoder"], library.store.korean)[0].vector
        told = vector.tolist() if vector is not None else None
        dense = evidence.feature_set is not FeatureSet.WORDS
        first = evidence.found[0].passage.doc_id if evidence.found else ""
        out.append({"id": q["id"], "dense": dense, "measures": evidence.features, "vector": told, "first": first})
    return out


def main() -> int:
    """Prints all figures and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the development sets")
    parser.add_argument("--home", type=Path, help="home folder with the index")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for the converted encoder")
    parser.add_argument("--rows", type=Path, help="file that keeps the measures")
    parser.add_argument("--rankers", type=Path, help="folder of the folds' rankers (train_ranker --folds)")
    parser.add_argument("--own-only", action="store_true", help="only the own questions, which train refusal.json")
    parser.add_argument("--added-only", action="store_true", help="only the last weights, for added documents")
    parser.add_argument("--handbooks", type=Path, help="home folder with the handbooks of the added questions")
    given = parser.parse_args()
    if given.added_only:
        homes = [home for home in (given.home, given.handbooks) if home is not None]
        weights = json.loads((OUT / "refusal.json").read_text("utf-8"))
        weights |= {FeatureSet.ADDED.value: added(given.bench, homes, given.rows), "learned": learned(given.home)}
        (OUT / "refusal.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
        return 0
    if not given.own_only:
        written = clapnq(given.bench, given.cache, given.rows)
        (OUT / "answerable.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        mmlongbench(given.bench, given.cache, given.rows)
    kept = json.loads((OUT / "refusal.json").read_text("utf-8"))
    weights = {**own(given.home, given.rows, given.rankers), **{key: kept[key] for key in ("added", "learned")}}
    (OUT / "refusal.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
