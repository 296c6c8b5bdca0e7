"""The evidence for a question: passages that a search found, their sentences with scores, and whether they carry an
answer (:mod:`kb.answering.answerability`)."""

from __future__ import annotations

import math
import re
from dataclasses import field, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np

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
from kb.answering.asked_fit import fitted
from kb.answering.asked_for import countries_asked, is_lacking, names_country, states_fine_asked
from kb.answering.asked_forms import explained, is_background, only_defines, states_force_asked
from kb.answering.asked_object import (
    NEAR_ENOUGH,
    OBJECT_AHEAD,
    done_to_it,
    object_asked,
    of_itself,
    of_the_object,
    reach_stated,
)
from kb.answering.dates import dates_of_quoted
from kb.answering.duty_holders import doing
from kb.answering.quoting import is_point_of_only_list
from kb.answering.sentence_choice import BACKGROUND, choose_sentences
from kb.answering.sentence_features import with_value_and_tuned
from kb.answering.sentence_selection import SIDE_NEAR, SentenceCandidate, coverage, sentence_candidates
from kb.citing.cite import force_at
from kb.citing.headings import squeezed_words
from kb.library.row_sets import RowSet
from kb.models.pair_reader import heading_read
from kb.query.definitions import asked_terms
from kb.query.question_kinds import QuestionKind, asks_for_meaning
from kb.query.translation import LISTED, english_terms, without_small_words
from kb.records import dataclass
from kb.references.resolving import ResolutionOutcome
from kb.retrieval.features import is_in_language, spread_as
from kb.retrieval.leading import title_alone
from kb.retrieval.leading_duties import asks_of_duty
from kb.retrieval.rules import HEADING_SHARE
from kb.retrieval.search import comparison_sides, other_editions, search
from kb.text.page_kinds import Apparatus, kind_of_path
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.library.library import Library
    from kb.models.models import Models
    from kb.query.query import Query
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Array, FloatArray, Hit, Passage

PASSAGES_READ = 8
"""Passages whose sentences are weighed for an answer."""
SIDE_PASSAGES = 3
"""Passages found of each side of a comparison at least."""
FAR = 0.84
"""Cosine of the trained encoder under which the best of a side may be nothing on the matter."""
FAR_BEHIND, FAR_BEHIND_FOREIGN = 0.05, 0.1
"""How far the best side must be ahead for that; and of a side in another language than the question's."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A hit with its passage; it is cited only if the answer quotes it."""

    hit: Hit
    passage: Passage
    is_title_page: bool = False


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


def is_named(found: FoundPassage) -> bool:
    """Whether the question names the unit found: by its number, or by the words of its heading, which is neither the
    document's title nor that of a page without provisions."""
    if found.hit.retriever == "named":
        return True
    if dict(found.hit.parts)["heading"] < HEADING_SHARE or found.is_title_page:
        return False
    return kind_of_path(found.passage.headings) in {None, Apparatus.SUMMARY}


def is_title_page(passage: Passage, read: Callable[[str], Sequence[Passage]]) -> bool:
    """Whether a passage stands under nothing but the title of its document and before its first other heading, or
    opens the document without a sentence. ``read`` gives all passages of a document."""
    if passage.unit_id is not None or not _is_under_title(passage):
        return False
    every = read(passage.doc_id)
    headed = next((each for each in every if each.headings and not _is_under_title(each)), None)
    if headed is not None:
        return passage.span.start < headed.span.start
    return passage.span == every[0].span and _ENDS_SENTENCE.search(passage.text) is None


_ENDS_SENTENCE = re.compile(r"[.!?。](?:\s|$)")


def _is_under_title(passage: Passage) -> bool:
    headings = passage.headings
    return bool(headings) and squeezed_words(headings[-1]) == squeezed_words(headings[0])


def collect_evidence(library: Library, models: Models, query: Query) -> Evidence:
    """The evidence for a question among what may be searched."""
    result = search(library, models, query, PASSAGES_READ, SIDE_PASSAGES)
    if not result.rows:
        return Evidence((), (), notices=result.notices)
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
    sentences = weigh_sentences(found, sides, terms, store.terms, encoded, store.sentence_vectors)
    sentences = [replace(c, is_none=True) if _only_names(library, found[c.passage], c) else c for c in sentences]
    sentences = _in_one_language([f.passage for f in found], sentences, query.lang)
    if query.filter.forces:
        sentences = [c for c in sentences if force_at(library, c.doc_id, c.span) in query.filter.forces]
    sentences = ranked_sentences(found, sentences)
    named = bool(found) and is_named(found[0])
    read = [_with_its_names(library, f.passage) for f in found]
    for country in countries_asked(query):
        sentences = [c for c in sentences if names_country(read[c.passage], country)] or sentences
    is_lacked = is_lacking(
        query, [c.words for c in sentences], read, lambda name: any(map(store.words.knows, store.terms(name)))
    )
    about_question = _about_question(query)
    telling = _telling_terms(query, encoded, terms, store.terms)

    def features(places: Sequence[int]) -> dict[str, float]:
        mine = set(places)
        return features_of_finds(
            query.text,
            encoded,
            [found[n] for n in places],
            [c for c in sentences if c.passage in mine],
            telling,
            store.terms,
            about_question,
        )

    whole = features_of_finds(
        query.text, encoded, found[:PASSAGES_READ], sentences, telling, store.terms, about_question
    )
    if dates_of_quoted(library, query, [f.passage for f in found]):
        whole["no_date"] = 0.0  # the table of dates has the day that the texts do not state
    here, missing = comparison_sides(library, query, result.rows)
    silent = [notice("side absent", name=name) for name in missing]
    is_carried = named and feature_set is not FeatureSet.CATALOG  # its features include that
    is_carried = is_carried or any(found[side[0]].hit.retriever == "named" for side in sides if side)
    is_carried = is_carried or _holds_what_is_asked(query, found, whole, terms, store.terms)
    is_carried = is_carried or _asks_for_the_list(library, query, found, terms)
    gives = bool(sentences) and any(
        states(query.worded, sentences[0].words) for states in (states_fine_asked, states_force_asked)
    )
    is_carried = is_carried or (gives and len(query.scopes) == 1)
    is_carried = is_carried or (
        bool(found) and found[0].hit.retriever == "named" and not any(whole.get(name) for name in _MISSING)
    )
    if sides and feature_set is not FeatureSet.WORDS:
        decide = models.is_answerable or is_answerable
        each = [features(side) for side in sides]
        is_carried = is_carried or any(decide(f, feature_set) for f in each)
        away = _sides_without_evidence(each, query.lang)
        silent += [notice("side silent", name=here[n]) for n in sorted(away)]
        sides = tuple(side for n, side in enumerate(sides) if n not in away)
    if found and not sides:
        sentences = fitted(library, query, sentences, found[0].passage)
        if feature_set is FeatureSet.CATALOG:
            sentences = with_value_and_tuned(query.worded, sentences)
        sentences = ranked_sentences(found, sentences)
        sentences = _first_chosen(library, models, query, found, sentences, terms, feature_set)
        sentences = _of_object_asked(library, query, found, sentences)
        sentences = fine_first(query.worded, sentences)
    made = Evidence(found, tuple(sentences), whole, feature_set, result.notices, sides, tuple(silent), is_carried)
    return replace(made, terms=terms, encoded=encoded, is_lacking=is_lacked)


def speaks_of_absent(library: Library, query: Query, evidence: Evidence) -> bool:
    """Whether the results are about a publication that is asked for and missing: they are from another edition of it,
    or the best passage mentions its name."""
    if not evidence.found:
        return False
    if library.rows.facts.edition(evidence.found[0].hit.row) in other_editions(library, query.scopes):
        return True
    editions = [e for scope in query.scopes for doc_id in scope.doc_ids if (e := library.editions.get(doc_id))]
    names = (*query.absent, *(name for e in editions for name in (e.ref, e.title, *e.aliases)))
    read = set(library.store.terms(_with_its_names(library, evidence.found[0].passage)))
    wanted = ({term: library.store.words.rarity(term) for term in library.store.terms(name)} for name in names)
    return any(coverage(terms, read) >= HOLDS for terms in wanted)


def _with_its_names(library: Library, passage: Passage) -> str:
    """A passage's words with its headings, and its document's title and publisher."""
    stored = library.store.document(passage.doc_id)
    names = (stored.edition.title, stored.edition.publisher) if stored is not None else ()
    return " ".join((*names, *passage.headings, passage.text))


# --- sentences


def rarity_of_terms(encoded: EncodedQuery, rarity: Callable[[str], float]) -> dict[str, float]:
    """The index terms of a question, each once, with their IDF."""
    return {t: rarity(t) for t in dict.fromkeys((*encoded.terms, *encoded.translated))}


def _telling_terms(
    query: Query, encoded: EncodedQuery, terms: Mapping[str, float], tokenise: Callable[[str], list[str]]
) -> Mapping[str, float]:
    """The terms without those of words that only ask or join, as far as these are known of the question's language."""
    if query.language not in LISTED:
        return terms
    kept = {*tokenise(without_small_words(query.terms, query.language)), *encoded.translated}
    return {term: weight for term, weight in terms.items() if term in kept}


def in_one_wording(
    encoded: EncodedQuery, terms: Mapping[str, float], passages: Sequence[set[str]]
) -> Mapping[str, float]:
    """The terms of a question as it is worded or, where the passages hold more of that, as the texts of the catalog
    word it: of the two wordings a document needs one."""
    own, other = ({t: terms[t] for t in dict.fromkeys(said)} for said in (encoded.terms, encoded.translated))
    if not other:
        return terms
    held = set().union(*passages)
    return other if coverage(other, held) > coverage(own, held) else own


def weigh_sentences(
    found: Sequence[FoundPassage],
    sides: Sequence[Sequence[int]],
    terms: Mapping[str, float],
    tokenise: Callable[[str], list[str]],
    encoded: EncodedQuery,
    sentence_vectors: Callable[[int], FloatArray],
) -> list[SentenceCandidate]:
    """The sentences of the passages, scored by their passage, their terms and their cosine to the question.

    A passage counts as a share of its side's best. ``sentence_vectors`` gives ``(k, d)`` for the passage in a row.
    """
    groups = sides or (range(len(found)),)
    tops = [max((found[n].hit.score for n in side), default=0.0) or 1.0 for side in groups]
    top = {n: t for side, t in zip(groups, tops, strict=True) for n in side}
    weighed = [(f.passage, f.hit.score / top.get(n, max(tops))) for n, f in enumerate(found)]
    possible = sentence_candidates(weighed, terms, tokenise, {n: k for k, side in enumerate(sides) for n in side})
    if encoded.vector is None:
        return possible
    cosines = sentence_cosines([f.passage.text for f in found], [sentence_vectors(f.hit.row) for f in found], encoded)
    return [
        replace(c, cosine=float(cosines[c.passage][c.place, 0]), tuned=float(cosines[c.passage][c.place, 1]))
        for c in possible
        if c.place < len(cosines[c.passage])  # an index that was read by other rules may have fewer sentences
    ]


def sentence_cosines(texts: Sequence[str], vectors: Sequence[FloatArray], encoded: EncodedQuery) -> list[FloatArray]:
    """For each passage ``(k, 2)``: the cosines of its sentences to the question, by its plain vector and through the
    fine-tuned layers; those of passages in its own language in the order that the question alone, without its English
    terms, gives.

    ``vectors`` are ``(k, d)`` each, of the passages in ``texts``.
    """
    cosines = [each @ _both_vectors(encoded.vector, encoded.tuned) for each in vectors]
    if encoded.own is None:
        return cosines
    korean = [n for n, text in enumerate(texts) if is_in_language(text, encoded.language) and len(vectors[n])]
    if not korean:
        return cosines
    alone = [vectors[n] @ _both_vectors(encoded.own, encoded.own_tuned) for n in korean]
    ordered = spread_as(np.concatenate(alone), np.concatenate([cosines[n] for n in korean]))
    parts = dict(zip(korean, np.split(ordered, np.cumsum([len(each) for each in alone])[:-1]), strict=True))
    return [parts.get(n, each) for n, each in enumerate(cosines)]


def _both_vectors(plain: Array | None, tuned: Array | None) -> FloatArray:
    both = [np.asarray(plain), np.asarray(plain if tuned is None else tuned)]
    return np.stack(both, axis=1)


def ranked_sentences(found: Sequence[FoundPassage], possible: Sequence[SentenceCandidate]) -> list[SentenceCandidate]:
    """Sentences, best first; the best one of a unit that the question names goes before all others."""
    ranked = by_score(possible)
    if found and is_named(found[0]):
        lead = {n for n, f in enumerate(found) if f.passage.unit_id == found[0].passage.unit_id}
        if own := [c for c in ranked if c.passage in lead]:
            return [own[0], *(c for c in ranked if c is not own[0])]
    return ranked


def _only_names(library: Library, found: FoundPassage, sentence: SentenceCandidate) -> bool:
    """Whether a piece of text, which is no sentence, hardly says more than the names of its document."""
    if found.passage.unit_id is not None or _IS_ENDED.search(sentence.words) or _is_registers(sentence):
        return False
    stored = library.store.document(sentence.doc_id)
    if stored is None:
        return False
    edition, terms = stored.edition, library.store.terms
    names = {t for name in (edition.title, edition.ref, edition.publisher, *edition.aliases) for t in terms(name)}
    said = {term for term in terms(sentence.words) if not term.isdigit()}
    return bool(said) and len(said & names) >= NAMES_ALONE * len(said)


_IS_ENDED = re.compile(r"[.!?;:。…][\"”’)\]]*\s*$")
NAMES_ALONE = 0.6
"""The share of a piece's words that are its document's names, from which it says nothing else."""


def _first_chosen(
    library: Library,
    models: Models,
    query: Query,
    found: Sequence[FoundPassage],
    ranked: list[SentenceCandidate],
    terms: Mapping[str, float],
    feature_set: FeatureSet,
) -> list[SentenceCandidate]:
    """The sentences in order; the learned choice puts one sentence of a document that a person added first.

    It does so if such a document has the best passage, or one nearly as good while the question names no publication.
    For the publications that the search was trained on, the learned choice gains nothing. A sentence of the register
    does not go first, because the register only describes publications; if a document's heading has the question's
    words, a sentence of that document goes first.
    """
    catalogued = {e.doc_id for e in library.catalog.editions}
    own = {n for n, f in enumerate(found) if f.passage.doc_id not in catalogued}
    if feature_set is FeatureSet.CATALOG:
        near = [found[n] for n in own if found[n].hit.score >= NEAR_FIRST * found[0].hit.score]
        near = [each for each in near if is_named(each)] if is_named(found[0]) else near
        led_by_law = asks_of_duty(query) and found[0].passage.doc_id in catalogued
        if query.scopes or query.numbered or led_by_law or not near:
            return ranked
        chosen = by_score(choose_sentences(query.worded, ranked, terms))
        return chosen if chosen and chosen[0].passage in own else ranked
    if feature_set is not FeatureSet.ADDED or not found or found[0].hit.retriever == "named":
        return ranked
    leading = found[0].passage.doc_id if is_named(found[0]) else ""
    for_meaning = query.kind is QuestionKind.DEFINITION or asks_for_meaning(query.worded)

    def bonus(sentence: SentenceCandidate) -> float:
        if sentence.doc_id != leading if leading else _is_registers(sentence):
            return -math.inf
        passage = found[sentence.passage].passage
        defines = not for_meaning and only_defines(sentence.words, passage.headings)
        set_back = is_background(query.worded, passage.headings) + 2 * found[sentence.passage].is_title_page + defines
        return ODDS_OF_FIT * min(sentence.fits, 0.0) - BACKGROUND * set_back

    form = doing(query) if query.kind is QuestionKind.WHO else None
    form = explained(asked_terms(query.worded_terms)) if query.kind is QuestionKind.DEFINITION else form

    def read(sentences: Sequence[SentenceCandidate]) -> FloatArray | None:
        headed = [(heading_read(found[c.passage].passage.headings), c.words) for c in sentences]
        return models.read_pairs(query.text, headed, library.store.manifest["encoder"])

    return by_score(choose_sentences(query.worded, ranked, terms, form=form, bonus=bonus, read=read))


def fine_first(question: str, ranked: list[SentenceCandidate]) -> list[SentenceCandidate]:
    """The sentences, first of them one that gives the sum of the fine that is asked for, where the best one gives none
    and that one is near."""
    best = ranked[0].score if ranked else 0.0
    stating = (c for c in ranked if c.score >= NEAR_ENOUGH * best and states_fine_asked(question, c.words))
    first = next(stating, None)
    if first is None or first is ranked[0]:
        return ranked
    return [replace(first, chosen=best + OBJECT_AHEAD), *(c for c in ranked if c is not first)]


def _of_object_asked(
    library: Library, query: Query, found: Sequence[FoundPassage], ranked: list[SentenceCandidate]
) -> list[SentenceCandidate]:
    """The sentences, first of them one that gives the time asked for of the thing asked about, where one is near, or
    that is on the publication itself, where something is asked that is done to that."""
    if len(query.scopes) == 1 and (said := done_to_it(query.text[: query.scopes[0].span[0]])) is not None:
        ranked = of_itself(ranked, said)
    if len(query.scopes) == 1:
        start, end = query.scopes[0].span
        if (said := reach_stated(query.text[:start], query.text[end:])) is not None:
            ranked = of_itself(ranked, said, least_held=1.0)
    thing = object_asked(query.worded)
    if not thing or (found and found[0].hit.retriever == "named"):
        return ranked
    written = (thing, " ".join(english_terms(thing, query.language)))
    store = library.store
    wanted = [{t: store.words.rarity(t) for t in store.terms(words)} for words in written if words]
    headings = [" ".join(f.passage.headings[1:]) for f in found]
    titles = [frozenset(store.terms(title_alone(f.passage.headings))) for f in found]
    return of_the_object(query.worded, ranked, [terms for terms in wanted if terms], store.terms, headings, titles)


ODDS_OF_FIT = 25.0
"""What a sentence's lack of fit, which is of the scale of scores, takes from its log odds."""
NEAR_FIRST = 0.9
"""The least share of the best passage's score at which a passage of an added document competes with the catalog's."""


def by_score(possible: Sequence[SentenceCandidate]) -> list[SentenceCandidate]:
    """Sentences, best first, in the order of the text where scores are equal."""
    return sorted(possible, key=lambda c: (-c.score, c.passage, c.span))


def _prefer_articles(side: Sequence[int], found: Sequence[FoundPassage]) -> tuple[int, ...]:
    """A side's passages without recitals if an article of it scores about as high, because the article is binding."""
    articles = [n for n in side if ":recital:" not in (found[n].passage.unit_id or "")]
    best = max((found[n].hit.score for n in side), default=0.0)
    near = any(found[n].hit.score >= SIDE_NEAR * best for n in articles)
    return tuple(articles if near else side)


def _in_one_language(
    passages: Sequence[Passage], found: Sequence[SentenceCandidate], lang: str
) -> list[SentenceCandidate]:
    """The sentences without those of the register in the other of its two languages, where both were found."""
    fits = [(_HANGUL.search(c.words) is not None) == (lang == "ko") for c in found]
    both = {passages[c.passage].unit_id for c, fit in zip(found, fits, strict=True) if fit and _is_registers(c)}
    return [
        c
        for c, fit in zip(found, fits, strict=True)
        if fit or not _is_registers(c) or passages[c.passage].unit_id not in both
    ]


def _is_registers(found: SentenceCandidate) -> bool:
    return found.doc_id.startswith("register-")


_HANGUL = re.compile("[가-힣]{2}")


# --- the decision to answer


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
