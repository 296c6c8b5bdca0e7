"""Decides the extent of a quote: whole sentences without headings, and enumerations with all of their points.

A quote is one stretch of a document's text. It never begins with a heading, never ends in the middle of a sentence, and
never ends with words that open an enumeration while its points are behind them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citing.headings import names_of_unit, squeezed_words, without_headings
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.text.enumerations import enumeration_around, opens_enumeration, points_after, run_of_points
from kb.text.sentences import sentences
from kb.types import Enumeration, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.types import Citation, Unit

REACH = 1_500
"""Characters behind and before a quote in which the rest of its sentence is looked for."""
UNDER_HEADING = 12_000
"""Characters around a quote in a text without units in which passages under the same heading are looked for."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a document's text to be quoted, with the points of its enumeration, the headings above it, and a
    score; ``found`` is the stretch in it that was chosen, where more is quoted around that."""

    doc_id: str
    span: Span
    headings: tuple[str, ...] = ()
    score: float = 0.0
    points: tuple[Span, ...] = ()
    found: Span | None = None


# --- a sentence that was chosen


def whole_sentence(library: Library, quote: Quote) -> Quote:
    """The quote without headings before it, to the end of its last sentence, with the points that it opens, the
    sentence before it where it begins with "They" or "These duties", the steps before it where it is a later one
    ("Second, …"), and a proviso behind it ("다만, …")."""
    text, bounds = library.store.text(quote.doc_id), bounds_of(library, quote)
    span = Span(without_headings(text, quote.span, _names_around(library, quote)), quote.span.end)
    span = _finished(text, _begun(text, span, bounds.start), bounds.end)
    span = _from_first_step(text, span, bounds.start)
    span = _with_proviso(text, _with_what_it_names(library, quote, span, bounds.start), bounds.end)
    return with_points(library, replace(quote, span=span), bounds)


def with_points(library: Library, quote: Quote, bounds: Span | None = None) -> Quote:
    """The quote with the points behind it where it opens an enumeration; the quote itself where it does not.

    If no points are found after a colon, the next sentence is included, because the colon announces it; likewise after
    a sentence that announces what follows without a colon ("The following recommendations apply."). Points that follow
    a sentence with "the following" directly are its own ("The following facts are recorded by the keeper.").
    """
    text = library.store.text(quote.doc_id)
    bounds = bounds or bounds_of(library, quote)
    words = readable(text[quote.span.start : quote.span.end])
    if not opens_enumeration(words) and _ANNOUNCES.search(words) is None:
        for at in _colons(text, quote.span):
            points = _parts_behind(library, replace(quote, span=Span(quote.span.start, at)))
            points = points or points_after(text, at, bounds.end)
            if len(points) > 1 and points[0].start < quote.span.end:  # the list begins inside the quote
                start = _numbered_start(text, Span(quote.span.start, at))
                return replace(quote, span=Span(start, max(quote.span.end, points[-1].end)), points=points)
        speaks = _SPEAKS_OF_WHAT_FOLLOWS.search(words) is not None and _IS_A_POINT.match(words) is None
        points = points_after(text, quote.span.end, bounds.end) if speaks else ()
        if len(points) > 1 and not text[quote.span.end : points[0].start].strip():
            return replace(quote, span=Span(_numbered_start(text, quote.span), points[-1].end), points=points)
        return quote
    points = _parts_behind(library, quote) or points_after(text, quote.span.end, bounds.end)
    if points:
        return replace(quote, span=Span(_numbered_start(text, quote.span), points[-1].end), points=points)
    if not text[quote.span.end : bounds.end].strip() and (rows := _rows_behind(library, quote)):
        return replace(quote, span=Span(quote.span.start, rows))
    return replace(quote, span=Span(quote.span.start, _next_sentence_end(text, quote.span.end, bounds.end)))


_ITSELF = (
    r"(?:Act|Agreement|Agency|Office|Order|Charter|Protocol|Opinion|Bill|Memorandum|Letter|Guidebook|Terms|Annex|Appendix|Article|Assessment|Chapter|Circular|Code|Constitution|Convention|Decision|Declaration"
    r"|Directive|Document|Framework|Glossary|Guid(?:e|ance|elines?)|Handbook|Law|Manual|Note|Notice|Ordinance|Paper|Part"
    r"|Plan|Policy|Procedures?|Publication|Recommendation|Regulation|Report|Rules?|Schedule|Section|Standard|Statement"
    r"|Strategy|Subsection|Table|Toolkit|Treaty|Version|Website|White ?paper|year)"
)
_POINTING_BACK = re.compile(
    rf"\s*(?:\(\w{{1,3}}\) |\d+(?:\.\d+)* )?(?:"
    rf"(?:This|These)\s+(?!(?:\w+\s+)?(?i:{_ITSELF})s?\b)"
    r"|(?:They|Those(?! who\b)|Such|He|She|Its|Their|His(?! Majesty)|Her(?! Majesty))\s"
    r"|It\s+(?!(?:is|was|may be|might be|can be|should be|seems|appears)\s)"
    rf"|(?:In|For|To|Under|Against) (?:such|these|those|that|this)\s(?!(?:\w+\s+)?(?i:{_ITSELF})\b)"
    r"|The (?:latter|former|same)\b"
    r"|(?:However|Nevertheless|Otherwise|Therefore|Consequently|Instead(?! of\b)|Accordingly|Likewise|Similarly),?\s"
    r"|(?:Esto|Estos|Estas|Este|Esta|Ello|Dich[oa]s?|Sin embargo|En (?:este|estos|tal|tales) casos?)[\s,]"
    r"|(?:이는|이것[은이]|이를|이에|이들[은이]|이러한|이와 같은|그러한|이런|그런|이때|이 경우|그 경우|다만|단,|그러나"
    r"|따라서|그럼에도|이로써|이의|그는)[\s,])"
)


def points_back(words: str) -> bool:
    """Whether the first words of a sentence mean something that was said before it; a text's name for itself ("This
    Regulation") does not."""
    return _POINTING_BACK.match(words) is not None


TABLE_WORDS = 150
"""Words up to which a table is quoted with the words before it."""


def _rows_behind(library: Library, quote: Quote) -> int:
    """The end of the table between a unit's last words, which introduce it, and the next unit; 0 if there is none."""
    store, text = library.store, library.store.text(quote.doc_id)
    unit = store.unit_at(quote.doc_id, max(quote.span.start, quote.span.end - 1))
    around = _in_document(library, unit.parent_id, quote.doc_id) if unit is not None else None
    if unit is None or around is None:
        return 0
    parts = [part.span.start for part in store.children(around.unit_id, quote.doc_id)]
    end = min((start for start in parts if start >= quote.span.end), default=around.span.end)
    rows = text[quote.span.end : end].rstrip()
    return quote.span.end + len(rows) if 0 < len(rows.split()) <= TABLE_WORDS else 0


_ANNOUNCES = re.compile(
    r"\bthe following (?:[\w-]+ ){0,5}?(?:appl(?:y|ies)|exist|(?:are|is|were|was)(?: [\w-]+){1,3}"
    r"|(?:shall|must|should) (?:be )?[\w-]+)\.$"
    r"|\b(?:makes?|gives?|recommends?|proposes?|adopts?) the following [\w-]+s\.$"
    r"|\b(?:set out|listed|described|given|outlined) below\.$"
    r"|\b(?:are|is|reads?|runs?) as follows\.$"
    r"|\b(?:las|los) siguientes [^.:]{3,40}? (?:ofrecen|establecen|proporcionan|presentan|describen)\b[^.]*\.$"
    r"|\bthe following [\w -]{3,40}? (?:offer|provide|set out|give|describe|outline)s?\b[^.]*\.$"
    r"|(?:다음|아래)(?:과|와|의|에)? ?[^.。]{0,40}(?:같다|같습니다|말한다|따른다)\.$",
    re.IGNORECASE,
)
"""Matches a last sentence that only announces what follows it."""
_SPEAKS_OF_WHAT_FOLLOWS = re.compile(
    r"\bthe following\b(?! (?:\w+ )?(?:years?|quarters?|months?|weeks?|days?|mornings?|terms?|page)\b)[^.]*\.$"
    r"|(?:다음|아래)(?:의|과|와| 각(?! ?(?:분기|학기|달|해|주)))[^.。]*\.$",
    re.IGNORECASE,
)
_IS_A_POINT = re.compile(r"\s*(?:[•▪◦·●○■◆➢✓‣–—*-]\s|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s|[가-하][.)]\s|[①-⑳])")
"""Matches the mark of a point: text that follows such a mark is the next point of the list, and not a new list."""
"""A last sentence with "the following", whose points follow where the next words are points."""


def _numbered_start(text: str, opening: Span) -> int:
    """The start of introducing words: the last number among them that is in front of a definition or paragraph."""
    found = [m.end() for m in re.finditer(r";\s+(?=\(\d{1,3}\)\s)", text[opening.start : opening.end])]
    return opening.start + (found[-1] if found else 0)


def enumeration_of(library: Library, quote: Quote) -> Quote | None:
    """The whole enumeration of which the quote is a point, with its introducing words; ``None`` if the quote is not a
    point."""
    store = library.store
    text = store.text(quote.doc_id)
    unit = store.unit_at(quote.doc_id, quote.span.start)
    parent = _in_document(library, unit.parent_id, quote.doc_id) if unit is not None else None
    if unit is not None and parent is not None:
        parts = store.children(parent.unit_id, quote.doc_id)
        own = Span(without_headings(text, parent.own, names_of_unit(library, parent)), parent.own.end)
        if len(parts) > 1 and opens_enumeration(readable(text[own.start : own.end])):
            points = tuple(part.span for part in parts)
            return replace(quote, span=Span(own.start, points[-1].end), points=points)
    if unit is not None and is_point_of_only_list(unit):
        listed = [u for u in store.units(quote.doc_id) if is_point_of_only_list(u)]
        points = tuple(u.span for u in listed)
        headings = (f"items {listed[0].number}–{listed[-1].number}",)
        return replace(quote, span=Span(points[0].start, points[-1].end), headings=headings, points=points)
    bounds = bounds_of(library, quote)
    found = enumeration_around(text, quote.span.start, bounds.start, bounds.end) or run_of_points(
        text, quote.span.start, bounds.start, bounds.end
    )
    if found is None or _goes_on_under_another_heading(library, quote, found[1]):
        return None
    opening, points = found
    start = without_headings(text, opening, _names_around(library, quote))
    span = _with_what_it_names(library, quote, Span(start, points[-1].end), bounds.start)
    return replace(quote, span=span, points=points)


def _goes_on_under_another_heading(library: Library, quote: Quote, points: Sequence[Span]) -> bool:
    """Whether a heading stands between the beginning of the quote's point and the quote. The list ends there, although
    no mark ends it: the last bullet in front of a heading."""
    at = quote.span.start
    start = next((p.start for p in points if p.start <= at < p.end), at)
    return len({p.headings for _, p in library.store.passages_within(quote.doc_id, start, at + 1)}) > 1


def is_point_of_only_list(unit: Unit) -> bool:
    """Whether a unit is a point of its document's only numbered list, whose opening words are the document's title."""
    return unit.kind == "item" and unit.parent_id is None and unit.path == f"item {unit.number}"


def bounds_of(library: Library, quote: Quote) -> Span:
    """The stretch around a quote that it may be widened in: its innermost unit that has more than the quote's own
    words, else the passages under the same heading."""
    store = library.store
    unit = store.unit_at(quote.doc_id, quote.span.start)
    while unit is not None and unit.span.end < quote.span.end and unit.parent_id:
        unit = _in_document(library, unit.parent_id, quote.doc_id)
    if unit is not None:
        return unit.span
    around = store.passages_within(quote.doc_id, quote.span.start - UNDER_HEADING, quote.span.end + UNDER_HEADING)
    mine = [p for _, p in around if p.unit_id is None]
    at = next((n for n, p in enumerate(mine) if p.span.start <= quote.span.start < p.span.end), None)
    if at is None:
        return quote.span
    first = last = at
    while first > 0 and mine[first - 1].headings == mine[at].headings:
        first -= 1
    while last + 1 < len(mine) and mine[last + 1].headings == mine[at].headings:
        last += 1
    return Span(mine[first].span.start, mine[last].span.end)


def _parts_behind(library: Library, quote: Quote) -> tuple[Span, ...]:
    """The parts of the unit whose own words end with the quote."""
    unit = library.store.unit_at(quote.doc_id, max(quote.span.start, quote.span.end - 1))
    if unit is None or library.store.text(quote.doc_id)[quote.span.end : unit.own.end].strip():
        return ()
    parts = [part.span for part in library.store.children(unit.unit_id, quote.doc_id)]
    return tuple(parts) if len(parts) > 1 and parts[0].start >= quote.span.end else ()


def _in_document(library: Library, unit_id: str | None, doc_id: str) -> Unit | None:
    found = library.store.unit(unit_id) if unit_id else ()
    return next((u for u in found if u.doc_id == doc_id), None)


# --- a unit that is named


def rule_of(library: Library, unit: Unit, nearest: Sequence[int] = (), wants_list: bool = False) -> Quote:
    """The quote for a unit that is named: its own words without its heading, and its points whole.

    If a unit has only a title before its parts, one part is quoted. For a question for a list it is the first part with
    points, or all parts if none has any. For other questions it is the part with the first of ``nearest`` (characters
    of the text, best first), else the first part.
    """
    store = library.store
    text = store.text(unit.doc_id)
    own = Span(without_headings(text, unit.own, names_of_unit(library, unit)), unit.own.end)
    begun = readable(text[own.start : own.end])
    if begun[:1].islower() or points_back(begun):  # it begins in its heading, or names what that says
        own = unit.own
    parts = store.children(unit.unit_id, unit.doc_id)
    words = readable(text[own.start : own.end])
    quote = Quote(unit.doc_id, own, score=1.0)
    if not parts:
        return replace(quote, points=points_within(text, own))
    if opens_enumeration(words) and len(parts) > 1:
        points = tuple(part.span for part in parts)
        return replace(quote, span=Span(own.start, points[-1].end), points=points)
    if len(words.split()) > 3 and words.rstrip().endswith((".", "。", ";")):
        return replace(quote, points=points_within(text, own))
    listing = [part for part in parts if wants_list and _opens_its_parts(library, part)]
    if wants_list and not listing and len(parts) > 1:
        return replace(quote, span=Span(parts[0].span.start, parts[-1].span.end), points=tuple(p.span for p in parts))
    inside = (part for at in nearest for part in (listing or parts) if part.span.start <= at < part.span.end)
    chosen = next(iter(listing), None) or next(inside, parts[0])
    return rule_of(library, chosen, nearest, wants_list)


def _opens_its_parts(library: Library, unit: Unit) -> bool:
    """Whether a unit's own words open the enumeration of its parts."""
    text = library.store.text(unit.doc_id)[unit.own.start : unit.own.end]
    return opens_enumeration(readable(text)) and len(library.store.children(unit.unit_id, unit.doc_id)) > 1


def points_within(text: str, span: Span) -> tuple[Span, ...]:
    """The points of the first enumeration inside a stretch, where it reaches to its end; none elsewhere."""
    found = (points_after(text, at, span.end) for at in _colons(text, span))
    return next((points for points in found if len(points) > 1), ())


def _colons(text: str, span: Span) -> list[int]:
    """The ends of words inside a stretch that may introduce an enumeration."""
    opening = re.compile(r"[:：](?=\s)|다음[^.。]{0,40}[.。](?=\s)")
    return [m.end() for m in opening.finditer(text, span.start, span.end)]


# --- edges


def _names_around(library: Library, quote: Quote) -> str:
    unit = library.store.unit_at(quote.doc_id, quote.span.start)
    return names_of_unit(library, unit) + squeezed_words(" ".join(quote.headings))


def _begun(text: str, span: Span, floor: int) -> Span:
    """The range extended to the beginning of its first sentence: a range that begins with a small letter was cut."""
    first = text[span.start : span.start + 1]
    if not first.islower() or span.start <= floor:
        return span
    window = max(floor, span.start - REACH)
    found = [m.end() for m in re.finditer(r"[.;:!?。][\"”’)]*\s+|\n\s*\n", text[window : span.start])]
    start = window + found[-1] if found else floor
    return Span(start, span.end) if text[start : start + 1].isupper() and start < span.end else span


_PROVISO = re.compile(r"[ \n]*(?:다만,? |단, )")
WITH_NAMED = 100
"""The number of words up to which the preceding sentence is quoted too, if a sentence refers back to it."""


def _with_what_it_names(library: Library, quote: Quote, span: Span, floor: int, steps: int = 2) -> Span:
    """A stretch around a quote from the sentence before it, where it begins by naming that ("These duties are …"); by
    two sentences where that one does the same. Texts of the register, which begin with a label, are unchanged."""
    text, stored = library.store.text(quote.doc_id), library.store.document(quote.doc_id)
    if not points_back(text[span.start : span.end]) or (stored is not None and stored.edition.register_of):
        return span
    window = max(floor, span.start - REACH)
    before = text[window : span.start].rstrip()
    paragraph = max(before.rfind(mark) for mark in ("\f", "\u2029")) + 1
    found = sentences(before[paragraph:])
    if not found or not before.endswith((".", "。")):
        return span
    start = window + paragraph + found[-1][0]
    start = without_headings(text, Span(start, span.end), _names_around(library, quote))
    if len(text[start : span.start].split()) > WITH_NAMED:
        return span
    named = Span(start, span.end)
    return _with_what_it_names(library, quote, named, floor, steps - 1) if steps > 1 else named


_LATER_STEP = re.compile(
    r"\s*(?:(?:Second|Third|Fourth|Last|Final)(?:ly,?|,)\s|The (?:other|second|third|next|last) (?:thing|step|one)\b"
    r"|(?:Next|Then|After that),?\s|(?:둘째|셋째|넷째|다음으로|그다음|마지막으로),?\s)"
)
_FIRST_STEP = re.compile(r"\s*(?:First(?:ly,?|,)|To begin with,?)\s|\s*(?:첫째|먼저|우선),?\s")
STEPS_WORDS = 120
"""The number of words up to which the steps before a later one are quoted with it."""


def _from_first_step(text: str, span: Span, floor: int) -> Span:
    """A stretch that begins with a later step, from the first step on: half of what is to be done says too little."""
    if _LATER_STEP.match(text[span.start : span.end]) is None:
        return span
    window = max(floor, span.start - REACH)
    before = text[window : span.start]
    begins = [window + a for a, b in sentences(before) if _FIRST_STEP.match(before[a:b])]
    if not begins or len(text[begins[-1] : span.start].split()) > STEPS_WORDS:
        return span
    return Span(begins[-1], span.end)


def _with_proviso(text: str, span: Span, stop: int) -> Span:
    """The stretch to the end of the proviso that follows its last sentence: without it a rule would say too much."""
    if not _ENDED_SENTENCE.search(text[span.start : span.end].rstrip()) or _PROVISO.match(text, span.end, stop) is None:
        return span
    return Span(span.start, _next_sentence_end(text, span.end, stop))


_ENDED_SENTENCE = re.compile(r"[.!?。…:;][\"'”’»)\]]*\d{0,3}$")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|cf|Art|Arts|No|para|paras|pp?|vs|Dr|al)\.|[,(–-])\s*$")


def _finished(text: str, span: Span, stop: int) -> Span:
    """The stretch to the end of its last sentence, where the stretch was cut and the rest of that sentence follows
    it."""
    words = text[span.start : span.end].rstrip()
    if stop <= span.end or (_ENDED_SENTENCE.search(words) and not _ABBREVIATED.search(words)):
        return span
    behind = text[span.end : min(stop, span.end + REACH)]
    if not _ABBREVIATED.search(words) and not re.match(r"\s*(?:[a-zà-ÿ가-힣(\d“]|[A-Z]{2,})", behind):
        return span
    last = max(span.start, span.end - REACH)
    ends = (last + b for _, b in sentences(text[last : span.end + len(behind)]))
    return Span(span.start, next((end for end in ends if end > span.end), span.end))


def _next_sentence_end(text: str, at: int, stop: int) -> int:
    """The end of the next sentence that begins behind ``at``; ``at`` if there is none."""
    behind = text[at : min(stop, at + REACH)]
    found = sentences(behind)
    return at + found[0][1] if found else at


# --- the record of a list that is quoted


def points_of_quote(library: Library, citation: Citation) -> tuple[Span, ...]:
    """The points of the list that a unit's quote is: the unit's parts, where its own words open an enumeration."""
    unit = _in_document(library, citation.unit_id, citation.doc_id)
    if unit is None or unit.doc_id != unit.of_document:
        return ()
    text = library.store.text(unit.doc_id)
    if not opens_enumeration(readable(text[unit.own.start : unit.own.end])):
        return points_within(text, Span(citation.char_start, citation.char_end))
    parts = [part.span for part in library.store.children(unit.unit_id, unit.doc_id)]
    return tuple(part for part in parts if citation.char_start < part.start)


def enumeration_record(library: Library, citation: Citation, points: Sequence[Span]) -> Enumeration | None:
    """The list that a citation's quote is: its opening words, and its points as a person reads them."""
    if len(points) < 2:
        return None
    text = library.store.text(citation.doc_id)
    shown = tuple(readable(text[p.start : p.end]) for p in points if p.end <= citation.char_end)
    opening = readable(text[citation.char_start : points[0].start])
    return Enumeration(citation.n, opening, shown, len(points)) if shown else None
