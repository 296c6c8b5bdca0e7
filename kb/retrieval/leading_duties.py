"""Reorders the passages that were found for a question for a duty, a permission, a prohibition or an actor's rules.

What lays down the rule goes ahead of what explains it, and the paragraph on the actor asked about ahead of those on
others.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citing.cite import force_at, opening_words
from kb.query.actors import acting_in, acting_in_headings, acting_in_passage, actors_asked, names_any
from kb.query.exceptions_asked import EXCEPTION_STATED, FORBIDDING, asks_for_exception, asks_for_prohibition
from kb.query.question_kinds import QuestionKind
from kb.types import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.library.library import Library
    from kb.query.actors import Actor
    from kb.query.query import Query
    from kb.types import Passage

DUTIES = 2
"""Number of provisions that are put first for a question whether the asker must do something."""
NEAR_DUTY = 0.6
"""The least share of the best score at which such a provision is put first."""
NEAR_MUST = 0.75
"""The same where a question says that somebody must do something, of which guidance may speak as well."""
NEAR_EXCEPTION, NEAR_HOLDER = 0.75, 0.9
"""The same for a provision that states an exception, where one is asked for, and where it is asked who has a duty."""
GUIDANCE_ASKED = 0.2
"""The bonus on the score of a passage of guidance, where guidance is asked for."""
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

ASKS_GUIDANCE = re.compile(
    r"\b(?:according to|in|under|by|from|do|does) (?:the )?(?:[\w’']+ )?(?:guidelines?|guidance)\b"
    r"|(?:가이드라인|지침)(?:에|은|상)",
    re.IGNORECASE,
)
_TITLE_OF_GUIDANCE = re.compile(r"\b(?:guidelines?|guidance|directrices)\b|가이드라인|지침", re.IGNORECASE)

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


def asks_of_time(query: Query) -> bool:
    """Whether a question speaks of a time or of a change."""
    return query.kind in _ASKS_DATES or _SPEAKS_OF_TIME.search(_of_list(query)) is not None


def asks_of_duty(query: Query) -> bool:
    """Whether a question asks whether somebody must or may do something, for an exception from a rule, for a
    prohibition or who has a duty, and names no publication."""
    return _duty_wanted(query) is not None


def _duty_wanted(query: Query) -> tuple[Callable[[Library, Hit], bool], float] | None:
    """What provisions lead the hits of a question for a duty, and from which share of the best score."""
    if query.scopes or query.numbered:
        return None
    text = query.worded
    asks_dates = asks_of_time(query)
    if asks_for_exception(text) and not asks_dates:
        return _is_exception, NEAR_EXCEPTION
    if _ASKS_IF_ALLOWED.search(text) or (asks_for_prohibition(text) and not asks_dates):
        return _is_ban, NEAR_DUTY
    if _ASKS_OF_DUTY.search(text):
        return _is_duty, NEAR_DUTY
    if _SAYS_MUST.search(text) and not asks_dates:
        return _is_duty, NEAR_MUST
    return (_is_duty, NEAR_HOLDER) if query.kind is QuestionKind.WHO and _WHO_DOES.search(text) else None


_SAYS_MUST = re.compile(r"\bmust\b|\b(?:has|have) to\b|\b(?:is|are) (?:required|obliged) to\b", re.IGNORECASE)
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
    describes in everyday words what firms do, so it scores above the provision that requires it, or close behind it,
    where one of its sentences could come first. A document that a person added, such as the rules of a company, keeps
    its place if it imposes a duty itself. For a question for an exception, the provisions that state one are put first.
    """
    wanted = _duty_wanted(query)
    if not hits or wanted is None:
        return list(hits)
    leads, near = wanted
    if leads(library, hits[0]) or _is_own_rule(library, hits[0]):
        reporting = (hit.score for hit in hits[1:] if not _is_rule(library, hit))
        return [replace(hits[0], score=max(hits[0].score, next(reporting, 0.0) + AHEAD)), *hits[1:]]
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
    Guidance of the catalog that repeats a law gains nothing, unless its publication is named; a question that speaks of
    a time or a change is left to the texts on that."""
    is_other = query.numbered or query.kind is QuestionKind.DEFINITION or asks_for_exception(query.worded)
    is_other = is_other or ASKS_GUIDANCE.search(query.worded) is not None or asks_of_time(query)
    asks_of_law = query.scopes and _ASKS_IF_ALLOWED.search(query.worded)  # without a name it asks of a duty
    if not hits or is_other or not (asks_for_prohibition(query.worded) or asks_of_law):
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
    if query.scopes or query.numbered or not ASKS_GUIDANCE.search(query.worded):
        return list(hits)

    def is_guidance(hit: Hit) -> bool:
        edition = library.editions.get(library.rows.facts.edition(hit.row))
        return edition is not None and _TITLE_OF_GUIDANCE.search(edition.title) is not None

    raised = [replace(hit, score=hit.score + GUIDANCE_ASKED) if is_guidance(hit) else hit for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)


def _is_rule(library: Library, hit: Hit) -> bool:
    """Whether a hit is of a law, or binds or asks in a document that the catalog does not know."""
    return _is_of_law(library, hit, library.store.passage(hit.row)) or _is_own_rule(library, hit)


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
    r"|\b(?:can|may) (?:an? |the )?(?!we\b|i\b)[\w-]+(?: [\w-]+){0,3}? (?:demand|ask for|request|refuse|object|contest"
    r"|challenge|complain|withdraw)\b|\bha(?:s|ve) (?:the|a|any) right\b"
    r"|(?:요구|청구|요청|거부|철회|제기|열람)(?:를|을)? ?할 수 (?:있|없)|권리[가는]? ?(?:있|없|무엇)"
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
