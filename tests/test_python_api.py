"""The examples of docs/python-api.md run, on the small library and with the stand-in encoder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kb.models.models import Models
from tests.fakes import WordEncoder
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = ROOT / "docs" / "python-api.md"
OPENED = 'KnowledgeBase.open("~/standards")'


def test_every_example_of_the_page_runs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 8
    names: dict[str, Any] = {"HOME": home, "MODELS": Models(WordEncoder(), is_answerable=lambda *_: True)}
    assert OPENED in blocks[0]
    for block in blocks:
        code = block.replace(OPENED, "KnowledgeBase.open(HOME, MODELS)")
        exec(compile(code, str(PAGE), "exec"), names)
    assert not names["answer"].refused
    assert names["found"].units[0].unit.unit_id.endswith("principle:1.3")
    assert len(names["citations"].citations) == 2
    assert len(names["citations"].faults) == 1
    assert len(names["hits"]) == 5
    assert "1.3" in capsys.readouterr().out
