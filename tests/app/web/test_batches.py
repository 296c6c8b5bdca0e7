"""The calls of the batch: read, settled, run, stopped, gone on with, approved, saved."""

from __future__ import annotations

import base64
import io
import json
import re
import threading
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from app.web.batches import BATCH_FOLDER, ROWS_AT_ONCE, Batches, time_in_words
from app.web.html.batch import ROWS_A_PAGE, batch_start
from app.web.uploads import FileReaders
from ingest.uploads import commented_upload, draft_of_upload, table_of_upload
from kb.errors import ConfigError, DocumentError, KBError
from kb.export.formats import LIST_FORMATS
from kb.lists.tables import TABLE_SUFFIXES, read_input
from tests.app.web.pages import HOSTILE, check
from tests.app.web.test_korean import english
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

ASKED = "OECD 1.3\nHow long are ledgers kept after the robot has left the orchard?\n1.3\nIEEE 2857\nhello\n"


def in_process() -> FileReaders:
    """Readers without a process of their own; those with one are tested in tests/ingest/test_uploads.py."""
    return FileReaders(
        lambda path: read_input(path.read_bytes(), path.name, lambda data, _: (data.decode(), "utf-8")),
        draft_of_upload,
        commented_upload,
    )


@pytest.fixture
def batches(home: Path, tmp_path: Path) -> Batches:
    keen = answering(home)
    return Batches(lambda: keen, in_process, tmp_path / "home")


def given(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "data": base64.b64encode(data).decode()}


def ended(batches: Batches, name: str, lang: str = "en") -> dict[str, Any]:
    """The run once it has ended."""
    for _ in range(1500):
        found = batches.state({"batch": name}, lang)
        if found["state"] not in {"waiting", "running"}:
            return batches.state({"batch": name, "whole": True}, lang)
        threading.Event().wait(0.02)
    pytest.fail("the run never ended")


def answered(batches: Batches, text: str = ASKED) -> str:
    name = str(batches.read({"text": text}, "en")["batch"])
    batches.run({"batch": name}, "en")
    assert ended(batches, name)["state"] == "done"
    return name


def test_rows_are_shown_as_they_are_read(batches: Batches) -> None:
    found = batches.read({"text": ASKED}, "en")
    page = check(found["html"])
    check(found["run"])
    read = [a["class"] for tag, a in page.tags if a.get("class", "").startswith("kb-tag")]
    assert len(read) == 5
    assert "Rows that may mean several places: 1" in page.text
    assert "IEEE 2857 is not among the editions" in page.text
    narrowed = check(batches.page({"batch": found["batch"], "filter": "choice"}, "en")["html"])
    assert [a["data-row"] for tag, a in narrowed.tags if tag == "tr" and "data-row" in a] == ["3"]


def test_a_choice_is_settled_in_place_and_answered(batches: Batches) -> None:
    found = batches.read({"text": ASKED}, "en")
    page = check(found["html"])
    (choice,) = [a for tag, a in page.tags if tag == "select" and a.get("data-field") == "settle"]
    units = [a["value"] for tag, a in page.tags if tag == "option" and a["value"].startswith("urn:")]
    row = batches.settle({"batch": found["batch"], "row": int(choice["data-row"]), "unit": units[1]}, "en")["row"]
    assert "chosen" in check(row).text
    for wrong in ({"row": 3, "unit": "urn:kb:other"}, {"row": 1, "unit": units[0]}, {"row": 99, "unit": ""}):
        with pytest.raises(ConfigError):
            batches.settle({"batch": found["batch"], **wrong}, "en")
    batches.run({"batch": found["batch"]}, "en")
    assert ended(batches, found["batch"])["state"] == "done"
    evidence = batches.evidence({"batch": found["batch"], "row": 3}, "en")
    assert [each["unit_id"] for each in evidence["items"]] == [units[1]]
    assert "Chosen by a person" in check(evidence["html"]).text


def test_answers_are_narrowed_and_shown_with_their_evidence(batches: Batches) -> None:
    name = answered(batches)
    whole = check(batches.state({"batch": name, "whole": True}, "en")["html"])
    assert "9 years" in whole.text or "nine years" in whole.text
    counts = {}
    for each in ("answered", "refused", "register"):
        page = check(batches.page({"batch": name, "filter": each}, "en")["html"])
        counts[each] = [a["data-row"] for tag, a in page.tags if tag == "tr" and "data-row" in a]
    assert counts == {"answered": ["1", "2"], "refused": ["3", "4", "5"], "register": ["1"]}
    assert "Principle 1.3" in check(batches.evidence({"batch": name, "row": 1}, "en")["html"]).text
    assert batches.evidence({"batch": name, "row": 5}, "en")["items"] == []
    assert len(batches.collected({"batch": name}, "en")["items"]) == 2


def test_long_tables_have_pages(batches: Batches) -> None:
    text = "\n".join(f"OECD 1.{n % 5 + 1}" for n in range(ROWS_A_PAGE + 5))
    found = batches.read({"text": text}, "en")
    assert check(found["html"]).text.count("Principle") == ROWS_A_PAGE
    second = check(batches.page({"batch": found["batch"], "page": 1}, "en")["html"])
    assert second.text.count("Principle") == 5
    for wrong in (-1, True, "1", 10**9, None):
        check(batches.page({"batch": found["batch"], "page": wrong}, "en")["html"])


def test_a_long_table_is_read_in_the_background(batches: Batches) -> None:
    text = "\n".join(f"OECD 1.{n % 5 + 1}" for n in range(ROWS_AT_ONCE + 5))
    found = batches.read({"text": text}, "en")
    assert found["state"] in {"waiting", "running", "read"}
    read = ended(batches, found["batch"])
    assert read["state"] == "read" and check(read["html"]).text.count("Principle") == ROWS_A_PAGE
    assert f"({ROWS_AT_ONCE + 5})" in check(read["html"]).text


def test_a_run_is_stopped_kept_and_gone_on_with(home: Path, tmp_path: Path) -> None:
    keen = answering(home)
    batches = Batches(lambda: keen, in_process, tmp_path / "home")
    n_rows = 150
    text = "\n".join(f"UNESCO para {n}" for n in range(n_rows))
    name = batches.read({"text": text}, "en")["batch"]
    batches.run({"batch": name}, "en")
    with pytest.raises(ConfigError):
        batches.run({"batch": name}, "en")  # it runs
    for _ in range(1500):
        if re.search(r"answered: [1-9]", check(batches.state({"batch": name}, "en")["run"]).text):
            break
        threading.Event().wait(0.02)
    batches.stop({"batch": name}, "en")
    stopped = ended(batches, name)
    assert stopped["state"] == "stopped"
    (journal,) = (tmp_path / "home" / BATCH_FOLDER).iterdir()
    n_kept = journal.read_bytes().count(b"\n") - 1
    assert 0 < n_kept < n_rows
    # the same table, given again after the server was started anew
    fresh = Batches(lambda: keen, in_process, tmp_path / "home")
    again = fresh.read({"text": text}, "en")
    assert f"kept: {n_kept}" in check(again["run"]).text
    fresh.drop({"batch": again["batch"]}, "en")
    assert list((tmp_path / "home" / BATCH_FOLDER).iterdir()) == []


def test_approved_rows_stay_and_others_are_answered_anew(home: Path, tmp_path: Path) -> None:
    keen = answering(home)
    batches = Batches(lambda: keen, in_process, tmp_path / "home")
    name = answered(batches)
    before = batches.evidence({"batch": name, "row": 2}, "en")
    assert batches.approve({"batch": name, "row": 2, "on": True}, "en") == {"approved": 1}
    batches.run({"batch": name}, "en")
    assert ended(batches, name)["state"] == "done"
    assert batches.evidence({"batch": name, "row": 2}, "en") == before
    page = check(batches.page({"batch": name}, "en")["html"])
    boxes = {a["data-row"]: "checked" in a for tag, a in page.tags if a.get("data-field") == "approve"}
    assert boxes == {"1": False, "2": True, "3": False, "4": False, "5": False}
    assert batches.approve({"batch": name, "row": 2, "on": False}, "en") == {"approved": 0}


def test_files_of_every_format_and_the_persons_own_workbook(batches: Batches) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("No", "Question"), (1, "OECD 1.3"), (2, "UNESCO para 999"), (3, "=1+1 is a question?")):
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    found = batches.read(given("questions.xlsx", made.getvalue()), "en")
    assert "Question" in check(found["html"]).text
    name = found["batch"]
    for call in (batches.file, batches.workbook, batches.preview):
        with pytest.raises(ConfigError):
            call({"batch": name, "format": "csv"}, "en")
    batches.run({"batch": name}, "en")
    assert ended(batches, name)["state"] == "done"
    for form in LIST_FORMATS:
        assert batches.file({"batch": name, "format": form}, "en").data
        assert batches.preview({"batch": name, "format": form}, "ko")
    filled = openpyxl.load_workbook(io.BytesIO(batches.workbook({"batch": name}, "en").data)).active
    heads = [cell.value for cell in filled[1]]
    assert heads[:2] == ["No", "Question"] and len(heads) > 2
    assert "Principle 1.3" in " ".join(str(cell.value) for cell in filled[2])


def test_another_column_can_be_chosen(batches: Batches) -> None:
    found = batches.read(given("list.csv", b"Question,Reference,Other\nWho?,OECD 1.3,a\nWhat?,OECD 1.4,b\n"), "en")
    page = check(found["html"])
    names = [a["value"] for tag, a in page.tags if tag == "option" and not a["value"].startswith("urn")]
    assert names[:3] == ["Question", "Reference", "Other"]
    other = check(batches.column({"batch": found["batch"], "column": "Reference"}, "en")["html"])
    assert other.text.count("Principle") == 2
    with pytest.raises(KBError):
        batches.column({"batch": found["batch"], "column": "nowhere"}, "en")


@pytest.mark.parametrize("call", [{"text": ""}, {"text": "\n \n"}, given("a.csv", b"\n\n"), given("a.pdf", b"%PDF")])
def test_what_asks_nothing_is_refused(batches: Batches, call: dict[str, Any]) -> None:
    with pytest.raises(KBError):
        batches.read(call, "en")


def test_a_damaged_workbook_costs_one_line(home: Path, tmp_path: Path) -> None:
    keen = answering(home)
    readers = FileReaders(table_of_upload, draft_of_upload, commented_upload)
    batches = Batches(lambda: keen, lambda: readers, tmp_path / "home")
    with pytest.raises(DocumentError) as caught:
        batches.read(given("list.xlsx", b"PK\x03\x04 broken"), "en")
    assert "\n" not in str(caught.value)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("name", ["", None, 5, "unknown"])
def test_an_unknown_batch_is_one_line(batches: Batches, name: object) -> None:
    for call in (batches.state, batches.run, batches.page, batches.stop, batches.evidence, batches.file):
        with pytest.raises(ConfigError):
            call({"batch": name, "row": 1, "format": "csv"}, "en")
    assert batches.drop({"batch": name}, "en") == {}


def test_hostile_rows_stay_words(batches: Batches) -> None:
    lines = [" ".join(text.split()) for text in HOSTILE]
    found = batches.read(given("<b>x.jsonl", "\n".join(json.dumps({"question": t}) for t in lines).encode()), "en")
    check(found["html"])
    batches.run({"batch": found["batch"]}, "en")
    done = ended(batches, found["batch"])
    check(done["html"])
    for n in range(1, len(lines) + 1):
        check(batches.evidence({"batch": found["batch"], "row": n}, "en")["html"])


def test_korean_words_around_the_rows(batches: Batches) -> None:
    text = "OECD 1.3\n장부는 얼마나 오래 보관하나요?\n제9999항\n1.3"
    found = batches.read({"text": text}, "ko")
    known = ("HLEG Ethics Guidelines", "Requirement", "Principle", "UNESCO Recommendation on the Ethics of AI")
    assert english(check(found["html"]).text, *known) == []
    assert english(check(found["run"]).text) == []
    assert english(check(batch_start("ko", TABLE_SUFFIXES[:-1])).text) == []
    batches.run({"batch": found["batch"]}, "ko")
    done = ended(batches, found["batch"], "ko")
    assert english(check(done["run"]).text) == []
    assert time_in_words(600, "ko") == "10분" and time_in_words(5, "en") == "5 s"
