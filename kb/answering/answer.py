"""The answer to a question: verbatim sentences with citations, or a refusal that says what was searched.

One answer takes one :class:`kb.library.library.Library` and one :class:`kb.query.query.Query`; there is one decision
whether the evidence carries an answer, and one check of every quote before the answer leaves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.current_first import led_by_what_stands
from kb.answering.dates import answer_on_dates, dates_of_quoted, days_moved_since
from kb.answering.disagreements import disagreement_notices
from kb.answering.edition_notices import edition_notices
from kb.answering.evidence import collect_evidence, speaks_of_absent
from kb.answering.facts import (
    count_citations,
    count_notice,
    counted_units,
    figure_notices,
    status_citations,
    status_notices,
)
from kb.answering.overview import overview_citations
from kb.answering.places import PLACES, further_places
from kb.answering.quoting import enumeration_record, points_of_quote
from kb.answering.second_ask import quotes_of_asks
from kb.citing.cite import cite, cite_unit, is_at_its_place
from kb.citing.highlight import rects_ahead, with_rects
from kb.citing.library_texts import verifier_of
from kb.library.addresses import addresses
from kb.library.amendments import amendment_notices, changes_since
from kb.library.filter_values import unknown_values
from kb.lookup.lookup import look_up
from kb.messages import from_register, other_languages, superseded
from kb.query.question_kinds import QuestionKind
from kb.query.small_talk import SmallTalk
from kb.query.unit_alone import asks_for_units_alone
from kb.retrieval.search import missing_publications, with_citation
from kb.retrieval.units_beside import without_unit_beside
from kb.text.cleaning import readable
from kb.types import Answer, Citation, Notice, Span, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.answering.quoting import Quote
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.query.query import Query
    from kb.query.spelling import Talk

SENTENCES_QUOTED = 3
"""Sentences that an answer quotes at most, for each side of a comparison."""
NEAREST = 3
"""Passages that a refusal names as nearest."""
WORTH_MARKING = 40
"""Characters that a quote has beyond the sentence found, from which that is told apart."""
NEAR_UNITS = 8
"""Units that a reference may have meant, of which a refusal names so many."""


def answer(library: Library, models: Models, query: Query, limit: int = SENTENCES_QUOTED) -> Answer:
    """The answer to a question, with every quote found again in the library's index."""
    blank = Answer(
        query.asked or query.text,
        True,
        (),
        (),
        searched=library.rows.searched_documents(query.filter),
        index_id=library.index_id,
        kind="" if query.is_reference else query.kind.value,
    )
    if not query.text:
        made = replace(blank, reason=(notice("empty"),))
    elif query.talk is not None:
        made = replace(blank, reason=talk_reason(query.talk, query.text), searched=())
    elif query.is_reference:
        made = _answer_to_reference(library, query, query.text, blank)
    elif written := _units_asked_alone(library, query):
        made = _answer_to_reference(library, query, written, blank)
    else:
        made = _answer_to_question(library, models, query, blank, limit)
    verified = verifier_of(library).drop_unverified(made)
    return replace(verified, notices=(*query.notices, *verified.notices)) if query.notices else verified


def talk_reason(talk: Talk, text: str) -> tuple[Notice, ...]:
    """The fixed reply to input that is no question, with the word that a typo was probably meant to be."""
    if talk.kind is not SmallTalk.ONE_WORD:
        return (notice(f"talk {talk.kind.value}"),)
    if talk.suggestion:
        return (notice("talk near", word=talk.suggestion),)
    return (notice("talk one word", word=text),)


def _units_asked_alone(library: Library, query: Query) -> str:
    """The references of a question that asks for nothing but what stands there, as they would be looked up; "" for any
    other question."""
    if not asks_for_units_alone(query):
        return ""
    meant = {unit.unit_id for each in query.numbered for unit in each.units}
    as_written = [each.reference.written for each in query.numbered]
    with_name = [f"{each.edition.ref}, {each.reference.written}" for each in query.numbered if each.edition]
    for references in (as_written, with_name):
        written = "; ".join(dict.fromkeys(references))
        if not meant and references is as_written and not any(each.reference.bare for each in query.numbered):
            return written  # there is no such unit, which the look-up says
        found = {view.unit.unit_id for each in look_up(library, written, query.filter.as_of) for view in each.units}
        if found and found <= meant:
            return written
    return ""


def _answer_to_reference(library: Library, query: Query, written: str, blank: Answer) -> Answer:
    """The answer to a reference: the units it resolves to, as quotes, or else the units that were probably meant."""
    found = look_up(library, written, query.filter.as_of)
    units = list({(v.unit.unit_id, v.unit.doc_id): v.unit for item in found for v in item.units}.values())
    cited = [cite_unit(library, n, unit, query.lang) for n, unit in enumerate(units, 1)]
    citations = [with_rects(library, each) for each in cited if library.rows.allows(query.filter, each)]
    if cited and not citations:
        return replace(blank, reason=(notice("filtered out"), *unknown_values(library, query.filter)))
    citations = [replace(each, n=n) for n, each in enumerate(citations, 1)]
    lists = (enumeration_record(library, c, points_of_quote(library, c)) for c in citations)
    notices = [item.notice for item in found if item.notice] + quote_notices(library, citations, query.lang)
    if not citations:
        near = [unit_id for item in found for unit_id, _ in (*item.choices, *item.near)][:NEAR_UNITS]
        nearest = tuple(
            cite_unit(library, n, unit, query.lang, 0.0)
            for n, unit_id in enumerate(near, 1)
            for unit in library.store.unit(unit_id)[:1]
        )
        return replace(blank, reason=tuple(notices) or (notice("no such unit"),), nearest=nearest)
    return replace(blank.citing(citations, notices), enumerations=tuple(each for each in lists if each))


def _answer_to_question(library: Library, models: Models, query: Query, blank: Answer, limit: int) -> Answer:
    if (on_dates := answer_on_dates(library, query, blank)) is not None:
        said = (*on_dates.notices, *quote_notices(library, on_dates.citations, query.lang))
        beside = further_places(library, collect_evidence(library, models, query), on_dates.citations, PLACES)
        return replace(on_dates, notices=said, also_relevant=tuple(beside))
    query = without_unit_beside(library, models, query)
    whole = overview_citations(library, query)
    if any(citation.match != "register" for citation in whole):  # no search: what it finds has nothing to do with it
        return _answer_of_entries(library, query, blank, whole, status_notices(library, query))
    evidence = collect_evidence(library, models, query)
    missing = [] if query.filter.doc_ids else missing_publications(library, query)
    absent = () if query.filter.doc_ids or missing else query.absent
    if absent and not speaks_of_absent(library, query, evidence):
        missing, absent = list(absent), ()
    facts = status_notices(library, query)
    entries = status_citations(library, query) or whole
    edition = library.rows.facts.edition
    if counted := counted_units(library, query, [edition(f.hit.row) for f in evidence.found]):
        facts, entries = [count_notice(library, each) for each in counted], count_citations(library, query, counted)
    is_answerable = not missing and evidence.is_answerable(models.is_answerable)
    if entries:
        also = further_places(library, evidence, entries, PLACES)
        return replace(_answer_of_entries(library, query, blank, entries, facts), also_relevant=tuple(also))
    if not is_answerable:
        nearest = tuple(with_citation(library, n, f.hit).citation for n, f in enumerate(evidence.found[:NEAREST], 1))
        asked = sorted({doc_id for scope in query.scopes for doc_id in scope.doc_ids})
        where = addresses(library, asked) if len(query.scopes) == 1 else ()
        carried = notice("joined", items=(notice("not carried"), ".")) if where else notice("not carried")
        reason = (*(notice("side absent", name=name) for name in missing), carried, *where)
        return replace(blank, reason=reason, nearest=nearest, notices=(*evidence.notices, *facts))
    quoted = _citations(library, quotes_of_asks(library, models, query, evidence, limit))
    boxed = rects_ahead(library, [c for c, _ in quoted])
    citations = led_by_what_stands(library, query, [c for c, _ in quoted])
    points = {(q.doc_id, q.span): q.points for _, q in quoted}
    lists = [
        enumeration_record(library, c, points.get((c.doc_id, Span(c.char_start, c.char_end)), ())) for c in citations
    ]
    if query.kind is QuestionKind.COUNT:
        facts = [*facts, *(notice("points counted", n=each.total) for each in lists[:1] if each)]
    if not any(lists[:1]):
        facts = [*facts, *figure_notices(library, query, citations)]
    also = further_places(library, evidence, citations, PLACES)
    notices = (
        *evidence.notices,
        *facts,
        *_addressees(library, query, citations),
        *dates_of_quoted(library, query, citations),
        *evidence.silent,
        *(notice("side absent", name=name) for name in absent),
        *days_moved_since(library, query),
        *quote_notices(library, citations, query.lang),
        *disagreement_notices(library, citations),
        *(changes_since(library, citations) if query.about_editions else ()),
        *edition_notices(library, query, citations),
    )
    made = blank.citing([boxed(each) for each in citations], notices)
    return replace(made, also_relevant=tuple(also), enumerations=tuple(each for each in lists if each))


def _answer_of_entries(
    library: Library, query: Query, blank: Answer, entries: Sequence[Citation], facts: Sequence[Notice]
) -> Answer:
    """The answer by entries of the register or by what a text says of itself, with its lists whole."""
    said = (*facts, *_addressees(library, query, entries), *quote_notices(library, entries, query.lang))
    listed = (enumeration_record(library, c, points_of_quote(library, c)) for c in entries)
    return replace(blank.citing(entries, said), enumerations=tuple(each for each in listed if each))


def _citations(library: Library, quotes: Sequence[Quote]) -> list[tuple[Citation, Quote]]:
    """The citations of planned quotes, without boxes, each with its quote; one not found at its place is left out."""
    out: list[tuple[Citation, Quote]] = []
    for quote in quotes:
        citation = cite(library, len(out) + 1, quote.doc_id, quote.span, quote.headings, quote.score)
        if is_at_its_place(library, citation):
            out.append((replace(citation, sentence=_sentence_found(library, quote)), quote))
    return out


def _sentence_found(library: Library, quote: Quote) -> str:
    """What was chosen within a quote, as it is read there, where the quote has clearly more words around it."""
    text, found, whole = library.store.text(quote.doc_id), quote.found, quote.span
    if found is None or quote.points or not (whole.start <= found.start and found.end <= whole.end):
        return ""
    chosen, said = readable(text[found.start : found.end]), readable(text[whole.start : whole.end])
    return chosen if chosen in said and len(chosen) + WORTH_MARKING <= len(said) else ""


def _addressees(library: Library, query: Query, citations: Sequence[Citation]) -> list[Notice]:
    """Notices of the addressees of the quoted units, from the register, for a question "who must …?"."""
    if query.kind is not QuestionKind.WHO:
        return []
    entries = ((c, library.register.get(c.unit_id)) for c in citations if c.unit_id)
    told = [(c, entry.addressee) for c, entry in entries if entry is not None and entry.addressee]
    return [
        notice("addressed to", ref=c.path if c.path.startswith(c.doc_ref) else f"{c.doc_ref}, {c.path}", who=who)
        for c, who in told
    ]


def quote_notices(library: Library, citations: Sequence[Citation], lang: str) -> list[Notice]:
    """Notices about quotes: superseded editions, register text, unproven numbering, and quotes in another language than
    ``lang``."""
    out: dict[Notice, None] = {}
    for citation in citations:
        if citation.status == "superseded":
            out[superseded(citation.doc_ref, citation.superseded_by)] = None
        if citation.match == "register":
            out[from_register(citation.doc_ref, citation.verified)] = None
        stored = library.store.document(citation.doc_id)
        if stored is not None and stored.n_units and not stored.report.get("holds", True):
            out[notice("not proven", ref=citation.doc_ref)] = None
    out |= dict.fromkeys(amendment_notices(library, citations))
    if languages := other_languages(lang, citations):
        out[languages] = None
    return list(out)
