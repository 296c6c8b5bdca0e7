"""The comparison with other libraries: which questions are asked, what counts as found, who is left out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from benchmarks.measurements.peers import questions_about, recall
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


def test_what_is_compared_is_no_dependency() -> None:
    said = (ROOT / "pyproject.toml").read_text("utf-8")
    assert not [name for name in ("txtai", "llama-index-core") if name in said]
