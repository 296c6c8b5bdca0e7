"""Parses numbered phrases ("Article 14(4)(a)", "paras 37–41", "제5조 제1항") into a kind and number parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kb.references.folding import Folded, begins
from kb.references.units import slug
from kb.text.hangul import begins_with_hangul
from kb.text.lazy_patterns import lazy
from kb.text.numerals import roman_value, to_roman

MAX_RANGE = 200
"""How many units "paras 1–200" may stand for; a longer range stands for its two ends."""

_KINDS = (
    ("recital", r"recitals?|considerandos?(?=\s\(?\d)|전문|서문(?=\s?(?:제\s?)?\(?\d)"),
    ("rec", r"recs?(?=[.\s]{0,2}\(?\d)"),
    ("article", r"articles?|arts?(?=[.\s\d(])|artículos?"),
    ("para", r"paragraph(?:e?s|e)?|paras?|pars?(?=[.\s]{1,2}\d)|párrafos?|§{1,2}|문단|단락|항목"),
    ("annex", r"annexe?s?|anexos?(?=\s[\divx])|appendix|appendices|부속서|부록"),
    ("policy-area", r"policy[\s-]areas?|areas? of policy action|정책\s?(?:영역|분야)"),
    (
        "section",
        r"regs?(?=[.\s]{1,2}\d{1,3}[a-z]?(?![\d/]))"
        r"|sections?|sect?s?(?=\.)|sec(?=\s?\d)|apartados?(?=\s\d)|sección(?=\s\d)|섹션|절(?=\s?\d)",
    ),
    ("principle", r"principles?|(?:기본\s?)?원칙|principios?"),
    (
        "recommendation",
        r"recommendations?|권고(?:사항)?|recomendación|recomendaciones(?=\s\d)|directri(?:z|ces)(?=\s\d)",
    ),
    ("requirement", r"requirements?|requisitos?(?=\s\d)|(?:핵심\s?)?(?:요구\s?사항|요건)"),
    ("clause", r"sub-?clauses?|clauses?|cls?(?=[.\s]{0,2}\d)|조항"),
    ("chapter", r"chapters?|capítulos?(?=\s[\divxl])|ch(?=[.\s]{1,2}[\divxl])|장(?=\s?\d)"),
    ("issue", r"issues?|이슈"),
    ("value", r"values?|가치"),
    ("question", r"questions?|preguntas?(?=\s\d)|문항|질문"),
    ("dimension", r"dimensions?|차원"),
    ("step", r"steps?|단계(?=\s?\d)"),
    ("action", r"actions?"),
    ("measure", r"조치(?=\s?\d)|medidas?(?=\s\d)"),
    ("commitment", r"commitments?|약속"),
    ("criterion", r"criteri(?:on|a)|심사기준|평가기준"),
    ("control", r"controls?(?=\s[a-z]{0,3}[\s-]?\d)"),
    ("objective", r"objectives?"),
    ("part", r"parts?(?=\s(?:[\divx]|[a-h](?![a-z])))|parti?es?(?=\s[\divx])"),
    ("schedule", r"schedules?|sch(?:ed)?(?=[.\s]{1,2}\d)|별표"),
    ("box", r"box(?:es)?(?=\s\d)|recuadros?(?=\s(?:n[º°o.]\s?)?\d)|글상자|박스(?=\s?\d)"),
    (
        "table",
        r"tables?(?=\s(?:[a-z][.-]?)?\d)|tablas?(?=\s\d)|tableaux?(?=\s\d)|tabelle(?=\s\d)|(?<![가-힣])표(?=\s?\d)",
    ),
    (
        "figure",
        r"figures?(?=\s(?:[a-z][.-]?)?\d)|figs?(?=[.\s]{1,2}\d)|figuras?(?=\s\d)|abbildung(?=\s\d)|그림(?=\s?\d)|도표(?=\s?\d)",
    ),
)
_KIND = lazy("|".join(f"(?P<{kind.replace('-', '_')}>{words})" for kind, words in _KINDS))
CAPTIONED_KINDS = frozenset({"table", "figure"})
"""Kinds of which most texts have their own, so that they are a place of another one only beside its name."""
WEAK_KINDS = frozenset(
    "value issue step action question dimension requirement rec commitment criterion control objective part schedule "
    "box".split()
)
_AFTER_KIND = lazy(r"\s?[.:]?\s{0,3}(?:no\.?\s?|nos\.?\s?|number\s|#|제\s?)?")
_PLURAL = lazy(r".*(?:s|es|ices|§§)$")
_HANGUL = "가나다라마바사아자차카타파하"
_CORE = lazy(r"(?P<n>\d{1,3}(?:\.\d{1,3}){0,4})(?!\d|\.\d)")
_LONG = lazy(r"(?P<n>\d{4,5})(?![\d.a-z-])")  # "recital 9999" is a reference, though no document has it
_LOOSE = lazy(r"(?P<a>\d{1,2})(?:\s\.\s?|\.\s)(?P<b>\d{1,2})(?=\s?(?:$|[(),;?]))")
_CAPTIONED_NUMBER = lazy(r"(?P<n>(?:[a-z][.-]?)?\d{1,3}(?:[.-]\d{1,3}){0,2})(?![\w.-])")
_ORDINAL = lazy(r"(?:ère|er|re|º|ª|°)(?![a-z])")  # "article 1er"
_LETTER_AFTER = lazy(r"(?P<x>[a-z])(?![a-z\d])")
_ROMAN = lazy(r"(?P<n>[ivxlc]{1,7})(?![a-z\d])")
_OUTLINE = lazy(r"(?P<r>[ivx]{1,5})\.(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})(?![a-z\d]|\.\d)")  # "section I.2.3"
_ROMAN_OUTLINE = lazy(
    r"(?P<r>[ivx]{1,5})\s?[.-]\s?(?P<n>\d{1,2}(?:[.-]\d{1,2}){0,2})(?![a-z\d]|\.\d)"
    rf"(?:\s?[.-]\s?(?P<x>[{_HANGUL}])(?:\s?[.-]?\s?(?P<y>\d{{1,2}})\)?)?(?![가-힣\d]))?"
)
"""A number below a Roman one without a word before it: "II.2", "Ⅱ-1-가", "Ⅱ.2.나.1)"."""
_LETTER = lazy(r"(?P<n>[a-z])(?![a-z])(?P<more>(?:\.\d{1,3}){0,4})")
_NUMBER_IN_BRACKETS = lazy(r"\(\s?(?P<n>\d{1,3}|[ivxlc]{1,7})\s?\)")
_POINT = r"(?:[a-z]|aa|bb|cc|dd|[ivx]{1,6})"
_TAILS = (
    lazy(rf"\s?\(\s?(?P<x>{_POINT}|\d{{1,3}})\s?\)"),
    lazy(rf"\.(?P<x>{_POINT})(?![a-z\d])"),
    lazy(rf"\s(?P<x>{_POINT}|\d{{1,2}})\)"),
)
_NAMED_TAIL = lazy(
    r"[,\s]{0,3}(?P<word>sub-?paragraphs?|paragraphes?|paragraphs?|alinéas?|al\.|absatz|abs\.|apartados?|letras?|lettres?|let\.|bst\.|buchst\.|paras?\.?|pars?\.|§|sub-?points?|points?|pts?\.|letters?|lits?\.?"
    rf"|items?|indents?|no\.)\s?(?:\(\s?)?(?P<x>{_POINT}|\d{{1,3}})(?:\s?\))?(?![a-z\d]|\.\d)"
)
_KOREAN_TAIL = lazy(rf"[,\s]{{0,2}}(?:제\s?)?\(?(?P<x>\d{{1,3}}|{_POINT})\)?\s?(?P<unit>항|호|목|문단)(?!목)")
_KOREAN_POINT = lazy(
    rf"[,\s]{{0,2}}(?:\(\s?(?P<x>[{_HANGUL}])\s?\)\s?[목호]?|(?P<bare>[{_HANGUL}])\s?[목호])(?![가-힣](?<![은는이가의을를에와과도]))"
)
_GLUED = lazy(r"(?<=\))(?P<x>[a-z])(?![a-z\d])")  # "14(4)a"
_ANNEX_SECTION = lazy(
    r"[,\s]{0,3}(?:(?:section|sect?\.?|part|섹션|제(?=\s?\d\s?절))\s?(?P<n>[a-h]|\d{1,2})(?![a-z\d]|\.\d)(?:\s?절)?"
    r"|(?P<ko>[a-h])\s?절|[.\s(]\s?(?P<only>[a-h])\)?(?=[\s,.]{1,2}(?:points?\s?)?\(?\d|\s?\(\d))"
)
_ANNEX_POINT = lazy(
    r"[,\s]{0,3}(?:(?:sub-?points?|points?|pts?\.|items?|no\.|제|nr\.?|paragraphs?|paras?\.?)\s?\(?|\(|(?<=[a-h]|\d)[\s,.]{1,2}|,\s?(?=\d{1,2}\.\d)|\.(?=\d))"
    r"\s?(?P<n>\d{1,3}(?:\.\d{1,2}){0,2})(?![\da-z]|\.\d)\s?\)?(?:\s?[항호](?!목))?"
)
_SUFFIX = lazy(r"\s?(?:번\s?(?:째\s?)?)?(?P<unit>조항|조|항목|항|문단|단락|절|장|원칙|호)(?:의\s?(?P<branch>\d{1,2}))?")
_SUFFIX_KIND = {
    **dict.fromkeys(("조", "조항"), "article"),
    **dict.fromkeys(("항", "항목", "문단", "단락"), "para"),
    **{"절": "section", "장": "chapter", "원칙": "principle"},
}
_LEVEL_NUMBER = lazy(r",?\s?level\s\d(?!\d)")
_OF_UNIT = r"(?:of|in|under|del|de)"
_REVERSED = lazy(
    rf"(?:(?:(?:sub-?)?(?:points?|items?|letters?)|letras?)\s?\(?(?P<point>{_POINT}|\d{{1,3}})\)?\s{_OF_UNIT}\s(?:the\s)?)?"
    rf"(?:(?:paragraphs?|paras?\.?|apartados?|párrafos?)\s?\(?(?P<para>\d{{1,3}})\)?\s{_OF_UNIT}\s(?:the\s)?)?"
    rf"(?:(?:sub-?)?(?:points?|items?)\s?\(?(?P<point2>{_POINT}|\d{{1,3}}(?:\.\d{{1,2}})?)\)?\s(?:of|in|under)\s(?:the\s)?)?"
    r"(?:section\s(?P<section>[a-h]|\d)\s(?:of|in|to)\s(?:the\s)?(?=annex))?"
    r"(?=(?:articles?|arts?\.?|annex|artículos?|anexos?)\s)"
)
_OF_CHAPTER = lazy(
    r"(?P<kind>sections?|sec\.?|issues?|절|이슈)\s{0,2}(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})\s?(?:,|(?:of|in|under)(?:\sthe)?)\s?"
    r"(?:chapter|ch\.?)\s?(?P<c>\d{1,2}|[ivx]{1,5})(?![a-z\d]|\.\d)"
)
_UNDER_CHAPTER = lazy(
    r"[,\s]{1,3}(?P<kind>section|sec\.?|issue|절|이슈)\s{0,2}(?P<n>\d{1,3}(?:\.\d{1,3}){0,3})(?!\d|\.\d)"
)
FUNCTIONS = {
    **{"govern": "govern", "gv": "govern", "map": "map", "mp": "map"},
    **{"measure": "measure", "ms": "measure", "manage": "manage", "mg": "manage"},
    **{"거버넌스": "govern", "매핑": "map", "맵": "map", "측정": "measure", "관리": "manage"},
}
_SHORT = {"govern": "GV", "map": "MP", "measure": "MS", "manage": "MG"}
_KOREAN_RMF = lazy(r"(?P<f>거버넌스|매핑|맵|측정|관리)\s?(?P<n>\d{1,2}\.\d{1,2})(?!\d|\.\d)")
FUNCTION_KINDS = frozenset({"govern", "map", "measure", "manage"})
_RMF = lazy(
    r"(?P<f>govern|gv|map|mp|measure|ms|manage|mg)"
    r"(?:[\s-]{0,2}(?P<n>\d{1,2}(?:\.\d{1,2})?)(?!\d|\.\d)|(?P<said>\sfunction(?![a-z])))?(?![a-z])"
)
_ACTION = lazy(
    r"(?P<f>gv|mp|ms|mg|govern|map|measure|manage)[\s-]{0,2}(?P<a>\d{1,2})\s?\.\s?(?P<b>\d{1,2})\s?[-\s]{1,2}\s?(?P<c>\d{3})(?!\d)"
)
_QUESTION_NUMBER = lazy(r"e\s?(?P<a>\d{1,2})\s?\.\s?(?P<b>\d{1,2})(?!\d|\.\d)")
_TERM = lazy(
    r"(?P<kind>definition|term)s?(?:\sof)?(?:\sthe)?(?:\sterm)?\s{0,2}[\"'](?P<name>[^\"]{1,120}?)[\"'](?![a-z])"
)
IDENTIFIER = "identifier"
"""The kind of a phrase like "GV.RR-04": an identifier of a document that numbers its parts so."""

_IDENTIFIER = lazy(
    r"(?P<id>[a-z]{1,4}-0\d{1,2}|[a-z]{3,4}-\d{2,3}(?=\s*$)|[a-z]{1,3}\d{1,3}\.\s?\d{1,3}|[a-z]{2}-\d{1,2}(?:\(\d{1,2}\))?|[a-z]{1,5}-\d{1,3}[a-z]?(?=[,\s]\s?\d)|(?:[a-z]{1,5}\d{0,3}[.-]){2,4}\d{1,4}"
    r"|[a-z]{1,5}(?:[.-][a-z]{1,5}){0,2}[.-]?\d{1,4}[a-z]?(?:[.-]\d{1,4}){1,3})"
    r"(?:(?:,\s?|\s)(?:(?:no|para|paragraph|item|point|row)\.?\s|§\s?)?(?P<n>\d{1,2}(?:\.\d{1,2}){0,3}))?(?![\w(-]|\.\d)"
)
_ADDENDA = lazy(
    r"부칙\s?(?:제\s?)?(?P<n>\d{1,3})\s?조(?:의\s?(?P<branch>\d{1,2}))?(?:\s?(?:제\s?)?(?P<p>\d{1,2})\s?항)?"
)
_KEYED = lazy(r"(?:\"[^\"]{1,400}\"\s?)?\[(?P<key>[^\[\]\s]{1,220})\]")
_RAW_KEY = lazy(
    r"(?:para|principle|recommendation|requirement|section|clause|article|recital|annex|chapter|policy-area|value|issue"
    r"|question|action|govern|map|measure|manage|function|definition|term|driver|inhibitor|criterion|dimension|step|stage"
    r"|role|part|standard|category|subcategory|id|item|outline|commitment|guideline|objective|control|rule|schedule"
    r"|attachment|box|table|figure|addenda(?:-\d{1,2})?|title|book|subsection|point):[a-z0-9][a-z0-9.~()-]{0,160}|whole(?![a-z])"
)
JOIN = lazy(
    r"\s?(?:[,;/&+·]\s?(?:and|or|및|또는|와|과)?(?![a-z])|(?:and|or|y)(?=[\s(])|및|와|과|또는|그리고|혹은|하고)\s?"
)
_PLAIN_WORD = lazy(r"\s?(?:[a-z]{2,}|[가-힣]+|%|€|\$)")
_SIBLING = lazy(r"\(?(\d{1,3}|[a-z])\)?(?![\da-z.])")
_UNTIL = lazy(r"\s?까지")
_RANGE = lazy(r"\s?(?:-{1,2}|~|\bto(?=[\s(])|\bthrough(?=\s)|\buntil(?=\s)|\bup to(?=\s)|내지|부터|에서)\s?")


@dataclass(slots=True)
class Phrase:
    """One number with its kind. ``core`` counts the leading decimal parts; ``weak``: a bare number, needs a name."""

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
    beside: str = ""
    """Words beside the number that no name explains."""
    inside: str = ""
    """The key of the unit that stands before the number and may count its own parts: "Section 1, 1.2"."""
    items: list[int] = field(default_factory=list)
    """The parts that are items of a Korean act (제1호): 1, or (a) if the text has letters."""


def _core(text: Folded, i: int, kind: str) -> tuple[list[str], int, int] | None:
    """The number at ``i`` as its parts, how many of them are decimals, and its end."""
    if kind in CAPTIONED_KINDS and (captioned := _CAPTIONED_NUMBER.match(s := text.s, i)):
        parts = captioned["n"].upper().replace("-", ".").split(".")
        return parts, len(parts), captioned.end()
    s = text.s
    roman_kind = kind in {"clause", "annex", "chapter", "section", "part"}
    counted = kind in {"principle", "value", "policy-area", "requirement"}  # "Principle V" is principle 5
    if bracketed := _NUMBER_IN_BRACKETS.match(s, i):
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
        if kind and (ordinal := _ORDINAL.match(s, end)):
            return parts, len(core["n"].split(".")), ordinal.end()
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
    lettered = kind == "section" and _LETTER.match(s, i)
    if lettered and lettered["more"] and text.original(i, i + 1).isupper():
        parts = [lettered["n"].upper(), *lettered["more"].split(".")[1:]]
        return parts, len(parts), lettered.end()
    if roman_kind and (roman := _ROMAN.match(s, i)) and roman_value(roman["n"]):
        shown = text.original(i, roman.end())
        if shown.isupper() or len(shown) > 1 or roman.end() == len(s):
            return [roman["n"].upper()], 1, roman.end()
    if kind in {"annex", "part", "schedule", "section"} and (letter := _LETTER.match(s, i)):
        shown = text.original(i, i + 1)
        if shown.isupper() or (kind == "annex" and (letter["more"] or letter.end() == len(s))):
            parts = [letter["n"].upper(), *letter["more"].split(".")[1:]]
            return parts, len(parts), letter.end()
    return None


_HOLDING_POINTS = frozenset({"article", "annex", "para", "clause", "recital", "principle", "part", "schedule"})


def _tail(s: str, end: int, phrase: Phrase) -> int:
    """Adds the points after a number, "(2)(a)" in any of its forms, to the phrase; returns where they end."""
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
        if match is None and phrase.kind in _HOLDING_POINTS:
            match = _NAMED_TAIL.match(s, end)
            unit = _tail_unit(match) if match else ""
            if match and unit == "para" and not nested and not match["word"].startswith("abs"):  # "§ 3 Abs. 2"
                match = None
        if match is None:
            break
        phrase.parts.append(_point(match["x"] or match["bare"]))
        phrase.tail_unit = unit
        if match.groupdict().get("unit") == "호":
            phrase.items.append(len(phrase.parts) - 1)
        end = match.end()
    level = _LEVEL_NUMBER.match(s, end)
    return level.end() if level else end


def _annex_tail(s: str, end: int, phrase: Phrase) -> int:
    """Adds "Section A" and "point 4.3" after an annex's number to the phrase; returns where they end."""
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
    """The unit that a named point is: a paragraph, or a part of one."""
    groups = match.groupdict()
    word = groups.get("word") or groups.get("unit") or ""
    return "para" if word.startswith(("par", "§", "항", "문단", "al", "abs", "apart")) else "point"


def _point(text: str) -> str:
    """A point as it is written in keys, in letters and digits; 가, 나, 다 become a, b, c."""
    if begins_with_hangul(text):
        return chr(97 + _HANGUL.index(text))
    return text.lstrip("0") or text


def _suffix(s: str, phrase: Phrase, end: int) -> int:
    """Reads the kind that follows its number, as in "제37항", "50조", "37문단"; returns where it ends."""
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


def phrases_at(text: Folded, i: int, pure_start: bool) -> list[Phrase]:
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
    # "36·42항", "37~41항": the kind is written once, after the last number
    kind = next((p.kind for p in reversed(out) if p.kind), "")
    for phrase in out:
        if not phrase.kind and not phrase.raw_keys:
            phrase.kind, phrase.weak = kind, phrase.weak and not kind
    return out


def _one(text: Folded, i: int, inherited: str, alone: bool = False) -> Phrase | None:
    """One element at ``i``. ``inherited`` is the kind of the list that it continues; ``alone`` says that the text
    begins here."""
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
    elif not begins(s, i) and not (begins_with_hangul(s[i - 1]) or (s[i - 1].isalpha() and s[i].isdigit())):
        return None
    if i >= len(s):
        return None
    number = _core(text, i, kind or inherited)
    if number is None:
        return None
    parts, core, end = number
    phrase = Phrase(kind, parts, core, start, end, plural)
    phrase.weak = not kind
    if not kind:
        phrase.end = _suffix(s, phrase, end)
    elif (suffix := _SUFFIX.match(s, end)) and (kind != "annex" or suffix["unit"] not in "항호"):
        phrase.end = suffix.end()
    if phrase.kind == "chapter" and (under := _UNDER_CHAPTER.match(s, phrase.end)):
        phrase.kind = "issue" if under["kind"] in {"issue", "이슈"} else "section"
        below = under["n"].split(".")
        own = len(below) > 1 and below[0] == phrase.parts[0]  # "chapter 12, section 12.5" is section 12.5
        phrase.parts, phrase.core = (below, len(below)) if own else ([*phrase.parts, *below], phrase.core)
        phrase.end = under.end()
        return phrase
    phrase.end = _tail(s, phrase.end, phrase)
    if phrase.weak and inherited == "" and len(parts) == 1 and core == 1 and not parts[0].isdigit():
        return None  # "3d", "5g"
    phrase.parts += back
    return phrase


def _special(text: Folded, i: int, alone: bool) -> Phrase | None:
    """Forms that carry their own kind: URNs, keys, actions, framework functions, questions, defined terms."""
    s = text.s
    if s[i] in '"[':
        keyed = _KEYED.match(s, i)
        if keyed is None:
            return None
        key = text.original(keyed.start("key"), keyed.end("key"))
        return Phrase("", [], 0, i, keyed.end(), raw_keys=(key,))
    if not begins(s, i):
        return None
    if match := _RAW_KEY.match(s, i):
        key = key_case(text.original(i, match.end()))
        while key.endswith((".", "-")):
            key = key[:-1]
        if key != "whole" or alone:
            return Phrase("", [], 0, i, i + len(key), raw_keys=(key,))
    if match := _ACTION.match(s, i):
        key = f"action:{_SHORT[FUNCTIONS[match['f']]]}-{match['a']}.{match['b']}-{match['c']}"
        return Phrase("action", [], 0, i, match.end(), raw_keys=(key,))
    if match := _QUESTION_NUMBER.match(s, i):
        key = f"question:E{int(match['a']):02}.{int(match['b']):02}"
        return Phrase("question", [], 0, i, match.end(), raw_keys=(key,))
    if match := _ADDENDA.match(s, i):
        number = match["n"] + (f"-{match['branch']}" if match["branch"] else "")
        number += f".{match['p']}" if match["p"] else ""
        return Phrase("", [], 0, i, match.end(), raw_keys=(f"addenda:{number}",))
    if match := _TERM.match(s, i):
        tail = slug(match["name"])
        if tail:
            return Phrase("", [], 0, i, match.end(), raw_keys=(f"{match['kind']}:{tail}",))
    if match := _KOREAN_RMF.match(s, i):
        parts = [str(int(p)) for p in match["n"].split(".")]
        return Phrase(FUNCTIONS[match["f"]], parts, len(parts), i, match.end(), weak=True)
    if match := _OF_CHAPTER.match(s, i):
        kind = "issue" if match["kind"].startswith(("issue", "이슈")) else "section"
        chapter = match["c"] if match["c"].isdigit() else match["c"].upper()
        return Phrase(kind, [chapter, *match["n"].split(".")], 1, i, match.end())
    match = _ROMAN_OUTLINE.match(s, i)
    is_typed = match is None or "-" not in match[0] or match["x"] or (alone and match.end() == len(s))
    if match and is_typed and text.original(i, match.end("r")).isupper() and roman_value(match["r"]):
        points = map(_point, filter(None, (match["x"], match["y"])))
        parts = [match["r"].upper(), *re.split(r"[.-]", match["n"]), *points]
        return Phrase("section", parts, len(parts), i, match.end(), weak=True)
    rmf = _RMF.match(s, i)
    if (match := _IDENTIFIER.match(s, i)) and not (rmf and rmf["n"] and rmf.end() >= match.end()):
        whole = alone and not s[match.end() :].strip(" .?!")
        if whole or text.original(i, i + 1).isupper():
            name = match["id"].replace(" ", "")
            keys = (f"id:{name}",) if not match["n"] else (f"id:{name}-{match['n']}", f"id:{name}.1-{match['n']}")
            return Phrase(IDENTIFIER, [], 0, i, match.end(), raw_keys=keys)
    if match := rmf:
        function, number = FUNCTIONS[match["f"]], match["n"]
        loud = text.original(i, match.end("f")).isupper()
        if number is None:
            weak = not alone and not (loud and match["said"])
            if len(match["f"]) == 2 and not alone:
                return None
            return Phrase("function", [], 0, i, match.end(), weak=weak, raw_keys=(f"function:{function}",))
        weak = "." not in number and not (loud and len(match["f"]) > 2)
        parts = [str(int(p)) for p in number.split(".")]
        return Phrase(function, parts, len(parts), i, match.end(), weak=weak)
    return None


def key_case(key: str) -> str:
    """A key in the letter case of keys: Roman numerals, annexes and actions in upper case, the rest in lower case."""
    kind, _, tail = key.partition(":")
    kind = kind.lower()
    head, dot, rest = tail.partition(".")
    if kind in {"annex", "chapter"} or (kind in {"clause", "section"} and roman_value(head)):
        return f"{kind}:{head.upper()}{dot}{rest.lower()}" if tail else kind
    if kind in {"action", "question"}:
        return f"{kind}:{tail.upper()}"
    return f"{kind}:{tail.lower()}" if tail else kind


def word_follows(s: str, end: int) -> bool:
    """Whether a plain word is right after: "1.3 million", "8 others"; joining words do not count."""
    return (
        bool(_PLAIN_WORD.match(s, end))
        and OF.match(s, end) is None
        and JOIN.match(s, end) is None
        and _RANGE.match(s, end) is None
    )


def _next(text: Folded, last: Phrase) -> list[Phrase]:
    """The next element of a list without a kind of its own: "GOVERN 1.1, 1.2", "Art. 5(1)(a), (b)"."""
    s = text.s
    join = JOIN.match(s, last.end)
    if join is None or join.end() >= len(s):
        return []
    at = join.end()
    if last.raw_keys:
        return []
    deep = len(last.parts) > last.core
    if deep and (point := _TAILS[0].match(s, at)) and point["x"].isdigit() == last.parts[-1].isdigit():
        return [replace(last, parts=[*last.parts[:-1], point["x"]], start=at, end=point.end())]
    if YEAR.match(s, at) or _IEEE_DESIGNATION.match(s, at):
        return []
    if sibling := _sibling(s, last, at):
        return [sibling]
    if not (s[at].isdigit() or s[at] in "제ivxlc("):
        return []
    phrase = _one(text, at, last.kind or "raw")
    if phrase is None or phrase.raw_keys or (phrase.kind and phrase.kind != last.kind and last.kind):
        return []
    if not phrase.kind:
        if last.kind in FUNCTION_KINDS and phrase.core != last.core:
            return []
        trusted = last.plural or last.kind in FUNCTION_KINDS or s[at] == "제" or phrase.core > 1
        if word_follows(s, phrase.end) and not (trusted and last.kind):
            return []
        phrase.kind, phrase.weak, phrase.plural = last.kind, last.weak, last.plural
    return [phrase]


def _sibling(s: str, last: Phrase, at: int) -> Phrase | None:
    """The next point in a list of points: "Article 14 paragraphs 2 and 3", "제14조 제2항 및 제3항"."""
    if not last.tail_unit:
        return None
    named = _KOREAN_TAIL.match(s, at) or _NAMED_TAIL.match(s, at)
    if named is not None and _tail_unit(named) == last.tail_unit:
        return replace(last, parts=[*last.parts[:-1], _point(named["x"])], start=at, end=named.end())
    number = _SIBLING.match(s, at) if not last.plural and named is None else None
    if number is None or number[1].isdigit() != last.parts[-1].isdigit():
        return None
    return replace(last, parts=[*last.parts[:-1], number[1]], start=at, end=number.end())


def _range(text: Folded, last: Phrase) -> list[Phrase]:
    """The elements after the first of "37–41", "1.1-1.5", "III to V", "(a)–(d)", "8조 내지 15조"."""
    s = text.s
    sign = _RANGE.match(s, last.end)
    if sign is None or sign.end() >= len(s) or (last.raw_keys and last.kind != "question"):
        return []
    at = sign.end()
    if last.raw_keys:
        question = _QUESTION_NUMBER.match(s, at)
        a, b = re.findall(r"\d+", last.raw_keys[0])
        if question is None or int(question["a"]) != int(a):
            return []
        keys = [f"question:E{a}.{n:02}" for n in range(int(b) + 1, int(question["b"]) + 1)]
        return [Phrase("question", [], 0, at, question.end(), raw_keys=(key,)) for key in keys]
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
    if YEAR.match(s, at):
        return []
    function = last.kind in FUNCTION_KINDS
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


OUTLINE_KINDS = frozenset({"dimension", "step", "stage", "part"})
YEAR = lazy(
    r"\(?\s?(?:of\s)?(?P<y>(?:19|20)\d\d)(?![\d/.]|-\d)\s?(?:년(?:판|도)?)?(?:\s(?:edition|version|text)(?![a-z]))?\s?\)?"
)
_IEEE_DESIGNATION = lazy(r"\d{4}(?:\.\d)?-(?:19|20)\d\d")
OF = lazy(r"\s?(?:(?:of|in|from|under|within|del?)(?:\s(?:the|its|la))?(?=[\s(])|의(?=\s)|\()")
