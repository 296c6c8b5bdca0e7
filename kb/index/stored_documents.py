"""Stores the records of an index's documents twice in its database: as rows, and as one JSON with a list per field.

A look-up in a new process reads thousands of records. The list form is faster, because a value that all documents share
is written once and no step of Python is made for each value. An index of an older release has only the rows.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from itertools import repeat
from typing import TYPE_CHECKING, Any

from kb.index.layout import StoredDocument, StoredReport
from kb.types import Edition, KnownFile, Status, notice_from_json, notice_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

DOCUMENT_COLUMNS = "columns"
"""The table with one row and one value: the records by columns."""
_OF_EDITION = tuple(each.name for each in fields(Edition))
_OF_DOCUMENT = tuple(each.name for each in fields(StoredDocument))[1:]


def documents_by_column(documents: Sequence[StoredDocument]) -> str:
    """The records as JSON: for each field a list of values, or ``{"all": value}`` where there is one for all."""
    editions = {name: [_as_json(name, getattr(d.edition, name)) for d in documents] for name in _OF_EDITION}
    own = {name: [_as_json(name, getattr(d, name)) for d in documents] for name in _OF_DOCUMENT}
    found = {"n": len(documents), "edition": _with_one_for_all(editions), "document": _with_one_for_all(own)}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _with_one_for_all(columns: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        name: {"all": values[0]} if values and all(value == values[0] for value in values) else values
        for name, values in columns.items()
    }


def _as_json(name: str, value: Any) -> Any:
    """The value of a field as JSON has it."""
    if name == "status":
        return value.value
    if name == "files":
        return [asdict(each) for each in value]
    if name == "notes":
        return [notice_to_json(each) for each in value]
    return json.dumps(dict(value), ensure_ascii=False) if name == "report" else value


def documents_from_columns(written: str) -> tuple[StoredDocument, ...] | None:
    """The records that :func:`documents_by_column` wrote; ``None`` where those of a release with other fields did."""
    found = json.loads(written)
    if (tuple(found["edition"]), tuple(found["document"])) != (_OF_EDITION, _OF_DOCUMENT):
        return None
    if not found["n"]:
        return ()
    editions = map(Edition, *(_column(name, each, found["n"]) for name, each in found["edition"].items()))
    own = (_column(name, each, found["n"]) for name, each in found["document"].items())
    return tuple(map(StoredDocument, editions, *own))


def _column(name: str, column: Any, n: int) -> Iterable[Any]:
    """The values of a field, one for each document."""
    if isinstance(column, dict):
        if name == "report":
            return (_value_of_field(name, column["all"]) for _ in range(n))
        return repeat(_value_of_field(name, column["all"]), n)
    if name in _READ or any(type(value) is list for value in column):
        return [_value_of_field(name, value) for value in column]
    return list(column)


def _value_of_field(name: str, value: Any) -> Any:
    if name in _READ:
        return _READ[name](value)
    return tuple(tuple(each) if type(each) is list else each for each in value) if type(value) is list else value


_READ: dict[str, Callable[[Any], Any]] = {
    "status": Status,
    "files": lambda files: tuple(KnownFile(**each) for each in files),
    "notes": lambda notes: tuple(map(notice_from_json, notes)),
    "report": StoredReport,
}
"""The constructors of fields whose JSON value is neither a plain value nor a list of plain values."""
