"""The record of a draft: its parts in reading order with their places, and what its format marks as quotations."""

from __future__ import annotations

from kb.records import dataclass
from kb.types import Notice


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A paragraph, note or row of a draft.

    ``place`` says where it stands in the file, as data. ``quoted`` are ranges that the format itself sets apart as
    quotations (a block quote, the cell of a quotation column); ``perhaps`` are ranges that may be quotations, such as
    an indented paragraph. ``marks`` are the marks of notes in the text, as pairs of offset and note; ``note`` is the
    name of the note that this part is, "" where it is none.
    """

    text: str
    place: Notice
    quoted: tuple[tuple[int, int], ...] = ()
    perhaps: tuple[tuple[int, int], ...] = ()
    marks: tuple[tuple[int, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: its name, its parts, and remarks on how its file was read."""

    name: str
    parts: tuple[DraftPart, ...]
    remarks: tuple[Notice, ...] = ()
