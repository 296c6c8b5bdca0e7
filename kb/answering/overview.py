"""Answers a question what a publication as a whole is about: "What does IEEE 7001 deal with?".

Such a question has no search terms besides the publication's name, so that any passage would be as near as another.
The answer is what the text says about its own subject, purpose or scope, and the register's entry for the publication.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.answering.facts import EDITIONS_TOLD, named_editions
from kb.citing.cite import cite, cite_unit, quoted_span
from kb.citing.highlight import with_rects
from kb.text.sentences import sentences
from kb.types import Span

if TYPE_CHECKING:
    from kb.library.library import Library
    from kb.query.query import Query
    from kb.types import Citation, Edition, Unit

SENTENCES_OF_SUBJECT = 2
"""Sentences quoted of a text about its subject."""
PASSAGES_AHEAD = 40
"""Passages at the beginning of a text, in which a sentence may state its subject."""
_WHOLE = re.compile(
    r"\b(?:deals? with|about|covers?|covered|concerns?|concerned with|address(?:es)?|treats?|contains?|regulates?"
    r"|governs?"
    r"|set out|aims?(?: at| to)?|purposes?|subject(?: matter)?|objectives?|goals?|for|summar(?:y|i[sz]e)|overview"
    r"|outline"
    r"|contents?|topics?|explain|introduc(?:e|tion))\b"
    r"|다루|다룹|다뤄|규정하|규율|내용|목적|취지|개요|요약|소개|설명|담고|무엇에 관한"
    r"|어떤 (?:표준|문서|법|법률|권고|지침|지침서|가이드라인|기준)",
    re.IGNORECASE,
)
"""Words by which a question asks about a publication as a whole."""
_FILLS = re.compile(
    r"\b(?:what|which|is|are|does|do|did|the|an?|of|in|it|its|this|that|say|all|main|general(?:ly)?|mainly|overall"
    r"|please"
    r"|can you|could you|briefly|short(?:ly)?|tell (?:me|us)|give (?:me|us)|describe|standards?|recommendations?"
    r"|guidelines?"
    r"|publication|document|act|law|regulation|code|convention|framework|report|and|kinds?|sorts?|thing|things|matters?"
    r"|issues?|to|on)\b"
    r"|무엇|어떤|어떻게|무슨|뭐|것|전체|대략|간단히|주요|표준|문서|법률?|권고|지침|지침서|가이드라인|기준|관한"
    r"|대해서?|대한"
    r"|알려|말해|주세요|줘|해|하|한|합니까|하나요|되어|있나요|있습니까|있는지|인가요|입니까|니까|나요|은|는|이|가|을"
    r"|를|의|에|에서|고|요|까",
    re.IGNORECASE,
)
"""Words that such a question may hold besides."""
_PARTS = tuple(
    re.compile(rf"^\W*(?:(?:{titles})\b.{{0,24}}|.{{0,24}}\b(?:and|y|및) (?:{titles}))\W*$", re.IGNORECASE)
    for titles in (
        r"subject(?: |-)matter|objects?|purposes?|objectives?|aims?|objeto|objetivos?|목적|(?:제정|수립) ?(?:목적"
        r"|배경)",
        r"scope|[aá]mbito|적용 ?(?:범위|대상)",
        r"executive summary|overview|abstract|summary|introduction|about this \w+|introducci[oó]n|개요|서문|머리말"
        r"|들어가며",
    )
)
"""Titles of the parts in which a text states its subject, the best ones first."""
_TEXT = (
    r"(?:report|guidance|guidelines?|document|paper|code|framework|standard|policy|handbook|guide|manual|recommendation"
    r"|convention|regulation|act|statement|publication|chapter|RMF)"
)
_STATES = re.compile(
    rf"\b(?:this|the present|these) (?:[\w-]+ ){{0,3}}?{_TEXT} (?:\w+ )?"
    r"(?:sets? out|describes?|aims?|provides?|covers?|presents?|addresses|explains?|summari[sz]es?|offers?|gives?"
    r"|lays? down|deals? with|contains?|seeks?|intends?|is intended|is designed|establish(?:es)?|outlines?|examines?"
    r"|considers?)\b"
    rf"|\b(?:goals?|purposes?|aims?|objectives?) of (?:th(?:is|ese)|the (?=(?-i:[A-Z]))) ?(?:[\w-]+ ){{0,3}}?{_TEXT}\b"
    r"(?: of \w+)?(?: \([^)]*\))? (?:is|are)\b"
    rf"|^\W*in (?:this|the present|these) (?:[\w-]+ ){{0,2}}?{_TEXT}\b"
    r"|\b(?:estas|las presentes|este|esta|la presente|el presente)"
    r" (?:directrices|documento|gu[ií]a|informe|recomendaci[oó]n)"
    r" (?:\w+ )?(?:tienen|tiene|buscan?|ofrecen?|proporcionan?|establecen?|presentan?|pretenden?)\b"
    r"|\bel (?:objetivo|prop[oó]sito) (?:principal )?de (?:estas|este|esta|las|la) (?:\w+ )?"
    r"(?:directrices|documento|gu[ií]a|informe|recomendaci[oó]n)\b"
    r"|(?:본|이) (?:\w+ ){0,2}(?:가이드라인|기준|지침|문서|법|규정|안내서|보고서|조례|편람)[은는이] .*"
    r"(?:목적|제시|규정|다룬|다루|안내|정리|마련|설명|정함|정한)",
    re.IGNORECASE,
)
"""Sentences by which a text says what it is about."""
_SUBJECT_KEYS = ("whole", "part:scope", "section:scope")
"""Entries of the register about a publication as a whole and about its scope."""


def asks_overview(query: Query) -> bool:
    """Whether a question names a publication and asks what it is about, and for nothing beside."""
    if not query.scopes or query.numbered or query.compares or query.about_editions:
        return False
    named = [scope.span for scope in query.scopes]
    beside = "".join(" " if any(a <= n < b for a, b in named) else sign for n, sign in enumerate(query.text))
    if not _WHOLE.search(beside):
        return False
    return not re.search(r"[^\W\d_]{2}", _FILLS.sub(" ", _WHOLE.sub(" ", beside)))


def overview_citations(library: Library, query: Query) -> list[Citation]:
    """Quotes that say what the publications asked about are: of each first from its own text, then from the register.

    Empty where the question asks for something else, or nothing here states a publication's subject."""
    if not asks_overview(query):
        return []
    editions = named_editions(library, query)
    if len(editions) > EDITIONS_TOLD:  # the name of a publisher, whose publications have no common subject
        return []
    out: list[Citation] = []

    def show(cited: Citation) -> None:
        if library.rows.allows(query.filter, cited):
            out.append(with_rects(library, cited))

    for edition in editions:
        stated, introduced = _stated(library, edition, query.lang)
        entries = _entries_on_subject(library, edition)
        for span in stated:
            show(cite(library, len(out) + 1, edition.doc_id, span, (), 1.0))
        for unit in entries:
            show(cite_unit(library, len(out) + 1, unit, query.lang))
        for span in () if entries else introduced:
            show(cite(library, len(out) + 1, edition.doc_id, span, (), 1.0))
    return out


def _entries_on_subject(library: Library, edition: Edition) -> list[Unit]:
    """The register's entries for an edition as a whole and for its scope."""
    found = (unit for key in _SUBJECT_KEYS for unit in library.store.unit(f"{edition.urn}:{key}")[:1])
    return [unit for unit in found if unit.doc_id != edition.doc_id]


def _stated(library: Library, edition: Edition, lang: str) -> tuple[list[Span], list[Span]]:
    """Where a text states its subject, at most one place, and the opening of its introduction, which only may: its part
    on its subject or scope, or else the first sentence that says what the text is for; instead of an introduction, the
    first unit. Empty for a text that is not here."""
    store = library.store
    if store.document(edition.doc_id) is None:
        return [], []
    own = [u for u in store.units(edition.doc_id) if u.proven and u.doc_id == edition.doc_id]
    subject, scope, introduction = ([u for u in own if part.search(u.title)] for part in _PARTS)
    apparatus = store.rows_without_provision()
    ahead = [row for row in store.rows_of(edition.doc_id)[:PASSAGES_AHEAD] if row not in apparatus]
    passages = [store.passage(row) for row in ahead]
    within = [unit.span for unit in (*subject, *scope)[:1]] or [Span(0, max((p.span.end for p in passages), default=0))]
    for passage in passages:
        for start, end in sentences(passage.text):
            found = Span(passage.span.start + start, passage.span.start + end)
            if any(w.start <= found.start < w.end for w in within) and _STATES.search(_plain(passage.text[start:end])):
                return [found], []
    for unit in (*subject, *scope)[:1]:
        return [_opening(library, unit, lang)], []
    if not introduction:
        headed = (p for p in passages if any(_PARTS[-1].search(heading) for heading in p.headings))
        for passage in headed:
            return [], [_first_sentences(passage.text, passage.span.start)]
    return [], [_opening(library, unit, lang) for unit in (introduction or own)[:1]]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _opening(library: Library, unit: Unit, lang: str) -> Span:
    whole = quoted_span(library, unit, lang)
    return _first_sentences(library.store.text(unit.doc_id)[whole.start : whole.end], whole.start)


def _first_sentences(text: str, start: int) -> Span:
    found = sentences(text)[:SENTENCES_OF_SUBJECT]
    return Span(start + found[0][0], start + found[-1][1]) if found else Span(start, start + len(text))
