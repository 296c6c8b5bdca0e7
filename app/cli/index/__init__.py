"""The group ``kb index``: shows, compares, verifies and compacts an index."""

from __future__ import annotations

import click

from app.cli.lazy import LazyGroup

INDEX_COMMANDS = {
    "compact": (
        "app.cli.index.compact:index_compact",
        "Write the segments that many small builds left together; the index id and every result stay the same.",
    ),
    "diff": (
        "app.cli.index.manifests:index_diff",
        "Documents added, removed and changed between two indexes: homes, index folders, or generations of this home.",
    ),
    "info": ("app.cli.index.manifests:index_info", "Index id, encoder, documents and counts."),
    "verify": (
        "app.cli.index.verify:index_verify",
        "Check every passage against its document's text, rows against vectors and words; exit code 3 on a fault.",
    ),
}
"""Each command, where it is and what it does."""


@click.group(cls=LazyGroup, lazy=INDEX_COMMANDS)
def index() -> None:
    """What the index is made of."""
