"""The command ``kb check``: compares the references and quotations of a person's own draft with the documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.console import NOT_FOUND, SOME_FAILED, out, tell_person, write_result
from app.cli.opened import knowledge_base
from app.cli.recording import record
from app.cli.registering import register_made
from app.cli.usage import Misuse
from ingest.drafts.reading import read_draft
from ingest.drafts.word_comments import DraftComment, with_comments
from kb.drafts.findings import FindingLevel
from kb.drafts.report import comment_words, counts_words, report_html, report_json, report_text, report_workbook
from kb.messages import language

if TYPE_CHECKING:
    from kb.drafts.findings import DraftReport

BY_ENDING = {".json": "json", ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".txt": "text"}


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html", "xlsx"]), help="Default: by -o, else text."
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; default stdout.")
@click.option(
    "--comments", type=click.Path(path_type=Path, dir_okay=False), metavar="COPY.docx",
    help="Write a copy of a Word draft with a comment at each finding.",
)  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "ko"]), help="Language of the report; default: the draft's.")
@click.option("--brief", is_flag=True, help="Leave out of the text what is right.")
@click.pass_context
def check_file(
    ctx: click.Context,
    file: Path,
    form: str | None,
    output: Path | None,
    comments: Path | None,
    lang: str | None,
    brief: bool,
) -> None:
    """Check the references and quotations of your own draft: right, misquoted, cut, of another edition, gone, unknown.

    FILE is a docx (footnotes and tracked changes included), pdf, md, html, txt, csv or xlsx. Quotations are found by
    their marks (“ ”, 「」, " "), as block quotes and in columns named "quote" or "인용", and belong to the nearest
    reference, "ibid." and "같은 권고" included. Exit code 3: something is wrong; 4: nothing to check was found.

    \b
    Example:
        kb check report.docx --comments report-checked.docx
        kb check report.md -o findings.xlsx --lang ko
    """
    form = form or (BY_ENDING.get(output.suffix.lower(), "text") if output else "text")
    if form == "xlsx" and output is None:
        raise Misuse("usage workbook terminal")
    if comments is not None and file.suffix.lower() != ".docx":
        raise Misuse("usage comments word")
    if comments is not None and comments.resolve() == file.resolve():
        raise Misuse("usage comments overwrite")
    draft = read_draft(file)
    base = knowledge_base(ctx)
    report = base.check(draft)
    chosen = lang or language(" ".join(part.text for part in draft.parts)[:20_000])
    if form == "xlsx" and output is not None:
        made: str | bytes = report_workbook(report, chosen)
    elif form == "text":
        made = report_text(report, chosen, not brief) + "\n"
    else:
        made = report_json(report, chosen) if form == "json" else report_html(report, chosen)
    if output is None:
        out(str(made).rstrip("\n"))
    else:
        write_result(output, made)
        tell_person(f"{output}: {counts_words(report, chosen)}")
    if comments is not None:
        write_result(comments, with_comments(file, _comments(report, chosen)))
        tell_person(f"{comments}: {sum(f.level is not FindingLevel.RIGHT for f in report.findings)} comments")
    register_made(ctx, base, file, "draft", (f.citation for f in report.findings))
    record(ctx, base, lambda recorder: recorder.checked(file, file.read_bytes(), report))
    if not report.findings:
        ctx.exit(NOT_FOUND)
    if not report.is_right:
        ctx.exit(SOME_FAILED)


def _comments(report: DraftReport, lang: str) -> list[DraftComment]:
    """A comment for each finding that a person must look at."""
    return [
        DraftComment(f.part, f.start, f.end, comment_words(f, lang))
        for f in report.findings
        if f.level is not FindingLevel.RIGHT
    ]
