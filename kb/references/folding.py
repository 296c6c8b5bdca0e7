"""Normalises text for the reference parser (case, width, dashes, spaces) and keeps a map back to the original. Pure."""

from __future__ import annotations

import re
import unicodedata

from kb.records import dataclass
from kb.text.hangul import begins_with_hangul

_ONE_FORM = {
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("〜～∼˜", "~"),
    **dict.fromkeys("“”„«»「」『』＂", '"'),
    **dict.fromkeys("‘’‚′`´", "'"),
    **dict.fromkeys("（〔﹙", "("),
    **dict.fromkeys("）〕﹚", ")"),
    **dict.fromkeys("［【", "["),
    **dict.fromkeys("］】", "]"),
    **dict.fromkeys("、，", ","),
    **dict.fromkeys("。", "."),
    **dict.fromkeys("·‧∙・ㆍᆞ･•‣", "·"),
    "…": ".",
    "¶": "§",
}
_DROPPED = frozenset("™®©℠\u200b\u200c\u200d\u2060\ufeff\u00ad\x02")
_ASCII_FORM = {c: " " for c in range(128) if chr(c).isspace()} | {ord("`"): "'"}


@dataclass(frozen=True, slots=True)
class Folded:
    """Normalised text in lower case; its character ``i`` comes from ``lo[i]:hi[i]`` of the original."""

    raw: str
    s: str
    lo: tuple[int, ...]
    hi: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.lo[start], self.hi[end - 1]

    def original(self, start: int, end: int) -> str:
        a, b = self.span(start, end)
        return self.raw[a:b]


def fold_with_offsets(raw: str) -> Folded:
    """``raw`` in lower case, with one form of each punctuation mark, half-width and composed letters."""
    n = len(raw)
    if raw.isascii() and "\x02" not in raw:  # the fast path: every character keeps its place
        return Folded(raw, raw.lower().translate(_ASCII_FORM), tuple(range(n)), tuple(range(1, n + 1)))
    out: list[str] = []
    lo: list[int] = []
    hi: list[int] = []
    i = 0
    while i < n:
        j = i + 1
        # decomposed letters (a file name pasted from a Mac): Hangul jamo and accents join the letter before them
        while j < n and j < i + 8 and (unicodedata.combining(raw[j]) or "\u1160" <= raw[j] <= "\u11ff"):
            j += 1
        piece = raw[i:j]
        if piece in _DROPPED:
            i = j
            continue
        if piece.isascii():
            folded = " " if piece.isspace() else "'" if piece == "`" else piece.lower()
        elif "가" <= piece <= "힣":  # whole syllables stay as they are
            folded = piece
        elif piece in _ONE_FORM:
            folded = _ONE_FORM[piece]
        else:
            folded = "".join(_ONE_FORM.get(c, c) for c in unicodedata.normalize("NFKC", piece)).lower()
            folded = re.sub(r"\s", " ", folded)
        for c in folded:
            out.append(c)
            lo.append(i)
            hi.append(j)
        i = j
    return Folded(raw, "".join(out), tuple(lo), tuple(hi))


def begins(s: str, i: int) -> bool:
    """Whether a word may start at ``i``."""
    if i == 0:
        return True
    c, before = s[i], s[i - 1]
    if c.isascii():
        return not (before.isascii() and before.isalnum())
    return not (begins_with_hangul(before) and begins_with_hangul(c))
