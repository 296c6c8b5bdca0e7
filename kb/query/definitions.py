"""Definition questions ("what is X?"): finds the term X in a question, and recognises passages that define X. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.query.korean_terms import load_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHO_IS = (
    r"^\W*who (?:is an? [“\"'‘]?(?P<one>(?:[\w-]+ ){0,2}[\w-]+)|are [“\"'‘]?(?P<some>(?!the )(?:[\w-]+ ){0,2}[\w-]+s))"
    r"[”\"'’]?(?: (?:under|in|according|for|as|by)\b.*)?\W*$"
)
"""How the meaning of a word for people is asked for: "Who is a keeper under the code?"."""
_TERM_ASKED = re.compile(
    rf"{_WHO_IS}|"
    r"\bwhat (?:is|are) (?:meant by )?(?:an? |the )?(?:term )?[“\"'‘]?(?P<a>[\w' -]{2,50}?)[”\"'’]?"
    r"(?: (?:under|in|according|for|as)\b.*)?\??$"
    r"|\bdefin(?:e|es|ed|ition of) (?:an? "
    r"|the )?(?:term )?[“\"'‘]?(?P<b>[\w' -]{2,50}?)[”\"'’]?(?: (?:in|under|as)\b.*)?\??$"
    r"|\bmeant? by (?:an? |the )?(?:term )?[“\"'‘]?(?P<f>[\w' -]{2,50}?)[”\"'’]?(?: (?:in|under|as)\b.*)?\??$"
    r"|\bwhat does (?:the term )?[“\"'‘]?(?P<c>[\w' -]{2,50}?)[”\"'’]? mean\b(?! by\b)"
    r"|[“\"'‘]?(?P<d>[가-힣A-Za-z ]{2,30}?)[”\"'’]?"
    r"(?: ?정의(?=[는은를가와과 ]|\W*$)| (?:뜻|의미)(?=\W*$)|이?란(?=\s|\?|$)|의 (?:정의|뜻|의미)"
    r"|[은는이가] (?:무엇|무슨|어떤))"
    r"|[“\"'‘]?(?P<e>[가-힣A-Za-z ]{2,30}?)[”\"'’]?[을를] (?:어떻게 )?정의",
    re.IGNORECASE,
)


_MEANS = r"말한다|뜻한다|의미한다|말합니다|뜻합니다|의미합니다|가리킨다"
_UNDERSTOOD = (
    r"(?:should|must|shall|may|can|is to|are to|has to)(?: \w+)? be (?:\w+ )?"
    r"(?:interpreted|understood|read|construed|taken)"
)
"""How guidance tells what a word means: "The notion of ‘lamp’ should be understood broadly"."""
_A_TYPE_OF = r"(?:type|kind|form|sort|class|category|set|family|branch|subset)s?"
_MORE = r"(?: (?:systems?|models?|tools?|technolog(?:y|ies)))?s?"
"""Words that may follow a term where it is defined: "emotion recognition" in "‘emotion recognition system’ means"."""
_WHERE_DEFINED = re.compile(r"^.*(?:에서|에 따른|(?:법|법률|규정|지침|기준)(?:상의?|의)) ")
"""Whose meaning is asked for, in front of a Korean term: "AI법에서 배포자란"."""
_NOW = re.compile(r"\s+(?:today|now|nowadays|currently|at present|these days)$", re.IGNORECASE)
_GLOSSARY_HEADING = re.compile(r"^(?:.*\b(?:definition|meaning) of|term)\b\W*(?P<term>.+?)\W*$", re.IGNORECASE)


def asked_term(question: str) -> str:
    """The term whose meaning a question asks for, or "" if the question has no such form."""
    match = _TERM_ASKED.search(question.strip())
    found = next((g for g in match.groups() if g), "") if match else ""
    return found.strip()


def asks_who_is_meant(question: str) -> bool:
    """Whether a question for persons asks who is meant by a word, rather than who must or may do something."""
    return re.match(_WHO_IS, question, re.IGNORECASE) is not None


def defines(words: str, term: str, strict: bool = False) -> bool:
    """Whether a sentence defines a term: "'X' means …", "X is defined as …", "X란 … 말한다".

    A ``strict`` reading does not count "X is a …" and "X는 … 이다": texts use these forms for statements that are not
    definitions as well.
    """
    said = r"defined|understood" if strict else r"defined|understood|an?|the"
    joint, ending = (r"이?란", _MEANS) if strict else (r"(?:이?란|[은는])", rf"{_MEANS}|이다|의미")
    one = term[:-1] if term.endswith("s") and not term.endswith("ss") else term
    quoted = re.escape(one).replace(r"\ ", r"\s+")
    classed = re.escape(_OF_SYSTEMS.sub("", one)).replace(r"\ ", r"\s+")
    deemed = rf"|\bshall be (?:considered|classified|regarded|deemed) (?:to be|as) (?:an? )?{classed}\b"
    deemed = deemed if classed != quoted else ""  # "shall be considered to be a keeper" says who else is one
    return (
        re.search(
            rf"(?:notion|concept|meaning|term|expression|word|reference)s? (?:of |to )?(?:an? |the )?"
            rf"[“\"'‘’]?{quoted}{_MORE}[”\"'’]?[^.;]{{0,60}}?"
            rf"\b(?:{_UNDERSTOOD}|includes?|covers?|refers? to|relates? to|means?)\b"
            rf"|\b{quoted}{_MORE}\s?[–—-]\s?(?:defined|understood) as\b"
            rf"|\b{quoted}{_MORE} (?:is|are) (?:an?|one) {_A_TYPE_OF} of\b"
            rf"|[“\"'‘]{quoted}{_MORE}[”\"'’]\s*(?:means?|refers? to|is|are|shall mean|denotes?)\b"
            rf"|\b{quoted}{_MORE} (?:means?|refers? to|(?:is|are) (?:{said})|denotes?)\b"
            rf"{deemed}|(?<![가-힣])[“\"'‘]?{quoted}[”\"'’]?\s*(?:\([^)]*\)\s*)?{joint}\s[^.。]*?(?:{ending})",
            words,
            re.IGNORECASE,
        )
        is not None
    )


_OF_SYSTEMS = re.compile(r" (?:AI )?(?:systems?|models?)$", re.IGNORECASE)


def asked_terms(question: str) -> tuple[str, ...]:
    """The term whose meaning a question asks for, with its English translations if it is Korean; empty if none."""
    term = _NOW.sub("", _WHERE_DEFINED.sub("", asked_term(question)))
    if not term:
        return ()
    english = load_terms().expand(term)
    return tuple(dict.fromkeys((term, *(" ".join(english[:n]) for n in range(len(english), 0, -1)))))


def is_definition(text: str, headings: Sequence[str], terms: Sequence[str]) -> bool:
    """Whether a passage defines one of ``terms``: one of its sentences does, or one of its headings is the term."""
    if any(defines(text, term, strict=True) for term in terms):
        return True
    wanted = {named for t in map(_singular, terms) for named in (t, f"{t} {t}")}  # a path, then the title
    found = (match for heading in headings if (match := _GLOSSARY_HEADING.match(heading)) is not None)
    return any(_singular(match["term"]) in wanted for match in found)


def _singular(name: str) -> str:
    """A name for comparing, each of its words without a plural s."""
    words = re.findall(r"[^\W_]+", name.casefold())
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "su" else word for word in words
    )
