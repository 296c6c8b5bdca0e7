"""``kb cite`` and ``kb page``: citation lists and page images."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from app.cli.console import NOT_FOUND, SOME_FAILED, tell_person
from app.cli.opened import knowledge_base
from kb.errors import ReferenceNotFound


@click.command()
@click.argument("doc_id")
@click.argument("number", type=click.IntRange(1))
@click.option("--quote", help="Words to mark, as they stand on the page.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PNG to write.")
@click.pass_context
def page(ctx: click.Context, doc_id: str, number: int, quote: str | None, output: Path) -> None:
    """Write PDF page NUMBER of a document as an image, with a quote marked exactly or not at all.

    Exit code 3: the page was written, but the quote could not be marked; 4: the words are not on the page.

    \b
    Example:
        kb page nist-ai-100-1-2023 12 --quote "risk tolerance" -o page.png
    """
    base = knowledge_base(ctx)
    try:
        image, marked = base.page_image(doc_id, number, quote)
    except ReferenceNotFound as error:
        tell_person(f"kb: {error}")
        ctx.exit(NOT_FOUND)
    image.save(output, "PNG")
    tell_person(f"{output}: {doc_id}, PDF page {number}" + ("" if not quote else ", quote marked" if marked else ""))
    if quote and not marked:
        tell_person("kb: no exact highlight is known for this quote; the page is unmarked")
        ctx.exit(SOME_FAILED)


@click.command("cite")
@click.argument("source", type=click.File("r", encoding="utf-8"))
@click.option("-f", "--to", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; default stdout.")
@click.pass_context
def cite_lines(ctx: click.Context, source: Any, form: str, output: Path | None) -> None:
    """A citation list from SOURCE: one reference or question a line, or the JSON of `kb ask`. "-" is stdin.

    Quotes are cut to the licence's limit where there is one. Exit code 3: some lines gave no citation.

    \b
    Example:
        kb cite references.txt -f csv -o citations.csv
    """
    result = knowledge_base(ctx).cite(source.read(5_000_000))
    text = result.to_csv() if form == "csv" else result.to_json()
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, "utf-8", newline="")
        tell_person(f"{len(result.citations)} citations → {output}")
    for fault in result.faults:
        tell_person(f"kb: {fault}")
    if result.faults:
        ctx.exit(SOME_FAILED if result.citations else NOT_FOUND)
