"""Reduces a text to its letters and digits, with a map back to the text, to compare words and nothing else. Pure.

Quotation marks, hyphens, blanks, line ends, ligatures and letter case are printed differently by different programs;
the letters and figures of two copies of the same words are the same.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from kb.types import DISCRETIONARY_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTER_RUN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|%")


def compared_letters(text: str) -> str:
    """The letters and figures of a text in one form, without what stands between them."""
    return "".join(_letters_of_word(word) for word in _LETTER_RUN.findall(text))


def word_ranges(text: str) -> list[tuple[int, int]]:
    """The words of a text as half-open ranges."""
    return [word.span() for word in _LETTER_RUN.finditer(text)]


def _letters_of_word(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(_LETTER_RUN.findall(unicodedata.normalize("NFKC", word).casefold()))


class Letters:
    """The letters of one text, its words' beginnings, and the place of each in the text."""

    def __init__(self, text: str) -> None:
        """Reads the text once; a word that goes on over the end of a page is one word."""
        self.text = text
        parts: list[str] = []
        self._starts: list[int] = []
        self._word_places: list[int] = []
        self._ends: list[int] = []
        self._inside: set[int] = set()
        at = end = 0
        for word in _LETTER_RUN.finditer(text):
            folded = _letters_of_word(word.group())
            if not folded:
                continue
            if end and text[end : end + 1] == DISCRETIONARY_HYPHEN:
                self._inside.add(at)
            parts.append(folded)
            self._starts.append(at)
            self._word_places.append(word.start())
            self._ends.append(word.end())
            at += len(folded)
            end = word.end()
        self.letters = "".join(parts)

    @cached_property
    def _borders(self) -> frozenset[int]:
        return frozenset(self._starts) - self._inside | {len(self.letters)}

    def find(self, letters: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """The positions of given letters, as half-open ranges of :attr:`letters`, in order."""
        at = self.letters.find(letters, start, end) if letters else -1
        while at >= 0:
            yield at, at + len(letters)
            at = self.letters.find(letters, at + 1, end)

    def is_whole(self, start: int, end: int) -> bool:
        """Whether a range of letters cuts through no word."""
        return start in self._borders and end in self._borders

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text that a range of letters is."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        a = min(self._word_places[first] + start - self._starts[first], self._ends[first] - 1)
        b = min(self._word_places[last] + end - self._starts[last], self._ends[last])
        is_end = last + 1 == len(self._starts) or end == self._starts[last + 1]
        return a, self._ends[last] if is_end else b

    def whole_place(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text that a range of letters is, widened to whole words."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        return self._word_places[first], self._ends[last]

    def at(self, place: int) -> int:
        """The first letter that stands at or after a place of the text."""
        n = bisect_left(self._ends, place + 1)
        if n == len(self._word_places):
            return len(self.letters)
        return self._starts[n] + max(0, place - self._word_places[n])
