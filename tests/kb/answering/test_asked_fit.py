"""What a question asks for beyond what it is about, whose duty or by when: the sentence that says so comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ingest.pipeline import ingest_paths
from kb.answering.asked_fit import HOLDS_NONE, fitted
from kb.answering.sentence_selection import SentenceCandidate
from kb.catalog.register import load_corpus
from kb.query.query import read_query
from kb.types import Span
from tests.fakes import WordEncoder
from tests.library import answering

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

ACT = """Harbour Lantern Regulation

Article 1
Definitions

In this Regulation the words below mean this:
(1) ‘maker’ means a person who makes lanterns for a harbour and sells them under a name of his own;
(2) ‘seller’ means a person who has lanterns in store for a harbour and gives them to keepers for money.

Article 2
Duties of makers

1. Makers shall keep the drawings of each lantern for ten years after the last one was lit in the harbour.
2. Makers who learn that a false lantern burns in the harbour shall mend it and tell the guild of the fault.

Article 3
Duties of sellers

1. Before giving a lantern away, sellers shall look for the mark of its maker and for the seal of the guild.
2. Sellers who learn of a lantern with a fault shall take it out of their store.

Article 4
Fog

1. Keepers shall tell the guild of fog within two days of the night on which they saw it.
2. Notwithstanding paragraph 1, where a ship was lost, keepers shall tell the guild of fog and ship within one hour.

Article 5
Loans

1. Keepers shall light no green lantern in the first of the four watches of the harbour.
2. Borrowers of a green lantern shall write their names into the book of loans.
That duty does not fall on borrowers whose ship has no more than three oars.
Where a borrower is a child, its mother writes down her name instead.
"""
KOREAN = """항구 등불 관리 규정

제1조(제작자의 의무)
① 제작자는 거짓 등불이 항구에서 타는 것을 알게 된 때에는 이를 고치고 조합에 알려야 한다.

제2조(판매자의 의무)
① 판매자는 흠이 있는 등불을 알게 된 때에는 창고에서 치워야 한다.

제3조(보관)
① 등불의 그림은 마지막 등불이 꺼진 뒤 십 년 동안 조합의 창고에 보관한다.
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The knowledge base over two made acts, one in English and one in Korean."""
    home, papers = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers")
    (papers / "act.txt").write_text(ACT, "utf-8")
    (papers / "rule.txt").write_text(KOREAN, "utf-8")
    assert not ingest_paths(home, [papers], WordEncoder(), load_corpus(), today="2026-01-02", version="test").failed
    return answering(home)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What must a seller do when he learns that a false lantern burns in the harbour?", "Article 3"),
        ("What must a maker do when he learns that a false lantern burns in the harbour?", "Article 2(2)"),
        ("What must sellers do about a lantern with a fault?", "Article 3(2)"),
        ("판매자는 거짓 등불을 알게 된 때에는 무엇을 해야 하나요?", "제2조제1항"),
        ("제작자는 흠이 있는 등불을 알게 된 때에는 무엇을 해야 하나요?", "제1조제1항"),
        ("By when must keepers tell the guild of fog?", "Article 4(1)"),
        ("By when must keepers tell the guild of fog where a ship was lost?", "Article 4(2)"),
        ("If a ship was lost, by when must keepers tell the guild of fog?", "Article 4(2)"),
    ],
)
def test_the_first_place_is_of_the_actor_the_exception_the_rule_that_is_asked_for(
    base: KnowledgeBase, question: str, place: str
) -> None:
    assert base.ask(question).citations[0].locator.startswith(place)


def fits(base: KnowledgeBase, question: str, words: str) -> float:
    """What speaks for a sentence beyond its nearness, for a question."""
    library = base.library()
    passage = library.store.passage(0)
    plain = SentenceCandidate(0, 0, passage.doc_id, Span(0, 5), words, 0.0, 1.0)
    (found,) = fitted(library, read_query(library, question), [plain], passage)
    return found.fits


def test_a_provision_is_quoted_with_the_conditions_beside_the_sentence_that_was_found(base: KnowledgeBase) -> None:
    lent = base.ask("What shall borrowers write into the book of loans?").citations[0]
    assert lent.locator.startswith("Article 5(2)")
    assert lent.quote.startswith("2. Borrowers of")
    assert lent.quote.endswith("writes down her name instead.")


def test_a_definition_is_set_back_where_the_duty_is_asked_for_and_is_not_where_the_meaning_is(
    base: KnowledgeBase,
) -> None:
    words = "(2) ‘seller’ means a person who has lanterns in store for a harbour and gives them to keepers."
    for question, is_set_back in (("등불 판매 의무", True), ("Lantern obligations", True), ("등불 판매자 뜻", False)):
        assert (fits(base, question, words) < 0) is is_set_back


def test_what_passes_for_something_is_told_by_what_is_considered_so(base: KnowledgeBase) -> None:
    library = base.library()
    passage = library.store.passage(0)
    told, other = (
        SentenceCandidate(0, n, passage.doc_id, Span(n, n + 5), words, 0.0, 1.0)
        for n, words in enumerate(
            ("Any seller shall be considered to be a maker where he mends lanterns.", "Sellers shall know the makers.")
        )
    )
    query = read_query(library, "When does a seller become a maker?")
    first, second = fitted(library, query, [told, other], passage)
    assert first.fits > second.fits


@pytest.mark.parametrize(
    ("question", "words", "gains"),
    [
        ("By when must fog be told?", "Fog within the scope of the harbour is told.", False),
        ("By when must fog be told?", "Fog is told within a reasonable period of time.", True),
        ("By when must fog be told?", "Fog is told within the hour.", True),
        ("안개는 며칠 동안 알리나요?", "안개는 사흘이 지난 통일 이내에 적는다.", False),
        ("안개는 며칠 동안 알리나요?", "안개는 3일간 알린다.", True),
        ("안개 보관 기간은?", "안개는 3일간 보관한다.", True),
        ("안개 몇년 보관?", "안개는 3년간 보관한다.", True),
    ],
)
def test_a_sentence_gains_by_a_time_and_by_no_place_that_something_is_in(
    base: KnowledgeBase, question: str, words: str, gains: bool
) -> None:
    assert (fits(base, question, words) >= 0.05) is gains


@pytest.mark.parametrize(
    "words",
    [
        "the same lanterns must be told of in the same way.",
        "It then told the guild of the fog in the harbour.",
        "These lanterns are told of.",
    ],
)
def test_a_sentence_that_hangs_on_the_one_before_it_loses(base: KnowledgeBase, words: str) -> None:
    assert fits(base, "Which lanterns are told of?", words) < 0


@pytest.mark.parametrize(
    ("words", "gains"),
    [
        ("2. Once the book is full, the keeper shall notify the guild of it.", True),
        ("2. The keeper has the right to notify the guild.", True),
        ("2. The keeper shall, before the ship leaves the harbour, notify the guild.", True),
        ("2. The keeper shall keep a book of whom he has to tell.", False),
    ],
)
def test_a_sentence_gains_by_the_act_that_is_asked_for(base: KnowledgeBase, words: str, gains: bool) -> None:
    assert (fits(base, "Whom must the keeper notify about the book?", words) > 0.05) is gains


@pytest.mark.parametrize(
    ("question", "words", "steps"),
    [
        ("What are the tasks of the guild?", "2. The guild shall have the following main tasks: to light lamps.", 1),
        ("What are the tasks of the guild?", "2. The guild shall have a house with a bell.", 0),
        ("What does the code ask of a spare lamp?", "Did you put a spare lamp on the boat?", -1),
        ("Which questions does the code put about a spare lamp?", "Did you put a spare lamp on the boat?", 0),
    ],
)
def test_a_sentence_gains_by_the_list_it_opens_and_loses_by_asking(
    base: KnowledgeBase, question: str, words: str, steps: int
) -> None:
    assert round(fits(base, question, words) / 0.05) == steps


def test_a_sentence_gains_by_the_number_of_what_is_counted(base: KnowledgeBase) -> None:
    question = "How many clerks does each harbour send to the guild?"
    counted, other = "The guild shall have one clerk of each harbour.", "The clerks of each harbour have a bell."
    assert fits(base, question, counted) > fits(base, question, other)
    assert fits(base, "Which clerks does each harbour send?", counted) == fits(base, "Which clerks are sent?", other)


def test_a_sentence_without_a_word_of_the_question_goes_behind_those_of_its_passage(base: KnowledgeBase) -> None:
    library = base.library()
    passage = library.store.passage(0)
    plain = SentenceCandidate(0, 0, passage.doc_id, Span(0, 5), "The guild is glad of letters.", 0.0, 1.0)
    holding = replace(plain, place=1, words="The lantern has a fault.", coverage=0.5, held=frozenset({"fault"}))
    query = read_query(library, "What is said of faults?")
    assert [c.fits for c in fitted(library, query, [plain, holding], passage)] == [-HOLDS_NONE, 0.0]
    assert [c.fits for c in fitted(library, query, [plain, replace(holding, passage=1)], passage)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("question", "gains"),
    [
        ("In which language must the label be written?", True),
        ("Under which circumstances must the label be written?", False),
        ("Which label must be written?", False),
    ],
)
def test_a_sentence_gains_by_naming_the_kind_of_thing_in_which_something_is(
    base: KnowledgeBase, question: str, gains: bool
) -> None:
    named, other = "The label shall be in a language of the harbour.", "The label shall be in front of the harbour."
    assert (fits(base, question, named) > fits(base, question, other)) is gains
