"""How a question asks for an exception or a prohibition, and how a sentence states one. Pure; English and Korean."""

from __future__ import annotations

import re

_NEGATION = r"(?:not|n['’]t|never|no longer)"
_EXEMPTS = (
    r"(?:exempt(?:s|ed|ions?)?|except(?:s|ed|ions?|ional(?:ly)?)?|exclu(?:de[sd]?|sions?)|waive[sd]?"
    r"|out(?:side)? of scope)"
)
_FREED = (
    rf"{_NEGATION} (?:\w+ ){{0,2}}?(?:appl(?:y|ies|icable)|cover(?:s|ed)?|subject|eligible|entitled|required?"
    r"|need(?:ed)?|have to|necessary|obliged|qualify|count|considered|regarded|deemed|classified|treated)"
)
"""How a sentence says that a rule is not for somebody: "does not apply", "is not eligible"."""
EXCEPTION_ASKED = re.compile(
    rf"\b{_EXEMPTS}\b"
    r"|\b(?:who|whom|what|which|when|where|under|in|is|are|does|do|can|may)\b(?:(?!\b(?:if|whether|why)\b).)*"
    rf"\b{_FREED}\b"
    r"|\b(?:have|has|having|is|are|be) (?:\w+ ){0,3}?no (?:right|duty|obligation|need|claim)\b"
    r"|^\W*when (?:is|are) (?:an?|the|our|such)\b[^?,]{3,60} not\b"
    r"|\b(?:when|where|in which cases?) (?:is|are) there no\b|\b(?:disregard|skip|omit|dispense with|opt out)\b"
    r"|예외|제외|면제|배제|생략|적용(?:되지|하지|을 받지|이 안|받지)"
    r"|(?:하지|받지|지) ?(?:않아도|아니하여도)|안 [가-힣]+도 되|없어도 되"
    r"|대상이 아닌|(?:[이가]|[가-힣] ?) ?아닌 ?(?:경우|때|것|게)|해당하지 않|필요(?:가|는)? ?없",
    re.IGNORECASE,
)
EXCEPTION_STATED = re.compile(
    rf"(?<!without )\b(?:{_EXEMPTS}|unless|other than|save (?:where|for|in)|notwithstanding|need not|dispense with"
    r"|nothing in)\b"
    rf"|\b{_FREED}\b|\bthere (?:is|are|will be|shall be) no\b"
    rf"|\bno (?:\w+ ){{1,3}}?(?:is|are|shall be|will be) (?:required|needed)\b"
    r"|^(?:Note: )?No (?:[\w-]+ ){1,4}?(?:shall|may|must|should|is|are)\b"
    r"|예외(?! ?없)|제외|면제|생략할|다만|그러하지 (?:아니|않)|불구하고|적용(?:하지|되지|을 받지) ?(?:아니|않)"
    r"|(?:아니할|않을) 수 있|않아도|아니하여도|해당하지 (?:아니|않)",
    re.IGNORECASE,
)
_FORBIDS = r"(?:prohibit(?:s|ed|ions?)?|forbid(?:s|den)?|bann?(?:s|ed)?)"
_FORBIDS_ITSELF = (
    r"(?:(?:prohibits?|forbids?|bans?|prohibitions?)\b|(?:prohibited|forbidden|banned)\b"
    r"(?!\s(?!(?:by|in|from|under|for|to|and|or|unless|if|where|when|at|on|as|except|without|with|only)\b)[a-z]))"
)
"""The same as what a sentence says and not of what it speaks: "prohibited behaviour" forbids nothing."""
PROHIBITION_ASKED = re.compile(
    rf"\b(?:may|must|shall|should|can|could|ought)(?: \w+){{0,3}}? ?{_NEGATION}\b(?! on\b)"
    rf"|\b(?:are|is|am)(?: \w+){{0,3}}? {_NEGATION} (?:to|allowed|permitted|supposed)\b"
    rf"|\b(?:{_FORBIDS}|off[- ]limits)\b"
    r"|금지|(?:하면|해서는|하여서는|되면|서는|면) ?(?:안|아니) ?(?:되|됩|돼|된)"
    r"|할 수 없(?:는|나|습)|못 ?하(?:게|는|나)",
    re.IGNORECASE,
)
PROHIBITION_STATED = re.compile(
    rf"\b(?:may|must|shall|should|can|will|do|does|to|are|is|be)(?: \w+)? {_NEGATION}\b|\bcannot\b|\b{_FORBIDS_ITSELF}"
    r"|\b(?:nobody|no one)\b|\bno (?:[\w-]+ ){1,4}?(?:shall|may|must|should|is|are|can)\b"
    r"|금지|(?:안|아니) ?(?:된다|됩니다|되며|한다)|수 없(?:다|습|으)|못한다",
    re.IGNORECASE,
)


FORBIDDING = re.compile(
    rf"\b(?:may|must|shall|should|can)(?: \w+)? {_NEGATION}\b"
    r"(?! (?:preclude|include|affect|prevent|exceed|apply|be (?:covered|considered|deemed|regarded|subject|required)))"
    rf"|\bcannot\b|\b{_FORBIDS_ITSELF}|\bshall neither\b|\b(?:nobody|no one|nor) (?:shall|may|must)\b"
    r"|금지|(?:안|아니) ?(?:된다|됩니다|되며)|(?:할|될) 수 없(?:다|습|으)"
    r"|\bno (?:deben?|pueden?)\b|\bproh[ií]ben?\b|\bprohibid[oa]",
    re.IGNORECASE,
)
"""How a sentence forbids something itself, more narrowly than :data:`PROHIBITION_STATED` has it."""


_DENIED = re.compile(rf"\b{_NEGATION} (?:\w+ ){{0,2}}?(?P<word>[a-z]{{4,}})", re.IGNORECASE)


def denied_in(question: str) -> re.Pattern[str] | None:
    """How a sentence denies what a question for an exception denies: "is not considered", "do not need"; ``None`` of a
    question that denies nothing in English words."""
    found = _DENIED.search(question) if EXCEPTION_ASKED.search(question) else None
    if found is None:
        return None
    return re.compile(rf"\b{_NEGATION} (?:\w+ ){{0,3}}?{re.escape(found['word'][:5])}", re.IGNORECASE)


def asks_for_exception(question: str) -> bool:
    """Whether a question asks for an exception, or for whom or when a rule does not hold."""
    return EXCEPTION_ASKED.search(question) is not None


def asks_for_prohibition(question: str) -> bool:
    """Whether a question asks what is forbidden, or whether something is."""
    return PROHIBITION_ASKED.search(question) is not None
