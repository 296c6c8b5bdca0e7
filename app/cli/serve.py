"""``kb serve``: the app in a browser."""

from __future__ import annotations

import click

from app.cli.console import tell_person
from app.cli.settings import given_flags, reranked, tell_notes
from app.settings import load_settings
from app.web.framework_environment import framework_environment
from app.web.uploads import FileReaders
from ingest.drafts.reading import read_draft
from ingest.uploads import commented_upload, draft_of_upload, table_of_upload
from kb.messages import message


@click.command()
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default 7860).")
@click.option("--api/--no-api", "endpoints", default=True, help="Serve the named endpoints for programs (default).")
@click.option("--mcp", "with_tools", is_flag=True, help="Serve the same as MCP tools under /mcp (extra `mcp`).")
@reranked
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, endpoints: bool, with_tools: bool) -> None:
    """Open the app in a browser; prints its address.

    An address that other machines reach needs accounts (`kb accounts add`) or a proxy that signs people in.

    \b
    Example:
        kb serve --port 8000
    """
    loaded = load_settings({**ctx.find_root().params, **given_flags(ctx), "host": host, "port": port})
    tell_notes(loaded)
    with framework_environment(loaded.settings.home_path) as ignored:
        if ignored:
            warning = message(loaded.settings.interface, "ignored variables", names=", ".join(ignored))
            tell_person(f"kb: {warning}")
        from app.web.server import run_app  # gradio takes seconds, which the help of this command need not wait for

        readers = FileReaders(table_of_upload, draft_of_upload, commented_upload)
        run_app(loaded.settings, read_draft, readers=readers, endpoints=endpoints, with_tools=with_tools)
