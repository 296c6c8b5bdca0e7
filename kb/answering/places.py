"""Tells whether two citations are the same place, and chooses further relevant places beside the quoted ones.

A place is a unit on the cited pages, with its parts and the units around it; in a document without units it is a page
under one heading. The same words in another print or edition count as the same place, because a second pointer to them
helps nobody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.answering.narrowing import narrowed_to_unit
from kb.answering.quoting import Quote, whole_sentence
from kb.answering.sentence_selection import coverage, holds_beside
from kb.citing.cite import cite, is_at_its_place
from kb.text.cleaning import readable
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.answering.evidence import Evidence
    from kb.answering.found_passages import FoundPassage
    from kb.answering.sentence_selection import SentenceCandidate
    from kb.library.library import Library
    from kb.types import Citation

PLACES = 3
"""Distinct places that an answer shows, where so many are near the question."""
MOST_SHOWN = 5
"""Places that an answer shows at most, where several are of one article."""
NEAR = 0.5
"""A further place is shown where its passage has at least this share of the best passage's score,"""
NEAR_COSINE = 0.05
"""or where its cosine to the question is no further than this behind the best passage's."""
ALIKE = 0.8
"""The share of words in common from which two quotes are the same words."""
HELD, WORDS_COMPARED = 0.9, 15
"""The share of the shorter quote's words that the longer one holds where it repeats it, and how many words it must
have."""
LONGEST_LINE = 400
"""Characters of a pointer's sentence; of a longer one the beginning is quoted, to the end of a clause."""


def is_same_place(one: Citation, other: Citation) -> bool:
    """Whether two citations point to one place of one document, or quote the same words."""
    if one.doc_id == other.doc_id and _touch(one, other):
        return True
    return have_same_words(one.quote, other.quote)


def _touch(one: Citation, other: Citation) -> bool:
    if one.char_start < other.char_end and other.char_start < one.char_end:
        return True
    if one.page_end < other.page_index or other.page_end < one.page_index:
        return False
    if one.unit_id and other.unit_id:
        return is_in_unit(one.unit_id, other.unit_id) or is_in_unit(other.unit_id, one.unit_id)
    if one.unit_id or other.unit_id:
        return False
    return one.page_index == other.page_index and one.path == other.path


def is_in_unit(unit_id: str, other: str) -> bool:
    """Whether ``other`` is the unit itself or a part of it, by their ids."""
    return other == unit_id or other.startswith((f"{unit_id}.", f"{unit_id}:"))


def have_same_words(one: str, other: str) -> bool:
    """Whether two quotes are nearly the same words, numbers in front of them aside, or one repeats the other."""
    a, b = (set(re.findall(r"\w{2,}", text.casefold())) for text in (one, other))
    if not (a and b):
        return False
    held = len(a & b) / min(len(a), len(b))
    return len(a & b) >= ALIKE * len(a | b) or (held >= HELD and min(len(a), len(b)) >= WORDS_COMPARED)


def distinct(citations: Iterable[Citation]) -> list[Citation]:
    """The citations without those whose place an earlier one has."""
    out: list[Citation] = []
    for citation in citations:
        if not any(is_same_place(citation, earlier) for earlier in out):
            out.append(citation)
    return out


def further_places(library: Library, evidence: Evidence, quoted: Sequence[Citation], places: int) -> list[Citation]:
    """The next best places after the quoted ones, up to ``places`` distinct places in all, numbered after the quotes.
    Each quotes the best sentence of its passage.

    Paragraphs of one article count as one place: a second article helps more than its third paragraph.
    """
    shown = distinct(quoted)
    out: list[Citation] = []
    best = max((f.hit.score for f in evidence.found), default=0.0)
    nearest = max((_cosine(f) for f in evidence.found), default=0.0)

    def held_by(found: FoundPassage) -> float:
        return coverage(evidence.terms, set(library.store.terms(found.passage.search_text)))

    quoted_from = {0, *(c.passage for c in evidence.sentences[:1])}
    leading = max((held_by(evidence.found[n]) for n in quoted_from if n < len(evidence.found)), default=0.0)
    for n, found in enumerate(evidence.found):
        if _n_places(shown) >= places or len(shown) >= MOST_SHOWN:
            break
        if found.hit.score < NEAR * best and _cosine(found) < nearest - NEAR_COSINE:
            continue
        if n and not holds_beside(held_by(found), leading):
            continue
        pointer = _pointer(library, evidence, n, found, len(quoted) + len(out) + 1)
        if pointer is None or any(is_same_place(pointer, each) for each in shown):
            continue
        if len(shown) > 1 and _n_places([*shown, pointer]) == _n_places(shown):
            continue
        out.append(pointer)
        shown.append(pointer)
    return out


_ARTICLE_OF_UNIT = re.compile(r".*:article:\w+")


def _n_places(citations: Sequence[Citation]) -> int:
    """How many places citations are, those in one article counted once."""
    articles = (_ARTICLE_OF_UNIT.match(c.unit_id or "") for c in citations)
    return len({match.group() if match else str(n) for n, match in enumerate(articles)})


def _cosine(found: FoundPassage) -> float:
    return float(dict(found.hit.parts).get("cosine", 0.0))


def _pointer(library: Library, evidence: Evidence, place: int, found: FoundPassage, n: int) -> Citation | None:
    best: SentenceCandidate | None = next((c for c in evidence.sentences if c.passage == place), None)
    passage = found.passage
    if best is None:  # all its sentences are in a passage that was found before it
        return None
    headings = passage.headings[1:]
    whole = whole_sentence(library, Quote(passage.doc_id, best.span, headings))
    quote = narrowed_to_unit(library, whole, evidence.terms)
    shown = quote.span if quote.points else _first_clause(library, passage.doc_id, quote.span)
    citation = cite(library, n, passage.doc_id, shown, headings, found.hit.score)
    return citation if citation.quote and is_at_its_place(library, citation) else None


def _first_clause(library: Library, doc_id: str, span: Span) -> Span:
    """The stretch, or its beginning to the end of a clause where it is long."""
    text = library.store.text(doc_id)
    end = span.end
    while end > span.start and text[end - 1].isspace():
        end -= 1
    if len(readable(text[span.start : end])) <= LONGEST_LINE:
        return Span(span.start, end)
    cut = [m.end() for m in re.finditer(r"[,;.](?=\s)", text[span.start : span.start + LONGEST_LINE])]
    return Span(span.start, span.start + cut[-1]) if cut else Span(span.start, end)
