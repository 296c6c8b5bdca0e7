"""Answers questions about facts of the catalog and of the units: an edition's status, the number of units of a kind.

These are facts about publications, shown as notices beside the quotes; no sentence of a publication has to state them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.citing.cite import cite, cite_unit, quoted_span
from kb.citing.highlight import with_rects
from kb.library.addresses import address_of
from kb.query.question_kinds import QuestionKind
from kb.records import dataclass
from kb.text.captions import caption_at_end
from kb.text.numerals import with_figures
from kb.text.sentences import sentences
from kb.types import Span, Status, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.query.query import Query
    from kb.query.scopes import Scope
    from kb.types import Citation, Edition, Notice, Unit

EDITIONS_TOLD = 3
"""The most editions whose status one answer gives."""
MOST_NAMED = 14
"""The most units of a kind that are named one by one; of more only the number is given."""
COUNTING = frozenset({QuestionKind.COUNT, QuestionKind.LIST})
_WORDS_OF_KINDS = {
    "article": r"articles?|조(?:항|문)?",
    "principle": r"(?:general |key |core |ethical )?principles?|(?:기본 ?)?원칙",
    "requirement": r"(?:key )?requirements?|(?:핵심 ?)?(?:요건|요구 ?사항)",
    "chapter": r"chapters?|장",
    "section": r"sections?|절",
    "annex": r"annex(?:es)?|부속서",
    "recital": r"recitals?|전문",
    "recommendation": r"recommendations?|권고",
    "para": r"paragraphs?|문단|단락",
    "commitment": r"commitments?|약속|공약",
    "measure": r"measures?|조치",
    "action": r"actions?|행동",
    "criterion": r"criteria|criterion|기준",
    "function": r"functions?|기능",
    "value": r"values?|가치",
    "policy-area": r"policy areas?|정책 ?(?:영역|분야)",
    "dimension": r"dimensions?|차원",
    "stage": r"stages?|phases?|단계",
    "risk": r"risks?|위험",
}
"""The words by which people call units of a kind."""


_STATUS_WORDS = re.compile(
    r"\b(?:is|are|was|were|has|have|been|be|the|a|an|of|it|its|this|that|still|already|yet|now|today|published|issued"
    r"|withdrawn|superseded|drafts?|in force|current|currently|available|for free|free of charge|free|released|approved"
    r"|adopted|final|status|latest|newest|editions?|versions?|which|what|when|in which year|year|did|come out"
    r"|standards?|recommendation|publication|document|and|or|does|do|say|ask|asks?|for|what does it (?:say|ask|require)"
    r"|about|ieee|iso|articles?|paragraphs?|points?|annex|valid|apply|applies|applicable|deleted|repealed|been|stands?"
    r"|law)\b"
    r"|발행(?:되었|됐|된|일|연도|년도|했|하였)?|출간|발간|폐지|현행|최신|초안|상태|표준|권고|문서|판|언제|나요|인가요|입니까|되었|습니까"
    r"|효력|유효|삭제|합니|한가|남아|없|됐|제|조|항|호|목|부속서"
    r"|이미|아직|지금|현재|무엇|어떤|것|적|있|은|는|이|가|을|를|의|에|도|요|까|니",
    re.IGNORECASE,
)


def asks_status(query: Query) -> bool:
    """Whether a question asks for the status of the publications or units that it names, and for nothing beside it."""
    if query.kind is not QuestionKind.STATUS or not (query.scopes or query.numbered):
        return False
    named = [*(scope.span for scope in query.scopes), *(found.reference.span for found in query.numbered)]
    beside = "".join(" " if any(a <= n < b for a, b in named) else sign for n, sign in enumerate(query.text))
    return not re.search(r"[^\W\d_]{2}", _STATUS_WORDS.sub(" ", beside))


def status_citations(library: Library, query: Query) -> list[Citation]:
    """The units whose status a question asks for, where it numbers some; else the register's entries for the
    publications as a whole."""
    if not asks_status(query):
        return []
    numbered = list(dict.fromkeys(unit.unit_id for found in query.numbered for unit in (*found.units, *found.choices)))
    whole = [f"{edition.urn}:whole" for edition in named_editions(library, query)]
    out: list[Citation] = []
    for unit_id in (numbered or whole)[:EDITIONS_TOLD]:
        for unit in library.store.unit(unit_id)[:1]:
            cited = cite_unit(library, len(out) + 1, unit, query.lang)
            if library.rows.allows(query.filter, cited):
                out.append(with_rects(library, cited))
    return out


def status_notices(library: Library, query: Query) -> list[Notice]:
    """Notices of the status of the editions that a question asks about, from the catalog."""
    if not asks_status(query) or query.numbered:
        return []
    return [_status(edition) for edition in named_editions(library, query)[:EDITIONS_TOLD]]


@dataclass(frozen=True, slots=True)
class CountedUnits:
    """The units of a kind that a publication has: how many, and those that are here, in order."""

    edition: Edition
    kind: str
    total: int
    units: tuple[Unit, ...]


def count_notice(library: Library, counted: CountedUnits) -> Notice:
    """How many units of a kind a publication has; of few, all by name."""
    titles = tuple(_title_of_unit(library, unit) for unit in counted.units)
    named = len(titles) == counted.total <= MOST_NAMED and all(titles)
    kind = notice("kind of units", kind=counted.kind)
    if named:
        listed = notice("semicolons", items=titles)
        return notice("units named", ref=counted.edition.ref, n=counted.total, kind=kind, titles=listed)
    return notice("units counted", ref=counted.edition.ref, n=counted.total, kind=kind)


def count_citations(library: Library, query: Query, counted: Sequence[CountedUnits]) -> list[Citation]:
    """The units that were counted, each by the beginning of its words; of many the last, which shows the number."""
    shown = [u for each in counted for u in (each.units if len(each.units) <= MOST_NAMED else each.units[-1:])]
    out: list[Citation] = []
    for unit in shown:
        whole = quoted_span(library, unit, query.lang)
        text = library.store.text(unit.doc_id)
        found = sentences(text[whole.start : whole.end])
        ended = next(
            (n for n, (a, b) in enumerate(found) if not _ENDS_AT_COLON.search(text[whole.start + a : whole.start + b])),
            0,
        )
        span = Span(whole.start + found[0][0], whole.start + found[ended][1]) if found else whole
        heading = text[unit.span.start : whole.start].rstrip()
        own = unit.doc_id == unit.of_document  # the register's headings are in one of its languages
        if own and heading and len(unit.title.split()) >= WORDS_OF_STATEMENT:
            span = Span(unit.span.start, unit.span.start + len(heading))
        cited = cite(library, len(out) + 1, unit.doc_id, span, (), 1.0)
        if library.rows.allows(query.filter, cited):
            out.append(with_rects(library, cited))
    return out


WORDS_OF_STATEMENT = 7
"""The number of words from which a heading is itself a statement: "1 Take appropriate measures throughout the
development …"."""
_ENDS_AT_COLON = re.compile(r"[:：]\s*$")
"""Words that open a list and say nothing without it."""


def named_editions(library: Library, query: Query) -> list[Edition]:
    """The editions that a question names, newest first; without renditions, and without superseded ones where a newer
    one is named as well. Words that name one edition ("EAD v1") name no other one of the work."""
    given = {scope.span for scope in query.scopes if scope.edition_given}
    ids = {doc_id for s in query.scopes if s.edition_given or s.span not in given for doc_id in s.doc_ids}
    editions = [e for doc_id in sorted(ids) if (e := library.editions.get(doc_id)) is not None]
    editions = [e for e in editions if not e.rendition_of and not e.is_register and not e.register_of]
    standing = [e for e in editions if e.status is not Status.SUPERSEDED]
    return sorted(standing or editions, key=lambda e: e.issued, reverse=True)


def counted_units(library: Library, query: Query, found: Sequence[str] = ()) -> tuple[CountedUnits, ...]:
    """The units of each kind that a question asks to count or to list, in the publication that it names.

    ``found`` are the editions of the passages found, best first. If the question names no publication but states a
    number ("the seven requirements"), the first of them with that number of units is used. Units are counted in the
    text if its numbering is proven, else the catalog's number is used. The result is empty if the question asks for
    more than units of a kind, or if the number of one of its kinds is not known.
    """
    if query.kind not in COUNTING:
        return ()
    each = [
        _units_counted(library, query, kind, stated, found) for kind, stated in asked_kinds(query.text, query.scopes)
    ]
    counted = tuple(one for one in each if one is not None)
    return counted if len(counted) == len(each) else ()


def _units_counted(library: Library, query: Query, kind: str, stated: int, found: Sequence[str]) -> CountedUnits | None:
    editions = named_editions(library, query)
    if not query.scopes and stated:
        editions = [e for doc_id in dict.fromkeys(found) if (e := library.editions.get(doc_id)) is not None]
    counts = [counted for edition in editions if (counted := _units_of(library, edition, kind)) is not None]
    if stated and query.scopes and not any(u.doc_id == each.edition.doc_id for each in counts for u in each.units):
        # "the eleven actions" of a code that does not call its sections actions
        counts = [each for edition in editions if (each := _units_so_many(library, edition, stated))] or counts
    fitting = [counted for counted in counts if counted.total == stated]
    if fitting:
        return fitting[0]
    return counts[0] if len({counted.total for counted in counts}) == 1 else None


def _units_of(library: Library, edition: Edition, kind: str) -> CountedUnits | None:
    """The units of an edition that are of a kind, or are called so in their paths; ``None`` where the number is not
    certain."""
    units = [u for u in library.store.units(edition.doc_id) if u.proven and _is_called(u.kind, u.path, kind)]
    expected = dict(edition.expected).get(kind, 0)
    if not units and (entries := [e for e in library.register.of_document(edition.doc_id) if e.key != "whole"]):
        called = [e for e in entries if _is_called(e.kind, e.path, kind)]
        units = [u for e in called for u in library.store.unit(f"{edition.urn}:{e.key}")[:1]]
        if expected and len(_outer(units)) != expected:
            return CountedUnits(edition, kind, expected, ())
    outer = _outer(units)
    total = len(outer) or expected
    if total < 2 or (expected and outer and len(outer) != expected):
        return None
    return CountedUnits(edition, kind, total, tuple(outer))


def _units_so_many(library: Library, edition: Edition, stated: int) -> CountedUnits | None:
    """The outermost units of the one kind of which an edition's text has as many as a question states, numbered from 1
    on; ``None`` where no kind or more than one has."""
    units = [unit for unit in library.store.units(edition.doc_id) if unit.proven]
    kinds = {
        kind: _outer([unit for unit in units if unit.kind == kind]) for kind in dict.fromkeys(u.kind for u in units)
    }
    numbers = [str(n) for n in range(1, stated + 1)]
    fits = [(kind, found) for kind, found in kinds.items() if [unit.number for unit in found] == numbers]
    return CountedUnits(edition, fits[0][0], stated, tuple(fits[0][1])) if len(fits) == 1 else None


def _outer(units: Sequence[Unit]) -> list[Unit]:
    inner = {u.unit_id for u in units}
    return [u for u in units if u.parent_id not in inner]


def _is_called(kind: str, path: str, wanted: str) -> bool:
    return kind == wanted or path.casefold().startswith(f"{wanted} ")


def asked_kinds(question: str, scopes: Sequence[Scope] = ()) -> tuple[tuple[str, int], ...]:
    """The kinds of units that a question asks to count or to list, each with the number that it states (0 if none):
    "the three principles and the ten requirements". Empty if the question asks for anything else besides."""
    named = [scope.span for scope in scopes]
    outside = _blanked(question, named)
    spans = {
        kind: match.span()
        for kind, pattern in _PATTERNS_OF_KINDS.items()
        if (match := pattern.search(outside) or pattern.search(question))
    }
    for kind, span in spans.items():
        beside = with_figures(_blanked(question, (*named, span)))
        if not re.search(r"[^\W\d_]", _ASKING.sub(" ", beside)):
            number = _COUNT.search(beside)
            return ((kind, int(number.group()) if number else 0),)
    spans = {kind: span for kind, span in spans.items() if not any(a < span[1] and span[0] < b for a, b in named)}
    beside = _ASKING.sub(" ", with_figures(_blanked(question, (*named, *spans.values()))))
    if len(spans) < 2 or re.search(r"[^\W\d_]", beside):
        return ()
    out: list[tuple[str, int]] = []
    last = 0
    for kind, (start, end) in sorted(spans.items(), key=lambda item: item[1]):
        before = [int(n) for n in _COUNT.findall(with_figures(outside[last:start]))]
        out.append((kind, before[-1] if before else 0))
        last = end
    return tuple(out)


def _blanked(question: str, spans: Sequence[tuple[int, int]]) -> str:
    return "".join(" " if any(a <= n < b for a, b in spans) else sign for n, sign in enumerate(question))


_COUNT = re.compile(r"(?<![\d.])\d{1,2}(?![\d.])")
_PATTERNS_OF_KINDS = {
    kind: re.compile(rf"(?<![A-Za-z가-힣])(?:{words})(?![A-Za-z])", re.IGNORECASE)
    for kind, words in _WORDS_OF_KINDS.items()
}


_ASKING = re.compile(
    r"\b(?:what|which|how many|how much|list|name|give me|tell me"
    r"|show me|please|are|is|the|of|for|in|under|by|does|did|do|has"
    r"|have|there|all|its|their|it|an?|and|to|contain(?:s|ed)?"
    r"|include[sd]?|sets?|lays? down|names?|gives?|establish(?:es)?|set out|laid down"
    r"|lists?|listed|presents?|presented|states?|stated|proposes?|proposed|formulates?|identif(?:y|ies|ied)|put forward"
    r"|(?:starts?|begins?) (?:from|with)|rests? on|(?:based|built|founded) on|consists? of|divided"
    r"|into|altogether|total|number|general|key|core|main|basic|ethical|trustworthy"
    r"|ai|artificial intelligence|systems?|ethics|guidelines?"
    r"|recommendation|code|act|convention|framework|standard|document|publication)\b"
    r"|신뢰할 수 있는|인공지능|AI|윤리|시스템|가이드라인|지침|권고"
    r"|기준|문서|기본|핵심|일반|가지|개|대|몇|무엇|어떤|모두|총|각각"
    r"|알려 ?주세요|알려 ?줘|말해 ?줘|설명해 ?주세요|나열해 ?주세요"
    r"|이고|이며|그리고|인가요|입니까|있나요|있습니까|이루어져|되어|구성|어떻게|되나요"
    r"|은|는|이|가|을|를|의|에|에는|에서|들|로|으로|와|과|요",
    re.IGNORECASE,
)


def _title_of_unit(library: Library, unit: Unit) -> str:
    entry = library.register.get(unit.unit_id)
    title = unit.title or (entry.title if entry else "")
    return title if title == unit.number else f"{unit.number} {title}".strip() if title else ""


def _status(edition: Edition) -> Notice:
    """An edition's status and day of issue by the catalog, then the publication's page."""
    status = notice(
        "edition status",
        ref=edition.ref,
        title=edition.title,
        status=notice("status", code=edition.status.value, successors=edition.superseded_by),
        issued=notice("day", day=edition.issued) if edition.issued else notice("issued unknown"),
    )
    address = edition.landing_url or address_of(edition)
    return notice("sentences", items=(status, address)) if address else status


def figure_notices(library: Library, query: Query, citations: Sequence[Citation]) -> list[Notice]:
    """A notice that the answer is in a figure or a table, whose words the file may not contain. It is made for a
    question for a list or a number whose first quote is from a unit that ends with a caption."""
    if query.kind not in COUNTING or not citations:
        return []
    unit = library.store.unit_at(citations[0].doc_id, citations[0].char_start)
    if unit is None:
        return []
    caption = caption_at_end(library.store.text(unit.doc_id)[unit.own.start : unit.own.end])
    page = citations[0].page_label or str(citations[0].page_end)
    return [notice("list in figure", caption=caption, page=page)] if caption else []
