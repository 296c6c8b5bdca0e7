"""Finds what answers the second half of a question that asks two things (:mod:`kb.query.two_asks`), beside the quote
that answers the first.

The second half says little by itself ("and who must be told of it?"), and with the words of the first beside it finds
the first's answer again. So it is looked for in the article that answers the first and among what both halves find, by
the sentence that is nearest to both readings of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.asked_fit import TIME_STATED, act_stated
from kb.answering.asked_forms import form_asked
from kb.answering.evidence import collect_evidence
from kb.answering.found_passages import FoundPassage
from kb.answering.plan import has_words_of, one_a_place, planned_quotes
from kb.answering.weighed_sentences import rarity_of_terms, weigh_sentences
from kb.query.two_asks import asks_of, asks_only_when
from kb.retrieval.search import encode
from kb.text.cleaning import readable
from kb.text.enumerations import opens_enumeration
from kb.types import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.answering.evidence import Evidence
    from kb.answering.quoting import Quote
    from kb.answering.sentence_selection import SentenceCandidate
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.query.query import Query

OF_ITS_FORM, OF_ITS_ACT, OPENS_A_LIST, IN_RECITAL, IN_FIRST = 0.02, 0.04, 0.01, 0.02, 0.008
"""What is added to the cosine of a sentence that has the form asked for, by which somebody shall do the act asked for,
or that opens a list; and taken from that of a recital, and of one in the quote that answers the first half."""


def quotes_of_asks(library: Library, models: Models, query: Query, evidence: Evidence, limit: int) -> list[Quote]:
    """The quotes of an answer; of a question that asks two things the best for each, the first half's first, then
    others of the first. ``evidence`` is that of the whole question."""
    asks = asks_of(query)
    if asks is None or evidence.sides:
        return planned_quotes(library, query, evidence, limit)
    first = asks[0]
    quotes = planned_quotes(library, first, collect_evidence(library, models, first), limit)
    if not quotes:
        return planned_quotes(library, query, evidence, limit)
    second = _second_quote(library, models, asks, quotes[0])
    if second is None:
        return quotes
    leading = (
        [second] if second.points and not quotes[0].points and has_words_of(second, quotes[0]) else [quotes[0], second]
    )
    return one_a_place(library, [*leading, *quotes[1:]])[:limit]


def _second_quote(library: Library, models: Models, asks: tuple[Query, Query, Query], leading: Quote) -> Quote | None:
    """The quote for the second half, in the document of the quote that answers the first; ``None`` where that one holds
    the nearest sentence. A second half that says only "for how long?" asks it of the act of the first."""
    first, beside, alone = asks
    only_when, text = asks_only_when(alone.text), library.store.text(leading.doc_id)
    if only_when and TIME_STATED.search(readable(text[leading.span.start : leading.span.end])):
        return None
    evidence = collect_evidence(library, models, beside)
    if evidence.encoded is None:
        return None
    found = [each for each in evidence.found if each.passage.doc_id == leading.doc_id]
    known = {each.hit.row for each in found}
    found += [each for each in _article_around(library, leading) if each.hit.row not in known]
    store = library.store
    encoded = encode(alone, models, store.manifest["encoder"], store.korean)[0]
    terms = rarity_of_terms(encoded, store.words.rarity)
    near, own = (
        weigh_sentences(found, (), terms, store.terms, each, store.sentence_vectors)
        for each in (evidence.encoded, encoded)
    )
    form, act = form_asked(alone.text), act_stated((first if only_when else alone).text)

    def score(one: SentenceCandidate, other: SentenceCandidate) -> float:
        is_recital = ":recital:" in (found[one.passage].passage.unit_id or "")
        has_form, has_act = (each is not None and each.search(one.words) is not None for each in (form, act))
        fits = (
            OF_ITS_FORM * has_form
            + OF_ITS_ACT * has_act
            + OPENS_A_LIST * opens_enumeration(one.words)
            - IN_RECITAL * is_recital
        )
        fits -= IN_FIRST * (leading.span.start <= one.span.start < leading.span.end)
        return (one.cosine + other.cosine) / 2 + fits

    scored = [(score(a, b), a) for a, b in zip(near, own, strict=True) if not a.is_none]
    if only_when:
        scored = [(value, c) for value, c in scored if TIME_STATED.search(c.words)]
    if not scored:
        return None
    best = max(scored, key=lambda each: each[0])[1]
    if leading.span.start <= best.span.start < leading.span.end:
        return None
    read = replace(evidence, found=tuple(found), sentences=(best,), sides=())
    return next(iter(planned_quotes(library, alone, read, 1)), None)


def _article_around(library: Library, quote: Quote) -> Sequence[FoundPassage]:
    """The passages of the numbered unit, such as an article, whose part a quote is from."""
    unit = library.store.unit_at(quote.doc_id, quote.span.start)
    head, _, number = unit.unit_id.rpartition(":") if unit is not None else ("", "", "")
    around = library.store.unit(f"{head}:{number.partition('.')[0]}") if unit is not None else ()
    parts = tuple((name, 0.0) for name in ("cosine", "heading"))
    return [
        FoundPassage(Hit(row, 0.0, "beside", parts), passage)
        for each in around
        if each.doc_id == quote.doc_id
        for row, passage in library.store.passages_within(each.doc_id, each.span.start, each.span.end)
    ]
