"""The group ``kb register``: checks, shows and exports our own descriptions of provisions."""

from __future__ import annotations

import click

from app.cli.lazy import LazyGroup

REGISTER_COMMANDS = {
    "check": (
        "app.cli.register.check:register_check",
        "Check the register: a line for each fault, with file and line, and exit code 3.",
    ),
    "export": (
        "app.cli.register.entries:register_export",
        "The register as a table; every row says whether it is verified.",
    ),
    "list": (
        "app.cli.register.entries:register_list",
        "Entries, a line each; what is not verified is marked so (exit code 4 when there are none).",
    ),
    "show": (
        "app.cli.register.entries:register_show",
        "One entry, by unit id or by reference (exit code 4: none, or several).",
    ),
}
"""Each command, where it is and what it does."""


@click.group("register", cls=LazyGroup, lazy=REGISTER_COMMANDS)
def register_group() -> None:
    """The register: what each provision asks, in our own words, and whether that was verified."""
