"""Reads tables with a column of quotations or of references into the parts of a draft, one for each row. Pure, except
for workbooks."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from ingest.readers.sheets import read_xlsx
from kb.drafts.draft import DraftPart
from kb.errors import UnreadableError
from kb.types import CELL_END, PARAGRAPH_END, Notice, notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

QUOTE, DOCUMENT, REFERENCE, PAGE = "quote", "document", "reference", "page"
HEAD_ROWS = 10
"""Number of rows at the top in which the names of the columns are looked for."""
MAX_TABLE_CELL = 40_000

_COLUMN_NAMES: Mapping[str, frozenset[str]] = {
    QUOTE: frozenset({"quote", "quotation", "quoted text", "quoted words", "exact quote", "wording", "verbatim",
                      "인용", "인용문", "인용 문구", "원문", "문구", "원문 인용"}),
    DOCUMENT: frozenset({"doc_ref", "document", "publication", "standard", "source document", "문서", "문헌", "표준"}),
    REFERENCE: frozenset({"reference", "ref", "citation", "unit", "locator", "path", "source", "clause", "provision",
                          "section", "article", "출처", "근거", "참조", "조항", "조문", "인용 위치", "근거 조항",
                          "위치"}),
    PAGE: frozenset({"page", "pages", "page_label", "printed page", "쪽", "페이지", "면"}),
}  # fmt: skip


def csv_parts(text: str) -> tuple[DraftPart, ...]:
    """The rows of a table in a text file whose cells are separated by commas, semicolons or tabs.

    :raises UnreadableError: the text is not such a table.
    """
    first = text[:20_000]
    delimiter = max((",", ";", "\t"), key=first.count)
    limit = csv.field_size_limit(MAX_TABLE_CELL * 50)
    try:
        rows = [
            ["".join(_without_apostrophe(cell)) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise UnreadableError(notice("table unreadable", why=str(error))) from error
    finally:
        csv.field_size_limit(limit)
    return table_parts(rows, [notice("draft at row", n=n) for n in range(1, len(rows) + 1)])


def _without_apostrophe(cell: str) -> str:
    """A cell without the apostrophe that guards it against being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "\t", "\r"} else cell


def workbook_parts(path: Path) -> tuple[tuple[DraftPart, ...], tuple[Notice, ...]]:
    """The rows of the visible sheets of a workbook, and a remark for each hidden sheet."""
    content = read_xlsx(path)
    sheets: dict[str, tuple[list[list[str]], list[Notice]]] = {}
    for page in content.pages:
        sheet, _, number = (page.label or "").rpartition("!")
        rows, places = sheets.setdefault(sheet, ([], []))
        rows.append(page.text.rstrip(f"{PARAGRAPH_END}\n").replace(PARAGRAPH_END, " ").split(CELL_END))
        places.append(notice("draft at sheet row", sheet=sheet, n=int(number or 0)))
    parts = [part for rows, places in sheets.values() for part in table_parts(rows, places)]
    hidden = [note for note in content.notes if note.kind in {"note hidden sheet", "note hidden sheets"}]
    return tuple(parts), tuple(notice("draft hidden sheet", sheet=note.get("names")) for note in hidden)


def table_parts(rows: Sequence[Sequence[str]], places: Sequence[Notice]) -> tuple[DraftPart, ...]:
    """A part for each row with words.

    If the columns have names, the reference of a quotation is put before it. The first column of a kind counts; of
    references, the column of documents is put before the column of places.
    """
    head, columns = columns_of(rows)
    out: list[DraftPart] = []
    for n, (row, place) in enumerate(zip(rows, places, strict=True)):
        if n <= head or not any(cell.strip() for cell in row):
            continue
        made = _named_row(row, columns) if columns else None
        if made is None:
            words = " | ".join(" ".join(cell[:MAX_TABLE_CELL].split()) for cell in row if cell.strip())
            made = words, ()
        if made[0]:
            out.append(DraftPart(made[0], place, quoted=made[1]))
    return tuple(out)


def columns_of(rows: Sequence[Sequence[str]]) -> tuple[int, Mapping[int, str]]:
    """The index of the row that names the columns (-1 if there is none), and the kinds of the named columns."""
    for n, row in enumerate(rows[:HEAD_ROWS]):
        found: dict[int, str] = {}
        for column, cell in enumerate(row):
            name = " ".join(cell.split()).casefold().strip("\ufeff *:")
            kind = next((kind for kind, names in _COLUMN_NAMES.items() if name in names), None)
            if kind is not None and (kind == REFERENCE or kind not in found.values()):
                found[column] = kind
        if QUOTE in found.values() or (REFERENCE in found.values() and len(row) > 1):
            names = {" ".join(row[c].split()).casefold().strip("\ufeff *:"): c for c in found}
            if "doc_ref" in names:  # a list of our own says the place twice: "path" is the whole of it
                keep = {names["doc_ref"], *[names[name] for name in ("path", "locator") if name in names][:1]}
                found = {c: kind for c, kind in found.items() if kind in {QUOTE, PAGE} or c in keep}
            return n, found
    return -1, {}


def _named_row(row: Sequence[str], columns: Mapping[int, str]) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    cells = {c: " ".join(row[c][:MAX_TABLE_CELL].split()) for c in columns if c < len(row)}
    of = {kind: [cells[c] for c in sorted(cells) if columns[c] == kind and cells[c]] for kind in _COLUMN_NAMES}
    if not any(of.values()):
        return None
    head = ", ".join([*of[DOCUMENT][:1], *of[REFERENCE]])
    page = of[PAGE][0] if of[PAGE] else ""
    if page and head:
        head += f", p. {page}" if re.fullmatch(r"[\divxl–-]+", page, re.IGNORECASE) else f", {page}"
    if not of[QUOTE]:
        return head, ()
    lead = f"{head}: " if head else ""
    text = lead + of[QUOTE][0]
    return text, ((len(lead), len(text)),)
