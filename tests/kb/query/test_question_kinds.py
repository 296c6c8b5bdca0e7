"""What a question asks for, by its words."""

from __future__ import annotations

import pytest

from kb.query.question_kinds import QuestionKind, kind_of_question, unit_kinds_asked


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which duties does section 4 give the keeper?", QuestionKind.LIST),
        ("List the lamps that rule 5 forbids.", QuestionKind.LIST),
        ("What matters does the pilot look after?", QuestionKind.LIST),
        ("What takes the place of a lamp that the guild removes?", QuestionKind.PROVISION),
        ("Which office keeps the ledger?", QuestionKind.PROVISION),
        ("Which risks the text names", QuestionKind.LIST),
        ("When does a stop count as final?", QuestionKind.LIST),
        ("등불을 끄지 않는 경우는 언제인가요?", QuestionKind.LIST),
        ("등대법 제5조가 금지하는 행위는 무엇인가요?", QuestionKind.LIST),
        ("등대지기의 일곱 가지 의무를 알려 주세요.", QuestionKind.LIST),
        ("The code has how many principles?", QuestionKind.COUNT),
        ("윤리기준의 원칙은 몇 가지인가요?", QuestionKind.COUNT),
        ("Which article of the Lamp Act forbids green lamps?", QuestionKind.WHICH_CLAUSE),
        ("등불을 금지하는 조항은 몇 조인가요?", QuestionKind.WHICH_CLAUSE),
        ("Who must keep the book of the lamp?", QuestionKind.WHO),
        ("기록은 누가 보관하나요?", QuestionKind.WHO),
        ("When do the duties of keepers start to apply?", QuestionKind.WHEN),
        ("Which obligations does Article 16 of the code lay on keepers?", QuestionKind.LIST),
        ("Under which AI RMF item would I file it?", QuestionKind.WHICH_CLAUSE),
        ("What is a wick trimmer?", QuestionKind.DEFINITION),
        ("가명처리란 무엇을 말하는가?", QuestionKind.DEFINITION),
        ("What is protected oil?", QuestionKind.DEFINITION),
        ("What is required training?", QuestionKind.PROVISION),
        ("What is prohibited outright?", QuestionKind.PROVISION),
        ("What is expected overall?", QuestionKind.PROVISION),
        ("What is prohibited content?", QuestionKind.PROVISION),
        ("What is trimmed daily?", QuestionKind.PROVISION),
        ("How does the guild define a lamp?", QuestionKind.DEFINITION),
        ("Define a wick trimmer", QuestionKind.DEFINITION),
        ("How should we define a lamp?", QuestionKind.DEFINITION),
        ("7대 요건 중 절약에 속하는 항목은 무엇이 있나요?", QuestionKind.LIST),
        ("Who is a lamp keeper under the code?", QuestionKind.DEFINITION),
        ("Who are guild actors according to the port?", QuestionKind.DEFINITION),
        ("Who are the keepers of the port?", QuestionKind.WHO),
        ("Which authority inspects ships for oil?", QuestionKind.WHO),
        ("Who is responsible for lamps?", QuestionKind.WHO),
        ("Who are exempt?", QuestionKind.WHO),
        ("What does the guild advise on how keepers define their tasks?", QuestionKind.PROVISION),
        ("Who must define the keepers' tasks?", QuestionKind.WHO),
        ("등대지기 의무 좀", QuestionKind.LIST),
        ("등대지기 정의", QuestionKind.DEFINITION),
        ("등대지기란?", QuestionKind.DEFINITION),
        ("등대지기가 무엇인가요?", QuestionKind.DEFINITION),
        ("등불의 기능이 무엇인가요?", QuestionKind.PROVISION),
        ("10대 요건 중에 등불 관리는 무엇을 하라는 건가요?", QuestionKind.PROVISION),
        ("등불을 끈 사람에 대한 벌칙이 무엇인가요?", QuestionKind.PROVISION),
        ("How do the guild and the port differ on oil?", QuestionKind.COMPARISON),
        ("What does the guild say to keepers with different tasks?", QuestionKind.PROVISION),
        ("What changed in rule 1.4?", QuestionKind.CHANGE),
        ("Is IEEE 9912 published?", QuestionKind.STATUS),
        ("How long is a licence issued by the guild valid?", QuestionKind.PROVISION),
        ("IEEE 9912는 발행되었나요?", QuestionKind.STATUS),
        ("What does the guild say about oil?", QuestionKind.PROVISION),
        ("What is said about fairness and bias?", QuestionKind.PROVISION),
        ("How should privacy be assured?", QuestionKind.PROVISION),
        ("핵심요건 중 절약은 무엇을 말하나요?", QuestionKind.PROVISION),
        ("Among the guild's requirements, what does thrift mean?", QuestionKind.DEFINITION),
        ("Among the requirements, what does thrift mean?", QuestionKind.PROVISION),
    ],
)
def test_the_kind_shows_in_the_words(question: str, kind: QuestionKind) -> None:
    assert kind_of_question(question) is kind


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Which provision covers interactions with chatbots?", set()),
        ("Where are the requirements for data governance laid down?", set()),
        ("전문가는 어디에 규정되어 있나요?", set()),
        ("Which subcategory speaks of third parties?", {"govern", "map", "measure", "manage"}),
        ("이 내용은 어느 원칙에 있나요?", {"principle"}),
        ("Under which AI RMF item would I file a plan for lamps?", {"govern", "map", "measure", "manage"}),
    ],
)
def test_a_kind_of_unit_is_asked_for_only_where_it_is_named_as_one(question: str, kinds: set[str]) -> None:
    assert unit_kinds_asked(question) == kinds
