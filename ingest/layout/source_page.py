"""The result of a reader, the same for every file format: pages with their lines, and the file's bookmarks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from kb.types import Notice, PageKind


class LineRole(Enum):
    """The role of a line if the file itself gives it: running text, a note, the column heads of a table, a row of a
    table."""

    TEXT = "text"
    NOTE = "note"
    HEADS = "heads"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a page before furniture is cut; offsets are of the page's raw text.

    ``top`` and ``bottom`` are fractions of the page height from its top (``bottom`` 0: unknown). ``hidden`` words are
    painted over. ``changed``: the words are read with the file's tracked changes accepted.
    """

    start: int
    end: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool
    bottom: float = 0.0
    hidden: bool = False
    role: LineRole = LineRole.TEXT
    changed: bool = False


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as a reader returns it, the same for every file format. ``index`` counts from 1.

    ``label`` is the page label that the file declares; for a row of a sheet it is the name of the sheet and the number
    of the row. ``spaced`` are the offsets of blanks that only separate the letters of a word.
    """

    index: int
    text: str
    lines: tuple[SourceLine, ...]
    label: str | None = None
    marks: tuple[tuple[int, int], ...] = ()
    ocr: bool = False
    kind: PageKind = PageKind.PDF
    spaced: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A bookmark of the file: depth from 0, title, page from 1."""

    depth: int
    title: str
    page: int


class FileContent(NamedTuple):
    """The result of reading a file: pages, bookmarks, metadata ("Title", "Author"), and notes for the report."""

    pages: list[SourcePage]
    outline: list[OutlineItem]
    metadata: dict[str, str]
    notes: list[Notice]
