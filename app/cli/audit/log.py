"""``kb audit show``, ``verify`` and ``erase``: the log of questions, lists and checks."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, NOT_FOUND, SOME_FAILED, out, out_json, tell_person, write_result
from app.cli.settings import settings_of
from app.cli.usage import Misuse, WrongValue
from app.recording import log_of_settings
from kb.audit.log_check import check_log
from kb.audit.pack_check import check_pack
from kb.messages import LANGUAGES, message, words
from kb.types import notice

if TYPE_CHECKING:
    from kb.audit.log_entries import LogEntry
    from kb.audit.question_log import QuestionLog

MOST_KEPT_BYTES = 10_000
"""Bytes of a checkpoint or a key that a person kept."""
LOG_LANG = click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the words; default: the interface's.")


def _day_option(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        return value if value is None else date.fromisoformat(value).isoformat()
    except ValueError:
        raise WrongValue(notice("usage no day", value=value)) from None


def _existing_log(ctx: click.Context, lang: str) -> QuestionLog:
    log = log_of_settings(settings_of(ctx))
    if not log.exists:
        tell_person(f"kb: {message(lang, 'log none')}")
        ctx.exit(NOT_FOUND)
    return log


@click.command("show")
@click.argument("numbers", nargs=-1, type=click.IntRange(1), metavar="[NUMBER]…")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 1_000_000), help="How many, at the end.")
@click.option("--kind", "kinds", multiple=True, help="Only entries of this kind: question, export … (repeatable).")
@click.option("--user", "users", multiple=True, help="Only entries of this user (repeatable).")
@click.option("--since", callback=_day_option, metavar="DAY", help="Only entries of this day and later.")
@click.option("--matching", metavar="WORDS", help="Only entries that have these words, or this unit or hash.")
@LOG_LANG
@FORMAT
@click.pass_context
def audit_show(
    ctx: click.Context,
    numbers: tuple[int, ...],
    last: int,
    kinds: tuple[str, ...],
    users: tuple[str, ...],
    since: str | None,
    matching: str | None,
    lang: str | None,
    form: str,
) -> None:
    """Show entries of the log: the last ones, or those with the NUMBERs given.

    \b
    Example:
        kb audit show --last 5
        kb audit show --kind question --since 2026-11-01 --format json
    """
    lang = lang or settings_of(ctx).interface
    log = _existing_log(ctx, lang)
    found: list[LogEntry] = []
    for entry in log.entries():
        if _is_chosen(entry, numbers, kinds, users, since, matching):
            found.append(entry)
            if len(found) > max(last, len(numbers)):
                del found[0]
    if form == "json":
        out_json(json.dumps([asdict(entry) for entry in found], ensure_ascii=False, indent=2))
    else:
        for entry in found:
            _tell_entry(entry, lang)
    if not found:
        ctx.exit(NOT_FOUND)


def _is_chosen(
    entry: LogEntry,
    numbers: tuple[int, ...] = (),
    kinds: tuple[str, ...] = (),
    users: tuple[str, ...] = (),
    since: str | None = None,
    matching: str | None = None,
) -> bool:
    if (numbers and entry.n not in numbers) or (kinds and entry.kind not in kinds) or (since and entry.at < since):
        return False
    if users and entry.values.get("user") not in users:
        return False
    if not matching:
        return True
    text = f"{' '.join(entry.values.values())} {json.dumps(dict(entry.data), ensure_ascii=False)}"
    return matching.casefold() in text.casefold()


def _tell_entry(entry: LogEntry, lang: str) -> None:
    kind = message(lang, f"log kind {entry.kind}") if entry.kind in _KINDS_IN_WORDS else entry.kind
    parts = [f"{entry.n:>6}", entry.at, kind, str(entry.data.get("via", "")), entry.values.get("user", "")]
    if entry.data.get("refused"):
        parts.append(message(lang, "log refused"))
    if isinstance(cited := entry.data.get("cited"), list) and cited:
        parts.append(message(lang, "log cited", n=len(cited)))
    if entry.data.get("withheld"):
        parts.append(message(lang, "log withheld", n=entry.data["withheld"]))
    out("  ".join(filter(None, parts)))
    if entry.is_erased:
        out(f"        ({message(lang, 'log values erased')})")
    for name in ("question", "source", "file", "words"):
        if entry.values.get(name):
            out(f"        {' '.join(entry.values[name].split())[:300]}")
    for each in cited if isinstance(cited, list) else []:
        if isinstance(each, dict):
            place = each.get("unit") or f"{each.get('doc')}@{each.get('from')}-{each.get('to')}"
            out(f"        {place}  sha256 {str(each.get('sha256'))[:16]}…")


_KINDS_IN_WORDS = frozenset({"question", "row", "export", "draft", "feedback", "pack", "erased"})


@click.command("verify")
@click.argument("pack", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--checkpoint", "kept", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that was kept elsewhere: the log must have grown from it.",
)  # fmt: skip
@click.option("--key", metavar="KEY", help="The log's public key as it was noted elsewhere.")
@click.option(
    "--save-checkpoint", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write the checkpoint of a log that is whole, to keep it elsewhere.",
)  # fmt: skip
@LOG_LANG
@FORMAT
@click.pass_context
def audit_verify(
    ctx: click.Context,
    pack: Path | None,
    kept: Path | None,
    key: str | None,
    save_checkpoint: Path | None,
    lang: str | None,
    form: str,
) -> None:
    """Verify the log of this home, or PACK, which `kb audit pack` wrote; a pack needs no index and no home.

    Every entry, every value and every file is compared with the signed head. A log that was put back to an earlier
    state, or made anew with another key, is whole in itself: only a checkpoint or a key that was kept elsewhere shows
    that. Exit code 3: something was changed, moved, added or is gone; 4: there is no log.

    \b
    Example:
        kb audit verify --save-checkpoint /mnt/elsewhere/checkpoint
        kb audit verify --checkpoint /mnt/elsewhere/checkpoint
        kb audit verify evidence.zip
    """
    lang = lang or settings_of(ctx).interface
    if pack is not None:
        if kept is not None or save_checkpoint is not None:
            raise Misuse("usage checkpoint of log")
        _verify_pack(ctx, pack, key or "", lang, form)
        return
    log = _existing_log(ctx, lang)
    earlier = kept.read_bytes()[:MOST_KEPT_BYTES].decode("utf-8", "replace") if kept else ""
    report = check_log(log, earlier, key or "")
    faults = [words(each, lang) for each in report.faults]
    remarks = [words(each, lang) for each in report.remarks]
    facts = {"entries": report.size, "kept": report.kept, "erased": report.erased, "root": report.root,
             "key": report.key}  # fmt: skip
    whole = message(lang, "log whole", n=f"{report.size:,}", kept=f"{report.kept:,}", erased=f"{report.erased:,}")
    _tell_verdict(form, facts, faults, remarks, whole, message(lang, "log faults", n=len(faults)), lang)
    if faults:
        ctx.exit(SOME_FAILED)
    if save_checkpoint is not None:
        write_result(save_checkpoint, log.checkpoint())


def _verify_pack(ctx: click.Context, pack: Path, key: str, lang: str, form: str) -> None:
    report = check_pack(pack, key)
    faults = [words(each, lang) for each in report.faults]
    remarks = [words(each, lang) for each in report.remarks]
    facts = {"files": report.n_files, "rows": report.n_rows, "proofs": report.n_proofs, "root": report.root,
             "key": report.key}  # fmt: skip
    whole = message(lang, "pack whole", files=report.n_files, rows=report.n_rows, proofs=report.n_proofs,
                    root=report.root or "—")  # fmt: skip
    _tell_verdict(form, facts, faults, remarks, whole, message(lang, "pack faults", n=len(faults)), lang)
    if faults:
        ctx.exit(SOME_FAILED)


def _tell_verdict(
    form: str, facts: dict[str, Any], faults: list[str], remarks: list[str], whole: str, broken: str, lang: str
) -> None:
    if form == "json":
        out_json(
            json.dumps(
                facts | {"whole": not faults, "faults": faults, "remarks": remarks}, ensure_ascii=False, indent=2
            )
        )
        return
    out(broken if faults else whole)
    for line in (*faults, *remarks):
        out(f"  {line}")
    if not faults:
        for name in ("root", "key"):
            if facts[name]:
                out("  " + message(lang, f"log {name} is", value=facts[name]))


@click.command("erase")
@click.argument("numbers", nargs=-1, type=click.IntRange(1), metavar="[NUMBER]…")
@click.option("--before", callback=_day_option, metavar="DAY", help="Entries of days before this one.")
@click.option("--user", "users", multiple=True, help="Entries of this user (repeatable).")
@click.option("--matching", metavar="WORDS", help="Entries whose words have these.")
@click.option("--why", default="", help="The reason, which is logged.")
@LOG_LANG
@click.pass_context
def audit_erase(
    ctx: click.Context,
    numbers: tuple[int, ...],
    before: str | None,
    users: tuple[str, ...],
    matching: str | None,
    why: str,
    lang: str | None,
) -> None:
    """Erase persons' words from the log: questions, names, file names, judgements; what is chosen fits all options.

    Entries, hashes of quotes and the chain stay, and an entry says that values were erased. The words cannot be got
    back. KB_LOG_DAYS erases by itself what is older. Exit code 4: nothing that was chosen has words left.

    \b
    Example:
        kb audit erase 17 18 --why "asked by the person"
        kb audit erase --user kim --before 2026-06-01
    """
    if not (numbers or before or users or matching):
        raise Misuse("usage erase what")
    lang = lang or settings_of(ctx).interface
    log = _existing_log(ctx, lang)

    def chosen(entry: LogEntry) -> bool:
        early = before is None or entry.at < before
        return early and _is_chosen(entry, numbers, users=users, matching=matching)

    n = log.erase(chosen, why)
    tell_person(f"kb: {message(lang, 'log erased values', n=n) if n else message(lang, 'log nothing erased')}")
    if not n:
        ctx.exit(NOT_FOUND)
