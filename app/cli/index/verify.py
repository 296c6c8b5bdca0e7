"""The command ``kb index verify``: checks the parts of the index against each other."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.cli.console import FORMAT, SOME_FAILED, out, out_json
from app.cli.opened import knowledge_base
from app.cli.settings import interface_of
from kb.messages import message, words


@click.command("verify")
@FORMAT
@click.pass_context
def index_verify(ctx: click.Context, form: str) -> None:
    """Check every passage against its document's text, rows against vectors and words; exit code 3 on a fault.

    \b
    Example:
        kb index verify
    """
    lang = interface_of(ctx)
    result = knowledge_base(ctx).contents().verify()
    if form == "json":
        faults = [words(fault, lang) for fault in result.faults]
        out_json(json.dumps(asdict(result) | {"faults": faults}, ensure_ascii=False, indent=2))
    else:
        out(message(lang, "verified passages", n=result.n_passages, equal=result.n_equal))
        out(message(lang, "verified units", units=result.n_units, pages=result.n_pages))
        out(message(lang, "verified rows", vectors=result.n_vectors, words=result.n_words))
        for fault in result.faults:
            out(message(lang, "verified fault", what=words(fault, lang)))
    if result.faults:
        ctx.exit(SOME_FAILED)
