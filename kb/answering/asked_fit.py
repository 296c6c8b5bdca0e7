"""How well sentences fit what a question asks for beyond being near it: of the actor it names, of the form it wants,
the rule and not its special case, a duty and not a description. Added to the scores of sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.asked_forms import number_of_counted
from kb.answering.asked_object import KOREAN_LENGTH
from kb.answering.quoting import points_back
from kb.citing.cite import force_at, opening_words
from kb.query.actors import act_asked, acting_in, actors_asked, names_any, speaks_of_others
from kb.query.everyday_words import expand_everyday_words
from kb.query.exceptions_asked import (
    EXCEPTION_ASKED,
    EXCEPTION_STATED,
    FORBIDDING,
    PROHIBITION_ASKED,
    PROHIBITION_STATED,
    denied_in,
)
from kb.query.question_kinds import QuestionKind
from kb.retrieval.leading_duties import asks_of_duty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.answering.sentence_selection import SentenceCandidate
    from kb.library.library import Library
    from kb.query.query import Query
    from kb.types import Passage

OF_OTHERS, OF_ASKED = 0.05, 0.02
"""What is taken from the score of a sentence that lays something on other actors than the one asked about, and what is
added to that of one that lays it on that actor."""
OF_FORM, OF_BAN, OF_TIME, OF_SPEED = 0.04, 0.07, 0.06, 0.03
"""What is added to that of a sentence that states the exception, prohibition or time before that is asked for, and of
one that states a length of time, or how fast, where that is asked for: without it none answers."""
SPECIAL_CASE = 0.05
"""What is taken from that of a sentence that sets a rule aside for a case of which the question has no word."""
BINDS_NOBODY, DEFINES_ONLY = 0.04, 0.06
"""What is taken from that of a sentence of a law that states no duty, right or power, and of a definition, where one is
asked for."""
ONLY_RECITED = 0.03
"""What is taken from that of a sentence of a recital, unless reasons are asked for."""
CUT_AHEAD, POINTS_BACK = 0.03, 0.01
"""What is taken from that of the rest of a sentence, whose beginning a footnote or a page parts from it, and of one
that begins with "It" or "These duties": the sentence that says what is meant should lead."""
A_QUESTION_ITSELF = 0.06
"""What is taken from that of a sentence that asks something itself, as those of a checklist do."""
OF_LISTED = 0.05
"""What is added to that of a sentence that opens the list of the things asked for: "the following tasks: …"."""
OF_DENIED = 0.03
"""What is added to that of a sentence that denies the same as a question for an exception does."""
OF_ACT = 0.08
"""What is added to that of a sentence that says that somebody shall or may do what the question asks about."""
OF_NUMBER = 0.08
"""What is added to that of a sentence that gives the number of what the question counts."""
HOLDS_NONE, HELD_BY_OTHERS = 0.04, 0.2
"""What is taken from that of a sentence without any word of the question, and the share of the words, weighted by
rarity, that another one of its passage holds then at least: they are not those of the heading above both."""
FITS_WITHIN = 0.12
"""How far behind the best score a sentence may be to be weighed so."""

_TIME_ASKED = re.compile(
    r"\bhow (?:soon|quickly|fast|long|many (?:hours|days|weeks|months|years))\b|\bby (?:when|what (?:date|day|time))\b"
    r"|\bwithin (?:what|which|how)\b|\bdeadlines?\b|\b(?:what|which) (?:time )?(?:period|limit)\b"
    r"|언제까지|기한|시한|며칠|얼마 ?(?:동안|나 오래|안에|이내)|몇 ?(?:일|시간|개월|년) ?(?:안|내|이내|동안|간)"
    r"|(?:보관|보존|유지|저장|신고|보고|통보|유예|처리) ?기간|기간[은이]? ?(?:얼마|몇|어느)|얼마나 ?(?:보관|보존|유지)"
    r"|몇 ?(?:일|시간|개월|달|년|주) ?(?:보관|보존|유지|저장)",
    re.IGNORECASE,
)
TIME_STATED = re.compile(
    r"\b(?:(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|thirty) (?:\w+ )?"
    r"(?:hours?|days?|weeks?|months?|years?)|by \d+|within (?:an?|the) (?:\w+ ){0,3}?"
    r"(?:periods?|time|terms?|hours?|days?|weeks?|months?|years?|deadlines?))\b"
    rf"|{KOREAN_LENGTH}",
    re.IGNORECASE,
)
_LENGTH_ASKED = re.compile(
    r"\bhow (?:long|many (?:hours|days|weeks|months|years))\b"
    r"|며칠|몇 ?(?:일(?!에)|시간|개월|년(?!도|에))|얼마 ?(?:동안|나 오래)",
    re.IGNORECASE,
)
_SPEED_STATED = re.compile(
    r"\b(?:immediately|promptly|without (?:undue |further )?delay|as soon as|for (?:a|the) period)\b"
    r"|지체 ?없이|즉시|이내|까지|동안",
    re.IGNORECASE,
)
_BEFORE_ASKED = re.compile(
    r"\b(?:before|prior to|in advance)\b|(?:기|하기|시행|출시|사용|도입|배포|이용) ?전에|사전에", re.IGNORECASE
)
_BEFORE_STATED = re.compile(r"\b(?:before|prior to|in advance)\b|전에|사전", re.IGNORECASE)
_BECOMES_ASKED = re.compile(
    r"\b(?:becom(?:e|es|ing)|turns? into|counts? as|qualif(?:y|ies) as|(?:treated|regarded|deemed) (?:as|to be))\b"
    r"|(?:으로|로) (?:간주|취급|보게|봐야|봅니까|보나)|(?:자|업체|회사)[가로] (?:되|바뀌)",
    re.IGNORECASE,
)
"""How it is asked when one thing passes for another, and how that is stated."""
_BECOMES_STATED = re.compile(
    r"\b(?:is|are|be|been) (?:considered|deemed|regarded|treated|presumed|classified)\b"
    r"|간주(?:한|하|된|되)|(?:으로|로) 본다",
    re.IGNORECASE,
)
_FORMS_WEIGHED = (
    (EXCEPTION_ASKED, EXCEPTION_STATED),
    (PROHIBITION_ASKED, PROHIBITION_STATED),
    (_BEFORE_ASKED, _BEFORE_STATED),
    (_BECOMES_ASKED, _BECOMES_STATED),
)
_UNDER_CONDITION = re.compile(r"\W*when (?:does|do|is|are|can|may|must|shall|should)\b", re.IGNORECASE)
_ASKS_REASONS = re.compile(
    r"\b(?:why|recitals?|reasons?|purpose|background|explain(?:s|ed)?|considerations?)\b|왜(?!곡)|전문(?!가|성|적)|이유|취지|배경|목적",
    re.IGNORECASE,
)
_OF_US = re.compile(
    r"\b(?:do|does|did|are|is|am|must|may|can|could|should|shall|have|has|will) (?:we|i|(?:our|my) \w+)\b",
    re.IGNORECASE,
)
"""Asks of the one who asks: a definition of what he is called does not answer what he must do or becomes."""
_STATES_MEANING = re.compile(
    r"\W*(?:\(?\w{1,3}[.)]\s*)?[‘“\"'][^’”\"']{2,80}[’”\"'] (?:means|refers to)\b"
    r"|[^.]{0,60}[\"”’」]?(?:이란|란|라 함은) [^.]*(?:말한다|뜻한다)"
)
_CUT = re.compile(r"(?!e\.g\b|i\.e\b)[a-z]{2,} ")
_DUTY_NAMED = re.compile(
    r"\b(?:obligations?|dut(?:y|ies)|requirements?|require[sd]?|obliged?)\b|의무|책무|요건|요구 ?사항", re.IGNORECASE
)
"""Names a duty, where the definition of the thing that it is about does not answer."""
_PUTS_CASE = re.compile(
    r"\w\W+(?:if|when|where|in case|in the event|after|once)\b"
    r"|^\W*(?:if|once|after|in case|in the event)\b|^\W*(?:when|where)\b[^?]*,"
    r"|면(?:요|서)?(?=[\s,.?]|$)|(?:경우|때)(?:에|는|에는|라면)?[\s,?]",
    re.IGNORECASE,
)
"""How a question puts a case, of which a rule of its own may be the answer: "… when a person has died?"."""
_SETS_ASIDE = re.compile(
    r"\W*(?:\d+[.)]?\s+)?(?:Notwithstanding|By way of (?:derogation|exception)|In derogation)\b[^,]*"
    r"(?:,(?P<case>[^,]*),)?|(?P<korean>[^.]*?)(?:에도|임에도) 불구하고"
)


def fitted(
    library: Library, query: Query, ranked: Sequence[SentenceCandidate], first: Passage
) -> list[SentenceCandidate]:
    """The sentences with what speaks for each beyond its nearness; ``first`` is the best passage."""
    if not ranked:
        return []
    for_meaning = query.kind is QuestionKind.DEFINITION
    text, asked = query.worded, frozenset() if for_meaning else actors_asked(query.worded)
    least = max(c.score for c in ranked) - FITS_WITHIN
    acting = [acting_in(c.words) if asked and c.score >= least else frozenset() for c in ranked]
    spoken_of = any(names_any(asked, actors) for actors in acting)
    form = next((stated for wanted, stated in _FORMS_WEIGHED if wanted.search(text)), None)
    denied, act, number = denied_in(text), act_stated(text), number_of_counted(text)
    named = _thing_named(text)
    listed = _list_opened(query) if query.kind is QuestionKind.LIST else None
    asks_questions = _ASKS_QUESTIONS.search(text) is not None
    asks_time, asks_length = (p.search(text) is not None for p in (_TIME_ASKED, _LENGTH_ASKED))
    wants_case = any(p.search(text) for p in (EXCEPTION_ASKED, _PUTS_CASE))
    asks_duty = bool(asked) or form is not None or query.kind is QuestionKind.WHO or _OF_US.search(text) is not None
    puts_condition, asks_why = _UNDER_CONDITION.match(text) is not None, _ASKS_REASONS.search(text) is not None
    led_by_law = asks_of_duty(query) and _is_law(library, first.doc_id)
    held_beside = {c.passage for c in ranked if c.coverage > HELD_BY_OTHERS}
    out: list[SentenceCandidate] = []
    for c, actors in zip(ranked, acting, strict=True):
        if c.score < least:
            out.append(c)
            continue
        fits = 0.0
        if spoken_of and actors:
            fits += OF_ASKED * names_any(asked, actors) - OF_OTHERS * speaks_of_others(asked, actors)
        if fits >= 0:
            fits += (OF_BAN if form is PROHIBITION_STATED else OF_FORM) * _shows_form(library, c, form)
            fits += OF_ACT * (act is not None and act.search(c.words) is not None)
            fits += OF_DENIED * (denied is not None and denied.search(c.words) is not None)
            fits += _time_in(c.words, asks_length) if asks_time else 0.0
        fits -= HOLDS_NONE * (not c.held and c.passage in held_beside)
        fits += OF_FORM * (named is not None and named.search(c.words) is not None)
        fits += OF_NUMBER * (number is not None and number.search(c.words) is not None)
        fits -= POINTS_BACK * points_back(c.words) + CUT_AHEAD * (_CUT.match(c.words) is not None)
        fits -= 0.0 if wants_case else SPECIAL_CASE * _special_case(c)
        fits -= A_QUESTION_ITSELF * (not asks_questions and c.words.rstrip().endswith("?"))
        fits += OF_LISTED * (listed is not None and listed.search(c.words) is not None)
        fits -= ONLY_RECITED * (not asks_why and _is_recital(library, c))
        if not for_meaning and not asks_duty and _DUTY_NAMED.search(text):
            fits -= DEFINES_ONLY * (_STATES_MEANING.match(c.words) is not None)
        if (asks_duty or puts_condition) and not for_meaning:
            defines = _STATES_MEANING.match(c.words) is not None
            binds = 0.0 if defines or not asks_duty else BINDS_NOBODY * _binds_nobody(library, c, led_by_law)
            fits -= DEFINES_ONLY if defines else binds
        out.append(replace(c, fits=fits))
    return out


def act_stated(question: str) -> re.Pattern[str] | None:
    """How a sentence says that somebody shall or may do what a question asks about, in its own verb or in the texts'
    word for that; ``None`` where the question shows no such verb."""
    asked = act_asked(question)
    words = [*asked.split()[-1:], *re.findall(r"[a-z]{4,}", expand_everyday_words(asked).lower())]
    if not words:
        return None
    stems = "|".join(re.escape(word[: max(4, len(word) - 2)]) for word in words)
    return re.compile(
        rf"\b(?:shall|must|should|may|(?:has|have|powers?|rights?|entitled|empowered) to)\b"
        rf"(?:,[^;.]{{0,140}}?,)?(?: (?:have|be|been|the|rights?|powers?|to|not|also|only|\w+ly))* (?:{stems})"
    )


_IN_WHICH = re.compile(
    r"\b(?:in|at|to|by|from|with|under|within|against) (?:which|what) (?:[\w-]+ ){0,2}?"
    r"(?!(?:case|circumstance|condition|extent|situation|way|article|paragraph|section|clause|point|annexe?)s?\b)"
    r"(?P<thing>[a-z]{4,}?)s? (?:must|shall|should|may|can|is|are|do|does|did|has|have|will)\b",
    re.IGNORECASE,
)


def _thing_named(question: str) -> re.Pattern[str] | None:
    """How a sentence names the kind of thing that a question asks for by a preposition: "language" of "In which
    language must labels be?"; ``None`` where it asks so for none."""
    found = _IN_WHICH.search(question)
    return re.compile(rf"\b{re.escape(found['thing'])}s?\b", re.IGNORECASE) if found else None


_THINGS_ASKED = re.compile(
    r"\b(?:what|which) (?:(?:are|were) )?(?:(?:the|all|its) )*(?P<things>[a-z]{4,}s)\b", re.IGNORECASE
)
_ASKS_QUESTIONS = re.compile(
    r"\b(?:questions?|check-?lists?|assessment list)\b|질문|점검 ?(?:표|항목)|평가 ?(?:목록|항목)", re.IGNORECASE
)


def _list_opened(query: Query) -> re.Pattern[str] | None:
    """How a sentence opens the list of the things that a question asks for by a plural noun: "What are the tasks of
    …?", "the following tasks: (a) …"; ``None`` where it shows no such noun."""
    found = _THINGS_ASKED.search(query.worded)
    if found is None:
        return None
    stem = re.escape(found["things"].lower()[:-1].removesuffix("ie"))
    return re.compile(
        rf"\bfollowing (?:[\w-]+ ){{0,3}}?{stem}[a-z]*\b|\b{stem}[a-z]*(?: [\w,]+){{0,3}}:", re.IGNORECASE
    )


def _shows_form(library: Library, candidate: SentenceCandidate, form: re.Pattern[str] | None) -> bool:
    """Whether a sentence has a form; a point has the prohibition of the words that open its list."""
    if form is None or form.search(candidate.words):
        return form is not None
    if form is not PROHIBITION_STATED:
        return False
    return any(FORBIDDING.search(words) for words in opening_words(library, candidate.doc_id, candidate.span))


def _time_in(words: str, asks_length: bool) -> float:
    """What a sentence gains by the time that it states, where one is asked for; "without delay" is no length of it."""
    if TIME_STATED.search(words):
        return OF_TIME
    return OF_SPEED if not asks_length and _SPEED_STATED.search(words) else 0.0


def _special_case(candidate: SentenceCandidate) -> float:
    """How far a sentence sets a rule aside for a case that the question does not put: the share of the case's words
    that the question has not; 0 where it sets none aside."""
    found = _SETS_ASIDE.match(candidate.words)
    if found is None:
        return 0.0
    case = re.findall(r"[가-힣]{2,}|[a-z]{4,}", (found["case"] or found["korean"] or "").casefold())
    stems = tuple(term[:5] for term in candidate.held)
    return 1 - sum(word.startswith(stems) for word in case) / len(case) if case and stems else 1.0


def _binds_nobody(library: Library, candidate: SentenceCandidate, led_by_law: bool) -> bool:
    """Whether a sentence of a law states no duty, right or power, or, where a law leads, is of a publication of the
    catalog that is none."""
    if _is_law(library, candidate.doc_id):
        return force_at(library, candidate.doc_id, candidate.span) == "informative"
    return led_by_law and any(edition.doc_id == candidate.doc_id for edition in library.catalog.editions)


def _is_recital(library: Library, candidate: SentenceCandidate) -> bool:
    """Whether a sentence is of a recital, which says why a rule is made and makes none."""
    unit = library.store.unit_at(candidate.doc_id, candidate.span.start)
    return unit is not None and ":recital:" in unit.unit_id


def _is_law(library: Library, doc_id: str) -> bool:
    edition = library.editions.get(doc_id)
    return edition is not None and edition.kind == "law"
