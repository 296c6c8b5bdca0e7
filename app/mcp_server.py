"""The six actions as tools of the Model Context Protocol. The only importer of ``mcp``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.machine import ACTIONS, for_programs
from kb.errors import ConfigError
from kb.release import package_version
from kb.types import notice

try:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations
except ImportError as error:  # an extra that most installations do without
    raise ConfigError(notice("no mcp", why=str(error))) from None

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.machine import Actions
    from app.web.request_guard import Application

_INSTRUCTIONS = (
    "Standards on AI ethics and governance. Every quote is verbatim and carries its place: document, edition, clause or"
    " paragraph, printed page and PDF page. Quote as given, with the place; where an answer is refused, say so. What is"
    " marked `register` is a description, not the official text."
)


def tools_server(actions: Actions) -> MCPServer:
    """A server whose tools are the actions; each gives what the endpoint of its name gives."""
    server = MCPServer("standards-kb", instructions=_INSTRUCTIONS, version=package_version(), log_level="WARNING")
    only_reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
    for name in ACTIONS:
        work = for_programs(actions, name, ToolError)
        server.add_tool(work, name, annotations=only_reads, structured_output=True)
    return server


def serve_on_stdio(actions: Actions) -> None:
    """Serves the tools to the program that started this one, over its standard input and output."""
    tools_server(actions).run("stdio")


def http_tools(actions: Actions) -> tuple[Application, Callable[[], Any]]:
    """The tools as an application under ``/mcp``, and the context that is open while it serves; the layers in front
    know the caller."""
    server = tools_server(actions)
    application = server.streamable_http_app(json_response=True, stateless_http=True)
    return application, server.session_manager.run
