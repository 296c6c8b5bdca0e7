"""Trains the ranker of :mod:`kb.retrieval.ranker` on development sets, and says by cross-validation what it is worth.

    python -m benchmarks.training.ranker --bench DIR [--home DIR] [--own DIR] [--write] [--folds DIR] [--ablate]
    python -m benchmarks.training.ranker --bench DIR [--home DIR] [--own DIR] --judge DIR

Every set of DIR with judgements takes part, and with ``--own``, a home with an index, our own: the development half of
``corpus/qrels``, and the questions of ``benchmarks/questions``, over passages and over the AI Act's whole articles. All
count alike up to 600 questions. Questions fall into three folds by a hash of their text, of their pair where they
stand in two languages, or of their document where the set names one, so that no document is in two folds. For
each fold a bend, a tuning with a bend of its own (:mod:`benchmarks.training.tuning`) and networks are trained on the
other two. No network must learn from spaces that saw its own questions, so each question's bent cosines come from
spaces trained without its fold (and without the fold held out). With ``--write`` both are then trained on all three
folds and saved; those weights have seen every question here, and only the cross-validated figures speak for them.

A network: one hidden layer beside a linear part, softmax over each question's candidates. Three see the bend and three
the tuning, 0.6 and 0.4 of the score: the tuning is better where questions are of a kind it has seen, worse elsewhere.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from app.service import Service
from app.settings import load as load_settings
from benchmarks.training.sets import (
    FOLDS,
    Set,
    own_questions,
    prepare,
    prepare_index,
    written_on_articles,
    written_on_index,
)
from benchmarks.training.tuning import Tower, Tuned, batches, bend_of, loss_of, new_bend, train
from kb import data
from kb.evaluation import questions_sets
from kb.models.encoder import SentenceEncoder
from kb.retrieval.candidates import CandidateFeatures, best_first, untrained_scores
from kb.retrieval.features import min_max, reciprocal_ranks
from kb.retrieval.query_vectors import make_query, query_vectors, with_vectors
from kb.retrieval.ranker import FEATURES, LAYERS, LowRankAdapter, ranker_of, read_ranker
from kb.retrieval.ranker import TUNED as TUNED_PREFIX

if TYPE_CHECKING:
    pass

MEASURE_ONLY = ("financebench-pages", "mmlongbench-pages")
"""Sets for non-commercial use: they are measured on, and no weight that ships has seen them."""
BEND_PASSES = 7
HIDDEN = 64
NET_PASSES = 10
SEEDS = (0, 1, 2)
MOST_QUESTIONS = 600
"""A set's weight in the loss of the network is that of at most so many questions."""
BENT, TUNED = (tuple(FEATURES.index(f"{space}{end}") for end in ("", "_rank", "_raw")) for space in ("bent", "tuned"))
SHARES = ((BENT, 0.6), (TUNED, 0.4))
"""Networks see one of the two bent spaces; this much of the score is of each."""
WEIGHTS = Path(data.__file__).parent / "ranker.npz"
RESULTS = Path(__file__).parent.parent / "results" / "ranker.json"
torch.set_num_threads(2)


# --- the bent spaces


def train_bend(sets: list[Set], folds: tuple[int, ...], seed: int = 0) -> LowRankAdapter:
    """A bend of the encoder's own space from the questions of some folds."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    bend = new_bend(sets[0].vectors.shape[1])
    optimiser = torch.optim.AdamW(bend, lr=1.5e-3, weight_decay=0.02)
    held = [(torch.tensor(s.vectors), torch.tensor(s.questions)) for s in sets]
    for _ in range(BEND_PASSES):
        for number, questions in batches(sets, folds, rng):
            passages, vectors = held[number]
            loss = loss_of(bend, vectors[questions], passages, sets[number], questions, rng)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return bend_of(bend)


@dataclass(slots=True)
class View:
    """What was learned from some folds, with the questions of each set in both spaces, by the set's name."""

    bend: LowRankAdapter
    tuned: Tuned
    questions: dict[str, tuple[Any, Any]]


def view(tower: Tower, sets: list[Set], training: list[int], folds: tuple[int, ...]) -> View:
    """Trained on some folds; the vectors of every question."""
    learnt = [sets[n] for n in training]
    bend, tuned = train_bend(learnt, folds), train(tower, learnt, folds)
    asked = {s.name: (bend.of_question(s.questions), tuned.bend.of_question(tower.encode_all(s.texts))) for s in sets}
    return View(bend, tuned, asked)


def bent_columns(s: Set, views: list[View], which: Any) -> Any:
    """``(n, 6)``: the features of both spaces of every candidate, :data:`BENT` and :data:`TUNED`; question *i* by
    ``views[which[i]]``."""
    spaces = [
        list(
            zip(v.questions[s.name], (v.bend.of_passages(s.vectors), v.tuned.bend.of_passages(s.vectors)), strict=True)
        )
        for v in views
    ]
    first = np.searchsorted(s.owner, s.rows, "left")
    last = np.searchsorted(s.owner, s.rows, "right")
    out = np.zeros((len(s.rows), 6), np.float32)
    for i in range(len(s.fold)):
        a, b = s.start[i], s.start[i + 1]
        if a == b:
            continue
        pieces = np.concatenate([np.arange(x, y) for x, y in zip(first[a:b], last[a:b], strict=True)])
        starts = np.concatenate([[0], np.cumsum(last[a:b] - first[a:b])[:-1]])
        for n, (questions, passages) in enumerate(spaces[which[i]]):
            raw = np.maximum.reduceat(passages[pieces] @ questions[i], starts)
            out[a:b, 3 * n : 3 * n + 3] = np.stack([min_max(raw), reciprocal_ranks(raw), raw], 1)
    return out


# --- the network


def train_net(sets: list[Set], features: list[Any], folds: tuple[int, ...], columns: Any, seed: int) -> dict[str, Any]:
    """The arrays of a network trained on some folds; columns left out are 0 in it."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    mean = np.concatenate(features).mean(0)
    scale = np.concatenate(features).std(0) + 1e-2
    keep = np.zeros(len(mean), np.float32)
    keep[columns] = 1
    linear = torch.zeros(len(mean), requires_grad=True)
    hidden = torch.zeros(len(mean), HIDDEN).normal_(0, len(mean) ** -0.5).requires_grad_()
    bias = torch.zeros(HIDDEN, requires_grad=True)
    out = torch.zeros(HIDDEN, requires_grad=True)
    optimiser = torch.optim.AdamW([linear, hidden, bias, out], lr=3e-3, weight_decay=1e-3)
    items = []
    for number, s in enumerate(sets):
        ends = list(zip(s.start[:-1], s.start[1:], strict=True))
        mine = [i for i, (a, b) in enumerate(ends) if s.fold[i] in folds and s.relevance[a:b].sum() > 0]
        items += [(number, i, min(1.0, MOST_QUESTIONS / len(mine))) for i in mine]
    for _ in range(NET_PASSES):
        perm = rng.permutation(len(items))
        for at in range(0, len(perm), 64):
            batch = [items[j] for j in perm[at : at + 64]]
            x = np.concatenate([features[n][sets[n].start[i] : sets[n].start[i + 1]] for n, i, _ in batch])
            z = torch.tensor(np.clip((x - mean) / scale, -8, 8) * keep)
            h = torch.nn.functional.gelu(z @ hidden + bias, approximate="tanh")
            scores = z @ linear + h @ out
            loss, begin, total = torch.zeros(()), 0, 0.0
            for n, i, weight in batch:
                s = sets[n]
                relevance = torch.tensor(s.relevance[s.start[i] : s.start[i + 1]])
                mine = torch.log_softmax(scores[begin : begin + len(relevance)], 0)
                begin += len(relevance)
                loss = loss - weight * (mine * relevance / relevance.sum()).sum()
                total += weight
            loss = loss / total
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    arrays = {"mean": mean, "scale": scale, "linear": linear.detach().numpy() * keep}
    arrays["hidden"] = hidden.detach().numpy() * keep[:, None]
    return {**arrays, "hidden_bias": bias.detach().numpy(), "out": out.detach().numpy()}


def train_nets(
    sets: list[Set], features: list[Any], folds: tuple[int, ...], columns: Any, seeds: Any = SEEDS
) -> dict[str, Any]:
    """The arrays of the networks of both spaces as one; a space of which no column is given has none."""
    shares = [(space, share) for space, share in SHARES if np.isin(space, columns).all()] or [((), 1.0)]
    nets, weights = [], []
    for space, share in shares:
        others = [c for other, _ in shares for c in other if c not in space]
        mine = np.setdiff1d(columns, others)
        nets += [train_net(sets, features, folds, mine, seed) for seed in seeds]
        weights += [share / len(seeds) / sum(w for _, w in shares)] * len(seeds)
    return summed(nets, weights)


def summed(nets: list[dict[str, Any]], weights: list[float]) -> dict[str, Any]:
    """Several networks as one: the weighted sum of their scores."""
    return {
        "mean": nets[0]["mean"],
        "scale": nets[0]["scale"],
        "linear": sum(w * net["linear"] for net, w in zip(nets, weights, strict=True)),
        "hidden": np.concatenate([net["hidden"] for net in nets], axis=1),
        "hidden_bias": np.concatenate([net["hidden_bias"] for net in nets]),
        "out": np.concatenate([w * net["out"] for net, w in zip(nets, weights, strict=True)]),
    }


# --- figures


def measures(ranked: Any, gains: list[int]) -> dict[str, float]:
    """Of one question: the gains of its ten best, in order."""
    n = len(gains)
    hits = ranked[:10] > 0
    precision = np.cumsum(hits) / (1 + np.arange(len(hits)))
    discount = 1 / np.log2(2 + np.arange(10))
    ideal = np.sort(gains)[::-1][:10]
    return {
        "R@1": hits[:1].sum() / n,
        "R@5": hits[:5].sum() / n,
        "R@10": hits.sum() / n,
        "MAP@10": float((precision * hits).sum() / n),
        "nDCG@10": float((ranked[:10] * discount[: len(hits)]).sum() / (ideal * discount[: len(ideal)]).sum()),
        "MRR@10": float(next((1 / (k + 1) for k, h in enumerate(hits) if h), 0.0)),
    }


def evaluate(s: Set, features: Any, scorer: Any, chosen: Any) -> list[dict[str, float]]:
    """The measures of some questions."""
    out = []
    for i in chosen:
        a, b = s.start[i], s.start[i + 1]
        scores = scorer(features[a:b])
        at = best_first(scores, s.rows[a:b])[:10]
        out.append(measures(s.relevance[a:b][at], s.gains[i]))
    return out


def judged(folder: Path, encoder: SentenceEncoder, sets: list[Set]) -> dict[str, dict[str, float]]:
    """The measures of each fold's questions by the ranker that did not learn from them."""
    found: dict[str, list[dict[str, float]]] = {s.name: [] for s in sets}
    for k in range(FOLDS):
        with (folder / f"ranker-{k}.npz").open("rb") as file:
            ranker = read_ranker(file)
        for s in sets:
            mine = np.flatnonzero(s.fold == k)
            tuned = np.zeros_like(s.questions)
            for i in mine:
                vectors = query_vectors(encoder, s.texts[i], ranker)
                tuned[i] = with_vectors(make_query("", None), s.texts[i], *vectors).tuned
            asked = ranker.bend.of_question(s.questions), ranker.tuned_bend.of_question(tuned)
            features = s.features.copy()
            own = View(ranker.bend, Tuned({}, ranker.tuned_bend), {s.name: asked})
            features[:, BENT + TUNED] = bent_columns(s, [own], np.zeros_like(s.fold))
            found[s.name] += evaluate(s, features, ranker.scores, mine)
    return {name: mean_of(rows) for name, rows in found.items()}


def mean_of(found: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each measure."""
    return {name: float(np.mean([f[name] for f in found])) for name in found[0]}


def plain_scores(x: Any) -> Any:
    """The untrained order."""
    return untrained_scores(CandidateFeatures(np.arange(len(x)), x))


def save(path: Path, encoder: str, bend: LowRankAdapter, tuned: Tuned, net: dict[str, Any]) -> None:
    """Writes a ranker as :func:`kb.retrieval.ranker.read_ranker` reads it."""
    small = {LAYERS + name: array for name, array in tuned.arrays.items()}
    for of, b in (("", bend), (TUNED_PREFIX, tuned.bend)):
        small |= {f"{of}question_in": b.question[0], f"{of}question_out": b.question[1]}
        small |= {f"{of}passage_in": b.passage[0], f"{of}passage_out": b.passage[1]}
    arrays = {name: np.asarray(a, np.float16) for name, a in small.items()}
    arrays |= {name: np.asarray(a, np.float32) for name, a in net.items()}
    path.parent.mkdir(exist_ok=True, parents=True)
    np.savez_compressed(path, encoder=np.array(encoder), **arrays)
    print(f"{path.name}: {path.stat().st_size} bytes")


def main() -> None:
    """Trains, prints, and with ``--write`` saves."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--home", type=Path, default=None, help="where converted encoders and vectors are kept")
    parser.add_argument("--own", type=Path, default=None, help="home with an index: our own questions take part")
    parser.add_argument("--only", nargs="*", default=None, help="sets by name")
    parser.add_argument("--measure-only", nargs="*", default=list(MEASURE_ONLY), help="sets that train nothing")
    parser.add_argument("--write", action="store_true", help=f"save to {WEIGHTS.name}")
    parser.add_argument("--folds", type=Path, help="folder for the rankers of the folds: each has not seen its fold")
    parser.add_argument("--judge", type=Path, help="train nothing: the figures of rankers that --folds wrote")
    parser.add_argument("--ablate", action="store_true", help="leave one group of features out at a time")
    parser.add_argument("--leave-out", action="store_true", help="train without each set in turn, as for a new kind")
    options = parser.parse_args()
    home = options.home or load_settings().settings.home_path
    encoder = SentenceEncoder("e5", cache=home / "cache" / "encoders")
    folders = [f for f in sorted(options.bench.iterdir()) if f.is_dir() and (f / "qrels.tsv").is_file()]
    folders = [f for f in folders if not options.only or f.name in options.only]
    tasks = [(f.name, task) for f in folders if (task := questions_sets.load(f).ranking) is not None]
    sets = [prepare(name, task, encoder, home) for name, task in tasks]
    if options.own:
        service = Service(options.own, "e5", loaded=encoder)
        sets += [prepare_index("own", service, own_questions()), written_on_index(service)]
        sets.append(written_on_articles(service, encoder, home))
    everything = np.arange(len(FEATURES))
    if options.judge:
        show({"trained": judged(options.judge, encoder, sets)})
        return
    pairs = ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
    training = [n for n, s in enumerate(sets) if s.name not in options.measure_only]
    tower = Tower(encoder)
    learned = {}
    for folds in pairs:
        learned[folds] = view(tower, sets, training, folds)
        print(f"tuned on folds {folds}", flush=True)
    views: list[list[Any]] = []
    for k in range(FOLDS):
        views.append([])
        for s in sets:
            others = [tuple(x for x in range(FOLDS) if x not in (k, j)) for j in range(FOLDS)]
            columns = bent_columns(s, [learned[o] for o in others], s.fold)
            features = s.features.copy()
            features[:, BENT + TUNED] = columns
            views[k].append(features)

    def crossed(columns: Any, seeds: Any = SEEDS, without: int | None = None) -> dict[str, dict[str, float]]:
        found: dict[str, list[dict[str, float]]] = {s.name: [] for s in sets}
        for k in range(FOLDS):
            folds = tuple(x for x in range(FOLDS) if x != k)
            use = [n for n in training if n != without]
            net = train_nets([sets[n] for n in use], [views[k][n] for n in use], folds, columns, seeds)
            scorer = network(net)
            if options.folds and len(columns) == len(everything) and without is None:
                save(
                    options.folds / f"ranker-{k}.npz", encoder.info.name, learned[folds].bend, learned[folds].tuned, net
                )
            for s, features in zip(sets, views[k], strict=True):
                found[s.name] += evaluate(s, features, scorer, np.flatnonzero(s.fold == k))
        return {name: mean_of(rows) for name, rows in found.items()}

    table = {"plain": {s.name: mean_of(evaluate(s, s.features, plain_scores, range(len(s.fold)))) for s in sets}}
    table["trained"] = crossed(everything)
    show(table)
    if options.write:
        features = []
        learnt = [sets[n] for n in training]
        bend, tuned = train_bend(learnt, (0, 1, 2)), train(tower, learnt, (0, 1, 2))
        for s in learnt:  # the network learns from bends that did not see the question
            others = [learned[tuple(x for x in range(FOLDS) if x != j)] for j in range(FOLDS)]
            mine = s.features.copy()
            mine[:, BENT + TUNED] = bent_columns(s, others, s.fold)
            features.append(mine)
        save(WEIGHTS, encoder.info.name, bend, tuned, train_nets(learnt, features, (0, 1, 2), everything))
        keep(table)
    if options.ablate:
        for name, group in GROUPS.items():
            left = np.array([i for i in everything if FEATURES[i] not in group])
            table[f"without {name}"] = crossed(left, SEEDS[:1])
            keep(table)
            show({f"without {name}": table[f"without {name}"]})
    if options.leave_out:
        table["set unseen"] = {s.name: crossed(everything, SEEDS[:1], n)[s.name] for n, s in enumerate(sets)}
        show({"set unseen": table["set unseen"]})


GROUPS = {
    "words": ("words", "words_rank", "words_raw"),
    "sense": ("sense", "sense_rank", "sense_raw", "second_piece"),
    "bend": ("bent", "bent_rank", "bent_raw"),
    "tuned layers": ("tuned", "tuned_rank", "tuned_raw"),
    "bend and tuned layers": ("bent", "bent_rank", "bent_raw", "tuned", "tuned_rank", "tuned_raw"),
    "pieces": ("piece_words", "piece_coverage", "second_piece"),
    "coverage": ("coverage", "piece_coverage", "rarest", "window"),
    "pairs": ("pairs",),
    "neighbours": ("previous", "next", "beside", "window"),
    "place": ("place",),
    "headings": ("heading_recall", "heading_precision"),
    "names and definitions": ("named", "defined"),
    "form": ("length", "figures", "short", "korean", "question_length", "one_document"),
}


def network(arrays: dict[str, Any]) -> Any:
    """A scorer from arrays."""
    d = 1
    parts = ("question_in", "question_out", "passage_in", "passage_out")
    blank = {of + name: np.zeros((d, d), np.float32) for of in ("", TUNED_PREFIX) for name in parts}
    return ranker_of({"encoder": "", **blank, **arrays}).scores


def keep(table: dict[str, dict[str, dict[str, float]]]) -> None:
    """Writes the figures so far."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", "utf-8")


def show(table: dict[str, dict[str, dict[str, float]]]) -> None:
    """One line a set and system."""
    for label, rows in table.items():
        for name, found in rows.items():
            print(f"{label:<24} {name:<20} " + " ".join(f"{m} {v:.3f}" for m, v in found.items()), flush=True)


if __name__ == "__main__":
    main()
