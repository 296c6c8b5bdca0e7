"""The comparison with other libraries: which questions are asked, what counts as found, who is left out."""

from __future__ import annotations

import dataclasses
import platform
import sys
import time
from typing import TYPE_CHECKING

from benchmarks.measurements.memory import watched
from benchmarks.measurements.peers import environment, questions_about, recall, told_of
from benchmarks.peers.systems import SYSTEMS
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_ten_different_pages_count() -> None:
    groups = {1: {("a.pdf", 3), ("b.pdf", 1)}, 2: {("a.pdf", 12)}}
    assert recall([("a.pdf", n) for n in range(1, 21)], groups) == 0.5
    assert recall([("a.pdf", 3)] * 40 + [("a.pdf", 12)], groups) == 1.0
    assert recall([], groups) == 0.0


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "eu-ai-act.txt").write_text("Not the act.", "utf-8")
    assert questions_about([tmp_path / "eu-ai-act.txt"]) == {}


def test_a_library_that_is_not_installed_is_named() -> None:
    ours = SYSTEMS[0]
    assert ours.absent() == ""
    assert dataclasses.replace(ours, packages=("standards-kb", "no-such-library")).absent() == "no-such-library"
    assert "standards-kb" in ours.versions()
    assert len({system.name for system in SYSTEMS}) == len(SYSTEMS)


def test_the_environment_told_is_the_one_that_the_systems_run_in(tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n', "utf-8")
    other.chmod(0o755)
    ours = f"Python {platform.python_version()}"
    assert environment(sys.executable).startswith(f"{ours}, torch ")
    assert environment(str(other)) == f"{ours}, no torch, no sentence-transformers"


def test_a_step_that_fails_is_told_and_ends_no_table(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text(f'#!/bin/sh\ncase "$*" in *--step*) exit 3;; esac\nexec "{sys.executable}" "$@"\n', "utf-8")
    broken.chmod(0o755)
    asked = {"a": ("What of lamps?", {1: {("one.txt", 1)}})}
    row, told = told_of(str(broken), SYSTEMS[0], [tmp_path / "one.txt"], "minilm", asked)
    assert (row, told) == ("", f"{SYSTEMS[0].name} is left out: it failed at the step “ingest”.")


def test_the_end_of_a_command_is_noticed_at_once() -> None:
    started = time.perf_counter()
    whole, _, said = watched([sys.executable, "-c", "import time; time.sleep(0.2); print('done')"], 20.0)
    assert said == "done\n" and whole > 0
    assert time.perf_counter() - started < 10


def test_what_is_compared_is_no_dependency() -> None:
    said = (ROOT / "pyproject.toml").read_text("utf-8")
    assert not [name for name in ("txtai", "llama-index-core") if name in said]
