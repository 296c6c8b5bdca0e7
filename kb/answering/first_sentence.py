"""Which sentence goes first: what the question's form, the thing it asks for and the learned choice put ahead."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.answerability import FeatureSet
from kb.answering.asked_fit import fitted
from kb.answering.asked_for import states_fine_asked
from kb.answering.asked_forms import explained, is_background, only_defines
from kb.answering.asked_object import (
    NEAR_ENOUGH,
    OBJECT_AHEAD,
    done_to_it,
    object_asked,
    of_itself,
    of_the_object,
    reach_stated,
)
from kb.answering.duty_holders import doing
from kb.answering.found_passages import is_named
from kb.answering.sentence_choice import BACKGROUND, choose_sentences
from kb.answering.sentence_features import with_value_and_tuned
from kb.answering.weighed_sentences import by_score, is_registers, ranked_sentences
from kb.models.pair_reader import heading_read
from kb.query.definitions import asked_terms
from kb.query.question_kinds import QuestionKind, asks_for_meaning
from kb.query.translation import english_terms
from kb.retrieval.leading import title_alone
from kb.retrieval.leading_duties import asks_of_duty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.answering.found_passages import FoundPassage
    from kb.answering.sentence_selection import SentenceCandidate
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.query.query import Query
    from kb.types import FloatArray


def with_first_sentence(
    library: Library,
    models: Models,
    query: Query,
    found: Sequence[FoundPassage],
    sentences: Sequence[SentenceCandidate],
    terms: Mapping[str, float],
    feature_set: FeatureSet,
) -> list[SentenceCandidate]:
    """The sentences of the passages, best first, when the question's form, what it asks for and the learned choice have
    been weighed; ``found`` has a passage."""
    sentences = fitted(library, query, sentences, found[0].passage)
    if feature_set is FeatureSet.CATALOG:
        sentences = with_value_and_tuned(query.worded, sentences)
    ranked = ranked_sentences(found, sentences)
    ranked = _first_chosen(library, models, query, found, ranked, terms, feature_set)
    ranked = _of_object_asked(library, query, found, ranked)
    return fine_first(query.worded, ranked)


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
        if sentence.doc_id != leading if leading else is_registers(sentence):
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
