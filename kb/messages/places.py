"""Places of publications in words: the place of a unit's key in English, and English locators in Korean. Pure."""

from __future__ import annotations

import re

from kb.text.lazy_patterns import lazy

_KINDS = {"para": "Paragraph", "part": "Part", "term": "Term", "whole": ""}


def place_of(key: str) -> str:
    """The place of a unit by its key alone, if its scheme has no words for it: "article:5.1.ba" is "Article
    5(1)(ba)"."""
    kind, _, number = key.partition(":")
    if not number:
        return ""
    word = _KINDS.get(kind, kind.replace("-", " ").capitalize())
    first, *rest = number.split(".")
    return f"{word} {first}{''.join(f'({each})' for each in rest)}"


_N = r"\d+[a-z]?"
_KOREAN_KINDS = {
    **{"principle": "원칙", "recommendation": "권고", "requirement": "요건", "value": "가치", "clause": "조항"},
    **{"policy area": "정책 분야", "section": "절", "chapter": "장", "function": "기능", "criterion": "기준"},
    **{"stage": "단계", "definition": "정의", "term": "용어", "issue": "쟁점", "point": "호", "issues": "쟁점"},
}
_TO_KOREAN: tuple[tuple[re.Pattern[str], str], ...] = (
    (lazy(rf"\bArticles? ({_N})\(({_N})\)\(([a-z]+)\)"), r"제\1조 제\2항 (\3)"),
    (lazy(rf"\bArticles? ({_N})\(({_N})\)"), r"제\1조 제\2항"),
    (lazy(rf"\bArticles? ({_N})\(([a-z]+)\)"), r"제\1조 (\2)"),
    (lazy(rf"\bArticles? ({_N}) ?[–-] ?({_N})"), r"제\1~\2조"),
    (lazy(rf"\bArticles? ({_N})"), r"제\1조"),
    (lazy(rf"\b[Pp]ara(?:graph)?s?\.? ({_N}) ?[–-] ?({_N})"), r"제\1~\2항"),
    (lazy(rf"\b[Pp]ara(?:graph)?s?\.? ({_N})((?:\([a-z]+\))*)"), r"제\1항\2"),
    (lazy(rf"\bRecitals? ({_N}) ?[–-] ?({_N})"), r"전문 제\1~\2항"),
    (lazy(rf"\bRecitals? ({_N})"), r"전문 제\1항"),
    (lazy(r"\bChapter ([IVXL]+|\d+), [Ss]ection ([A-Z]|\d+)(?![\w.])"), r"제\1장 제\2절"),
    (lazy(r"\bChapter ([IVXL]+|\d+), [Ss]ection (\d[\w.]*)"), r"제\1장 \2절"),
    (lazy(r"\bChapter ([IVXL]+|\d+)(?!\w)"), r"제\1장"),
    (lazy(r"\bAnnex ([IVXL]+), Section ([A-Z]), point (\d+)"), r"부속서 \1 \2절 제\3호"),
    (lazy(r"\bAnnex ([IVXL]+), Section ([A-Z])"), r"부속서 \1 \2절"),
    (lazy(r"\bAnnex ([IVXL]+), point (\d+)"), r"부속서 \1 제\2호"),
    (lazy(r"\bAnnex ([IVXL]+)"), r"부속서 \1"),
)
_KIND_WORD = lazy(rf"(?i)(?:^|(?<=, ))({'|'.join(sorted(_KOREAN_KINDS, key=len, reverse=True))})(?=\s\(?[\dIVX]|: )")


_POINT = "point"
_POINT_OF_ARTICLE = lazy(rf"Article ({_N})\(({_N})\)")


def korean_place(locator: str, kind: str = "") -> str:
    """An English locator as Korean readers write it: "paras. 42–43" is "제42~43항"; unknown parts stay as they are.

    ``kind`` is the kind of the unit in its document: "Article 3(1)" is 제3조 제1호 if it is a point, such as a
    definition, and 제3조 제1항 if it is a paragraph.
    """
    if kind == _POINT and (found := _POINT_OF_ARTICLE.fullmatch(locator)):
        return f"제{found[1]}조 제{found[2]}호"
    out = locator
    for pattern, korean in _TO_KOREAN:
        out = pattern.sub(korean, out)
    out = _KIND_WORD.sub(lambda found: _KOREAN_KINDS[found[1].casefold()], out)
    return re.sub(r"\s+(?=[,;)]|$)", "", out)


_KINDS_COUNTED = {
    "article": "조",
    "para": "문단",
    "paragraph": "항",
    "recital": "전문",
    "annex": "부속서",
    "measure": "조치",
    "entry": "항목",
}


def kind_in_language(lang: str, kind: str) -> str:
    """The name of a kind of unit in a language; the kind itself if no name is known."""
    plain = kind.replace("-", " ")
    if lang != "ko":
        return plain
    return _KOREAN_KINDS.get(plain, _KINDS_COUNTED.get(kind, plain))


def in_language(lang: str, locator: str, kind: str = "") -> str:
    """A locator in a language: in Korean by :func:`korean_place`, else unchanged."""
    return korean_place(locator, kind) if lang == "ko" else locator


_NAMES_IN_PLACE = re.compile(
    r"\s?“[^”]*”|\s?\([A-Z][a-z]+(?: [A-Za-z]+)*\)|: [a-z][^,(]*(?=[,(]|$)|, (?:definition of|process:) .*$"
)
"""Parts of a locator that name a unit in English; the unit's title says the same in Korean."""
_ROW_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bpp?\. ?([\d–-]+)"), r"\1쪽"),
    (re.compile(r"\b[Cc]hapter (\w+)|\b장 (\w+)"), r"제\1\2장"),
    (re.compile(r"\b[Ss]ection ([\w.]+)|\b절 ([\w.]+)"), r"제\1\2절"),
    (re.compile(r"\bissue (\d+)"), r"쟁점 \1"),
    (re.compile(r"\bStep (\d+)"), r"\1단계"),
    (re.compile(r"\bAction (\d+)"), r"조치 \1"),
    (re.compile(r"\bclause (\d+)"), r"조항 \1"),
    (re.compile(r"\bannex (\w+)"), r"부속서 \1"),
    (re.compile(r"\b[Pp]rinciple ([\w()]+)"), r"원칙 \1"),
    (re.compile(r"\bRequirement (\d+)"), r"요건 \1"),
    (re.compile(r"\bdriver$"), "촉진 요인"),
    (re.compile(r"\binhibitor$"), "저해 요인"),
    (re.compile(r"\bPreamble$"), "전문"),
    (re.compile(r"\bExecutive Summary\b"), "요약"),
)


def korean_row(locator: str, kind: str = "") -> str:
    """A locator for a row that also shows the unit's Korean title: without the English name of the unit, empty if
    nothing else is left."""
    out = _NAMES_IN_PLACE.sub("", korean_place(locator, kind))
    for pattern, korean in _ROW_WORDS:
        out = pattern.sub(korean, out)
    return "" if re.search(r"\b[a-z]{3,}", out) else out.strip(" ,")
