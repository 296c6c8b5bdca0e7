"""Scores the sentences of found passages as evidence for a question; each is a slice of the document text. Pure.

:mod:`kb.answering.answerability` decides whether they contain an answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.index.passage_sentences import passage_sentences
from kb.records import dataclass
from kb.text.cleaning import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.types import Passage, Span

MAX_SENTENCES = 3
NEAR_BEST = 0.9
"""A further sentence is shown when its score is at least this share of the best one's."""
SIDE_NEAR = 0.85
"""The same for the sentences of one side of a comparison."""


@dataclass(frozen=True, slots=True)
class SentenceCandidate:
    """A sentence that may answer: its passage, its number in the passage (from 0), its text, and its score's parts."""

    passage: int
    place: int
    doc_id: str
    span: Span
    words: str
    coverage: float
    passage_score: float
    cosine: float = 0.0
    unit_id: str | None = None

    @property
    def score(self) -> float:
        """How well it answers; higher is better."""
        return 0.4 * self.cosine + 0.1 * self.coverage + 0.5 * self.passage_score


def coverage(terms: Mapping[str, float], found: set[str]) -> float:
    """The share of the question's terms, weighted by rarity, that a text holds: 0 to 1."""
    total = sum(terms.values())
    return sum(w for t, w in terms.items() if t in found) / total if total else 0.0


def sentence_candidates(
    hits: Sequence[tuple[Passage, float]],
    terms: Mapping[str, float],
    tokenise: Callable[[str], list[str]],
) -> list[SentenceCandidate]:
    """The sentences of the found passages; ``hits`` are (passage, score), ``terms`` the question's."""
    out: list[SentenceCandidate] = []
    seen: set[str] = set()
    for n, (passage, score) in enumerate(hits):
        for place, (span, text) in enumerate(passage_sentences(passage)):
            key = fold(text)
            if key in seen or not _WORD.search(text):  # a list number alone is no sentence
                continue
            seen.add(key)
            held = coverage(terms, set(tokenise(text)))
            out.append(SentenceCandidate(n, place, passage.doc_id, span, text, held, score))
    return out


_WORD = re.compile(r"[^\W\d_]{2}")


def select_sentences(
    ranked: Sequence[SentenceCandidate], sides: Sequence[Sequence[int]] = (), most: int = MAX_SENTENCES
) -> list[list[SentenceCandidate]]:
    """The sentences to show (:func:`choose`); for a comparison those of each side (:func:`select_for_side`) in turn.

    ``sides`` are the passages of each side; one that has nothing to show is left out.
    """
    if not sides:
        return choose(ranked, most)
    out: list[list[SentenceCandidate]] = []
    for side in sides:
        mine = [c for c in ranked if c.passage in side and [c] not in out]
        out += [[c] for c in select_for_side(mine, max(most - 1, 1))]
    return out or choose(ranked, most)


def select_for_side(found: Sequence[SentenceCandidate], most: int) -> list[SentenceCandidate]:
    """The sentences for one side of a comparison: the best one of each of its best passages.

    Words shared with the question do not count here: one side may be in another language, and the words that the sides
    have in common do not distinguish them.
    """

    def worth(c: SentenceCandidate) -> float:
        return 0.4 * c.cosine + 0.5 * c.passage_score

    best: dict[int, SentenceCandidate] = {}
    for candidate in sorted(found, key=lambda c: (-worth(c), c.passage, c.span)):
        best.setdefault(candidate.passage, candidate)
    first = next(iter(best.values()), None)
    return [c for c in best.values() if first is not None and worth(c) >= SIDE_NEAR * worth(first)][:most]


def choose(ranked: Sequence[SentenceCandidate], most: int = MAX_SENTENCES) -> list[list[SentenceCandidate]]:
    """The sentences shown: documents by their best sentence, and in each document likewise.

    Each inner list is one stretch of text: sentences that follow each other directly in one unit of one passage.
    """
    if not ranked:
        return []
    best = max(c.score for c in ranked)
    picked = [c for c in ranked if c is ranked[0] or c.score >= NEAR_BEST * best][:most]
    by_document: dict[str, list[SentenceCandidate]] = {}
    for candidate in picked:
        by_document.setdefault(candidate.doc_id, []).append(candidate)
    out: list[list[SentenceCandidate]] = []
    for group in by_document.values():
        runs: list[list[SentenceCandidate]] = []
        for candidate in sorted(group, key=lambda c: c.span):
            last = runs[-1][-1] if runs else None
            if (
                last is not None
                and last.doc_id == candidate.doc_id
                and last.passage == candidate.passage
                and last.unit_id == candidate.unit_id
                and 0 <= candidate.span.start - last.span.end <= 2
            ):
                runs[-1].append(candidate)
            else:
                runs.append([candidate])
        out.extend(sorted(runs, key=lambda run: -max(c.score for c in run)))
    return out
