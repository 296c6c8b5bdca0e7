"""The commands ``kb index info`` and ``kb index diff``: show the manifest of an index, and compare two of them."""

from __future__ import annotations

import json

import click

from app.cli.console import FORMAT, out, out_json
from app.cli.opened import knowledge_base
from app.cli.settings import interface_of, settings_of
from kb import index_manifest
from kb.messages import message


@click.command("info")
@FORMAT
@click.pass_context
def index_info(ctx: click.Context, form: str) -> None:
    """Index id, encoder, documents and counts.

    \b
    Example:
        kb index info --format json
    """
    settings = settings_of(ctx)
    manifest = knowledge_base(ctx).contents().manifest
    if form == "json":
        out_json(json.dumps(manifest, ensure_ascii=False, indent=2))
        return
    encoder, lang = manifest["encoder"], interface_of(ctx)
    made = {"created": manifest["created"], "version": manifest["version"]}
    out(message(lang, "info index", id=manifest["index_id"], **made))
    kind = {"dimension": encoder["dimension"], "fingerprint": encoder["fingerprint"]}
    out(message(lang, "info encoder", name=encoder["name"], **kind))
    if settings.reranker:
        out(message(lang, "info reranker", name=settings.reranker, depth=settings.reranker_depth))
    out(message(lang, "info passages", n=manifest["n_passages"]))
    for joint in manifest.get("joint", {}).values():
        key = "info nearest some" if joint["compared"] else "info nearest all"
        counted = {"rows": joint["rows"], "questions": joint["questions"], "exact": settings.exact_up_to}
        read = message(lang, key, n=joint["compared"])
        out(message(lang, "info nearest", **counted, read=read, recall=f"{joint['recall']:.3f}"))
    for d in manifest["documents"]:
        sizes = {"pages": f"{d['pages']:>4}", "units": f"{d['units']:>5}", "passages": f"{d['passages']:>5}"}
        out(message(lang, "info document", id=f"{d['doc_id']:<42}", **sizes, hash=d["sha256"][:12]))


@click.command("diff")
@click.argument("old")
@click.argument("new", default="")
@FORMAT
@click.pass_context
def index_diff(ctx: click.Context, old: str, new: str, form: str) -> None:
    """Documents added, removed and changed between two indexes: homes, index folders, or generations of this home.

    NEW is the index in service when it is left out. `kb index diff` never changes an index.

    \b
    Example:
        kb index diff ~/kb-last-year ~/kb
    """
    home = settings_of(ctx).home_path
    before, after = index_manifest(home, old), index_manifest(home, new)
    a, b = ({d["doc_id"]: d for d in m["documents"]} for m in (before, after))
    fields = ("sha256", "pages", "units", "passages")
    changed = {
        doc_id: {f: [a[doc_id][f], b[doc_id][f]] for f in fields if a[doc_id][f] != b[doc_id][f]}
        for doc_id in sorted(a.keys() & b.keys())
    }
    found = {
        "old": before["index_id"],
        "new": after["index_id"],
        "added": sorted(b.keys() - a.keys()),
        "removed": sorted(a.keys() - b.keys()),
        "changed": {doc_id: what for doc_id, what in changed.items() if what},
        "unchanged": sum(not what for what in changed.values()),
        "documents": [len(a), len(b)],
        "passages": [before["n_passages"], after["n_passages"]],
        "made_otherwise": {
            k: [before[k], after[k]] for k in ("encoder", "settings", "version") if before[k] != after[k]
        },
    }
    if form == "json":
        out_json(json.dumps(found, ensure_ascii=False, indent=2))
        return
    lang = interface_of(ctx)
    days = {"old_day": before["created"], "new_day": after["created"]}
    out(message(lang, "index from to", old=before["index_id"], new=after["index_id"], **days))
    passages = {"passages": before["n_passages"], "now_passages": after["n_passages"]}
    out(message(lang, "index sizes", documents=len(a), now_documents=len(b), **passages))
    for doc_id in found["added"]:
        out(message(lang, "index diff added", id=f"{doc_id:<42}", n=b[doc_id]["passages"]))
    for doc_id in found["removed"]:
        out(message(lang, "index diff removed", id=f"{doc_id:<42}", n=a[doc_id]["passages"]))
    for doc_id, what in found["changed"].items():
        changes = [
            message(lang, "index diff file" if f == "sha256" else f"index diff {f}", old=x, new=y)
            for f, (x, y) in what.items()
        ]
        out(message(lang, "index diff changed", id=f"{doc_id:<42}", what=", ".join(changes)))
    for name, (x, y) in found["made_otherwise"].items():
        out(message(lang, f"index diff {name}", old=_parts_of_value(x), new=_parts_of_value(y)))
    out(message(lang, "index diff same", n=found["unchanged"]))


def _parts_of_value(value: object) -> str:
    return ", ".join(f"{k} {v}" for k, v in value.items() if v) if isinstance(value, dict) else str(value)
