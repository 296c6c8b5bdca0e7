"""Sentences of clean text, as half-open ranges. Pure; English, Spanish, Korean.

A sentence ends at ``.``, ``?``, ``!``, ``。`` or a line's closing ``;`` of a list point when a new sentence can begin
after it. Abbreviations, initials, decimal and unit numbers ("Art. 5", "para. 37", "1.3", "No. 1") do not end one.
"""

from __future__ import annotations

import re
from itertools import pairwise

_ABBREVIATIONS = frozenset(
    [
        *(
            "art",
            "arts",
            "no",
            "nos",
            "para",
            "paras",
            "p",
            "pp",
            "vol",
            "ed",
            "eds",
            "cf",
            "e.g",
            "i.e",
            "viz",
            "etc",
            "al",
        ),
        *(
            "fig",
            "figs",
            "sec",
            "ch",
            "approx",
            "dr",
            "mr",
            "mrs",
            "ms",
            "prof",
            "st",
            "vs",
            "inc",
            "ltd",
            "co",
            "corp",
        ),
        *(
            "u.s",
            "u.k",
            "e.u",
            "u.n",
            "oj",
            "reg",
            "dir",
            "sr",
            "sra",
            "núm",
            "pág",
            "págs",
            "cap",
            "ej",
            "p.ej",
            "ee.uu",
        ),
        *(
            "jan",
            "feb",
            "mar",
            "apr",
            "jun",
            "jul",
            "aug",
            "sep",
            "sept",
            "oct",
            "nov",
            "dec",
            "std",
            "rev",
            "ref",
            "refs",
        ),
        *("ibid", "op", "cit"),
    ]
)
_END = re.compile(
    r"[.?!。…][\"'”’»)\]]*(?:\d{1,3}(?=\s))?(?=\s|$)|;(?=\s+(?:\([a-z]{1,4}\)|[a-z]\)|[ivx]{1,5}[.)]|•|[-–]\s))"
)
_OPENS_SENTENCE = re.compile(r"\s+[\"'“‘«(\[•·–-]*\s*(?:[^\W_a-z]|[0-9(•“\"]|[\uac00-\ud7a3])")
_OPENS_AT_ALL = re.compile(r"\s*\S")
_KOREAN_UNIT_NAMED = re.compile(r"\d+(?:\.\d+)*[장절]")
"""A chapter or section whose title follows the stop: "(7.4절. “심지의 손질” 참조)"."""
_TOKEN_BEFORE = 40
"""Characters looked back for the word before a full stop; keeps long texts linear."""
_BEFORE_BULLET = re.compile(r"(?<=\s)(?=[•▪◦]\s)")


def sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences in order; they do not overlap and are trimmed of blanks."""
    cuts: set[int] = {0, len(text)}
    for match in _END.finditer(text):
        if _ends_sentence(text, match):
            cuts.add(match.end())
    cuts.update(m.start() for m in _BEFORE_BULLET.finditer(text))
    ordered = sorted(cuts)
    out: list[tuple[int, int]] = []
    for a, b in pairwise(ordered):
        start, end = a, b
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            out.append((start, end))
    return out


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    mark = match.group()[0]
    if mark == ";":
        return True
    if _OPENS_AT_ALL.match(text, match.end()) and not _OPENS_SENTENCE.match(text, match.end()):
        return False
    if mark != ".":
        return True
    before = text[max(0, match.start() - _TOKEN_BEFORE) : match.start()]
    word = re.search(r"[\w.]*$", before)
    token = word.group().casefold() if word else ""
    if token in _ABBREVIATIONS or (len(token) == 1 and token.isalpha()) or _KOREAN_UNIT_NAMED.fullmatch(token):
        return False
    # a bare number before the stop is a list number or a unit number when it opens the sentence
    return not (
        re.fullmatch(r"[\divx]+(?:\.\d+)*", token)
        and (len(token) == match.start() or re.search(rf"(?:[.?!;:]\s|•\s){re.escape(token)}$", before.casefold()))
    )
