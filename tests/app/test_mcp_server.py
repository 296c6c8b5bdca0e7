"""The six actions as MCP tools: in this process, over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, StdioServerParameters

from app.machine import ACTIONS
from app.mcp_server import http_tools, tools_server
from app.web.layers import Tools
from tests.app.web.serving import actions_over, fetched, served
from tests.library import command
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase

QUESTION = "How long are ledgers kept after the robot has left the orchard?"


def called(server: Any, name: str, given: dict[str, Any]) -> Any:
    async def work() -> Any:
        async with Client(server) as client:
            return await client.call_tool(name, given)

    return asyncio.run(work())


def told(server: Any, name: str, **given: Any) -> dict[str, Any]:
    found = called(server, name, given)
    assert not found.is_error, found
    content: dict[str, Any] = found.structured_content
    return content


def printed(home: Path, *arguments: str) -> Any:
    return json.loads(command("--home", str(home), *arguments, "--format", "json").stdout)


def test_each_tool_has_its_types_and_its_description(base: KnowledgeBase) -> None:
    async def listed() -> Any:
        async with Client(tools_server(actions_over(base))) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert tuple(tools) == ACTIONS
    assert tools["ask"].input_schema["required"] == ["question"]
    assert tools["ask"].input_schema["properties"]["question"]["type"] == "string"
    assert all("\n\nArgs:" in str(tool.description) for tool in tools.values())
    assert all(tool.annotations.read_only_hint for tool in tools.values())


def test_a_tool_gives_what_the_command_prints(base: KnowledgeBase, home: Path) -> None:
    server = tools_server(actions_over(base))
    assert told(server, "ask", question=QUESTION) == printed(home, "ask", QUESTION)
    assert told(server, "lookup", references=["OECD 1.3"])["references"] == printed(home, "lookup", "OECD 1.3")
    assert told(server, "search", query="ledger", limit=3)["hits"] == printed(home, "search", "ledger", "-k", "3")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("ask", {"question": "x" * 2001}), ("ask", {"question": 7}), ("ask", {}),
        ("ask", {"question": "x", "documents": ["../../etc/passwd"]}), ("ask", {"question": "x", "as_of": "tomorrow"}),
        ("cite", {"lines": ["OECD 1.3"] * 501}), ("batch", {"rows": [None]}), ("lookup", {"references": "OECD"}),
        ("check", {"text": "x", "kind": "exe"}), ("check", {"text": ""}), ("check", {"text": "x" * 400_001}),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line(base: KnowledgeBase, name: str, given: dict[str, Any]) -> None:
    found = called(tools_server(actions_over(base)), name, given)
    assert found.is_error
    assert "Traceback" not in found.content[0].text


def test_a_program_starts_them_with_the_command(home: Path) -> None:
    given = ["-m", "app.cli.main", "--home", str(home), "mcp"]
    server = StdioServerParameters(command=sys.executable, args=given, cwd=str(ROOT))
    assert told(server, "lookup", references=["OECD 1.3"])["references"] == printed(home, "lookup", "OECD 1.3")


def test_the_app_serves_them_to_its_own_names_alone(base: KnowledgeBase, home: Path, tmp_path: Path) -> None:
    with served(tmp_path, base, tools=Tools(*http_tools(actions_over(base)))) as port:
        found = told(f"http://127.0.0.1:{port}/mcp", "ask", question=QUESTION)
        assert found == printed(home, "ask", QUESTION)
        for said, status in (({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)):
            assert fetched(port, "/mcp", "POST", b"{}", **said)[0] == status
    with served(tmp_path, base) as port:
        assert fetched(port, "/mcp", "POST", b"{}", Content_Type="application/json")[0] in {404, 405}
