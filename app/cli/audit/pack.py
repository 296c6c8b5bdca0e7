"""The command ``kb audit pack``: writes a citation list with all evidence for it into one file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from app.cli.audit.log import LOG_LANG
from app.cli.console import SOME_FAILED, tell_person, write_result
from app.cli.opened import knowledge_base
from app.cli.recording import record
from app.cli.settings import settings_of
from app.recording import log_of_settings
from ingest.sources.printed_evidence import printed_evidence
from kb.audit.evidence import report_blocks
from kb.audit.evidence_pack import MANIFEST, LoggedRows, logged_rows, manifest_of, pack_files, proofs_of, zipped
from kb.audit.listed_rows import listed_rows
from kb.audit.revalidation import RowState
from kb.errors import LogError
from kb.messages import message, words
from kb.release import today


@click.command("pack")
@click.argument("file", metavar="LIST", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Zip to write.")
@LOG_LANG
@click.pass_context
def audit_pack(ctx: click.Context, file: Path, output: Path, lang: str | None) -> None:
    """Pack LIST with all that proves it: quotes, hashes, page images, catalog entries, entries of the log, a PDF.

    LIST is a list that `kb cite` or `kb batch` exported, in a format that `kb audit revalidate` reads. Its rows are
    compared with the index of today. Strips of pages are drawn where the document's licence allows it. The pack is
    verified on any machine with `kb audit verify PACK`. Exit code 3: some row is not unchanged.

    \b
    Example:
        kb audit pack citations.xlsx -o evidence.zip
    """
    lang = lang or settings_of(ctx).interface
    data = file.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    base = knowledge_base(ctx)
    rows = listed_rows(file.name, data)
    checked = base.revalidate(rows)
    found = base.evidence(checked, lang)
    log = log_of_settings(settings_of(ctx))
    try:
        logged = logged_rows(log, rows, sha256)
    except LogError as error:
        tell_person(f"kb: {words(error.as_notice, lang)}")
        logged = LoggedRows({}, {})
    printed = printed_evidence(report_blocks(found, file.name, sha256, logged.of_row, lang), lang, today())
    files = pack_files(found, file.name, data, logged, printed)
    files[MANIFEST] = manifest_of(files)
    manifest = hashlib.sha256(files[MANIFEST]).hexdigest()
    entry = record(ctx, base, lambda recorder: recorder.packed(manifest, sha256, len(rows)))
    if entry:
        files |= proofs_of(log, logged, entry)
    else:
        tell_person(f"kb: {message(lang, 'pack unsigned')}")
    write_result(output, zipped(files))
    n_images = sum(row.image is not None for row in found.rows)
    n_proofs = len({*logged.lines, entry}) if entry else 0
    tell_person(message(lang, "pack written", rows=len(rows), images=n_images, proofs=n_proofs, file=str(output)))
    if any(each.state is not RowState.UNCHANGED for each in checked):
        ctx.exit(SOME_FAILED)
