"""The record of a draft: its parts in reading order with their places in the file, and what the format marks as
quotations."""

from __future__ import annotations

from kb.records import dataclass
from kb.types import Notice


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A paragraph, a note or a row of a draft. All offsets count characters of ``text``; ranges are half-open.

    ``place`` describes the position in the file as data. ``quoted`` are ranges that the format itself sets apart as
    quotations (a block quote, the cell of a column of quotations); ``perhaps`` are ranges that may be quotations, such
    as an indented paragraph. ``marks`` are the note marks in the text, pairs of offset and name of the note. ``note``
    is the name of the note if this part is one, else empty.
    """

    text: str
    place: Notice
    quoted: tuple[tuple[int, int], ...] = ()
    perhaps: tuple[tuple[int, int], ...] = ()
    marks: tuple[tuple[int, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: its file name, its parts, and remarks on how the file was read."""

    name: str
    parts: tuple[DraftPart, ...]
    remarks: tuple[Notice, ...] = ()
