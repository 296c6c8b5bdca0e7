"""The group ``kb crosswalk``: our own, unofficial relations between provisions of different publications."""

from __future__ import annotations

from typing import Any

import click

from app.cli.console import NOT_FOUND, tell_person
from app.cli.lazy import LazyGroup
from app.cli.settings import error_in_words
from kb.errors import AmbiguousReference, ReferenceNotFound

CROSSWALK_COMMANDS = {
    "coverage": (
        "app.cli.crosswalk.edges:show_coverage",
        "Which principles, criteria sets, functions, articles and requirements have counterparts where, "
        "and which none.",
    ),
    "export": (
        "app.cli.crosswalk.transfer:export",
        "All edges as CSV (which `import` reads back), a workbook, or an OSCAL mapping collection.",
    ),
    "import": (
        "app.cli.crosswalk.transfer:import_file",
        "Takes in a CSV file such as `export` writes: what differs goes into crosswalk.toml of the home folder.",
    ),
    "list": (
        "app.cli.crosswalk.edges:list_edges",
        "Edges, each read from the side of --from (exit code 4 when there is none).",
    ),
    "review": (
        "app.cli.crosswalk.edges:review",
        "Records your judgement on an edge, with name and day, in crosswalk.toml of the home folder.",
    ),
    "suggest": (
        "app.cli.crosswalk.proposals:propose",
        "Pairs that retrieval finds near each other: proposals to look at, never reviewed.",
    ),
}
"""Each command, where it is and what it does."""


class _CrosswalkGroup(LazyGroup):
    """A reference that names nothing, or leaves a choice, ends a command with exit code 4."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ReferenceNotFound, AmbiguousReference) as error:
            tell_person(f"kb: {error_in_words(ctx, error)}")
            ctx.exit(NOT_FOUND)


@click.group(cls=_CrosswalkGroup, lazy=CROSSWALK_COMMANDS)
def crosswalk() -> None:
    """Typed edges between provisions of different publications: our own reading, not an official mapping."""
