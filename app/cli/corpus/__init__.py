"""The group ``kb corpus``: lists, adds, fetches and describes documents and editions."""

from __future__ import annotations

import click

from app.cli.lazy import LazyGroup

CORPUS_COMMANDS = {
    "add": (
        "app.cli.corpus.files:corpus_add",
        "Copy files into the home folder, say what each one is, and read them into the index.",
    ),
    "amend": (
        "app.cli.corpus.changes:corpus_amend",
        "Record in this home that NEW amended OLD, which stays in force; the project's own catalog is not touched.",
    ),
    "check": (
        "app.cli.corpus.extraction:corpus_check",
        "The extraction report of loaded documents; exit code 3 when a numbering is not proven.",
    ),
    "diff": (
        "app.cli.corpus.difference:corpus_diff",
        "Units unchanged, moved, changed, new and gone between two editions: "
        "from loaded texts, else from the register.",
    ),
    "fetch": (
        "app.cli.corpus.files:corpus_fetch",
        "Download editions whose publisher allows it; for others, say how to add the file by hand.",
    ),
    "identify": (
        "app.cli.corpus.identify:corpus_identify",
        "Record in this home which edition a file is, or that it is not one; the next `kb ingest` takes it up.",
    ),
    "list": (
        "app.cli.corpus.listing:corpus_list",
        "Every edition of the catalog, its status and successor, and whether it is loaded, register only, or neither.",
    ),
    "name": (
        "app.cli.corpus.names:corpus_name",
        "Give a document names by which references and questions may call it, or list those given so far.",
    ),
    "remove": (
        "app.cli.corpus.files:corpus_remove",
        "Drop one document from the index; it stays out until it is named or added again.",
    ),
    "set": (
        "app.cli.corpus.identify:corpus_set",
        "Correct what is known of a person's own document: title, issuer, date, number, language, kind.",
    ),
    "show": (
        "app.cli.corpus.listing:corpus_show",
        "One edition: facts, licence, where it comes from, what the index holds of it.",
    ),
    "supersede": (
        "app.cli.corpus.changes:corpus_supersede",
        "Record in this home that NEW supersedes OLD; the project's own catalog is not touched.",
    ),
}
"""Each command, where it is and what it does."""


@click.group(cls=LazyGroup, lazy=CORPUS_COMMANDS)
def corpus() -> None:
    """The catalog: what is here, in which edition, under which licence."""
