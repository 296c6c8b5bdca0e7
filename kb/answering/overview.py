"""Answers a question what a publication as a whole is about: "What does IEEE 7001 deal with?".

Such a question has no search terms besides the publication's name, so that any passage would be as near as another.
The answer is what the text says about its own subject, purpose or scope, and the register's entry for the publication.
"""

from __future__ import annotations

import re
from itertools import takewhile
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
SHORT_PART = 120
"""Words up to which the part of a text on its scope is quoted whole."""
PASSAGES_AHEAD = 40
"""Passages at the beginning of a text, in which a sentence may state its subject."""
_NAME = (
    r"(?:the |an? )?§(?:['’]s?)?(?: (?:standard|recommendation|guidelines?|guidance|act|law|regulation|code"
    r"(?: of (?:conduct|practice))?|convention|framework|report|document|publication|policy|programme?))?"
)
"""The name of a publication in a question, where § stands for it."""
_OF_COUNTRY = re.compile(
    r"(?:한국|우리나라|대한민국|국가|정부|유럽|미국|Korean?|European|national)(?:의|['’]s)? ?§", re.IGNORECASE
)
"""The country before a publication's name, which tells nothing of what is asked."""
_TREATS = r"(?:deal with|cover|concern|address|treat|contain|regulate|govern|set out|aim (?:at|for)|describe|explain)"
_OF_WHOLE = r"(?:purpose|aim|objective|goal|subject(?: matter)?|content|topic|overview|summary|outline|gist)s?"
_ENDS_KO = (
    r"(?: ?(?:인가요?|입니까|인지|이죠|예요|이에요|나요?|는가요?|는지요?|습니까|합니까|하나요?|있나요?|있습니까"
    r"|니|냐|죠|지요?)"
    r"(?: (?:알려|설명해) ?(?:주세요|줘))?)?"
)
_WHOLE_ASKED = tuple(
    re.compile(rf"\W*(?:please )?(?:(?:can|could) you )?(?:briefly )?(?:{form})(?: please)?\W*", re.IGNORECASE)
    for form in (
        rf"(?:(?:tell (?:me|us)|explain|say) )?what (?:does|do) {_NAME} (?:mainly |generally )?{_TREATS}",
        rf"what (?:is|are) {_NAME} (?:all )?(?:about|for|concerned with)|what(?:'s| is) in {_NAME}",
        rf"what (?:is|are) (?:the )?(?:main |general )?{_OF_WHOLE} of {_NAME}|what (?:is|are) {_NAME} {_OF_WHOLE}",
        rf"(?:what|which) (?:main )?(?:topics|subjects|matters|issues|things|areas) (?:does|do) {_NAME} {_TREATS}",
        rf"(?:summari[sz]e|describe|explain|introduce|outline) {_NAME}(?: briefly| to me)?|tell (?:me"
        rf"|us) about {_NAME}",
        rf"(?:(?:give|show) (?:me|us) )?(?:an? |the )?(?:short |brief )?(?:overview|summary|outline) of {_NAME}",
        rf"{_NAME}\W+what is (?:it|this) about",
        rf"§(?:[은는이가]|에는|에서는)? ?(?:주로 )?무엇(?:을|에 ?(?:대해|관해)) ?(?:다루|다룹|규정하|담고|규율하"
        rf"|말하){_ENDS_KO}",
        rf"§(?:[은는이가])? ?무엇에 ?(?:관한|대한) ?(?:것|문서|표준|법|법률|권고|지침|기준){_ENDS_KO}",
        rf"§(?:[은는이가])? ?무엇{_ENDS_KO}",
        rf"§(?:[은는이가])? ?(?:어떤|무슨) ?(?:표준|문서|법률?|권고|지침서?|가이드라인|기준|협약|규정){_ENDS_KO}",
        rf"§의? ?(?:주요 |전체 |전반적인 )?(?:목적|취지|내용|개요|요약)(?:[은는이을를])? ?(?:무엇|뭐"
        rf"|어떤 것)?{_ENDS_KO}",
        r"§(?:[을를의])? ?(?:내용을 )?(?:간단히 |간략히 |짧게 |대략 )?(?:요약|소개|설명)(?:해"
        r"|을)? ?(?:해 ?)?(?:주세요|줘|주십시오)?",
    )
)
"""The forms of a question what a publication as a whole is about."""
_SCOPE_ASKED = tuple(
    re.compile(rf"\W*(?:{form})\W*", re.IGNORECASE)
    for form in (
        rf"(?:to )?who(?:m|ever)? (?:does|do) {_NAME} (?:apply(?: to)?|bind|address|cover)",
        rf"who(?:m)? (?:is|are) (?:bound by|addressed by|covered by|subject to) {_NAME}",
        rf"who (?:must|should|has to|have to) (?:follow|comply with|observe|apply|obey) {_NAME}",
        rf"who(?:m)? (?:is|are) {_NAME} (?:for|addressed to|intended for|meant for|aimed at|binding on)",
        rf"what (?:is|are) (?:the )?(?:scope|field)(?: of application)? of {_NAME}|what is {_NAME} scope",
        rf"§(?:[은는이가])? ?(?:누구(?:를|에게)?|누가) ?(?:적용 ?)?대상{_ENDS_KO}",
        r"§(?:[은는이가])? ?(?:누구(?:에게|한테|를)?|누가|어디까지|어디에) ?"
        rf"(?:적용(?:되|돼|됩)|구속(?:하|되|됩)|대상으로 ?(?:하|합)|따라야 ?(?:하|합)|지켜야 ?(?:하|합)){_ENDS_KO}",
        rf"§의? ?(?:적용 ?)?(?:범위|대상)(?:[은는이가])? ?(?:누구|무엇|어떻게|어디까지)?(?: ?되| ?됩)?{_ENDS_KO}",
    )
)
"""The forms of a question whom or what a publication applies to."""
_FORCE_OF_WHOLE = tuple(
    re.compile(rf"\W*(?:{form})\W*", re.IGNORECASE)
    for form in (
        rf"(?:is|are) {_NAME} (?:legally )?(?:binding|mandatory|compulsory|obligatory|voluntary)(?: or not)?",
        rf"(?:does|do) {_NAME} (?:bind(?: anyone| anybody| states)?|have (?:any )?(?:legal|binding) (?:force|effect))",
        rf"§(?:[은는이가의도])? ?(?:법적 ?)?(?:구속력|강제력|강제성|효력)[이은도]? ?(?:있|없)?{_ENDS_KO}",
        rf"(?:§(?:[은는이가도])?)? ?(?:법적(?:인|으로)? ?)?(?:강제|의무|자율|임의|권고)(?: ?사항| ?규정)?{_ENDS_KO}",
        rf"§(?:[은는을를]|도)? ?(?:꼭 |반드시 |무조건 )?(?:지켜야|따라야|준수해야|이행해야) ?(?:만 ?)?{_ENDS_KO}",
        rf"(?:법적 ?)?(?:구속력|강제력|강제성|효력)[이은도]? ?(?:있|없){_ENDS_KO}",
    )
)
"""The forms of a question whether a publication binds."""
_CONSEQUENCE = re.compile(
    r"\W*§(?:[은는을를도])? ?(?:안 ?지키|지키지 않으|안 ?따르|따르지 않으|위반하|어기)면 "
    rf"(?:벌칙|처벌|제재|불이익|벌금|과태료|페널티|문제)[가이을를도]? ?(?:있|받|되){_ENDS_KO}\W*"
)
"""A question what follows where a publication is not observed; beside one whether it binds it asks the same."""
_PARTS_ASKED = re.compile(r"(?<=[?!.])\s+|(?<=나요|까요|가요),? ")
_SAYS_FORCE = re.compile(r"구속|강제|자발적|자율적|binding|voluntary|mandatory", re.IGNORECASE)
"""Words by which an entry of the register says whether its publication binds."""
_THIS_TEXT = (
    r"(?:report|guidance|guidelines?|document|paper|code|framework|standard|policy|handbook|guide|manual|recommendation"
    r"|convention|regulation|act|statement|publication|chapter|RMF)"
)
_SAYS_WHOM = re.compile(
    rf"\b(?:this|the present|these) (?:[\w-]+ ){{0,3}}?{_THIS_TEXT} (?:\w+ )?"
    r"(?:appl(?:y|ies)|(?:is|are) (?:addressed|applicable|intended|meant|binding|aimed)|binds?|addresses|covers?)\b"
    r"|\b(?:addressed|applies|applicable) to (?:all|any|every)\b|적용 ?(?:된다|됩니다|한다|합니다|대상)"
    r"|대상으로 (?:한다|하며|합니다)",
    re.IGNORECASE,
)
"""Sentences by which a text says whom or what it applies to."""
_OF_TEXT = rf"(?: of (?:this|the|these) (?:[\w-]+ ){{0,2}}{_THIS_TEXT}| of application)?"
_SUBJECT_TITLES = (
    r"subject(?: |-)matter|objects?|purposes?|objectives?|aims?|objeto|objetivos?|목적|(?:제정|수립) ?(?:목적|배경)"
)
_SCOPE_TITLES = r"scope|[aá]mbito(?: de aplicaci[oó]n)?|적용 ?(?:범위|대상)"
_INTRODUCTIONS = (
    r"executive summary|overview|abstract|summary|introduction|about this \w+|introducci[oó]n|개요|서문|머리말|들어가며"
)
_BESIDE_TITLE = rf"(?:(?:{_SUBJECT_TITLES}|{_SCOPE_TITLES}|background|context|definitions?|대상|정의|배경|addressees)"
_TITLES_OF_PARTS = tuple(
    re.compile(
        rf"\W*(?:[\divxa]+[.)] )?(?:{_BESIDE_TITLE}) ?(?:and|y|및|와|과|,|/) ?)?(?:{titles}){_OF_TEXT}"
        rf"(?: ?(?:and|y|및|와|과|,|/) ?{_BESIDE_TITLE}))?\W*",
        re.IGNORECASE,
    )
    for titles in (_SUBJECT_TITLES, _SCOPE_TITLES, _INTRODUCTIONS)
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
_BACKGROUND_TOO = re.compile(r"background|context|배경", re.IGNORECASE)
_EXCEPTS = re.compile(
    r"\b(?:not|except|exempt\w*|exclud\w*|however|only|nor|save)\b|다만|제외|아니(?:한다|하며|합니다)|않(?:는다"
    r"|습니다)|예외",
    re.IGNORECASE,
)
"""Sentences that take something out of what the sentence before them says."""
_SUBJECT_KEYS = ("whole", "part:scope", "section:scope")
"""Entries of the register about a publication as a whole and about its scope."""
_SCOPE_KEYS = ("part:scope", "section:scope")


def asks_overview(query: Query) -> bool:
    """Whether a question names a publication and asks what it is about, and for nothing beside."""
    return _has_form(query, _WHOLE_ASKED)


def asks_scope(query: Query) -> bool:
    """Whether a question names a publication and asks whom or what it applies to, and for nothing beside."""
    return _has_form(query, _SCOPE_ASKED)


def _has_form(query: Query, forms: Sequence[re.Pattern[str]]) -> bool:
    """Whether a question is one of some forms around the one name of a publication in it."""
    spans = {scope.span for scope in query.scopes}
    if len(spans) != 1 or query.numbered or query.compares or query.about_editions:
        return False
    start, end = spans.pop()
    asked = _OF_COUNTRY.sub("§", " ".join(f"{query.text[:start]}§{query.text[end:]}".split()))
    return any(form.fullmatch(asked) for form in forms) or (forms is _FORCE_OF_WHOLE and _is_all_force(asked))


def _is_all_force(asked: str) -> bool:
    """Whether each part of a question asks whether the publication binds: "§는 꼭 지켜야 하나요? 법적 의무인가요?"."""
    parts = [part for part in _PARTS_ASKED.split(asked) if part.strip()]
    of_force = [any(form.fullmatch(part) for form in _FORCE_OF_WHOLE) for part in parts]
    return any(of_force) and all(f or _CONSEQUENCE.fullmatch(p) for f, p in zip(of_force, parts, strict=True))


def overview_citations(library: Library, query: Query) -> list[Citation]:
    """Quotes that say what the publications asked about are, whom they apply to, or whether they bind: of each first
    from its own text, then from the register; whether it binds is quoted from the register alone.

    Empty where the question asks for something else, or nothing here states it."""
    of_scope, of_force = asks_scope(query), _has_form(query, _FORCE_OF_WHOLE)
    if not of_scope and not of_force and not asks_overview(query):
        return []
    editions = named_editions(library, query)
    if len(editions) > EDITIONS_TOLD:  # the name of a publisher, whose publications have no common subject
        return []
    out: list[Citation] = []

    def show(cited: Citation) -> None:
        if library.rows.allows(query.filter, cited):
            out.append(with_rects(library, cited))

    if of_force:
        for unit in (unit for edition in editions for unit in _entries(library, edition, ("whole",))):
            if _SAYS_FORCE.search(library.store.text(unit.doc_id)[unit.span.start : unit.span.end]):
                show(cite_unit(library, len(out) + 1, unit, query.lang))
        return out
    texts = [_OpeningOfText(library, edition) for edition in editions]
    scopes = [
        (text.on_scope(), _entries(library, text.edition, _SCOPE_KEYS)) if of_scope else ([], []) for text in texts
    ]
    is_any_scope = any(stated or entries for stated, entries in scopes)
    if not is_any_scope:  # what a publication is for often says for whom
        scopes = [(text.on_subject(query.lang), _entries(library, text.edition, _SUBJECT_KEYS)) for text in texts]
    for text, (stated, entries) in zip(texts, scopes, strict=True):
        if is_any_scope and not stated and not entries:
            continue
        introduced = [] if stated or entries else text.introduction(query.lang)
        for span in stated:
            show(cite(library, len(out) + 1, text.edition.doc_id, span, (), 1.0))
        for unit in entries:
            show(cite_unit(library, len(out) + 1, unit, query.lang))
        for span in introduced:
            show(cite(library, len(out) + 1, text.edition.doc_id, span, (), 1.0))
    return out


def _entries(library: Library, edition: Edition, keys: Sequence[str]) -> list[Unit]:
    """The register's entries for an edition with these keys."""
    found = (unit for key in keys for unit in library.store.unit(f"{edition.urn}:{key}")[:1])
    return [unit for unit in found if unit.doc_id != edition.doc_id]


class _OpeningOfText:
    """The beginning of a text and its titled parts, in which it says what it is; empty for a text that is not here."""

    def __init__(self, library: Library, edition: Edition) -> None:
        self.library = library
        self.edition = edition
        store = library.store
        is_here = store.document(edition.doc_id) is not None
        units = store.units(edition.doc_id) if is_here else ()
        self.units = [unit for unit in units if unit.proven and unit.doc_id == edition.doc_id]
        apparatus = library.rows.page_kinds if is_here else {}
        ahead = store.rows_of(edition.doc_id)[:PASSAGES_AHEAD] if is_here else ()
        self.passages = [store.passage(row) for row in ahead if row not in apparatus]

    def titled(self, part: int) -> list[Unit]:
        return [unit for unit in self.units if _TITLES_OF_PARTS[part].fullmatch(unit.title)]

    def said(self, pattern: re.Pattern[str], within: Span | None = None) -> list[Span]:
        """The first sentence that a pattern finds, in a unit or at the beginning of the text, with what the sentences
        right behind it except from it."""
        for passage in self.passages:
            spans = sentences(passage.text)
            for n, (start, end) in enumerate(spans):
                first = passage.span.start + start
                inside = within is None or within.start <= first < within.end
                if not inside or not pattern.search(_on_one_line(passage.text[start:end])):
                    continue
                behind = (_EXCEPTS.search(_on_one_line(passage.text[a:b])) for a, b in spans[n + 1 :])
                excepting = sum(1 for _ in takewhile(bool, behind))
                return [Span(first, passage.span.start + spans[n + excepting][1])]
        return []

    def on_subject(self, lang: str) -> list[Span]:
        """Where the text states its subject, at most one place: in its part on that or on its scope, or else in the
        first sentence that says what the text is for."""
        for unit in self.titled(0):
            mixed = self.said(_STATES, unit.span) if _BACKGROUND_TOO.search(unit.title) else []
            return mixed or [_opening(self.library, unit, lang)]
        return self.said(_STATES) or [_opening(self.library, unit, lang) for unit in self.titled(1)[:1]]

    def on_scope(self) -> list[Span]:
        """Where the text says whom or what it applies to, at most one place: its part on that, whole where that is
        short, or else the first sentence that says so."""
        for unit in self.titled(1):
            whole = quoted_span(self.library, unit, "")
            text = self.library.store.text(unit.doc_id)[whole.start : whole.end]
            return [whole if len(text.split()) <= SHORT_PART else rule_of(self.library, unit, wants_list=True).span]
        return self.said(_SAYS_WHOM)

    def introduction(self, lang: str) -> list[Span]:
        """The opening of the introduction, or else of the first unit."""
        if units := self.titled(2):
            return [_opening(self.library, units[0], lang)]
        headed = (p for p in self.passages if any(_TITLES_OF_PARTS[2].fullmatch(heading) for heading in p.headings))
        for passage in headed:
            return [_first_sentences(passage.text, passage.span.start)]
        return [_opening(self.library, unit, lang) for unit in self.units[:1]]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _opening(library: Library, unit: Unit, lang: str) -> Span:
    whole = quoted_span(library, unit, lang)
    return _first_sentences(library.store.text(unit.doc_id)[whole.start : whole.end], whole.start)


def _first_sentences(text: str, start: int) -> Span:
    found = sentences(text)[:SENTENCES_OF_SUBJECT]
    return Span(start + found[0][0], start + found[-1][1]) if found else Span(start, start + len(text))
