"""``kb mcp``: the six actions as tools for a program that starts this one."""

from __future__ import annotations

import click

from app.cli.opened import knowledge_base
from app.cli.settings import interface_of, settings_of
from app.machine import Actions
from app.mcp_server import serve_on_stdio
from app.recording import log_writer, user_of_machine
from ingest.drafts.reading import read_draft


@click.command("mcp")
@click.pass_context
def mcp_tools(ctx: click.Context) -> None:
    """Serve ask, search, lookup, batch, cite and check as MCP tools over standard input and output (extra `mcp`).

    A program that speaks the Model Context Protocol starts this command; `kb serve --mcp` serves the same over HTTP.

    \b
    Example:
        kb --home ~/standards mcp
    """
    base = knowledge_base(ctx)
    log = log_writer(settings_of(ctx), lambda: base, "mcp", user_of_machine)
    serve_on_stdio(Actions(lambda: base, read_draft, interface_of(ctx), log=log))
