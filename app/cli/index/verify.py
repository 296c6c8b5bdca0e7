"""The command ``kb index verify``: checks the parts of the index against each other."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.cli.console import FORMAT, SOME_FAILED, out, out_json
from app.cli.opened import knowledge_base


@click.command("verify")
@FORMAT
@click.pass_context
def index_verify(ctx: click.Context, form: str) -> None:
    """Check every passage against its document's text, rows against vectors and words; exit code 3 on a fault.

    \b
    Example:
        kb index verify
    """
    result = knowledge_base(ctx).contents().verify()
    if form == "json":
        out_json(json.dumps(asdict(result), indent=2))
    else:
        out(f"{result.n_passages} passages: document text at their spans equals the passage for {result.n_equal}")
        out(f"{result.n_units} units within their document, {result.n_pages} pages map back to the file's own text")
        out(f"vector rows {result.n_vectors}, word rows {result.n_words}")
        for fault in result.faults:
            out(f"fault: {fault}")
    if result.faults:
        ctx.exit(SOME_FAILED)
