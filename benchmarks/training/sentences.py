"""Trains the learned choice of sentences (:mod:`kb.answering.sentence_choice`) and measures it by cross-validation.

    python -m benchmarks.training.sentences --own HOME [--added HOME --bench DIR] [--share N] [--write]

``--own`` is a home whose index holds the documents of ``corpus/qrels`` and ``benchmarks/questions``: the development
half of the former (a sentence is right where a judged place is) and one pair in ``--share`` of the latter (any
sentence of a judged unit may be the right one). ``--added`` is a home with documents that no ranker has seen, those
of the set h2o-token-presence in ``--bench``: a sentence is as right as it holds the words of the reference answer.

Questions fall into three folds, by their pair or their document. The model is linear; its loss is the softmax over
the sentences of one question. Only the cross-validated figures speak for the weights that ``--write`` saves, which
have seen all questions.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.models import models_of
from app.settings import load_settings
from benchmarks.training.ranker import written
from kb import KnowledgeBase, data
from kb.answering.evidence import collect_evidence
from kb.answering.sentence_features import CHOSEN_BY, choice_features
from kb.catalog.catalog import corpus_dir
from kb.evaluation.runner_own import load_own, spots
from kb.query.query import read_query
from kb.types import SearchFilter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.answering.evidence import Evidence
    from kb.types import Array

FOLDS = 3
STEPS = 150
RATE = 0.02
HELD_BACK = 0.1
"""The strength of the penalty that keeps the weights near those of the weighted sum, because there are few
questions."""
PRIOR = 21 * np.array([0.4, 0.1, 0.5, -0.3, 0, 0, 0, 0])
"""The weighted sum (:attr:`kb.answering.sentence_selection.SentenceCandidate.weighted`) as log odds: the factor is the
one that fits best."""
SHARPNESS = 0.07
"""How sharply the target prefers the sentence that holds most words of a reference answer."""
LEAST_HELD, AS_GOOD = 0.45, 0.75
"""How much of a reference answer the best sentence must hold, and the share of it from which another one is as good."""
H2O = "h2o-token-presence"
OUT = Path(data.__file__).parent / "sentences.json"


@dataclass(slots=True)
class SentencesOf:
    """The sentences found for a question: the features of each, how right it is, and its score by the weighted sum.

    ``target`` is a distribution over the sentences; ``None`` where any sentence with a worth of 1 may be chosen.
    """

    name: str
    group: str
    features: Array
    worth: Array
    before: Array
    target: Array | None = None

    def is_right(self, scores: Array) -> bool:
        """Whether the sentence with the best score is a right one."""
        return bool(self.worth[int(np.argmax(scores))] >= AS_GOOD * self.worth.max())


# --- questions


def judged_places(base: KnowledgeBase, share: int) -> Iterator[tuple[str, str, str, list[tuple[str, int, int]]]]:
    """Our own questions: set, group, text, and the judged places (document, start, end)."""
    library = base.library()
    own = load_own(corpus_dir() / "qrels", "dev")
    for q in own.questions:
        found, _ = spots(library, own.of(q.id))
        if q.kind != "reference" and q.answerable:
            yield f"judged.{q.lang}", q.pair, q.alone, [(s.doc_id, s.start, s.end) for s in found if s.grade == 2]
    for row in written():
        if digest(row["pair"]) % share == 0:
            units = [u for name in row["units"] for u in library.store.unit(name)]
            places = [(u.doc_id, u.span.start, u.span.end) for u in units]
            yield f"written.{row['lang']}", row["pair"], row["text"], places


def asked_of_own(base: KnowledgeBase, share: int) -> list[SentencesOf]:
    """Our own questions that are answered among the sentences found."""
    out = []
    for name, group, text, places in judged_places(base, share):
        library = base.library()
        query = read_query(library, text)
        if query.is_reference or not places:
            continue
        evidence = collect_evidence(library, base.models(), query)
        right = [
            float(any(c.doc_id == d and c.span.start < b and a < c.span.end for d, a, b in places))
            for c in evidence.sentences
        ]
        if any(right):
            out.append(made(name, group, text, evidence, np.array(right)))
    return out


def asked_of_added(base: KnowledgeBase, bench: Path) -> list[SentencesOf]:
    """The questions of the set with required strings whose document is in the index, each with that document."""
    library = base.library()
    out = []
    with gzip.open(bench / H2O / "queries.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        file_name = str(row["metadata"]["doc"])
        doc_id = next((d.doc_id for d in library.store.documents if Path(d.source).name == file_name), None)
        if doc_id is None:
            continue
        query = read_query(library, row["text"], SearchFilter(doc_ids=(doc_id,)))
        evidence = collect_evidence(library, base.models(), query)
        asked, reference = set(library.store.terms(row["text"])), set(library.store.terms(row["reference"]))
        worth = np.array([_held(reference, asked, set(library.store.terms(c.words))) for c in evidence.sentences])
        if not len(worth) or worth.max() < LEAST_HELD:
            continue
        target = np.where(worth >= 0.6 * worth.max(), np.exp((worth - worth.max()) / SHARPNESS), 0.0)
        question = made("added.en", file_name, row["text"], evidence, worth)
        question.target = target / target.sum()
        out.append(question)
    return out


def _held(reference: set[str], asked: set[str], words: set[str]) -> float:
    """The share of a reference answer that a sentence has: of the words that the question lacks, and of all."""
    new = reference - asked or reference
    both = len(reference & words)
    return 0.5 * len(new & words) / max(len(new), 1) + both / max(len(reference) + len(words), 1)


def made(name: str, group: str, text: str, evidence: Evidence, worth: Array) -> SentencesOf:
    """The record of a question, from the evidence for it."""
    features = choice_features(text, evidence.sentences, evidence.terms)
    return SentencesOf(name, group, features, worth, np.array([c.weighted for c in evidence.sentences]))


# --- training


def trained(questions: Sequence[SentencesOf]) -> Array:
    """Weights trained on questions by Adam on the softmax loss, with a penalty on the distance from those of the
    weighted sum."""
    scales = np.vstack([q.features for q in questions]).std(axis=0)
    scales = np.where(scales > 1e-9, scales, 1.0)
    prior = PRIOR * scales
    weights, first, second = prior.copy(), np.zeros(len(CHOSEN_BY)), np.zeros(len(CHOSEN_BY))
    for step in range(1, STEPS + 1):
        slope = HELD_BACK * (weights - prior)
        for q in questions:
            slope = slope + _slope(q, q.features / scales, weights) / len(questions)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope * slope
        weights = weights - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    out: Array = weights / scales
    return out


def _slope(question: SentencesOf, x: Array, weights: Array) -> Array:
    """The slope of the loss of one question."""
    odds = x @ weights
    share = np.exp(odds - odds.max())
    share /= share.sum()
    wanted = question.target
    if wanted is None:
        wanted = share * (question.worth > 0)
        wanted = wanted / max(wanted.sum(), 1e-12)
    out: Array = x.T @ (share - wanted)
    return out


def digest(group: str) -> int:
    """A number of a group's name that is the same on every machine."""
    return int(hashlib.sha256(group.encode("utf-8")).hexdigest(), 16)


def crossed(questions: Sequence[SentencesOf]) -> dict[str, tuple[int, float, float]]:
    """For each set: its questions, the share whose first sentence is right by the weighted sum, and by weights that did
    not see them."""
    right: dict[str, list[tuple[bool, bool]]] = {}
    for fold in range(FOLDS):
        weights = trained([q for q in questions if digest(q.group) % FOLDS != fold])
        for q in questions:
            if digest(q.group) % FOLDS == fold:
                right.setdefault(q.name, []).append((q.is_right(q.before), q.is_right(q.features @ weights)))
    return {
        name: (len(pairs), float(np.mean([a for a, _ in pairs])), float(np.mean([b for _, b in pairs])))
        for name, pairs in sorted(right.items())
    }


def main() -> int:
    """Prints the cross-validated figures and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--own", type=Path, required=True, help="home with the index of our own documents")
    parser.add_argument("--added", type=Path, help=f"home with the documents of {H2O}")
    parser.add_argument("--bench", type=Path, help="folder of the development sets, for --added")
    parser.add_argument("--share", type=int, default=4, help="one pair of written questions in so many is asked")
    parser.add_argument("--write", action="store_true", help="write the weights")
    given = parser.parse_args()
    questions = asked_of_own(base_of(given.own), given.share)
    if given.added and given.bench:
        questions += asked_of_added(base_of(given.added), given.bench)
    for name, (n, before, after) in crossed(questions).items():
        sys.stdout.write(f"{name}\t{n}\tweighted sum {before:.3f}\tlearned {after:.3f}\n")
    if given.write:
        rounded = [float(f"{w:.4g}") for w in trained(questions)]
        OUT.write_text(json.dumps({"names": list(CHOSEN_BY), "weights": rounded}, indent=1) + "\n", encoding="utf-8")
    return 0


def base_of(home: Path) -> KnowledgeBase:
    """The knowledge base of a home."""
    return KnowledgeBase.open(home, partial(models_of, load_settings({"home": str(home)}).settings))


if __name__ == "__main__":
    sys.exit(main())
