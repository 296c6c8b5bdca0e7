"""The reference grammar: text → :class:`Reference`. Pure; knows forms and names, never which units exist.

Read in three steps: the text is folded (width, case, dashes, spaces) with a map back to its own offsets; it is cut into
tokens (a document's name, a year, a numbered phrase, a joining word, any other word); runs of phrases are then joined
to the name they stand with. Every pattern is anchored at one place and bounded, so the time is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.references.names import (
    SCHEMES_OF,
    ByIdentity,
    Folded,
    Lexicon,
    Name,
    begins,
    fold,
    lexicon_of,
    name_at,
    newest_first,
    of_year,
    standard_at,
    years_of,
)
from kb.text.numerals import roman_value, to_roman
from kb.types import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.catalog.catalog import Catalog

MAX_CHARS = 2_000
"""Characters of a text that are read; a longer text is no reference, and what stands beyond is not looked at."""

MAX_REFERENCES = 1_000
"""References read from one text; what comes after is not looked at."""

MAX_RANGE = 200
"""How many units "paras 1–200" may stand for; a longer range stands for its two ends."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that a text names, as far as the words alone tell.

    ``doc_ids`` are the editions the name allows, newest first; empty where no document is named. ``keys`` are the unit
    keys the number may have there, likeliest first; ``("whole",)`` stands for the document itself. ``span`` is
    half-open in the text, ``written`` its words. ``edition_given`` says that one edition was asked for, not a work.
    ``bare`` says that no document is named. ``unknown`` holds the name or year that the catalog does not have:
    such a reference is never found. ``number`` is the number as a person writes it, for messages.
    """

    doc_ids: tuple[str, ...]
    keys: tuple[str, ...]
    written: str
    span: tuple[int, int]
    edition_given: bool = False
    bare: bool = False
    unknown: str = ""
    number: str = ""


def parse(text: str, catalog: Catalog) -> tuple[Reference, ...]:
    """Every reference in the first :data:`MAX_CHARS` characters of ``text``, in reading order.

    Ranges and lists come back as one reference each. A lone number counts only where a document, a kind of unit or
    nothing else stands beside it: "1.3 million" is no reference.
    """
    return _once(text[:MAX_CHARS], ByIdentity(catalog))[0]


def is_reference(text: str, catalog: Catalog) -> bool:
    """Whether ``text`` is nothing but references, so that it goes to look-up and not to search."""
    if len(text) > MAX_CHARS:
        return False
    references, pure = _once(text, ByIdentity(catalog))
    return pure and bool(references)


def read(text: str, catalog: Catalog) -> tuple[tuple[Reference, ...], bool]:
    """What :func:`parse` and :func:`is_reference` say, read once."""
    references, pure = _once(text[:MAX_CHARS], ByIdentity(catalog))
    return references, pure and bool(references) and len(text) <= MAX_CHARS


def without_names(text: str, catalog: Catalog) -> tuple[tuple[str, ...], str]:
    """The editions that the documents named in ``text`` allow, newest first, and the text without their names."""
    lexicon = lexicon_of(ByIdentity(catalog))
    folded = fold(text[:MAX_CHARS])
    docs: tuple[str, ...] = ()
    out: list[str] = []
    i = 0
    while i < len(folded.s):
        found = name_at(folded, i, lexicon) if folded.s[i] != " " else None
        if found is not None and found[1].docs and not found[1].only_whole and found[0] < len(folded.s) + 1:
            both = tuple(doc for doc in docs if doc in found[1].docs)
            docs = both or (docs if docs and found[1].issuer else found[1].docs)
            i = found[0]
            continue
        out.append(folded.s[i])
        i += 1
    whole = {e.urn.removesuffix("programme") for d in docs if (e := lexicon.editions[d]).urn.endswith(":programme")}
    parts = tuple(d for d, e in lexicon.editions.items() if d not in docs and e.urn.rpartition(":")[0] + ":" in whole)
    return docs + parts, "".join(out)


# --- numbered phrases ------------------------------------------------------------------------------------------------

_KINDS = (
    ("recital", r"recitals?|전문|서문(?=\s?(?:제\s?)?\(?\d)"),
    ("rec", r"recs?(?=[.\s]{0,2}\(?\d)"),
    ("article", r"articles?|arts?(?=[.\s\d(])|artículos?"),
    ("para", r"paragraphs?|paras?|pars?(?=[.\s]{1,2}\d)|párrafos?|§{1,2}|문단|단락|항목"),
    ("annex", r"annex(?:es)?|appendix|appendices|부속서|부록"),
    ("policy-area", r"policy[\s-]areas?|areas? of policy action|정책\s?(?:영역|분야)"),
    ("section", r"sections?|sect?s?(?=\.)|sec(?=\s?\d)|섹션|절(?=\s?\d)"),
    ("principle", r"principles?|원칙|principios?"),
    ("recommendation", r"recommendations?|권고(?:사항)?|recomendación"),
    ("requirement", r"requirements?|요구\s?사항|요건"),
    ("clause", r"sub-?clauses?|clauses?|cls?(?=[.\s]{0,2}\d)|조항"),
    ("chapter", r"chapters?|ch(?=[.\s]{1,2}[\divxl])|장(?=\s?\d)"),
    ("issue", r"issues?|이슈"),
    ("value", r"values?|가치"),
    ("question", r"questions?|문항|질문"),
    ("dimension", r"dimensions?|차원"),
    ("step", r"steps?|단계(?=\s?\d)"),
    ("action", r"actions?"),
)
_KIND = re.compile("|".join(f"(?P<{kind.replace('-', '_')}>{words})" for kind, words in _KINDS))
_WEAK_KINDS = frozenset({"value", "issue", "step", "action", "question", "dimension", "requirement", "rec"})
_AFTER_KIND = re.compile(r"\s?[.:]?\s{0,3}(?:no\.?\s?|nos\.?\s?|number\s|#|제\s?)?")
_PLURAL = re.compile(r".*(?:s|es|ices|§§)$")

_CORE = re.compile(r"(?P<n>\d{1,3}(?:\.\d{1,3}){0,4})(?!\d|\.\d)")
_LONG = re.compile(r"(?P<n>\d{4,5})(?![\d.a-z-])")  # "recital 9999": asked for, and not found
_LOOSE = re.compile(r"(?P<a>\d{1,2})(?:\s\.\s?|\.\s)(?P<b>\d{1,2})(?=\s?(?:$|[(),;?]))")
_LETTER_AFTER = re.compile(r"(?P<x>[a-z])(?![a-z\d])")
_ROMAN = re.compile(r"(?P<n>[ivxlc]{1,7})(?![a-z\d])")
_OUTLINE = re.compile(r"(?P<r>[ivx]{1,5})\.(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})(?![a-z\d]|\.\d)")  # "section I.2.3"
_LETTER = re.compile(r"(?P<n>[a-z])(?![a-z])(?P<more>(?:\.\d{1,3}){0,4})")
_BRACKETED = re.compile(r"\(\s?(?P<n>\d{1,3}|[ivxlc]{1,7})\s?\)")

_POINT = r"(?:[a-z]|aa|bb|cc|dd|[ivx]{1,6})"
_HANGUL = "가나다라마바사아자차카타파하"
_TAILS = (
    re.compile(rf"\s?\(\s?(?P<x>{_POINT}|\d{{1,3}})\s?\)"),
    re.compile(rf"\.(?P<x>{_POINT})(?![a-z\d])"),
    re.compile(rf"\s(?P<x>{_POINT})\)"),
)
_NAMED_TAIL = re.compile(
    r"[,\s]{0,3}(?P<word>sub-?paragraphs?|paragraphs?|paras?\.?|pars?\.|§|sub-?points?|points?|pts?\.|letters?|lits?\.?"
    rf"|items?|indents?|no\.)\s?(?:\(\s?)?(?P<x>{_POINT}|\d{{1,3}})(?:\s?\))?(?![a-z\d]|\.\d)"
)
_KOREAN_TAIL = re.compile(rf"[,\s]{{0,2}}(?:제\s?)?\(?(?P<x>\d{{1,3}}|{_POINT})\)?\s?(?P<unit>항|호|목|문단)(?!목)")
_KOREAN_POINT = re.compile(
    rf"[,\s]{{0,2}}(?:\(\s?(?P<x>[{_HANGUL}])\s?\)\s?[목호]?|(?P<bare>[{_HANGUL}])\s?[목호])(?![가-힣](?<![은는이가의을를에와과도]))"
)
_GLUED = re.compile(r"(?<=\))(?P<x>[a-z])(?![a-z\d])")  # "14(4)a"
_ANNEX_SECTION = re.compile(
    r"[,\s]{0,3}(?:(?:section|sect?\.?|part|섹션|제(?=\s?\d\s?절))\s?(?P<n>[a-h]|\d{1,2})(?![a-z\d]|\.\d)(?:\s?절)?"
    r"|(?P<ko>[a-h])\s?절|[.\s(]\s?(?P<only>[a-h])\)?(?=[\s,.]{1,2}(?:points?\s?)?\(?\d|\s?\(\d))"
)
_ANNEX_POINT = re.compile(
    r"[,\s]{0,3}(?:(?:sub-?points?|points?|pts?\.|items?|no\.|제|nr\.?|paragraphs?|paras?\.?)\s?\(?|\(|(?<=[a-h]|\d)[\s,.]{1,2}|,\s?(?=\d{1,2}\.\d)|\.(?=\d))"
    r"\s?(?P<n>\d{1,3}(?:\.\d{1,2}){0,2})(?![\da-z]|\.\d)\s?\)?(?:\s?[항호](?!목))?"
)
_SUFFIX = re.compile(
    r"\s?(?:번\s?(?:째\s?)?)?(?P<unit>조항|조|항목|항|문단|단락|절|장|원칙|호)(?:의\s?(?P<branch>\d{1,2}))?"
)
_SUFFIX_KIND = {
    "조": "article",
    "조항": "article",
    "항": "para",
    "항목": "para",
    "문단": "para",
    "단락": "para",
    "절": "section",
    "장": "chapter",
    "원칙": "principle",
}
_LEVEL = re.compile(r",?\s?level\s\d(?!\d)")
_REVERSED = re.compile(
    rf"(?:(?:sub-?)?(?:points?|items?|letters?)\s?\(?(?P<point>{_POINT}|\d{{1,3}})\)?\s(?:of|in|under)\s(?:the\s)?)?"
    r"(?:(?:paragraphs?|paras?\.?)\s?\(?(?P<para>\d{1,3})\)?\s(?:of|in|under)\s(?:the\s)?)?"
    rf"(?:(?:sub-?)?(?:points?|items?)\s?\(?(?P<point2>{_POINT}|\d{{1,3}}(?:\.\d{{1,2}})?)\)?\s(?:of|in|under)\s(?:the\s)?)?"
    r"(?:section\s(?P<section>[a-h]|\d)\s(?:of|in|to)\s(?:the\s)?(?=annex))?"
    r"(?=(?:articles?|arts?\.?|annex)\s)"
)
_OF_CHAPTER = re.compile(
    r"(?P<kind>sections?|sec\.?|issues?|절|이슈)\s{0,2}(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})\s?(?:,|(?:of|in|under)(?:\sthe)?)\s?"
    r"(?:chapter|ch\.?)\s?(?P<c>\d{1,2}|[ivx]{1,5})(?![a-z\d]|\.\d)"
)
_UNDER_CHAPTER = re.compile(
    r"[,\s]{1,3}(?P<kind>section|sec\.?|issue|절|이슈)\s{0,2}(?P<n>\d{1,3}(?:\.\d{1,3}){0,3})(?!\d|\.\d)"
)

_FUNCTIONS = {"govern": "govern", "gv": "govern", "map": "map", "mp": "map", "measure": "measure", "ms": "measure"} | {
    "manage": "manage",
    "mg": "manage",
}
_SHORT = {"govern": "GV", "map": "MP", "measure": "MS", "manage": "MG"}
_KOREAN_FUNCTIONS = {"거버넌스": "govern", "매핑": "map", "맵": "map", "측정": "measure", "관리": "manage"}
_FUNCTIONS |= _KOREAN_FUNCTIONS
_KOREAN_RMF = re.compile(r"(?P<f>거버넌스|매핑|맵|측정|관리)\s?(?P<n>\d{1,2}\.\d{1,2})(?!\d|\.\d)")
_FUNCTION_KINDS = frozenset({"govern", "map", "measure", "manage"})
_RMF = re.compile(
    r"(?P<f>govern|gv|map|mp|measure|ms|manage|mg)"
    r"(?:[\s-]{0,2}(?P<n>\d{1,2}(?:\.\d{1,2})?)(?!\d|\.\d)|(?P<said>\sfunction(?![a-z])))?(?![a-z])"
)
_ACTION = re.compile(
    r"(?P<f>gv|mp|ms|mg|govern|map|measure|manage)[\s-]{0,2}(?P<a>\d{1,2})\s?\.\s?(?P<b>\d{1,2})\s?[-\s]\s?(?P<c>\d{3})(?!\d)"
)
_QUESTION = re.compile(r"e\s?(?P<a>\d{1,2})\s?\.\s?(?P<b>\d{1,2})(?!\d|\.\d)")
_TERM = re.compile(
    r"(?P<kind>definition|term)s?(?:\sof)?(?:\sthe)?(?:\sterm)?\s{0,2}[\"'](?P<name>[^\"]{1,120}?)[\"'](?![a-z])"
)
_KEYED = re.compile(r"(?:\"[^\"]{1,400}\"\s?)?\[(?P<key>[^\[\]\s]{1,220})\]")
_RAW_KEY = re.compile(
    r"(?:para|principle|recommendation|requirement|section|clause|article|recital|annex|chapter|policy-area|value|issue"
    r"|question|action|govern|map|measure|manage|function|definition|term|driver|inhibitor|criterion|dimension|step|stage"
    r"|role|part|standard|category|subcategory):[a-z0-9][a-z0-9.~-]{0,160}|whole(?![a-z])"
)

_JOIN = re.compile(
    r"\s?(?:[,;/&+·]\s?(?:and|or|및|또는|와|과)?(?![a-z])|(?:and|or)(?=[\s(])|및|와|과|또는|그리고|혹은|하고)\s?"
)
_PLAIN_WORD = re.compile(r"\s?(?:[a-z]{2,}|[가-힣]+|%|€|\$)")
_SIBLING = re.compile(r"\(?(\d{1,3}|[a-z])\)?(?![\da-z.])")
_UNTIL = re.compile(r"\s?까지")
_RANGE = re.compile(r"\s?(?:-{1,2}|~|\bto(?=[\s(])|\bthrough(?=\s)|\buntil(?=\s)|\bup to(?=\s)|내지|부터|에서)\s?")


@dataclass(slots=True)
class _Phrase:
    """One number with its kind. ``core`` counts the decimals at its head; ``weak``: only a number, needs company."""

    kind: str
    parts: list[str]
    core: int
    start: int
    end: int
    plural: bool = False
    weak: bool = False
    raw_keys: tuple[str, ...] = ()
    tail_unit: str = ""
    docs: tuple[str, ...] | None = None
    unknown: str = ""
    years: list[str] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    """Which parts are items of a Korean act (제1호): 1, or (a) where the text has letters."""


def _core(text: Folded, i: int, kind: str) -> tuple[list[str], int, int] | None:
    """The number at ``i`` as its parts, how many of them are decimals, and its end."""
    s = text.s
    roman_kind = kind in {"clause", "annex", "chapter", "section"}
    counted = kind in {"principle", "value", "policy-area", "requirement"}  # "Principle V" is principle 5
    if bracketed := _BRACKETED.match(s, i):
        n = bracketed["n"]
        if n.isdigit() and kind:
            return [n.lstrip("0") or "0"], 1, bracketed.end()
        if kind == "principle" and (value := roman_value(n)):
            return [str(value)], 1, bracketed.end()
        if roman_kind and roman_value(n):
            return [n.upper()], 1, bracketed.end()
        return None
    if loose := _LOOSE.match(s, i):
        return [str(int(loose["a"])), str(int(loose["b"]))], 2, loose.end()
    if core := (_LONG.match(s, i) if kind else None) or _CORE.match(s, i):
        parts = core["n"].split(".")  # "1.03" stays what it is: no document has it
        parts = [parts[0].lstrip("0") or "0"] if len(parts) == 1 else parts
        end = core.end()
        letter = _LETTER_AFTER.match(s, end)
        if letter and (kind or letter["x"] != "e"):  # "1e" is an edition
            parts[-1] += letter["x"]
            end = letter.end()
        elif end < len(s) and s[end].isascii() and s[end].isalpha():
            return None
        return parts, len(core["n"].split(".")), end
    if kind == "section" and (outline := _OUTLINE.match(s, i)) and roman_value(outline["r"]):
        parts = [outline["r"].upper(), *outline["n"].split(".")]
        return parts, len(parts), outline.end()
    if counted and (roman := _ROMAN.match(s, i)) and (value := roman_value(roman["n"])):
        shown = text.original(i, roman.end())
        if shown.isupper() and (len(shown) > 1 or shown != "I" or not _PLAIN_WORD.match(s, roman.end())):
            return [str(value)], 1, roman.end()
    if roman_kind and (roman := _ROMAN.match(s, i)) and roman_value(roman["n"]):
        shown = text.original(i, roman.end())
        if shown.isupper() or len(shown) > 1 or roman.end() == len(s):
            return [roman["n"].upper()], 1, roman.end()
    if kind == "annex" and (letter := _LETTER.match(s, i)):
        shown = text.original(i, i + 1)
        if shown.isupper() or letter["more"] or letter.end() == len(s):
            parts = [letter["n"].upper(), *letter["more"].split(".")[1:]]
            return parts, len(parts), letter.end()
    return None


def _tail(s: str, end: int, phrase: _Phrase) -> int:
    """Adds the points after a number, "(2)(a)" in any of its forms, to the phrase; where they end."""
    nested = phrase.kind in {"article", "annex"}
    if phrase.kind == "annex":
        end = _annex_tail(s, end, phrase)
    for _ in range(6):
        match = _KOREAN_TAIL.match(s, end) if nested else None
        if match is None and (nested or phrase.core > 1):
            match = _KOREAN_POINT.match(s, end)
        unit = _tail_unit(match) if match else ""
        if match is None and nested:
            match = _GLUED.match(s, end)
        if match is None:
            match = next((m for tail in _TAILS if (m := tail.match(s, end))), None)
        if match is None and phrase.kind in {"article", "annex", "para", "clause", "recital", "principle"}:
            match = _NAMED_TAIL.match(s, end)
            unit = _tail_unit(match) if match else ""
            if unit == "para" and not nested:
                match = None
        if match is None:
            break
        phrase.parts.append(_point(match["x"] or match["bare"]))
        phrase.tail_unit = unit
        if match.groupdict().get("unit") == "호":
            phrase.items.append(len(phrase.parts) - 1)
        end = match.end()
    level = _LEVEL.match(s, end)
    return level.end() if level else end


def _annex_tail(s: str, end: int, phrase: _Phrase) -> int:
    """Adds "Section A" and "point 4.3" after an annex's number to the phrase; where they end."""
    section = _ANNEX_SECTION.match(s, end)
    if section is not None:
        name = section["n"] or section["ko"] or section["only"]
        phrase.parts.append(f"section-{name}" if name.isdigit() else name.upper())
        end = section.end()
    point = _ANNEX_POINT.match(s, end)
    if point is not None and ("." in point["n"] or section is not None or s[end] == "."):
        phrase.parts += point["n"].split(".")
        end = point.end()
        phrase.tail_unit = "point"
    return end


def _tail_unit(match: re.Match[str]) -> str:
    """What a named point is: a paragraph, or something within one."""
    groups = match.groupdict()
    word = groups.get("word") or groups.get("unit") or ""
    return "para" if word.startswith(("para", "par", "§", "항", "문단")) else "point"


def _point(text: str) -> str:
    """A point as keys have it: letters and digits; the Korean alphabet counts like ours."""
    if "가" <= text <= "힣":
        return chr(97 + _HANGUL.index(text))
    return text.lstrip("0") or text


def _suffix(s: str, phrase: _Phrase, end: int) -> int:
    """Reads "제37항", "50조", "37문단": the kind that stands after its number."""
    match = _SUFFIX.match(s, end)
    if match is None:
        return end
    if not phrase.kind:
        kind = _SUFFIX_KIND.get(match["unit"])
        if kind is None:
            return end
        phrase.kind, phrase.weak = kind, False
    end = match.end()
    if match["branch"]:
        phrase.parts[0] += f"-{match['branch']}"
    return end


def _phrases_at(text: Folded, i: int, pure_start: bool) -> list[_Phrase]:
    """The numbered phrase at ``i`` with its list or range, one element each; empty if there is none."""
    first = _one(text, i, "", pure_start)
    if first is None:
        return []
    out = [first]
    while len(out) < MAX_RANGE:
        last = out[-1]
        if last.raw_keys and not last.kind:
            break
        more = _range(text, last) or _next(text, last)
        if not more:
            break
        out += more
    # "36·42항", "37~41항": the kind stands once, after the last
    kind = next((p.kind for p in reversed(out) if p.kind), "")
    for phrase in out:
        if not phrase.kind and not phrase.raw_keys:
            phrase.kind, phrase.weak = kind, phrase.weak and not kind
    return out


def _one(text: Folded, i: int, inherited: str, alone: bool = False) -> _Phrase | None:
    """One element at ``i``. ``inherited`` is the kind of the list it continues; ``alone``: the text starts here."""
    s = text.s
    if not inherited or inherited == "raw":
        special = _special(text, i, alone)
        if special is not None:
            return special
    start, kind, plural = i, "", False
    back: list[str] = []
    if not inherited and begins(s, i) and (reverse := _REVERSED.match(s, i)) and reverse.end() > i:
        section = reverse["section"] or ""
        point = reverse["point"] or reverse["point2"] or ""
        back = [x for x in (f"section-{section}" if section.isdigit() else section.upper(), reverse["para"]) if x]
        back += point.split(".") if point else []
        i = reverse.end()
    word = _KIND.match(s, i) if begins(s, i) or s[i] == "§" else None
    if word:
        kind = str(word.lastgroup).replace("_", "-")
        plural = bool(_PLURAL.match(word[0]))
        after = _AFTER_KIND.match(s, word.end())
        i = after.end() if after else word.end()
        if i < len(s) and i == word.end() and s[i].isascii() and s[i].isalpha():
            return None
    elif s.startswith("제", i) and begins(s, i):
        i += 2 if s.startswith("제 ", i) else 1
    elif not begins(s, i) and not ("가" <= s[i - 1] <= "힣" or (s[i - 1].isalpha() and s[i].isdigit())):
        return None
    if i >= len(s):
        return None
    number = _core(text, i, kind or inherited)
    if number is None:
        return None
    parts, core, end = number
    phrase = _Phrase(kind, parts, core, start, end, plural)
    phrase.weak = not kind
    if not kind:
        phrase.end = _suffix(s, phrase, end)
    elif (suffix := _SUFFIX.match(s, end)) and (kind != "annex" or suffix["unit"] not in "항호"):
        phrase.end = suffix.end()
    if phrase.kind == "chapter" and (under := _UNDER_CHAPTER.match(s, phrase.end)):
        phrase.kind = "issue" if under["kind"] in {"issue", "이슈"} else "section"
        phrase.parts += under["n"].split(".")
        phrase.end = under.end()
        return phrase
    phrase.end = _tail(s, phrase.end, phrase)
    if phrase.weak and inherited == "" and len(parts) == 1 and core == 1 and not parts[0].isdigit():
        return None  # "3d", "5g"
    phrase.parts += back
    return phrase


def _special(text: Folded, i: int, alone: bool) -> _Phrase | None:
    """Forms that carry their own kind: URNs, keys, actions, framework functions, questions, defined terms."""
    s = text.s
    if s[i] in '"[':
        keyed = _KEYED.match(s, i)
        if keyed is None:
            return None
        key = text.original(keyed.start("key"), keyed.end("key"))
        return _Phrase("", [], 0, i, keyed.end(), raw_keys=(key,))
    if not begins(s, i):
        return None
    if match := _RAW_KEY.match(s, i):
        key = _key_case(text.original(i, match.end()))
        while key.endswith((".", "-")):
            key = key[:-1]
        if key != "whole" or alone:
            return _Phrase("", [], 0, i, i + len(key), raw_keys=(key,))
    if match := _ACTION.match(s, i):
        key = f"action:{_SHORT[_FUNCTIONS[match['f']]]}-{match['a']}.{match['b']}-{match['c']}"
        return _Phrase("action", [], 0, i, match.end(), raw_keys=(key,))
    if match := _QUESTION.match(s, i):
        key = f"question:E{int(match['a']):02}.{int(match['b']):02}"
        return _Phrase("question", [], 0, i, match.end(), raw_keys=(key,))
    if match := _TERM.match(s, i):
        tail = slug(match["name"])
        if tail:
            return _Phrase("", [], 0, i, match.end(), raw_keys=(f"{match['kind']}:{tail}",))
    if match := _KOREAN_RMF.match(s, i):
        parts = [str(int(p)) for p in match["n"].split(".")]
        return _Phrase(_FUNCTIONS[match["f"]], parts, len(parts), i, match.end(), weak=True)
    if match := _OF_CHAPTER.match(s, i):
        kind = "issue" if match["kind"].startswith(("issue", "이슈")) else "section"
        chapter = match["c"] if match["c"].isdigit() else match["c"].upper()
        return _Phrase(kind, [chapter, *match["n"].split(".")], 1, i, match.end())
    if match := _RMF.match(s, i):
        function, number = _FUNCTIONS[match["f"]], match["n"]
        loud = text.original(i, match.end("f")).isupper()
        if number is None:
            weak = not alone and not (loud and match["said"])
            if len(match["f"]) == 2 and not alone:
                return None
            return _Phrase("function", [], 0, i, match.end(), weak=weak, raw_keys=(f"function:{function}",))
        weak = "." not in number and not (loud and len(match["f"]) > 2)
        parts = [str(int(p)) for p in number.split(".")]
        return _Phrase(function, parts, len(parts), i, match.end(), weak=weak)
    return None


def _key_case(key: str) -> str:
    """A key with the case keys have: romans, annexes and actions in capitals, the rest small."""
    kind, _, tail = key.partition(":")
    kind = kind.lower()
    head, dot, rest = tail.partition(".")
    if kind in {"annex", "chapter"} or (kind in {"clause", "section"} and roman_value(head)):
        return f"{kind}:{head.upper()}{dot}{rest.lower()}" if tail else kind
    if kind in {"action", "question"}:
        return f"{kind}:{tail.upper()}"
    return f"{kind}:{tail.lower()}" if tail else kind


def slug(text: str) -> str:
    """The slug that units of named things carry (the same rule as the reader's), or "" where nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")


def _word_follows(s: str, end: int) -> bool:
    """Whether a plain word stands right after: "1.3 million", "8 others"; joining words do not count."""
    return (
        bool(_PLAIN_WORD.match(s, end))
        and _OF.match(s, end) is None
        and _JOIN.match(s, end) is None
        and _RANGE.match(s, end) is None
    )


def _next(text: Folded, last: _Phrase) -> list[_Phrase]:
    """The next element of a list without a kind of its own: "GOVERN 1.1, 1.2", "Art. 5(1)(a), (b)"."""
    s = text.s
    join = _JOIN.match(s, last.end)
    if join is None or join.end() >= len(s):
        return []
    at = join.end()
    if last.raw_keys:
        return []
    deep = len(last.parts) > last.core
    if deep and (point := _TAILS[0].match(s, at)) and point["x"].isdigit() == last.parts[-1].isdigit():
        return [replace(last, parts=[*last.parts[:-1], point["x"]], start=at, end=point.end())]
    if _YEAR.match(s, at) or _IEEE_DESIGNATION.match(s, at):
        return []
    if sibling := _sibling(s, last, at):
        return [sibling]
    if not (s[at].isdigit() or s[at] in "제ivxlc("):
        return []
    phrase = _one(text, at, last.kind or "raw")
    if phrase is None or phrase.raw_keys or (phrase.kind and phrase.kind != last.kind and last.kind):
        return []
    if not phrase.kind:
        if last.kind in _FUNCTION_KINDS and phrase.core != last.core:
            return []
        trusted = last.plural or last.kind in _FUNCTION_KINDS or s[at] == "제" or phrase.core > 1
        if _word_follows(s, phrase.end) and not (trusted and last.kind):
            return []
        phrase.kind, phrase.weak, phrase.plural = last.kind, last.weak, last.plural
    return [phrase]


def _sibling(s: str, last: _Phrase, at: int) -> _Phrase | None:
    """The point beside the last one: "Article 14 paragraphs 2 and 3", "제14조 제2항 및 제3항"."""
    if not last.tail_unit:
        return None
    named = _KOREAN_TAIL.match(s, at) or _NAMED_TAIL.match(s, at)
    if named is not None and _tail_unit(named) == last.tail_unit:
        return replace(last, parts=[*last.parts[:-1], _point(named["x"])], start=at, end=named.end())
    number = _SIBLING.match(s, at) if not last.plural and named is None else None
    if number is None or number[1].isdigit() != last.parts[-1].isdigit():
        return None
    return replace(last, parts=[*last.parts[:-1], number[1]], start=at, end=number.end())


def _range(text: Folded, last: _Phrase) -> list[_Phrase]:
    """The elements after the first of "37–41", "1.1-1.5", "III to V", "(a)–(d)", "8조 내지 15조"."""
    s = text.s
    sign = _RANGE.match(s, last.end)
    if sign is None or sign.end() >= len(s) or (last.raw_keys and last.kind != "question"):
        return []
    at = sign.end()
    if last.raw_keys:
        question = _QUESTION.match(s, at)
        a, b = re.findall(r"\d+", last.raw_keys[0])
        if question is None or int(question["a"]) != int(a):
            return []
        keys = [f"question:E{a}.{n:02}" for n in range(int(b) + 1, int(question["b"]) + 1)]
        return [_Phrase("question", [], 0, at, question.end(), raw_keys=(key,)) for key in keys]
    point = _TAILS[0].match(s, at) if len(last.parts) > last.core else None
    sibling = _sibling(s, last, at)
    if point is not None or sibling is not None:
        a, b = last.parts[-1], point["x"] if point is not None else sibling.parts[-1] if sibling else ""
        if re.fullmatch(r"[ivx]+-[ivx]+", f"{a}-{b}") and (roman_value(a) or 0) < (roman_value(b) or 0):
            points = [to_roman(n).lower() for n in range((roman_value(a) or 0) + 1, (roman_value(b) or 0) + 1)]
        elif len(a) == len(b) == 1 and a.isalpha() and b.isalpha() and a < b:
            points = [chr(c) for c in range(ord(a) + 1, ord(b) + 1)]
        elif a.isdigit() and b.isdigit() and int(a) < int(b) <= int(a) + MAX_RANGE:
            points = [str(n) for n in range(int(a) + 1, int(b) + 1)]
        else:
            points = [b]
        end = point.end() if point is not None else sibling.end if sibling else at
        until = _UNTIL.match(s, end)
        end = until.end() if until else end
        return [replace(last, parts=[*last.parts[:-1], p], start=at, end=end) for p in points]
    if _YEAR.match(s, at):
        return []
    function = last.kind in _FUNCTION_KINDS
    end_ = _one(text, at, "" if function and not s[at].isdigit() else last.kind or "raw")
    if end_ is None or end_.raw_keys or (end_.kind and last.kind and end_.kind != last.kind):
        return []
    until = _UNTIL.match(s, end_.end)
    end = until.end() if until else end_.end
    kind = last.kind or end_.kind
    last.weak = last.weak and not kind
    a_, b_ = last.parts, end_.parts
    steps = [b_]
    if len(a_) == len(b_) and a_[:-1] == b_[:-1]:
        x, y = a_[-1], b_[-1]
        if x.isdigit() and y.isdigit() and int(x) < int(y) < int(x) + MAX_RANGE:
            steps = [[*a_[:-1], str(n)] for n in range(int(x) + 1, int(y) + 1)]
        elif kind in {"annex", "clause", "chapter"} and x.isupper() and y.isupper():
            p, q = roman_value(x), roman_value(y)
            if p and q and p < q < p + 40:
                steps = [[to_roman(n)] for n in range(p + 1, q + 1)]
            elif len(x) == len(y) == 1 and x < y:
                steps = [[chr(n)] for n in range(ord(x) + 1, ord(y) + 1)]
    return [replace(end_, kind=kind, parts=list(p), start=at, end=end, weak=last.weak, plural=True) for p in steps]


_OUTLINE_KINDS = frozenset({"dimension", "step", "stage", "part"})


# --- keys ------------------------------------------------------------------------------------------------------------

_EVERYWHERE = ("oecd", "guidelines", "hleg", "unesco-para", "outline", "ieee", "eu-act", "ead")
_ORDER = ("para", "article", "principle", "recommendation", "requirement", "section", "clause")


def _keys(scheme: str, phrase: _Phrase, bare: bool = False) -> list[str]:
    """The keys a phrase may mean in a document of this scheme, likeliest first."""
    if phrase.raw_keys:
        return list(phrase.raw_keys)
    out: list[str] = []
    for parts in _readings(phrase):
        out += [key for key in _keys_of(scheme, phrase.kind, parts, phrase.core, bare) if key not in out]
    return out


def _readings(phrase: _Phrase) -> Iterator[list[str]]:
    yield phrase.parts
    # "1.2a" is 1.2(a); but an article 4a is one of its own, put in later
    last = phrase.parts[phrase.core - 1]
    if phrase.kind not in {"article", "recital"} and len(last) > 1 and last[:-1].isdigit() and last[-1].isalpha():
        yield [*phrase.parts[: phrase.core - 1], last[:-1], last[-1], *phrase.parts[phrase.core :]]
    if phrase.items and all(0 < int(phrase.parts[n]) <= 26 for n in phrase.items if phrase.parts[n].isdigit()):
        parts = list(phrase.parts)
        for n in phrase.items:
            below = parts[n + 1 : n + 2]  # a 목 under a 호 is a roman numeral under a letter
            if parts[n].isdigit() and below and len(below[0]) == 1 and below[0].isalpha():
                parts[n + 1] = to_roman(ord(below[0]) - 96).lower()
            parts[n] = chr(96 + int(parts[n])) if parts[n].isdigit() else parts[n]
        yield parts


def _keys_of(scheme: str, kind: str, parts: list[str], core: int, bare: bool) -> list[str]:
    p = ".".join(parts)
    digit = parts[0][:1].isdigit()
    dec = core > 1
    plain = kind in {"", "para", "section", "clause"}
    if scheme == "unesco-para":
        kind = "para" if kind == "rec" and not bare else kind
        if digit and not dec and (kind in {"", "para"} or (kind == "article" and not bare)):
            return [f"para:{p}"]
        if kind in {"principle", "value", "policy-area", "section", "chapter", "annex"} or (kind == "" and not dec):
            return [f"{kind or 'para'}:{p}"] if not (kind == "principle" and dec) else []
        return []
    if scheme == "oecd":
        if dec and (plain or kind in {"principle", "recommendation", "article"}):
            pair = [f"principle:{p}", f"recommendation:{p}"]
            return pair[::-1] if parts[0] == "2" else pair
        if kind == "rec":
            return [f"recommendation:{p}"] if dec else []
        return [f"{kind or 'section'}:{p}"] if kind not in {"para"} else []
    if scheme == "guidelines":
        if dec and (plain or kind in {"principle", "recommendation", "rec"}):
            pair = [f"principle:{p}", f"recommendation:{p}"]
            return pair if parts[0] == "1" and core == 2 else pair[::-1]
        return []
    if scheme == "hleg":
        if kind == "section" and not digit:
            return [f"section:{p}"]
        if kind == "section" and dec and not bare:
            return [f"requirement:{p}", *(f"section:{chapter}.{p}" for chapter in ("I", "II", "III"))]
        if dec and (plain or kind == "requirement"):
            return [f"requirement:{p}"]
        if kind == "chapter" and digit and not dec and not bare:
            return [f"chapter:{to_roman(int(p))}"] if p.isdigit() and 0 < int(p) < 400 else []
        if kind == "requirement" and not bare:  # its own list counts the seven 1 to 7, its headings 1.1 to 1.7
            return [f"requirement:1.{p}"]
        return [f"{kind}:{p}"] if kind in {"principle", "chapter", "section", "requirement"} and not dec else []
    if scheme == "nist-rmf":
        if kind in _FUNCTION_KINDS:
            return [f"{kind}:{p}"]
        if kind == "" and digit and not bare:
            return [f"{f}:{p}" for f in ("govern", "map", "measure", "manage")]
        return [f"section:{p}"] if kind == "section" else []
    if scheme == "eu-act":
        if kind in {"annex", "chapter"} and digit:
            value = int(re.sub(r"\D.*", "", parts[0]))
            return _annex_keys(kind, [to_roman(value), *parts[1:]]) if 0 < value < 400 else []
        if kind in {"recital", "rec"}:
            return [] if dec else [f"recital:{p}"]
        if kind == "annex":
            return _annex_keys(kind, parts)
        if kind == "section" and digit and len(parts) > 1:
            return [f"section:{'.'.join([to_roman(int(parts[0])), *parts[1:]])}"] if parts[0].isdigit() else []
        if kind in {"article", "recital", "annex", "chapter", "section"} or (kind == "" and not dec):
            return [f"{kind or 'article'}:{p}"]
        return []
    if scheme == "ieee":
        if kind in {"", "clause", "section", "para"} and digit:
            return [f"clause:{p}"]
        return [f"{kind}:{p}"] if kind in {"annex", "requirement"} else []
    if scheme == "ead":
        if kind in {"", "principle"} and not dec:
            return [f"principle:{p}"]
        return [f"{kind}:{p}"] if kind in {"chapter", "issue", "section"} else []
    if scheme in {"outline", "glossary", "register"}:
        if kind == "para" and not dec:
            return [f"para:{p}"]
        if kind in {"", "section", "para", "clause", "question"} and digit:
            return [f"section:{p}", f"question:{p}"] if dec or kind != "question" else [f"question:{p}"]
        return [f"{kind}:{p}"] if kind else []
    return []


def _annex_keys(kind: str, parts: list[str]) -> list[str]:
    """An annex's point, also where it stands in a section that is not named: "Annex I, point 13" is in Section B."""
    out = [f"{kind}:{'.'.join(parts)}"]
    if kind == "annex" and len(parts) > 1 and parts[1].isdigit():
        out += [f"annex:{'.'.join([parts[0], section, *parts[1:]])}" for section in _ANNEX_SECTIONS]
    if kind == "annex" and len(parts) > 1 and re.fullmatch(r"[a-c]", parts[1]):
        out.append(f"annex:{'.'.join([parts[0], parts[1].upper(), *parts[2:]])}")
    return out


_ANNEX_SECTIONS = ("A", "B", "C", "section-1", "section-2")

_NATIVE = {
    "unesco-para": frozenset({"para", "principle", "value", "policy-area", "section", "chapter"}),
    "oecd": frozenset({"principle", "recommendation", "rec", "section", "clause", "para"}),
    "guidelines": frozenset({"principle", "recommendation", "rec", "section", "para"}),
    "hleg": frozenset({"requirement", "principle", "chapter", "section"}),
    "nist-rmf": _FUNCTION_KINDS | {"function", "section"},
    "nist-action": frozenset({"action"}),
    "eu-act": frozenset({"article", "recital", "rec", "annex", "chapter", "section"}),
    "ieee": frozenset({"clause", "annex", "section", "para"}),
    "ead": frozenset({"principle", "chapter", "issue", "section"}),
    "kisdi": frozenset({"question"}),
}
"""Kinds that documents of a scheme are made of; an outline may have any but a framework's own."""


def _native(kind: str, name: _Token, lexicon: Lexicon) -> bool:
    """Whether the documents of a name could have units of this kind."""
    if not kind or name.unknown:
        return True
    schemes = {lexicon.editions[doc].scheme for doc in name.docs}
    schemes &= set(SCHEMES_OF.get(name.value, schemes)) - ({"outline"} if name.value else set())
    return any(kind in _NATIVE.get(s, ()) or (s not in _NATIVE and kind not in _OWN_KINDS) for s in schemes)


_OWN_KINDS = _FUNCTION_KINDS | {"function", "action", "recital"}


# --- tokens ----------------------------------------------------------------------------------------------------------

_YEAR = re.compile(
    r"\(?\s?(?:of\s)?(?P<y>(?:19|20)\d\d)(?![\d/.]|-\d)\s?(?:년(?:판|도)?)?(?:\s(?:edition|version|text)(?![a-z]))?\s?\)?"
)
_IEEE_DESIGNATION = re.compile(r"\d{4}(?:\.\d)?-(?:19|20)\d\d")
_OF = re.compile(r"\s?(?:(?:of|in|from|under|within)(?:\s(?:the|its))?(?=[\s(])|의(?=\s)|\()")
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
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(slots=True)
class _Token:
    type: str
    start: int
    end: int
    name: Name | None = None
    phrase: _Phrase | None = None
    value: str = ""
    used: bool = False
    backward: bool = False
    docs: tuple[str, ...] = ()
    given: bool = False
    unknown: str = ""
    year: str = ""
    first: int = 0
    anchor: str = ""
    bundle: list[_Token] = field(default_factory=list)


def _tokens(text: Folded, lexicon: Lexicon) -> list[_Token]:
    s, n = text.s, len(text.s)
    out: list[_Token] = []
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
            out.append(_Token("N", i, end, name=name))
            i, after_name = end, True
            continue
        year = _YEAR.match(s, i)
        if year and 1990 <= int(year["y"]) <= 2039 and begins(s, i):
            opened = s[i] == "("
            end = year.end() if opened or not year[0].endswith(")") else year.end() - 1
            out.append(_Token("Y", i, end, value=year["y"]))
            i = end
            continue
        if c == "'" and s.startswith("'s", i) and not s[i + 2 : i + 3].isalpha():
            i += 2
            continue
        phrases = _phrases_at(text, i, not out) if c.isalnum() or c in '§["' or "가" <= c <= "힣" else []
        if phrases and not _unlikely(text, phrases, out):
            out += [_Token("P", p.start, p.end, phrase=p) for p in phrases[: max(0, MAX_REFERENCES - len(out))]]
            i = phrases[-1].end
            after_name = False
            continue
        if of := _OF.match(s, i):
            out.append(_Token("O", i, of.end(), value=of[0].strip()))
            i = of.end()
            continue
        if join := _JOIN.match(s, i):
            out.append(_Token("J", i, join.end(), value=join[0].strip()))
            i = join.end()
            continue
        if c in ".?!":
            if c != "." or i + 1 >= n or s[i + 1] == " ":
                out.append(_Token("S", i, i + 1))
            i += 1
            continue
        if c == ":" and s[i - 1 : i].isdigit() and s[i + 1 : i + 2].isdigit():
            out.append(_Token("X", i, i + 1, value=c))  # a time of day, a ratio
            i += 1
            continue
        if c in ')-:"~[]#*':
            out.append(_Token("F", i, i + 1, value=c))
            i += 1
            continue
        if after_name and (extender := _EXTENDER.match(s, i)):
            out.append(_Token("F", i, extender.end()))
            i = extender.end()
            continue
        if (begins(s, i) or "가" <= c <= "힣") and (fill := _FILL.match(s, i)):
            out.append(_Token("F", i, fill.end()))
            i = fill.end()
            continue
        if act := (_ACT_WORD.match(s, i) if begins(s, i) else None):
            out.append(_Token("W", i, act.end(), value=text.original(i, act.end())))
            i, after_name = act.end(), False
            continue
        word = _WORD.match(s, i)
        end = word.end() if word else i + 1
        out.append(_Token("X", i, end, value=text.original(i, end)))
        i, after_name = end, False
    return out


def _listed_standard(text: Folded, i: int, before: list[_Token], lexicon: Lexicon) -> tuple[int, Name] | None:
    """The number of a standard in a list that began with one: "IEEE 7000, 7001 and 7003"."""
    if len(before) < 2 or before[-1].type != "J" or before[-2].type not in "NY":
        return None
    named = next((token for token in reversed(before[:-1]) if token.type == "N"), None)
    if named is None or not re.match(r"(?:iso.{0,9})?ieee|std|p?\d{4}", text.s[named.start : named.end]):
        return None
    if not re.search(r"\d{4}", text.s[named.start : named.end]):
        return None
    return standard_at(text, i, lexicon)


def _urn_token(text: Folded, urn: re.Match[str], lexicon: Lexicon, out: list[_Token]) -> int:
    """A unit id or a document's URN: exact, and never in need of company."""
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
    exact = (key,) if key == _key_case(key) else (key, _key_case(key))
    phrase = _Phrase("", [], 0, start, end, raw_keys=exact, docs=(doc,) if doc else (), unknown="" if doc else raw)
    out.append(_Token("P", start, end, phrase=phrase))
    return end


def _unlikely(text: Folded, phrases: list[_Phrase], before: list[_Token]) -> bool:
    """Whether the "reference" is plain prose: a weak word before a small number, a number before a word."""
    first, s = phrases[0], text.s
    if first.kind == "function":
        if not first.weak:  # stands first, or in capitals before "function"
            return bool(s[first.end :].strip(" .?!")) and not s.endswith("function", 0, first.end)
        beside = any(t.type == "N" for t in before[-2:])
        return not beside or not text.original(first.start, first.end).isupper()
    beside_name = any(t.type == "N" for t in before[-3:])
    if first.raw_keys or first.docs is not None:
        note = s[first.start] == "[" and ":" not in first.raw_keys[0]  # "[1]", "[sic]"
        return note and not beside_name
    lone = len(phrases) == 1
    if first.weak and first.kind in _FUNCTION_KINDS:
        return not beside_name and (bool(before) or bool(s[first.end :].strip(" .?!")))
    if first.weak and lone and _word_follows(s, first.end):
        return first.core == 1 or not beside_name
    return first.kind in _WEAK_KINDS and lone and first.core == 1 and not beside_name and _word_follows(s, first.end)


# --- runs and their names --------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _once(text: str, catalog: ByIdentity[Catalog]) -> tuple[tuple[Reference, ...], bool]:
    """:func:`_read`, once for all that asks about a question."""
    return _read(text, lexicon_of(catalog))


def _read(raw: str, lexicon: Lexicon) -> tuple[tuple[Reference, ...], bool]:
    """The references of a text, and whether it holds nothing else."""
    mended = _mended(raw)
    if mended:
        references, pure = _read_strictly(mended, lexicon)
        if pure and references:
            start = len(raw) - len(raw.lstrip())
            written = raw.strip()
            span = (start, start + len(written))
            return tuple(replace(each, written=written, span=span) for each in references), True
    return _read_strictly(raw, lexicon)


_MENDS = (
    (r"(?<=\d)\.\.(?=\d)", "."),  # "1..3"
    (r"\b(para(?:graph)?s?|articles?|recitals?|principles?|clauses?|sections?)\s?,\s?(?=\d)", r"\1 "),  # "para,37"
    (r"\b(unesco|oecd|hleg)\s(?:no\.?|nr\.?|number)\s?(?=\d)", r"\1 "),
    (r"\s(?:vs\.?|versus|compared (?:to|with)|대)\s(?=\(?[12\d])", " and "),
    (
        r"^((?:.*(?:oecd|hleg|원칙|principle|권고|recommendation|requirement))\D{0,12})([12]),([1-7])(?!\d|,)",
        r"\1\2.\3",
    ),
    (
        r"\b(unesco|oecd|ieee|nist|hleg)"
        r"(?=(?:para|princ|art|sect|claus|govern|map|meas|manag|recomm)[a-z.]*\s?\d)",
        r"\1 ",
    ),
    (r"\b(art(?:icle)?\.?\s?\d{1,3})\s?,\s?(?=\(\d{1,2}\))", r"\1"),  # "14, (4)"
    (r"(?<=\(\d\))\s?,\s?(?=\([a-z]\)(?!\s?,))", ""),  # "(4), (a)"
    (
        r"\b(art(?:icle)?\.?)\s?(\d{1,3})\s\(?(\d{1,2})\)?(?:\s?\(?([a-z])\)?)?(?=$|\s(?:of|eu|ai)\s)",
        r"\1 \2(\3)(\4)",
    ),
    (r"\b(annex)\s([ivx]+|\d{1,2})[\s,]{1,2}\(?(\d{1,2})\)?[\s,]{0,2}\(([a-z])\)", r"\1 \2(\3)(\4)"),
    (r"\b(annex|부속서|부록)\s([ivx]+)\s(\d{1,2}(?:\.\d{1,2})?)(?=$|\s?\(|\sof\s)", r"\1 \2(\3)"),
    (r"(?<=\d\.\d)\s([a-d])(?=$|\s?\(?20\d\d)", r"(\1)"),  # "1.2 b"
    (r"\b(\d{1,3})(?:st|nd|rd|th)\s(paragraph|para|recital|article|principle|annex)(?![a-z])", r"\2 \1"),
    (
        r"^(oecd(?:[/ -]legal[/ -]0449)?(?:\s?\(?20\d\d\)?)?)[\s,]+(?=[ivx]{1,4}(?:\s?\(?[a-d]\)?)?$)",
        r"\1 clause ",
    ),
    (
        r"^(.{0,40}(?:hleg|trustworthy ai)[^\d]{0,12})\s(?=[ivx]{1,3}\.\d)(?<!section )(?<!chapter )",
        r"\1 section ",
    ),
)
"""Slips of spacing and punctuation, each with the form that is meant; tried on short texts that are nothing else."""


_STANDARDS_RANGE = re.compile(
    r"\bieee(?:\sstd\.?|\sstandards?)?\s?p?(70\d\d)\s?(?:-|–|~|to|through)\s?p?(70\d\d)(?!\d)", re.I
)


def _each_standard(match: re.Match[str]) -> str:
    """ "IEEE 7001 to 7003": each number between; one that no standard has is asked for like the others."""
    first, last = int(match[1]), int(match[2])
    return "ieee " + ", ".join(str(n) for n in range(first, last + 1)) if first < last <= first + 20 else match[0]


def _mended(raw: str) -> str:
    """The text with its slips put right, or "" where it has none or is too long for a reference."""
    if len(raw) > 120:
        return ""
    plain = " ".join(unicodedata.normalize("NFKC", raw).split())
    out = plain
    for slip, meant in _MENDS:
        out = re.sub(slip, meant, out, flags=re.IGNORECASE)
    out = _STANDARDS_RANGE.sub(_each_standard, out)
    return out.replace("()", "") if out != plain else ""


def _read_strictly(raw: str, lexicon: Lexicon) -> tuple[tuple[Reference, ...], bool]:
    """As :func:`_read`, by the words as they stand."""
    text = fold(raw)
    tokens = _tokens(text, lexicon)
    pure = bool(tokens) and not any(t.type in "XW" for t in tokens)
    names = _bundle(tokens, lexicon)
    found: list[tuple[int, Reference]] = []
    i = 0
    live: _Token | None = None
    last: _Token | None = None
    while i < len(tokens) and len(found) < MAX_REFERENCES:
        token = tokens[i]
        if token.type == "N":
            live = last = token if token.bundle else live
        elif token.type in "XWS":
            live = None
            last = None if token.type == "S" else last
        elif token.type == "F" and token.value == ")" and live is not None and live.backward:
            live = None
        elif token.type == "P":
            end = i
            while end + 1 < len(tokens) and _in_run(tokens, end + 1):
                end += 1
            while tokens[end].type != "P" and tokens[end].type != "Y":
                end -= 1
            run = tokens[i : end + 1]
            name = _partner(text, tokens, i, end, live, last, names)
            found += _emit(text, run, name, pure, lexicon)
            i = end
        i += 1
    for name in names:
        if not name.used and (reference := _whole(text, name, pure, len(names), lexicon)):
            found.append((name.first, reference))
    found.sort(key=lambda item: item[0])
    return tuple(reference for _, reference in found[:MAX_REFERENCES]), pure


def _in_run(tokens: list[_Token], k: int) -> bool:
    """Whether a token goes on with the run of phrases before it: "1.2 and 1.3 in 2019"."""
    if tokens[k].type == "O":
        return k + 1 < len(tokens) and tokens[k + 1].type == "Y" and tokens[k].value != "("
    return tokens[k].type in "PJY" or (tokens[k].type == "F" and tokens[k].value != ")")


def _bundle(tokens: list[_Token], lexicon: Lexicon) -> list[_Token]:
    """Names that stand together read as one ("UNESCO … (SHS/BIO/PI/2021/1)"), with the year beside them."""
    heads: list[_Token] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.type != "N" or token.name is None:
            i += 1
            continue
        token.bundle, token.first = [token], token.start
        token.docs, token.given, token.unknown = token.name.docs, token.name.given, token.name.unknown
        if i and tokens[i - 1].type == "Y":
            token.year, token.first = tokens[i - 1].value, tokens[i - 1].start
        issuer, j = token.name.issuer, i + 1
        while j < len(tokens):
            here = tokens[j]
            if here.type == "N" and here.name is not None:
                docs = tuple(d for d in token.docs if d in here.name.docs) if not token.unknown else ()
                if here.name.unknown and issuer and not here.name.docs:
                    token.docs, token.unknown, issuer = (), here.name.unknown, ""
                elif docs:
                    token.docs, token.given = docs, token.given or here.name.given
                    issuer = issuer if here.name.issuer else ""
                elif issuer and here.name.docs and not here.name.issuer and not here.name.unknown:
                    break
                else:
                    break
                token.bundle.append(here)
                token.end = here.end
            elif here.type == "Y" and not token.year:
                token.year, token.end = here.value, here.end
            elif (
                here.type == "F"
                or (here.type == "O" and here.value in {"(", "of", "of the", "의"})
                or (here.type == "J" and here.value == "," and j + 1 < len(tokens) and tokens[j + 1].type in "NY")
            ):
                pass
            elif here.type == "W" and issuer:
                token.unknown, token.docs, issuer = "?", (), ""  # "EU Data Act": a law we do not have
                break
            elif here.type == "X" and issuer and _law_ahead(tokens, j):
                token.unknown, token.docs, issuer = "?", (), ""
                break
            else:
                break
            j += 1
        token.value = issuer
        if token.year and token.docs:
            fitting = of_year(token.docs, token.year, lexicon)
            if not fitting:
                chain = newest_first(d for doc in token.docs for d in lexicon.chains[doc])
                fitting = of_year(chain, token.year, lexicon)
            if fitting:
                token.docs, token.given = fitting, True
            else:
                token.unknown = token.unknown or f"An edition of {token.year}"
        heads.append(token)
        i += 1
        while i < j and any(tokens[i] is b for b in token.bundle):
            i += 1
        # the names inside a bundle are not heads of their own
        for k in range(i, min(j, len(tokens))):
            if any(tokens[k] is b for b in token.bundle[1:]):
                i = k + 1
    return heads


def _law_ahead(tokens: list[_Token], j: int) -> bool:
    """Whether up to three plain words end in one like "Act": an instrument we do not have."""
    for k in range(j, min(j + 4, len(tokens))):
        if tokens[k].type == "W":
            return True
        if tokens[k].type not in "XF":
            return False
    return False


def _partner(
    text: Folded,
    tokens: list[_Token],
    start: int,
    end: int,
    live: _Token | None,
    last: _Token | None,
    names: list[_Token],
) -> _Token | None:
    """The name a run of phrases belongs to, or ``None``; a document we do not have is a name without editions."""
    phrases = [t.phrase for t in tokens[start : end + 1] if t.phrase]
    if live is not None and not live.backward:
        live.used = True
        return live
    trail, joined = _trailing(tokens, end)
    if trail is not None and trail.bundle and (joined or not _phrase_follows(tokens, trail)):
        trail.used = trail.backward = True
        return trail
    if live is not None:
        live.used = True
        return live
    if unknown := _stranger(text, tokens, start, end):
        return _Token("N", tokens[start].start, tokens[start].start, unknown=unknown)
    carry = last if last is not None else names[0] if len(names) == 1 else None
    if carry is not None and not carry.unknown and carry.docs and _fits(carry, phrases):
        carry.used = True
        return replace(carry, first=-1)
    return None


def _fits(name: _Token, phrases: Sequence[_Phrase]) -> bool:
    return all(p.kind or p.raw_keys or p.core > 1 for p in phrases) and not any(p.docs is not None for p in phrases)


def _trailing(tokens: list[_Token], end: int) -> tuple[_Token | None, bool]:
    """The name right after a run, and whether "of", "의" or a bracket joins it."""
    joined = False
    for token in tokens[end + 1 : end + 6]:
        if token.type == "N":
            return token, joined
        if token.type == "O":
            joined = True
        elif token.type not in "FY" and not (token.type == "J" and token.value == ","):
            break
    return None, False


def _phrase_follows(tokens: list[_Token], name: _Token) -> bool:
    at = next(k for k, t in enumerate(tokens) if t is name)
    for token in tokens[at + 1 :]:
        if token.type == "P":
            return True
        if token.type not in "FYON" and not (token.type == "J" and token.value == ","):
            return False
    return False


def _stranger(text: Folded, tokens: list[_Token], start: int, end: int) -> str:
    """A document beside the run that we do not know: "Data Act Article 4", "Article 8 of the Charter"."""
    phrase = tokens[start].phrase
    if (
        phrase is None
        or phrase.docs is not None
        or phrase.kind not in {"article", "recital", "annex", "section", "para", "clause"}
    ):
        return ""
    k = start - 1
    while k >= 0 and tokens[k].type in "F":
        k -= 1
    if k >= 0:
        before = tokens[k]
        if before.type == "W":
            words = [before.value]
            while k and tokens[k - 1].type == "X" and tokens[k - 1].value[:1].isupper() and len(words) < 5:
                k -= 1
                words.insert(0, tokens[k].value)
            return " ".join(words)
        if before.type == "X" and len(before.value) > 1 and before.value.isascii():
            shouted = before.value.isupper() and before.value.isalpha() and not text.raw.isupper()
            if shouted:
                return before.value
        if before.type == "X" and len(before.value) > 3 and before.value.isdigit():
            return before.value  # the number of a standard that the catalog does not have
        if before.type == "X" and before.value.endswith(("법", "규정", "협약", "조례", "지침")):
            return before.value
    after = [t for t in tokens[end + 1 : end + 7] if t.type != "F"]
    if after and after[0].type == "O" and after[0].value != "(":
        words = []
        for token in after[1:6]:
            if token.type not in "XW":
                break
            words.append(token.value)
            if token.type == "W":
                return " ".join(words)
        if words and words[0][:1].isupper():
            return words[0]
    return ""


def _emit(
    text: Folded, run: list[_Token], name: _Token | None, pure: bool, lexicon: Lexicon
) -> list[tuple[int, Reference]]:
    """The references of a run. A year stands for the phrases before it, back to the year before."""
    waiting: list[_Phrase] = []
    for k, token in enumerate(run):
        if token.phrase is not None:
            if k and any(t.type == "Y" for t in run[max(0, k - 2) : k]):
                waiting = []
            waiting.append(token.phrase)
        elif token.type == "Y":
            for phrase in waiting:
                phrase.years.append(token.value)
    out: list[tuple[int, Reference]] = []
    first = True
    anchor = ""
    if name is not None:
        kinds = [token.phrase.kind for token in run if token.phrase is not None]
        anchor = name.anchor = name.anchor or kinds[-1 if name.backward else 0]
    for phrase in [token.phrase for token in run if token.phrase is not None]:
        if name is None and phrase.weak and phrase.docs is None:
            lettered = phrase.core > 1 and len(phrase.parts) > phrase.core
            if not pure and not lettered:
                continue
        start, end = phrase.start, phrase.end
        # "OECD 1.3 and Article 14": the list goes on, the document does not
        whose = name if name is None or phrase.kind == anchor or _native(phrase.kind, name, lexicon) else None
        if first and whose is not None and name is not None and name.first >= 0 and name.end > name.start:
            start, end = min(start, name.first), max(end, name.end)
            name.first = -1  # claimed: the next phrase's words are its own
        first = False
        opened = "(" in text.s[start:end] and text.s.count("(", start, end) > text.s.count(")", start, end)
        span = text.span(start, end + 1 if opened and text.s[end : end + 1] == ")" else end)
        years = phrase.years or [""]
        out += [(phrase.start, _reference(text, phrase, whose, span, year, lexicon)) for year in years]
    return out


def _reference(
    text: Folded, phrase: _Phrase, name: _Token | None, span: tuple[int, int], year: str, lexicon: Lexicon
) -> Reference:
    """What one phrase refers to, with the name and the year it stands with."""
    written = text.raw[span[0] : span[1]]
    number = text.original(phrase.start, phrase.end)
    if phrase.docs is not None:
        return Reference(phrase.docs, phrase.raw_keys, written, span, True, False, phrase.unknown, number)
    if name is None:
        return _bare(phrase, year, written, span, number, lexicon)
    if name.unknown:
        unknown = name.unknown if name.unknown != "?" else written
        return Reference(name.docs, _all_keys(phrase), written, span, name.given, False, unknown, number)
    docs, given = name.docs, name.given
    if year:
        fitting = of_year(docs, year, lexicon)
        if not fitting:
            return Reference(docs, _all_keys(phrase), written, span, True, False, f"An edition of {year}", number)
        docs, given = fitting, True
    keys: list[str] = []
    fitting_docs: list[str] = []
    schemes = SCHEMES_OF.get(name.value, ())
    if schemes and phrase.kind not in _OUTLINE_KINDS and not phrase.raw_keys:
        # "UNESCO para 3" is the Recommendation's; only what it cannot have is sought in other works
        schemes = schemes[:1] if _keys(schemes[0], phrase) else schemes[1:]
        docs = tuple(doc for doc in docs if lexicon.editions[doc].scheme in schemes) or docs
    for doc in docs:
        here = _keys(lexicon.editions[doc].scheme, phrase)
        if here:
            fitting_docs.append(doc)
            keys += [key for key in here if key not in keys]
    if not keys:  # no such kind in that document: asked for all the same, and not found
        keys, fitting_docs = [f"{phrase.kind or 'unit'}:{'.'.join(phrase.parts)}"], list(docs)
    return Reference(tuple(fitting_docs), tuple(keys), written, span, given, False, "", number)


def _all_keys(phrase: _Phrase) -> tuple[str, ...]:
    keys = list(dict.fromkeys(key for scheme in _EVERYWHERE for key in _keys(scheme, phrase, bare=True)))
    if not keys and phrase.parts:
        keys = [f"{phrase.kind or 'section'}:{'.'.join(phrase.parts)}"]
    order = {kind: n for n, kind in enumerate(_ORDER)}
    return tuple(sorted(keys, key=lambda key: order.get(key.partition(":")[0], len(order))))


def _bare(phrase: _Phrase, year: str, written: str, span: tuple[int, int], number: str, lexicon: Lexicon) -> Reference:
    """A number without a name; a year beside it leaves the editions of that year."""
    keys = _all_keys(phrase)
    docs: tuple[str, ...] = ()
    unknown = ""
    if year:
        every = [e.doc_id for e in lexicon.editions.values() if not e.is_register and e.rendition_of is None]
        docs = tuple(d for d in every if year in years_of(lexicon.editions[d])[0])
        unknown = "" if docs else f"An edition of {year}"
    return Reference(docs, keys, written, span, bool(year), True, unknown, number)


def _whole(text: Folded, name: _Token, pure: bool, n_names: int, lexicon: Lexicon) -> Reference | None:
    """A name without a number: the document itself. A publisher's name counts only where it is all there is."""
    if (name.value or name.unknown == "?" or (name.name and name.name.foreign)) and not (pure and n_names == 1):
        return None
    span = text.span(name.first, name.end)
    written = text.raw[span[0] : span[1]].strip()
    docs = name.docs
    if not name.given:  # drafts and withdrawn texts are meant only when named
        docs = tuple(d for d in docs if lexicon.editions[d].status is not Status.DRAFT) or docs
    unknown = written if name.unknown == "?" else name.unknown
    return Reference(docs, ("whole",), written, span, name.given, False, unknown)
