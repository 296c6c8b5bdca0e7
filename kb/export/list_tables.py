"""Writes a list of answers as CSV and as JSON lines. Pure; the same list gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from kb.export.answer_lists import row_json
from kb.export.citations import CITATION_COLUMNS, citation_dict
from kb.text.safe_cells import guarded_cell, without_controls

if TYPE_CHECKING:
    from kb.export.answer_lists import AnswerList, AnswerRow
    from kb.types import Citation

ROW_COLUMNS = ("row", "file", "sheet", "line", "input", "read_as", "answered", "reason")
NOTE_COLUMNS = ("choices", "nearest", "notices", "searched")
LIST_COLUMNS = (*ROW_COLUMNS, *CITATION_COLUMNS, *NOTE_COLUMNS)
"""The columns of a list: those of the row, those of one citation, and those with remarks on the row."""
PART_SEPARATOR = "; "


def list_csv(found: AnswerList, delimiter: str = ",") -> bytes:
    """CSV in UTF-8 with a byte-order mark: a line for each citation of each row, one line for a row without citations.

    Cells that a spreadsheet would take for formulas have an apostrophe in front
    (:func:`kb.text.safe_cells.unguarded_cell` removes it); control characters are replaced by U+FFFD.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", delimiter=delimiter)
    writer.writerow(LIST_COLUMNS)
    for row in found.rows:
        for citation in row.citations or (None,):
            writer.writerow([guarded_cell(without_controls(cell)) for cell in list_cells(row, citation)])
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def list_cells(row: AnswerRow, citation: Citation | None) -> list[str]:
    """The cells of :data:`LIST_COLUMNS` for a row and one of its citations (``None`` for a row without any)."""
    own = [
        str(row.place.number),
        row.place.file,
        row.place.sheet,
        str(row.place.line or ""),
        row.asked,
        row.reading.value,
        "yes" if row.is_answered else "no",
        row.reason,
    ]
    cited = citation_dict(citation) if citation is not None else dict.fromkeys(CITATION_COLUMNS)
    if citation is None:
        cited |= {"index_id": row.index_id}
    notes = (PART_SEPARATOR.join(parts) for parts in (row.choices, row.nearest, row.notices, row.searched))
    return [*own, *(cell_words(cited[name]) for name in CITATION_COLUMNS), *notes]


def cell_words(value: Any) -> str:
    """A value of a citation as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":")) if isinstance(value, (list, tuple)) else str(value)


def list_jsonl(found: AnswerList) -> bytes:
    """A JSON object for each row, in UTF-8; texts are exact, with control characters and halves of surrogate pairs
    escaped."""
    lines = []
    for row in found.rows:
        text = json.dumps(row_json(row), ensure_ascii=False, separators=(",", ":"))
        lines.append(text.encode("utf-8", "backslashreplace") + b"\n")
    return b"".join(lines)
