"""Scores the sentences of found passages as evidence for a question; each is a slice of the document text. Pure.

:mod:`kb.answering.answerability` decides whether they contain an answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.citing.headings import squeezed_words
from kb.index.passage_sentences import passage_sentences
from kb.records import dataclass
from kb.text.cleaning import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.types import Passage, Span

MAX_SENTENCES = 3
NEAR_BEST = 0.9
"""A further sentence is shown when its score is at least this share of the best one's."""
NO_STATEMENT = 0.3
"""Subtracted from the score of a sentence that states nothing."""
SIDE_NEAR = 0.85
"""The same for the sentences of one side of a comparison."""
HELD_BY_FIRST, LEAST_HELD = 0.7, 0.5
"""The share of the question's words, weighted by rarity, from which what is found or quoted first counts as holding
them, and the share of that which a further place holds at least beside it."""


@dataclass(frozen=True, slots=True)
class SentenceCandidate:
    """A sentence that may answer: its passage, its number in the passage from 0, its words, and its features.

    ``is_none``: it states nothing, because it is a bibliographic source, a heading or a fragment of a few words.
    ``held`` are the question's terms in it, ``tuned`` is its cosine to the question with the ranker's fine-tuned
    layers. ``chosen`` is the score of the one sentence that the learned choice puts first
    (:mod:`kb.answering.sentence_choice`); it replaces the weighted sum. ``fits`` is what its form adds to the sum
    (:mod:`kb.answering.asked_fit`).
    """

    passage: int
    place: int
    doc_id: str
    span: Span
    words: str
    coverage: float
    passage_score: float
    cosine: float = 0.0
    unit_id: str | None = None
    is_none: bool = False
    held: frozenset[str] = frozenset()
    tuned: float = 0.0
    chosen: float | None = None
    fits: float = 0.0

    @property
    def score(self) -> float:
        """How well it answers; higher is better."""
        return self.weighted if self.chosen is None else self.chosen

    @property
    def weighted(self) -> float:
        """The weighted sum of the sentence's features."""
        return (
            0.4 * self.cosine + 0.1 * self.coverage + 0.5 * self.passage_score - NO_STATEMENT * self.is_none + self.fits
        )


_SOURCE = re.compile(
    r"\bet al\.? ?\(?\d{4}|\(OJ [LC] ?\d|^\(? ?\d{1,3} ?\) (?:Commission|Council|Regulation|Directive|Decision|OJ)\b"
    r"|^\d{1,3} [A-Z][\w’'-]+, [A-Z](?:\.|,)|\b(?:Ibid|op\. ?cit)\b|\bhttps?://\S+\s*\.?$"
    r"|^[“\"][^”\"]{4,160}[^”\".!?][”\"],? \([a-z]{4,12}\)\.?$"
)
LEAST_WORDS = 4
"""Words under which a piece in a language that parts its words by blanks is no statement."""


_WITHOUT_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff가-힣]{2}")
"""Scripts whose words are not parted by blanks, or whose sentences are of few words."""


def states_nothing(words: str) -> bool:
    """Whether a sentence is a source ("(44) Commission Recommendation of …, OJ L 124") or a piece of a few words."""
    if _SOURCE.search(words):
        return True
    said = [word for word in words.split() if any(map(str.isalpha, word))]
    return len(said) < LEAST_WORDS and not _WITHOUT_BLANKS.search(words)


def repeats_heading(words: str, headings: Sequence[str]) -> bool:
    """Whether a sentence is no more than the heading that it stands under, with or without a label before it
    ("Issue: How can …?"); of a heading that was cut, no more than its beginning is compared."""
    if _LABEL_AHEAD.match(words) is None and not words.endswith("?"):  # a rule may be printed as a heading
        return False
    bare, heading = squeezed_words(_LABEL_AHEAD.sub("", words)), "".join(headings[-1:])
    shown = squeezed_words(heading)
    at = shown.find(bare[:BEGINNING])
    if len(words.split()) < LEAST_WORDS or at < 0:
        return False
    return bare in shown or (heading.endswith("…") and len(shown) - at >= len(bare) / 2 and bare.startswith(shown[at:]))


BEGINNING = 12
"""Letters by which the beginning of a sentence is found in its heading."""
_LABEL_AHEAD = re.compile(r"^[^\W\d_]+: (?=\S)")


def coverage(terms: Mapping[str, float], found: set[str]) -> float:
    """The share of the question's terms, weighted by rarity, that a text holds: 0 to 1."""
    total = sum(terms.values())
    return sum(w for t, w in terms.items() if t in found) / total if total else 0.0


def sentence_candidates(
    hits: Sequence[tuple[Passage, float]],
    terms: Mapping[str, float],
    tokenise: Callable[[str], list[str]],
    sides: Mapping[int, int] | None = None,
) -> list[SentenceCandidate]:
    """The sentences of the found passages; ``hits`` are (passage, score), ``terms`` the question's.

    Repeated words are left out; in a comparison, only if they are repeated on the same side, because the same words on
    both sides are a result. ``sides`` has the side of each passage by its number.
    """
    out: list[SentenceCandidate] = []
    seen: set[tuple[int, str]] = set()
    for n, (passage, score) in enumerate(hits):
        for place, (span, text) in enumerate(passage_sentences(passage)):
            key = ((sides or {}).get(n, 0), fold(text))
            if key in seen or not _WORD.search(text):  # a list number alone is no sentence
                continue
            seen.add(key)
            held = terms.keys() & set(tokenise(text))
            share = coverage(terms, held)
            nothing = states_nothing(text) or repeats_heading(text, passage.headings)
            out.append(
                SentenceCandidate(
                    n, place, passage.doc_id, span, text, share, score, is_none=nothing, held=frozenset(held)
                )
            )
    return out


_WORD = re.compile(r"[^\W\d_]{2}")


def holds_beside(held: float, leading: float) -> bool:
    """Whether a further place holds enough of the question's words, by its share and that of what is first."""
    return leading < HELD_BY_FIRST or held >= LEAST_HELD * leading


def share_said(terms: Mapping[str, float], ranked: Sequence[SentenceCandidate]) -> float:
    """The share of the question's terms, weighted by rarity, that some of the sentences hold; 1 if none holds any.

    The Korean words of a question can stand in no English text, so that no sentence of it holds a great share of all.
    """
    return coverage(terms, {term for c in ranked for term in c.held}) or 1.0


def stands_beside(
    run: Sequence[SentenceCandidate], first: Sequence[SentenceCandidate], least: float, said: float = 1.0
) -> bool:
    """Whether sentences are quoted beside the first ones: one has at least the score ``least``, they hold enough of the
    question's words beside these, and they do not ask, as those of a checklist do, where the first ones state.

    ``said`` is the share of the question's words that any sentence holds (:func:`share_said`)."""
    held, leading = (max(c.coverage for c in each) / said for each in (run, first))
    asks, first_asks = (all(c.words.rstrip().endswith("?") for c in each) for each in (run, first))
    is_about_it = holds_beside(held, leading) and (first_asks or not asks)
    return is_about_it and max(c.score for c in run) >= least


def select_sentences(
    ranked: Sequence[SentenceCandidate],
    sides: Sequence[Sequence[int]] = (),
    most: int = MAX_SENTENCES,
    leads: Callable[[SentenceCandidate], bool] = lambda _: False,
) -> list[list[SentenceCandidate]]:
    """The sentences shown, as :func:`choose` has them; of a comparison those of each side (:func:`select_for_side`) in
    turn, with a sentence that ``leads`` before the others of its side.

    ``sides`` are the passages of each side; one that has nothing to show is left out.
    """
    if not sides:
        return choose(ranked, most)
    out: list[list[SentenceCandidate]] = []
    for side in sides:
        mine = [c for c in ranked if c.passage in side and [c] not in out]
        out += [[c] for c in select_for_side(mine, max(most - 1, 1), leads)]
    return out or choose(ranked, most)


def select_for_side(
    found: Sequence[SentenceCandidate], most: int, leads: Callable[[SentenceCandidate], bool] = lambda _: False
) -> list[SentenceCandidate]:
    """The sentences that stand for one side of a comparison: the best of each of its best passages, one that ``leads``
    before all others."""

    best: dict[int, SentenceCandidate] = {}
    for candidate in sorted(found, key=lambda c: (not leads(c), -c.weighted, c.passage, c.span)):
        best.setdefault(candidate.passage, candidate)
    first = next(iter(best.values()), None)
    return [c for c in best.values() if c is first or c.weighted >= SIDE_NEAR * first.weighted][:most] if first else []


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
