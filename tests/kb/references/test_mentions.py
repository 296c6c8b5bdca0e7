"""The documents that a text names: own documents in questions, longer names before shorter, no false ones."""

from __future__ import annotations

import pytest

from kb.query.scopes import scopes_of
from kb.references.mentions import documents_named
from kb.references.parsing import parse
from tests.kb.references.test_own_documents import CATALOG, own_edition

PACT = own_edition("pact", "Signatories of the EU AI Pact and their pledges", "Harbour News", "2025")
WITH_PACT = CATALOG.__class__((*CATALOG.editions, PACT), CATALOG.publications, CATALOG.beside)


def named_in(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.written, each.own) for each in documents_named(text, WITH_PACT) if each.own]


@pytest.mark.parametrize(
    ("text", "written", "own"),
    [
        ("What core actions does the EU AI Pact ask for?", "EU AI Pact", "pact"),
        ("What do the PDPC advisory guidelines say about consent?", "PDPC advisory guidelines", "pdpc"),
        ("Does Opinion 28/2024 allow legitimate interest?", "Opinion 28/2024", "edpb-28"),
        ("According to FINMA Guidance 08/2024, who owns the risk?", "FINMA Guidance 08/2024", "finma"),
        ("How does the Model AI Governance Framework treat oversight?", "Model AI Governance Framework", "magf"),
        ("데이터기반행정 활성화에 관한 법률은 무엇을 요구하나요?", "데이터기반행정 활성화에 관한 법률", "data-admin"),
        ("금융분야 인공지능 가이드라인에 따르면 누가 책임지나요?", "금융분야 인공지능 가이드라인", "fin-ai"),
        ("핀마 지침은 등불을 어떻게 다루나요?", "핀마 지침", "finma"),
        ("FINMA 가이던스에서 등불은 어떻게 다루나요?", "FINMA 가이던스", "finma"),
        ("영국 경쟁당국 보고서에서 등불은 어떻게 다루나요?", "경쟁당국 보고서", "cma-report"),
        ("Compare the Rome Call for AI Ethics with OECD 1.3.", "Rome Call for AI Ethics", "rome"),
    ],
)
def test_a_question_names_an_own_document(text: str, written: str, own: str) -> None:
    assert named_in(text) == [(written, (f"file-{own}",))]


@pytest.mark.parametrize(
    "text",
    [
        "What should a policy on suppliers say?",
        "Which guidelines speak of personal data in general?",
        "How do providers report incidents?",
        "Are there principles for automated systems?",
        "WHO is responsible for oversight?",
        "법률은 무엇을 요구하나요?",
        "이 지침은 어떤 위험을 다루나요?",
    ],
)
def test_words_of_every_day_name_no_document(text: str) -> None:
    assert named_in(text) == []


def test_spans_are_slices_and_do_not_overlap() -> None:
    text = "Compare Opinion 28/2024, the Blue Policy on Supplier Algorithms and the EU AI Act on logs."
    found = documents_named(text, WITH_PACT)
    assert [each.written for each in found] == [
        "Opinion 28/2024",
        "Blue Policy on Supplier Algorithms",
        "EU AI Act",
    ]
    assert [text[slice(*each.span)] for each in found] == [each.written for each in found]


def test_a_name_of_several_documents_gives_all_of_them() -> None:
    [found] = documents_named("What does the Privacy Policy say about visitors?", WITH_PACT)
    assert set(found.own) == {"file-privacy-a", "file-privacy-b"}


def test_a_longer_name_is_not_read_as_the_act() -> None:
    def scopes(question: str) -> list[frozenset[str]]:
        named = documents_named(question, WITH_PACT)
        references = parse(question, WITH_PACT)
        return [each.doc_ids for each in scopes_of(question, references, WITH_PACT.editions, named=named)]

    assert scopes("What core actions does the EU AI Pact ask for?") == [frozenset({"file-pact"})]
    assert scopes("What is the EU AI Office for?") == []
    [guidelines] = scopes("What do the EU AI guidelines ask of providers?")
    assert "eu-ai-act-2024-1689" not in guidelines
    [act] = scopes("What does the EU AI Act ask of providers?")
    assert "eu-ai-act-2024-1689" in act
