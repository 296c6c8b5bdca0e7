"""``kb serve``, ``kb config`` and ``kb doctor``: the app, the settings, the machine."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.cli import console
from app.cli.console import FAILED, out


@click.command()
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default 7860).")
@console.reranked
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Open the app in a browser; prints its address.

    \b
    Example:
        kb serve --port 8000
    """
    from app.settings import load

    loaded = load({**ctx.find_root().params, **console.flags(ctx), "host": host, "port": port})
    from app.web.server import serve as serve_app

    serve_app(loaded.settings)


@click.group()
def config() -> None:
    """Settings: kb.toml, KB_* variables, flags."""


@config.command("show")
@console.FORMAT
@click.pass_context
def config_show(ctx: click.Context, form: str) -> None:
    """Every setting, its value and where it was set.

    \b
    Example:
        kb config show
    """
    loaded = console.loaded(ctx)
    from app.settings import SETTINGS, shown

    values = {name: shown(name, value) for name, value in asdict(loaded.settings).items()}
    if form == "json":
        rows = {k: {"value": v, "origin": loaded.origin[k], "help": SETTINGS[k].help} for k, v in values.items()}
        out(json.dumps(rows, indent=2))
        return
    for name, value in values.items():
        out(f"{name:<18} {value!s:<44} {loaded.origin[name]}")


@click.command()
@console.reranked
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """What works on this machine, and what is missing with how to get it.

    \b
    Example:
        kb doctor
    """
    from app.doctor import findings

    bad = False
    for finding in findings(console.settings(ctx)):
        bad = bad or (finding.needed and not finding.ok)
        out(f"{'ok     ' if finding.ok else 'missing'} {finding.what}" + (f": {finding.how}" if finding.how else ""))
    if bad:
        ctx.exit(FAILED)
