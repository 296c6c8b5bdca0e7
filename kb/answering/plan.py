"""Plans what an answer quotes, by the kind of its question; evidence goes in, spans to cite come out.

For a unit named by its number, its rule is quoted; for a list or a count, the whole enumeration; for a definition, the
defining sentence; for any other question, the best sentences, whole, one for each place.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.asked_object import OBJECT_AHEAD
from kb.answering.asked_values import values_not_given
from kb.answering.duty_holders import acts_asked, duty_holders
from kb.answering.narrowing import POINT_AHEAD, is_asked_by_name, narrowed_to_unit
from kb.answering.neighbours import adds_to_first, closest_neighbour_first
from kb.answering.places import is_in_unit
from kb.answering.quoting import (
    Quote,
    enumeration_of,
    points_within,
    rule_of,
    whole_sentence,
)
from kb.answering.sentence_selection import coverage, select_sentences, share_said, stands_beside
from kb.citing.cite import quoted_span
from kb.citing.headings import names_of_unit, without_headings
from kb.index.layout import unit_key
from kb.index.passage_sentences import passage_sentences
from kb.query.definitions import asked_terms, defines
from kb.query.question_kinds import QuestionKind, asks_for_meaning, asks_what_to_do, number_asked
from kb.query.scopes import has_topic
from kb.references.resolving import ResolutionOutcome
from kb.retrieval.leading import DEFINES
from kb.text.cleaning import readable
from kb.text.enumerations import opens_enumeration
from kb.text.numerals import with_figures
from kb.text.sentences import sentences
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.answering.evidence import Evidence
    from kb.answering.found_passages import FoundPassage
    from kb.answering.sentence_selection import SentenceCandidate
    from kb.library.library import Library
    from kb.query.query import Query
    from kb.types import Unit

POINTS_QUOTED = 12
"""Points up to which a list is quoted whole where the question asks for something else than a list."""
NAMED_UNITS = 4
"""Units that a question names of which each is quoted by its rule; of more the sentences are chosen among all."""
LONG_LIST = 400
"""Words from which of a list, where no list is asked for, the point alone is quoted that has the question's words."""
JOINED_WORDS = 120
"""Words up to which two sentences of one unit are quoted as one stretch."""
SIDE_WORDS = 160
"""Words up to which a unit is quoted whole for a side of a comparison, or in place of its entry in the register."""
PROVISION_WORDS = 220
"""Words up to which the unit that the first quote is from is shown whole."""
FURTHER = 0.97
"""A further place is quoted beside the first if its best sentence has this share of the best score; places with less
are only pointed to."""
LISTS = frozenset({QuestionKind.LIST, QuestionKind.COUNT})
NEED_THE_OPENING = LISTS | {QuestionKind.WHO, QuestionKind.WHEN}
"""Kinds of questions that a point leaves unanswered without the words that open its list: these say who, and when."""


_WHOLE_ARTICLE = re.compile(r".*:article:\w+")
"""The id of an article, which a search puts first where all of it is asked for."""


def planned_quotes(library: Library, query: Query, evidence: Evidence, limit: int) -> list[Quote]:
    """The quotes of an answer, in the order in which they are shown."""
    ranked = [replace(c, unit_id=_unit_id(library, c.doc_id, c.span.start)) for c in evidence.sentences]
    if not evidence.sides and not query.about_editions and (rules := _rules_of_named(library, query, evidence)):
        return rules[:limit]
    if evidence.sides and not query.about_editions and (said := _publications_as_such(library, query)):
        return said
    if query.kind is QuestionKind.DEFINITION or (evidence.sides and asks_for_meaning(query.worded)):
        ranked = defining_first(ranked, evidence.found, query.worded_terms)
    acts = acts_asked(query) if query.kind is QuestionKind.WHO and not evidence.sides else None
    is_chosen = bool(ranked) and ranked[0].chosen is not None  # the score includes whether it imposes a duty
    holders = [] if is_chosen else duty_holders(ranked, acts, limit)
    meant = asked_terms(query.worded_terms) if evidence.sides and asks_for_meaning(query.worded) else ()
    runs = [[c] for c in holders]
    runs = runs or select_sentences(ranked, evidence.sides, limit, lambda c: any(defines(c.words, t) for t in meant))
    if (
        query.kind is QuestionKind.DEFINITION
        and ranked
        and any(defines(ranked[0].words, t) for t in asked_terms(query.worded_terms))
    ):
        runs = [ranked[:1], *(run for run in runs if ranked[0] not in run)]  # alone: what is beside it defines nothing
    if evidence.found and ranked and _WHOLE_ARTICLE.fullmatch(evidence.found[0].hit.unit_id) and not evidence.sides:
        runs = sorted(runs or [ranked[:1]], key=lambda run: run[0].passage != 0)
    quotes: list[Quote] = []
    best = max((c.score for run in runs for c in run), default=0.0)
    alone = not evidence.sides and not holders
    if alone and not is_chosen and query.kind is not QuestionKind.DEFINITION:
        runs = closest_neighbour_first(library, runs, evidence.terms, FURTHER * best)
    sayable = share_said(evidence.terms, ranked)
    for n, run in enumerate(runs):
        is_beside = stands_beside(run, runs[0], FURTHER * best, sayable)
        if n and alone and not (is_beside and _adds_something(library, query, evidence, run, runs[0])):
            continue
        leading = evidence.found[run[0].passage].hit.unit_id
        chosen = max(run, key=lambda c: c.score).span
        if n == 0 and leading and (units := named_unit(library, leading)):
            quotes.append(replace(_leading_quote(library, query, units[0]), score=best, found=chosen))
            continue
        headings = evidence.found[run[0].passage].passage.headings[1:]
        quote = Quote(run[0].doc_id, Span(run[0].span.start, run[-1].span.end), headings, max(c.score for c in run))
        defined = asked_terms(query.worded_terms) if query.kind is QuestionKind.DEFINITION else ()
        whole = whole_sentence(library, narrowed_to_unit(library, quote, evidence.terms, defined) if defined else quote)
        if evidence.sides:
            whole = _short_unit(library, _defining_point(library, whole, meant))
        if n == 0 and query.kind in NEED_THE_OPENING:
            listed = _with_its_enumeration(library, evidence, whole)
            whole = listed if query.kind in LISTS or len(listed.points) <= POINTS_QUOTED else whole
            whole = _as_many_parts_as_asked(library, query, whole)
        elif n == 0 and not evidence.sides:
            whole = _fragment_with_its_list(library, whole)
        if n == 0 and not evidence.sides and query.kind not in NEED_THE_OPENING and len(whole.points) > 1:
            whole = _point_asked_for(library, whole, evidence.terms)
        if n == 0 and defined and not whole.points:
            whole = _defined_further(library, whole)
        if not whole.points:
            whole = narrowed_to_unit(library, whole, evidence.terms, defined)
        if n == 0 and not evidence.sides and query.kind is not QuestionKind.DEFINITION:
            whole = _whole_provision(library, whole)
        quotes.append(replace(whole, found=chosen))
    joins = query.kind is not QuestionKind.DEFINITION
    return one_a_place(library, [in_official_words(library, each) for each in quotes], joins)


def _adds_something(
    library: Library,
    query: Query,
    evidence: Evidence,
    run: Sequence[SentenceCandidate],
    first: Sequence[SentenceCandidate],
) -> bool:
    """Whether sentences give a value of the kind that is asked for, a number, sum or day, if the first ones do, and
    hold a word of the question that the first provision lacks; what defines a notion needs no further word."""
    said, led = (" ".join(c.words for c in each) for each in (run, first))
    if not values_not_given(query.worded, said) <= values_not_given(query.worded, led):
        return False
    return query.kind is QuestionKind.DEFINITION or adds_to_first(library, run, first, evidence.terms)


# --- units that are named


def _rules_of_named(library: Library, query: Query, evidence: Evidence) -> list[Quote]:
    """The rules of the units that the question names by number, in the order named."""
    found = [r for r in query.numbered if r.outcome is ResolutionOutcome.FOUND]
    units = [
        unit for name in dict.fromkeys(u.unit_id for r in found for u in r.units) for unit in named_unit(library, name)
    ]
    if not 0 < len(units) <= NAMED_UNITS:
        return []
    out: list[Quote] = []
    for unit in units:
        if unit.doc_id != unit.of_document:
            out.append(Quote(unit.doc_id, quoted_span(library, unit, query.lang), score=1.0))
            continue
        nearest = nearest_in_unit(library, evidence, unit)
        out.append(rule_of(library, unit, nearest, query.kind in LISTS))
    return out


def _publications_as_such(library: Library, query: Query) -> list[Quote]:
    """For a comparison that names no subject: the register's entries about each publication as a whole. None if one of
    the publications has no such entry."""
    if not query.compares or query.numbered or has_topic(query.text, query.scopes):
        return []
    out: list[Quote] = []
    for scope in query.scopes:
        editions = [e for doc_id in scope.doc_ids if (e := library.editions.get(doc_id)) is not None]
        editions.sort(key=lambda edition: edition.issued)
        entries = [unit for e in editions for unit in library.store.unit(f"{e.urn}:whole")[:1]]
        if not entries or entries[-1].doc_id == entries[-1].of_document:
            return []
        out.append(Quote(entries[-1].doc_id, quoted_span(library, entries[-1], query.lang), score=1.0))
    return out


def in_official_words(library: Library, quote: Quote) -> Quote:
    """Replaces a quote of a register entry by its unit's own words, if the official text is loaded and the unit is
    short. Any other quote is returned unchanged."""
    entry = library.store.unit_at(quote.doc_id, quote.span.start) if _is_register(library, quote.doc_id) else None
    if entry is None:
        return quote
    official = [unit for unit in named_unit(library, entry.unit_id) if unit.doc_id == unit.of_document]
    if not official:
        return quote
    rule = rule_of(library, official[0])
    words = library.store.text(rule.doc_id)[rule.span.start : rule.span.end].split()
    return replace(rule, score=quote.score) if len(words) <= SIDE_WORDS else quote


def _short_unit(library: Library, quote: Quote) -> Quote:
    """The whole unit that a quote is from, or the paragraph around a point, if it is short: a comparison needs the
    whole rule and not one sentence of it. Units of the register are returned as they are quoted."""
    store = library.store
    unit = store.unit_at(quote.doc_id, quote.span.start)
    if quote.points or unit is None or not unit.proven or unit.doc_id != unit.of_document:
        return quote
    around = [u for u in store.unit(unit.parent_id or "") if u.doc_id == unit.doc_id and "." in unit_key(u.unit_id)]
    text = store.text(quote.doc_id)
    for each in (*around, unit):
        if len(text[each.span.start : each.span.end].split()) <= SIDE_WORDS:
            rule = rule_of(library, each)
            covers = rule.span.start <= quote.span.start and quote.span.end <= rule.span.end
            return replace(quote, span=rule.span, points=rule.points) if covers else quote
    return quote


def _whole_provision(library: Library, quote: Quote) -> Quote:
    """The whole unit that a quote is a part of, where it is short: a sentence of a provision is not to be shown without
    the conditions and exceptions beside it. For a quote of several points it is the unit that has them all. Quotes of
    the register are unchanged."""
    store, text = library.store, library.store.text(quote.doc_id)
    unit = store.unit_at(quote.doc_id, quote.span.start)
    while unit is not None and unit.span.end < quote.span.end:
        unit = next((u for u in store.unit(unit.parent_id or "") if u.doc_id == quote.doc_id), None)
    if unit is None or not unit.proven or unit.doc_id != unit.of_document:
        return quote
    parts = store.children(unit.unit_id, unit.doc_id)
    opens = opens_enumeration(readable(text[unit.own.start : unit.own.end]))
    around = unit.span if parts and (opens or quote.span.end > unit.own.end) else unit.own
    start = without_headings(text, around, names_of_unit(library, unit))
    whole = Span(start, start + len(text[start : around.end].rstrip()))
    covers = whole.start <= quote.span.start and quote.span.end <= around.end
    if not covers or len(text[whole.start : whole.end].split()) > PROVISION_WORDS:
        return quote
    points = tuple(p.span for p in parts) if around is unit.span else quote.points or points_within(text, whole)
    return replace(quote, span=whole, points=points)


_DUTIES = re.compile(
    r"\b(?:obligations|duties|responsibilities|requirements|rights)\b|의무|책무|책임|요건|권리", re.IGNORECASE
)


def _leading_quote(library: Library, query: Query, unit: Unit) -> Quote:
    """The quote of a unit that was put first: its rule or, if the duties of an article are asked for, all of it."""
    parts = library.store.children(unit.unit_id, unit.doc_id)
    of_duties = _DUTIES.search(query.worded) is not None or asks_what_to_do(query.worded)
    if query.kind is QuestionKind.LIST and of_duties and len(parts) > 1:
        spans = tuple(part.span for part in parts)
        if not readable(library.store.text(unit.doc_id)[unit.own.start : unit.own.end]).rstrip().endswith(":"):
            return Quote(unit.doc_id, Span(spans[0].start, spans[-1].end), points=spans)
    return rule_of(library, unit, wants_list=query.kind in LISTS)


def named_unit(library: Library, unit_id: str) -> tuple[Unit, ...]:
    """The unit from the best source in the library; empty if its numbering is unproven, because it cannot be cited."""
    return tuple(unit for unit in library.store.unit(unit_id)[:1] if unit.proven)


def nearest_in_unit(library: Library, evidence: Evidence, unit: Unit) -> list[int]:
    """The offsets of a unit's sentences, highest cosine to the question first; empty if there are no vectors."""
    vector = evidence.encoded.vector if evidence.encoded is not None else None
    if vector is None:
        inside = (c for c in evidence.sentences if c.doc_id == unit.doc_id)
        return [c.span.start for c in inside if unit.span.start <= c.span.start < unit.span.end]
    scored: list[tuple[float, int]] = []
    for row, passage in library.store.passages_within(unit.doc_id, unit.span.start, unit.span.end):
        cosines = library.store.sentence_vectors(row) @ vector
        spans = [span for span, _ in passage_sentences(passage)]
        scored += [(-float(c), span.start) for c, span in zip(cosines, spans, strict=True)]
    return [start for _, start in sorted(scored)]


# --- lists and definitions


def _with_its_enumeration(library: Library, evidence: Evidence, quote: Quote) -> Quote:
    """The enumeration that the quote is a point of, if its opening words score about as high as the point."""
    if quote.points:
        return quote
    if (opened := _opened_behind(library, quote)) is not None:
        return opened
    whole = enumeration_of(library, quote)
    if whole is None or not whole.points:
        return quote
    text, terms = library.store.text(quote.doc_id), library.store.terms
    stored = library.store.document(quote.doc_id)
    titled = stored is not None and whole.span.start == whole.points[0].start  # the document's only list
    names = (*quote.headings, stored.edition.title) if stored is not None and titled else quote.headings
    opening = " ".join((*names, readable(text[whole.span.start : whole.points[0].start])))
    point = readable(text[quote.span.start : quote.span.end])
    asked = evidence.terms
    if is_asked_by_name(point, asked.keys(), terms):
        return quote
    ahead = coverage(asked, set(terms(point))) - coverage(asked, set(terms(opening)))
    return whole if ahead <= POINT_AHEAD else quote


def _opened_behind(library: Library, quote: Quote) -> Quote | None:
    """The rule of the unit that a quote is from with its points, where the quote is of the sentences in front of them;
    else ``None``. The last of these opens the list: "Providers shall have a system. It shall include: (a) …"."""
    unit = library.store.unit_at(quote.doc_id, quote.span.start)
    if unit is None or not unit.proven or unit.doc_id != unit.of_document or quote.span.end > unit.own.end:
        return None
    rule = rule_of(library, unit, wants_list=True)
    is_of_unit = rule.span.start <= quote.span.start and rule.span.end > unit.own.end
    return replace(quote, span=rule.span, points=rule.points) if is_of_unit and rule.points else None


def _as_many_parts_as_asked(library: Library, query: Query, quote: Quote) -> Quote:
    """The parts of the unit that a quote is from, or of one around it, where there are as many of them as the question
    says ("3대 기본원칙", "the seven requirements"); else the quote."""
    asked = number_asked(query.text)
    if asked < 2 or len(quote.points) == asked or _is_register(library, quote.doc_id):
        return quote
    store = library.store
    unit = store.unit_at(quote.doc_id, quote.span.start)
    while unit is not None and unit.proven:
        parts = store.children(unit.unit_id, quote.doc_id)
        if len(parts) == asked and all(part.proven for part in parts) and _says_how_many(library, unit, asked):
            own = Span(without_headings(store.text(quote.doc_id), unit.own, names_of_unit(library, unit)), unit.own.end)
            start = own.start if own.start < own.end else parts[0].span.start
            return replace(quote, span=Span(start, parts[-1].span.end), points=tuple(part.span for part in parts))
        unit = next((u for u in store.unit(unit.parent_id or "") if u.doc_id == quote.doc_id), None)
    return quote


MOST_PARTS_WORDS = 600
"""Words up to which the parts of a unit are quoted together."""


def _says_how_many(library: Library, unit: Unit, asked: int) -> bool:
    """Whether a unit is short enough to be quoted whole, and its heading or own words tell the number of its parts."""
    text = library.store.text(unit.doc_id)
    own = f"{unit.title} {readable(text[unit.own.start : unit.own.end])}"
    told = re.search(rf"(?<![\d.]){asked}(?![\d.]|[)])", with_figures(own.replace("one", "1"))) is not None
    return told and len(text[unit.span.start : unit.span.end].split()) <= MOST_PARTS_WORDS


FRAGMENT = 12
"""Words, of several points on average, up to which a point of a list is a fragment that needs its opening words."""


def _fragment_with_its_list(library: Library, quote: Quote) -> Quote:
    """The whole list with its introducing words, if a quote of fragments is one or more of its points, the list is
    short and its points are not units themselves; else the quote."""
    text = library.store.text(quote.doc_id)
    said = text[quote.span.start : quote.span.end]
    if quote.points or len(said.split()) > FRAGMENT * max(len(sentences(said)), 1):
        return quote
    whole = enumeration_of(library, quote)
    if whole is None or len({_unit_id(library, quote.doc_id, point.start) for point in whole.points}) != 1:
        return quote
    if not (whole.span.start <= quote.span.start and quote.span.end <= whole.span.end):
        return quote  # a sentence of few words behind a list
    return whole if len(text[whole.span.start : whole.span.end].split()) <= SIDE_WORDS else quote


def _defining_point(library: Library, quote: Quote, terms: Sequence[str]) -> Quote:
    """The point that defines one of the terms, if the quote is a list of definitions; else the quote."""
    text = library.store.text(quote.doc_id)
    for point in quote.points:
        if any(defines(readable(text[point.start : point.end]).lstrip("‒–—-•· "), term) for term in terms):
            return replace(quote, span=point, points=points_within(text, point))
    return quote


def _point_asked_for(library: Library, quote: Quote, terms: Mapping[str, float]) -> Quote:
    """The point of a long list that has clearly more of the question's words than the others; else the whole list."""
    text = library.store.text(quote.doc_id)
    if len(text[quote.span.start : quote.span.end].split()) <= LONG_LIST:
        return quote
    span = Span(quote.points[0].start, quote.points[-1].end)
    alone = narrowed_to_unit(library, replace(quote, span=span, points=()), terms)
    return alone if alone.span != span else quote


_GOES_ON = re.compile(r"(?:That|This|These|The|Such) (?:notions?|terms?|concepts?|definitions?|expressions?)\b|It\b")
_ONLY_UNDERSTOOD = re.compile(r"\bbe (?:interpreted|understood|read|construed) (?:broadly|widely|narrowly|strictly)\b")


def _defined_further(library: Library, quote: Quote) -> Quote:
    """The quote of a definition with the sentences behind it that go on with it ("That notion relates to …"), or with
    the next one where it only says that the word has a wide or narrow meaning."""
    text, unit = library.store.text(quote.doc_id), library.store.unit_at(quote.doc_id, quote.span.start)
    if unit is None or unit.doc_id != unit.of_document:
        return quote
    end = quote.span.end
    says_little = _ONLY_UNDERSTOOD.search(readable(text[quote.span.start : end])) is not None
    for start, stop in sentences(text[end : unit.own.end]):
        said = readable(text[quote.span.end + start : quote.span.end + stop])
        is_long = len(text[quote.span.start : quote.span.end + stop].split()) > JOINED_WORDS
        if is_long or not (says_little or _GOES_ON.match(said)):
            break
        end, says_little = quote.span.end + stop, False
    return replace(quote, span=Span(quote.span.start, end))


def defining_first(
    ranked: Sequence[SentenceCandidate], found: Sequence[FoundPassage], question: str
) -> list[SentenceCandidate]:
    """The sentences for a definition question: first those of passages that define the term, in the order of the
    passages, with the defining sentence of each passage first; then any other sentence that defines it."""
    terms = asked_terms(question)

    def order(candidate: SentenceCandidate) -> tuple[int, bool, int]:
        defined = found[candidate.passage].hit.retriever == DEFINES
        says = any(defines(candidate.words, term) for term in terms)
        place = candidate.place if defined and says else 0
        return candidate.passage if defined else len(found), not says, place

    if not terms or not ranked:
        return list(ranked)
    first, *others = sorted(ranked, key=order)
    best = max(candidate.score for candidate in ranked)
    return [replace(first, chosen=best + OBJECT_AHEAD) if first.score < best else first, *others]


# --- quotes beside each other


def one_a_place(library: Library, quotes: Sequence[Quote], joins: bool = True) -> list[Quote]:
    """The quotes, one for each place: quotes of one unit are merged into one span if that is short and the caller
    ``joins``, else the first is kept."""
    out: list[Quote] = []
    for quote in quotes:
        at = next((n for n, earlier in enumerate(out) if _same_place(library, earlier, quote)), None)
        if at is None:
            out.append(quote)
            continue
        earlier = out[at]
        span = Span(min(earlier.span.start, quote.span.start), max(earlier.span.end, quote.span.end))
        words = library.store.text(quote.doc_id)[span.start : span.end].split()
        if _is_register(library, quote.doc_id):
            out[at] = _closer_entry(library, earlier, quote)
        elif at == 0 and span.start < earlier.span.start:  # the first quote begins where its own words do
            continue
        elif joins and not earlier.points and not quote.points and len(words) <= JOINED_WORDS:
            out[at] = replace(earlier, span=span)
    return out


def _is_register(library: Library, doc_id: str) -> bool:
    stored = library.store.document(doc_id)
    return stored is not None and bool(stored.edition.register_of)


def _closer_entry(library: Library, earlier: Quote, quote: Quote) -> Quote:
    """Of two register entries, one for a unit and one for a part of it, only the part, because it points more
    closely."""
    a, b = (_unit_id(library, q.doc_id, q.span.start) for q in (earlier, quote))
    return quote if a is not None and b is not None and a != b and is_in_unit(a, b) else earlier


def _same_place(library: Library, one: Quote, other: Quote) -> bool:
    if one.doc_id != other.doc_id:
        return False
    if one.span.start < other.span.end and other.span.start < one.span.end:
        return True
    a, b = (_unit_id(library, q.doc_id, q.span.start) for q in (one, other))
    if a is None and b is None:
        pages = library.store.pages(one.doc_id)
        here = [sum(p.start <= q.span.start for p in pages) for q in (one, other)]
        return here[0] == here[1]
    return a is not None and b is not None and (is_in_unit(a, b) or is_in_unit(b, a))


def has_words_of(one: Quote, other: Quote) -> bool:
    """Whether one quote has all the words of another."""
    of_one = one.doc_id == other.doc_id
    return of_one and one.span.start <= other.span.start and other.span.end <= one.span.end


def _unit_id(library: Library, doc_id: str, offset: int) -> str | None:
    unit = library.store.unit_at(doc_id, offset)
    return unit.unit_id if unit is not None else None
