"""The formats of a list of answers: their names, the format of a file's ending, and the bytes of a list in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.faults import in_file
from kb.errors import ConfigError
from kb.export.answer_lists import RowsBy
from kb.export.bibliography import list_bibtex, list_csl, list_ris
from kb.export.list_blocks import PageBlock, list_blocks
from kb.export.list_markup import list_html, list_markdown
from kb.export.list_tables import list_csv, list_jsonl
from kb.export.list_word import list_docx
from kb.export.list_workbook import list_workbook
from kb.export.oscal_list import list_oscal
from kb.files import write_whole
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kb.export.answer_lists import AnswerList


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How a list is written: language of the words, grouping of the rows, citation style; footnotes and template of
    Word files; delimiter of CSV."""

    language: str = "en"
    by: RowsBy = RowsBy.QUESTION
    style: str = ""
    footnotes: bool = False
    template: bytes | None = None
    delimiter: str = ","


def blocks_of(found: AnswerList, options: ListOptions) -> tuple[PageBlock, ...]:
    """A list as the blocks of a page, by the options."""
    return list_blocks(found, options.language, options.by, options.style)


_WRITERS: dict[str, Callable[[AnswerList, ListOptions], bytes]] = {
    "csv": lambda found, options: list_csv(found, options.delimiter),
    "xlsx": lambda found, options: list_workbook(found, options.language),
    "docx": lambda found, options: list_docx(blocks_of(found, options), options.template, options.footnotes),
    "md": lambda found, options: list_markdown(blocks_of(found, options)),
    "html": lambda found, options: list_html(blocks_of(found, options), options.language),
    "jsonl": lambda found, _: list_jsonl(found),
    "csl-json": lambda found, _: list_csl(found.works),
    "bibtex": lambda found, _: list_bibtex(found.works),
    "ris": lambda found, _: list_ris(found.works),
    "oscal": lambda found, _: list_oscal(found),
}
LIST_FORMATS = tuple(_WRITERS)
_BY_ENDING = {
    ".csl.json": "csl-json",
    ".oscal.json": "oscal",
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".docx": "docx",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".bib": "bibtex",
    ".ris": "ris",
}


def list_bytes(found: AnswerList, form: str, options: ListOptions | None = None) -> bytes:
    """A list in a format of :data:`LIST_FORMATS`; the same list and options give the same bytes."""
    return _WRITERS[form](found, options or ListOptions())


def write_list(path: Path, data: bytes) -> None:
    """Writes a list in place of an earlier file, whole or not at all."""
    write_whole(path, data)


def format_of_name(name: str) -> str:
    """The format that the ending of a file name asks for.

    :raises ConfigError: no format has this ending.
    """
    lower = name.lower()
    found = next((form for ending, form in _BY_ENDING.items() if lower.endswith(ending)), None)
    if found is None:
        what = notice("format of no ending", formats=", ".join(LIST_FORMATS))
        raise ConfigError(in_file(name, what))
    return found
