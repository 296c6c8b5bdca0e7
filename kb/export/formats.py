"""The formats of a list of answers: which there are, which one a file's ending asks for, and the bytes of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.errors import ConfigError
from kb.export.answer_lists import RowsBy
from kb.export.list_tables import list_csv, list_jsonl
from kb.export.list_workbook import list_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.export.answer_lists import AnswerList


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How a list is written: the words' language, the grouping, the citation style, and what Word files take up."""

    language: str = "en"
    by: RowsBy = RowsBy.QUESTION
    style: str = ""
    footnotes: bool = False
    template: bytes | None = None
    delimiter: str = ","


_WRITERS: dict[str, Callable[[AnswerList, ListOptions], bytes]] = {
    "csv": lambda found, options: list_csv(found, options.delimiter),
    "jsonl": lambda found, _: list_jsonl(found),
    "xlsx": lambda found, options: list_workbook(found, options.language),
}
LIST_FORMATS = tuple(_WRITERS)
_BY_ENDING = {".xlsx": "xlsx", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def list_bytes(found: AnswerList, form: str, options: ListOptions | None = None) -> bytes:
    """A list in a format of :data:`LIST_FORMATS`: same list and options, same bytes."""
    return _WRITERS[form](found, options or ListOptions())


def format_of_name(name: str) -> str:
    """The format that a file's ending asks for.

    :raises ConfigError: none does.
    """
    lower = name.lower()
    found = next((form for ending, form in _BY_ENDING.items() if lower.endswith(ending)), None)
    if found is None:
        raise ConfigError(f"{name}: no format is known for this ending; give one of {', '.join(LIST_FORMATS)}")
    return found
