"""The command ``kb batch``: answers a table of questions and references row by row."""

from __future__ import annotations

import hashlib
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from app.cli.ask import chosen, filtered
from app.cli.console import NOT_FOUND, SOME_FAILED, tell_person
from app.cli.list_options import list_options, options_of
from app.cli.opened import knowledge_base
from app.cli.recording import record
from app.cli.settings import interface_of
from app.cli.usage import Misuse
from ingest.readers.encodings import decode_bytes
from kb.export.answer_lists import RowReading
from kb.export.formats import LIST_FORMATS, format_of_name, list_bytes, write_list
from kb.lists.inputs import BatchInput, journal_path
from kb.lists.tables import choose_columns, input_rows, read_input, title_lines
from kb.lists.workbook_fill import FillColumns, filled_workbook
from kb.messages import message, words
from kb.text.safe_cells import on_a_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.export.answer_lists import AnswerList

REASONS_TOLD = 20
"""Largest number of rows without a citation whose reasons are printed at the end; the output file has all of them."""
SECONDS_BETWEEN_LINES = 10
"""Seconds between two lines of progress if no terminal shows a bar."""


@click.command("batch")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
@click.option("--format", "form", type=click.Choice(LIST_FORMATS), help="Output format; default: by its ending.")
@click.option("--column", "columns", multiple=True, metavar="NAME", help="Column that asks: head, letter or number.")
@click.option("--sheet", "sheets", multiple=True, metavar="NAME", help="Only this sheet of a workbook (repeatable).")
@click.option("--hidden", is_flag=True, help="Read hidden sheets too.")
@click.option("--answer-column", default="", metavar="NAME", help="Fill this column of the workbook with the answers.")
@click.option("--reference-column", default="", metavar="NAME", help="Fill this column with the references.")
@click.option("--report", is_flag=True, help="A workbook gives a report of five sheets, not a copy of it filled in.")
@click.option("--resume", is_flag=True, help="Go on with a run that was ended before it was done.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Rows answered at a time.")
@list_options
@filtered
@click.pass_context
def batch(
    ctx: click.Context,
    /,
    source: Path,
    output: Path,
    form: str | None,
    columns: tuple[str, ...],
    sheets: tuple[str, ...],
    hidden: bool,
    answer_column: str,
    reference_column: str,
    report: bool,
    resume: bool,
    jobs: int,
    **given: Any,
) -> None:
    """Answer every row of FILE (csv, tsv, xlsx, jsonl, txt): questions and references mixed, in order.

    A row is read as a reference, as a question, as a number that needs a choice, or as nothing that can be asked; what
    is not found stays blank, with the reason. Rows that are done are kept beside the output until all are, so that
    --resume goes on after an interruption. From a workbook to a workbook the person's own is kept and gets columns, or
    has chosen columns filled; rows that its column "kb: Approval" says are accepted stay as they are. Exit code 3: some
    rows have no citation; 4: none has.

    \b
    Example:
        kb batch questions.xlsx -o answers.csv
        kb batch questions.csv --column Question -o answers.jsonl --resume
        kb batch assessment.xlsx -o filled.xlsx --answer-column Response
    """
    base = knowledge_base(ctx)
    lists = base.lists()
    form = form or format_of_name(output.name)
    options, rest = options_of(ctx, given)
    data = source.read_bytes()
    file = read_input(data, source.name, decode_bytes)
    read = choose_columns(file, columns, sheets, hidden)
    rows = input_rows(file, read)
    lang = interface_of(ctx)
    for each in read:
        tell_person(f"{source.name}: {words(each.described, lang)}")
    n_titles = sum(len(title_lines(each)) for each in read)
    if n_titles:
        tell_person(message(lang, "batch title rows", file=source.name, n=n_titles))
    left_out = [t.sheet for t in file.tables if t.hidden and t.lines and not any(c.table is t for c in read)]
    if left_out:
        tell_person(message(lang, "batch hidden", file=source.name, names=", ".join(f"“{each}”" for each in left_out)))
    if not rows:
        tell_person(f"kb: {message(lang, 'batch no rows', file=source.name)}")
        ctx.exit(NOT_FOUND)
    journal = journal_path(output)
    if journal.exists() and not resume:
        raise Misuse("usage unfinished run", file=journal.name)
    notes = tuple(words(each.described, options.language) for each in read)
    what = BatchInput(
        rows, source.name, hashlib.sha256(data).hexdigest(), notes, options.language, chosen(base, **rest)
    )
    with ExitStack() as stack:
        found = lists.answered(what, journal, resume, _progress(len(rows), stack, lang), jobs)
    if form == "xlsx" and file.workbook is not None and not report:
        into = FillColumns(answer_column, reference_column)
        made, left = filled_workbook(file.workbook, read, found, options.language, into)
        for note in left:
            tell_person(f"kb: {note}")
    else:
        made = list_bytes(found, form, options)
    write_list(output, made)
    journal.unlink(missing_ok=True)
    record(ctx, base, lambda recorder: recorder.exported(output, form, made, found.rows, source.name))
    _tell_outcome(ctx, found, output)


def _progress(total: int, stack: ExitStack, lang: str) -> Callable[[int], None]:
    """A function that shows the number of finished rows and the time left: a bar on a terminal, else a line now and
    then."""
    if sys.stderr.isatty():
        bar = stack.enter_context(
            tqdm(total=total, unit=message(lang, "batch bar unit"), desc=message(lang, "batch bar"))
        )

        def show(done: int) -> None:
            bar.update(done - bar.n)

        return show
    began, printed = time.monotonic(), [time.monotonic()]
    at_first: list[int] = []

    def tell(done: int) -> None:
        now = time.monotonic()
        at_first[:] = at_first or [done]
        if done < total and now - printed[0] >= SECONDS_BETWEEN_LINES and done > at_first[0]:
            printed[0] = now
            left = (now - began) / (done - at_first[0]) * (total - done)
            counts = {"done": f"{done:,}", "total": f"{total:,}", "seconds": f"{left:,.0f}"}
            tell_person(message(lang, "batch rows left", **counts))

    return tell


def _tell_outcome(ctx: click.Context, found: AnswerList, output: Path) -> None:
    lang = interface_of(ctx)
    answered = sum(row.is_answered for row in found.rows)
    kinds = [
        message(lang, "batch outcome kind", n=f"{n:,}", kind=message(lang, f"list read {kind.value}"))
        for kind, n in ((kind, sum(row.reading is kind for row in found.rows)) for kind in RowReading)
    ]
    counts = {"n": f"{answered:,}", "total": f"{len(found.rows):,}", "kinds": ", ".join(kinds)}
    tell_person(message(lang, "batch outcome", **counts, file=output))
    open_rows = [row for row in found.rows if not row.is_answered]
    for row in open_rows[:REASONS_TOLD]:
        place, kind = words(row.place.described, lang), message(lang, f"list read {row.reading.value}")
        asked = on_a_line(row.asked)[:80]
        tell_person(f"kb: {place}, “{asked}”: {kind}: {row.reason}")
    if len(open_rows) > REASONS_TOLD:
        tell_person(f"kb: {message(lang, 'batch more open', n=f'{len(open_rows) - REASONS_TOLD:,}')}")
    if answered < len(found.rows):
        ctx.exit(SOME_FAILED if answered else NOT_FOUND)
