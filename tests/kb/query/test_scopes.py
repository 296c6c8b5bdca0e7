"""The publications that a question names, and what is left of the question without their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.catalog.catalog import load_home_catalog
from kb.query.scopes import Scope, chapters_in, compares, has_topic, scopes_of, topic, with_its_volume, without_scopes
from kb.references.parsing import read
from tests.entries import edition

if TYPE_CHECKING:
    from kb.catalog.catalog import Catalog


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load_home_catalog(tmp_path_factory.mktemp("home"))


def scopes(question: str, catalog: Catalog) -> tuple[Scope, ...]:
    return scopes_of(question, read(question, catalog)[0], catalog.editions)


@pytest.mark.parametrize(
    ("question", "named", "asked"),
    [
        ("How do UNESCO and NIST differ on lamps?", ["UNESCO", "NIST"], "lamps?"),
        ("Compare NIST and the HLEG guidelines on lamps", ["NIST", "HLEG"], "lamps"),
        ("What do the AI Act and NIST each say about lamps?", ["AI Act", "NIST"], "lamps?"),
        ("Lamp oil: what do the OECD, NIST and UNESCO ask?", ["OECD", "NIST", "UNESCO"], "Lamp oil?"),
        ("등불에 대해 유네스코와 NIST는 어떻게 다른가요?", ["UNESCO", "NIST"], "등불에 대해?"),
        ("등불 요건을 NIST와 HLEG로 비교해 주세요.", ["NIST", "HLEG"], "등불 요건을"),
        ("What does UNESCO say about lamps?", ["UNESCO"], None),
        ("Who signs the EU declaration of conformity?", ["EU"], "Who signs the declaration of conformity?"),
    ],
)
def test_a_comparison_asks_each_the_same_without_the_others(
    question: str, named: list[str], asked: str | None, catalog: Catalog
) -> None:
    found = scopes(question, catalog)
    assert [scope.name for scope in found] == named
    if asked is not None:
        assert topic(question, found) == asked


@pytest.mark.parametrize(
    ("question", "doc_ids", "given"),
    [
        ("What do UNESCO's court guidelines say?", {"unesco-courts-2025-en", "unesco-courts-2026-es"}, False),
        ("What do UNESCO's guidelines for courts say?", {"unesco-courts-2025-en", "unesco-courts-2026-es"}, False),
        ("How does IEEE's 2016 paper see it?", {"ieee-ead-v1-2016"}, True),
        ("What does UNESCO's guidance for generative AI in education say?", {"unesco-genai-education-2023"}, False),
        (
            "What do UNESCO's guidelines for the use of AI in courts say?",
            {"unesco-courts-2025-en", "unesco-courts-2026-es"},
            False,
        ),
        ("IEEE 용어집의 정의는?", {"ieee-ead-v2-glossary-2017"}, False),
    ],
)
def test_words_beside_a_publisher_single_out_its_texts(
    question: str, doc_ids: set[str], given: bool, catalog: Catalog
) -> None:
    (scope,) = scopes(question, catalog)
    assert scope.doc_ids == doc_ids
    assert scope.edition_given is given


@pytest.mark.parametrize(
    ("name", "doc_id"),
    [
        ("국내 AI법", "kr-ai-basic-act-2026"),
        ("EU AI 액트", "eu-ai-act-2024-1689"),
        ("유럽 인공지능 규정", "eu-ai-act-2024-1689"),
        ("경제협력개발기구 AI 원칙", "oecd-legal-0449-2024"),
        ("국가표준", "kr-ai-ethics-standard-2020"),
        ("과기정통부 윤리기준", "kr-ai-ethics-standard-2020"),
        ("위험관리 프레임워크", "nist-ai-100-1-2023"),
        ("니스트 프레임워크", "nist-ai-100-1-2023"),
        ("AI 협약", "coe-cets-225"),
        ("G7 행동규범", "g7-hiroshima-code-2023"),
        ("히로시마 AI 프로세스 행동규범", "g7-hiroshima-code-2023"),
        ("GPAI 행동강령", "eu-gpai-code-2025"),
        ("신뢰할 수 있는 AI 윤리지침", "eu-hleg-2019"),
        ("금지행위 가이드라인", "eu-prohibited-practices-guidelines-2025"),
        ("유네스코 사법부 가이드라인", "unesco-courts-2026-es"),
        ("투명성 가이드라인", "kr-ai-transparency-guideline-2026"),
    ],
)
def test_the_short_korean_names_of_publications(name: str, doc_id: str, catalog: Catalog) -> None:
    (scope,) = scopes(f"{name}에서 등불은 어떻게 다루나요?", catalog)
    assert doc_id in scope.doc_ids
    assert len(scope.doc_ids) < 5


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("유럽평의회 협약은 국방에도 적용되나요", "국방에도 적용되나요"),
        ("G7 등불 관련 내용", "등불 관련 내용"),
        ("HLEG 가이드라인상 등불을 꺼야 하나요?", "등불을 꺼야 하나요?"),
        ("HLEG 기준으로 등불을 꺼야 하나요?", "등불을 꺼야 하나요?"),
        ("유네스코 권고 내용", "유네스코 권고 내용"),
        ("OECD 원칙은 무엇을 요구하나요?", "OECD 원칙은 무엇을 요구하나요?"),
    ],
)
def test_a_name_is_left_out_where_korean_words_tell_something_besides(
    question: str, asked: str, catalog: Catalog
) -> None:
    assert topic(question, scopes(question, catalog)) == asked


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Who has joined the OECD AI Principles according to the NIST AI RMF?", ["NIST AI RMF"]),
        ("¿Quién adoptó los principios de la OCDE según el NIST AI RMF?", ["NIST AI RMF"]),
        ("NIST AI RMF에 따르면 누가 OECD AI 원칙에 가입했나요?", ["NIST AI RMF"]),
        ("According to the NIST AI RMF, what does Article 5 of the AI Act ask?", ["NIST AI RMF", "AI Act"]),
        ("Who answers for lamps according to the NIST AI RMF and the AI Act?", ["NIST AI RMF", "AI Act"]),
        ("NIST AI RMF와 AI법에 따르면 누가 등불을 켜나요?", ["NIST AI RMF", "AI법"]),
        ("How do the OECD AI Principles differ from the AI Act according to the NIST AI RMF?", None),
    ],
)
def test_a_source_that_is_to_speak_of_others_is_the_only_scope(
    question: str, named: list[str] | None, catalog: Catalog
) -> None:
    found = [scope.name for scope in scopes(question, catalog)]
    if named is None:
        assert len(found) == 3
    else:
        assert all(name in each for name, each in zip(named, found, strict=True))


def test_a_topic_beside_a_publisher_singles_out_nothing(catalog: Catalog) -> None:
    (scope,) = scopes("What does IEEE say about guidance to engineers of autonomous machines?", catalog)
    assert len(scope.doc_ids) > 10


def test_a_name_of_two_works_is_the_other_one_beside_the_closer_name(catalog: Catalog) -> None:
    korean, european = scopes("AI 기본법과 AI법의 등불 비교", catalog)
    assert korean.doc_ids == {"kr-ai-basic-act-2026"}
    assert not korean.doc_ids & european.doc_ids


def test_which_questions_compare() -> None:
    assert compares("How do they differ?")
    assert compares("차이는 무엇인가요?")
    assert not compares("Who lights the lamp?")


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("What does the code's lamp oil chapter ask?", [("lamp", "oil")]),
        ("Code for Harbours: Safety and Security Chapter", [("safety", "security")]),
        ("the chapter on fog of the code", [("fog",)]),
        ("항구 강령의 안개 장은 무엇을 정하나요?", [("안개",)]),
        ("What does chapter 3 say?", []),
        ("Summarise the fog chapter of the code", [("fog",)]),
        ("Show me the entire fog chapter", [("fog",)]),
        ("항구 강령은 작업장에서 무엇을 요구하나요?", []),
        ("항구 강령은 국내시장에 적용되나요?", []),
        ("Which chapter is on lamps?", []),
    ],
)
def test_a_chapter_is_named_by_its_subject(text: str, subjects: list[tuple[str, ...]]) -> None:
    assert [words for _, words in chapters_in(text)] == subjects


def test_a_comparison_may_say_on_what_or_not(catalog: Catalog) -> None:
    for question, says in (
        ("How does ISO/IEC 42001 differ from IEEE CertifAIEd?", False),
        ("ISO/IEC 42001과 IEEE CertifAIEd는 어떻게 다른가요?", False),
        ("How does ISO/IEC 42001 differ from IEEE CertifAIEd on lamps?", True),
    ):
        assert has_topic(question, scopes(question, catalog)) is says, question


def test_a_month_is_no_edition(catalog: Catalog) -> None:
    (scope,) = scopes("Which group adopted principles drawn from the OECD's in June 2019?", catalog)
    assert not scope.edition_given


def test_guidelines_are_named_with_their_subject_ahead_and_with_the_law_they_are_on(catalog: Catalog) -> None:
    for name in ("guidelines on prohibited practices", "prohibited practices guidelines"):
        for law in ("", "AI Act "):
            (scope,) = scopes(f"What do the {law}{name} say about lamps?", catalog)
            assert scope.doc_ids == {"eu-prohibited-practices-guidelines-2025"}
            assert scope.name == name
    assert len(scopes("What do the AI Act and the prohibited practices guidelines say about lamps?", catalog)) == 2
    assert not scopes("Which practices are prohibited by our guidelines?", catalog)


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("How long are records kept under the oil chapter of the Lamp Code?", "How long are records kept ?"),
        ("Lamp Code, oil chapter: who may ask for records?", ": who may ask for records?"),
        ("Under the Lamp Code (oil chapter), how long are records kept?", ", how long are records kept?"),
        ("등불 강령 기름 장에서 기록은 얼마나 보관하나요?", "기록은 얼마나 보관하나요?"),
        (
            "What does the wick chapter of the Lamp Code say on records?",
            "What does the wick chapter of the say on records?",
        ),
        ("How long are records kept under chapter 3 of the Lamp Code?", "How long are records kept under chapter 3 ?"),
    ],
)
def test_the_volume_that_an_edition_is_belongs_to_its_name(question: str, left: str) -> None:
    name = "등불 강령" if "등불" in question else "Lamp Code"
    start = question.index(name)
    volume = edition("lamp-code-oil", title="Lamp Code, Oil Chapter", aliases=("등불 강령 기름 장",))
    scope = Scope(name, frozenset({volume.doc_id}), span=(start, start + len(name)))
    assert without_scopes(question, [with_its_volume(question, scope, [volume])]) == left


def test_a_submission_is_one_publication_of_its_author(catalog: Catalog) -> None:
    for question in ("What does UNESCO's submission say on audits?", "유네스코 의견서는 감사에 대해 뭐라고 하나요?"):
        assert [scope.doc_ids for scope in scopes(question, catalog)] == [frozenset({"unesco-ohchr-input-2022"})]
