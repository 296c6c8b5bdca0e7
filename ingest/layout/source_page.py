"""The result of a reader, the same for every file format: pages with their lines, and the file's bookmarks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from kb.types import Notice, PageKind


class LineRole(Enum):
    """What a line is where the file itself says so: running text, a note, a table's column heads, a table's row."""

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
    """A page as a reader returns it, the same for every file format.

    ``label`` is the one that the file declares; of a row of a sheet it is the sheet's name and the row's number.
    ``spaced`` are the offsets of blanks that only set the letters of a word apart.
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
    """All that a reader takes from a file: pages, bookmarks, metadata ("Title", "Author"), notes for the report."""

    pages: list[SourcePage]
    outline: list[OutlineItem]
    metadata: dict[str, str]
    notes: list[Notice]
