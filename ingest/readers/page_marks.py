"""Page marks in flowing text, such as "[Page 45]" or "-20-", left by a conversion: read and taken out. Pure."""

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
"""A file has page marks when so many lines look like them and their numbers grow by one."""


def page_mark(text: str) -> int | None:
    """The number of a line that looks like nothing but a page mark, else ``None``."""
    match = _PAGE_MARK.fullmatch(text.strip())
    number = next((n for n in match.groups() if n), None) if match else None
    return int(number) if number else None


def has_page_marks(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether a text has page marks: several, whose numbers grow by one with few exceptions."""
    numbers = [n for _, n in _marks_found(paragraphs)]
    growing = sum(b - a == 1 for a, b in pairwise(numbers))
    return len(numbers) >= MIN_MARKS and growing >= 0.8 * (len(numbers) - 1)


def marked_pages(paragraphs: Sequence[Paragraph]) -> list[SourcePage]:
    """The pages of a flowing text: between its page marks, with their numbers, or one page where it has no marks.

    A mark is above its page where the text begins with one, and below it where the text ends with one. Where
    neither holds, or the numbers do not all grow by one, the marks are taken out and no page has a number.
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
    """The paragraphs that look like page marks: their places and numbers."""
    return [(at, n) for at, p in enumerate(paragraphs) if p.role is LineRole.TEXT and (n := page_mark(p.text))]
