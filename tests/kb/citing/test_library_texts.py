"""No sentence is shown that is not in the index at the cited place."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from kb.answering.answer import answer
from kb.citing.citation import quote_hash
from kb.citing.library_texts import verifier_of
from kb.citing.quote_check import Verdict
from kb.library.library import Library
from kb.messages import message, notices_in_words, words
from kb.query.query import read_query
from kb.types import Sentence, notice
from tests.library import answering

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.index.reader import Store
    from kb.knowledge_base import KnowledgeBase
    from kb.types import Answer, Citation

QUESTION = "Who decides when a robot and a gardener disagree about the ripeness of a pear?"
REFERENCES = ["UNESCO para 37", "OECD 1.4(b) 2019", "OECD 1.1-1.5", "유네스코 제37항"]


@pytest.fixture
def base(home: Path) -> KnowledgeBase:
    """Whether a question is answered is not asked here."""
    return answering(home)


def tampered(base: KnowledgeBase, question: str, change: Callable[[Citation], Citation]) -> Answer:
    """An answer whose citations are all as ``change`` has them, after the check that it leaves by."""
    made = base.ask(question)
    assert made.sentences
    citations = tuple(map(change, made.citations))
    sentences = tuple(Sentence(c.quote, (c.n,)) for c in citations)
    return verifier_of(base.library()).drop_unverified(replace(made, citations=citations, sentences=sentences))


class ChangingStore:
    """A store whose texts lose their letters from one call on, as on a disk that fails under an answer."""

    def __init__(self, store: Store, until: int = 10**6) -> None:
        self._store, self._until, self.calls = store, until, 0

    def text(self, doc_id: str) -> str:
        self.calls += 1
        text = self._store.text(doc_id)
        return text if self.calls <= self._until else re.sub(r"\w", "x", text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("question", [QUESTION, "UNESCO para 37"])
def test_an_answer_leaves_by_the_check(base: KnowledgeBase, question: str) -> None:
    def ask(store: ChangingStore) -> Answer:
        library = Library(base.library().home, cast("Store", store))
        return answer(library, base.models(), read_query(library, question))

    whole = ChangingStore(base.library().store)
    assert ask(whole).sentences
    made = ask(ChangingStore(base.library().store, whole.calls - 1))
    assert made.withheld[0].why.startswith(Verdict.NOT_FOUND.value)
    assert len(made.sentences) < len(ask(ChangingStore(base.library().store)).sentences)


@pytest.mark.parametrize("question", [QUESTION, *REFERENCES])
def test_what_stands_there_is_shown_as_it_is(base: KnowledgeBase, question: str) -> None:
    found = base.ask(question)
    assert found.sentences
    assert found.withheld == ()
    assert all(f.passes for f in verifier_of(base.library()).answer(found))


@pytest.mark.parametrize("question", [QUESTION, "UNESCO para 37"])
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda c: replace(c, page_index=c.page_index + 1, page_end=c.page_end + 1), Verdict.WRONG_PAGE),
        (lambda c: replace(c, page_label="xcix"), Verdict.WRONG_PAGE),
        (lambda c: replace(c, char_start=c.char_start + 1), Verdict.MOVED),
        (lambda c: replace(c, quote=f"{c.quote} Not."), Verdict.NOT_FOUND),
        (
            lambda c: replace(c, quote=c.quote.upper(), quote_sha256=quote_hash(c.quote.upper())),
            Verdict.NOT_FOUND,
        ),
    ],
)
def test_a_tampered_citation_is_withheld(
    base: KnowledgeBase, question: str, change: Callable[[Citation], Citation], verdict: Verdict
) -> None:
    left = tampered(base, question, change)
    assert left.refused
    assert left.sentences == () == left.citations
    assert left.withheld[0].why.startswith(verdict.value)
    assert notice("does not stand", n=len(left.withheld)) in left.notices


def test_what_is_withheld_of_a_korean_question_is_said_in_korean(base: KnowledgeBase) -> None:
    left = tampered(base, "유네스코 제37항", lambda c: replace(c, char_start=c.char_start + 1))
    assert notices_in_words(left.reason, "ko") == message("ko", "none stands")
    assert words(left.notices[-1], "ko") == message("ko", "does not stand", n=1)


def test_an_old_edition_that_is_shown_as_current_is_withheld(base: KnowledgeBase) -> None:
    left = tampered(base, "OECD 1.4(b) 2019", lambda c: replace(c, status="current", superseded_by=()))
    assert left.refused
    assert left.withheld[0].why.startswith(Verdict.SUPERSEDED.value)
