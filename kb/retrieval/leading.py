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

from kb.citing.cite import force_at, opening_words
from kb.library.row_sets import RowSet
from kb.query.actors import acting_in, acting_in_headings, acting_in_passage, actors_asked, names_any
from kb.query.definitions import asked_terms, is_definition
from kb.query.exceptions_asked import EXCEPTION_STATED, FORBIDDING, asks_for_exception, asks_for_prohibition
from kb.query.question_kinds import QuestionKind, asks_what_to_do, unit_kinds_among, unit_kinds_asked
from kb.retrieval.rules import HEADING_SHARE
from kb.text.captions import captions
from kb.types import Hit, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.library.library import Library
    from kb.query.actors import Actor
    from kb.query.query import Query
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Passage

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
DUTIES = 2
"""Number of provisions that are put first for a question whether the asker must do something."""
NEAR_DUTY = 0.6
"""The least share of the best score at which such a provision is put first."""
NEAR_EXCEPTION, NEAR_HOLDER = 0.75, 0.9
"""The same for a provision that states an exception, where one is asked for, and where it is asked who has a duty."""
FORBIDS = 0.3
"""The bonus on the score of a passage that forbids something, where that is asked for."""
READ_FOR_DUTY = 24
"""Passages among which it is looked for."""
READ_FOR_ACTOR = 16
"""Passages among which the actor asked about is looked for."""
OTHER_ACTOR, ACTOR_BEHIND = 0.3, 0.1
"""How far ahead of the best passage on the actor asked about one on other actors may be to go behind it, and what is
taken from the score of such a passage, or of one that binds nobody."""
AHEAD = 0.1
"""The score of a passage that is put first exceeds the best score by this."""


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
    if _ASKS_GUIDANCE.search(query.worded):
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


_ASKS_GUIDANCE = re.compile(
    r"\b(?:according to|in|under|by|from|do|does) (?:the )?(?:[\w’']+ )?(?:guidelines?|guidance)\b"
    r"|(?:가이드라인|지침)(?:에|은|상)",
    re.IGNORECASE,
)
_TITLE_OF_GUIDANCE = re.compile(r"\b(?:guidelines?|guidance|directrices)\b|가이드라인|지침", re.IGNORECASE)
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


_ASKS_DATES = frozenset({QuestionKind.WHEN, QuestionKind.CHANGE, QuestionKind.STATUS})
_SPEAKS_OF_TIME = re.compile(
    r"\b(?:when|since|until|dates?|deadlines?|start\w*|postpone\w*|put back|delay\w*|amend\w*|new(?:ly)?|yet"
    r"|already|still|transition\w*|in force|20\d\d)\b"
    r"|언제|날짜|적용일|시행|기한|연기|미뤄|개정|경과|유예|부터|까지|이미|아직|20\d\d ?년",
    re.IGNORECASE,
)


_UNDER_WHICH_CONDITION = re.compile(r"^\W*when\b|(?:때|경우)[는은가이에]? ?언제", re.IGNORECASE)
"""Asks under which condition, where the question is for a list: "When is a system not high-risk?"."""


def _of_list(query: Query) -> str:
    """The question, of one for a list without the words by which it asks for conditions and no time."""
    return query.worded if query.kind is not QuestionKind.LIST else _UNDER_WHICH_CONDITION.sub(" ", query.worded)


def with_dates_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits with a penalty on the register's dates of application, unless the question speaks of a time or a change:
    a date names the provision that answers, and does not answer itself."""
    if query.kind in _ASKS_DATES or _SPEAKS_OF_TIME.search(_of_list(query)):
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
    own = {
        term
        for word in re.findall(r"[A-Za-z-]{4,}", query.terms)
        if word.lower() not in _SAYS_WHOSE
        for term in terms(word)
    }
    said = set(terms(" ".join(headings))) | {t for match in _OF_DUTIES.findall(query.terms) for t in terms(match)}
    return own <= said


_NEED_THE_RULE = frozenset({QuestionKind.LIST, QuestionKind.WHO})
_IN_ARTICLE = re.compile(r"(?P<article>.*:article:\w+)(?:\..*)?")


def asks_of_duty(query: Query) -> bool:
    """Whether a question asks whether somebody must or may do something, for an exception from a rule, for a
    prohibition or who has a duty, and names no publication."""
    return _duty_wanted(query) is not None


def _duty_wanted(query: Query) -> tuple[Callable[[Library, Hit], bool], float] | None:
    """What provisions lead the hits of a question for a duty, and from which share of the best score."""
    if query.scopes or query.numbered:
        return None
    text = query.worded
    asks_dates = query.kind in _ASKS_DATES or _SPEAKS_OF_TIME.search(_of_list(query)) is not None
    if asks_for_exception(text) and not asks_dates:
        return _is_exception, NEAR_EXCEPTION
    if _ASKS_IF_ALLOWED.search(text) or (asks_for_prohibition(text) and not asks_dates):
        return _is_ban, NEAR_DUTY
    if _ASKS_OF_DUTY.search(text):
        return _is_duty, NEAR_DUTY
    return (_is_duty, NEAR_HOLDER) if query.kind is QuestionKind.WHO and _WHO_DOES.search(text) else None


_WHO_DOES = re.compile(
    r"\bwho (?!(?:is|are|was|were|wrote|issued|published|made|has|have|does|did)\b"
    r"(?! (?:to|responsible|obliged|required|competent|allowed|in charge)\b))\w+"
    r"|누가|(?:어느|어떤) (?:기관|주체|부처|사업자)[이가]",
    re.IGNORECASE,
)


def with_duties_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question whether the asker must or may do something, with the provisions of laws that answer it
    first.

    They are put first if the best hit is of a text that binds nobody, and their scores are about as high. A report
    describes in everyday words what firms do, so it scores above the provision that requires it. A document that a
    person added, such as the rules of a company, keeps its place if it imposes a duty itself. For a question for an
    exception, the provisions that state one are put first.
    """
    wanted = _duty_wanted(query)
    if not hits or wanted is None or wanted[0](library, hits[0]) or _is_own_rule(library, hits[0]):
        return list(hits)
    leads, near = wanted
    duties = [hit for hit in hits if hit.score >= near * hits[0].score and leads(library, hit)][:DUTIES]
    top = hits[0].score
    ahead = [replace(hit, score=top + AHEAD - 0.01 * n) for n, hit in enumerate(duties)]
    return [*ahead, *(hit for hit in hits if hit not in duties)]


def _forbids(library: Library, hit: Hit) -> bool:
    """Whether a hit, which is no recital, forbids something by its own words or by those that open its list."""
    passage = library.store.passage(hit.row)
    if ":recital:" in (passage.unit_id or ""):
        return False
    read = (passage.text, *opening_words(library, passage.doc_id, passage.span))
    return any(FORBIDDING.search(each) is not None for each in read)


def _is_ban(library: Library, hit: Hit) -> bool:
    """Whether a hit is a provision of a law that forbids something."""
    return _is_of_law(library, hit, library.store.passage(hit.row)) and _forbids(library, hit)


def with_prohibitions_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question for what is forbidden, with a bonus for those that forbid something, by their own words or
    by those that open the list of which they are a point: a list of what is dangerous speaks of the same things.
    Guidance of the catalog that repeats a law gains nothing, unless its publication is named."""
    is_other = query.numbered or query.kind is QuestionKind.DEFINITION or asks_for_exception(query.worded)
    is_other = is_other or _ASKS_GUIDANCE.search(query.worded) is not None
    if not hits or is_other or not asks_for_prohibition(query.worded):
        return list(hits)

    least = NEAR_DUTY * max(hit.score for hit in hits)
    forbidding = [hit for hit in hits if hit.score >= least and _forbids(library, hit)]
    of_laws = [hit for hit in forbidding if _is_ban(library, hit)]
    known = {edition.doc_id for edition in library.catalog.editions} if not query.scopes else set()
    others = [hit for hit in forbidding if library.store.passage(hit.row).doc_id not in known]
    raised = [replace(hit, score=hit.score + FORBIDS) if hit in (of_laws or others) else hit for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)


def with_guidance_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question for what "the guidelines" say, which names no publication, with a bonus for those of texts
    that call themselves so."""
    if query.scopes or query.numbered or not _ASKS_GUIDANCE.search(query.worded):
        return list(hits)

    def is_guidance(hit: Hit) -> bool:
        edition = library.editions.get(library.rows.facts.edition(hit.row))
        return edition is not None and _TITLE_OF_GUIDANCE.search(edition.title) is not None

    raised = [replace(hit, score=hit.score + KIND_ASKED) if is_guidance(hit) else hit for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)


def _is_own_rule(library: Library, hit: Hit) -> bool:
    """Whether a hit has words that bind or ask, in a document that the catalog does not know."""
    passage = library.store.passage(hit.row)
    if any(edition.doc_id == passage.doc_id for edition in library.catalog.editions):
        return False
    return force_at(library, passage.doc_id, passage.span) in _FORCEFUL


def _is_exception(library: Library, hit: Hit) -> bool:
    """Whether a hit is a provision of a law that states an exception."""
    passage = library.store.passage(hit.row)
    return _is_of_law(library, hit, passage) and EXCEPTION_STATED.search(passage.text) is not None


def _is_of_law(library: Library, hit: Hit, passage: Passage) -> bool:
    edition = library.editions.get(library.rows.facts.edition(hit.row))
    return edition is not None and edition.kind == "law" and ":article:" in (passage.unit_id or "")


def _is_duty(library: Library, hit: Hit) -> bool:
    """Whether a hit is a provision of a law with words that bind."""
    passage = library.store.passage(hit.row)
    return _is_of_law(library, hit, passage) and force_at(library, passage.doc_id, passage.span) in _BINDING


_BINDING = frozenset({"shall", "must"})
_FORCEFUL = _BINDING | {"should"}
_GRANTING = _FORCEFUL | {"may"}
_ASKS_IF_ALLOWED = re.compile(
    r"^(?:is|are) (?:[\w-]+ ){1,8}(?:prohibited|banned|forbidden|allowed|permitted|illegal|legal)\b", re.IGNORECASE
)
_ASKS_OF_DUTY = re.compile(
    r"\b(?:do|does) (?:we|i|our|my|a (?:company|provider|deployer|firm)|companies|providers|deployers|firms)\b"
    r"(?=.*\b(?:have|need) to\b)"
    r"|^(?:do|does) (?!(?:the|this|these|that) )[\w’' -]{3,80}? (?:have|need)s? to [a-z]+\b"
    r"|\bmust (?:we|i|our|my|companies|providers|deployers|firms|a (?:company|provider|deployer|firm))\b"
    r"|\b(?:are|is|am) (?:we|i|our [\w-]+|companies|firms|it|a company) (?:\w+ )?(?:required|obliged|allowed|permitted"
    r"|mandatory|compulsory|forbidden|prohibited|illegal|legal)\b|\b(?:may|can) (?:we|i) (?:still )?use\b"
    r"|^(?:is|are) (?:[\w-]+ ){1,8}"
    r"(?:prohibited|banned|forbidden|allowed|permitted|mandatory|compulsory|illegal|legal)\b"
    r"|\bdo(?:es)? (?:the|this) [\w ]{2,40} apply to\b"
    r"|법의 ?적용을 ?받|적용 ?대상(?:인가|입니까)|(?:에도?|에게도?) ?적용(?:되나요|됩니까)"
    r"|\b(?:fines?(?!-| ?tun)|penalt(?:y|ies))\b|과태료|과징금|벌금"
    r"|[가-힣]야 ?(?:하나요|합니까|하는지|되나요|됩니까|할까요)"
    r"|의무(?:인가요|입니까|가 ?있나요|가 ?있습니까|사항인가)"
    r"|필수(?:인가요|입니까)|해도 ?(?:되나요|됩니까|될까요)|(?:금지|허용)(?:되나요|됩니까|되어 ?있나요)",
    re.IGNORECASE,
)


def with_other_actors_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question for what an actor must or may do, those behind the others whose sentences lay something on
    other actors only, or bind nobody where their document speaks of the actor elsewhere. Unchanged where no hit speaks
    of the actor asked about, as the texts may call it otherwise."""
    asked = actors_asked(query.worded)
    if not asked or not hits or query.numbered or query.kind is QuestionKind.DEFINITION:
        return list(hits)
    read = [library.store.passage(hit.row) for hit in hits]
    acting = [_acting_in(library, passage) for passage in read]
    theirs = [any(names_any(asked, actors) for actors in each) for each in acting]
    if not any(theirs):
        return list(hits)
    best = max(hit.score for hit, mine in zip(hits, theirs, strict=True) if mine)
    speaking = {passage.doc_id for passage, mine in zip(read, theirs, strict=True) if mine}
    out: list[Hit] = []
    for hit, passage, each, mine in zip(hits, read, acting, theirs, strict=True):
        score = hit.score
        if not mine and each and score < best + OTHER_ACTOR:
            score = min(score - ACTOR_BEHIND, best - ACTOR_BEHIND / 2)
        elif not mine and not each and passage.doc_id in speaking:
            score -= ACTOR_BEHIND * (force_at(library, passage.doc_id, passage.span) not in _GRANTING)
        out.append(replace(hit, score=score))
    return sorted(out, key=lambda hit: -hit.score)


def _acting_in(library: Library, passage: Passage) -> list[frozenset[Actor]]:
    """The actors of the sentences of a passage; of one of points alone those of the words that open their list."""
    said = acting_in_passage(passage.text)
    if said:
        return said
    opened = (acting_in(words) for words in opening_words(library, passage.doc_id, passage.span))
    return [actors for actors in opened if actors][:1] or acting_in_headings(passage.headings[1:])


_SPECIAL = (
    (re.compile(r"\bUnion institutions, bodies, offices (?:and|or) agencies\b|\b(?:EU|Union) (?:institution|bodie)s\b"),
     re.compile(r"\binstitutions?\b|\bEDPS\b|European Data Protection Supervisor|기구|유럽데이터보호감독관", re.I)),
)  # fmt: skip
"""The groups for which special rules exist, by the words of such a rule, and the words by which a question names
them."""


def with_general_rule_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, those behind the others whose rule is for a special group that the question does not name, and those
    ahead that are for the very group it names: of fines in general those on institutions of the Union are no answer."""
    if query.numbered or not hits:
        return list(hits)

    def is_special(hit: Hit) -> bool:
        passage = library.store.passage(hit.row)
        read = f"{' '.join(passage.headings[1:])} {passage.text[:SPECIAL_WITHIN]}"
        return any(group.search(read) and not named.search(query.worded) for group, named in _SPECIAL)

    def is_asked(hit: Hit) -> bool:
        read = f"{' '.join(library.store.passage(hit.row).headings[1:])}"
        return any(group.search(read) and group.search(query.worded) for group, _ in _SPECIAL)

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
        rest = _CONTRASTS.sub(" ", text)
        held = asked & set(store.terms(text)) if rest != text else set()
        return bool(held) and 2 * len(held & set(store.terms(rest))) < len(held)

    lowered = [replace(hit, score=hit.score - NOTES_BEHIND) if tells_apart(hit) else hit for hit in hits]
    return sorted(lowered, key=lambda hit: -hit.score)


_CONTRASTS = re.compile(
    r"[^.。]*[와과]는? ?(?:다른|달리|같지 ?않|구별)[^.。]*[.。]?"
    r"|[^.]*\b(?:unlike|(?:is|are) not the same as|not to be confused with|differs? from|other than the)\b[^.]*\.?",
    re.IGNORECASE,
)
"""Sentences that tell two things apart."""


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
    return sorted(raised, key=lambda hit: -hit.score)


def _has_title(library: Library, query: Query, hit: Hit) -> bool:
    """Whether the whole title of the innermost titled unit of a hit is in the question."""
    headings = library.store.passage(hit.row).headings[1:]
    titles = (found["title"] for heading in reversed(headings) if (found := _TITLED_UNIT.fullmatch(heading)))
    said = library.store.terms(next(titles, ""))
    return len(said) >= TITLE_WORDS and set(said) <= set(library.store.terms(f"{query.terms} {query.expanded}"))


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
