"""A small library for the tests of the reading side: the whole register and two papers of our own, built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from app.cli.main import main
from app.models import generator_of, reranker_of
from ingest.pipeline import ingest_paths
from kb.catalog.register import load_corpus
from kb.knowledge_base import KnowledgeBase
from kb.messages import words
from kb.models.models import EncoderSettings, Models
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from click.testing import Result

    from app.settings import Settings
    from kb.library.library import Library
    from kb.types import Notice

ORCHARD = """Code for Careful Orchards

1. Every orchard keeps a ledger of its harvesting robots and of the people who may stop them at any time.
2. A robot that has bruised fruit twice in one week is taken out of service until a gardener has looked at it.
3. The ledger should be open to neighbours, who may ask in writing why a particular robot was used near their fence.
4. Gardeners shall be trained before they work beside a robot:
   (a) in the use of the red lever;
   (b) in the reading of the ledger.
5. Robots may rest at night, and nobody is obliged to explain why they do.
6. Where a robot and a gardener disagree about the ripeness of a pear, the gardener decides and notes the reason.
7. The guild recommends a yearly open day on which every robot is shown at rest, with its covers taken off.
8. Ledgers are kept for nine years after the robot they describe has left the orchard for good.
9. This code replaces the sayings of the elders, which stay readable in the guild hall for whoever wants them.
"""

HARBOUR = """Notes on Harbour Lamps

The keeper writes down when each lamp was lit and by whom. A lamp that fails is mended before the next tide comes in.
Visitors can look at the lamp book on Sundays. =SUM(A1:A9) is no lamp, and <script>alert(1)</script> lights nothing.
"""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with an index of the register and two documents; do not write to it."""
    home = tmp_path_factory.mktemp("library")
    papers = tmp_path_factory.mktemp("papers")
    (papers / "orchard.txt").write_text(ORCHARD, "utf-8")
    (papers / "harbour.txt").write_text(HARBOUR, "utf-8")
    summary = ingest_paths(home, [papers], WordEncoder(), load_corpus(), today="2026-01-02", version="test")
    assert not summary.failed
    return home


def opened(home: Path, **options: Any) -> KnowledgeBase:
    """The knowledge base under a home, with the stand-in encoder and what else is given of models."""
    return KnowledgeBase.open(home, Models(WordEncoder(), **options))


def answering(home: Path, **options: Any) -> KnowledgeBase:
    """The same, answering whatever the evidence: the stand-in encoder's cosines mean nothing to the decision."""
    return opened(home, is_answerable=lambda *_: True, **options)


@pytest.fixture
def base(home: Path) -> KnowledgeBase:
    """The knowledge base over the small library, with the stand-in encoder."""
    return opened(home)


@pytest.fixture
def library(base: KnowledgeBase) -> Library:
    """The library of that knowledge base."""
    return base.library()


def stand_in(settings: Settings, **options: Any) -> Models:
    """The models that the settings name, with the stand-in encoder under the name of theirs."""
    given: dict[str, Any] = {"reranker": reranker_of(settings), "generator": generator_of(settings)} | options
    return Models(WordEncoder(), settings=EncoderSettings(settings.encoder), **given)


def command(*arguments: str, models: Callable[[Settings], Models] | None = stand_in, **options: Any) -> Result:
    """What ``kb`` does with the models that are given; with those of its settings where they are ``None``.

    An exception that is no exit is our own mistake.
    """
    result = CliRunner().invoke(main, arguments, obj=models, **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    return result


def said(notices: Iterable[Notice], lang: str = "en") -> tuple[str, ...]:
    """Notices in words."""
    return tuple(words(each, lang) for each in notices)
