"""Previews of rows before any is answered, and the choices that a person makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.export.answer_lists import RowPlace, RowReading
from kb.lists.inputs import BatchInput
from kb.lists.tables import InputRow

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase
    from kb.lists.inputs import RowPreview

ASKED = ("OECD 1.3", "Who must keep logs?", "1.3", "IEEE 2857", "hello", "…", "제37항", "UNESCO para 999", "999")


def rows(*asked: str, settled: str = "") -> tuple[InputRow, ...]:
    return tuple(InputRow(RowPlace(n, "list.txt", "", n), text, "", settled) for n, text in enumerate(asked, 1))


def previews(base: KnowledgeBase, *asked: str) -> tuple[RowPreview, ...]:
    return base.lists().preview(rows(*asked))


def test_rows_are_read_as_they_are_answered(base: KnowledgeBase) -> None:
    told: list[int] = []
    found = base.lists().preview(rows(*ASKED), "en", told.append)
    assert told == list(range(1, len(ASKED) + 1))
    answered = base.lists().answered(BatchInput(rows(*ASKED), "list.txt", "0" * 64))
    assert [p.reading for p in found] == [row.reading for row in answered.rows]
    for preview, row in zip(found, answered.rows, strict=True):
        if preview.reading is RowReading.REFERENCE:
            assert bool(preview.means) == row.is_answered
        assert preview.means or preview.choices or preview.reason or preview.reading is RowReading.QUESTION


def test_a_choice_is_settled_and_said_to_be_a_persons(base: KnowledgeBase) -> None:
    (preview,) = previews(base, "1.3")
    assert preview.reading is RowReading.CHOICE and len(preview.choices) > 1
    for unit_id, name in preview.choices:
        found = base.lists().answered(BatchInput(rows("1.3", settled=unit_id), "list.txt", "0" * 64))
        (row,) = found.rows
        assert row.asked == "1.3" and row.reading is RowReading.REFERENCE
        assert [c.unit_id for c in row.citations] == [unit_id]
        assert row.citations[0].locator.split()[-1] in name
        assert row.notices[0].startswith("Chosen by a person")


def test_a_unit_that_is_not_here_is_a_reason(base: KnowledgeBase) -> None:
    found = base.lists().answered(BatchInput(rows("1.3", settled="urn:kb:nowhere"), "list.txt", "0" * 64))
    assert not found.rows[0].is_answered and found.rows[0].reason


def test_the_same_words_settled_apart_are_answered_apart(base: KnowledgeBase) -> None:
    (preview,) = previews(base, "1.3")
    (one, _), (two, _) = preview.choices[:2]
    both = (*rows("1.3", settled=one), InputRow(RowPlace(2, "list.txt", "", 2), "1.3", "", two))
    found = base.lists().answered(BatchInput(both, "list.txt", "0" * 64))
    assert [row.citations[0].unit_id for row in found.rows] == [one, two]


def test_a_run_goes_on_only_with_the_same_choices(base: KnowledgeBase, tmp_path: Path) -> None:
    (preview,) = previews(base, "1.3")
    journal = tmp_path / "list.journal"
    told: list[int] = []
    for settled in (preview.choices[0][0], preview.choices[0][0], preview.choices[1][0]):
        what = BatchInput(rows("1.3", settled=settled), "list.txt", "0" * 64)
        base.lists().answered(what, journal, True, told.append)
    assert told == [0, 1, 1, 0, 1]
