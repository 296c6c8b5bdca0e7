"""What ``kb eval SET`` measures is the ranking and the decision of ``kb ask`` (:mod:`kb.evaluation.systems`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kb import KnowledgeBase
from kb.evaluation.questions_sets import Entry
from kb.evaluation.systems import ProductRanker
from kb.models.models import Models
from kb.text.korean import Stems
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.types import FloatArray

TEXTS = (
    "The keeper shall brush the chain of the lamp before dusk.",
    "The oil of a lamp is kept in a cool room, away from the chain.",
    "Each keeper writes a log of the night and signs it at dawn.",
    "A boat that passes the harbour at night is counted by the keeper.",
)
QUESTIONS = (
    "Who shall brush the chain of the lamp?",
    "Where is the oil of a lamp kept?",
    "Which boats are counted by the keeper?",
    "How deep is the Mariana Trench?",
)


def embed(texts: Sequence[str], encoder: Any) -> FloatArray:
    vectors: FloatArray = encoder.encode_passages(list(texts))
    return vectors


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("same")
    for n, text in enumerate(TEXTS):
        write_text(folder / "files" / f"{n}.txt", [text])
    build(folder / "home", folder / "files")
    with KnowledgeBase.open(folder / "home", models=Models(WordEncoder())) as opened:
        yield opened


@pytest.fixture(scope="module")
def measured(base: KnowledgeBase) -> ProductRanker:
    """The system that is measured, over the passages of the library as entries of a set."""
    store = base.library().store
    entries = [Entry(str(row), "", store.passage(row).text, None) for row in range(len(TEXTS))]
    return ProductRanker(entries, Models(WordEncoder()), WordEncoder(), embed, Stems())


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_set_is_ranked_as_a_question_is_searched(base: KnowledgeBase, measured: ProductRanker, question: str) -> None:
    asked = [found.hit.row for found in base.search(question, limit=4).hits]
    assert [int(entry) for entry, _ in measured.rank(question, 4, None)] == asked
    assert len(asked) == 4


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_set_is_refused_as_a_question_is(base: KnowledgeBase, measured: ProductRanker, question: str) -> None:
    assert base.ask(question).refused is (measured.confidence(question, None) < 0.5)
