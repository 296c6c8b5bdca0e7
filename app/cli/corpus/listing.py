"""The commands ``kb corpus list`` and ``kb corpus show``: the editions of the catalog, and whether they are loaded."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from app.cli.console import FORMAT, out, out_json, tell_person
from app.cli.corpus.known import catalog_of_home, editions_of, known_editions, loaded_documents
from app.cli.settings import interface_of, settings_of
from kb.catalog.editions import is_due
from kb.catalog.register_cache import register
from kb.messages import words
from kb.release import today
from kb.types import notice_from_json

RECOGNISED = {
    "hash": "its bytes",
    "text": "its title page and units; its bytes are not known",
    "person": "your word",
    "register": "being compiled here",
    "none": "nothing: it is no edition of the catalog",
}
"""The evidence by which a document was recognised, in words."""


@click.command("list")
@click.option("--loaded", "only_loaded", is_flag=True, help="Only what the index holds.")
@click.option(
    "--stale", metavar="DAYS", type=click.IntRange(0), help="Only editions whose facts were not checked for DAYS days."
)
@FORMAT
@click.pass_context
def corpus_list(ctx: click.Context, only_loaded: bool, stale: int | None, form: str) -> None:
    """Every edition of the catalog, its status and successor, and whether it is loaded, register only, or neither.

    \b
    Example:
        kb corpus list --loaded
    """
    documents = loaded_documents(ctx)
    loaded = editions_of(documents)
    catalog = catalog_of_home(ctx)
    described = {doc_id for e in loaded.values() for doc_id in e.register_of}
    if described:
        described &= {entry.of_document for entry in register(settings_of(ctx).home_path, catalog).entries}
    editions = known_editions(ctx, catalog, loaded)
    reports = {doc_id: document.report for doc_id, document in documents.items()}
    rows: list[dict[str, Any]] = []
    for doc_id, edition in sorted(editions.items()):
        state = "loaded" if doc_id in loaded else "register" if doc_id in described else "absent"
        if only_loaded and state != "loaded":
            continue
        if stale is not None and not is_due(edition, stale, today()):
            continue
        rows.append(
            {
                "doc_id": doc_id,
                "ref": edition.ref,
                "status": edition.status.value,
                "supersedes": edition.supersedes,
                "superseded_by": edition.superseded_by,
                "amended_by": edition.amended_by,
                "issued": edition.issued,
                "effective": edition.effective,
                "state": state,
                "verified": edition.verified,
                "checked": edition.checked,
                "look_at": edition.landing_url,
                "title": edition.title,
                "issuer": edition.publisher,
                "number": edition.number,
                "language": edition.language,
                "kind": edition.kind,
                "known_from": dict(edition.known_from),
                "recognised_by": reports.get(doc_id, {}).get("how", ""),
                "may_be": [doubt[0] for doubt in reports.get(doc_id, {}).get("doubts", ())],
            }
        )
    if form == "json":
        out_json(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        mark = "" if row["verified"] else "  (facts not verified)"
        later = f"  → {row['superseded_by']}" if row["superseded_by"] else ""
        due = (
            f"  checked: {row['checked'] or 'never'}; look at {row['look_at'] or 'no address'}"
            if stale is not None
            else ""
        )
        own = "" if row["verified"] or not row["known_from"] else f"  [{_facts_of(row)}]"
        doubt = f"  (may be {', '.join(row['may_be'])}: `kb corpus check {row['doc_id']}`)" if row["may_be"] else ""
        out(f"{row['state']:<9} {row['status']:<11} {row['doc_id']:<42} {row['ref']}{later}{own}{mark}{doubt}{due}")
    tell_person(
        "loaded: official text in the index · register: our own description only · absent: add it with `kb corpus add`"
    )


def _in_words(value: Any) -> str:
    """A value on one line: "title: title page; issuer: metadata" for a table."""
    if isinstance(value, dict):
        parts = {key: ", ".join(each) if isinstance(each, list) else each for key, each in value.items()}
        return "; ".join(f"{key}: {each}" for key, each in parts.items())
    return str(getattr(value, "value", value))


def _facts_of(row: dict[str, Any]) -> str:
    """Issuer, date, kind and language of a person's document, as far as they are known."""
    return ", ".join(row[key] or f"no {key}" for key in ("issuer", "issued", "kind", "language"))


@click.command("show")
@click.argument("doc_id")
@FORMAT
@click.pass_context
def corpus_show(ctx: click.Context, doc_id: str, form: str) -> None:
    """One edition: facts, licence, where it comes from, what the index holds of it.

    \b
    Example:
        kb corpus show oecd-legal-0449-2019
    """
    documents = loaded_documents(ctx)
    loaded = editions_of(documents)
    catalog = catalog_of_home(ctx)
    edition = known_editions(ctx, catalog, loaded).get(doc_id) or catalog.get(doc_id)
    report, lang = documents[doc_id].report if doc_id in documents else {}, interface_of(ctx)
    data = asdict(edition) | {"loaded": doc_id in loaded, "recognised_by": RECOGNISED.get(report.get("how", ""), "")}
    data["known_from"] = dict(edition.known_from)
    data["may_be"] = {
        doubt[0]: [words(notice_from_json(why), lang) for why in doubt[1:]] for doubt in report.get("doubts", ())
    }
    if form == "json":
        out_json(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for key, value in data.items():
        if value not in (None, "", (), [], {}):
            out(f"{key + ':':<18} {_in_words(value)}")
    if not edition.verified:
        out("                   these facts are not verified against a source")
