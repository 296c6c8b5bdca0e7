"""Fills a person's own workbook with answers: in new columns beside the questions, or in columns that the person chose.

Only the bytes of written cells change, in the parts of the sheets that have questions; every other part of the file
stays as it was. Nothing is ever overwritten: no formula, no words of a person, no accepted row.

Beside the answer are columns for a person's approval. The next run leaves a row alone that says *accepted*; a row that
says *rejected* gets a new answer only if it differs from the rejected one.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from kb.export.answer_lists import short_hash
from kb.export.list_workbook import answer_words, reading_in_words, reference_words
from kb.export.package_parts import replaced_parts, spliced, write_parts, xml_attribute, xml_nodes, xml_text
from kb.export.workbook import cell_pieces
from kb.lists.tables import columns_mark, marked_columns
from kb.lists.workbook_cells import column_letters, column_number
from kb.messages import LANGUAGES, message
from kb.records import dataclass
from kb.text.safe_cells import guarded_cell, without_controls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.export.answer_lists import AnswerList, AnswerRow
    from kb.export.package_parts import XmlNode
    from kb.lists.tables import ChosenColumn
    from kb.lists.workbook_cells import SheetRow, Workbook, WorkSheet

FILLED_COLUMNS = (
    "answer",
    "references",
    "read",
    "reason",
    "notices",
    "units",
    "hashes",
    "index",
    "searched",
    "written",
)
APPROVAL_COLUMNS = ("approval", "approved_by", "approved_on")
FAR_COLUMN = 1_000
"""A rectangle that reaches this column is meant for whole rows, and does not show the width of a table."""
HEAD_MARK = "kb: "
"""The beginning of the heads of added columns, by which the next run recognises them."""
_WIDTHS = {"answer": 70, "references": 50, "reason": 40, "notices": 40, "approval": 14}
_AFTER_VALIDATIONS = frozenset(
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches"
    " ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls"
    " webPublishItems tableParts extLst".split()
)
_SPANS = re.compile(rb'\sspans\s*=\s*"(\d+):(\d+)"')


@dataclass(frozen=True, slots=True)
class FillColumns:
    """Columns of the workbook to fill instead of adding new ones, each by head, letter or number; empty for a new
    column."""

    answer: str = ""
    references: str = ""


@dataclass(slots=True)
class _SheetEdits:
    """The cells to write into one sheet, by row and column, with their styles."""

    sheet: WorkSheet
    cells: dict[int, dict[int, tuple[str, str | None]]] = field(default_factory=dict)
    unlocked: set[tuple[int, int]] = field(default_factory=set)
    added: tuple[int, ...] = ()
    approval: int = 0
    first_row: int = 1
    last_row: int = 0
    lang: str = "en"
    mark: str = ""
    """The mark by which the next run knows the columns of a sheet without heads."""

    def put(self, row: int, column: int, text: str, style: str | None) -> None:
        self.cells.setdefault(row, {})[column] = text, style


def filled_workbook(
    book: Workbook,
    chosen: Sequence[ChosenColumn],
    found: AnswerList,
    lang: str = "en",
    into: FillColumns | None = None,
) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of the workbook with its answers, and messages about cells that were not filled.

    :param chosen: the column that was answered of each table.
    :param found: the answered rows.
    :param lang: language of the added heads and of the messages.
    :param into: columns to fill instead of adding new ones.
    """
    rows = {(row.place.sheet, row.place.line): row for row in found.rows}
    notes: list[str] = []
    new: dict[str, bytes] = {}
    styles_part, styles = _styles(book)
    for each in chosen:
        sheet = next((s for s in book.sheets if s.name == each.table.sheet), None)
        data = book.part(sheet.part) if sheet is not None else None
        if sheet is None or data is None:
            continue
        own = {line: row for (name, line), row in rows.items() if name == sheet.name}
        edits = _edits(book, sheet, each, own, lang, into or FillColumns(), notes)
        if edits.unlocked and styles:
            styles = _unlock(styles, edits)
        new[sheet.part] = _sheet_bytes(data, edits)
    if styles and styles != book.part(styles_part):
        new[styles_part] = styles
    if any(cell.is_formula for s in book.sheets for row in s.rows.values() for cell in row.cells.values()):
        new |= _computed_on_load(book)
    return write_parts(replaced_parts(book.parts, new)), tuple(notes)


# --- which cells get what


def _edits(
    book: Workbook,
    sheet: WorkSheet,
    chosen: ChosenColumn,
    rows: Mapping[int, AnswerRow],
    lang: str,
    into: FillColumns,
    notes: list[str],
) -> _SheetEdits:
    edits = _SheetEdits(sheet, lang=lang)
    columns, added = _fill_columns(sheet, chosen, into)
    head_style = _style_of(sheet, chosen.head_line, chosen.column)
    if chosen.head_line:
        for key in added:
            edits.put(chosen.head_line, columns[key], HEAD_MARK + message(lang, f"list head {key}"), head_style)
    edits.added = tuple(columns[key] for key in added)
    edits.approval = columns["approval"] if "approval" in added else 0
    edits.first_row = chosen.head_line + 1 if chosen.head_line else min(rows, default=1)
    edits.last_row = max(rows, default=chosen.head_line)
    if not chosen.head_line:
        edits.mark = columns_mark(chosen.column, [columns[key] for key in (*FILLED_COLUMNS, *APPROVAL_COLUMNS)])
    for line, row in rows.items():
        _fill_row(book, edits, columns, line, row, lang, _style_of(sheet, line, chosen.column), notes)
    return edits


def _fill_columns(sheet: WorkSheet, chosen: ChosenColumn, into: FillColumns) -> tuple[dict[str, int], list[str]]:
    """The column of each kind of words, and the kinds whose column is new."""
    heads = sheet.rows.get(chosen.head_line)
    by_head = {cell.text.strip(): column for column, cell in heads.cells.items()} if heads and chosen.head_line else {}
    columns: dict[str, int] = {}
    for key, name in (("answer", into.answer), ("references", into.references)):
        if name and (column := named_column(by_head, name)):
            columns[key] = column
    if not chosen.head_line and (marked := marked_columns(chosen.table)) is not None:
        keys = (*FILLED_COLUMNS, *APPROVAL_COLUMNS)
        columns = dict(zip(keys, marked[1], strict=False)) | columns
    added = []
    boxes = [*sheet.merged, *(box for each in sheet.drop_downs for box in each.ranges)]
    after = max(sheet.width, chosen.column, *(box.right for box in boxes if box.right < FAR_COLUMN))
    for key in (*FILLED_COLUMNS, *APPROVAL_COLUMNS):
        if key in columns:
            continue
        known = (by_head.get(HEAD_MARK + message(lang, f"list head {key}")) for lang in LANGUAGES)
        column = next((c for c in known if c), 0)
        if not column:
            after += 1
            column = after
            added.append(key)
        columns[key] = column
    return columns, added


def named_column(by_head: Mapping[str, int], name: str) -> int:
    """The number of a column that is named by head, letters or number; 0 if there is none."""
    if name in by_head:
        return by_head[name]
    folded = {head.casefold(): column for head, column in by_head.items()}
    if name.casefold() in folded:
        return folded[name.casefold()]
    return column_number(name) if re.fullmatch("[A-Za-z]{1,3}", name) else int(name) if name.isdigit() else 0


def _style_of(sheet: WorkSheet, row: int, column: int) -> str | None:
    cell = sheet.rows[row].cells.get(column) if row in sheet.rows else None
    return cell.style if cell else None


_ACCEPTED = frozenset({"accepted", "accept", "approved", "승인", "채택", "수락"})
_REJECTED = frozenset({"rejected", "reject", "거절", "반려", "기각"})


def _fill_row(
    book: Workbook,
    edits: _SheetEdits,
    columns: Mapping[str, int],
    line: int,
    row: AnswerRow,
    lang: str,
    style: str | None,
    notes: list[str],
) -> None:
    sheet = edits.sheet
    before = {key: sheet.text(line, column) for key, column in columns.items()}
    approval = before["approval"].strip().casefold()
    if approval in _ACCEPTED:
        return
    hashes = "\n".join(c.quote_sha256 for c in row.citations)
    texts = {
        "answer": answer_words(row),
        "references": "\n".join(f"[{c.n}] {reference_words(c, lang)}" for c in row.citations),
        "read": reading_in_words(row, lang),
        "reason": "; ".join(filter(None, (row.reason, *row.choices))),
        "notices": "\n".join(row.notices),
        "units": "\n".join(c.unit_id or c.cite_key for c in row.citations),
        "hashes": hashes,
        "index": row.index_id,
        "searched": "; ".join(row.searched),
    }
    if approval in _REJECTED and before["hashes"] == hashes:
        who = before["approved_by"] or "?"
        texts |= {"answer": "", "references": ""}
        texts["reason"] = message(lang, "list rejected", who=who, day=before["approved_on"] or "?")
    elif approval in _REJECTED:
        texts |= dict.fromkeys(APPROVAL_COLUMNS, "")
    written = dict(each.partition("=")[::2] for each in before["written"].split())
    offered = book.choices(sheet, line, columns["answer"])
    if offered and texts["answer"]:
        picked = justified_choice(offered, row)
        texts["answer"] = picked
        if not picked:
            texts["reason"] = message(lang, "list no choice justified", choices=" / ".join(offered))
    records = []
    for key in ("answer", "references"):
        refused = _why_kept(sheet, line, columns[key], before[key], written.get(key, ""), lang)
        if refused:
            notes.append(f"{sheet.name}!{column_letters(columns[key])}{line}: {refused}")
            texts.pop(key)
            records += [f"{key}={written[key]}"] if key in written else []
        else:
            # a choice of a drop-down is written exactly as it is offered
            texts[key] = texts[key] if key == "answer" and offered else one_cell(texts[key], lang)
            records += [f"{key}={short_hash(texts[key])}"] if texts[key] else []
    texts["written"] = " ".join(filter(None, (edits.mark, *records)))
    for key, text in texts.items():
        column = columns[key]
        cell_style = _style_of(sheet, line, column) or style
        shown = text if key in {"answer", "references"} else one_cell(text, lang)
        if shown or before[key]:
            edits.put(line, column, shown, cell_style)
    for key in APPROVAL_COLUMNS:
        if columns[key] in edits.added and sheet.child("sheetProtection") is not None:
            edits.put(line, columns[key], "", style)
            edits.unlocked.add((line, columns[key]))


def _why_kept(sheet: WorkSheet, line: int, column: int, before: str, written: str, lang: str) -> str:
    """The reason why a cell is not filled, empty if it is: it is a formula, covered by a merged cell, or has words that
    no run of ours wrote."""
    cell = sheet.rows[line].cells.get(column) if line in sheet.rows else None
    if cell is not None and cell.is_formula:
        return message(lang, "list kept formula")
    if any(box.holds(line, column) and (box.top, box.left) != (line, column) for box in sheet.merged):
        return message(lang, "list kept merged")
    if before and short_hash(before) != written:
        return message(lang, "list kept own")
    return ""


def one_cell(text: str, lang: str) -> str:
    """A text as one cell can hold it: guarded against formulas, without control characters, cut with a remark if it is
    too long."""
    safe = guarded_cell(without_controls(text))
    first, *more = cell_pieces(safe)
    if not more:
        return first
    mark = message(lang, "list cell cut", n=f"{len(safe):,}")
    return cell_pieces(safe, 32_767 - len(mark) - 1)[0] + "\n" + mark


def justified_choice(offered: Sequence[str], row: AnswerRow) -> str:
    """The one choice of a drop-down list that a row's citations decide; empty if none or several fit.

    A choice is decided if it equals, word for word, a property that all citations share: document, title, publisher,
    edition, unit, page or force. No quote decides "Yes" or "No"; these are left to a person.
    """
    if not row.citations:
        return ""
    facts = [
        {
            _plain_words(value)
            for value in (c.doc_ref, c.title, c.publisher, c.edition, c.locator, c.path, c.page_label or "", c.force)
            if value
        }
        for c in row.citations
    ]
    common = set.intersection(*facts)
    fitting = [choice for choice in offered if _plain_words(choice) in common]
    return fitting[0] if len(fitting) == 1 else ""


def _plain_words(text: str) -> str:
    return " ".join(text.casefold().split())


# --- the bytes


def _cell_xml(prefix: str, row: int, column: int, text: str, style: str | None) -> bytes:
    name = f"{prefix}c"
    attributes = f' r="{column_letters(column)}{row}"' + (f' s="{style}"' if style else "")
    if not text:
        return f"<{name}{attributes}/>".encode()
    escaped = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    words = f'<{prefix}is><{prefix}t xml:space="preserve">{xml_text(escaped)}</{prefix}t></{prefix}is>'
    return f'<{name}{attributes} t="inlineStr">{words}</{name}>'.encode()


def _sheet_bytes(data: bytes, edits: _SheetEdits) -> bytes:
    """The bytes of a sheet's part with the edited cells, and with the declarations that new columns need."""
    sheet = edits.sheet
    changes: list[tuple[int, int, bytes]] = []
    for number, cells in edits.cells.items():
        row = sheet.rows.get(number)
        if row is not None:
            changes += _row_changes(data, row, cells)
    if edits.added:
        changes += _column_changes(data, edits)
    return spliced(data, changes)


def _row_changes(
    data: bytes, row: SheetRow, cells: Mapping[int, tuple[str, str | None]]
) -> list[tuple[int, int, bytes]]:
    node, prefix = row.node, row.node.prefix
    changes: list[tuple[int, int, bytes]] = []
    fresh: dict[int, list[bytes]] = {}
    for column in sorted(cells):
        text, style = cells[column]
        new, old = _cell_xml(prefix, row.number, column, text, style), row.cells.get(column)
        if old is not None:
            changes.append((old.start, old.end, new))
            continue
        before = [cell.end for c, cell in row.cells.items() if c < column]
        at = max(before) if before else node.inner_start or node.open_end
        fresh.setdefault(at, []).append(new)
    changes += [(at, at, b"".join(parts)) for at, parts in fresh.items() if node.inner_start is not None]
    opening = data[node.start : node.open_end]
    widest = max(cells)
    wider = _SPANS.sub(lambda m: b' spans="%d:%d"' % (int(m[1]), max(int(m[2]), widest)), opening)
    if node.inner_start is None:
        inner = b"".join(part for parts in fresh.values() for part in parts)
        wider = wider.removesuffix(b"/>") + b">" + inner + f"</{node.qname}>".encode()
    return [*changes, (node.start, node.open_end, wider)] if wider != opening else changes


def _column_changes(data: bytes, edits: _SheetEdits) -> list[tuple[int, int, bytes]]:
    sheet, changes = edits.sheet, []
    prefix = next((node.prefix for node in sheet.beside), "")
    last = column_letters(max(edits.added))
    if (dimension := sheet.child("dimension")) is not None:
        old = dimension.attrs.get("ref", "A1").partition(":")
        bottom = max([int(re.sub(r"\D", "", old[2] or old[0]) or 1), *sheet.rows])
        ref = f"{old[0]}:{last}{bottom}"
        changes.append((dimension.start, dimension.end, f"<{dimension.qname} ref={xml_attribute(ref)}/>".encode()))
    widths = "".join(
        f'<{prefix}col min="{column}" max="{column}" width="{width}" customWidth="1"/>'
        for column, width in zip(edits.added, _widths_of(edits), strict=True)
    ).encode()
    columns, rows = sheet.child("cols"), sheet.child("sheetData")
    if columns is None and rows is not None:
        changes.append((rows.start, rows.start, f"<{prefix}cols>".encode() + widths + f"</{prefix}cols>".encode()))
    elif columns is not None and columns.inner_start is not None:
        inside = xml_nodes(data[columns.start : columns.end], sheet.part, ["col"]) if not prefix else []
        furthest = max((int(node.attrs.get("max", 0)) for node in inside), default=0)
        if not prefix and furthest < min(edits.added):
            changes.append((columns.inner_end, columns.inner_end, widths))
    if edits.approval and edits.last_row:
        changes.append(_approval_list(sheet, prefix, edits))
    return changes


def _widths_of(edits: _SheetEdits) -> list[int]:
    keys = [*FILLED_COLUMNS, *APPROVAL_COLUMNS][-len(edits.added) :]
    return [_WIDTHS.get(key, 18) for key in keys]


def _approval_list(sheet: WorkSheet, prefix: str, edits: _SheetEdits) -> tuple[int, int, bytes]:
    """The drop-down list of the approval column, with the byte range where the order of elements puts it."""
    letters = column_letters(edits.approval)
    cells = f"{letters}{edits.first_row}:{letters}{max(edits.last_row, edits.first_row)}"
    words = f'"{message(edits.lang, "list accepted")},{message(edits.lang, "list rejected word")}"'
    made = (
        f'<{prefix}dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{cells}">'
        f"<{prefix}formula1>{xml_text(words)}</{prefix}formula1></{prefix}dataValidation>"
    ).encode()
    known = sheet.child("dataValidations")
    if known is not None and known.inner_start is not None:
        return known.inner_end, known.inner_end, made
    whole = f'<{prefix}dataValidations count="1">'.encode() + made + f"</{prefix}dataValidations>".encode()
    if known is not None:
        return known.start, known.end, whole
    later: list[XmlNode] = [node for node in sheet.beside if node.name in _AFTER_VALIDATIONS]
    at = later[0].start if later else max(node.end for node in sheet.beside)
    return at, at, whole


def _styles(book: Workbook) -> tuple[str, bytes]:
    name = next((part.name for part in book.parts if part.name.endswith("styles.xml")), "")
    return name, book.part(name) or b""


def _unlock(styles: bytes, edits: _SheetEdits) -> bytes:
    """The part of styles with an unlocked copy of each style of cells that a person fills in; the edits get these
    styles."""
    known = xml_nodes(styles, "styles", ["cellXfs", "xf"])
    frame = next((node for node in known if node.name == "cellXfs"), None)
    if frame is None or frame.inner_start is None:
        return styles
    formats = [node for node in known if node.name == "xf" and node.path[-1:] == ("cellXfs",)]
    made: dict[str, int] = {}
    new = b""
    for row, column in sorted(edits.unlocked):
        text, style = edits.cells[row][column]
        base = style or "0"
        if base not in made:
            made[base] = len(formats) + len(made)
            new += _unlocked_format(styles, formats[int(base)] if int(base) < len(formats) else formats[0])
        edits.cells[row][column] = text, str(made[base])
    opening = styles[frame.start : frame.open_end]
    counted = re.sub(rb'count\s*=\s*"\d+"', b'count="%d"' % (len(formats) + len(made)), opening)
    return spliced(styles, [(frame.start, frame.open_end, counted), (frame.inner_end, frame.inner_end, new)])


def _unlocked_format(styles: bytes, node: XmlNode) -> bytes:
    opening = re.sub(rb'\sapplyProtection\s*=\s*"[^"]*"', b"", styles[node.start : node.open_end])
    opening = opening.removesuffix(b"/>").removesuffix(b">").rstrip() + b' applyProtection="1">'
    inner = styles[node.inner_start : node.inner_end] if node.inner_start is not None else b""
    inner = re.sub(rb"<(\w+:)?protection\b[^>]*/>", b"", inner)
    locked = f'<{node.prefix}protection locked="0"/>'.encode()
    at = inner.find(f"<{node.prefix}extLst".encode())
    inner = inner + locked if at < 0 else inner[:at] + locked + inner[at:]
    return opening + inner + f"</{node.qname}>".encode()


def _computed_on_load(book: Workbook) -> dict[str, bytes]:
    """The main part with the instruction to compute formulas when the file is opened, because their inputs may have
    changed."""
    name = next((part.name for part in book.parts if part.name.endswith("xl/workbook.xml")), "")
    data = book.part(name)
    if data is None:
        return {}
    found = next(iter(xml_nodes(data, name, ["calcPr"])), None)
    if found is None or found.attrs.get("fullCalcOnLoad") == "1":
        return {}
    tag = re.sub(rb'\sfullCalcOnLoad\s*=\s*"[^"]*"', b"", data[found.start : found.open_end])
    ending = b"/>" if tag.endswith(b"/>") else b">"
    new = tag.removesuffix(ending).rstrip() + b' fullCalcOnLoad="1"' + ending
    return {name: spliced(data, [(found.start, found.open_end, new)])}
