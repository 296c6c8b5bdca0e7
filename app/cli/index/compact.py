"""The command ``kb index compact``: merges the segments of an index."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.cli.console import FORMAT, out, out_json
from app.cli.settings import interface_of, settings_of
from ingest.compaction import compact_index
from kb.messages import message


@click.command("compact")
@FORMAT
@click.pass_context
def index_compact(ctx: click.Context, form: str) -> None:
    """Write the segments that many small builds left together; the index id and every result stay the same.

    \b
    Example:
        kb index compact
    """
    done = compact_index(settings_of(ctx).home_path)
    if form == "json":
        out_json(json.dumps(asdict(done), indent=2))
    else:
        out(message(interface_of(ctx), "index compacted", id=done.index_id, before=done.before, after=done.after))
