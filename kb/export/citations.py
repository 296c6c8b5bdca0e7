"""Writes citations as CSV and JSON strings; opens no file. The same citations give the same text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from kb.messages import language, list_in_words, notices_in_words, reading_words, words
from kb.records import dataclass
from kb.text.safe_cells import guarded_cell
from kb.types import Citation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Answer

CITATION_COLUMNS = tuple(f.name for f in fields(Citation))
INPUT_COLUMNS = ("input_line", "input")


def citation_dict(citation: Citation) -> dict[str, Any]:
    """A citation as plain data, with the keys in the published order.

    Successors of the edition, and remarks on how the file was read, are one string each, or ``None``.
    """
    joined = {
        "superseded_by": list_in_words("en", citation.superseded_by) or None,
        "reading": "; ".join(reading_words("en", citation)) or None,
    }
    return asdict(citation) | joined


@dataclass(frozen=True, slots=True)
class Asked:
    """The line of the input that a citation answers: its number, from 1, and its words."""

    line: int
    words: str


def _with_input(citations: Sequence[Citation], asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """The citations as plain data; with ``asked`` each has the line number and the words of the input."""
    rows = [citation_dict(c) for c in citations]
    if asked:
        return [row | {"input_line": a.line, "input": a.words} for row, a in zip(rows, asked, strict=True)]
    return rows


def to_json(citations: Sequence[Citation], asked: Sequence[Asked] = ()) -> str:
    """The citations as a JSON array with a line end; ``asked`` gives what each one answers."""
    return json.dumps(_with_input(citations, asked), ensure_ascii=False, indent=2) + "\n"


def to_csv(citations: Sequence[Citation], asked: Sequence[Asked] = ()) -> str:
    """The citations as CSV (RFC 4180, CRLF) with a header; rectangles are JSON in their cell.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front, which spreadsheets hide.

    :param asked: what each citation answers.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*CITATION_COLUMNS, *(INPUT_COLUMNS if asked else ())])
    for row in _with_input(citations, asked):
        writer.writerow([_csv_cell(value) for value in row.values()])
    return out.getvalue()


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return json.dumps(value, separators=(",", ":"))
    return guarded_cell(value) if isinstance(value, str) else str(value)


def answer_dict(answer: Answer, otherwise: str = "en") -> dict[str, Any]:
    """An answer as plain data for the API and ``--format json``.

    Notices are in the language of the question, or in ``otherwise`` if the question shows none.
    """
    lang = language(answer.question, otherwise)
    data = asdict(answer)
    for name in ("citations", "nearest", "also_relevant"):
        data[name] = tuple(citation_dict(c) for c in getattr(answer, name))
    data["reason"] = notices_in_words(answer.reason, lang)
    data["notices"] = [words(notice, lang) for notice in answer.notices]
    return data
