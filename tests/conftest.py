"""The environment of every test: no network, also for libraries, and a home folder of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

# Read by the libraries when they are imported, and by the processes that tests start.
os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    GRADIO_ANALYTICS_ENABLED="False",
    TOKENIZERS_PARALLELISM="false",
)

# A property is a matter of values: an example that a busy machine computes slowly is no counterexample.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


pytest_plugins = ["tests.library"]  # imported after the lines above


@pytest.fixture(autouse=True)
def kb_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ``KB_HOME``, not yet made; no other ``KB_`` setting of the person who runs the tests is seen."""
    for name in [name for name in os.environ if name.startswith("KB_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "kb-home"
    monkeypatch.setenv("KB_HOME", str(home))
    monkeypatch.setenv("KB_LOG", "off")  # homes are shared between tests; those of the log turn it on
    return home


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI everything that tests need is at hand: a skipped test fails there, save one that is marked ``optional``."""
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("CI") and not item.get_closest_marker("optional"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.longrepr = f"skipped in CI, where nothing that tests need may be absent: {reason}"
    return report
