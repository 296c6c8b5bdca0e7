"""``kb config``: the settings in force, and where each was set."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.cli.console import FORMAT, out, out_json
from app.cli.settings import loaded_settings
from app.settings import SETTINGS, printable_value


@click.group()
def config() -> None:
    """Settings: kb.toml, KB_* variables, flags."""


@config.command("show")
@FORMAT
@click.pass_context
def config_show(ctx: click.Context, form: str) -> None:
    """Every setting, its value and where it was set.

    \b
    Example:
        kb config show
    """
    loaded = loaded_settings(ctx)

    values = {name: printable_value(name, value) for name, value in asdict(loaded.settings).items()}
    if form == "json":
        rows = {k: {"value": v, "origin": loaded.origin[k], "help": SETTINGS[k].help} for k, v in values.items()}
        out_json(json.dumps(rows, indent=2))
        return
    for name, value in values.items():
        out(f"{name:<18} {value!s:<44} {loaded.origin[name]}")
