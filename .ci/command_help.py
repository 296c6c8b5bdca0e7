"""Writes the help of every `kb` command into the documentation; called by cog from README.md and docs/cli.md."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import cog

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.cli.main import main

WIDTH = 88  # of a help text, whatever the terminal


def commands(command: click.Command = main, parent: click.Context | None = None) -> Iterator[click.Context]:
    """A context for each visible command, each group before its members."""
    context = click.Context(command, parent, info_name=command.name if parent else "kb", terminal_width=WIDTH)
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            if member is not None and not member.hidden:
                yield from commands(member, context)


def table() -> None:
    """One row per command: its path and the first sentence of its help."""
    cog.outl("| command | does |\n| --- | --- |")
    for context in commands():
        if not isinstance(context.command, click.Group):
            cog.outl(f"| `{context.command_path}` | {context.command.get_short_help_str(limit=200)} |")


def pages() -> None:
    """One section per command with its whole help."""
    for context in commands():
        cog.outl(f"\n## {context.command_path}\n\n```text\n{context.get_help()}\n```")
    cog.outl()
