"""Finds quotes that contain footnote marks ("records12") in texts that do not. Pure.

Footnote marks are removed from stored texts, but people quote with them, as they are printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.text.lazy_patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Collection

    from kb.types import Page

_MARK = lazy(
    r"(?:(?<=[^\W\d_])|(?<=[.,;:!?)\]”’\"'»%]) ?)"
    r"(?:\d{1,3}(?:[,–-] ?\d{1,3})*|(?<![^\W\d_])[ivxl]{1,6}|[*†‡§]{1,3}|[⁰¹²³⁴-⁹]{1,3})(?=$|[\s.,;:!?)\]”’\"'»])"
    r"|(?<=\S) ?[(\[]\s?\d{1,3}\s?[)\]](?=$|[\s.,;:!?)\]”’\"'»])"
    r"|(?<=\d)[⁰¹²³⁴-⁹]{1,3}"
)
"""Text that can be the mark of a note: a figure right behind a word or a full stop, or in brackets."""

_ANY = lazy(
    r" ?(?:[(\[]\s?\d{1,3}\s?[)\]]|\d{1,3}(?:, ?\d{1,3}|[–-]\d{1,3})*[*†‡+)]{0,2}|[ivxl]{1,6}|[*†‡§+⁰¹²³⁴-⁹]{1,3})"
)
"""Text that can be a mark at a place where a mark is known to have been cut."""

MOST = 12
"""Marks that one quotation is searched without."""

LONGEST = 16
"""Characters that a mark with its brackets, blanks and line ends has at most."""


def mark_places(page: Page) -> frozenset[int]:
    """The places on a page, counted from its first character, where the mark of a note was cut from the text, or a
    broken word was closed."""
    out: set[int] = set()
    for (_, raw, length), (offset, following, _) in zip(page.segments, page.segments[1:], strict=False):
        if 0 < following - raw - length <= LONGEST:
            out.add(offset)
    return frozenset(out)


def find_unmarked(whole: str, words: str, places: Collection[int] | None = None) -> tuple[int, int] | None:
    """The half-open range of words in a text; marks of notes among the words may be missing in the text.

    Words that occur unchanged are preferred. Everything but the marks must agree character for character, and a mark
    may be missing only at one of the ``places`` (anywhere if they are not known).
    """
    if not words:
        return None
    at = whole.find(words)
    if at >= 0:
        return at, at + len(words)
    if places is not None:
        starts = (n for n, char in enumerate(whole) if char == words[0])
        ends = ((begin, _aligned(whole, words, begin, places)) for begin in starts)
        return next(((begin, end) for begin, end in ends if end > begin and _is_whole(whole, begin, end)), None)
    marks = list(_MARK.finditer(words))
    if not marks or len(marks) > MOST:
        return None
    pattern: list[str] = []
    done = 0
    for mark in marks:
        pattern.append(f"({re.escape(words[done : mark.start()])})({re.escape(mark.group())})?")
        done = mark.end()
    pattern.append(re.escape(words[done:]))
    for found in re.finditer("".join(pattern), whole):
        begin, end = found.span()
        if begin < end and _is_whole(whole, begin, end):
            return begin, end
    return None


def _aligned(whole: str, words: str, at: int, places: Collection[int], done: int = 0) -> int:
    """The end of words that begin at a place of the text, with marks left out at the ``places``; -1 if they are not
    there."""
    while done < len(words):
        mark = _ANY.match(words, done) if at in places else None
        for after in range(mark.end(), done, -1) if mark else ():
            end = _aligned(whole, words, at, places, after) if _ANY.fullmatch(words, done, after) else -1
            if end >= 0:
                return end
        if at >= len(whole) or whole[at] != words[done]:
            return -1
        at += 1
        done += 1
    return at


def _is_whole(text: str, begin: int, end: int) -> bool:
    """Whether a range cuts through no word."""
    before = begin > 0 and text[begin - 1].isalnum() and text[begin].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after
