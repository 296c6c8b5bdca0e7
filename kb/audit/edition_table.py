"""Prints two editions of a work side by side, unit by unit, with the changed words marked: HTML, workbook or Word file.

In Korean legislative practice such a table is called 신구대조표. The functions are pure, and the same editions give
the same bytes.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from difflib import SequenceMatcher
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from kb.export.workbook import Sheet, workbook
from kb.messages import message
from kb.records import dataclass
from kb.text.cleaning import readable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.catalog.editions import Difference, UnitText

Marked = tuple[tuple[str, bool], ...]
"""A text as stretches of words in order; each has a flag that says whether the other edition lacks these words."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A unit in both editions: its path and its words in each, and the change between them (a value of ``Change``). The
    path is empty in the edition that lacks the unit."""

    old_path: str
    new_path: str
    old: Marked
    new: Marked
    change: str


@dataclass(frozen=True, slots=True)
class EditionTable:
    """The table of two editions: their references, the rows, and a remark on what was compared (may be empty)."""

    old_ref: str
    new_ref: str
    rows: tuple[TableRow, ...]
    remark: str = ""


def edition_table(old_ref: str, new_ref: str, differences: Iterable[Difference], remark: str = "") -> EditionTable:
    """The table for differences of two editions, one row each, in the order given."""
    return EditionTable(old_ref, new_ref, tuple(_side_by_side_row(each) for each in differences), remark)


def _side_by_side_row(found: Difference) -> TableRow:
    old, new = marked_words(_words_of_side(found.old), _words_of_side(found.new))
    return TableRow(
        found.old.path if found.old else "", found.new.path if found.new else "", old, new, found.change.value
    )


def _words_of_side(unit: UnitText | None) -> str:
    return (readable(unit.text) or unit.title) if unit is not None else ""


def marked_words(old: str, new: str) -> tuple[Marked, Marked]:
    """Two texts as stretches of words, those marked that the other text lacks.

    Words are aligned by the longest matching blocks (:class:`difflib.SequenceMatcher`); punctuation and letter case are
    ignored in the comparison.
    """
    a, b = old.split(), new.split()
    if not a or not b:
        return ((old, True),) if old else (), ((new, True),) if new else ()
    x, y = ([re.sub(r"\W", "", w).casefold() or w for w in each] for each in (a, b))
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for tag, i, j, k, n in SequenceMatcher(None, x, y, autojunk=False).get_opcodes():
        _add_stretch(before, " ".join(a[i:j]), tag != "equal")
        _add_stretch(after, " ".join(b[k:n]), tag != "equal")
    return tuple(before), tuple(after)


def _add_stretch(words: list[tuple[str, bool]], more: str, marked: bool) -> None:
    marked = marked and re.search(r"\w", more) is not None  # signs alone are no words
    if more and words and words[-1][1] is marked:
        words[-1] = f"{words[-1][0]} {more}", marked
    elif more:
        words.append((more, marked))


def _heads_of_table(table: EditionTable, lang: str) -> tuple[str, str, str]:
    return (
        message(lang, "table old", ref=table.old_ref),
        message(lang, "table new", ref=table.new_ref),
        message(lang, "table change"),
    )


def _table_title(table: EditionTable, lang: str) -> str:
    return message(lang, "table title", old=table.old_ref, new=table.new_ref)


def _change_said(row: TableRow, lang: str) -> str:
    return message(lang, "table new unit" if row.change == "new" else f"table {row.change}")


# --- HTML

_TABLE_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans KR",sans-serif;margin:2rem;color:#1a1a1a}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #888;padding:.5rem;vertical-align:top;text-align:left}th{background:#eee;position:sticky;top:0}
th,td{width:45%}th:last-child,td:last-child{width:10%}
del{background:#f6d5d9}ins{background:#d7f0dc;text-decoration:underline}.path{font-weight:600}
""".strip()


def table_html(table: EditionTable, lang: str) -> str:
    """The table as a complete HTML page in ``lang``. The page loads no other file; all text is escaped."""
    title = html.escape(_table_title(table, lang))
    heads = "".join(f"<th scope=col>{html.escape(head)}</th>" for head in _heads_of_table(table, lang))
    rows = "\n".join(
        f"<tr><td>{_html_cell(row.old_path, row.old, 'del')}</td><td>{_html_cell(row.new_path, row.new, 'ins')}</td>"
        f"<td>{html.escape(_change_said(row, lang))}</td></tr>"
        for row in table.rows
    )
    remark = f"<p>{html.escape(table.remark)}</p>" if table.remark else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_TABLE_STYLE}</style></head><body><h1>{title}</h1>{remark}\n"
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table></body></html>\n"
    )


def _html_cell(path: str, words: Marked, tag: str) -> str:
    inside = " ".join(f"<{tag}>{html.escape(w)}</{tag}>" if marked else html.escape(w) for w, marked in words)
    return f"<div class=path>{html.escape(path)}</div>{inside}" if path else ""


# --- workbook


def table_workbook(table: EditionTable, lang: str) -> bytes:
    """The table as the bytes of a workbook (XLSX); changed words are bold and coloured inside their cells."""
    rows: list[list[str | Marked]] = [
        [row.old_path, row.old, row.new_path, row.new, _change_said(row, lang)] for row in table.rows
    ]
    old, new, change = _heads_of_table(table, lang)
    unit = message(lang, "table unit")
    sheets = [Sheet(message(lang, "table sheet"), (unit, old, unit, new, change), rows, (18, 70, 18, 70, 12))]
    return workbook(sheets, _table_title(table, lang), table.remark)


# --- Word

_WORD_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_URI = "http://schemas.openxmlformats.org/package/2006"
_FONTS = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Malgun Gothic"/>'
_DROPPED_WORDS = '<w:strike/><w:color w:val="B00020"/>'
_ADDED_WORDS = '<w:b/><w:color w:val="1B5E20"/><w:u w:val="single"/>'
_COLUMN_WIDTHS = (6300, 6300, 1400)


def table_word(table: EditionTable, lang: str) -> bytes:
    """The table as the bytes of a Word file (DOCX) with landscape pages; the head row is repeated on each page."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="888888"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _COLUMN_WIDTHS)
    head = "".join(
        _word_cell(width, _word_paragraph(_word_run(words, "<w:b/>")))
        for width, words in zip(_COLUMN_WIDTHS, _heads_of_table(table, lang), strict=True)
    )
    rows = "".join(_word_row(row, lang) for row in table.rows)
    body = (
        _word_paragraph(_word_run(_table_title(table, lang), '<w:b/><w:sz w:val="32"/>'))
        + (_word_paragraph(_word_run(table.remark)) if table.remark else "")
        + f'<w:tbl><w:tblPr><w:tblW w:w="{sum(_COLUMN_WIDTHS)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl><w:p/>"
        '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" '
        'w:gutter="0"/>'
        "</w:sectPr>"
    )
    types = (
        f'<Types xmlns="{_PACKAGE_URI}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{_PACKAGE_URI}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations,
        "word/document.xml": f"<w:document {_WORD_NS}><w:body>{body}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part}')
    return out.getvalue()


def _word_row(row: TableRow, lang: str) -> str:
    old = _word_unit(row.old_path, row.old, _DROPPED_WORDS)
    new = _word_unit(row.new_path, row.new, _ADDED_WORDS)
    change = _word_paragraph(_word_run(_change_said(row, lang)))
    cells = zip(_COLUMN_WIDTHS, (old, new, change), strict=True)
    return f"<w:tr>{''.join(_word_cell(width, inside) for width, inside in cells)}</w:tr>"


def _word_unit(path: str, words: Marked, properties: str) -> str:
    if not path:
        return _word_paragraph("")
    runs = "".join(_word_run(f"{each} ", properties if marked else "") for each, marked in words)
    return _word_paragraph(_word_run(path, "<w:b/>")) + _word_paragraph(runs)


def _word_cell(width: int, inside: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inside}</w:tc>'


def _word_paragraph(runs: str) -> str:
    return f'<w:p><w:pPr><w:spacing w:after="60"/></w:pPr>{runs}</w:p>'


def _word_run(words: str, properties: str = "") -> str:
    kept = "".join(c for c in words if c >= " " and c not in "\ufffe\uffff")
    ordered = properties if "w:sz" in properties else f'{properties}<w:sz w:val="20"/>'
    # the schema wants fonts, b, strike, color, sz and u in this order
    underline = '<w:u w:val="single"/>' if "<w:u " in ordered else ""
    ordered = re.sub(r'<w:u w:val="single"/>', "", ordered) + underline
    return f'<w:r><w:rPr>{_FONTS}{ordered}</w:rPr><w:t xml:space="preserve">{escape(kept)}</w:t></w:r>'
