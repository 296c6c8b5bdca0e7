"""The ``kb`` command: the composition root. Each command is a module of :mod:`app.cli`.

Heavy imports are inside the commands that need them, so that ``kb lookup`` starts without torch, faiss or gradio; a
command's own module is imported when it is called or listed. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some
documents or quotes failed, 4 not found or refused. Results go to stdout, messages to stderr.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from app.cli.console import FAILED, USAGE, package_version, tell_person
from kb.errors import ConfigError, KBError

COMMANDS = {
    "ingest": "ingest",
    "corpus": "corpus",
    "index": "index",
    "register": "register",
    "ask": "ask",
    "search": "ask",
    "lookup": "lookup",
    "page": "cite",
    "cite": "cite",
    "crosswalk": "crosswalk",
    "eval": "evaluate",
    "serve": "system",
    "config": "system",
    "doctor": "system",
}
"""Each command and the module of :mod:`app.cli` that has it, in the order of a person's work."""


class _Group(click.Group):
    """Finds commands by name, and turns this project's errors into one line and exit code 1 (2 for settings)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"app.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KBError as error:
            tell_person(f"kb: {error}")
            ctx.exit(USAGE if isinstance(error, ConfigError) else FAILED)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="Where index, caches and added files live.")
@click.version_option(package_version(), prog_name="kb")
def main(home: str | None) -> None:
    """Standards on AI ethics and governance: ask, look up and cite, with the exact place.

    \b
    Example:
        kb ingest ~/standards
        kb ask "What must human oversight of high-risk AI aim at?"
        kb lookup "OECD 1.3"
    """


if __name__ == "__main__":
    main()
