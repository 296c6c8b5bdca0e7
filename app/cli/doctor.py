"""The command ``kb doctor``: shows what works on this machine."""

from __future__ import annotations

import click

from app.cli.console import FAILED, out
from app.cli.settings import reranked, settings_of
from app.doctor import findings
from kb.messages import message, words


@click.command()
@reranked
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """What works on this machine, and what is missing with how to get it.

    \b
    Example:
        kb doctor
    """
    bad, settings = False, settings_of(ctx)
    lang = settings.interface
    for finding in findings(settings):
        bad = bad or (finding.needed and not finding.ok)
        state = message(lang, "doctor line ok" if finding.ok else "doctor line missing")
        how = f": {words(finding.get, lang)}" if finding.get else ""
        out(f"{state} {words(finding.said, lang)}{how}")
    if bad:
        ctx.exit(FAILED)
