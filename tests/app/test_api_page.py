"""The examples of docs/api.md run against a served app with a small library."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from app.mcp_server import http_tools
from app.web.layers import Tools
from tests.app.web.serving import actions_over, served
from tests.library import answering
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:7860"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def address(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    base = answering(home)
    with served(tmp_path_factory.mktemp("served"), base, tools=Tools(*http_tools(actions_over(base)))) as port:
        yield f"http://127.0.0.1:{port}"


def test_every_python_example_runs(address: str) -> None:
    names: dict[str, Any] = {}
    examples = blocks("python")
    assert len(examples) == 2 and all(ADDRESS in example for example in examples)
    for example in examples:
        exec(compile(example.replace(ADDRESS, address), "docs/api.md", "exec"), names)
    assert names["answer"]["citations"][0]["doc_id"] == "register-oecd"
    assert names["unit"]["citation"]["unit_id"].endswith("principle:1.3")
    assert [each["n"] for each in names["listed"]["citations"]] == [1, 2]
    assert names["checked"]["findings"]
    assert [row["read_as"] for row in names["rows"]] == ["reference", "question"]
    assert 1 <= len(names["hits"]) <= 5
    assert names["told"]["citations"][0]["quote"]
    names["client"].close()


def test_the_example_for_any_client_runs(address: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    (example,) = blocks("sh")
    told = subprocess.run(
        ["sh", "-c", example.replace(ADDRESS, address)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "event: complete" in told.stdout
    assert "principle:1.3" in told.stdout
