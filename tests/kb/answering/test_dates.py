"""Questions about the day from which something applies, and about the change of a unit by an amendment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kb.answering.edition_notices import edition_notices
from kb.citing.cite import cite_unit
from kb.lookup.lookup import look_up
from kb.messages import language
from kb.query.date_questions import asks_from_when, asks_of_today
from kb.query.query import read_query
from kb.types import SearchFilter
from tests.library import answering, said

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase
    from kb.library.library import Library

DATES = "urn:kb:eu:reg-2026-1744:2026:part:dates"


@pytest.mark.parametrize(
    ("question", "entries", "words"),
    [
        ("By when must Annex III systems comply?", ["annex-iii"], ("2 December 2027", "2 August 2026", "2026/1744")),
        (
            "고위험 AI(부속서 III) 의무는 언제부터 적용되나요?",
            ["annex-iii"],
            ("2027년 12월 2일", "2026년 8월 2일", "2026/1744"),
        ),
        ("When do the new prohibitions apply?", ["prohibitions"], ("2 December 2026",)),
        ("When do high-risk duties of the AI Act start?", ["annex-iii", "annex-i"], ("2 August 2028", "2 August 2027")),
        ("By when must national sandboxes be set up?", ["2027-08-02"], ("2 August 2027", "2 August 2026")),
        ("When does Article 50 of the AI Act apply?", ["2026-08-02"], ("2 August 2026",)),
        ("When does Article 86 of the AI Act apply?", ["2026-08-02"], ("2 August 2026",)),
        ("When do GPAI obligations start to apply?", ["2025-08-02", "2027-08-02"], ("2 August 2025",)),
    ],
)
def test_the_day_is_told_and_its_entry_cited(
    base: KnowledgeBase,
    question: str,
    entries: list[str],
    words: tuple[str, ...],
) -> None:
    answer = base.ask(question)
    assert not answer.refused
    assert [c.unit_id for c in answer.citations] == [f"{DATES}.{entry}" for entry in entries]
    assert all(word in " ".join(said(answer.notices, language(question))) for word in words)
    assert all(c.match == "register" for c in answer.citations)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        (
            "Which regulation amended the AI Act, and when did it enter into force?",
            "eu:reg-2026-1744:2026:whole",
        ),
        ("2026년에 AI법을 개정한 규정은 무엇이고 언제 발효했나요?", "eu:reg-2026-1744:2026:whole"),
        ("Since when does Korea's AI Basic Act apply?", "kr:ai-basic-act:2026:whole"),
        ("인공지능 기본법은 언제부터 시행되었나요?", "kr:ai-basic-act:2026:whole"),
        (
            "AI법에서 부속서 III의 고위험 시스템은 언제까지 요건을 지켜야 하나요?",
            "eu:reg-2026-1744:2026:part:dates.annex-iii",
        ),
        ("By when must every Member State have a regulatory sandbox?", "eu:reg-2026-1744:2026:part:dates.2027-08-02"),
    ],
)
def test_a_name_of_two_acts_is_read_by_what_is_asked_and_an_act_has_its_own_day(
    base: KnowledgeBase, question: str, entry: str
) -> None:
    answer = base.ask(question)
    assert [c.unit_id for c in answer.citations] == [f"urn:kb:{entry}"]


def test_a_quote_with_a_day_that_was_moved_is_told_the_new_one(library: Library) -> None:
    edition = library.editions.get("eu-ai-act-2024-1689")
    assert edition
    cited = replace(
        cite_unit(library, 1, library.store.unit(f"{DATES}.annex-iii")[0], "en"),
        unit_id=f"{edition.urn}:article:57.1",
        doc_id=edition.doc_id,
        quote="It shall be operational by 2 August 2026.",
    )
    query = read_query(library, "What of sandboxes?")
    told = " ".join(said(edition_notices(library, query, [cited])))
    assert "from 2 August 2027" in told
    silent = replace(cited, quote="It shall be operational soon.")
    assert not edition_notices(library, query, [silent])


@pytest.mark.parametrize(
    "question",
    [
        "Is Article 10(5) of the AI Act still in force?",
        "AI법 제10조 제5항은 지금도 효력이 있나요?",
        "Is Article 10(5) of the AI Act in force today?",
    ],
)
def test_the_status_of_a_unit_is_told_of_the_unit(base: KnowledgeBase, question: str) -> None:
    answer = base.ask(question)
    assert [c.unit_id for c in answer.citations] == ["urn:kb:eu:ai-act:2024:article:10.5"]
    told = " ".join(said(answer.notices, language(question)))
    assert "4a" in told and ("deleted from 27 July 2026" in told or "2026년 7월 27일부터 삭제" in told)


def test_what_applies_on_a_day(base: KnowledgeBase) -> None:
    answer = base.ask("What applies today under the AI Act?", SearchFilter(as_of="2027-12-02"))
    applies, later = said(answer.notices[:2])
    assert "On 2 December 2027 apply" in applies
    assert "Annex III (2 December 2027)" in applies
    assert "Annex I (2 August 2028)" in later


@pytest.mark.parametrize(
    "chosen",
    [
        SearchFilter(publishers=("UNESCO",)),
        SearchFilter(languages=("es",)),
        SearchFilter(forces=("may",)),
        SearchFilter(include_register=False),
        SearchFilter(as_of="2024-09-01"),
    ],
)
def test_the_table_answers_nothing_that_a_filter_leaves_out(base: KnowledgeBase, chosen: SearchFilter) -> None:
    answer = base.ask("When do high-risk duties of the AI Act start?", chosen)
    assert not any(c.unit_id and c.unit_id.startswith(DATES) for c in answer.citations)


@pytest.mark.parametrize("chosen", [SearchFilter(publishers=("UNESCO",)), SearchFilter(doc_ids=("register-oecd",))])
def test_a_reference_that_a_filter_leaves_out_is_refused(base: KnowledgeBase, chosen: SearchFilter) -> None:
    assert not base.ask("AI Act Article 14").refused
    answer = base.ask("AI Act Article 14", chosen)
    assert answer.refused
    assert not answer.citations
    assert "filter" in " ".join(said(answer.reason))


def test_a_reference_is_asked_on_the_day_of_the_filter(base: KnowledgeBase) -> None:
    answer = base.ask("AI Act Article 14", SearchFilter(as_of="2020-01-01"))
    assert answer.refused
    assert "2020-01-01" in " ".join(said(answer.reason))


@pytest.mark.parametrize(
    "question",
    [
        "When is an AI practice of social scoring prohibited?",
        "What must providers do when a high-risk system does not comply?",
        "When was the OECD Recommendation adopted?",
        "고위험 시스템이 요건을 지키지 못하면 어떻게 하나요?",
    ],
)
def test_other_questions_are_none_of_dates(question: str) -> None:
    assert not asks_from_when(question)
    assert not asks_of_today(question)


def test_another_publications_question_is_not_answered_from_the_table(base: KnowledgeBase) -> None:
    answer = base.ask("When do prohibitions of the UNESCO Recommendation apply?")
    assert not any("2026/1744" in c.doc_ref for c in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "From when do the rules for high-risk systems apply under the AI Act as first published?",
        "2024년 관보에 게재된 AI법에서 고위험 시스템 규정은 언제부터 적용되나요?",
    ],
)
def test_the_text_as_published_is_quoted_and_the_days_moved_since_are_told(base: KnowledgeBase, question: str) -> None:
    answer = base.ask(question)
    assert not any("2026/1744" in c.doc_ref for c in answer.citations)
    assert answer.refused or any("2027" in words for words in said(answer.notices))


@pytest.mark.parametrize(
    ("reference", "words", "cited"),
    [
        ("AI Act Article 10(5)", ("deleted from 27 July 2026", "see Article 4a"), "deleted from 27 July 2026"),
        ("AI법 제10조 제5항", ("2026년 7월 27일부터 삭제", "제4a조"), "deleted from 27 July 2026"),
        ("AI Act Article 5", ("new from 2 December 2026", "Article 5(1)(ba)"), "new from 2 December 2026"),
        ("AI Act Article 10", ("Article 10(5) (Article 4a)", "Article 10(1)"), "deleted from 27 July 2026"),
        ("AI Act Article 9", ("not changed by Regulation (EU) 2026/1744", "2 December 2027"), "not changed by"),
    ],
)
def test_a_look_up_says_it_of_the_very_unit(
    library: Library, reference: str, words: tuple[str, ...], cited: str
) -> None:
    item = look_up(library, reference)[0]
    assert item.units
    assert item.notice
    told = said([item.notice], language(reference))[0]
    assert all(word in told for word in words)
    assert cited in item.units[0].citation.amendment


@pytest.mark.parametrize(
    ("reference", "entry"),
    [
        ("AI Act Article 4a", "article-4a"),
        ("AI Act Article 5(1)(ba)", "article-5"),
        ("AI Act Art. 5(1a)", "article-5"),
        ("AI법 제5조 제1a항", "article-5"),
        ("AI법 제75a조", "new-provisions"),
    ],
)
def test_a_unit_that_was_added_is_not_here_and_its_entry_is_near(library: Library, reference: str, entry: str) -> None:
    [item] = look_up(library, reference)
    assert not item.units
    assert item.near[0][0] == f"urn:kb:eu:reg-2026-1744:2026:part:{entry}"


def test_as_of_says_whether_a_unit_applied(library: Library) -> None:
    [before] = look_up(library, "AI Act Annex III", "2027-01-01")
    [after] = look_up(library, "AI Act Annex III", "2028-01-01")
    assert "did not apply on 1 January 2027" in said([before.notice])[0]
    assert "applied on 1 January 2028, since 2 December 2027" in said([after.notice])[0]


def test_the_general_notice_is_said_once_and_the_deleted_unit_is_led_by_what_stands(home: Path) -> None:
    answer = answering(home).ask("AI Act Article 10(5)")
    general = [n for n in said(answer.notices) if "this text is without the amendment" in n]
    assert len(general) == 1
    assert any("deleted from 27 July 2026" in n for n in said(answer.notices))
    assert not any("superseded" in n for n in said(answer.notices))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("AI Act Article 5(1)(ba) and Article 14", ["AI Act Article 5(1)(ba)", "Article 14"]),
        ("AI Act Article 5(1)(a) and Article 5(1)(ba)", ["AI Act Article 5(1)(a)", "Article 5(1)(ba)"]),
        ("AI Act Article 2 and Article 12(13)", ["AI Act Article 2", "Article 12(13)"]),
        ("AI법 제5조 제1a항과 제14조", ["AI법 제5조 제1a항", "제14조"]),
    ],
)
def test_an_added_unit_leaves_the_other_references_alone(library: Library, text: str, written: list[str]) -> None:
    assert [each.written for each in look_up(library, text)] == written


def test_a_name_that_did_not_stand_on_a_day_is_said_to_be_there_now(library: Library) -> None:
    (item,) = look_up(library, "OECD Transparency and explainability", day="2019-01-01")
    assert not item.units
    assert item.notice is not None
    assert "stood on 2019-01-01" in said([item.notice])[0]


@pytest.mark.parametrize("question", ["Is Article 26 of the AI Act in force yet?", "AI법 제26조는 현재 적용되나요?"])
def test_whether_a_unit_applies_today_is_told_with_its_days(base: KnowledgeBase, question: str) -> None:
    before = base.ask(question, SearchFilter(as_of="2026-11-30"))
    told = " ".join(said(before.notices, language(question)))
    assert ("Not yet on 30 November 2026" in told and "2 December 2027" in told) or "2027년 12월 2일" in told
    assert {c.unit_id for c in before.citations} >= {f"{DATES}.annex-iii"}
