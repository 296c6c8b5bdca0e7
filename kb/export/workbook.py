"""Writes tables of text as the bytes of a workbook (XLSX). The only importer of ``xlsxwriter``.

The same tables give the same bytes: no clock is read. No cell is ever a formula, and only what is given as a link is
one.
"""

from __future__ import annotations

import io
from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
CELL_UNITS = 32_767
"""Largest number of UTF-16 units in one cell."""
MAX_LINKS = 60_000
"""Largest number of links on one sheet; spreadsheet programs refuse many more."""
MAX_LINK_CHARS = 2_000
CONTINUED = "↳"
"""The first cell of a row that continues cells of the row above which were too long for one cell."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (31 characters at most), its head, rows as wide as the head, widths in characters.

    A cell is text, a number, or stretches of text in order, each with a flag that marks it. ``links`` are the targets
    of cells by row and column of ``rows`` (from 0): a web address, or a place in the workbook as
    ``internal:'Sheet'!A5``.
    """

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | int | Sequence[tuple[str, bool]]]]
    widths: Sequence[int] = ()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)


def workbook(sheets: Sequence[Sheet], title: str, comment: str = "") -> bytes:
    """The XLSX file of some sheets; each has a frozen head row and a filter.

    Cells are written as they are given, so the caller guards them first (:func:`kb.catalog.crosswalk.cell`): text in a
    cell may become a formula when it is copied elsewhere. A text that is too long for a cell continues in the row
    below, which begins with :data:`CONTINUED`.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "comments": comment, "created": _NO_TIME.replace(tzinfo=None)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    linked = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#0563C1", "underline": 1})
    marked = book.add_format({"bold": True, "font_color": "#B00020"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        for column, words in enumerate(sheet.head):
            page.write_string(0, column, words, bold)
            page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else 20)
        at = 1
        for row, values in enumerate(sheet.rows):
            split = [cell_pieces(value) if isinstance(value, str) else [value] for value in values]
            for part in range(max(map(len, split), default=0)):
                for column, pieces in enumerate(split):
                    value = pieces[part] if part < len(pieces) else CONTINUED if column == 0 else ""
                    target = sheet.links.get((row, column), "") if part == 0 else ""
                    if not isinstance(value, (str, int)):
                        _write_marked(page, at, column, value, marked, wrapped)
                    elif isinstance(value, int):
                        page.write_number(at, column, value, wrapped)
                    elif target and len(target) <= MAX_LINK_CHARS and row < MAX_LINKS:
                        page.write_url(at, column, target, linked, value)
                    elif value or part == 0:
                        page.write_string(at, column, value, wrapped)
                at += 1
        if sheet.head:
            page.autofilter(0, 0, at - 1, len(sheet.head) - 1)
    book.close()
    return out.getvalue()


def cell_pieces(text: str, most: int = CELL_UNITS) -> list[str]:
    """A text in pieces that each fit one cell; joined they give the text."""
    if len(text) <= most // 2:
        return [text]
    pieces: list[str] = []
    start = units = 0
    for at, character in enumerate(text):
        width = 2 if character > "\uffff" else 1
        if units + width > most:
            pieces.append(text[start:at])
            start, units = at, 0
        units += width
    return [*pieces, text[start:]]


def _write_marked(
    page: Any, row: int, column: int, words: Sequence[tuple[str, bool]], marked: Any, wrapped: Any
) -> None:
    """Writes stretches of text into a cell, with a format of their own for the marked ones."""
    plain = " ".join(text for text, _ in words)[:CELL_UNITS]
    parts: list[Any] = []
    for n, (text, is_marked) in enumerate(words):
        parts += [*([marked] if is_marked else []), text if n + 1 == len(words) else f"{text} "]
    too_long = sum(len(text) + 1 for text, _ in words) > CELL_UNITS
    if len(words) < 2 or too_long:  # a rich string needs two stretches
        page.write_string(row, column, plain, wrapped)
    else:
        page.write_rich_string(row, column, *parts, wrapped)
