"""Which form of sentence a question asks for, and which sentences have it."""

from __future__ import annotations

import pytest

from kb.answering.asked_forms import (
    explained,
    form_asked,
    is_background,
    number_of_counted,
    only_announces,
    only_defines,
    only_names,
    only_qualifies,
    states_force_asked,
)

EXCEPTION = ("Guilds with fewer than ten robots are exempt.", "The charter applies to every guild of the town.")
SCOPE = ("The charter applies to every guild of the town.", "The charter was written by the elders.")
EXCEPTION_KO = ("다만, 로봇이 열 대 미만인 조합은 그러하지 아니하다.", "조합은 등불을 켠 시각을 기록하여야 한다.")


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("Who is exempt from the charter?", *EXCEPTION),
        ("What exceptions are there to the charter?", *EXCEPTION),
        ("Which guilds does the charter not apply to?", *EXCEPTION),
        ("Who is not eligible for a lamp?", "A keeper on leave is not eligible.", "A keeper may be given a lamp."),
        ("When has a keeper no right to a hearing?", "The right does not apply at night.", "He may ask to be heard."),
        ("기록하지 않아도 되는 예외는 무엇인가요?", *EXCEPTION_KO),
        ("누가 이 규정에서 제외되나요?", "견습생은 대상에서 제외한다.", "등불지기는 기록을 남긴다."),
        ("교육을 받지 않아도 되는 사람은 누구인가요?", "휴직자는 면제한다.", "등불지기는 교육을 받아야 한다."),
        ("What may keepers not do?", "No keeper shall leave a lamp lit.", "Keepers clean the lamps."),
        ("What is prohibited in the harbour?", "Robots must not enter it.", "Robots clean the lamps."),
        ("등불지기가 하면 안 되는 일은?", "등불을 켜 둔 채 떠나서는 아니 된다.", "등불을 닦는다."),
        ("To whom does the charter apply?", *SCOPE),
        ("이 규정은 누구에게 적용되나요?", "이 규정은 모든 조합에 적용한다.", "이 규정은 원로들이 썼다."),
        ("To whom must a broken lamp be reported?", "Report it to the harbour master.", "A lamp may break."),
        ("고장은 누구에게 신고해야 하나요?", "고장을 본 사람은 항만장에게 신고한다.", "고장은 드물다."),
        ("Under what conditions may a robot stop?", "It may stop only at night.", "It is often stopped."),
        ("When should the lamp be put out?", "Put it out if the keeper is away.", "A lamp gives light."),
        ("What must happen before a wick is lit?", "It must be oiled before it is lit.", "A wick must be lit."),
        ("What must be done before a wick is lit?", "It must be oiled first.", "A wick is lit when it is dark."),
        ("Are the rules of the harbour binding?", "They are voluntary.", "The harbour adopts the rules."),
        ("이 지침은 구속력이 있나요?", "이 지침은 법적 구속력이 없다.", "이 지침은 등불을 다룬다."),
        ("What criteria must be met?", "The following criteria have to be met.", "The lamps are met at sea."),
        ("When is there no fee?", "There will be no fee at night.", "The fee is paid within 30 days."),
        ("What are the duties of a keeper?", "The keeper is responsible for the oil.", "The keeper is elected."),
        ("등불지기가 해야 할 일은 무엇인가요?", "등불지기는 다음 각 호의 업무를 수행한다.", "등불지기는 한 명이다."),
        ("What is the difference between a wick and a cord?", "A wick burns, whereas a cord holds.", "A wick burns."),
        ("심지와 끈의 차이는 무엇인가요?", "심지는 타는 반면 끈은 묶는다.", "심지는 탄다."),
        ("Who sits on the board of the harbour?", "The board consists of five keepers.", "The board meets."),
        ("등불위원회는 어떻게 구성되나요?", "위원회는 다섯 명으로 구성한다.", "위원회는 밤에 연다."),
        ("What is the book of lamps for?", "It is the preferred means to show who lit a lamp.", "It is blue."),
        ("What is the purpose of the book of lamps?", "It is meant to show who lit a lamp.", "It is blue."),
    ],
)
def test_the_form_that_is_asked_for_is_told(question: str, has: str, lacks: str) -> None:
    form = form_asked(question)
    assert form is not None
    assert form.search(has)
    assert not form.search(lacks)


@pytest.mark.parametrize(
    "question",
    [
        "How long are ledgers kept?",
        "Who lights the lamps?",
        "What is a robot?",
        "What happens if a keeper does not come?",
        "등불은 언제 켜나요?",
        "누가 등불을 켜나요?",
    ],
)
def test_other_questions_ask_for_no_form(question: str) -> None:
    assert form_asked(question) is None


@pytest.mark.parametrize(
    "words",
    [
        "This guidance sets out what the office expects of guilds.",
        "The purpose of this policy is to keep lamps safe.",
        "이 가이드라인은 등불을 안전하게 쓰도록 돕기 위하여 마련되었습니다.",
        "이 규정은 등불의 이용에 관한 사항을 정하는 것을 목적으로 한다.",
    ],
)
def test_what_only_announces_leads_where_that_is_asked(words: str) -> None:
    assert only_announces("Who lights the lamps?", words)
    assert only_announces("누가 등불을 켜나요?", words)
    assert not only_announces("What is the purpose of this text?", words)
    assert not only_announces("이 글의 목적은 무엇인가요?", words)


def test_an_example_leads_where_it_is_asked_for() -> None:
    words = "For example, a lamp that fails at dusk is mended by night."
    assert only_announces("When must a lamp be mended?", words)
    assert not only_announces("What is an example of mending?", words)
    assert only_announces("What is a wick for?", "Here is an example of a real wick: a cord of cotton.")
    assert only_announces("심지는 무엇인가요?", "다음은 심지의 예입니다: 무명실.")


@pytest.mark.parametrize("words", ["The keeper aims the lamp at the sea.", "등불지기는 등불을 닦는다."])
def test_a_rule_announces_nothing(words: str) -> None:
    assert not only_announces("Who lights the lamps?", words)


def test_a_glossary_explains_its_terms() -> None:
    form = explained(("keeper of lamps",))
    assert form is not None
    for words in ("Keepers – Keepers tend lamps.", "Keeper of lamps: a person.", "A keeper means a person who tends."):
        assert form.search(words)
    assert form.search("A keeper is a person who tends lamps.")
    assert not form.search("While guests are keepers, they tend lamps.")
    assert not form.search("Keepers are hired each month.")
    korean = explained(("등불지기",))
    assert korean is not None
    assert korean.search("• 등불지기: 등불을 켜는 사람")
    assert korean.search("* 등불지기 - 등불을 켜는 사람")
    assert not korean.search("* 등불지기-견습생은 등불을 닦는다.")
    assert korean.search('"등불지기"란 등불을 켜는 사람을 말한다.')
    assert not korean.search("등불지기는 한 명이다.")
    assert explained(()) is None


def test_whom_a_text_is_for_is_told_within_a_sentence() -> None:
    form = form_asked("윤리기준은 누구에게 적용되나요?")
    assert form is not None
    assert form.search("이 기준은 모든 등대지기를 대상으로 하며, 항만은 이를 알린다.")


def test_nobody_and_to_whom_something_is_made_are_forms() -> None:
    form = form_asked("Who is not allowed to be in the crew?")
    assert form is not None
    assert form.search("Nobody who slept on watch may be of the crew.")
    form = form_asked("To whom may a keeper appeal?")
    assert form is not None
    assert form.search("The applicant may appeal to the harbour master.")
    form = form_asked("이의 신청은 누구에게 하나요?")
    assert form is not None
    assert form.search("지기는 조합장에게 이의를 신청할 수 있다.")
    assert not form.search("이의의 결과는 한 달 안에 나온다.")


def test_a_sentence_that_only_defines_is_told() -> None:
    assert only_defines("“Keeper” means a person who lights a lamp.", ("Code", "1 Lamps"))
    assert only_defines("등불지기란 등불을 켜는 사람을 말한다.", ("규정", "제1장"))
    assert only_defines("Keeper | A person who lights a lamp.", ("Code", "section 2 Terms"))
    assert not only_defines("The keeper lights a lamp.", ("Code", "2 Terms of employment"))
    assert not only_defines("The keeper lights a lamp.", ())
    assert not only_defines("등대는 사회 정의에 이바지한다.", ("규정", "사회 정의"))
    assert not only_defines("The keeper lights a lamp.", ("Code", "“Black box” lamps"))
    assert only_defines("등불을 켜는 사람", ("규정", "제2조(정의)"))
    assert only_defines("A person who lights a lamp.", ("Code", "“Keeper”"))


def test_a_preface_is_background_unless_it_is_asked_for() -> None:
    for heading in ("Foreword", "1. Background", "Explanatory notes", "Footnotes", "발간사", "1. 추진 배경"):
        assert is_background("Who lights the lamps?", ("Code", heading))
    assert not is_background("Who lights the lamps?", ("Background", "Lamps"))
    assert not is_background("Why was the code written?", ("Background",))
    assert not is_background("이 규정을 만든 배경은?", ("배경",))


@pytest.mark.parametrize(
    "question",
    [
        "Which penalties apply to late reports of damage?",
        "What are the penalties for not reporting?",
        "Who must report?",
        "What must a keeper do when guests are not on the list?",
    ],
)
def test_a_question_for_something_else_asks_for_no_form(question: str) -> None:
    assert form_asked(question) is None


@pytest.mark.parametrize(
    ("question", "gives", "gives_not"),
    [
        ("등불은 몇 개인가요?", "등불은 세 개이다.", "등불에 관한 개별 사항을 정한다."),
        ("지기는 몇 명인가요?", "지기는 두 명을 둔다.", "등불에 필요한 명령을 내린다."),
        ("점검은 몇 회 하나요?", "점검은 네 회 이상 한다.", "등불에 관한 회의를 연다."),
        ("등불의 점수는 몇 점인가요?", "다섯 점으로 한다.", "등불에 중요한 점이다."),
        ("등불은 모두 몇 개인가요?", "등불은 59100개 이상이다.", "등불은 59100 루멘이다."),
        ("지기는 모두 몇 명인가요?", "지기는 90,000명이 넘는다.", "지기는 90,000 곳에 있다."),
        ("위원은 몇 인인가요?", "위원은 7인으로 한다.", "중대한 인공지능을 다룬다."),
        ("장부는 몇 년 보관하나요?", "3년간 보관한다.", "2019년에 정했다."),
    ],
)
def test_a_number_is_one_beside_the_unit_and_no_end_of_another_word(question: str, gives: str, gives_not: str) -> None:
    number = number_of_counted(question)
    assert number is not None
    assert number.search(gives)
    assert not number.search(gives_not)


@pytest.mark.parametrize("question", ["이 권고는 몇 년에 정했나요?", "몇 년도에 정했나요?", "회의는 몇 일에 열렸나요?"])
def test_a_year_or_day_that_is_asked_for_is_no_count(question: str) -> None:
    assert number_of_counted(question) is None


def test_whether_something_binds_is_told_by_a_sentence_on_its_force() -> None:
    assert states_force_asked(
        "등불 원칙은 구속력이 있나요?", "They are guided by the lamp principles, which are non-binding."
    )
    assert not states_force_asked("등불 원칙은 구속력이 있나요?", "They are guided by the lamp principles.")
    assert not states_force_asked(
        "등불 원칙은 몇 개인가요?", "They are guided by the lamp principles, which are non-binding."
    )


def test_who_may_claim_something_is_told_only_where_that_is_asked() -> None:
    words = "3.2 To be eligible for the lamp leave, a keeper must have served for a year."
    assert only_qualifies("How long is lamp leave?", words)
    assert not only_qualifies("Who is eligible for lamp leave?", words)
    assert not only_qualifies("How long is lamp leave?", "A keeper may take six days of lamp leave.")


def test_a_point_that_is_a_name_says_nothing() -> None:
    assert only_names("• Long Wick Costs (LWC)")
    assert not only_names("• Trim the long wicks")
    assert not only_names("Long Wick Costs (LWC)")
