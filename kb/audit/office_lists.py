"""Reads the rows of exported workbooks and Word files, and of workbooks that were filled in. Opens no file.

Columns of a workbook are recognised by their heads, in English and in Korean. A Word file has the id of the unit and
the hash of the quote in each reference; the quote is the text of the file with this hash. If no text has it, the words
beside the reference's number are taken, so that the row is later reported as altered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kb.citing.citation import quote_hash
from kb.errors import UnreadableError
from kb.export.package_parts import read_parts, related_parts, scan_xml
from kb.export.workbook import CONTINUED
from kb.lists.workbook_cells import read_workbook
from kb.lists.workbook_fill import HEAD_MARK
from kb.messages import LANGUAGES, message, status
from kb.text.safe_cells import unguarded_cell
from kb.types import Status, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kb.export.package_parts import XmlNode
    from kb.lists.workbook_cells import WorkSheet

_CITATION_HEADS = {
    "document": "doc_ref", "locator": "path", "page": "page", "quote": "quote", "status": "status",
    "amendment": "amendment", "match": "match", "unit": "unit_id", "doc_id": "doc_id", "hash": "quote_sha256",
    "index": "index_id",
}  # fmt: skip
"""Keys of the heads that are read on the sheet of citations, with the column of a list that each gives."""
_FILLED_HEADS = ("units", "hashes", "index", "answer")
_PDF_PAGES = re.compile(r"PDF (?:page )?(\d{1,6})(?:[–-](\d{1,6}))?")
_REFERENCE_RECORD = re.compile(r"\((?P<unit>[^;]{1,400}); (?P<doc>[^\s;]{1,200}); sha256 (?P<hash>[0-9a-f]{64})\)")
_MARKS = re.compile(r"(?P<words>.*?) (?P<marks>(?:\[\d{1,6}\])+)", re.DOTALL)
ROWS_TO_A_HEAD = 40
"""Rows at the top of a sheet in which the heads are looked for."""


def workbook_table(data: bytes) -> list[dict[str, Any]]:
    """The citations of a workbook, as rows of a list.

    They are read from the sheet of citations; if there is none, from the columns that ``kb batch`` added to a person's
    workbook.

    :raises UnreadableError: the bytes are not a workbook.
    """
    sheets = read_workbook(data, "the list").sheets
    rows = [row for sheet in sheets for row in _sheet_of_citations(sheet)]
    return rows or [row for sheet in sheets for row in _filled_sheet(sheet)]


def _head_names(keys: Iterable[str], before: str = "") -> dict[str, str]:
    return {before + message(lang, f"list head {key}"): key for lang in LANGUAGES for key in keys}


def _columns_of(sheet: WorkSheet, names: Mapping[str, str], needed: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The row of the heads and the column of each head; 0 and nothing if no row has all that are needed."""
    for number in sorted(sheet.rows)[:ROWS_TO_A_HEAD]:
        found = {names[cell.text]: column for column, cell in sheet.rows[number].cells.items() if cell.text in names}
        if all(key in found for key in needed):
            return number, found
    return 0, {}


def _sheet_of_citations(sheet: WorkSheet) -> list[dict[str, Any]]:
    line, columns = _columns_of(sheet, _head_names(_CITATION_HEADS), ("doc_id", "hash", "quote"))
    first = min(columns.values(), default=1)
    found: list[dict[str, Any]] = []
    for number in sorted(sheet.rows) if line else ():
        if number <= line:
            continue
        cells = {_CITATION_HEADS[key]: sheet.text(number, column) for key, column in columns.items()}
        if found and (sheet.text(number, 1) or sheet.text(number, first)) == CONTINUED:
            found[-1] = {name: found[-1][name] + value for name, value in cells.items() if value != CONTINUED}
        elif any(cells.values()):
            found.append(cells)
    return [_plain_row({name: unguarded_cell(value) for name, value in row.items()}) for row in found]


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose words for people (page, status) are replaced by the codes that lists have."""
    pages = _PDF_PAGES.search(str(row.pop("page", "")))
    if pages is not None:
        row |= {"page_index": pages[1], "page_end": pages[2] or pages[1]}
    row["status"] = _code_of_status(row.get("status", ""))
    return row


def _code_of_status(words: str) -> str:
    return next((c.value for c in Status for lang in LANGUAGES if words.startswith(status(lang, c.value))), "")


def _filled_sheet(sheet: WorkSheet) -> Iterator[dict[str, Any]]:
    """The citations of a sheet that was filled in; cells of units and hashes have a line for each citation."""
    line, columns = _columns_of(sheet, _head_names(_FILLED_HEADS, HEAD_MARK), ("units", "hashes"))
    for number in sorted(sheet.rows) if line else ():
        if number <= line:
            continue
        cells = {key: unguarded_cell(sheet.text(number, column)) for key, column in columns.items()}
        units, hashes = cells["units"].split("\n"), cells["hashes"].split("\n")
        values = {
            quote_hash(found["words"]): found["words"]
            for part in re.split(r"(?<=\])\n", cells.get("answer", ""))
            if (found := _MARKS.fullmatch(part)) is not None
        }
        for unit, sha256 in zip(units, hashes, strict=False):
            if unit and sha256:
                yield {
                    "unit_id": _unit_of_record(unit),
                    "doc_id": _document_of_record(unit),
                    "quote": values.get(sha256, ""),
                    "quote_sha256": sha256,
                    "index_id": cells.get("index", ""),
                }


def _unit_of_record(record: str) -> str:
    return record if record.startswith("urn:") else ""


def _document_of_record(record: str) -> str:
    """The id of the document in a record that names no unit: the part before the colon."""
    return "" if record.startswith("urn:") else record.partition(":")[0]


def word_table(data: bytes) -> list[dict[str, Any]]:
    """The citations of a Word file that a list was exported to, as rows of a list.

    :raises UnreadableError: the bytes are not a Word file.
    """
    contents = {part.name: part.content for part in read_parts(data, "the list")}
    main = next((target for kind, target in related_parts(contents, "").values() if kind == "officeDocument"), "")
    if main not in contents:
        raise UnreadableError(notice("list no word file"))
    paragraphs = _paragraph_texts(contents[main], main)
    by_hash: dict[str, str] = {}
    by_number: dict[int, str] = {}
    for text in paragraphs:
        by_hash.setdefault(quote_hash(text), text)
        if (marked := _MARKS.fullmatch(text)) is not None:
            by_hash.setdefault(quote_hash(marked["words"]), marked["words"])
            for n in re.findall(r"\d+", marked["marks"]):
                by_number.setdefault(int(n), marked["words"])
    rows: list[dict[str, Any]] = []
    for text in paragraphs:
        records = list(_REFERENCE_RECORD.finditer(text))
        if not records:
            continue
        record = records[-1]  # the text before it may be a quote with such words
        words = text[: record.start()].rstrip()
        own = words.partition(": “")[2].removesuffix("”")
        if own:
            by_hash.setdefault(quote_hash(own), own)
        quote = by_hash.get(record["hash"]) or own or by_number.get(len(rows) + 1, "")
        rows.append(_row_of_reference(record["unit"], record["doc"], record["hash"], words, quote))
    return rows


def _row_of_reference(unit: str, doc_id: str, sha256: str, words: str, quote: str) -> dict[str, Any]:
    pages = _PDF_PAGES.search(words)
    superseded = any(status(lang, Status.SUPERSEDED.value) in words for lang in LANGUAGES)
    return {
        "unit_id": _unit_of_record(unit),
        "doc_id": doc_id,
        "doc_ref": words.partition(",")[0],
        "page_index": pages[1] if pages else "",
        "page_end": (pages[2] or pages[1]) if pages else "",
        "quote": quote,
        "quote_sha256": sha256,
        "status": Status.SUPERSEDED.value if superseded else "",
        "amendment": words,  # the words include the note on an amendment
    }


def _paragraph_texts(data: bytes, name: str) -> list[str]:
    """The texts of the paragraphs of an XML part, in order; line breaks are newline characters."""
    found: list[str] = []
    words: list[list[str]] = []

    def opened(node: XmlNode) -> None:
        if node.name == "p":
            words.append([])

    def closed(node: XmlNode) -> None:
        if not words:
            return
        if node.name == "t":
            words[-1].extend(node.text)
        elif node.name in {"br", "cr"}:
            words[-1].append("\n")
        elif node.name == "tab" and "tabs" not in node.path:
            words[-1].append("\t")
        elif node.name == "p":
            found.append("".join(words.pop()))

    scan_xml(data, name, opened, closed)
    return found
