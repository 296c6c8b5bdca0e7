"""Results as plain data, for ``--format json`` and for programs: every interface gives the same keys and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.export.citations import citation_dict
from kb.messages import words

if TYPE_CHECKING:
    from kb import LookUpRecords, SearchHit, UnitRecord


def lookup_dict(looked: LookUpRecords, lang: str) -> dict[str, Any]:
    """The result for one reference: units, or choices, or near misses."""
    item = looked.found
    return {
        "reference": item.written,
        "units": [_record_dict(record) for record in looked.records],
        "choices": [{"unit_id": u, "name": name} for u, name in item.choices],
        "near": [{"unit_id": u, "name": name} for u, name in item.near],
        "message": words(item.notice, lang) if item.notice else "",
    }


def _record_dict(record: UnitRecord) -> dict[str, Any]:
    return record.as_dict() | {
        "parents": [u.unit_id for u in record.parents],
        "children": [u.unit_id for u in record.children],
        "citation": citation_dict(record.citation),
    }


def found_dict(found: SearchHit) -> dict[str, Any]:
    """A passage that was found, with its score and its citation."""
    return {
        "score": found.hit.score,
        "retriever": found.hit.retriever,
        "parts": dict(found.hit.parts),
        "passage_id": found.passage.passage_id,
        "text": found.passage.text,
        "citation": citation_dict(found.citation),
    }
