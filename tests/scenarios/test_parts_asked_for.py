"""What an answer quotes of lists: as many parts as the question says, one definition of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.pipeline import ingest_paths
from kb.answering.evidence import collect_evidence
from kb.answering.plan import planned_quotes
from kb.catalog.register import Register
from kb.query.query import read_query
from kb.query.question_kinds import number_asked
from tests.fakes import WordEncoder
from tests.library import answering

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

LANTERNS = """Harbour Regulation

Article 1
Definitions
In this text these words mean:
(1) ‘lantern’ means a light with a handle that a person carries at night;
(2) ‘keeper’ means a person who is paid to watch over lanterns;
(3) ‘wick’ means the part of a lantern that burns.

Article 2
Storage
1. Lanterns shall be stored in a dry room. They are counted once a month.
2. A keeper may carry two lanterns. However, this does not apply on bridges.
"""
FERRIES = """River Statute

Article 1
Definitions
In this text these words mean:
(1) ‘ferry’ means a boat that crosses a river for money;
(2) ‘lantern’ means any light on board of a boat;
(3) ‘bell’ means what is rung before a ferry leaves.

Article 2
Bells
1. A bell shall be rung before a ferry leaves.
2. Nobody may ring a bell for fun.
"""
PRINCIPLES = """등대 관리 윤리기준

Ⅰ. 서문
등대는 밤에 배를 지킨다. 이 기준은 등대를 관리하는 사람이 지킬 것을 정한다.

Ⅱ. 약속과 방안
1. 3대 약속
등대 관리의 기준으로 3대 약속을 제시한다.
① 안전 약속
- 등대지기는 사람의 안전을 먼저 생각해야 한다.
② 정직 약속
- 등대지기는 일지를 사실대로 적어야 한다.
③ 협력 약속
- 등대지기는 이웃 등대와 협력해야 한다.
2. 실현 방안
등대지기는 해마다 교육을 받아야 한다.
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    home, papers = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers")
    for name, text in (("lanterns", LANTERNS), ("ferries", FERRIES), ("principles", PRINCIPLES)):
        (papers / f"{name}.txt").write_text(text, "utf-8")
    nothing = Register((), (), {}, {})
    assert not ingest_paths(home, [papers], WordEncoder(), nothing, today="2026-01-02", version="test").failed
    return answering(home)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What are the seven requirements of trustworthy AI?", 7),
        ("Which twelve risks are named?", 12),
        ("List the 4 functions of the framework.", 4),
        ("3대 기본원칙은 무엇인가요?", 3),
        ("다섯 가지 원칙을 알려 주세요.", 5),
        ("What must be reported within 15 days?", 0),
        ("What are the duties of 2019?", 0),
        ("무엇을 10일 안에 신고해야 하나요?", 0),
        ("3개월 이내에 내는 서류는 무엇인가요?", 0),
        ("30대 직원은 무엇을 내나요?", 0),
        ("제3단계 조치는 무엇인가요?", 0),
        ("2개 이상의 부서는 무엇을 하나요?", 0),
    ],
)
def test_how_many_things_a_question_says_there_are(question: str, number: int) -> None:
    assert number_asked(question) == number


def test_as_many_parts_are_planned_as_the_question_says(base: KnowledgeBase) -> None:
    library = base.library()
    query = read_query(library, "등대 관리 윤리기준의 3대 약속은 무엇인가요?")
    [quote] = planned_quotes(library, query, collect_evidence(library, base.models(), query), 3)
    text = library.store.text(quote.doc_id)
    assert [text[point.start : point.start + 7] for point in quote.points] == [
        "① 안전 약속",
        "② 정직 약속",
        "③ 협력 약속",
    ]


def test_a_comparison_of_meanings_quotes_the_one_definition_of_each_side(base: KnowledgeBase) -> None:
    where = "the Harbour Regulation differ from that in the River Statute"
    quotes = [citation.quote for citation in base.ask(f"How does the definition of a lantern in {where}?").citations]
    assert quotes[:2] == [
        "(1) ‘lantern’ means a light with a handle that a person carries at night;",
        "(2) ‘lantern’ means any light on board of a boat;",
    ]


def test_a_sentence_that_points_back_is_quoted_with_what_it_speaks_of(base: KnowledgeBase) -> None:
    answer = base.ask("On what does the right to carry not apply: bridges?")
    assert answer.citations[0].quote == "2. A keeper may carry two lanterns. However, this does not apply on bridges."
