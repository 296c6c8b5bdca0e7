"""Words with the marks of notes in them ("records12") ↔ the same words without. Pure.

The texts that are kept hold no marks; people quote with them, as pages print them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from kb.types import Page

_MARK = re.compile(
    r"(?:(?<=[^\W\d_])|(?<=[.,;:!?)\]”’\"'»%]) ?)"
    r"(?:\d{1,3}(?:[,–-] ?\d{1,3})*|(?<![^\W\d_])[ivxl]{1,6}|[*†‡§]{1,3}|[⁰¹²³⁴-⁹]{1,3})(?=$|[\s.,;:!?)\]”’\"'»])"
    r"|(?<=\S) ?[(\[]\s?\d{1,3}\s?[)\]](?=$|[\s.,;:!?)\]”’\"'»])"
    r"|(?<=\d)[⁰¹²³⁴-⁹]{1,3}"
)
"""What can be the mark of a note: a figure right behind a word or a stop, or in brackets."""

MOST = 12
"""Marks that one quotation is searched without."""

LONGEST = 16
"""Characters that a mark with its brackets, blanks and line ends has at most."""


def mark_places(page: Page) -> frozenset[int]:
    """Where on a page, counted from its first character, a mark of a note was cut from the text, or a broken word was
    closed."""
    out: set[int] = set()
    for (_, raw, length), (offset, following, _) in zip(page.segments, page.segments[1:], strict=False):
        if 0 < following - raw - length <= LONGEST:
            out.add(offset)
    return frozenset(out)


def find_unmarked(whole: str, words: str, places: Collection[int] | None = None) -> tuple[int, int] | None:
    """Where words stand in a text, as a half-open range; marks of notes among the words may be missing in the text.

    Words that stand as they are go first. Everything but the marks must agree character for character, and a mark may
    be missing only at one of the ``places`` (anywhere where they are not known).
    """
    if not words:
        return None
    at = whole.find(words)
    if at >= 0:
        return at, at + len(words)
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
        missing = [found.end(2 * n + 1) for n in range(len(marks)) if found.group(2 * n + 2) is None]
        begin, end = found.span()
        if begin < end and _is_whole(whole, begin, end) and (places is None or all(at in places for at in missing)):
            return begin, end
    return None


def _is_whole(text: str, begin: int, end: int) -> bool:
    """Whether a range cuts through no word."""
    before = begin > 0 and text[begin - 1].isalnum() and text[begin].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after
