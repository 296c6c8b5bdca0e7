"""What a reader hands over, whatever the file form: pages with their lines, and the file's bookmarks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a page before furniture is cut; offsets are of the page's raw text.

    ``top`` and ``bottom`` count down the page from 0 to 1 (``bottom`` 0: unknown). ``hidden``: painted over.
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
    """A page as a reader hands it over, whatever the file form. ``label`` only where the file itself declares one."""

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
