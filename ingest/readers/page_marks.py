"""Reads and removes page marks in flowing text, such as "[Page 45]" or "-20-", which a conversion left. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.layout.source_page import LineRole
from ingest.readers.flow import flow_page
from kb.types import PageKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.source_page import SourcePage
    from ingest.readers.flow import Paragraph

_PAGE_MARK = re.compile(
    r"\W{0,3}(?:page|p\.|página|쪽|페이지)\s*(?P<named>\d{1,4})(?:\s*(?:/|of|de)\s*\d{1,4})?\W{0,3}"
    r"|[-–—]\s?(?P<dashed>\d{1,4})\s?[-–—]"
    r"|[-–—]{0,3}\s*(?P<korean>\d{1,4})\s?(?:쪽|페이지)\s*[-–—]{0,3}"
    r"|.{3,80}\s\[page (?P<running>\d{1,4})\]",
    re.IGNORECASE,
)
MIN_MARKS = 2
"""A file has page marks if this many lines look like them and their numbers grow by one."""


def page_mark(text: str) -> int | None:
    """The number of a line that looks like a page mark and nothing else, else ``None``."""
    match = _PAGE_MARK.fullmatch(text.strip())
    number = next((n for n in match.groups() if n), None) if match else None
    return int(number) if number else None


def has_page_marks(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether a text has page marks: several, with numbers that grow by one with few exceptions."""
    numbers = [n for _, n in _marks_found(paragraphs)]
    growing = sum(b - a == 1 for a, b in pairwise(numbers))
    return len(numbers) >= MIN_MARKS and growing >= 0.8 * (len(numbers) - 1)


def marked_pages(paragraphs: Sequence[Paragraph]) -> list[SourcePage]:
    """The pages of a flowing text: the stretches between its page marks, with their numbers; one page if it has no
    marks.

    A mark is at the top of its page if the text begins with one, and at the bottom if the text ends with one. If
    neither holds, or not all numbers grow by one, the marks are removed and no page has a number.
    """
    if not has_page_marks(paragraphs):
        return [flow_page(1, paragraphs)]
    found = _marks_found(paragraphs)
    marks = {at for at, _ in found}
    last = max(at for at, p in enumerate(paragraphs) if p.role is not LineRole.NOTE)
    above, below = 0 in marks, last in marks
    if above == below or any(b - a != 1 for (_, a), (_, b) in pairwise(found)):
        return [flow_page(1, [p for at, p in enumerate(paragraphs) if at not in marks])]
    places = [at for at, _ in found]
    edges = [*places, len(paragraphs)] if above else [-1, *places[:-1], len(paragraphs)]
    return [
        flow_page(
            index, [p for at, p in enumerate(paragraphs) if start <= at < stop and at not in marks], PageKind.BREAKS, n
        )
        for index, (n, (start, stop)) in enumerate(zip([str(n) for _, n in found], pairwise(edges), strict=True), 1)
    ]


def _marks_found(paragraphs: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """The indices and the numbers of paragraphs that look like page marks."""
    return [(at, n) for at, p in enumerate(paragraphs) if p.role is LineRole.TEXT and (n := page_mark(p.text))]
