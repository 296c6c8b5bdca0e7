"""The evidence for a question: each sentence is scored by its own vector; the features of the decision to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from kb.answering.answerability import FeatureSet, decision_weights
from kb.answering.evidence import (
    _about_question,
    _feature_set,
    collect_evidence,
)
from kb.answering.first_sentence import fine_first
from kb.answering.found_passages import is_title_page
from kb.answering.sentence_selection import SentenceCandidate
from kb.answering.weighed_sentences import in_one_wording, sentence_cosines, weigh_sentences
from kb.index.passage_sentences import passage_sentences
from kb.messages import language, notices_in_words
from kb.models.ranker import FEATURES, ranker_of
from kb.query.query import read_query
from kb.retrieval.query_vectors import make_query, with_vectors
from kb.retrieval.search import missing_publications, search
from kb.types import Passage, SearchFilter, Span
from tests.fakes import WordEncoder
from tests.library import answering, opened

if TYPE_CHECKING:
    from pathlib import Path

    from kb.answering.evidence import Evidence
    from kb.knowledge_base import KnowledgeBase
    from kb.library.library import Library
    from kb.models.ranker import Ranker
    from kb.retrieval.query_vectors import EncodedQuery

ALL = SearchFilter()
QUESTION = "How long are ledgers kept after a robot has left the orchard?"


def own_ranker() -> Ranker:
    """A ranker for the stand-in encoder, which orders by the cosine alone."""
    n = len(FEATURES)
    linear = np.zeros(n)
    linear[FEATURES.index("sense_raw")] = 1
    zero = {of + name: np.zeros((64, 1)) for of in ("", "tuned_") for name in ("question_in", "passage_in")}
    zero |= {of + name: np.zeros((1, 64)) for of in ("", "tuned_") for name in ("question_out", "passage_out")}
    zero |= {"hidden": np.zeros((n, 1)), "hidden_bias": np.zeros(1), "out": np.zeros(1)}
    made = {"encoder": np.array("words-64"), "mean": np.zeros(n), "scale": np.ones(n), "linear": linear, **zero}
    return ranker_of(made)


def gathered(base: KnowledgeBase, question: str, chosen: SearchFilter = ALL) -> Evidence:
    library = base.library()
    return collect_evidence(library, base.models(), read_query(library, question, chosen))


def encoded(base: KnowledgeBase, question: str, limit: int) -> EncodedQuery:
    library = base.library()
    return search(library, base.models(), read_query(library, question), limit).encoded


def test_every_sentence_of_the_passages_found_is_weighed_by_its_own_vector(base: KnowledgeBase) -> None:
    held = gathered(base, QUESTION)
    asked = encoded(base, QUESTION, 8)
    assert asked.vector is not None
    for sentence in held.sentences:
        passage = held.found[sentence.passage].passage
        span, words = passage_sentences(passage)[sentence.place]
        assert (span, words) == (sentence.span, sentence.words)
        [vector] = WordEncoder().encode_passages([words])
        assert sentence.cosine == pytest.approx(float(vector @ asked.vector), abs=2e-3)
    weighed = {(c.passage, c.place) for c in held.sentences}
    assert len(weighed) == len(held.sentences) > 8


def test_a_sentence_without_a_vector_is_left_out(base: KnowledgeBase) -> None:
    held, store = gathered(base, QUESTION), base.library().store
    asked = encoded(base, QUESTION, 8)
    few = weigh_sentences(held.found, (), held.terms, store.terms, asked, lambda row: store.sentence_vectors(row)[:1])
    assert {c.place for c in few} == {0}


def test_another_encoder_than_the_one_trained_with_is_decided_by_words(base: KnowledgeBase) -> None:
    assert gathered(base, QUESTION).feature_set is FeatureSet.WORDS


def test_what_was_learned_of_publications_counts_for_them_alone(home: Path) -> None:
    base = opened(home, ranker=own_ranker())
    library, models = base.library(), base.models()
    asked = encoded(base, QUESTION, 1)
    [orchard] = [d.doc_id for d in library.store.documents if "Orchard" in d.edition.title]
    ours = gathered(base, QUESTION, SearchFilter(doc_ids=(orchard,)))
    assert {f.passage.doc_id for f in ours.found} == {orchard}
    assert _feature_set(library, models, read_query(library, QUESTION), asked, ours.found) is FeatureSet.ADDED
    theirs = gathered(base, "What does the OECD say about accountability?")
    assert _feature_set(library, models, read_query(library, QUESTION), asked, theirs.found) is FeatureSet.CATALOG
    assert _feature_set(library, models, read_query(library, QUESTION), asked, ()) is FeatureSet.ADDED


@pytest.mark.parametrize(
    ("question", "strange", "lost"),
    [
        ("What does principle 1.4 of the OECD ask for?", 0, 0),
        ("What does principle 1.9 of the OECD ask for?", 0, 1),
        ("What does the GDPR say about profiling?", 1, 0),
        ("What is a ledger?", 0, 0),
    ],
)
def test_names_and_numbers_that_do_not_exist_are_told(library: Library, question: str, strange: int, lost: int) -> None:
    assert _about_question(read_query(library, question)) == {"strange_names": strange, "no_such_unit": lost}


def test_features_hold_what_every_feature_set_goes_by(base: KnowledgeBase) -> None:
    features = gathered(base, QUESTION).features
    for feature_set in FeatureSet:
        assert set(decision_weights(feature_set).names) <= set(features)


@pytest.mark.parametrize(
    ("question", "law"),
    [
        ("Within how many hours does the GDPR want a breach told?", "GDPR"),
        ("Which suggested actions does NIST AI 600-1 give for data privacy?", "NIST AI 600-1"),
        ("텍사스주 AI법상 표시 의무를 어기면 과태료는 얼마인가요?", "텍사스주 AI법"),
        ("콜로라도주 AI법은 개발자에게 무엇을 요구하나요?", "콜로라도주 AI법"),
        ("What does Singapore's Model AI Governance Framework say?", "Singapore's Model AI Governance Framework"),
    ],
)
def test_a_question_of_a_law_that_is_not_here_is_refused_by_its_name(home: Path, question: str, law: str) -> None:
    answer = answering(home).ask(question)
    assert answer.refused
    assert notices_in_words(answer.reason, language(question)).startswith(f"{law}: ")


@pytest.mark.parametrize(
    "question",
    [
        "How does the AI Act relate to the GDPR?",
        "What do the laws of a country ask of robots?",
        "근로자에게 더 유리한 단체협약을 둘 수 있나요?",
        "Does the charter of the guild protect robots?",
    ],
)
def test_a_law_named_beside_a_publication_here_or_none_by_name_refuses_nothing(library: Library, question: str) -> None:
    assert missing_publications(library, read_query(library, question)) == []


def test_sentences_of_korean_passages_are_ordered_by_the_question_alone() -> None:
    own, english = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)
    encoded = with_vectors(make_query("등불", None), ("등불", "lamp"), (own, english), ())
    assert encoded.vector is not None
    of_lamps, of_words = np.array([[0.8, 0.6]], np.float32), np.array([[0.6, 0.8]], np.float32)
    texts = ["등불을 켜는 사람은 장부를 적는다", "등불 장부를 창고에 둔다", "A lamp is lit."]
    korean, other, english_one = sentence_cosines(texts, [of_lamps, of_words, of_words], encoded)
    assert korean[0, 0] > other[0, 0]  # by the mixed vector it is the other way round
    assert (of_lamps @ encoded.vector)[0] < (of_words @ encoded.vector)[0]
    mixed = [float((each @ encoded.vector)[0]) for each in (of_lamps, of_words)]
    assert np.isclose((korean[0, 0] + other[0, 0]) / 2, np.mean(mixed))
    assert np.isclose(english_one[0, 0], mixed[1])


def test_a_title_page_stands_before_the_first_other_heading() -> None:
    def read(at: int, text: str, *headings: str) -> Passage:
        return Passage("d", Span(at, at + 9), text, text, headings, None, 1, 1)

    first, second = read(0, "Lamps are lit at dusk.", "Lamp Rules"), read(10, "Oil is dear.", "Lamp Rules")
    assert not any(is_title_page(each, lambda _: (first, second)) for each in (first, second))
    headed, last = read(20, "Oil is kept.", "Lamp Rules", "Oil"), read(30, "Written in May.", "Lamp Rules")
    whole = (first, second, headed, last)
    assert [is_title_page(each, lambda _: whole) for each in whole] == [True, True, False, False]
    bare = read(0, "Harbour Guild 2031", "Lamp Rules")
    assert is_title_page(bare, lambda _: (bare, second))


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How much is the fine for keepers?", "Fines of keepers reach 300 euros."),
        ("Who sets the fine for keepers?", "The guild hears a keeper before it sets a fine."),
    ],
)
def test_a_near_sentence_with_the_sum_of_a_fine_that_is_asked_for_leads(question: str, first: str) -> None:
    said = (
        "The guild hears a keeper before it sets a fine.",
        "Fines of keepers reach 300 euros.",
        "Oil costs 9 euros.",
    )
    ranked = [
        SentenceCandidate(n, 0, "rules", Span(n * 100, n * 100 + 50), words, 0.0, 1.8 - 0.1 * n)
        for n, words in enumerate(said)
    ]
    found = fine_first(question, ranked)
    assert found[0].words == first
    assert found[0].score == max(each.score for each in found)
    assert {each.words for each in found} == set(said)


def test_of_two_wordings_of_a_question_the_one_that_the_passages_hold_counts() -> None:
    question = make_query("who buys the oil", None, translated="who provides the oil")
    weights = dict.fromkeys((*question.terms, *question.translated), 2.0)
    own, other = dict.fromkeys(question.terms, 2.0), dict.fromkeys(question.translated, 2.0)
    assert in_one_wording(question, weights, [{"oil", "buy"}]) == own != weights
    assert in_one_wording(question, weights, [{"oil"}, {"provid"}]) == other
    assert in_one_wording(make_query("who buys the oil", None), weights, [{"oil"}]) == weights
