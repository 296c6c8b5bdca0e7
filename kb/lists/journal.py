"""The journal of a run over many rows: a line of JSON for each finished row, so that a killed run can be resumed.

Rows are identified by their number and not by their words, so that equal rows stay apart. If the input, the index or
the settings changed, the journal has another first line and the run begins anew. A kill may leave the last line
incomplete; it is then ignored.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from kb.export.answer_lists import AnswerRow, row_of_record, row_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import BufferedWriter
    from pathlib import Path
    from types import TracebackType


def journal_rows(path: Path, head: Mapping[str, Any]) -> dict[int, AnswerRow] | None:
    """The finished rows of an earlier run with the same first line, by number; ``None`` if there is no such run."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    if not lines or _journal_record(lines[0]) != dict(head):
        return None
    found: dict[int, AnswerRow] = {}
    for line in lines[1:]:
        data = _journal_record(line)
        if isinstance(data, dict) and isinstance(data.get("place"), dict):
            row = row_of_record(data)
            found[row.place.number] = row
    return found


def _journal_record(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


class RowJournal:
    """A journal that is being written; every row is written to the file before the next one is answered."""

    def __init__(self, path: Path, head: Mapping[str, Any], kept: Mapping[int, AnswerRow]) -> None:
        """Begins the journal anew, with the rows ``kept`` from an earlier run."""
        beside = path.with_name(f"{path.name}.new")
        lines = [_journal_line(dict(head)), *(_journal_line(row_record(kept[n])) for n in sorted(kept))]
        beside.write_bytes(b"".join(lines))
        beside.replace(path)
        self._file: BufferedWriter = path.open("ab")

    def add(self, row: AnswerRow) -> None:
        """Writes a finished row."""
        self._file.write(_journal_line(row_record(row)))
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _journal_line(data: dict[str, Any]) -> bytes:
    # surrogate halves of a broken text are written as escapes, so that every row can be written
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
