"""Finds sentences of two documents or editions that say different things on the same matter. Pure.

Three kinds are found: a different force (shall, should, may) of the same action, a different length of time, sum or
share, and a different date. Two sentences are on the same matter if they share enough of their rare words. In case of
doubt nothing is reported, because false alarms cost trust. Both sides are shown; neither is said to be right.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.text.background_idf import background_idf
from kb.text.force import modal_words
from kb.text.korean_units import korean_units
from kb.text.numerals import CARDINALS
from kb.text.tokens import tokens
from kb.types import Force

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARED = 0.4
"""The share of the shorter sentence's words, weighed by rarity, that the other must hold to be of one matter."""
RARE, FEWEST_RARE = 0.35, 3
"""How rare a word must be to show the subject of a sentence, and how many such words both sentences must have."""
AROUND = 12
"""How many words on either side of an amount or a date show what is measured or dated."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence as it is shown, and where it is: the edition's name, the unit, the edition's date."""

    words: str
    document: str
    place: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two statements that differ: ``kind`` is "force", "amount" or "date"; ``said`` the words of each as written."""

    kind: str
    first: Statement
    second: Statement
    said: tuple[str, str]


def conflicts(statements: Sequence[Statement]) -> tuple[Conflict, ...]:
    """The pairs of statements of different documents that differ on one matter, in order; of each pair the first kind
    of difference found."""
    out = (differ(a, b) for a, b in combinations(statements, 2) if a.document != b.document)
    return tuple(conflict for conflict in out if conflict)


def differ(a: Statement, b: Statement) -> Conflict | None:
    """How two statements differ on the matter they share, or ``None``."""
    if not same_matter(a.words, b.words):
        return None
    for kind, find in (("amount", _amounts), ("date", _dates), ("force", _forces)):
        said = find(a.words, b.words)
        if said is not None:
            return Conflict(kind, a, b, said)
    return None


def same_matter(a: str, b: str) -> bool:
    """Whether two sentences share enough of their rare words to be about the same matter."""
    mine, theirs = set(tokens(a)), set(tokens(b))
    both = mine & theirs
    least = min(_weight(mine), _weight(theirs))
    rare = [t for t in both if background_idf(t) >= RARE and not t.isdigit()]
    return least > 0 and len(rare) >= FEWEST_RARE and _weight(both) >= SHARED * least


def _weight(terms: set[str]) -> float:
    return sum(background_idf(t) for t in terms if not t.isdigit())


# --- force

_GROUPS = {Force.SHALL: "shall", Force.SHOULD: "should", Force.RECOMMENDS: "should", Force.MAY: "may"}
_NOT = re.compile(r"\s*(?:not|never|no longer)\b", re.IGNORECASE)
_FILLER = frozenset(tokens("also further only always ensure ensured be have consider considered include including"))
BESIDE, OF_IT = 6, 2
"""How many words around a word of force show the action and its object, and how many of them both must have."""


def _forces(a: str, b: str) -> tuple[str, str] | None:
    """The modal verbs of two sentences if they have the same verb and objects and differ in force, else ``None``."""
    theirs = _actions(b)
    for verb, beside, group, said in _actions(a):
        for other, there, force, words in theirs:
            if other == verb and force != group and len((beside & there) - {verb}) >= OF_IT:
                return said, words
    return None


def _actions(text: str) -> list[tuple[str, set[str], str, str]]:
    """Verb, the words beside it, force with its negation, and the words of force as written."""
    out: list[tuple[str, set[str], str, str]] = []
    for force, start, end in modal_words(text):
        if force not in _GROUPS:
            continue
        denied = _NOT.match(text, end)
        last = denied.end() if denied else end
        clause = re.split(r"[,;:.(]", text[last:], maxsplit=1)[0]
        after = [t for t in tokens(clause)[:BESIDE] if t not in _FILLER]
        if after:
            beside = {*after, *tokens(text[:start])[-BESIDE:]}
            group = f"{_GROUPS[force]}{' not' if denied else ''}"
            out.append((after[0], beside, group, text[start:last].strip()))
    return out


# --- amounts

_NUMBER = r"\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
_WORDS = {word.replace(" ", mark): n for word, n in CARDINALS.items() for mark in (" ", "-")}
"""Numbers in words: "four", "twenty-four", "twenty four"."""
_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0, "year": 8760.0}
_KOREAN = {"시간": "hour", "일": "day", "주": "week", "개월": "month", "년": "year"}
_LONGEST_FIRST = "|".join(sorted(_WORDS, key=len, reverse=True))
_TIME = re.compile(
    rf"(?<![\w.,])({_NUMBER}|{_LONGEST_FIRST})[ -]?(?:(?:working|calendar|business|consecutive) )?"
    rf"(hours?|days?|weeks?|months?|years?|{korean_units(*_KOREAN, of_time=True)})(?![a-z가-힣]*\d)(?![a-z])",
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"(EUR|USD|€|\$)\s?({_NUMBER})(?:\s?(million|billion))?|({_NUMBER})(?:\s?(million|billion))?\s?(euros?|dollars?|유로|달러)",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"(?<![\w.,])({_NUMBER})\s?(?:%|per ?cent\b|퍼센트)", re.IGNORECASE)


def _value(text: str) -> float:
    low = text.casefold()
    if low in _WORDS:
        return float(_WORDS[low])
    if re.fullmatch(r"\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+", text):
        return float(re.sub(r"\D", "", text))
    return float(re.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."))


def amounts(text: str) -> list[tuple[str, float, int, str]]:
    """Lengths of time in hours, sums of money and shares: kind, value, place, and the words as written."""
    out: list[tuple[str, float, int, str]] = []
    for m in _TIME.finditer(text):
        unit = _KOREAN.get(m[2]) or m[2].casefold().rstrip("s")
        if unit != "year" or _value(m[1]) < 1000:  # 2026년 is a date
            out.append(("time", _value(m[1]) * _HOURS[unit], m.start(), m.group()))
    for m in _MONEY.finditer(text):
        sign = (m[1] or m[6]).casefold()
        scale = {"million": 1e6, "billion": 1e9}.get((m[3] or m[5] or "").casefold(), 1.0)
        currency = "EUR" if sign in {"eur", "€", "euro", "euros", "유로"} else "USD"
        out.append((currency, _value(m[2] or m[4]) * scale, m.start(), m.group()))
    out += [("share", _value(m[1]), m.start(), m.group()) for m in _SHARE.finditer(text)]
    return sorted(out, key=lambda item: item[2])


def _amounts(a: str, b: str) -> tuple[str, str] | None:
    mine, theirs = amounts(a), amounts(b)
    for kind, value, place, said in mine:
        others = [x for x in theirs if x[0] == kind]
        if not others or any(abs(x[1] - value) < 1e-6 for x in others):
            continue
        if {x[1] for x in mine if x[0] == kind} & {x[1] for x in others}:
            continue  # both sides name one of several limits: these are lists, not a difference
        nearest = max(others, key=lambda x: _near(a, place, b, x[2]))
        if _near(a, place, b, nearest[2]) >= SHARED:
            return said, nearest[3]
    return None


# --- dates

_MONTHS = "january february march april may june july august september october november december".split()
_DATE = re.compile(
    rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})|(\d{{4}})-(\d\d)-(\d\d)|(\d{{4}})년 ?(\d{{1,2}})월 ?(\d{{1,2}})일",
    re.IGNORECASE,
)


def _days(text: str) -> list[tuple[tuple[int, int, int], int, str]]:
    out = []
    for m in _DATE.finditer(text):
        if text[: m.start()].endswith(" of "):
            continue  # "Directive … of 1 May 2000": the date names a text
        if m[1]:
            day = (int(m[3]), _MONTHS.index(m[2].casefold()) + 1, int(m[1]))
        else:
            y, mo, d = (m[4], m[5], m[6]) if m[4] else (m[7], m[8], m[9])
            day = (int(y), int(mo), int(d))
        out.append((day, m.start(), m.group()))
    return out


def _dates(a: str, b: str) -> tuple[str, str] | None:
    mine, theirs = _days(a), _days(b)
    if not mine or not theirs or {x[0] for x in mine} & {x[0] for x in theirs}:
        return None
    first, second = mine[0], theirs[0]
    return (first[2], second[2]) if _near(a, first[1], b, second[1]) >= SHARED else None


def _near(a: str, at: int, b: str, there: int) -> float:
    """The similarity of the words around a place in one sentence to those around a place in another: 0 to 1."""
    mine, theirs = _around(a, at), _around(b, there)
    least = min(_weight(mine), _weight(theirs))
    return _weight(mine & theirs) / least if least else 0.0


def _around(text: str, at: int) -> set[str]:
    before, after = text[:at].split()[-AROUND:], text[at:].split()[:AROUND]
    return set(tokens(" ".join((*before, *after))))
