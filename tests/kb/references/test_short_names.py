"""Short names of the issuers of a person's own documents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.references.mentions import documents_named
from kb.references.short_names import short_names
from kb.types import Edition
from tests.kb.references.test_own_documents import INSTALLED

LAMPS = replace(
    INSTALLED.editions[0], doc_id="file-lamps", urn="urn:kb:file:lamps:1", ref="Notice 3/2024: Lamps at Sea",
    title="Notice 3/2024: Lamps at Sea", publisher="Harbour Lamp Supervisory Authority", aliases=(), in_catalog=False,
)  # fmt: skip


def named(edition: Edition, stem: str, opening: str) -> dict[str, tuple[str, ...]]:
    with_own = replace(INSTALLED, editions=(*INSTALLED.editions, edition), beside=lambda _: (stem, opening))
    return dict(short_names(with_own))


def test_the_file_name_gives_a_short_name_that_the_text_has_in_capitals() -> None:
    assert named(LAMPS, "zulam-notice-03-2024", "ZULAM has looked at the lamps.") == {"ZULAM": ("file-lamps",)}
    assert named(LAMPS, "zulam-notice-03-2024", "The authority has looked at the lamps.") == {}


def test_a_group_of_states_is_a_short_name_with_its_number() -> None:
    assert named(LAMPS, "g30-notice-2024", "The G30 has looked at the lamps.") == {"G30": ("file-lamps",)}
    assert named(LAMPS, "g30notice", "The G30 has looked at the lamps.") == {}


def test_the_first_letters_of_the_publisher_are_a_short_name_where_the_text_has_it() -> None:
    assert named(LAMPS, "scan", "The HLSA has looked at the lamps.") == {"HLSA": ("file-lamps",)}


def test_no_publisher_of_the_catalog_and_no_edition_of_it_is_called_so() -> None:
    assert named(LAMPS, "oecd-paper", "OECD countries were asked.") == {}
    assert named(replace(LAMPS, in_catalog=True), "zulam-notice", "ZULAM has looked at the lamps.") == {}


@pytest.mark.parametrize("question", ["ZULAM은 등불에 대해 무엇을 기대하나요?", "What does ZULAM expect of lamps?"])
def test_a_question_in_either_language_names_the_document_by_it(question: str) -> None:
    beside = ("zulam-notice-03-2024", "ZULAM has looked at the lamps.")
    catalog = replace(INSTALLED, editions=(*INSTALLED.editions, LAMPS), beside=lambda _: beside)
    [found] = documents_named(question, catalog)
    assert (found.written, found.own) == ("ZULAM", ("file-lamps",))


def test_a_subject_in_a_file_name_is_no_issuer() -> None:
    assert named(LAMPS, "company-llm-policy", "POLICY ON LLM USE") == {}
    assert named(LAMPS, "gdpr-checklist", "GDPR CHECKLIST") == {}


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("핀마 등불은 어떻게 다루래?", ["핀마"]),
        ("핀마에서는 등불을 어떻게 보나요?", ["핀마"]),
        ("금융감독청의 등불 요건", ["금융감독청"]),
        ("핀마음은 등불을 어떻게 보나요?", []),
        ("아이시핀마 등불", []),
        ("스위스금융당국에 등불을 알리나요?", []),
    ],
)
def test_an_issuer_is_named_by_its_korean_name_alone(question: str, written: list[str]) -> None:
    beside = ("finma-notice-03-2024", "FINMA has looked at the lamps.")
    catalog = replace(INSTALLED, editions=(*INSTALLED.editions, LAMPS), beside=lambda _: beside)
    assert [each.written for each in documents_named(question, catalog) if each.own == ("file-lamps",)] == written
