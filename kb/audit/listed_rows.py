"""Reads the rows of a citation list that was exported earlier, from any of its table formats. Opens no file.

:data:`TABLE_READERS` has a function for each format, which turns bytes into rows with named columns. The columns are
the fields of :class:`kb.types.Citation`; a column that the format lacks is empty.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kb.audit.office_lists import word_table, workbook_table
from kb.errors import ConfigError, DocumentError
from kb.records import dataclass
from kb.text.safe_cells import unguarded_cell
from kb.types import notice

TableReader = Callable[[bytes], Sequence[Mapping[str, Any]]]
"""Reads the bytes of an exported list back into its rows."""

MAX_LIST_ROWS = 200_000
"""Largest number of rows of a list."""
MAX_LIST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of a list: ``n`` is its number from 1, the other fields say what it cites.

    ``page_index`` and ``page_end`` count PDF pages from 1, 0 if the list has none; ``page_label`` is the printed page
    number, empty if there is none. ``asked`` is the question or reference that the row answers.
    """

    n: int
    doc_id: str
    unit_id: str
    doc_ref: str
    path: str
    page_label: str
    page_index: int
    page_end: int
    quote: str
    quote_sha256: str
    match: str
    status: str
    amendment: str
    index_id: str
    asked: str = ""


def csv_table(data: bytes) -> list[dict[str, Any]]:
    """The rows of a list separated by commas, semicolons or tabs, by the names of the columns.

    The apostrophe that guards a formula sign is removed.

    :raises UnicodeDecodeError: the bytes are not UTF-8.
    """
    text = data.decode("utf-8-sig")
    head = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=head.count)
    before = csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    finally:
        csv.field_size_limit(before)
    return [
        {
            name: unguarded_cell(value) if isinstance(value, str) else value
            for name, value in row.items()
            if name is not None
        }
        for row in rows
    ]


def json_table(data: bytes) -> list[dict[str, Any]]:
    """The citations of a JSON list, of the JSON of an answer, or of JSON lines.

    :raises ValueError: the bytes are not JSON in UTF-8.
    """
    text = data.decode("utf-8-sig").strip()
    try:
        found = json.loads(text)
    except ValueError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(found, dict):
        found = found.get("citations") or found.get("rows") or [found]
    flat: list[dict[str, Any]] = []
    for each in found if isinstance(found, list) else []:
        if isinstance(each, dict):
            inner = each.get("citations")
            flat += [row for row in inner if isinstance(row, dict)] if isinstance(inner, list) else [each]
    return flat


TABLE_READERS: dict[str, TableReader] = {
    ".csv": csv_table,
    ".tsv": csv_table,
    ".json": json_table,
    ".jsonl": json_table,
    ".xlsx": workbook_table,
    ".docx": word_table,
}
"""By the ending of a file's name, the function that reads a list of that format back."""


def listed_rows(name: str, data: bytes) -> tuple[ListedRow, ...]:
    """The rows of a list that cite a place; the ending of the file ``name`` decides the format.

    :raises ConfigError: the format is unknown, the file is damaged or too large, or no row cites a place.
    """
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    reader = TABLE_READERS.get(ending)
    if reader is None:
        raise ConfigError(notice("list other kind", file=name, kinds=", ".join(TABLE_READERS)))
    if len(data) > MAX_LIST_BYTES:
        raise ConfigError(notice("list large", file=name, most=MAX_LIST_BYTES))
    try:
        table = reader(data)
    except (ValueError, RecursionError, csv.Error, DocumentError) as error:
        reason = error.as_notice if isinstance(error, DocumentError) else str(error)
        why = notice("list nested") if isinstance(error, RecursionError) else reason
        raise ConfigError(notice("list unreadable", file=name, kind=ending, why=why)) from error
    rows = tuple(row for n, each in enumerate(table, 1) if (row := _listed_row(n, each)) is not None)
    if not rows:
        raise ConfigError(notice("list cites nothing", file=name))
    if len(rows) > MAX_LIST_ROWS:
        raise ConfigError(notice("list many rows", file=name, most=MAX_LIST_ROWS))
    return rows


def _listed_row(n: int, row: Mapping[str, Any]) -> ListedRow | None:
    def text(key: str) -> str:
        value = row.get(key)
        return value.strip() if isinstance(value, str) else "" if value is None else str(value)

    def number(key: str) -> int:
        value = text(key)
        whole = value.partition(".")[0]
        return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 10 else 0

    if not text("unit_id") and not (text("doc_id") and text("quote")):
        return None
    return ListedRow(
        n, text("doc_id"), text("unit_id"), text("doc_ref"), text("path") or text("locator"), text("page_label"),
        number("page_index"), number("page_end"), text("quote"), text("quote_sha256"), text("match"), text("status"),
        text("amendment"), text("index_id"), text("input"),
    )  # fmt: skip
