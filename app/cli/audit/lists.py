"""``kb audit revalidate`` and ``kb audit impact``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, SOME_FAILED, out, tell_person
from app.cli.opened import knowledge_base
from app.cli.usage import Misuse
from kb.audit.listed_rows import listed_rows
from kb.audit.revalidation import RowState
from kb.messages import LANGUAGES, message, page_words, words

if TYPE_CHECKING:
    from kb.audit.revalidation import RevalidatedRow

LANG = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of reasons."
)


@click.command("revalidate")
@click.argument("file", metavar="LIST", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="List unchanged rows too.")
@LANG
@FORMAT
@click.pass_context
def audit_revalidate(ctx: click.Context, file: Path, everything: bool, lang: str, form: str) -> None:
    """Compare LIST, which `kb cite` or `kb batch` exported, with the index of today, row by row.

    LIST is a csv, tsv, json, jsonl, xlsx or docx; a workbook of your own that `kb batch` filled is read too.
    A row is unchanged, moved (with its new place), changed in its text (with the words), of a unit or document that is
    gone, of an edition superseded or amended since (with the successor), or altered in the list itself. Exit code 3:
    some row is not unchanged.

    \b
    Example:
        kb audit revalidate citations-2025.csv
    """
    base = knowledge_base(ctx)
    found = base.revalidate(listed_rows(file.name, file.read_bytes()))
    counts = {state.value: sum(each.state is state for each in found) for state in RowState}
    shown = [each for each in found if everything or each.is_changed]
    if form == "json":
        data = {
            "list": file.name,
            "index_id": base.index_id,
            "counts": counts,
            "rows": [_row_dict(each, lang) for each in shown],
        }
        out(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        out(", ".join(f"{n} {message(lang, f'audit state {state}')}" for state, n in counts.items() if n))
        for each in shown:
            _tell_row(each, lang)
    if any(each.is_changed for each in found):
        ctx.exit(SOME_FAILED)


def _tell_row(each: RevalidatedRow, lang: str) -> None:
    row = each.row
    name = ", ".join(part for part in (row.doc_ref or row.doc_id, row.path or row.unit_id) if part)
    out(f"{row.n:>4}. {message(lang, f'audit state {each.state.value}')}: {name}")
    out(f"      {words(each.reason, lang)}")
    if each.now is not None and each.is_changed:
        out(f"      {message(lang, 'audit now')} {each.now.doc_ref}, {each.now.path}, {page_words(lang, each.now)}")
    if each.differences:
        was = " ".join(d.quoted if d.equal else f"[{d.quoted}]" for d in each.differences if d.quoted)
        now = " ".join(d.source if d.equal else f"[{d.source}]" for d in each.differences if d.source)
        out(f"      {message(lang, 'audit list says')} {was}")
        out(f"      {message(lang, 'audit text says')} {now}")


def _row_dict(each: RevalidatedRow, lang: str) -> dict[str, Any]:
    now = each.now
    return {
        "row": each.row.n,
        "state": each.state.value,
        "unit_id": each.row.unit_id,
        "doc_id": each.row.doc_id,
        "reason": words(each.reason, lang),
        "quote": each.row.quote,
        "differences": [{"list": d.quoted, "text": d.source, "equal": d.equal} for d in each.differences],
        "now": None
        if now is None
        else {
            "unit_id": now.unit_id,
            "doc_id": now.doc_id,
            "path": now.path,
            "page_label": now.page_label,
            "page_index": now.page_index,
            "quote": now.quote,
            "quote_sha256": now.quote_sha256,
        },
    }


@click.command("impact")
@click.argument("editions", nargs=-1, metavar="[OLD NEW]")
@LANG
@FORMAT
@click.pass_context
def audit_impact(ctx: click.Context, editions: tuple[str, ...], lang: str, form: str) -> None:
    """The registered lists and drafts that rest on changed units.

    Without arguments: units whose words in this index are not those of the index that the list was made with. With OLD
    and NEW, two editions: units of OLD that are changed, moved or gone in NEW. A list is registered when it is exported
    to a file or checked. Exit code 3: some list is touched.

    \b
    Example:
        kb audit impact
        kb audit impact oecd-legal-0449-2019 oecd-legal-0449-2024
    """
    if len(editions) not in {0, 2}:
        raise Misuse("usage two editions")
    base = knowledge_base(ctx)
    found, n_lists = base.impact((editions[0], editions[1]) if editions else None)
    if form == "json":
        data = [
            {
                "path": each.list.path,
                "kind": each.list.kind,
                "day": each.list.day,
                "index_id": each.list.index_id,
                "units": [{"unit_id": unit_id, "what": words(change, lang)} for unit_id, change in each.changes],
            }
            for each in found
        ]
        out(json.dumps({"index_id": base.index_id, "registered": n_lists, "touched": data}, ensure_ascii=False,
                       indent=2))  # fmt: skip
    else:
        for each in found:
            out(f"{each.list.path} ({message(lang, f'audit kind {each.list.kind}')}, {each.list.day})")
            for _, change in each.changes:
                out(f"    {words(change, lang)}")
        tell_person(message(lang, "audit touched", touched=len(found), n=n_lists))
    if found:
        ctx.exit(SOME_FAILED)
