"""Reads the records of documents from the database of a generation: thousands, for every look-up by a new process."""

from __future__ import annotations

import json
from dataclasses import fields
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kb.index.layout import StoredDocument, StoredReport, edition_of_data
from kb.types import Edition, KnownFile, Status, notice_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = tuple(each.name for each in fields(Edition))
_FILES, _STATUS = _NAMES.index("files"), _NAMES.index("status")
_LISTS = tuple(n for n, each in enumerate(fields(Edition)) if str(each.type).startswith("tuple") and n != _FILES)
_STATUSES = {each.value: each for each in Status}
_values_of = itemgetter(*_NAMES)


def documents_from_rows(rows: Sequence[tuple[Any, ...]]) -> tuple[StoredDocument, ...]:
    """The documents of a database of an index; all editions are read at once, which takes half the time."""
    editions = json.loads(f"[{','.join(r[1] for r in rows)}]")
    return tuple(
        StoredDocument(
            _edition_of_data(edition),
            *r[2:10],
            tuple(map(notice_from_json, json.loads(r[10]))) if r[10] != "[]" else (),
            StoredReport(r[11]),
        )
        for edition, r in zip(editions, rows, strict=True)
    )


def _edition_of_data(data: dict[str, Any]) -> Edition:
    """:func:`kb.index.layout.edition_of_data`, in a third of the time where every field is there."""
    try:
        values = list(_values_of(data))
    except KeyError:  # an index of a release whose editions had fewer fields
        return edition_of_data(data)
    if len(data) != len(_NAMES):
        return edition_of_data(data)
    for n in _LISTS:
        value = values[n]
        values[n] = tuple([tuple(v) if type(v) is list else v for v in value]) if value else ()
    values[_STATUS] = _STATUSES[values[_STATUS]]
    values[_FILES] = tuple([KnownFile(**f) for f in values[_FILES]])
    return Edition(*values)
