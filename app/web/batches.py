"""The calls of the Batch screen's scripts, and the runs over tables that are under way."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.plain_text import without_surrogates
from app.web.calls import Download
from app.web.collecting import TYPES_OF_FILES, chosen_format, list_download, list_preview
from app.web.html.batch import (
    FILTERS,
    PREVIEW_FILTERS,
    preview_page,
    preview_row_html,
    results_page,
    row_evidence,
    run_controls,
)
from app.web.jobs import Job, Jobs, Record, not_recorded, problem_words
from app.web.uploads import FileReaders, SentFile, file_on_disk, sent_file
from kb.audit.collected import kept_record
from kb.errors import ConfigError
from kb.export.answer_lists import AnswerList, AnswerRow
from kb.lists.inputs import BatchInput, journal_path
from kb.lists.tables import (
    MAX_ASKED,
    TABLE_SUFFIXES,
    InputFile,
    InputRow,
    InputTable,
    TableLine,
    choose_columns,
    input_rows,
    title_lines,
)
from kb.lists.workbook_fill import FillColumns, filled_workbook
from kb.messages import message, words
from kb.types import notice

if TYPE_CHECKING:
    from pathlib import Path

    from kb import KnowledgeBase, Lists
    from kb.lists.inputs import RowPreview
    from kb.lists.tables import ChosenColumn

BATCH_FOLDER = "batches"
"""The folder in the home folder with the journals of unfinished runs."""
ROWS_AT_ONCE = 400
"""Rows that are read before the reply; further rows of a longer table are read in the background."""
MOST_ANSWERS_KEPT = 50_000
"""Answered rows that all batches of the app together keep in memory, at about 14 KB each."""
JOURNAL_DAYS = 30
"""Days after which the journal of an abandoned run is removed."""
COLUMN_CHARS = 60


class TableBatch(Job):
    """A table with the previews of its rows, the choices that a person made, and its answers once it ran."""

    def __init__(self, file: InputFile, sha256: str, lang: str) -> None:
        super().__init__()
        self.file = file
        self.sha256 = sha256
        self.lang = lang
        self.chosen: tuple[ChosenColumn, ...] = ()
        self.rows: tuple[InputRow, ...] = ()
        self.previews: tuple[RowPreview, ...] = ()
        self.settled: dict[int, str] = {}
        self.approved: set[int] = set()
        self.changed: set[int] = set()
        self.found: AnswerList | None = None
        self.kept = 0

    @property
    def weight(self) -> int:
        """The number of rows that are kept with their answers, which take the memory."""
        return len(self.found.rows) if self.found is not None else 0

    def given(self, rows: tuple[InputRow, ...]) -> BatchInput:
        """The input of a run over some of the rows."""
        notes = tuple(words(each.described, self.lang) for each in self.chosen)
        return BatchInput(rows, self.file.name, self.sha256, notes, self.lang)

    def settled_rows(self) -> tuple[InputRow, ...]:
        """The rows with the choices that were made."""
        return tuple(replace(row, settled=self.settled.get(row.place.number, "")) for row in self.rows)


class Batches:
    """The calls of the Batch screen, over the knowledge base that ``base`` gives; ``home`` keeps the journals
    of runs."""

    def __init__(
        self,
        base: Callable[[], KnowledgeBase],
        files: Callable[[], FileReaders],
        home: Path,
        record: Record = not_recorded,
    ) -> None:
        self._base = base
        self._record = record
        self._files = files
        self._home = home
        self._jobs: Jobs[TableBatch] = Jobs(most_weight=MOST_ANSWERS_KEPT)

    # --- the table

    def read(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """A file or pasted lines, read as rows: the name of the batch, and its preview.

        :raises ConfigError: the file is not accepted, or no row asks anything.
        :raises DocumentError: the file cannot be read.
        """
        if isinstance(data.get("text"), str):
            file, sha256 = _pasted(data["text"])
        else:
            sent = sent_file(data, TABLE_SUFFIXES[:-1])
            file, sha256 = self._table_of(sent), hashlib.sha256(sent.data).hexdigest()
        batch = TableBatch(file, sha256, lang)
        self._choose(batch, (), lang)
        if not batch.rows:
            raise ConfigError(notice("batch no rows", file=file.name))
        name = self._jobs.add(batch)
        return {"batch": name, **self._taken_up(batch, lang)}

    def _table_of(self, sent: SentFile) -> InputFile:
        with file_on_disk(sent, self._home) as path:
            return self._files().table(path)

    def _choose(self, batch: TableBatch, columns: tuple[str, ...], lang: str) -> None:
        batch.chosen = choose_columns(batch.file, columns)
        batch.rows = input_rows(batch.file, batch.chosen)
        batch.settled, batch.total, batch.done = {}, len(batch.rows), 0
        batch.previews, batch.found = (), None
        lists = self._base().lists()
        if len(batch.rows) <= ROWS_AT_ONCE:
            batch.previews = lists.preview(batch.rows, lang)
        batch.kept = self._rows_kept(batch)

    def _preview(self, batch: TableBatch, lists: Lists, lang: str) -> None:
        """Reads the rows of a long table in the background."""
        while len(batch.previews) < len(batch.rows):
            start = len(batch.previews)
            batch.previews += lists.preview(batch.rows[start : start + ROWS_AT_ONCE // 4], lang)
            batch.step(len(batch.previews))

    def _taken_up(self, batch: TableBatch, lang: str) -> dict[str, Any]:
        """The batch as it is shown once its columns are chosen; the rest of a long table is read in the background."""
        batch.state = batch.ends_as = "read"
        if len(batch.previews) < len(batch.rows):
            lists = self._base().lists()
            self._jobs.start(batch, lambda: self._preview(batch, lists, lang))
        return self._shown(batch, lang)

    def column(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Chooses another column of questions.

        :raises ConfigError: the batch runs, or there is no such column.
        """
        batch = self._idle(data)
        column = data.get("column")
        self._choose(batch, (column[:200],) if isinstance(column, str) and column else (), lang)
        return self._taken_up(batch, lang)

    def settle(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Records or takes back a person's choice for a row; returns the row after it.

        :raises ConfigError: the batch runs, or the row has no such choice.
        """
        batch = self._idle(data)
        preview = next((p for p in batch.previews if p.row.place.number == data.get("row")), None)
        unit = data.get("unit")
        known = dict(preview.choices) if preview is not None else {}
        if preview is None or (unit and unit not in known):
            raise ConfigError(notice("job gone"))
        number = preview.row.place.number
        batch.settled.pop(number, None)
        if isinstance(unit, str) and unit:
            batch.settled[number] = unit
        batch.kept = self._rows_kept(batch)
        return {"row": preview_row_html(preview, batch.settled, lang)}

    def _idle(self, data: Mapping[str, Any]) -> TableBatch:
        batch = self._jobs.get(data.get("batch"))
        if batch.is_under_way:
            raise ConfigError(notice("batch runs"))
        return batch

    # --- the run

    def run(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Begins or resumes the run."""
        batch = self._idle(data)
        lists = self._base().lists()
        batch.ends_as, batch.done = "done", 0
        kept = (
            {}
            if batch.found is None
            else {r.place.number: r for r in batch.found.rows if _row_number(r) in batch.approved}
        )
        self._jobs.start(batch, lambda: self._answer(batch, lists, kept))
        return self._shown(batch, lang)

    def _answer(self, batch: TableBatch, lists: Lists, kept: Mapping[int, AnswerRow]) -> None:
        """Answers the rows that are not in the journal, and makes the list; each finished row is written to the
        journal."""
        rows = tuple(row for row in batch.settled_rows() if row.place.number not in kept)
        batch.total = len(batch.rows)
        journal = self._journal(batch)

        def step(done: int) -> None:
            batch.step(done + len(kept))

        fresh = lists.answered(batch.given(rows), journal, True, step).rows if rows else ()
        before = {} if batch.found is None else {_row_number(row): _words_found(row) for row in batch.found.rows}
        made = {_row_number(row): row for row in fresh} | dict(kept)
        ordered = tuple(made[row.place.number] for row in batch.rows)
        batch.changed = {n for n, row in made.items() if n in before and before[n] != _words_found(row)}
        batch.found = lists.listed(ordered, batch.given(batch.rows))
        batch.kept = 0
        journal.unlink(missing_ok=True)

    def _journal(self, batch: TableBatch) -> Path:
        """The path of the journal of this table; if the same table is sent again, the run is resumed there."""
        folder = self._home / BATCH_FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        old = time.time() - JOURNAL_DAYS * 86_400
        for path in folder.iterdir():
            with suppress(FileNotFoundError):  # another run was finished and removed its own meanwhile
                if path.stat().st_mtime < old:
                    path.unlink()
        return journal_path(folder / batch.sha256)

    def _rows_kept(self, batch: TableBatch) -> int:
        """The number of rows that an earlier run over the same table finished, with the same index and choices."""
        lists = self._base().lists()
        try:
            return lists.rows_done(batch.given(batch.settled_rows()), self._journal(batch))
        except OSError:
            return 0

    def stop(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Stops the run after the present row; finished rows are kept."""
        batch = self._jobs.get(data.get("batch"))
        batch.stop()
        return self._state(batch, lang)

    def state(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The progress of a run; the whole screen if ``whole`` is asked for or the run has ended."""
        batch = self._jobs.get(data.get("batch"))
        return self._state(batch, lang) if batch.is_under_way and not data.get("whole") else self._shown(batch, lang)

    def drop(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Removes a batch and its journal."""
        try:
            batch = self._jobs.get(data.get("batch"))
        except ConfigError:
            return {}
        self._jobs.drop(data.get("batch"))
        if not batch.is_under_way:
            self._journal(batch).unlink(missing_ok=True)
        return {}

    # --- what is shown

    def _state(self, batch: TableBatch, lang: str) -> dict[str, Any]:
        seconds = batch.seconds_left()
        left = "" if seconds is None else message(lang, "batch time left", time=time_in_words(seconds, lang))
        if batch.state == "waiting" and batch.ahead:
            left = message(lang, "batch ahead", n=batch.ahead)
        problem = ""
        if batch.state == "failed" and batch.problem is not None:
            problem = problem_words(batch.problem, lang)
        reads = batch.state == "running" and batch.ends_as == "read"
        html = run_controls("reading" if reads else batch.state, batch.done, batch.total, left, lang, batch.kept)
        return {"state": batch.state, "run": html, "problem": problem}

    def _shown(self, batch: TableBatch, lang: str) -> dict[str, Any]:
        return self._state(batch, lang) | {"html": self._table(batch, "all", 0, lang), "name": batch.file.name}

    def page(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """A page of the table, narrowed by a filter: the preview, or the answers once the batch ran."""
        batch = self._jobs.get(data.get("batch"))
        known = PREVIEW_FILTERS if batch.found is None else FILTERS
        chosen, at = data.get("filter"), data.get("page")
        page = at if isinstance(at, int) and not isinstance(at, bool) and 0 <= at <= MAX_ASKED else 0
        return {"html": self._table(batch, chosen if chosen in known else "all", page, lang)}

    def _table(self, batch: TableBatch, chosen: Any, page: int, lang: str) -> str:
        if batch.found is not None and batch.state == "done":
            workbook = batch.file.workbook is not None
            return results_page(batch.found.rows, batch.approved, batch.changed, chosen, page, workbook, lang)
        notes = [column_words(each, lang) for each in batch.chosen]
        n_titles = sum(len(title_lines(each)) for each in batch.chosen)
        notes += [message(lang, "batch titles", n=n_titles)] if n_titles else []
        heads = _columns_to_choose(batch, lang)
        return preview_page(batch.previews, batch.settled, notes, heads, chosen, page, lang)

    def evidence(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The citations and remarks of a row."""
        row = self._row(self._jobs.get(data.get("batch")), data)
        return {"html": row_evidence(row, lang), "items": [kept_record(c) for c in row.citations]}

    def approve(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Marks a row as approved, or takes that back; a further run leaves an approved row as it is."""
        batch = self._idle(data)
        number = _row_number(self._row(batch, data))
        batch.approved.discard(number)
        if data.get("on") is True:
            batch.approved.add(number)
        return {"approved": len(batch.approved)}

    def _row(self, batch: TableBatch, data: Mapping[str, Any]) -> AnswerRow:
        rows = batch.found.rows if batch.found is not None else ()
        found = next((row for row in rows if _row_number(row) == data.get("row")), None)
        if found is None:
            raise ConfigError(notice("job gone"))
        return found

    def collected(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """All places that the answers cite, for the citation list."""
        return {"items": [kept_record(c) for c in self._done(data).places]}

    # --- files

    def _done(self, data: Mapping[str, Any]) -> AnswerList:
        found = self._jobs.get(data.get("batch")).found
        if found is None:
            raise ConfigError(notice("job gone"))
        return found

    def file(self, data: Mapping[str, Any], lang: str) -> Download:
        """The answers as a file in a format and a style."""
        found = self._done(data)
        made = list_download(found, data, lang, "answers")
        self._log(data, found, chosen_format(data), made)
        return made

    def _log(self, data: Mapping[str, Any], found: AnswerList, form: str, made: Download) -> None:
        name = self._jobs.get(data.get("batch")).file.name
        self._record(lambda recorder: recorder.exported(None, form, made.data, found.rows, name))

    def preview(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """The preview of the answers in a format."""
        return list_preview(self._done(data), data, lang)

    def workbook(self, data: Mapping[str, Any], lang: str) -> Download:
        """The person's own workbook with the answers filled in."""
        found, batch = self._done(data), self._jobs.get(data.get("batch"))
        if batch.file.workbook is None:
            raise ConfigError(notice("job gone"))
        made, _ = filled_workbook(batch.file.workbook, batch.chosen, found, lang, FillColumns())
        stem = batch.file.name.rpartition(".")[0] or batch.file.name
        file = Download(f"{stem}-{message(lang, 'batch file answered')}.xlsx", made, TYPES_OF_FILES["xlsx"])
        self._log(data, found, "xlsx", file)
        return file


def _row_number(row: AnswerRow) -> int:
    return row.place.number


def _words_found(row: AnswerRow) -> tuple[object, ...]:
    """The places and words of a row, or its reason; if these differ, the answer is another one."""
    return tuple((c.doc_id, c.unit_id, c.quote_sha256, c.status) for c in row.citations), row.reading


def _pasted(text: str) -> tuple[InputFile, str]:
    plain = without_surrogates(text)
    lines = tuple(TableLine(n, (line.strip(),)) for n, line in enumerate(plain.splitlines(), 1) if line.strip())
    return InputFile("pasted", (InputTable(lines),)), hashlib.sha256(plain.encode()).hexdigest()


def column_words(chosen: ChosenColumn, lang: str) -> str:
    """The column that is read, and the place of its head, in words."""
    sheet = f"{chosen.table.sheet}: " if chosen.table.sheet else ""
    if not chosen.head:
        return sheet + message(lang, "batch column number", n=chosen.column)
    return sheet + message(lang, "batch column head", head=chosen.head[:COLUMN_CHARS])


def _columns_to_choose(batch: TableBatch, lang: str) -> list[tuple[str, str, bool]]:
    """The columns that may be chosen, by the heads of the sheets: name, words, whether it is chosen now."""
    if len(batch.file.tables) == 1 and max((len(r.cells) for r in batch.file.tables[0].lines), default=0) < 2:
        return []
    now = {(each.head, each.column) for each in batch.chosen}
    found: dict[str, tuple[str, str, bool]] = {}
    for each in batch.chosen:
        line = next((r for r in each.table.lines if r.line == each.head_line), None)
        heads = each.table.keys or (line.cells if line is not None else ())
        width = max((len(r.cells) for r in each.table.lines), default=0)
        for column in range(1, min(width, 40) + 1):
            head = heads[column - 1].strip() if column <= len(heads) else ""
            name = head if head and len(head) <= 200 else str(column)
            words = head[:COLUMN_CHARS] if head else message(lang, "batch column number", n=column)
            found.setdefault(name, (name, words, (head, column) in now or column == each.column))
    return list(found.values())


def time_in_words(seconds: float, lang: str) -> str:
    """A waiting time in words, in seconds or minutes."""
    if seconds < 90:
        return message(lang, "time seconds", n=max(1, round(seconds)))
    return message(lang, "time minutes", n=round(seconds / 60))
