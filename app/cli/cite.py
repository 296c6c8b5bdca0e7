"""``kb cite`` and ``kb page``: citation lists and page images."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import click

from app.cli.console import NOT_FOUND, SOME_FAILED, tell_person, write_result
from app.cli.list_options import list_options, options_of
from app.cli.opened import knowledge_base
from app.cli.recording import record
from app.cli.registering import register_made
from app.cli.settings import error_in_words, interface_of
from app.cli.usage import Misuse
from ingest.readers.encodings import decode_bytes
from kb.errors import ConfigError, ReferenceNotFound, UnreadableError
from kb.export.formats import LIST_FORMATS, format_of_name, list_bytes
from kb.lists.tables import choose_columns, input_rows, read_input
from kb.messages import message, words
from kb.types import notice

FORMS = ("csv", "json", *(form for form in LIST_FORMATS if form != "csv"))
MAX_INPUT_BYTES = 5_000_000
_NOT_TEXT = (
    (b"PK\x03\x04", "kind packed office"),
    (b"\xd0\xcf\x11\xe0", "kind old office"),
    (b"%PDF-", "kind PDF"),
)


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
        tell_person(f"kb: {error_in_words(ctx, error)}")
        ctx.exit(NOT_FOUND)
    drawn = BytesIO()
    image.save(drawn, "PNG")
    write_result(output, drawn.getvalue())
    lang, key = interface_of(ctx), "page written marked" if quote and marked else "page written"
    tell_person(message(lang, key, file=output, id=doc_id, page=number))
    if quote and not marked:
        tell_person(f"kb: {message(lang, 'page unmarked')}")
        ctx.exit(SOME_FAILED)


@click.command("cite")
@click.argument("source", type=click.File("rb"))
@click.option("-f", "--to", "form", type=click.Choice(FORMS), help="Format; default: by the ending of -o, else csv.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; default stdout.")
@list_options
@click.pass_context
def cite_lines(ctx: click.Context, /, source: BinaryIO, form: str | None, output: Path | None, **given: Any) -> None:
    """A citation list from SOURCE: one reference or question a line, or the JSON of `kb ask`. "-" is stdin.

    SOURCE is text in UTF-8, UTF-16, CP949 or Windows-1252, or a workbook, whose column of questions and references is
    found as `kb batch` finds it. Quotes are cut to the licence's limit where there is one.
    In csv and json the columns input_line and input say which line a row answers; in the other formats a place that
    several lines ask for has one number. Exit code 3: some lines gave no citation.

    \b
    Example:
        kb cite references.txt -o citations.csv
        kb cite references.txt -o citations.docx --footnotes --style ieee
    """
    base = knowledge_base(ctx)
    options, _ = options_of(ctx, given)
    lang = interface_of(ctx)
    text, name = _input_text(source, lang)
    form = form or _form_of(output)
    result, found = base.lists().cited(text, name, options.language)
    if form == "csv" and options.delimiter == ",":
        data = result.to_csv().encode()
    elif form == "json":
        data = result.to_json().encode()
    else:
        data = list_bytes(found, form, options)
    if output is None:
        click.echo(data, nl=False)
    else:
        write_result(output, data)
        register_made(ctx, base, output, "list", result.citations)
        tell_person(message(lang, "cited written", n=len(result.citations), file=output))
    record(ctx, base, lambda recorder: recorder.exported(output, form, data, found.rows, name))
    for fault in result.faults:
        tell_person(f"kb: {words(fault, lang)}")
    if result.faults:
        ctx.exit(SOME_FAILED if result.citations else NOT_FOUND)


def _form_of(output: Path | None) -> str:
    """The format that the output's ending asks for; CSV if the ending is unknown."""
    if output is None:
        return "csv"
    if output.suffix.lower() == ".json" and not output.name.lower().endswith((".csl.json", ".oscal.json")):
        return "json"
    try:
        return format_of_name(output.name)
    except ConfigError:
        return "csv"


def _input_text(source: BinaryIO, lang: str) -> tuple[str, str]:
    """The text of an input in any usual encoding, and the name of the input.

    :raises Misuse: the input is not text, or is too large.
    """
    name = "stdin" if source.name in {"-", "<stdin>"} else Path(str(source.name)).name
    data = source.read(MAX_INPUT_BYTES + 1)
    if len(data) > MAX_INPUT_BYTES:
        raise Misuse("usage input large", file=name, most=MAX_INPUT_BYTES)
    if name.lower().endswith((".xlsx", ".xlsm")) and data.startswith(b"PK\x03\x04"):
        return _text_of_workbook(data, name, lang), name
    kind = next((kind for head, kind in _NOT_TEXT if data.startswith(head)), None)
    if kind is not None:
        raise Misuse("usage input no text", file=name, kind=notice(kind))
    try:
        return decode_bytes(data, name)[0], name
    except UnreadableError:
        raise Misuse("usage input encoding", file=name) from None


def _text_of_workbook(data: bytes, name: str, lang: str) -> str:
    """The column of questions of a workbook as text, each cell on the line with the number of its row.

    If several sheets have questions, their cells get line numbers of their own, and the person is told.

    :raises UnreadableError: the workbook is damaged or encrypted.
    """
    file = read_input(data, name, decode_bytes)
    chosen = choose_columns(file)
    rows = [row for row in input_rows(file, chosen) if row.text.strip()]
    for each in chosen:
        tell_person(f"{name}: {words(each.described, lang)}")
    if len({row.place.sheet for row in rows}) > 1:
        tell_person(message(lang, "cite several sheets", file=name))
        return "\n".join(" ".join(row.text.split()) for row in rows)
    lines = [""] * max((row.place.line for row in rows), default=0)
    for row in rows:
        lines[row.place.line - 1] = " ".join(row.text.split())
    return "\n".join(lines)
