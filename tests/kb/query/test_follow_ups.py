"""Follow-up questions: read against the conversation; a question that stands alone is never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.catalog.catalog import corpus_dir, load_catalog
from kb.evaluation.questions_own import JUDGEMENTS, QUESTIONS, OwnQuestion, load_own_set
from kb.query.follow_ups import Resolved, resolve
from kb.references.parsing import MAX_CHARS, parse

if TYPE_CHECKING:
    from kb.catalog.catalog import Catalog

LOGS = "How long must a deployer keep the logs of a high-risk AI system under the AI Act?"
LOGS_KO = "AI법에서 배포자는 로그를 얼마 동안 보관해야 하나요?"
SAYS = "What does OECD say about accountability of AI actors?"
SAYS_KO = "OECD 원칙은 투명성에 대해 무엇이라고 하나요?"
HISTORIES = (
    (LOGS,),
    (LOGS_KO,),
    (SAYS, "and UNESCO?"),
    ("What does OECD 1.4 ask?", "Which two tools does UNESCO offer?", SAYS_KO),
    ("AI법 제14조",),
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"))


def own() -> list[OwnQuestion]:
    folder = corpus_dir() / "qrels"
    return list(load_own_set(*((folder / name).read_text("utf-8") for name in (QUESTIONS, JUDGEMENTS))).questions)


@pytest.mark.parametrize(
    ("text", "history", "expected"),
    [
        # another publisher or document
        ("and UNESCO?", (SAYS,), "What does UNESCO say about accountability of AI actors?"),
        ("UNESCO?", (SAYS,), "What does UNESCO say about accountability of AI actors?"),
        ("And NIST?", (SAYS, "and UNESCO?"), "What does NIST say about accountability of AI actors?"),
        ("What does NIST say?", (SAYS,), "What does NIST say about accountability of AI actors?"),
        (
            "And how long under the OECD principles?",
            (LOGS,),
            "How long must a deployer keep the logs of a high-risk AI system under the OECD principles?",
        ),
        ("유네스코는요?", (SAYS_KO,), "유네스코는 투명성에 대해 무엇이라고 하나요?"),
        ("그럼 NIST는?", ("OECD는 투명성에 대해 무엇이라고 하나요?",), "NIST는 투명성에 대해 무엇이라고 하나요?"),
        ("OECD 원칙에서는 얼마 동안인가요?", (LOGS_KO,), "OECD 원칙에서 배포자는 로그를 얼마 동안 보관해야 하나요?"),
        ("How about IEEE 7003?", ("What does IEEE 7001 cover?",), "What does IEEE 7003 cover?"),
        ("IEEE 7003은요?", ("IEEE 7001은 무엇을 다루나요?",), "IEEE 7003은 무엇을 다루나요?"),
        (
            "How does NIST define it?",
            ("How does the OECD define an AI system?",),
            "How does the NIST define an AI system?",
        ),
        # another edition of the same work
        ("And in the 2019 version?", ("What does OECD 1.2 ask?",), "What does OECD/LEGAL/0449 (2019) 1.2 ask?"),
        ("And the latest version?", ("What is Principle 3 of EADv1?",), "What is Principle 3 of IEEE EAD1e (2019)?"),
        ("And in version 2?", ("What is Principle 3 of EADv1?",), "What is Principle 3 of IEEE EADv2 (2017)?"),
        ("제1판에서는요?", ("EAD1e 원칙 3은 무엇인가요?",), "IEEE EADv1 (2016) 원칙 3은 무엇인가요?"),
        # another number
        ("And 1.5?", ("What does OECD 1.4 ask?",), "What does OECD 1.5 ask?"),
        ("그럼 1.5는요?", ("OECD 원칙 1.4는 무엇을 요구하나요?",), "OECD 원칙 1.5는 무엇을 요구하나요?"),
        ("제16조는요?", ("AI법 제15조를 알려 주세요",), "AI법 제16조를 알려 주세요"),
        (
            "And paragraph 4?",
            ("What does Article 14 of the AI Act require?",),
            "What does Article 14, paragraph 4 of the AI Act require?",
        ),
        ("and MEASURE 2.11?", ("What does MAP 3.5 say?",), "What does MEASURE 2.11 say?"),
        # another role
        (
            "And for importers?",
            (LOGS,),
            "How long must an importer keep the logs of a high-risk AI system under the AI Act?",
        ),
        ("제공자는요?", (LOGS_KO,), "AI법에서 제공자는 로그를 얼마 동안 보관해야 하나요?"),
        # a condition
        ("중소기업이면요?", (LOGS_KO,), f"중소기업이면 {LOGS_KO}"),
        ("What if the provider is outside the EU?", (LOGS,), f"{LOGS[:-1]} if the provider is outside the EU?"),
        ("And for SMEs?", (LOGS,), f"{LOGS[:-1]} for SMEs?"),
        # another subject
        ("And about privacy?", (SAYS,), "What does OECD say about privacy?"),
        ("책무성은요?", (SAYS_KO,), "OECD 원칙은 책무성에 대해 무엇이라고 하나요?"),
        # pronouns and words alone
        ("Is it binding?", ("What is the OECD Recommendation?",), "What is the OECD Recommendation? Is it binding?"),
        (
            "And the other one?",
            ("Which two tools does UNESCO offer?", "Who is the first for?"),
            "Which two tools does UNESCO offer? The other one?",
        ),
        ("왜요?", (LOGS_KO,), f"{LOGS_KO} 왜요?"),
    ],
)
def test_a_follow_up_takes_its_words_from_what_was_asked(
    text: str, history: tuple[str, ...], expected: str, catalog: Catalog
) -> None:
    resolved = resolve(text, history, catalog)
    assert resolved == Resolved(expected, True, resolved.why)
    assert resolved.why


@pytest.mark.parametrize(
    "question", [q for q in own() if q.kind == "dialogue" and q.split == "dev"], ids=lambda q: q.id
)
def test_the_development_dialogues_ask_the_same_documents_and_units(question: OwnQuestion, catalog: Catalog) -> None:
    resolved = resolve(question.text, question.history, catalog)
    assert resolved.was_follow_up
    expected = [(set(r.doc_ids), r.keys) for r in parse(question.alone, catalog) if r.number]
    assert [(set(r.doc_ids), r.keys) for r in parse(resolved.text, catalog) if r.number] == expected


STANDALONE = [q.text for q in own() if q.kind != "dialogue"]


@pytest.mark.parametrize("history", HISTORIES)
def test_a_question_that_stands_alone_is_not_changed(history: tuple[str, ...], catalog: Catalog) -> None:
    assert len(STANDALONE) > 60
    taken = {q: resolve(q, history, catalog).text for q in STANDALONE if resolve(q, history, catalog) != Resolved(q)}
    assert taken == {}


@pytest.mark.parametrize(
    "text",
    [
        "OECD 1.5",
        "And OECD 1.5?",
        "UNESCO",
        "What is UNESCO?",
        "유네스코는 무엇인가요?",
        "What is the AI Act?",
        "And what does UNESCO say about children?",
        "So who must keep logs of high-risk AI systems?",
        "Is it allowed to give citizens points?",
        "고마워요",
        "Thank you",
        "hello",
        "And?",
        "?",
        "",
        "   ",
    ],
)
def test_near_misses_of_a_follow_up_stand_alone(text: str, catalog: Catalog) -> None:
    for history in HISTORIES:
        assert resolve(text, history, catalog) == Resolved(text)


def test_without_a_conversation_nothing_is_a_follow_up(catalog: Catalog) -> None:
    assert resolve("and UNESCO?", (), catalog) == Resolved("and UNESCO?")
    assert resolve("and UNESCO?", ("", "  "), catalog) == Resolved("and UNESCO?")


def test_the_latest_question_that_yields_something_is_taken(catalog: Catalog) -> None:
    history = ("What does OECD 1.4 ask?", "Who must keep logs?")
    assert resolve("And 1.5?", history, catalog).text == "What does OECD 1.5 ask?"


def test_only_the_last_three_questions_count(catalog: Catalog) -> None:
    history = ("What does OECD 1.4 ask?", *["Who must keep logs?"] * 3)
    assert "OECD" not in resolve("And 1.5?", history, catalog).text


def test_a_number_is_not_carried_to_another_document_where_its_title_is_known(catalog: Catalog) -> None:
    titles = {"OECD 1.4": "Robustness", "OECD 원칙 1.4": "견고성"}
    told = resolve("and UNESCO?", ("What does OECD 1.4 ask?",), catalog, lambda r: titles.get(r, ""))
    assert told.text == "What does UNESCO say about Robustness?"
    told = resolve("유네스코는요?", ("OECD 원칙 1.4는 무엇을 요구하나요?",), catalog, lambda r: titles.get(r, ""))
    assert told.text == "유네스코: 견고성"


_PIECES = st.sampled_from(
    [
        "and ",
        "UNESCO",
        "?",
        "요",
        "는",
        " 1.5",
        "그럼 ",
        "what about ",
        "(",
        "제14조",
        "if ",
        "it ",
        "OECD",
        "\n",
        "2019 ",
        "초판",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=6), max_size=8).map("".join), st.lists(st.text(max_size=60), max_size=4))
@settings(max_examples=150)
def test_any_text_and_any_history_are_read(text: str, history: list[str]) -> None:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8")) if not _KEPT else _KEPT[0]
    _KEPT[:] = [catalog]
    resolved = resolve(text, history, catalog)
    assert resolved.was_follow_up == bool(resolved.why)
    assert resolved.was_follow_up or resolved.text == text
    assert len(resolved.text) <= max(MAX_CHARS, len(text))


_KEPT: list[Catalog] = []


def test_long_input_is_read_in_time(catalog: Catalog) -> None:
    for text in ("and " * 490, "그럼 " * 600, "(" * 1990, "a " * 900 + "it?", "의 " * 900 + "요?"):
        assert len(resolve(text, (LOGS, "x" * 5000), catalog).text) <= max(MAX_CHARS, len(text))
