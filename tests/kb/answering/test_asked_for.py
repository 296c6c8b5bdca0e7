"""Questions for something that no result contains are refused."""

from __future__ import annotations

import pytest

from kb.answering.asked_for import (
    countries_asked,
    countries_named,
    is_lacking,
    parse_countries,
    states_fine_asked,
)
from kb.errors import ConfigError
from kb.query.query import Query
from kb.query.scopes import Scope

LAMPS = "Every lamp of the harbour is declared in the instructions for use, with its accuracy."


@pytest.mark.parametrize(
    ("question", "found", "lacking"),
    [
        ("What accuracy in per cent must a lamp reach?", LAMPS, True),
        ("What accuracy in per cent must a lamp reach?", "A lamp reaches an accuracy of 90 % in fog.", False),
        ("램프의 최소 정확도는 몇 퍼센트인가요?", LAMPS, True),
        ("What numeric gap between lamps is tolerated?", "A gap between lamps is looked at by the keeper.", True),
        ("What numeric gap between lamps is tolerated?", "A gap of 12 paces between two lamps is tolerated.", False),
        ("When will the guild next revise its code?", "The code of the guild is revised by the elders.", True),
        ("When will the guild next revise its code?", "The code of the guild is revised in 2031.", False),
        ("조합은 규약을 다음에 언제 개정하나요?", "규약은 2021년 11월 23일에 채택되었다.", True),
        ("조합은 규약을 다음에 언제 개정하나요?", "규약은 2031년에 다시 검토한다.", False),
        ("등불은 인증서를 며칠에 받았나요?", "등불은 2025년 가을에 인증을 받았다.", True),
        ("등불은 인증서를 며칠에 받았나요?", "등불은 2025년 9월 3일에 인증을 받았다.", False),
        ("등불은 며칠 안에 고쳐야 하나요?", "등불은 지체 없이 고친다.", False),
        ("What fine does the guild impose on keepers?", "Keepers respect the code.", True),
        ("What fine does the guild impose on keepers?", "Keepers who break the code pay a penalty.", False),
        ("등대는 표장을 며칠에 받았나요?", "등대는 2031년에 표장을 받은 것으로 알려졌다.", True),
        ("등대는 표장을 며칠에 받았나요?", "등대는 2031년 3월 5일 표장을 받았다.", False),
        ("등대는 며칠에 한 번 점검하나요?", "등대는 자주 점검한다.", False),
        ("On which date did the lamp get its mark?", "The lamp got its mark in 2031.", True),
        ("On which date did the lamp get its mark?", "The lamp got its mark on 5 March 2031.", False),
        ("가이드라인은 SHAP과 LIME 중 무엇을 권하나요?", "Explanations should be timely.", True),
        ("Which of SHAP and LIME is better?", "Both SHAP and LIME explain one output.", False),
        ("What does the CEO sign?", "Senior management signs the book.", False),
        ("What labels does China require?", "Labels are required by the guild.", True),
        ("What labels does China require?", "Chinese rules require labels.", False),
        ("싱가포르는 어떤 시험을 요구하나요?", "Tests are run by the guild.", True),
        ("Who lights the lamps?", LAMPS, False),
        ("How much rent may a keeper pay for a store?", "A keeper may take a store on rent where room is short.", True),
        ("How much rent may a keeper pay for a store?", "A store may be taken at a rent of up to 40 euros.", False),
        ("How much does a visit cost?", "Visits are free of charge.", False),
        ("How much must a keeper contribute?", "A keeper contributes 4 % of what the lamp earns.", False),
        ("창고의 임대료는 얼마인가요?", "등대지기는 창고를 빌릴 수 있다.", True),
        ("창고의 임대료는 얼마인가요?", "창고의 임대료는 3만 원으로 한다.", False),
        ("예산 현황을 얼마 주기로 보고하나요?", "예산 현황을 보고하여야 한다.", False),
        ("By which date is the ledger handed in?", "The ledger is handed in to the guild.", True),
        ("By which date is the ledger handed in?", "The ledger is handed in before the end of the year.", False),
        ("장부는 몇 월 며칠까지 내야 하나요?", "장부는 조합에 낸다.", True),
        ("장부는 몇 월 며칠까지 내야 하나요?", "장부는 3월 5일까지 낸다.", False),
        ("등불은 언제까지 켜야 하나요?", "등불은 배가 들어오기 전에 켠다.", False),
    ],
)
def test_what_is_asked_for_by_kind_or_name_must_stand_in_what_was_found(
    question: str, found: str, lacking: bool
) -> None:
    assert is_lacking(Query(question), [found], [found]) is lacking


def test_a_country_counts_only_where_no_publication_is_named() -> None:
    question = "Does the AI Act apply to a Chinese company?"
    assert [names[0] for names in countries_named(question)] == ["China"]
    assert countries_asked(Query(question, scopes=(Scope("AI Act", frozenset({"act"})),))) == []


@pytest.mark.parametrize("text", ["country\tname\n", "english\tkorean\nChina\n", "english\tkorean\nChina\t\n"])
def test_a_list_of_countries_at_fault_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ConfigError, match="line"):
        parse_countries(text, "countries.tsv")


@pytest.mark.parametrize(
    ("question", "sentence", "states"),
    [
        ("How much is the fine under the guild's code?", "Fines reach 30 million won.", True),
        ("조합 규약 위반 시 과태료는 얼마인가요?", "과태료는 3천만 원 이하로 정합니다.", True),
        ("How much is the fine under the guild's code?", "Fines are set by the elders.", False),
        ("작은 배는 과태료를 깎아 주나요?", "과태료는 3천만 원 이하로 정합니다.", False),
        ("How much oil does the guild keep?", "Fines reach 30 million won.", False),
        ("What has to be weighed when a fine is set?", "A fine is up to 300 euros.", False),
        ("What happens before the guild adopts a fine?", "A fine is up to 300 euros.", False),
        ("What is the highest administrative fine?", "A fine is up to 300 euros.", True),
    ],
)
def test_a_fine_that_is_asked_for_is_stated_with_its_sum(question: str, sentence: str, states: bool) -> None:
    assert states_fine_asked(question, sentence) is states
