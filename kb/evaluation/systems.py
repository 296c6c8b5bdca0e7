"""The systems that ``kb eval`` measures: this project (:func:`ours`) and a fixed baseline (:func:`baseline`).

The baseline is untuned: BM25 and MiniLM over whole entries, with the mean of their scaled scores. It does not use this
project's retrieval, so its figures stay the same while the project changes. Another system to compare is added here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from kb.answering.answerability import FeatureSet
from kb.answering.evidence import PASSAGES_READ, Evidence, features_of_finds
from kb.answering.found_passages import FoundPassage, is_named
from kb.answering.weighed_sentences import ranked_sentences, rarity_of_terms, weigh_sentences
from kb.evaluation.readers.answerable import answerable
from kb.evaluation.readers.answerable import answerable_weights as answerable_model
from kb.evaluation.readers.reading import Sense, pieces, span, window
from kb.evaluation.readers.support import support, variant
from kb.evaluation.readers.support import support_weights as support_model
from kb.index.bm25 import PlainBM25
from kb.index.collection import collect
from kb.index.passage_sentences import searched_sentences
from kb.models.models import EncoderSettings, Models
from kb.query.query import plain_query
from kb.records import dataclass
from kb.retrieval.candidates import find_candidates
from kb.retrieval.pieces import cut, heading_of
from kb.retrieval.ranking import SearchSpace, rank_rows
from kb.retrieval.reranking import Reading
from kb.retrieval.search import encode
from kb.text.cleaning import clean
from kb.text.languages import language_of
from kb.text.sentences import sentences
from kb.text.tokens import tokens
from kb.types import Passage, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.evaluation.questions_sets import Entry, EntryRanker, Reader
    from kb.evaluation.readers.alignment import TokenEncoder
    from kb.evaluation.readers.reading import Sense
    from kb.index.collection import Collection
    from kb.models.reranker import LazyReranker
    from kb.protocols import Encoder
    from kb.retrieval.candidates import CandidateFeatures
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.text.korean import Analyser
    from kb.types import Array, FloatArray, Hit

    Embed = Callable[[Sequence[str], Encoder], FloatArray]

BASELINE_ENCODER = "minilm"
BASELINE_DEPTH = 200
"""The number of candidates of each list over which its scores are scaled to 0…1; an entry outside a list has 0
there."""
ANSWER_WORDS = 120
"""The number of words of an answer that are evaluated."""


@dataclass(frozen=True, slots=True)
class System:
    """A system under test: how it builds a ranker over entries, its reader if it has one, and its encoders."""

    name: str
    build: Callable[[Sequence[Entry]], EntryRanker]
    reader: Reader | None
    encoders: tuple[Encoder, ...] = ()


def ours(
    encoder: Encoder,
    embed: Embed,
    readers: Mapping[str, TokenEncoder],
    korean: Analyser,
    reranker: LazyReranker | None = None,
) -> System:
    """This project as a system; ``readers`` are the encoders whose token vectors its readers use, ``korean`` is the
    tokeniser of Korean words, ``reranker`` the configured reranker."""
    models = Models(encoder, settings=EncoderSettings(encoder.info.name), reranker=reranker)

    def build(entries: Sequence[Entry]) -> EntryRanker:
        return ProductRanker(entries, models, encoder, embed, korean)

    return System("ours", build, ProductReader(readers, encoder, embed), (encoder,))


def baseline(encoder: Encoder, embed: Embed) -> System:
    """The baseline; ``encoder`` is :data:`BASELINE_ENCODER`."""

    def build(entries: Sequence[Entry]) -> EntryRanker:
        return BaselineRanker(entries, encoder, embed)

    return System("baseline", build, BaselineReader(), (encoder,))


class _Rows:
    """The rows of each document."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.ids = [e.id for e in entries]
        self._of: dict[str | None, list[int]] = {}
        for row, entry in enumerate(entries):
            self._of.setdefault(entry.document, []).append(row)

    def of(self, document: str | None) -> list[int] | None:
        """The rows of a document, none for one that is not there; ``None`` for all rows."""
        return None if document is None else self._of.get(document, [])


class _Matrix:
    """Exact nearest rows by inner product; see :class:`kb.protocols.VectorIndex`."""

    def __init__(self, vectors: FloatArray) -> None:
        self._vectors = vectors

    def search(self, query: FloatArray, k: int, rows: Array | Sequence[int] | None = None) -> list[tuple[int, float]]:
        """At most ``k`` pairs (row, score), best first, ties by row."""
        allowed = np.arange(len(self._vectors)) if rows is None else np.asarray(rows, dtype=np.int64)
        scores = self._vectors[allowed] @ query if rows is not None else self._vectors @ query
        best = np.lexsort((allowed, -scores))[:k]
        return [(int(allowed[i]), float(scores[i])) for i in best]

    def vectors(self, rows: Array | Sequence[int]) -> FloatArray:
        """``(n, d)`` float32."""
        return self._vectors[np.asarray(rows, dtype=np.int64)]


def collection_of(
    entries: Sequence[Entry], encoder: Encoder, embed: Embed, korean: Analyser | None = None
) -> Collection:
    """The entries of a set as this project ranks them: long ones by pieces, each under its entry's title."""
    pieces = [_texts_with_title(e) for e in entries]
    vectors = _Matrix(embed([p for found in pieces for p in found], encoder))
    headings = [f"{e.title} {heading_of(e.text)}" if _is_heading(e) else heading_of(e.text) for e in entries]
    texts = [f"{e.title}. {e.text}" if _is_heading(e) else e.text for e in entries]
    return collect(texts, headings, [e.document for e in entries], vectors, pieces, korean)


def _is_heading(entry: Entry) -> bool:
    """Whether a title says more than which document it is."""
    return bool(entry.title) and entry.title != entry.document


def _texts_with_title(entry: Entry) -> list[str]:
    head = f"{entry.title}. " if _is_heading(entry) else ""
    return [(head + piece).strip(". ") if head else piece for piece in cut(entry.text)]


class ProductRanker:
    """The search and the decision of ``kb ask`` over the entries of a set, which no catalog describes."""

    def __init__(self, entries: Sequence[Entry], models: Models, encoder: Encoder, embed: Embed, korean: Analyser):
        """``encoder`` encodes the entries, and the questions in ``models``."""
        self.ids = [e.id for e in entries]
        self._entries = entries
        self._of = _Rows(entries)
        self._models = models
        self._encoder = encoder
        self._built_with = {"name": encoder.info.name, "fingerprint": encoder.info.fingerprint}
        self._korean = korean
        self._left_out: set[str] = set()
        self.collection = collection_of(entries, encoder, embed, korean)

    def encoded(self, question: str) -> EncodedQuery:
        """The search form of the question; it has no vector if the encoder does not know the question's language."""
        return encode(plain_query(question), self._models, self._built_with, self._korean)[0]

    def found(self, question: EncodedQuery, document: str | None) -> CandidateFeatures:
        """The candidates with their features."""
        rows = self._of.of(document)
        return find_candidates(question, self.collection, self._models.ranker(self._built_with), rows)

    def rank(self, question: str, k: int, document: str | None) -> list[tuple[str, float]]:
        """See :class:`kb.evaluation.questions_sets.EntryRanker`."""
        hits, _ = self._hits(question, k, document)
        return [(self.ids[hit.row], hit.score) for hit in hits]

    def _hits(self, question: str, k: int, document: str | None) -> tuple[list[Hit], EncodedQuery]:
        """The best entries, by the same order and rules as an answer's.

        :raises EncoderError: the reranker that is set fails; its figures would be those without it.
        """
        encoded = self.encoded(question)
        reading = Reading(self._models.reranker, question)
        rows = self._of.of(document)
        space = SearchSpace(
            self.collection,
            lambda _: None,
            reads=lambda wanted: [self._nearest(encoded, int(row)) for row in wanted],
        )
        allowed = range(len(self.ids)) if rows is None else rows
        ranker = self._models.ranker(self._built_with)
        hits = rank_rows(space, ranker, encoded, allowed, k, reading=reading)
        if reading.problem is not None:
            raise reading.problem
        if reading.notice:
            self._left_out.add(question)
        return hits, encoded

    def _nearest(self, encoded: EncodedQuery, row: int) -> str:
        """The piece of an entry that is nearest to a question in sense; its first where sense is not compared."""
        pieces = _texts_with_title(self._entries[row])
        if len(pieces) == 1 or encoded.vector is None:
            return pieces[0]
        first, last = np.searchsorted(self.collection.owner, [row, row + 1])
        cosines = self.collection.vectors.vectors(range(first, last)) @ encoded.vector
        return pieces[int(np.argmax(cosines))]

    def notes(self) -> tuple[str, ...]:
        """Notes about the figures for the reader of the report."""
        n = len(self._left_out)
        return (f"{n} questions not in a language of the reranker were ranked without it",) if n else ()

    def confidence(self, question: str, document: str | None) -> float:
        """How sure the decision of ``kb ask`` is that an answer is here: it answers from 0.5 on.

        Of each entry found the piece nearest to the question is read, as a passage of an index is.
        """
        hits, encoded = self._hits(question, PASSAGES_READ, document)
        if not hits:
            return 0.0
        found = [FoundPassage(hit, self._passage(encoded, hit.row)) for hit in hits]
        terms = rarity_of_terms(encoded, self.collection.words.rarity)
        tokenise = partial(tokens, korean=self._korean)
        vectors = self._sentence_vectors([f.passage for f in found])
        by_row = {f.hit.row: v for f, v in zip(found, vectors, strict=True)}
        sentences = ranked_sentences(found, weigh_sentences(found, (), terms, tokenise, encoded, by_row.__getitem__))
        about = {"strange_names": float(bool(plain_query(question).foreign)), "no_such_unit": 0.0}
        features = features_of_finds(question, encoded, found, sentences, terms, tokenise, about)
        trained = encoded.vector is not None and self._models.ranker(self._built_with) is not None
        feature_set = FeatureSet.SENSE if trained else FeatureSet.WORDS
        evidence = Evidence(tuple(found), tuple(sentences), features, feature_set, is_carried=is_named(found[0]))
        return evidence.confidence()

    def _passage(self, encoded: EncodedQuery, row: int) -> Passage:
        text = self._nearest(encoded, row)
        return Passage(self.ids[row], Span(0, len(text)), text, text, (), None, 1, 1)

    def _sentence_vectors(self, passages: Sequence[Passage]) -> list[FloatArray]:
        """For each passage ``(k, d)``: its sentences, pooled within it as those of an index are."""
        parts = [searched_sentences(p) for p in passages]
        return self._encoder.encode_parts([p.search_text for p in passages], parts)[1]


class ProductReader:
    """This project's readers (:mod:`kb.evaluation.readers.answerable`, :mod:`kb.evaluation.readers.support`,
    :mod:`kb.evaluation.readers.reading`)."""

    def __init__(
        self, encoders: Mapping[str, TokenEncoder], encoder: Encoder | None = None, embed: Embed | None = None
    ) -> None:
        """``encoders`` by short name: those whose token vectors the trained scorers may use.

        ``encoder``, through ``embed``, also tells which pages are near an answer's question in sense.
        """
        self._encoders = encoders
        self._encoder, self._embed = encoder, embed
        self._read: tuple[tuple[str, ...], list[tuple[int, int, int]], FloatArray] | None = None

    def answerable(self, question: str, title: str, passage: str) -> float:
        """See :class:`kb.evaluation.questions_sets.Reader`; 0.5 is the operating point set in training."""
        return _centred(
            answerable(question, title, passage, self._encoders), answerable_model(variant(self._encoders)).threshold
        )

    def support(self, claim: str, sentences: Sequence[str]) -> float:
        """See :class:`kb.evaluation.questions_sets.Reader`; 0.5 is the operating point set in training."""
        return _centred(support(claim, sentences, self._encoders), support_model(variant(self._encoders)).threshold)

    def span(self, question: str, paragraph: str) -> tuple[int, int]:
        """See :class:`kb.evaluation.questions_sets.Reader`."""
        return span(question, paragraph)

    def answer(self, question: str, pages: Sequence[str]) -> str:
        """See :class:`kb.evaluation.questions_sets.Reader`."""
        shown = window(question, pages, self._senses(question, tuple(pages)))
        return " ".join(pages[s.page][s.start : s.end] for s in shown)

    def _senses(self, question: str, pages: tuple[str, ...]) -> list[Sense]:
        """The pieces of the pages with their cosines; none where the encoder does not know the question's language."""
        known: tuple[str, ...] = getattr(self._encoder, "languages", ())
        if self._encoder is None or self._embed is None or (known and language_of(question) not in {*known, "und"}):
            return []
        if self._read is None or self._read[0] != pages:  # questions on one document follow each other
            places = [(n, a, b) for n, page in enumerate(pages) for a, b in pieces(page)]
            if not places:
                return []
            self._read = pages, places, self._embed([pages[n][a:b] for n, a, b in places], self._encoder)
        cosines = self._read[2] @ self._encoder.encode_query(question)
        return [Sense(n, a, b, float(c)) for (n, a, b), c in zip(self._read[1], cosines, strict=True)]


def _centred(probability: float, threshold: float) -> float:
    """A probability moved so that the threshold becomes 0.5, in order."""
    if probability >= threshold:
        return 0.5 + 0.5 * (probability - threshold) / max(1 - threshold, 1e-9)
    return 0.5 * probability / max(threshold, 1e-9)


class BaselineRanker:
    """BM25 and MiniLM over whole entries: the mean of the two scores, each scaled to 0…1 over its best candidates."""

    def __init__(self, entries: Sequence[Entry], encoder: Encoder, embed: Embed) -> None:
        texts = [e.words for e in entries]
        self._rows = _Rows(entries)
        self._encoder = encoder
        self._words = PlainBM25(texts)
        self._vectors = _Matrix(embed(texts, encoder))

    def rank(self, question: str, k: int, document: str | None) -> list[tuple[str, float]]:
        """See :class:`kb.evaluation.questions_sets.EntryRanker`."""
        rows = self._rows.of(document)
        scores = self._words.scores(question)
        allowed = np.arange(len(scores)) if rows is None else np.asarray(rows, dtype=np.int64)
        best = allowed[np.lexsort((allowed, -scores[allowed]))[:BASELINE_DEPTH]]
        by_words = [(int(i), float(scores[i])) for i in best if scores[i] > 0]
        by_sense = self._vectors.search(self._encoder.encode_query(question), BASELINE_DEPTH, rows)
        total: dict[int, float] = {}
        for ranked in (by_words, by_sense):
            for row, share in _scaled_ranking(ranked):
                total[row] = total.get(row, 0.0) + 0.5 * share
        best_first = sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(self._rows.ids[row], score) for row, score in best_first[:k]]

    def confidence(self, question: str, document: str | None) -> float:
        """The cosine of the nearest entry."""
        nearest = self._vectors.search(self._encoder.encode_query(question), 1, self._rows.of(document))
        return max(0.0, nearest[0][1]) if nearest else 0.0


def _scaled_ranking(ranked: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    if not ranked:
        return []
    low, high = ranked[-1][1], ranked[0][1]
    return [(row, (score - low) / (high - low) if high > low else 1.0) for row, score in ranked]


class BaselineReader:
    """Always answers with the best sentence by BM25; the support of a claim is the share of its words in the source."""

    def answerable(self, question: str, title: str, passage: str) -> float:
        """Always."""
        return 1.0

    def span(self, question: str, paragraph: str) -> tuple[int, int]:
        """The best sentence."""
        places = list(sentences(paragraph)) or [(0, len(paragraph))]
        return places[self._best(question, [paragraph[a:b] for a, b in places])]

    def answer(self, question: str, pages: Sequence[str]) -> str:
        """The best sentence of all pages."""
        found = [words[a:b] for page in pages for words in [clean(page)[0]] for a, b in sentences(words)]
        return " ".join(found[self._best(question, found)].split()[:ANSWER_WORDS]) if found else ""

    def support(self, claim: str, sentences: Sequence[str]) -> float:
        """The share of the claim's words that the sentences hold."""
        wanted = set(PlainBM25.tokens([claim])[0])
        held = set(PlainBM25.tokens([" ".join(sentences)])[0])
        return len(wanted & held) / len(wanted) if wanted else 0.0

    def _best(self, question: str, texts: Sequence[str]) -> int:
        key = tuple(texts)
        if getattr(self, "_key", None) != key:  # questions on one document follow each other
            self._key = key
            self._index = PlainBM25(texts)
        return int(np.argmax(self._index.scores(question)))
