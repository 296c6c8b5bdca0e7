"""Readings that are started from the app: one at a time, with events, stopped when they are told to."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from app.settings import Settings
from app.web.reading_jobs import MOST_EVENTS, ReadingJob, ReadingJobs
from app.web.screens.documents import DocumentCalls
from app.web.uploads_in_pieces import Uploads
from kb.errors import ConfigError
from tests.app.web.pages import check
from tests.app.web.test_uploads_in_pieces import encoded

if TYPE_CHECKING:
    from pathlib import Path

    from app.web.handlers import Handlers

TALKS = """
import json, sys
given = json.loads(sys.stdin.readline())
print("no event")
for event in ({"event": "stage", "stage": "reading", "done": 1, "total": 2},
              {"event": "file", "name": given["name"], "outcome": "new", "message": None, "notes": []},
              {"event": "done", "index": "wxyz", "written": True}):
    print(json.dumps(event), flush=True)
assert given["settings"]["llm_api_key"] == ""
"""
WAITS = "import sys; sys.stdin.readline(); sys.stdin.readline()"
FAILS = "import sys; sys.stdin.readline(); sys.exit(1)"


def jobs(tmp_path: Path, program: str) -> ReadingJobs:
    return ReadingJobs(Settings(home=str(tmp_path), llm_api_key="secret"), (sys.executable, "-c", program))


def ended(found: ReadingJobs) -> ReadingJob:
    for _ in range(600):
        job = found.current()
        if job is not None and job.ended:
            return job
        time.sleep(0.05)
    pytest.fail("the reading did not end")


def test_a_reading_tells_its_stages_and_its_end(tmp_path: Path, desk: Handlers) -> None:
    found = jobs(tmp_path, TALKS)
    calls = DocumentCalls(desk, found, allow=lambda: None)
    assert calls.job({}, "en") == {"html": "", "running": False, "n": 0}
    calls.ingest({}, "en")
    job = ended(found)
    assert (job.ended, job.stage["stage"]) == ("done", "reading")
    shown = calls.job({}, "en")
    assert shown["changed"] and "wxyz" in check(shown["html"]).text


def test_a_reading_of_very_many_files_is_done_when_it_is_done(tmp_path: Path) -> None:
    many = """
import json, sys
sys.stdin.readline()
for n in range(1000):
    print(json.dumps({"event": "file", "name": f"{n}.pdf", "outcome": "new", "message": None, "notes": []}))
print(json.dumps({"event": "done", "index": "wxyz", "written": True}), flush=True)
"""
    found = jobs(tmp_path, many)
    found.start("ingest")
    job = ended(found)
    assert job.ended == "done" and len(job.told) <= MOST_EVENTS + 1


def test_one_reading_runs_at_a_time_and_is_stopped_when_it_is_told_to(tmp_path: Path, desk: Handlers) -> None:
    found = jobs(tmp_path, WAITS)
    calls = DocumentCalls(desk, found, allow=lambda: None)
    assert calls.ingest({}, "en")["running"]
    with pytest.raises(ConfigError):
        calls.ingest({}, "ko")
    assert "Answers come from the former index" in check(calls.job({}, "en")["html"]).text
    calls.stop({}, "en")
    assert ended(found).ended == "stopped"
    assert "former index stays" in check(calls.job({}, "en")["html"]).text


def test_a_reading_that_breaks_off_leaves_the_index_and_says_so(tmp_path: Path, desk: Handlers) -> None:
    found = jobs(tmp_path, FAILS)
    calls = DocumentCalls(desk, found, allow=lambda: None)
    calls.ingest({}, "en")
    assert ended(found).ended == "failed"
    assert "former index stays" in check(calls.job({}, "en")["html"]).text


def test_a_reader_adds_nothing(tmp_path: Path, desk: Handlers) -> None:
    def refuse() -> None:
        raise ConfigError("readers only")

    calls = DocumentCalls(desk, jobs(tmp_path, TALKS), allow=refuse)
    for act in (calls.upload, calls.recognise, calls.add, calls.get, calls.ingest, calls.stop):
        with pytest.raises(ConfigError, match="readers only"):
            act({"name": "x.txt", "size": 3}, "en")


def test_a_file_is_read_before_it_is_added_and_nothing_is_kept_of_one_that_is_dropped(
    tmp_path: Path, desk: Handlers
) -> None:
    found = ReadingJobs(Settings(home=str(tmp_path), encoder="nowhere"))
    calls = DocumentCalls(desk, found, Uploads(), allow=lambda: None)
    text = "\n".join(["Rules for Quiet Lanterns", "", *(f"{n}. A lantern shall rest." for n in range(1, 9))]).encode()
    token = calls.upload({"name": "oecd-legal-0449-2024.txt", "size": len(text)}, "en")["upload"]
    calls.piece({"upload": token, "at": 0, "data": encoded(text)}, "en")
    calls.recognise({"upload": token}, "en")
    assert ended(found).ended == "done"
    shown = check(calls.job({"upload": token}, "en")["html"]).text
    assert "Not in the catalog" in shown
    assert "Not what its name says" in shown
    assert list(tmp_path.rglob("*.txt")) == []
    assert "Nothing was added" in check(calls.discard({"upload": token}, "en")["html"]).text
    with pytest.raises(ConfigError):
        calls.add({"upload": token}, "en")
