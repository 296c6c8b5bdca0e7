"""What an answer quotes by its question's kind: rules of named units, whole lists, definitions, distinct places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kb.answering.duty_holders import acts_asked, doing, duty_holders
from kb.answering.places import distinct, have_same_words
from kb.answering.sentence_selection import SentenceCandidate
from kb.messages import notices_in_words as in_words
from kb.query.definitions import asked_term, defines
from kb.query.query import read_query
from kb.text.enumerations import opens_enumeration
from kb.types import SearchFilter, Span
from tests.builds import build
from tests.library import answering, said

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase
    from kb.types import Answer


def orchard(home: Path, question: str) -> Answer:
    """The answer from the small code for orchards alone."""
    base = answering(home)
    [doc_id] = [d.doc_id for d in base.library().store.documents if "Orchard" in d.edition.title]
    return base.ask(question, SearchFilter(doc_ids=(doc_id,)))


def test_a_quote_that_opens_a_list_is_shown_with_all_its_points(home: Path) -> None:
    answer = orchard(home, "What are gardeners trained in before they work beside a robot?")
    first = answer.citations[0]
    assert first.quote.startswith("4. Gardeners shall be trained")
    assert first.quote.endswith("(b) in the reading of the ledger.")
    [told] = answer.enumerations
    assert (told.n, told.total) == (1, 2)
    assert told.opening == "4. Gardeners shall be trained before they work beside a robot:"
    assert told.points == ("(a) in the use of the red lever;", "(b) in the reading of the ledger.")


@pytest.mark.parametrize(
    "question",
    [
        "What are gardeners trained in?",
        "Who may stop a robot?",
        "How long are ledgers kept?",
        "On which day is the guild open?",
    ],
)
def test_no_quote_ends_where_a_list_begins(home: Path, question: str) -> None:
    for citation in orchard(home, question).citations:
        assert not opens_enumeration(citation.quote)


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Who may stop a robot, and how long are ledgers kept?", "1. Every orchard", "8. Ledgers are kept"),
        ("Who decides about a pear, and what are gardeners trained in?", "6. Where a robot", "4. Gardeners shall"),
        ("Who may stop a robot, and for how long?", "1. Every orchard", "8. Ledgers are kept for nine years"),
    ],
)
def test_both_halves_of_a_question_for_two_things_are_answered(
    home: Path, question: str, first: str, second: str
) -> None:
    quotes = [citation.quote for citation in orchard(home, question).citations]
    assert quotes[0].startswith(first)
    assert quotes[1].startswith(second)


def test_an_answer_shows_three_places_none_of_them_twice(home: Path) -> None:
    answer = orchard(home, "What does the code say of the robots of an orchard and of its gardeners?")
    shown = (*answer.citations, *answer.also_relevant)
    assert len(shown) == 3 == len(distinct(shown))
    assert [c.n for c in shown] == [1, 2, 3]
    assert {n for s in answer.sentences for n in s.cites} == {c.n for c in answer.citations}


def test_a_heading_is_in_the_place_and_never_in_the_quote(home: Path) -> None:
    base = answering(home)
    answer = base.ask("Who writes down when each harbour lamp was lit?", SearchFilter(include_register=False))
    assert answer.citations[0].quote == "The keeper writes down when each lamp was lit and by whom."


def test_a_unit_named_in_a_question_is_quoted_by_its_rule(home: Path) -> None:
    base = answering(home)
    answer = base.ask("What does principle 1.5 of the OECD Recommendation say about actors?")
    assert answer.citations[0].unit_id == "urn:kb:oecd:legal-0449:2024:principle:1.5"


@pytest.mark.parametrize(
    ("question", "kind"),
    [("안녕하세요!", "talk greeting"), ("thanks a lot", "talk thanks"), ("accountability", "talk one word")],
)
def test_what_asks_nothing_gets_a_fixed_sentence(home: Path, question: str, kind: str) -> None:
    answer = answering(home).ask(question)
    assert answer.refused
    assert [n.kind for n in answer.reason] == [kind]
    assert not answer.nearest


def test_a_word_written_wrong_alone_is_asked_back(home: Path) -> None:
    answer = answering(home).ask("투명썽에 대해 알려줘")
    assert answer.refused
    assert in_words(answer.reason, "ko").startswith("투명성?")


def test_words_written_wrong_in_a_question_are_mended_and_that_is_said(home: Path) -> None:
    answer = answering(home).ask("유네스코는 투명셩에 대해 무엇을 요구하나요?")
    assert not answer.refused
    assert "유네스코는 투명성에 대해 무엇을 요구하나요?" in said(answer.notices, "ko")[0]


def test_the_same_question_decomposed_has_the_same_answer(home: Path) -> None:
    import unicodedata

    base = answering(home)
    question = "OECD는 책임성에 대해 무엇을 요구하나요?"
    one, other = base.ask(question), base.ask(unicodedata.normalize("NFD", question))
    assert one == other


def test_a_status_is_answered_by_the_catalog(home: Path) -> None:
    answer = answering(home).ask("Is IEEE 7012 published?")
    assert [c.cite_key for c in answer.citations] == ["ieee-7012:whole"]
    assert "current" in said(answer.notices)[0]


def test_the_units_of_a_kind_are_counted(home: Path) -> None:
    answer = answering(home).ask("How many requirements do the HLEG guidelines have?")
    assert any("7 units of the kind “requirement”" in words for words in said(answer.notices))
    assert len(answer.citations) == 7


def test_a_superseded_edition_follows_the_one_that_stands(home: Path) -> None:
    answer = answering(home).ask("What does the OECD say about accountability of AI actors?")
    statuses = [c.status for c in answer.citations]
    assert statuses == sorted(statuses, key=lambda status: status == "superseded")
    assert statuses[0] == "current"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does ALTAI ask about lamps that fail?", "ALTAI"),
        ("서울 선언은 램프에 대해 무엇을 말하나요?", "서울 선언"),
    ],
)
def test_a_named_publication_that_is_not_here_is_said_and_not_answered_from_another(
    home: Path, question: str, name: str
) -> None:
    answer = answering(home).ask(question)
    assert answer.refused
    assert f"{name}: not among the documents searched." in said(answer.reason)


def test_an_edition_that_is_not_here_is_answered_from_the_other_ones_and_that_is_said(home: Path) -> None:
    answer = answering(home).ask("What does EADv2 say about personal data?")
    assert "EADv2: not among the documents searched." in said(answer.reason or answer.notices)
    assert all(c.doc_id == "register-ieee" for c in answer.citations)


def test_terms_that_are_asked_for_and_sentences_that_define_them() -> None:
    assert asked_term("What is a harbour lamp?") == "harbour lamp"
    assert asked_term("가명처리란 무엇을 말하는가?") == "가명처리"
    assert defines("‘Harbour lamp’ means a lamp that stands in a harbour.", "harbour lamp")
    assert defines("1. “가명처리”란 이름을 지우는 것을 말한다.", "가명처리")
    assert not defines("The harbour lamp is lit at six.", "wick")


def test_nearly_the_same_words_are_one_place() -> None:
    words = "The ferry leaves pier nine at six in the morning."
    assert have_same_words(words, f"1. {words}")
    assert not have_same_words(words, "The ferry lands at pier ten in the evening, if the tide allows it.")


def test_who_shall_do_it_is_found_by_the_verb_of_the_question(home: Path) -> None:
    library = answering(home).library()

    def acts(question: str, words: str) -> bool:
        asked = acts_asked(read_query(library, question))
        return asked is not None and asked.search(words) is not None

    assert acts("Who must keep the ledger?", "The gardener shall safely keep the ledger.")
    assert acts("Who supervises the robots?", "The guild shall have exclusive powers to supervise and enforce it.")
    assert acts("Who is responsible for training?", "Gardeners shall provide training.")
    assert acts("기록은 누가 보관하나요?", "The gardener shall keep the records.")
    assert acts("기록은 누가 보관해야 하나요?", "The gardener shall keep the records.")
    assert acts(
        "누가 영향평가를 해야 하나?", "The gardener shall perform an assessment of impact, and assess the soil."
    )
    assert not acts("기록은 누가 보관하나요?", "The gardener shall show the records.")
    assert not acts("Who supervises the robots?", "A robot means a machine that is supervised.")
    assert not acts("기록에서 누구를 보호해야 하나요?", "Gardeners shall be protected.")


def test_who_does_it_is_told_in_the_present_by_whom_and_in_korean(home: Path) -> None:
    library = answering(home).library()

    def does(question: str, words: str) -> bool:
        asked = doing(read_query(library, question))
        return asked is not None and asked.search(words) is not None

    assert does("Who approves new robots?", "The guild approves robots before they go to sea.")
    assert does("Who approves new robots?", "Small robots are approved by the head gardener.")
    assert does("Who may waive the toll?", "The harbour master may waive the toll in a storm.")
    assert does("By whom is the lead gardener appointed?", "The guild appoints the lead gardener.")
    assert does("새 로봇은 누가 승인하나요?", "새 로봇을 쓰려면 조합이 승인한다.")
    assert does("정원장은 누가 맡나요?", "정원장은 조합장이 되고, 위원은 열 명이다.")
    assert not does("정원장은 누가 맡나요?", "조합은 정원장 한 명과 위원 열 명으로 구성한다.")
    assert not does("Who may waive the toll?", "Boats that refuse the toll are excluded.")


def test_each_holder_of_a_duty_is_quoted_and_each_article_once() -> None:
    def sentence(start: int, unit: str, score: float, words: str) -> SentenceCandidate:
        return SentenceCandidate(0, 0, "d", Span(start, start + 9), words, score, score, score, unit)

    keeps = re.compile("shall keep")
    provider = sentence(0, "urn:kb:x:y:1:article:19.1", 1.0, "Providers shall keep the logs.")
    again = sentence(20, "urn:kb:x:y:1:article:19.2", 0.95, "Banks shall keep the logs.")
    deployer = sentence(40, "urn:kb:x:y:1:article:26.6", 0.85, "Deployers shall keep the logs.")
    far = sentence(60, "urn:kb:x:y:1:article:40", 0.5, "Boards shall keep minutes.")
    assert duty_holders([provider, again, deployer, far], keeps, 3) == [provider, deployer]
    assert duty_holders([sentence(80, "u", 1.0, "Logs are long."), deployer], keeps, 3) == []


LAMPS = """Code of the Lamps

Article 1
System of lamps

1. Keepers shall have a system for their lamps. That system is written down and shall include at least the following:
(a) the oil of each lamp;
(b) the colour of each lamp;
(c) the keeper of each lamp.

2. The guild reads the system every year. It may send it back. A keeper whose system was sent back mends it in a week.

Article 2
Quay

1. The guild has a quay for boats.
2. Boats leave the quay at dusk.
"""


def _library_of(home: Path, text: str) -> KnowledgeBase:
    """A library with one document of some text."""
    (home / "papers").mkdir()
    (home / "papers" / "only.txt").write_text(text, "utf-8")
    assert not build(home, home / "papers").failed
    return answering(home)


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A library with a code of two articles."""
    return _library_of(tmp_path_factory.mktemp("lamps"), LAMPS)


def test_a_sentence_in_front_of_a_list_is_quoted_with_the_list(lamps: KnowledgeBase) -> None:
    answer = lamps.ask("Which keepers shall have a system for their lamps?", SearchFilter(include_register=False))
    assert answer.citations[0].quote.endswith("(c) the keeper of each lamp.")
    assert [told.total for told in answer.enumerations] == [3]


def test_the_first_quote_is_the_whole_of_a_short_paragraph(lamps: KnowledgeBase) -> None:
    answer = lamps.ask("When does a keeper mend a system that was sent back?", SearchFilter(include_register=False))
    assert answer.citations[0].quote.startswith("2. The guild reads the system every year.")
    assert answer.citations[0].quote.endswith("in a week.")
    assert answer.citations[0].sentence in answer.citations[0].quote
    assert "mend" in answer.citations[0].sentence
    assert len(answer.citations[0].sentence) < len(answer.citations[0].quote)


GUIDE = """Guide to the Lamps

Article 1
Meaning of words

In this guide:

(1) ‘lamp room’ means a room in which lamps are kept;
(2) ‘harbour office’ means:
(a) the office at the quay;
(b) the office at the tower.

Article 2
Quay

1. The notion of ‘landing place’ should be interpreted broadly. That notion relates to any place where boats stop.
Boats are moored with two ropes.
"""


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A library with a guide that defines three words."""
    return _library_of(tmp_path_factory.mktemp("guide"), GUIDE)


def test_a_definition_in_front_of_one_that_has_points_is_quoted_alone(guide: KnowledgeBase) -> None:
    answer = guide.ask("What is a lamp room?", SearchFilter(include_register=False))
    assert answer.citations[0].quote == "(1) ‘lamp room’ means a room in which lamps are kept;"


def test_a_definition_goes_on_to_what_says_more_of_the_notion(guide: KnowledgeBase) -> None:
    answer = guide.ask("What is a landing place?", SearchFilter(include_register=False))
    assert answer.citations[0].quote.endswith("That notion relates to any place where boats stop.")


DUTIES = """Code of the Harbour

Article 1
Dangerous lamps

1. The following lamps are dangerous:
(a) lamps that are used in the school of the harbour to watch pupils;
(b) lamps that look for prohibited behaviour of pupils in the school.

Article 2
Obligations of keepers

1. Keepers shall ensure that their lamps are clean.
2. Keepers shall write down when a lamp was lit.
3. Keepers shall answer the guild within a week.

Article 3
Forbidden lamps

1. The following lamps shall be prohibited:
(a) lamps that read the minds of pupils in a school;
(b) lamps that burn whale oil.
"""


@pytest.fixture(scope="module")
def duties(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A library with a code that has the duties of keepers in one article."""
    return _library_of(tmp_path_factory.mktemp("duties"), DUTIES)


@pytest.mark.parametrize(
    "question",
    [
        "Which obligations fall on keepers?",
        "What are a keeper's duties?",
        "What must a keeper do?",
        "What are the obligations of keepers?",
    ],
)
def test_all_duties_of_an_actor_are_the_whole_article_on_them(duties: KnowledgeBase, question: str) -> None:
    [first, *_] = duties.ask(question, SearchFilter(include_register=False)).citations
    assert first.quote.startswith("1. Keepers shall ensure")
    assert first.quote.endswith("within a week.")


def test_what_is_forbidden_leads_what_is_called_dangerous(duties: KnowledgeBase) -> None:
    [first, *_] = duties.ask("What is forbidden in schools with lamps?", SearchFilter(include_register=False)).citations
    assert "minds of pupils" in first.quote


def test_beside_a_place_with_the_words_asked_for_none_is_pointed_to_that_lacks_them(home: Path) -> None:
    answer = orchard(home, "Who decides about the ripeness of a pear?")
    assert "pear" in answer.citations[0].quote
    assert not any("open day" in each.quote for each in answer.also_relevant)
