"""A workbook (XLSX) of tables of text, as bytes. The only importer of ``xlsxwriter``.

Same tables, same bytes: no clock enters. Nothing in a cell is ever a formula or a link.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_IN_A_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (31 characters at most), its head, rows as wide as the head, widths in characters."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()


def workbook(sheets: Sequence[Sheet], title: str, comment: str = "") -> bytes:
    """The XLSX file of some sheets, each with a fixed head and a filter.

    Cells are written as they are given, so whoever fills them guards them first (:func:`kb.catalog.crosswalk.cell`):
    what is text here may become a formula when it is copied elsewhere."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "comments": comment, "created": _NO_TIME.replace(tzinfo=None)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        for column, words in enumerate(sheet.head):
            page.write_string(0, column, words, bold)
            page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else 20)
        for row, values in enumerate(sheet.rows, 1):
            for column, value in enumerate(values):
                page.write_string(row, column, value[:_MOST_IN_A_CELL], wrapped)
        if sheet.head:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
    book.close()
    return out.getvalue()
