"""Divides a quote into paragraphs at its numbered parts, and decides where a long quote is folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_TEXT_LINE = re.compile(r"\n(?=\s*(?:\n|\(?[0-9a-zA-Z]{1,4}[.)]\s|[•–\-]\s))|(?<=[.;:])\n")
"""A line end that ends a sentence, or is followed by an item."""
_MARK = re.compile(
    r"""(?:(?<=[.;:!?”’"])|(?<=[.;:,]\sand)|(?<=[.;:,]\sor))\s+
        (?=(?P<number>\d{1,2})\.\s+[“‘"(]?[A-Z가-힣]|\((?P<sign>\d{1,2}|[a-z]{1,4})\)\s)""",
    re.VERBOSE,
)
_FIRST_NUMBER = re.compile(r"(\d{1,2})\.\s")
_AFTER_A_SENTENCE = re.compile(r"(?<=[.;:!?])[”’\")]?\s")


def quote_paragraphs(text: str) -> list[str]:
    """The paragraphs of a quote; joined by blanks they have exactly the words of the quote.

    A text with line ends is divided where a line end ends a sentence or an item begins. In a single line, parts are
    recognised by their marks "2.", "(b)" or "(ii)", but only if each is the successor of the one before, because a
    sentence may mention other parts in the same way.
    """
    if "\n" in text.strip():
        return [part.strip() for part in _TEXT_LINE.split(text) if part.strip()]
    first = _FIRST_NUMBER.match(text)
    marks = _Marks(int(first[1]) if first else 0)
    starts = [0]
    for found in _MARK.finditer(text):
        if marks.follows(found["number"], found["sign"]):
            starts.append(found.end())
    ends = (*starts[1:], len(text))
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]


@dataclass
class _Marks:
    """The marks found so far; it decides whether a further mark is the successor of one."""

    number: int
    letter: str = ""
    roman: int = 0
    bracketed: int = 0

    def follows(self, number: str | None, sign: str | None) -> bool:
        """Whether a mark is the next; a new number begins the letters anew, and a new letter the roman numerals."""
        if number is not None:
            if int(number) != self.number + 1:
                return False
            self.number, self.letter, self.roman, self.bracketed = int(number), "", 0, 0
            return True
        if sign is None:
            return False
        if sign.isdigit():
            if int(sign) not in {1, self.bracketed + 1}:
                return False
            self.bracketed = int(sign)
            return True
        if sign == "a" or (self.letter and len(sign) == 1 and ord(sign) == ord(self.letter) + 1):
            self.letter, self.roman = sign, 0
            return True
        if sign in _ROMAN and _ROMAN.index(sign) in {0, self.roman}:
            self.roman = _ROMAN.index(sign) + 1
            return True
        return False


def folded_paragraphs(paragraphs: Sequence[str], shown: int) -> tuple[list[str], list[str]]:
    """The paragraphs that are shown at once, and those that unfold.

    The first group has whole paragraphs of about ``shown`` characters. If the first paragraph alone is longer, it is
    cut after a sentence, or between two words if it is a single sentence.
    """
    if sum(map(len, paragraphs)) <= shown * 1.3:
        return list(paragraphs), []
    kept: list[str] = []
    n = 0
    for at, paragraph in enumerate(paragraphs):
        if n + len(paragraph) > shown:
            if n >= shown // 2 or len(paragraph) <= shown // 2:
                return (kept, list(paragraphs[at:])) if kept else ([paragraph], list(paragraphs[at + 1 :]))
            cut = _sentence_cut(paragraph, shown - n)
            rest = [paragraph[cut:]] if paragraph[cut:].strip() else []
            return [*kept, paragraph[:cut]], [*rest, *paragraphs[at + 1 :]]
        kept.append(paragraph)
        n += len(paragraph)
    return kept, []


def _sentence_cut(text: str, near: int) -> int:
    """The offset at which a paragraph is cut: after the last sentence before ``near``, else after the next one if it
    ends soon."""
    ends = [found.end() for found in _AFTER_A_SENTENCE.finditer(text)]
    before = [end for end in ends if near // 2 <= end <= near]
    after = [end for end in ends if near < end <= near * 2]
    if before:
        return before[-1]
    if after or len(text) <= near * 2:
        return after[0] if after else len(text)
    return text.rfind(" ", near // 2, near) + 1 or near
