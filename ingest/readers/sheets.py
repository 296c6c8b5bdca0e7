"""Reads workbooks as source pages, one for each row with words. The only importer of ``openpyxl``.

A row is cited by its sheet and its number there; therefore each row is a page whose label has both. Hidden sheets are
left out and named in a note; hidden rows and columns, which filters and groups make, are read and noted.
"""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingest.layout.source_page import FileContent, LineRole
from ingest.readers.flow import Paragraph, flow_page, table_rows
from ingest.readers.package import open_package
from kb.errors import TooLargeError, UnreadableError
from kb.types import Notice, PageKind, notice

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.source_page import SourcePage
    from ingest.readers.package import Package

MAX_FILLED_ROWS = 50_000
"""Largest number of rows with words in a workbook."""
MAX_CELLS = 2_000_000
"""Largest number of cells that the sheets of a workbook span."""

_WITHOUT_VALUE = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>|<f[^>]*/>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_LONG_TEXT = 60


def read_xlsx(path: Path) -> FileContent:
    """The rows of the visible sheets in order, one page each, with their cells separated by " | ".

    :raises UnreadableError: the file is not a workbook, or has no words.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: the file exceeds the bounds of this module or of :mod:`ingest.readers.package`.
    """
    with open_package(path, "workbook", ".xlsx") as package:
        notes = _checked_parts(package)
        metadata = package.metadata()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read, such as data validation
            book = openpyxl.load_workbook(path, data_only=True, rich_text=False)
    except MemoryError:
        raise
    except (InvalidFileException, Exception) as error:  # openpyxl raises KeyError, ValueError and XML errors on damage
        what = notice("file not readable as", file=path.name, kind="workbook", why=type(error).__name__, ending=".xlsx")
        raise UnreadableError(what) from error
    pages: list[SourcePage] = []
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        if sheet.max_row * sheet.max_column > MAX_CELLS:
            n_cells = sheet.max_row * sheet.max_column
            raise TooLargeError(
                notice("sheet too large", file=path.name, sheet=sheet.title, n=n_cells, bound=MAX_CELLS)
            )
        pages.extend(_rows_as_pages(sheet, len(pages)))
        if len(pages) > MAX_FILLED_ROWS:
            raise TooLargeError(notice("workbook of too many rows", file=path.name, bound=MAX_FILLED_ROWS))
        notes.extend(_hidden_parts(sheet))
    book.close()
    if not pages:
        raise UnreadableError(notice("workbook without words", file=path.name))
    if hidden:
        names = ", ".join(repr(name) for name in hidden)
        notes.append(notice("note hidden sheets" if len(hidden) > 1 else "note hidden sheet", names=names))
    metadata.setdefault("Title", path.stem)  # a row is no title
    return FileContent(pages, [], metadata, notes)


def _checked_parts(package: Package) -> list[Notice]:
    """Checks that no sheet declares entities, and notes formulas whose values are not stored."""
    without = 0
    for name in sorted(package.names):
        if name.endswith((".xml", ".rels")):
            data = package.checked_bytes(name)
            if name.startswith("xl/worksheets/"):
                without += len(_WITHOUT_VALUE.findall(data))
    if not without:
        return []
    return [notice("note formulas" if without > 1 else "note formula", n=without)]


def _hidden_parts(sheet: Any) -> list[Notice]:
    rows = sum(bool(d.hidden) for d in sheet.row_dimensions.values())
    columns = sum(bool(d.hidden) for d in sheet.column_dimensions.values())
    counted = ((rows, "hidden rows"), (columns, "hidden columns"))
    parts = tuple(notice(what, n=n) for n, what in counted if n)
    return [notice("note hidden parts", sheet=sheet.title, parts=parts)] if parts else []


def _rows_as_pages(sheet: Any, before: int) -> list[SourcePage]:
    """A page for each row of a sheet that has words; the words of a merged cell are in each of its rows."""
    merged = _merged(sheet)
    rows: list[list[str]] = []
    numbers: list[int] = []
    for cells in sheet.iter_rows():
        row = [merged.get((c.row, c.column), "") or shown_value(c.value, str(c.number_format or "")) for c in cells]
        if any(row):
            rows.append(row)
            numbers.append(cells[0].row)
    rows = _without_empty_columns(rows)
    pages: list[SourcePage] = []
    for table in _tables(rows, numbers):
        texts = [rows[n] for n in table]
        for n, paragraph in zip(table, _block_paragraphs(texts), strict=True):
            label = f"{sheet.title}!{numbers[n]}"
            pages.append(flow_page(before + len(pages) + 1, [paragraph], PageKind.ROW, label))
    return pages


def _block_paragraphs(rows: list[list[str]]) -> list[Paragraph]:
    """The rows of one block of a sheet: a lone filled cell above a table is a heading, the rest a table."""
    lead = 0
    while lead < len(rows) and sum(map(bool, rows[lead])) == 1:
        lead += 1
    titled = lead < len(rows) or len(rows) == 1
    out: list[Paragraph] = []
    for n, row in enumerate(rows[:lead]):
        text = next(cell for cell in row if cell)
        short = len(text) <= _LONG_TEXT and text[-1] not in ".;:,?!"
        out.append(Paragraph(text, depth=2 if titled and short and not n else 0))
    width = max((len(r) for r in rows[lead:]), default=0)
    padded = [row + [""] * (width - len(row)) for row in rows[lead:]]
    heads = 1 if len(padded) > 1 and _is_head(padded[0], padded[1:]) else 0
    out.extend(p if p.role is not LineRole.HEADS or heads else _as_row(p) for p in table_rows(padded, heads))
    return out


def _as_row(paragraph: Paragraph) -> Paragraph:
    return Paragraph(paragraph.text, role=LineRole.ROW)


def _is_head(first: list[str], rest: list[list[str]]) -> bool:
    """Whether the first row of a block names its columns: short words without figures for all columns that are used."""
    used = [n for n in range(len(first)) if any(n < len(row) and row[n] for row in rest)]
    named = [first[n] for n in used if first[n]]
    if len(named) < 2 or len(named) < 0.7 * len(used):
        return False
    return all(
        len(cell) <= _LONG_TEXT and not re.fullmatch(r"[\d.,%\s-]+", cell) and cell[-1] not in ".;" for cell in named
    )


def _tables(rows: list[list[str]], numbers: list[int]) -> list[list[int]]:
    """The rows of a sheet in blocks: an empty row ends one, unless what follows has no head of its own."""
    blocks: list[list[int]] = []
    for n, number in enumerate(numbers):
        apart = n > 0 and number - numbers[n - 1] > 1
        alone = sum(map(bool, rows[n])) == 1
        if not blocks or (apart and (alone or _is_head(rows[n], rows[n + 1 : n + 4]))):
            blocks.append([])
        blocks[-1].append(n)
    return blocks


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    used = [n for n in range(width) if any(n < len(row) and row[n] for row in rows)]
    return [[row[n] if n < len(row) else "" for n in used] for row in rows]


def _merged(sheet: Any) -> dict[tuple[int, int], str]:
    """The words of merged cells, for each row that they span below the first, in their first column."""
    out: dict[tuple[int, int], str] = {}
    for area in sheet.merged_cells.ranges:
        first = sheet.cell(area.min_row, area.min_col)
        text = shown_value(first.value, str(first.number_format or ""))
        if text and area.max_row - area.min_row < MAX_FILLED_ROWS:
            out.update({(row, area.min_col): text for row in range(area.min_row + 1, area.max_row + 1)})
    return out


def shown_value(value: Any, form: str) -> str:
    """The value of a cell about as the sheet shows it: dates as days, shares as percentages, no digits of mere
    precision."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            whole_day = not (value.hour or value.minute or value.second)
            return value.strftime("%Y-%m-%d" if whole_day else "%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            return str(value)
        case int() | float():
            return _number(value, form)
    return " ".join(str(value).split())


def _number(value: float, form: str) -> str:
    pattern = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", form.split(";")[0])
    decimals = re.search(r"[0#?]\.([0#?]+)", pattern)
    places = len(decimals.group(1)) if decimals else 0
    if "%" in pattern:
        return f"{value * 100:.{places}f}%"
    if pattern in {"General", "@", ""} or not re.search(r"[0#]", pattern) or re.search(r"[Ee/]", pattern):
        return str(int(value)) if float(value).is_integer() else f"{value:.10g}"
    comma = "," if re.search(r"[0#],[0#]", pattern) else ""
    shown = f"{value:{comma}.{places}f}"
    width = re.fullmatch(r"0+", pattern.strip())
    return shown.zfill(len(width.group())) if width else shown
