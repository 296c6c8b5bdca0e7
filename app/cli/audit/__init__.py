"""The group ``kb audit``: compares earlier lists and drafts with the index of today, and reads the log of questions."""

from __future__ import annotations

import click

from app.cli.lazy import LazyGroup

AUDIT_COMMANDS = {
    "erase": (
        "app.cli.audit.log:audit_erase",
        "Erase persons' words from the log: questions, names, file names, judgements; what is chosen fits all options.",
    ),
    "impact": (
        "app.cli.audit.lists:audit_impact",
        "The registered lists and drafts that rest on changed units.",
    ),
    "pack": (
        "app.cli.audit.pack:audit_pack",
        "Pack LIST with all that proves it: quotes, hashes, page images, catalog entries, entries of the log, a PDF.",
    ),
    "revalidate": (
        "app.cli.audit.lists:audit_revalidate",
        "Compare LIST, which `kb cite` or `kb batch` exported, with the index of today, row by row.",
    ),
    "show": (
        "app.cli.audit.log:audit_show",
        "Show entries of the log: the last ones, or those with the NUMBERs given.",
    ),
    "verify": (
        "app.cli.audit.log:audit_verify",
        "Verify the log of this home, or PACK, which `kb audit pack` wrote; a pack needs no index and no home.",
    ),
}
"""Each command of the group, where it is and what it does."""


@click.group(cls=LazyGroup, lazy=AUDIT_COMMANDS)
def audit() -> None:
    """The log of questions and its proof; old lists against today's index, and what rests on changed units."""
