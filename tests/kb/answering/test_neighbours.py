"""Which of the provisions on one matter leads, and which is quoted beside it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from kb.answering.neighbours import adds_to_first, closest_neighbour_first
from kb.answering.sentence_selection import SentenceCandidate
from kb.types import Span

if TYPE_CHECKING:
    from kb.library.library import Library

PARTS = {
    "article:4.1": "a keeper who finds a lamp broken tells the guild",
    "article:4.2": "a keeper who finds a lamp broken and already lent calls the lamp back",
    "article:4.3": "a keeper keeps the book",
    "article:9.1": "a lamp that is already broken and lent is listed",
}
TERMS = {"keeper": 1.0, "lamp": 1.0, "broken": 2.0, "lent": 2.0}


def lamp_code() -> Library:
    """A document of four paragraphs in two articles, as far as provisions are compared in it."""
    text, units = "", []
    for key, words in PARTS.items():
        span = Span(len(text), len(text) + len(words))
        above = f"urn:kb:x:y:1:{key.split('.')[0]}"
        units.append(
            SimpleNamespace(
                unit_id=f"urn:kb:x:y:1:{key}", doc_id="d", of_document="d", proven=True, parent_id=above, span=span
            )
        )
        text += words + "\n"
    store = SimpleNamespace(
        text=lambda _: text,
        terms=str.split,
        unit_at=lambda _, at: next((u for u in units if u.span.start <= at < u.span.end), None),
        children=lambda parent, _: [u for u in units if u.parent_id == parent],
        unit=lambda _: (),
    )
    return cast("Any", SimpleNamespace(store=store))


def run(library: Library, key: str, score: float = 1.0) -> list[SentenceCandidate]:
    start = library.store.text("d").index(PARTS[key])
    return [SentenceCandidate(0, 0, "d", Span(start, start + len(PARTS[key])), PARTS[key], 0.5, score, chosen=score)]


@pytest.mark.parametrize(
    ("others", "least", "leads"),
    [
        (["article:4.2"], 0.9, "article:4.2"),
        (["article:4.2"], 1.1, "article:4.1"),
        (["article:9.1"], 0.9, "article:4.1"),
        (["article:4.3"], 0.9, "article:4.1"),
        ([], 0.9, "article:4.1"),
    ],
)
def test_the_neighbour_that_holds_more_of_the_question_leads(others: list[str], least: float, leads: str) -> None:
    library = lamp_code()
    runs = [run(library, key) for key in ("article:4.1", *others)]
    ordered = closest_neighbour_first(library, runs, TERMS, least)
    assert [c.words for c in ordered[0]] == [PARTS[leads]]
    assert sorted(c.words for r in ordered for c in r) == sorted(c.words for r in runs for c in r)


def test_no_runs_stay_none() -> None:
    assert closest_neighbour_first(lamp_code(), [], TERMS, 0.9) == []


@pytest.mark.parametrize(
    ("key", "first", "adds"),
    [
        ("article:4.2", "article:4.1", True),
        ("article:4.1", "article:4.2", False),
        ("article:4.3", "article:4.2", False),
        ("article:9.1", "article:4.2", False),
        ("article:4.1", "article:4.1", True),
    ],
)
def test_a_further_provision_adds_a_word_of_the_question(key: str, first: str, *, adds: bool) -> None:
    library = lamp_code()
    assert adds_to_first(library, run(library, key), run(library, first), TERMS) is adds


def test_two_paragraphs_of_one_article_on_the_same_words_stand_together() -> None:
    library = lamp_code()
    assert adds_to_first(library, run(library, "article:4.2"), run(library, "article:4.1"), {"lamp": 1.0})
    assert not adds_to_first(library, run(library, "article:9.1"), run(library, "article:4.1"), {"lamp": 1.0})
