"""A file that crashes, hangs or fills the memory affects only itself: every argument gets a value or one clear
error."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from ingest.worker_pool import run, time_on_processor
from kb.errors import DocumentError, NoTextError, TooLargeError, UnreadableError
from tests.ingest.hostile import behave
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

MIB = 2**20


def outcomes(orders: Sequence[str], seconds: float = 30, memory: int = 800 * MIB, workers: int = 2) -> list[Any]:
    """What became of each order, in the order given."""
    found = dict(run(behave, orders, seconds, memory, workers))
    assert sorted(found) == list(range(len(orders)))
    return [found[n] for n in range(len(orders))]


def test_values_come_back_by_position_and_workers_are_reused() -> None:
    assert outcomes([f"length {'x' * n}" for n in range(9)]) == list(range(9))
    assert len(set(outcomes(["pid"] * 6))) <= 2
    assert list(run(behave, [])) == []


def test_a_crash_costs_the_file_that_crashes(capfd: pytest.CaptureFixture[str]) -> None:
    orders = ["length abc", "exit 7", "length de", "kill SIGSEGV", "kill SIGKILL", "shout", "length f"]
    a, left, b, fault, killed, shouted, c = outcomes(orders)
    assert (a, b, shouted, c) == (3, 2, "shouted", 1)
    for error in (left, fault, killed):
        assert type(error) is UnreadableError
    assert str(left) == ("exit 7: the reader crashed on it (exit code 7); the file is damaged. Get a fresh copy")
    assert "(SIGSEGV)" in str(fault)
    assert "ended on it (SIGKILL): it is damaged, or needs more than 800 MiB of memory" in str(killed)
    assert capfd.readouterr() == ("", "")


def test_a_death_is_not_blamed_on_a_file_at_first(tmp_path: Path) -> None:
    assert outcomes([f"once {tmp_path / 'mark'}"]) == ["second time"]


def test_a_file_that_hangs_is_stopped_and_the_rest_goes_on() -> None:
    started = time.monotonic()
    hung, spun, fine = outcomes(["sleep 60", "spin", "length abc"], seconds=2)
    assert fine == 3
    for error in (hung, spun):
        assert type(error) is TooLargeError
    assert str(hung).endswith(": reading took longer than 2 s and was stopped; split the file")
    assert str(spun).endswith(": reading took more than 2 s of the processor and was stopped; split the file")
    assert time.monotonic() - started < 15


def test_a_file_beyond_its_memory() -> None:
    big, fine = outcomes([f"grow {2000 * MIB}", f"grow {MIB}"])
    assert fine == MIB
    assert type(big) is TooLargeError
    assert str(big).endswith(": reading it needs more than 800 MiB; split the file")


def test_surprises_become_one_line() -> None:
    raised, known, odd, deep = outcomes(["raise x", "document-error a.pdf", "unpicklable", "recurse"])
    assert type(known) is NoTextError
    assert str(known) == "a.pdf: nothing\\x0ahere"
    assert type(raised) is UnreadableError
    assert "(ValueError: line one\\x0aline two \\x1b[31mx); get a fresh copy" in str(raised)
    assert "cannot be handed over" in str(odd)
    assert "RecursionError" in str(deep)
    assert all("\n" not in str(e) and isinstance(e, DocumentError) for e in (raised, known, odd, deep))


def test_workers_end_when_the_caller_loses_interest() -> None:
    before = set(psutil.Process().children())
    results = run(behave, ["pid", "sleep 60"], workers=2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    left = [p for p in psutil.Process().children() if p not in before and "spawn_main" in " ".join(p.cmdline())]
    assert left == []


def test_readers_that_cannot_start_are_no_fault_of_the_files() -> None:
    """A program from standard input has no file that a spawned process could load again."""
    code = (
        "from ingest.worker_pool import run; from tests.ingest.hostile import behave\nlist(run(behave, ['length abc']))"
    )
    done = subprocess.run([sys.executable], input=code, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "KBError: no process for reading files can be started (exit code 1); the index stays" in done.stderr


def test_processor_time_is_bounded_for_a_worker_whose_caller_was_killed() -> None:
    first, second = outcomes(["processor-seconds", "processor-seconds"], seconds=5, workers=1)
    assert 20 <= first <= second <= 25


@pytest.mark.parametrize("last", ["sleep 1", "spin"])
def test_an_orphan_ends_whether_it_waits_for_work_or_works(last: str) -> None:
    code = (
        "import os, sys; from ingest.worker_pool import run; from tests.ingest.hostile import behave\n"
        f"results = run(behave, ['pid', {last!r}], workers=1)\n"
        "print(next(results)[1], flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    orphan = int(done.stdout.split()[0])
    for _ in range(600):
        if not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    os.kill(orphan, 9)
    pytest.fail("the worker still waits")


def test_a_worker_is_stopped_by_its_processor_time_and_not_by_what_else_the_machine_does() -> None:
    (slow,) = outcomes(["half-speed 3"], seconds=2.5, workers=1)
    assert slow == "done"
    (slower,) = outcomes(["tenth-speed 60"], seconds=1, workers=1)
    assert type(slower) is TooLargeError
    assert str(slower).endswith(": reading took longer than 5 s and was stopped; split the file")
    assert (time_on_processor(os.getpid()) or 0.0) > 0
    assert time_on_processor(-1) is None
