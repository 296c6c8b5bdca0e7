"""Citations → CSV and JSON as strings; opens no file. Same citations, same bytes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from kb.messages import language, list_in_words, notices_in_words, reading_words, words
from kb.records import dataclass
from kb.types import Citation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Answer

CITATION_COLUMNS = tuple(f.name for f in fields(Citation))
INPUT_COLUMNS = ("input_line", "input")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def citation_dict(citation: Citation) -> dict[str, Any]:
    """The citation object as plain data, keys in the published order.

    Its successors, and how the file was read at its place, are one string each, or ``None``.
    """
    joined = {
        "superseded_by": list_in_words("en", citation.superseded_by) or None,
        "reading": "; ".join(reading_words("en", citation)) or None,
    }
    return asdict(citation) | joined


@dataclass(frozen=True, slots=True)
class Asked:
    """What a citation of a list answers: the number of the line in the input, from 1, and its words."""

    line: int
    words: str


def _with_input(citations: Sequence[Citation], asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """The citations as plain data; where what was asked is given, with the line of the input and its words."""
    rows = [citation_dict(c) for c in citations]
    if asked:
        return [row | {"input_line": a.line, "input": a.words} for row, a in zip(rows, asked, strict=True)]
    return rows


def to_json(citations: Sequence[Citation], asked: Sequence[Asked] = ()) -> str:
    """A JSON array, one object a citation, with a line end; ``asked`` is what each answers."""
    return json.dumps(_with_input(citations, asked), ensure_ascii=False, indent=2) + "\n"


def to_csv(citations: Sequence[Citation], asked: Sequence[Asked] = ()) -> str:
    """CSV (RFC 4180, CRLF) with a header; rectangles as JSON in their cell; ``asked`` is what each citation answers.

    A cell that a spreadsheet would take for a formula is preceded by an apostrophe, which spreadsheets hide.
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
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def answer_dict(answer: Answer, otherwise: str = "en") -> dict[str, Any]:
    """An answer as plain data for the API and ``--format json``.

    Notices are worded in the question's language, in ``otherwise`` where it shows none.
    """
    lang = language(answer.question, otherwise)
    data = asdict(answer)
    for name in ("citations", "nearest", "also_relevant"):
        data[name] = tuple(citation_dict(c) for c in getattr(answer, name))
    data["reason"] = notices_in_words(answer.reason, lang)
    data["notices"] = [words(notice, lang) for notice in answer.notices]
    return data
