"""Reads the cells of a workbook (XLSX) with their byte offsets in the file's parts, so that cells can be filled in
place."""

from __future__ import annotations

import re
from dataclasses import field

from kb.errors import UnreadableError
from kb.export.package_parts import Part, XmlNode, read_parts, related_parts, scan_xml
from kb.records import dataclass
from kb.types import notice

_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_HEX_SIGN = re.compile(r"_x([0-9A-Fa-f]{4})_")
MAX_COLUMN = 16_384


def column_number(letters: str) -> int:
    """The number of a column from 1: "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """The letters of a column by its number from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class CellRange:
    """A rectangle of cells, rows and columns from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is in the rectangle."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def cell_ranges(references: str) -> tuple[CellRange, ...]:
    """The rectangles of a list such as "A1:B2 C3 D:D"; malformed ones are left out."""
    found = []
    for each in references.replace("$", "").split():
        first, _, last = each.rpartition("!")[2].partition(":")
        last = last or first
        one, two = _REF.fullmatch(first), _REF.fullmatch(last)
        if one and two:
            found.append(CellRange(int(one[2]), column_number(one[1]), int(two[2]), column_number(two[1])))
        elif first.isalpha() and last.isalpha() and len(first) <= 3 and len(last) <= 3:
            found.append(CellRange(1, column_number(first), 1_048_576, column_number(last)))
    return tuple(found)


@dataclass(slots=True)
class SheetCell:
    """One cell: row and column from 1, text, style, whether it is a formula, and its bytes ``[start, end)`` in the
    part."""

    row: int
    column: int
    text: str
    style: str | None
    is_formula: bool
    start: int
    end: int


@dataclass(slots=True)
class SheetRow:
    """One row of a part, with its cells by column."""

    number: int
    node: XmlNode
    cells: dict[int, SheetCell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DropDown:
    """A list of choices that cells offer: the ranges of the cells, and the list as it is written (``"Yes,No"`` or a
    range)."""

    ranges: tuple[CellRange, ...]
    formula: str


@dataclass(slots=True)
class WorkSheet:
    """One sheet: its name, the part that holds it, its rows, and the elements beside the rows."""

    name: str
    part: str
    hidden: bool
    rows: dict[int, SheetRow] = field(default_factory=dict)
    merged: tuple[CellRange, ...] = ()
    drop_downs: tuple[DropDown, ...] = ()
    beside: tuple[XmlNode, ...] = ()
    """The elements directly under the root, in order."""

    def text(self, row: int, column: int) -> str:
        """The words of a cell; empty for an empty cell."""
        found = self.rows.get(row)
        cell = found.cells.get(column) if found else None
        return cell.text if cell else ""

    def child(self, name: str) -> XmlNode | None:
        """The element of this name under the root, or ``None``."""
        return next((node for node in self.beside if node.name == name), None)

    @property
    def width(self) -> int:
        """The number of the last column that has words or a formula."""
        cells = (cell for row in self.rows.values() for cell in row.cells.values())
        return max((cell.column for cell in cells if cell.text or cell.is_formula), default=0)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that was read: its name, its parts, its sheets in their order, and the named ranges."""

    name: str
    parts: tuple[Part, ...]
    sheets: tuple[WorkSheet, ...]
    names: dict[str, str]

    def part(self, name: str) -> bytes | None:
        """The content of a part, or ``None``."""
        return next((part.content for part in self.parts if part.name == name), None)

    def choices(self, sheet: WorkSheet, row: int, column: int) -> tuple[str, ...]:
        """The choices of a cell's drop-down list; none if it has no list or the list is computed."""
        for found in sheet.drop_downs:
            if any(each.holds(row, column) for each in found.ranges):
                return self._listed(found.formula, sheet)
        return ()

    def _listed(self, formula: str, sheet: WorkSheet) -> tuple[str, ...]:
        formula = self.names.get(formula.lstrip("="), formula)
        if formula.startswith('"') and formula.endswith('"'):
            return tuple(each.strip() for each in formula[1:-1].replace('""', '"').split(",") if each.strip())
        where, _, cells = formula.rpartition("!")
        name = where.strip("'").replace("''", "'")
        source = next((s for s in self.sheets if s.name == name), None) if where else sheet
        ranges = cell_ranges(cells)
        if source is None or len(ranges) != 1:
            return ()
        box = ranges[0]
        rows = (n for n in sorted(source.rows) if box.top <= n <= box.bottom)
        words = (source.text(n, c) for n in rows for c in range(box.left, min(box.right, MAX_COLUMN) + 1))
        return tuple(word for word in words if word)


def read_workbook(data: bytes, name: str) -> Workbook:
    """A workbook with all cells of all sheets.

    :raises UnreadableError: the bytes are damaged, encrypted, or not a workbook.
    :raises TooLargeError: the workbook is larger than the bounds.
    """
    parts = read_parts(data, name)
    contents = {part.name: part.content for part in parts}
    main = _main_part(contents, name)
    targets = related_parts(contents, main)
    strings = next((_shared(contents[t], t) for kind, t in targets.values() if kind == "sharedStrings"), ())
    names: dict[str, str] = {}
    sheets = []

    def closed(node: XmlNode) -> None:
        if node.name == "definedName":
            names[node.attrs.get("name", "")] = "".join(node.text)
        if node.name == "sheet":
            kind, part = targets.get(node.attr("id") or "", ("", ""))
            if kind == "worksheet" and part in contents:
                hidden = node.attrs.get("state", "visible") != "visible"
                sheets.append(_sheet(contents[part], part, node.attrs.get("name", ""), hidden, strings))

    scan_xml(contents[main], name, lambda _: None, closed)
    return Workbook(name, parts, tuple(sheets), names)


def _main_part(contents: dict[str, bytes], name: str) -> str:
    found = related_parts(contents, "").values()
    main = next((target for kind, target in found if kind == "officeDocument"), None)
    if main is None or main not in contents or b"<sheets" not in contents[main].replace(b":sheets", b"<sheets"):
        raise UnreadableError(notice("table no workbook", file=name))
    return main


def _unescaped(text: str) -> str:
    return _HEX_SIGN.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _shared(data: bytes, name: str) -> tuple[str, ...]:
    out: list[str] = []
    own: list[str] = []

    def closed(node: XmlNode) -> None:
        if node.name == "t" and "rPh" not in node.path:
            own.extend(node.text)
        elif node.name == "si":
            out.append(_unescaped("".join(own)))
            own.clear()

    scan_xml(data, name, lambda _: None, closed)
    return tuple(out)


def _sheet(data: bytes, part: str, name: str, hidden: bool, strings: tuple[str, ...]) -> WorkSheet:
    reader = _SheetReader(strings)
    scan_xml(data, part, reader.opened, reader.closed)
    return WorkSheet(
        name, part, hidden, reader.rows, tuple(reader.merged), tuple(reader.drop_downs), tuple(reader.beside)
    )


class _SheetReader:
    """Collects rows and cells while a sheet's part is parsed."""

    def __init__(self, strings: tuple[str, ...]) -> None:
        self.strings = strings
        self.rows: dict[int, SheetRow] = {}
        self.merged: list[CellRange] = []
        self.drop_downs: list[DropDown] = []
        self.beside: list[XmlNode] = []
        self._row: SheetRow | None = None
        self._last_row = 0
        self._column = 0
        self._value: list[str] = []
        self._formula = False
        self._list = ""
        self._where = ""

    def opened(self, node: XmlNode) -> None:
        if len(node.path) == 1:
            self.beside.append(node)
        if node.name == "row" and node.path[-1:] == ("sheetData",):
            given = node.attrs.get("r", "")
            number = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else self._last_row + 1
            self._last_row = max(self._last_row, number)
            self._row = self.rows.setdefault(number, SheetRow(number, node))
            self._column = 0
        elif node.name == "c" and node.path[-1:] == ("row",):
            found = _REF.fullmatch(node.attrs.get("r", ""))
            self._column = column_number(found[1]) if found else self._column + 1
            self._value, self._formula = [], False
        elif node.name == "dataValidation":
            self._list, self._where = "", node.attrs.get("sqref", "")

    def closed(self, node: XmlNode) -> None:
        name, parent = node.name, node.path[-1] if node.path else ""
        if (name == "v" and parent == "c") or (name == "t" and "is" in node.path and "rPh" not in node.path):
            self._value.extend(node.text)
        elif name == "f" and parent == "c":
            self._formula = True
        elif name == "c" and parent == "row" and self._row is not None:
            text = self._words(node.attrs.get("t", "n"), "".join(self._value))
            cell = SheetCell(
                self._row.number, self._column, text, node.attrs.get("s"), self._formula, node.start, node.end
            )
            self._row.cells[self._column] = cell
        elif name == "mergeCell":
            self.merged.extend(cell_ranges(node.attrs.get("ref", "")))
        elif name == "sqref":
            self._where = "".join(node.text)
        elif name == "formula1" or (name == "f" and parent == "formula1"):
            self._list = "".join(node.text).strip() or self._list
        elif name == "dataValidation" and node.attrs.get("type") == "list":
            self.drop_downs.append(DropDown(cell_ranges(self._where), self._list))

    def _words(self, kind: str, value: str) -> str:
        if kind == "s":
            at = int(value) if value.strip().isdigit() else -1
            return self.strings[at] if 0 <= at < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if kind == "n":
            return _number_in_cell(value.strip())
        return _unescaped(value)


def _number_in_cell(value: str) -> str:
    """A number as a spreadsheet shows it: 37.0 is "37", 1.1000000000000001 is "1.1"."""
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.15g}"
