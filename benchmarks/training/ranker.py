"""Trains the ranker of :mod:`kb.models.ranker` on development sets, and measures it by cross-validation.

    python -m benchmarks.training.ranker --bench DIR [--home DIR] [--own DIR] [--write] [--folds DIR] [--ablate]
    python -m benchmarks.training.ranker --bench DIR [--home DIR] [--own DIR] --judge DIR

Every set of DIR with judgements takes part, and with ``--own``, a home with an index, our own: the development half of
``corpus/qrels``, and the questions of ``benchmarks/questions``, over passages and over the AI Act's whole articles. All
count alike up to 600 questions. Questions fall into three folds by a hash of their text, of their pair where they
are in two languages, or of their document where the set names one, so that no document is in two folds. For
each fold an adapter, a tuning with an adapter of its own (:mod:`benchmarks.training.tuning`) and networks are
trained on the other two. No network must learn from spaces that saw its own questions, so each question's adapted
cosines come from spaces trained without its fold (and without the fold held out). With ``--write`` both are then
trained on all three folds and saved; those weights have seen every question here, and only the cross-validated figures
speak for them.

A network has one hidden layer beside a linear part, and softmax over each question's candidates. Three networks see the
adapter and three the tuning, with 0.6 and 0.4 of the score: the tuning is better where questions are of a kind it has
seen, and worse elsewhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from app.settings import Settings
from app.settings import load_settings as load_settings
from benchmarks.training.sets import Set
from benchmarks.training.tuning import Tower, Tuned, adapter_of, batches, loss_of, new_adapter, train
from ingest.embedding import VectorCache, embed
from kb import data
from kb.evaluation import questions_sets, systems
from kb.knowledge_base import KnowledgeBase
from kb.models.encoder import SentenceEncoder
from kb.models.models import Models, query_vectors
from kb.models.ranker import FEATURES, LAYERS, LowRankAdapter, ranker_of, read_ranker
from kb.models.ranker import TUNED as TUNED_PREFIX
from kb.query.everyday_words import expand_everyday_words
from kb.retrieval.candidates import CandidateFeatures, best_first, find_candidates, untrained_scores
from kb.retrieval.features import min_max, reciprocal_ranks
from kb.retrieval.query_vectors import EncodedQuery, make_query, with_vectors
from kb.text.korean import by_setting
from kb.types import SearchFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kb.types import Unit

FOLDS = 3
MEASURE_ONLY = ("financebench-pages", "mmlongbench-pages")
"""Sets for non-commercial use: they are measured on, and no weight that ships has seen them."""
ADAPTER_PASSES = 7
HIDDEN = 64
NET_PASSES = 10
SEEDS = (0, 1, 2)
MOST_QUESTIONS = 600
"""A set's weight in the loss of the network is that of at most so many questions."""
ADAPTED, TUNED = (
    tuple(FEATURES.index(f"{space}{end}") for end in ("", "_rank", "_raw")) for space in ("adapted", "tuned")
)
SHARES = ((ADAPTED, 0.6), (TUNED, 0.4))
"""Networks see one of the two adapted spaces; this much of the score is of each."""
WEIGHTS = Path(data.__file__).parent / "ranker.npz"
RESULTS = Path(__file__).parent.parent / "results" / "ranker.json"
QUESTIONS = Path(__file__).parent.parent / "questions"
AI_ACT = "eu-ai-act-2024-1689"
torch.set_num_threads(2)


class Gathered:
    """A set under construction, question by question."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.features: list[Any] = []
        self.relevance: list[Any] = []
        self.positives: list[list[int]] = []
        self.gains: list[list[int]] = []
        self.fold: list[int] = []
        self.texts: list[tuple[str, ...]] = []
        self.questions: list[Any] = []
        self.scope: list[Any] = []

    def add(
        self,
        asked: EncodedQuery,
        found: CandidateFeatures,
        judged: dict[int, int],
        pieces: list[int],
        group: str,
        scope: Any,
    ) -> None:
        """A question: its candidates, the grades of rows, the pieces that answer it, and the key of its fold."""
        self.rows.append(found.rows)
        self.features.append(found.features)
        self.relevance.append(np.array([judged.get(int(r), 0) for r in found.rows], np.float32))
        self.positives.append(pieces)
        self.gains.append(list(judged.values()))
        self.fold.append(fold_of(group))
        self.texts.append(asked.texts)
        self.questions.append(asked.vector)
        self.scope.append(scope)

    def done(self, name: str, vectors: Any, owner: Any) -> Set:
        """The set."""
        print(f"{name}: {len(self.rows)} questions", flush=True)
        return Set(
            name,
            vectors,
            owner,
            self.texts,
            np.stack(self.questions),
            self.positives,
            self.gains,
            None if self.scope[0] is None else self.scope,
            np.array(self.fold),
            np.concatenate([[0], np.cumsum([len(r) for r in self.rows])]),
            np.concatenate(self.rows),
            np.concatenate(self.features),
            np.concatenate(self.relevance),
        )


def prepare(
    name: str,
    task: questions_sets.RankingTask,
    encoder: SentenceEncoder,
    home: Path,
    group: Callable[[questions_sets.BenchQuestion], str] = lambda q: q.document or q.text,
) -> Set:
    """A set with its features; questions of one ``group`` fall into one fold."""
    cache = VectorCache(home / "cache" / "evaluation.sqlite")

    def embedded(texts: Any, encoder: Any) -> Any:
        return embed(texts, encoder, cache)[0]

    korean = by_setting(Settings().korean)
    ours = systems.ProductRanker(task.entries, Models(encoder, ranker=None), encoder, embedded, korean)
    asked = [q for q in task.questions if q.answerable and any(g > 0 for g in task.qrels.get(q.id, {}).values())]
    vectors = encoder_queries(encoder, [q.text for q in asked], cache)
    place = {entry_id: row for row, entry_id in enumerate(ours.ids)}
    pieces_of: dict[int, list[int]] = {}
    for piece, row in enumerate(ours.collection.owner):
        pieces_of.setdefault(int(row), []).append(piece)
    of_document: dict[str | None, list[int]] = {}
    for row, entry in enumerate(task.entries):
        of_document.setdefault(entry.document, []).extend(pieces_of[row])
    gathered = Gathered()
    for question, vector in zip(asked, vectors, strict=True):
        document = question.document if task.known else None
        made = make_query(question.text, vector, korean, expand_everyday_words(question.text))
        asked_ = replace(made, texts=(question.text,))
        found = ours.found(asked_, document)
        judged = {place[e]: g for e, g in task.qrels[question.id].items() if e in place and g > 0}
        pieces = [p for r in judged for p in pieces_of[r]]
        scope = np.array(of_document[document]) if task.known else None
        gathered.add(asked_, found, judged, pieces, group(question), scope)
    return gathered.done(name, ours.collection.vectors.vectors(range(ours.collection.n_pieces)), ours.collection.owner)


@dataclass(frozen=True, slots=True)
class Place:
    """The place that answers a question: some characters of a document, or a unit of a register."""

    doc_id: str
    start: int
    end: int
    unit_id: str | None = None


def prepare_index(name: str, base: KnowledgeBase, questions: Iterable[tuple[str, str, list[Place]]]) -> Set:
    """Questions (group, text, places) over an index, asked as :mod:`kb.retrieval.search` asks them.

    A question to several publishers counts once for each of them. A register entry that leads to the official text
    judged is as good as that text.
    """
    from kb.query.query import read_query
    from kb.retrieval.ranking import official_rows_among
    from kb.retrieval.search import encode, rows_in_scope

    library = base.library()
    store = library.store
    spans = [(p.doc_id, p.span.start, p.span.end, p.unit_id) for d in store.documents for p in store.passages(d.doc_id)]
    of_document: dict[str, list[int]] = {}
    for row, (doc_id, *_) in enumerate(spans):
        of_document.setdefault(doc_id, []).append(row)
    everything = library.rows.allowed(SearchFilter())
    gathered = Gathered()
    for group, text, places in questions:
        query = read_query(library, text)
        asked, _ = encode(query, base.models(), store.manifest["encoder"], store.korean)
        inside = [rows for scope in query.scopes if (rows := rows_in_scope(library, query, scope, everything))]
        right = {r for p in places for r in of_document.get(p.doc_id, []) if _meets(p, *spans[r])}
        for mine in inside or [everything]:
            over = official_rows_among(library.rows.official_rows_of_register, mine)
            good = (right & set(mine)) | {entry for entry, texts in over.items() if right & set(texts)}
            if good and asked.vector is not None:
                scope = sorted({*mine, *over})
                found = find_candidates(asked, store.collection, None, scope)
                judged = dict.fromkeys(sorted(good), 1)
                gathered.add(asked, found, judged, sorted(good), group, np.array(scope))
    return gathered.done(name, store.vectors.all_vectors(), store.collection.owner)


def own_questions() -> list[tuple[str, str, list[Place]]]:
    """The project's development questions (``corpus/qrels``) with their judged places."""
    from kb.catalog.catalog import corpus_dir
    from kb.evaluation.runner_own import load_own

    own = load_own(corpus_dir() / "qrels", "dev")
    judged: dict[str, list[Place]] = {}
    for at in own.judgements:
        if at.grade == 2:
            span = (at.span.start, at.span.end) if at.span else (0, 0)
            judged.setdefault(at.query_id, []).append(Place(at.doc_id, *span, None if at.span else at.unit_id))
    return [(q.pair, q.alone, judged[q.id]) for q in own.questions if q.kind != "reference" and q.id in judged]


def _meets(place: Place, doc_id: str, start: int, end: int, unit_id: str | None) -> bool:
    if place.unit_id is not None:
        return place.unit_id == unit_id
    return place.doc_id == doc_id and place.start < end and place.end > start


# --- questions to train with (benchmarks/questions): what is asked, and the units that answer


def written() -> list[dict[str, Any]]:
    """The questions of ``benchmarks/questions`` that are answered by units."""
    rows = [json.loads(line) for f in sorted(QUESTIONS.glob("*.jsonl")) for line in f.read_text("utf-8").splitlines()]
    return [row for row in rows if row["units"]]


def written_on_index(base: KnowledgeBase) -> Set:
    """The written questions over the passages of an index."""
    asked = []
    for row in written():
        places = []
        for unit in (u for unit_id in row["units"] for u in base.library().store.unit(unit_id)):
            in_register = unit.doc_id != unit.of_document
            places.append(Place(unit.doc_id, unit.own.start, unit.own.end, unit.unit_id if in_register else None))
        asked.append((row["pair"], row["text"], places))
    return prepare_index("written", base, asked)


def written_on_articles(base: KnowledgeBase, encoder: SentenceEncoder, home: Path) -> Set:
    """The written English questions about the AI Act over its whole articles."""
    text = base.library().store.text(AI_ACT)
    entries, article_of = [], {}
    for unit in base.library().store.units(AI_ACT):
        article = next((u for u in (unit, *_above(base, unit)) if u.kind == "article"), None)
        if article is not None:
            article_of[unit.unit_id] = article.unit_id
        if unit.kind == "article":
            words = " ".join(text[unit.span.start : unit.span.end].split())
            entries.append(questions_sets.Entry(unit.unit_id, unit.title, words))
    questions, qrels, pairs = [], {}, {}
    for row in written():
        found = sorted({article_of[unit_id] for unit_id in row["units"] if unit_id in article_of})
        if row["lang"] == "en" and found:
            questions.append(questions_sets.BenchQuestion(row["text"], row["text"]))
            qrels[row["text"]] = dict.fromkeys(found, 1)
            pairs[row["text"]] = row["pair"]
    task = questions_sets.RankingTask(tuple(entries), tuple(questions), qrels, known=False)
    return prepare("written-articles", task, encoder, home, lambda q: pairs[q.id])


def _above(base: KnowledgeBase, unit: Unit) -> list[Unit]:
    found = []
    while unit.parent_id and (up := [u for u in base.library().store.unit(unit.parent_id) if u.doc_id == unit.doc_id]):
        unit = up[0]
        found.append(unit)
    return found


def encoder_queries(encoder: SentenceEncoder, texts: list[str], cache: VectorCache) -> Any:
    """``(n, d)``: the questions' vectors, kept between runs."""
    keys = [VectorCache.key(encoder.info, "\1" + text) for text in texts]
    known = cache.get(keys, encoder.info.dimension)
    missing = [(k, t) for k, t in dict(zip(keys, texts, strict=True)).items() if k not in known]
    for at in range(0, len(missing), 64):
        part = missing[at : at + 64]
        fresh = list(zip([k for k, _ in part], encoder.encode_queries([t for _, t in part]), strict=True))
        cache.put(fresh)
        known.update(fresh)
    return np.stack([known[k] for k in keys])


# --- the adapted spaces


def train_adapter(sets: list[Set], folds: tuple[int, ...], seed: int = 0) -> LowRankAdapter:
    """An adapter of the encoder's own space from the questions of some folds."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    adapter = new_adapter(sets[0].vectors.shape[1])
    optimiser = torch.optim.AdamW(adapter, lr=1.5e-3, weight_decay=0.02)
    held = [(torch.tensor(s.vectors), torch.tensor(s.questions)) for s in sets]
    for _ in range(ADAPTER_PASSES):
        for number, questions in batches(sets, folds, rng):
            passages, vectors = held[number]
            loss = loss_of(adapter, vectors[questions], passages, sets[number], questions, rng)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return adapter_of(adapter)


@dataclass(slots=True)
class View:
    """The model trained on some folds, with the questions of each set in both spaces, by the set's name."""

    adapter: LowRankAdapter
    tuned: Tuned
    questions: dict[str, tuple[Any, Any]]


def view(tower: Tower, sets: list[Set], training: list[int], folds: tuple[int, ...]) -> View:
    """Trained on some folds; the vectors of every question."""
    learnt = [sets[n] for n in training]
    adapter, tuned = train_adapter(learnt, folds), train(tower, learnt, folds)
    asked = {
        s.name: (adapter.of_question(s.questions), tuned.adapter.of_question(tower.encode_all(s.texts))) for s in sets
    }
    return View(adapter, tuned, asked)


def adapted_columns(s: Set, views: list[View], which: Any) -> Any:
    """``(n, 6)``: the features of both spaces of every candidate, :data:`ADAPTED` and :data:`TUNED`; question *i* by
    ``views[which[i]]``."""
    spaces = [
        list(
            zip(
                v.questions[s.name],
                (v.adapter.of_passages(s.vectors), v.tuned.adapter.of_passages(s.vectors)),
                strict=True,
            )
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
    """The gains of a question's ten best, in order."""
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
            asked = ranker.adapter.of_question(s.questions), ranker.tuned_adapter.of_question(tuned)
            features = s.features.copy()
            own = View(ranker.adapter, Tuned({}, ranker.tuned_adapter), {s.name: asked})
            features[:, ADAPTED + TUNED] = adapted_columns(s, [own], np.zeros_like(s.fold))
            found[s.name] += evaluate(s, features, ranker.scores, mine)
    return {name: mean_of(rows) for name, rows in found.items()}


def mean_of(found: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each measure."""
    return {name: float(np.mean([f[name] for f in found])) for name in found[0]}


def plain_scores(x: Any) -> Any:
    """The untrained order."""
    return untrained_scores(CandidateFeatures(np.arange(len(x)), x))


def save(path: Path, encoder: str, adapter: LowRankAdapter, tuned: Tuned, net: dict[str, Any]) -> None:
    """Writes a ranker as :func:`kb.models.ranker.read_ranker` reads it."""
    small = {LAYERS + name: array for name, array in tuned.arrays.items()}
    for of, b in (("", adapter), (TUNED_PREFIX, tuned.adapter)):
        small |= {f"{of}question_in": b.question[0], f"{of}question_out": b.question[1]}
        small |= {f"{of}passage_in": b.passage[0], f"{of}passage_out": b.passage[1]}
    arrays = {name: np.asarray(a, np.float16) for name, a in small.items()}
    arrays |= {name: np.asarray(a, np.float32) for name, a in net.items()}
    path.parent.mkdir(exist_ok=True, parents=True)
    np.savez_compressed(path, encoder=np.array(encoder), **arrays)
    print(f"{path.name}: {path.stat().st_size} bytes")


def fold_of(group: str) -> int:
    """The fold of a group of questions: of what is asked in two languages, or of one document."""
    return int(hashlib.md5(group.encode()).hexdigest(), 16) % FOLDS


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
    tasks = [(f.name, task) for f in folders if (task := questions_sets.load_bench_set(f).ranking) is not None]
    sets = [prepare(name, task, encoder, home) for name, task in tasks]
    if options.own:
        base = KnowledgeBase.open(options.own, Models(encoder))
        sets += [prepare_index("own", base, own_questions()), written_on_index(base)]
        sets.append(written_on_articles(base, encoder, home))
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
            columns = adapted_columns(s, [learned[o] for o in others], s.fold)
            features = s.features.copy()
            features[:, ADAPTED + TUNED] = columns
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
                    options.folds / f"ranker-{k}.npz",
                    encoder.info.name,
                    learned[folds].adapter,
                    learned[folds].tuned,
                    net,
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
        adapter, tuned = train_adapter(learnt, (0, 1, 2)), train(tower, learnt, (0, 1, 2))
        for s in learnt:  # the network learns from adapters that did not see the question
            others = [learned[tuple(x for x in range(FOLDS) if x != j)] for j in range(FOLDS)]
            mine = s.features.copy()
            mine[:, ADAPTED + TUNED] = adapted_columns(s, others, s.fold)
            features.append(mine)
        save(WEIGHTS, encoder.info.name, adapter, tuned, train_nets(learnt, features, (0, 1, 2), everything))
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
    "adapter": ("adapted", "adapted_rank", "adapted_raw"),
    "tuned layers": ("tuned", "tuned_rank", "tuned_raw"),
    "adapter and tuned layers": ("adapted", "adapted_rank", "adapted_raw", "tuned", "tuned_rank", "tuned_raw"),
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
