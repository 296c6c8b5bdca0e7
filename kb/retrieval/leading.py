"""Reorders the passages that were found: puts the one first that answers a question of this form, and footnotes last.

A definition goes first for "what is X?", a provision before the guidance that explains it, the unit of the kind asked
for, the first paragraph of an article. Guidelines explain a provision in everyday words, so a question in everyday
words scores them above the provision itself; but whoever writes a report needs the provision first.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kb.library.row_sets import RowSet
from kb.query.actors import acting_in_headings, actors_asked, names_any
from kb.query.definitions import asked_terms, is_definition
from kb.query.exceptions_asked import asks_for_exception
from kb.query.question_kinds import QuestionKind, asks_what_to_do, unit_kinds_among, unit_kinds_asked
from kb.retrieval.leading_duties import AHEAD, ASKS_GUIDANCE, asks_of_time
from kb.retrieval.rules import HEADING_SHARE
from kb.text.captions import captions
from kb.types import Hit, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.query.query import Query
    from kb.retrieval.query_vectors import EncodedQuery

ONE_WORK = 3
"""A scope of at most so many editions counts as one work; a larger one is all that a publisher has."""
DEFINES = "defines"
"""The ``retriever`` of a hit that was put first because it defines the term asked for."""
READ_FOR_DEFINITION = 40
"""How many of the best passages are searched for a definition."""
WHOLE_HEADING = 0.95
"""The least share (by IDF) of the question's terms in a heading for the question to name that heading in full."""
NOTES_BEHIND = 0.4
"""The penalty on the score of footnotes."""
KIND_ASKED = 0.2
"""The bonus on the score of a unit of the kind asked for."""
SPECIAL_BEHIND, SPECIAL_WITHIN = 0.2, 300
"""The penalty on the score of a rule for a special group that the question does not ask about, and the number of
characters of a passage in which the group is looked for."""
NEAR_TITLE = 0.75
"""The share of the best score from which a unit leads whose title begins with what the question asks for."""
TITLED, TITLE_WORDS = 0.1, 2
"""The bonus of a unit whose whole title a question has, and the least number of words of such a title."""
CAPTIONED = 0.6
"""The least share of a question's words, weighted by rarity, at which a caption counts as the thing asked for."""
DEFINING = 3
"""The most definitions of a term that are put first."""
READ = 8
"""How many of the best passages are read for references to provisions."""
NAMED_BY = 3
"""The least number of these passages that must name a provision for it to be put first."""
MOST_OF = 0.6
"""The least count of a provision, as a share of the count of the provision that most passages name."""
NO_FARTHER = 0.07
"""How much lower the cosine of a provision to the question may be than that of the best passage that explains it."""


def with_provision_explained(
    library: Library, query: Query, encoded: EncodedQuery, hits: Sequence[Hit], rows: Sequence[int]
) -> list[Hit]:
    """The hits with the provision first that most of the best ones refer to; unchanged if there is no such provision.

    A question that asks what guidance says is answered by that. The best hit must refer to the provision, which must be
    among the hits or have nearly the cosine of those that refer to it. The order is also unchanged if the question has
    no vector, names a unit by number, or names one publication; a question that names a whole publisher gets that
    publisher's provision before its guidance.
    """
    found = list(hits)
    if encoded.vector is None or query.numbered or not found or found[0].retriever == DEFINES:
        return found
    if ASKS_GUIDANCE.search(query.worded):
        return found
    if len(query.scopes) > 1 or any(scope.edition_given or len(scope.doc_ids) <= ONE_WORK for scope in query.scopes):
        return found
    explained = [_provisions_of(library, hit) for hit in found[:READ]]
    counted = Counter(each for named in explained for each in named if each in explained[0])
    least = max(NAMED_BY, MOST_OF * max(counted.values(), default=0))
    nearest = max(float(dict(hit.parts)["cosine"]) for hit in found[:READ])
    allowed = rows if isinstance(rows, RowSet) else frozenset(rows)
    for unit_id in sorted((u for u, n in counted.items() if n >= least), key=lambda u: (-u.count("."), -counted[u], u)):
        inside = [row for row in _rows_of_unit(library, unit_id) if row in allowed]
        cosines = [_cosine_of_row(library, encoded, row) for row in inside]
        known = next((hit for hit in found if hit.row in inside), None)
        if not inside or (known is None and max(cosines) < nearest - NO_FARTHER):
            continue
        row = known.row if known is not None else inside[int(np.argmax(cosines))]
        if known is found[0]:
            return found
        parts = known.parts if known else _parts_of(max(cosines), found[0])
        lead = Hit(row, found[0].score + AHEAD, "explained", parts, unit_id)
        return [lead, *(hit for hit in found if hit.row != row)]
    return found


_FOOTNOTE = re.compile(r"^\s*(\d{1,3})\s+\S", re.MULTILINE)
_LIKE_NOTE = re.compile(
    r"(?:See|Ibid|Cf|Id|Op|Supra|Defined|These|This|For (?:example|more|further)|In particular|Article|Articles|Recital"
    r"|Judgment|Case|Opinion|OECD|https?|www|Véase|Ver|각주|[A-Z][\w’'-]+,? (?:[A-Z]\.|et al|\(\d{4}\)))",
)
_ASKS_NOTES = re.compile(r"\b(?:foot|end)?notes?\b|각주|주석", re.IGNORECASE)


def with_notes_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits with a penalty on footnotes, unless the question asks for notes: a note does not support what the text
    above it says."""
    if _ASKS_NOTES.search(query.worded):
        return list(hits)
    lowered = [
        replace(hit, score=hit.score - NOTES_BEHIND) if is_notes(library.store.passage(hit.row).text) else hit
        for hit in hits
    ]
    return sorted(lowered, key=lambda hit: -hit.score)


def with_dates_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits with a penalty on the register's dates of application, unless the question speaks of a time or a change:
    a date names the provision that answers, and does not answer itself."""
    if asks_of_time(query):
        return list(hits)
    dates = {application.entry for application in library.dates}
    lowered = [
        replace(hit, score=hit.score - NOTES_BEHIND) if library.store.passage(hit.row).unit_id in dates else hit
        for hit in hits
    ]
    return sorted(lowered, key=lambda hit: -hit.score)


def is_notes(text: str) -> bool:
    """Whether a passage consists of footnotes: its first line begins with a number, later ones with the following
    numbers, and at least half of the numbered lines begin as notes do ("See", "Ibid", a name with initials).

    Numbered paragraphs and list items do not, and are not counted as notes.
    """
    found = list(_FOOTNOTE.finditer(text))
    numbers = [int(match[1]) for match in found]
    follow = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if len(numbers) > 1 else False
    if not follow or _FOOTNOTE.match(text) is None:
        return False
    return 2 * sum(_LIKE_NOTE.match(text, match.end() - 1) is not None for match in found) >= len(found)


_DEFINES_TERM = re.compile(r"^\s*(?:\(\d+\)\s*)?[‘“\"'][^’”\"']{2,80}[’”\"'] means\b")


def with_definitions_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question who does something, with definitions behind the others: a definition names no actor."""
    if query.kind is not QuestionKind.WHO:
        return list(hits)
    lowered = [
        replace(hit, score=hit.score - NOTES_BEHIND)
        if _DEFINES_TERM.match(library.store.passage(hit.row).text)
        else hit
        for hit in hits
    ]
    return sorted(lowered, key=lambda hit: -hit.score)


def with_units_asked_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question "which paragraph says …?" or "what of the requirements …?", with a bonus for units of the
    kind it asks for.

    Without it a chapter, which has the words of all its paragraphs, would score above the one paragraph that is meant.
    """
    kinds = (
        unit_kinds_asked(query.worded) if query.kind is QuestionKind.WHICH_CLAUSE else unit_kinds_among(query.worded)
    )
    if not kinds:
        return list(hits)
    unit = library.rows.facts.unit
    raised = [
        replace(hit, score=hit.score + KIND_ASKED) if _kind_of_unit(unit(hit.row)) in kinds else hit for hit in hits
    ]
    return sorted(raised, key=lambda hit: -hit.score)


def with_rule_of_article_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits with the first paragraph of an article before its other paragraphs, because it lays down the rule.

    This applies to questions for a list or for who must act, if the best hit is in an article whose heading has most of
    the question's terms, or whose whole title is in the question. If such a question for a list names the heading in
    full, or asks for all duties of an actor and nothing else where the heading does the same ("Obligations of
    keepers"), the whole article is cited instead.
    """
    if query.kind not in _NEED_THE_RULE or not hits or query.numbered or asks_for_exception(query.worded):
        return list(hits)
    unit = library.rows.facts.unit
    best = _IN_ARTICLE.fullmatch(unit(hits[0].row) or "")
    if best is not None and query.kind is QuestionKind.LIST and _is_of_all_duties(library, query, hits[0]):
        return [replace(hits[0], unit_id=best["article"]), *hits[1:]]
    is_headed = dict(hits[0].parts).get("heading", 0.0) >= HEADING_SHARE
    if best is None or not (is_headed or _has_title(library, query, hits[0])):
        return list(hits)
    if query.kind is QuestionKind.LIST and dict(hits[0].parts).get("heading", 0.0) >= WHOLE_HEADING:
        return [replace(hits[0], unit_id=best["article"]), *hits[1:]]
    rule = f"{best['article']}.1"
    first = min((hit for hit in hits if unit(hit.row) == rule), key=lambda hit: hit.row, default=None)
    if first is None or first is hits[0]:
        return list(hits)
    lead = replace(first, score=hits[0].score + AHEAD)
    return [lead, *(hit for hit in hits if hit is not first)]


_OF_DUTIES = re.compile(
    r"\b(?:obligations?|dut(?:y|ies)|responsibilit(?:y|ies)|tasks?|powers?|rights?)\b|의무|책무|책임|업무|권한|권리",
    re.IGNORECASE,
)
_SAYS_WHOSE = frozenset(
    "what which does under must should shall have that this these there with from all every general main legal specific"
    " fall falls apply applies bear bears rest rests lie lies need needs concern concerns impose imposes imposed"
    " incumbent face faces owe owes carry carries exist according respect regard".split()
)
"""Words of a question that only say that somebody has duties."""


def _is_of_all_duties(library: Library, query: Query, hit: Hit) -> bool:
    """Whether a question asks for the duties of an actor and says nothing more of them, and the heading of a hit does
    the same: "Which obligations fall on keepers?" and "Obligations of keepers"."""
    headings = [each for each in library.store.passage(hit.row).headings[1:] if _OF_DUTIES.search(each)][-1:]
    asked = actors_asked(query.worded)
    wanted = _OF_DUTIES.search(query.worded) is not None or asks_what_to_do(query.worded)
    if not headings or not asked or not wanted:
        return False
    if not any(names_any(asked, actors) for actors in acting_in_headings(headings)):
        return False
    terms = library.store.terms
    written = query.expanded if query.language == "ko" else query.worded_terms
    own = {
        term
        for word in re.findall(r"[A-Za-z-]{4,}", written)
        if word.lower() not in _SAYS_WHOSE
        for term in terms(word)
    }
    said = set(terms(" ".join(headings))) | {t for match in _OF_DUTIES.findall(written) for t in terms(match)}
    return own <= said


_NEED_THE_RULE = frozenset({QuestionKind.LIST, QuestionKind.WHO})
_IN_ARTICLE = re.compile(r"(?P<article>.*:article:\w+)(?:\..*)?")


_SPECIAL = (
    (re.compile(r"\bUnion institutions, bodies, offices (?:and|or) agencies\b|\b(?:EU|Union) (?:institution|bodie)s\b"),
     re.compile(r"\binstitutions?\b|\bEDPS\b|European Data Protection Supervisor|기구|유럽데이터보호감독관", re.I),
     re.compile(r"\b(?:EU|Union) (?:institution|bodie|agencie)s\b"
                r"|\bEDPS\b|European Data Protection Supervisor|유럽데이터보호감독관", re.I)),
)  # fmt: skip
"""The groups for which special rules exist: the words of such a rule, the words by which a question may mean them, and
those by which it means no others."""


def with_general_rule_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, those behind the others whose rule is for a special group that the question does not name, and those
    ahead that are for the very group it names: of fines in general those on institutions of the Union are no answer."""
    if query.numbered or not hits:
        return list(hits)

    def is_special(hit: Hit) -> bool:
        passage = library.store.passage(hit.row)
        read = f"{' '.join(passage.headings[1:])} {passage.text[:SPECIAL_WITHIN]}"
        return any(
            group.search(read) and not any(each.search(query.worded) for each in named) for group, *named in _SPECIAL
        )

    def is_asked(hit: Hit) -> bool:
        read = f"{' '.join(library.store.passage(hit.row).headings[1:])}"
        return any(group.search(read) and only.search(query.worded) for group, _, only in _SPECIAL)

    weighed = [
        replace(hit, score=hit.score - SPECIAL_BEHIND * is_special(hit) + SPECIAL_BEHIND * is_asked(hit))
        for hit in hits
    ]
    return sorted(weighed, key=lambda hit: -hit.score)


def with_contrasts_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, with a penalty on those that have the question's words only where they tell something else apart from
    them ("not the same as a deployer"): they are about the other thing."""
    if query.numbered or query.scopes:
        return list(hits)
    store = library.store
    asked = set(store.terms(f"{query.terms} {query.expanded}"))

    def tells_apart(hit: Hit) -> bool:
        text = store.passage(hit.row).text
        if _CONTRASTS.search(text) is None:
            return False
        rest = " ".join(each for each in _SENTENCE_BY_STOPS.findall(text) if _CONTRASTS.search(each) is None)
        held = asked & set(store.terms(text))
        return bool(held) and 2 * len(held & set(store.terms(rest))) < len(held)

    lowered = [replace(hit, score=hit.score - NOTES_BEHIND) if tells_apart(hit) else hit for hit in hits]
    return sorted(lowered, key=lambda hit: -hit.score)


_CONTRASTS = re.compile(
    r"[와과]는? ?(?:다른|달리|같지 ?않|구별)"
    r"|\b(?:unlike|(?:is|are) not the same as|not to be confused with|differs? from|other than the)\b",
    re.IGNORECASE,
)
"""Words that tell two things apart."""
_SENTENCE_BY_STOPS = re.compile(r"[^.。]+[.。]?")


def with_captions_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question for a list or a number, with a bonus for those with a figure or table that shows it: its
    caption has most of the question's words, or begins with the thing asked for ("Principles …")."""
    if query.kind not in {QuestionKind.LIST, QuestionKind.COUNT}:
        return list(hits)
    store = library.store
    asked = {term: store.words.rarity(term) for term in store.terms(f"{query.terms} {query.expanded}")}
    total = sum(asked.values())

    def is_captioned(hit: Hit) -> bool:
        for said in captions(store.passage(hit.row).text):
            held = store.terms(said)
            if held[:1] and held[0] in asked and said.split()[0].endswith("s"):
                return True
            if sum(w for t, w in asked.items() if t in set(held)) >= CAPTIONED * total:
                return True
        return False

    if not total:
        return list(hits)
    raised = [replace(hit, score=hit.score + KIND_ASKED) if is_captioned(hit) else hit for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)


def with_titled_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, with a bonus for those in a unit whose whole title is in the question: chapters have most of a
    question's words in their titles as well, but also other words."""
    if query.numbered or query.kind is QuestionKind.DEFINITION or not hits:
        return list(hits)
    raised = [replace(hit, score=hit.score + TITLED) if _has_title(library, query, hit) else hit for hit in hits]
    ordered = sorted(raised, key=lambda hit: -hit.score)
    least = NEAR_TITLE * ordered[0].score
    first = next((h for h in ordered if h.score >= least and _has_title(library, query, h, from_head=True)), ordered[0])
    if first is ordered[0]:
        return ordered
    return [replace(first, score=ordered[0].score + AHEAD), *(hit for hit in ordered if hit is not first)]


def _has_title(library: Library, query: Query, hit: Hit, from_head: bool = False) -> bool:
    """Whether the whole title of the innermost titled unit of a hit is in the question, and, if ``from_head``, begins
    with the thing that the question asks for first: "Tasks of the guild", where the lamp guild's are asked for."""
    said = library.store.terms(title_alone(library.store.passage(hit.row).headings))
    asked = library.store.terms(query.terms)
    if from_head and (not said or asked[:1] != said[:1]):
        return False
    return len(said) >= TITLE_WORDS and set(said) <= {*asked, *library.store.terms(query.expanded)}


def title_alone(headings: Sequence[str]) -> str:
    """The title, without its number, of the innermost titled unit among the headings of a passage, the first of which
    is the document's; "" where none has one."""
    titles = (found["title"] for heading in reversed(headings[1:]) if (found := _TITLED_UNIT.fullmatch(heading)))
    return next(titles, "")


_TITLED_UNIT = re.compile(
    r"(?:Article|Art\.|Artículo|Section|Principle|Requirement|제) ?[\d.]+[a-z]?(?:조|항)?[ .:–—-]+(?P<title>[^\d].*)"
)


def _kind_of_unit(unit_id: str | None) -> str:
    parts = (unit_id or "").split(":")
    return parts[-2] if len(parts) > 1 else ""


def with_definition_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a definition question with the passages first that define its term; other questions' hits unchanged.

    Definitions in superseded editions come after those of current ones, those in recitals after others, and the
    passages of one unit follow each other as in the text.
    """
    terms = asked_terms(query.worded_terms) if query.kind is QuestionKind.DEFINITION else ()
    if not terms or not hits:
        return list(hits)
    read = [library.store.passage(hit.row) for hit in hits]
    defining = [n for n, p in enumerate(read) if is_definition(p.text, p.headings[1:], terms)]
    facts = library.rows.facts
    spoken_of = {facts.edition(hits[n].row) for n in defining}
    stands = {d: (e := library.editions.get(d)) is None or e.status is not Status.SUPERSEDED for d in spoken_of}
    ranks: dict[str, int] = {}
    for n in defining:
        ranks.setdefault(read[n].unit_id or f"row {hits[n].row}", n)

    def order(n: int) -> tuple[bool, bool, int, int]:
        unit_id = read[n].unit_id or f"row {hits[n].row}"
        return not stands[facts.edition(hits[n].row)], ":recital:" in unit_id, ranks[unit_id], hits[n].row

    defining.sort(key=order)
    top = hits[0].score
    ahead = [
        Hit(hits[n].row, top + AHEAD - 0.01 * k, DEFINES, hits[n].parts) for k, n in enumerate(defining[:DEFINING])
    ]
    return [*ahead, *(hit for n, hit in enumerate(hits) if n not in defining[:DEFINING])]


def _provisions_of(library: Library, hit: Hit) -> frozenset[str]:
    """The unit ids of the provisions that a passage refers to, with those of the units that contain them."""
    named = library.provisions.named_in(library.store.passage(hit.row))
    return frozenset(each for unit_id in named for each in _with_parents(unit_id))


def _with_parents(unit_id: str) -> list[str]:
    """A unit's id and those of the units that contain it: "article:5.1.c.i", "article:5.1.c", "article:5.1" …"""
    head, _, number = unit_id.rpartition(":")
    parts = number.split(".")
    return [f"{head}:{'.'.join(parts[:n])}" for n in range(1, len(parts) + 1)]


def _rows_of_unit(library: Library, unit_id: str) -> list[int]:
    """The rows of the passages that overlap a unit of an official text; empty for units whose numbering is unproven."""
    units = [unit for unit in library.store.unit(unit_id)[:1] if unit.doc_id == unit.of_document and unit.proven]
    return [row for u in units for row, _ in library.store.passages_within(u.doc_id, u.own.start, u.own.end)]


def _cosine_of_row(library: Library, encoded: EncodedQuery, row: int) -> float:
    owner = library.store.collection.owner
    pieces = range(int(np.searchsorted(owner, row)), int(np.searchsorted(owner, row, side="right")))
    return float(np.max(library.store.vectors.vectors(list(pieces)) @ np.asarray(encoded.vector)))


def _parts_of(cosine: float, like: Hit) -> tuple[tuple[str, float], ...]:
    return tuple((name, cosine if name == "cosine" else 0.0) for name, _ in like.parts)
