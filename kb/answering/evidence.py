"""The evidence for a question: passages that a search found, their sentences with scores, and whether they carry an
answer (:mod:`kb.answering.answerability`)."""

from __future__ import annotations

from dataclasses import field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from kb.answering.answerability import (
    FeatureSet,
    Find,
    answerability_features,
    answered_by_catalog,
    confidence,
    is_answerable,
    odds_as_of_catalog,
    publications_learned,
    threshold,
)
from kb.answering.asked_for import is_lacking, states_fine_asked
from kb.answering.asked_forms import states_force_asked
from kb.answering.dates import dates_of_quoted
from kb.answering.first_sentence import with_first_sentence
from kb.answering.found_passages import FoundPassage, is_named, is_title_page
from kb.answering.quoting import is_point_of_only_list
from kb.answering.sentence_selection import SIDE_NEAR, SentenceCandidate, coverage
from kb.answering.weighed_sentences import in_one_wording, rarity_of_terms, sentences_read, with_its_names
from kb.library.row_sets import RowSet
from kb.query.question_kinds import QuestionKind
from kb.query.translation import LISTED, without_small_words
from kb.records import dataclass
from kb.references.resolving import ResolutionOutcome
from kb.retrieval.search import comparison_sides, other_editions, search
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.library.library import Library
    from kb.models.models import Models
    from kb.query.query import Query
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.retrieval.search import SearchResult

PASSAGES_READ = 8
"""Passages whose sentences are weighed for an answer."""
SIDE_PASSAGES = 3
"""Passages found of each side of a comparison at least."""
FAR = 0.84
"""Cosine of the trained encoder under which the best of a side may be nothing on the matter."""
FAR_BEHIND, FAR_BEHIND_FOREIGN = 0.05, 0.1
"""How far the best side must be ahead for that; and of a side in another language than the question's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Passages, best first; their sentences, best first; and the features for the decision to answer.

    For a question that names several publications, ``sides`` has the passages of each one with something relevant, as
    positions in ``found``; ``silent`` has notices about the others. ``is_carried`` forces an answer whatever the
    features are, because one side alone is answerable or a unit is named. ``is_lacking`` forces a refusal, because a
    figure, country or name that is asked for is in no result. ``terms`` are the question's index terms with their IDF;
    ``encoded`` is the encoded question.
    """

    found: tuple[FoundPassage, ...]
    sentences: tuple[SentenceCandidate, ...]
    features: dict[str, float] = field(default_factory=dict)
    feature_set: FeatureSet = FeatureSet.WORDS
    notices: tuple[Notice, ...] = ()
    sides: tuple[tuple[int, ...], ...] = ()
    silent: tuple[Notice, ...] = ()
    is_carried: bool = False
    is_lacking: bool = False
    terms: Mapping[str, float] = field(default_factory=dict)
    encoded: EncodedQuery | None = None

    def is_answerable(self, decide: Callable[[Mapping[str, float], FeatureSet], bool] | None = None) -> bool:
        """Whether the evidence contains an answer, decided by ``decide`` or else by the shipped weights."""
        if not self.sentences or self.is_lacking:
            return False
        return self.is_carried or (decide or is_answerable)(self.features, self.feature_set)

    def confidence(self) -> float:
        """The probability that the evidence contains an answer, shifted so that the threshold of answering is 0.5."""
        if not self.sentences or self.is_lacking:
            return 0.0
        found, needed = confidence(self.features, self.feature_set), threshold(self.feature_set)
        if found >= needed:
            return 0.5 + 0.5 * (found - needed) / max(1 - needed, 1e-9)
        below = 0.5 * found / max(needed, 1e-9)
        return 0.5 + 0.5 * below if self.is_carried else below


@dataclass(frozen=True, slots=True)
class _WhatWasRead:
    """What was read for a question: passages, the positions of those of each publication that it names beside others,
    sentences, the question's terms with their IDF, those of them that tell something, and the encoded question."""

    found: tuple[FoundPassage, ...]
    sides: tuple[tuple[int, ...], ...]
    sentences: list[SentenceCandidate]
    terms: Mapping[str, float]
    telling: Mapping[str, float]
    encoded: EncodedQuery
    feature_set: FeatureSet


def collect_evidence(library: Library, models: Models, query: Query) -> Evidence:
    """The evidence for a question among what may be searched."""
    result = search(library, models, query, PASSAGES_READ, SIDE_PASSAGES)
    if not result.rows:
        return Evidence((), (), notices=result.notices)
    reading = _read_for(library, models, query, result)
    found, terms = reading.found, reading.terms
    everything = range(len(found))
    features = _features(library, query, reading, everything[:PASSAGES_READ], everything)
    if dates_of_quoted(library, query, [f.passage for f in found]):
        features["no_date"] = 0.0  # the table of dates has the day that the texts do not state
    sides, silent, is_one_answerable = _sides_with_evidence(library, models, query, reading, result.rows)
    sentences = reading.sentences
    if found and not sides:
        sentences = with_first_sentence(library, models, query, found, sentences, terms, reading.feature_set)
    return Evidence(
        found,
        tuple(sentences),
        features,
        reading.feature_set,
        result.notices,
        sides,
        tuple(silent),
        is_carried=is_one_answerable or _is_carried(library, query, reading, features),
        is_lacking=_is_lacking(library, query, reading),
        terms=terms,
        encoded=reading.encoded,
    )


def _read_for(library: Library, models: Models, query: Query, result: SearchResult) -> _WhatWasRead:
    """Passages and sentences of a search that found something to search in."""
    store, encoded = library.store, result.encoded
    asked = reduce(or_, result.scopes, RowSet())
    hits = [hit for hit in result.hits if not asked or hit.row in asked or hit.retriever == "named"]
    passages = [store.passage(hit.row) for hit in hits]
    found = tuple(FoundPassage(h, p, is_title_page(p, store.passages)) for h, p in zip(hits, passages, strict=True))
    sides = tuple(
        _prefer_articles([n for n, hit in enumerate(hits) if hit.row in scope], found)
        for scope in (result.scopes if len(result.scopes) > 1 else ())
    )
    terms: Mapping[str, float] = rarity_of_terms(encoded, store.words.rarity)
    feature_set = _feature_set(library, models, query, encoded, found)
    if feature_set is FeatureSet.ADDED and query.language == "en":
        terms = in_one_wording(encoded, terms, [set(store.terms(p.search_text)) for p in passages])
    store.read_ahead([hit.row for hit in hits])
    sentences = sentences_read(library, query, found, sides, terms, encoded)
    telling = _telling_terms(query, encoded, terms, store.terms)
    return _WhatWasRead(found, sides, sentences, terms, telling, encoded, feature_set)


def _prefer_articles(side: Sequence[int], found: Sequence[FoundPassage]) -> tuple[int, ...]:
    """A side's passages without recitals if an article of it scores about as high, because the article is binding."""
    articles = [n for n in side if ":recital:" not in (found[n].passage.unit_id or "")]
    best = max((found[n].hit.score for n in side), default=0.0)
    near = any(found[n].hit.score >= SIDE_NEAR * best for n in articles)
    return tuple(articles if near else side)


def speaks_of_absent(library: Library, query: Query, evidence: Evidence) -> bool:
    """Whether the results are about a publication that is asked for and missing: they are from another edition of it,
    or the best passage mentions its name."""
    if not evidence.found:
        return False
    if library.rows.facts.edition(evidence.found[0].hit.row) in other_editions(library, query.scopes):
        return True
    editions = [e for scope in query.scopes for doc_id in scope.doc_ids if (e := library.editions.get(doc_id))]
    names = (*query.absent, *(name for e in editions for name in (e.ref, e.title, *e.aliases)))
    read = set(library.store.terms(with_its_names(library, evidence.found[0].passage)))
    wanted = ({term: library.store.words.rarity(term) for term in library.store.terms(name)} for name in names)
    return any(coverage(terms, read) >= HOLDS for terms in wanted)


# --- the decision to answer


def _features(
    library: Library, query: Query, reading: _WhatWasRead, places: Sequence[int], sentences_of: Sequence[int]
) -> dict[str, float]:
    """The features of some of the passages, with the sentences of some of them."""
    said = set(sentences_of)
    return features_of_finds(
        query.text,
        reading.encoded,
        [reading.found[n] for n in places],
        [c for c in reading.sentences if c.passage in said],
        reading.telling,
        library.store.terms,
        _about_question(query),
    )


def _sides_with_evidence(
    library: Library, models: Models, query: Query, reading: _WhatWasRead, rows: RowSet
) -> tuple[tuple[tuple[int, ...], ...], list[Notice], bool]:
    """The sides of a comparison that have evidence, notices about the others, and whether one side alone is
    answerable."""
    here, missing = comparison_sides(library, query, rows)
    silent = [notice("side absent", name=name) for name in missing]
    if not reading.sides or reading.feature_set is FeatureSet.WORDS:
        return reading.sides, silent, False
    each = [_features(library, query, reading, side, side) for side in reading.sides]
    away = _sides_without_evidence(each, query.lang)
    silent += [notice("side silent", name=here[n]) for n in sorted(away)]
    decide = models.is_answerable or is_answerable
    kept = tuple(side for n, side in enumerate(reading.sides) if n not in away)
    return kept, silent, any(decide(features, reading.feature_set) for features in each)


def _is_lacking(library: Library, query: Query, reading: _WhatWasRead) -> bool:
    """Whether a figure, country or name that is asked for is in no result."""
    words, terms = library.store.words, library.store.terms
    read = [with_its_names(library, f.passage) for f in reading.found]
    return is_lacking(
        query, [c.words for c in reading.sentences], read, lambda name: any(map(words.knows, terms(name)))
    )


def _is_carried(library: Library, query: Query, reading: _WhatWasRead, features: Mapping[str, float]) -> bool:
    """Whether the evidence is to be answered from whatever the weights of the features say."""
    found, terms = reading.found, reading.terms
    if not found:
        return False
    is_by_number = found[0].hit.retriever == "named"
    is_named_here = is_named(found[0]) and reading.feature_set is not FeatureSet.CATALOG  # its features include that
    return (
        is_named_here
        or any(found[side[0]].hit.retriever == "named" for side in reading.sides if side)
        or (is_by_number and not any(features.get(name) for name in _MISSING))
        or (len(query.scopes) == 1 and _gives_what_is_asked(query, reading.sentences))
        or _holds_what_is_asked(query, found, features, terms, library.store.terms)
        or _asks_for_the_list(library, query, found, terms)
    )


def _gives_what_is_asked(query: Query, sentences: Sequence[SentenceCandidate]) -> bool:
    """Whether the best sentence states the fine or the force that is asked for."""
    return bool(sentences) and any(
        states(query.worded, sentences[0].words) for states in (states_fine_asked, states_force_asked)
    )


def _telling_terms(
    query: Query, encoded: EncodedQuery, terms: Mapping[str, float], tokenise: Callable[[str], list[str]]
) -> Mapping[str, float]:
    """The terms without those of words that only ask or join, as far as these are known of the question's language."""
    if query.language not in LISTED:
        return terms
    kept = {*tokenise(without_small_words(query.terms, query.language)), *encoded.translated}
    return {term: weight for term, weight in terms.items() if term in kept}


def features_of_finds(
    question: str,
    encoded: EncodedQuery,
    found: Sequence[FoundPassage],
    sentences: Sequence[SentenceCandidate],
    terms: Mapping[str, float],
    tokenise: Callable[[str], list[str]],
    about_question: Mapping[str, float],
) -> dict[str, float]:
    """All features of the decision whether to answer; ``about_question`` are those of the question alone."""
    parts = [dict(f.hit.parts) for f in found]
    features = answerability_features(
        question,
        [Find(f.passage.search_text, p["cosine"]) for f, p in zip(found, parts, strict=True)],
        [Find(c.words, c.cosine) for c in sentences],
        terms,
        tokenise,
        encoded.translated,
    )
    features |= about_question
    features["asked"] = answered_by_catalog(encoded.vector.tolist()) if encoded.vector is not None else 0.0
    features["named"] = float(bool(found) and is_named(found[0]))
    for name in ("adapted", "tuned", "share"):
        values = sorted((p[name] for p in parts), reverse=True) or [0.0]
        features[name] = values[0]
        features[f"{name}_three"] = sum(values[:3]) / len(values[:3])
    features["as_of_catalog"] = odds_as_of_catalog(features)
    return features


def _about_question(query: Query) -> dict[str, float]:
    """Features of the question alone: whether it names publications that are not here, or units that do not exist."""
    unknown = any(r.unknown for r in query.references) or bool(query.foreign)
    missing = any(r.outcome is ResolutionOutcome.NOT_FOUND and not r.reference.unknown for r in query.numbered)
    return {"strange_names": float(unknown), "no_such_unit": float(missing)}


def _holds_what_is_asked(
    query: Query,
    found: Sequence[FoundPassage],
    features: Mapping[str, float],
    terms: Mapping[str, float],
    tokenise: Callable[[str], list[str]],
) -> bool:
    """Whether the best passage of the one publication that a question names holds nearly all of its words, and no
    amount, date or name that it asks for is missing."""
    if len(query.scopes) != 1 or query.compares or not found or any(features.get(name) for name in _MISSING):
        return False
    return coverage(terms, set(tokenise(found[0].passage.search_text))) >= HOLDS


def _asks_for_the_list(
    library: Library, query: Query, found: Sequence[FoundPassage], terms: Mapping[str, float]
) -> bool:
    """Whether a question for a list has nearly all its words in the title of the document found first, and that
    document is such a list: "What are the steps to start the machine?" and the document "Steps to start the
    machine"."""
    if query.kind not in {QuestionKind.LIST, QuestionKind.COUNT} or not found:
        return False
    leading = found[0].passage
    units = [u for u in library.store.unit(leading.unit_id or "") if u.doc_id == leading.doc_id]
    stored = library.store.document(leading.doc_id)
    if stored is None or not any(map(is_point_of_only_list, units)):
        return False
    # if the question names the document by its title, no words are left
    return not terms or coverage(terms, set(library.store.terms(stored.edition.title))) >= HOLDS


HOLDS = 0.85
"""The least share of a question's words, weighted by rarity, at which the named publication counts as answering it."""
_MISSING = ("no_amount", "no_money", "no_date", "no_name", "no_counted", "no_such_unit", "strange_names", "asks_detail")


def _feature_set(
    library: Library, models: Models, query: Query, encoded: EncodedQuery, found: Sequence[FoundPassage]
) -> FeatureSet:
    """The features for the decision. Cosine features need the encoder that the weights were trained with, because other
    encoders have another scale.

    A document that a person added has weights of its own. So has the text of a publication that the question names
    alone and that no training question was about.
    """
    if encoded.vector is None or models.ranker(library.store.manifest["encoder"]) is None:
        return FeatureSet.WORDS
    if not found:
        return FeatureSet.ADDED
    first, text = library.rows.facts.edition(found[0].hit.row), found[0].passage.doc_id
    is_of_catalog = any(e.doc_id == text for e in library.catalog.editions)
    learned = publications_learned()
    is_asked_of = any(text in scope.doc_ids and not scope.doc_ids & learned for scope in query.scopes)
    is_added = first not in learned and first == text and (is_asked_of or not is_of_catalog)
    return FeatureSet.ADDED if is_added else FeatureSet.CATALOG


def _sides_without_evidence(sides: Sequence[Mapping[str, float]], lang: str) -> set[int]:
    """The sides of a comparison without evidence, if another side has some."""
    nearest = [max(m["near"], m["near_passage"]) for m in sides]
    out: set[int] = set()
    for n, features in enumerate(sides):
        foreign = features["foreign"] > 0 and lang != "ko"  # a Korean question is searched in English as well
        if nearest[n] < FAR and nearest[n] < max(nearest) - (FAR_BEHIND_FOREIGN if foreign else FAR_BEHIND):
            out.add(n)
    return out
