"""Makes one numbered citation list from lines of references and questions, or from the JSON of an answer."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from kb.answering.answer import answer
from kb.citing.citation import is_supported, quote_hash
from kb.citing.cite import cite, cite_unit
from kb.citing.highlight import with_rects
from kb.citing.licence_limit import within_limit
from kb.errors import KBError
from kb.export.citations import Asked, to_csv, to_json
from kb.lookup.lookup import look_up
from kb.query.query import read_query
from kb.records import dataclass
from kb.references.parsing import is_written_as_reference
from kb.types import Citation, Span, notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.library.library import Library
    from kb.models.models import Models
    from kb.types import Notice

MAX_LINES = 5_000
_ONE_CELL = re.compile(r'"(?:[^"]|"")*"')


_Found = tuple[Citation, Asked]


@dataclass(frozen=True, slots=True)
class CitationList:
    """The citations, for each of them the line of the input that it answers, and a notice of what gave none."""

    citations: tuple[Citation, ...]
    faults: tuple[Notice, ...]
    asked: tuple[Asked, ...] = ()

    def to_csv(self) -> str:
        """The citations as CSV that begins with a byte-order mark, by which spreadsheets know that it is UTF-8."""
        return "\ufeff" + to_csv(self.citations, self.asked)

    def to_json(self) -> str:
        """The citations as a JSON array."""
        return to_json(self.citations, self.asked)


def citation_list(library: Library, models: Callable[[], Models], text: str) -> CitationList:
    """The list for ``text``: JSON of `kb ask` or `kb cite`, else one reference or question a line, "#" comments."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith(("{", "[")):
        found, faults = _from_json(library, stripped)
    else:
        found, faults = _from_lines(library, models, text)
    limited = [within_limit(c, _quote_limit(library, c)) for c, _ in found]
    numbered = tuple(replace(c, n=n) for n, c in enumerate(limited, 1))
    return CitationList(numbered, tuple(faults), tuple(asked for _, asked in found))


def _quote_limit(library: Library, citation: Citation) -> int | None:
    edition = library.editions.get(citation.doc_id)
    return edition.quote_limit_words if edition else None


def _from_lines(library: Library, models: Callable[[], Models], text: str) -> tuple[list[_Found], list[Notice]]:
    found: list[_Found] = []
    faults: list[Notice] = []
    lines = text.lstrip("\ufeff").splitlines()
    if len(lines) > MAX_LINES:
        faults.append(notice("cite too many lines", n=f"{len(lines):,}", most=f"{MAX_LINES:,}"))
    for number, line in enumerate(lines[:MAX_LINES], 1):
        asked = _of_one_cell(line.strip())
        if not asked or asked.startswith("#"):
            continue
        try:
            citations, why = _citations_of_line(library, models, asked)
        except KBError as error:
            citations, why = [], error.as_notice
        found.extend((citation, Asked(number, asked)) for citation in citations)
        if why is not None:
            faults.append(notice("cite fault line", n=number, asked=asked[:80], why=why))
    return found, faults


def _of_one_cell(line: str) -> str:
    """A line without the quotation marks of a spreadsheet cell and without the ends of empty cells."""
    bare = line.rstrip(",;\t ")
    return bare[1:-1].replace('""', '"').strip() if _ONE_CELL.fullmatch(bare) else bare


def _citations_of_line(
    library: Library, models: Callable[[], Models], asked: str
) -> tuple[list[Citation], Notice | None]:
    if not is_written_as_reference(asked, library.names):
        made = answer(library, models(), read_query(library, asked))
        return list(made.citations), notice("sentences", items=made.reason) if made.refused else None
    citations: list[Citation] = []
    reasons: list[Notice] = []
    for item in look_up(library, asked):
        citations += [cite_unit(library, 1, v.unit) for v in item.units]
        if item.choices:
            reasons.append(notice("cite several units", names="; ".join(name for _, name in item.choices)))
        elif not item.units:
            reasons.append(item.notice or notice("cite not found"))
    why = notice("semicolons", items=tuple(reasons)) if reasons else None
    return [with_rects(library, c) for c in citations], why


def _from_json(library: Library, text: str) -> tuple[list[_Found], list[Notice]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        where: Notice | str = ""  # nested too deep, or a number of too many digits
        if isinstance(error, json.JSONDecodeError):
            where = notice("cite at character", line=error.lineno, column=error.colno)
        return [], [notice("cite no JSON", where=where)]
    rows = data.get("citations") if isinstance(data, dict) else data
    if not isinstance(rows, list) or not rows:
        refused = isinstance(data, dict) and data.get("refused")
        return [], [notice("cite refused answer") if refused else notice("cite no list")]
    names = {f.name for f in fields(Citation)}
    question = str(data.get("question") or "") if isinstance(data, dict) else ""
    found: list[_Found] = []
    faults: list[Notice] = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("doc_id"), str):
            faults.append(notice("cite no citation", n=number))
            continue
        citation = rebuilt_citation(library, {k: v for k, v in row.items() if k in names})
        if citation is None:
            ref = str(row.get("doc_ref", row["doc_id"]))
            faults.append(notice("cite quote gone", n=number, ref=ref))
        else:
            found.append((citation, Asked(number, question)))
    return found, faults


def rebuilt_citation(library: Library, row: dict[str, Any]) -> Citation | None:
    """The citation made anew from its place; ``None`` unless its quote, shortened or not, is still there."""
    start, end = row.get("char_start"), row.get("char_end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        return None
    try:
        score = float(row.get("score") or 0.0)
        citation = cite(library, 1, row["doc_id"], Span(start, end), (), score if isfinite(score) else 0.0)
    except (KBError, TypeError, ValueError, OverflowError):
        return None
    quote, match = row.get("quote"), row.get("match", citation.match)
    if not isinstance(quote, str) or not isinstance(match, str):
        return None
    given = replace(citation, quote=quote, quote_sha256=quote_hash(quote), match=match, sentence="")
    text = library.store.text(citation.doc_id)
    return with_rects(library, citation) if is_supported(given, text) else None
