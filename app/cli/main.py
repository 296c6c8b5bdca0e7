"""The ``kb`` command: the composition root. Each command is a module of :mod:`app.cli`.

A command's module is imported when the command is called, so that ``kb lookup`` starts without torch, faiss, numpy or
gradio, whatever the other commands import. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some documents or quotes
failed, 4 not found or refused. Results go to stdout, messages to stderr.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

import click

from app.cli.console import FAILED, USAGE, out, tell_person
from app.cli.lazy import LazyGroup
from app.cli.settings import error_in_words, interface_of
from app.cli.usage import usage_in_language
from kb.errors import ConfigError, KBError
from kb.release import package_version

COMMANDS = {
    "ingest": (
        "app.cli.ingest:ingest",
        "Read documents into the index: PATHS, the standing folders, and the register.",
    ),
    "corpus": ("app.cli.corpus:corpus", "The catalog: what is here, in which edition, under which licence."),
    "index": ("app.cli.index:index", "What the index is made of."),
    "register": (
        "app.cli.register:register_group",
        "The register: what each provision asks, in our own words, and whether that was verified.",
    ),
    "ask": ("app.cli.ask:ask", "An answer in verbatim sentences with numbered citations, or a refusal (exit code 4)."),
    "search": ("app.cli.ask:search_passages", "Ranked passages (exit code 4 when none)."),
    "lookup": (
        "app.cli.lookup:lookup",
        "Units by reference or by name: exact, or a choice, or nothing (exit code 4).",
    ),
    "page": (
        "app.cli.cite:page",
        "Write PDF page NUMBER of a document as an image, with a quote marked exactly or not at all.",
    ),
    "cite": (
        "app.cli.cite:cite_lines",
        "A citation list from SOURCE: one reference or question a line, or the JSON of `kb ask`.",
    ),
    "batch": (
        "app.cli.batch:batch",
        "Answer every row of FILE (csv, tsv, xlsx, jsonl, txt): questions and references mixed, in order.",
    ),
    "check": (
        "app.cli.check:check_file",
        "Check the references and quotations of your own draft: "
        "right, misquoted, cut, of another edition, gone, unknown.",
    ),
    "audit": (
        "app.cli.audit:audit",
        "The log of questions and its proof; old lists against today's index, and what rests on changed units.",
    ),
    "crosswalk": (
        "app.cli.crosswalk:crosswalk",
        "Typed edges between provisions of different publications: our own reading, not an official mapping.",
    ),
    "eval": ("app.cli.evaluate:evaluate_sets", "Measure search, answers and refusals on question sets."),
    "serve": ("app.cli.serve:serve", "Open the app in a browser; prints its address."),
    "mcp": (
        "app.cli.mcp:mcp_tools",
        "Serve ask, search, lookup, batch, cite and check as MCP tools over standard input and output (extra `mcp`).",
    ),
    "accounts": (
        "app.cli.accounts:accounts",
        "Who may use the app over a network: names, roles and hashed passwords in a file of the home folder.",
    ),
    "config": ("app.cli.config:config", "Settings: kb.toml, KB_* variables, flags."),
    "doctor": ("app.cli.doctor:doctor", "What works on this machine, and what is missing with how to get it."),
}
"""The place and the line of help of each command, in the order of a person's work."""

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""New objects after which Python looks for cycles that nothing refers to: a command that opens thousands of documents
makes some hundred thousand that stay, and Python's 700 had it look through them again and again."""


class _CommandLine(LazyGroup):
    """Turns this project's errors into one line and exit code 1 (2 for settings), and words errors of usage."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise usage_in_language(error, interface_of(ctx)) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise usage_in_language(error, interface_of(ctx)) from error
        except KBError as error:
            tell_person(f"kb: {error_in_words(ctx, error)}")
            ctx.exit(USAGE if isinstance(error, ConfigError) else FAILED)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    """Prints the version where it is asked for; click's own option would look it up in every call."""
    if asked and not ctx.resilient_parsing:
        out(f"kb, version {package_version()}")
        ctx.exit()


@click.group(cls=_CommandLine, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="Where index, caches and added files live.")
@click.option("--config", metavar="FILE", help="A kb.toml to read beside your own; it counts for more.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def main(home: str | None, config: str | None) -> None:
    """Standards on AI ethics and governance: ask, look up and cite, with the exact place.

    \b
    Example:
        kb ingest ~/standards
        kb ask "What must human oversight of high-risk AI aim at?"
        kb lookup "OECD 1.3"
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


if __name__ == "__main__":
    main()
