"""The kind of a text as its name, where a library holds one text of that kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.catalog.catalog import corpus_dir, load_catalog
from kb.query.kind_alone import only_one_of_its_kind

EDITIONS = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8")).editions
TREATY = next(e for e in EDITIONS if e.doc_id == "coe-cets-225")
_OTHERS = {"unesco-ai-ethics-2021", "oecd-legal-0449-2024", "kr-ai-ethics-standard-2020"}
HERE = [TREATY, *(e for e in EDITIONS if e.doc_id in _OTHERS)]
OTHER = replace(TREATY, doc_id="other", urn="urn:kb:file:other:1", title="Convention on Lamps")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does the Convention require of ports?", "Convention"),
        ("Which ports may join the convention?", "convention"),
        ("What does the framework convention require of ports?", "framework convention"),
        ("What does the framework treaty require of ports?", ""),
        ("What must measures include under the AI convention?", "convention"),
        ("협약은 누구에게 적용되나요?", "협약"),
        ("What does the Vienna Convention say?", ""),
        ("What does the Convention on Wicks say?", ""),
        ("Which convention applies?", ""),
        ("How does the convention against torture define consent?", ""),
        ("Does the chatbot follow the convention that users expect?", ""),
        ("What does the Convention relating to harbours say?", ""),
        ("Where is the convention centre?", ""),
        ("What does Article 3 of the Convention say?", "Convention"),
        ("아동권리협약은 무엇을 말하나요?", ""),
        ("What does the Recommendation say?", ""),
        ("윤리기준에서 등불은 어떻게 다루나요?", "윤리기준"),
        ("윤리기준상 등불을 꺼도 되나요?", "윤리기준"),
        ("등불을 켠다는 내용 윤리기준 어디에 있나요?", "윤리기준"),
        ("등불을 켜는 것은 윤리기준에 있나요?", "윤리기준"),
        ("회사 윤리기준에서 등불은 어떻게 다루나요?", ""),
        ("부서 윤리기준에서 등불은 어떻게 다루나요?", ""),
        ("행동강령에서 등불은 어떻게 다루나요?", ""),
    ],
)
def test_the_only_text_of_a_kind_is_meant_by_it(question: str, name: str) -> None:
    assert [scope.name for scope in only_one_of_its_kind(question, HERE)] == ([name] if name else [])


def test_of_two_texts_of_a_kind_none_is_meant() -> None:
    assert only_one_of_its_kind("What does the Convention require?", [*HERE, OTHER]) == ()


def test_a_framework_convention_is_none_without_that_word_in_its_title() -> None:
    plain = replace(OTHER, aliases=())
    assert only_one_of_its_kind("What does the convention require?", [plain])
    assert only_one_of_its_kind("What does the framework convention require?", [plain]) == ()
