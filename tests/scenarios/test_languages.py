"""An encoder that does not know a question's language is never used silently."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kb.export.citations import answer_dict
from kb.knowledge_base import KnowledgeBase
from kb.messages import from_register, language, message, superseded, words
from kb.models.models import EncoderSettings
from kb.types import SearchFilter, notice
from tests.library import command, opened, said

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Quién es responsable de la supervisión humana?", "Spanish"),
        ("Wer ist für die menschliche Aufsicht verantwortlich?", "German"),
        ("Qui est responsable du contrôle humain ?", "French"),
        ("人間による監督の責任は誰にありますか", "Japanese"),
        ("人工智能系统的透明度由谁负责？", "Chinese"),
        ("Кто отвечает за надзор человека?", "Russian"),
    ],
)
def test_an_english_encoder_is_not_used_for_another_language(home: Path, question: str, language: str) -> None:
    base = opened(home, settings=EncoderSettings("minilm"))
    found = base.search(question)
    assert any(f"does not know {language}: only words were compared" in n for n in said(found.notices))
    assert all(dict(f.hit.parts).get("cosine", 0.0) == 0.0 for f in found)


@pytest.mark.parametrize("question", ["Who is responsible for human oversight?", "OECD transparency", "accountability"])
def test_it_is_used_for_english_and_for_what_cannot_be_told(home: Path, question: str) -> None:
    base = opened(home, settings=EncoderSettings("minilm"))
    assert not any("does not" in n for n in said(base.search(question).notices))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("AI Act 제14조의 human oversight 의무는 누구에게 있나요?", "지원 언어가 아닙니다(한국어)"),
        ("제14조 deployer obligations", "language could not be told"),
        ("¿Qué dice el AI Act sobre human oversight?", "does not know Spanish: only words were compared"),
        ("ማን ኃላፊ ነው", "the question's language could not be told; the encoder 'minilm' was used"),
        ("Kuka vastaa ihmisen tekemästä valvonnasta täällä", "language could not be told"),
        ("What is the 人工智能系统的透明度由谁负责 in the recommendation?", "does not know Chinese, which is a part"),
    ],
)
def test_a_mixed_or_unknown_language_is_not_passed_over(home: Path, question: str, expected: str) -> None:
    notices = opened(home, settings=EncoderSettings("minilm")).search(question).notices
    told = said(notices, language(question))
    assert any(expected in n for n in told), told


def test_an_answer_says_what_a_search_says_of_the_encoder(home: Path) -> None:
    base = opened(home, settings=EncoderSettings("minilm"))
    answer = base.ask("유네스코 권고는 투명성에 대해 무엇을 말하나요?")
    assert "인코더 'minilm'의 지원 언어가 아닙니다(한국어). 단어만 비교했습니다" in said(answer.notices, "ko")
    answer = base.ask("¿Quién es responsable de la supervisión humana?")
    assert any("does not know Spanish: only words were compared" in n for n in said(answer.notices))


def test_an_encoder_of_unknown_languages_is_used_and_that_is_said(home: Path) -> None:
    base = opened(home, settings=EncoderSettings("/a/folder"))
    assert any(
        "does not say whether it knows Spanish" in n
        for n in said(base.search("¿Quién es responsable de la IA?").notices)
    )
    assert any("지원 언어인지 알 수 없습니다(한국어)" in n for n in said(base.search("인간 감독의 책임").notices, "ko"))
    assert not any("does not" in n for n in said(base.search("Who is responsible for oversight?").notices))


def test_the_multilingual_encoder_is_used_for_korean(home: Path) -> None:
    base = opened(home, settings=EncoderSettings("e5"))
    assert base.search("인간 감독의 책임").notices == ()


KOREAN = "인간 감독은 누구의 책임인가?"


def test_a_korean_question_is_told_in_korean_that_its_language_is_not_known(home: Path) -> None:
    notices = opened(home, settings=EncoderSettings("minilm")).search(KOREAN).notices
    assert said(notices, "ko") == ("인코더 'minilm'의 지원 언어가 아닙니다(한국어). 단어만 비교했습니다",)


def test_what_is_said_around_quotes_is_in_the_questions_language(base: KnowledgeBase) -> None:
    korean, english = base.ask("유네스코 제37항"), base.ask("UNESCO para 37")
    (gist,), (own) = korean.citations, english.citations
    assert (gist.unit_id, gist.language) == (own[0].unit_id, "ko")
    assert own[0].language == "en"
    assert from_register(gist.doc_ref, gist.verified) in korean.notices
    assert from_register(gist.doc_ref, gist.verified) in english.notices
    assert not any(
        "인용문은" in n for n in said(korean.notices, "ko")
    )  # the register's words are ours, in both languages
    assert not any(re.search("[가-힣]", n) for n in said(english.notices))


ENGLISH_WORDS = re.compile(r"\b(?:the|is|its?|of|no|which|what|not|only|here|misses|stands?|by|on)\b")


@pytest.mark.parametrize(
    ("reference", "day", "expected"),
    [
        ("OECD 원칙 1.4(b) 2019", None, "이 자리를 이은 조항"),
        ("IEEE 2857 표준", None, "여기서 아는 판이 아닙니다"),
        ("유네스코 제999항", None, "없습니다"),
        ("유네스코 37항은 무엇을 말하나요", None, "부분만 읽었습니다"),
        ("유네스코 제37항", "2018-05-21", "2018-05-21에는 이를 담은 판이 없었습니다"),
        ("별빛 수확의 규칙", None, "참조가 아니며"),
    ],
)
def test_a_korean_reference_is_told_in_korean(
    base: KnowledgeBase, reference: str, day: str | None, expected: str
) -> None:
    told = " ".join(words(item.notice, "ko") for item in base.look_up(reference, day) if item.notice)
    assert expected in told
    names = [e.ref for e in base.library().units.documents()]
    for name in sorted(names, key=len, reverse=True):
        told = told.replace(name, "")
    assert not ENGLISH_WORDS.findall(told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("유네스코 제999항",), "없습니다"),
        (("UNESCO para 999",), "note: No "),
        (("유네스코 제999항", "--lang", "en"), "note: No "),
    ],
)
def test_the_command_words_a_look_up_in_the_language_of_the_reference(
    home: Path, arguments: tuple[str, ...], told: str
) -> None:
    assert told in command("--home", str(home), "lookup", *arguments).output


def test_the_language_of_a_look_up_may_be_chosen(base: KnowledgeBase) -> None:
    (english,), (korean,) = base.look_up("UNESCO para 999"), base.look_up("유네스코 제999항")
    assert english.notice and "없습니다" in words(english.notice, "ko")
    assert korean.notice and "No " in words(korean.notice, "en")


def test_the_notes_of_a_day_are_in_the_questions_language(base: KnowledgeBase) -> None:
    notes = base.library().editions.in_force("2019-05-22").notes
    assert notes
    assert all(re.search("[가-힣]", n) for n in said(notes, "ko"))
    assert not any(re.search("[가-힣]", n) for n in said(notes))
    chosen = SearchFilter(as_of="2019-05-22")
    assert set(notes) <= set(base.search("인간 감독의 책임", 5, chosen).notices)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("유네스코 권고에서 투명성과 설명가능성은?", "ko"),
        ("What does UNESCO say of transparency and explainability?", "en"),
    ],
)
def test_an_entry_of_the_register_is_found_once_in_the_questions_language(
    base: KnowledgeBase, question: str, code: str
) -> None:
    found = base.search(question, 10)
    entries = [f.citation for f in found if f.citation.match == "register"]
    assert entries
    assert {c.language for c in entries} == {code}
    units = [c.unit_id for c in entries]
    assert len(set(units)) == len(units)


def test_a_superseded_edition_is_named_in_korean_with_its_successor(base: KnowledgeBase) -> None:
    (old,) = base.ask("OECD 원칙 1.4(b) 2019").citations
    answer = base.ask("OECD 원칙 1.4(b) 2019")
    assert old.superseded_by
    assert superseded(old.doc_ref, old.superseded_by) in answer.notices


def test_a_refusal_is_data_that_is_worded_in_either_language(base: KnowledgeBase) -> None:
    for question in ("마리아나 해구의 깊이는 얼마인가요?", "zyxq wvut srqp?"):
        assert base.ask(question).reason == (notice("not carried"),)
    assert said(base.ask("").reason) == ("the question is empty",)
    assert said(base.ask(" ", language="ko").reason, "ko") == (message("ko", "empty"),)
    nothing = SearchFilter(publishers=("nobody",))
    told = (notice("filtered out"), notice("no publisher called", value="nobody"))
    assert base.search("인간 감독의 책임", 5, nothing).notices == told
    refused = base.ask("인간 감독의 책임은 누구에게 있나요?", nothing)
    assert refused.notices == told
    assert refused.searched == ()
    assert answer_dict(refused)["notices"] == [
        message("ko", "filtered out"),
        message("ko", "no publisher called", value="nobody"),
    ]


def test_a_follow_up_keeps_the_language_of_the_conversation(base: KnowledgeBase) -> None:
    answer = base.ask("그럼 1.5는?", history=["OECD 1.4"])
    assert answer.notices[0] == notice("read as", text=answer.question)
    (citation,) = answer.citations
    assert from_register(citation.doc_ref, citation.verified) in answer.notices
