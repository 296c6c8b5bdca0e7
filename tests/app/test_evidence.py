"""What is gathered for a question: every sentence weighed by its own vector, and what a decision may go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.evidence import _basis, _named, gather
from app.finding import find, strangers
from kb.answering import passage_sentences
from kb.ranking import FEATURES, ranker_of
from kb.refusal import Basis, model
from kb.types import SearchFilter
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from app.service import Service

ALL = SearchFilter()
QUESTION = "How long are ledgers kept after a robot has left the orchard?"


def own_ranker(service: Service) -> None:
    """A ranker for the stand-in encoder, which orders by the cosine alone."""
    n = len(FEATURES)
    linear = np.zeros(n)
    linear[FEATURES.index("sense_raw")] = 1
    zero = {of + name: np.zeros((64, 1)) for of in ("", "tuned_") for name in ("question_in", "passage_in")}
    zero |= {of + name: np.zeros((1, 64)) for of in ("", "tuned_") for name in ("question_out", "passage_out")}
    zero |= {"hidden": np.zeros((n, 1)), "hidden_bias": np.zeros(1), "out": np.zeros(1)}
    made = {"encoder": np.array("words-64"), "mean": np.zeros(n), "scale": np.ones(n), "linear": linear, **zero}
    service.ranker = ranker_of(made)


def test_every_sentence_of_the_passages_found_is_weighed_by_its_own_vector(service: Service) -> None:
    held = gather(service, QUESTION, ALL)
    asked = find(service, QUESTION, service.rows(ALL), 8, ALL).asked
    assert held.sentences
    for sentence in held.sentences:
        passage = held.found[sentence.passage].passage
        span, words = passage_sentences(passage)[sentence.place]
        assert (span, words) == (sentence.span, sentence.words)
        [vector] = WordEncoder().encode_passages([words])
        assert sentence.cosine == pytest.approx(float(vector @ asked.vector), abs=2e-3)
    weighed = {(c.passage, c.place) for c in held.sentences}
    assert len(weighed) == len(held.sentences) > 8


def test_another_encoder_than_the_one_trained_with_is_decided_by_words(service: Service) -> None:
    assert gather(service, QUESTION, ALL).basis is Basis.WORDS


def test_what_is_known_of_the_catalog_counts_for_its_publications_alone(service: Service) -> None:
    own_ranker(service)
    asked = find(service, QUESTION, service.rows(ALL), 1, ALL).asked
    [orchard] = [d.doc_id for d in service.store.documents if "Orchard" in d.edition.title]
    ours = gather(service, QUESTION, SearchFilter(doc_ids=(orchard,)))
    assert {f.passage.doc_id for f in ours.found} == {orchard}
    assert _basis(service, asked, ours.found) is Basis.SENSE
    theirs = gather(service, "What does the OECD say about accountability?", ALL)
    assert _basis(service, asked, theirs.found) is Basis.CATALOG
    assert _basis(service, asked, ()) is Basis.SENSE


@pytest.mark.parametrize(
    ("question", "strange", "lost"),
    [
        ("What does principle 1.4 of the OECD ask for?", 0, 0),
        ("What does principle 1.9 of the OECD ask for?", 0, 1),
        ("What does the GDPR say about profiling?", 1, 0),
        ("What is a ledger?", 0, 0),
    ],
)
def test_names_and_numbers_that_do_not_exist_are_told(service: Service, question: str, strange: int, lost: int) -> None:
    assert _named(service, question) == {"strange_names": strange, "no_such_unit": lost}


def test_measures_hold_what_every_basis_goes_by(service: Service) -> None:
    measures = gather(service, QUESTION, ALL).measures
    for basis in Basis:
        assert set() < set(model(basis).names) <= set(measures)


@pytest.mark.parametrize(
    ("question", "law"),
    [
        ("Within how many hours does the GDPR want a breach told?", "GDPR"),
        ("AI 기본법상 표시 의무를 어기면 과태료는 얼마인가요?", "AI 기본법"),
        ("콜로라도주 AI법은 개발자에게 무엇을 요구하나요?", "콜로라도주 AI법"),
        ("What does Singapore's Model AI Governance Framework say?", "Singapore's Model AI Governance Framework"),
    ],
)
def test_a_question_of_a_law_that_is_not_here_is_refused_by_its_name(
    service: Service, question: str, law: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.refusal.is_carried", lambda *_: True)
    answer = service.ask(question)
    assert answer.refused
    assert answer.reason.startswith(f"{law}: ")


@pytest.mark.parametrize(
    "question",
    [
        "How does the AI Act relate to the GDPR?",
        "What do the laws of a country ask of robots?",
        "근로자에게 더 유리한 단체협약을 둘 수 있나요?",
        "Does the charter of the guild protect robots?",
    ],
)
def test_a_law_named_beside_a_publication_here_or_none_by_name_refuses_nothing(service: Service, question: str) -> None:
    assert strangers(service, question) == []


def test_a_question_is_encoded_anew_for_another_ranker(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    encode = WordEncoder.encode_query
    monkeypatch.setattr(WordEncoder, "encode_query", lambda self, text: asked.append(text) or encode(self, text))
    service.query_vectors((QUESTION,), "en")
    service.query_vectors((QUESTION,), "en")
    assert asked == [QUESTION]
    own_ranker(service)
    service.query_vectors((QUESTION,), "en")
    assert asked == [QUESTION, QUESTION]
