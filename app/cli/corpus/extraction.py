"""``kb corpus check``: how well documents were read, beside what other programs read in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, SOME_FAILED, out
from app.cli.opened import knowledge_base
from ingest.cross_check import compare
from kb import pdf
from kb.errors import IndexFolderError

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command("check")
@click.argument("doc_ids", nargs=-1)
@click.option("--units", "list_units", is_flag=True, help="List every unit with its pages.")
@click.option("--witness", is_flag=True, help="Compare each page's words with pypdf's and poppler's.")
@FORMAT
@click.pass_context
def corpus_check(ctx: click.Context, doc_ids: tuple[str, ...], list_units: bool, witness: bool, form: str) -> None:
    """The extraction report of loaded documents; exit code 3 when a numbering is not proven.

    \b
    Example:
        kb corpus check eu-ai-act-2024-1689
    """
    failed = False
    reports: list[dict[str, Any]] = []
    contents = knowledge_base(ctx).contents()
    for doc_id in doc_ids or [d.doc_id for d in contents.documents]:
        document = contents.document(doc_id)
        if document is None:
            raise IndexFolderError(f"document {doc_id!r} is not in the index; `kb corpus list --loaded` shows what is")
        report = dict(document.report)
        failed = failed or not report.get("holds", True)
        if form == "json":
            reports.append({"doc_id": doc_id, "ref": document.edition.ref, "notes": document.notes} | report)
            continue
        _print_report(doc_id, document.edition.ref, report, document.notes)
        if list_units:
            for unit in contents.units(doc_id):
                pages = (
                    f"{unit.page_start}" if unit.page_start == unit.page_end else f"{unit.page_start}–{unit.page_end}"
                )
                page = f"PDF page {pages}" if document.media_type == "application/pdf" else f"page {pages}"
                out(f"    {unit.kind:<14} {unit.path:<28} {page:<18} {unit.title[:80]}")
        if witness and document.media_type == "application/pdf":
            _print_witnesses(Path(document.source))
    if form == "json":
        out(json.dumps(reports, ensure_ascii=False, indent=2))
    if failed:
        ctx.exit(SOME_FAILED)


def _print_witnesses(path: Path) -> None:
    if not path.is_file():
        out(f"    witnesses: {path.name} is no longer where it was read")
        return
    with pdf.open_pdf(path) as document:
        pages = [pdf.read_page(document, n).text for n in range(1, len(document) + 1)]
    notes = compare(path, pages)
    if not notes:
        out("    witnesses agree on every page")
    for note in notes:
        how = f"{note.share:.1%} of the words differ" if note.share else "same words in another order"
        out(f"    page {note.page}, {note.witness}: {how}; first “{note.ours[:40]}” against “{note.theirs[:40]}”")


def _numbering(report: dict[str, Any]) -> str:
    """What is said of a document's numbering; a document without numbers has none that could be proven."""
    if not report.get("counts"):
        return "no numbered units"
    n = len(report.get("unproven") or ())
    if report.get("holds") and not n:
        return "numbering proven"
    total = sum(count for _, count in report["counts"])
    return f"numbering NOT proven for {n} of {total} units" if n else "numbering NOT proven"


def _print_report(doc_id: str, ref: str, report: dict[str, Any], notes: Sequence[str]) -> None:
    out(f"{ref} [{doc_id}]: {_numbering(report)}")
    if report.get("grade"):
        out(f"    trust in its numbers: {report['grade']} ({'; '.join(report['grade_reasons'])})")
    for kind, count in report.get("counts", ()):
        out(f"    {kind:<14} {count}")
    for kind, want, got in report.get("expected", ()):
        out(f"    expected {want} × {kind}, found {got}{'' if want == got else '  ← differs'}")
    for name in ("gaps", "duplicates", "order_breaks", "empty", "overlong"):
        values = report.get(name) or ()
        if values:
            more = f" … and {len(values) - 8} more" if len(values) > 8 else ""
            out(f"    {name.replace('_', ' ')}: {', '.join(values[:8])}{more}")
    if report.get("unproven"):
        values = report["unproven"]
        out(f"    {len(values)} units cited by heading and page, their numbers being unproven, e.g. {values[0]}")
    if report.get("n_refused"):
        examples = "; ".join(report["refused"][:3])
        out(f"    {report['n_refused']} lines looked numbered and were refused, e.g. {examples}")
    if report.get("pages_without_text"):
        out(f"    pages without text: {', '.join(map(str, report['pages_without_text']))}")
    out(
        f"    {report.get('n_chars', 0):,} characters, {report.get('n_uncovered', 0):,} outside any unit; "
        f"{report.get('n_furniture', 0)} running lines cut"
    )
    for note in notes:
        out(f"    note: {note}")
