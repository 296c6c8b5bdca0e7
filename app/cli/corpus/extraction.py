"""The command ``kb corpus check``: reports how well documents were read, and compares the text with that of other
programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, SOME_FAILED, out, out_json
from app.cli.opened import knowledge_base
from app.cli.settings import interface_of
from ingest.cross_check import witnessed
from kb.errors import DocumentError, IndexFolderError
from kb.messages import error_words, message, words
from kb.types import notice, notice_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence

REASONS = ("reasons", "grade_reasons")
"""The keys of a report whose values are notices."""


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
    failed, lang = False, interface_of(ctx)
    reports: list[dict[str, Any]] = []
    contents = knowledge_base(ctx).contents()
    for doc_id in doc_ids or [d.doc_id for d in contents.documents]:
        document = contents.document(doc_id)
        if document is None:
            raise IndexFolderError(notice("document not in index", id=doc_id))
        report = dict(document.report)
        for name in REASONS:
            report[name] = [words(notice_from_json(each), lang) for each in report.get(name, ())]
        notes = [words(each, lang) for each in document.notes]
        failed = failed or not report.get("holds", True)
        if form == "json":
            reports.append({"doc_id": doc_id, "ref": document.edition.ref, "notes": notes} | report)
            continue
        _print_report(doc_id, document.edition.ref, report, notes, lang)
        if list_units:
            for unit in contents.units(doc_id):
                pages = (
                    f"{unit.page_start}" if unit.page_start == unit.page_end else f"{unit.page_start}–{unit.page_end}"
                )
                is_pdf = document.media_type == "application/pdf"
                page = message(lang, "pdf page" if is_pdf else "page number", pages=pages)
                out(f"    {unit.kind:<14} {unit.path:<28} {page:<18} {unit.title[:80]}")
        if witness and document.media_type == "application/pdf":
            _print_witnesses(Path(document.source), lang)
    if form == "json":
        out_json(json.dumps(reports, ensure_ascii=False, indent=2))
    if failed:
        ctx.exit(SOME_FAILED)


def _print_witnesses(path: Path, lang: str) -> None:
    if not path.is_file():
        out(f"    {message(lang, 'witness gone', file=path.name)}")
        return
    found = witnessed(path)
    if isinstance(found, DocumentError):
        out(f"    {error_words(found, lang)}")
        return
    for unread in found.unread:
        out(f"    {words(unread, lang)}")
    if not found.notes:
        out(f"    {message(lang, 'witness agrees')}")
    for note in found.notes:
        how = message(lang, "witness words", share=note.share) if note.share else message(lang, "witness order")
        values = {"witness": note.witness, "how": how, "ours": note.ours[:40], "other": note.theirs[:40]}
        out(f"    {message(lang, 'witness differs', page=note.page, **values)}")


def _numbering(report: dict[str, Any], lang: str) -> str:
    """How far a document's numbering is proven, in words; a document without numbers says so."""
    if not report.get("counts"):
        return message(lang, "no numbered units")
    n = len(report.get("unproven") or ())
    if report.get("holds") and not n:
        return message(lang, "built proven")
    total = sum(count for _, count in report["counts"])
    return message(lang, "check unproven", n=n, total=total) if n else message(lang, "built unproven")


def _print_report(doc_id: str, ref: str, report: dict[str, Any], notes: Sequence[str], lang: str) -> None:
    def line(key: str, **values: Any) -> None:
        out(f"    {message(lang, key, **values)}")

    out(f"{ref} [{doc_id}]: {_numbering(report, lang)}")
    if report.get("grade"):
        grade = message(lang, f"grade {report['grade']}")
        line("check grade", grade=grade, why="; ".join(report["grade_reasons"]))
    for kind, count in report.get("counts", ()):
        out(f"    {kind:<14} {count}")
    for kind, want, got in report.get("expected", ()):
        line("check expected" if want == got else "check expected otherwise", want=want, kind=kind, got=got)
    for name in ("gaps", "duplicates", "order_breaks", "empty", "overlong"):
        values = report.get(name) or ()
        if values:
            more = message(lang, "check more", n=len(values) - 8) if len(values) > 8 else ""
            line(f"check list {name.replace('_', ' ')}", listed=f"{', '.join(values[:8])}{more}")
    if report.get("unproven"):
        values = report["unproven"]
        line("check cited by heading", n=len(values), first=values[0])
    if report.get("n_refused"):
        line("check refused", n=report["n_refused"], examples="; ".join(report["refused"][:3]))
    if report.get("pages_without_text"):
        line("check without text", pages=", ".join(map(str, report["pages_without_text"])))
    sizes = {"n": report.get("n_chars", 0), "outside": report.get("n_uncovered", 0)}
    line("check characters", **sizes, cut=report.get("n_furniture", 0))
    for note in notes:
        line("note", text=note)
