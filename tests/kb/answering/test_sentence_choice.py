"""The learned choice of sentences: its features, its weights, and what it may change."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kb.answering.asked_forms import permission_asked, way_asked
from kb.answering.sentence_choice import choose_sentences, read_again, read_weights, sentence_weights
from kb.answering.sentence_features import (
    CHOSEN_BY,
    LACKS_VALUE,
    OF_TUNED,
    OF_VALUE,
    choice_features,
    with_value_and_tuned,
)
from kb.answering.sentence_selection import SentenceCandidate
from kb.errors import ConfigError
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

TERMS = {"train": 2.0, "gpt-4": 6.0, "cost": 3.0}


def candidate(passage: int, words: str, held: set[str], score: float) -> SentenceCandidate:
    """A sentence of which only what the choice reads is told."""
    share = sum(TERMS[t] for t in held) / sum(TERMS.values())
    span = Span(passage * 100, passage * 100 + len(words))
    return SentenceCandidate(passage, 0, "d", span, words, share, score, 0.85, held=frozenset(held), tuned=0.3 * score)


GENERAL = candidate(0, "The cost of a model depends on several variables, as is known.", {"cost"}, 1.0)
SPECIAL = candidate(1, "The developer reportedly spent over $100 million on GPT-4.", {"gpt-4", "cost"}, 0.8)
QUESTION = "How much did training GPT-4 cost?"


def column(name: str, question: str = QUESTION, *sentences: str) -> list[float]:
    """A feature of the two sentences, or of others."""
    asked = [replace(GENERAL, words=words) for words in sentences] or [GENERAL, SPECIAL]
    return [float(x) for x in choice_features(question, asked, TERMS)[:, CHOSEN_BY.index(name)]]


def test_features_say_what_a_sentence_holds() -> None:
    assert column("holds_rarest") == [0.0, 1.0]
    assert column("has_value") == [0.0, 1.0]
    assert column("lacks_value") == [1.0, 0.0]
    assert column("lacks_value", "Why do models need data?") == [0.0, 0.0]
    assert column("tuned_behind") == pytest.approx([0.0, -0.06])
    assert column("passage") == [1.0, 0.8]


def test_in_the_catalog_a_value_that_is_asked_for_and_the_tuned_cosine_count_beside_the_sum() -> None:
    general, special = with_value_and_tuned(QUESTION, [replace(GENERAL, fits=0.1), SPECIAL])
    assert general.fits == pytest.approx(0.1 - LACKS_VALUE)
    assert special.fits == pytest.approx(OF_VALUE - 0.06 * OF_TUNED)
    assert [c.fits for c in with_value_and_tuned("Why do models need data?", [GENERAL])] == [0.0]


@pytest.mark.parametrize(
    ("question", "given", "lacking"),
    [
        ("How long is the voting period?", "The voting period is 2 weeks.", "The ballot follows the discussion."),
        ("How many members may it have?", "It consists of up to 8 Developers.", "It sits for 42 months at most."),
        ("When must a provider notify?", "It shall notify within two weeks.", "It shall notify the office (3)."),
        ("몇 개 언어를 지원하나요?", "80개 이상의 언어를 지원합니다.", "그래픽 버전도 있습니다."),
        ("How often are lamps lit?", "They are lit every ten minutes.", "Lamps are lit by hand."),
        ("등불은 몇 분마다 켜나요?", "등불은 10분마다 켠다.", "등불은 손으로 켠다."),
        ("회의는 얼마나 자주 여나요?", "회의는 분기마다 한 번 연다.", "회의는 위원장이 연다."),
        ("임기는 얼마나 되나요?", "The Leader serves for one year.", "The Leader is elected."),
    ],
)
def test_a_time_or_a_number_that_is_asked_for_is_told(question: str, given: str, lacking: str) -> None:
    assert column("has_value", question, given, lacking) == [1.0, 0.0]
    assert column("lacks_value", question, given, lacking) == [0.0, 1.0]


def test_a_condition_asks_for_no_time() -> None:
    assert column("lacks_value", "When should we stop a system?", "Where harm is near.") == [0.0]


def test_the_chosen_sentence_leads_and_the_others_keep_their_scores() -> None:
    weights = np.array([float(name == "has_value") for name in CHOSEN_BY])
    chosen = choose_sentences(QUESTION, [GENERAL, SPECIAL], TERMS, weights)
    assert chosen[0] == GENERAL
    assert chosen[1].score > GENERAL.score > SPECIAL.score
    assert replace(chosen[1], chosen=None) == SPECIAL
    assert choose_sentences(QUESTION, [], TERMS) == []


def test_the_shipped_weights_prefer_the_sentence_with_the_amount() -> None:
    first, second = choose_sentences(QUESTION, [GENERAL, SPECIAL], TERMS)
    assert second.score > first.score


def lead(question: str, *sentences: str) -> str:
    """The words of the sentence that is chosen of several that differ in nothing else."""
    told = [replace(GENERAL, passage=n, words=words) for n, words in enumerate(sentences)]
    return max(choose_sentences(question, told, TERMS), key=lambda c: c.score).words


RULE = "The charter applies to every guild that trains a robot."
EXEMPT = "Guilds with fewer than ten robots are exempt from the charter."


def test_an_exception_leads_where_it_is_asked_for() -> None:
    assert lead("Who is exempt from the charter?", RULE, EXEMPT) == EXEMPT
    assert lead("To whom does the charter apply?", EXEMPT, RULE) == RULE
    assert lead("When has a guild no duty to train?", "It trains within 30 days.", EXEMPT) == EXEMPT


def test_what_only_announces_leads_last() -> None:
    announced = "This guidance sets out what the office expects of guilds."
    assert lead("Who trains the robots?", announced, RULE) == RULE
    assert lead("What is the purpose of the guidance?", announced, RULE) == announced


def test_which_fund_pays_is_no_date_and_by_how_much_is_a_number() -> None:
    assert column("lacks_value", "From which fund are keepers paid?", "They are paid out of the oil fund.") == [0.0]
    assert column("has_value", "From which date are keepers paid?", "They are paid from May.") == [1.0]
    assert column("has_value", "By how much must smoke fall?", "Smoke falls by 75%.", "Smoke is bad.") == [1.0, 0.0]
    assert column("has_value", "How much may a keeper borrow?", "Up to $30 a month.", "A bank lends it.") == [1.0, 0.0]
    assert column("has_value", "How much is the oil allowance?", "It is $30 a month.", "It is paid.") == [1.0, 0.0]


def test_the_answer_behind_a_question_leads_and_not_the_question() -> None:
    asks = replace(SPECIAL, words="How much did training GPT-4 cost?")
    answers = replace(GENERAL, passage=1, place=1, words="It cost a great deal, as far as anybody knows about it.")
    chosen = choose_sentences(QUESTION, [asks, answers], TERMS)
    assert chosen[1].score > chosen[0].score


def test_the_number_of_a_paragraph_is_no_number_that_is_asked_for() -> None:
    thanks, told = "1.8 We thank all guilds for their help.", "1.7 We asked over 70 guilds."
    assert column("has_value", "How many guilds were asked?", thanks, told) == [0.0, 1.0]
    assert lead("How many guilds did the office ask?", thanks, told) == told
    assert lead("위원은 몇 명인가요?", "제4조(구성) ① 위원은 시장이 위촉한다.", "② 위원은 9명 이내로 한다.").startswith(
        "②"
    )
    assert (
        lead("계획은 몇 년마다 세우나요?", "계획은 2026년에 시작한다.", "계획을 3년마다 세운다.")
        == "계획을 3년마다 세운다."
    )


def test_when_a_case_is_asked_for_no_time_is() -> None:
    soon, refused = "설명 요구를 받은 날부터 10일 안에 알린다.", "사기를 조사하는 경우에는 설명을 거절할 수 있다."
    assert lead("설명을 거절할 수 있는 때는 언제인가요?", soon, refused) == refused
    assert lead("수당을 받으려면 무엇이 필요한가요?", "수당은 매월 준다.", "동의한 경우에만 수당을 준다.").startswith(
        "동의"
    )


def test_what_was_there_before_a_rule_leads_only_where_it_is_asked_for() -> None:
    rule, old = "등대는 14일 안에 등록한다.", "이 조례 시행 전에 세운 등대는 12월 31일까지 등록한다."
    assert lead("등대는 언제까지 등록하나요?", old, rule) == rule
    assert lead("이미 세운 등대는 언제까지 등록하나요?", old, rule) == old


def test_a_sum_leads_from_further_behind_where_money_is_asked_for() -> None:
    near, far = replace(GENERAL, held=SPECIAL.held, coverage=SPECIAL.coverage), replace(SPECIAL, passage_score=0.7)
    first, second = choose_sentences(QUESTION, [near, far], TERMS)
    assert second.score > first.score


def test_a_point_in_time_is_no_period() -> None:
    term, day = "The mayor holds office for a term of 6 years.", "The mayor takes office on the day after the election."
    assert column("has_value", "When does the mayor take office?", term, day) == [0.0, 1.0]
    assert column("has_value", "How long does the mayor hold office?", term, day) == [1.0, 0.0]


def test_whether_something_may_be_done_is_told_by_what_allows_or_forbids_it() -> None:
    praise, rule = "The harbour is proud of its lamps at night.", "Lamps must not be lit at noon."
    assert lead("May lamps be lit at noon?", praise, rule) == rule
    assert lead("낮에 등불을 켜도 되나요?", "등불은 항구의 자랑이다.", "낮에는 등불을 켤 수 있다.").startswith("낮에는")
    assert permission_asked("낮에는 무엇을 할 수 있나요?") is None


def test_how_something_is_done_is_told_by_what_has_to_be_done() -> None:
    rule = "Wicks must be trimmed by cutting them at dusk."
    assert lead("How should wicks be trimmed?", "Many keepers have trimmed their wicks before.", rule) == rule
    assert lead(
        "심지는 어떻게 손질하나요?",
        "심지의 손질은 오래된 관습이었다고 전해진다.",
        "심지는 저녁에 잘라 손질하여야 한다.",
    ).endswith("하여야 한다.")
    assert way_asked("How many wicks must be trimmed?") is None


def test_a_sentence_that_may_not_lead_is_not_chosen() -> None:
    chosen = choose_sentences(QUESTION, [GENERAL, SPECIAL], TERMS, bonus=lambda c: 0.0 if c is GENERAL else -math.inf)
    assert chosen[0].score > chosen[1].score == SPECIAL.score
    none = choose_sentences(QUESTION, [GENERAL, SPECIAL], TERMS, bonus=lambda _: -math.inf)
    assert none[1].score > none[0].score


@pytest.mark.parametrize("stored", [{}, {"names": ["cosine"], "weights": [1.0]}, {"names": list(CHOSEN_BY)},
                                    {"names": list(CHOSEN_BY), "weights": [1.0]},
                                    {"names": list(CHOSEN_BY), "weights": ["x"] * len(CHOSEN_BY)}])  # fmt: skip
def test_weights_of_another_form_are_refused(stored: dict[str, object]) -> None:
    assert read_weights({"names": list(CHOSEN_BY), "weights": list(sentence_weights())}).shape == (len(CHOSEN_BY),)
    with pytest.raises(ConfigError, match=r"^sentences\.json, weights by which sentences are chosen: "):
        read_weights(stored)


def test_sentences_nearly_as_good_as_the_best_are_read_again() -> None:
    read: list[list[int]] = []

    def scores(near: Sequence[int]) -> np.ndarray:
        read.append(list(near))
        return np.array([float(n == 2) * 9 for n in near])

    assert read_again(np.array([1.0, 2.0, 1.8, -4.0]), scores) == 2
    assert read == [[1, 2]]
    assert read_again(np.array([1.0, 9.0, 1.8]), scores) == 1
    assert len(read) == 1, "one sentence far ahead is not read"
    assert read_again(np.array([1.0, 1.2]), lambda _: None) == 1


def test_reading_decides_between_two_sentences_that_are_as_good() -> None:
    pair = [GENERAL, replace(GENERAL, passage=1, span=Span(100, 160), passage_score=0.999)]
    first, second = choose_sentences(QUESTION, pair, TERMS, read=lambda near: np.array([c.passage for c in near]))
    assert second.score > first.score
    first, second = choose_sentences(QUESTION, pair, TERMS)
    assert first.score > second.score
