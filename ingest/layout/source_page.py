"""The result of a reader, the same for every file format: pages with their lines, and the file's bookmarks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a page before furniture is cut; offsets are of the page's raw text.

    ``top`` and ``bottom`` are fractions of the page height from its top (``bottom`` 0: unknown). ``hidden`` words are
    painted over.
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


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as a reader returns it, the same for every file format. ``label`` is the one that the file declares."""

    index: int
    text: str
    lines: tuple[SourceLine, ...]
    label: str | None = None
    marks: tuple[tuple[int, int], ...] = ()
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A bookmark of the file: depth from 0, title, page from 1."""

    depth: int
    title: str
    page: int
