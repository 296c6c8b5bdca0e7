"""Lines of references and questions, or the JSON of an answer, → one citation list, numbered in order."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from kb.citing.citation import within_limit
from kb.errors import KBError
from kb.references.parsing import is_reference
from kb.types import Citation

if TYPE_CHECKING:
    from app.service import Service

MAX_LINES = 5_000


@dataclass(frozen=True, slots=True)
class CitationList:
    """The citations, and a line for everything that gave none."""

    citations: tuple[Citation, ...]
    faults: tuple[str, ...]


def citation_list(service: Service, text: str) -> CitationList:
    """The list for ``text``: JSON of `kb ask` or `kb cite`, else one reference or question a line, "#" comments."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith(("{", "[")):
        found, faults = _from_json(service, stripped)
    else:
        found, faults = _from_lines(service, text)
    limited = [within_limit(c, _limit(service, c)) for c in found]
    return CitationList(tuple(replace(c, n=n) for n, c in enumerate(limited, 1)), tuple(faults))


def _limit(service: Service, citation: Citation) -> int | None:
    edition = service.edition(citation.doc_id)
    return edition.quote_limit_words if edition else None


def _from_lines(service: Service, text: str) -> tuple[list[Citation], list[str]]:
    found: list[Citation] = []
    faults: list[str] = []
    lines = text.lstrip("\ufeff").splitlines()
    if len(lines) > MAX_LINES:
        faults.append(f"{len(lines):,} lines; only the first {MAX_LINES:,} are read")
    for number, line in enumerate(lines[:MAX_LINES], 1):
        asked = line.strip()
        if not asked or asked.startswith("#"):
            continue
        try:
            citations, why = _one(service, asked)
        except KBError as error:
            citations, why = [], str(error)
        found.extend(citations)
        if why:
            faults.append(f"line {number}, “{asked[:80]}”: {why}")
    return found, faults


def _one(service: Service, asked: str) -> tuple[list[Citation], str]:
    if not is_reference(asked, service.catalog):
        answer = service.ask(asked)
        return list(answer.citations), answer.reason if answer.refused else ""
    citations: list[Citation] = []
    reasons: list[str] = []
    for item in service.look_up(asked):
        citations += [service.cite(1, v.unit.doc_id, service.quoted(v.unit), (), 1.0) for v in item.units]
        if item.choices:
            reasons.append(f"several units: {'; '.join(name for _, name in item.choices)}")
        elif not item.units:
            reasons.append(item.message or "not found")
    return [service.with_rects(c) for c in citations], "; ".join(reasons)


def _from_json(service: Service, text: str) -> tuple[list[Citation], list[str]]:
    try:
        data = json.loads(text)
    except ValueError as error:
        return [], [f"not JSON ({error})"]
    rows = data.get("citations", []) if isinstance(data, dict) else data
    names = {f.name for f in fields(Citation)}
    found: list[Citation] = []
    faults: list[str] = []
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        if not isinstance(row, dict) or not isinstance(row.get("doc_id"), str):
            faults.append(f"entry {number}: no citation object")
            continue
        citation = _rebuilt(service, {k: v for k, v in row.items() if k in names})
        if citation is None:
            faults.append(
                f"entry {number}: {row.get('doc_ref', row['doc_id'])}: its quote is not at its place in this index"
            )
        else:
            found.append(citation)
    return found, faults


def _rebuilt(service: Service, row: dict[str, Any]) -> Citation | None:
    """The citation made anew from its place; ``None`` unless its quote still stands there."""
    from kb.types import Span

    start, end = row.get("char_start"), row.get("char_end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        return None
    try:
        citation = service.cite(1, row["doc_id"], Span(start, end), (), float(row.get("score") or 0.0))
    except (KBError, TypeError, ValueError):
        return None
    return service.with_rects(citation) if citation.quote == row.get("quote") else None
