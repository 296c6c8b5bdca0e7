"""A workbook (XLSX) of tables of text, as bytes. The only importer of ``xlsxwriter``.

Same tables, same bytes: no clock enters. Nothing in a cell is ever a formula or a link.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_IN_A_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (31 characters at most), its head, rows as wide as the head, widths in characters.

    A cell is text, or stretches of text in order, each with whether it is marked.
    """

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | Sequence[tuple[str, bool]]]]
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
    marked = book.add_format({"bold": True, "font_color": "#B00020"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        for column, words in enumerate(sheet.head):
            page.write_string(0, column, words, bold)
            page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else 20)
        for row, values in enumerate(sheet.rows, 1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    page.write_string(row, column, value[:_MOST_IN_A_CELL], wrapped)
                else:
                    _write_marked(page, row, column, value, marked, wrapped)
        if sheet.head:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
    book.close()
    return out.getvalue()


def _write_marked(
    page: Any, row: int, column: int, words: Sequence[tuple[str, bool]], marked: Any, wrapped: Any
) -> None:
    """Writes stretches of text into a cell, the marked ones in the format for these."""
    plain = " ".join(text for text, _ in words)[:_MOST_IN_A_CELL]
    parts: list[Any] = []
    for n, (text, is_marked) in enumerate(words):
        parts += [*([marked] if is_marked else []), text if n + 1 == len(words) else f"{text} "]
    too_long = sum(len(text) + 1 for text, _ in words) > _MOST_IN_A_CELL
    if len(words) < 2 or too_long:  # a rich string needs two stretches
        page.write_string(row, column, plain, wrapped)
    else:
        page.write_rich_string(row, column, *parts, wrapped)
