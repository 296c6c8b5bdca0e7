"""``kb doctor``: what works on this machine."""

from __future__ import annotations

import click

from app.cli.console import FAILED, out
from app.cli.settings import reranked, settings_of
from app.doctor import findings


@click.command()
@reranked
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """What works on this machine, and what is missing with how to get it.

    \b
    Example:
        kb doctor
    """
    bad = False
    for finding in findings(settings_of(ctx)):
        bad = bad or (finding.needed and not finding.ok)
        out(f"{'ok     ' if finding.ok else 'missing'} {finding.what}" + (f": {finding.how}" if finding.how else ""))
    if bad:
        ctx.exit(FAILED)
