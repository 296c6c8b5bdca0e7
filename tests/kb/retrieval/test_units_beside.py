"""A unit that a question names only to say which things it means is not the one that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.pipeline import ingest_paths
from kb.catalog.register import load_corpus
from tests.fakes import WordEncoder
from tests.library import answering

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

ACT = """Harbour Lamp Regulation

Article 1
Scope

1. This Regulation applies to lamps that stand in a harbour of the guild and to whoever owns or tends them by night.

Article 2
Prohibited lamps

1. Robbers and others shall not set a false light on the cliffs of the north or on any other coast of the guild.

Article 3
Records

1. Keepers shall keep their books for six years and show them to the guild when the guild asks for them.

Article 4
Penalties

1. Whoever breaches the prohibition of Article 2 shall pay a fine of up to 300 euros, which the guild sets in spring.
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The knowledge base over a made regulation."""
    home, papers = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers")
    (papers / "act.txt").write_text(ACT, "utf-8")
    assert not ingest_paths(home, [papers], WordEncoder(), load_corpus(), today="2026-01-02", version="test").failed
    return answering(home)


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("What fine does the Harbour Lamp Regulation set for whoever breaches Article 2?", "Article 4"),
        ("What does Article 2 of the Harbour Lamp Regulation say about a fine?", "Article 2"),
        ("Under Article 2 of the Harbour Lamp Regulation, who shall pay a fine?", "Article 2"),
        ("Which lights are prohibited in Article 2 of the Harbour Lamp Regulation?", "Article 2"),
    ],
)
def test_the_provision_that_refers_to_the_unit_named_answers(base: KnowledgeBase, question: str, leads: str) -> None:
    assert base.ask(question).citations[0].locator.startswith(leads)
