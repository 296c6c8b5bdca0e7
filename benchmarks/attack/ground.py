"""Builds the material of the attacks: two home folders with documents in our own words, whose answers are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import pdf_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.protocols import Generator
    from kb.types import Answer

RULES = (
    "The keeper of the lamp shall store the lamp book for nine years. A visitor may read the lamp book on Sundays.",
    "No lamp shall be lit by a child unless a keeper is present. Keepers should answer questions of visitors.",
    "The guild recommends a yearly open day. Ladders are inspected before they are used.",
)
OTHER = tuple(rule.replace("lamp", "beacon").replace("nine", "four") for rule in RULES)
QUESTIONS = ("How long is the book stored?", "Who may read the book on Sundays?", "When are ladders inspected?")


class Breach(Exception):
    """A promise that an attack broke."""


@dataclass
class Ground:
    """The material of the attacks: a folder with two homes, and the right answers of both."""

    folder: Path
    public: Sequence[Path]
    one: Path = field(init=False)
    two: Path = field(init=False)
    right: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        papers = [self.folder / name for name in ("a", "b")]
        for paper, rules in zip(papers, (RULES, OTHER), strict=True):
            paper.mkdir()
            (paper / "rules.pdf").write_bytes(pdf_bytes(rules, "Rules for Lamps"))
        self.one, self.two = self.folder / "one", self.folder / "two"
        build(self.one, papers[0])
        build(self.two, papers[1])
        with opened(self.one) as base:
            self.right = {question: shown(base.ask(question)) for question in QUESTIONS}


def opened(home: Path, generator: Generator | None = None) -> KnowledgeBase:
    """The knowledge base of a home, with the stand-in encoder."""
    return KnowledgeBase.open(home, Models(WordEncoder(), generator=generator, is_answerable=lambda *_: True))


def shown(answer: Answer) -> str:
    """The words of an answer that are presented as words of a document."""
    return "\n".join((*(s.text for s in answer.sentences), *(c.quote for c in answer.citations)))
