"""Parts a question that asks two things: "Who appoints the keeper, and what must the letter contain?". Pure; English
and Korean.

Searched as one, such a question finds what has the words of both halves, which often answers neither. Each half is a
question of its own; the second one is searched with the words of the first, since it says "it" of what that is about.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.query.everyday_words import with_plain_verb
from kb.query.query import expanded_terms, kind_read
from kb.query.scopes import without_scopes
from kb.query.translation import question_in_english
from kb.text.hangul import has_hangul

if TYPE_CHECKING:
    from kb.query.query import Query

_WH_WORD = r"(?:who|whom|whose|what|which|when|where|why|how)"
_HELPING_VERB = r"(?:may|must|can|could|shall|should|does|do|did|is|are|has|have|will)"
_BEFORE_WH = r"(?:(?:in|for|to|by|at|within|under|on|from|until|after|with|about) )"
_ENGLISH_SECOND = re.compile(
    rf"(?:[,;] and(?: if so,?)? (?:also )?|[;?] )(?P<second>{_BEFORE_WH}?{_WH_WORD}\b)"
    rf"| and (?P<joined>{_BEFORE_WH}?{_WH_WORD}\b(?: [\w-]+){{0,2}}? {_HELPING_VERB} (?=\w))"
    rf"|(?:[,;] and(?: if so,?)? |[;?] )(?P<helped>{_HELPING_VERB} (?=\S))",
    re.IGNORECASE,
)
_ASKS_FIRST = re.compile(rf"(?:^|[,:;] ?|\b{_BEFORE_WH}){_WH_WORD}\b|^\W*{_HELPING_VERB}\b|: *$", re.IGNORECASE)
_NO_CONTENT = frozenset(
    "what which when where whom whose that this these those they them their there then does must shall should could may"
    " have been with from into about under within will would also many much long often soon called name named apply"
    " applies such same other else exactly".split()
)
_KOREAN_SECOND = re.compile(r"(?<=[가-힣])(?:하며|이며|며|하고|이고|(?<![사신보광경권그])(?<!그리)고),? (?=\S)")
"""The end of a verb that another ask follows; 사고, 신고, 보고 and the like are nouns."""
_KOREAN_ASKING = re.compile(r"누가|누구|무엇|어떤|어떻게|언제|며칠|몇|얼마|어디|어느|무슨|왜")
LEAST_KOREAN = 2
"""Words of a Korean half at least, the one that asks among them."""


def halves_of(question: str) -> tuple[str, str] | None:
    """The two questions of one that asks two things, as they are written; ``None`` of any other question."""
    text = question.strip().rstrip("?.!。 ")
    return _korean_halves(text) if has_hangul(text) else _english_halves(text)


def _english_halves(text: str) -> tuple[str, str] | None:
    for found in _ENGLISH_SECOND.finditer(text):
        first, second = text[: found.start()].strip(), text[found.start(found.lastgroup or 0) :].strip()
        if _ASKS_FIRST.search(first) and _says_something(first) and (_says_something(second) or asks_only_when(second)):
            return first, second
    return None


_ONLY_WHEN = re.compile(r"\W*(?:(?:for )?how (?:long|often|soon|quickly)|by when|until when)\W*", re.IGNORECASE)


def asks_only_when(half: str) -> bool:
    """Whether a half says nothing but that it asks for a time: "and for how long?"."""
    return _ONLY_WHEN.fullmatch(half) is not None


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
    first, second = (with_plain_verb(_without_names(query, half)) for half in halves)
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
    code, text = query.language, f"{asked}?"
    english = question_in_english(text, code)
    return replace(
        query,
        text=text,
        terms=terms,
        expanded=expanded_terms(terms, code),
        scopes=scopes,
        kind=kind_read(text, english),
        notices=(),
        in_english=english,
    )
