"""Reads files of questions and references as tables of text, with the line number of every row: CSV, TSV, JSON lines,
text, XLSX.

The head of a table need not be its first row. The column to answer is chosen by its head, by the caller, or as the
column with the most words.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from kb.catalog.catalog import corpus_dir, text_of_corpus
from kb.errors import ConfigError, TooLargeError, UnreadableError
from kb.export.answer_lists import RowPlace
from kb.lists.workbook_cells import column_letters, column_number, read_workbook
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kb.lists.workbook_cells import Workbook, WorkSheet
    from kb.types import Notice

HEADS_FILE = "table-heads.tsv"
MAX_ASKED = 10_000
"""Largest number of rows with words in one run."""
MAX_INPUT = 50_000_000
"""Largest size of an input file in bytes."""
ROWS_TO_HEAD = 40
"""Number of rows at the top of a table in which its head is looked for."""
HEAD_CHARS = 40
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".jsonl", ".ndjson", ".txt", ".md", "")


@dataclass(frozen=True, slots=True)
class TableLine:
    """One row of a table: its line number in the file (from 1) and its cells; ``fault`` says why it could not
    be read."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class InputTable:
    """One table of a file: the name of its sheet (empty for a text file), its rows, and the names of its columns if the
    format has them (JSON lines)."""

    lines: tuple[TableLine, ...]
    sheet: str = ""
    hidden: bool = False
    keys: tuple[str, ...] = ()
    titles: frozenset[int] = frozenset()
    """Numbers of lines that are a title across several columns."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """The tables of a file; ``workbook`` is the workbook that they were read from, or ``None``."""

    name: str
    tables: tuple[InputTable, ...]
    workbook: Workbook | None = None


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row to answer: its place and its words, or ``fault`` if it could not be read. ``settled`` is the id of the
    unit that a person chose from several."""

    place: RowPlace
    text: str
    fault: str = ""
    settled: str = ""


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """The column of a table that is answered: its number from 1, its head, and the line of the head (0 if there is
    none)."""

    table: InputTable
    column: int
    head: str = ""
    head_line: int = 0

    @property
    def described(self) -> Notice:
        """The sheet if there is one, the column, and where its head is."""
        letter = column_letters(self.column)
        named = notice("column letter head", letter=letter, head=self.head)
        parts = [notice("column sheet", name=self.table.sheet)] if self.table.sheet else []
        parts.append(named if self.head else notice("column letter", letter=letter))
        parts.append(notice("column head in", n=self.head_line) if self.head_line else notice("column no head"))
        return notice("commas", items=tuple(parts))


def read_input(data: bytes, name: str, decode: Callable[[bytes, str], tuple[str, str]]) -> InputFile:
    """The tables of a file.

    :param decode: gives text and encoding of bytes in an unknown encoding; the second argument is the file's name.
    :raises UnreadableError: the file is empty, damaged, or of a kind that has no table.
    :raises TooLargeError: the file is larger than :data:`MAX_INPUT`.
    """
    if len(data) > MAX_INPUT:
        raise TooLargeError(notice("table large", file=name, n=f"{len(data):,}", most=f"{MAX_INPUT:,}"))
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if data.startswith(b"PK\x03\x04"):
        book = read_workbook(data, name)
        return InputFile(name, tuple(_sheet_table(sheet) for sheet in book.sheets), book)
    for head, kind in ((b"\xd0\xcf\x11\xe0", "table of office"), (b"%PDF-", "table of pdf")):
        if data.startswith(head):
            raise UnreadableError(notice("table other kind", file=name, kind=notice(kind)))
    text = decode(data, name)[0].lstrip("\ufeff")
    if suffix in {".jsonl", ".ndjson"}:
        return InputFile(name, (_json_table(text),))
    if suffix in {".csv", ".tsv", ".tab"}:
        return InputFile(name, (_separated_table(text, "\t" if suffix != ".csv" else None),))
    return InputFile(name, (_line_table(text),))


def _sheet_table(sheet: WorkSheet) -> InputTable:
    width = min(sheet.width, 1_000)
    lines = tuple(
        TableLine(number, tuple(sheet.text(number, column) for column in range(1, width + 1)))
        for number in sorted(sheet.rows)
        if any(cell.text for cell in sheet.rows[number].cells.values())
    )
    across = (box for box in sheet.merged if box.top == box.bottom and 2 * (box.right - box.left + 1) > max(width, 3))
    return InputTable(lines, sheet.name, sheet.hidden, titles=frozenset(box.top for box in across))


def _line_table(text: str) -> InputTable:
    lines = (TableLine(number, (line.strip(),)) for number, line in enumerate(re.split("\r\n|\r|\n", text), 1))
    return InputTable(tuple(line for line in lines if line.cells[0] and not line.cells[0].startswith("#")))


def _json_table(text: str) -> InputTable:
    keys: dict[str, None] = {}
    found: list[tuple[int, dict[str, str], str]] = []
    for number, line in enumerate(re.split("\r\n|\r|\n", text), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:
            found.append((number, {}, f"not JSON ({error})"))
            continue
        values = data if isinstance(data, dict) else {"question": data}
        row = {key: _plain_value(value) for key, value in values.items()}
        keys |= dict.fromkeys(row)
        found.append((number, row, ""))
    lines = (TableLine(number, tuple(row.get(key, "") for key in keys), fault) for number, row, fault in found)
    return InputTable(tuple(lines), keys=tuple(keys))


def _plain_value(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _separated_table(text: str, separator: str | None) -> InputTable:
    if text[:4].lower() == "sep=" and "\n" in text[:8]:
        separator, text = text[4], "\n" + text.partition("\n")[2]
    separator = separator or _separator_of(text)
    csv.field_size_limit(MAX_INPUT)
    lines, last = [], 0
    if separator is None:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter="\x1f")
    else:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            lines.append(TableLine(rows.line_num, (), f"not CSV ({error})"))
            last = rows.line_num
            continue
        if any(cell.strip() for cell in row):
            lines.append(TableLine(last + 1, tuple(cell.strip() for cell in row)))
        last = rows.line_num
    return InputTable(tuple(lines))


def _separator_of(text: str) -> str | None:
    """The character that separates the cells of a CSV text; ``None`` if each line is one cell, commas included."""
    best: tuple[float, int, str] | None = None
    for sign in (",", ";", "\t", "|"):
        rows = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=sign)
        counts: list[int] = []
        try:
            for row in rows:
                if any(row):
                    counts.append(len(row))
                if len(counts) == 200:
                    break
        except csv.Error:
            continue
        if not counts:
            continue
        usual = max(set(counts), key=lambda n: (counts.count(n), n))
        share = counts.count(usual) / len(counts)
        if usual > 1 and share > 0.6 and (best is None or (share, usual) > best[:2]):
            best = share, usual, sign
    return best[2] if best else None


# --- the column that asks


@cache
def _words_of_heads() -> dict[str, tuple[int, str]]:
    """The words by which a head is recognised, each with the rank of its kind (from 0) and the kind."""
    found: dict[str, tuple[int, str]] = {}
    lines = text_of_corpus(corpus_dir() / HEADS_FILE).splitlines()
    for rank, line in enumerate(each for each in lines if each and not each.startswith(("#", "kind\t"))):
        kind, _, words = line.partition("\t")
        for word in words.split(";"):
            found.setdefault(_folded_head(word), (rank, kind))
    return found


def _folded_head(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).casefold()
    plain = re.sub(r"\[[a-z_-]{2,7}\]|\([^)]*\)", " ", plain)
    return re.sub(r"[\W_]+", " ", plain).strip()


def _head_rank(cell: str) -> int | None:
    """The rank of the kind of head that marks a column to answer; ``None`` for any other cell."""
    text = cell.strip()
    if not text or len(text) > HEAD_CHARS or text.endswith(("?", "？")):
        return None
    words = _words_of_heads()
    for part in (text, *re.split(r"[/|\n]", text)):
        if (found := words.get(_folded_head(part))) is not None:
            return found[0]
    return None


_COLUMNS_MARK = re.compile(r"kb-columns=([A-Z]{1,3}):([A-Z]{1,3}(?:,[A-Z]{1,3})*)(?= |$)")
"""A mark that a run writes into each row it fills in a sheet without heads; by it the next run knows the columns."""


def columns_mark(asked: int, filled: Sequence[int]) -> str:
    """The mark of a row in a sheet without heads: the column to answer, then the filled columns in their order."""
    return f"kb-columns={column_letters(asked)}:{','.join(map(column_letters, filled))}"


def marked_columns(table: InputTable) -> tuple[int, tuple[int, ...]] | None:
    """The column to answer and the columns that an earlier run filled, read from its marks; ``None`` if there
    are none."""
    for line in table.lines:
        for cell in line.cells:
            if cell.startswith("kb-columns=") and (found := _COLUMNS_MARK.match(cell)) is not None:
                return column_number(found[1]), tuple(map(column_number, found[2].split(",")))
    return None


def choose_columns(
    file: InputFile, columns: Sequence[str] = (), sheets: Sequence[str] = (), hidden: bool = False
) -> tuple[ChosenColumn, ...]:
    """The column to answer of each table: in the named ``sheets``, else in all sheets that are not hidden and have one
    by its head.

    If no sheet has a known head, the column with the most words of each visible sheet is taken.

    :param columns: heads, letters or numbers of columns that the caller chose.
    :param hidden: consider hidden sheets too.
    :raises ConfigError: a named sheet or column is not in the file.
    """
    known = [table.sheet for table in file.tables]
    for name in sheets:
        if name not in known:
            there = ", ".join(filter(None, known)) or notice("fact none")
            raise ConfigError(notice("table no sheet", file=file.name, sheet=name, known=there))
    tables = [t for t in file.tables if (t.sheet in sheets if sheets else hidden or not t.hidden) and t.lines]
    if columns:
        chosen = [found for table in tables if (found := _named_column(table, columns)) is not None]
        if not chosen:
            seen = sorted({c for t in tables for line in t.lines[:3] for c in line.cells if 0 < len(c) <= HEAD_CHARS})
            raise ConfigError(
                notice("table no column", file=file.name, column=", ".join(columns), heads=", ".join(seen[:12]))
            )
        return tuple(chosen)
    marked = {table.sheet: mark for table in tables if (mark := marked_columns(table)) is not None}
    by_head = [(table, None if table.sheet in marked else _column_by_head(table)) for table in tables]
    ranks = [found[0] for _, found in by_head if found]
    if ranks and not sheets:
        # "name" or "title" is taken where no sheet has a column of questions
        return tuple(found[1] for _, found in by_head if found and found[0] == min(ranks))
    return tuple(
        ChosenColumn(table, marked[table.sheet][0])
        if table.sheet in marked
        else found[1]
        if found
        else _fullest_column(table)
        for table, found in by_head
    )


def _named_column(table: InputTable, columns: Sequence[str]) -> ChosenColumn | None:
    for name in columns:
        wanted = _folded_head(name) or name
        for line in _possible_heads(table):
            for column, cell in enumerate(line.cells, 1):
                if cell.strip() == name.strip() or _folded_head(cell) == wanted:
                    return ChosenColumn(table, column, cell.strip(), line.line)
        width = max((len(line.cells) for line in table.lines), default=0)
        number = int(name) if name.isdigit() else column_number(name) if re.fullmatch("[A-Za-z]{1,3}", name) else 0
        if 0 < number <= width:
            head = None if marked_columns(table) else _column_by_head(table)
            return ChosenColumn(table, number, "", head[1].head_line if head else 0)
    return None


def _possible_heads(table: InputTable) -> Iterable[TableLine]:
    if table.keys:
        return (TableLine(0, table.keys),)
    return table.lines[:ROWS_TO_HEAD]


def _column_by_head(table: InputTable) -> tuple[int, ChosenColumn] | None:
    """The rank of the head and the column, for the first row with a head that marks a column; of two equal heads the
    fuller column."""
    before: tuple[str, ...] = ()
    for line in _possible_heads(table):
        if sum(map(bool, before)) > 1:
            return None  # a title above a head is one cell wide; this is a list of names and values
        before = line.cells
        ranks = {column: rank for column, cell in enumerate(line.cells, 1) if (rank := _head_rank(cell)) is not None}
        if not ranks or line.line in table.titles or (len(line.cells) == 1 and line is not table.lines[0]):
            continue
        best = min(ranks.values())
        own = [column for column, rank in ranks.items() if rank == best]
        column = max(own, key=lambda c: (_letters_in(table, c), -c))
        return best, ChosenColumn(table, column, line.cells[column - 1].strip(), line.line)
    return None


def _fullest_column(table: InputTable) -> ChosenColumn:
    width = max((len(line.cells) for line in table.lines), default=1)
    return ChosenColumn(table, max(range(1, width + 1), key=lambda c: (_letters_in(table, c), -c)))


def _letters_in(table: InputTable, column: int) -> int:
    cells = (line.cells[column - 1] for line in table.lines[:500] if len(line.cells) >= column)
    return sum(sum(c.isalpha() for c in cell) for cell in cells)


SHARE_BESIDE = 0.6
"""A column must be filled in this share of the rows to distinguish questions from titles."""
TITLE_WORDS = 8


def title_lines(chosen: ChosenColumn) -> frozenset[int]:
    """The numbers of lines below the head that are titles of groups of questions.

    A title is a cell that spans several columns, or short words without a full stop or a number that are alone in their
    row, if most other rows have a number or a name in another column.
    """
    table, column = chosen.table, chosen.column
    asked = [
        line
        for line in table.lines
        if line.line > chosen.head_line and len(line.cells) >= column and line.cells[column - 1].strip()
    ]
    filled = Counter(at for line in asked for at, cell in enumerate(line.cells, 1) if cell.strip() and at != column)
    beside = [at for at, n in filled.items() if n > SHARE_BESIDE * len(asked) and len(asked) > 2]
    short = [line for line in asked if beside and _is_title(line.cells[column - 1])]
    across = {line for line in table.titles if line > chosen.head_line}
    return frozenset(across | {line.line for line in short if _stands_alone(line, column)})


def _is_title(text: str) -> bool:
    words = text.split()
    return len(words) <= TITLE_WORDS and not re.search(r"\d|[.?!。？！:]\s*$|까\s*$|요\s*$|다\s*$", text)


def _stands_alone(line: TableLine, column: int) -> bool:
    return not any(cell.strip() for at, cell in enumerate(line.cells, 1) if at != column)


def input_rows(file: InputFile, chosen: Sequence[ChosenColumn]) -> tuple[InputRow, ...]:
    """The rows below the heads that ask something, numbered from 1 over all tables; equal rows are kept.

    :raises TooLargeError: there are more than :data:`MAX_ASKED`.
    """
    rows: list[InputRow] = []
    for each in chosen:
        titles = title_lines(each)
        for line in each.table.lines:
            if line.line <= each.head_line or line.line in titles:
                continue
            text = line.cells[each.column - 1] if len(line.cells) >= each.column else ""
            if text.strip() or line.fault:
                rows.append(
                    InputRow(RowPlace(len(rows) + 1, file.name, each.table.sheet, line.line), text.strip(), line.fault)
                )
    if len(rows) > MAX_ASKED:
        raise TooLargeError(notice("table many rows", file=file.name, n=f"{len(rows):,}", most=f"{MAX_ASKED:,}"))
    return tuple(rows)
