"""A table answered row by row: order, kinds, failures in place, interruption and going on, hostile words."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from kb.export.answer_lists import RowPlace, RowReading, row_of_record, row_record
from kb.export.formats import LIST_FORMATS, list_bytes
from kb.lists.batch import run_batch
from kb.lists.inputs import BatchInput
from kb.lists.journal import journal_rows
from kb.lists.tables import InputRow
from kb.text.safe_cells import guarded_cell, unguarded_cell, without_controls
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

    from kb.export.answer_lists import AnswerList
    from kb.knowledge_base import KnowledgeBase

ASKED = (
    "OECD 1.3",
    "How long are ledgers kept after the robot has left the orchard?",
    "1.3",
    "IEEE 2857",
    "OECD 1.3",
    "hello",
    "…",
    "유네스코 권고 제37항",
    "x" * 40_000,
    "UNESCO para 999",
)


@pytest.fixture
def keen(home: Path) -> KnowledgeBase:
    """The small library, answering whatever the evidence."""
    return answering(home)


def given(*asked: str, language: str = "en") -> BatchInput:
    rows = tuple(InputRow(RowPlace(n, "list.txt", "", n), text) for n, text in enumerate(asked, 1))
    return BatchInput(rows, "list.txt", "0" * 64, language=language)


def answered(base: KnowledgeBase, what: BatchInput, **options: Any) -> AnswerList:
    return run_batch(base.library(), base.models, what, **options)


def test_every_row_is_read_as_something_and_stays_in_its_place(keen: KnowledgeBase) -> None:
    found = answered(keen, given(*ASKED))
    assert [row.asked for row in found.rows] == list(ASKED)
    assert [row.reading for row in found.rows] == [
        RowReading.REFERENCE,
        RowReading.QUESTION,
        RowReading.CHOICE,
        RowReading.REFERENCE,
        RowReading.REFERENCE,
        RowReading.NOT_UNDERSTOOD,
        RowReading.NOT_UNDERSTOOD,
        RowReading.REFERENCE,
        RowReading.NOT_UNDERSTOOD,
        RowReading.REFERENCE,
    ]
    assert [row.is_answered for row in found.rows] == [n in {0, 1, 4, 7} for n in range(10)]
    for row in found.rows:
        assert row.is_answered or row.reason
        assert row.index_id == keen.library().index_id
        assert row.citations or not row.quotes
    assert len(found.rows[2].choices) > 1
    assert "40,000 characters" in found.rows[8].reason
    assert found.rows[0].searched == (f"all {len(found.source.documents)} documents of the index",)


def test_a_row_says_what_a_single_question_says(keen: KnowledgeBase) -> None:
    found = answered(keen, given(*ASKED))
    for row in found.rows[:2]:
        alone = keen.ask(row.asked)
        assert [c.quote for c in row.citations] == [c.quote for c in alone.citations]
        assert [text for text, _ in row.quotes] == [s.text for s in alone.sentences]


def test_a_place_has_one_number_in_the_whole_list(keen: KnowledgeBase) -> None:
    found = answered(keen, given(*ASKED))
    assert [c.n for c in found.rows[0].citations] == [1] == [c.n for c in found.rows[4].citations]
    numbers = [c.n for c in found.places]
    assert numbers == list(range(1, len(numbers) + 1))
    assert found.rows_of_place(1) == (found.rows[0], found.rows[4])
    for row in found.rows:
        assert {n for _, ns in row.quotes for n in ns} <= {c.n for c in row.citations}


def test_parallel_rows_are_the_same_list(keen: KnowledgeBase) -> None:
    assert answered(keen, given(*ASKED), jobs=3) == answered(keen, given(*ASKED))


class Killed(Exception):
    """Ends a run as a kill would: between two rows, with nothing tidied."""


def test_a_run_that_is_killed_goes_on_to_the_same_bytes(keen: KnowledgeBase, tmp_path: Path) -> None:
    what = given(*ASKED, *ASKED[:3])
    whole = answered(keen, what)
    expected = {form: list_bytes(whole, form) for form in LIST_FORMATS}
    chance = random.Random(7)
    for turn in range(10):
        journal = tmp_path / f"{turn}.journal"
        at = chance.randrange(1, len(what.rows))

        def stop(done: int, at: int = at) -> None:
            if done >= at:
                raise Killed

        with pytest.raises(Killed):
            run_batch(keen.library(), keen.models, what, journal, progress=stop)
        torn = journal.read_bytes()
        if turn % 2:
            journal.write_bytes(torn[: -chance.randrange(1, 40)])
        kept = journal_rows(journal, what.head(keen.library().index_id)) or {}
        assert len(kept) in {at, at - 1}
        told: list[int] = []
        found = answered(keen, what, journal=journal, resume=True, progress=told.append)
        assert told[0] == len(kept)
        assert {form: list_bytes(found, form) for form in LIST_FORMATS} == expected
        assert len(journal_rows(journal, what.head(keen.library().index_id)) or {}) == len(what.rows)


def test_a_journal_of_another_input_or_index_is_not_gone_on_with(keen: KnowledgeBase, tmp_path: Path) -> None:
    journal, what = tmp_path / "j", given("OECD 1.3")
    run_batch(keen.library(), keen.models, what, journal)
    head = what.head(keen.library().index_id)
    assert set(journal_rows(journal, head) or {}) == {1}
    assert journal_rows(journal, given("OECD 1.3", "OECD 1.2").head(keen.library().index_id)) is None
    assert journal_rows(journal, what.head("another index")) is None
    assert journal_rows(tmp_path / "none", head) is None


def test_a_row_survives_the_journal_unchanged(keen: KnowledgeBase) -> None:
    for row in answered(keen, given(*ASKED, "broken \ud800 half")).rows:
        assert row_of_record(json.loads(json.dumps(row_record(row)))) == row


# --- hostile words

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "＝1+1",
    "-2 degrees is what the pear wants",
    "+49 30 123",
    "'=already guarded",
    "''-twice",
    "\tafter a tab",
    "\rafter a return",
    "a\x00b\x07c\x1bd",
    "\u202etxet desrever\u202c",
    "שלום עולם",
    "x" * 40_000,
    "<script>alert(1)</script>",
    "_x0041_ is no letter",
    "]]>&amp;",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_guarded_cell_is_got_back_unchanged(text: str) -> None:
    assert unguarded_cell(guarded_cell(text)) == text
    assert unguarded_cell(guarded_cell(guarded_cell(text))) == guarded_cell(text)
    assert not guarded_cell(text).lstrip().startswith(("=", "+", "-", "@", "＝", "\t", "\r"))


def test_hostile_words_are_inert_in_csv_and_workbook_and_whole(keen: KnowledgeBase) -> None:
    found = answered(keen, given(*HOSTILE))
    text = list_bytes(found, "csv").decode("utf-8").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    by_row = {row["row"]: row["input"] for row in rows}
    book = openpyxl.load_workbook(io.BytesIO(list_bytes(found, "xlsx")))
    sheet = book["Answers"]
    column = [cell.value for cell in sheet[1]].index("Input")
    in_book: dict[str, str] = {}
    number = ""
    for cells in sheet.iter_rows(min_row=2):
        number = number if cells[0].value == "↳" else str(cells[0].value)
        in_book[number] = in_book.get(number, "") + (cells[column].value or "")
        assert all(cell.data_type != "f" for cell in cells)
    for n, words in enumerate(HOSTILE, 1):
        assert unguarded_cell(by_row[str(n)]) == without_controls(words)
        assert unguarded_cell(in_book[str(n)]) == without_controls(words)
        assert not by_row[str(n)].startswith(("=", "+", "-", "@", "＝"))
    exact = [json.loads(line)["input"] for line in list_bytes(found, "jsonl").decode().splitlines()]
    assert exact == list(HOSTILE)
    assert "control characters" in rows[[row["row"] for row in rows].index("10")]["notices"]
