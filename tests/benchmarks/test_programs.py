"""The programs of ``benchmarks``: all are listed, and all start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.__main__ import programs
from tests.paths import ROOT


def test_programs_are_listed_with_a_whole_sentence() -> None:
    found = programs()
    assert {"benchmarks.training.ranker", "benchmarks.measurements.lookup"} <= found.keys()
    assert "benchmarks.training.sets" not in found  # no program of its own
    assert [name for name, line in found.items() if not line.endswith((".", "?"))] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", programs())
def test_a_program_starts(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", name, "--help"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )
    assert (done.returncode, done.stdout[:6]) == (0, "usage:"), done.stderr
