"""Answers a question what a publication as a whole is about: "What does IEEE 7001 deal with?".

Such a question has no search terms besides the publication's name, so that any passage would be as near as another.
The answer is what the text says about its own subject, purpose or scope, and the register's entry for the publication.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.answering.facts import EDITIONS_TOLD, named_editions
from kb.answering.quoting import rule_of
from kb.citing.cite import cite, cite_unit, quoted_span
from kb.citing.highlight import with_rects
from kb.text.sentences import sentences
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_THIS_TEXT = (
    r"(?:report|guidance|guidelines?|document|paper|code|framework|standard|policy|handbook|guide|manual|recommendation"
    r"|convention|regulation|act|statement|publication|chapter|RMF)"
)
_ASKS_APPLIED = re.compile(
    r"\bappl(?:y|ies|ied|icable|ication)\b|\bbound by\b|\bbind(?:s|ing)?\b|\baddress(?:ed|ees?|es)?\b|\bsubject to\b"
    r"|\b(?:must|should|has to|have to) (?:follow|comply|observe)\b|\bscope\b|\bcover(?:s|ed)?\b|\bintended for\b"
    r"|\bfield of\b|\bmeant for\b|적용|대상|범위|구속|따라야|지켜야|준수해야|해당",
    re.IGNORECASE,
)
_WHOM = re.compile(
    r"\bwho(?:m|ever)?\b|\bwhat (?:is|are) (?:the )?(?:scope|field)\b|\bscope\b|누구|누가|적용 ?(?:범위|대상)"
    r"|대상(?:은|이)|범위",
    re.IGNORECASE,
)
_BESIDE_WHOM = re.compile(
    r"\b(?:by|under|with|is there|application)\b|에게|어떻게|어디까지|으로|되|합|인|습", re.IGNORECASE
)
"""By what a question asks to whom or to what a publication applies, and what it may hold besides."""
_SAYS_WHOM = re.compile(
    rf"\b(?:this|the present|these) (?:[\w-]+ ){{0,3}}?{_THIS_TEXT} (?:\w+ )?"
    r"(?:appl(?:y|ies)|(?:is|are) (?:addressed|applicable|intended|meant|binding|aimed)|binds?|addresses|covers?)\b"
    r"|\b(?:addressed|applies|applicable) to (?:all|any|every)\b|적용 ?(?:된다|됩니다|한다|합니다|대상)"
    r"|대상으로 (?:한다|하며|합니다)",
    re.IGNORECASE,
)
"""Sentences by which a text says whom or what it applies to."""
_TITLES_OF_PARTS = tuple(
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
_STATES = re.compile(
    rf"\b(?:this|the present|these) (?:[\w-]+ ){{0,3}}?{_THIS_TEXT} (?:\w+ )?"
    r"(?:sets? out|describes?|aims?|provides?|covers?|presents?|addresses|explains?|summari[sz]es?|offers?|gives?"
    r"|lays? down|deals? with|contains?|seeks?|intends?|is intended|is designed|establish(?:es)?|outlines?|examines?"
    r"|considers?)\b"
    rf"|\b(?:goals?|purposes?|aims?|objectives?) of (?:th(?:is|ese)"
    rf"|the (?=(?-i:[A-Z]))) ?(?:[\w-]+ ){{0,3}}?{_THIS_TEXT}\b"
    r"(?: of \w+)?(?: \([^)]*\))? (?:is|are)\b"
    rf"|^\W*in (?:this|the present|these) (?:[\w-]+ ){{0,2}}?{_THIS_TEXT}\b"
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
_SCOPE_KEYS = ("part:scope", "section:scope")


def asks_overview(query: Query) -> bool:
    """Whether a question names a publication and asks what it is about, and for nothing beside."""
    beside = _beside_names(query)
    if not _WHOLE.search(beside):
        return False
    return not re.search(r"[^\W\d_]{2}", _FILLS.sub(" ", _WHOLE.sub(" ", beside)))


def asks_scope(query: Query) -> bool:
    """Whether a question names a publication and asks whom or what it applies to, and for nothing beside."""
    beside = _beside_names(query)
    if not beside or not (_WHOM.search(beside) and _ASKS_APPLIED.search(beside)):
        return False
    rest = _BESIDE_WHOM.sub(" ", _FILLS.sub(" ", _ASKS_APPLIED.sub(" ", _WHOM.sub(" ", beside))))
    return not re.search(r"[^\W\d_]{2}", rest)


def _beside_names(query: Query) -> str:
    """The words of a question beside the publications that it names; empty where it names none or asks more of them."""
    if not query.scopes or query.numbered or query.compares or query.about_editions:
        return ""
    named = [scope.span for scope in query.scopes]
    return "".join(" " if any(a <= n < b for a, b in named) else sign for n, sign in enumerate(query.text))


def overview_citations(library: Library, query: Query) -> list[Citation]:
    """Quotes that say what the publications asked about are, or whom they apply to: of each first from its own text,
    then from the register.

    Empty where the question asks for something else, or nothing here states it."""
    of_scope = asks_scope(query)
    if not of_scope and not asks_overview(query):
        return []
    editions = named_editions(library, query)
    if len(editions) > EDITIONS_TOLD:  # the name of a publisher, whose publications have no common subject
        return []
    out: list[Citation] = []

    def show(cited: Citation) -> None:
        if library.rows.allows(query.filter, cited):
            out.append(with_rects(library, cited))

    for edition in editions:
        text = _OpeningOfText(library, edition)
        stated = text.on_scope() if of_scope else []
        entries = _entries(library, edition, _SCOPE_KEYS) if of_scope else []
        if not stated and not entries:  # what a publication is for often says for whom
            stated, entries = text.on_subject(query.lang), _entries(library, edition, _SUBJECT_KEYS)
        introduced = [] if stated or entries else text.introduction(query.lang)
        for span in stated:
            show(cite(library, len(out) + 1, edition.doc_id, span, (), 1.0))
        for unit in entries:
            show(cite_unit(library, len(out) + 1, unit, query.lang))
        for span in introduced:
            show(cite(library, len(out) + 1, edition.doc_id, span, (), 1.0))
    return out


def _entries(library: Library, edition: Edition, keys: Sequence[str]) -> list[Unit]:
    """The register's entries for an edition with these keys."""
    found = (unit for key in keys for unit in library.store.unit(f"{edition.urn}:{key}")[:1])
    return [unit for unit in found if unit.doc_id != edition.doc_id]


class _OpeningOfText:
    """The beginning of a text and its titled parts, in which it says what it is; empty for a text that is not here."""

    def __init__(self, library: Library, edition: Edition) -> None:
        self.library = library
        store = library.store
        is_here = store.document(edition.doc_id) is not None
        units = store.units(edition.doc_id) if is_here else ()
        self.units = [unit for unit in units if unit.proven and unit.doc_id == edition.doc_id]
        apparatus = store.rows_without_provision() if is_here else {}
        ahead = store.rows_of(edition.doc_id)[:PASSAGES_AHEAD] if is_here else ()
        self.passages = [store.passage(row) for row in ahead if row not in apparatus]

    def titled(self, part: int) -> list[Unit]:
        return [unit for unit in self.units if _TITLES_OF_PARTS[part].search(unit.title)]

    def said(self, pattern: re.Pattern[str], within: Span | None = None) -> list[Span]:
        """The first sentence that a pattern finds, in a unit or at the beginning of the text."""
        for passage in self.passages:
            for start, end in sentences(passage.text):
                found = Span(passage.span.start + start, passage.span.start + end)
                inside = within is None or within.start <= found.start < within.end
                if inside and pattern.search(" ".join(passage.text[start:end].split())):
                    return [found]
        return []

    def on_subject(self, lang: str) -> list[Span]:
        """Where the text states its subject, at most one place: in its part on that or on its scope, or else in the
        first sentence that says what the text is for."""
        for unit in (*self.titled(0), *self.titled(1)):
            return self.said(_STATES, unit.span) or [_opening(self.library, unit, lang)]
        return self.said(_STATES)

    def on_scope(self) -> list[Span]:
        """Where the text says whom or what it applies to, at most one place."""
        for unit in self.titled(1):
            return [rule_of(self.library, unit, wants_list=True).span]
        return self.said(_SAYS_WHOM)

    def introduction(self, lang: str) -> list[Span]:
        """The opening of the introduction, or else of the first unit."""
        if units := self.titled(2):
            return [_opening(self.library, units[0], lang)]
        headed = (p for p in self.passages if any(_TITLES_OF_PARTS[2].search(heading) for heading in p.headings))
        for passage in headed:
            return [_first_sentences(passage.text, passage.span.start)]
        return [_opening(self.library, unit, lang) for unit in self.units[:1]]


def _opening(library: Library, unit: Unit, lang: str) -> Span:
    whole = quoted_span(library, unit, lang)
    return _first_sentences(library.store.text(unit.doc_id)[whole.start : whole.end], whole.start)


def _first_sentences(text: str, start: int) -> Span:
    found = sentences(text)[:SENTENCES_OF_SUBJECT]
    return Span(start + found[0][0], start + found[-1][1]) if found else Span(start, start + len(text))
