"""The answer to a question: verbatim sentences with citations, or a refusal that says what was searched.

One answer takes one :class:`kb.library.library.Library` and one :class:`kb.query.query.Query`; there is one decision
whether the evidence carries an answer, and one check of every quote before the answer leaves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.dates import answer_on_dates
from kb.answering.disagreements import disagreement_notices
from kb.answering.edition_notices import edition_notices
from kb.answering.evidence import collect_evidence
from kb.answering.sentence_selection import select_sentences
from kb.citing.cite import cite, cite_unit, is_at_its_place
from kb.citing.highlight import with_rects
from kb.citing.library_texts import verifier_of
from kb.library.addresses import addresses
from kb.library.amendments import amendment_notices, changes_told, entries_now
from kb.library.filter_values import unknown_values
from kb.lookup.lookup import look_up
from kb.messages import either_all, from_register, other_languages, superseded
from kb.retrieval.search import missing_publications, with_citation
from kb.types import Answer, Citation, Notice, Span, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.answering.evidence import Evidence
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.query.query import Query

SENTENCES_QUOTED = 3
"""Sentences that an answer quotes at most, for each side of a comparison."""
NEAREST = 3
"""Passages that a refusal names as nearest."""
NEAR_UNITS = 8
"""Units that a reference may have meant, of which a refusal names so many."""


def answer(library: Library, models: Models, query: Query, limit: int = SENTENCES_QUOTED) -> Answer:
    """The answer to a question, with every quote found again in the library's index."""
    blank = Answer(
        query.text, True, (), (), searched=library.rows.searched_documents(query.filter), index_id=library.index_id
    )
    if not query.text:
        made = replace(blank, reason=(notice("empty"),))
    elif query.is_reference:
        made = _answer_to_reference(library, query, blank)
    else:
        made = _answer_to_question(library, models, query, blank, limit)
    verified = verifier_of(library).drop_unverified(made)
    return replace(verified, notices=(*query.notices, *verified.notices)) if query.notices else verified


def _answer_to_reference(library: Library, query: Query, blank: Answer) -> Answer:
    """The units that a reference leads to, as quotes; else the units that it may have meant."""
    found = look_up(library, query.text, query.filter.as_of)
    units = [view.unit for item in found for view in item.units]
    cited = [cite_unit(library, n, unit, query.lang) for n, unit in enumerate(units, 1)]
    citations = [with_rects(library, each) for each in cited if library.rows.allows(query.filter, each)]
    if cited and not citations:
        return replace(blank, reason=(notice("filtered out"), *unknown_values(library, query.filter)))
    citations = [replace(each, n=n) for n, each in enumerate(citations, 1)]
    notices = [item.notice for item in found if item.notice] + quote_notices(library, citations, query.lang)
    if not citations:
        near = [unit_id for item in found for unit_id, _ in (*item.choices, *item.near)][:NEAR_UNITS]
        nearest = tuple(
            cite_unit(library, n, unit, query.lang, 0.0)
            for n, unit_id in enumerate(near, 1)
            for unit in library.store.unit(unit_id)[:1]
        )
        return replace(blank, reason=tuple(notices) or (notice("no such unit"),), nearest=nearest)
    return blank.citing(citations, notices)


def _answer_to_question(library: Library, models: Models, query: Query, blank: Answer, limit: int) -> Answer:
    if (on_dates := answer_on_dates(library, query, blank)) is not None:
        said = (*on_dates.notices, *quote_notices(library, on_dates.citations, query.lang))
        return replace(on_dates, notices=said)
    evidence = collect_evidence(library, models, query)
    missing = [] if query.filter.doc_ids else missing_publications(library, query)
    if missing or not evidence.is_answerable(models.is_answerable):
        nearest = tuple(with_citation(library, n, f.hit).citation for n, f in enumerate(evidence.found[:NEAREST], 1))
        asked = sorted({doc_id for scope in query.scopes for doc_id in scope.doc_ids})
        where = either_all(lambda lang: addresses(library, asked, lang)) if len(query.scopes) == 1 else ()
        carried = notice("joined", items=(notice("not carried"), ".")) if where else notice("not carried")
        reason = (*(notice("side absent", name=name) for name in missing), carried, *where)
        return replace(blank, reason=reason, nearest=nearest, notices=evidence.notices)
    quoted = _citations(library, evidence, limit)
    citations = _led_by_what_stands(library, query, quoted)[: max(limit, len(quoted))]
    notices = (
        *evidence.notices,
        *evidence.silent,
        *quote_notices(library, citations, query.lang),
        *disagreement_notices(library, citations),
        *(either_all(lambda lang: changes_told(library, citations, lang)) if query.about_editions else ()),
        *edition_notices(library, query, citations),
    )
    return blank.citing(citations, notices)


def _citations(library: Library, evidence: Evidence, limit: int) -> list[Citation]:
    """The citations of the sentences that are shown, runs of neighbouring sentences as one."""
    ranked = [replace(c, unit_id=_unit_id(library, c.doc_id, c.span.start)) for c in evidence.sentences]
    out: list[Citation] = []
    for run in select_sentences(ranked, evidence.sides, limit):
        span = Span(run[0].span.start, run[-1].span.end)
        headings = evidence.found[run[0].passage].passage.headings[1:]
        citation = cite(library, len(out) + 1, run[0].doc_id, span, headings, max(c.score for c in run))
        if is_at_its_place(library, citation):
            out.append(with_rects(library, citation))
    return out


def _led_by_what_stands(library: Library, query: Query, citations: list[Citation]) -> list[Citation]:
    """The citations, with what took a deleted unit's place before them where the register tells of it."""
    cited = {c.unit_id for c in citations}
    entries = dict.fromkeys(entry for c in citations if c.unit_id for entry in entries_now(library, c.unit_id))
    units = [unit for entry in entries if entry not in cited for unit in library.store.unit(entry)[:1]]
    quotes = [cite_unit(library, 0, unit, query.lang) for unit in units]
    leading = [with_rects(library, each) for each in quotes if library.rows.allows(query.filter, each)]
    return [replace(c, n=n) for n, c in enumerate((*leading, *citations), 1)]


def _unit_id(library: Library, doc_id: str, offset: int) -> str | None:
    unit = library.store.unit_at(doc_id, offset)
    return unit.unit_id if unit is not None else None


def quote_notices(library: Library, citations: Sequence[Citation], lang: str) -> list[Notice]:
    """What a reader must know of quotes: superseded editions, register text, unproven numbering, and which are in
    another language than ``lang``."""
    out: dict[Notice, None] = {}
    for citation in citations:
        if citation.status == "superseded":
            out[superseded(citation.doc_ref, citation.superseded_by)] = None
        if citation.match == "register":
            out[from_register(citation.doc_ref, citation.verified)] = None
        stored = library.store.document(citation.doc_id)
        if stored is not None and stored.n_units and not stored.report.get("holds", True):
            out[notice("not proven", ref=citation.doc_ref)] = None
    out |= dict.fromkeys(either_all(lambda code: amendment_notices(library, citations, code)))
    if languages := other_languages(lang, citations):
        out[languages] = None
    return list(out)
