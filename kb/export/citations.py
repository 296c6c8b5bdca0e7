"""Citations → CSV and JSON as strings; opens no file. Same citations, same bytes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from kb.messages import language, list_in_words, notices_in_words, words
from kb.types import Citation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Answer

CITATION_COLUMNS = tuple(f.name for f in fields(Citation))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def citation_dict(citation: Citation) -> dict[str, Any]:
    """The citation object as plain data, keys in the published order; its successors as one string, or ``None``."""
    return asdict(citation) | {"superseded_by": list_in_words("en", citation.superseded_by) or None}


def to_json(citations: Sequence[Citation]) -> str:
    """A JSON array, one object a citation, with a line end."""
    return json.dumps([citation_dict(c) for c in citations], ensure_ascii=False, indent=2) + "\n"


def to_csv(citations: Sequence[Citation]) -> str:
    """CSV (RFC 4180, CRLF) with a header; rectangles as JSON in their cell.

    A cell that a spreadsheet would take for a formula is preceded by an apostrophe, which spreadsheets hide.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CITATION_COLUMNS)
    for citation in citations:
        writer.writerow([_csv_cell(value) for value in citation_dict(citation).values()])
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
    for name in ("citations", "nearest"):
        data[name] = tuple(citation_dict(c) for c in getattr(answer, name))
    data["reason"] = notices_in_words(answer.reason, lang)
    data["notices"] = [words(notice, lang) for notice in answer.notices]
    return data
