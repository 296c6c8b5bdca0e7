"""Parts a question that asks two things: "Who appoints the keeper, and what must the letter contain?". Pure; English
and Korean.

Searched as one, such a question finds what has the words of both halves, which often answers neither. Each half is a
question of its own; the second one is searched with the words of the first, since it says "it" of what that is about.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.query.everyday_words import expand_everyday_words
from kb.query.korean_terms import load_terms
from kb.query.question_kinds import kind_of_question
from kb.query.scopes import without_scopes
from kb.text.hangul import has_hangul

if TYPE_CHECKING:
    from kb.query.query import Query

_ASKING = r"(?:who|whom|whose|what|which|when|where|why|how)"
_HELPING = r"(?:may|must|can|could|shall|should|does|do|did|is|are|has|have|will)"
_BEFORE_ASKING = r"(?:(?:in|for|to|by|at|within|under|on|from|until|after|with|about) )"
_ENGLISH_SECOND = re.compile(
    rf"(?:[,;] and(?: if so,?)? (?:also )?|[;:?] )(?P<second>{_BEFORE_ASKING}?{_ASKING}\b.*)"
    rf"| and (?P<joined>{_BEFORE_ASKING}?{_ASKING}\b(?: [\w-]+){{0,2}}? {_HELPING} \w.*)"
    rf"|(?:[,;] and(?: if so,?)? |[;?] )(?P<helped>{_HELPING} .*)",
    re.IGNORECASE,
)
_ASKS_FIRST = re.compile(rf"(?:^|[,:;] ?|\b{_BEFORE_ASKING}){_ASKING}\b|^\W*{_HELPING}\b|: *$", re.IGNORECASE)
_NO_CONTENT = frozenset(
    "what which when where whom whose that this these those they them their there then does must shall should could may"
    " have been with from into about under within will would also many much long often soon called name named apply"
    " applies such same other else exactly".split()
)
_KOREAN_SECOND = re.compile(r"(?<=[가-힣])(?:하며|이며|며|하고|이고|고),? (?=\S)")
_KOREAN_ASKING = re.compile(r"누가|누구|무엇|어떤|어떻게|언제|며칠|몇|얼마|어디|어느|무슨|왜")
LEAST_KOREAN = 2
"""Words of a Korean half at least, the one that asks among them."""


def halves_of(question: str) -> tuple[str, str] | None:
    """The two questions of one that asks two things, as they are written; ``None`` of any other question."""
    text = question.strip().rstrip("?.!。 ")
    return _korean_halves(text) if has_hangul(text) else _english_halves(text)


def _english_halves(text: str) -> tuple[str, str] | None:
    for found in _ENGLISH_SECOND.finditer(text):
        first, second = text[: found.start()].strip(), (found["second"] or found["joined"] or found["helped"]).strip()
        if _ASKS_FIRST.search(first) and _says_something(first) and _says_something(second):
            return first, second
    return None


def _says_something(half: str) -> bool:
    return any(word not in _NO_CONTENT for word in re.findall(r"[a-z]{4,}", half.lower()))


def _korean_halves(text: str) -> tuple[str, str] | None:
    for found in _KOREAN_SECOND.finditer(text):
        halves = text[: found.start()], text[found.end() :]
        if all(_KOREAN_ASKING.search(half) and len(half.split()) >= LEAST_KOREAN for half in halves):
            return halves
    return None


def asks_of(query: Query) -> tuple[Query, Query, Query] | None:
    """The two questions of one that asks two things, of the same publications: the first, the second with the words of
    the first beside its own, and the second alone. ``None`` of any other question, and of one that names units by
    number, compares or asks of editions."""
    if query.numbered or query.compares or query.about_editions or len(query.scopes) > 1:
        return None
    halves = halves_of(query.text)
    if halves is None:
        return None
    first, second = (_without_names(query, half) for half in halves)
    beside = _half(query, halves[1], f"{second} ({first})")
    return _half(query, halves[0], first), beside, _half(query, halves[1], second)


def _without_names(query: Query, half: str) -> str:
    """The words of one half without the names of the publications in it."""
    at = query.text.find(half)
    inside = [scope for scope in query.scopes if at <= scope.span[0] and scope.span[1] <= at + len(half)]
    moved = [replace(scope, span=(scope.span[0] - at, scope.span[1] - at)) for scope in inside]
    return without_scopes(half, moved)


def _half(query: Query, asked: str, terms: str) -> Query:
    """The question with the words of one half; ``terms`` is the text that is searched."""
    scopes = tuple(replace(scope, span=(0, 0)) for scope in query.scopes)
    korean = query.language == "ko"
    expanded = " ".join(load_terms().expand_widely(terms)) if korean else expand_everyday_words(terms)
    kind = kind_of_question(f"{asked}?")
    return replace(query, text=f"{asked}?", terms=terms, expanded=expanded, scopes=scopes, kind=kind, notices=())
