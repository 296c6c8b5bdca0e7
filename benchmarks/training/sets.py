"""Judged question sets made ready to train the ranker: the candidates and features of every question, in folds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app import systems
from app.service import Service
from ingest.embedding import VectorCache, embed
from kb.evaluation import questions_sets
from kb.models.encoder import SentenceEncoder
from kb.retrieval.candidates import CandidateFeatures, find_candidates
from kb.retrieval.query_vectors import EncodedQuery
from kb.types import SearchFilter, Unit

FOLDS = 3
"""Questions are divided into so many parts; weights are judged on the part that they were not trained on."""

QUESTIONS = Path(__file__).parent.parent / "questions"
AI_ACT = "eu-ai-act-2024-1689"


@dataclass(slots=True)
class Set:
    """A set made ready: arrays in which the candidates of question ``n`` begin at ``start[n]``."""

    name: str
    vectors: Any
    owner: Any
    texts: list[tuple[str, ...]]
    questions: Any
    positives: list[list[int]]
    gains: list[list[int]]
    scope: list[Any] | None
    fold: Any
    start: Any
    rows: Any
    features: Any
    relevance: Any


class Gathered:
    """Collects a :class:`Set`, question by question."""

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
        """Adds a question: its candidates, the grades of rows, the pieces that answer; one ``group`` is in one fold."""
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
        """The set of all questions added."""
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
    group: Callable[[questions_sets.Question], str] = lambda q: q.document or q.text,
) -> Set:
    """A set with its features; questions of one ``group`` fall into one fold."""
    cache = VectorCache(home / "cache" / "evaluation.sqlite")

    def embedded(texts: Any, encoder: Any) -> Any:
        return embed(texts, encoder, cache)[0]

    ours = systems.Ours(task.entries, encoder, embedded, None)
    asked = [q for q in task.questions if q.answerable and any(g > 0 for g in task.qrels.get(q.id, {}).values())]
    vectors = encoder_queries(encoder, [q.text for q in asked], cache)
    place = {entry_id: row for row, entry_id in enumerate(ours.ids)}
    pieces_of: dict[int, list[int]] = {}
    for piece, row in enumerate(ours.held.owner):
        pieces_of.setdefault(int(row), []).append(piece)
    of_document: dict[str | None, list[int]] = {}
    for row, entry in enumerate(task.entries):
        of_document.setdefault(entry.document, []).extend(pieces_of[row])
    gathered = Gathered()
    for question, vector in zip(asked, vectors, strict=True):
        document = question.document if task.known else None
        asked_ = ours.asked(question.text, vector)
        found = ours.found(asked_, document)
        judged = {place[e]: g for e, g in task.qrels[question.id].items() if e in place and g > 0}
        pieces = [p for r in judged for p in pieces_of[r]]
        scope = np.array(of_document[document]) if task.known else None
        gathered.add(asked_, found, judged, pieces, group(question), scope)
    return gathered.done(name, ours.held.vectors.vectors(range(ours.held.n_pieces)), ours.held.owner)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that answers a question: some characters of a document, or a unit of a register."""

    doc_id: str
    start: int
    end: int
    unit_id: str | None = None


def prepare_index(name: str, service: Service, questions: Iterable[tuple[str, str, list[Place]]]) -> Set:
    """Questions (group, text, places) over an index, asked as :mod:`app.finding` asks them.

    A question to several publishers counts once for each of them. A register entry that leads to the official text
    judged is as good as that text.
    """
    from app.finding import asked_of, bridged

    store = service.store
    spans = [(p.doc_id, p.span.start, p.span.end, p.unit_id) for d in store.documents for p in store.passages(d.doc_id)]
    of_document: dict[str, list[int]] = {}
    for row, (doc_id, *_) in enumerate(spans):
        of_document.setdefault(doc_id, []).append(row)
    everything = service.rows(SearchFilter())
    bridge = service.official_rows_of_register()
    gathered = Gathered()
    for group, text, places in questions:
        asked, inside, _ = asked_of(service, text, everything, SearchFilter())
        right = {r for p in places for r in of_document.get(p.doc_id, []) if _meets(p, *spans[r])}
        for mine in inside or [everything]:
            over = bridged(bridge, mine)
            good = (right & set(mine)) | {entry for entry, texts in over.items() if right & set(texts)}
            if good and asked.vector is not None:
                scope = sorted({*mine, *over})
                found = find_candidates(asked, store.collection, None, scope)
                judged = dict.fromkeys(sorted(good), 1)
                gathered.add(asked, found, judged, sorted(good), group, np.array(scope))
    return gathered.done(name, store.vectors.all_vectors(), store.collection.owner)


def own_questions() -> list[tuple[str, str, list[Place]]]:
    """The project's development questions (``corpus/qrels``) with their judged places."""
    from app.evaluate_own import load_own
    from kb.catalog.catalog import corpus_dir

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


def written() -> list[dict[str, Any]]:
    """The questions of ``benchmarks/questions``, those that units answer."""
    rows = [json.loads(line) for f in sorted(QUESTIONS.glob("*.jsonl")) for line in f.read_text("utf-8").splitlines()]
    return [row for row in rows if row["units"]]


def written_on_index(service: Service) -> Set:
    """The written questions over the passages of an index."""
    asked = []
    for row in written():
        places = []
        for unit in (u for unit_id in row["units"] for u in service.store.unit(unit_id)):
            in_register = unit.doc_id != unit.of_document
            places.append(Place(unit.doc_id, unit.own.start, unit.own.end, unit.unit_id if in_register else None))
        asked.append((row["pair"], row["text"], places))
    return prepare_index("written", service, asked)


def written_on_articles(service: Service, encoder: SentenceEncoder, home: Path) -> Set:
    """The written English questions about the AI Act over its whole articles."""
    text = service.store.text(AI_ACT)
    entries, article_of = [], {}
    for unit in service.store.units(AI_ACT):
        article = next((u for u in (unit, *_above(service, unit)) if u.kind == "article"), None)
        if article is not None:
            article_of[unit.unit_id] = article.unit_id
        if unit.kind == "article":
            words = " ".join(text[unit.span.start : unit.span.end].split())
            entries.append(questions_sets.Entry(unit.unit_id, unit.title, words))
    questions, qrels, pairs = [], {}, {}
    for row in written():
        found = sorted({article_of[unit_id] for unit_id in row["units"] if unit_id in article_of})
        if row["lang"] == "en" and found:
            questions.append(questions_sets.Question(row["text"], row["text"]))
            qrels[row["text"]] = dict.fromkeys(found, 1)
            pairs[row["text"]] = row["pair"]
    task = questions_sets.RankingTask(tuple(entries), tuple(questions), qrels, known=False)
    return prepare("written-articles", task, encoder, home, lambda q: pairs[q.id])


def _above(service: Service, unit: Unit) -> list[Unit]:
    found = []
    while unit.parent_id and (up := [u for u in service.store.unit(unit.parent_id) if u.doc_id == unit.doc_id]):
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


def fold_of(group: str) -> int:
    """The fold of a group of questions: of what is asked in two languages, or of one document."""
    return int(hashlib.md5(group.encode()).hexdigest(), 16) % FOLDS
