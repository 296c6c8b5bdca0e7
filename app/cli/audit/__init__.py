"""``kb audit``: lists and drafts of earlier days, against the index of today."""

from __future__ import annotations

import click

from app.cli.lazy import LazyGroup

AUDIT_COMMANDS = {
    "impact": (
        "app.cli.audit.lists:audit_impact",
        "The registered lists and drafts that rest on changed units.",
    ),
    "revalidate": (
        "app.cli.audit.lists:audit_revalidate",
        "Compare LIST, which `kb cite` exported as csv or json, with the index of today, row by row.",
    ),
}
"""Each command of the group, where it is and what it does."""


@click.group(cls=LazyGroup, lazy=AUDIT_COMMANDS)
def audit() -> None:
    """Old citation lists against today's index, and what rests on changed units."""
