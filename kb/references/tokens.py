"""The tokeniser of the reference grammar.

It cuts a text into names of documents ("UNESCO"), years, numbered phrases ("Article 5(1)"), joining words ("and") and
other words. :mod:`kb.references.parsing` then decides which phrases belong to which name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kb.references.folding import Folded, begins
from kb.references.names import Lexicon, Name, name_at, standard_at
from kb.references.phrases import (
    CAPTIONED_KINDS,
    FUNCTION_KINDS,
    IDENTIFIER,
    JOIN,
    OF,
    WEAK_KINDS,
    YEAR,
    Phrase,
    key_case,
    phrases_at,
    word_follows,
)
from kb.references.schemes import OWN_KINDS
from kb.text.hangul import begins_with_hangul
from kb.text.lazy_patterns import lazy

MAX_REFERENCES = 1_000
"""Number of references that are read from one text; the rest of the text is ignored."""


def has_kind(kind: str, name: Token, lexicon: Lexicon) -> bool:
    """Whether a document with this name can have units of this kind by its numbering scheme: an act has articles, a
    recommendation does not."""
    if not kind or name.unknown:
        return True
    publications = lexicon.publications
    schemes = {lexicon.editions[doc].scheme for doc in name.docs}
    schemes &= set(publications.schemes_of(name.value) or schemes) - ({"outline"} if name.value else set())
    kinds = [publications.schemes.get(scheme) for scheme in schemes]
    return any(kind not in OWN_KINDS if of_scheme is None else kind in of_scheme for of_scheme in kinds)


_FILL = re.compile(
    r"(?:the|of|on|see|cf|also|판|의|에|에서|은|는|을|를|이|가|s|para|std|no|참조|참고|중|같은|및)(?![a-z가-힣])"
)
_EXTENDER = re.compile(
    r"(?:ai|ethics|ethical|recommendations?|principles?|guidelines?|framework|standards?|act|document|instrument|legal|on"
    r"|artificial|intelligence|trustworthy|for|권고문?|권고안|원칙|지침|가이드라인|표준|인공지능|윤리|문서|기준|및|에|관한|standard)(?![a-z])"
)
_ACT_WORD = re.compile(
    r"(?:act|regulation|directive|convention|treaty|law|statute|bill|decree|ordinance|code|covenant|declaration)(?![a-z])"
)
_URN = re.compile(r"urn:kb:[a-z0-9.-]{1,60}:[a-z0-9.-]{1,80}:[a-z0-9.-]{1,60}(?::[^\s,;\"'()\[\]]{1,200})?")
_NUMBER_OF_TEXT = re.compile(r"\d{1,4}/(?:199\d|20[0-3]\d)(?![\d/]|\.\d)|(?:199\d|20[0-3]\d)/\d{1,4}(?![\d/]|\.\d)")
_SERIES_NUMBER = re.compile(r"\d{2,4}-\d{1,4}[a-z]?(?![\da-z]|[.-]\d)")  # "SP 800-218A"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(slots=True)
class Token:
    """A piece of the text. ``type`` is one letter:

    N the name of a document, P a numbered phrase, Y a year, J a joining word ("and"), O "of" or an opening bracket,
    S the end of a sentence, F a filling word or sign, W the word "Act" or one like it, X any other word.
    """

    type: str
    start: int
    end: int
    name: Name | None = None
    phrase: Phrase | None = None
    value: str = ""
    used: bool = False
    backward: bool = False
    docs: tuple[str, ...] = ()
    given: bool = False
    unknown: str = ""
    year: str = ""
    first: int = 0
    anchor: str = ""
    bundle: list[Token] = field(default_factory=list)


def tokens_of(text: Folded, lexicon: Lexicon) -> list[Token]:
    """The tokens of a text in reading order; names come first, then years, then numbered phrases."""
    s, n = text.s, len(text.s)
    out: list[Token] = []
    after_name = False
    i = 0
    while i < n:
        c = s[i]
        if c == " ":
            i += 1
            continue
        if s.startswith("urn:kb:", i) and (urn := _URN.match(s, i)):
            i = _urn_token(text, urn, lexicon, out)
            continue
        named = (_listed_standard(text, i, out, lexicon) if c.isdigit() or c == "p" else None) or name_at(
            text, i, lexicon
        )
        if named and not (named[1].only_whole and (out or s[named[0] :].strip(" .?!"))):
            end, name = named
            out.append(Token("N", i, end, name=name))
            i, after_name = end, True
            continue
        numbered = _NUMBER_OF_TEXT.match(s, i)
        if numbered is None and out and out[-1].type == "X" and out[-1].value.isupper():
            numbered = _SERIES_NUMBER.match(s, i)
        if numbered is not None and begins(s, i):
            out.append(Token("X", i, numbered.end(), value=numbered[0]))  # "Opinion 7/2025"
            i, after_name = numbered.end(), False
            continue
        year = YEAR.match(s, i)
        if year and 1990 <= int(year["y"]) <= 2039 and begins(s, i):
            opened = s[i] == "("
            end = year.end() if opened or not year[0].endswith(")") else year.end() - 1
            out.append(Token("Y", i, end, value=year["y"]))
            i = end
            continue
        if c == "'" and s.startswith("'s", i) and not s[i + 2 : i + 3].isalpha():
            i += 2
            continue
        phrases = phrases_at(text, i, not out) if c.isalnum() or c in '§["' or begins_with_hangul(c) else []
        if phrases and not _unlikely(text, phrases, out):
            out += [Token("P", p.start, p.end, phrase=p) for p in phrases[: max(0, MAX_REFERENCES - len(out))]]
            i = phrases[-1].end
            after_name = False
            continue
        if of := OF.match(s, i):
            out.append(Token("O", i, of.end(), value=of[0].strip()))
            i = of.end()
            continue
        if join := JOIN.match(s, i):
            out.append(Token("J", i, join.end(), value=join[0].strip()))
            i = join.end()
            continue
        if c in ".?!":
            if c != "." or i + 1 >= n or s[i + 1] == " ":
                out.append(Token("S", i, i + 1))
            i += 1
            continue
        if c == ":" and s[i - 1 : i].isdigit() and s[i + 1 : i + 2].isdigit():
            out.append(Token("X", i, i + 1, value=c))  # a time of day, a ratio
            i += 1
            continue
        if c in ')-:"~[]#*':
            out.append(Token("F", i, i + 1, value=c))
            i += 1
            continue
        if after_name and (extender := _EXTENDER.match(s, i)):
            out.append(Token("F", i, extender.end(), value=extender[0]))
            i = extender.end()
            continue
        if (begins(s, i) or begins_with_hangul(c)) and (fill := _FILL.match(s, i)):
            out.append(Token("F", i, fill.end()))
            i = fill.end()
            continue
        if act := (_ACT_WORD.match(s, i) if begins(s, i) else None):
            out.append(Token("W", i, act.end(), value=text.original(i, act.end())))
            i, after_name = act.end(), False
            continue
        word = _WORD.match(s, i)
        end = word.end() if word else i + 1
        out.append(Token("X", i, end, value=text.original(i, end)))
        i, after_name = end, False
    return out


def _listed_standard(text: Folded, i: int, before: list[Token], lexicon: Lexicon) -> tuple[int, Name] | None:
    """The number of a standard in a list that began with one: "IEEE 7000, 7001 and 7003"."""
    if len(before) < 2 or before[-1].type != "J" or before[-2].type not in "NY":
        return None
    named = next((token for token in reversed(before[:-1]) if token.type == "N"), None)
    if named is None or not re.match(r"(?:iso.{0,9})?ieee|std|p?\d{4}", text.s[named.start : named.end]):
        return None
    if not re.search(r"\d{4}", text.s[named.start : named.end]):
        return None
    return standard_at(text, i, lexicon)


def _urn_token(text: Folded, urn: re.Match[str], lexicon: Lexicon, out: list[Token]) -> int:
    """Reads a unit id or a document's URN, which is exact by itself; returns where it ends."""
    start = urn.start()
    raw = text.original(start, urn.end())
    end = urn.end() - (len(raw) - len(raw.rstrip(".?!")))
    raw = raw.rstrip(".?!")
    pieces = raw.split(":", 5)
    key = pieces[5] if len(pieces) > 5 else "whole"
    doc = lexicon.by_urn.get(":".join(pieces[:5]).lower())
    if doc and "|" in key:  # an entry of a compiled register names the edition it describes
        inner, _, key = key.partition("|")
        doc = inner if inner in lexicon.editions else doc
    exact = (key,) if key == key_case(key) else (key, key_case(key))
    phrase = Phrase("", [], 0, start, end, raw_keys=exact, docs=(doc,) if doc else (), unknown="" if doc else raw)
    out.append(Token("P", start, end, phrase=phrase))
    return end


def _unlikely(text: Folded, phrases: list[Phrase], before: list[Token]) -> bool:
    """Whether phrases are probably no reference: an ambiguous word before a small number, or a number before a word."""
    first, s = phrases[0], text.s
    if first.kind == "function":
        if not first.weak:  # the token is the first one, or in capitals before "function"
            return bool(s[first.end :].strip(" .?!")) and not s.endswith("function", 0, first.end)
        beside = any(t.type == "N" for t in before[-2:])
        return not beside or not text.original(first.start, first.end).isupper()
    beside_name = any(t.type == "N" for t in before[-3:])
    if first.kind == IDENTIFIER and not beside_name:  # "COVID-19" and the like, unless it is all there is
        dotted = bool(re.search(r"[. ]|-0\d", text.original(first.start, first.end)))
        rest = s[first.end :].strip(" .?!")
        return bool(rest and not (dotted and rest.startswith(("of ", "in ")))) or (bool(before) and not dotted)
    if first.raw_keys or first.docs is not None:
        note = s[first.start] == "[" and ":" not in first.raw_keys[0]  # "[1]", "[sic]"
        return note and not beside_name
    lone = len(phrases) == 1
    if first.weak and first.kind in FUNCTION_KINDS:
        return not beside_name and (bool(before) or bool(s[first.end :].strip(" .?!")))
    if first.weak and lone and word_follows(s, first.end):
        return first.core == 1 or not beside_name
    alone = first.core == 1 and not beside_name and word_follows(s, first.end)
    return first.kind in WEAK_KINDS and lone and alone and not _NUMBERED_AGAIN.match(s, first.end)


def without_own_captions(tokens: list[Token]) -> list[Token]:
    """The tokens of running text without the tables and figures that may be its own: those beside no name."""
    out: list[Token] = []
    for n, token in enumerate(tokens):
        if token.phrase is not None and token.phrase.kind in CAPTIONED_KINDS:
            before = [t.type for t in out if t.type not in {"S", "Y"} and t.value != ","]
            after = [t.type for t in tokens[n + 1 : n + 3]]
            if before[-1:] != ["N"] and after != ["O", "N"]:
                continue
        out.append(token)
    return out


_NUMBERED_AGAIN = lazy(r",?\s(?:clauses?|items?|paragraphs?|paras?\.?|points?|sections?|articles?)\s?\(?\d")
"""A number inside the one before it: "Part III clause 1"."""
