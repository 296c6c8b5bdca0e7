"""Matches Korean names of publications: parts of words, names of offices, acronyms in Hangul, translations. Pure.

The Korean names of issuers are in ``corpus/issuers-ko.tsv``, translations in ``corpus/terms-ko-en.tsv``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.references.name_words import SMALL_WORDS, fold_name, kind_of, name_tokens, rows_of_corpus
from kb.text.hangul import begins_with_hangul, has_hangul

if TYPE_CHECKING:
    from collections.abc import Sequence

ISSUERS_FILE = "issuers-ko.tsv"

KOREAN_TAILS = frozenset(
    "의 에 에서 상 중 및 등 과 와 은 는 이 가 을 를 한 관한 대한 위한 등에 등에관한 에관한 에대한"
    " 로 으로 제 안 판 내 따른 관련 된 하는 용".split()
)
"""The signs and particles that may come between and after the words of a Korean name."""

HANGUL_LETTERS: dict[str, tuple[str, ...]] = {
    "a": ("에이",), "b": ("비",), "c": ("시", "씨"), "d": ("디",), "e": ("이",), "f": ("에프",), "g": ("지",),
    "h": ("에이치",), "i": ("아이",), "j": ("제이",), "k": ("케이",), "l": ("엘",), "m": ("엠",), "n": ("엔",),
    "o": ("오",), "p": ("피",), "q": ("큐",), "r": ("알", "아르"), "s": ("에스",), "t": ("티",), "u": ("유",),
    "v": ("브이",), "w": ("더블유",), "x": ("엑스",), "y": ("와이",), "z": ("제트",),
}  # fmt: skip
"""How the letters of an acronym are called in Korean."""


def korean_pieces(text: str) -> set[str]:
    """The Korean words of a text, their prefixes from two syllables on, and adjacent words joined."""
    folded = fold_name(text)
    out: set[str] = set()
    for run in re.findall(r"[가-힣]+(?:[ ·]+[가-힣]+)*", folded):
        words = re.split(r"[ ·]+", run)
        for n in range(len(words)):
            joined = ""
            for word in words[n : n + 4]:
                joined += word
                out |= {joined[:k] for k in range(2, len(joined) + 1)}
        out |= {short for word in words for short in _short_issuers(word)}
    return out


def _short_issuers(word: str) -> set[str]:
    """The short forms of the name of a Korean office: "개인정보보호위원회" → "개인정보위", "과학기술정보통신부" →
    "과기정통부".
    """
    out: set[str] = set()
    if len(word) < 5 or not word.endswith(("위원회", "부", "원", "처", "청", "국")):
        return out
    short = word.replace("위원회", "위")
    parts = [short[i : i + 2] for i in range(0, len(short) - 1, 2)]
    tail = short[-1]
    heads = "".join(p[0] for p in parts if p)
    if len(heads) > 2:
        out |= {heads.removesuffix(tail) + tail, heads[0] + heads[-1] + tail}
    out |= {short[:n] + tail for n in range(2, len(short))}
    if len(parts) >= 4:
        out |= {
            parts[0][0] + parts[1][0] + parts[2][0] + parts[3][0] + tail,
            parts[0][0] + parts[1][0] + parts[2][0] + tail,
        }
    return {each for each in out if len(each) > 2}


def spelled_in_hangul(letters: str) -> set[str]:
    """The spellings of an acronym in Hangul: "oecd" → "오이시디", "오이씨디"."""
    out = {""}
    for letter in letters:
        names = HANGUL_LETTERS.get(letter, ())
        out = {head + name for head in out for name in names}
        if len(out) > 32:
            return set()
    return out - {""}


@lru_cache(maxsize=1)
def issuers() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Korean names of issuers, each with the words of the English name."""
    return tuple((frozenset(ko.split(";")), frozenset(name_tokens(en))) for en, ko in rows_of_corpus(ISSUERS_FILE))


@lru_cache(maxsize=4)
def korean_short_names(acronyms: frozenset[str]) -> dict[str, str]:
    """The Korean names of the issuers that are known by these acronyms, each with the acronym, the longest first.

    A name that ends as the word for any authority does is left out ("경쟁당국"): every country has one.
    """
    rows = [(ko, en) for en, cell in rows_of_corpus(ISSUERS_FILE) if en in acronyms for ko in cell.split(";")]
    return {ko: en for ko, en in sorted(rows, key=lambda row: -len(row[0])) if not ko.endswith("당국")}


@lru_cache(maxsize=1)
def _translations() -> dict[str, str]:
    """Korean words and their English translations, from the glossary."""
    out: dict[str, str] = {}
    for cells in rows_of_corpus("terms-ko-en.tsv"):
        variants = cells[3].split(";") if len(cells) > 3 else []
        for word in (cells[0], *(v for v in variants if has_hangul(v))):
            joined = re.sub(r"[^가-힣a-z]", "", word.casefold())
            out.setdefault(joined, cells[1])
            if joined.endswith("ai") and cells[1].casefold().endswith(" ai"):  # "범용 AI" is two words of a name
                out.setdefault(joined.removesuffix("ai"), cells[1][: -len(" ai")])
    return out


@lru_cache(maxsize=4096)
def english_of(word: str) -> frozenset[str]:
    """The English words for a Korean word; empty if the glossary does not have it."""
    if not begins_with_hangul(word):
        return frozenset()
    known = _translations().get(word)
    if known is not None:
        return frozenset(t for t in name_tokens(known) if t not in SMALL_WORDS)
    return next((english for names, english in issuers() if word in names), frozenset())


def terms_joined(words: Sequence[str]) -> list[str]:
    """The words with each Korean term of two words joined into one: "파운데이션", "모델" → "파운데이션모델"."""
    out: list[str] = []
    for word in words:
        if out and not english_of(out[-1]) and english_of(out[-1] + word):
            out[-1] += word
        else:
            out.append(word)
    return out


def english_within(run: str) -> set[str]:
    """The English words for the parts of a Korean word, longest parts first."""
    out: set[str] = set()
    i = 0
    while i < len(run):
        j = next((j for j in range(len(run), i + 1, -1) if english_of(run[i:j])), i + 1)
        out |= english_of(run[i:j]) if j > i + 1 else set()
        i = j
    return out


def kind_at_end(run: str) -> str:
    """The kind of text that a Korean word ends in: "데이터기반행정법" is an act; "" if it ends in none."""
    return next((kind for n in range(len(run)) if (kind := kind_of(run[n:]))), "")
