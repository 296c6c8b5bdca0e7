"""The lines of a document and all that was read of its pages, as :mod:`ingest.layout.layout` puts them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.layout.source_page import LineRole
from kb.types import DISCRETIONARY_HYPHEN, Notice, Page, Span

if TYPE_CHECKING:
    from ingest.layout.source_page import OutlineItem


@dataclass(frozen=True, slots=True)
class Line:
    """A body line: its range ``[start, end)`` in the document text, its page (from 1), and its print relative to the
    body text."""

    start: int
    end: int
    page: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool
    role: LineRole = LineRole.TEXT
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The document text with its pages and lines, and what was cut from it.

    ``furniture`` are cut lines as pairs of page and words, ``marks`` the cut note marks as pairs of offset in the text
    and words.
    """

    text: str
    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    marks: tuple[tuple[int, str], ...]
    furniture: tuple[tuple[int, str], ...]
    n_soft_hyphens: int
    outline: tuple[OutlineItem, ...] = ()
    notes: tuple[Notice, ...] = ()

    def line_text(self, line: Line) -> str:
        """The characters of a line, without the soft hyphen at a page's end."""
        return self.text[line.start : line.end].replace(DISCRETIONARY_HYPHEN, "")

    @property
    def changed(self) -> tuple[Span, ...]:
        """The lines whose words are read with tracked changes accepted; neighbours are one span."""
        spans: list[Span] = []
        for line in self.lines:
            if line.changed and spans and line.start - spans[-1].end <= 1:
                spans[-1] = Span(spans[-1].start, line.end)
            elif line.changed:
                spans.append(Span(line.start, line.end))
        return tuple(spans)
