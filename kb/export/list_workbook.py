"""Writes a list of answers as a workbook with sheets for answers, citations, unanswered rows, coverage of documents,
and facts about the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.export.workbook import Sheet, workbook
from kb.messages import message, page_words, source_language, status_words
from kb.messages.places import in_language
from kb.text.safe_cells import guarded_cell, without_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.export.answer_lists import AnswerList, AnswerRow
    from kb.types import Citation

Cells = list["str | int"]


def list_workbook(found: AnswerList, lang: str = "en") -> bytes:
    """The bytes of the workbook (XLSX); cells that a spreadsheet would take for formulas have an apostrophe in
    front."""
    names = {
        part: message(lang, f"list sheet {part}") for part in ("answers", "citations", "open", "coverage", "about")
    }
    line_of = {citation.n: at for at, citation in enumerate(found.places, 2)}
    sheets = [
        _answers_sheet(found, lang, names["answers"], names["citations"], line_of),
        _citations_sheet(found, lang, names["citations"]),
        _unanswered_sheet(found, lang, names["open"]),
        _coverage_sheet(found, lang, names["coverage"]),
        _about_sheet(found, lang, names["about"]),
    ]
    return workbook(sheets, message(lang, "list title"), f"index {found.source.index_id}")


def _heads_in_words(lang: str, keys: str) -> list[str]:
    return [message(lang, f"list head {key}") for key in keys.split()]


def _safe_cells(values: Sequence[str | int]) -> Cells:
    return [guarded_cell(without_controls(v)) if isinstance(v, str) else v for v in values]


def reading_in_words(row: AnswerRow, lang: str) -> str:
    """The name of the way in which a row was read."""
    return message(lang, f"list read {row.reading.value}")


def marks(numbers: Sequence[int]) -> str:
    """The numbers of citations as they are written in a text: "[1][4]"."""
    return "".join(f"[{n}]" for n in numbers)


def answer_words(row: AnswerRow) -> str:
    """The quotes of a row, a line for each, with the numbers of their citations."""
    return "\n".join(f"{text} {marks(ns)}" for text, ns in row.quotes)


def reference_words(citation: Citation, lang: str) -> str:
    """Document, unit and page of a citation."""
    where = in_language(lang, citation.locator, citation.locator_type)
    return ", ".join(filter(None, (citation.doc_ref, where, page_words(lang, citation))))


def _answers_sheet(found: AnswerList, lang: str, name: str, citations: str, line_of: dict[int, int]) -> Sheet:
    head = _heads_in_words(
        lang, "row file sheet line input read answered answer references reason choices notices searched"
    )
    head += _heads_in_words(lang, "units hashes index")
    rows, links = [], {}
    for at, row in enumerate(found.rows):
        places = "\n".join(f"[{c.n}] {reference_words(c, lang)}" for c in row.citations)
        cells: Cells = [row.place.number, row.place.file, row.place.sheet, row.place.line, row.asked]
        cells += [
            reading_in_words(row, lang),
            message(lang, "list yes" if row.is_answered else "list no"),
            answer_words(row),
        ]
        cells += [places, row.reason, "\n".join(row.choices), "\n".join(row.notices), "; ".join(row.searched)]
        cells += ["\n".join(c.unit_id or c.cite_key for c in row.citations)]
        cells += ["\n".join(c.quote_sha256 for c in row.citations), row.index_id]
        rows.append(_safe_cells(cells))
        if row.citations:
            links[at, 8] = f"internal:'{citations}'!A{line_of[row.citations[0].n]}"
    return Sheet(name, head, rows, (6, 16, 14, 6, 44, 14, 9, 70, 50, 40, 30, 40, 24, 30, 20, 18), links)


def _citations_sheet(found: AnswerList, lang: str, name: str) -> Sheet:
    keys = "n document locator page quote title publisher edition issued status amendment match force"
    keys += " source_language rows url licence retrieved unit cite_key doc_id from to hash index"
    rows, links = [], {}
    for at, c in enumerate(found.places):
        cells: Cells = [c.n, c.doc_ref, in_language(lang, c.locator, c.locator_type), page_words(lang, c), c.quote]
        cells += [c.title, c.publisher, c.edition, c.issued, status_words(lang, c.status, c.superseded_by)]
        cells += [c.amendment, message(lang, c.match), c.force, source_language(lang, c)]
        cells += [", ".join(str(row.place.number) for row in found.rows_of_place(c.n)), c.url, c.licence, c.retrieved]
        cells += [c.unit_id or "", c.cite_key, c.doc_id, c.char_start, c.char_end, c.quote_sha256, c.index_id]
        rows.append(_safe_cells(cells))
        if c.url.startswith(("https://", "http://")):
            links[at, 15] = c.url
    return Sheet(
        name, _heads_in_words(lang, keys), rows, (6, 30, 20, 24, 70, 40, 16, 24, 12, 20, 30, 14, 12, 16, 12), links
    )


def _unanswered_sheet(found: AnswerList, lang: str, name: str) -> Sheet:
    rows = []
    for row in found.rows:
        if not row.is_answered:
            cells: Cells = [row.place.number, row.place.file, row.place.sheet, row.place.line, row.asked]
            cells += [reading_in_words(row, lang), row.reason, "\n".join(row.choices), "\n".join(row.nearest)]
            rows.append(_safe_cells([*cells, "; ".join(row.searched)]))
    head = _heads_in_words(lang, "row file sheet line input read reason choices nearest searched")
    return Sheet(name, head, rows, (6, 16, 14, 6, 44, 14, 50, 40, 50, 24))


def _coverage_sheet(found: AnswerList, lang: str, name: str) -> Sheet:
    rows: list[Cells] = []
    cited = set()
    for work in found.works:
        cited.add(work.doc_ref)
        asking = {row.place.number for c in work.places for row in found.rows_of_place(c.n)}
        units = dict.fromkeys(c.locator for c in work.places if c.locator)
        cells: Cells = [work.doc_ref, work.title, len(asking), len(work.places), "; ".join(units)]
        rows.append(_safe_cells(cells))
    rows += [_safe_cells([ref, "", 0, 0, ""]) for ref in found.source.documents if ref not in cited]
    return Sheet(name, _heads_in_words(lang, "document title n_rows n_places units_cited"), rows, (40, 50, 10, 10, 70))


def _about_sheet(found: AnswerList, lang: str, name: str) -> Sheet:
    source = found.source
    answered = sum(row.is_answered for row in found.rows)
    facts: list[tuple[str, str | int]] = [
        ("input", source.file),
        ("input_hash", source.sha256),
        *(("read_from", note) for note in source.notes),
        ("rows", len(found.rows)),
        ("answered", answered),
        ("unanswered", len(found.rows) - answered),
        ("places", len(found.places)),
        ("index", source.index_id),
        ("made_by", f"standards-kb {source.release}"),
        ("apostrophe", message(lang, "list apostrophe")),
        ("continued", message(lang, "list continued")),
        *(("searched", ref) for ref in source.documents),
    ]
    rows = [_safe_cells([message(lang, f"list fact {key}"), value]) for key, value in facts]
    return Sheet(name, _heads_in_words(lang, "what value"), rows, (30, 110))
