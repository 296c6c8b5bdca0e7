"""The record of a run over a table: what it answers, and where its journal is."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from kb.records import dataclass
from kb.release import package_version
from kb.types import SearchFilter

if TYPE_CHECKING:
    from pathlib import Path

    from kb.export.answer_lists import RowReading
    from kb.lists.tables import InputRow

JOURNAL_ENDING = ".journal"


@dataclass(frozen=True, slots=True)
class BatchInput:
    """The input of a run: the rows, the name and SHA-256 of the file, the columns and sheets that were chosen, language
    and filter."""

    rows: tuple[InputRow, ...]
    file: str
    sha256: str
    notes: tuple[str, ...] = ()
    language: str = "en"
    filter: SearchFilter = field(default_factory=SearchFilter)

    def head(self, index_id: str) -> dict[str, Any]:
        """The first line of the journal; a run is resumed only if this is the same."""
        chosen = self.filter
        return {
            "journal": 1,
            "release": package_version(),
            "input": self.sha256,
            "index": index_id,
            "rows": len(self.rows),
            "settled": {str(row.place.number): row.settled for row in self.rows if row.settled},
            "notes": list(self.notes),
            "language": self.language,
            "filter": [
                list(chosen.doc_ids),
                list(chosen.publishers),
                list(chosen.languages),
                list(chosen.forces),
                chosen.include_register,
                chosen.as_of,
            ],
        }


def journal_path(out: Path) -> Path:
    """The path of the journal of a run that writes the file ``out``."""
    return out.with_name(f"{out.name}{JOURNAL_ENDING}")


@dataclass(frozen=True, slots=True)
class RowPreview:
    """How a row will be read, before it is answered.

    ``means`` are the units of a reference, in words. ``choices`` are pairs of unit id and unit in words, if the
    reference may mean several. ``reason`` says why a row leads nowhere.
    """

    row: InputRow
    reading: RowReading
    means: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    reason: str = ""
